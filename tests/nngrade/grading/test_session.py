"""A submission in its sandbox, with a process that is played by hand: what is said of it, and what it has cost."""

import socket
from types import SimpleNamespace

import pytest

from nngrade.grading import session as sessions
from nngrade.grading.grade_notebook import Limits
from nngrade.grading.session import REASONS, Session
from nngrade.sandbox.running import Limits as Room


class Child:
    """A process that ended for this reason, or has not ended."""

    def __init__(self, reason, cpu_seconds=1.5):
        self.ended, self.sock = SimpleNamespace(reason=reason, cpu_seconds=cpu_seconds), SimpleNamespace(close=list)

    def wait(self, seconds=None):
        if self.ended.reason is None and seconds is not None:
            raise TimeoutError
        return self.ended

    def kill(self):
        pass


@pytest.fixture
def session():
    return Session(SimpleNamespace(limits=Room()), Limits())


@pytest.mark.parametrize("reason, said", [
    *REASONS.items(), ("signal 11", "signal 11"), (None, "its answer was not an answer")])  # fmt: skip
def test_why_a_process_is_of_no_use_is_told(reason, said, session):
    session.child = Child(reason)
    assert session.reason() == said


def test_the_time_of_all_processes_counts_and_so_does_each_restart(session):
    session.restart()  # there is none
    for number, reason in enumerate(["memory", "exit 1"], start=1):
        session.child = Child(reason)
        session.restart()
        assert (session.restarts, session.cpu_seconds) == (number, 1.5 * number) and session.child is None
        assert session.ended_by == REASONS.get(reason, "")
    session.stop()
    assert (session.restarts, session.cpu_seconds) == (2, 3)


def test_its_process_ends_with_it(session):
    with session as same:
        assert same is session
        session.child = Child("ok")
    assert session.child is None and session.cpu_seconds == 1.5


@pytest.fixture
def lines(monkeypatch):
    """All sockets that are made."""
    made, pair = [], socket.socketpair
    monkeypatch.setattr(sessions.socket, "socketpair", lambda: made.extend(pair()) or made[-2:])
    yield made
    for line in made:
        line.close()


def test_a_line_to_a_copy_is_closed_when_its_test_or_the_process_is_over(session, lines):
    session.child, session.orders = Child(None), SimpleNamespace(say=lambda *order, **_: None)
    session.mark("first")
    session.mark("second")
    with session.line_to("first") as line:
        assert line is lines[0] and not session.why_not
    assert [each.fileno() == -1 for each in lines] == [True, True, False, True]
    session.stop()
    assert lines[2].fileno() == -1 and not session.copies


def test_a_copy_that_can_not_be_made_now_is_made_when_all_is_done_again(session, lines):
    def gone(*_, **__):
        raise BrokenPipeError

    session.child, session.orders = Child(None), SimpleNamespace(say=gone)
    session.mark("t")
    assert session.child is None and session.done == [(session.copy, "t")]
    assert all(each.fileno() == -1 for each in lines)


def test_why_there_is_no_line_is_told(session):
    session.restarts = session.most_restarts + 1
    with session.line_to("t") as line:
        assert line is None and session.why_not == "Too many cells ended the whole program; this one was not run."
    session.restarts, session.sandbox.start = session.most_restarts, lambda *_: Child(None)
    assert session.ready()  # this is the last one
    session.why_not = ""
    with session.line_to("t") as line:
        assert line is None and session.why_not == "The program did not answer any more."


def test_a_line_of_the_student_is_shown_as_far_as_it_can_be(session):
    session.sources["f"] = "a\n  b\x1b[31m c  \n" + "x" * 300
    lines = [session.source_line("f", number) for number in (-1, 0, 1, 2, 3, 4)]
    assert lines == ["", "", "a", "b c", "x" * 200, ""] and session.source_line("g", 1) == ""


def test_a_cell_that_fits_into_no_message_is_left_out(session, monkeypatch):
    monkeypatch.setattr(sessions, "MOST_SOURCE", 1234)
    monkeypatch.setattr(session, "ready", lambda: False)
    assert session.run("f", "#" * 1234)[0]["evalue"] == session.why_not
    [said] = session.run("f", "#" * 1235)
    assert said["evalue"] == "This cell is longer than 1,234 characters. It was left out."


@pytest.mark.parametrize("to_blame, tries", [(True, 2), (False, 1)])
def test_a_cell_is_tried_again_where_an_earlier_one_is_to_blame(to_blame, tries, session, monkeypatch):
    """That one is left out when all is done again."""
    tried, session.done = [], ["earlier"]

    def ready():
        if tried and to_blame:
            session.done.clear()
        return True

    monkeypatch.setattr(session, "ready", ready)
    monkeypatch.setattr(session, "attempt", lambda *cell: tried.append(cell) or ([], "It ended." * (len(tried) == 1)))
    said = [output["evalue"] for output in session.run("f", "x = 1")]
    assert (said, len(tried)) == (["It ended."] * (not to_blame), tries)


def test_of_more_cells_than_can_be_looked_through_no_names_are_asked(session, monkeypatch):
    monkeypatch.setattr(sessions, "MOST_PARSED", 10)
    asked = []
    session.child = session.orders = SimpleNamespace(
        say=lambda *order, seconds: asked.append(order), hear=lambda seconds: ["a", "b"])  # fmt: skip
    assert session.needed(["x" * 6, "y" * 5], {"a"}) is None and not asked
    assert session.needed(["x" * 6, "y" * 4], {"a"}) == {"a"} and asked == [("needed", ["x" * 6, "y" * 4], ["a"])]


@pytest.mark.parametrize("answer, names", [(["b", "c"], {"b"}), ([], set()), ("a", set()), (None, None)])
def test_of_the_names_that_a_process_says_those_count_that_were_asked_for(answer, names, session):
    session.child = session.orders = SimpleNamespace(say=lambda *_, seconds: None, hear=lambda seconds: answer)
    assert session.needed(["x"], {"a", "b"}) == names and session.child


def test_a_process_that_says_no_names_is_not_used_any_more(session):
    session.child = Child("ok")
    session.orders = SimpleNamespace(say=lambda *_, seconds: None, hear=lambda seconds: [["a"]])
    assert session.needed(["x"], {"a"}) is None and session.child is None
