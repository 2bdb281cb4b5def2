"""assignments/ is what nbgrader generates from solutions/, byte for byte, and gives nothing away."""

import re
import shutil

import pytest
from nbclient import NotebookClient

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


def shown(assignment):
    """All that students see of an assignment, by its solution."""
    cells = solved(assignment).cells
    return "\n".join(SECRET.sub("", cell.source) for cell in cells if not _written_answer(cell))


def _written_answer(cell):
    return cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_answer_and_no_hidden_test_is_released(assignment):
    visible, secret = "\n".join(map(shown, ASSIGNMENTS)), set()
    for cell in solved(assignment).cells:
        if _written_answer(cell):
            secret |= _lines(cell.source)
        else:
            secret |= set().union(*(_lines(hidden) for _, hidden in SECRET.findall(cell.source)))
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


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_run_all_on_the_untouched_release_ends_in_the_list_of_open_tasks(assignment, monkeypatch, tmp_path):
    """In a kernel, as in JupyterLab: no cell stops the run, what is not written is told in a line each."""
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))
    notebook = released(assignment)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(ROOT)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    assert all(cell.execution_count for cell in code)
    tracebacks = [out.traceback for cell in code for out in cell.outputs if out.output_type == "error"]
    assert all(len(lines) == 1 and "not written yet" in lines[0] for lines in tracebacks), tracebacks
    overview = "".join(out.get("text", "") for out in code[-1].outputs).splitlines()
    titles = [line for cell in notebook.cells for line in re.findall(r"^### Tasks? ([\d, and]+)", cell.source, re.M)]
    of_text = sorted(int(number) for title in titles for number in re.findall(r"\d+", title))
    assert [int(line.split()[2]) for line in overview] == of_text == list(range(1, len(of_text) + 1))
    texts = [line for line in overview if not line.startswith("○")]
    assert all("read by a person" in line or "train_digit_reader" in line for line in texts), overview
