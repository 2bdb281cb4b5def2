"""The text of a1 and what its tests rely on say the same."""

import re

import numpy as np
import pytest

from nngrade import classroom
from nnlib import tasks
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import Probe
from tests.course.conftest import solved

NOTEBOOK = solved("a1_perceptron")
POINTS = classroom.points(NOTEBOOK)
TASKS = tasks.tasks("a1")
TEXT = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")
HEADING = re.compile(r"### Tasks? (\d+)(?: and (\d+))? \((\d+) points?(?: each)?.*?(?=\n###|\Z)", re.DOTALL)
HEADINGS = {int(n): (int(found[3]), found[0]) for found in HEADING.finditer(TEXT) for n in found.group(1, 2) if n}


@pytest.mark.parametrize("name", TASKS)
def test_the_text_has_the_points_of_the_task(name):
    assert HEADINGS[TASKS[name].number][0] == POINTS[f"{name}_test"]


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.steps])
def test_the_example_of_the_text_is_that_of_the_task(name):
    task = TASKS[name]
    results = task.result(Probe("", task.example))
    wanted = {f"{x:.3g}" for array in arrays_in((*task.example, *results)) for x in np.ravel(array)}
    text = HEADINGS[task.number][1].replace("−", "-")
    told = set(re.findall(r"-?\d+(?:\.\d+)?", text)) | {"10"}  # more epochs than the example needs
    assert wanted <= told, wanted - told


def test_the_table_of_parts_adds_up():
    title = NOTEBOOK.cells[0].source
    parts = [int(points) for points in re.findall(r"^\| \d \|.*\| (\d+) \|$", title, re.MULTILINE)]
    written = 5  # task 12, graded by a person
    assert sum(parts) == sum(POINTS.values()) + written and f"{sum(parts)} points in all" in title
