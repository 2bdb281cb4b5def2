"""The sandboxes of this process: warm from their first use to the end, one for all threads."""

import atexit
import contextlib
import threading

from nngrade.errors import CourseError
from nngrade.grading.session import data_folder, open_sandbox
from nngrade.sandbox import choose


def begin(unsafe):
    """Have a sandbox warm up while this process does something else. What goes wrong is told when it is needed."""
    with contextlib.suppress(CourseError, OSError), _one_at_a_time:
        _made(unsafe, data_folder()).begin()


def open_once(unsafe, data):
    """The sandbox of this process in which students' code finds this data."""
    with _one_at_a_time:
        return _made(unsafe, data).__enter__()


def _made(unsafe, data):
    if (unsafe, data) not in _open:
        _open[unsafe, data] = open_sandbox(choose(unsafe))
    return _open[unsafe, data]


def stop():
    """End all that runs in these sandboxes; whoever waits for it gets an error at once."""
    with _one_at_a_time:
        while _open:
            _, sandbox = _open.popitem()
            sandbox.start = _stopped  # or a thread that is still at work warms it up again
            sandbox.close()


_one_at_a_time, _open = threading.Lock(), {}
atexit.register(stop)


def _stopped(*_):
    raise CourseError("The grading was stopped.")
