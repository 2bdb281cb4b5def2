"""Finds weak tests before students do: hands in answers that are empty, and fails where one of them earns a point.

The solution, the untouched release and each kind of empty answer (kinds.py) are graded as a student's notebook is. The
empty ones stand in all tasks at once: only what a test gets to see is empty, so that each test is tried by itself.
"""

import contextlib
import itertools
import json
import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat.v4 import new_code_cell

from nngrade import classroom
from nngrade.course import assignments
from nngrade.errors import CourseError
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.lint import kinds
from nngrade.notebook import canonical, submission
from nngrade.trusted import sources

MODULES = {"nngrade.lint.kinds": "kinds.py", "nngrade.lint.empty": "empty.py"}
LIMITS = Limits(cell_seconds=60, test_seconds=60)
PARTS = 5  # of an answer such as (L, dW1, db1, dW2, db2) that are tried one by one
ALLOWED = re.compile(r"#\s*lint: (\w+) is right, \w+")


@dataclass(frozen=True)
class Trial:
    """A notebook to hand in. `share`: what it should earn, of the points of every test. `advice`: if it does not.

    One in which some parts of an answer are right (`partly`) may earn any points but all.
    """

    name: str
    about: str
    advice: str
    notebook: dict
    share: int = 0
    partly: bool = False

    def fits(self, points, full):
        """Whether these points are what it should earn."""
        return points is not None and (points < full if self.partly else points == self.share * full)


@dataclass(frozen=True)
class Finding:
    """A test that gave a notebook other points than it should."""

    test: str
    trial: str
    about: str
    points: float | None
    full: float
    advice: str


def lint(root, assignment, sandbox, watch=iter):
    """The weak tests of an assignment, of all its notebooks. `watch` may show how far a list of trials has got."""
    found = {name: weak(root, assignment, name, sandbox, watch) for name in _notebooks(root, assignment)}
    several = len(found) > 1  # which may have tests of the same name
    return [replace(each, test=f"{name}/{each.test}") if several else each for name in found for each in found[name]]


def weak(root, assignment, notebook, sandbox, watch):
    """The weak tests of one notebook."""
    solved, release = (_read(root, folder, assignment, notebook) for folder in ("solutions", "assignments"))
    right, found = allowed(solved), []
    for trial in watch(trials(solved, release)):
        result = grade_notebook(json.dumps(trial.notebook).encode(), solved, release, LIMITS, sandbox)
        for test, got in result.tests.items():
            if not trial.fits(got["points"], got["max"]) and (test, trial.name) not in right:
                advice = trial.advice or got["message"]
                found.append(Finding(test, trial.name, trial.about, got["points"], got["max"], advice))
        if found and trial.share:
            return found  # where right answers do not pass, empty ones say nothing
    return found


def trials(solved, release):
    """All that is handed in: the solution, the release, and each kind of empty answer."""
    untouched = "it passes before anything is written: have the test use the answer"
    solution = Trial("solution", "the solution", "", classroom.answer(release, solved), share=1)
    kinds_of_answers = [Trial(kind.__name__, *words(kind), emptied(solved, release, kind)) for kind in kinds.KINDS]
    one_part = [
        Trial(f"part_{n + 1}", f"NaN in part {n + 1}, the rest right", "check every part of it", notebook, partly=True)
        for n, notebook in enumerate(emptied(solved, release, kinds.nan, n) for n in range(PARTS))
    ]
    return [solution, Trial("release", "the untouched release", untouched, release), *kinds_of_answers, *one_part]


def words(kind):
    """(what a kind of answer is, what a test has to do against it)."""
    return kind.__doc__.removesuffix(".").split(": ", 1)


def allowed(solved):
    """The pairs (test, trial) where the author says that an empty answer happens to be right, in the hidden lines:

    # lint: ones is right, the two classes can be told apart by one line
    """
    tests = (sources.Cell(step.id, step.role, step.source) for step in submission.release_steps(solved))
    return {
        (cell.id, said[1])
        for cell in tests
        if cell.role == "test"
        for number, line in enumerate(cell.source.split("\n"), start=1)
        if number in cell.hidden_lines and (said := ALLOWED.search(line))
    }


def emptied(solved, release, kind, part=None):
    """The solved notebook with this kind of empty answer in every task, or in one part of every answer."""
    changed = {}
    for step in submission.release_steps(solved):
        if step.role == "solution" and step.cell_type == "code":
            names = sorted(sources.Cell(step.id, "solution", step.source).assigned)
            examples = visible(release, step.id) if kind is kinds.by_heart else []
            changed[step.id] = f"{step.source}\nlint_empty.put(globals(), {names}, {examples})"
    notebook = classroom.answer(release, solved, changed)
    notebook.cells.insert(0, new_code_cell(first_cell(kind, part), id="lint"))
    return notebook


def visible(release, solution):
    """What a student can see working for a task: the cells with examples and tests from it up to the next task."""
    steps = submission.release_steps(release)
    after = steps[[step.id for step in steps].index(solution) + 1 :]
    own = itertools.takewhile(lambda step: step.role != "solution", after)
    return [step.source for step in own if step.cell_type == "code" and step.role in ("test", "read-only")]


def first_cell(kind, part):
    """A cell that brings empty answers into the notebook: of nngrade, the sandbox shows only what students need."""
    folder = Path(__file__).parent
    texts = {name: (folder / file).read_text(encoding="utf-8") for name, file in MODULES.items()}
    return f"""
def lint_module(name, text):
    import sys, types
    module = sys.modules[name] = types.ModuleType(name)
    package = sys.modules.setdefault("nngrade.lint", types.ModuleType("nngrade.lint"))
    setattr(package, name.split(".")[-1], module)
    exec(compile(text, name, "exec"), vars(module))
    return module

lint_kinds, lint_empty = [lint_module(*each) for each in {texts!r}.items()]
lint_empty.kind, lint_empty.part = lint_kinds.{kind.__name__}, {part}
"""


@contextlib.contextmanager
def small_data():
    """Have notebooks make do with the small digits, on which networks train in a second."""
    before = os.environ.get("NNLIB_DATA")
    with tempfile.TemporaryDirectory(prefix="no-mnist-") as nothing:
        Path(nothing).chmod(0o755)  # the student's process is another user
        os.environ["NNLIB_DATA"] = nothing
        try:
            yield
        finally:
            os.environ.pop("NNLIB_DATA")
            os.environ |= {"NNLIB_DATA": before} if before is not None else {}


def _notebooks(root, assignment):
    names = sorted(path.stem for path in (Path(root) / "solutions" / assignment).glob("*.ipynb"))
    if not names:
        known = ", ".join(assignments(root)) or "none yet"
        raise CourseError(f"There is no notebook in solutions/{assignment}. The assignments are: {known}.")
    return names


def _read(root, folder, assignment, notebook):
    path = Path(root) / folder / assignment / f"{notebook}.ipynb"
    if not path.is_file():
        raise CourseError(f"There is no {path}: `nngrade release` makes it.")
    return canonical.read(path)
