"""Assignment 5: its text, its declared tasks and the points of its tests agree."""

import re

import numpy as np
import pytest

import nnlib as nn
from nnlib import tasks
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import Probe
from nnlib.gradcheck import numerical_gradient
from tests.course.assignments import all_points, headings, numbers, written
from tests.course.conftest import solved

NOTEBOOK = solved("a5_init_regularization")
TASKS = tasks.tasks("a5")
HEADINGS, POINTS = headings(NOTEBOOK), all_points(NOTEBOOK)


@pytest.mark.parametrize("name", TASKS)
def test_the_text_has_the_number_of_the_task_and_its_points(name):
    number, points, _ = HEADINGS[name]
    assert (number, points) == (TASKS[name].number, POINTS[f"{name}_test"])


@pytest.mark.parametrize("name", TASKS)
def test_the_example_of_the_text_is_that_of_the_task(name):
    task = TASKS[name]
    given = [x for value in task.example if not callable(value) for array in arrays_in(value) for x in array.ravel()]
    results = [x for array in arrays_in(task.result(Probe("", task.example))) for x in array.ravel()]
    missing = {written(x) for x in (*given, *results)} - numbers(HEADINGS[name][2])
    assert not missing, missing


def test_the_table_of_parts_adds_up():
    title = next(cell.source for cell in NOTEBOOK.cells if cell.id == "title")
    parts = [int(points) for points in re.findall(r"^\| \d \|.*\| (\d+) \|$", title, re.MULTILINE)]
    assert sum(parts) == sum(POINTS.values()) and f"{sum(parts)} points in all" in title


@pytest.mark.parametrize("name", ["expected_loss", "dropout_gradients"])
def test_gradients_are_those_of_differences(name):
    task = TASKS[name]
    moved = {"expected_loss": {"dw": 0}, "dropout_gradients": {"dW1": 2, "db1": 3, "dW2": 4, "db2": 5}}[name]
    for probe in task.probes(np.random.default_rng(11))[:4]:
        parts = dict(zip(task.parts, task.result(probe)))
        for part, place in moved.items():
            before, after = probe.arguments[:place], probe.arguments[place + 1 :]
            slope = numerical_gradient(lambda v, b=before, a=after: task(*b, v, *a)[0], probe.arguments[place])
            np.testing.assert_allclose(parts[part], slope, atol=1e-6)


def test_the_expected_loss_is_the_mean_over_all_masks():
    w, x, t, p = np.array([1.0, -2.0, 0.5]), np.array([[1.0, 2.0, -1.0]]), np.array([0.3]), 0.3
    J = 0
    for kept in np.ndindex(2, 2, 2):
        chance = np.prod(np.where(kept, 1 - p, p))
        J += chance * ((x * kept / (1 - p) @ w - t) ** 2).mean()
    np.testing.assert_allclose(TASKS["expected_loss"](w, x, t, p)[0], J)


def test_penalties_and_weights_are_those_of_nnlib():
    net = nn.Sequential(nn.Linear(4, 3, rng=np.random.default_rng(2))).astype(np.float64)
    layer = net.layers[0]
    params = {"W1": layer.W, "b1": layer.b}
    net.grad[:] = 1
    dL = {"W1": layer.dW.copy(), "b1": layer.db.copy()}
    J, dJ = TASKS["add_penalties"](2.0, dL, params, 0.1, 0.3)
    np.testing.assert_allclose(J, 2 + nn.L1(0.1).value(net) + nn.L2(0.3).value(net))
    for penalty in (nn.L1(0.1), nn.L2(0.3)):
        penalty.add_gradient(net)
    np.testing.assert_allclose(dJ["W1"], layer.dW)
    np.testing.assert_allclose(dJ["b1"], layer.db)


@pytest.mark.parametrize("name", ["xavier", "he"])
def test_weights_are_those_of_nnlib(name):
    drawn = getattr(nn.initializers, name)(4, 3, np.random.default_rng(3))
    np.testing.assert_allclose(TASKS[name](np.random.default_rng(3).normal(size=(3, 4))), drawn)
