"""What processes of `multiprocessing` share, where there is no shared memory for a student.

Under Landlock, and in a container, what one submission left in /dev/shm the next could find. The kernel's event files
do as semaphores, and end with the processes that hold them; for memory there are files of the submission's own.
Managers need sockets, which no sandbox has: that is said in words.
"""

import _multiprocessing
import _posixshmem
import contextlib
import os
import select
import socket
import tempfile
import threading
import time
from multiprocessing.heap import Arena
from multiprocessing.managers import BaseManager

RECURSIVE = 0  # the kind of which the holder may have one more
NO_MANAGER = (
    "multiprocessing.Manager needs a socket, and where work is graded there is none."
    " Value, Array, Queue, Pipe and Pool of multiprocessing work."
)


class Semaphore:
    """As `_multiprocessing.SemLock`, for processes that are forks of the one that made it."""

    SEM_VALUE_MAX = _multiprocessing.SemLock.SEM_VALUE_MAX

    def __init__(self, kind, value, maxvalue, name, unlink):
        self.kind, self.maxvalue, self.name = kind, maxvalue, None
        self.handle = os.eventfd(value, os.EFD_SEMAPHORE | os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.held, self.owner = 0, None

    def acquire(self, block=True, timeout=None):
        """Take one; whether that came about in time."""
        if self.kind == RECURSIVE and self._is_mine():
            self.held += 1
            return True
        end = None if timeout is None else time.monotonic() + max(0, timeout)
        while not self._taken():
            left = None if end is None else end - time.monotonic()
            if not block or (left is not None and left <= 0):
                return False
            select.select([self.handle], [], [], left)
        self.held, self.owner = self.held + 1, threading.get_ident()
        return True

    def release(self):
        """Give one back."""
        if self.kind == RECURSIVE and not self._is_mine():
            raise AssertionError("attempt to release recursive lock not owned by thread")
        # of larger ones that isn't told: to count takes all away for a moment, in which another process may want one
        if self.kind != RECURSIVE and self.maxvalue == 1 and not self._is_zero():
            raise ValueError("semaphore or lock released too many times")
        self.held -= 1
        if self.kind != RECURSIVE or not self.held:
            os.eventfd_write(self.handle, 1)

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *error):
        self.release()

    def __del__(self):
        with contextlib.suppress(OSError):
            os.close(self.handle)

    def _taken(self):
        try:
            return os.eventfd_read(self.handle) == 1
        except BlockingIOError:
            return False

    def _is_mine(self):
        return self.held > 0 and self.owner == threading.get_ident()

    def _is_zero(self):
        return not select.select([self.handle], [], [], 0)[0]

    def _get_value(self):
        count = 0
        while self._taken():
            count += 1
        if count:
            os.eventfd_write(self.handle, count)
        return count

    def _count(self):
        return self.held

    def _after_fork(self):
        self.held = 0


def make_do():
    """Have `multiprocessing` use these, if the system's can't be had."""
    try:
        _multiprocessing.SemLock(1, 1, 1, f"/nngrade-{os.getpid()}", True)
    except OSError:
        _multiprocessing.SemLock = Semaphore
        _posixshmem.shm_open, _posixshmem.shm_unlink = _opened, _removed
        Arena._dir_candidates = []  # of Value and Array: they go on to the folder for temporary files
    try:
        socket.socket(socket.AF_UNIX).close()
    except OSError:
        BaseManager.start = _refused


def _refused(manager, *how, **more):
    """The process that it starts would end in a bare EOFError."""
    raise OSError(NO_MANAGER)


def _opened(path, flags, mode=0o600):
    """A file that `SharedMemory` takes for memory."""
    return os.open(_place(path), flags | os.O_CLOEXEC, mode)


def _removed(path):
    os.unlink(_place(path))


def _place(path):
    return os.path.join(tempfile.gettempdir(), path.strip("/"))
