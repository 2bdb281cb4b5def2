"""What is not plain data is left to the two sides: they are asked at every place, and told what stands there."""

import json
import operator

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed
from nngrade.boundary.reading import Reader
from nngrade.boundary.wire import Writer, generators


class Outside(wire.Nothing):
    """Knows one value already, numbers those that can change, hands over the rest by its name."""

    def __init__(self):
        self.known, self.lent, self.asked = [7], [], []

    def refer(self, value):
        return {"ref": 0} if value is self.known else None

    def mutable(self, value, tree):
        self.lent.append(value)
        return {"new": [len(self.lent), tree]}

    def hand_over(self, value):
        return {"handle": value.__name__}

    def resolve(self, tag, payload, reader):
        self.asked.append((tag, payload))
        return reader.read(payload[1]) if tag == "new" else self.known if tag == "ref" else tag


def test_all_that_can_change_is_told_and_what_is_known_is_not_written_again():
    outside, rng = Outside(), np.random.default_rng(1)
    array, inner, named = np.zeros(2), [1], {"a": 2}
    frozen = np.zeros(2)
    frozen.flags.writeable = False
    tree = Writer(outside).write((array, [inner], named, rng, frozen, outside.known, abs, "text", 3))
    assert [id(value) for value in outside.lent] == [id(v) for v in (array, inner, outside.lent[2], named, rng, frozen)]
    assert tree["tuple"][0] == {"new": [1, {"array": 0}]} and tree["tuple"][4] == {"new": [6, {"frozen": 1}]}
    assert tree["tuple"][1] == {"new": [3, [{"new": [2, [1]]}]]}
    assert tree["tuple"][5:] == [{"ref": 0}, {"handle": "abs"}, "text", 3]


def test_the_other_side_is_asked_for_it_in_any_place():
    outside = Outside()
    tree = [{"new": [1, [2]]}, {"ref": 0}, {"tuple": [{"handle": "f"}]}, {"dict": [["k", {"ref": 0}]]}]
    reader = Reader(json.dumps({"blobs": [], "tree": tree}), b"", outside)
    assert reader.read(reader.tree) == [[2], [7], ("handle",), {"k": [7]}]
    assert outside.asked == [("new", [1, [2]]), ("ref", 0), ("handle", "f"), ("ref", 0)]


def test_without_another_side_there_is_plain_data_only():
    with pytest.raises(wire.Unsendable, match="a builtin_function_or_method can't be handed over"):
        Writer().write([abs])
    with pytest.raises(Malformed, match="'ref' is not plain data"):
        wire.Nothing().resolve("ref", 0, None)
    assert wire.Nothing().refer(1) is None and wire.Nothing().mutable([], 5) == 5


def test_blobs_are_numbered_as_they_come():
    writer = Writer()
    assert [writer.write(value) for value in (b"a", np.zeros(1), b"c")] == [{"bytes": 0}, {"array": 1}, {"bytes": 2}]
    head, text, *blobs = writer.message(0)
    assert blobs[::2] == [b"a", b"c"] and wire.HEAD.unpack(head) == (len(text), sum(map(len, blobs)))


def test_the_generators_of_a_call_are_those_that_can_cross():
    one, two, other = (
        np.random.default_rng(1),
        np.random.Generator(np.random.PCG64DXSM(1)),
        np.random.Generator(np.random.MT19937(1)),
    )
    assert generators((1, one, other), {"rng": two, "x": [one]}) == [one, two]


def test_operators_are_all_that_python_has():
    arithmetic = {name for name in operator.__all__ if f"__r{name.strip('_')}__" in dir(int)}
    assert {*wire.BINARY} == arithmetic | {"matmul"} and {*wire.UNARY} == {"neg", "pos", "abs", "invert"}
    assert {*wire.OPERATORS} - {*wire.BINARY, *wire.UNARY} == {"getitem", "setitem", "delitem", "contains"}


def test_exceptions_that_arrive_as_themselves_end_nothing():
    assert all(issubclass(kind, Exception) and kind.__name__ == name for name, kind in wire.ORDINARY.items())
    assert {"StopIteration", "StopAsyncIteration", "KeyboardInterrupt", "SystemExit"}.isdisjoint(wire.ORDINARY)
    assert {"ValueError", "AssertionError", "MemoryError", "Exception"} <= wire.ORDINARY.keys()
