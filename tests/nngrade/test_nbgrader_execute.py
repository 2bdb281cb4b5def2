"""nbgrader's own commands on the trusted path: scores, feedback, manual grades, and what can't be graded."""

import nbformat
import pytest

from tests.nngrade import small_course
from tests.nngrade.small_course import FULL, NAME, answered, as_bytes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return small_course.make_course(tmp_path_factory.mktemp("course"))


def hand_in(course, student, data):
    small_course.hand_in(course, student, data)
    course.autograde(NAME, student)
    return course.scores(NAME, student)


def test_nbgrader_records_the_points(course):
    assert hand_in(course, "student-01", answered()) == FULL | {"why": None}
    assert hand_in(course, "student-02", answered({"double": "def double(x):\n    return x"})) == FULL | {
        "why": None,
        "double_test": 0,
    }


def test_no_written_answer_is_worth_nothing(course):
    handed_in = answered()
    handed_in.cells[-1].source = "*Write your answer here, in place of this line.*"
    assert hand_in(course, "student-03", handed_in) == FULL | {"why": 0}


def test_a_written_answer_waits_for_a_person_whose_grade_survives_regrading(course):
    handed_in = answered()
    handed_in.cells[-1].source = "Because."
    assert hand_in(course, "student-04", handed_in)["why"] is None
    with course.api.gradebook as gradebook:
        grade = gradebook.find_grade("why", NAME, NAME, "student-04")
        grade.manual_score, grade.needs_manual_grade = 3, False
        gradebook.db.commit()
    course.autograde(NAME, "student-04")
    with course.api.gradebook as gradebook:
        assert gradebook.find_grade("why", NAME, NAME, "student-04").score == 3


def test_what_can_not_be_read_waits_for_a_person(course):
    for student, data in {"student-05": b"no notebook", "student-06": b"[" * 10**5}.items():
        assert set(hand_in(course, student, data).values()) <= {None, 0}
        assert {hand for name, hand in course.scores(NAME, student).items() if name != "why"} == {None}


def test_a_copied_test_stops_nobody(course):
    handed_in = answered()
    handed_in.cells = [copy for cell in handed_in.cells for copy in (cell, cell)]
    assert hand_in(course, "student-07", as_bytes(handed_in)) == FULL | {"why": None}


def test_links_beside_a_notebook_lead_nowhere(course):
    folder = course.root / "submitted" / "student-08" / NAME
    folder.mkdir(parents=True)
    (folder / "mine.txt").symlink_to(course.root / "gradebook.db")
    (folder / "mine").symlink_to(course.root / "solutions")
    (folder / "inside").mkdir()
    (folder / "inside" / "theirs").symlink_to(course.root / "gradebook.db")
    (folder / f"{NAME}.ipynb").write_text(nbformat.writes(answered()))
    course.autograde(NAME, "student-08")
    assert course.scores(NAME, "student-08") == FULL | {"why": None}
    there = course.root / "autograded" / "student-08" / NAME
    assert not [name for name in ("mine.txt", "mine", "inside/theirs") if (there / name).exists()]
    assert (course.root / "solutions" / NAME / f"{NAME}.ipynb").is_file()  # the link was removed, not what it leads to


def test_feedback_shows_own_work_and_nothing_hidden(course):
    script = (
        "from IPython.display import HTML, display\ndisplay(HTML('<script>steal()</script>'))\nprint('my own words')"
    )
    wrong = answered({"double": "def double(x):\n    return [1][5]"}, first=script)
    wrong.cells.append(nbformat.v4.new_markdown_cell("<script>steal()</script><img src=x onerror='steal()'>"))
    hand_in(course, "student-09", wrong)
    page = course.feedback(NAME, "student-09").read_text(encoding="utf-8")
    assert "my own words" in page and "Your code raised IndexError" in page
    assert "<script>steal" not in page and "<img src=x" not in page and "&lt; script>steal" in page.replace("&gt;", ">")
    for canary in ("CANARY", "7f3a9", "0.7308159", "HIDDEN TESTS", "is not right"):
        assert canary not in page
