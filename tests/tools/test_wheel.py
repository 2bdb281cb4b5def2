"""The wheel of the library, and that of the grader: built without a network, and looked into."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """{name of the distribution: its wheel}, from a copy, because setuptools builds beside the sources."""
    course, folder = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("wheels")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, course)
    for name in ("nnlib", "nngrade", "solutions", "assignments"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = ["wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder, course, course / "nngrade"]
    ran = subprocess.run([*pip, *build], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return {path.name.partition("-")[0]: path for path in folder.glob("*.whl")}


def names(wheel):
    return zipfile.ZipFile(wheel).namelist()


def metadata(wheel):
    """The lines of METADATA."""
    archive = zipfile.ZipFile(wheel)
    return archive.read(next(name for name in names(wheel) if name.endswith("/METADATA"))).decode().splitlines()


def test_the_wheel_of_the_library_holds_all_of_it_and_nothing_else(wheels):
    wheel = wheels["nn_from_scratch"]
    assert wheel.name.endswith("-py3-none-any.whl")  # pure Python
    files = (path for path in (ROOT / "nnlib").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    in_the_wheel = {name for name in names(wheel) if ".dist-info/" not in name}
    assert in_the_wheel == {str(path.relative_to(ROOT).as_posix()) for path in files}
    assert {"nnlib/digits.npz", "nnlib/digits.txt"} <= in_the_wheel
    assert not any(name.endswith("entry_points.txt") for name in names(wheel))  # no command of the grader's


def test_a_browser_needs_numpy_and_matplotlib_only(wheels):
    needed = [line for line in metadata(wheels["nn_from_scratch"]) if line.startswith("Requires-Dist:")]
    everywhere = [re.match(r"Requires-Dist: ([\w-]+)", line)[1] for line in needed if ";" not in line]
    assert everywhere == ["numpy", "matplotlib"]
    assert all("extra ==" in line or 'sys_platform != "emscripten"' in line for line in needed if ";" in line)


def test_the_library_of_the_wheel_works_by_itself(wheels, tmp_path):
    zipfile.ZipFile(wheels["nn_from_scratch"]).extractall(tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
    code += "import nnlib; print(nnlib.__file__, len(nnlib.data.digits()[0].x))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert ran.stdout.split() == [str(tmp_path / "nnlib" / "__init__.py"), "1437"], ran.stderr


def test_the_wheel_of_the_grader_holds_all_of_it(wheels):
    """What is in a new folder must be named in nngrade/pyproject.toml."""
    kinds = (".py", ".toml", ".tplx", ".j2", ".html", ".css", ".js")
    sources = (path for path in (ROOT / "nngrade").rglob("*") if path.suffix in kinds and "build" not in path.parts)
    missing = {str(path.relative_to(ROOT).as_posix()) for path in sources} - set(names(wheels["nngrade"]))
    assert not missing
    assert "Requires-Dist: nn-from-scratch[instructor]" in metadata(wheels["nngrade"])
