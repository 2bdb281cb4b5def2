"""The few system calls of Linux that Python has no function for."""

import ctypes
import os

from nngrade.sandbox.syscalls import NUMBERS

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
MADV_COLLAPSE = 25
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38

_libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    """The system call of that name, with integers and pointers as arguments; OSError when it fails."""
    given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(NUMBERS[name]), *given), name)


def prctl(option, value):
    """Set an option of this process; see prctl(2)."""
    numbers = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    _checked(_libc.prctl(option, *numbers), "prctl")


def unshare(flags):
    """Move this process into new namespaces."""
    call("unshare", flags)


def mount(source, target, kind=None, flags=0, options=None):
    """Mount `source` on `target`; see mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _checked(_libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3]), f"mount on {target}")


def bind(source, target):
    """Show a file or folder, and what is mounted below it, in a second place."""
    mount(source, target, flags=MS_BIND | MS_REC)


def collapse(start, size):
    """Put this memory on pages of 2 MB, as far as that can be done."""
    _checked(_libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), MADV_COLLAPSE), "madvise")


def private_mounts():
    """From here on, what is mounted is seen in this mount namespace only."""
    mount("none", "/", flags=MS_REC | MS_PRIVATE)


def map_user(inside, uid, gid):
    """In the new user namespace of this process, the one user that exists is `inside`; outside it is `uid`."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{inside} {uid} 1"), ("gid_map", f"{inside} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def drop_capabilities():
    """Give up every capability for good; with no_new_privs, no program can bring one back."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3; this process
    call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def become(uid):
    """Be the unprivileged user `uid`, and nobody else ever again."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    prctl(PR_SET_DUMPABLE, 1)  # a change of user hides /proc/self from oneself


def _checked(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
