"""A mistake in one function costs no other question, in the real assignments and whatever limit it runs into."""

import ast

import pytest

from nngrade import classroom
from nngrade.batch.submitted import references
from nngrade.grading import withheld
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.notebook import canonical
from nngrade.sandbox import choose
from tests.course.conftest import ROOT
from tests.nngrade.small_course import as_bytes

pytestmark = pytest.mark.slow
LIMITS = Limits(cell_seconds=30, test_seconds=30, total_seconds=900)
FAULTS = {
    "never ends": "while True: pass",
    "is too large": "return np.zeros(2**26)",
    "takes all memory": "return [np.ones(2**24) for _ in range(99)]",
    "ends the program": "import os; os._exit(1)",
}
ASSIGNMENTS = {name: [canonical.read(ROOT / folder / name / f"{name}.ipynb") for folder in ("solutions", "assignments")]
               for name in ("a3_backprop", "a4_mnist")}  # fmt: skip


def functions(solved):
    """{id of a solution cell: (its source, the names of its functions)}."""
    cells = [cell for cell in solved.cells if cell.cell_type == "code" and classroom._is_answer(cell)]
    found = {cell.id: (cell.source, [node.name for node in ast.parse(cell.source).body if hasattr(node, "args")])
             for cell in cells}  # fmt: skip
    return {name: each for name, each in found.items() if each[1]}


CASES = [(name, cell, fault) for name, (solved, _) in ASSIGNMENTS.items() for cell in functions(solved)
         for fault in FAULTS]  # fmt: skip


@pytest.fixture(scope="module")
def sandboxes():
    """{assignment: its sandbox}."""
    opened = {name: open_sandbox(choose(), withheld.forbidden(solved)) for name, (solved, _) in ASSIGNMENTS.items()}
    yield opened
    for sandbox in opened.values():
        sandbox.close()


@pytest.mark.parametrize(("assignment", "cell", "fault"), CASES)
def test_it_costs_its_own_question_alone(assignment, cell, fault, sandboxes):
    solved, release = ASSIGNMENTS[assignment]
    source, names = functions(solved)[cell]
    spoiled = f"{source}\n\n\ndef {names[0]}(*args, **kwargs):\n    {FAULTS[fault]}\n"
    handed_in = classroom.answer(release, solved, {cell: spoiled})
    needed = references(ROOT, solved)
    result = grade_notebook(as_bytes(handed_in), solved, release, LIMITS, sandboxes[assignment], references=needed)
    wrong = {name: test["message"] for name, test in result.tests.items() if test["points"] != test["max"]}
    assert wrong.keys() == {f"{cell}_test"}, wrong
