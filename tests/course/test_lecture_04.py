"""Lecture 04: the bug to be found is the one line that its question names; what its curves and folds claim."""

import numpy as np
import pytest

from tests.course.lectures import sources

CELLS = sources("04_forward_propagation")
WRONG, RIGHT = "total = e.sum(axis=0, ", "total = e.sum(axis=1, "


def scope_of(*sources):
    scope = {}
    for source in (CELLS["setup"], *sources):
        exec(source, scope)
    return scope


def parameters():
    rng = np.random.default_rng(0)
    return [rng.normal(0, 1, shape) for shape in ((6, 5), 6, (3, 6), 3)]


def is_right(source):
    """Are the probabilities those of every example by itself, from the formula?"""
    colleague, (W1, b1, W2, b2) = scope_of(source)["colleague"], parameters()
    x = np.random.default_rng(1).normal(0, 1, (4, 5))
    powers = np.exp([W2 @ np.maximum(0, W1 @ row + b1) + b2 for row in x])
    return np.allclose(colleague(x, W1, b1, W2, b2), [row / sum(row) for row in powers])


def test_the_planted_bug_is_the_only_one(capsys):
    assert CELLS["find-the-bug"].count(WRONG) == 1
    assert not is_right(CELLS["find-the-bug"])
    assert is_right(CELLS["find-the-bug"].replace(WRONG, RIGHT))
    scope_of(CELLS["find-the-bug"].replace(WRONG, RIGHT), CELLS["find-the-bug-table"])
    lines = capsys.readouterr().out.splitlines()[1:]
    assert len({line[18:] for line in lines}) == 1, "mended, the three batches say the same"


@pytest.mark.parametrize("name", ["bumps", "kinks"])
def test_curves_built_by_hand_follow_any_smooth_function(name):
    scope = scope_of("def relu(z): return np.maximum(0, z)", CELLS["curve-code"])
    scope["f"] = lambda x: np.exp(x) - 2 * x**2
    x = np.linspace(0, 1, 777)
    errors = [np.abs(scope["answer"](x, *scope[name](n)) - scope["f"](x)).max() for n in (50, 100)]
    assert errors[1] < errors[0] * (0.55 if name == "bumps" else 0.27)
