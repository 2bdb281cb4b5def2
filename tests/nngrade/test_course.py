"""Finding the course, its reference functions, and kind errors."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from nngrade.course import Course, assignments, course_root, path_problem, private
from nngrade.errors import CourseError
from nngrade.reference import carried, reference_functions
from tests.course.conftest import ROOT
from tests.nngrade.small_course import cell


def test_the_course_is_found_from_any_folder_in_it(monkeypatch):
    assert course_root(ROOT / "solutions" / "a3_backprop") == ROOT
    monkeypatch.chdir(ROOT / "solutions")
    assert course_root() == course_root("a3_backprop") == ROOT


def test_outside_a_course_the_error_says_what_to_do(tmp_path):
    with pytest.raises(CourseError, match="is not inside a course: there is no nbgrader_config.py"):
        course_root(tmp_path)


def test_assignments_are_folders_with_a_notebook_of_their_name(tmp_path):
    names = [f"a{n}" for n in range(9, 2, -1)]
    for name in ("a2/draft.ipynb", *(f"{name}/{name}.ipynb" for name in names)):
        path = tmp_path / "solutions" / name
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    assert assignments(tmp_path) == sorted(names)


@pytest.mark.parametrize("config, says", [("c = (", "SyntaxError: .* line 1"), ("import no_such", "No module named")])
def test_a_mistake_in_the_configuration_is_told_in_words(tmp_path, config, says):
    (tmp_path / "nbgrader_config.py").write_text(config)
    with pytest.raises(CourseError, match=f"nbgrader_config.py stops with .*{says}"):
        Course(tmp_path)


@pytest.mark.parametrize("name, says", [("week [1]", "holds \\[ \\], and nbgrader takes"), ("a$HOME", "environment"),
                                        ("a]", r"holds \], and"), ("a*", r"holds \*, and"), ("a?", r"holds \?, and")])
def test_a_folder_in_which_nbgrader_finds_nothing_is_told_in_words(tmp_path, name, says):
    with pytest.raises(CourseError, match=f"{says}.*\nGive these folders names without"):
        Course(tmp_path / name)


def test_braces_blanks_accents_and_prices_name_a_folder_well(tmp_path):
    assert path_problem(tmp_path / "{für $5, 100 %}") is None


def test_an_nbgrader_that_cannot_make_a_gradebook_is_told_in_words(tmp_path, monkeypatch):
    """Of what lies behind a % in its own path, its configuration of alembic makes something else."""
    (tmp_path / "50%" / "nbgrader").mkdir(parents=True)
    (tmp_path / "50%" / "nbgrader" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "50%"))
    monkeypatch.delitem(sys.modules, "nbgrader", raising=False)
    assert "whose path holds %" in path_problem(tmp_path)


@pytest.mark.parametrize(("address", "book"), [
    (None, ["/course/gradebook.db"]), ("sqlite:///books/g.db", ["/course/books/g.db"]),
    ("sqlite:////elsewhere/g.db", ["/elsewhere/g.db"]), ("postgresql://host/grades", []),
])  # fmt: skip
def test_what_students_code_may_never_see(address, book):
    config = Config({"CourseDirectory": {"db_url": address} if address else {}})
    folders = [f"/course/{name}" for name in ("solutions", "submitted", "records", "autograded", "feedback")]
    assert sorted(private(Path("/course"), config)) == sorted(["/course", *folders, *book])


HERE, SERVER = "sqlite:///here.db", "postgresql://grader:secret@host/grades"


@pytest.mark.parametrize("named, configured, found", [
    (None, None, "gradebook.db"), (None, HERE, "here.db"), ("sqlite:///named.db", HERE, "named.db"),
])  # fmt: skip
def test_the_gradebook_that_is_named_counts_else_that_of_the_configuration(tmp_path, named, configured, found):
    course = _course(tmp_path, configured, named)
    assert course.url.database == str(tmp_path / found)
    assert course.config.CourseDirectory.db_url == f"sqlite:///{tmp_path / found}?timeout=60"  # somebody may be writing


@pytest.mark.parametrize("error, says", [
    (ImportError(name="psycopg2"), "needs one more package: pip install psycopg2"),
    (OperationalError("SELECT 1", {}, Exception("no route\nto it")), "can't be used: no route"),
    (OperationalError("SELECT 1", {}, TimeoutError()), "can't be used: OperationalError"),
])  # fmt: skip
def test_a_gradebook_that_does_not_open_is_told_without_its_password(tmp_path, monkeypatch, error, says):
    course = _course(tmp_path, SERVER)
    assert course.config.CourseDirectory.db_url == SERVER
    monkeypatch.setattr("nbgrader.api.Gradebook", lambda *_: (_ for _ in ()).throw(error))
    with pytest.raises(CourseError) as told, course.gradebook():
        pass
    assert str(told.value).startswith(f"The gradebook {SERVER.replace('secret', '***')} {says}")


@pytest.mark.parametrize("bytes", [None, b""])
def test_no_gradebook_is_made_by_looking(tmp_path, bytes):
    if bytes is not None:
        (tmp_path / "gradebook.db").write_bytes(bytes)
    with pytest.raises(CourseError, match=r"There is no gradebook .*gradebook.db"), _course(tmp_path).gradebook():
        pass
    assert [path.name for path in tmp_path.glob("*.db")] == ["gradebook.db"] * (bytes is not None)


@pytest.fixture
def alembic(monkeypatch):
    """nbgrader, which starts it by name where it makes a gradebook, finds it."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)


def test_one_that_may_be_new_is_made(tmp_path, alembic):
    for _ in range(2):
        with _course(tmp_path).gradebook(may_be_new=True) as book:
            assert book.assignments == []


def test_who_writes_the_same_in_the_same_moment_is_told_to_try_again(tmp_path, monkeypatch, alembic):
    course, late = _course(tmp_path), {"a1"}  # what another program writes when this one has just looked

    def not_yet(self, name):
        if name in late:
            late.clear()
            with course.gradebook() as other:
                other.add_assignment(name)
        raise MissingEntry

    with course.gradebook(may_be_new=True), pytest.raises(CourseError) as told, course.gradebook() as book:
        monkeypatch.setattr(Gradebook, "find_assignment", not_yet)
        book.update_or_create_assignment("a1")
    assert "does not take it: UNIQUE constraint failed: assignment.name" in str(told.value)
    assert "run the same command again" in str(told.value)


def _course(folder, configured=None, named=None):
    line = f"c.CourseDirectory.db_url = {configured!r}" if configured else ""
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{line}")
    return Course(folder, named)


def test_of_a_failed_step_whose_and_the_last_lines_are_told(tmp_path):
    course, log = _course(tmp_path), "".join(f"line {n}\n" for n in range(12))
    told = {"success": False, "error": "begins\n", "log": log}
    course.api = SimpleNamespace(autograde=lambda *_: told, generate_feedback=lambda *_: told | {"log": None})
    with pytest.raises(CourseError) as first:
        course.autograde("a1", "student-01")
    assert str(first.value) == f"nbgrader could not do autograde for a1 of student-01:\n{log}".rstrip()
    with pytest.raises(CourseError, match=r"generate_feedback for a1 of student-01:\nbegins$"):
        course.feedback("a1", "student-01")


def test_nbgrader_errors_become_words(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text(encoding="utf-8"))
    with pytest.raises(CourseError, match="(?s)nbgrader could not do generate_assignment for a9_nothing.*No notebooks"):
        Course(tmp_path).release("a9_nothing")


def test_reference_functions_are_those_of_the_solution(monkeypatch):
    monkeypatch.chdir(ROOT)
    functions = reference_functions("a3_backprop")
    assert {"linear_backward", "softmax", "network_gradients", "relative_error"} <= set(functions)
    np.testing.assert_allclose(functions["softmax"](np.zeros((1, 2))), [[0.5, 0.5]])
    assert functions["cross_entropy"](np.zeros((1, 2)), np.array([0])) == pytest.approx(np.log(2))


def test_of_a_solution_imports_and_definitions_run_and_nothing_else(monkeypatch):
    cells = [cell("f", "import math\nfrom math import sqrt\n\ndef f(x):\n    return sqrt(x) * math.cos(0)\n\n"
                       "f('no number')", solution=True),
             cell("f_test", "def g():\n    pass", grade=True, locked=True)]  # fmt: skip
    monkeypatch.setitem(carried, "a0", nbformat.writes(new_notebook(cells=cells)))  # as a unit of work brings it
    functions = reference_functions("a0")
    assert [*functions] == ["f"] and functions["f"](4) == 2
