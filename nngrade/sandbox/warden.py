"""The warden of one submission: starts the student's process, watches the limits, and ends all of it.

It stands outside what it watches: the student's processes can neither see nor signal it.
"""

import contextlib
import fcntl
import importlib
import os
import resource
import select
import signal
import socket
import time
from math import ceil

from nngrade.sandbox import kernel, messages
from nngrade.sandbox.watch import Family, scratch_bytes

OK, FAILED, BROKEN, SIGNALLED = 0, 1, 2, 100  # exit codes; SIGNALLED + n: ended by signal n
ENDED_BY_WARDEN = {"killed": 10, "cpu": 11, "memory": 12, "scratch": 13, "processes": 14}
REASONS = {OK: "ok", FAILED: "failed", BROKEN: "broken"} | {code: name for name, code in ENDED_BY_WARDEN.items()}
TICK = 0.1  # seconds between two looks at the limits
LOWEST_DESCRIPTORS = 4096  # the warm process keeps all its open files below this


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
        limits["threads"] = limits["processes"] + (2 * cage.nested if cage.counts_own_processes else _threads_of_user())
        cage.furnish(limits)
        pid = os.fork()
        if pid == 0:
            _first_process(cage, main, limits, sock, control)
        os.close(sock)
        if cage.nested:
            _lie_low()
        code = _watch(Family(proc), pid, limits, control, parent, cage)
    except BaseException as error:
        messages.send(control, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _first_process(cage, main, limits, sock, control):
    """In namespaces, process 1, which collects orphans; otherwise the student's process itself."""
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        if cage.nested:
            cage.first_process(limits)
            pid = os.fork()
            if pid:
                os.close(sock)
                control.close()
                _lie_low()
                os._exit(_collect_until(pid))
        _student(cage, main, limits, sock, control)
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


def _student(cage, main, limits, sock, control):
    """Lock the door from inside, say so, and only then run what may run students' code."""
    control, code = _empty_handed(sock, control), BROKEN
    try:
        _lock(cage, limits)
        me = os.pidfd_open(os.getpid())
        messages.send(control, {"ready": True}, [me])
        os.close(me)
        control.close()
        code = FAILED
        main(socket.socket(fileno=3))
        code = OK
    except BaseException as error:
        if code == BROKEN:
            messages.send(control, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _empty_handed(sock, control):
    """Open files: nothing on 0 to 2, the socket on 3; on 4, until the start, the way to the grader."""
    nothing = os.open(os.devnull, os.O_RDWR)
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (nothing, nothing, nothing, sock, control.detach())]
    for place, end in enumerate(ends):
        os.dup2(end, place, inheritable=place < 3)
    os.closerange(len(ends), LOWEST_DESCRIPTORS)
    return socket.socket(fileno=4)


def _lock(cage, limits):
    os.setsid()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    _limit(limits)
    os.nice(5)  # the graders come first
    cage.enter(limits)
    os.chdir(os.environ["HOME"])
    os.umask(0o022)


def _limit(limits):
    with open("/proc/self/statm") as file:
        already = int(file.read().split()[0]) * resource.getpagesize()
    cpu = ceil(limits["cpu_seconds"])
    for what, soft, hard in (
        (resource.RLIMIT_AS, already + limits["memory_bytes"], None),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_NPROC, limits["threads"], None),
        (resource.RLIMIT_FSIZE, limits["file_bytes"], None),
        (resource.RLIMIT_NOFILE, limits["open_files"], None),
        (resource.RLIMIT_CORE, 1, None),  # not 0: at 1, the kernel calls no crash reporter either
        (resource.RLIMIT_MSGQUEUE, 0, None),
        (resource.RLIMIT_MEMLOCK, 0, None),
    ):
        _, most = resource.getrlimit(what)
        bound = [v if most == resource.RLIM_INFINITY else min(v, most) for v in (soft, hard or soft)]
        resource.setrlimit(what, tuple(bound))


def _watch(family, pid, limits, control, parent, cage):
    """Wait until the submission ends by itself or has to end; then end the rest of it. Its exit code."""
    first = os.pidfd_open(pid)
    poll = select.poll()
    for file in (control.fileno(), parent, first):
        poll.register(file, select.POLLIN | select.POLLHUP)
    why = None
    while why is None:
        ready = {file for file, _ in poll.poll(1000 * TICK)}
        if ready & {control.fileno(), parent}:
            control.setblocking(False)
            messages.receive(control)  # left unread, it would turn our last word into a broken connection
            why = "killed"
        elif first in ready:
            break
        else:
            why = _exceeded(family, limits, cage)
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


def _threads_of_user():
    """Where processes are counted for each user, those that this user has already; room for what others start."""
    count, me = 0, os.getuid()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == me:
                count += len(os.listdir(f"/proc/{name}/task"))
    return 2 * count + 1000


