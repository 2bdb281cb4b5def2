"""Gradient checking: it knows calculus, passes right code and finds planted bugs."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.activations import Activation
from nnlib.gradcheck import (
    check_direction,
    check_network,
    directional_derivative,
    jacobian,
    numerical_gradient,
    relative_error,
)


def test_numerical_gradient_of_known_functions(rng):
    x = rng.standard_normal((3, 2))
    before = x.copy()
    assert relative_error(numerical_gradient(lambda x: np.sum(x**3), x), 3 * x**2) < 1e-8
    assert relative_error(numerical_gradient(lambda x: np.sum(np.sin(x)), x), np.cos(x)) < 1e-8
    np.testing.assert_array_equal(x, before)
    assert numerical_gradient(lambda x: x**2, np.array(3.0)) == pytest.approx(6)


def test_error_falls_with_the_square_of_h():
    errors = [abs(numerical_gradient(np.exp, np.array(1.0), h) - np.e) for h in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_numerical_gradient_refuses_float32_and_numbers():
    with pytest.raises(TypeError, match="^theta: differences need float64, got float32"):
        numerical_gradient(np.sum, np.ones(2, np.float32))
    with pytest.raises(TypeError, match="^theta: differences need float64, got list"):
        numerical_gradient(np.sum, [1.0, 2.0])


def test_directional_derivative(rng):
    x, d = rng.standard_normal(5), rng.standard_normal(5)
    assert directional_derivative(lambda x: np.sum(x**2), x, d) == pytest.approx(2 * x @ d)


def test_jacobians(rng):
    """C32: that of ReLU is diagonal."""
    z = rng.standard_normal(6)
    np.testing.assert_array_equal(jacobian(nn.ReLU(), z), np.diag((z > 0).astype(float)))
    np.testing.assert_allclose(jacobian(nn.Softmax(), z), nn.softmax_jacobian(z), atol=1e-15)
    layer = nn.Linear(6, 4, rng=rng, dtype=np.float64)
    net = nn.Sequential(layer, nn.Tanh())
    J = jacobian(net, z)
    assert J.shape == (4, 6)
    np.testing.assert_allclose(J, (1 - np.tanh(layer.W @ z) ** 2)[:, None] * layer.W, atol=1e-15)
    big = jacobian(nn.ReLU(), rng.standard_normal(4096).astype(np.float32))
    assert big.shape == (4096, 4096)
    assert np.count_nonzero(big) == np.count_nonzero(np.diag(big))


def test_relative_error_by_hand():
    assert relative_error([3, 4], [3, 4]) == 0
    assert relative_error([0, 0], [0, 0]) == 0
    assert relative_error([3, 4], [-3, -4]) == 2
    assert relative_error([3, 4], [0, 0]) == 1
    assert relative_error([5, 0], [4, 0]) == pytest.approx(0.2)


def tanh_net(rng):
    return nn.Sequential(nn.Linear(4, 5, rng=rng), nn.Tanh(), nn.Linear(5, 3, rng=rng))


def test_right_code_passes(rng):
    net, x, y = tanh_net(rng), rng.standard_normal((6, 4)).astype(np.float32), rng.integers(0, 3, 6)
    before = net.theta.copy()
    errors = check_network(net, nn.softmax_cross_entropy, x, y)
    assert list(errors) == ["0.W", "0.b", "2.W", "2.b"]
    assert max(errors.values()) < 1e-7
    assert check_direction(net, nn.softmax_cross_entropy, x, y, rng) < 1e-6
    np.testing.assert_array_equal(net.theta, before)
    assert net.theta.dtype == np.float32


class WrongTanh(Activation):
    """A planted bug: the derivative lacks its square."""

    def value(self, z):
        return np.tanh(z)

    def derivative(self, z, a):
        return 1 - a


def test_a_planted_bug_is_found_and_placed(rng):
    net = nn.Sequential(nn.Linear(4, 5, rng=rng), WrongTanh(), nn.Linear(5, 3, rng=rng))
    x, y = rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
    errors = check_network(net, nn.softmax_cross_entropy, x, y)
    assert errors["0.W"] > 0.1
    assert errors["2.W"] < 1e-7
    assert check_direction(net, nn.softmax_cross_entropy, x, y, rng) > 1e-3


def test_networks_inside_networks_are_named(rng):
    net = nn.Sequential(nn.Linear(2, 3, rng=rng), nn.Sequential(nn.Linear(3, 3, rng=rng), nn.Tanh()))
    errors = check_network(net, nn.half_squared_error, rng.standard_normal((4, 2)), rng.standard_normal((4, 3)))
    assert list(errors) == ["0.W", "0.b", "1.0.W", "1.0.b"]
    assert max(errors.values()) < 1e-7


def test_batch_normalisation_is_checked_as_in_training(rng):
    net = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.BatchNorm(4), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    x, y = rng.standard_normal((6, 3)), rng.integers(0, 2, 6)
    mean = net.layers[1].mean.copy()
    errors = check_network(net, nn.softmax_cross_entropy, x, y, train=True)
    assert errors["0.b"] == 0  # the bias before BatchNorm has no effect: its gradient is 0, but for rounding
    assert max(errors.values()) < 1e-6
    assert check_direction(net, nn.softmax_cross_entropy, x, y, rng, train=True) < 1e-6
    np.testing.assert_array_equal(net.layers[1].mean, mean)
