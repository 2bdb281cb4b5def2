"""Watch: an entry per epoch and per step, each that of the measure at that time."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import diagnostics


def small_net(rng):
    return nn.Sequential(nn.Linear(2, 5, rng=rng), nn.Tanh(), nn.Linear(5, 2, rng=rng))


def train(watch, epochs=3, on_epoch=None):
    rng = np.random.default_rng(0)
    data, net = nn.data.moons(40, rng), small_net(rng)
    options = {"epochs": epochs, "batch_size": 20, "rng": rng, "progress": False}
    hooks = {"on_step": watch.step, "on_epoch": on_epoch or watch.epoch} if watch else {}
    nn.fit(net, nn.softmax_cross_entropy, nn.SGD(net, 0.5), data, **options, **hooks)
    return net


@pytest.fixture
def batch():
    return nn.data.moons(30, np.random.default_rng(7))


def test_every_epoch_and_every_step_has_an_entry_that_is_the_measure_of_that_time(batch):
    watch, nets = diagnostics.Watch(nn.softmax_cross_entropy, batch), []

    def epoch(net, history):
        watch.epoch(net, history)
        nets.append(net.astype(np.float32))

    train(watch, on_epoch=epoch)
    assert list(watch.gradient_norms) == ["0.W", "0.b", "2.W", "2.b"]
    assert list(watch.delta_sizes) == ["0 Linear(2, 5)", "2 Linear(5, 2)"]
    assert {len(values) for values in watch.update_ratios.values()} == {6}
    for i, net in enumerate(nets):
        delta = diagnostics.deltas(net, nn.softmax_cross_entropy, batch)["0 Linear(2, 5)"]
        assert watch.delta_sizes["0 Linear(2, 5)"][i] == pytest.approx(np.sqrt(np.mean(delta**2)), rel=1e-5)
        assert watch.activity["1 Tanh()"][i] == diagnostics.activation_statistics(net, batch.x)["1 Tanh()"]
        net.backward(nn.softmax_cross_entropy(net.forward(batch.x), batch.y)[1])
        assert watch.gradient_norms["2.W"][i] == pytest.approx(diagnostics.gradient_norms(net)["2.W"], rel=1e-5)
    assert len(set(watch.gradient_norms["0.W"])) == 3


def test_the_update_ratios_are_those_of_the_steps(batch):
    watch, net = diagnostics.Watch(nn.softmax_cross_entropy, batch), small_net(np.random.default_rng(0))
    before = net.state()
    net.layers[0].W *= 1.25
    watch.step(net, None, before)
    assert watch.update_ratios == {"0.W": [pytest.approx(0.25)], "2.W": [0]}


def test_watching_changes_no_training(batch):
    watched, alone = train(diagnostics.Watch(nn.softmax_cross_entropy, batch)), train(None)
    np.testing.assert_array_equal(watched.theta, alone.theta)
    np.testing.assert_array_equal(watched.grad, alone.grad)


def test_a_net_can_be_noted_before_its_training(batch):
    watch = diagnostics.Watch(nn.softmax_cross_entropy, batch)
    watch.epoch(small_net(np.random.default_rng(0)))
    assert len(watch.delta_sizes["2 Linear(5, 2)"]) == 1


def test_what_is_noted_of_gradients_is_that_of_training_and_of_activity_that_of_use(batch):
    """Batch normalisation takes the mean and the size of the batch, and there the gradient is another one."""
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(2, 5, rng=rng), nn.BatchNorm(5), nn.Tanh(), nn.Linear(5, 2, rng=rng))
    watch, sizes = diagnostics.Watch(nn.softmax_cross_entropy, batch), {}
    watch.epoch(net)
    for train in (True, False):
        net.backward(nn.softmax_cross_entropy(net.forward(batch.x, train=train), batch.y)[1])
        sizes[train] = diagnostics.gradient_norms(net)["0.W"]
    assert watch.gradient_norms["0.W"] == [pytest.approx(sizes[True])] and sizes[False] != pytest.approx(sizes[True])
    in_use, in_training = (diagnostics.activation_statistics(net, batch.x, train) for train in (False, True))
    assert watch.activity["2 Tanh()"] == [in_use["2 Tanh()"]] != [in_training["2 Tanh()"]]


@pytest.mark.parametrize("x", [np.nan, np.inf])
def test_a_batch_that_is_not_finite_is_refused(x):
    with pytest.raises(ValueError, match="batch: x has 2 entries"):
        diagnostics.Watch(nn.softmax_cross_entropy, (np.full((1, 2), x), np.array([0])))
