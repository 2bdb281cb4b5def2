"""A seccomp filter: the system calls that student code has no use for are refused with EPERM.

It stands beside the namespaces or Landlock, not in their place: it keeps student code away from the
parts of the kernel where holes are found, and refuses what Landlock cannot see. Calls that need a
capability are not in it: the kernel refuses them by itself. Source: the kernel's
userspace-api/seccomp_filter; the lists of Docker and Flatpak.
"""

import ctypes
import errno
import struct

from nngrade.sandbox import kernel
from nngrade.sandbox.syscalls import AUDIT_ARCH, NUMBERS


def _names(text):
    return tuple(text.split())


REFUSED = _names("""
ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd perf_event_open bpf userfaultfd add_key
request_key keyctl mount umount2 pivot_root chroot setns unshare fsopen fsconfig fsmount fspick move_mount open_tree
open_tree_attr mount_setattr name_to_handle_at open_by_handle_at syslog personality seccomp socket connect bind
listen accept accept4 shmget shmat shmctl semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open
mq_unlink memfd_create memfd_secret inotify_init inotify_init1 fanotify_init setpriority sched_setscheduler
sched_setparam sched_setattr ioprio_set migrate_pages move_pages
""")
UNKNOWN = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")  # ENOSYS: callers know another way
# Landlock leaves these alone, and they change files that can only be read. A mount namespace refuses them.
FILE_CHANGES = _names("""
chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes futimesat utimensat setxattr lsetxattr
fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr truncate
""")
SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")

NEW_NAMESPACES = 0x7E020000
OWNERS_AND_LEASES = (8, 15, 1024, 1026, 1031)  # fcntl: F_SETOWN, _EX, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ
TERMINAL_AND_FLAGS = (0x5412, 0x541C, 0x8901, 0x8902, 0x40086602, 0x401C5820)  # ioctl: TIOCSTI, ..., FS_IOC_SETFLAGS
PARENTS_AND_TRACERS = (1, 35, 36, 0x59616D61)  # prctl: PR_SET_PDEATHSIG, _MM, _CHILD_SUBREAPER, _PTRACER
AF_UNIX, SOCK_STREAM = 1, 1
O_ACCMODE, O_TRUNC = 0o3, 0o1000

LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06  # BPF instructions
NUMBER, ARCH, ARGUMENTS = 0, 4, 16  # where they lie in struct seccomp_data
ALLOW, KILL, ASK = 0x7FFF0000, 0x80000000, 0x7FC00000
ERROR = 0x00050000
SET_FILTER, NEW_LISTENER = 1, 8
X32 = 0x40000000  # the second set of numbers on x86_64


def install(landlock=False, ask=False):
    """Put the filter on this process and all its children, for good.

    With `ask`, signals wait for somebody to allow them (referee.py); returns the open file to do so.
    """
    program = assemble(landlock, ask)
    buffer = ctypes.create_string_buffer(program)
    fprog = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    return kernel.call("seccomp", SET_FILTER, NEW_LISTENER if ask else 0, ctypes.create_string_buffer(fprog))


def assemble(landlock=False, ask=False):
    """The program, in the kernel's bytes: eight for each instruction."""
    refused = REFUSED + (FILE_CHANGES if landlock else ()) + (("pidfd_send_signal",) if ask else ())
    program = [_op(LOAD, ARCH), _op(EQUAL, AUDIT_ARCH, 1, 0), _op(RETURN, KILL), _op(LOAD, NUMBER)]
    program += [_op(AT_LEAST, X32, 0, 1), _refuse()]
    for name in refused:
        program += _whole(name, errno.EPERM)
    for name in UNKNOWN + (("openat2",) if landlock else ()):
        program += _whole(name, errno.ENOSYS)
    for name in SIGNALS if ask else ():
        program += [_op(EQUAL, NUMBERS[name], 0, 1), _op(RETURN, ASK)]
    for name, tests in _by_argument(landlock).items():
        program += _guarded(name, tests)
    return b"".join([*program, _op(RETURN, ALLOW)])


def _by_argument(landlock):
    rules = {
        "clone": _if_any_bit(0, NEW_NAMESPACES),
        "socketpair": _unless_equal(0, 0xFFFFFFFF, AF_UNIX) + _unless_equal(1, 0xFF, SOCK_STREAM),
        "prlimit64": _unless_equal(0, 0xFFFFFFFF, 0),  # 0 is the caller: hands off other processes
        "sched_setaffinity": _unless_equal(0, 0xFFFFFFFF, 0),
        "fcntl": _if_in(1, OWNERS_AND_LEASES),
        "ioctl": _if_in(1, TERMINAL_AND_FLAGS),
        "prctl": _if_in(0, PARENTS_AND_TRACERS),
    }
    if landlock:  # before version 3, reading was enough to empty a file
        rules |= {"open": _if_emptying(1), "openat": _if_emptying(2)}
    return rules


def _op(code, value, if_true=0, if_false=0):
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(error=errno.EPERM):
    return _op(RETURN, ERROR | error)


def _whole(name, error):
    return [_op(EQUAL, NUMBERS[name], 0, 1), _refuse(error)] if name in NUMBERS else []


def _guarded(name, tests):
    """Run the tests for calls of this name, then go on with the number loaded again."""
    if name not in NUMBERS:
        return []
    return [_op(EQUAL, NUMBERS[name], 0, len(tests) + 1), *tests, _op(LOAD, NUMBER)]


def _argument(i):
    return _op(LOAD, ARGUMENTS + 8 * i)  # its lower half, which is all that these calls look at


def _if_any_bit(i, bits):
    return [_argument(i), _op(ANY_BIT, bits, 0, 1), _refuse()]


def _unless_equal(i, mask, value):
    return [_argument(i), _op(AND, mask), _op(EQUAL, value, 1, 0), _refuse()]


def _if_in(i, values):
    return [_argument(i), *(line for value in values for line in (_op(EQUAL, value, 0, 1), _refuse()))]


def _if_emptying(i):
    return [_argument(i), _op(AND, O_TRUNC | O_ACCMODE), _op(EQUAL, O_TRUNC, 0, 1), _refuse()]
