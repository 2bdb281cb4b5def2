"""What a student's process may answer, and what becomes of it: here it is played by hand."""

import socket
from types import SimpleNamespace

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.arrays import rng_state
from nngrade.boundary.words import ENDED, TOO_LONG
from nngrade.trusted.channel import PATIENCE, Channel
from nngrade.trusted.errors import Ended, Gone
from nngrade.trusted.proxies import Handle, ask_for


@pytest.fixture
def told():
    """told(*trees): a channel on whose other side these messages wait."""
    here, there = socket.socketpair()

    def told(*trees):
        for tree in trees:
            wire.send(there, wire.Writer().message(tree))
        channel = Channel(here, 20)
        channel.connection.asked = "`f`"
        return channel

    with here, there:
        yield told


CALL = {"args": [], "kw": {}, "rngs": []}
DISORDER = [  # (what arrives, what is said of it)
    ({"callback": 1} | CALL, "`f` called a function that does not exist."),
    ({"callback": -1} | CALL, "`f` called a function that does not exist."),
    ({"callback": True} | CALL, "`f` called a function that does not exist."),
    ({"callback": "0"} | CALL, "`f` called a function that does not exist."),
    ({"callback": 0} | CALL | {"args": 3}, "`f` did not call in an orderly way."),
    ({"callback": 0, "args": []}, "`f` did not call in an orderly way."),
    ({"next": 1, "rngs": []}, "`f` called a function that does not exist."),
    ({"changed": [[2, [3]]], "ok": 1}, "`f` changed something that was given to it earlier, for other work."),
    ({"changed": [[1, 3]], "ok": 1}, "`f` changed the shape or the type of something that it was given."),
    ({"changed": [[1]], "ok": 1}, "`f` changed the shape or the type of something that it was given."),
    ({"error": 3}, "`f` did not answer in an orderly way."),
    ({"error": {"kind": "ValueError", "name": "ValueError"}}, "`f` did not answer in an orderly way."),
    ({"error": {"kind": [], "name": "ValueError", "text": ""}}, "`f` did not answer in an orderly way."),
]


@pytest.mark.parametrize(("tree", "said"), DISORDER, ids=str)
def test_what_is_out_of_order_ends_the_test_and_is_told(tree, said, told):
    channel = told(tree)
    channel.callbacks.lend(abs, False)
    with pytest.raises(Ended) as ended:
        channel.request("get", [1, 2])
    assert str(ended.value) == said


@pytest.mark.parametrize(("kind", "name", "text", "error", "as_name"), [
    ("ValueError", "ValueError", "no", ValueError("no"), "ValueError"),
    ("ValueError", "LinAlgError", "no", ValueError("no"), "LinAlgError"),
    ("", "Own", "no", Exception("Own: no"), "Own"),
    ("SystemExit", "SystemExit", "no", Exception("SystemExit: no"), "SystemExit"),
    ("", "not a name", "no", Exception("error: no"), "error"),
    ("KeyError", "K" * 61, "x" * 2001, KeyError("x" * 2000), "K" * 60),
])  # fmt: skip
def test_an_exception_arrives_as_an_ordinary_one(kind, name, text, error, as_name, told):
    channel = told({"error": {"kind": kind, "name": name, "text": text, "lines": [["f", 1]]}})
    with pytest.raises(Exception) as raised:
        channel.request("get", "x")
    assert type(raised.value) is type(error) and raised.value.args == error.args
    assert raised.value.student == {"name": as_name, "text": error.args[0].removeprefix(f"{as_name}: "),
                                    "lines": [["f", 1]]}  # fmt: skip


def test_only_a_call_that_failed_gives_its_time_back(told):
    channel = told({"ok": 1}, {"error": {"kind": "ValueError", "name": "ValueError", "text": "no"}})
    channel.connection.extra = 5
    channel.request("get", "x")
    assert channel.connection.extra == 5
    with pytest.raises(ValueError):
        channel.request("get", "x")
    assert channel.connection.extra < 5


@pytest.mark.parametrize(("op", "fatal"), [("call", ["`f`", ["helper"]]), ("get", None), ("getattr", None)])
def test_only_a_call_is_to_blame_for_the_end_of_the_program(op, fatal):
    here, there = socket.socketpair()
    with here, there:
        channel = Channel(here, 20)
        channel.connection.asked, channel.helpers = "`f`", frozenset({"helper"})
        there.shutdown(socket.SHUT_WR)
        with pytest.raises(Gone, match="`f` ended the whole program"):
            channel.request(op, "x")
        assert channel.fatal == fatal


def test_what_ended_the_program_is_not_asked_again_with_the_same_helpers(told):
    channel = told({"ok": 1})
    channel.fatal_before = ["`f`", ["helper"], "a crash"]
    assert channel.request("get", "x") == 1  # with other helpers
    channel.helpers = frozenset({"helper"})
    with pytest.raises(RuntimeError, match=f"^`f` {ENDED.removeprefix('it ')}: a crash.$"):
        channel.request("get", "x")


LATE = {"error": {"kind": "", "name": "TookTooLong", "text": TOO_LONG, "lines": [["f", 1]]}}


def test_what_is_late_is_asked_so_often_and_then_no_more(told):
    channel = told(*[LATE] * (PATIENCE + 1))
    channel.helpers = frozenset({"helper"})
    for _ in range(PATIENCE + 1):
        with pytest.raises(TimeoutError) as raised:
            channel.request("get", "x")
        assert raised.value.student["lines"] == [["f", 1]]
    with pytest.raises(TimeoutError) as raised:
        channel.request("get", "x")
    assert raised.value.student["lines"] == []  # nobody was asked
    assert channel.late_functions() == [("`f`", ["helper"], PATIENCE + 1)]


def test_of_failed_checks_in_a_function_that_is_lent_the_first_is_told_once(told):
    channel, said = told(*[{"callback": 0} | CALL] * 2, {"ok": 1}, {"ok": 2}), iter(["first", "second"])

    def check():
        raise AssertionError(next(said))

    channel.callbacks.lend(check, False)
    with pytest.raises(AssertionError, match="^first$"):
        channel.request("get", "x")
    assert channel.request("get", "x") == 2


@pytest.mark.parametrize(("numbers", "drew"), [([2], False), ([1], True), ([1, 2], True), ([2, 1], True)])
def test_that_a_generator_was_drawn_from_is_remembered(numbers, drew, told):
    """Then the next test gets a fork of its own."""
    channel, rng = told(), np.random.default_rng(1)
    for value in (rng, [4]):
        channel.lending.lend(value, {})
    trees = {1: {"rng": rng_state(rng)}, 2: [5]}
    changed = {"changed": [[number, trees[number]] for number in numbers]}
    channel.apply(SimpleNamespace(tree=changed, read=lambda tree: tree))
    assert channel.drew == drew


@pytest.mark.parametrize(("kind", "shown"), [("Box", "<Box object>"), ("a b\n", "<object object>")])
def test_what_an_object_says_of_its_kind_is_a_name(kind, shown, told):
    assert repr(told({"ok": {"handle": [1, kind, False]}}).request("get", "x")) == shown


@pytest.mark.parametrize(("length", "right"), [(0, True), (2**31 - 1, True), (2**31, False), (-1, False), (True, False),
                                               (2.0, False), ("3", False), (None, False)])  # fmt: skip
def test_a_length_is_a_whole_number(length, right, told):
    thing = Handle(told({"ok": length}), 0, "Box")
    if right:
        assert len(thing) == length
        return
    with pytest.raises(TypeError, match="the length should be a whole number"):
        len(thing)


@pytest.mark.parametrize(("answer", "holds"), [(True, True), (False, False), (1, False), ("yes", False), ([0], False)])
def test_only_true_is_true(answer, holds, told):
    thing = Handle(channel := told(*[{"ok": answer}] * 3), 0, "Box")
    channel.special = {"__contains__"}
    ask_for(thing)
    assert [bool(thing), 3 in thing, isinstance(thing, thing)] == [holds] * 3


def test_an_object_whose_length_is_not_the_size_of_its_values_is_told_as_such(told):
    thing = Handle(told({"ok": 3}, {"ok": {"handle": [1, "iterator", False]}}, {"ok": {"tuple": []}}), 0, "Box")
    assert len(thing) == 3
    with pytest.raises(RuntimeError, match="^<Box object>: its length is not the size of its values$"):
        all(thing)
