"""Which files and users there are in a sandbox."""

import contextlib
import importlib.util
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from nngrade.errors import CourseError

# The libraries and programs of the system, the fonts that Matplotlib draws with.
SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
    "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives",
)  # fmt: skip
PYTHON = "bin", "lib", "lib64", "pyvenv.cfg"  # of the folder that Python, or a virtual environment, is installed in
# What of nngrade runs beside student code, and what that imports. No more, because nngrade may lie in one checkout with
# the solutions and the gradebook, and holds the sample answers itself.
CHILD_SIDE = "__init__.py", "errors.py", "boundary", "student", "sandbox"
IN_CONTAINERS = 30_000, 20_000  # (first, count), where there are 65,536 ids
FEW = 20  # entries of a folder that are shown one by one
FIRST_UID, UIDS = 0x70000000, 1 << 20  # ids that no system gives to anybody


def visible(readable, hidden=()):
    """{path: where it really is} of every file and folder that can be read in a sandbox, none inside another.

    A path that leads through symbolic links is there twice, so that code finds it under both names. `hidden` are the
    names of packages that are not to be seen.
    """
    for path in readable:
        if not Path(path).exists():
            raise CourseError(f"Students' code is to read {path}, but there is no such file or folder.")
    nngrade = package("nngrade")
    covered = [each.resolve() for name in ("nngrade", *hidden) if (each := package(name))]
    libraries = () if "nnlib" in hidden else (package("nnlib"),)
    python = (Path(prefix, part) for prefix in (sys.prefix, sys.base_prefix) for part in PYTHON)
    places = [Path(path).absolute() for path in (*SYSTEM, *python) if Path(path).exists()]
    around = [part for path in places for part in _around(path, covered)]
    mine = (*libraries, *(nngrade / part for part in CHILD_SIDE), *readable)
    given = around + [Path(path).absolute() for path in mine]
    real = {path.resolve(): path.resolve() for path in given}
    both = real | {path: path.resolve() for path in given if not any(part in real for part in path.parents)}
    return {str(path): str(both[path]) for path in sorted(both) if not any(part in both for part in path.parents)}


def package(name):
    """The folder of a package, or the file of a module, which is not imported for that; None if there is none."""
    found = importlib.util.find_spec(name)
    path = Path(found.origin) if found and found.origin and found.has_location else None
    return path.parent if path and path.stem == "__init__" else path


def _around(path, hidden):
    """A folder; if it holds any of what is to be `hidden`, in its place all else that it holds."""
    inside = path.resolve()
    if inside in hidden:
        return []
    if not any(inside in each.parents for each in hidden):
        return [path]
    return [part for each in sorted(path.iterdir()) for part in _around(each, hidden)]


def folded(shown):
    """{path: real path} with fewer entries, and the folders and files to cover in these: [path].

    Where nearly all that a folder holds is shown, it is the folder, with the rest covered, of which only names can be
    seen then: each mount takes time, at the start and for each submission, and packages are hundreds. Not where one of
    ours is among the rest: a cover goes when what it covers is replaced, by an upgrade while a class is graded, say.
    """
    groups, ours = {}, [path.resolve() for name in ("nngrade", "nnlib") if (path := package(name))]
    for path, real in shown.items():
        if Path(path).name == Path(real).name:
            groups.setdefault((Path(path).parent, Path(real).parent), set()).add(Path(path).name)
    few, covered = dict(shown), []
    for (folder, real), names in groups.items():
        rest = [] if len(names) < FEW else [each for each in sorted(real.iterdir()) if each.name not in names]
        kept = any(each.is_symlink() or each.resolve() in ours for each in rest)  # of a link, it would cover another
        if len(rest) < len(names) >= FEW and not kept:
            few = {path: at for path, at in few.items() if Path(path).parent != folder} | {str(folder): str(real)}
            covered += [folder / each.name for each in rest]
    return dict(sorted(few.items())), covered


def need_hidden(visible, private):
    """CourseError if anything `visible`, as above, is or holds one of these `private` files and folders."""
    shown = set(visible.values())  # hundreds of them; asked for each submission
    for secret in (path.resolve() for path in map(Path, private) if path.exists()):
        for seen in shown & {str(secret), *map(str, secret.parents)}:
            raise CourseError(
                f"Students' code could read {secret}, because what it needs itself lies in {seen}."
                " Nothing was run. Move the course to a folder outside of that."
            )


def own_secrets():
    """The sample answers of nngrade; the solutions, where nngrade lies in a checkout of the course."""
    nngrade = package("nngrade")
    return nngrade / "classroom", nngrade.parent / "solutions"


def environment(home, temporary):
    """All the environment variables of student code. One thread for each BLAS: students share the cores."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return threads | {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(temporary), "USER": "student",
        "LOGNAME": "student", "LANG": "C.UTF-8", "MPLBACKEND": "Agg",
    }  # fmt: skip


def unprivileged_users(uid_map="/proc/self/uid_map"):
    """(first, count): user ids that root can give to student code, and that nobody else has."""
    with open(uid_map) as file:
        ranges = [(int(first), int(count)) for first, _, count in (line.split() for line in file)]
    for uid, uids in ((FIRST_UID, UIDS), IN_CONTAINERS):
        if any(first <= uid < uid + uids <= first + count for first, count in ranges):
            return uid, uids
    raise CourseError(
        "this is root of a container that has too few user ids to give some to students' code"
        " (podman without root takes them from /etc/subuid and /etc/subgid)"
    )


def one_of(users):
    """An id of these users (first, count), picked at random."""
    first, count = users
    return first + secrets.randbelow(count)


@contextlib.contextmanager
def passing_folder():
    """A folder for the moment. Another process makes it, and removes it when this one is done or was killed."""
    path = Path(tempfile.gettempdir(), f"nngrade-{secrets.token_hex(8)}")
    keep = "trap '' TERM HUP INT; mkdir -m 700 \"$0\" || exit; echo made; read -r end; rm -rf \"$0\""  # to our end only
    keep = ["/bin/sh", "-c", keep, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(keep, **pipes, start_new_session=True) as keeper:
        if not keeper.stdout.read(1):
            raise OSError(f"{path.parent} has no room for a folder")
        yield path
