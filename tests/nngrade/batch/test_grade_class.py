"""Grading a class: as nbgrader would, once and for all, whatever happens in between."""

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest
from sqlalchemy import text

import nngrade.course
from nngrade.batch import files, grade_class, gradebook, submitted
from nngrade.batch.files import alone
from nngrade.batch.grade_class import Threads, grade
from nngrade.batch.records import Records
from nngrade.course import Course
from nngrade.errors import CourseError
from nngrade.exports.grades import read_grades
from nngrade.grading import work
from tests.nngrade import small_course
from tests.nngrade.moments import in_moments, soon
from tests.nngrade.odd_submissions import ODD, released_in
from tests.nngrade.small_course import FULL, NAME, answered, as_bytes, dump, hand_in, make_course, record_path

pytestmark = pytest.mark.slow
WRONG = answered({"double": "def double(x):\n    return x"})
STUDENTS = 12


class Killed(BaseException):
    """In place of SIGKILL."""


def blank():
    handed_in = answered()
    handed_in.cells[-1].source = "*Write your answer here, in place of this line.*"
    return handed_in


def hand_in_class(course, slow="", students=STUDENTS):
    """A class in which there is something of everything."""
    kinds = [answered(first=slow or None), WRONG, blank(), b"no notebook"]
    for number in range(students):
        hand_in(course, f"student-{number + 1:02}", kinds[number % 4], f"2026-01-{number + 1:02} 12:00:00 UTC")


def graded_at(course):
    return {path.parent.name: path.read_bytes() for path in (course.root / "records" / NAME).glob("*/*.json")}


def copy_of(course, folder):
    return Course(shutil.copytree(course.root, folder))


# --- as nbgrader does it ---------------------------------------------------------------------

LATE = """
from nbgrader.plugins import LateSubmissionPlugin

class Late(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2 * total_seconds_late / 86400

c.AssignLatePenalties.plugin_class = Late
"""


def grade_by_hand(course):
    """What an instructor does in formgrader."""
    with course.gradebook() as book:
        for student, cell, score, extra in (("student-01", "why", 4, None), ("student-02", "double_test", 2, 1)):
            grade = book.find_grade(cell, NAME, NAME, student)
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = score, extra, False
        book.find_comment("why", NAME, NAME, "student-01").manual_comment = "Well said."
        book.db.commit()


def test_the_gradebook_is_as_after_nbgrader_autograde(tmp_path, pool, quiet):
    ours = make_course(tmp_path / "ours", LATE)
    with ours.gradebook() as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-06 12:00:00 UTC")
    hand_in_class(ours, students=8)
    (ours.root / "submitted" / "student-05" / NAME / "timestamp.txt").write_text("2026-01-08 23:00:00 America/New_York")
    (ours.root / "submitted" / "student-06" / NAME / "timestamp.txt").unlink()
    nbgraders = copy_of(ours, tmp_path / "nbgraders")
    for again in (False, True):
        grade(ours, NAME, pool, quiet, again=again)
        for number in range(8):
            nbgraders.autograde(NAME, f"student-{number + 1:02}")
        found = dump(ours)
        assert found == dump(nbgraders)
        assert any(penalty for _, _, penalty, *_ in found["grades"])
        for path in (ours.root / "autograded").rglob("*.*"):
            other = nbgraders.root / path.relative_to(ours.root)
            same = [part.read_bytes() if path.suffix == ".txt" else shown_cells(part) for part in (path, other)]
            assert same[0] == same[1]
        grade_by_hand(ours)
        grade_by_hand(nbgraders)
    assert "Well said." in ours.feedback(NAME, "student-01").read_text(encoding="utf-8")


def shown_cells(path):
    return [(cell["id"], cell["source"], cell.get("outputs")) for cell in json.loads(path.read_bytes())["cells"]]


def test_grades_by_hand_survive_and_ask_to_be_looked_at_if_the_answer_changed(small, pool, quiet):
    hand_in(small, "student-01", answered())
    hand_in(small, "student-02", WRONG)
    grade(small, NAME, pool, quiet)
    grade_by_hand(small)
    grade(small, NAME, pool, quiet)
    assert small.scores(NAME, "student-01")["why"] == 4  # nothing was done, so nothing asks
    outcome = grade(small, NAME, pool, quiet, again=True)
    assert outcome.why == {"again": 2} and outcome.waiting == 1  # the text of student-02, as before
    assert small.scores(NAME, "student-01")["why"] == 4 and small.scores(NAME, "student-02")["double_test"] == 3
    other = answered()
    other.cells[-1].source = "*Because.*"
    hand_in(small, "student-01", other)
    assert grade(small, NAME, pool, quiet).waiting == 2
    with small.gradebook() as book:
        by_hand = book.find_grade("why", NAME, NAME, "student-01")
        assert (by_hand.score, by_hand.needs_manual_grade) == (4, True)


def test_when_a_test_is_mended_what_people_gave_stays_and_the_changes_are_told(small, pool, quiet):
    hand_in(small, "student-01", answered())
    hand_in(small, "student-02", WRONG)
    grade(small, NAME, pool, quiet)
    with small.gradebook() as book:
        for student in ("student-01", "student-02"):
            why = book.find_grade("why", NAME, NAME, student)
            why.manual_score, why.needs_manual_grade = 3, False
        book.db.commit()
    edited(small, lambda n: setattr(n.cells[3], "source", "assert double(3) in (3, 6)"))
    outcome = grade(small, NAME, pool, quiet)
    assert outcome.why == {"tests changed": 2} and outcome.waiting == 0
    assert {each.status for each in read_grades(small, NAME)} == {"graded"}
    [change] = outcome.changed
    assert (change.student, change.now - change.before) == ("student-02", 4)
    assert change.why == "tests changed: double_test 0 → 4"
    noted = (small.root / "records" / NAME / "changes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(noted) == 2 and noted[1].endswith(f"student-02,a1_small,{change.before},{change.now},{change.why}")
    assert not grade(small, NAME, pool, quiet).changed


# --- killed, and run again -------------------------------------------------------------------


@pytest.fixture
def undisturbed(small, tmp_path, pool, quiet):
    """(a course with a class that handed in, the gradebook as it has to be in the end)."""
    hand_in_class(small, "import time\ntime.sleep(0.5)")
    other = copy_of(small, tmp_path / "other")
    grade(other, NAME, pool, quiet)
    return small, dump(other)


@pytest.fixture
def start():
    """Starts `nngrade grade`; what a test leaves running is killed."""
    runs = []

    def start(course, *options, temporary=None):
        environment = os.environ | ({"TMPDIR": str(temporary)} if temporary else {})
        command = [sys.executable, "-m", "nngrade", "grade", NAME, "--workers=2", *options]  # not all at once
        run = subprocess.Popen(command, cwd=course.root, env=environment, start_new_session=True, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.kill()
        run.communicate()


def wait_for_records(course, run, number):
    while len(graded_at(course)) < number and run.poll() is None:
        time.sleep(0.01)


def assert_nothing_left(family, temporary):
    assert psutil.wait_procs(family, timeout=60)[1] == []
    assert soon(lambda: not any(temporary.iterdir())), [path.name for path in temporary.iterdir()]


def parts(course):
    return [path for path in course.root.rglob(f"*{files.PART}")]


def test_killed_again_and_again_it_ends_as_if_nothing_had_happened(undisturbed, start, tmp_path):
    course, wanted = undisturbed
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before, moments = {}, random.Random(7)
    for number in (0, 1, 4, 8):
        run = start(course, temporary=temporary)
        wait_for_records(course, run, number)
        time.sleep(moments.uniform(0, 0.6) if number else 2)
        family = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.communicate()
        now = graded_at(course)
        assert before.items() <= now.items()  # nothing is done twice
        assert all(json.loads(record)["student"] == student for student, record in now.items())
        before = now
        assert_nothing_left(family, temporary)
    assert len(before) >= 8
    run = start(course, temporary=temporary)
    said, errors = run.communicate()
    assert (run.returncode, errors) == (0, "")
    assert f"{len(before)} are finished already" in said or len(before) == STUDENTS
    assert before.items() <= graded_at(course).items() and len(graded_at(course)) == STUDENTS
    assert dump(course) == wanted
    assert not parts(course)


@pytest.mark.parametrize("where", ["save", "late_penalty"])
def test_killed_between_record_and_gradebook(undisturbed, pool, quiet, monkeypatch, where):
    course, wanted = undisturbed
    real, calls = getattr(gradebook, where), []

    def killed(*what):
        calls.append(1)
        if len(calls) == 3:
            raise Killed
        return real(*what)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(gradebook, where, killed)
        grade(course, NAME, pool, quiet)
    before = graded_at(course)
    outcome = grade(course, NAME, pool, quiet)
    assert outcome.unsaved == 1 and before.items() <= graded_at(course).items()
    assert dump(course) == wanted


def test_what_a_killed_run_was_writing_is_removed(small, pool, quiet):
    hand_in(small, "student-01", b"no notebook")
    for folder in ("records/a1_small/student-01", "autograded/student-01/a1_small"):
        (small.root / folder).mkdir(parents=True)
        (small.root / folder / f".abc{files.PART}").write_text("{")
    grade(small, NAME, pool, quiet)
    assert not parts(small)


@pytest.fixture
def graded(small, pool, quiet):
    """A small course with two students, graded."""
    hand_in(small, "student-01", answered())
    hand_in(small, "student-02", WRONG)
    grade(small, NAME, pool, quiet)
    return small


def test_who_was_slow_is_graded_last_and_named(graded, pool, quiet, monkeypatch):
    records, begun = Records(graded.root), []
    slow, quick = records.of(NAME)
    records.keep(slow | {"seconds": 99.0})
    monkeypatch.setattr(grade_class, "SLOW", 0)
    monkeypatch.setattr(pool, "submit", lambda *work: begun.append(work[1].student) or Threads.submit(pool, *work))
    outcome = grade(graded, NAME, pool, quiet, again=True)
    assert begun == [quick["student"], slow["student"]]
    assert {student for student, _ in outcome.slow} == {*begun}


def test_regrading_is_reproducible(graded, pool, quiet):
    def said(record):
        timed = {"graded", "seconds", "cpu_seconds", "checksum", "tests", "before"}
        tests = {name: {**test, "seconds": 0} for name, test in record["tests"].items()}
        return {name: value for name, value in record.items() if name not in timed}, tests

    before = [said(record) for record in Records(graded.root).of(NAME)]
    assert len(grade(graded, NAME, pool, quiet, again=True).graded) == 2
    assert [said(record) for record in Records(graded.root).of(NAME)] == before
    promised = {"student", "handed_in", "last_change", "graded", "by", "hashes", "versions", "limits", "sandbox"}
    assert promised <= Records(graded.root).of(NAME)[0].keys()


class NoWorkers:
    width = 1

    def submit(self, *what):
        raise AssertionError("this was graded already")


def test_a_lost_gradebook_is_restored_without_grading(graded, quiet):
    before = dump(graded)
    (graded.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="no gradebook .*`nngrade release` makes it"):
        grade(graded, NAME, NoWorkers(), quiet)
    graded.release(NAME)
    outcome = grade(graded, NAME, NoWorkers(), quiet)
    assert (outcome.before, outcome.unsaved, outcome.graded) == (2, 2, [])
    assert dump(graded) == before


def test_who_is_dropped_from_the_gradebook_comes_back(graded, quiet):
    before = dump(graded)
    with graded.gradebook() as book:
        book.remove_student("student-01")
    assert grade(graded, NAME, NoWorkers(), quiet).unsaved == 1
    assert dump(graded) == before


def edited(course, what):
    """Change the instructor's notebook."""
    changed = small_course.notebook()
    what(changed)
    small_course.write_solutions(course.root, changed)


def cut(path):
    path.write_bytes(path.read_bytes()[:300])


def better_grade(path):
    path.write_text(path.read_text().replace('"points": 0.0', '"points": 4.0'))


CHANGES = {
    "record cut off": (lambda c: cut(record_path(c, "student-02")), {"damaged record": 1}),
    "record emptied": (lambda c: record_path(c, "student-02").write_text(""), {"damaged record": 1}),
    "record of null": (lambda c: record_path(c, "student-02").write_text("null"), {"damaged record": 1}),
    "record edited": (lambda c: better_grade(record_path(c, "student-02")), {"damaged record": 1}),
    "record lost": (lambda c: record_path(c, "student-02").unlink(), {"new": 1}),
    "notebook lost": (lambda c: Records(c.root).graded_notebook("student-02", NAME, NAME).unlink(),
                      {"graded notebook is gone": 1}),
    "submission": (lambda c: hand_in(c, "student-02", answered()), {"handed in again": 1}),
    "time": (lambda c: hand_in(c, "student-02", WRONG, "2026-01-01 12:00:00 UTC"), {}),
    "hidden test": (lambda c: edited(c, lambda n: setattr(n.cells[3], "source", n.cells[3].source + "\nassert True")),
                    {"tests changed": 2}),
    "limits": (lambda c: c.config.Execute.update(timeout=77), {"environment changed": 2}),
    "text": (lambda c: edited(c, lambda n: n.cells.insert(0, nbformat.v4.new_markdown_cell("Hi", id="hi"))), {}),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_is_graded_again_and_nothing_else(graded, pool, quiet, change):
    before = graded_at(graded)
    what, why = CHANGES[change]
    what(graded)
    outcome = grade(graded, NAME, pool, quiet)
    assert outcome.why == why and len(outcome.graded) == sum(why.values()) == quiet.total
    assert (graded_at(graded)["student-01"] == before["student-01"]) == (sum(why.values()) < 2)
    assert small_scores(graded, "student-02")["double_test"] == (4 if change == "submission" else 0)
    assert grade(graded, NAME, NoWorkers(), quiet).why == {}


def small_scores(course, student):
    return course.scores(NAME, student)


# --- the machine's troubles ------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("it takes root to make a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_nothing_is_lost(undisturbed, small_disk, start):
    course, wanted = undisturbed
    course = copy_of(course, small_disk / "course")
    filler = small_disk / "filler"
    run = start(course)
    wait_for_records(course, run, 3)
    with open(filler, "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    _, errors = run.communicate()
    assert run.returncode == 1 and errors.startswith("nngrade: The disk is full. What was graded is kept")
    assert "Traceback" not in errors and not parts(course)
    before = graded_at(course)
    assert all(json.loads(record)["student"] == student for student, record in before.items())
    again = start(course)
    assert "The disk is full" in again.communicate()[1] and again.returncode == 1
    filler.unlink()
    run = start(course)
    assert run.communicate()[1] == "" and run.returncode == 0
    assert before.items() <= graded_at(course).items()
    assert dump(course) == wanted


def test_no_room_for_a_file(graded, pool, quiet, monkeypatch):
    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before, kept = graded_at(graded), dump(graded)
    with monkeypatch.context() as patch, pytest.raises(CourseError, match="The disk is full. What was graded is kept"):
        patch.setattr(os, "fsync", no_room)
        grade(graded, NAME, pool, quiet, again=True)
    assert graded_at(graded) == before and dump(graded) == kept and not parts(graded)
    assert grade(graded, NAME, NoWorkers(), quiet).before == 2


def test_no_room_in_the_gradebook(small, pool, quiet, monkeypatch):
    hand_in_class(small)

    totals = gradebook.totals

    def no_room(book, assignment):
        pages = book.db.execute(text("PRAGMA page_count")).scalar()
        book.db.execute(text(f"PRAGMA max_page_count = {pages + 1}"))
        return totals(book, assignment)

    with monkeypatch.context() as patch, pytest.raises(CourseError, match="The disk is full. What was graded is kept"):
        patch.setattr(gradebook, "totals", no_room)
        grade(small, NAME, pool, quiet)
    before = graded_at(small)
    assert grade(small, NAME, pool, quiet).unsaved == 1 and before.items() <= graded_at(small).items()
    assert len(dump(small)["submissions"]) == STUDENTS


def test_what_can_not_be_written_is_named(graded, pool, quiet):
    shutil.rmtree(graded.root / "autograded")
    (graded.root / "autograded").write_text("in the way")
    with pytest.raises(CourseError, match=r"autograded.* can't be used: .*run the same command again"):
        grade(graded, NAME, pool, quiet)


@pytest.mark.parametrize("records", [0, 2])
def test_ctrl_c(undisturbed, start, tmp_path, records):
    course, wanted = undisturbed
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = start(course, temporary=temporary)
    wait_for_records(course, run, records)
    if not records:
        assert run.stdout.readline() == "12 submissions to grade.\n"  # and the sandbox is on its way
    family = psutil.Process(run.pid).children(recursive=True)
    os.killpg(run.pid, signal.SIGINT)
    time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)  # who presses it twice sees no traceback either
    said, errors = run.communicate()
    assert (run.returncode, errors) == (130, "")
    assert said.endswith("Stopped. What was graded is kept; run the same command again to go on.\n")
    assert_nothing_left(family, temporary)
    before = graded_at(course)
    run = start(course)
    assert run.communicate()[1] == "" and run.returncode == 0
    assert before.items() <= graded_at(course).items() and dump(course) == wanted


@pytest.mark.parametrize("seconds", [0, 0.002, 0.01, 0.03, 0.08])
def test_ctrl_c_when_all_is_said(graded, start, seconds):
    """What is warm is still to be ended."""
    run = start(graded, "--again")
    while not run.stdout.readline().startswith("Hand back"):
        pass
    time.sleep(seconds)
    os.killpg(run.pid, signal.SIGINT)
    assert run.communicate()[1] == "" and run.returncode in (0, 130)


def test_one_at_a_time(graded, quiet):
    with (
        alone(graded.root / "records" / NAME, f"grade {NAME}"),
        pytest.raises(CourseError, match="Another `nngrade grade a1_small` is at work in this course"),
    ):
        grade(graded, NAME, NoWorkers(), quiet)


def test_it_waits_while_somebody_else_writes_to_the_gradebook(small, pool, quiet):
    hand_in(small, "student-01", answered())
    other = sqlite3.connect(small.root / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(9, other.rollback)  # SQLite alone waits for 5 s
    timer.start()
    grade(small, NAME, pool, quiet)
    timer.join()
    other.close()
    assert small.scores(NAME, "student-01") == FULL | {"why": None}


def test_it_waits_from_the_first_moment(small, pool, quiet):
    hand_in(small, "student-01", answered())
    other = sqlite3.connect(small.root / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")  # not even to be read
    timer = threading.Timer(8, other.rollback)
    timer.start()
    assert grade(small, NAME, pool, quiet).graded
    timer.join()
    other.close()


@pytest.mark.parametrize("noted", [
    "", "1" * 10**6, "9" * 5000, "a " * 4000, "\0" * 100, "9999-12-31 23:59 -14:00", "0001-01-01 00:00 +14:00",
    "\ud800",
], ids=lambda noted: noted[:9])
def test_a_timestamp_that_is_none_stops_nobody(small, pool, quiet, noted):
    folder = hand_in(small, "student-01", answered())
    (folder / "timestamp.txt").write_bytes(noted.encode("utf-8", "surrogatepass"))
    with in_moments():
        assert grade(small, NAME, pool, quiet).graded
    record = json.loads(record_path(small, "student-01").read_text())
    assert record["handed_in"] == "" and len(str(record["repaired"])) < 1000
    assert bool(record["repaired"]) == bool(noted)


def test_it_does_not_wait_for_ever(small, pool, quiet, monkeypatch):
    hand_in(small, "student-01", answered())
    monkeypatch.setattr(nngrade.course, "SECONDS_TO_WAIT", 0.1)
    small = Course(small.root)
    with sqlite3.connect(small.root / "gradebook.db") as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CourseError, match="gradebook can't be written: database is locked. What was graded is"):
            grade(small, NAME, pool, quiet)
    other.close()
    assert grade(small, NAME, NoWorkers(), quiet).unsaved == 1


def failing(monkeypatch, times, *students):
    """Let work fail so many times for each of these students (or for all), for a reason of the machine's."""
    real, tries = work.grade, []

    def attempt(unit):
        tries.append(unit.student)
        if (unit.student in students or not students) and tries.count(unit.student) <= times:
            raise OSError("the machine coughed")
        return real(unit)

    monkeypatch.setattr(work, "grade", attempt)


def test_one_that_fails_stops_nobody_and_is_tried_again(small, pool, quiet, monkeypatch):
    for number in (1, 2, 3):
        hand_in(small, f"student-0{number}", answered())
    with monkeypatch.context() as patch:
        failing(patch, 9, "student-02")
        outcome = grade(small, NAME, pool, quiet)
    assert outcome.failed == [("student-02", "the machine coughed")] and quiet.steps == 3
    assert sorted(graded_at(small)) == ["student-01", "student-03"]
    with monkeypatch.context() as patch:
        failing(patch, 1, "student-02")
        outcome = grade(small, NAME, pool, quiet)  # once is overlooked
    assert (outcome.graded, outcome.failed, outcome.before) == ([("student-02", NAME)], [], 2)


def test_where_all_fail_it_gives_up(small, pool, quiet, monkeypatch):
    hand_in_class(small)
    failing(monkeypatch, 9)
    with pytest.raises(CourseError, match="10 submissions in a row could not be graded, so it is not they: the m"):
        grade(small, NAME, pool, quiet)


def test_a_failing_plugin_for_late_submissions(tmp_path, pool, quiet):
    course = make_course(tmp_path / "course", LATE.replace("2 * total", "late"))
    with course.gradebook() as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-06 12:00:00 UTC")
    hand_in(course, "student-01", answered(), "2026-01-07 12:00:00 UTC")
    hand_in(course, "student-02", answered(), "2026-01-05 12:00:00 UTC")
    outcome = grade(course, NAME, pool, quiet)
    assert outcome.graded == [("student-02", NAME)]
    assert "the plugin for late submissions failed: NameError" in outcome.failed[0][1]
    assert outcome.failed[0][0] == "student-01" and grade(course, NAME, NoWorkers(), quiet).unsaved == 1


class Counting:
    """One worker, done at once, that counts what is under way."""

    width, most = 1, 0

    def __init__(self):
        self.under_way = 0

    def submit(self, function, unit):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        future = Future()
        future.set_result(function(unit))
        return future


def test_memory_stays_flat(graded, quiet, monkeypatch):
    counting, template = Counting(), Records(graded.root).read("student-01", NAME, NAME)
    for number in range(3, 40):
        hand_in(graded, f"student-{number:02}", b"")
    monkeypatch.setattr(work, "grade", lambda unit: (template | {"student": unit.student, "hashes": unit.key}, "{}"))
    real = gradebook.save

    def save(*what):
        counting.under_way -= 1
        real(*what)

    monkeypatch.setattr(gradebook, "save", save)
    outcome = grade(graded, NAME, counting, quiet)
    assert len(outcome.graded) == 37 and counting.most <= 2 * counting.width
    assert all(len(entry) == 2 for entry in outcome.graded)  # no records, no notebooks


# --- what is handed in -----------------------------------------------------------------------

NAMES = ["Zoë Ångström", "o'neil; rm -rf", "first.last", "..dots", "[red]", "%s{0}", "-x", "名前", "x" * 200]


def test_odd_submissions(small, pool, quiet):
    for number, (do, _) in enumerate(ODD.values()):
        do(hand_in(small, f"student-{number:02}", answered()))
    outcome = grade(small, NAME, pool, quiet)
    assert not outcome.failed
    problems = dict(outcome.problems)
    for number, (what, (_, why)) in enumerate(ODD.items()):
        student = f"student-{number:02}"
        if why:
            assert why in problems.pop(student), what
            assert set(small.scores(NAME, student).values()) == {None}  # not 0: a person has to look
        else:
            assert small.scores(NAME, student) == FULL | {"why": None}, what
        times = "holds no certain time" in str(Records(small.root).read(student, NAME, NAME)["repaired"])
        assert times == (what in ("no time", "a pipe for the time", "a link for the time", "bytes for the time"))
    assert not problems
    assert "root" not in "".join(path.read_text() for path in small.root.glob("autograded/*/*/timestamp.txt"))
    assert grade(small, NAME, NoWorkers(), quiet).before == len(ODD)


def test_who_has_written_nothing_is_named(small, pool, quiet):
    own = nbformat.reads(released_in(small.root), as_version=4)
    own.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    for number, handed_in in enumerate([released_in(small.root), answered(), own], start=1):
        hand_in(small, f"student-0{number}", handed_in)
    for _ in range(2):
        assert grade(small, NAME, pool, quiet).empty == ["student-01"]


def test_odd_names(small, pool, quiet):
    for name in NAMES:
        hand_in(small, name, answered())
    assert grade(small, NAME, pool, quiet).troubles == 0
    assert all(small.scores(NAME, name) == FULL | {"why": None} for name in NAMES)
    assert grade(small, NAME, NoWorkers(), quiet).before == len(NAMES)


def test_a_name_that_is_no_text_stops_nobody(small, pool, quiet):
    hand_in(small, os.fsdecode(b"student-\xff"), answered())
    hand_in(small, "student-02", answered())
    outcome = grade(small, NAME, pool, quiet)
    assert outcome.graded == [("student-02", NAME)]
    assert outcome.failed == [("student-?", "the name of this folder is no text: give it another one")]


@pytest.fixture
def open_folder():
    """A folder that every user can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def nobody():
    """As somebody whom file permissions concern."""
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if os.getuid() == 0:
            os.seteuid(0)


def test_what_may_not_be_read(small, open_folder):
    hand_in(small, "student-01", answered())
    place = grade_class.places(small, NAME)[0]
    place.unit()  # all but the submission is read by now
    closed, listed = open_folder / "closed", open_folder / "listed"
    closed.mkdir(0)
    listed.mkdir(0o744)
    (listed / "notebook.txt").touch()
    (open_folder / f"{NAME}.ipynb").touch(0)
    with nobody():
        problems = [replace(place, folder=folder).unit().problem for folder in (open_folder, closed, listed)]
    assert problems == [
        "The file can't be opened: Permission denied.",
        "What was handed in can't be read: Permission denied.",
        "What was handed in can't be read: Permission denied.",
    ]


def test_whom_one_may_not_look_for_is_not_left_out(open_folder):
    for student in ("closed", "in time", "none"):
        (open_folder / student / NAME).mkdir(parents=True)
    (open_folder / "none" / NAME).rmdir()
    (open_folder / "a file").touch()
    (open_folder / "closed").chmod(0)
    with nobody():
        assert list(submitted._folders(open_folder, NAME)) == ["closed", "in time"]
    open_folder.chmod(0)
    with nobody(), pytest.raises(CourseError, match="can't be read: Permission denied"):
        submitted._folders(open_folder, NAME)
    open_folder.chmod(0o755)
    assert submitted._folders(open_folder / "nowhere", NAME) == {}


# --- kind errors -----------------------------------------------------------------------------


def test_kind_errors(small, quiet):
    with pytest.raises(CourseError, match="There is no assignment a9: solutions/a9/ holds no notebook"):
        grade(small, "a9", NoWorkers(), quiet)
    with pytest.raises(CourseError, match="Nobody has handed in a1_small"):
        grade(small, NAME, NoWorkers(), quiet)
    hand_in(small, "student-01", answered())
    with pytest.raises(CourseError, match="There is no submission of student-02, student-03 to a1_small"):
        grade(small, NAME, NoWorkers(), quiet, ["student-03", "student-01", "student-02"])
    edited(small, lambda notebook: notebook.cells[3].metadata["nbgrader"].update(points=9))
    with pytest.raises(CourseError, match=r"a1_small was changed since its release \(double_test\): run `nngrade rel"):
        grade(small, NAME, NoWorkers(), quiet)
    with small.gradebook() as book:
        book.remove_assignment(NAME)
    with pytest.raises(CourseError, match="The gradebook does not know a1_small yet: run `nngrade release`"):
        grade(small, NAME, NoWorkers(), quiet)
    shutil.rmtree(small.root / "assignments")
    with pytest.raises(CourseError, match="a1_small was not released yet: run `nngrade release`"):
        grade(small, NAME, NoWorkers(), quiet)


@pytest.mark.parametrize("text", [b"{", b"<<<<<<< HEAD\n{}", b"[]", b'{"cells": 3}', b"\xff"])
@pytest.mark.parametrize("folder", ["solutions", "assignments"])
def test_a_damaged_notebook_of_the_course_is_named(small, quiet, folder, text):
    hand_in(small, "student-01", answered())
    (small.root / folder / NAME / f"{NAME}.ipynb").write_bytes(text)
    with pytest.raises(CourseError, match=f"{folder}.a1_small.a1_small.ipynb can't be read as a notebook: ."):
        grade(small, NAME, NoWorkers(), quiet)


def test_only_some_students(small, pool, quiet):
    for number in (1, 2, 3):
        hand_in(small, f"student-0{number}", as_bytes(answered()))
    assert grade(small, NAME, pool, quiet, ["student-02"]).graded == [("student-02", NAME)]
    assert sorted(grade(small, NAME, pool, quiet).graded) == [("student-01", NAME), ("student-03", NAME)]


def test_where_students_code_would_see_the_course_nothing_is_graded(small, pool, quiet, monkeypatch):
    hand_in(small, "student-01", answered())
    monkeypatch.setattr("nngrade.batch.submitted.private", lambda root, config: (root, "/usr/share"))
    with pytest.raises(CourseError, match="could read /usr/share, because .* lies in /usr. .* Move the course"):
        grade(small, NAME, pool, quiet)
    assert not graded_at(small)
