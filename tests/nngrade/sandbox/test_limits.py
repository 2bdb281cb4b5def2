"""Submissions that use too much, or that want to outlive their end. Real sandboxes, and the one without a cage."""

import contextlib
import gc
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from nngrade.errors import CourseError
from nngrade.sandbox import (
    Bubblewrap,
    Child,
    Container,
    Exit,
    Landlock,
    Limits,
    Unsafe,
    host,
    messages,
    warden,
    watch,
)
from nngrade.sandbox.selftest import ask
from tests.nngrade.kinds_here import need
from tests.nngrade.moments import SECONDS, in_moments, soon
from tests.nngrade.sandbox.test_sandbox import CAP_SYS_PTRACE, CAP_SYS_RESOURCE, lacks

SELFTEST = "nngrade.sandbox.selftest:main"
MB = 1 << 20
SMALL = Limits(20, memory_bytes=400 * MB, processes=12, file_bytes=4 * MB, scratch_bytes=8 * MB, open_files=64)
TOKEN = "nngrade-test-" + uuid.uuid4().hex


@pytest.fixture(scope="module", params=[Bubblewrap, Landlock, Container, Unsafe], ids=lambda kind: kind.__name__)
def sandbox(request):
    need(request.param)
    with request.param(preload=["numpy"], limits=SMALL, variables={"TOKEN": TOKEN}) as sandbox:
        folder = sandbox._folder
        yield sandbox
    assert processes() == []
    assert folder is None or not folder.exists()
    assert "nngrade" not in Path("/proc/self/mounts").read_text()


@pytest.fixture
def child(sandbox):
    """A child; when it is gone, so is everything but the warm process."""
    before = processes()
    with sandbox.start(SELFTEST) as child:
        yield child
    left = processes()
    assert set(left) <= set(before)
    with sandbox.start(SELFTEST) as next_one:  # and the next one is as good as new
        assert ask(next_one, "import os; answer = os.listdir('.')") == []


sees_others = pytest.mark.skipif(lacks(CAP_SYS_PTRACE), reason="root may not look into other users' processes here")


def processes(token=TOKEN):
    """The ids of all processes on this machine that were started with the token in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if token.encode() in Path(f"/proc/{pid}/environ").read_bytes() and int(pid) != os.getpid():
                found.append(int(pid))
    return sorted(found)


BEGUN = """import os; os.write(3, b'{"answer": "begun"}\\n')\n"""  # an answer before the end; 3 is its socket


def no_answer(child, source):
    """Start what never ends; when this returns, it has begun."""
    assert ask(child, BEGUN + source) == "begun"
    child.sock.settimeout(0.3)
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        assert child.sock.recv(1) == b"", "it ended"


# --- too much --------------------------------------------------------------------------------


def test_memory_of_one_process(child):
    reply = ask(child, "import numpy as np; x = np.ones(10**9)")
    assert reply["error"] in ("MemoryError", "_ArrayMemoryError")
    assert ask(child, "x = bytearray(10**9)")["error"] == "MemoryError"
    assert "MemoryError" in ask(child, "x = [np.ones(2**20) for _ in range(99)]")["error"]  # little by little, too
    assert ask(child, "x = np.ones(10**6); answer = 1") == 1


def test_the_limits_that_there_are_where_nobody_says_others():
    assert Limits() == Limits(300, 2048 * MB, 64, 64 * MB, 256 * MB, 256)


def test_what_the_kernel_keeps_from_each_process(child, sandbox):
    """No dumps of memory, no queues of messages, no memory that can't be given away; and the graders come first."""
    asked = "import os, resource as r; answer = [r.getrlimit(getattr(r, 'RLIMIT_' + name)) for name in {}]"
    assert ask(child, asked.format(["CORE", "MSGQUEUE", "MEMLOCK"])) == [[1, 1], [0, 0], [0, 0]]
    first = 0 if sandbox.name == Container.name else os.getpriority(os.PRIO_PROCESS, 0)  # an engine's may be its own
    assert ask(child, "answer = os.getpriority(os.PRIO_PROCESS, 0)") >= min(19, first + 5)


def test_what_the_kernel_keeps_is_not_for_student_code_to_raise(child):
    """An engine's own limits may be lower; a second and a third signal tell of the end of the time."""
    look = "import resource as r; answer = [r.getrlimit(getattr(r, 'RLIMIT_' + name)) for name in {}]"
    for soft, hard in ask(child, look.format(["AS", "NPROC", "FSIZE", "NOFILE"])):
        assert soft == hard > 0
    [[soft, hard]] = ask(child, look.format(["CPU"]))
    assert soft == SMALL.cpu_seconds and hard == soft + 2


@pytest.mark.parametrize("name", ["student", ") S 1 1 1 1", "a b (c"])
def test_memory_of_many_processes(child, name):
    """Whatever they are called: the kernel has the name in between what counts."""
    ask(child, f"import ctypes; ctypes.CDLL(None).prctl(15, {name.encode()!r}, 0, 0, 0)")
    no_answer(child, "import os, time\nfor _ in range(4):\n"
                     "    if not os.fork(): x = bytearray(150 << 20); time.sleep(60)\ntime.sleep(60)")
    assert child.wait(SECONDS).reason == "memory"


def test_the_peak_is_the_most_that_was_ever_seen():
    family, me = watch.Family(None), os.getpid()
    for pages in (5, 9, 2):
        family._everybody = lambda pages=pages: [(me, (1, 0, 99)), (me + 1, (me, 0, pages)), (me + 2, (me + 1, 0, 1))]
        family.look()
    assert family.members.keys() == {me + 1, me + 2} and family.peak == 9 * watch.PAGE


def test_the_time_of_all_that_a_submission_ran_counts(monkeypatch, tmp_path):
    """In user and system mode; of those that live, of those that they waited for, and of those that we did."""
    me, (mine, theirs) = os.getpid(), ("1 2 3 4", "10 20 30 40")
    for pid, parent, ticks in ((me, 1, mine), (me + 1, me, theirs), (me + 2, 1, theirs)):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (x) S {parent} 0 0 0 0 0 0 0 0 0 {ticks} 0 0 0 0 0 0 77 0")
    used = SimpleNamespace(ru_utime=5, ru_stime=7)
    monkeypatch.setattr(watch.resource, "getrusage", lambda who: used if who == watch.resource.RUSAGE_CHILDREN else 0)
    family = watch.Family(os.open(tmp_path, os.O_RDONLY))
    family.look()
    os.close(family.proc)
    assert family.members == {me + 1: (me, 100, 77)}
    assert family.cpu_seconds == 100 / watch.TICKS + 12


def test_a_last_word_is_heard_although_ours_was_not():
    """Who is told to end while it ends for another reason still says for which."""
    near, far = messages.pair()
    messages.send(near, "kill")
    messages.send(far, {"reason": "memory"})
    far.close()
    assert [messages.receive(near)[0] for _ in range(2)] == [{"reason": "memory"}, None]
    near.close()


@pytest.mark.parametrize("last", [
    {"cpu_seconds": 1, "peak_memory_bytes": 70}, {"cpu_seconds": 4, "peak_memory_bytes": 9}, {},
])  # fmt: skip
def test_of_all_that_is_said_of_its_use_the_most_counts(last):
    """Warden and warm process each see a part of it: what is killed with a process 1, the second does not."""
    near, far = messages.pair()
    messages.send(far, {"cpu_seconds": 3, "peak_memory_bytes": 50})
    messages.send(far, {"reason": "killed"} | last)
    far.close()
    ended = Child(socket.socket(), near, os.open(os.devnull, os.O_RDONLY)).wait(5)  # (any file will do for a process)
    assert ended == Exit("killed", max(3, last.get("cpu_seconds", 0)), max(50, last.get("peak_memory_bytes", 0)))


def test_shared_memory_counts_once(child):
    share = "import mmap, time, os\nm = mmap.mmap(-1, 150 << 20)\nfor p in range(0, 150 << 20, 4096): m[p] = 1\n"
    fork = "for _ in range({}):\n    if not os.fork(): sum(m[::4096]); x = bytearray({} << 20); time.sleep(60)\n"
    assert ask(child, share + fork.format(5, 5) + "time.sleep(0.5); answer = 1") == 1
    no_answer(child, fork.format(3, 100) + "time.sleep(60)")
    assert child.wait(SECONDS).reason == "memory"


def test_fork_bomb(sandbox, child):
    """Under bubblewrap or as root, forks fail at the limit; elsewhere the warden ends it all."""
    bomb = ("import os, time\nn = 0\ntry:\n"
            "    while n < 200:\n        if not os.fork(): time.sleep(60)\n        n += 1\n"
            f"except OSError: pass\nanswer = n\ntime.sleep(0.3 if n <= {SMALL.processes} else 100)")
    try:
        assert ask(child, bomb) <= SMALL.processes
        assert len(processes()) < SMALL.processes + 5
    except EOFError:
        assert child.wait(SECONDS).reason == "processes"


def test_fork_bomb_that_keeps_trying(child):
    no_answer(child, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    time.sleep(0.3)
    assert len(processes()) < 100 + 20 * SMALL.processes
    with in_moments():
        child.kill()


def test_threads_count_as_processes(child):
    with contextlib.suppress(EOFError):
        reply = ask(child, "import threading, time\nfor n in range(200):\n"
                           "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
        assert reply["error"] == "RuntimeError" or child.wait(0) is None


def test_cpu_of_one_process(sandbox):
    with sandbox.start(SELFTEST, replace(SMALL, cpu_seconds=0.5)) as child:
        no_answer(child, "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass")
        ended = child.wait(SECONDS)
    assert ended.reason == "cpu"
    assert 0.4 < ended.cpu_seconds < 3


def test_cpu_of_many_processes(sandbox):
    with sandbox.start(SELFTEST, replace(SMALL, cpu_seconds=1)) as child:
        no_answer(child, "import os, time\nwhile True:\n    if not os.fork():\n        t = time.process_time()\n"
                         "        while time.process_time() - t < 0.2: pass\n        os._exit(0)\n    os.wait()")
        assert child.wait(SECONDS).reason == "cpu"


def test_size_of_a_file(child):
    reply = ask(child, "f = open('big', 'wb', buffering=0)\n"
                       "for _ in range(100): assert f.write(bytes(1 << 20)) == 1 << 20")
    assert reply["error"] in ("OSError", "AssertionError")
    assert ask(child, "import os; answer = os.path.getsize('big')") <= SMALL.file_bytes


@pytest.mark.parametrize("forget", ["", "os.unlink(str(i))"])
def test_size_of_all_files(child, forget):
    flood = ("import os, time\nfiles = []\nfor i in range(50):\n"
             f"    f = open(str(i), 'wb', buffering=0); files.append(f); {forget}\n"
             "    f.write(bytes(1 << 20)); time.sleep(0.02)\ntime.sleep(100)")
    try:
        reply = ask(child, flood)
        assert reply["error"] == "OSError" and "space" in reply["text"]
    except (EOFError, ConnectionResetError):
        assert child.wait(SECONDS).reason == "scratch"


@pytest.mark.parametrize("make", ["os.close(os.open(str(i), os.O_CREAT | os.O_WRONLY))", "os.symlink('x', str(i))"])
def test_number_of_files(child, make):
    """Empty ones take memory of the kernel's, too, and links a place on the disk."""
    flood = f"import os, time\nfor i in range(25_000): {make}\ntime.sleep(100)"
    try:
        reply = ask(child, flood)
        assert reply["error"] == "OSError" and "space" in reply["text"]
    except (EOFError, ConnectionResetError):
        assert child.wait(SECONDS).reason == "scratch"


def test_a_link_takes_up_no_more_than_itself(tmp_path):
    """What it leads to is somebody else's, or counts already; and what was deleted meanwhile takes up nothing."""
    nobody, folder, elsewhere = SimpleNamespace(files=dict), tmp_path / "scratch", tmp_path / "elsewhere"
    for each in (folder, elsewhere):
        each.mkdir()
    (elsewhere / "large").write_bytes(bytes(MB))
    before = watch.scratch_bytes(folder, nobody)
    for number, target in enumerate([elsewhere, elsewhere / "large", "nowhere"]):
        (folder / str(number)).symlink_to(target)
        assert watch.scratch_bytes(folder, nobody) < before + MB
    with open(folder / "empty", "wb") as file:
        file.truncate(100 * MB)  # nothing of it is on the disk
    (folder / "own").write_bytes(bytes(MB))
    assert MB <= watch.scratch_bytes(folder, nobody) < before + 2 * MB
    assert watch.scratch_bytes(tmp_path / "gone", nobody) == 0


@pytest.mark.slow
def test_number_and_depth_of_folders(child):
    deep = ("import os\ntry:\n    for i in range(3000): os.mkdir('d'); os.chdir('d')\nexcept OSError: pass\n"
            "import time; time.sleep(0.3); answer = 1")
    home = ask(child, "import os; answer = os.environ['HOME']")
    with contextlib.suppress(EOFError, ConnectionResetError):
        assert ask(child, deep) == 1
        ask(child, "os.chdir(os.environ['HOME'])\nos.mkdir('shut', 0o000)\nopen('x', 'w').close()")
    child.kill()
    assert child.wait(SECONDS).reason in ("killed", "scratch")
    assert not os.path.lexists(home)


def test_number_of_open_files(child):
    assert ask(child, "import os; files = [os.dup(0) for _ in range(100)]")["error"] == "OSError"


def test_flood_of_output(child):
    flood = "import os\nfor _ in range(300): os.write(1, bytes(1 << 20)); os.write(2, bytes(1 << 20))\nanswer = 1"
    assert ask(child, flood) == 1
    assert ask(child, "import sys; print('x' * 10**7); print('y' * 10**7, file=sys.stderr); answer = 2") == 2


@pytest.mark.parametrize("code, reason", [
    (0, "ok"), (1, "failed"), (12, "memory"), (100 + signal.SIGSEGV, "signal"), (100 + signal.SIGXCPU, "cpu"),
    (-signal.SIGKILL, "killed"),
])  # fmt: skip
def test_why_it_ended_in_a_word(code, reason):
    """Where the kernel is first to end what has used up its time, that is said, too."""
    assert warden.reason(code) == reason


# --- the end ---------------------------------------------------------------------------------

DAEMON = """
import os, signal, subprocess, time
for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(s, signal.SIG_IGN)
ready, tell = os.pipe()
if not os.fork():
    os.setsid()
    if not os.fork():
        subprocess.Popen(['sleep', '100'], start_new_session=True)
        os.write(tell, b"x")
        time.sleep(100)
    os._exit(0)
os.wait()
os.read(ready, 1)
answer = 1
"""


@sees_others
def test_daemons_die_with_kill(sandbox, child):
    before = processes()
    assert ask(child, DAEMON) == 1
    assert soon(lambda: len(processes()) >= len(before) + 2)  # what just begins to run a program has no environment yet
    child.kill()
    assert child.wait().reason == "killed"


def test_daemons_die_with_the_student_process(child):
    assert ask(child, DAEMON) == 1
    child.sock.close()
    assert child.wait(SECONDS).reason == "ok"


@pytest.mark.parametrize(["crash", "reason"], [
    ("import ctypes; ctypes.string_at(0)", "signal"), ("import os; os.abort()", "signal"),
    ("import os; os.kill(os.getpid(), 9)", "signal"), ("import os; os._exit(5)", "failed"),
    ("import os; os._exit(0)", "ok"),
])  # fmt: skip
def test_crashes_end_one_submission_only(child, crash, reason):
    with pytest.raises(EOFError):
        ask(child, crash)
    assert select.select([child._control], [], [], 20)[0]  # it is known to have ended, but nobody has looked yet
    child.interrupt()
    assert child.wait(SECONDS).reason == reason


def test_interrupt(child):
    no_answer(child, "import time; start = time.time()\nwhile True: pass")
    child.interrupt()
    assert b"KeyboardInterrupt" in child.sock.recv(1000)
    assert ask(child, "answer = 5") == 5


def test_interrupt_works_from_a_grader_in_the_background():
    """`nohup nngrade ... &` ignores SIGINT, and what is ignored is passed on to children."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Unsafe(preload=(), limits=SMALL) as sandbox, sandbox.start(SELFTEST) as child:
            assert "default_int_handler" in ask(child, "import signal; answer = repr(signal.getsignal(2))")
    finally:
        signal.signal(signal.SIGINT, before)


def write_module(folder):
    (folder / "lent").mkdir()
    (folder / "lent" / "__init__.py").write_text("word = 'lent'")


@pytest.mark.parametrize("mask", [0o002, 0o077])
def test_files_are_made_and_read_the_same_whatever_the_umask_of_the_grader(sandbox, mask):
    """Servers that are kept tight give root the mask 077."""
    before = os.umask(mask)
    try:
        with type(sandbox)(preload=(), modules=write_module) as second, second.start(SELFTEST) as child:
            assert ask(child, "import os; answer = os.umask(0)") == 0o022
            assert ask(child, "import lent; answer = lent.word") == "lent"
    finally:
        os.umask(before)


def test_the_folder_for_all_that_is_temporary_may_be_closed_to_others(sandbox, tmp_path, monkeypatch):
    """As that of pytest is, or one in root's home."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with type(sandbox)(preload=(), modules=write_module) as second, second.start(SELFTEST) as child:
        assert ask(child, "import lent; open('new', 'w').write(lent.word); answer = open('new').read()") == "lent"
    assert not any(tmp_path.iterdir())


def test_the_modules_that_were_written_go_with_the_warm_process(sandbox):
    with type(sandbox)(preload=(), modules=write_module) as second:
        [folder] = map(Path, second.written.values())
        assert (folder / "lent").is_dir()
    assert not folder.exists() and not second.written


def test_wait_has_a_timeout(child):
    with pytest.raises(TimeoutError):
        child.wait(0.05)
    assert ask(child, "answer = 5") == 5
    child.kill()
    child.kill()
    child.interrupt()
    assert child.wait().reason == "killed"


def test_use_is_reported(child):
    ask(child, "x = bytearray(200 << 20); x[::4096] = b'1' * len(x[::4096])\n"
               "import time; t = time.process_time()\nwhile time.process_time() < t + 0.2: pass")
    child.sock.close()
    ended = child.wait(SECONDS)
    assert ended.reason == "ok"
    assert ended.cpu_seconds > 0.2
    assert 200 * MB < ended.peak_memory_bytes < 600 * MB


@pytest.mark.slow
def test_two_hundred_starts(sandbox):
    memory = []
    for i in range(200):
        with sandbox.start(SELFTEST) as child:
            assert ask(child, f"answer = {i}") == i
        if i % 50 == 0:
            memory.append(open_files())
    assert len(set(memory)) == 1
    assert len(processes()) <= 2  # the warm process, and bubblewrap


def test_many_at_once(sandbox):
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(sandbox.start(SELFTEST)) for _ in range(8)]
        assert [ask(child, f"answer = {i}") for i, child in enumerate(children)] == list(range(8))
        children[3].kill()
        assert ask(children[4], "answer = 1") == 1


def test_a_warm_process_that_was_killed_is_replaced(sandbox):
    with sandbox.start(SELFTEST) as child:
        ask(child, DAEMON)
        signal.pidfd_send_signal(sandbox._zygote, signal.SIGKILL)
        assert child.wait(SECONDS).reason == "killed"
    with sandbox.start(SELFTEST) as child:
        assert ask(child, "answer = 1") == 1
    assert len(processes()) <= 2


WRITERS = (
    "import os, time\n"
    "for _ in range(4):\n"
    "    if not os.fork():\n"
    "        for n in range(10**9): os.makedirs(f\"{os.environ['HOME']}/{os.getpid()}-{n}/a/b\")\n"
    "time.sleep(60)"
)  # fmt: skip


def test_what_students_wrote_goes_with_a_warm_process_that_was_killed(sandbox):
    """Though they write on until their wardens have ended them."""
    for _ in range(3):
        with type(sandbox)(preload=()) as second, contextlib.ExitStack() as stack:
            folder = second._folder
            for child in [stack.enter_context(second.start(SELFTEST)) for _ in range(3)]:
                no_answer(child, WRITERS)
            signal.pidfd_send_signal(second._zygote, signal.SIGKILL)
            stack.enter_context(second.start(SELFTEST))
            assert folder is None or not folder.exists()


def test_who_hears_late_that_it_was_killed_ends_nothing_of_the_new_one(sandbox, monkeypatch):
    others = []

    def late(control, *main):
        monkeypatch.undo()
        signal.pidfd_send_signal(sandbox._zygote, signal.SIGKILL)
        others.append(sandbox.start(SELFTEST))  # as another thread does meanwhile
        raise host.WarmProcessEnded("it was killed", *main)

    monkeypatch.setattr(sandbox, "_started", late)
    with sandbox.start(SELFTEST) as child, others[0] as other:
        assert ask(other, "answer = 1") == ask(child, "answer = 1") == 1


def test_that_it_was_killed_can_be_told_to_another_machine():
    """As a worker of a cluster does."""
    here, there = socket.socketpair()
    with here, there:
        told = pickle.loads(pickle.dumps(host.WarmProcessEnded("it was killed", here)))
    assert (type(told), str(told)) == (CourseError, "it was killed")


def test_ctrl_c_is_for_the_grader_alone(sandbox, child):
    """What runs in a sandbox is in no session of the terminal's."""
    assert os.getsid(sandbox._program.pid) == sandbox._program.pid
    assert ask(child, "import os; answer = os.getsid(0) == os.getpid()") is True


def test_who_ends_all_processes_at_once_does_not_end_a_warm_one(sandbox):
    """As a batch system does, by SIGTERM: it tidies up when the grader is gone."""
    with sandbox.start(SELFTEST) as child:
        signal.pidfd_send_signal(sandbox._zygote, signal.SIGTERM)
        with pytest.raises(TimeoutError):
            child.wait(0.3)
        assert ask(child, "answer = 1") == 1


@sees_others
def test_a_warden_that_was_killed_takes_its_submission_along_and_no_other(sandbox):
    with sandbox.start(SELFTEST) as other:
        before = processes()
        with sandbox.start(SELFTEST) as child:
            ask(child, DAEMON)
            guard = max(set(processes()) - set(before))
            while parent(guard) not in before:
                guard = parent(guard)
            os.kill(guard, signal.SIGKILL)
            assert child.wait(SECONDS).reason == "killed"
        assert processes() == before and ask(other, "answer = 1") == 1


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "sandbox.close()", "raise SystemExit", "os._exit(0)"])
def test_nothing_outlives_the_grader(sandbox, end):
    folder = Path(tempfile.mkdtemp(prefix="test-"))
    folder.chmod(0o755)
    token = "nngrade-test-" + uuid.uuid4().hex
    kind = type(sandbox).__name__
    source = (f"import os\nfrom nngrade.sandbox import {kind}\nfrom nngrade.sandbox.selftest import ask\n"
              f"sandbox = {kind}(preload=(), variables={{'TOKEN': {token!r}}})\nchild = sandbox.start({SELFTEST!r})\n"
              f"ask(child, {DAEMON!r})\n{end}\n")
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", source], capture_output=True,
                         env=os.environ | {"TMPDIR": str(folder)})
    assert b"Error" not in run.stderr
    assert soon(lambda: not processes(token) and not any(folder.iterdir()))
    folder.rmdir()


def test_forks_of_the_grader_do_not_hold_it_up(sandbox):
    with type(sandbox)(preload=()) as second:
        bystander = os.fork()  # with all our open files
        if bystander == 0:
            time.sleep(60)
            os._exit(0)
        child = second.start(SELFTEST)
        with in_moments():
            second.close()
        assert child.wait(SECONDS).reason == "killed"
    os.kill(bystander, signal.SIGKILL)
    os.waitpid(bystander, 0)


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def open_files():
    gc.collect()  # what an earlier test has left open must not be closed between two looks
    return len(os.listdir("/proc/self/fd"))


def test_what_cannot_start_says_so(sandbox):
    with pytest.raises(CourseError, match="no_such_function"):
        sandbox.start("nngrade.sandbox.selftest:no_such_function")
    with pytest.raises(CourseError, match="could not start a submission: TypeError"):
        sandbox.start(SELFTEST, replace(SMALL, file_bytes="many"))
    with sandbox.start(SELFTEST) as child:
        assert ask(child, "answer = 1") == 1


def test_a_start_that_takes_too_long_says_so(sandbox, monkeypatch):
    with type(sandbox)(preload=()) as second:
        monkeypatch.setattr(host, "SECONDS_TO_START", 0.2)
        signal.pidfd_send_signal(second._zygote, signal.SIGSTOP)
        with pytest.raises(CourseError, match="could not start a submission: it took longer than 0.2 s"):
            second.start(SELFTEST)
        monkeypatch.undo()
        signal.pidfd_send_signal(second._zygote, signal.SIGCONT)
        with second.start(SELFTEST) as child:
            assert ask(child, "answer = 1") == 1


def refuse(folder):
    raise CourseError("nnlib has no such name")


def write_thread(folder):
    thread = "threading.Thread(target=time.sleep, args=(60,), daemon=True)"
    folder.joinpath("busy.py").write_text(f"import threading, time\n{thread}.start()")


@pytest.mark.parametrize("more, says", [
    ({"preload": ["no_such_module"]}, "could not be started: ModuleNotFoundError: No module named 'no_such_module'"),
    ({"preload": ["sys:exit"]}, "could not be started: SystemExit"),
    ({"preload": ["nngrade.sandbox.selftest:no_such_function"]}, "could not be started: AttributeError: .*no_such"),
    ({"preload": ["busy"], "modules": write_thread}, "threads do not survive a fork, and preloading started .*Thread"),
    ({"preload": [], "modules": refuse}, "nnlib has no such name"),
])  # fmt: skip
def test_of_a_sandbox_that_can_not_be_started_nothing_is_left(sandbox, more, says, tmp_path, monkeypatch):
    before, token = open_files(), "nngrade-test-" + uuid.uuid4().hex
    failing = type(sandbox)(variables={"TOKEN": token}, **more)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(CourseError, match=says), failing:
        pass
    assert not any(tmp_path.iterdir()) and not processes(token) and open_files() == before


def write_stuck(folder):
    folder.joinpath("stuck.py").write_text("import time\ntime.sleep(60)")


def test_who_takes_too_long_to_import_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(host, "SECONDS_TO_WARM", 0.001)
    monkeypatch.setattr(host, "SECONDS_TO_END", 0.2)
    stuck = Unsafe(preload=["stuck"], modules=write_stuck)
    with pytest.raises(CourseError, match=r"importing took longer than 0.001 s"), stuck:
        pass


def test_an_import_that_does_not_end_ends_with_its_sandbox(sandbox, monkeypatch):
    token = "nngrade-test-" + uuid.uuid4().hex
    monkeypatch.setattr(host, "SECONDS_TO_WARM", 2)
    monkeypatch.setattr(host, "SECONDS_TO_END", 0.2)
    stuck = type(sandbox)(preload=["stuck"], modules=write_stuck, variables={"TOKEN": token})
    with pytest.raises(CourseError, match="importing took longer than 2 s"), stuck:
        pass
    assert soon(lambda: not processes(token))


def test_a_warm_process_that_does_not_end_by_itself_is_killed(sandbox, monkeypatch):
    token = "nngrade-test-" + uuid.uuid4().hex
    with type(sandbox)(preload=(), variables={"TOKEN": token}) as second:
        assert processes(token)
        signal.pidfd_send_signal(second._zygote, signal.SIGSTOP)
        monkeypatch.setattr(host, "SECONDS_TO_END", 0.2)
    assert soon(lambda: not processes(token))


def test_a_sandbox_that_is_closed_leaves_no_file_open(sandbox):
    before = open_files()
    with type(sandbox)(preload=()) as second:
        second.start(SELFTEST).kill()
    assert open_files() == before


def test_who_ends_first_when_memory_runs_out_is_not_for_student_code_to_say(child, sandbox):
    if sandbox.name == Unsafe.name:
        pytest.skip("there /proc is everybody's")
    if sandbox.name == Container.name and lacks(CAP_SYS_RESOURCE):
        pytest.skip("an engine without this capability can't set a bound for good")
    write = "open('/proc/self/oom_score_adj', 'w').write('0')"
    assert ask(child, write)["error"] in ("PermissionError", "OSError")
    if sandbox.name in (Bubblewrap.name, Container.name):
        assert ask(child, "answer = open('/proc/self/oom_score_adj').read()") == "1000\n"
