"""How much memory the process that runs the tests may take."""

import contextlib
import resource

MOST = 2**30  # bytes that the tests of a submission may take beyond what is there before; those of a4 take 0.5 GB
PAGE = resource.getpagesize()


def used():
    """The bytes of this process's address space."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * PAGE


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
