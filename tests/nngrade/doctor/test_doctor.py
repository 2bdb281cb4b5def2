"""The doctor: what is there, what is not, and what to do about it."""

import hashlib
import os
import re
import shutil
import sqlite3
import sys
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import psutil  # at its first import it looks at the platform, which tests here change
import pytest
import sqlalchemy
from typer.testing import CliRunner

from nngrade import doctor, sandbox
from nngrade.__main__ import app
from nngrade.course import CONFIG
from nngrade.doctor import finding, place, programs, strength
from nngrade.errors import CourseError
from nngrade.sandbox import places
from nngrade.sandbox.places import SYSTEM
from nnlib import data
from tests.course.conftest import ROOT

SEAM = "from nngrade.nbgrader_settings import use\nc = get_config()\nuse(c)\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course folder, as the current one."""
    (tmp_path / CONFIG).write_text(SEAM)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def with_database(root, url):
    (root / CONFIG).write_text(f"{SEAM}c.CourseDirectory.db_url = {url!r}\n")
    return root


def test_it_changes_nothing(root):
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == 0, out.output
    assert out.output.endswith("Grading works here.\n")
    assert all(re.match(r"(ok|note|missing) +\S| {9}\S|$|Grading", line) for line in out.output.splitlines())
    assert [path.name for path in root.iterdir()] == [CONFIG]


def test_outside_a_course_it_says_what_it_can(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == 0 and "is not inside one" in out.output and "sandbox" in out.output


@pytest.mark.parametrize("platform, says", [("darwin", "Linux container"), ("win32", "wsl --install")])
def test_other_systems(root, monkeypatch, platform, says):
    monkeypatch.setattr(shutil, "which", lambda _: None)  # which asks Windows itself
    monkeypatch.setattr(sys, "platform", platform)
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == 1 and "impossible here" in out.output
    assert f"missing  sandbox: students' code can only be run on Linux, and this is {platform}" in out.output
    assert says in " ".join(out.output.split())


def test_a_sandbox_that_does_not_work_is_a_note_as_long_as_another_one_does(monkeypatch):
    monkeypatch.setattr(sandbox, "report", lambda: [("one", "it is not installed", None), ("two", None, 12.3)])
    assert [each.state for each in strength.sandboxes(None)] == ["note", "ok"]
    assert "two: students' code runs in it; 12 ms" in list(strength.sandboxes(None))[1].text
    monkeypatch.setattr(sandbox, "report", lambda: [("two", None, 12.3), ("three", None, 1.0)])
    assert "three: works, but is not needed; 1 ms" in list(strength.sandboxes(None))[1].text


def test_without_any_sandbox_it_says_what_to_install(root, monkeypatch):
    def choose():
        raise CourseError("None here.\n- apt install bubblewrap")

    monkeypatch.setattr(sandbox, "report", lambda: [("one", "it is not installed", None)])
    monkeypatch.setattr(sandbox, "choose", choose)
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == 1 and "\n         - apt install bubblewrap\n" in out.output


@pytest.mark.parametrize("version, state, says", [
    (None, "missing", "numpy<3,>=2 (not here)"), ("1.26.0", "missing", "numpy<3,>=2 (1.26.0 here)"),
    ("2.99.0", "note", "(2.99.0 here)"), ("2.99.0rc1", "note", "(2.99.0rc1 here)"),
])
def test_packages(monkeypatch, version, state, says):
    known = programs.version
    monkeypatch.setattr(programs, "version", lambda name: version if name == "numpy" else known(name))
    [found] = programs.packages(None)
    assert found.state == state and says in found.text
    assert 'pip install -c constraints.txt -e ".[instructor]"' in found.todo


def test_a_package_that_a_check_needs(root, monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert any("capacity: not looked at, because psutil is not installed" in each.text for each in doctor.findings())


@pytest.mark.parametrize("package, state", [("nbgrader", "missing"), ("numpy", "missing"), ("torch", "ok")])
def test_what_only_a_change_of_the_course_takes_may_be_missing(monkeypatch, package, state):
    known, tested = programs.version, {name: programs.version(name) for name in ("numpy", "nbgrader")}
    monkeypatch.setattr(programs, "version", lambda name: None if name == package else known(name))
    monkeypatch.setattr(programs, "_tested", lambda: tested | {"torch": "0.1"})
    [found] = programs.packages(None)
    assert found.state == state


def test_as_many_packages_are_counted_as_are_needed(monkeypatch):
    course = Message()
    course["Requires-Python"] = ">=3"
    for package in ("numpy", "pytest; extra == 'dev'", "rich; extra == 'instructor'"):
        course["Requires-Dist"] = package
    monkeypatch.setattr(programs.metadata, "metadata", lambda _: course)
    monkeypatch.setattr(programs, "CHECKOUT", Path("/no/such/folder"))  # where nothing says what it was tested with
    [found] = programs.packages(None)
    assert found.state == "ok" and "and 2 packages" in found.text


def test_a_course_that_is_not_installed(monkeypatch):
    def missing(name):
        raise programs.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(programs.metadata, "metadata", missing)
    [found] = programs.packages(None)
    assert found.state == "missing" and "is not installed" in found.text and "pip install" in found.todo


@pytest.mark.parametrize("extra, package", [("scale", "distributed"), ("postgres", "psycopg")])
def test_extras_are_optional(monkeypatch, extra, package):
    monkeypatch.setattr(programs, "version", lambda name: None)
    found = next(each for each in programs.extras(None) if package in each.text)
    assert found.state == "note" and found.todo.endswith(f'-e ".[{extra}]"')


@pytest.mark.parametrize("free, allowed, most", [(9e10, 7.5e9, 2), (7.5e9, 9e10, 2), (1e9, 9e10, 1)])
def test_memory_for_fewer_submissions_than_cores(monkeypatch, free, allowed, most):
    """One at a time is always tried."""
    monkeypatch.setattr(strength.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    monkeypatch.setattr(strength, "_container_memory", lambda: [allowed])
    [found] = strength.capacity(None)
    assert found.state == "note" and f"{most} submissions at once" in found.text
    assert found.todo.endswith(f"--workers {most}")
    of_one = re.search(r"\(([\d.]+) GB\)", found.text)[1]
    assert f"per thread a core and up to {of_one} GB of memory" in (ROOT / "INSTRUCTORS.md").read_text(encoding="utf-8")


def test_memory_for_more_submissions_than_cores(monkeypatch):
    monkeypatch.setattr(strength.os, "sched_getaffinity", lambda _: {0, 3}, raising=False)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=9e10))
    monkeypatch.setattr(strength, "_container_memory", lambda: [9e10])
    [found] = strength.capacity(None)
    assert found == finding.Finding("ok", "2 cores and 90.0 GB of free memory: 2 submissions at once")


@pytest.mark.parametrize("here, says", [
    (["docker"], "docker is here: grade in a Linux"), (["docker", "podman"], "podman is here: grade in a Linux"),
    ([], "Install podman or Docker, and grade in a Linux"),
])  # fmt: skip
def test_how_to_come_by_linux(monkeypatch, here, says):
    monkeypatch.setattr(strength.shutil, "which", lambda name: name if name in here else None)
    assert strength._linux().startswith(f"{says} container")


@pytest.mark.parametrize("name, text, limits", [
    ("memory.max", "8000000000\n", [8e9]), ("memory.max", "max\n", []), ("other", "1", []),
    ("memory/memory.limit_in_bytes", "7000\n", [7e3]),
])  # fmt: skip
def test_what_a_container_allows(tmp_path, monkeypatch, name, text, limits):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    monkeypatch.setattr(strength, "Path", lambda _, name: tmp_path / name)
    assert [*strength._container_memory()] == [*limits, float("inf")]


@pytest.mark.parametrize("encoding, says", [("utf-8", []), ("UTF8", []), ("ascii", ["ascii"]), ("", [""])])
def test_an_output_that_takes_no_accents(monkeypatch, encoding, says):
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(encoding=encoding or None))
    found = list(programs.terminal(None))
    todo = "Set the environment variable PYTHONUTF8=1."
    assert [(each.state, each.todo) for each in found] == [("note", todo)] * len(says)
    assert all(f"the output takes {word}, not UTF-8" in each.text for word, each in zip(says, found))


@pytest.mark.parametrize(("kind", "says"), [(PermissionError, "Permission denied"), (OSError, "Input/output error")])
def test_what_can_not_be_looked_at_is_a_note_and_the_rest_is_looked_at(monkeypatch, kind, says):
    def broken(_):
        raise kind(0, says)
        yield

    monkeypatch.setattr(doctor, "CHECKS", (broken, lambda _: [finding.Finding("ok", "the next one")]))
    first, second = doctor.findings()
    assert (first.state, second.text) == ("note", "the next one")
    assert first.text.startswith("broken: not looked at, because of this:") and says in first.text


@pytest.mark.parametrize("free, code", [(99.9e6, 1), (100e6, 0)])  # of a hundred submissions
def test_a_full_disk(root, monkeypatch, free, code):
    monkeypatch.setattr(place.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == code and ("Make room" in out.output) == bool(code)


def test_a_folder_that_is_somebody_elses(root, monkeypatch):
    monkeypatch.setattr(place.os, "access", lambda path, how: (path, how) != (root, os.W_OK))
    [found] = place.disk(root)
    assert found.state == "missing" and f"may not write in {root}" in found.text
    [found] = place.disk(None)  # outside of a course nobody has to write
    assert found.state == "ok"


FILES = {name: name.encode() for name in data.MNIST_FILES}  # small ones in place of the genuine


@pytest.mark.parametrize("altered", [None, *FILES])
@pytest.mark.parametrize("how", [lambda file: file.unlink(), lambda file: file.write_bytes(b"")], ids=["gone", "other"])
def test_one_of_the_four_files_is_enough_to_miss_mnist(root, monkeypatch, altered, how):
    for name, content in FILES.items():
        (root / name).write_bytes(content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(data, "MNIST_FILES", hashes)
    monkeypatch.setenv("NNLIB_DATA", str(root))
    if altered:
        how(root / altered)
    [found] = place.mnist(root)
    assert found.state == ("note" if altered else "ok")
    assert not altered or found.text.endswith(f"not genuine: {altered}")


def test_mnist_that_is_not_there(root, monkeypatch):
    (root / "train-images-idx3-ubyte.gz").write_bytes(b"something else")
    monkeypatch.setenv("NNLIB_DATA", str(root))
    [found] = place.mnist(root)
    assert found.state == "note" and "small digits" in found.text and "t10k-labels" in found.text
    assert "NNLIB_DATA=/that/folder" in found.todo and "nnlib.data.mnist()" not in found.todo


def test_mnist_that_could_be_fetched(root, monkeypatch):
    monkeypatch.delenv("NNLIB_DATA", raising=False)
    monkeypatch.setattr("nnlib.data.mnist_cache", lambda: root)
    [found] = place.mnist(root)
    assert "nnlib.data.mnist()" in found.todo


@pytest.mark.parametrize("config, says", [
    ("1 / 0\n", "stops with ZeroDivisionError"), ("c = get_config()\n", "without a sandbox"),
    (f"{SEAM}c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n", "without a sandbox"),
    (f"{SEAM}c.Autograde.autograde_preprocessors = c.Autograde.autograde_preprocessors[1:]\n", "without a sandbox"),
    (f"{SEAM}c.Autograde.pre_convert_hook = None\n", "without a sandbox"),
    (f"{SEAM}del c.Autograde['exporter_class']\n", "without a sandbox"),
])
def test_a_configuration_with_which_nothing_is_graded(root, config, says):
    (root / CONFIG).write_text(config)
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == 1 and says in " ".join(out.output.split())
    assert isinstance(out.exception, SystemExit)  # all checks were made


def test_a_course_may_have_steps_of_its_own(root):
    more = "c.Autograde.autograde_preprocessors.append('nbconvert.preprocessors.ClearOutput')\n"
    (root / CONFIG).write_text(SEAM + more)
    assert [each.state for each in place.course(root)] == ["ok"]


def test_a_course_that_students_code_would_see(root, monkeypatch):
    assert [each.state for each in place.hidden(root)] == [each.state for each in place.hidden(None)] == ["ok"]
    monkeypatch.setattr("nngrade.sandbox.places.SYSTEM", (*SYSTEM, root.parent))
    out = CliRunner().invoke(app, ["doctor"])
    assert out.exit_code == 1 and f"could read {root}" in " ".join(out.output.split())


@pytest.mark.parametrize("config", [SEAM, "1 / 0\n", None])
def test_the_graders_own_answers_where_students_code_would_see_them(root, monkeypatch, config):
    shown = places.package("nnlib")
    monkeypatch.setattr(places, "own_secrets", lambda: (shown,))
    (root / CONFIG).write_text(config or SEAM)
    [found] = place.hidden(root if config else None)
    assert found.state == "missing" and f"could read {shown}" in found.text


def test_a_gradebook_elsewhere_that_students_code_would_see(root, monkeypatch):
    book = root / "shown" / "grades.db"
    book.parent.mkdir()
    book.touch()
    monkeypatch.setattr(places, "SYSTEM", (*SYSTEM, book.parent))
    [found] = place.hidden(with_database(root, f"sqlite:///{book}"))
    assert found.state == "missing" and f"could read {book}" in found.text


def test_the_gradebook(root):
    for make in (str, (root / "gradebook.db").touch):  # also where a broken-off run has left an empty file
        make()
        [found] = place.gradebook(root)
        assert found.state == "ok" and "not there yet" in found.text
    with sqlite3.connect(root / "gradebook.db") as database:
        database.execute("CREATE TABLE other (id)")
        [found] = place.gradebook(root)
        assert found.state == "ok" and "is empty; nngrade release makes its tables" in found.text
        database.execute("CREATE TABLE student (id)")
        database.executemany("INSERT INTO student VALUES (?)", [("student-01",), ("student-02",)])
    database.close()
    [found] = place.gradebook(root)
    assert found.text == f"gradebook: sqlite:///{root / 'gradebook.db'}, 2 students"


@pytest.mark.parametrize("url, says", [
    ("postgresql://grader:secret@127.0.0.1:9/grades", "grader:***@127.0.0.1:9/grades"),
    ("mysql://grader:secret@localhost/grades", "grader:***@localhost/grades"),
    ("nonsense-secret", "no address of a database"),
    ("sqlite:///other.db", "file is not a database"),
])
def test_a_gradebook_that_cannot_be_read_and_no_password(root, url, says):
    (root / "other.db").write_text("this is no database, but long enough for one" * 20)
    [found] = place.gradebook(with_database(root, url))
    assert found.state == "missing" and says in found.text and found.todo
    assert "secret" not in found.text + found.todo and "\n" not in found.text


@pytest.mark.parametrize("url, wanted", [
    ("postgresql://localhost/grades", {"connect_timeout": 2}), ("sqlite:///other.db", {"timeout": 2}),
])  # fmt: skip
def test_a_database_is_not_waited_for(root, monkeypatch, url, wanted):
    def create_engine(url, connect_args):
        asked.append(connect_args)
        raise ImportError("enough")

    asked = []
    (root / "other.db").write_text("something")
    monkeypatch.setattr(sqlalchemy, "create_engine", create_engine)
    assert [each.state for each in place.gradebook(with_database(root, url))] == ["missing"] and asked == [wanted]


@pytest.mark.parametrize("columns, width", [("300", 120), ("90", 90), ("20", 60)])
def test_lines_are_as_long_as_the_terminal_and_readable(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    lines = finding.shown(finding.Finding("ok", "word " * 99, "word " * 99)).splitlines()
    assert width - 5 <= max(map(len, lines)) <= width and all(line.startswith(" " * 9) for line in lines[1:])


def test_paths_stay_whole_on_a_narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    path = str(Path("/somewhere", *["long-folder"] * 9))
    assert path in finding.shown(finding.Finding("note", f"it is in {path}, as said", "first\nsecond"))


@pytest.mark.parametrize("name", ["a[b]", "a*b", "a?b", "a$HOME", "a{b} c%d ä'", "{0} 5$"])
def test_paths_in_which_nbgrader_finds_nothing(tmp_path, name):
    if os.name == "nt":
        pytest.skip("Windows has no such names")
    folder = tmp_path / name
    folder.mkdir()
    (folder / CONFIG).write_text(SEAM)
    states = [each.state for each in place.course(folder)]
    assert states == (["ok"] if "{" in name else ["missing"])
