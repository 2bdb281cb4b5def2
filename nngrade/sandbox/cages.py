"""What keeps student code in. Each cage is entered in three steps, all of them in trusted code:

`open(setup)` in the warm process before it imports anything; `furnish(limits)` in the warden of one
submission; `enter(limits)` in the student's process, which runs nothing of a student's before. `enter`
returns a file for the referee, if signals need one.
"""

import contextlib
import copy
import os
import re
import secrets
import shutil
import stat
import subprocess
from pathlib import Path

from nngrade.sandbox import kernel, landlock, seccomp
from nngrade.sandbox.kernel import MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY

STUDENT = 1000  # the user that a student is, seen from inside a user namespace
SCRATCH = "/sandbox"  # a name that no machine has: folders with data may have any other
LIBRARY = f"{SCRATCH}-library"
HOME, TEMPORARY = f"{SCRATCH}/home", f"{SCRATCH}/tmp"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Namespaces:
    """Inside bubblewrap: each submission gets its own user, pid, mount, IPC, host name and cgroup namespaces."""

    nested = True  # the student's processes have a process 1 of their own
    scratch = None  # the kernel limits its size

    def open(self, setup):
        """Started by root, be the unprivileged user from here on."""
        if setup["uid"] is not None:
            # bubblewrap covers parts of /proc; what is covered can't be mounted anew in a user namespace.
            kernel.mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
            kernel.become(setup["uid"])
        self.data_below_tmp = any(path.startswith("/tmp/") for path in setup["visible"])
        version = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
        # Before Linux 5.14, the limit on processes counted all processes of a user together.
        self.counts_own_processes = version >= (5, 14) or setup["uid"] is not None

    def another(self):
        """This cage, for one more submission."""
        return self

    def furnish(self, limits):
        uid, gid = os.getuid(), os.getgid()
        shared = kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS | kernel.CLONE_NEWCGROUP
        kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID | shared)
        kernel.map_user(STUDENT, uid, gid)

    def first_process(self, limits):
        """Mount what only this submission sees. Runs as process 1, and when that ends, all of it is gone."""
        kernel.private_mounts()
        inodes = max(1000, limits["scratch_bytes"] // 4096)
        options = f"mode=755,size={limits['scratch_bytes']},nr_inodes={inodes}"
        kernel.mount("tmpfs", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV, options)
        for folder in (HOME, TEMPORARY, f"{SCRATCH}/shm"):
            os.mkdir(folder)
        kernel.bind(f"{SCRATCH}/shm", "/dev/shm")
        if not self.data_below_tmp:
            kernel.bind(TEMPORARY, "/tmp")
        # Read-only: who ends first when memory runs out, say, is not for a process itself to change there.
        kernel.mount("proc", "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)

    def enter(self, limits):
        os.environ.pop("PWD", None)  # bubblewrap's
        kernel.drop_capabilities()
        seccomp.install()

    def clean(self):
        """Nothing to do: the scratch space went with the last process that could see it."""

    close = clean


class Open:
    """No cage at all (`--unsafe-no-sandbox`): a folder of one's own, and the limits."""

    nested = False

    def open(self, setup):
        self.folder, self.uid, self.uids = Path(setup["folder"]), setup["uid"], setup["uids"]
        if self.uid is not None:
            open_ways(setup["visible"] | {setup["folder"]: setup["folder"]})

    def another(self):
        """A folder of its own, and where root may choose, a user of its own."""
        new = copy.copy(self)
        new.scratch = self.folder / secrets.token_hex(8)
        new.user = None if self.uid is None else self.uid + secrets.randbelow(self.uids)
        new.counts_own_processes = new.user is not None
        return new

    def furnish(self, limits):
        for path in (self.scratch, self.scratch / "home", self.scratch / "tmp"):
            path.mkdir(mode=0o700)
            if self.user is not None:
                os.chown(path, self.user, self.user)

    def enter(self, limits):
        os.environ |= {"HOME": f"{self.scratch}/home", "TMPDIR": f"{self.scratch}/tmp"}
        if self.user is not None:
            kernel.become(self.user)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)

    def clean(self):
        remove(self.scratch)

    def close(self):
        remove(self.folder)


class Landlocked(Open):
    """Landlock for files, seccomp for the rest; started by root, also a user id that nobody else has."""

    def open(self, setup):
        super().open(setup)
        self.readable, self.abi = sorted(set(setup["visible"].values())), setup["abi"]

    def enter(self, limits):
        super().enter(limits)
        landlock.restrict(self.readable, [self.scratch], DEVICES, self.abi)
        ask = self.user is None and self.abi < landlock.SIGNALS_SCOPED
        listener = seccomp.install(landlock=True, ask=ask)
        return listener if ask else None


class Contained(Open):
    """In a container, which is the cage of all submissions: a user of its own for each, and seccomp."""

    def open(self, setup):
        for name in os.environ.keys() - {*setup["variables"]}:  # the engine's
            del os.environ[name]
        super().open(setup)
        os.mkdir(HOME)

    def enter(self, limits):
        super().enter(limits)
        seccomp.install()


CAGES = {"namespaces": Namespaces, "landlock": Landlocked, "container": Contained, "open": Open}


def open_ways(visible):
    """Where a folder above one of {path: real path} is closed to other users, show an open one with nothing else.

    An interpreter in root's home is the usual case. Only this mount namespace sees it.
    """
    behind = {}
    for path in visible:
        closed = next((folder for folder in reversed(Path(path).parents) if not folder.stat().st_mode & 1), None)
        if closed:
            behind.setdefault(closed, []).append(path)
    if behind:
        try:
            kernel.unshare(kernel.CLONE_NEWNS)
        except PermissionError:
            raise PermissionError(
                f"students' code runs as a user of its own, who can't get past {', '.join(map(str, behind))} "
                f"to {', '.join(next(iter(behind.values())))}: open that folder (chmod o+x) or install elsewhere"
            ) from None
        kernel.private_mounts()
    for folder, contents in behind.items():
        _show_only(folder, {path: visible[path] for path in contents})


def _show_only(folder, contents):
    files = [(Path(path), os.open(real, os.O_PATH)) for path, real in contents.items()]  # before they are covered
    kernel.mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    for path, file in files:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        kernel.bind(f"/proc/self/fd/{file}", path)
        os.close(file)


def remove(folder):
    """Delete a student's folder, whatever is in it: folders closed to their owner, or nested a thousand deep."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    for command in (["rm", "-rf"], ["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        if os.path.lexists(folder):
            subprocess.run([*command, "--", folder], check=False, capture_output=True)
