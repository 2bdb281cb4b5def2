"""Optimizers: the published equations over ten steps, hand-computed steps, dtypes and refusals."""

import math

import numpy as np
import pytest

import nnlib as nn
from nnlib import optimizer

ALL = [nn.SGD, nn.Momentum, nn.MomentumEMA, nn.Nesterov, nn.RMSProp, nn.AdamUncorrected, nn.Adam, nn.AdamW]
ADAPTIVE = ALL[4:]  # those with an ε


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


def adamw(theta, g, s, t):
    decayed = np.r_[theta[:3000] * (1 - 0.1 * 0.3), theta[3000:]]  # the biases, which stand behind W, go free
    return adam(decayed, g, s, t)


EQUATIONS = [
    (sgd, lambda net: nn.SGD(net, 0.1)),
    (momentum, lambda net: nn.Momentum(net, 0.1, 0.8)),
    (momentum_ema, lambda net: nn.MomentumEMA(net, 0.1, 0.8)),
    (nesterov, lambda net: nn.Nesterov(net, 0.1, 0.8)),
    (rmsprop, lambda net: nn.RMSProp(net, 0.1, 0.8, 0.01)),
    (adam, lambda net: nn.Adam(net, 0.1, 0.8, 0.95, 0.01)),
    (adam_uncorrected, lambda net: nn.AdamUncorrected(net, 0.1, 0.8, 0.95, 0.01)),
    (adamw, lambda net: nn.AdamW(net, 0.1, 0.3, 0.8, 0.95, 0.01)),
]


@pytest.mark.parametrize(("equation", "build"), EQUATIONS)
def test_ten_steps_in_pieces_are_the_equations_for_the_whole(equation, build, rng, monkeypatch):
    monkeypatch.setattr(optimizer, "PIECE", 1000)
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
    assert {a.dtype for a in (net.theta, *opt.kept.values())} == {np.dtype(dtype)}
    assert net.layers[0].W[0, 0] == net.theta[0] < 1
    assert net.layers[0].b[0] == net.theta[1] > 2


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_what_has_no_gradient_stays_where_it_is(kind, dtype):
    net = net_with([0, 2], [0, 0.5], dtype)
    opt = kind(net, 0.1) if kind not in ADAPTIVE else kind(net, 0.1, eps=1e-50)
    for _ in range(3):
        opt.step()
    assert net.theta[0] == 0 and 0 < net.theta[1] < 2


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
    decayed = 0.01 if kind is nn.AdamW else 0
    np.testing.assert_allclose(net.theta, [1, -2, 0.5, 3], atol=1e-3 + 2 * decayed)


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
    assert nn.clip_global_norm(nn.Sequential(nn.ReLU()), 1) == 0  # no parameters, no gradient
    with pytest.raises(ValueError, match="^limit: expected a number above 0"):
        nn.clip_global_norm(net, 0)


@pytest.mark.parametrize(
    ("dtype", "scale", "limit"),
    [
        (np.float32, 1e20, 1.0),  # its squares are too large for float32
        (np.float32, 8e37, 1e-3),  # limit / norm is too small for float32
        (np.float32, 1e-30, 1e-33),  # its squares vanish in float32
        (np.float32, 1e-38, 1e-36),
        (np.float64, 1e200, 1.0),
        (np.float64, 1e-200, 1e-205),
        (np.float64, 4e307, 1.0),  # the norm itself is infinite
    ],
)
def test_clipping_keeps_the_direction_of_huge_and_tiny_gradients(dtype, scale, limit):
    net = net_with([0, 0], [3 * scale, -4 * scale], dtype)
    assert nn.clip_global_norm(net, limit) == pytest.approx(5 * scale, rel=1e-6)
    length = min(5 * scale, limit)
    np.testing.assert_allclose(net.grad, [0.6 * length, -0.8 * length], rtol=1e-6)
    assert net.grad.dtype == dtype


def test_clipping_at_the_limit_changes_no_bit_and_beyond_it_does(rng):
    net = net_with([0, 0], [0.3, 0.4], np.float32)
    kept, norm = net.grad.copy(), nn.clip_global_norm(net, 1e9)
    nn.clip_global_norm(net, norm)
    np.testing.assert_array_equal(net.grad, kept)
    nn.clip_global_norm(net, 0.99 * norm)
    assert (net.grad < kept).all()


@pytest.mark.parametrize(("grad", "bad"), [([3, np.nan], 1), ([np.inf, 3], 1), ([-np.inf, np.nan], 2)])
def test_a_gradient_without_direction_is_refused_and_the_rest_of_it_kept(grad, bad):
    net = net_with([0, 0], grad)
    words = f"^net.grad: expected finite numbers, but {bad} of 2 entries are NaN or infinite"
    with pytest.raises(ValueError, match=words):
        nn.clip_global_norm(net, 1)
    np.testing.assert_array_equal(net.grad, grad)


@pytest.mark.parametrize("kind", ALL)
def test_the_quick_form_takes_the_steps_of_the_readable_one(kind, rng):
    """`update` is the equation, as the lecture has it; `step` runs `quick`, whose memory may have another scale."""

    class AsWritten(kind):
        quick = optimizer.Optimizer.quick

    nets = [nn.Sequential(nn.Linear(30, 20, rng=np.random.default_rng(0))).astype(np.float64) for _ in range(2)]
    opts = [build(net, 0.01) for build, net in zip((kind, AsWritten), nets, strict=True)]
    for _ in range(50):
        gradient = rng.standard_normal(nets[0].grad.size) * 10.0 ** rng.integers(-3, 3)
        for net, opt in zip(nets, opts, strict=True):
            net.grad[...] = gradient
            opt.step()
        np.testing.assert_allclose(nets[0].theta, nets[1].theta, rtol=1e-10)


class Signs:
    """θ ← θ − η sign ∇L: an equation in place of another, with whatever that one keeps."""

    def update(self, theta, grad, *kept):
        theta -= self.lr * np.sign(grad)


@pytest.mark.parametrize("kind", ALL)
def test_an_equation_of_the_readers_own_replaces_the_one_that_is_inherited(kind):
    class Replaced(kind):
        update = Signs.update

    class Mixed(Signs, kind):
        pass

    class Further(Mixed):
        pass

    for build in (Replaced, Mixed, Further):
        net = net_with([0, 0], [3, -0.2])
        build(net, lr=0.5).step()
        assert net.theta.tolist() == [-0.5, 0.5]


def test_a_quick_form_of_the_readers_own_is_what_step_runs():
    class Quick(Signs, nn.SGD):
        def quick(self, theta, grad, *kept):
            theta -= 2 * self.lr * np.sign(grad)  # told from the equation by its 2

    net = net_with([0, 0], [3, -0.2])
    Quick(net, lr=0.5).step()
    assert net.theta.tolist() == [-1, 1]


def test_adam_without_passes_saved_is_the_textbook_line_by_line():
    """Kingma & Ba's algorithm 1 by hand, for two steps of one number: 0.3, then −0.1."""
    net = net_with([1, 1], [0.3, 0.3])
    opt = nn.Adam(net, 0.01)
    opt.step()
    assert net.theta[0] == pytest.approx(1 - 0.01 * 0.3 / (0.3 + 1e-8))
    net.grad[...] = -0.1
    opt.step()
    m_hat = (0.9 * 0.1 * 0.3 + 0.1 * -0.1) / (1 - 0.81)
    v_hat = (0.999 * 0.001 * 0.09 + 0.001 * 0.01) / (1 - 0.999**2)
    assert net.theta[0] == pytest.approx(1 - 0.01 * 0.3 / (0.3 + 1e-8) - 0.01 * m_hat / (math.sqrt(v_hat) + 1e-8))


def test_weight_decay_beside_adam_shrinks_all_weights_alike_and_l2_within_it_does_not():
    """Two weights, one with a gradient of noise a hundred times as large. Decay is no matter of the gradient."""
    left = {}
    for name, decay, penalty in (("beside", 0.5, None), ("within", 0.0, nn.L2(0.25))):
        rng = np.random.default_rng(0)
        net = nn.Sequential(nn.Linear(2, 1, nn.filled(1.0), rng)).astype(np.float64)
        opt = nn.AdamW(net, 0.001, weight_decay=decay)
        for _ in range(400):
            net.grad[...] = rng.standard_normal() * np.array([0.1, 10, 0])
            if penalty:
                penalty.add_gradient(net)
            opt.step()
        left[name] = net.theta[:2]
    small, large = left["beside"]
    assert small == pytest.approx(large, abs=0.02) and small == pytest.approx((1 - 0.0005) ** 400, abs=0.02)
    small, large = left["within"]
    assert small < 0.75 < 0.95 < large


def test_for_sgd_l2_with_half_of_it_is_weight_decay():
    w, lr = 0.3, 0.1
    net = net_with([2, 5], [0.7, 0.7])
    nn.L2(w / 2).add_gradient(net)
    nn.SGD(net, lr).step()
    np.testing.assert_allclose(net.theta, [(1 - lr * w) * 2 - lr * 0.7, 5 - lr * 0.7])


@pytest.mark.parametrize("kind", ALL)
def test_state_makes_another_optimizer_take_the_same_steps_to_the_last_bit(kind):
    rng = np.random.default_rng(0)
    nets = [nn.Sequential(nn.Linear(4, 3, rng=rng)) for _ in range(2)]
    gradients = rng.standard_normal((6, nets[0].grad.size)).astype(np.float32)
    first, second = kind(nets[0], 0.1), kind(nets[1], 0.7)
    for gradient in gradients[:3]:
        nets[0].grad[...] = gradient
        first.step()
    first.lr = 0.05
    state = first.state()
    assert {name for name, value in state.items() if np.ndim(value)} == set(first.memory) <= {"m", "v"}
    nets[1].theta = nets[0].theta
    second.load_state(state)
    assert (second.lr, second.t) == (0.05, 3) and isinstance(second.t, int)
    for gradient in gradients[3:]:
        for net, opt in zip(nets, (first, second), strict=True):
            net.grad[...] = gradient
            opt.step()
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)
    assert state["t"] == 3 and second.t == 6  # a copy, that no later step changes
    for name in first.memory:
        assert (state[name] != first.kept[name]).any()


class Counting(nn.Momentum):
    """An optimizer of the reader's own, which counts on its own and has a switch."""

    def __init__(self, net):
        super().__init__(net, 0.1)
        self._count, self.counts = 0, True

    def update(self, theta, grad, v):
        super().update(theta, grad, v)
        self._count += self.counts


def test_the_state_of_an_optimizer_of_the_readers_own_is_taken_over_whole():
    first, second = (Counting(net_with([1, 2], [1, 1])) for _ in range(2))
    first.step()
    second.load_state(first.state())
    assert (second._count, second.t, second.lr, second.counts) == (1, 1, 0.1, True)
    assert vars(first).keys() == vars(second).keys()


@pytest.mark.parametrize(
    ("build", "other"),
    [
        (lambda net: nn.Momentum(net, 0.1, 0.5), lambda net: nn.Momentum(net, 0.1, 0.9)),
        (lambda net: nn.MomentumEMA(net, 0.1, 0.5), lambda net: nn.MomentumEMA(net, 0.1, 0.9)),
        (lambda net: nn.RMSProp(net, 0.1, 0.5, 1e-3), lambda net: nn.RMSProp(net, 0.1)),
        (lambda net: nn.Adam(net, 0.1, 0.5, 0.6, 1e-3), lambda net: nn.Adam(net, 0.1)),
        (lambda net: nn.AdamW(net, 0.1, 0.5), lambda net: nn.AdamW(net, 0.1, 0.1)),
    ],
)
def test_state_holds_every_rate(build, other):
    loaded = other(net_with([1, 2], [0.3, -0.1]))
    loaded.load_state(build(net_with([1, 2], [0.3, -0.1])).state())
    expected = build(net_with([1, 2], [0.3, -0.1]))
    for _ in range(3):
        loaded.step(), expected.step()
    np.testing.assert_array_equal(loaded.net.theta, expected.net.theta)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (None, "state: expected what state.. gave, got NoneType"),
        ({"optimizer": "AdamUncorrected"}, "state: expected that of Adam, got str 'AdamUncorrected'"),
        ({"v": np.zeros(3)}, r"state: expected v as float64 array of shape .2,., got float64 array of shape .3,."),
        ({"v": 0.5}, "state: expected v as float64 array"),
        ({"m": np.zeros(2, int)}, "state: expected m as float64 array"),
        ({"lr": "0.1"}, "lr: expected a number"),
        ({"t": None}, "t: expected a number"),
        ({"t": None, "lr": None}, "(t|lr): expected a number"),  # whichever is looked at first
        ({"more": 1.0}, "state: expected that of Adam"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_nothing_changes(changed, words):
    opt = nn.Adam(net_with([1, 2], [0.3, -0.1]))
    opt.step()
    other = nn.Adam(net_with([1, 2], [3, 1]), 0.5, 0.8, 0.9, 1e-4)
    other.step(), other.step()
    before = opt.state()
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        opt.load_state(changed and other.state() | changed)
    after = opt.state()
    np.testing.assert_array_equal(after.pop("m"), before.pop("m"))
    np.testing.assert_array_equal(after.pop("v"), before.pop("v"))
    assert after == before


@pytest.mark.parametrize(
    ("kind", "rates"),
    [
        (lambda net: nn.Momentum(net, 1), {"mu": 0.9}),
        (lambda net: nn.MomentumEMA(net, 1), {"beta": 0.9}),
        (lambda net: nn.Nesterov(net, 1), {"mu": 0.9}),
        (nn.RMSProp, {"lr": 0.001, "rho": 0.9, "eps": 1e-8}),
        (nn.AdamUncorrected, {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        (nn.Adam, {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        (nn.AdamW, {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01}),
    ],
)
def test_rates_are_the_published_ones_unless_others_are_given(kind, rates):
    opt = kind(net_with([0, 0], [0, 0]))
    assert {name: getattr(opt, name) for name in rates} == rates


def test_the_learning_rate_may_fall_to_0_and_nothing_else():
    opt = nn.SGD(net_with([1, 2], [0.3, -0.1], np.float32), 0.1)
    opt.lr = 0
    opt.step()
    np.testing.assert_array_equal(opt.net.theta, [1, 2])
    opt.lr = np.float64(0.5)
    assert type(opt.lr) is float
    for bad in (-0.1, np.nan, None, "0.1"):
        with pytest.raises(ValueError, match="^lr: expected a number"):
            opt.lr = bad
    assert opt.lr == 0.5


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
        (lambda net: nn.MomentumEMA(net, 0.1, 1), "momentum"),
        (lambda net: nn.RMSProp(net, 0.1, 1.5), "rho"),
        (lambda net: nn.Adam(net, 0.1, beta1=1), "beta1"),
        (lambda net: nn.Adam(net, 0.1, beta2=float("nan")), "beta2"),
    ],
)
def test_decay_rates_lie_below_one(build, name):
    with pytest.raises(ValueError, match=f"^{name}: expected a number of at least 0 and below 1"):
        build(net_with([0, 0], [0, 0]))


def test_eps_and_weight_decay_are_refused_by_name():
    for kind in (nn.RMSProp, nn.AdamUncorrected, nn.Adam, nn.AdamW):
        with pytest.raises(ValueError, match="^eps: expected a number above 0, got 0"):
            kind(net_with([0, 0], [0, 0]), eps=0)
    with pytest.raises(ValueError, match="^weight_decay: expected a number of at least 0, got -1"):
        nn.AdamW(net_with([0, 0], [0, 0]), weight_decay=-1)
