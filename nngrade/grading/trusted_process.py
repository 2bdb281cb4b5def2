"""The worker's end of the trusted process (trusted/checker.py): starts it once per assignment, asks it for tests."""

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

from nngrade.boundary import wire
from nngrade.errors import CourseError
from nngrade.notebook import submission


class TrustedProcess:
    """A trusted process that is ready to test submissions to one assignment; any number of threads may use it."""

    def __init__(self, cells, references, folder):
        self.lock = threading.Lock()
        self.control, other = socket.socketpair()
        environment = os.environ | {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", "-m", "nngrade.trusted.checker", str(other.fileno())]
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
        self.ready = False  # nobody waits for it here: it gets ready while the first submission runs
        with contextlib.suppress(OSError):
            wire.send(self.control, wire.packed(json.dumps([cells, references])))

    def sit(self):
        """A socket to a process that runs tests for one submission."""
        with self.lock:
            self.wait_until_ready()
            mine, theirs = socket.socketpair()
            with theirs:
                socket.send_fds(self.control, [b"s"], [theirs.fileno()])
        return mine

    def wait_until_ready(self):
        """Return when it can test; CourseError if it can't, because the instructor's notebook does not run."""
        problem = "the process that runs the tests could not be started; its own message stands above"
        with contextlib.suppress(EOFError, OSError):
            if self.ready or not (said := _read(self.control)):
                self.ready = True
                return
            problem = f"the instructor's notebook does not run: {said}"
        self.close()
        raise CourseError(problem)

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


class Sitting:
    """The tests of one submission, in one process as far as that leaves each test as if it were the only one."""

    def __init__(self, process):
        self.process, self.sock = process, None
        self.late = []  # what took too long in the tests so far: see channel.py

    def test(self, test, channel, seconds, extra=0, fatal=None):
        """What a test says to the student's process at the other end of `channel`, in so many seconds.

        `extra` ones are for what it does after a call that took all of them, and what was `fatal` is not called again.
        """
        with contextlib.suppress(EOFError, OSError):
            try:
                self.sock = self.sock or self.process.sit()
            finally:
                start = time.monotonic()  # that it may have had to get ready first is no time of the student's
            order = wire.packed([test, seconds, extra, fatal, self.late])
            socket.send_fds(self.sock, [b"".join(order)], [channel.fileno()])
            channel.close()
            if select.select([self.sock], [], [], seconds + extra + 10)[0]:
                result = json.loads(_read(self.sock))
                self.late = result.pop("late")
                if result.pop("last"):
                    self.close()
                return result
        self.close()
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
        """The process sees it and ends."""
        if self.sock:
            self.sock.close()
            self.sock = None


def _read(sock):
    return wire.received(wire.reader(sock))


def trusted_process_for(instructor, references=()):
    """The one process for an instructor's notebook, in this folder and with this data; a new one if it was killed.

    `references` are the solutions that its tests name: ((assignment, notebook), ...).
    """
    cells = [
        {"id": step.id, "role": step.role.replace("written", "solution"), "source": step.source, "points": step.points}
        for step in submission.release_steps(instructor)
        if step.cell_type == "code"
    ]
    key = json.dumps(cells), references, os.getcwd(), os.environ.get("NNLIB_DATA")
    with _one_at_a_time:
        if key not in _processes or _processes[key].process.poll() is not None:
            _processes[key] = TrustedProcess(cells, references, os.getcwd())
            atexit.register(_processes[key].close)
        return _processes[key]


_processes, _one_at_a_time = {}, threading.Lock()  # of the threads that need one, the first one makes it
