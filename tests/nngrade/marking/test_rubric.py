"""Rubrics: what counts as an item, and that those of the course add up."""

import pytest

from nngrade.course import assignments
from nngrade.marking.page import model_answers
from nngrade.marking.rubric import model
from nngrade.notebook import canonical
from tests.course.conftest import ROOT


def test_items_are_lines_that_begin_with_points():
    text = "Because $a<b$.\n\n- no item\n\n**Rubric**\n\n- 2 points: says `why`.\n- 0.5 points: $x$\n* 1 point: so"
    found = model({"cell_type": "markdown", "source": text})
    assert [(item.points, item.text) for item in found.items] == [(2, "says `why`."), (0.5, "$x$"), (1, "so")]
    assert "<math" in found.html and "no item" in found.html and "Rubric" not in found.html
    assert found.items[0].html == "says <code>why</code>." and "<math" in found.items[1].html


def test_a_model_answer_without_items_is_shown_whole():
    found = model({"cell_type": "markdown", "source": "**Rubric**\n\nsomething"})
    assert not found.items and "Rubric" in found.html
    assert "<pre" in model({"cell_type": "code", "source": "answer = 17"}).html


@pytest.mark.parametrize("name", assignments(ROOT))
def test_the_items_of_a_question_add_up_to_its_points(name):
    cells = canonical.read(ROOT / "solutions" / name / f"{name}.ipynb").cells
    points = {cell.id: cell.metadata.nbgrader.get("points") for cell in cells if "nbgrader" in cell.metadata}
    for cell, found in model_answers(ROOT, {"assignment_id": name, "notebook_id": name}).items():
        assert sum(item.points for item in found.items) == points[cell], f"{cell} of {name}"
