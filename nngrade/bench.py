"""The worker's end of the trusted process (checker.py): starts it once per assignment, and asks it for tests."""

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time

from nngrade import submission, wire
from nngrade.course import CourseError


class Bench:
    """A trusted process that is ready to test submissions to one assignment; any number of threads may use it."""

    def __init__(self, cells, references, folder):
        self.lock = threading.Lock()
        self.control, other = socket.socketpair()
        environment = os.environ | {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", "-m", "nngrade.checker", str(other.fileno())]
        self.process = subprocess.Popen(
            command,
            pass_fds=[other.fileno()],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the grader; here it would end a test as if it had failed
        )
        other.close()
        wire.send(self.control, wire.packed(json.dumps([cells, references])))
        with contextlib.suppress(EOFError, OSError):
            problem = _read(self.control)
            if not problem:
                return
            self.close()
            raise CourseError(f"the instructor's notebook does not run: {problem}")
        raise CourseError("the process that runs the tests could not be started; its own message stands above")

    def test(self, test, channel, seconds):
        """What a test says to the student's process at the other end of `channel`."""
        start = time.monotonic()
        mine, theirs = socket.socketpair()
        with mine:
            with theirs, self.lock:
                order = json.dumps([test, seconds]).encode()
                socket.send_fds(self.control, [order], [channel.fileno(), theirs.fileno()])
            channel.close()
            with contextlib.suppress(EOFError, OSError):
                if select.select([mine], [], [], seconds + 10)[0]:
                    return json.loads(_read(mine))
        spent = time.monotonic() - start
        if spent >= seconds:
            return {
                "points": 0.0,
                "ended": True,
                "message": f"The test did not finish within {seconds:.0f} s.",
                "lines": [],
                "seconds": spent,
            }
        message = "This test could not be run to its end; a person has to look at it."
        return {"points": None, "message": message, "lines": [], "seconds": spent}

    def close(self):
        """End the process; idle, it ends by itself when nobody is there any more."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _read(sock):
    return wire.received(wire.reader(sock))


def bench_for(instructor, references=()):
    """The one bench for an instructor's notebook, in this folder and with this data; a new one if it was killed.

    `references` are the solutions that its tests name: ((assignment, notebook), ...).
    """
    cells = [
        {"id": step.id, "role": step.role.replace("written", "solution"), "source": step.source, "points": step.points}
        for step in submission.release_steps(instructor)
        if step.cell_type == "code"
    ]
    key = json.dumps(cells), references, os.getcwd(), os.environ.get("NNLIB_DATA")
    with _one_at_a_time:
        if key not in _benches or _benches[key].process.poll() is not None:
            _benches[key] = Bench(cells, references, os.getcwd())
            atexit.register(_benches[key].close)
        return _benches[key]


_benches, _one_at_a_time = {}, threading.Lock()  # of the threads that need a bench, the first one makes it
