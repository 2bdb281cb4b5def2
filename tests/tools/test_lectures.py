"""The report on lectures counts what a reader reads and waits for."""

import importlib.util

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.course.conftest import ROOT

spec = importlib.util.spec_from_file_location("lectures", ROOT / "tools" / "lectures.py")
report = importlib.util.module_from_spec(spec)
spec.loader.exec_module(report)

DRAW = """import nnlib as nn
nn.plot.show(nn.plot.network([2, 1]), alt="A network.")"""


@pytest.mark.slow
def test_words_cells_pictures_and_reading_time(tmp_path):
    text = "word " * 400 + "$$a = b$$ <a id='x'></a>"
    code = [new_code_cell("\n".join(["x = 1"] * 20)), new_code_cell(DRAW, metadata={"tags": ["hide-input"]})]
    nbformat.write(new_notebook(cells=[new_markdown_cell(text), *code]), tmp_path / "99_test.ipynb")
    found = dict(zip(report.HEAD, report.row(tmp_path / "99_test.ipynb")))
    assert float(found.pop("running s")) >= 0
    assert found == {
        "lecture": "99_test",
        "words": "400",
        "text cells": "1",
        "code cells": "2",
        "median": "11",
        "longest": "20",
        "pictures": "1",
        "reading min": "3",
    }
