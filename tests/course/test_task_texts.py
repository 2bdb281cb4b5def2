"""The text of an assignment, its declared tasks and the points of its tests agree."""

import pkgutil
import re
from functools import cache

import pytest

from nnlib import tasks
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import Probe
from tests.course.conftest import ASSIGNMENTS, solved

DECLARED = [module.name for module in pkgutil.iter_modules(tasks.__path__)]
NAMES = [name for name in ASSIGNMENTS if name.split("_")[0] in DECLARED]
TASKS = [(name, task) for name in NAMES for task in tasks.tasks(name.split("_")[0]).values()]
IDS = [f"{name}-{task.name}" for name, task in TASKS]
HEADING = re.compile(r"^### Tasks? ([\d, and]+): (.+) \((\d+) points(?: each)?\)$", re.MULTILINE)


@cache
def headings(assignment):
    """{name: (number, points, the text cell)} as the text has it."""
    return {
        name: (int(number), int(found[3]), cell.source)
        for cell in solved(assignment).cells
        if cell.cell_type == "markdown"
        for found in HEADING.finditer(cell.source)
        for number, name in zip(re.findall(r"\d+", found[1]), re.findall("`(\\w+)`", found[2]), strict=True)
    }


@cache
def points(assignment):
    """{id: points} of the cells that give any."""
    graded = [(cell.id, cell.metadata.get("nbgrader", {}).get("points")) for cell in solved(assignment).cells]
    return {id: number for id, number in graded if number}


def numbers(text):
    """The numbers in a text, as it writes them, with one kind of minus."""
    return set(re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-")))


def written(value):
    """A number as a text has it: four decimals at most."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-0", "0" if value == 0 else "-0")


@pytest.mark.parametrize(("assignment", "task"), TASKS, ids=IDS)
def test_the_text_has_the_number_of_the_task_and_its_points(assignment, task):
    number, worth, _ = headings(assignment)[task.name]
    assert (number, worth) == (task.number, points(assignment)[f"{task.name}_test"])


@pytest.mark.parametrize(("assignment", "task"), TASKS, ids=IDS)
def test_the_example_of_the_text_is_that_of_the_task(assignment, task):
    if not task.example:
        return
    given = [x for array in arrays_in(task.example) for x in array.ravel() if x == round(x, 3)]  # ln 3 is in symbols
    results = [x for array in arrays_in(task.result(Probe("", task.example))) for x in array.ravel()]
    missing = {written(x) for x in (*given, *results)} - numbers(headings(assignment)[task.name][2])
    assert not missing, missing


@pytest.mark.parametrize("assignment", NAMES)
def test_the_table_of_parts_adds_up(assignment):
    title = next(cell.source for cell in solved(assignment).cells if cell.id == "title")
    parts = [int(number) for number in re.findall(r"^\| \d \|.*\| (\d+) \|$", title, re.MULTILINE)]
    assert sum(parts) == sum(points(assignment).values()) and f"{sum(parts)} points in all" in title
