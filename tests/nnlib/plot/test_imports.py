"""Matplotlib is loaded when something is drawn, and not before."""

import subprocess
import sys

import pytest

import nnlib as nn

CODE = """
import sys
import nnlib as nn
from nnlib import checks, graph
assert not any(name.split(".")[0] in ("matplotlib", "PIL") for name in sys.modules)
assert "plot" in nn.__all__ and "plot" in dir(nn)
nn.plot.tidy
assert "matplotlib.pyplot" in sys.modules and nn.plot is sys.modules["nnlib.plot"]
"""


def test_matplotlib_is_loaded_when_the_pictures_are_first_used():
    subprocess.run([sys.executable, "-W", "error", "-c", CODE], check=True)


def test_what_there_is_not_is_told_as_usual():
    with pytest.raises(AttributeError, match="module 'nnlib' has no attribute 'plots'"):
        nn.plots  # noqa: B018
