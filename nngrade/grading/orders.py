"""Orders to a student's process, and its answers. What student code itself writes on the socket is taken for none."""

import secrets
import socket
import time

from nngrade.boundary import wire

GRACE = 3  # seconds for a cell to stop after it was interrupted, and for small answers


class Orders:
    """The worker's end of the socket on which student/child.py takes its orders."""

    def __init__(self, sock):
        self.sock, self.inbox, self.token = sock, wire.Inbox(sock), ""

    def say(self, *order, seconds=GRACE, fds=()):
        """Give an order, with these open files; TimeoutError if the process does not take it."""
        self.token = secrets.token_hex(8)  # an answer without it, written by student code beforehand, does not count
        parts = wire.packed([self.token, *order])
        self.sock.settimeout(max(GRACE, seconds))
        if fds:
            socket.send_fds(self.sock, [b"".join(parts)], fds)
        else:
            wire.send(self.sock, parts)

    def hear(self, seconds=GRACE):
        """The answer to the last order; whatever is not one is Malformed."""
        end = time.monotonic() + seconds

        def left():
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError
            return left

        while True:
            answer = wire.received(lambda n: self.inbox.read(n, left), 0)
            if type(answer) is list and len(answer) == 2 and answer[0] == self.token:
                return answer[1]
