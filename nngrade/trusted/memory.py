"""How much memory the process that runs the tests may take."""

import contextlib
import os
import resource
from functools import lru_cache

MOST = 2**30  # bytes that the tests of a submission may take beyond what is there before; those of a4 take 0.5 GB
PAGE = resource.getpagesize()


def used():
    """The bytes of this process's address space."""
    return int(os.pread(_statm(os.getpid()), 64, 0).split()[0]) * PAGE


@lru_cache(1)
def _statm(pid):
    """The open file of this process, and not of the one that it is a fork of: asked for at each call of a function."""
    return os.open(f"/proc/{pid}/statm", os.O_RDONLY | os.O_CLOEXEC)


@contextlib.contextmanager
def at_most(room):
    """A `with` block in which this process gets no more than `room` bytes on top of what it has: MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = used() + room
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
