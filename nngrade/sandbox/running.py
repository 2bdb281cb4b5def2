"""One submission that runs in a sandbox, as the grader sees it: what it may use, how to end it, how it ended."""

import contextlib
import os
import signal
from dataclasses import dataclass

from nngrade.sandbox import messages

SECONDS_TO_END = 20


@dataclass(frozen=True)
class Limits:
    """What one submission may use: all its processes together, except for the size of one file and for open files.

    Threads count as processes. Scratch space is memory under bubblewrap, and comes on top of `memory_bytes`.
    """

    cpu_seconds: float = 300
    memory_bytes: int = 2 << 30
    processes: int = 64
    file_bytes: int = 64 << 20
    scratch_bytes: int = 256 << 20
    open_files: int = 256


@dataclass(frozen=True)
class Exit:
    """How a submission ended.

    reason: "ok", "failed" (an exception or exit code), "signal" (crashed), "killed" (from here), or the limit
    that it was over: "cpu", "memory", "scratch", "processes". The peak is that of its largest process.
    """

    reason: str
    cpu_seconds: float
    peak_memory_bytes: int


class Child:
    """A student's process, just started. `sock` is the only way to it."""

    def __init__(self, sock, control, process):
        self.sock, self._control, self._process = sock, control, process
        self._exit = None

    def interrupt(self):
        """SIGINT to the student's process, as Ctrl-C does it."""
        if self._exit is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGINT)

    def kill(self):
        """End the student's process and all that descends from it; when this returns, nothing is left."""
        if self._exit is None:
            messages.send(self._control, "kill")
            self.wait(SECONDS_TO_END)

    def wait(self, timeout=None):
        """Wait for the end, with nothing left behind: an Exit. TimeoutError when it takes longer."""
        if self._exit is None:
            self._control.settimeout(timeout)
            words = []
            while not words or (words[-1] and "reason" not in words[-1]):
                words.append(messages.receive(self._control)[0])
            # Where nobody is there to tell, the warm process itself was killed, and all with it.
            use = [max((word or {}).get(what, 0) for word in words) for what in ("cpu_seconds", "peak_memory_bytes")]
            self._exit = Exit((words[-1] or {}).get("reason", "killed"), *use)
            self._close()
        return self._exit

    def _close(self):
        self.sock.close()
        self._control.close()
        os.close(self._process)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.kill()
