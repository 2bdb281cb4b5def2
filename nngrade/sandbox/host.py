"""The grader's side of a sandbox: its warm process, from the start to the end, and orders to fork a submission."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict

from nngrade.errors import CourseError
from nngrade.sandbox import messages, places
from nngrade.sandbox.cages import remove
from nngrade.sandbox.running import SECONDS_TO_END, Child, Limits

PRELOAD = (
    "numpy", "numpy.random", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "IPython.core.interactiveshell",
    "nnlib", "nnlib.data", "nnlib.plot", "nnlib.checks", "nngrade.student.child",
)  # fmt: skip
SECONDS_TO_WARM, SECONDS_TO_START = 120, 60


class WarmProcessEnded(CourseError):
    """Somebody or something killed it. The next start makes a new one."""

    def __init__(self, said, main):
        """`main` was our end of the socket to it."""
        super().__init__(said)
        self.main = main

    def __reduce__(self):  # to another machine goes what is said, and no socket
        return CourseError, self.args


class Sandbox:
    """A warm process in a cage, from which submissions are forked. One per worker; safe to share between threads."""

    name = cage = None
    hint = ""  # what to think of first when it can't run
    library = None  # where student code finds the modules written for it; None: where they really are

    def __init__(self, preload=PRELOAD, readable=(), limits=None, variables=None, modules=None, hidden=()):
        """`readable` are folders that student code may read, `variables` what it finds in its environment.

        `preload` names modules to import in the warm process; of "module:function" the function is called there too.
        `modules` writes into a folder the modules that student code finds before all others; `hidden` are the names
        of packages that it is not to see.
        """
        self.preload, self.limits, self.variables = tuple(preload), limits or Limits(), dict(variables or {})
        self.modules, self.visible, self._own = modules, places.visible(readable, hidden), contextlib.ExitStack()
        self.written = {}  # {path in the sandbox: folder} of these modules, while they are needed
        self._lock, self._main, self._errors, self._folder, self._zygote = threading.Lock(), None, None, None, None

    def start(self, entry="nngrade.student.child:main", limits=None):
        """Fork a student's process, in which `entry` ("module:function") is called with its socket."""
        order = {"entry": entry, "limits": asdict(limits or self.limits)}
        try:
            return self._ask_for(order)
        except WarmProcessEnded as ended:
            with self._lock:
                if self._main is ended.main:  # else another thread has a new one already, in which submissions run
                    self._cool_down()
            return self._ask_for(order)

    def begin(self):
        """Have the warm process import what it has to; the first who needs it waits for that."""
        with self._lock:
            self._begin()

    def close(self):
        """End the warm process and everything that runs in the sandbox."""
        with self._lock:
            self._cool_down()

    def __enter__(self):
        with self._lock:
            self._warm_up()
        return self

    def __exit__(self, *error):
        self.close()

    def setup(self):
        """What the warm process has to know."""
        uid, uids = places.unprivileged_users() if os.geteuid() == 0 else (None, 0)
        folder = self._folder and str(self._folder)
        return {"cage": self.cage, "preload": self.preload, "visible": self.shown, "folder": folder, "uid": uid,
                "uids": uids, "first": [*self.written]}

    @property
    def shown(self):
        """{path: where it really is} of all that student code may read."""
        return self.visible | self.written

    def _write_modules(self):
        """The modules for student code, in a folder that goes with the warm process: {its path there: the folder}."""
        if self.modules is None:
            return {}
        folder = self._own.enter_context(places.passing_folder())
        self.modules(folder)
        _open(folder)
        return {self.library or str(folder.resolve()): str(folder.resolve())}

    def command(self, python):
        """The command that runs this Python command in the cage."""
        return python

    def environment(self):
        """The environment variables of the warm process, and so of student code."""
        return places.environment(self._folder / "home", self._folder / "home") | self.variables

    def _make_folder(self):
        """Somewhere outside the checkout for the submissions' files. Others may pass through it, not look."""
        self._folder = places.Path(tempfile.mkdtemp(prefix="nngrade-"))
        self._folder.chmod(0o711)
        (self._folder / "home").mkdir()
        _open(self._folder / "home")

    def _begin(self):
        self._cool_down()
        try:
            self._make_folder()
            self.written = self._write_modules()
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the warm process runs)
            self._main = self._launch([os.path.abspath(sys.executable), "-I", "-c"], self._errors)
            self._main.settimeout(SECONDS_TO_WARM)
            messages.send(self._main, self.setup())
        except BaseException:
            self._cool_down()
            raise

    def _warm_up(self):
        if self._main is None or self._program.poll() is not None:
            self._begin()
        if self._zygote is None:
            self._zygote = self._first_words()

    def _launch(self, python, errors):
        """Start the warm process; our end of the socket to it."""
        main, far = messages.pair()
        with far:
            command = self.command([*python, f"from nngrade.sandbox.zygote import run; run({far.fileno()})"])
            # A session of its own: Ctrl-C is for the grader, who then ends this in good order.
            self._program = subprocess.Popen(command, env=self.environment(), cwd="/", pass_fds=[far.fileno()],
                                             stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                                             start_new_session=True)
        return main

    def _first_words(self):
        try:
            message, files = messages.receive(self._main, 1)
        except TimeoutError:
            message, files = {"error": f"importing took longer than {SECONDS_TO_WARM} s"}, []
        if files:
            return files[0]
        said = (message or {}).get("error") or self._last_words()
        self._cool_down()
        raise CourseError(f"The sandbox ({self.name}) could not be started: {said}")

    def _last_words(self):
        """The last line of what the warm process, which ends, has written by itself."""
        self._end_program()
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").strip().split("\n")[-1]

    def _ask_for(self, order):
        main, ours, control = self._send(order)
        try:
            return Child(ours, control, self._started(control, main))
        except BaseException:
            ours.close()
            control.close()
            raise

    def _send(self, order):
        """Ask the warm process, a new one if need be, for a submission: the way to it, our ends of its two sockets."""
        with self._lock:
            self._warm_up()
            (ours, theirs), (control, far_control) = socket.socketpair(), messages.pair()
            messages.send(self._main, order, [theirs.fileno(), far_control.fileno()])
            theirs.close()
            far_control.close()
            return self._main, ours, control

    def _started(self, control, main):
        """The pidfd of the student's process, once it is locked in."""
        control.settimeout(SECONDS_TO_START)
        try:
            message, files = messages.receive(control, 1)
        except TimeoutError:
            message, files = {"error": f"it took longer than {SECONDS_TO_START} s"}, []
        if files:
            return files[0]
        failed = f"The sandbox ({self.name}) could not start a submission: "
        if message:
            raise CourseError(failed + message["error"])
        raise WarmProcessEnded(failed + "its warm process has ended", main)

    def _cool_down(self):
        if self._main is not None:
            messages.send(self._main, None)  # said, too: a fork of the grader may hold our end open
            self._main.close()  # the warm process sees it, ends what it runs, and goes
            self._main = None
            self._end_program()
        self._own.close()
        self.written = {}
        if self._errors is not None:
            self._errors.close()
            self._errors = None
        if self._folder is not None:
            self._remove_folder()

    def _remove_folder(self):
        """Where the warm process was killed, students may write there until their wardens have ended them."""
        end = time.monotonic() + SECONDS_TO_END
        while self._folder.exists() and time.monotonic() < end:
            remove(self._folder)
        self._folder = None

    def _end_program(self):
        try:
            self._program.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            if self._zygote is not None:
                signal.pidfd_send_signal(self._zygote, signal.SIGKILL)
            self._kill_program()
            self._program.wait()
        if self._zygote is not None:
            os.close(self._zygote)
            self._zygote = None

    def _kill_program(self):
        os.killpg(self._program.pid, signal.SIGKILL)  # with what bubblewrap has started


def _open(folder):
    """Let others read what is in a folder, whatever mask the grader was started with."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
