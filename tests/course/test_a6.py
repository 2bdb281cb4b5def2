"""Assignment 6: its text, its declared tasks and the points of its tests agree, and the tasks with nnlib."""

import re

import numpy as np
import pytest

import nnlib as nn
from nnlib import tasks
from nnlib.diagnosis.comparing import arrays_in, same
from nnlib.diagnosis.task import Probe
from nnlib.gradcheck import numerical_gradient, relative_error
from tests.course.assignments import all_points, headings, numbers, written
from tests.course.conftest import solved

NOTEBOOK = solved("a6_training_and_debugging")
TASKS = tasks.tasks("a6")
CELLS = {cell.id: cell for cell in NOTEBOOK.cells}
HEADINGS, POINTS = headings(NOTEBOOK), all_points(NOTEBOOK)


@pytest.mark.parametrize("name", TASKS)
def test_the_text_has_the_number_of_the_task_and_its_points(name):
    number, points, _ = HEADINGS[name]
    assert (number, points) == (TASKS[name].number, POINTS[f"{name}_test"])


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.example])
def test_the_example_of_the_text_is_that_of_the_task(name):
    task = TASKS[name]
    given = [x for array in arrays_in(task.example) for x in array.ravel()]
    results = [x for array in arrays_in(task.result(Probe("", task.example))) for x in array.ravel()]
    missing = {written(x) for x in (*given, *results)} - numbers(HEADINGS[name][2])
    assert not missing, missing


def test_the_table_of_parts_adds_up():
    parts = [int(points) for points in re.findall(r"^\| \d \|.*\| (\d+) \|$", CELLS["title"].source, re.MULTILINE)]
    assert sum(parts) == sum(POINTS.values()) and f"{sum(parts)} points in all" in CELLS["title"].source


class Net:
    """Parameters and a gradient, for an optimizer of nnlib."""

    def __init__(self, w):
        self.theta, self.grad = w.copy(), np.zeros_like(w)


@pytest.mark.parametrize(
    ("name", "make", "settings"),
    [
        ("momentum_step", lambda net: nn.Momentum(net, 0.1, 0.8), (0.1, 0.8)),
        ("rmsprop_step", lambda net: nn.RMSProp(net, 0.1, 0.7, 0.01), (0.1, 0.7, 0.01)),
        ("adam_step", lambda net: nn.Adam(net, 0.1, 0.8, 0.95, 0.01), (0.1, 0.8, 0.95, 0.01)),
    ],
)
def test_five_steps_are_those_of_nnlib(name, make, settings, monkeypatch):
    monkeypatch.setattr("nnlib.optimizer.need_network", lambda net: net)
    rng, task = np.random.default_rng(0), TASKS[name]
    w = rng.normal(size=6)
    net, kept = Net(w), [np.zeros(6)] * (len(task.parts) - 1)
    optimizer = make(net)
    for t in range(1, 6):
        net.grad[:] = dw = rng.normal(size=6)
        w, *kept = task(w, *kept, dw, *([t] if name == "adam_step" else []), *settings)
        optimizer.step()
    np.testing.assert_allclose(w, net.theta, rtol=1e-12)


@pytest.mark.parametrize("letter", "abcde")
def test_each_patient_of_the_text_has_the_bug_that_is_declared(letter):
    scope, task = {"np": np}, TASKS[f"mended_{letter}"]
    for cell in ("softmax_loss", f"patient_{letter}"):
        exec(CELLS[cell].source, scope)
    ill = next(made for made in task.mistakes if made.id == "bug.stays")
    for probe in task.probes(np.random.default_rng(2)):
        got = scope[f"patient_{letter}"](*probe.arguments)
        assert same(got, task.result(probe, [ill]), 1e-9)


@pytest.mark.parametrize("letter", "abcde")
def test_gradients_of_who_is_mended_are_differences_of_the_loss(letter):
    task = TASKS[f"mended_{letter}"]
    x, y, params, orders, size, lr = task.probes(np.random.default_rng(3))[0].arguments
    gradients = task(x, y, params, orders, size, lr)[2][0]
    for k, gradient in enumerate(gradients):

        def first_loss(w, k=k):
            return task(x, y, [*params[:k], w, *params[k + 1 :]], orders, size, lr)[0][0]

        assert relative_error(numerical_gradient(first_loss, params[k].copy()), gradient) < 1e-7
