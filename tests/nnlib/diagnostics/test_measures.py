"""The measures against numbers by hand and against definitions; nothing that is looked at changes."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import diagnostics
from nnlib.diagnostics.measures import _activity


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
    low, high = limits
    just_inside = low + 0.0101 * (high - low), high - 0.0101 * (high - low)
    z = np.log(just_inside) - np.log1p(-np.array(just_inside)) if low == 0 else np.arctanh(just_inside)
    assert diagnostics.activation_statistics(net, z[None, :])[f"0 {layer!r}"].saturated == 0
    just_outside = np.array([[low + 0.0099 * (high - low), high - 0.0099 * (high - low)]])
    at_the_limits = np.array([[low + 0.01 * (high - low), high - 0.01 * (high - low)]])
    assert _activity(type(layer), just_outside).saturated == 1 and _activity(type(layer), at_the_limits).saturated == 0


def test_activations_in_training_are_those_with_dropout_and_the_mean_of_the_batch():
    net = net_of(nn.BatchNorm(2), nn.Tanh())
    x = np.array([[10.0, 3.0], [12.0, 5.0]])
    used, trained = (diagnostics.activations(net, x, train)["1 Tanh()"] for train in (False, True))
    np.testing.assert_allclose(used, np.tanh(x / np.sqrt(1 + 1e-5)))
    np.testing.assert_allclose(trained, np.tanh([[-1, -1], [1, 1]]), atol=1e-5)
    assert net.layers[0].mean.tolist() == [0, 0]
    for train, a in ((False, used), (True, trained)):
        assert diagnostics.activation_statistics(net, x, train)["1 Tanh()"].mean == a.mean()
    assert diagnostics.activation_statistics(net, x)["1 Tanh()"].mean == used.mean()


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
    y_hat = net.forward(np.ones((2, 3), np.float32))
    net.backward(np.full_like(y_hat, size))
    expected = np.linalg.norm(net.layers[0].dW.astype(np.float64))
    assert 0 < expected < np.inf
    assert diagnostics.gradient_norms(net)["0.W"] == pytest.approx(expected, abs=0)


def test_deltas_are_the_derivatives_of_the_loss_by_z():
    """Adding ε to z is adding ε to b for that example alone: so a batch of one, and ∂L/∂b."""
    rng = np.random.default_rng(3)
    net = net_of(nn.Linear(2, 3, rng=rng), nn.Tanh(), nn.Residual(nn.Linear(3, 3, rng=rng)), nn.Linear(3, 2, rng=rng))
    x, y = rng.standard_normal((1, 2)), rng.standard_normal((1, 2))
    deltas = diagnostics.deltas(net, nn.mse, (x, y))
    assert list(deltas) == ["0 Linear(2, 3)", "2.0 Linear(3, 3)", "3 Linear(3, 2)"]
    for (name, delta), layer in zip(deltas.items(), (net.layers[0], net.layers[2].layers[0], net.layers[3])):
        for j in range(len(layer.b)):
            sides = []
            for step in (1e-6, -2e-6):
                layer.b[j] += step
                sides.append(nn.mse(net.forward(x), y)[0])
            layer.b[j] += 1e-6
            assert delta[0, j] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-5), name


def test_deltas_shrink_by_the_slope_and_the_weights():
    """Glorot's picture by hand: one unit a layer, δ_prev = δ w σ'(z)."""
    rng, layers = np.random.default_rng(0), []
    for _ in range(3):
        layers += [nn.Linear(1, 1, nn.filled(2), rng), nn.Sigmoid()]
    net = net_of(*layers)
    x, y = np.array([[0.3]]), np.array([[0.0]])
    deltas = [delta.item() for delta in diagnostics.deltas(net, nn.mse, (x, y)).values()]
    a = diagnostics.activations(net, x)
    for upper, lower, name in ((2, 1, "3 Sigmoid()"), (1, 0, "1 Sigmoid()")):
        assert deltas[lower] == pytest.approx(deltas[upper] * 2 * (a[name] * (1 - a[name])).item())


class Wrapped(nn.Layer):
    """A layer of somebody's own, who calls what is inside in the shortest way."""

    def __init__(self, inner):
        self.inner = inner

    def forward(self, x, train=False):
        return self.inner.forward(x, train)

    def backward(self, dz, need_dx=True):
        return self.inner.backward(dz)

    def leaves(self):
        return [("inner.", self.inner)]


def test_deltas_are_seen_inside_of_somebodys_own_layer():
    rng = np.random.default_rng(0)
    net = net_of(nn.Linear(1, 2, rng=rng), Wrapped(nn.Linear(2, 1, rng=rng)))
    deltas = diagnostics.deltas(net, nn.mse, (np.ones((1, 1)), np.ones((1, 1))))
    assert list(deltas) == ["0 Linear(1, 2)", "1.inner Linear(2, 1)"]
    np.testing.assert_allclose(*[deltas["0 Linear(1, 2)"], deltas["1.inner Linear(2, 1)"] @ net.layers[1].inner.W])


def test_deltas_are_those_of_training():
    rng = np.random.default_rng(0)
    net = net_of(nn.Linear(1, 50, rng=rng), nn.Dropout(0.5, rng), nn.Linear(50, 1, rng=rng))
    delta = diagnostics.deltas(net, nn.mse, (np.ones((1, 1)), np.ones((1, 1))))["0 Linear(1, 50)"]
    assert 10 < np.count_nonzero(delta == 0) < 40  # what is dropped has no error


def test_deltas_are_kept_from_a_loss_that_writes_into_one_array_again_and_again():
    net, x = by_hand()
    dz = np.empty((2, 2))

    def loss(output, y):
        dz[...] = output - y
        return 0.0, dz

    first, second = (diagnostics.deltas(net, loss, (x, np.full((2, 2), y)))["2 Linear(3, 2)"] for y in (0.0, 1.0))
    np.testing.assert_allclose(first, net.forward(x))
    np.testing.assert_allclose(second, net.forward(x) - 1)


def test_deltas_name_the_argument_that_they_refuse():
    net, x = by_hand()
    with pytest.raises(TypeError, match="^data: expected a pair of arrays"):
        diagnostics.deltas(net, nn.mse, x)


def test_update_ratios():
    net, _ = by_hand()
    before = net.state()
    net.layers[0].W *= 1.01
    net.layers[2].b += 5
    assert diagnostics.update_ratios(net, before) == {"0.W": pytest.approx(0.01), "2.W": 0}


def test_weights_that_were_0_have_no_update_ratio():
    net, _ = by_hand()
    net.layers[2].W[...] = 0
    before = net.state()
    net.layers[2].W[...] = 1
    assert diagnostics.update_ratios(net, before) == {"0.W": 0}


@pytest.mark.parametrize(("init", "gain"), [(nn.he, 2**0.5), (nn.xavier_fan_in, 1), (nn.normal(0.1), 0.1 * 300**0.5)])
def test_the_gain_of_weights_is_that_of_the_sums_that_they_make(init, gain):
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(300, 200, init, rng))
    assert diagnostics.weight_gains(net) == {"0.W": pytest.approx(gain, rel=0.01)}
    x = rng.standard_normal((500, 300)).astype(np.float32)
    assert net.forward(x).std() == pytest.approx(gain, rel=0.02)


def test_looking_between_forward_and_backward_changes_no_gradient():
    rng = np.random.default_rng(0)
    layers = nn.Linear(3, 4, rng=rng), nn.BatchNorm(4), nn.ReLU(), nn.Dropout(0.5, rng), nn.Linear(4, 2, rng=rng)
    net, x = net_of(*layers), rng.standard_normal((5, 3))
    data = rng.standard_normal((7, 3)), rng.integers(0, 2, 7)
    results = []
    for look in (False, True):
        net.layers[3].rng.bit_generator.state = np.random.default_rng(1).bit_generator.state
        L, dz = nn.mse(net.forward(x, train=True), np.zeros((5, 2)))
        if look:
            diagnostics.activations(net, data[0], train=True)
            diagnostics.activation_statistics(net, data[0])
            diagnostics.deltas(net, nn.softmax_cross_entropy, data)
        net.backward(dz)
        results.append((L, *net.grad, net.layers[3].rng.random()))
    assert results[0] == results[1]


def test_networks_without_activations_have_none():
    net = nn.Sequential(nn.Linear(2, 2, nn.zeros, np.random.default_rng(0)))
    assert diagnostics.activation_statistics(net, np.ones((1, 2), np.float32)) == {}
