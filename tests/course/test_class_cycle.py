"""The class cycle through nbgrader itself, on real data: release, collect, autograde, feedback, grades."""

import csv
import re
import subprocess
import sys

import pytest

from nngrade import classroom
from nngrade.boundary.words import WITHHELD
from nngrade.classroom.runner import scores
from nngrade.commands import demo
from nngrade.course import CONFIG, Course
from nngrade.notebook import canonical
from tests.course.conftest import ASSIGNMENTS, ROOT, solved

pytestmark = pytest.mark.slow


def _git_status():
    return subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout


def test_the_demo_gives_every_sample_student_the_expected_score(tmp_path, capsys, mnist):
    before = _git_status()
    folder = tmp_path / "demo"
    assert demo.run(ROOT, folder)
    said = capsys.readouterr().out
    assert "MNIST, 60,000 images" in said and re.search(r"(\d+) of \1 submissions have the expected score", said)
    with open(folder / "grades.csv", newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    handed_in = [row for row in rows if row["status"] != "not submitted"]
    assert {row["assignment"] for row in handed_in} == set(ASSIGNMENTS)
    assert all((folder / f"{name}.png").read_bytes().startswith(b"\x89PNG") for name in ASSIGNMENTS)
    pages = list((folder / "feedback").rglob("*.html"))
    assert len(pages) == len(handed_in) == int(re.search(r"of (\d+) submissions", said)[1])
    of_first = [page.read_text(encoding="utf-8") for page in pages if "student-01" in page.parts]
    assert len(of_first) == len(ASSIGNMENTS)
    assert not any(WITHHELD in page for page in of_first), "a cell of the release asks for what is forbidden"
    assert _git_status() == before


def test_an_unexpected_score_makes_the_demo_fail(tmp_path, capsys, monkeypatch):
    def one_overrated_student(assignment, release, solution):
        return [classroom.Submission("student-01", "an untouched release", release, classroom.points(solution))]

    monkeypatch.setattr(classroom, "sample_class", one_overrated_student)
    monkeypatch.setattr(demo, "assignments", lambda root: ["a3_backprop"])
    assert not demo.run(ROOT, tmp_path / "demo")
    assert "NOT AS EXPECTED" in capsys.readouterr().out


def test_the_sample_cheat_earns_everything_under_plain_nbgrader(tmp_path, capsys):
    """So the demo shows something: what earns nothing there earns all points without the trusted path."""
    course = demo.make_course(ROOT, tmp_path / "course")
    config = course.root / CONFIG
    config.write_text(config.read_text(encoding="utf-8").replace("\nuse(c)\n", "\n"), encoding="utf-8")
    plain = Course(course.root)
    plain.release("a3_backprop")
    release = canonical.read(plain.root / "assignments" / "a3_backprop" / "a3_backprop.ipynb")
    folder = plain.root / "submitted" / "student-01" / "a3_backprop"
    folder.mkdir(parents=True)
    canonical.write(classroom.cheated(release, *classroom.cheats("a3_backprop")), folder / "a3_backprop.ipynb")
    plain.autograde("a3_backprop", "student-01")
    scores = plain.scores("a3_backprop", "student-01")
    full = classroom.points(solved("a3_backprop"))
    assert {test: scores[test] for test in full} == full


def test_the_command_line_says_where_everything_is(tmp_path):
    """From a folder that is not in a course: a sentence and exit code 1, not a traceback."""
    done = subprocess.run([sys.executable, "-m", "nngrade", "demo"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is not inside a course" in done.stderr and "Traceback" not in done.stderr


def test_nbgrader_and_the_quick_runner_agree(tmp_path, monkeypatch):
    """The planted bugs are measured by tests/course/runner.py; here is one of them through nbgrader."""
    course = demo.make_course(ROOT, tmp_path / "course")
    course.release("a3_backprop")
    release = canonical.read(course.root / "assignments" / "a3_backprop" / "a3_backprop.ipynb")
    notebook = solved("a3_backprop")
    bug = next(bug for bug in classroom.planted_bugs("a3_backprop") if bug.name == "sums over the batch")
    wrong = classroom.answer(release, notebook, classroom.plant(notebook, bug))
    folder = course.root / "submitted" / "student-01" / "a3_backprop"
    folder.mkdir(parents=True)
    canonical.write(wrong, folder / "a3_backprop.ipynb")
    course.autograde("a3_backprop", "student-01")
    got = course.scores("a3_backprop", "student-01")
    with_answers = classroom.answer(notebook, notebook, classroom.plant(notebook, bug))
    quick = scores(with_answers, classroom.points(notebook), ROOT)
    assert {test: got[test] for test in quick} == quick
    assert got["gradient_check_answer"] is None  # a person grades it
    page = course.feedback("a3_backprop", "student-01").read_text(encoding="utf-8")
    assert "The losses of the examples are added up, where their mean belongs." in page
