"""An object of the student's, as a test sees it: here the other side is played by hand."""

import contextlib
import socket

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.trusted.channel import Channel
from nngrade.trusted.proxies import Function, Handle


@pytest.fixture
def played():
    """played(*answers): a channel on whose other side these answers wait."""
    here, there = socket.socketpair()

    def played(*answers):
        for answer in answers:
            writer = wire.Writer()
            wire.send(there, writer.message({"ok": writer.write(answer)}))
        return Channel(here, 20)

    with here, there:
        played.asked = wire.reader(there)
        yield played


def test_an_array_of_an_object_is_a_copy_that_nobody_writes_into(played):
    array = Handle(played(np.zeros(2)), 0, "Layer").weights
    assert wire.receive(played.asked).tree["op"] == "getattr" and array.tolist() == [0, 0]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


@pytest.mark.parametrize("answer", [{"ok": 1}, {"error": {"kind": "ValueError", "name": "ValueError", "text": "no"}}])
def test_a_function_is_named_as_long_as_it_is_asked(answer):
    """What is asked afterwards, an attribute of an object, say, is not its fault."""
    here, there = socket.socketpair()
    with here, there:
        wire.send(there, wire.Writer().message(answer))
        channel = Channel(here, 20)
        channel.connection.asked = "`before`"
        with contextlib.suppress(ValueError):
            Function(channel, 0, "function", "f", None)()
        assert channel.connection.asked == "`before`"


def test_what_has_given_all_its_items_has_no_more(played):
    """Else it could be empty when its items are counted, and not when they are compared."""
    channel = played((1,), (), (2,))
    items = Handle(channel, 0, "generator")
    assert [channel.next(items) for _ in range(4)] == [(1,), (), (), ()]


def test_the_end_of_the_students_items_is_not_that_of_the_tests_own_loop(played):
    items = Handle(played((2,), ()), 0, "generator")
    with pytest.raises(RuntimeError, match="there is no next item"):
        all(map(lambda right: next(items) == right, [2, 3]))


@pytest.mark.parametrize("ask, result", [
    (lambda x: np.clip([0, 9], 1, x), [1, 6]), (lambda x: np.clip(a=[0, 9], a_min=1, a_max=x), [1, 6]),
    (lambda x: np.vstack([x, [0, 9]]), [[5, 6], [0, 9]]), (lambda x: np.vstack(tup=([0, 9], x)), [[0, 9], [5, 6]]),
])  # fmt: skip
def test_functions_of_numpys_get_the_values_of_an_object_wherever_it_stands(ask, result):
    here, there = socket.socketpair()
    with here, there:
        for tree in (2, {"handle": [1, "iterator", False]}, {"tuple": [5]}, {"tuple": [6]}, {"tuple": []}):
            wire.send(there, wire.Writer().message({"ok": tree}))
        assert ask(Handle(Channel(here, 20), 0, "Box")).tolist() == result
