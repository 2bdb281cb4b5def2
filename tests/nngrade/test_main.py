"""The command line."""

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from nngrade.__main__ import app, main
from nngrade.course import CONFIG
from tests.course.conftest import ROOT


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course to write in, as the current folder; its name has all that a path may hold."""
    folder = tmp_path / "50% {0} %(a)s é' #1;$"
    shutil.copytree(ROOT / "solutions" / "a3_backprop", folder / "solutions" / "a3_backprop")
    shutil.copy(ROOT / CONFIG, folder)
    monkeypatch.chdir(folder)
    return folder


def test_without_a_command_it_lists_the_commands():
    said = CliRunner().invoke(app, []).output
    assert all(command in said for command in ("demo", "lab", "release", "notebooks"))


def test_release_writes_what_is_committed(course):
    assert CliRunner().invoke(app, ["release"]).exit_code == 0
    name = "assignments/a3_backprop/a3_backprop.ipynb"
    assert (course / name).read_bytes() == (ROOT / name).read_bytes()


def test_notebooks_finds_and_mends(course):
    path = course / "solutions" / "a3_backprop" / "a3_backprop.ipynb"
    stored = path.read_text(encoding="utf-8")
    path.write_text(stored + "\n", encoding="utf-8")
    path.chmod(0o640)
    found = CliRunner().invoke(app, ["notebooks"])
    said = f"{path.relative_to(course)}: is not in the canonical form"
    assert found.exit_code == 1 and any(line.startswith(said) for line in found.output.splitlines())
    assert CliRunner().invoke(app, ["notebooks", "--write"]).exit_code == 0
    assert path.read_text(encoding="utf-8") == stored and stat.S_IMODE(path.stat().st_mode) == 0o640
    other = course / "lectures" / "01_none.ipynb"
    other.parent.mkdir()
    other.write_text("no notebook")  # which nobody can mend here
    found = CliRunner().invoke(app, ["notebooks", "--write"])
    assert found.exit_code == 1 and os.path.join("lectures", "01_none.ipynb: ") in found.output


@pytest.fixture
def ctrl_c():
    """main() ignores it from its end on; pytest shall not."""
    kept = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, kept)


@pytest.mark.skipif(os.name == "nt", reason="no such masks")
@pytest.mark.parametrize(["mask", "kept"], [(0o777, 0o077), (0o277, 0o077), (0o022, 0o022), (0, 0)])
def test_what_we_write_is_open_to_whom_we_run_for(mask, kept):
    """Where our own commands grade, nbgrader's, formgrader's button or a worker of Dask: all of them import nngrade."""
    tell = [sys.executable, "-c", "import nngrade, os; print(os.umask(0))"]
    assert int(subprocess.run(tell, umask=mask, capture_output=True, check=True).stdout) == kept


@pytest.mark.usefixtures("ctrl_c")
def test_a_mistake_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["nngrade", "release"])
    with pytest.raises(SystemExit, match="nngrade: .* is not inside a course"):
        main()


@pytest.mark.usefixtures("ctrl_c")
def test_what_the_system_does_not_let_us_do_ends_in_a_sentence(course, monkeypatch):
    monkeypatch.setattr("sys.argv", ["nngrade", "release"])
    (course / "build").write_text("a file, where a folder should be")
    with pytest.raises(SystemExit, match=r"^nngrade: .*build can't be used: File exists. What there was is kept: see"):
        main()
    (course / "build").unlink()

    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("nngrade.batch.files.os.fsync", no_room)
    with pytest.raises(SystemExit, match=r"^nngrade: The disk is full. What there was is kept: make room, and run the"):
        main()


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("name", ["nngrade.batch", "nngrade", None])
def test_a_module_of_ours_that_is_missing_is_no_package_to_install(monkeypatch, name):
    def broken():
        raise ModuleNotFoundError("No module named that", name=name)

    monkeypatch.setattr("nngrade.__main__.app", broken)
    with pytest.raises(ModuleNotFoundError, match="No module named that"):
        main()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # to end what is warm takes a moment


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder that somebody is in")
def test_a_folder_that_was_deleted_is_told_in_a_sentence(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr("sys.argv", ["nngrade", "grade", "a3_backprop"])
    with pytest.raises(SystemExit, match="was deleted. Change into the course folder"):
        main()


@pytest.mark.parametrize("package", ["typer", "nbgrader", "sqlalchemy.exc"])
def test_without_the_instructors_packages_it_says_what_to_install(package, tmp_path):
    name = package.partition(".")[0]
    (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('No module named it', name={package!r})")
    command = [sys.executable, "-m", "nngrade", "export", "a3_backprop"]
    bare = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=bare, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and f"({package} is missing)" in done.stderr
    assert "tools/bootstrap.py instructor" in done.stderr and done.stderr.count("\n") == 1


def test_ctrl_c_in_the_first_moment_leaves_no_traceback(tmp_path):
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")
    command, early = [sys.executable, "-m", "nngrade", "grade", "a1"], os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=early, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_terminal_that_is_not_utf8_ends_nothing():
    code = "import sys; from nngrade import __main__, doctor; sys.argv = ['nngrade', 'doctor']; "
    code += "doctor.run = lambda: print('\\u2192 \\u2026 \\xe9 \\u2713') or 0; __main__.main()"
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert (ran.returncode, ran.stdout) == (0, b"? ? ? ?\n"), ran.stderr
