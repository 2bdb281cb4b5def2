"""Lecture 07: the bug to be found is the one line that its question names."""

import numpy as np

from tests.course.lectures import sources

CELLS = sources("07_gradient_descent")
WRONG, RIGHT = "y_batch = y[start : start + B]", "y_batch = y[chosen]"


def verdicts(function, capsys):
    """Is it right without shuffling, and with?"""
    scope = {}
    for cell in ("setup", "descend", "hessian-code", "scaling-code"):
        exec(CELLS[cell], scope)
    capsys.readouterr()
    exec(function, scope)
    exec(CELLS["find-the-bug-table"], scope)
    return [line.split()[-1] for line in capsys.readouterr().out.splitlines()]


def test_the_planted_bug_is_the_only_one_and_shows_when_shuffled(capsys):
    assert CELLS["find-the-bug"].count(WRONG) == 1
    assert verdicts(CELLS["find-the-bug"], capsys) == ["right", "WRONG"]
    assert verdicts(CELLS["find-the-bug"].replace(WRONG, RIGHT), capsys) == ["right", "right"]


def test_mended_it_takes_the_steps_of_the_lecture(capsys):
    scope = {}
    for cell in ("setup", "descend", "hessian-code", "scaling-code", "batches-code", "three-ways-code"):
        exec(CELLS[cell], scope)
    exec(CELLS["find-the-bug"].replace(WRONG, RIGHT), scope)
    X, y = scope["X"][:50], scope["y"][:50]  # a last batch of two
    ours = scope["colleague"](X, y, 0.05, 12, 3, np.random.default_rng(3), True)
    path = scope["in_batches"](X, y, np.zeros(2), 0.05, 12, 15, np.random.default_rng(3))
    np.testing.assert_allclose(ours, path[-1], rtol=1e-12)
