"""Lecture 11: the bug to be found is the one line that its question names, and its own layers compute what they say."""

import numpy as np

import nnlib as nn
from tests.course.lectures import sources

CELLS = sources("11_diagnostics")
WRONG, RIGHT = "labels = data.y[rng.permutation(m)]", "labels = data.y[order]"


def scope_of(*cells):
    scope = {"np": np, "nn": nn}
    for cell in cells:
        exec(cell, scope)
    return scope


def belong_together(colleague):
    """Do x and y still belong together, and is each example in one of the two parts?"""
    data = nn.data.Dataset(np.arange(40.0)[:, None], np.arange(40))
    parts = colleague(data, np.random.default_rng(0))
    assert [len(part.y) for part in parts] == [30, 10]
    assert sorted(np.concatenate([part.x[:, 0] for part in parts])) == list(range(40))
    return all((part.x[:, 0] == part.y).all() for part in parts)


def test_the_planted_bug_is_the_only_one():
    assert CELLS["bug"].count(WRONG) == 1
    assert not belong_together(scope_of(CELLS["bug"])["colleague"])
    assert belong_together(scope_of(CELLS["bug"].replace(WRONG, RIGHT))["colleague"])


def test_the_formulas_of_batch_normalisation_are_those_of_the_library():
    rng = np.random.default_rng(0)
    x, da, layer = rng.normal(3, 2, (6, 4)), rng.normal(0, 1, (6, 4)), nn.BatchNorm(4, dtype=np.float64)
    layer.gamma, layer.beta = rng.normal(1, 0.3, 4), rng.normal(0, 1, 4)
    scope = scope_of(CELLS["normalise-code"].partition("x, da = ")[0])
    a, x_hat, root = scope["normalise"](x, layer.gamma, layer.beta)
    np.testing.assert_allclose(a, layer.forward(x, train=True))
    np.testing.assert_allclose(scope["normalise_back"](da, layer.gamma, x_hat, root), layer.backward(da))


def test_jitter_moves_in_training_only_and_has_the_gradient_of_what_it_did():
    layer = scope_of(CELLS["jitter"])["Jitter"](np.random.default_rng(0))
    x = np.random.default_rng(1).normal(0, 1, (5, 3))
    assert (layer.forward(x) == x).all()
    a, da = layer.forward(x, train=True), layer.backward(np.ones((5, 3)))
    np.testing.assert_allclose(a - a[0], da * (x - x[0]))
    assert da.min() >= 1 and da.max() <= 1.25 and not np.allclose(layer.forward(x, train=True), a)
