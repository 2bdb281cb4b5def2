"""Initializers: shape, mean and variance as published, and the same bits from the same seed."""

import math

import numpy as np
import pytest

import nnlib as nn

RULES = [  # initializer, its published standard deviation for (n_in, n_out) = (300, 500)
    (nn.he, math.sqrt(2 / 300)),
    (nn.he_uniform, math.sqrt(2 / 300)),
    (nn.xavier, math.sqrt(2 / 800)),
    (nn.xavier_uniform, math.sqrt(2 / 800)),
    (nn.xavier_fan_in, math.sqrt(1 / 300)),
    (nn.normal(0.01), 0.01),
]


@pytest.mark.parametrize(("init", "std"), RULES)
def test_measured_mean_and_standard_deviation(init, std):
    W = init(300, 500, np.random.default_rng(0))
    assert W.shape == (500, 300)
    n = W.size
    assert abs(W.mean()) < 5 * std / math.sqrt(n)  # five standard errors
    assert abs(W.std() / std - 1) < 5 / math.sqrt(2 * n)


@pytest.mark.parametrize(("init", "a"), [(nn.he_uniform, math.sqrt(6 / 30)), (nn.xavier_uniform, math.sqrt(6 / 80))])
def test_uniform_weights_reach_their_bounds_evenly(init, a):
    """Against the distribution function of U(−a, a), by the Kolmogorov-Smirnov distance."""
    W = np.sort(init(30, 50, np.random.default_rng(1)), axis=None)
    assert -a <= W[0] < -0.99 * a and 0.99 * a < W[-1] <= a
    assert np.abs((W + a) / (2 * a) - np.arange(1500) / 1500).max() < 1.63 / math.sqrt(1500)  # its 99 % bound


@pytest.mark.parametrize("init", [nn.he, nn.xavier, nn.xavier_fan_in, nn.normal(0.3)])
def test_normal_weights_have_the_tails_of_a_bell(init):
    """E w⁴ = 3 (E w²)², where uniform numbers have 1.8."""
    W = init(300, 300, np.random.default_rng(0))
    assert np.mean(W**4) / np.mean(W**2) ** 2 == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(("init", "std"), RULES)
def test_float64_is_drawn_and_a_layer_takes_it_in_its_own_dtype(init, std):
    assert init(3, 2, np.random.default_rng(0)).dtype == np.float64
    for dtype in (np.float32, np.float64):
        layer = nn.Linear(3, 2, init, np.random.default_rng(0), dtype)
        assert layer.W.dtype == dtype
        np.testing.assert_array_equal(layer.W, init(3, 2, np.random.default_rng(0)).astype(dtype))


@pytest.mark.parametrize(("init", "std"), RULES)
def test_refusals(init, std, rng):
    for n_in, n_out, name in [(0, 2, "n_in"), (2, 0, "n_out"), (2.0, 2, "n_in"), (2, True, "n_out")]:
        with pytest.raises(ValueError, match=f"^{name}: expected a whole number of at least 1"):
            init(n_in, n_out, rng)
    with pytest.raises(TypeError, match="^rng: expected np.random.default_rng"):
        init(2, 2, None)


def test_zeros_and_constant(rng):
    assert (nn.normal(0)(3, 2, rng) == np.zeros((2, 3))).all()
    assert (nn.zeros(3, 2, rng) == np.zeros((2, 3))).all()
    assert (nn.filled(0.5)(3, 2, rng) == np.full((2, 3), 0.5)).all()


@pytest.mark.parametrize(("init", "std"), RULES)
def test_same_seed_same_bits(init, std):
    a, b, c = (init(3, 2, np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != c).all()


def test_he_keeps_the_size_of_the_signal_through_ten_relu_layers():
    """E09: with √(2/n) read as a variance, the signal would grow to 10⁵."""
    rng = np.random.default_rng(0)
    layers = [layer for _ in range(10) for layer in (nn.Linear(500, 500, rng=rng), nn.ReLU())]
    a = nn.Sequential(*layers).forward(rng.standard_normal((100, 500)).astype(np.float32))
    assert 0.5 < np.sqrt(np.mean(a**2)) < 2


@pytest.mark.parametrize("init", [nn.zeros, nn.filled(0.5)])
def test_equal_weights_keep_hidden_units_equal(init, rng):
    net = nn.Sequential(nn.Linear(2, 4, init, rng), nn.Sigmoid(), nn.Linear(4, 1, init, rng))
    x, y = rng.standard_normal((8, 2)).astype(np.float32), rng.integers(0, 2, (8, 1))
    opt = nn.SGD(net, 0.5)
    for _ in range(20):
        net.backward(nn.binary_cross_entropy_with_logits(net.forward(x), y)[1])
        opt.step()
    W = net.layers[0].W
    assert W.any()
    np.testing.assert_allclose(W, W[:1].repeat(4, axis=0), rtol=1e-5)


def test_weights_written_as_lists():
    layer = nn.Linear(3, 2, init=lambda *_: [[1, 2, 3], [4, 5, 6]], rng=np.random.default_rng(0))
    np.testing.assert_array_equal(layer.W, [[1, 2, 3], [4, 5, 6]])
    assert layer.W.dtype == np.float32


@pytest.mark.parametrize(("init", "std"), RULES)
def test_small_whole_numbers_of_numpy_do_not_overflow(init, std):
    """np.int8(100) + np.int8(100) is −56."""
    a, b = (init(n, n, np.random.default_rng(0)) for n in (np.int8(100), 100))
    np.testing.assert_array_equal(a, b)
