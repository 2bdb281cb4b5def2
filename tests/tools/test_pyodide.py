"""Is a folder the official Pyodide: files that are missing, others, and what packages need."""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("pyodide_files", Path(__file__).parents[2] / "tools/browser/pyodide.py")
pyodide = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(pyodide)


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def given(tmp_path):
    """(a made-up distribution of packages a, the-b, which a needs, and c; the sums of its core)."""
    packages = {}
    for name, needs in (("a", ["the_b"]), ("the-b", []), ("c", [])):
        (tmp_path / f"{name}.whl").write_bytes(name.encode())
        packages[name] = {"file_name": f"{name}.whl", "sha256": sha(name.encode()), "depends": needs}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"packages": packages}))
    return tmp_path, {"pyodide-lock.json": sha((tmp_path / "pyodide-lock.json").read_bytes())}


def test_a_genuine_folder_has_no_problems(given):
    assert pyodide.problems(given[0], ["a", "c"], given[1]) == []


@pytest.mark.parametrize("name", ["a.whl", "the-b.whl"])
def test_another_file_is_named_also_among_what_a_package_needs(name, given):
    (given[0] / name).write_bytes(b"other")
    [problem] = pyodide.problems(given[0], ["a"], given[1])
    assert name in problem and sha(b"other") in problem


def test_a_missing_file_is_named(given):
    (given[0] / "the-b.whl").unlink()
    assert pyodide.problems(given[0], ["a"], given[1]) == [f"{given[0] / 'the-b.whl'} is missing"]


def test_what_is_not_asked_for_may_be_anything(given):
    (given[0] / "c.whl").unlink()
    assert pyodide.problems(given[0], ["a"], given[1]) == []


def test_with_another_list_nothing_in_it_is_believed(given):
    (given[0] / "pyodide-lock.json").write_text("{}")
    [problem] = pyodide.problems(given[0], ["a"], given[1])
    assert "pyodide-lock.json is not that of Pyodide" in problem


def test_the_real_sums_are_sums():
    assert all(len(value) == 64 and int(value, 16) for value in pyodide.CORE.values())
