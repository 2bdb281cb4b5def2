"""Which submission comes next, for a person who goes through one question; and what is shown of who waits."""

import contextlib
from datetime import datetime
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from nngrade.batch.gradebook import save
from nngrade.marking import page, times
from nngrade.marking.waiting import Waiting, waiting
from tests.nngrade.batch.conftest import book, made  # noqa: F401 (fixtures)
from tests.nngrade.batch.test_gradebook import but
from tests.nngrade.small_course import cell

STUDENTS = "student-01", "student-02", "student-03"


def test_the_next_one_follows_in_formgraders_order_and_then_from_the_start():
    waiting = Waiting("why", ("b", "d", "f"))
    assert [waiting.after(here) for here in "abcdef"] == ["b", "d", "d", "f", "f", "b"]
    assert Waiting("why", ("b",)).after("b") is None


@pytest.fixture
def graded(book):  # noqa: F811
    """Three students, whose written answers wait; and two other notebooks, of this assignment and of another."""
    book.add_notebook("second", "a1")
    book.add_assignment("b2", course_id="course")
    book.add_notebook("a1", "b2")
    for notebook, assignment in (("second", "a1"), ("a1", "b2")):
        book.add_grade_cell("why", notebook, assignment, max_score=3, cell_type="markdown")
        book.add_solution_cell("why", notebook, assignment)
        for student in STUDENTS:
            save(book, but(student=student, assignment=assignment, notebook=notebook, tests={}), Config())
    for student in STUDENTS:
        save(book, but(student=student, unanswered=[]), Config())
    return book


def ids(book, notebook="a1", assignment="a1"):  # noqa: F811
    return tuple(sorted(each.id for each in book.notebook_submissions(notebook, assignment)))


def test_who_waits_is_told_by_question_of_this_notebook_of_this_assignment(graded):
    assert waiting(graded, "a1", "a1") == {"why": Waiting("why", ids(graded))}
    assert waiting(graded, "a1", "second")["why"].submissions == ids(graded, "second")
    assert waiting(graded, "b2", "a1")["why"].submissions == ids(graded, "a1", "b2")
    why = graded.find_grade("why", "a1", "a1", "student-02")
    why.manual_score, why.needs_manual_grade = 2, False
    graded.find_grade("f_test", "a1", "a1", "student-01").needs_manual_grade = True
    graded.db.commit()
    found = waiting(graded, "a1", "a1")
    assert found.keys() == {"why", "f_test"} and len(found["why"].submissions) == 2
    assert found["f_test"].submissions == (graded.find_submission_notebook("a1", "a1", "student-01").id,)


def test_beside_a_submission_stands_how_many_others_wait(graded, monkeypatch):
    monkeypatch.setattr(page, "course_root", lambda folder: folder)
    course = SimpleNamespace(gradebook=lambda: contextlib.nullcontext(graded))
    monkeypatch.setattr(page, "Course", lambda root: course)
    first, second, _ = ids(graded)
    one = graded.find_submission_notebook_by_id(second).student.id
    graded.find_grade("f_test", "a1", "a1", one).needs_manual_grade = True  # of a test: somebody should look at it
    about = {"assignment_id": "a1", "notebook_id": "a1", "submission_id": first}
    called = {"why": "Task 1", "f_test": "Task 2", "task": "Task 3", "g_test": "Task 4"}
    told = page._questions("folder", about, called, {"why": "model", "task": "model"})
    assert told == {"why": {"left": 2, "next": second}, "task": {"left": 0, "next": None},
                    "f_test": {"left": 1, "next": second}}  # fmt: skip


def test_models_are_of_what_a_person_grades(tmp_path, monkeypatch):
    cells = [cell("f", "right", solution=True), cell("f_test", "test", grade=True, locked=True, points=2),
             cell("draw", "Draw.", new_markdown_cell, task=True, points=2), new_markdown_cell("text"),
             new_code_cell("x"),
             cell("why", "Because.\n\n- 3 points: so.", new_markdown_cell, grade=True, solution=True)]  # fmt: skip
    source = tmp_path / "solutions" / "a1" / "a1.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), source)
    monkeypatch.setattr(page, "course_root", lambda folder: tmp_path)
    found = page.model_answers(tmp_path, {"assignment_id": "a1", "notebook_id": "a1"})
    assert found.keys() == {"draw", "why"} and [item.points for item in found["why"].items] == [3]


@pytest.mark.parametrize("files", [(), ("nbgrader_config.py",)])
def test_without_the_solution_the_text_is_shown_all_the_same(tmp_path, files):
    for name in files:
        (tmp_path / name).touch()
    assert page.model_answers(tmp_path, {"assignment_id": "a9", "notebook_id": "a9"}) == {}


@pytest.mark.parametrize("noted, when", [
    ("2026-03-02 17:00 +05:00", "2026-03-02T12:00:00"), ("2026-03-02 17:00", "2026-03-02T16:00:00"),
    ("yesterday", None), ("", None),
])  # fmt: skip
def test_formgrader_shows_times_in_utc_and_by_the_zone_of_the_course(tmp_path, noted, when):
    (tmp_path / "deadlines.toml").write_text('zone = "Europe/Berlin"\n')
    folder = tmp_path / "submitted" / "student-01" / "a1"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text(noted)
    api = SimpleNamespace(coursedir=SimpleNamespace(root=str(tmp_path)))
    found = times.PatientAPI.get_submitted_timestamp(api, "a1", "student-01")
    assert found == (when and datetime.fromisoformat(when))
