"""Assignment 2: its text, its declared tasks and the points of its tests agree."""

import re

import numpy as np
import pytest

import nnlib as nn
from nnlib import tasks
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import Probe
from tests.course.conftest import solved

NOTEBOOK = solved("a2_forward")
TASKS = tasks.tasks("a2")
TEXTS = {
    found[2]: (int(found[1]), int(found[3]), cell.source)
    for cell in NOTEBOOK.cells
    if (found := re.match(r"### Task (\d+): `(\w+)` \((\d+) points\)", cell.source))
}
POINTS = {
    cell.id.removesuffix("_test"): cell.metadata.nbgrader.points
    for cell in NOTEBOOK.cells
    if cell.metadata.get("nbgrader", {}).get("points")
}


def test_the_texts_have_the_numbers_of_the_tasks_and_their_points():
    assert {name: points for name, (_, points, _) in TEXTS.items()} == POINTS
    assert [number for number, _, _ in TEXTS.values()] == list(range(1, 15))
    assert {name: task.number for name, task in TASKS.items()} == {
        name: number for name, (number, _, _) in TEXTS.items() if name != "by_hand"
    }


def test_the_table_of_parts_adds_up():
    title = next(cell.source for cell in NOTEBOOK.cells if cell.id == "title")
    parts = [int(points) for points in re.findall(r"^\| \d \|.*\| (\d+) \|$", title, re.MULTILINE)]
    assert sum(parts) == sum(POINTS.values()) and f"{sum(parts)} points in all" in title


@pytest.mark.parametrize("name", TASKS)
def test_the_example_of_the_text_is_that_of_the_task(name):
    task, text = TASKS[name], TEXTS[name][2]
    results = [x for array in arrays_in(task.result(Probe("", task.example))) for x in array.ravel()]
    given = [x for array in arrays_in(task.example) for x in array.ravel() if x == round(x, 3)]  # ln 3 is in symbols
    found = set(re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-")))
    assert {f"{x:.4f}".rstrip("0").rstrip(".") for x in (*given, *results)} <= found | {"-0"}


def test_what_the_text_works_out_by_hand():
    x, W1, b1 = np.array([0.5, 0.8]), np.array([[0.2, 0.4], [0.3, 0.1]]), np.array([0.1, 0.2])
    z1 = W1 @ x + b1
    a1 = nn.sigmoid(z1)
    z2 = 0.6 * a1[0] + 0.5 * a1[1] + 0.3
    right = [z1[1], a1[1], z2, nn.sigmoid(np.array(z2))]
    source = next(cell.source for cell in NOTEBOOK.cells if cell.id == "by_hand_test")
    assert str([round(float(number), 3) for number in right]) in source


def test_the_counts_of_the_text():
    assert TASKS["parameter_count"]((784, 128, 64, 10)) == 109_386
    nettalk = (203, 80, 26)
    assert 18_629 - TASKS["parameter_count"](nettalk) == 203
