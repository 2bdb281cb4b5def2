"""An object of the student's, as a test sees it: here the other side is played by hand."""

import socket

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.trusted.channel import Channel
from nngrade.trusted.proxies import Handle


def test_an_array_of_an_object_is_a_copy_that_nobody_writes_into():
    here, there = socket.socketpair()
    with here, there:
        writer = wire.Writer()
        wire.send(there, writer.message({"ok": writer.write(np.zeros(2))}))
        array = Handle(Channel(here, 5), 0, "Layer").weights
        assert wire.receive(wire.reader(there)).tree["op"] == "getattr" and array.tolist() == [0, 0]
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
