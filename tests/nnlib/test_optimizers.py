"""Optimizers: the published equations over ten steps, hand-computed steps, dtypes and refusals."""

import math

import numpy as np
import pytest

import nnlib as nn
from nnlib import optimizers

ALL = [nn.SGD, nn.Momentum, nn.MomentumEMA, nn.Nesterov, nn.RMSProp, nn.AdamUncorrected, nn.Adam]


def net_with(theta, grad, dtype=np.float64):
    """A network of two parameters with this θ and this gradient."""
    net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0))).astype(dtype)
    net.theta = np.array(theta)
    net.grad[...] = grad
    return net


# The equations, one function per optimizer: (θ, ∇L, state, t) ↦ θ, with the whole of θ at once.


def sgd(theta, g, s, t):
    return theta - 0.1 * g


def momentum(theta, g, s, t):
    s["v"] = 0.8 * s.get("v", 0) + g
    return theta - 0.1 * s["v"]


def momentum_ema(theta, g, s, t):
    s["v"] = 0.8 * s.get("v", 0) + 0.2 * g
    return theta - 0.1 * s["v"]


def nesterov(theta, g, s, t):
    s["v"] = 0.8 * s.get("v", 0) + g
    return theta - 0.1 * (g + 0.8 * s["v"])


def rmsprop(theta, g, s, t):
    s["s"] = 0.8 * s.get("s", 0) + 0.2 * g**2
    return theta - 0.1 * g / (np.sqrt(s["s"]) + 0.01)


def adam(theta, g, s, t, corrected=True):
    s["m"] = 0.8 * s.get("m", 0) + 0.2 * g
    s["v"] = 0.95 * s.get("v", 0) + 0.05 * g**2
    m_hat = s["m"] / (1 - 0.8**t) if corrected else s["m"]
    v_hat = s["v"] / (1 - 0.95**t) if corrected else s["v"]
    return theta - 0.1 * m_hat / (np.sqrt(v_hat) + 0.01)


def adam_uncorrected(theta, g, s, t):
    return adam(theta, g, s, t, corrected=False)


EQUATIONS = [
    (sgd, lambda net: nn.SGD(net, 0.1)),
    (momentum, lambda net: nn.Momentum(net, 0.1, 0.8)),
    (momentum_ema, lambda net: nn.MomentumEMA(net, 0.1, 0.8)),
    (nesterov, lambda net: nn.Nesterov(net, 0.1, 0.8)),
    (rmsprop, lambda net: nn.RMSProp(net, 0.1, 0.8, 0.01)),
    (adam, lambda net: nn.Adam(net, 0.1, 0.8, 0.95, 0.01)),
    (adam_uncorrected, lambda net: nn.AdamUncorrected(net, 0.1, 0.8, 0.95, 0.01)),
]


@pytest.mark.parametrize(("equation", "build"), EQUATIONS)
def test_ten_steps_in_pieces_are_the_equations_for_the_whole(equation, build, rng, monkeypatch):
    monkeypatch.setattr(optimizers, "PIECE", 1000)
    net = nn.Sequential(nn.Linear(50, 60, rng=rng)).astype(np.float64)  # three pieces and a bit
    opt, theta, state = build(net), net.theta.copy(), {}
    for t in range(1, 11):
        net.grad[...] = rng.standard_normal(net.grad.size)
        grad = net.grad.copy()
        opt.step()
        theta = equation(theta, grad, state, t)
        np.testing.assert_allclose(net.theta, theta, rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(net.grad, grad)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lr", [0.1, np.float64(0.1), np.float32(0.1)])
def test_dtype_and_views_are_kept(kind, dtype, lr):
    net = net_with([1, 2], [1, -1], dtype)
    opt = kind(net, lr)
    opt.step()
    assert {a.dtype for a in (net.theta, *opt.kept)} == {np.dtype(dtype)}
    assert net.layers[0].W[0, 0] == net.theta[0] < 1
    assert net.layers[0].b[0] == net.theta[1] > 2


@pytest.mark.parametrize("kind", ALL)
def test_same_start_same_bits(kind):
    nets = [net_with([1, 2], [0.3, -0.1]) for _ in range(2)]
    for net in nets:
        opt = kind(net, 0.01)
        for _ in range(5):
            opt.step()
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)


def test_sgd_by_hand():
    net = net_with([1, 2], [10, -20])
    opt = nn.SGD(net, lr=0.1)
    opt.step()
    np.testing.assert_allclose(net.theta, [0, 4])
    opt.lr = 0.5
    opt.step()
    np.testing.assert_allclose(net.theta, [-5, 14])


@pytest.mark.parametrize("kind", ALL)
def test_every_optimizer_solves_a_least_squares_problem(kind, rng):
    x, true_W = rng.standard_normal((50, 3)), np.array([[1.0, -2.0, 0.5]])
    net = nn.Sequential(nn.Linear(3, 1, rng=rng)).astype(np.float64)
    opt = kind(net, lr=0.02)
    schedule = nn.schedules.cosine(0.02, 1500)
    for t in range(1500):
        opt.lr = schedule(t)
        net.backward(nn.half_squared_error(net.forward(x), x @ true_W.T + 3)[1])
        opt.step()
    np.testing.assert_allclose(net.theta, [1, -2, 0.5, 3], atol=1e-3)


def test_steady_gradient_classical_momentum_is_ten_times_as_fast_as_the_average():
    """E23: and Momentum with (1 − β) η is the average."""
    classical, average, scaled = (net_with([0, 0], [1, 1]) for _ in range(3))
    opts = nn.Momentum(classical, 1), nn.MomentumEMA(average, 1), nn.Momentum(scaled, 0.1)
    for _ in range(200):
        before = classical.theta[0], average.theta[0]
        for opt in opts:
            opt.step()
    assert before[0] - classical.theta[0] == pytest.approx(10)
    assert before[1] - average.theta[0] == pytest.approx(1)
    np.testing.assert_allclose(scaled.theta, average.theta)


def test_adam_steps_by_lr_and_without_correction_by_far_more():
    """E22: 3.16 times the learning rate at first, 6.57 times at the twelfth step, and at last 1."""
    right, wrong = net_with([0, 0], [1, 1]), net_with([0, 0], [1, 1])
    a, b, steps = nn.Adam(right, 1, eps=1e-12), nn.AdamUncorrected(wrong, 1, eps=1e-12), []
    for t in range(1, 5001):
        before = wrong.theta[0]
        a.step()
        b.step()
        steps.append(before - wrong.theta[0])
        assert right.theta[0] == pytest.approx(-t)
    assert steps[0] == pytest.approx(0.1 / math.sqrt(0.001))
    assert np.argmax(steps) == 11
    assert steps[11] == pytest.approx(6.57, abs=0.005)
    assert steps[-1] == pytest.approx(1, abs=0.004)


def test_clipping_shortens_what_is_longer_and_keeps_the_direction():
    net = net_with([0, 0], [3, 4])
    assert nn.clip_global_norm(net, 10) == 5
    np.testing.assert_array_equal(net.grad, [3, 4])
    assert nn.clip_global_norm(net, 1) == 5
    np.testing.assert_allclose(net.grad, [0.6, 0.8])
    net.grad[...] = 0
    assert nn.clip_global_norm(net, 1) == 0
    with pytest.raises(ValueError, match="^limit: expected a number above 0"):
        nn.clip_global_norm(net, 0)


def test_clipping_keeps_the_direction_of_a_float32_gradient_whose_squares_are_too_large():
    net = net_with([0, 0], [3e20, -4e20], np.float32)
    assert nn.clip_global_norm(net, 1.0) == pytest.approx(5e20)
    np.testing.assert_allclose(net.grad, [0.6, -0.8], rtol=1e-6)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("lr", [0, -0.1, float("nan"), float("inf"), "0.1", None, np.ones(2)])
def test_lr_must_be_a_positive_number(kind, lr):
    with pytest.raises(ValueError, match="^lr: expected a number above 0, got"):
        kind(net_with([0, 0], [0, 0]), lr)


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda net: nn.Momentum(net, 0.1, 1), "momentum"),
        (lambda net: nn.Nesterov(net, 0.1, -0.1), "momentum"),
        (lambda net: nn.RMSProp(net, 0.1, 1.5), "rho"),
        (lambda net: nn.Adam(net, 0.1, beta1=1), "beta1"),
        (lambda net: nn.Adam(net, 0.1, beta2=float("nan")), "beta2"),
    ],
)
def test_decay_rates_lie_below_one(build, name):
    with pytest.raises(ValueError, match=f"^{name}: expected a number of at least 0 and below 1"):
        build(net_with([0, 0], [0, 0]))
