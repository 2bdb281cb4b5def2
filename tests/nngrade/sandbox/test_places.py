"""Folders of the moment go, whatever ends who made them."""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import nnlib
from nngrade.grading.sandboxes import data_folder
from nngrade.sandbox.places import passing_folder

HOLD = """
import nnlib
from nngrade.sandbox.places import passing_folder
from nngrade.grading.sandboxes import data_folder
with passing_folder() as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    input()
"""


def test_a_passing_folder_goes():
    with passing_folder() as folder:
        (folder / "file").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_passing_folder_goes_with_who_is_killed():
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        folder = Path(process.stdout.readline().decode().strip())
        assert (folder / "file").exists()
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()


def test_no_room_for_a_passing_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(OSError, match="nowhere has no room for a folder"), passing_folder():
        pass


def test_without_mnist_no_folder_is_left(tmp_path, monkeypatch):
    mnist = nnlib.data.mnist

    def unavailable():
        raise nnlib.data.DataUnavailable("not here")

    monkeypatch.setenv("NNLIB_DATA", "")
    monkeypatch.setattr(nnlib.data, "mnist", unavailable)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert Path(data_folder()).is_dir() and not list(tmp_path.iterdir())
    with pytest.raises(nnlib.data.DataUnavailable, match="is not there"):
        mnist()  # for all processes from here on, and without asking the network again
