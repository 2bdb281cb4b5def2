"""Which files and users there are in a sandbox."""

import importlib.util
import os
import secrets
import sys
from pathlib import Path

# The interpreter, the libraries and programs of the system, the fonts that Matplotlib draws with.
SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
    "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives",
)  # fmt: skip
# Of nngrade, which may lie in one checkout with solutions and gradebook, only what runs beside student code.
CHILD_SIDE = ("__init__.py", "arrays.py", "child.py", "course.py", "recorder.py", "servant.py", "wire.py", "sandbox")
FIRST_UID, UIDS = 0x70000000, 1 << 20  # ids that no system gives to anybody


def visible(readable):
    """Every file and folder that can be read in a sandbox, real paths, none inside another of them."""
    nngrade, nnlib = (Path(importlib.util.find_spec(name).origin).parent for name in ("nngrade", "nnlib"))
    wanted = [*SYSTEM, sys.prefix, sys.base_prefix, nnlib, *(nngrade / name for name in CHILD_SIDE), *readable]
    real = sorted({Path(path).resolve() for path in wanted if Path(path).exists()})
    return [str(path) for path in real if not any(parent in real for parent in path.parents)]


def environment(home, temporary):
    """All the environment variables of student code. One thread for each BLAS: students share the cores."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return threads | {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(temporary), "USER": "student",
        "LOGNAME": "student", "LANG": "C.UTF-8", "MPLBACKEND": "Agg",
    }  # fmt: skip


def unprivileged_users():
    """(first, count): user ids that root can give to student code, and that nobody else has."""
    with open("/proc/self/uid_map") as file:
        ranges = [(int(first), int(count)) for first, _, count in (line.split() for line in file)]
    if any(first <= FIRST_UID and FIRST_UID + UIDS <= first + count for first, count in ranges):
        return FIRST_UID, UIDS
    return 30_000, 20_000  # in a container with fewer ids


def one_of(users):
    first, count = users
    return first + secrets.randbelow(count)
