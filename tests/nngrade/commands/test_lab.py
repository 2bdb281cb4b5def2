"""`nngrade lab`: what JupyterLab is started with."""

import os
import sys
from pathlib import Path

import pytest

from nngrade.commands import lab


@pytest.fixture
def started(tmp_path, monkeypatch):
    """A function that starts the lab and returns (command, its environment), without becoming JupyterLab."""

    def start(**environment):
        monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
        for name, value in ({"PATH": os.environ["PATH"]} | environment).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path.parent)
        monkeypatch.setattr(os, "execv", lambda program, command: commands.append(command))
        lab.run(tmp_path, ["--no-browser"])
        return commands[-1], dict(os.environ)

    commands = []
    return start


def test_the_kernels_of_the_lab_get_one_thread_each(started):
    command, environment = started()
    assert command[1:3] == ["-m", "jupyterlab"] and command[-1] == "--no-browser"
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


@pytest.mark.parametrize("user, more", [(0, ["--allow-root"]), (1000, [])])
def test_it_is_jupyterlab_of_this_python_in_the_course_folder(started, tmp_path, monkeypatch, user, more):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    command, environment = started()
    assert command[0] == sys.executable and command[3:-1] == [*more, *lab.OPTIONS]
    assert environment["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)  # for what notebooks start
    assert Path.cwd() == tmp_path


def test_unless_the_user_wants_more(started):
    assert started(OPENBLAS_NUM_THREADS="8")[1]["OPENBLAS_NUM_THREADS"] == "8"
