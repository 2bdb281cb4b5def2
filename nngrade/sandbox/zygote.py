"""The warm process: imports what every submission needs, once, and forks for each submission.

Nothing of a submission can come back into it: it reads nothing that a student's process writes.
"""

import importlib
import os
import resource
import selectors
import signal
import socket
import sys
import threading

from nngrade.sandbox import kernel, messages, warden
from nngrade.sandbox.cages import CAGES
from nngrade.sandbox.forkable import make_forkable
from nngrade.sandbox.watch import Family


def run(descriptor):
    """Serve the grader at the other end of this socket until it goes away."""
    os.umask(0o022)  # what a cage is made of is for its students to read, whatever mask the grader has
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a batch system ends all of a job at once: the grader's end is ours
    main = socket.socket(fileno=descriptor)
    setup, _ = messages.receive(main)
    if setup is None:
        return
    try:
        zygote = Zygote(main, setup)
    except BaseException as error:
        messages.send(main, {"error": f"{type(error).__name__}: {error}"})
        raise
    messages.send(main, {"warm": True}, [zygote.me])
    zygote.serve()


def run_at(path):
    """Serve the grader who listens at this path."""
    main = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    main.connect(path)
    run(main.detach())


class Zygote:
    """The warm process: in its cage, with everything imported when it is made."""

    def __init__(self, main, setup):
        self.main, self.wardens = main, {}
        _keep_descriptors_low()
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        self.cage = CAGES[setup["cage"]]()
        self.cage.open(setup)
        sys.path[:0] = setup["first"]
        for name in setup["preload"]:
            module, _, function = name.partition(":")
            module = importlib.import_module(module)
            if function:
                getattr(module, function)()
        if threading.active_count() > 1:
            raise RuntimeError(f"threads do not survive a fork, and preloading started {threading.enumerate()[1:]}")
        self.me = os.pidfd_open(os.getpid())
        self.family = Family(os.open("/proc", os.O_RDONLY))
        make_forkable()

    def serve(self):
        """Fork for each order of the grader, and report each end, until the grader goes away."""
        with selectors.DefaultSelector() as self.selector:
            self.selector.register(self.main, selectors.EVENT_READ, self._start)
            while self.main:
                for key, _ in self.selector.select():
                    key.data()
        for pid in list(self.wardens):
            os.kill(pid, signal.SIGKILL)
            self._ended(pid)
        self.cage.close()

    def _start(self):
        """Fork a warden for the submission that the grader asks for."""
        order, files = messages.receive(self.main)
        if order is None:
            self.selector.unregister(self.main)
            self.main = None  # the grader is gone; the wardens see the same, and end
            return
        sock, control = files[0], socket.socket(fileno=files[1])
        cage = self.cage.another()
        pid = os.fork()
        if pid == 0:
            warden.guard(cage, order["entry"], order["limits"], sock, control, self.me)
        os.close(sock)
        watched = os.pidfd_open(pid)
        self.wardens[pid] = watched, control, cage
        self.selector.register(watched, selectors.EVENT_READ, lambda: self._ended(pid))

    def _ended(self, pid):
        """Tell the grader how a submission ended, and leave nothing of it."""
        watched, control, cage = self.wardens.pop(pid)
        _, status, used = os.wait4(pid, 0)
        if self.main:
            self.selector.unregister(watched)
        os.close(watched)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            self._end_strays()
        cage.clean()
        messages.send(control, {
            "reason": warden.reason(code),
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "peak_memory_bytes": used.ru_maxrss * 1024,
        })
        control.close()

    def _end_strays(self):
        """A warden was killed from outside: what it guarded has become ours, and must not survive it."""
        while strays := self._strays():
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _strays(self):
        self.family.look()
        return [pid for pid, (parent, *_) in self.family.members.items()
                if parent == self.family.me and pid not in self.wardens]


def _keep_descriptors_low():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = min(warden.LOWEST_DESCRIPTORS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, few))
