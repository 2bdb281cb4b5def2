"""From a fork of the warm process to a student's: empty hands, limits, the cage, and only then what was asked for."""

import contextlib
import fcntl
import os
import resource
import signal
import socket
from math import ceil

from nngrade.sandbox import kernel, messages

OK, FAILED, BROKEN = 0, 1, 2  # exit codes
LOWEST_DESCRIPTORS = 4096  # the warm process keeps all its open files below this
SHARE = 0.75  # of the memory, for one process: it gets a MemoryError before the warden ends all of the submission


def run(cage, main, limits, sock, control, referee):
    """Lock the door from inside, say so, and only then run what may run students' code."""
    (control, referee), code = _empty_handed(sock, control, referee), BROKEN
    try:
        _lock(cage, limits, referee)
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


def give_way():
    """Where memory runs out, this process and its children end first, not the grader."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _empty_handed(sock, control, referee):
    """Open files: nothing on 0 to 2, the socket on 3; until the start, the ways to grader and warden on 4 and 5."""
    nothing = [os.open(os.devnull, os.O_RDWR)] * 3
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (*nothing, sock, control.detach(), referee.detach())]
    for place, end in enumerate(ends):
        os.dup2(end, place, inheritable=place < 3)
    os.closerange(len(ends), LOWEST_DESCRIPTORS)
    return socket.socket(fileno=4), socket.socket(fileno=5)


def _lock(cage, limits, referee):
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a grader in the background passes on that it ignores it
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    _limit(limits)
    os.nice(5)  # the graders come first
    listener = cage.enter(limits)
    messages.send(referee, {"asks": listener is not None}, [] if listener is None else [listener])
    referee.close()
    if listener is not None:
        os.close(listener)
    os.chdir(os.environ["HOME"])


def _limit(limits):
    with open("/proc/self/statm") as file:
        already = int(file.read().split()[0]) * resource.getpagesize()
    cpu = ceil(limits["cpu_seconds"])
    for what, soft, hard in (
        (resource.RLIMIT_AS, already + int(SHARE * limits["memory_bytes"]), None),
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


def most_threads(cage, processes):
    """The kernel's limit: exact where it counts this submission alone, else above all that its user runs now.

    In the second case others who start more must not be stopped by it, so it is there to slow a bomb down until
    the warden, who counts exactly, ends it.
    """
    return processes + 2 * cage.nested if cage.counts_own_processes else _threads_of_user() + 8 * processes


def _threads_of_user():
    count, me = 0, os.getuid()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == me:
                count += len(os.listdir(f"/proc/{name}/task"))
    return count
