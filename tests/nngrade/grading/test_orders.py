"""Orders and answers: only what answers the last order counts, and it does not come for ever."""

import os
import socket
import threading
import time

import pytest

from nngrade.boundary import wire
from nngrade.grading.orders import Orders
from tests.nngrade.moments import in_moments


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield Orders(here), there


def answer(sock, value):
    wire.send(sock, wire.packed(value))


def test_an_answer_has_the_token_of_the_last_order(ends):
    orders, there = ends
    orders.say("run", "f", 5)
    token, *order = wire.received(wire.reader(there))
    assert order == ["run", "f", 5] and len(token) == 16
    for wrong in ("x", [token], [token, 1, 2], ["", 1], [token[::-1] + "0", 1], {token: 1}, None):
        answer(there, wrong)
    answer(there, [token, "right"])
    assert orders.hear() == "right"
    orders.say("again")
    again = wire.received(wire.reader(there))[0]
    assert again != token
    answer(there, [token, "of before"])
    answer(there, [again, "now"])
    assert orders.hear() == "now"


def test_open_files_go_with_an_order(ends):
    orders, there = ends
    read, write = os.pipe()
    orders.say("serve", fds=[write])
    data, [received], _, _ = socket.recv_fds(there, 4096, 1)
    os.write(received, b"x")
    assert os.read(read, 1) == b"x" and b"serve" in data
    for file in (read, write, received):
        os.close(file)


def test_what_is_said_all_the_while_is_no_answer(ends):
    orders, there = ends
    orders.say("run")
    for _ in range(50):
        answer(there, "chatter")
    start = time.monotonic()
    with in_moments(), pytest.raises(TimeoutError):
        orders.hear(0.3)
    assert time.monotonic() - start > 0.2


def test_who_never_stops_talking_has_not_answered_in_time(ends):
    orders, there = ends
    orders.say("run")
    over = threading.Event()

    def talk():
        while not over.wait(0.05):
            answer(there, "chatter")

    talker = threading.Thread(target=talk)
    talker.start()
    timer = threading.Timer(30, over.set)
    timer.start()
    try:
        with pytest.raises(TimeoutError):
            orders.hear(0.3)
        assert not over.is_set()
    finally:
        timer.cancel()
        over.set()
        talker.join()


def test_the_end_of_the_line_is_told(ends):
    orders, there = ends
    orders.say("run")
    there.close()
    with pytest.raises((EOFError, OSError)):
        orders.hear()


def test_an_array_is_no_answer(ends):
    orders, there = ends
    orders.say("run")
    writer = wire.Writer()
    wire.send(there, writer.message(writer.write([orders.token, b"x" * 9])))  # more than a message without arrays may
    with pytest.raises(wire.Malformed):
        orders.hear()


def test_who_takes_no_orders_is_not_waited_for(ends, monkeypatch):
    monkeypatch.setattr("nngrade.grading.orders.GRACE", 0.2)
    with in_moments(), pytest.raises(TimeoutError):
        ends[0].say("run", "x" * 2**22, seconds=0)
