"""Who only looks at a network changes nothing: not what backward needs, no gradient, no statistics, no chance."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import nnlib as nn
from nnlib import diagnostics, gradcheck, metrics, plot
from nnlib.layer import undisturbed

X = np.random.default_rng(1).standard_normal((7, 2)).astype(np.float32)
Y = np.arange(7) % 3
OTHER = np.random.default_rng(2).standard_normal((5, 2)).astype(np.float32)
LABELS = np.arange(5) % 3
LOSS = nn.softmax_cross_entropy


class Remember(nn.Layer):
    """y = x: a layer of the reader's own, which counts and keeps under names that no one else knows."""

    def __init__(self):
        self.calls = 0

    def forward(self, x, train=False):
        self.calls, self.factor = self.calls + 1, 1 + np.arange(x.size).reshape(x.shape)
        return x + 0

    def backward(self, dy, need_dx=True):
        return dy * self.factor * self.calls


def make(dropout=True):
    """A network of all kinds of layers, and the generator that its Dropout draws from."""
    rng = np.random.default_rng(0)
    block = nn.Residual(nn.Linear(4, 4, rng=rng), nn.LeakyReLU(), nn.Dropout(0.3, rng))
    front = [nn.Linear(2, 4, rng=rng), nn.BatchNorm(4), nn.Tanh(), Remember(), block, nn.ClassicDropout(0.3, rng)]
    middle = [nn.Reshape(1, 2, 2), nn.Conv2D(1, 4, 2, rng=rng), nn.MaxPool2D(1), nn.Reshape(4), nn.Maxout(2)]
    return nn.Sequential(*front, *middle, nn.ELU(), nn.Linear(2, 3, rng=rng), nn.Softmax()), rng


# Every function of nnlib that takes a net, or a layer, or is a method of one, and only looks at it
LOOKS = {
    "predict": lambda net: net.predict(OTHER, 2),
    "shapes": lambda net: net.shapes(OTHER),
    "summary": lambda net: net.summary(OTHER),
    "astype": lambda net: net.astype(np.float64).forward(OTHER, train=True),
    "state": lambda net: net.state(),
    "save": lambda net: net.save("net.npz"),
    "leaves": lambda net: net.leaves(),
    "named_parameters": lambda net: net.named_parameters(),
    "jacobian": lambda net: gradcheck.jacobian(net, OTHER[0]),
    "check_network": lambda net: gradcheck.check_network(net, LOSS, OTHER, LABELS, train=True),
    "check_direction": lambda net: gradcheck.check_direction(
        net, LOSS, OTHER, LABELS, np.random.default_rng(0), train=True
    ),
    "accuracy": lambda net: nn.accuracy(net, (OTHER, LABELS)),
    "predicted_labels": lambda net: metrics.predicted_labels(net, net.predict(OTHER)),
    "right": lambda net: metrics.right(net, net.predict(OTHER), LABELS),
    "decision_boundary": lambda net: plot.decision_boundary(net, (OTHER, LABELS)),
    "value": lambda net: (nn.L1(1).value(net), nn.L2(1).value(net)),
    "weights": lambda net: nn.regularizers.weights(net),
    "update": lambda net: nn.EarlyStopping().update(net, 1.0),
    "save_training": lambda net: nn.checkpoint.save_training(
        "training.npz", net, nn.SGD(net, 0.1), np.random.default_rng(0), nn.History()
    ),
    "activations": lambda net: diagnostics.activations(net, OTHER, train=True),
    "activation_statistics": lambda net: diagnostics.activation_statistics(net, OTHER),
    "deltas": lambda net: diagnostics.deltas(net, LOSS, (OTHER, LABELS)),
    "weight_gains": diagnostics.weight_gains,
    "epoch": lambda net: diagnostics.Watch(LOSS, (OTHER, LABELS)).epoch(net),
    "step": lambda net: diagnostics.Watch(LOSS, (OTHER, LABELS)).step(net, None, net.state()),
    "gradients": lambda net: diagnostics.gradients(net),
    "gradient_norms": lambda net: diagnostics.gradient_norms(net),
    "update_ratios": lambda net: diagnostics.update_ratios(net, net.state()),
    "examine": lambda net: diagnostics.examine(net, LOSS, nn.SGD(net, 0.1), (OTHER, LABELS)),
    "undisturbed": lambda net: look_inside(net),
    "__init__": lambda net: nn.Adam(net),
    "__getitem__": lambda net: net[:3].predict(OTHER),
    "__repr__": repr,
}
CHANGES = {  # what it is there for
    "forward", "backward", "bind", "need_input", "load", "load_state", "load_training", "restore",
    "fit", "add_gradient", "clip_global_norm", "project",
}  # fmt: skip
PART_OF = {"need_network", "need_forward_first", "table", "pass_through"}  # of others in this list


def look_inside(net):
    with undisturbed(net):
        net.forward(OTHER)


def functions_of_nets():
    """The names of all public functions and methods that take a network or a layer."""
    for module in pkgutil.walk_packages(nn.__path__, "nnlib."):
        module = importlib.import_module(module.name)
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", "").startswith("nnlib") and not name.startswith("_"):
                members = vars(thing) if inspect.isclass(thing) else {name: thing}
                for member, function in members.items():
                    is_method = inspect.isclass(thing) and issubclass(thing, nn.Sequential)
                    if inspect.isfunction(function) and (is_method or takes_a_net(function)):
                        yield member


def takes_a_net(function):
    return not {"net", "layer"}.isdisjoint(inspect.signature(function).parameters)


def test_every_function_that_takes_a_network_is_tried_here():
    names = {name for name in functions_of_nets() if not name.startswith("_") or name in LOOKS}
    assert names - LOOKS.keys() - CHANGES - PART_OF == set(), "add it to LOOKS, or to CHANGES"


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("train", [True, False])
def test_looking_between_forward_and_backward_changes_nothing(name, train, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = []
    for look in (lambda net: None, LOOKS[name]):
        net, rng = make()
        dz = LOSS(net.forward(X, train), Y)[1]
        look(net)
        dx = net.backward(dz, need_dx=True)
        results.append([dx, net.grad.copy(), *net.state().values(), rng.random(3)])
    for expected, got in zip(*results, strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("name", LOOKS)
def test_looking_between_backward_and_step_changes_nothing(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    net, rng = make()
    net.backward(LOSS(net.forward(X, train=True), Y)[1])
    grad, state, chance = net.grad.copy(), net.state(), rng.bit_generator.state
    LOOKS[name](net)
    np.testing.assert_array_equal(net.grad, grad)
    for key, array in net.state().items():
        np.testing.assert_array_equal(array, state[key])
    assert rng.bit_generator.state == chance


def test_what_disturbed_and_failed_is_put_back_too():
    net, _ = make()
    dz = LOSS(net.forward(X), Y)[1]
    net.backward(dz)
    expected = net.grad.copy()
    with pytest.raises(ValueError, match="^x: expected finite numbers"):
        net.predict(np.array([[1, 2], [3, np.nan]], np.float32), 1)
    with pytest.raises(ValueError), undisturbed(net):
        net.forward(OTHER)
        raise ValueError
    net.grad[...] = 0
    net.backward(dz)
    np.testing.assert_array_equal(net.grad, expected)


def test_looking_before_the_first_forward_leaves_nothing_to_go_backward_from():
    net = make()[0]
    names = [set(vars(leaf)) for _, leaf in net.leaves()]
    net.predict(X)
    assert [set(vars(leaf)) for _, leaf in net.leaves()] == names
    gradcheck.jacobian(net, X[0])
    with pytest.raises(RuntimeError, match="call forward before backward"):
        net.backward(np.ones((7, 3), np.float32))


def test_without_the_means_to_put_back_the_gradient_would_differ():
    """This test of the tests: a second forward does change what backward gives."""
    net, _ = make()
    dz = LOSS(net.forward(X), Y)[1]
    net.backward(dz)
    expected = net.grad.copy()
    net.forward(X + 1)
    net.backward(dz)
    assert np.abs(net.grad - expected).max() > 1e-3
