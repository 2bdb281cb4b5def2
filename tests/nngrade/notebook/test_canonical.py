"""The one stored form of a notebook."""

import json
import resource
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nngrade.commands import notebooks
from nngrade.errors import CourseError
from nngrade.notebook import canonical


def used():
    """A notebook as it looks after somebody worked in it."""
    output = new_output("stream", name="stdout", text="hello\n")
    cell = new_code_cell("print('hello')", id="say_hello", execution_count=7, outputs=[output])
    cell.metadata = {"collapsed": True, "nbgrader": {"grade_id": "say_hello"}}
    notebook = new_notebook(cells=[new_markdown_cell("# Ein Gruß", id="title"), cell])
    notebook.metadata = {"kernelspec": {"name": "my-venv", "display_name": "mine"}, "widgets": {}}
    return notebook


def test_the_canonical_form_has_no_outputs_and_minimal_metadata(tmp_path):
    path = tmp_path / "a.ipynb"
    canonical.write(used(), path)
    stored = canonical.read(path)
    assert stored.metadata == canonical.METADATA
    assert stored.cells[1].outputs == [] and stored.cells[1].execution_count is None
    assert stored.cells[1].metadata == {"nbgrader": {"grade_id": "say_hello"}, "tags": [canonical.GOES_ON]}
    assert "Gruß" in path.read_text(encoding="utf-8")
    assert canonical.problems(path) == []


def test_that_a_cell_is_folded_is_stored_and_nothing_else_of_jupyter():
    notebook = used()
    notebook.cells[1].metadata = {"jupyter": {"source_hidden": True, "outputs_hidden": True}, "tags": ["hide-input"]}
    stored = nbformat.reads(canonical.text(notebook), as_version=4).cells[1].metadata
    assert stored == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    notebook.cells[1].metadata["jupyter"] = {"source_hidden": False}
    assert "source_hidden" not in canonical.text(notebook)


def test_writing_twice_changes_nothing_and_nothing_given_is_modified(tmp_path):
    notebook = used()
    first = canonical.text(notebook)
    assert notebook == used()
    canonical.write(notebook, tmp_path / "a.ipynb")
    assert canonical.text(canonical.read(tmp_path / "a.ipynb")) == first


def test_problems_are_told_in_words(tmp_path):
    notebook = used()
    notebook.cells[0].id = "8f3e-Zz"
    notebook.cells[1].metadata["nbgrader"]["grade_id"] = "another"
    path = tmp_path / "a.ipynb"
    canonical.write(notebook, path)
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    found = canonical.problems(path)
    assert len(found) == 3
    assert "canonical" in found[0] and "'8f3e-Zz' is not a readable slug" in found[1]
    assert "'say_hello' differs from its nbgrader id 'another'" in found[2]


def test_checkpoints_are_not_notebooks_of_the_course(tmp_path):
    for folder in ("lectures", "lectures/.ipynb_checkpoints", "solutions/a1"):
        (tmp_path / folder).mkdir(parents=True)
        canonical.write(used(), tmp_path / folder / "n.ipynb")
    found = [path.relative_to(tmp_path).as_posix() for path in canonical.course_notebooks(tmp_path)]
    assert found == ["lectures/n.ipynb", "solutions/a1/n.ipynb"]


def test_what_is_wrong_with_a_file_is_told_even_where_nbformat_has_no_words_for_it(tmp_path, monkeypatch):
    def wordless(*_, **__):
        raise ValueError

    monkeypatch.setattr(canonical.nbformat, "read", wordless)
    with pytest.raises(CourseError, match="a.ipynb can't be read as a notebook: ValueError$"):
        canonical.read(tmp_path / "a.ipynb")


def test_cells_of_an_older_format_are_called_by_their_labels_or_places(tmp_path):
    labels = {}, {"nbgrader": {"grade_id": "f"}}
    cells = [{"cell_type": "markdown", "source": "", "metadata": label} for label in labels]
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    assert [cell.id for cell in canonical.read(tmp_path / "a.ipynb").cells] == ["cell-0", "f"]


@pytest.mark.parametrize("text", [b"{", b"<<<<<<< HEAD\n{}", b"[]", b'{"cells": [3]}', b"\xff", b""])
def test_a_file_that_is_no_notebook_is_named_and_the_others_are_looked_at(tmp_path, text, capsys):
    (tmp_path / "lectures").mkdir()
    bad, good = tmp_path / "lectures" / "01_bad.ipynb", tmp_path / "lectures" / "02_good.ipynb"
    bad.write_bytes(text)
    nbformat.write(used(), good)
    with pytest.raises(CourseError, match="01_bad.ipynb can't be read as a notebook: ."):
        canonical.read(bad)
    assert notebooks.run(tmp_path, write=True) == 1
    assert "01_bad.ipynb can't be read" in capsys.readouterr().out and bad.read_bytes() == text
    assert canonical.problems(good) == []


def test_a_notebook_is_as_before_where_there_is_no_room_for_the_new_one(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()
    path = tmp_path / "solutions" / "a1" / "a1.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(used(), path)
    before = path.read_bytes()
    said = subprocess.run([sys.executable, "-m", "nngrade", "notebooks", "--write"], cwd=tmp_path, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
                          capture_output=True)  # fmt: skip
    assert said.returncode == 1 and "What there was is kept" in said.stderr
    assert path.read_bytes() == before and [*path.parent.iterdir()] == [path]
