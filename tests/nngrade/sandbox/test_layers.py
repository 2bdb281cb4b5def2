"""Each layer of a sandbox alone: what one lets through, another would hide, and with it that the first does not hold.

What is off here is off in the warm process: a module that is loaded there puts nothing in its place. Where all that
stops an attempt is off, the attempt works: so none is refused for another reason.
"""

import contextlib
import errno
import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from nngrade.sandbox import Bubblewrap, Container, Landlock, Limits
from nngrade.sandbox.places import passing_folder
from nngrade.sandbox.selftest import ask
from tests.nngrade.kinds_here import need
from tests.nngrade.moments import SECONDS, in_moments
from tests.nngrade.sandbox.test_sandbox import SELFTEST, refused, syscall

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="to be the owner of the files of others takes root")

OFF = """
from nngrade.sandbox import landlock, seccomp, student, warden
def no_seccomp():
    seccomp.install = lambda *args, **kwargs: None
def no_landlock():
    landlock.restrict = lambda *args: None
def no_limits():
    student._limit = lambda limits: None
def no_warden():
    warden._exceeded = lambda *args: None
def no_few_files():
    globals()["files"] = [os.dup(0) for _ in range(100)]
    warden._exceeded = lambda *args: "killed" if len(opened()) > 50 else None
def no_closing():
    warden._close_all_but = lambda *files: None
    warden._exceeded = lambda *args: None
"""
LOOK = """
import os
def opened():
    found = []
    for number in range(4096):
        try: os.fstat(number)
        except OSError: continue
        found.append(number)
    return found
"""


class SharedNetwork(Bubblewrap):
    """Without a network namespace of its own."""

    def command(self, python):
        return [word for word in super().command(python) if word != "--unshare-net"]


class Writable(Bubblewrap):
    """Without read-only mounts."""

    def command(self, python):
        words = [word.replace("--ro-bind", "--bind") for word in super().command(python)]
        for word in ("/", "/dev"):  # the last ones
            at = len(words) - 1 - words[::-1].index("--remount-ro")
            assert words[at + 1] == word
            del words[at : at + 2]
        return words


class ContainerOnTheNetwork(Container):
    """With the network of the machine."""

    def command(self, python, door):
        return [word.replace("--network=none", "--network=host") for word in super().command(python, door)]


class WritableContainer(Container):
    """Without read-only mounts."""

    def command(self, python, door):
        return [word.removesuffix(",readonly") for word in super().command(python, door)]


@dataclass(frozen=True)
class Place:
    """What lies outside."""

    shown: str
    beside: str
    port: int
    name: str
    pid: int

    def attempts(self):
        connect = "import socket; s = socket.socket({}); s.settimeout(2); s.connect({})"
        return {
            "tcp": connect.format("socket.AF_INET", ("127.0.0.1", self.port)),
            "udp": f"import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {self.port}))",
            "abstract": connect.format("socket.AF_UNIX", repr("\0" + self.name)),
            "write": f"open({self.shown + '/file'!r}, 'a').write('x')",
            "new": f"open({self.shown + '/new'!r}, 'w').close()",
            "chmod": f"import os; os.chmod({self.shown + '/file'!r}, 0o644)",
            "open chmod": f"import os; os.fchmod(os.open({self.shown + '/file'!r}, os.O_RDONLY), 0o644)",
            "empty": f"import os; os.open({self.shown + '/file'!r}, os.O_RDONLY | os.O_TRUNC)",
            "remove": f"import os; os.unlink({self.shown + '/old'!r})",
            "device": "import os; os.mknod('device', 0o20600, os.makedev(1, 3))",
            "disk": "import os; os.mknod('disk', 0o60600, os.makedev(7, 0))",
            "beside": f"open({self.beside!r}).read()",
            "closed": f"open({self.shown + '/closed'!r}).read()",
            "signal": f"import os; os.kill({self.pid}, 0)",
            "bind": "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
            "socket file": "import os; os.mknod('made', 0o140600)",
            "memory": syscall("memfd_create", 0, 0),
            "watch": syscall("inotify_init1", 0),
            "message": syscall("msgget", 0x1234, 0o1666),
        }


@pytest.fixture(scope="module")
def place():
    """A folder that is shown, a file beside it, listeners, a process."""
    with passing_folder() as folder, socket.socket() as tcp, socket.socket(socket.AF_UNIX) as unix:
        (folder / "shown").mkdir()
        for name in ("shown/file", "shown/closed", "beside"):
            (folder / name).write_text("secret")
        folder.chmod(0o755)
        (folder / "shown" / "closed").chmod(0o600)
        tcp.bind(("127.0.0.1", 0))
        name = f"nngrade-{folder.name}"
        unix.bind("\0" + name)
        for line in (tcp, unix):
            line.listen()
        yield Place(str(folder / "shown"), str(folder / "beside"), tcp.getsockname()[1], name, os.getpid())


REFUSED = -errno.EPERM, -errno.ENOSYS
NETWORK, CALLS = {"tcp", "abstract"}, {"memory", "watch", "message"}
FILES, SPECIAL = {"write", "new", "chmod", "open chmod", "empty", "remove"}, {"socket file", "device", "disk"}
LAYERS = [  # (the layer that is left, the kind, what is off, what it stops, what then works: nothing else stops that)
    ("network namespace", Bubblewrap, ("seccomp",), NETWORK, CALLS),
    ("seccomp on the machine's network", SharedNetwork, (), NETWORK | CALLS | {"udp"}, set()),
    ("no layer for the network", SharedNetwork, ("seccomp",), set(), NETWORK | {"udp"}),
    ("read-only mounts", Bubblewrap, ("users", "seccomp"), FILES | {"beside"}, {"closed"}),
    ("permissions of files", Writable, ("seccomp",), FILES | {"closed"}, set()),
    ("no layer for files", Writable, ("users", "seccomp"), {"beside"}, FILES | {"closed"}),
    ("process namespace", Bubblewrap, ("users", "seccomp"), {"signal"}, set()),
    ("Landlock", Landlock, ("users", "seccomp"),
     {"tcp", "bind", "abstract", "write", "new", "empty", "remove", "beside", "signal", *SPECIAL},
     {"udp", "chmod", "open chmod", "closed"} | CALLS),
    ("users", Landlock, ("landlock", "seccomp"), FILES | {"closed", "signal"}, {"beside"} | NETWORK | CALLS),
    ("seccomp", Landlock, ("landlock", "users"), NETWORK | CALLS | {"udp", "chmod", "open chmod", "empty"},
     {"write", "new", "remove", "beside", "signal"}),
    ("no layer", Landlock, ("landlock", "users", "seccomp"), set(),
     NETWORK | FILES | CALLS | {"bind", "beside", "closed", "signal", *SPECIAL}),
    ("the container", Container, ("users", "seccomp"), NETWORK | FILES | {"beside", "signal"}, {"closed"} | CALLS),
    ("seccomp in a container on the network", ContainerOnTheNetwork, (), NETWORK | CALLS | {"udp"}, set()),
    ("users in a container", WritableContainer, ("seccomp",), FILES | {"closed"}, set()),
    ("no layer of a container for files", WritableContainer, ("users", "seccomp"), {"beside"}, FILES | {"closed"}),
]  # fmt: skip


def without(kind, off, limits=None, readable=()):
    """A sandbox of this kind in which these layers are off."""
    need(next(each for each in (Bubblewrap, Landlock, Container) if issubclass(kind, each)))
    layers = [f"off:no_{layer}" for layer in off if layer != "users"]
    sandbox = kind(layers, readable, limits, modules=lambda folder: (folder / "off.py").write_text(LOOK + OFF))
    if "users" in off:  # root, who may do with the files of others what nothing else forbids
        setup = sandbox.setup
        sandbox.setup = lambda: setup() | {"uid": 0, "uids": 1}
    return sandbox


@pytest.mark.parametrize(["kind", "off", "stops", "works"], [row[1:] for row in LAYERS], ids=[row[0] for row in LAYERS])
def test_a_layer_alone(kind, off, stops, works, place):
    attempts = place.attempts()
    Path(place.shown, "old").touch()
    with without(kind, off, readable=[place.shown]) as sandbox, sandbox.start(SELFTEST) as child:
        for name in sorted(stops):
            found = refused(child, attempts[name])
            assert found is True or (name in CALLS and found in REFUSED), f"{name}: {found}"
        for name in sorted(works):
            found = ask(child, attempts[name])
            assert found is None or (name in CALLS and found not in REFUSED), f"{name}: {found}"
    if os.path.exists(new := f"{place.shown}/new"):
        os.unlink(new)


def test_message_queues_are_of_one_submission():
    """By their namespaces alone."""
    with without(Bubblewrap, ("seccomp",)) as box, box.start(SELFTEST) as child, box.start(SELFTEST) as other:
        assert ask(child, syscall("msgget", 0x4E4E, 0o1666)) >= 0
        assert ask(child, syscall("msgget", 0x4E4E, 0o666)) >= 0
        assert ask(other, syscall("msgget", 0x4E4E, 0o666)) == -errno.ENOENT


MB = 1 << 20
SMALL = Limits(5, memory_bytes=300 * MB, processes=12, file_bytes=4 * MB, scratch_bytes=8 * MB, open_files=64)
KINDS = pytest.mark.parametrize("kind", [Bubblewrap, Landlock, Container], ids=lambda kind: kind.__name__)


@KINDS
def test_the_kernels_limits_alone(kind):
    """Of each process; the warden does not look."""
    with without(kind, ["warden"], SMALL) as sandbox:
        with sandbox.start(SELFTEST) as child:
            assert ask(child, "x = bytearray(10**9)")["error"] == "MemoryError"
            ask(child, "import os\nopen('big', 'wb', buffering=0).write(bytes(5 << 20))")
            assert ask(child, "answer = os.path.getsize('big')") == SMALL.file_bytes
            forks = ("import os, time\nn = 0\ntry:\n    while n < 200:\n        if not os.fork(): time.sleep(60)\n"
                     "        n += 1\nexcept OSError: pass\nanswer = n")
            assert ask(child, forks) <= SMALL.processes
            assert refused(child, "for _ in range(100): os.dup(0)") is True
        with sandbox.start(SELFTEST, replace(SMALL, cpu_seconds=0.5)) as child:
            with pytest.raises((EOFError, ConnectionResetError)):
                ask(child, "while True: pass")
            assert child.wait(SECONDS).reason == "cpu"


@KINDS
@pytest.mark.parametrize("off", [(), ["closing"]], ids=["warden", "student"])
def test_open_files_of_the_warm_process_stay_there(kind, off):
    """The warden closes them, and the student's process would do so itself."""
    with without(kind, ["few_files", *off]) as sandbox, sandbox.start(SELFTEST) as child:
        assert ask(child, f"{LOOK}answer = opened()") == [0, 1, 2, 3]
        with pytest.raises(TimeoutError):
            child.wait(0.5)  # or a warden with open files ends it


TOO_MUCH = {
    "memory": "x = bytearray(10**9)\nfor i in range(0, 10**9, 4096): x[i] = 1\ntime.sleep(60)",
    "cpu": "while True: pass",
    "scratch": "for i in range(20): open(str(i), 'wb').write(bytes(1 << 20))\ntime.sleep(60)",
    "sockets": "import socket\nx = []\nfor i in range(2000): x += socket.socketpair()\ntime.sleep(60)",
}


@KINDS
@pytest.mark.parametrize("what", TOO_MUCH)
def test_the_warden_alone(kind, what):
    """Of all processes together; the kernel has no limits to keep, but for the size of the scratch space in memory."""
    limits = replace(SMALL, cpu_seconds=0.5 if what == "cpu" else 30)
    with without(kind, ["limits"], limits) as sandbox, sandbox.start(SELFTEST) as child:
        reply = {}
        with contextlib.suppress(EOFError, ConnectionResetError):
            reply = ask(child, f"import time\n{TOO_MUCH[what]}")
        if kind is Bubblewrap and what == "scratch":
            assert "No space left" in reply["text"]
        else:
            assert child.wait(SECONDS).reason == what.replace("sockets", "memory")


def test_open_sockets_count_as_the_memory_that_they_take(sandbox_of_limits):
    """What waits in them is the kernel's, and no process shows it: 60 of these held 3 GB."""
    hold = ("import os, socket, time\nfor _ in range(10):\n    if not os.fork():\n        x = []\n        try:\n"
            "            while True: x += socket.socketpair()\n        except OSError: time.sleep(60)\ntime.sleep(60)")
    with sandbox_of_limits.start(SELFTEST) as child, in_moments():
        with contextlib.suppress(EOFError, ConnectionResetError):
            ask(child, hold)
        assert child.wait(SECONDS).reason == "memory"


@pytest.fixture(params=[Bubblewrap, Landlock, Container], ids=lambda kind: kind.__name__)
def sandbox_of_limits(request):
    need(request.param)
    with request.param(preload=(), limits=replace(SMALL, open_files=256)) as sandbox:
        yield sandbox
