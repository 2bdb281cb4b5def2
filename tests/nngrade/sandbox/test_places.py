"""Folders of the moment go, whatever ends who made them."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import nnlib
from nngrade.errors import CourseError
from nngrade.grading import sandboxes
from nngrade.grading.sandboxes import MNIST, data_folder, open_sandbox
from nngrade.sandbox import SAFE, Bubblewrap, places, selftest
from nngrade.sandbox.places import passing_folder
from tests.nngrade.kinds_here import need
from tests.nngrade.moments import soon

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


@pytest.mark.parametrize("victims", ["who needs it", "all"])
def test_a_passing_folder_goes_with_who_is_killed(victims):
    """By SIGKILL; or as a batch system ends a job, by SIGTERM to all its processes, the keeper too."""
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        folder = Path(process.stdout.readline().decode().strip())
        assert (folder / "file").exists()
        if victims == "all":
            for each in psutil.Process(process.pid).children():
                for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                    each.send_signal(number)
            process.terminate()
        else:
            process.kill()
    assert soon(lambda: not folder.exists())


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


SECRETS = "solutions/a/a.ipynb", "records/a/student-01/a.json", "submitted/student-01/a/a.ipynb", "gradebook.db"


@pytest.fixture
def course(tmp_path):
    """A course folder with all that is secret in it."""
    for name in SECRETS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("CANARY")
    return tmp_path


def test_the_files_of_mnist_by_name():
    assert sorted(MNIST) == sorted(nnlib.data.MNIST_FILES)


@pytest.mark.parametrize("kind", SAFE, ids=lambda kind: kind.__name__)
def test_of_the_folder_with_the_data_only_the_four_files_are_shown(kind, course, monkeypatch):
    need(kind)
    with passing_folder() as data:  # those of pytest are closed to other users
        data.chmod(0o755)
        for name in (*MNIST, *SECRETS, "train-images.gz.ipynb"):
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_text("CANARY")
        monkeypatch.setenv("NNLIB_DATA", str(data))
        with open_sandbox(kind) as sandbox, sandbox.start("nngrade.sandbox.selftest:main") as child:
            for name in MNIST:
                assert selftest.ask(child, f"answer = open({str(data / name)!r}).read()") == "CANARY"
            for name in (*SECRETS, "train-images.gz.ipynb"):
                found = selftest.ask(child, f"answer = open({str(data / name)!r}).read()")
                assert isinstance(found, dict) and found["error"] in ("FileNotFoundError", "PermissionError"), name


def around(course, monkeypatch):
    """Python in a virtual environment whose folder is that of the course."""
    for part in ("bin", "lib/python3/site-packages"):
        (course / part).mkdir(parents=True)
    (course / "pyvenv.cfg").touch()
    monkeypatch.setattr(sys, "prefix", str(course))


@pytest.mark.parametrize("uid_map, users", [
    ("0 0 4294967295", (places.FIRST_UID, places.UIDS)),
    ("0 100000 65536", (30_000, 20_000)),
    ("0 100000 50000", (30_000, 20_000)),
    ("0 1000 1\n1 100000 65536", (30_000, 20_000)),  # podman without root
])
def test_ids_for_students_code_are_some_that_there_are(uid_map, users, tmp_path):
    (tmp_path / "uid_map").write_text(uid_map)
    assert places.unprivileged_users(tmp_path / "uid_map") == users


@pytest.mark.parametrize("uid_map", ["0 1000 1", "0 100000 49999"])
def test_a_container_without_ids_is_told_in_words(uid_map, tmp_path):
    """Each of them has to be there, not just the first: a submission gets any."""
    (tmp_path / "uid_map").write_text(uid_map)
    with pytest.raises(CourseError, match="too few user ids to give some to students' code .*/etc/subuid"):
        places.unprivileged_users(tmp_path / "uid_map")


def test_a_virtual_environment_around_the_course_is_not_shown_whole(course, monkeypatch):
    around(course, monkeypatch)
    shown = places.visible([])
    assert str(course / "bin") in shown and str(course) not in shown
    assert not any(str(course / name.split("/")[0]) in shown for name in SECRETS)
    places.need_hidden(shown, [course, *(course / name for name in SECRETS)])


@pytest.mark.parametrize("name", ["", *SECRETS])
def test_a_course_in_what_is_shown_is_refused(name, course, monkeypatch):
    secret = course / "lib" / "course" / name
    around(course, monkeypatch)
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.touch()
    (course / "link").symlink_to(secret)
    for path in (secret, course / "link"):
        with pytest.raises(CourseError, match=f"could read .*{name}.*Move the course"):
            places.need_hidden(places.visible([]), [path])
    places.need_hidden(places.visible([]), [course / "nowhere"])


def test_a_private_file_or_folder_that_is_shown_itself_is_refused(course):
    for secret in (course, course / "gradebook.db"):
        secret.is_dir() or secret.touch()
        with pytest.raises(CourseError, match=f"could read {secret}"):
            places.need_hidden(places.visible([secret]), [secret])


def test_no_sandbox_is_opened_that_shows_what_is_private_or_the_graders_own(course, monkeypatch):
    shown = course / "gradebook.db"
    shown.touch()
    box = SimpleNamespace(visible={str(shown): str(shown)}, __enter__=lambda: "open")
    monkeypatch.setattr(sandboxes, "_made", lambda *_: box)
    monkeypatch.setattr(places, "own_secrets", tuple)
    assert sandboxes.open_once(False, "data") == "open"
    assert sandboxes.open_once(True, "data", private=[shown]) == "open"  # without a sandbox, all can be seen anyway
    with pytest.raises(CourseError, match=f"could read {shown}"):
        sandboxes.open_once(False, "data", private=[shown])
    monkeypatch.setattr(places, "own_secrets", lambda: (shown,))
    with pytest.raises(CourseError, match=f"could read {shown}"):
        sandboxes.open_once(False, "data")


def test_when_all_is_stopped_each_sandbox_is_closed_and_none_begins_again(monkeypatch):
    closed = []
    boxes = {number: SimpleNamespace(close=lambda number=number: closed.append(number)) for number in range(2)}
    monkeypatch.setattr(sandboxes, "_open", dict(boxes))
    sandboxes.stop()
    assert sorted(closed) == [0, 1] and not sandboxes._open
    with pytest.raises(CourseError, match="The grading was stopped"):
        boxes[0].start("nngrade.student.child:main")


def test_an_installed_grader_is_not_shown_whole(course, monkeypatch):
    around(course, monkeypatch)
    packages = course / "lib" / "python3" / "site-packages"
    for name in ("numpy", "nnlib", *(f"nngrade/{part}" for part in ("boundary", "classroom", "trusted"))):
        (packages / name).mkdir(parents=True)
    monkeypatch.setattr(places, "package", lambda name: packages / name)
    monkeypatch.setattr(places, "CHILD_SIDE", ("boundary",))
    shown = places.visible([])
    assert {str(packages / name) for name in ("numpy", "nnlib", "nngrade/boundary")} <= shown.keys()
    places.need_hidden(shown, [*places.own_secrets(), packages / "nngrade" / "trusted"])


def test_what_is_installed_here_shows_no_answers():
    places.need_hidden(places.visible([]), places.own_secrets())
    assert all(path.is_dir() for path in places.own_secrets())


@pytest.fixture
def packages(tmp_path):
    """A folder of many, {path: real path} of those that are shown, and the two that are not."""
    for number in range(places.FEW + 2):
        (tmp_path / f"package{number:02d}").mkdir()
    hidden, other = sorted(tmp_path.iterdir())[3:5]
    other.rmdir()
    other.write_text("CANARY")
    shown = {str(path): str(path) for path in tmp_path.iterdir() if path not in (hidden, other)}
    return shown, [hidden, other]


def test_a_folder_of_which_nearly_all_is_shown_is_shown_with_holes(packages, tmp_path):
    shown, hidden = packages
    inside = {f"{hidden[0]}/part": f"{hidden[0]}/part"}
    assert places.folded(shown | inside) == ({str(tmp_path): str(tmp_path)} | inside, hidden)
    elsewhere = {path.replace(str(tmp_path), "/by-another-name"): path for path in shown}
    covered = [Path("/by-another-name", path.name) for path in hidden]
    assert places.folded(elsewhere) == ({"/by-another-name": str(tmp_path)}, covered)


def test_other_folders_are_shown_by_what_they_hold(packages, tmp_path, monkeypatch):
    shown, hidden = packages
    renamed = {f"{path}-renamed": path for path in shown}
    few = dict(list(shown.items())[1:])
    for number in range(places.FEW + 1):
        (tmp_path / "of" / "many" / f"{number}").mkdir(parents=True)
        (tmp_path / "of" / "many" / f"hidden{number}").mkdir()
    half = {str(path): str(path) for path in tmp_path.glob("of/many/[0-9]*")}
    for given in (renamed, few, half):
        assert places.folded(given) == (dict(sorted(given.items())), [])
    monkeypatch.setattr(places, "package", lambda name: hidden[0] if name == "nngrade" else None)
    assert places.folded(shown) == (dict(sorted(shown.items())), [])  # an upgrade would take the cover away
    monkeypatch.undo()
    (tmp_path / "link").symlink_to(hidden[0])  # what covers it would cover something else
    assert places.folded(shown) == (dict(sorted(shown.items())), [])


def test_nothing_is_behind_the_holes():
    """Of what lies in a folder that is shown with holes, all is there but for what they cover."""
    need(Bubblewrap)
    with passing_folder() as folder:
        folder.chmod(0o755)
        for number in range(places.FEW):
            (folder / f"shown{number}").write_text("shown")
        (folder / "hidden").mkdir()
        (folder / "hidden" / "file").write_text("CANARY")
        (folder / "hidden-file").write_text("CANARY")
        shown = sorted(folder.glob("shown*"))
        box = Bubblewrap(preload=(), readable=shown, modules=lambda own: own.joinpath("hidden.py").write_text("1 / 0"))
        with box, box.start("nngrade.sandbox.selftest:main") as child:
            assert all(selftest.ask(child, f"answer = open({str(path)!r}).read()") == "shown" for path in shown)
            found = selftest.ask(child, f"answer = open({str(folder / 'hidden-file')!r}).read()")
            assert found["error"] == "PermissionError"  # a device, where devices do nothing
            found = selftest.ask(child, f"import os; answer = os.listdir({str(folder / 'hidden')!r})")
            assert found == ["__init__.py"]  # what stands in place of the package, there too
            found = selftest.ask(child, f"import sys; sys.path[:] = [{str(folder)!r}]; import hidden")
            assert found["error"] == "ZeroDivisionError"
            for name in ("hidden/new", "hidden/__init__.py", "new", "hidden-file"):
                found = selftest.ask(child, f"open({str(folder / name)!r}, 'w').write('x')")
                assert found["error"] in ("OSError", "PermissionError"), name
