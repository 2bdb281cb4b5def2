"""The kinds of sandbox, which of them can run here, and what to do when none can."""

import contextlib
import os
import shutil
import sys
import time
from functools import cache
from pathlib import Path

from nngrade.errors import CourseError
from nngrade.sandbox import landlock, places, selftest
from nngrade.sandbox.cages import HOME, LIBRARY, SCRATCH, STUDENT, TEMPORARY
from nngrade.sandbox.container import Container
from nngrade.sandbox.host import Sandbox
from nngrade.sandbox.syscalls import AUDIT_ARCH, MACHINE


class Bubblewrap(Sandbox):
    """bubblewrap holds the warm process; inside, each submission gets namespaces of its own."""

    name, cage, library = "bubblewrap", "namespaces", LIBRARY
    hint = (
        ". bubblewrap needs user namespaces, which stock Ubuntu 24.04 and most containers keep from ordinary programs"
    )

    @classmethod
    def missing(cls):
        if not shutil.which("bwrap"):
            return "bubblewrap is not installed (Debian and Ubuntu: apt install bubblewrap; else dnf, pacman or apk)"

    def command(self, python):
        new = ["pid", "ipc", "net", "uts", "cgroup-try"]
        if os.geteuid() == 0:
            # Root needs no user namespace here; the warm process gives these up before it imports anything.
            who = [word for name in ("SETUID", "SETGID", "SYS_ADMIN") for word in ("--cap-add", f"CAP_{name}")]
        else:
            new, who = ["user", *new], ["--uid", str(STUDENT), "--gid", str(STUDENT)]
        return [shutil.which("bwrap"), *(f"--unshare-{name}" for name in new), *who, "--as-pid-1",
                "--hostname", "sandbox", *self._files(), "--chdir", "/", "--", *python]

    def environment(self):
        return places.environment(HOME, TEMPORARY) | self.variables

    def setup(self):
        setup = super().setup()
        if setup["uid"] is not None:
            setup["uid"] = places.one_of((setup["uid"], setup["uids"]))
        return setup

    def _make_folder(self):
        """None: what students write never touches the disk."""

    def _files(self):
        """An empty root folder, read-only, with read-only views of what may be seen and places to mount on."""
        words = ["--proc", "/proc", "--dev", "/dev"]
        for folder in sorted({str(folder) for path in self.shown for folder in Path(path).parents} - {"/"}):
            words += ["--dir", folder]  # made by itself, bubblewrap closes it to other users
        shown, covered = places.folded(self.shown)
        for path, real in shown.items():
            inside = [each for each in covered if each.parent == Path(path)]
            words += ["--ro-bind", real, path, *(word for each in inside for word in self._cover(each))]
        words += [word for each in covered if each.is_dir() for word in ("--remount-ro", str(each))]
        for path in (SCRATCH, HOME, TEMPORARY):  # for the warm process; each submission has its own in this place
            words += ["--perms", "1777", "--dir" if path.startswith(SCRATCH + "/") else "--tmpfs", path]
        return [*words, "--dir", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/"]

    def _cover(self, path):
        """Words for bubblewrap: nothing is seen of this.

        A folder may hold what is mounted there. Where a module was written in its place, its import says the same.
        """
        if not path.is_dir():
            return ["--ro-bind", os.devnull, str(path)]
        modules = (Path(folder, f"{path.name}.py") for folder in self.written.values())
        said = [word for module in modules if module.is_file()
                for word in ("--ro-bind", str(module), str(path / "__init__.py"))]  # fmt: skip
        return ["--perms", "0755", "--tmpfs", str(path), *said]


class Landlock(Sandbox):
    """Where there are no namespaces: Landlock for files, seccomp for everything else."""

    name, cage = "landlock+seccomp", "landlock"
    newest = 7  # the version of Landlock that this was tried with; tests try older ones

    @classmethod
    def missing(cls):
        if AUDIT_ARCH is None:
            return f"Landlock with seccomp is only prepared for x86_64 and aarch64, not for {MACHINE}"
        if not landlock.version():
            return "the kernel has no Landlock (it takes Linux 5.13 or newer, with landlock among its security modules)"

    def setup(self):
        return super().setup() | {"abi": min(landlock.version(), self.newest)}


class Unsafe(Sandbox):
    """No sandbox (`--unsafe-no-sandbox`): limits on what a submission uses, nothing else."""

    name, cage = "none (unsafe)", "open"

    @classmethod
    def missing(cls):
        return None


SAFE = (Bubblewrap, Landlock, Container)


def choose(unsafe=False):
    """The best kind of sandbox that works here; with `unsafe`, none."""
    if unsafe:
        _need_linux()
        return Unsafe
    problems = []
    for kind in SAFE:
        found = problem(kind)
        if found is None:
            return kind
        problems.append(found)
    _need_linux()
    raise CourseError("\n- ".join([
        "There is no sandbox here to run students' code in, so nothing was run.", *problems,
        "Only for code that you have read yourself: --unsafe-no-sandbox. It stands in every record.",
    ]))


def report():
    """What the doctor says: for each kind its name, None or what is wrong, and the milliseconds a start takes."""
    return [(kind.name, problem(kind), _milliseconds(kind)) for kind in SAFE]


@cache
def problem(kind):
    """Why this kind can't be used here, or None: found by running it, with a look at what it lets through."""
    if not sys.platform.startswith("linux"):
        return f"{kind.name} needs Linux"
    if found := kind.missing():
        return found
    try:
        with places.passing_folder() as folder, kind(preload=()) as sandbox:
            return _leak(sandbox, folder)
    except (CourseError, OSError, EOFError) as error:
        return f"{error}{kind.hint}"


def _leak(sandbox, folder):
    secret = folder / "secret"
    secret.write_text("secret")
    folder.chmod(0o755)
    attempts = {
        "reads files of others": f"open({str(secret)!r})",
        "has a network": "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)",
        "writes where it should not": f"open({str(folder / 'new')!r}, 'w')",
        "is root": "import os; assert os.getuid() == 0",
    }
    with sandbox.start("nngrade.sandbox.selftest:main") as child:
        for what, source in attempts.items():
            answer = selftest.ask(child, source)
            if not isinstance(answer, dict) or answer["error"] == "ConnectionRefusedError":
                return f"{sandbox.name} does not hold here: student code {what}"


def _milliseconds(kind, starts=10):
    if problem(kind) is not None:
        return None
    with kind(preload=("numpy",)) as sandbox, contextlib.ExitStack():
        begin = time.perf_counter()
        for _ in range(starts):
            sandbox.start("nngrade.sandbox.selftest:main").kill()
        return 1000 * (time.perf_counter() - begin) / starts


def _need_linux():
    if not sys.platform.startswith("linux"):
        raise CourseError(
            "Students' code can only be run on Linux, which has the sandboxes for it.\n"
            f"On this machine ({sys.platform}), grade in a Linux container of podman or Docker: INSTRUCTORS.md,\n"
            "On macOS and Windows, has the two commands."
        )
