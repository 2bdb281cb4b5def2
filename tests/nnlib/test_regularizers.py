"""Regularizers: values by hand, gradients against differences, biases and other parameters left alone."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.regularizers import weights
from tests.nnlib.oracles import difference, distance


def net(rng):
    """Weights in a Linear layer and in one inside a residual block; biases, γ and β beside them."""
    layers = nn.Linear(3, 3, rng=rng), nn.BatchNorm(3), nn.Residual(nn.Linear(3, 3, rng=rng))
    result = nn.Sequential(*layers).astype(np.float64)
    result.theta = rng.standard_normal(result.theta.size)
    return result


@pytest.mark.parametrize("penalty", [nn.L1(0.3), nn.L2(0.3)])
def test_added_gradient_equals_differences_and_leaves_the_rest(penalty, rng):
    n = net(rng)
    n.grad[...] = 7
    theta = n.theta.copy()
    penalty.add_gradient(n)
    np.testing.assert_array_equal(n.theta, theta)
    added = n.grad - 7

    def value(theta):
        n.theta = theta
        return penalty.value(n)

    assert distance(added, difference(value, theta)) < 1e-8
    assert np.count_nonzero(added) == 9 + 9


def test_values_by_hand(rng):
    n = nn.Sequential(nn.Linear(2, 1, rng=rng))
    n.theta = np.array([3, -4, 100])  # the last is the bias
    assert nn.L2(0.1).value(n) == pytest.approx(0.1 * 25)
    assert nn.L1(0.1).value(n) == pytest.approx(0.1 * 7)
    for penalty, expected in ((nn.L2(0.1), [0.6, -0.8, 0]), (nn.L1(0.1), [0.1, -0.1, 0])):
        n.grad[...] = 0
        penalty.add_gradient(n)
        np.testing.assert_allclose(n.grad, expected, rtol=1e-6)
        assert n.grad.dtype == np.float32


def test_l1_has_no_slope_at_zero(rng):
    n = nn.Sequential(nn.Linear(2, 1, nn.zeros, rng))
    nn.L1(1).add_gradient(n)
    assert not n.grad.any()


def test_max_norm_shortens_only_the_rows_that_are_too_long(rng):
    n = nn.Sequential(nn.Linear(2, 3, rng=rng)).astype(np.float64)
    n.layers[0].W[...] = [[3, 4], [0.3, 0.4], [0, 0]]
    n.layers[0].b[...] = 9
    nn.MaxNorm(1).project(n)
    np.testing.assert_allclose(n.layers[0].W, [[0.6, 0.8], [0.3, 0.4], [0, 0]])
    assert (n.layers[0].b == 9).all()
    assert np.shares_memory(n.layers[0].W, n.theta)


def test_max_norm_of_convolutions_takes_each_template_as_a_whole(rng):
    n = nn.Sequential(nn.Conv2D(2, 3, 3, init=nn.filled(1), rng=rng))
    nn.MaxNorm(2).project(n)
    np.testing.assert_allclose(np.sqrt((n.layers[0].W ** 2).sum(axis=(1, 2, 3))), 2, rtol=1e-6)
    assert n.theta.dtype == np.float32


def test_weights_are_found_in_blocks(rng):
    assert len(weights(net(rng))) == 2


@pytest.mark.parametrize("kind", [nn.L1, nn.L2, nn.MaxNorm])
def test_strengths_are_positive(kind):
    with pytest.raises(ValueError, match="^(lam|limit): expected a number above 0, got 0"):
        kind(0)


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e20), (np.float32, 2e38), (np.float64, 1e200)])
def test_max_norm_of_weights_whose_squares_are_infinite(dtype, size, rng):
    n = nn.Sequential(nn.Linear(2, 3, rng=rng, dtype=dtype))
    n.theta = np.array([0.6 * size, 0.3, 0, -0.8 * size, 0.4, 0, 9, 9, 9])  # W column by column, then b
    nn.MaxNorm(0.5).project(n)
    np.testing.assert_allclose(n.layers[0].W, [[0.3, -0.4], [0.3, 0.4], [0, 0]], rtol=1e-6)
    assert (n.layers[0].b == 9).all()


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 3e38), (np.float64, 1e200)])
def test_max_norm_of_one_row_does_not_depend_on_the_size_of_another(dtype, size, rng):
    n = nn.Sequential(nn.Linear(2, 2, rng=rng, dtype=dtype))
    n.layers[0].W = [[size, 0], [3, -4]]
    nn.MaxNorm(0.5).project(n)
    np.testing.assert_allclose(n.layers[0].W, [[0.5, 0], [0.3, -0.4]], rtol=1e-6)


def test_weights_that_are_not_learned_go_free(rng):
    class Fixed(nn.Linear):
        parameters = ()

    n = nn.Sequential(Fixed(2, 3, rng=rng), nn.Linear(3, 2, rng=rng))
    assert [W.shape for W, _ in weights(n)] == [(2, 3)]
