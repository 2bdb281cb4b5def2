"""The image of `make grade-image`: what it is made of is there, and nothing of students or solutions gets in."""

import re
import shutil
import subprocess

import pytest

from tests.course.conftest import ROOT

COPIED = {name for line in re.findall(r"^COPY (.+) \S+$", (ROOT / "Containerfile").read_text(), re.M)
          for name in line.split()}  # fmt: skip
MAKE = shutil.which("make")
LET_IN = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}


def test_what_is_copied_is_there_and_is_all_that_an_engine_gets_to_see():
    assert COPIED == LET_IN and all((ROOT / name).exists() for name in COPIED)
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"  # everything else stays out


def test_it_is_enough_to_install_the_course():
    needed = {"pyproject.toml", "constraints.txt", "nnlib", "nngrade"}
    assert needed <= COPIED and not COPIED & {"solutions", "assignments", "tests", ".venv"}


@pytest.mark.parametrize("engines, says", [(["podman", "docker"], "podman build"), (["docker"], "docker build")])
def test_make_takes_the_engine_that_is_there(engines, says, tmp_path):
    for engine in engines:
        (tmp_path / engine).write_text("#!/bin/sh\n")
        (tmp_path / engine).chmod(0o755)
    made = subprocess.run([MAKE, "-n", "grade-image"], cwd=ROOT, env={"PATH": f"{tmp_path}:/bin-of-nobody"},
                          capture_output=True, text=True)  # fmt: skip
    assert f"{says} -f Containerfile -t nn-grader" in made.stdout, made.stderr


def test_without_an_engine_it_says_what_to_install(tmp_path):
    made = subprocess.run([MAKE, "grade-image"], cwd=ROOT, env={"PATH": str(tmp_path)},
                          capture_output=True, text=True)  # fmt: skip
    assert made.returncode and "Neither podman nor Docker is here. Install one" in made.stderr
