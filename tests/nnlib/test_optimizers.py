"""Optimizers: steps computed by hand, on networks of float32 and float64."""

import numpy as np
import pytest

import nnlib as nn


def net_with(theta, grad, dtype=np.float64):
    """A network of two parameters with this θ and this gradient."""
    net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0))).astype(dtype)
    net.theta = np.array(theta)
    net.grad[...] = grad
    return net


def test_sgd_by_hand():
    net = net_with([1, 2], [10, -20])
    opt = nn.SGD(net, lr=0.1)
    opt.step()
    np.testing.assert_allclose(net.theta, [0, 4])
    opt.lr = 0.5
    opt.step()
    np.testing.assert_allclose(net.theta, [-5, 14])
    np.testing.assert_array_equal(net.grad, [10, -20])


@pytest.mark.parametrize("lr", [0.1, np.float64(0.1), np.float32(0.1)])
def test_sgd_keeps_float32_and_the_views(lr):
    net = net_with([1, 2], [1, 1], np.float32)
    nn.SGD(net, lr).step()
    assert net.theta.dtype == np.float32
    assert net.layers[0].W[0, 0] == net.theta[0] == np.float32(0.9)


def test_sgd_solves_a_least_squares_problem(rng):
    x, true_W = rng.standard_normal((50, 3)), np.array([[1.0, -2.0, 0.5]])
    net = nn.Sequential(nn.Linear(3, 1, rng=rng)).astype(np.float64)
    opt = nn.SGD(net, lr=0.2)
    for _ in range(300):
        net.backward(nn.half_squared_error(net.forward(x), x @ true_W.T + 3)[1])
        opt.step()
    np.testing.assert_allclose(net.theta, [1, -2, 0.5, 3], atol=1e-6)


@pytest.mark.parametrize("lr", [0, -0.1, float("nan"), float("inf"), "0.1", None, np.ones(2)])
def test_lr_must_be_a_positive_number(lr):
    with pytest.raises(ValueError, match="^lr: expected a number above 0, got"):
        nn.SGD(net_with([0, 0], [0, 0]), lr)
