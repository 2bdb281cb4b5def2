"""What the tests of lectures share: which there are, their parts, and each executed once per process."""

import ast
import functools
import os
import re
import sys
import tempfile
from unittest import mock

import pytest

from nngrade.notebook import canonical
from tests.course.conftest import ROOT

sys.path.insert(0, str(ROOT / "site"))

import executed as run_of

LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
ERRATA = ROOT / "lectures" / "errata.ipynb"


def each(paths):
    """A test for each of these notebooks; those that execute the same one share a worker, and so one run of it."""
    params = [pytest.param(path, marks=pytest.mark.xdist_group(path.stem), id=path.stem) for path in paths]
    return pytest.mark.parametrize("path", params)


@functools.cache
def executed(path, hash_seed="0"):
    """(the notebook after a run, seconds of one core that it took), with neither MNIST nor a network to get it from.

    The first of its runs is shared with the book and the slides; one with another hash seed is always a new one.
    """
    with tempfile.TemporaryDirectory() as empty, mock.patch.dict(os.environ, NNLIB_DATA=empty):
        notebook = run_of.executed(path) if hash_seed == "0" else run_of.run(path, hash_seed)
    return run_of.with_text_of(notebook, path), notebook.metadata["seconds"]


def sources(name):
    """{cell id: source} of the lecture of this name, such as "02_xor"."""
    return {cell.id: cell.source for cell in canonical.read(ROOT / "lectures" / f"{name}.ipynb").cells}


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def is_folded(cell):
    """Does the cell only draw? Its code is folded then, in the book and in JupyterLab."""
    return "hide-input" in cell.metadata.get("tags", [])


def parts(notebook):
    """The cells of each part, which begins with a heading of the second level."""
    found = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.match(r"## |<a id=[^>]*></a>\s*## ", cell.source):
            found.append([])
        found[-1].append(cell)
    return found


def calls(cell, name):
    """Every call of a function of this name, `nn.plot.show` or `show`, in a code cell."""
    nodes = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    return [node for node in nodes if ast.unparse(node.func).split(".")[-1] == name]


def outputs(notebook):
    """(cell, output) of all code cells."""
    return [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]


def printed(cell):
    """What an executed cell says in words: no picture, no page, and not the text that stands for one."""
    said = ""
    for output in cell.outputs:
        if output.output_type == "stream":
            said += output.text
        elif "text/html" not in output.data and "image/png" not in output.data:
            said += output.data.get("text/plain", "") + "\n"
    return said
