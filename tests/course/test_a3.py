"""Assignment 3: its text, its declared tasks and the points of its tests agree."""

import re

import numpy as np
import pytest

from nnlib import graph, tasks
from nnlib.diagnosis import judge
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import Probe
from nnlib.tasks.a3.graphs import graphs
from tests.course.assignments import all_points, headings, numbers, written
from tests.course.conftest import solved

NOTEBOOK = solved("a3_backprop")
TASKS = tasks.tasks("a3")
HEADINGS, POINTS = headings(NOTEBOOK), all_points(NOTEBOOK)


@pytest.mark.parametrize("name", TASKS)
def test_the_text_has_the_number_of_the_task_and_its_points(name):
    number, points, _ = HEADINGS[name]
    assert (number, points) == (TASKS[name].number, POINTS[f"{name}_test"])


@pytest.mark.parametrize("name", TASKS)
def test_the_example_of_the_text_is_that_of_the_task(name):
    task = TASKS[name]
    given = [x for array in arrays_in(task.example) for x in array.ravel() if x == round(x, 3)]  # ln 3 is in symbols
    results = [x for array in arrays_in(task.result(Probe("", task.example))) for x in array.ravel()]
    missing = {written(x) for x in (*given, *results)} - numbers(HEADINGS[name][2])
    assert not missing, missing


def test_the_table_of_parts_adds_up():
    title = next(cell.source for cell in NOTEBOOK.cells if cell.id == "title")
    parts = [int(points) for points in re.findall(r"^\| \d \|.*\| (\d+) \|$", title, re.MULTILINE)]
    assert sum(parts) == sum(POINTS.values()) and f"{sum(parts)} points in all" in title


@pytest.mark.parametrize(
    "name", ["linear_backward", "cross_entropy_grad", "binary_gradient", "network_gradients", "deep_gradients"]
)
def test_gradients_are_asked_for_at_a_size_where_differences_take_long(name):
    probe = TASKS[name].full_size(np.random.default_rng(0))
    assert sum(array.size for array in arrays_in(TASKS[name].result(probe))) >= 5000


def by_differences(x, y, W1, b1, W2, b2):
    """What network_gradients returns, without the chain rule."""
    parameters = [W1.copy(), b1.copy(), W2.copy(), b2.copy()]

    def loss():
        W1, b1, W2, b2 = parameters
        return TASKS["cross_entropy"](np.maximum(0, x @ W1.T + b1) @ W2.T + b2, y)

    def gradient(p):
        found = np.zeros_like(p)
        for i in np.ndindex(p.shape):
            kept = p[i]
            p[i] = kept + 1e-5
            above = loss()
            p[i] = kept - 1e-5
            found[i] = (above - loss()) / 2e-5
            p[i] = kept
        return found

    return loss(), *map(gradient, parameters)


@pytest.mark.slow
def test_a_network_differentiated_by_differences_has_half_of_the_points():
    found = judge(TASKS["network_gradients"], by_differences, np.random.default_rng(0))
    assert (found.kind, found.share) == ("slow", 0.5)


def test_the_graph_of_the_task_is_that_of_nnlib():
    made = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "max": graph.maximum}
    for probe in graphs(np.random.default_rng(3)):
        nodes = []
        for operation, *inputs in probe.arguments[0]:
            known = operation == "input"
            nodes.append(graph.Node(inputs[0]) if known else made[operation](*(nodes[i] for i in inputs)))
        nodes[-1].backward()
        values, gradients = TASKS["graph_gradients"](probe.arguments[0])
        np.testing.assert_allclose(values, [node.value for node in nodes])
        np.testing.assert_allclose(gradients, [node.grad or 0 for node in nodes])
