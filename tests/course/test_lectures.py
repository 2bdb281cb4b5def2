"""Every lecture executes from top to bottom, within a minute and with a text for every picture."""

import re
import time

import nbformat
import pytest
from nbclient import NotebookClient

from nngrade.notebook import canonical
from tests.course.conftest import ROOT

LECTURES = sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb"))
lectures = pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)


@lectures
def test_a_lecture_has_short_code_cells(path):
    code = [len(cell.source.splitlines()) for cell in canonical.read(path).cells if cell.cell_type == "code"]
    assert max(code) <= 40 and sorted(code)[len(code) // 2] <= 12


@pytest.mark.slow
@lectures
def test_a_lecture_runs_and_describes_its_pictures(path, tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))  # a lecture needs neither MNIST nor a network
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert time.perf_counter() - start < 120  # twice the minute: CI may be busy
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    images = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(images) >= 6
    for output in images:
        assert re.search(r'<img[^>]* alt="[^"]{20,}"', output.data.get("text/html", ""))
