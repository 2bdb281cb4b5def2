"""What tests of one group share, such as a book that is built, is made once: they run in one worker."""

import subprocess
import sys

TESTS = """
import os, pathlib, pytest

@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("i", range(6))
def test_where(i):
    pathlib.Path(f"{i}.txt").write_text(os.environ["PYTEST_XDIST_WORKER"])
"""


def test_a_group_of_tests_runs_in_one_worker(tmp_path):
    (tmp_path / "test_where.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    workers = [(tmp_path / f"{i}.txt").read_text() for i in range(6)]
    assert len(set(workers)) == 1, workers
