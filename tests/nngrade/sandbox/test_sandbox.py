"""What student code can reach from inside a sandbox: nothing of anybody else's. With real sandboxes."""

import errno
import os
import signal
import sys
import time
import uuid
from pathlib import Path

import pytest

import nnlib
from nngrade.errors import CourseError
from nngrade.sandbox import Bubblewrap, Container, Landlock
from nngrade.sandbox.selftest import ask
from nngrade.sandbox.syscalls import NUMBERS
from tests.nngrade.kinds_here import need

SELFTEST = "nngrade.sandbox.selftest:main"
ROOT = Path(__file__).parents[3]
CANARY = "canary-" + uuid.uuid4().hex


def lacks(capability):
    """Whether we are root, but without this capability, as in a container."""
    status = Path("/proc/self/status").read_text()
    return os.geteuid() == 0 and not int(status.split("CapEff:")[1].split()[0], 16) >> capability & 1


CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_SYS_RESOURCE = 19, 21, 24


class OldLandlock(Landlock):
    """As on Linux 5.19: nothing on truncating, networks, signals. Seccomp and the referee make up for it."""

    newest = 2


@pytest.fixture(scope="module", params=[Bubblewrap, Landlock, OldLandlock, Container], ids=lambda kind: kind.__name__)
def sandbox(request):
    """A warm sandbox of each kind; where one can't run, its tests fail on CI."""
    need(request.param)
    os.environ["NNGRADE_TEST_SECRET"] = CANARY
    try:
        with request.param(preload=["numpy", "random", "asyncio"], variables={"NNLIB_DATA": "/data"}) as sandbox:
            yield sandbox
    finally:
        del os.environ["NNGRADE_TEST_SECRET"]


@pytest.fixture
def child(sandbox):
    with sandbox.start(SELFTEST) as child:
        yield child


@pytest.fixture
def other(sandbox):
    with sandbox.start(SELFTEST) as child:
        yield child


def refused(child, source):
    """Whether the source ends with the system saying no; what it says instead, if it does not."""
    reply = ask(child, source)
    return (isinstance(reply, dict) and reply["error"] in (
        "PermissionError", "FileNotFoundError", "OSError", "ConnectionRefusedError", "ProcessLookupError")) or reply


def syscall(name, *arguments):
    """Source of a system call made past Python: 0 or more, or minus its errno."""
    return (
        "import ctypes\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"done = libc.syscall({NUMBERS[name]}, {', '.join(f'ctypes.c_long({a})' for a in arguments)})\n"
        "answer = -ctypes.get_errno() if done < 0 else done"
    )


# --- the network -----------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"])
@pytest.mark.parametrize("type", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"])
def test_no_sockets(child, family, type):
    assert refused(child, f"import socket; socket.socket(socket.{family}, socket.{type})") is True


def test_a_pair_of_sockets_leads_nowhere_else(child):
    make = "import socket; a, b = socket.socketpair(socket.AF_UNIX, socket.{})"
    assert ask(child, make.format("SOCK_STREAM") + "; a.send(b'x'); answer = b.recv(1).decode()") == "x"
    assert refused(child, "a.connect('/tmp/socket')") is True
    assert refused(child, make.format("SOCK_DGRAM")) is True  # could send to any address


# --- files -----------------------------------------------------------------------------------


def test_no_files_of_the_course(child, tmp_path):
    tmp_path.chmod(0o755)
    others = [tmp_path / "gradebook.db", tmp_path / "submitted" / "eva" / "a4.ipynb"]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CANARY)
    course = [ROOT / "solutions", ROOT / "pyproject.toml", ROOT / ".git", ROOT / "nngrade" / "__main__.py",
              ROOT / "nngrade" / "trusted" / "checker.py", ROOT / "nngrade" / "classroom", Path(__file__)]
    for path in [*others, *course, *(ROOT / "solutions").glob("*/*.ipynb"), "/etc/shadow", "/etc/passwd"]:
        assert refused(child, f"import os; answer = os.read(os.open({str(path)!r}, os.O_RDONLY), 9)") is True, path
        assert os.path.isdir(path) or refused(child, f"open({str(path)!r}, 'a')") is True, path


def test_links_do_not_lead_out(child, tmp_path):
    tmp_path.chmod(0o755)
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    secret.chmod(0o666)
    ask(child, f"import os; os.chdir(os.path.expanduser('~')); os.symlink({str(secret)!r}, 'soft')")
    assert refused(child, "answer = open('soft').read()") is True
    assert refused(child, "open('soft', 'w')") is True
    assert refused(child, f"os.link({str(secret)!r}, 'hard'); answer = open('hard').read()") is True
    assert refused(child, f"os.rename({str(secret)!r}, 'moved')") is True
    assert secret.read_text() == CANARY


@pytest.mark.skipif(lacks(CAP_SYS_ADMIN), reason="pytest's folders are closed to other users")
def test_what_may_be_read(tmp_path, sandbox):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "images").write_text("pixels")
    (tmp_path / "beside").write_text(CANARY)
    (tmp_path / "link").symlink_to("data")
    with type(sandbox)(preload=(), readable=[tmp_path / "link"]) as reader, reader.start(SELFTEST) as child:
        assert ask(child, f"answer = open({str(tmp_path / 'link' / 'images')!r}).read()") == "pixels"
        folder = str((tmp_path / "data").resolve())
        assert ask(child, f"answer = open({folder + '/images'!r}).read()") == "pixels"
        for source in (f"open({folder + '/images'!r}, 'r+')", f"open({folder + '/new'!r}, 'w')",
                       f"import os; os.unlink({folder + '/images'!r})", f"os.chmod({folder!r}, 0o777)",
                       f"os.utime({folder!r})", f"os.truncate({folder + '/images'!r}, 0)",
                       f"os.open({folder + '/images'!r}, os.O_RDONLY | os.O_TRUNC)",
                       f"os.setxattr({folder!r}, 'user.x', b'1')", f"open({folder + '/../beside'!r})"):
            assert refused(child, source) is True, source
    assert (tmp_path / "data" / "images").read_text() == "pixels"


NNLIB = str(Path(nnlib.__file__).parent)


@pytest.mark.parametrize("place", ["/", "/usr", "/etc", "/var/tmp", "/dev", sys.prefix, NNLIB],
                         ids=["root", "usr", "etc", "var", "dev", "python", "nnlib"])
def test_nothing_is_written_elsewhere(child, place):
    assert refused(child, f"open({place + '/nngrade-test'!r}, 'w')") is True
    assert refused(child, f"import os; os.mkdir({place + '/nngrade-test'!r})") is True
    assert refused(child, f"os.chmod({place!r}, 0o777)") is True
    assert not os.path.exists(place + "/nngrade-test")


def test_home_and_scratch_are_empty_and_usable(child):
    assert ask(child, "import os, tempfile; answer = [os.listdir(p) for p in ('.', tempfile.gettempdir())]") == [[], []]
    assert ask(child, "answer = os.path.realpath('.') == os.path.realpath(os.path.expanduser('~'))") is True
    work = ("with open('a', 'w') as f: f.write('x' * 100)\n"
            "os.mkdir('d'); os.rename('a', 'd/b'); os.symlink('d', 's')\n"
            "with tempfile.NamedTemporaryFile() as t: t.write(b'1')\n"
            "answer = os.path.getsize('s/b')")
    assert ask(child, work) == 100


def test_programs_in_the_scratch_space_are_nobody_elses(child):
    """No setuid, no devices."""
    if not sandboxed_by_landlock(child):
        look = "import os; answer = os.statvfs('.').f_flag & (os.ST_NOSUID | os.ST_NODEV)"
        assert ask(child, look) == os.ST_NOSUID | os.ST_NODEV


def test_ordinary_programs_run(child):
    assert ask(child, "import asyncio\nasync def f(): return 7\nanswer = asyncio.run(f())") == 7
    assert ask(child, "import subprocess as s; answer = s.check_output(['echo', 'hi']).decode()") == "hi\n"
    end = "p = s.Popen(['sleep', '60']); p.terminate(); answer = p.wait(20)"
    assert ask(child, end) == -signal.SIGTERM
    assert ask(child, "import numpy as np; answer = float((np.ones((300, 300)) @ np.ones((300, 300))).sum())") == 300**3
    assert ask(child, "import threading; t = threading.Thread(target=int); t.start(); t.join(); answer = 1") == 1
    assert ask(child, "import os\nif not os.fork(): os._exit(3)\nanswer = os.waitstatus_to_exitcode(os.wait()[1])") == 3
    assert ask(child, "import numpy.polynomial, nnlib; answer = nnlib.ReLU().forward(-numpy.ones((1, 1))).item()") == 0


# --- the environment -------------------------------------------------------------------------


def test_a_clean_environment(child):
    names = set(ask(child, "import os; answer = list(os.environ)"))
    assert names == {"PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "LANG", "MPLBACKEND", "NNLIB_DATA",
                     "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"}
    everywhere = ("text = ''\n"
                  "for pid in os.listdir('/proc'):\n"
                  "    try: text += open(f'/proc/{pid}/environ').read() + open(f'/proc/{pid}/cmdline').read()\n"
                  "    except OSError: pass\n"
                  "answer = text")
    reply = ask(child, everywhere)
    assert CANARY not in str(reply)


def test_no_open_files_but_the_socket(child):
    look = ("import os\nanswer = []\nfor n in range(4096):\n"
            "    try: os.fstat(n); answer.append(n)\n    except OSError: pass")
    assert ask(child, look) == [0, 1, 2, 3]
    nothing = "answer = [os.fstat(n).st_rdev == os.stat('/dev/null').st_rdev for n in (0, 1, 2)]"
    assert ask(child, nothing) == [True] * 3


def test_no_privileges(child):
    assert ask(child, "import os; answer = [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()]")[0] != 0
    assert refused(child, "os.setuid(0)") is True
    assert refused(child, "os.chroot('.')") is True
    assert refused(child, "os.nice(-10)") is True
    more = ask(child, "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))")
    assert more["text"] == "not allowed to raise maximum limit"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give up the groups that it has")
def test_groups_of_the_grader_are_none_of_student_code(sandbox):
    before = os.getgroups()
    os.setgroups([4242])
    try:
        with type(sandbox)(preload=()) as second, second.start(SELFTEST) as child:
            assert ask(child, "import os; answer = os.getgroups()") == []
    finally:
        os.setgroups(before)


@pytest.mark.parametrize("call", [
    ("unshare", 0x10000000), ("unshare", 0x00020000), ("clone", 0x10000011, 0, 0, 0, 0), ("setns", 0, 0),
    ("mount", 0, 0, 0, 0, 0), ("umount2", 0, 0), ("pivot_root", 0, 0), ("ptrace", 16, 1, 0, 0),
    ("process_vm_readv", 1, 0, 0, 0, 0, 0), ("process_vm_writev", 1, 0, 0, 0, 0, 0), ("keyctl", 0, 0), ("bpf", 0, 0, 0),
    ("perf_event_open", 0, 0, 0, 0, 0), ("userfaultfd", 0), ("io_uring_setup", 1, 0), ("pidfd_getfd", 0, 0, 0),
    ("memfd_create", 0, 0), ("shmget", 0x1234, 4096, 0o1666), ("semget", 0x1234, 1, 0o1666), ("msgget", 0x1234, 0o1666),
    ("mq_open", 0, 0), ("open_by_handle_at", 0, 0, 0), ("kcmp", 1, 1, 0, 0, 0), ("personality", 0),
    ("inotify_init1", 0), ("setpriority", 2, 0, 19), ("prlimit64", 1, 0, 0, 0), ("prctl", 1, 0), ("clone3", 0, 0),
], ids=lambda call: f"{call[0]}-{call[1]}")  # fmt: skip
def test_refused_system_calls(child, call):
    assert ask(child, syscall(*call)) in (-errno.EPERM, -errno.ENOSYS)


# --- other processes -------------------------------------------------------------------------


def test_submissions_do_not_see_each_other(child, other):
    ask(other, f"import os; secret = {CANARY!r}; open('secret', 'w').write(secret)")
    where = ask(other, "answer = os.path.abspath('secret')")
    folder = os.path.dirname(os.path.dirname(where))
    assert refused(child, f"open({where!r})") is True
    if sandboxed_by_landlock(child):
        assert refused(child, f"import os; os.listdir({folder!r})") is True
        assert refused(child, f"os.listdir({os.path.dirname(folder)!r})") is True
    else:
        assert ask(child, f"import os; answer = os.listdir({os.path.dirname(where)!r})") == []
        assert ask(child, "answer = sorted(int(p) for p in os.listdir('/proc') if p.isdigit())") == [1, 2]


def sandboxed_by_landlock(child):
    return ask(child, "import os; answer = os.getpid()") != 2


def test_signals_reach_nobody_else(sandbox, child, other):
    bystander = os.fork()
    if bystander == 0:
        time.sleep(60)
        os._exit(0)
    ask(child, "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    me = ask(child, "answer = os.getpid()")
    for target in (-1, bystander, os.getpid(), sandbox._program.pid, 1, ask(other, "import os; answer = os.getpid()")):
        if target != me:
            for name in ("SIGTERM", "SIGINT", "SIGKILL"):
                ask(child, f"try: os.kill({target}, signal.{name})\nexcept OSError: pass")
                by_file = f"signal.pidfd_send_signal(os.pidfd_open({target}), signal.{name})"
                ask(child, f"try: {by_file}\nexcept OSError: pass")
                ask(child, syscall("tkill", target, getattr(signal, name)))
    assert ask(other, "answer = 'alive'") == "alive"
    assert sandbox._program.poll() is None
    assert os.waitpid(bystander, os.WNOHANG) == (0, 0)
    os.kill(bystander, 9)
    os.waitpid(bystander, 0)
    with sandbox.start(SELFTEST) as next_one:
        assert ask(next_one, "answer = 1") == 1


def test_a_child_ends_its_own_forks(child):
    source = ("import os, signal, time\npid = os.fork()\nif not pid: time.sleep(60)\n"
              "os.kill(pid, signal.SIGKILL)\nanswer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])")
    assert ask(child, source) == -9


def test_memory_of_others_is_closed(sandbox, child, other):
    target = ask(other, "import os; answer = os.getpid()")
    me = ask(child, "import os; answer = os.getpid()")
    for pid in {os.getpid(), sandbox._program.pid, target, 1, os.getppid()} - {me}:
        for name in ("mem", "environ", "maps", "cwd/secret", "root/etc/shadow", "fd/0"):
            assert refused(child, f"open('/proc/{pid}/{name}', 'rb').read(1)") is True, (pid, name)


def test_shared_memory_is_not_shared(child, other):
    name = "nngrade-" + uuid.uuid4().hex[:8]
    make = f"from multiprocessing import shared_memory as s; m = s.SharedMemory({name!r}, create=True, size=4096)"
    assert ask(other, make) is None or sandboxed_by_landlock(other)  # where nothing else could be refused
    assert refused(child, f"from multiprocessing import shared_memory as s; s.SharedMemory({name!r})") is True
    assert not os.path.exists(f"/dev/shm/{name}")


# --- nothing of one submission in the next ---------------------------------------------------

FINGERPRINT = """
import builtins, gc, os, random, signal, sys, threading, resource, numpy
mask = os.umask(0); os.umask(mask)
answer = [
    sorted(sys.modules), os.listdir('.'), mask, sorted(os.environ), sys.path, sys.argv, len(gc.callbacks),
    [str(signal.getsignal(s)) for s in (2, 10, 14, 15, 17)], threading.active_count(), sorted(vars(builtins)),
    float(numpy.add(1, 1)), str(numpy.geterr()), resource.getrlimit(resource.RLIMIT_NOFILE),
    signal.pthread_sigmask(0, []) == set(), sys.gettrace() is None,
    getattr(numpy, 'left_behind', None), sys.getrecursionlimit(), len(numpy.__dict__),
]
"""
DIRT = """
import builtins, gc, os, signal, sys, atexit, threading, numpy, random
numpy.left_behind = 1; numpy.add = lambda a, b: 5; builtins.print = None; builtins.evil = 1
sys.modules['evil'] = sys; sys.path.insert(0, '/evil'); os.environ['EVIL'] = '1'; os.umask(0); os.chdir('/')
for s in (2, 10, 14, 15): signal.signal(s, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); gc.callbacks.append(lambda *a: None)
sys.setrecursionlimit(99)
numpy.seterr(all='ignore'); numpy.random.seed(1); open(os.path.expanduser('~/left'), 'w').write('x')
threading.Thread(target=__import__('time').sleep, args=(60,), daemon=True).start()
"""


def test_every_start_is_clean(sandbox):
    prints = []
    for _ in range(3):
        with sandbox.start(SELFTEST) as child:
            prints.append(ask(child, FINGERPRINT))
            ask(child, DIRT)
    assert isinstance(prints[0], list)
    assert prints[0] == prints[1] == prints[2]


def test_it_warms_up_while_something_else_is_done(sandbox):
    begun = type(sandbox)(preload=["nngrade.sandbox.selftest"])
    begun.begin()
    with begun, begun.start(SELFTEST) as child:
        assert ask(child, "import sys; answer = 'nngrade.sandbox.selftest' in sys.modules") is True


def test_what_went_wrong_meanwhile_is_told_to_who_needs_it(sandbox):
    begun = type(sandbox)(preload=["no.such.module"])
    begun.begin()
    for _ in range(2):
        with pytest.raises(CourseError, match="could not be started: ModuleNotFoundError: No module named 'no'"):
            begun.start(SELFTEST)
    begun.close()


def test_the_child_side_of_the_grader_is_there(sandbox):
    """All that nngrade.student.child imports is among the files that are shown in the sandbox."""
    with type(sandbox)(preload=["nngrade.student.child"]) as full, full.start(SELFTEST) as child:
        assert ask(child, "import sys; answer = 'nngrade.student.child' in sys.modules") is True


def test_the_filter_is_on(child):
    if not sandboxed_by_landlock(child):
        status = ask(child, "answer = open('/proc/self/status').read()")
        lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert (lines["Seccomp"], lines["NoNewPrivs"]) == ("2", "1")
        assert {int(lines[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}
    get = "import ctypes; answer = [ctypes.CDLL(None).prctl(what, 0, 0, 0, 0) for what in (21, 39)]"
    assert ask(child, get) == [2, 1]  # PR_GET_SECCOMP: by a filter; PR_GET_NO_NEW_PRIVS
