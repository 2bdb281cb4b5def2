"""What student code may make the trusted process spend: all answers of a test together, time, memory."""

import json
import os
import resource
import signal
import socket
import time
from types import SimpleNamespace

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.words import LENT_FAILED
from nngrade.trusted import callbacks, checker, connection, memory
from nngrade.trusted.channel import SECONDS_AGAIN, Channel
from nngrade.trusted.connection import Connection
from nngrade.trusted.errors import Ended, Gone
from tests.nngrade.moments import in_moments


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def answer(sock, value):
    writer = wire.Writer()
    wire.send(sock, writer.message({"ok": writer.write(value)}))


def sent_to(sock):
    """The tree of the next message that arrived there."""
    return wire.receive(wire.reader(sock)).tree


# --- size ------------------------------------------------------------------------------------


def test_all_answers_of_a_test_count_together(ends, monkeypatch):
    here, there = ends
    monkeypatch.setattr(connection, "MAX_RECEIVED", 4500)
    line = Connection(here, 5)
    for _ in range(4):
        answer(there, np.zeros(100))  # each far below the limit
        line.receive(None)
    answer(there, np.zeros(100))
    with pytest.raises(Ended, match="did not answer in an orderly way"):
        line.receive(None)


def test_the_student_is_told_how_much_an_answer_may_hold(ends, monkeypatch):
    here, there = ends
    monkeypatch.setattr(connection, "MAX_RECEIVED", 5000)
    line = Connection(here, 5)
    assert line.most() == 2500
    answer(there, np.zeros(100))
    line.receive(None)
    assert line.most() == (5000 - line.received) // 2 < 2100
    answer(there, 1.0)
    Channel(here, 5).request("get", "x")
    asked = sent_to(there)
    assert asked["most"] == 2500 and asked["op"] == "get"


def test_the_allowances_of_a_test():
    assert (connection.MAX_RECEIVED, callbacks.MEMORY, memory.MOST) == (2**30, 2**29, 2**30)


# --- time ------------------------------------------------------------------------------------


def test_a_test_ends_when_its_time_and_the_grace_are_over(ends, monkeypatch):
    monkeypatch.setattr(connection, "GRACE", 0.2)
    line, start = Connection(ends[0], 0.1), time.monotonic()
    line.asked = "`f`"
    with in_moments(), pytest.raises(Ended, match="^`f` did not finish in time.$") as ended:
        line.receive(None)
    assert time.monotonic() - start > 0.25 and not isinstance(ended.value, Gone)
    assert line.seconds() == 0.01


def test_who_does_not_read_does_not_hold_it_up(ends, monkeypatch):
    monkeypatch.setattr(connection, "GRACE", 0.1)
    with pytest.raises(Ended, match="did not finish in time"):
        Connection(ends[0], 0.1).send([bytes(2**24)])


def test_a_call_that_failed_gives_back_what_there_is_to_give(ends):
    line = Connection(ends[0], 10, extra=3)
    before = line.deadline
    line.give_back(2)
    assert (line.deadline - before, line.extra) == (pytest.approx(2), 1)
    line.give_back(5)
    assert (line.deadline - before, line.extra) == (pytest.approx(3), 0)


def test_who_was_late_with_its_own_helper_has_its_time_with_one_that_is_lent(ends):
    channel = Channel(ends[0], 60, late=[("`f`", [], 1)])
    channel.connection.asked = "`f`"
    assert channel.seconds() == SECONDS_AGAIN
    channel.helpers = frozenset({"helper"})
    assert channel.seconds() > 30


def test_what_was_late_is_told_to_the_tests_that_follow_but_for_what_has_no_name(ends):
    """Another object of theirs is not to be blamed for it."""
    channel = Channel(ends[0], 60, late=[("`f`", ["g", "h"], 2)])
    channel.late["`f`", frozenset()] += 1
    channel.late[connection.YOUR_CODE, frozenset()] += 1
    assert channel.late_functions() == [("`f`", ["g", "h"], 2), ("`f`", [], 1)]


def test_the_end_of_the_students_process_is_told_as_such(ends):
    here, there = ends
    there.close()
    for what in (lambda line: line.receive(None), lambda line: line.send([b"x"])):
        with pytest.raises(Gone, match="your code ended the whole program"):
            what(Connection(here, 5))


@pytest.mark.parametrize("tree", [[1], None, {"changed": 3}, {"changed": {}}])
def test_an_answer_is_a_dict_with_a_list_of_changes(ends, tree):
    here, there = ends
    wire.send(there, wire.Writer().message(tree))
    with pytest.raises(Ended, match="orderly"):
        Connection(here, 5).receive(None)


# --- memory ----------------------------------------------------------------------------------


def test_no_more_memory_than_that_and_afterwards_as_before():
    before, room = resource.getrlimit(resource.RLIMIT_AS), 2**27
    with memory.at_most(room):
        np.ones(room // 32)
        with pytest.raises(MemoryError):
            np.ones(room // 4)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_fork_counts_its_own_memory():
    """Else a test that has made much itself could lend no function any more."""
    before = memory.used()
    if not (child := os.fork()):
        try:
            made = np.ones(2**25)
            os._exit(0 if memory.used() - before > 0.9 * made.nbytes else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def test_what_fails_in_there_leaves_the_limit_as_before():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(ValueError), memory.at_most(2**27):
        raise ValueError
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_limit_that_is_there_is_not_raised():
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory.used() + 2**27
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        with memory.at_most(2**40):
            assert resource.getrlimit(resource.RLIMIT_AS)[0] == most
        assert resource.getrlimit(resource.RLIMIT_AS)[0] == most
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.parametrize("ask", [{"callback": 0, "args": [], "kw": {}}, {"next": 0}], ids=lambda ask: next(iter(ask)))
def test_a_function_of_the_tests_may_not_take_much_when_student_code_asks(ends, ask, monkeypatch):
    here, there = ends
    monkeypatch.setattr(callbacks, "MEMORY", 2**26)

    def large():
        return np.ones(2**24).shape

    channel = Channel(here, 5)
    lend = channel.callbacks.lend
    lend(large, False) if "callback" in ask else lend((large() for _ in range(1)), True)
    wire.send(there, wire.Writer().message(ask | {"rngs": []}))
    answer(there, 1.0)
    channel.request("get", "x")
    assert sent_to(there)["op"] == "get"
    assert sent_to(there)["error"] == {"kind": "MemoryError", "text": LENT_FAILED}


def limits_in(tests):
    """What `sit` answers to one order, in a process of its own: it puts limits on that."""
    here, there = socket.socketpair()
    line, other = socket.socketpair()
    if not (child := os.fork()):
        try:
            here.close()
            checker.sit(tests, there)
        finally:
            os._exit(0)
    with here, there, line, other:
        socket.send_fds(here, [b"".join(wire.packed(["f_test", 3, 2, None, []]))], [line.fileno()])
        here.settimeout(20)
        said = json.loads(wire.received(wire.Inbox(here).read))
    os.waitpid(child, 0)
    return said


def test_the_process_that_runs_the_tests_is_limited_in_memory_and_time():
    def run(test, channel):
        left = signal.getitimer(signal.ITIMER_REAL)[0]
        room = resource.getrlimit(resource.RLIMIT_AS)[0] - memory.used()
        return {"points": 0.0, "message": json.dumps([room, left]), "lines": []}

    room, left = json.loads(limits_in(SimpleNamespace(run=run, light=True))["message"])
    assert 0.8 * 2**30 < room <= 2**30
    assert 5 < left <= 3 + 2 + connection.GRACE + 2


def test_the_time_of_a_test_ends_with_it():
    """Before the next one, all cells of a submission may have to run again."""

    class Tests:
        light = property(lambda self: signal.getitimer(signal.ITIMER_REAL)[0] == 0)

        def run(self, test, channel):
            return {"points": 0.0, "message": "", "lines": []}

    assert limits_in(Tests())["last"] is False


def test_a_test_that_takes_all_memory_fails_in_words():
    def run(test, channel):
        return np.ones(2**33)

    said = limits_in(SimpleNamespace(run=run, light=True))
    assert said["points"] == 0 and said["message"] == "Your answer takes more memory than there is for a test."
