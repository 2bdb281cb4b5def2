"""The cells of a notebook, run in this process."""

from pathlib import Path

import matplotlib.pyplot as plt
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nngrade.classroom.runner import run, scores


def notebook(*sources):
    return new_notebook(cells=[new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)])


def test_what_each_cell_gives(tmp_path, capsys):
    book, names, here = notebook("x = 1\nx + 1", "", "1 / 0", "print(x)", "__name__"), {}, Path.cwd()
    book.cells += [new_markdown_cell("x", id="text"), new_code_cell("open('kept.txt', 'w').close()", id="file")]
    found = run(book, tmp_path, names)
    assert isinstance(found.pop("c2"), ZeroDivisionError)
    assert found == {"c0": 2, "c1": None, "c3": None, "c4": "__main__", "file": None}
    assert names["x"] == 1 and (tmp_path / "kept.txt").exists() and Path.cwd() == here
    assert capsys.readouterr().out == ""


def test_nothing_stays_of_figures_and_warnings(tmp_path):
    loud = notebook("import warnings\nwarnings.warn('loud')", "import matplotlib.pyplot as plt\nplt.figure()\n0")
    assert run(loud, tmp_path) == {"c0": None, "c1": 0}
    assert plt.get_fignums() == []


def test_a_test_that_fails_gives_nothing_and_cells_without_points_need_not_run(tmp_path):
    book = notebook("raise_is_not_run", "x = 1", "assert x == 2", "assert x == 1")
    for cell in book.cells[1:]:
        cell.metadata["nbgrader"] = {"grade_id": cell.id}
    assert scores(book, {"c2": 3, "c3": 2}, tmp_path) == {"c2": 0, "c3": 2}
    assert list(run(book, tmp_path, demonstrations=False)) == ["c1", "c2", "c3"]
    assert list(run(book, tmp_path)) == ["c0", "c1", "c2", "c3"]
