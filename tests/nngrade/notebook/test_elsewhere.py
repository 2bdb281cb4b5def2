"""Right answers of an assignment, typed into any cell but their own: each runs before its test, and without it."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from nngrade.notebook import submission
from tests.course.conftest import ROOT

SOLVED, RELEASE = (
    nbformat.read(ROOT / folder / "a3_backprop" / "a3_backprop.ipynb", 4) for folder in ("solutions", "assignments")
)
STEPS = submission.release_steps(RELEASE, SOLVED)
RIGHT = {step.id: step.source for step in submission.release_steps(SOLVED) if step.role == "solution"}
PLACES = [step.id for step in STEPS]
IMPORTS = PLACES.index("imports")
CELLS = {  # where: what becomes of the cells, given those, the place of the answer's own, that of its test, the answer
    "below its test": lambda cells, own, test, answer: cells[test].update(source=f"{cells[test].source}\n\n{answer}"),
    "a text": lambda cells, own, test, answer: cells.insert(test + 1, new_markdown_cell(answer)),
    "a text with fences": lambda cells, own, test, answer: cells.insert(test, new_markdown_cell(f"```\n{answer}\n```")),
    "a cell below": lambda cells, own, test, answer: cells.insert(test + 1, new_code_cell(answer)),
    "the task": lambda cells, own, test, answer: cells[own - 1].update(source=f"{cells[own - 1].source}\n\n{answer}"),
    "the imports": lambda cells, own, test, answer: cells[IMPORTS].update(source=f"{cells[IMPORTS].source}\n{answer}"),
}


@pytest.mark.parametrize("where", CELLS)
@pytest.mark.parametrize("name", RIGHT)
def test_an_answer_in_another_cell(name, where):
    own = PLACES.index(name)
    test = next(place for place in range(own, len(STEPS)) if STEPS[place].role == "test")
    notebook = nbformat.from_dict(json.loads(json.dumps(RELEASE)))
    for cell, step in zip(notebook.cells, STEPS, strict=True):
        cell.source = RIGHT[step.id] if step.id in RIGHT and step.id != name else cell.source
    CELLS[where](notebook.cells, own, test, RIGHT[name])
    steps = submission.arrange(submission.read(json.dumps(notebook).encode(), []), STEPS, [])
    found = [step for step in steps if step.cell_type == "code" and RIGHT[name] in step.source]
    order = [step.id for step in steps]
    assert found and order.index(found[0].id) < order.index(STEPS[test].id)
    assert name not in order or order.index(name) <= order.index(found[0].id), "the stub comes last"
    assert not set(found[0].source.split("\n")) & set(STEPS[test].source.split("\n")) - {""}
