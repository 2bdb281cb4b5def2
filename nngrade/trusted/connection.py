"""The socket from a test to the fork of the student's process that answers it. What comes is bounded and doubted."""

import socket
import time

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed
from nngrade.trusted.errors import Ended, Gone

MAX_RECEIVED = 2**30  # bytes in one test


class Connection:
    """Sends and receives messages until the time of the test is over; what is wrong with them ends the test."""

    def __init__(self, sock, seconds):
        self.sock, self.inbox, self.deadline = sock, wire.Inbox(sock), time.monotonic() + seconds
        self.received, self.asked = 0, "your code"  # asked: who a message names when something goes wrong

    def send(self, parts):
        """Send the parts of a message."""
        try:
            self.sock.settimeout(self._left())
            wire.send(self.sock, parts)
        except OSError as error:
            raise self._broken(error) from None

    def receive(self, outside):
        """The Reader of the next message, whose tree is a dict; `outside` resolves what is not plain data in it."""
        try:
            message = wire.receive(self._read, outside, MAX_RECEIVED - self.received)
        except (Malformed, RecursionError):
            raise self.disorderly() from None
        if type(message.tree) is not dict or type(message.tree.get("changed", [])) is not list:
            raise self.disorderly()
        return message

    def disorderly(self, what="answer"):
        """The end of a test whose student's process does not keep to the protocol."""
        return Ended(f"{self.asked} did not {what} in an orderly way.")

    def _read(self, n):
        self.received += n
        try:
            return self.inbox.read(n, self._left)
        except (OSError, EOFError) as error:
            raise self._broken(error) from None

    def _left(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _broken(self, error):
        if isinstance(error, (TimeoutError, socket.timeout)):
            return Ended(f"{self.asked} did not finish in time.")
        return Gone(f"{self.asked} ended the whole program.")
