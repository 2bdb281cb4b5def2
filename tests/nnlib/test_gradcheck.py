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
    assert directional_derivative(lambda x: np.sum(x**3), x, d) == pytest.approx(3 * x**2 @ d, rel=1e-8)


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
    assert big.shape == (4096, 4096) and big.dtype == np.float32
    assert np.count_nonzero(big) == np.count_nonzero(np.diag(big))


def test_relative_error_by_hand():
    assert relative_error([3, 4], [3, 4]) == 0
    assert relative_error([0, 0], [0, 0]) == 0
    assert relative_error([3, 4], [-3, -4]) == 2
    assert relative_error([3, 4], [0, 0]) == 1
    assert relative_error([5, 0], [4, 0]) == pytest.approx(0.2)
    least = np.array([-128], np.int8)  # |−128| is −128 there
    assert relative_error(least, 0 * least) == relative_error(0 * least, least) == 1


def test_what_is_checked_is_the_network_in_use_unless_told_otherwise(rng):
    net = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Dropout(0.5, rng))
    x, y, in_use = np.ones((3, 2)), np.zeros((3, 2)), net.predict(np.ones((3, 2)))
    seen = []

    def loss(y_hat, y):
        seen.append(y_hat)
        return nn.mse(y_hat, y)

    check_network(net, loss, x, y), check_direction(net, loss, x, y, rng)
    for y_hat in seen:
        np.testing.assert_allclose(y_hat, in_use, atol=1e-3)


def test_a_loss_in_the_place_of_a_function_is_told_what_to_take():
    with pytest.raises(TypeError, match=r"^f: .*A loss gives \(L, dz\): take its \[0\]$"):
        numerical_gradient(lambda w: (1.0, w), np.ones(2))
    with pytest.raises(TypeError, match=r"returned float64 array of shape \(2,\)$"):
        numerical_gradient(lambda w: w, np.ones(2))


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


class ForgetfulLinear(nn.Linear):
    """A planted bug: ∂L/∂b is never stored, and stays 0."""

    def backward(self, dz, need_dx=True):
        dx = super().backward(dz, need_dx)
        self.db = np.zeros_like(self.db)
        return dx


def test_a_gradient_that_is_never_stored_is_wholly_wrong(rng):
    net = nn.Sequential(ForgetfulLinear(4, 5, rng=rng), nn.Tanh(), nn.Linear(5, 3, rng=rng))
    x, y = rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
    errors = check_network(net, nn.softmax_cross_entropy, x, y)
    assert errors.pop("0.b") == pytest.approx(1)
    assert max(errors.values()) < 1e-7


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


def dropout_net(rng, kind):
    """Two layers of dropout that draw from one generator, one that has its own, and BatchNorm."""
    layers = [nn.Linear(4, 6, rng=rng), nn.BatchNorm(6), kind(0.4, rng), nn.Tanh(), nn.Linear(6, 6, rng=rng)]
    return nn.Sequential(*layers, kind(0.2, rng), nn.Linear(6, 3, rng=rng), kind(0.3, np.random.default_rng(5)))


@pytest.mark.parametrize("kind", [nn.Dropout, nn.ClassicDropout])
def test_dropout_is_checked_with_the_same_units_dropped_every_time(kind, rng):
    net, x, y = dropout_net(rng, kind), rng.standard_normal((8, 4)), rng.integers(0, 3, 8)
    state = rng.bit_generator.state
    for train in (True, False):
        errors = check_network(net, nn.softmax_cross_entropy, x, y, train=train)
        assert max(errors.values()) < 1e-6
        assert min(errors[name] for name in ("0.W", "4.W", "6.W")) > 0  # something was compared
        assert check_direction(net, nn.softmax_cross_entropy, x, y, np.random.default_rng(1), train=train) < 1e-6
    assert rng.bit_generator.state == state  # the net's own generator is not drawn from


class WrongDropout(nn.Dropout):
    """A planted bug: the gradient is not scaled."""

    def backward(self, da, need_dx=True):
        return da * (self.scale > 0)


def test_a_bug_in_dropout_is_found_where_it_is_active(rng):
    net, x, y = dropout_net(rng, WrongDropout), rng.standard_normal((8, 4)), rng.integers(0, 3, 8)
    assert check_network(net, nn.softmax_cross_entropy, x, y, train=True)["0.W"] > 0.1
    assert check_direction(net, nn.softmax_cross_entropy, x, y, rng, train=True) > 1e-3
    assert max(check_network(net, nn.softmax_cross_entropy, x, y).values()) < 1e-7


class Wrong(nn.Layer):
    """y = x s, whose gradient ∂L/∂s is off by a number, or NaN."""

    parameters = ("s",)

    def __init__(self, off):
        self.s, self.ds, self.off = np.ones(3, np.float32), np.zeros(3, np.float32), off

    def forward(self, x, train=False):
        self.x = x
        return x * self.s

    def backward(self, dy, need_dx=True):
        self.ds[...] = (dy * self.x).sum(axis=0) + self.off
        return dy * self.s


@pytest.mark.parametrize("off", [1e-9, 1e-8, 1e-6, -1e-6])
def test_a_small_gradient_that_should_be_0_is_found(off):
    """Two wrong ways to be lenient: a limit for what counts as 0, and one number added to the norms."""
    net, x = nn.Sequential(Wrong(off)), np.zeros((2, 3))
    assert check_network(net, nn.half_squared_error, x, np.ones((2, 3)))["0.s"] == pytest.approx(1, abs=1e-3)
    assert check_network(nn.Sequential(Wrong(0.0)), nn.half_squared_error, x, np.ones((2, 3)))["0.s"] == 0


@pytest.mark.parametrize("size", [1e-4, 1e-6])
def test_an_error_of_a_thousandth_is_seen_in_small_gradients_too(size):
    """∂L/∂s = 2 size² − … is itself small: an error relative to it is no less wrong."""
    x = np.full((2, 3), np.sqrt(size))
    y = np.zeros((2, 3))
    assert check_network(nn.Sequential(Wrong(0.0)), nn.half_squared_error, x, y)["0.s"] < 1e-6
    assert check_network(nn.Sequential(Wrong(1e-3 * size)), nn.half_squared_error, x, y)["0.s"] == pytest.approx(
        1e-3, rel=0.02
    )


def test_a_gradient_that_is_no_number_is_infinitely_wrong():
    net = nn.Sequential(nn.Linear(3, 3, rng=np.random.default_rng(0)), Wrong(np.nan))
    x = np.random.default_rng(1).standard_normal((2, 3))
    errors = check_network(net, nn.half_squared_error, x, np.ones((2, 3)))
    assert errors["1.s"] == max(errors.values()) == np.inf and errors["0.W"] < 1e-7
    assert check_direction(net, nn.half_squared_error, x, np.ones((2, 3)), np.random.default_rng(0)) == np.inf


def test_the_direction_is_drawn_from_rng(rng):
    net, x, y = tanh_net(rng), rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
    errors = [check_direction(net, nn.softmax_cross_entropy, x, y, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert errors[0] == errors[1] != errors[2]


def test_h_is_the_step():
    calls = []
    numerical_gradient(lambda x: calls.append(float(x)) or 0.0, np.array(2.0), h=0.5)
    directional_derivative(lambda x: calls.append(float(x[0])) or 0.0, np.array([2.0]), np.array([3.0]), h=0.5)
    assert calls == [2.5, 1.5, 3.5, 0.5]
    net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0)), nn.Tanh())
    x = y = np.ones((1, 1))
    small, large = (check_network(net, nn.mse, x, y, h=h)["0.W"] for h in (1e-5, 1e-1))
    assert small < 1e-8 < 1e-4 < large
    assert check_direction(net, nn.mse, x, y, np.random.default_rng(2), h=1e-1) > 1e-4


def test_an_empty_array_has_an_empty_gradient():
    assert numerical_gradient(np.sum, np.empty((0, 3))).shape == (0, 3)
    assert relative_error([], []) == 0
