"""A gradebook of nbgrader's with one assignment, due on 2 January 2026 at noon: two tests and a written answer."""

import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest
from nbgrader.api import Gradebook


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A gradebook, made once: it takes a while."""
    path = tmp_path_factory.mktemp("made") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SQLAlchemy, about nbgrader; which starts alembic by name
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        with Gradebook(f"sqlite:///{path}", "course") as book:
            book.add_assignment("a1", course_id="course", duedate="2026-01-02 12:00:00 UTC")
            book.add_notebook("a1", "a1")
            for test, points in (("f_test", 2), ("g_test", 1)):
                book.add_grade_cell(test, "a1", "a1", max_score=points, cell_type="code")
            book.add_grade_cell("why", "a1", "a1", max_score=3, cell_type="markdown")
            for name in ("f", "why"):
                book.add_solution_cell(name, "a1", "a1")
    return path


@pytest.fixture
def book(made, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Gradebook(f"sqlite:///{shutil.copy(made, tmp_path)}", "course") as book:
            yield book
