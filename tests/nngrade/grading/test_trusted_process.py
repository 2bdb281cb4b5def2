"""The process that runs the tests: a fork of it stands ready for the next one."""

import contextlib
import gc
import os
import signal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from nngrade.errors import CourseError
from nngrade.grading import trusted_process
from nngrade.grading.trusted_process import TrustedProcess, trusted_process_for
from nngrade.sandbox.forkable import make_forkable
from tests.nngrade.moments import soon
from tests.nngrade.small_course import INSTRUCTOR, RELEASE, cell


@pytest.fixture
def trusted():
    cells = [{"id": "t", "role": "test", "source": "assert f() == 1", "points": 1}]
    with contextlib.closing(TrustedProcess(cells, [], Path.cwd())) as trusted:
        yield trusted


def forks(trusted):
    pid = trusted.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_killed_fork_is_replaced(trusted):
    assert soon(lambda: forks(trusted))
    [ready] = forks(trusted)
    os.kill(ready, signal.SIGKILL)
    assert soon(lambda: set(forks(trusted)) - {ready})


def test_no_fork_outlives_the_process(trusted):
    assert soon(lambda: forks(trusted))
    [ready] = forks(trusted)
    trusted.close()
    assert trusted.process.returncode == 0
    assert soon(lambda: not Path(f"/proc/{ready}").exists())


def test_a_process_that_does_not_end_by_itself_is_killed(trusted, monkeypatch):
    wait = trusted.process.wait
    monkeypatch.setattr(trusted.process, "wait", lambda timeout=None: wait(timeout and 0.1))
    trusted.process.send_signal(signal.SIGSTOP)
    trusted.close()
    assert trusted.process.returncode == -signal.SIGKILL


def test_a_killed_process_is_replaced():
    first = trusted_process_for(INSTRUCTOR)
    assert trusted_process_for(INSTRUCTOR) is first
    first.process.kill()
    first.process.wait()
    assert trusted_process_for(INSTRUCTOR) is not first


def test_each_notebook_folder_and_data_has_a_process_of_its_own(monkeypatch, tmp_path):
    """What its cells read lies in the folder of the course."""
    idle = SimpleNamespace(poll=lambda: None)
    monkeypatch.setattr(trusted_process, "_processes", {})
    monkeypatch.setattr(trusted_process, "TrustedProcess", lambda *_: SimpleNamespace(process=idle, close=list))

    def known():
        return {id(trusted_process_for(*what)) for what in [(INSTRUCTOR,), (RELEASE,), (INSTRUCTOR, (("a1", "{}"),))]}

    found = known()
    assert len(found) == 3 and known() == found
    monkeypatch.chdir(tmp_path)
    assert len(found := found | known()) == 6
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))
    assert len(found | known()) == 9


def test_it_gets_all_code_but_no_text(monkeypatch):
    """Code may be asked for where other answers are words."""
    given = []
    monkeypatch.setattr(trusted_process, "_processes", {})
    monkeypatch.setattr(trusted_process, "TrustedProcess", lambda cells, *_: given.extend(cells) or SimpleNamespace(
        close=list))  # fmt: skip
    cells = [cell("f", "x = 1", grade=True, solution=True), cell("f_test", "x", grade=True, points=2),
             cell("data", "y = 2", locked=True), cell("words", "Read this.", new_markdown_cell)]  # fmt: skip
    trusted_process_for(new_notebook(cells=cells))
    assert [(each["id"], each["role"], each["points"]) for each in given] == [
        ("f", "solution", 0), ("f_test", "test", 2), ("data", "read-only", 0)]  # fmt: skip


def test_it_runs_with_one_thread_without_a_window_and_alike_each_time(trusted):
    about = Path(f"/proc/{trusted.process.pid}")
    wanted = {b"OPENBLAS_NUM_THREADS=1", b"MPLBACKEND=agg", b"PYTHONHASHSEED=0"}
    assert soon(lambda: wanted <= set((about / "environ").read_bytes().split(b"\0")))
    assert [os.readlink(about / "fd" / name) for name in "01"] == [os.devnull] * 2  # what tests print is for nobody


def test_what_is_there_before_the_forks_is_kept_and_not_looked_over():
    numbers = np.arange(3 << 20)
    texts = [str(i) for i in range(1 << 17)]
    if (pid := os.fork()) == 0:
        try:
            make_forkable()
            right = gc.get_freeze_count() > 0 and (numbers == np.arange(3 << 20)).all() and texts[77] == "77"
            os._exit(0 if right else 1)
        finally:
            os._exit(2)
    assert os.waitpid(pid, 0)[1] == 0


def test_an_instructors_notebook_that_does_not_run_is_told():
    cells = [{"id": "data", "role": "read-only", "source": "rows = 1 / 0", "points": 0}]
    trusted = TrustedProcess(cells, [], Path.cwd())
    with pytest.raises(CourseError, match="^the instructor's notebook does not run: ZeroDivisionError: division by"):
        trusted.sit()
    assert trusted.process.returncode == 0 and trusted.control.fileno() == -1


def test_no_file_of_the_course_is_taken_for_a_module_of_pythons(tmp_path):
    (tmp_path / "json.py").write_text("1 / 0")
    cells = [{"id": "t", "role": "test", "source": "assert f() == 1", "points": 1}]
    with contextlib.closing(TrustedProcess(cells, [], tmp_path)) as trusted:
        trusted.sit().close()


def test_ctrl_c_is_not_for_the_process_that_runs_the_tests(trusted):
    assert os.getpgid(trusted.process.pid) == trusted.process.pid
