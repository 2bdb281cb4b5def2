"""The socket from a test to the fork of the student's process that answers it. What comes is bounded and doubted."""

import socket
import time

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed
from nngrade.trusted.errors import Ended, Gone

MAX_RECEIVED = 2**30  # bytes in one test
YOUR_CODE = "your code"  # who is asked for a value that is no function with a name
GRACE = 1.5  # seconds for the student's process to say that the time of a call is over


class Connection:
    """Sends and receives messages until the time of the test is over; what is wrong with them ends the test."""

    def __init__(self, sock, seconds, extra=0):
        """`extra` are the seconds that the rest of a test gets back of those that calls took which failed."""
        self.sock, self.inbox, self.deadline, self.extra = sock, wire.Inbox(sock), time.monotonic() + seconds, extra
        self.received, self.asked = 0, YOUR_CODE  # asked: who a message names when something goes wrong

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

    def most(self):
        """The bytes of arrays that the next answer may hold: half of what is left, so that something always is."""
        return (MAX_RECEIVED - self.received) // 2

    def seconds(self):
        """What is left for the next call."""
        return max(0.01, self.deadline - time.monotonic())

    def give_back(self, seconds):
        """A call has failed after so long: whatever the test does then without it does not pay for that."""
        given = min(seconds, self.extra)
        self.deadline, self.extra = self.deadline + given, self.extra - given

    def _left(self):
        left = self.deadline + GRACE - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _broken(self, error):
        if isinstance(error, (TimeoutError, socket.timeout)):
            return Ended(f"{self.asked} did not finish in time.")
        return Gone(f"{self.asked} ended the whole program.")
