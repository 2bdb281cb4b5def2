"""`import nnlib` needs NumPy alone, and what is missing beside it shows only where it is used."""

import importlib
import subprocess
import sys
import textwrap

import pytest

import nnlib as nn

other_processes = pytest.mark.skipif(nn.data.IN_BROWSER, reason="a browser starts no other process")

# Python as it is where nothing but NumPy is installed.
ALONE = """
import importlib.abc, sys

class NumPyAlone(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names | {"numpy", "nnlib"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NumPyAlone())
import numpy as np
import nnlib as nn
"""


def alone(code):
    """What the code prints where nothing but NumPy is installed."""
    program = [sys.executable, "-W", "error", "-c", ALONE + textwrap.dedent(code)]
    ran = subprocess.run(program, capture_output=True, text=True)
    assert not ran.stderr, ran.stderr
    return ran.stdout


@other_processes
def test_training_needs_numpy_alone_and_is_silent_without_tqdm():
    code = """
        train, test = nn.data.digits()
        rng = np.random.default_rng(0)
        net = nn.Sequential(nn.Linear(64, 10, rng=rng))
        nn.fit(net, nn.softmax_cross_entropy, nn.SGD(net, 0.1), train, epochs=10, batch_size=64, rng=rng, valid=test)
        nn.augment.distort(train.x[:3], rng), nn.data.moons(5, rng), nn.diagnostics, nn.perceptron, nn.checks
        assert nn.accuracy(net, test) > 0.8
    """
    assert alone(code) == ""


@other_processes
def test_matplotlib_is_loaded_when_something_is_drawn():
    code = "import sys, nnlib as nn; print('matplotlib' in sys.modules); nn.plot; print('matplotlib' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "True"]


def test_every_name_is_there_and_offered():
    assert set(nn.__all__) <= set(dir(nn))
    for name in nn.__all__:
        assert getattr(nn, name) is not None


@pytest.mark.parametrize("room", ["checks", "data", "diagnosis", "diagnostics", "plot"])
def test_a_room_offers_what_is_there_and_keeps_nothing_else_for_itself(room):
    """All functions and classes without an underscore that a room imports from its own modules are for others."""
    module = importlib.import_module(f"nnlib.{room}")
    offered = {name: getattr(module, name) for name in module.__all__}
    assert len(offered) == len(module.__all__)
    inside = {
        name
        for name, thing in vars(module).items()
        if name[0] != "_" and callable(thing) and getattr(thing, "__module__", "").startswith(module.__name__)
    }
    assert inside - set(offered) <= {"quiet_stubs"}, "make it known in __all__"


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'nnlib' has no attribute 'softplus'"):
        nn.softplus  # noqa: B018


def test_all_that_is_imported_is_offered_and_nothing_twice():
    ours = {name for name, value in vars(nn).items() if getattr(value, "__module__", "").startswith("nnlib.")}
    assert ours - {"limit_threads"} <= set(nn.__all__) and len(set(nn.__all__)) == len(nn.__all__)


def test_pictures_come_by_their_name():
    assert nn.__getattr__("plot") is importlib.import_module("nnlib.plot")
