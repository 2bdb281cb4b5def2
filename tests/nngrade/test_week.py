"""A class of 40 through an instructor's week, as files of nine platforms; every number is worked out here, too."""

import csv
import io
import json
import re

import nbformat
import pytest

from nngrade import exports
from nngrade.batch.grade_class import grade
from nngrade.batch.release import release
from nngrade.collect import roster
from nngrade.collect.collect import collect
from nngrade.commands import question
from nngrade.feedback import packs, write
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
EXTENSIONS = """
[extensions.a1_small]
student-04 = "2026-03-04 12:00"
student-05 = "2026-03-04 12:00"
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


MOODLE = {  # as a German worksheet says it: the moment in UTC, and the days by which that is late
    "Montag, 2. März 2026, 12:59": ("2026-03-02 11:59:00", 0),
    "Montag, 2. März 2026, 13:01": ("2026-03-02 12:01:00", 1),
    "Dienstag, 3. März 2026, 13:00": ("2026-03-03 12:00:00", 1),
    "Montag, 9. März 2026, 0:30": ("2026-03-08 23:30:00", 7),
    "Freitag, 10. April 2026, 12:00": ("2026-04-10 10:00:00", 39),
}
TIMES = {  # the same of the other platforms; Canvas and ILIAS do not say when
    "blackboard": ("2026-03-03 16:05:09", 2), "brightspace": ("2026-03-05 16:05:00", 4),
    "gradescope": ("2026-03-03 16:05:09", 2), "classroom": ("2026-03-03 16:05:09", 2),
    "exchange": ("2026-03-02 11:59:59", 0), "folder": ("2026-03-04 05:00:00", 2),
}  # fmt: skip
PLATFORMS = ("canvas", "moodle", "ilias", *TIMES)
OF = {name: [each for n, each in enumerate(CLASS) if PLATFORMS[n % 9] == name] for name in PLATFORMS}


def hand_out(tmp_path):
    """Files as nine platforms hand them out: [paths]"""
    handed = {name: handed_in(each) for name, each in OF.items()}
    moodle, participants = made.moodle(handed["moodle"])
    classroom = {each: [(f"{each.first_name}.ipynb", files[0][1])] for each, files in handed["classroom"].items()}
    drive = {name: data for [(name, data)] in classroom.values()}
    plain = {f"{each.email}/{name}": data for each, [(name, data)] in handed["folder"].items()}
    plain |= {f"{each.email}/timestamp.txt": "2026-03-04 10:00 +05:00" for each in OF["folder"]}
    files = {
        "canvas.zip": made.canvas(handed["canvas"], late=OF["canvas"][:2]), "moodle.zip": moodle,
        "sheet.csv": made.worksheet(participants, "de", dict(zip(OF["moodle"], MOODLE, strict=True))),
        "blackboard.zip": made.blackboard(handed["blackboard"]),
        "brightspace.zip": made.brightspace(handed["brightspace"], when="Mar 5, 2026 505 PM"),
        "ilias.zip": made.ilias(handed["ilias"]), "gradescope.zip": made.gradescope(handed["gradescope"]),
        "drive.zip": made.zipped(drive), "submissions.json": made.classroom(classroom).encode(),
        "plain.zip": made.zipped(plain),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    made.exchange(tmp_path / "inbound", handed["exchange"], when="2026-03-02 11:59:59 UTC")
    return [tmp_path / name for name in (*files, "inbound")]


def handed_in_at(n):
    """(the moment in UTC, days late) of student n; (None, 0) where the platform does not say."""
    at = dict(zip([number(each) for each in OF["moodle"]], MOODLE.values(), strict=True))
    return at.get(n) or TIMES.get(PLATFORMS[(n - 1) % 9], (None, 0))


def expected(n, without=(), mended=(), days=()):
    """The score of student n, worked out from what the test itself knows; `days` late that are others now."""
    wrong = {f"{name}_test" for name in slips(n)} - {f"{name}_test" for name in mended}
    machine = sum(points for name, points in FULL.items() if name not in wrong | set(without))
    late = dict(days).get(n, handed_in_at(n)[1])
    return (machine + by_hand(n)) * max(0, 1 - late / 10)


def exported(course, tmp_path):
    exports.export(course, NAME, tmp_path / "grades.csv", {}, "")
    rows = csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text(encoding="utf-8-sig")))
    return {int(row["student"][-2:]): float(row["score"]) if row["score"] else None for row in rows}


def right(course, tmp_path, **how):
    found = exported(course, tmp_path)
    assert found == pytest.approx({n: expected(n, **how) for n in range(1, 41)})


def filled(course, platform, source, column, delimiter):
    """The rows of a platform's file with the grades in it."""
    exports.export(course, NAME, None, {platform: source}, column)
    text = source.with_name(f"{source.stem}-filled.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def right_on_platforms(course, tmp_path, **how):
    """In Canvas's gradebook for all, with semicolons, and in the worksheet that Moodle handed out."""
    gradebook = tmp_path / "gradebook.csv"
    rows = [f"{each.last_name}, {each.first_name};{each.canvas};S1;" for each in CLASS]
    gradebook.write_text("\n".join(["Student;ID;Section;HW 1 (9)", "    Points Possible;;;14", *rows]) + "\n")
    found = {row["ID"]: row["HW 1 (9)"] for row in filled(course, "canvas", gradebook, "HW 1 (9)", ";")[1:]}
    assert {key: float(score) for key, score in found.items()} == pytest.approx(
        {each.canvas: expected(number(each), **how) for each in CLASS})  # fmt: skip
    worksheet = filled(course, "moodle", tmp_path / "sheet.csv", "", ",")
    found = {row["E-Mail-Adresse"]: row["Bewertung"] for row in worksheet}
    assert {key: float(score.replace(",", ".")) for key, score in found.items()} == pytest.approx(
        {each.email: expected(number(each), **how) for each in OF["moodle"]})  # fmt: skip
    assert any("," in score for score in found.values()) and not any("." in score for score in found.values())


def stamped(course, student):
    path = course.root / "submitted" / student.student / NAME / "timestamp.txt"
    return path.read_text().removesuffix(" UTC") if path.exists() else None


def graded_by_a_person(course):
    with course.gradebook() as book:
        for n in range(1, 41):
            why = book.find_grade("why", NAME, NAME, f"student-{n:02}")
            why.manual_score, why.needs_manual_grade = by_hand(n), False
        book.db.commit()


def mend_the_test_of_answer(course):
    """It asked too much."""
    source = course.root / "solutions" / NAME / FILE
    notebook = canonical.read(source)
    test = next(cell for cell in notebook.cells if cell.id == "answer_test")
    test.source = test.source.replace("answer == 17", "answer in (17, 18)")
    canonical.write(notebook, source)
    release(course, NAME)


@pytest.mark.timeout(3000)
def test_the_week(tmp_path, pool, quiet):
    small = make_course(tmp_path / "course", instructor=short(INSTRUCTOR))
    roster.save(small.root, roster.Roster(CLASS))
    (small.root / "deadlines.toml").write_text(DEADLINES)
    outcome = collect(small.root, NAME, hand_out(tmp_path), "Europe/Berlin")
    assert outcome.well and len(outcome.collected) == 40 and not outcome.missing
    assert {number(each): stamped(small, each) for each in CLASS} == {n: handed_in_at(n)[0] for n in range(1, 41)}
    grade(small, NAME, pool, quiet)
    assert set(exported(small, tmp_path).values()) == {None}  # a person has not graded yet: never a number
    graded_by_a_person(small)
    right(small, tmp_path)

    # extensions, without grading anything again: one is in time now, one is late by less
    (small.root / "deadlines.toml").write_text(DEADLINES + EXTENSIONS)
    days = {number(OF["blackboard"][0]): 0, number(OF["brightspace"][0]): 2}
    right(small, tmp_path, days=days)

    # a test is mended, and a question is dropped
    mend_the_test_of_answer(small)
    question.run(small, NAME, "double_test", True, None, False, False)
    outcome = grade(small, NAME, pool, quiet)
    others = {f"student-{n:02}" for n in range(1, 41) if "answer" in slips(n) or "double" not in slips(n)}
    never = {OF["moodle"][4].student}  # 39 days late: 0 before and after
    assert {each.student for each in outcome.changed} == others - never
    how = {"days": days, "mended": ["answer"], "without": ["double_test"]}
    right(small, tmp_path, **how)
    right_on_platforms(small, tmp_path, **how)

    # handed back: a page for each, with this score, and a pack for each platform that takes one
    assert len(write.write(small, NAME).written) == 40
    for n in range(1, 41):
        page = (small.root / "feedback" / f"student-{n:02}" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
        total = re.search(r'<p class="total">([\d.]+) of 10 points(?:, .+: ([\d.]+))?\.</p>', page)
        assert float(total[2] or total[1]) == pytest.approx(expected(n, **how))
    written, _ = packs.write(small, NAME, list(write.returned(small, NAME)))
    assert {platform.lower(): students for platform, students in written.values()} == {
        name: len(OF[name]) for name in ("canvas", "moodle", "ilias", "blackboard", "brightspace")}  # fmt: skip
