"""`nngrade explain`: why a score is what it is, from full marks to what could not be graded."""

import shutil

import pytest

from nngrade.batch.grade_class import grade
from nngrade.commands.explain import explain
from nngrade.errors import CourseError
from tests.nngrade.small_course import NAME, answered, hand_in, make_course

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(tmp_path_factory, pool):
    """A class with a student of each kind, graded."""
    penalty = 'c.LateSubmissionPlugin.penalty_method = "zero"'
    course = make_course(tmp_path_factory.mktemp("explained"), penalty)
    with course.gradebook() as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-06 12:00:00 UTC")
    unanswered = answered({"double": "# Write your code here\nraise NotImplementedError()"})
    unanswered.cells[-1].source = "*Write your answer here, in place of this line.*"
    markup = {"double": "def double(x):\n    raise ValueError('[/red] [bold]\x1b[31mred')"}
    hand_in(course, "full", answered(), "2026-01-05 12:00:00 UTC")
    hand_in(course, "none", unanswered)
    hand_in(course, "refused", b"no notebook")
    hand_in(course, "late", answered(), "2026-01-07 12:00:00 UTC")
    hand_in(course, "markup", answered(markup))
    hand_in(course, "renamed", answered(), name="mine.ipynb")
    hand_in(course, "crash", answered(first="import os; os._exit(1)"))
    hand_in(course, "[red]", answered())
    grade(course, NAME, pool, Silent())
    return course


class Silent:
    def begin(self, *_):
        pass

    step = waiting = begin


@pytest.fixture
def said(course, capsys):
    """What is said of a student."""

    def said(student):
        explain(course, student, NAME)
        return capsys.readouterr().out

    return said


def row(text, question):
    rows = [[part.strip() for part in line.split("│")[1:-1]] for line in text.splitlines()]
    return next(row for row in rows if row and row[0] == question)


def test_full_marks(said):
    text = said("full")
    assert row(text, "double_test")[:4] == ["double_test", "4", "4", "all that the test asks for"]
    assert row(text, "why")[:4] == ["why", "not yet", "5", "waits for a person"]
    assert "23 of 28 points. What a person still has to grade is not in it." in text
    assert "Handed in: 2026-01-05 12:00:00 UTC; SHA-256" in text and "Graded: " in text and " by " in text
    assert "Sandbox: " in text and "numpy 2" in text and "cell seconds 120" in text
    assert "Out of date" not in text and "late" not in text


def test_nothing_done(said):
    text = said("none")
    assert row(text, "double_test")[1] == "0" and "`double` is not defined" in text
    assert row(text, "why")[:4] == ["why", "0", "5", "left as it was released"]
    assert "a person still has to grade" not in text


def test_refused(said):
    text = said("refused")
    assert row(text, "double_test")[1] == "not yet" and "Not graded: The file is not a notebook" in text


def test_late(said):
    assert "23 of 28 points, 23 off for being late: 0. What a person" in said("late")


def test_what_students_write_is_no_markup_and_no_command(said):
    text = said("markup")
    assert "raise ValueError('[/red] [bold]" in text and "\x1b" not in text
    assert "[red], a1_small" in said("[red]")


def test_repaired_and_restarted(said):
    assert "Repaired: the file was called mine.ipynb" in said("renamed")
    assert "started again without the cell that did it" in said("crash")


def test_graded_by_hand(course, said, pool):
    with course.gradebook() as book:
        for question, points in (("why", 3), ("double_test", 2)):
            one = book.find_grade(question, NAME, NAME, "renamed")
            one.manual_score, one.needs_manual_grade = points, False
        one.extra_credit = 0.5
        book.db.commit()
    text = said("renamed")
    assert row(text, "why")[:4] == ["why", "3", "5", "a person gave 3"]
    assert "a person gave 2; the machine gave 4" in text and "0.5 of it are extra credit" in text
    assert "24.5 of 28 points." in text and "still has to grade" not in text
    grade(course, NAME, pool, Silent(), ["renamed"], again=True)
    assert "look at it again" not in said("renamed")  # the answers are what they were
    hand_in(course, "renamed", answered(first="x = 1"), name="mine.ipynb")
    grade(course, NAME, pool, Silent(), ["renamed"])
    assert "and should look at it again" in said("renamed")


def test_out_of_date(course, said):
    hand_in(course, "crash", answered())
    assert "Out of date (handed in again): `nngrade grade a1_small` grades it again." in said("crash")
    shutil.rmtree(course.root / "submitted" / "crash")
    assert "Out of date (There is no submission of crash to a1_small)" in said("crash")


def test_where_there_is_nothing_to_explain(course, said, pool):
    hand_in(course, "new", answered())
    with pytest.raises(CourseError, match="new has handed in a1_small, and it is not graded yet: run `nngrade"):
        said("new")
    with pytest.raises(CourseError, match="There is no student /nobody"):
        explain(course, "/nobody", NAME)
    with pytest.raises(CourseError, match="There is no student nobody"):
        said("nobody")
    (course.root / "submitted" / "idle").mkdir()
    with pytest.raises(CourseError, match="idle has not handed in a1_small"):
        said("idle")
    with pytest.raises(CourseError, match="There is no assignment a9"):
        explain(course, "full", "a9")
    grade(course, NAME, pool, Silent(), ["new"])
    with course.gradebook() as book:
        book.remove_student("new")
    with pytest.raises(CourseError, match="new is graded, but not in the gradebook: run `nngrade grade a1_small`"):
        said("new")
