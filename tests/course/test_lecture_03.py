"""Lecture 03: its bug is the one line that the question names, and only one of four cures moves a dead unit."""

import re

import numpy as np
import pytest

import nnlib as nn
from tests.course.lectures import sources

CELLS = sources("03_activations")
WRONG, RIGHT = "slope = 1 - z**2", "slope = 1 - a**2"


def table(function, capsys):
    """Do the two numbers of each line of the table agree?"""
    scope = {"np": np}
    for source in (function, CELLS["find-the-bug-table"]):
        exec(source, scope)
    pairs = re.findall(r"(\S+) should be (\S+)", capsys.readouterr().out)
    return [float(ours) == pytest.approx(float(wanted), abs=1e-5) for ours, wanted in pairs]


def test_the_planted_bug_is_the_only_one_and_a_small_input_hides_it(capsys):
    assert CELLS["find-the-bug"].count(WRONG) == 1
    assert table(CELLS["find-the-bug"], capsys) == [True, True, True, False]
    assert table(CELLS["find-the-bug"].replace(WRONG, RIGHT), capsys) == [True] * 4


@pytest.mark.parametrize(
    "curve, lr, epochs, learns",
    [
        (nn.ReLU(), 0.01, 1, False),
        (nn.ReLU(), 0.1, 5, False),
        (nn.LeakyReLU(), 0.1, 1, True),
        (nn.ReLU(), 1.0, 1, False),
    ],
    ids="abcd",
)
def test_what_lets_dead_units_learn_again(curve, lr, epochs, learns):
    rng, train = np.random.default_rng(0), nn.data.digits()[0]
    net = nn.Sequential(nn.Linear(64, 8, rng=rng), curve, nn.Linear(8, 10, rng=rng))
    net.layers[0].b = np.full(8, -100, np.float32)
    before = net.layers[0].W.copy()
    nn.fit(
        net, nn.softmax_cross_entropy, nn.SGD(net, lr=lr), train,
        epochs=epochs, batch_size=32, rng=rng, progress=False,
    )  # fmt: skip
    assert np.any(before != net.layers[0].W) == learns
