"""Diagnostics: numbers by hand, silence about healthy training, and the right warning for each disease."""

import re

import numpy as np
import pytest

import nnlib as nn
from nnlib import diagnostics
from nnlib.diagnostics import examine


def net_of(*layers):
    return nn.Sequential(*layers).astype(np.float64)


def by_hand():
    """Two inputs, three ReLU units of which the last is dead, two outputs."""
    rng = np.random.default_rng(0)
    net = net_of(nn.Linear(2, 3, rng=rng), nn.ReLU(), nn.Linear(3, 2, rng=rng))
    net.layers[0].W[...] = [[1, 0], [0, 1], [-1, -1]]
    net.layers[2].W[...] = 1
    return net, np.array([[1.0, 3.0], [2.0, 0.0]])


def test_activations_and_their_statistics():
    net, x = by_hand()
    assert diagnostics.activations(net, x)["1 ReLU()"].tolist() == [[1, 3, 0], [2, 0, 0]]
    activity = diagnostics.activation_statistics(net, x)["1 ReLU()"]
    assert activity.mean == 1
    assert activity.std == pytest.approx(np.std([1, 3, 0, 2, 0, 0]))
    assert activity.zero == 0.5
    assert (activity.units, activity.dead_units, activity.saturated_units) == (3, 1, 0)


@pytest.mark.parametrize(("layer", "limits"), [(nn.Sigmoid(), (0, 1)), (nn.Tanh(), (-1, 1))])
def test_saturation_is_nearness_to_either_limit(layer, limits):
    net = net_of(layer)
    x = np.array([[-9.0, 9, 0, -9], [-9, 9, 9, 0]])
    activity = diagnostics.activation_statistics(net, x)[f"0 {layer!r}"]
    assert activity.saturated == 6 / 8
    assert activity.saturated_units == 2
    assert activity.dead_units == 0


def test_gradients_and_their_norms_have_names():
    net, x = by_hand()
    net.backward(nn.half_squared_error(net.forward(x), np.zeros((2, 2)))[1])
    gradients = diagnostics.gradients(net)
    assert list(gradients) == ["0.W", "0.b", "2.W", "2.b"]
    assert gradients["2.W"] is net.layers[2].dW
    assert diagnostics.gradient_norms(net)["2.W"] == pytest.approx(np.linalg.norm(net.layers[2].dW))


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_gradients_whose_squares_float32_does_not_hold_are_measured(size):
    net = nn.Sequential(nn.Linear(3, 4, rng=np.random.default_rng(0)), nn.Linear(4, 1, rng=np.random.default_rng(1)))

    def loss(y_hat, y):
        return 1.0, np.full_like(y_hat, size)

    x = np.ones((2, 3), np.float32)
    net.backward(loss(net.forward(x), None)[1])
    expected = np.linalg.norm(net.layers[0].dW.astype(np.float64))
    assert 0 < expected < np.inf
    assert diagnostics.gradient_norms(net)["0.W"] == pytest.approx(expected, abs=0)
    if size > 1:
        assert any(re.search(r"its norm is \d.*e\+30", s) for s in examine(net, loss, nn.SGD(net, 1e-40), x, None))


def test_update_ratios():
    net, _ = by_hand()
    before = net.state()
    net.layers[0].W *= 1.01
    net.layers[2].b += 5
    assert diagnostics.update_ratios(net, before) == {"0.W": pytest.approx(0.01), "2.W": 0}


def digits_case(build, make_opt, seed=0, epochs=5, n=None):
    """Train on digits; returns what `examine` takes."""
    rng = np.random.default_rng(seed)
    train, valid = nn.data.digits(rng=np.random.default_rng(seed))
    net = nn.Sequential(*build(rng))
    opt = make_opt(net)
    with np.errstate(all="ignore"):
        how = {"epochs": epochs, "batch_size": 32, "rng": rng, "valid": valid}
        history = nn.fit(net, nn.softmax_cross_entropy, opt, train, **how, progress=False)
    return net, nn.softmax_cross_entropy, opt, train.x[:64], train.y[:64], history


def lab(rng):
    return [nn.Linear(64, 32, rng=rng), nn.ReLU(), nn.Linear(32, 10, rng=rng)]


def deep(activation, init, depth):
    def build(rng):
        hidden = [layer for _ in range(depth) for layer in (nn.Linear(64, 64, init, rng), activation())]
        return [*hidden, nn.Linear(64, 10, init, rng)]

    return build


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("build", "make_opt"),
    [
        (lab, lambda net: nn.SGD(net, 0.1)),
        (lab, nn.Adam),
        (lab, lambda net: nn.Momentum(net, 0.02)),
        (deep(nn.ReLU, nn.he, 6), lambda net: nn.SGD(net, 0.1)),
        (deep(nn.Tanh, nn.xavier, 6), lambda net: nn.SGD(net, 0.1)),
    ],
)
def test_no_warning_about_healthy_training(build, make_opt, seed):
    assert examine(*digits_case(build, make_opt, seed)) == []


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("build", "lr", "start", "evidence"),
    [
        (
            deep(nn.Sigmoid, nn.xavier, 6),
            0.1,
            "Vanishing gradients",
            "gradient of 0.W are .*e-0. in size .* those of 12.W",
        ),
        (deep(nn.ReLU, nn.zeros, 2), 0.1, "Dead units", r"in layer 1 ReLU\(\), 64 of 64 units"),
        (deep(nn.Tanh, nn.normal(1.0), 2), 0.1, "Saturated units", r"in layer 3 Tanh\(\), 8\d% of the outputs"),
        (deep(nn.ReLU, nn.normal(1.0), 6), 1e-9, "Exploding gradient", r"its norm is \d.*e\+0"),
        (lab, 20, "Learning rate too high", r"loss of a batch rose from 2.\d+ to \d"),
        (lab, 1e-6, "Learning rate too low", "changes no weights by more than .*e-0[78]"),
    ],
)
def test_each_disease_gets_its_warning_with_evidence(build, lr, start, evidence, seed):
    warnings = examine(*digits_case(build, lambda net: nn.SGD(net, lr), seed))
    found = [warning for warning in warnings if warning.startswith(start)]
    assert found
    assert any(re.search(evidence, warning) for warning in found), found
    assert all(". Try " in warning for warning in warnings)


def test_overfitting():
    net, loss, opt, x, y, _ = digits_case(lab, lambda net: nn.SGD(net, 0.1))
    history = nn.History(loss=[2, 1, 0.5, 0.2, 0.1], valid_loss=[2.1, 1.2, 1.4, 1.5, 1.6], batch_loss=[2])
    (warning,) = examine(net, loss, opt, x, y, history)
    assert warning.startswith("Overfitting: the validation loss was lowest in epoch 2 (1.2) and is now 1.6")
    one_bad_epoch = nn.History(loss=[2, 1, 0.5], valid_loss=[2.1, 1.2, 1.6], batch_loss=[2])
    assert examine(net, loss, opt, x, y, one_bad_epoch) == []


def test_examining_changes_nothing():
    net, loss, opt, x, y, history = digits_case(lab, nn.Adam)
    net.backward(loss(net.forward(x), y)[1])
    kept = net.theta.copy(), net.grad.copy(), opt.kept["m"].copy(), opt.t
    examine(net, loss, opt, x, y, history)
    for before, now in zip(kept, (net.theta, net.grad, opt.kept["m"], opt.t)):
        np.testing.assert_array_equal(before, now)


def test_networks_without_weights_or_history_are_no_problem(rng):
    net = nn.Sequential(nn.Linear(2, 2, nn.zeros, rng))
    assert isinstance(examine(net, nn.mse, nn.SGD(net, 0.1), np.ones((1, 2)), np.ones((1, 2))), list)
    assert diagnostics.activation_statistics(net, np.ones((1, 2))) == {}
