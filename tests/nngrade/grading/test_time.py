"""The time of a submission and that of a cell or test: each holds, whichever is shorter."""

from types import SimpleNamespace

import pytest

from nngrade.grading import session as sessions
from nngrade.grading.grade_notebook import Limits
from nngrade.grading.session import LEAST, Session
from nngrade.sandbox.running import Limits as Room


class Waiting:
    """In place of a student's process: never answers."""

    def __init__(self):
        self.seconds, self.interrupted = [], 0

    def say(self, *order, seconds):
        self.told = seconds

    def hear(self, seconds=None):
        self.seconds.append(seconds)
        raise TimeoutError

    def interrupt(self):
        self.interrupted += 1


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch):
    monkeypatch.setattr(sessions, "time", SimpleNamespace(monotonic=lambda: 1000.0))


@pytest.fixture
def session():
    """session(left, **limits): a Session that has so many seconds left, and whose cells never end."""

    def session(left, **limits):
        made = Session(SimpleNamespace(limits=Room()), Limits(**limits))
        made.end = 1000.0 + left
        made.child = made.orders = Waiting()
        return made

    return session


def test_a_submission_begins_with_all_of_its_time():
    one = Session(SimpleNamespace(limits=Room()), Limits(cell_seconds=3, test_seconds=4, total_seconds=50))
    assert one.left() == 50 and one.cell_seconds == 3
    assert one.test_seconds() == 4 and one.extra_seconds() == 4


def test_the_copies_that_wait_for_tests_take_no_process_from_the_student():
    one = Session(SimpleNamespace(limits=Room(processes=64)), Limits(), tests=10)
    assert one.room == Room(processes=74)


def test_each_cell_of_the_release_may_end_the_program_once_and_each_test_twice():
    one = Session(SimpleNamespace(limits=Room()), Limits(restarts=10), tests=3, cells=4)
    assert one.most_restarts == 10 + 4 + 2 * 3


@pytest.mark.parametrize("left, cell, wanted", [(100, 30, 30), (20, 30, 20)])
def test_a_cell_has_its_own_time_and_no_more_than_the_submission(session, left, cell, wanted):
    one = session(left, cell_seconds=cell)
    outputs, problem = one.attempt("a", "while True: pass")
    assert one.orders.seconds[0] == wanted and one.orders.told == left
    assert not outputs and problem.startswith(f"This cell did not finish within {wanted} s, and could not be stopped")
    assert one.orders.interrupted == 1


def test_cells_that_were_stopped_have_less_and_less_time(session):
    one, given = session(1000, cell_seconds=30), []
    for _ in range(5):
        one.attempt("a", "")
        given.append(one.cell_seconds)
    assert given == [15, 7.5, LEAST, LEAST, LEAST]
    one = session(1000, cell_seconds=3)
    one.attempt("a", "")
    assert one.cell_seconds == 3


def test_a_cell_that_was_stopped_shows_what_it_had_shown_and_after_what_time(session):
    one, shown = session(1000, cell_seconds=30), {"output_type": "stream", "name": "stdout", "text": "so far"}
    asked = one.orders.hear
    one.orders.hear = lambda seconds=None: asked(seconds) if seconds else [shown]
    outputs, problem = one.attempt("a", "")
    assert outputs[0] is shown and outputs[1]["evalue"] == "This cell was stopped after 30 s." and not problem


@pytest.mark.parametrize("left, test, seconds, extra", [
    (100, 30, 30, 30), (40, 30, 30, 10), (20, 30, 20, 0), (-5, 30, 1, 0),
])  # fmt: skip
def test_a_test_has_its_own_time_and_what_the_submission_has_left(session, left, test, seconds, extra):
    one = session(left, test_seconds=test)
    assert (one.test_seconds(), one.extra_seconds()) == (seconds, extra)


def test_when_its_time_is_used_up_nothing_of_a_submission_runs(session):
    one = session(-1, total_seconds=900)
    said = one.run("a", "x = 1")
    assert said[0]["evalue"] == "The submission used up its time of 900 s before this cell." and not one.orders.seconds
    one = session(-1)
    one.child = None  # and none is started for that
    assert not one.ready() and one.why_not


def test_the_limits_that_there_are_without_a_configuration():
    limits = Limits()
    assert (limits.cell_seconds, limits.test_seconds, limits.total_seconds) == (120, 120, 900)
    assert (limits.restarts, limits.output_bytes, limits.notebook_bytes) == (10, 2**20, 20 * 2**20)


def test_what_is_done_again_after_a_crash_needs_nothing_of_a_test_that_is_over(session):
    one = session(100)
    cell = one.attempt, "f", "def f(): pass"
    one.done = [cell, (one.copy, "first"), (one.copy, "second")]
    one.forget("first")
    assert one.done == [cell, (one.copy, "second")]
