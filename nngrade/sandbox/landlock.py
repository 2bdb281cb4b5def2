"""Landlock: a process gives up all files but those it names, for itself and its children.

Source: the kernel's documentation, userspace-api/landlock. What it cannot restrict (reading the size
and date of a file, chmod, sockets, signals before version 6) is for seccomp or user ids to refuse.
"""

import ctypes
import os
import stat
import struct

from nngrade.sandbox import kernel

READ_FILE, READ_DIR, EXECUTE, WRITE_FILE, TRUNCATE, IOCTL_DEV = 1 << 2, 1 << 3, 1 << 0, 1 << 1, 1 << 14, 1 << 15
READ = READ_FILE | READ_DIR | EXECUTE
ON_FILES = READ_FILE | EXECUTE | WRITE_FILE | TRUNCATE | IOCTL_DEV
SPECIAL_FILES = 1 << 6 | 1 << 9 | 1 << 11  # making devices and sockets: nobody may, anywhere
ASK_VERSION, PATH_BENEATH = 1, 1
SIGNALS_SCOPED = 6  # the first version in which signals stay inside


def version():
    """Which version of Landlock the kernel has; 0 for none."""
    try:
        return kernel.call("landlock_create_ruleset", 0, 0, ASK_VERSION)
    except (OSError, KeyError):
        return 0


def restrict(readable, writable, devices, abi):
    """Give up everything but reading `readable`, writing below `writable` and using `devices`."""
    everything = file_rights(abi)
    rules = _ruleset(everything, abi)
    for path in readable:
        _allow(rules, path, READ & everything)
    for path in writable:
        _allow(rules, path, everything & ~SPECIAL_FILES)
    for path in devices:
        _allow(rules, path, READ_FILE | WRITE_FILE)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.call("landlock_restrict_self", rules, 0)
    os.close(rules)


def file_rights(abi):
    """Every right on files that this version knows."""
    count = {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)
    return (1 << count) - 1


def _ruleset(everything, abi):
    tcp = 0b11 if abi >= 4 else 0  # bind, connect
    scoped = 0b11 if abi >= SIGNALS_SCOPED else 0  # abstract sockets, signals
    words = [everything, tcp, scoped][: 1 if abi < 4 else 2 if abi < SIGNALS_SCOPED else 3]
    text = ctypes.create_string_buffer(struct.pack(f"={len(words)}Q", *words))
    return kernel.call("landlock_create_ruleset", text, 8 * len(words), 0)


def _allow(rules, path, rights):
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(file).st_mode):
        rights &= ON_FILES
    rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, file))
    kernel.call("landlock_add_rule", rules, PATH_BENEATH, rule, 0)
    os.close(file)
