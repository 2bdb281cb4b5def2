"""The student's side of a test, in this process: how much an answer may hold, and what is read-only there."""

import socket

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.words import TOO_LARGE
from nngrade.student.servant import Servant


@pytest.fixture
def servant():
    """A Servant, and `ask` of it: the tree of its answer."""
    here, there = socket.socketpair()
    with here, there:
        servant = Servant(there, {"x": np.zeros(100)}, {})

        def ask(op, *args, most=wire.MAX_BLOBS, blobs=()):
            writer = wire.Writer()
            writer.blobs += blobs
            tree = {"op": op, "seconds": 5, "most": most, "names": {}, "kw": {}, "args": args}
            wire.send(here, writer.message(tree))
            servant.answer(servant.receive())
            return wire.receive(wire.reader(here)).tree

        servant.ask_it = ask
        yield servant


@pytest.mark.parametrize("most, fits", [(928, True), (927, False)])  # 100 numbers and 128 bytes of a header
def test_an_answer_holds_what_it_may_and_no_more(servant, most, fits):
    tree = servant.ask_it("get", "x", most=most)
    assert ("ok" in tree) == fits
    assert fits or tree["error"]["text"] == TOO_LARGE


def test_an_array_that_the_test_lends_read_only_is_so_there(servant):
    def f(x):
        x[0] = 1

    servant.hand_over(f)
    frozen = {"new": [1, {"frozen": 0}]}
    tree = servant.ask_it("call", {"handle": 0}, frozen, blobs=[wire.npy_bytes(np.zeros(2))])
    assert tree["error"]["kind"] == "ValueError" and "read-only" in tree["error"]["text"] and tree["changed"] == []
