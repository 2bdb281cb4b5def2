"""Limits of what crosses, at the limit and one above."""

import socket
import threading
from collections import namedtuple

import numpy as np
import pytest

from nngrade.boundary import reading, wire, words
from nngrade.boundary.arrays import Malformed
from nngrade.boundary.words import TOO_DEEP, TOO_LARGE
from tests.nngrade.boundary.test_wire import reading as read_from
from tests.nngrade.boundary.test_wire import sent

TEXT = len('{"blobs": [], "tree": ""}')


def test_the_limits_are_those_that_messages_speak_of():
    assert (wire.MAX_TREE, wire.MAX_BLOBS, reading.MAX_RANGE) == (16 * 2**20, 256 * 2**20, 2**22)
    assert "16 MB" in TOO_LARGE and "256 MB" in TOO_LARGE
    assert f" {reading.MAX_DEPTH} " in TOO_DEEP


def test_what_is_told_of_a_function_goes_on_from_its_name():
    told = [words.ENDED, words.TOO_LONG, words.TOO_LARGE, words.TOO_DEEP]
    assert all(each.startswith("it ") for each in told) and words.OWN.issuperset(told)
    assert words.ENDED == "it ended the whole program"


@pytest.mark.parametrize("more", [0, 1])
def test_text(more, monkeypatch):
    whole = b"".join(wire.packed("x" * (75 + more)))
    monkeypatch.setattr(wire, "MAX_TREE", TEXT + 75)
    if not more:
        assert read_from(whole) == sent("x" * 75) == "x" * 75
        return
    with pytest.raises(Malformed, match="too large"):
        read_from(whole)
    with pytest.raises(wire.Unsendable, match=TOO_LARGE[:20]):
        wire.packed("x" * 76)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("by", ["all", "most"])
def test_blobs(more, by, monkeypatch):
    value = [b"x" * 60, b"y" * (40 + more)]
    writer = wire.Writer()
    tree, most = writer.write(value), 100 if by == "most" else wire.MAX_BLOBS
    whole = b"".join(writer.message(tree))
    if by == "all":
        monkeypatch.setattr(wire, "MAX_BLOBS", 100)
    if not more:
        assert wire.received(stream(whole), most) == value and writer.message(tree, most)
        return
    with pytest.raises(Malformed, match="too large"):
        wire.received(stream(whole), most)
    with pytest.raises(wire.Unsendable, match=TOO_LARGE[:20]):
        writer.message(tree, most)


def stream(data):
    rest = [data]

    def read(n):
        part, rest[0] = rest[0][:n], rest[0][n:]
        return part

    return read


def test_an_array_that_is_too_large_is_not_copied_first(monkeypatch):
    monkeypatch.setattr(wire, "MAX_BLOBS", 800)
    monkeypatch.setattr(wire, "npy_bytes", lambda array: b"")
    assert wire.Writer().write(np.zeros(100)) == {"array": 0}
    with pytest.raises(wire.Unsendable):
        wire.Writer().write(np.zeros(101))


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def test_depth():
    assert sent(nested(reading.MAX_DEPTH + 1)) == nested(reading.MAX_DEPTH + 1)
    with pytest.raises(wire.Unsendable, match="nested"):
        sent(nested(reading.MAX_DEPTH + 2))
    deep = '{"blobs": [], "tree": %s1%s}' % ("[" * (reading.MAX_DEPTH + 2), "]" * (reading.MAX_DEPTH + 2))  # noqa: UP031
    with pytest.raises(Malformed, match="nested"):
        read_from(wire.HEAD.pack(len(deep), 0) + deep.encode())


def tuples(depth):
    return (tuples(depth - 1),) if depth else 1


HOLDERS = {
    "list": lambda value: [value],
    "tuple": lambda value: (value,),
    "set": lambda value: {value},
    "value": lambda value: {1: value},
    "key": lambda value: {value: 1},
    "record": namedtuple("One", "a"),
    "slice": slice,
}


@pytest.mark.parametrize("hold", HOLDERS.values(), ids=HOLDERS)
def test_whatever_holds_something_is_a_level(hold, monkeypatch):
    fits, deeper = hold(tuples(reading.MAX_DEPTH)), hold(tuples(reading.MAX_DEPTH + 1))
    assert sent(fits) == fits
    with pytest.raises(wire.Unsendable, match="nested"):
        wire.packed(deeper)
    monkeypatch.setattr(wire, "MAX_DEPTH", 99)  # of who writes
    with pytest.raises(Malformed, match="nested"):
        sent(deeper)


@pytest.mark.parametrize("size", [10, 3 * 2**20])
def test_large_messages_are_sent_whole(size):
    here, there = socket.socketpair()
    value = [np.arange(size, dtype="u1"), b"end"]
    with here, there:
        sender = threading.Thread(target=wire.send, args=(here, wire.packed(value)))
        sender.start()
        array, end = wire.received(wire.reader(there))
        sender.join()
        assert array.tobytes() == value[0].tobytes() and end == b"end"
        here.close()
        with pytest.raises(EOFError, match="the other side is gone"):
            wire.reader(there)(1)
