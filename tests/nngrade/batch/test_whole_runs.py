"""What a run over a class leaves behind and tells, with ready-made records: scores, changes, order, what is refused."""

import errno
import os
import stat
import sys
import threading
from concurrent.futures import Future
from contextlib import closing
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from nngrade.batch import grade_class
from nngrade.batch.files import alone
from nngrade.batch.grade_class import SLOW, Outcome, Threads, _results, _room
from nngrade.batch.records import Records
from nngrade.batch.submitted import handed_in_again
from nngrade.errors import CourseError
from nngrade.grading import sandboxes, work
from tests.nngrade import moments
from tests.nngrade.batch.test_runs import UNCLEAR, graded, run  # noqa: F401 (a fixture)
from tests.nngrade.small_course import FULL, NAME, answered, hand_in

ALL, ONE, TWO = sum(FULL.values()), ("student-01", NAME), ("student-02", NAME)


def test_what_changed_is_told_with_its_reason(run):  # noqa: F811
    assert run({})[0].changed == []
    outcome, _ = run({"double_test": 1.0, "total_test": None}, {"double_test": 1.0, "total_test": None}, again=True)
    [change] = outcome.changed
    points = "again: double_test 4 → 1, total_test 3 → not graded"
    assert (change.student, change.before, change.now, change.why) == ("student-01", ALL, ALL - 6, points)
    assert outcome.why == {"again": 2} and outcome.waiting == 2
    with run.course.gradebook() as book:
        row = book.find_grade("double_test", NAME, NAME, "student-01")
        row.manual_score, row.needs_manual_grade = 4, False
        book.db.commit()
    assert run()[0].changed == []  # a person's doing, told where it is done
    noted = (run.course.root / "records" / NAME / "changes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(noted) == 2 and points in noted[1].replace('"', "")


def test_what_a_run_changed_that_was_stopped_is_told_by_the_next_one(run, quiet, monkeypatch):  # noqa: F811
    run()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(quiet, "step", lambda outcome: (_ for _ in ()).throw(KeyboardInterrupt))
        run({"double_test": 1.0}, again=True, students=["student-01"])
    outcome, tries = run()
    assert tries == 0 and [(each.student, each.before, each.now, each.why) for each in outcome.changed] == [
        ("student-01", ALL, ALL - 3, "again")]  # fmt: skip
    assert run()[0].changed == []
    folder = run.course.root / "records" / NAME
    assert len((folder / "changes.csv").read_text().splitlines()) == 2 and not (folder / "before.json").exists()


def test_what_a_rule_takes_off_is_told_though_nothing_is_graded(run, monkeypatch):  # noqa: F811
    run()
    settle, other = grade_class._settle, {("b2", "student-01", NAME): "why in another assignment"}
    monkeypatch.setattr(grade_class, "_settle", lambda *what: settle(*what) | other)
    for student, when in (("student-01", "2026-03-02 12:00 UTC"), ("student-02", "2026-03-01 12:00 UTC")):
        (run.course.root / "submitted" / student / NAME / "timestamp.txt").write_text(when)
    rule = f'[rule]\nper_day = 0.5\n[due]\n{NAME} = "2026-03-01 13:00 UTC"\n'
    (run.course.root / "deadlines.toml").write_text(rule)
    outcome, tries = run()
    assert [(each.student, each.now, each.why) for each in outcome.changed] == [("student-01", ALL / 2, "late penalty")]
    assert tries == 0 and outcome.before == 2 and outcome.graded == []
    record = Records(run.course.root).read("student-01", NAME, NAME)
    assert record["handed_in"] == "2026-03-02T12:00:00"
    assert record["before"] == record["answers"] != {}  # what people have seen, so their points stay


def test_who_is_not_in_the_gradebook_any_more_is_written_there_again(run):  # noqa: F811
    run(UNCLEAR, UNCLEAR)
    with run.course.gradebook() as book:
        book.remove_student("student-01")
    outcome, tries = run()
    assert (tries, outcome.before, outcome.unsaved, outcome.graded) == (0, 2, 1, [])
    assert outcome.problems == [("student-01", "not graded: double_test")]
    with run.course.gradebook() as book:
        assert book.find_submission_notebook(NAME, NAME, "student-01").score == ALL - 4
    assert run()[0].unsaved == 0


def test_who_has_written_nothing_is_named_also_when_nothing_is_graded(run, monkeypatch):  # noqa: F811
    run()
    records = Records(run.course.root)
    records.keep(records.read("student-02", NAME, NAME) | {"untouched": True})
    assert run()[0].empty == ["student-02"]
    monkeypatch.setattr(work, "grade", lambda unit: (graded(unit)[0] | {"untouched": True}, graded(unit)[1]))
    outcome = grade_class.grade(run.course, NAME, SimpleNamespace(width=1, submit=at_once), Quiet(), again=True)
    assert sorted(outcome.empty) == ["student-01", "student-02"]


class Quiet:
    """Counts."""

    steps = 0

    def begin(self, total, outcome):
        self.total, self.why = total, dict(outcome.why)

    def step(self, outcome):
        self.steps += isinstance(outcome, Outcome)


def at_once(function, unit):
    future = Future()
    future.set_result(function(unit))
    return future


def test_who_was_slow_comes_last_and_is_named(run, monkeypatch):  # noqa: F811
    run()
    records, order, seconds = Records(run.course.root), [], {"student-01": SLOW, "student-02": SLOW - 0.1}
    records.keep(records.read("student-01", NAME, NAME) | {"seconds": 9.0})

    def result(unit):
        order.append(unit.student)
        return graded(unit)[0] | {"seconds": seconds[unit.student]}, graded(unit)[1]

    monkeypatch.setattr(work, "grade", result)
    quiet = Quiet()
    outcome = grade_class.grade(run.course, NAME, SimpleNamespace(width=1, submit=at_once), quiet, again=True)
    assert order == ["student-02", "student-01"] and outcome.slow == [("student-01", SLOW)]
    assert (quiet.total, quiet.steps, quiet.why) == (2, 2, {"again": 2})
    assert sorted(outcome.graded) == [ONE, TWO] and outcome.reasons == {ONE: "again", TWO: "again"}


@pytest.mark.parametrize("shared, mode", [(False, 0o444), (True, 0o664)])
def test_a_course_that_a_group_shares_has_files_for_the_group(run, shared, mode):  # noqa: F811
    run.course.groupshared = shared
    run()
    there = Records(run.course.root).graded_notebook("student-01", NAME, NAME)
    assert stat.S_IMODE(there.stat().st_mode) == mode


def test_what_a_killed_run_was_writing_is_removed_at_the_next_one(run):  # noqa: F811
    run()
    part = Records(run.course.root).path("student-01", NAME, NAME).with_name(".abc.part")
    part.touch()
    run()
    assert not part.exists()


def test_a_folder_that_can_not_be_made_is_told_in_words(run):  # noqa: F811
    (run.course.root / "records").touch()
    with pytest.raises(CourseError, match="records.*What was graded is kept"):
        run()


def test_how_often_and_how_long():
    assert (grade_class.TRIES, grade_class.MOST_IN_A_ROW, SLOW, grade_class.SECONDS_BETWEEN_LOOKS) == (2, 10, 60, 5)


def test_who_hands_in_again_while_they_are_graded_has_no_score_until_that_is_graded(run, monkeypatch):  # noqa: F811
    def while_graded(unit):
        if unit.student == "student-01":
            hand_in(run.course, "student-01", answered(first="1 + 1"))
        return graded(unit)[0] | {"last_change": unit.last_change}, graded(unit)[1]

    run()
    monkeypatch.setattr(work, "grade", while_graded)
    grade_class.grade(run.course, NAME, SimpleNamespace(width=1, submit=at_once), Quiet(), again=True)
    assert handed_in_again(run.course, NAME) == ["student-01"]
    outcome, _ = run()
    assert outcome.reasons == {ONE: "handed in again"} and handed_in_again(run.course, NAME) == []


def test_one_student_alone(run):  # noqa: F811
    outcome, tries = run(students=["student-02"])
    assert outcome.graded == [TWO] and tries == 0 and outcome.before == 0


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_folder_whose_name_is_no_text_is_named_and_stops_nobody(run):  # noqa: F811
    folder = os.fsencode(run.course.root / "submitted") + b"/\xff"
    os.makedirs(folder + b"/" + NAME.encode())
    outcome, _ = run()
    assert outcome.failed == [("?", "the name of this folder is no text: give it another one")]
    assert sorted(outcome.graded) == [ONE, TWO]


def test_no_score_is_in_the_gradebook_before_its_record(run, monkeypatch):  # noqa: F811
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Records, "write", lambda *what: (_ for _ in ()).throw(KeyboardInterrupt))
        run()
    with run.course.gradebook() as book:
        assert book.assignment_submissions(NAME) == []


def test_what_the_gradebook_does_not_take_is_named_and_tried_again(run, quiet, monkeypatch):  # noqa: F811
    real = grade_class.gradebook.save

    def save(book, record, config):
        if record["student"] == "student-01":
            raise CourseError("its plugin fails")
        real(book, record, config)

    with monkeypatch.context() as patch:
        patch.setattr(grade_class.gradebook, "save", save)
        outcome, _ = run()
    assert outcome.failed == [("student-01", "graded, but its plugin fails")] and outcome.graded == [TWO]
    assert (quiet.total, quiet.steps) == (2, 2)
    outcome, tries = run()
    assert (tries, outcome.unsaved, outcome.failed) == (0, 1, [])


def test_a_rule_that_can_not_be_settled_ends_a_run_unless_it_was_told_already(monkeypatch):
    def fails(*_):
        raise CourseError("two rules")

    course = SimpleNamespace(root=None, config=None)
    monkeypatch.setattr(grade_class.penalties, "settle", fails)
    with pytest.raises(CourseError, match="two rules"):
        grade_class._settle(None, course, Outcome())
    assert grade_class._settle(None, course, Outcome(failed=[("student-01", "two rules")])) == {}


# --- the machine -----------------------------------------------------------------------------


def test_one_writer_at_a_time(tmp_path):
    a1, a2 = tmp_path / "a1", tmp_path / "a2"
    for first, second in (("grade a1", "release"), ("release", "grade a1")):
        with alone(a1, first), alone(a2, second):
            says = f"Another `nngrade {first}` is at work in this course. Wait for it, or stop it first."
            with pytest.raises(CourseError, match=says), alone(a1, second):
                pass


def test_where_there_are_no_such_locks_it_does_without(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with alone(tmp_path / "a1", "release"), alone(tmp_path / "a1", "release"):
        pass


@pytest.mark.parametrize("error, says", [
    (OSError(errno.ENOSPC, "No space", "x"), "The disk is full. What was graded is kept: make room, and run"),
    (OSError(errno.EDQUOT, "Quota", "x"), "The disk is full"),
    (OperationalError("insert", {}, Exception("database or disk is full")), "The disk is full"),
    (OperationalError("insert", {}, Exception("it is locked")), "The gradebook can't be written: it is locked."),
    (PermissionError(errno.EACCES, "Permission denied", "/a/file"), "/a/file can't be used: Permission denied. What"),
    (OSError(errno.EIO, "Input/output error"), "A file can't be used: Input/output error. What was graded is kept"),
])  # fmt: skip
def test_what_a_disk_or_a_database_refuses_is_told_in_words(error, says):
    with pytest.raises(CourseError) as told, _room():
        raise error
    assert str(told.value).startswith(says) or says in str(told.value)
    assert str(told.value).endswith("and run the same command again.")


def test_other_mistakes_are_not_the_disks():
    with pytest.raises(ZeroDivisionError), _room():
        raise ZeroDivisionError


def test_as_many_at_once_as_there_are_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 2, 3}, raising=False)
    assert grade_class.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    for count, found in ((7, 7), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert grade_class.cores() == found


def test_threads_have_it_done_and_close_at_once(monkeypatch):
    ready, stopped, begun, go_on = [], [], threading.Event(), threading.Event()
    monkeypatch.setattr(work, "get_ready", ready.append)
    monkeypatch.setattr(sandboxes, "stop", lambda: stopped.append(True) or go_on.set())

    def waits(unit):
        begun.set()
        return go_on.wait(20)

    with closing(Threads(1)) as pool:
        assert pool.width == 1
        assert pool.submit(lambda unit: unit.terms, SimpleNamespace(terms="terms")).result(20) == "terms"
        assert moments.soon(lambda: not pool.under_way)
        first, second = (pool.submit(waits, SimpleNamespace(terms=name)) for name in "ab")
        assert begun.wait(20) and not stopped
    assert second.cancelled() and first.result(20) and stopped == [True] and ready == ["terms", "a", "b"]
    Threads(1).close()
    assert stopped == [True]  # where nothing is under way there is nothing to stop


def test_a_result_is_taken_when_it_comes_whoever_else_is_waited_for(monkeypatch):
    monkeypatch.setattr(grade_class, "SECONDS_BETWEEN_LOOKS", 2 * moments.SECONDS)
    record = {"student": "quick", "refused": "", "tests": {}}
    pool = SimpleNamespace(width=2, submit=lambda function, unit: Future() if unit == "slow" else at_once(
        lambda unit: (record, "notebook"), unit))  # fmt: skip
    places = [SimpleNamespace(student=name, unit=lambda name=name: name) for name in ("slow", "quick")]
    with moments.in_moments():
        assert next(_results(places, pool, Outcome(), None)) == (record, "notebook")
