"""The set-up: what it says when it can't go on, and that a second run does nothing."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

PATH = Path(__file__).parents[2] / "tools" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path):
    """The module, with a checkout and a .venv of its own."""
    spec = importlib.util.spec_from_file_location("bootstrap", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "nngrade").mkdir()
    for name in module.NEEDS:
        (tmp_path / name).write_text(name)
    module.ROOT, module.VENV = str(tmp_path), str(tmp_path / ".venv")
    module.STAMP = str(tmp_path / ".venv" / "course-setup.json")
    module.VENV_PYTHON = str(tmp_path / ".venv" / "python")
    module.steps = []

    def pretend(title, command, advice):
        module.steps.append(title.split(" ")[0])
        Path(module.VENV).mkdir(exist_ok=True)
        Path(module.VENV_PYTHON).touch()

    module.step = pretend
    module.shutil = SimpleNamespace(which=lambda program: "/usr/bin/" + program)
    return module


def test_it_parses_on_old_pythons():
    for version in [(3, 4), (3, 8)]:
        ast.parse(PATH.read_text(encoding="utf-8"), feature_version=version)


def test_an_old_python_is_told_what_to_do(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))
    assert bootstrap.main(["dev"]) == 1
    said = capsys.readouterr().err
    assert "needs Python 9.0 or newer; this is Python 3" in said and "make demo PYTHON=" in said


@pytest.mark.parametrize("name", ["{my} course", "50%", "[2026]", "a$HOME"])
def test_a_folder_into_which_pip_or_nbgrader_cannot_work_is_refused_first(bootstrap, name, capsys):
    bootstrap.ROOT = "/home/me/" + name
    assert bootstrap.main(["dev"]) == 1 and not bootstrap.steps
    assert f"/home/me/{name},\nand pip or nbgrader can't" in capsys.readouterr().err


def test_a_second_run_does_nothing_and_dev_contains_instructor(bootstrap):
    assert bootstrap.main(["dev"]) == 0
    assert bootstrap.steps == ["creating", "installing"]
    assert bootstrap.main(["dev"]) == bootstrap.main(["instructor"]) == 0
    assert bootstrap.steps == ["creating", "installing"]


@pytest.mark.parametrize("name", ["pyproject.toml", "nngrade/pyproject.toml", "constraints.txt"])
def test_new_needs_are_installed_and_take_nothing_away(name, bootstrap):
    bootstrap.main(["dev"])
    (Path(bootstrap.ROOT) / name).write_text("numpy==2.9")
    bootstrap.main(["instructor"])
    assert bootstrap.steps == ["creating", "installing", "installing"]
    assert bootstrap.read_stamp()["extra"] == "dev"


def test_a_half_made_venv_is_made_again(bootstrap):
    def fail(extra):
        raise bootstrap.Problem("no network")

    install, bootstrap.install = bootstrap.install, fail
    assert bootstrap.main(["dev"]) == 1
    bootstrap.install = install
    assert bootstrap.main(["dev"]) == 0
    assert bootstrap.steps == ["creating", "creating", "installing"]


def sent_to(bootstrap, folder, monkeypatch):
    """Where the file in .venv sends nbgrader that is started in this folder: None for nowhere."""
    text = (Path(bootstrap.VENV) / "etc" / "jupyter" / "nbgrader_config.py").read_text()
    monkeypatch.chdir(folder)
    config, loaded = SimpleNamespace(CourseDirectory=SimpleNamespace(root=None)), []
    exec(text, {"get_config": lambda: config, "load_subconfig": lambda name, path: loaded.append(path)})
    assert loaded == [root for root in [config.CourseDirectory.root] if root]
    return config.CourseDirectory.root


def test_nbgrader_works_in_the_course_that_one_stands_in(bootstrap, tmp_path, monkeypatch):
    bootstrap.main(["instructor"])
    (Path(bootstrap.ROOT) / "nbgrader_config.py").touch()
    other = tmp_path / "other [course] {0} 50%"
    (other / "solutions").mkdir(parents=True)
    (other / "nbgrader_config.py").touch()
    assert sent_to(bootstrap, other, monkeypatch) == str(other)
    assert sent_to(bootstrap, other / "solutions", monkeypatch) == str(other)


def test_outside_of_any_course_nbgrader_is_sent_to_none(bootstrap, tmp_path_factory, monkeypatch):
    bootstrap.main(["instructor"])
    (Path(bootstrap.ROOT) / "nbgrader_config.py").touch()
    plain = tmp_path_factory.mktemp("a course without a configuration")
    assert sent_to(bootstrap, plain, monkeypatch) is None


def test_a_second_run_mends_the_file_of_an_older_checkout(bootstrap, tmp_path, monkeypatch):
    bootstrap.main(["instructor"])
    path = Path(bootstrap.VENV) / "etc" / "jupyter" / "nbgrader_config.py"
    written = path.read_text()
    path.write_text("old")
    bootstrap.main(["instructor"])
    assert path.read_text() == written and bootstrap.steps == ["creating", "installing"]


def test_system_packages_are_installed_by_root_and_advised_to_others(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda program: program if program == "apt-get" else None)
    monkeypatch.setattr(bootstrap, "glob", SimpleNamespace(glob=lambda pattern: []))
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    everything = ["bubblewrap", "postgresql", "podman runc", "chromium", "npm"]
    for extra, packages in (("instructor", ["bubblewrap"]), ("dev", everything)):
        bootstrap.steps.clear()
        monkeypatch.setattr(bootstrap, "is_root", lambda: True)
        bootstrap.provide_programs(extra)
        assert len(bootstrap.steps) == len(packages) and "sudo" not in capsys.readouterr().out
        monkeypatch.setattr(bootstrap, "is_root", lambda: False)
        bootstrap.provide_programs(extra)
        said = capsys.readouterr().out
        assert [word for word in everything if f"sudo apt-get install {word}" in said] == packages
        assert len(bootstrap.steps) == len(packages)


def test_a_failing_installation_of_a_system_package_is_no_end(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "is_there", lambda program: False)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "is_root", lambda: True)

    def fail(package):
        raise bootstrap.Problem("no network")

    monkeypatch.setattr(bootstrap, "apt_install", fail)
    bootstrap.provide_programs("dev")
    assert capsys.readouterr().out.count("no network") == 5


def test_what_is_there_is_not_installed(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda program: None if program == "initdb" else program)
    hidden = SimpleNamespace(glob=lambda pattern: ["/usr/lib/postgresql/15/bin/initdb"])
    monkeypatch.setattr(bootstrap, "glob", hidden)
    bootstrap.provide_programs("dev")
    assert bootstrap.steps == []


def test_wrong_words_get_the_usage():
    done = subprocess.run([sys.executable, str(PATH), "everything"], capture_output=True, text=True)
    assert done.returncode == 1 and "Usage: python tools/bootstrap.py instructor|dev" in done.stderr
