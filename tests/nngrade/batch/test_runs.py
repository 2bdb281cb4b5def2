"""A run over a class, with ready-made records in place of sandboxes: what is tried again, what is said, what waits."""

import json
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from nngrade.batch.changes import Change
from nngrade.batch.grade_class import Outcome, grade
from nngrade.batch.records import Records
from nngrade.batch.submitted import Place
from nngrade.commands import grade as command
from nngrade.errors import CourseError
from nngrade.grading import sandboxes, work
from tests.nngrade import small_course
from tests.nngrade.small_course import FULL, NAME, answered, hand_in

ANSWER = {"cell_type": "markdown", "source": "Because.", "metadata": {"nbgrader": {"grade_id": "why", "grade": True,
          "solution": True}}}  # fmt: skip
BACK = json.dumps({"cells": [ANSWER]})


def graded(unit, **points):
    """What work.grade returns; `points` of tests that are not right."""
    tests = {name: {"points": points.get(name, most), "max": most, "message": "", "lines": [], "seconds": 0.0}
             for name, most in FULL.items()}  # fmt: skip
    return {"student": unit.student, "assignment": unit.assignment, "notebook": unit.notebook, "hashes": unit.key,
            "handed_in": unit.handed_in, "refused": "", "repaired": [], "seconds": 1.0, "tests": tests,
            "written": ["why"], "unanswered": []}, BACK  # fmt: skip


class AtOnce:
    """A worker that is done at once."""

    width = 1

    def submit(self, function, unit):
        future = Future()
        try:
            future.set_result(function(unit))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture
def run(small, quiet, monkeypatch):
    """run(results): grades; each time it is student-01's turn, the next of these is the points, or an error."""
    hand_in(small, "student-01", answered())
    hand_in(small, "student-02", answered())

    def run(*results, **options):
        rest, tries = list(results), []

        def result(unit):
            if unit.student != "student-01":
                return graded(unit)
            tries.append(unit)
            points = rest.pop(0) if rest else {}
            if isinstance(points, Exception):
                raise points
            return graded(unit, **points)

        monkeypatch.setattr(work, "grade", result)
        return grade(small, NAME, AtOnce(), quiet, **options), len(tries)

    run.course = small
    return run


UNCLEAR = {"double_test": None}


@pytest.mark.parametrize("results, tries, problem", [
    ([{}], 1, []),
    ([{"double_test": 0.0}], 1, []),  # a verdict is a verdict
    ([UNCLEAR], 2, []),
    ([UNCLEAR, UNCLEAR], 2, [("student-01", "not graded: double_test")]),
    ([OSError("cough"), UNCLEAR], 2, [("student-01", "not graded: double_test")]),
    ([OSError("cough")], 2, []),
])  # fmt: skip
def test_a_test_without_a_verdict_is_tried_again_once(run, results, tries, problem):
    outcome, tried = run(*results)
    assert (tried, outcome.problems, outcome.failed) == (tries, problem, [])
    assert {student for student, _ in outcome.graded} == {"student-01", "student-02"}
    again, tried = run()
    assert (tried, again.problems, again.before) == (0, problem, 2)  # it is said until somebody gives points


def test_who_fails_twice_is_named_and_graded_by_the_next_run(run):
    outcome, tried = run(OSError("cough"), OSError("cough again"))
    assert (tried, outcome.failed, outcome.troubles) == (2, [("student-01", "cough again")], 1)
    outcome, tried = run()
    assert (tried, outcome.failed, outcome.before) == (1, [], 1)


def test_points_of_a_person_settle_what_had_no_verdict(run):
    run(UNCLEAR, UNCLEAR)
    with run.course.gradebook() as book:
        found = book.find_grade("double_test", NAME, NAME, "student-01")
        found.manual_score, found.needs_manual_grade = 3, False
        book.db.commit()
    assert run()[0].problems == []


# --- the command -----------------------------------------------------------------------------

FAILED = Outcome(failed=[("student-01", "the machine coughed")])
PROBLEM = Outcome(problems=[("student-01", "not graded: double_test")])


@pytest.mark.parametrize("outcome, code, says", [
    (Outcome(), 0, "0 graded"),
    (PROBLEM, 0, "has no points until a person"),
    (FAILED, 1, "tried again by the next run"),
    (Outcome(changed=[Change("[a] Kim", NAME, 3, 4, "tests changed: f [1] → 2")]), 0, "[a] Kim"),  # no markup
    (KeyboardInterrupt(), 130, "Stopped. What was graded is kept"),
])  # fmt: skip
def test_the_exit_code_of_a_run(small, monkeypatch, capsys, outcome, code, says):
    def graded(*_):
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(command, "grade", graded)
    monkeypatch.setattr(command, "_pool", lambda *_: command.contextlib.nullcontext())
    before = command.signal.signal(command.signal.SIGINT, command.signal.default_int_handler)
    (small.root / "roster.csv").write_text("student,last_name\nstudent-99,Doe\n")
    try:
        assert command.run(small.root, NAME, (), False, 1, "", False) == code
        if code != 130:  # all is done, and Ctrl-C stops nothing any more
            assert command.signal.getsignal(command.signal.SIGINT) is command.signal.SIG_IGN
    finally:
        command.signal.signal(command.signal.SIGINT, before)
    assert says in " ".join(capsys.readouterr().out.split())
    with small.gradebook() as book:  # who has not handed in stands in it, too, with a name
        assert book.find_student("student-99").last_name == "Doe"


def test_what_somebody_has_to_see_to_stands_on_a_line_of_its_own_however_long(small, monkeypatch, capsys):
    stranger = f"deadlines.toml gives {'somebody ' * 20}more time"
    monkeypatch.setattr(command, "grade", lambda *_: Outcome())
    monkeypatch.setattr(command, "_pool", lambda *_: command.contextlib.nullcontext())
    monkeypatch.setattr(command, "strangers", lambda root: [stranger])
    monkeypatch.setattr(command, "mark_stale", lambda course, name: 2)
    before = command.signal.getsignal(command.signal.SIGINT)
    try:
        assert command.run(small.root, NAME, (), False, 1, "", False) == 0
    finally:
        command.signal.signal(command.signal.SIGINT, before)
    stale = f"Pages of feedback/ that are out of date, and say so: 2. nngrade feedback {NAME}"
    assert capsys.readouterr().out.splitlines()[-2:] == [stranger, stale]


def test_after_the_first_ctrl_c_further_ones_count_for_nothing_until_the_end():
    pressed, before = [], command.signal.signal(command.signal.SIGINT, command.signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), command._ctrl_c_once(pressed):
            command.signal.raise_signal(command.signal.SIGINT)
        assert pressed and command.signal.getsignal(command.signal.SIGINT) is command.signal.SIG_IGN
    finally:
        command.signal.signal(command.signal.SIGINT, before)


def test_where_ctrl_c_is_ignored_it_stays_so():
    """As of `nngrade grade ... &` in a script."""
    before = command.signal.signal(command.signal.SIGINT, command.signal.SIG_IGN)
    try:
        with command._ctrl_c_once([]):
            assert command.signal.getsignal(command.signal.SIGINT) is command.signal.SIG_IGN
        assert command.signal.getsignal(command.signal.SIGINT) is command.signal.SIG_IGN
    finally:
        command.signal.signal(command.signal.SIGINT, before)


def test_what_is_nobodys_mistake_is_not_taken_for_ctrl_c(small, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(command, "grade", broken)
    before = command.signal.signal(command.signal.SIGINT, command.signal.default_int_handler)
    try:
        with pytest.raises(ZeroDivisionError):
            command.run(small.root, NAME, (), False, 1, "", False)
        assert command.signal.getsignal(command.signal.SIGINT) is command.signal.default_int_handler
    finally:
        command.signal.signal(command.signal.SIGINT, before)


def test_a_thread_that_is_still_at_work_when_all_is_stopped_warms_nothing_up_again(monkeypatch):
    ended = []
    sandbox = SimpleNamespace(start=lambda *_: ended.append("started"), close=lambda: ended.append("closed"))
    monkeypatch.setattr(sandboxes, "_open", {"terms": sandbox})
    sandboxes.stop()
    with pytest.raises(CourseError, match="The grading was stopped."):
        sandbox.start("entry", None)
    assert ended == ["closed"] and not sandboxes._open


def test_a_second_ctrl_c_does_not_disturb_the_end(small, monkeypatch, capsys):
    ended = []

    def graded(*_):
        try:
            command.signal.raise_signal(command.signal.SIGINT)
        finally:
            command.signal.raise_signal(command.signal.SIGINT)
            ended.append(True)

    monkeypatch.setattr(command, "grade", graded)
    before = command.signal.signal(command.signal.SIGINT, command.signal.default_int_handler)
    try:
        assert command.run(small.root, NAME, (), False, 1, "", False) == 130
    finally:
        command.signal.signal(command.signal.SIGINT, before)
    assert ended and "Stopped. What was graded is kept" in capsys.readouterr().out


# --- what a score depends on -----------------------------------------------------------------


def terms(what=lambda notebook: None, release=lambda notebook: None):
    """What submissions are graded by, after these changes to the instructor's notebook and to the release."""
    both = small_course.notebook(), small_course.notebook(solved=False, hidden=False)
    for change, notebook in zip((what, release), both):
        change(notebook)
    return work.Terms(*map(work.nbformat.writes, both))


def rewritten(name, text):
    def change(notebook):
        next(cell for cell in notebook.cells if cell.id == name).source = text

    return change


def described(text):
    return lambda notebook: notebook.cells.insert(1, work.nbformat.v4.new_markdown_cell(text, id="text"))


CHANGES = {
    "a hidden test": (terms(rewritten("double_test", "assert double(1) == 2")), True),
    "a solution": (terms(rewritten("double", "def double(x):\n    return x + x")), True),
    "a cell that is given": (terms(rewritten("data", "pass")), True),
    "a written question": (terms(rewritten("why", "*Why not?*"), rewritten("why", "*Why not?*")), True),
    "a written question in the release": (terms(release=rewritten("why", "*Why not?*")), True),
    "an explanation": (terms(described("Now double it."), described("Now double it.")), False),
    "what is forbidden": (terms(lambda notebook: notebook.metadata.nngrade.update(forbidden=["scipy"])), True),
}


@pytest.mark.parametrize("changed, matters", CHANGES.values(), ids=CHANGES)
def test_what_can_change_a_score_grades_again(changed, matters):
    assert (changed.tests != terms().tests) == matters


# --- several notebooks -----------------------------------------------------------------------


def test_of_several_notebooks_each_is_found_by_its_name_alone(tmp_path):
    for name in ("first", "second"):
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(answered() if name == "second" else {"cells": []}))
    places = {name: Place("student-01", "a1", name, tmp_path, terms(), only=False) for name in ("first", "second")}
    units = {name: place.unit() for name, place in places.items()}
    assert [unit.problem for unit in units.values()] == ["", ""] and units["first"].data != units["second"].data
    assert units["first"].repaired == units["second"].repaired == ()  # the other one is not "beside it"
    (tmp_path / "first.ipynb").unlink()
    assert places["first"].unit().problem == "None of these files is called first.ipynb: second.ipynb."
    assert Place("student-01", "a1", "first", tmp_path, terms(), only=True).unit().problem == ""


@pytest.mark.parametrize("name", ["work.ipynb", "WORK.IPYNB", f"{NAME} (1).ipynb", f"{NAME}.ipynb.txt", "a.IPYNB.json"])
def test_work_beside_an_untouched_notebook_waits_for_a_person(tmp_path, name):
    mine = Place("student-01", NAME, NAME, tmp_path, terms(), only=True)
    (tmp_path / f"{NAME}.ipynb").write_text(json.dumps(small_course.RELEASE))
    (tmp_path / "plot.png").write_bytes(b"")
    (tmp_path / f".{name}").write_bytes(b"")
    assert mine.unit().problem == ""  # nothing else is there that could be meant
    (tmp_path / name).write_text(json.dumps(answered()))
    said = f"{NAME}.ipynb is as it was handed out, with no answer in it. Beside it lies: {name}. Which one counts?"
    assert mine.unit().problem == said
    (tmp_path / f"{NAME}.ipynb").write_text(json.dumps(answered()))
    assert (mine.unit().problem, mine.unit().repaired) == ("", (f"beside it lay {name}, which was not graded",))


def test_records_of_several_notebooks_lie_beside_each_other(tmp_path):
    records = Records(tmp_path)
    for name in ("first", "second"):
        unit = SimpleNamespace(student="student-01", assignment="a1", notebook=name, key={}, handed_in="")
        records.write(*graded(unit))
    assert [record["notebook"] for record in records.of("a1", "student-01")] == ["first", "second"]


def test_an_assignment_without_a_release_is_not_graded(small, quiet):
    hand_in(small, "student-01", answered())
    (small.root / "assignments" / NAME / f"{NAME}.ipynb").unlink()
    with pytest.raises(CourseError, match="not released yet"):
        grade(small, NAME, AtOnce(), quiet)
