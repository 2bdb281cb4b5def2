"""A class of 40 through an instructor's week, as files of eight platforms; every number is worked out here, too."""

import csv
import io
import json

import nbformat
import pytest

from nngrade import exports
from nngrade.batch.grade_class import grade
from nngrade.batch.release import release
from nngrade.collect import roster
from nngrade.collect.collect import collect
from nngrade.commands import question
from nngrade.feedback import write
from nngrade.notebook import canonical
from tests.nngrade import platform_files as made
from tests.nngrade.small_course import FULL, INSTRUCTOR, NAME, answered, as_bytes, make_course

pytestmark = pytest.mark.slow
FILE = f"{NAME}.ipynb"
CLASS = [
    roster.Student(f"student-{n:02}", f"Last{n:02}", f"First{n:02}", f"student-{n:02}@school.example", f"login_{n:02}",
                   f"30{n:02}", f"47{n:02}", f"57{n:02}", f"git-{n:02}", f"67{n:02}")
    for n in range(1, 41)]  # fmt: skip
WRONG = {"double": "def double(x):\n    return x", "answer": "answer = 18",
         "predict": "def predict(x):\n    return x"}  # fmt: skip
KEPT = {"imports", "data", "why", *WRONG}
FULL = {f"{name}_test": FULL[f"{name}_test"] for name in WRONG}  # the other questions would only take time
DEADLINES = """
zone = "Europe/Berlin"
[rule]
per_day = 0.1
[due]
a1_small = "2026-03-02 13:00"
"""


def slips(n):
    """What student n has wrong."""
    return [name for place, name in enumerate(WRONG) if n >> place & 1]


def by_hand(n):
    """What a person gives student n for what is written, of 5."""
    return n % 6


def short(notebook):
    """The notebook with these questions alone."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    notebook.cells = [cell for cell in notebook.cells if {cell.id, cell.id.removesuffix("_test")} & KEPT]
    return notebook


def handed_in(students):
    answers = {each: {name: WRONG[name] for name in slips(number(each))} for each in students}
    return {each: [(FILE, as_bytes(short(answered(wrong))))] for each, wrong in answers.items()}


def number(student):
    return int(student.student[-2:])


def hand_out(tmp_path):
    """Files as eight platforms hand them out, five students each: [paths]"""
    fives = [CLASS[at : at + 5] for at in range(0, 40, 5)]
    moodle, participants = made.moodle(handed_in(fives[1]))
    classroom = {each: [(f"{each.first_name}.ipynb", files[0][1])] for each, files in handed_in(fives[6]).items()}
    drive = {name: data for [(name, data)] in classroom.values()}
    files = {
        "canvas.zip": made.canvas(handed_in(fives[0])), "moodle.zip": moodle,
        "sheet.csv": made.worksheet(participants, "de"), "blackboard.zip": made.blackboard(handed_in(fives[2])),
        "brightspace.zip": made.brightspace(handed_in(fives[3])), "ilias.zip": made.ilias(handed_in(fives[4])),
        "gradescope.zip": made.gradescope(handed_in(fives[5])), "drive.zip": made.zipped(drive),
        "submissions.json": made.classroom(classroom).encode(),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    made.exchange(tmp_path / "inbound", handed_in(fives[7]))
    return [tmp_path / name for name in (*files, "inbound")]


def timed(n):
    """Whether the platform of student n says when (28 hours late: two days); Canvas and ILIAS do not."""
    return (n - 1) // 5 not in (0, 4)


def expected(n, without=(), mended=(), more_time=()):
    """The score of student n, worked out from what the test itself knows."""
    wrong = {f"{name}_test" for name in slips(n)} - {f"{name}_test" for name in mended}
    machine = sum(points for name, points in FULL.items() if name not in wrong | set(without))
    return (machine + by_hand(n)) * (0.8 if timed(n) and n not in more_time else 1)


def exported(course, tmp_path):
    exports.export(course, NAME, tmp_path / "grades.csv", {}, "")
    rows = csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text(encoding="utf-8-sig")))
    return {int(row["student"][-2:]): float(row["score"]) if row["score"] else None for row in rows}


def right(course, tmp_path, **how):
    found = exported(course, tmp_path)
    assert found == pytest.approx({n: expected(n, **how) for n in range(1, 41)})


@pytest.mark.timeout(3000)
def test_the_week(tmp_path, pool, quiet):
    small = make_course(tmp_path / "course", instructor=short(INSTRUCTOR))
    roster.save(small.root, roster.Roster(CLASS))
    (small.root / "deadlines.toml").write_text(DEADLINES)
    outcome = collect(small.root, NAME, hand_out(tmp_path), "Europe/Berlin")
    assert outcome.well and len(outcome.collected) == 40 and not outcome.missing and outcome.without_time == 10
    grade(small, NAME, pool, quiet)
    assert set(exported(small, tmp_path).values()) == {None}  # a person has not graded yet: never a number
    with small.gradebook() as book:
        for n in range(1, 41):
            why = book.find_grade("why", NAME, NAME, f"student-{n:02}")
            why.manual_score, why.needs_manual_grade = by_hand(n), False
        book.db.commit()
    right(small, tmp_path)

    # an extension, without grading anything again
    (small.root / "deadlines.toml").write_text(DEADLINES + '[extensions.a1_small]\nstudent-07 = "2026-03-04 12:00"\n')
    right(small, tmp_path, more_time=[7])

    # a test is mended, for it asked too much of `answer`, and a question is dropped
    source = small.root / "solutions" / NAME / FILE
    notebook = canonical.read(source)
    test = next(cell for cell in notebook.cells if cell.id == "answer_test")
    test.source = test.source.replace("answer == 17", "answer in (17, 18)")
    canonical.write(notebook, source)
    release(small, NAME)
    question.run(small, NAME, "double_test", True, None, False, False)
    outcome = grade(small, NAME, pool, quiet)
    others = {f"student-{n:02}" for n in range(1, 41) if "answer" in slips(n) or "double" not in slips(n)}
    assert {each.student for each in outcome.changed} == others
    right(small, tmp_path, more_time=[7], mended=["answer"], without=["double_test"])

    # handed back: a page for each, with this score
    assert len(write.write(small, NAME).written) == 40
