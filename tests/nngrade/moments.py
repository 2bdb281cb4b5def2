"""A limit of time for what would take minutes or hours if it were wrong, and that no slow or busy machine reaches."""

import time
from contextlib import contextmanager

SECONDS = 45


@contextmanager
def in_moments(clock=time.monotonic):
    """What stands inside takes moments. Where the processor alone is kept busy, its `clock` is time.process_time."""
    start = clock()
    yield
    assert clock() - start < SECONDS


def soon(holds, seconds=SECONDS):
    """Whether something comes to hold within so many seconds: what other processes do takes its time."""
    end = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.01)
    return found
