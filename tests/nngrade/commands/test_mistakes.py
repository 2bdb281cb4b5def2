"""`nngrade mistakes`: what a class got wrong, and the sentence for answers without a name, by the real path."""

import pytest

from nngrade import classroom
from nngrade.batch.grade_class import grade
from nngrade.batch.records import Records
from nngrade.commands.demo import make_course
from nngrade.commands.explain import explain
from nngrade.commands.mistakes import mistakes
from nngrade.errors import CourseError
from nngrade.notebook import canonical
from tests.course.conftest import ROOT, released, solved

pytestmark = pytest.mark.slow
NAME = "a3_backprop"
WRONG = {
    "student-01": ("db = delta.sum(axis=0)", "db = delta.mean(axis=0)"),
    "student-02": ("db = delta.sum(axis=0)", "db = delta.sum(axis=0) / len(delta)"),
    "student-03": ("dx = delta @ W", "dx = delta @ W * 1.5"),
    "student-04": ("dx = delta @ W", "dx = 3 * (delta @ W) / 2"),
    "student-05": ("dx = delta @ W", "dx = delta @ W[None, :, :, None]"),
    "student-06": ("dx = delta @ W", "dx = delta @ W  # right"),
}


class Silent:
    def begin(self, *_):
        pass

    step = waiting = begin


@pytest.fixture
def course(tmp_path, pool):
    course = make_course(ROOT, tmp_path / "course")
    course.release(NAME)
    given = released(NAME)
    given.cells = [cell for cell in given.cells if cell.id != "train-on-digits"]
    source = next(cell.source for cell in solved(NAME).cells if cell.id == "linear_backward")
    for student, (old, new) in WRONG.items():
        path = course.root / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        canonical.write(classroom.answer(given, solved(NAME), {"linear_backward": source.replace(old, new)}), path)
    grade(course, NAME, pool, Silent())
    return course


def said(capsys, *args):
    mistakes(*args)
    return capsys.readouterr().out


def test_mistakes_are_counted_and_a_sentence_reaches_all_without_a_name(course, capsys, pool):
    out = " ".join(said(capsys, course, NAME, False).replace("│", " ").split())
    assert "db is the mean over the examples, where their sum belongs. 2 student-01, student-02" in out
    assert "raises an exception 1 student-05" in out
    assert "student-06" not in out
    records = {record["student"]: record["tests"]["linear_backward_test"] for record in Records(course.root).of(NAME)}
    key = records["student-03"]["finding"]["print"]
    assert key == records["student-04"]["finding"]["print"] and f"no name; key {key}" in out

    before = {student: path_of(course, student).stat().st_mtime_ns for student in WRONG}
    (course.root / "feedback.toml").write_text(
        f'[{NAME}.linear_backward_test]\n{key} = "Where does the factor come from?"\n', encoding="utf-8"
    )
    grade(course, NAME, pool, Silent())
    again = {student for student in WRONG if path_of(course, student).stat().st_mtime_ns != before[student]}
    assert again == {"student-03", "student-04"}
    explain(course, "student-04", NAME)
    told = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "Where does the factor come from?" in told and f"key {key}" in told
    grade(course, NAME, pool, Silent())
    assert {student: path_of(course, student).stat().st_mtime_ns for student in WRONG if student not in again} == {
        student: time for student, time in before.items() if student not in again
    }


def path_of(course, student):
    return Records(course.root).path(student, NAME, NAME)


def test_a_file_of_sentences_that_cannot_be_read_is_told(course, pool):
    for text in ("[a3_backprop\n", "a3_backprop = 3\n", "[a3_backprop.x]\nkey = 3\n"):
        (course.root / "feedback.toml").write_text(text, encoding="utf-8")
        with pytest.raises(CourseError, match=r"feedback.toml can't be read"):
            grade(course, NAME, pool, Silent())
