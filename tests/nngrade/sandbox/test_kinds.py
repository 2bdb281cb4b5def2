"""Which sandbox is chosen, what is said when there is none, and that all holds without root, too."""

import contextlib
import os
import resource
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nngrade.errors import CourseError
from nngrade.sandbox import (
    Bubblewrap,
    Container,
    Landlock,
    Unsafe,
    choose,
    container,
    kinds,
    landlock,
    messages,
    problem,
    report,
    seccomp,
    selftest,
    syscalls,
)
from nngrade.sandbox.cages import remove
from tests.nngrade.kinds_here import need
from tests.nngrade.moments import in_moments

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def asked_anew():
    """What can run here is found out once for each process; not so in these tests."""
    problem.cache_clear()
    yield
    problem.cache_clear()


@pytest.fixture
def no_bubblewrap(monkeypatch):
    hide(monkeypatch, "bwrap")


def hide(monkeypatch, *programs):
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name in programs else which(name))


def test_bubblewrap_comes_first():
    need(Bubblewrap)
    assert choose() is Bubblewrap


def test_bubblewrap_is_asked_for_namespaces_and_shows_nothing_to_write_to(monkeypatch):
    """Layer by layer: what one lets through, others may hide."""
    monkeypatch.setattr(shutil, "which", lambda name: name)
    for uid, more in ((0, {"CAP_SETUID", "CAP_SETGID", "CAP_SYS_ADMIN"}), (1000, {"--unshare-user", "--uid"})):
        monkeypatch.setattr(os, "geteuid", lambda uid=uid: uid)
        words = Bubblewrap(preload=()).command(["python"])
        spaces = {f"--unshare-{name}" for name in ("pid", "ipc", "net", "uts", "cgroup-try")}
        assert {*spaces, *more, "--as-pid-1"} <= set(words) and words[-2:] == ["--", "python"]
        assert words.count("--remount-ro") == 2
        assert {word for word in words if "bind" in word} == {"--ro-bind"}


def test_a_container_is_asked_for_as_little(monkeypatch):
    monkeypatch.setattr(container, "_engine", lambda: "podman")
    words = Container(preload=()).command(["python"], "/behind")
    assert {"--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--rm",
            "--log-driver=none", "--oom-score-adj=1000"} <= set(words)  # fmt: skip
    added = {word.removeprefix("--cap-add=") for word in words if word.startswith("--cap-add=")}
    assert added == {"CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"}
    shown = [word for word in words if word.startswith("--mount=type=bind")]
    assert [word for word in shown if not word.endswith(",readonly")] == [
        "--mount=type=bind,source=/behind,destination=/door"] and len(shown) > 5  # fmt: skip


def test_each_warm_process_of_root_has_a_user_of_its_own(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(kinds.places, "unprivileged_users", lambda: (500, 10**6))
    users = {Bubblewrap(preload=()).setup()["uid"] for _ in range(4)}
    assert len(users) > 1 and all(500 <= user < 500 + 10**6 for user in users)


@pytest.mark.parametrize("here, most", [(1024, 1024), (10**6, 8192), (resource.RLIM_INFINITY, 8192)])
def test_the_limits_of_a_container_are_no_more_than_there_is(monkeypatch, here, most):
    monkeypatch.setattr(container.resource, "getrlimit", lambda what: (1, here))
    assert container._most(resource.RLIMIT_NOFILE) == most


def test_an_engine_that_never_comes_to_the_door_is_not_waited_for(tmp_path):
    with messages.listener(str(tmp_path / "door")) as door, in_moments():
        for still_runs in (None, 1):
            with messages.accepted(door, SimpleNamespace(poll=lambda: still_runs), 0.2) as nobody:
                assert messages.receive(nobody) == (None, [])


def test_landlock_takes_its_place(no_bubblewrap):
    assert "apt install bubblewrap" in problem(Bubblewrap)
    need(Landlock)
    assert choose() is Landlock


def test_a_container_takes_the_place_of_both(no_bubblewrap, monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    need(Container)
    assert choose() is Container


@pytest.mark.parametrize("fails", ["import", "run"])
def test_an_engine_that_cannot_run_is_found_out(monkeypatch, tmp_path, fails):
    fake = "#!/bin/sh\ncase $1 in image) exit 1;; %s) echo 'no daemon here' >&2; exit 125;; esac\n"
    (tmp_path / "podman").write_text(fake % fails)
    (tmp_path / "podman").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "no daemon here" in problem(Container)


def test_an_engine_that_does_not_answer_hides_none_that_does(monkeypatch, tmp_path):
    for name, code in (("podman", 125), ("docker", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Path(container._engine()).name == "docker"
    (tmp_path / "docker").unlink()
    assert Path(container._engine()).name == "podman"  # whose complaint is told


def test_a_folder_that_an_engine_cannot_show(tmp_path):
    need(Container)
    (tmp_path / "one,two").mkdir()
    with pytest.raises(CourseError, match="comma in its name"), Container(readable=[tmp_path / "one,two"]):
        pass


@pytest.mark.parametrize("says", ["bwrap: setting up uid map: Permission denied", "bwrap: Creating namespace failed"])
def test_a_bubblewrap_that_cannot_run_is_found_out(monkeypatch, tmp_path, says):
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert says in problem(Bubblewrap)
    assert "Ubuntu 24.04" in problem(Bubblewrap)
    assert choose() is Landlock


def test_no_sandbox_at_all(monkeypatch):
    hide(monkeypatch, "bwrap", "podman", "docker")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with pytest.raises(CourseError, match="nothing was run") as caught:
        choose()
    for words in ("apt install bubblewrap", "Landlock", "apt install podman", "--unsafe-no-sandbox"):
        assert words in str(caught.value)
    assert choose(unsafe=True) is Unsafe


def test_other_systems(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    for unsafe in (False, True):
        with pytest.raises(CourseError, match="only be run on Linux.*\n.*darwin.*INSTRUCTORS.md"):
            choose(unsafe)
    assert "needs Linux" in problem(Bubblewrap)


def test_a_cage_that_does_not_hold_is_found_out():
    assert "does not hold here: student code reads files" in problem(Unsafe)
    assert Unsafe.name == "none (unsafe)"


@pytest.mark.parametrize("word, says", [
    ("/secret'", "reads files of others"), ("create_connection", "has a network"),
    ("/new'", "writes where it should not"), ("getuid", "is root"), ("", "reads files of others"),
])  # fmt: skip
def test_each_thing_that_a_cage_lets_through_is_found_out(monkeypatch, tmp_path, word, says):
    no, cage = {"error": "PermissionError"}, SimpleNamespace(name="cage", start=lambda entry: contextlib.nullcontext())
    for yes in (None, {"error": "ConnectionRefusedError"}):
        monkeypatch.setattr(selftest, "ask", lambda child, source, yes=yes: yes if word in source else no)
        assert kinds._leak(cage, tmp_path) == f"cage does not hold here: student code {says}"
    monkeypatch.setattr(selftest, "ask", lambda child, source: no)
    assert kinds._leak(cage, tmp_path) is None
    assert (tmp_path / "secret").stat().st_mode & 0o44 and tmp_path.stat().st_mode & 0o5  # nothing else keeps it closed


def test_a_cage_in_which_nothing_answers_is_found_out(monkeypatch):
    def ended(child, source):
        raise EOFError("the student's process has ended")

    monkeypatch.setattr(selftest, "ask", ended)
    assert problem(Unsafe) == "the student's process has ended"


def test_data_that_is_not_there():
    with pytest.raises(CourseError, match="no such file or folder"):
        Bubblewrap(readable=["/no/such/folder"])


def test_the_doctors_report():
    for (name, why, milliseconds), kind in zip(report(), (Bubblewrap, Landlock, Container)):
        assert name == kind.name
        assert (why is None) == (milliseconds is not None)


def test_of_what_cannot_run_the_report_has_no_time(no_bubblewrap, monkeypatch):
    monkeypatch.setattr(kinds, "SAFE", (Bubblewrap,))
    assert report() == [("bubblewrap", problem(Bubblewrap), None)]


def test_the_report_has_the_milliseconds_of_one_start(monkeypatch):
    class Instant(contextlib.nullcontext):
        start = kill = lambda self, *_: self

    clock = iter([10, 10.5])
    monkeypatch.setattr(kinds, "problem", lambda kind: None)
    monkeypatch.setattr(kinds.time, "perf_counter", lambda: next(clock))
    assert kinds._milliseconds(lambda preload: Instant(Instant())) == 50


@pytest.mark.parametrize("machine", [1, 2], ids=["x86_64", "aarch64"])
def test_the_filter_fits_the_machine(monkeypatch, machine):
    """Every jump lands inside; nothing is allowed but by the last line."""
    numbers = {row[0]: int(row[machine]) for row in syscalls._ROWS if row[machine] != "-"}
    monkeypatch.setattr(seccomp, "NUMBERS", numbers)
    monkeypatch.setattr(seccomp, "AUDIT_ARCH", 0xC000003E)
    for landlocked, ask in ((False, False), (True, False), (True, True)):
        lines = list(struct.iter_unpack("=HBBI", seccomp.assemble(landlocked, ask)))
        assert all(i + 1 + max(yes, no) < len(lines) for i, (_, yes, no, _) in enumerate(lines[:-1]))
        allows = [i for i, (code, *_, value) in enumerate(lines) if (code, value) == (seccomp.RETURN, seccomp.ALLOW)]
        assert allows == [len(lines) - 1]


@pytest.mark.parametrize(["call", "outcome"], [
    (("read", 0), "allow"), (("ptrace", 0), "refuse"), (("clone", 0x11), "allow"), (("clone", 0x10000011), "refuse"),
    (("clone", 0x20000000), "refuse"), (("socketpair", 1, 1), "allow"), (("socketpair", 1, 0o2000001), "allow"),
    (("socketpair", 1, 2), "refuse"), (("socketpair", 2, 1), "refuse"), (("prlimit64", 0), "allow"),
    (("prlimit64", 7), "refuse"), (("fcntl", 0, 3), "allow"), (("fcntl", 0, 8), "refuse"),
    *((("fcntl", 0, command), "refuse") for command in (15, 1024, 1026, 1031)),
    (("ioctl", 0, 0x5412), "refuse"), (("ioctl", 0, 0x5401), "allow"), (("prctl", 1), "refuse"),
    (("prctl", 35), "refuse"), (("prctl", 36), "refuse"), (("prctl", 0x59616D61), "refuse"),
    (("prctl", 4), "allow"), (("openat", 0, 0, 0o1000), "refuse"), (("openat", 0, 0, 0o2001000), "refuse"),
    (("openat", 0, 0, 0o1101), "allow"), (("openat", 0, 0, 0), "allow"),
    (("chmod",), "refuse"), (("kill", 5), "ask"), (("tkill", 5), "ask"), (("pidfd_send_signal", 5), "refuse"),
])  # fmt: skip
def test_the_filter_by_argument(call, outcome):
    numbers = syscalls.NUMBERS | {"read": 0 if syscalls.MACHINE == "x86_64" else 63}
    assert run_filter(seccomp.assemble(True, True), numbers[call[0]], call[1:]) == outcome


def run_filter(program, number, arguments):
    """What the kernel does with the program, for the six instructions that we use."""
    data = struct.pack("=IIQ6Q", number, syscalls.AUDIT_ARCH, 0, *arguments, *[0] * (6 - len(arguments)))
    lines, at, value = list(struct.iter_unpack("=HBBI", program)), 0, 0
    while True:
        code, yes, no, k = lines[at]
        if code == seccomp.RETURN:
            return {seccomp.ALLOW: "allow", seccomp.KILL: "kill", seccomp.ASK: "ask"}.get(k, "refuse")
        if code == seccomp.LOAD:
            [value] = struct.unpack_from("=I", data, k)
        elif code == seccomp.AND:
            value &= k
        else:
            true = {seccomp.EQUAL: value == k, seccomp.AT_LEAST: value >= k, seccomp.ANY_BIT: value & k}[code]
            at += yes if true else no
        at += 1


def test_a_call_for_another_machine_ends_the_process():
    data = seccomp.assemble()
    assert struct.unpack_from("=HBBI", data, 16) == (seccomp.RETURN, 0, 0, seccomp.KILL)
    assert run_filter(data, seccomp.X32 + 1, ()) == "refuse" if syscalls.MACHINE == "x86_64" else True


@pytest.mark.parametrize(["abi", "rights"], [(1, 0x1FFF), (2, 0x3FFF), (3, 0x7FFF), (4, 0x7FFF), (5, 0xFFFF)])
def test_rights_by_version_of_landlock(abi, rights):
    assert landlock.file_rights(abi) == rights


def test_a_device_that_a_machine_does_not_have_is_not_allowed():
    assert landlock._allow(-1, "/dev/no-such-device", landlock.READ_FILE) is None


def test_a_machine_whose_calls_are_unknown_has_no_landlock(monkeypatch):
    monkeypatch.setattr(landlock.kernel, "NUMBERS", {})
    assert landlock.version() == 0


def test_what_students_leave_is_removed(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "out").symlink_to(HERE)
    (folder / "shut").mkdir()
    (folder / "shut" / "file").write_text("x")
    (folder / "shut").chmod(0)
    remove(folder)
    assert not folder.exists()
    assert Path(__file__).exists()


AS_NOBODY = """
import os, sys
from nngrade.sandbox.cages import open_ways
open_ways({path: path for path in map(os.path.realpath, (sys.prefix, sys.base_prefix))})
os.setgroups([]); os.setresgid(12345, 12345, 12345); os.setresuid(12345, 12345, 12345)
os.environ |= {"HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@pytest.mark.slow
@pytest.mark.timeout(3000)  # more than 300 tests
@pytest.mark.skipif(os.geteuid() != 0, reason="it runs the other tests as somebody else, and only root can")
def test_without_root():
    """The same tests, run by an unprivileged user."""
    files = [str(HERE / name) for name in ("test_sandbox.py", "test_limits.py")]
    pytest_here = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    run = subprocess.run([sys.executable, "-c", AS_NOBODY, *pytest_here], cwd=HERE.parents[2], env=environment,
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
