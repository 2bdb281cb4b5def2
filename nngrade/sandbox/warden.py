"""The warden of one submission: starts the student's process, watches the limits, and ends all of it.

It stands outside what it watches: the student's processes can neither see nor signal it.
"""

import contextlib
import importlib
import os
import select
import signal
import time

from nngrade.sandbox import kernel, messages, student
from nngrade.sandbox.referee import Referee
from nngrade.sandbox.student import BROKEN, FAILED, LOWEST_DESCRIPTORS, OK
from nngrade.sandbox.watch import Family, scratch_bytes

SIGNALLED = 100  # exit code SIGNALLED + n: ended by signal n
ENDED_BY_WARDEN = {"killed": 10, "cpu": 11, "memory": 12, "scratch": 13, "processes": 14}
REASONS = {OK: "ok", FAILED: "failed", BROKEN: "broken"} | {code: name for name, code in ENDED_BY_WARDEN.items()}
TICK = 0.1  # seconds between two looks at the limits


def reason(code):
    """In a word, why a submission ended, from the exit code of its warden (negative: killed itself)."""
    if code == SIGNALLED + signal.SIGXCPU:
        return "cpu"
    return REASONS.get(code, "killed" if code < 0 else "signal")


def guard(cage, entry, limits, sock, control, parent):
    """Run one submission to its end. `parent` is a pidfd of the warm process. Does not return."""
    code = BROKEN
    try:
        _close_all_but(sock, control.fileno(), parent)
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)  # orphans come to us, not to somebody who would miss them
        proc = os.open("/proc", os.O_RDONLY)  # of the warm process's namespace, where all of them can be seen
        main = _resolve(entry)
        limits["threads"] = student.most_threads(cage, limits["processes"])
        cage.furnish(limits)
        referee, far = messages.pair()
        pid = os.fork()
        if pid == 0:
            _first_process(cage, main, limits, sock, control, far)
        os.close(sock)
        far.close()
        if cage.nested:
            _lie_low()
        elif cage.user is not None:
            os.setegid(cage.user)  # root in a container may not look into the processes of others
            os.seteuid(cage.user)
        code = _watch(Family(proc), pid, limits, control, parent, cage, Referee(referee))
    except BaseException as error:
        messages.send(control, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _first_process(cage, main, limits, sock, control, referee):
    """In namespaces, process 1, which collects orphans; otherwise the student's process itself."""
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        student.give_way()
        if cage.nested:
            cage.first_process(limits)
            pid = os.fork()
            if pid:
                os.close(sock)
                control.close()
                _lie_low()
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # a process 1 gets no signals but those it handles
                os._exit(_collect_until(pid))
        student.run(cage, main, limits, sock, control, referee)
    except BaseException as error:
        messages.send(control, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(BROKEN)


def _lie_low():
    """Nobody may look into this process, and it may do no more than its student."""
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def _collect_until(pid):
    while True:
        ended, status = os.wait()
        if ended == pid:
            return _code(os.waitstatus_to_exitcode(status))


def _code(exitcode):
    return SIGNALLED - exitcode if exitcode < 0 else min(exitcode, FAILED)


def _watch(family, pid, limits, control, parent, cage, referee):
    """Wait until the submission ends by itself or has to end; then end the rest of it. Its exit code."""
    first = os.pidfd_open(pid)
    poll = select.poll()
    for file in (control.fileno(), parent, first, referee.fileno()):
        poll.register(file, select.POLLIN)
    why, next_look = None, time.monotonic() + TICK
    while why is None:
        ready = {file for file, _ in poll.poll(1000 * max(0, next_look - time.monotonic()))}
        if ready & {control.fileno(), parent}:
            control.setblocking(False)
            messages.receive(control)  # left unread, it would turn our last word into a broken connection
            why = "killed"
        elif first in ready:
            break
        elif referee.fileno() in ready:
            poll.unregister(referee.fileno())
            if referee.decide(family):
                poll.register(referee.fileno(), select.POLLIN)
        if time.monotonic() >= next_look:
            why, next_look = why or _exceeded(family, limits, cage), time.monotonic() + TICK
    if cage.nested:
        # What a process 1 takes with it when it is killed, the kernel does not add to its own account.
        family.look()
        messages.send(control, {"cpu_seconds": family.cpu_seconds, "peak_memory_bytes": family.peak})
    return _finish(family, pid, why, cage.nested)


def _exceeded(family, limits, cage):
    """The limit that the submission as a whole is over, or None."""
    family.look()
    if family.cpu_seconds > limits["cpu_seconds"]:
        return "cpu"
    if family.memory_above(limits["memory_bytes"]):
        return "memory"
    if not cage.counts_own_processes and len(family.members) > limits["processes"]:
        return "processes"
    if cage.scratch and scratch_bytes(cage.scratch, family) > limits["scratch_bytes"]:
        return "scratch"


def _finish(family, pid, why, nested):
    """Kill until nobody is left, then tell how the student's process ended."""
    status = None
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)  # as a process 1, it takes all others with it
    while True:
        try:
            ended, how = os.waitpid(-1, 0 if nested else os.WNOHANG)
        except ChildProcessError:
            break  # nobody is left
        status = how if ended == pid else status
        if not ended:
            family.look()
            family.kill()
            time.sleep(0.001)
    if why:
        return ENDED_BY_WARDEN[why]
    exitcode = os.waitstatus_to_exitcode(status)
    return exitcode if nested and exitcode >= 0 else _code(exitcode)


def _resolve(entry):
    module, name = entry.split(":")
    return getattr(importlib.import_module(module), name)


def _close_all_but(*files):
    previous = 2
    for file in sorted(files):
        os.closerange(previous + 1, file)
        previous = file
    os.closerange(previous + 1, LOWEST_DESCRIPTORS)
