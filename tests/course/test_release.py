"""assignments/ is what nbgrader generates from solutions/, byte for byte, and gives nothing away."""

import re
import shutil

import pytest

from nngrade.course import CONFIG, Course
from nngrade.notebook import canonical
from tests.course.conftest import ASSIGNMENTS, ROOT, released, solved

SECRET = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A course of its own, with the solutions of this one."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / CONFIG, root)
    shutil.copytree(ROOT / "solutions", root / "solutions")
    return root


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_regenerating_gives_what_is_committed(assignment, copy):
    Course(copy).release(assignment)
    generated = copy / "assignments" / assignment / f"{assignment}.ipynb"
    committed = ROOT / "assignments" / assignment / f"{assignment}.ipynb"
    assert generated.read_bytes() == committed.read_bytes(), "run `make release` and commit assignments/"


def test_a_text_twin_is_not_released(copy):
    twin = copy / "solutions" / ASSIGNMENTS[0] / "answers.txt"
    twin.write_text("the answers")
    Course(copy).release(ASSIGNMENTS[0])
    assert [path.name for path in (copy / "assignments" / ASSIGNMENTS[0]).iterdir()] == [f"{ASSIGNMENTS[0]}.ipynb"]
    twin.unlink()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_answer_and_no_hidden_test_is_released(assignment):
    visible, secret = "", set()
    for cell in solved(assignment).cells:
        kind = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and kind.get("solution"):
            secret |= _lines(cell.source)
        else:
            secret |= set().union(*(_lines(hidden) for _, hidden in SECRET.findall(cell.source)))
            visible += SECRET.sub("", cell.source)
    secret = {line for line in secret if line not in visible}
    assert len(secret) > 30
    text = "\n".join(cell.source for name in ASSIGNMENTS for cell in released(name).cells)
    assert not {line for line in secret if line in text}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_marker_of_the_instructor_is_released(assignment):
    notebook = released(assignment)
    notebook.metadata.pop("nngrade", None)  # what it forbids: its text says so, too
    text = canonical.text(notebook)
    for marker in ("BEGIN SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "nngrade", "reference"):
        assert marker not in text


def _lines(source):
    """The lines that say something: long enough not to occur by chance."""
    return {line.strip() for line in source.splitlines() if len(line.strip()) > 20}
