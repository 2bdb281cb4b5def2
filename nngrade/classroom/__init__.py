"""A sample class: right answers, other right answers, planted mistakes and accidents, with the scores they deserve.

The mistakes stand in one TOML file per assignment. Tests measure the hidden tests by them, and the
demo makes students of those marked `sample`.
"""

import copy
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Bug:
    """One realistic mistake: in the solution cell `question`, `old` becomes `new`.

    It `earns` the points of the parts that stay right. `says` is what feedback must say: the id of a declared mistake,
    the kind of a fact ("shape", "changed", …; see nnlib.diagnosis), or "values" where no name is known.
    """

    name: str
    question: str
    old: str
    new: str
    earns: float = 0
    says: str = ""
    unseen: bool = False  # the check in the notebook does not catch it, only the test that gives points
    aside: bool = False  # written after the tests, which were not changed for it
    sample: bool = False


@dataclass(frozen=True)
class Variant:
    """Another right way to solve an assignment: the solution cells that differ, by their ids."""

    name: str
    cells: dict


@dataclass(frozen=True)
class Cheat:
    """A way to points without answers: a first cell in an untouched release."""

    name: str
    first: str


@dataclass(frozen=True)
class Submission:
    """A notebook that a sample student hands in, and the points that each test cell should give it."""

    student: str
    about: str
    notebook: dict
    expected: dict


def planted_bugs(assignment):
    """The planted mistakes of an assignment."""
    return [Bug(**entry) for entry in _read(assignment).get("bug", [])]


def variants(assignment):
    """The other right answers to an assignment."""
    return [Variant(**entry) for entry in _read(assignment).get("right", [])]


def cheats(assignment):
    """The attempts to forge a score that the sample class holds."""
    return [Cheat(**entry) for entry in _read(assignment).get("cheat", [])]


def answer(release, solved, changed=None):
    """What a student hands in: the release with the answers of `solved` in it, some of them `changed` by id."""
    notebook = copy.deepcopy(release)
    answers = {_name(cell): cell.source for cell in solved.cells if is_answer(cell)} | (changed or {})
    for cell in notebook.cells:
        if _name(cell) in answers:
            cell.source = _without_markers(answers[_name(cell)])
    return notebook


def _name(cell):
    """What nbgrader calls a cell; its own id may be another one, as JupyterLab makes them up."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)


def cheated(release, cheat):
    """The untouched release with the cheat's cell in front."""
    notebook = copy.deepcopy(release)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(cheat.first, id="cheat"))
    return notebook


def plant(solved, bug):
    """{id: source} of the solution cell with the mistake in it."""
    source = next(cell.source for cell in solved.cells if _name(cell) == bug.question)
    if source.count(bug.old) != 1:
        times = source.count(bug.old)
        raise ValueError(f"{bug.name!r}: {bug.old!r} stands {times} times in {bug.question}, expected once")
    return {bug.question: source.replace(bug.old, bug.new)}


def points(notebook):
    """{id of the test cell: points}, of the cells that are graded by the machine."""
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {_name(cell): cell.metadata.nbgrader.points for cell in graded if not cell.metadata.nbgrader.solution}


def expected_points(notebook, bug=None):
    """Full points everywhere but in the question of the `bug`."""
    return points(notebook) | ({f"{bug.question}_test": bug.earns} if bug else {})


def sample_class(assignment, release, solved):
    """The submissions of a small class to one assignment; the first has all cells, the others just those for points."""
    full, nothing = expected_points(solved), dict.fromkeys(points(solved), 0)
    rows = [("right answers", answer(release, solved), full)]
    for variant in variants(assignment)[:1]:  # one shows it; the tests go through all
        rows.append((f"also right: {variant.name}", answer(release, solved, variant.cells), full))
    for bug in filter(lambda bug: bug.sample, planted_bugs(assignment)):
        rows.append((bug.name, answer(release, solved, plant(solved, bug)),
                     expected_points(solved, bug)))
    for cheat in cheats(assignment):
        rows.append((f"a cheat: {cheat.name}", cheated(release, cheat), nothing))
    rows.append(("untouched release", copy.deepcopy(release), nothing))
    rows[1:] = [(about, without_demonstrations(notebook), points) for about, notebook, points in rows[1:]]
    return [Submission(f"student-{i:02d}", *row) for i, row in enumerate(rows, start=1)]


def without_demonstrations(notebook):
    """A notebook without the code cells that nothing is graded by; what they train takes its time."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if not is_demonstration(cell)]
    return notebook


def is_demonstration(cell):
    """Whether it is a code cell of the release that nothing is graded by."""
    return cell.cell_type == "code" and "nbgrader" not in cell.metadata and cell.id != "cheat"


def _read(assignment):
    path = FOLDER / f"{assignment}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def is_answer(cell):
    """Whether students fill in this cell."""
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def _without_markers(source):
    return "\n".join(line for line in source.split("\n") if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line)
