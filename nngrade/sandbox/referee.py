"""Decides which signals student code may send, where neither namespaces nor Landlock nor user ids do.

That is Landlock before version 6 (Linux before 6.12) without root: the student's processes then have the
user id of the grader. Their calls of kill wait in the kernel until the warden has looked at them. Source:
seccomp_unotify(2). Should the warden be gone, the kernel refuses.
"""

import errno
import fcntl
import os
import struct

from nngrade.sandbox import messages
from nngrade.sandbox.syscalls import NUMBERS

RECEIVE, SEND = 0xC0502100, 0xC0182101
QUESTION, ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
CONTINUE = 1


class Referee:
    """Answers the questions of one submission, when there are any; `fileno` is for poll."""

    def __init__(self, end):
        """`end` brings the file on which the questions come, once the student's process has it."""
        self.end, self.listener = end, None

    def fileno(self):
        return self.end.fileno() if self.listener is None else self.listener

    def decide(self, family):
        """Answer one question; whether there can be more."""
        if self.listener is None:
            _, files = messages.receive(self.end)
            self.listener = files[0] if files else None
            return bool(files)
        question = bytearray(QUESTION.size)
        try:
            fcntl.ioctl(self.listener, RECEIVE, question)
            cookie, _, _, number, _, _, *arguments = QUESTION.unpack(question)
            allowed = _allowed(number, _signed(arguments[0]), family)
            answer = (cookie, 0, 0, CONTINUE) if allowed else (cookie, 0, -errno.EPERM, 0)
            fcntl.ioctl(self.listener, SEND, ANSWER.pack(*answer))
        except FileNotFoundError:
            pass  # who asked has been killed meanwhile
        except OSError:
            os.close(self.listener)
            return False
        return True


def _allowed(number, target, family):
    """0 is one's own process group; -1 would be everybody; below that lie process groups, here with a leader."""
    family.look()
    if number == NUMBERS["tkill"]:
        return any(os.path.exists(f"/proc/{member}/task/{target}") for member in family.members)
    return target == 0 or (target != -1 and abs(target) in family.members)


def _signed(number):
    return struct.unpack("=i", struct.pack("=I", number & 0xFFFFFFFF))[0]
