"""What a function can't take is refused by the name of the argument, and bounds are where it says.

All functions are tried here, in one way.
"""

import copy
import inspect

import numpy as np
import pytest

import nnlib as nn
from nnlib import augment, costs, data, diagnostics, gradcheck, metrics, perceptron, schedules

RNG = np.random.default_rng(0)
X, Y, LABELS = np.full((3, 4), 0.5), np.full((3, 1), 0.5), np.array([0, 1, 1])
PAIR = X[:, :2], LABELS


def net():
    return nn.Sequential(nn.Linear(4, 2, rng=RNG, dtype=np.float64))


def used(layer):
    """The layer after a forward, so that backward looks at what it is given."""
    layer.forward(np.ones((3, 1, 4, 4)) if isinstance(layer, nn.Conv2D | nn.MaxPool2D | nn.AvgPool2D) else X)
    return layer


def images(**more):
    return {"x": np.ones((2, 16)), "rng": RNG} | more


NET = net()
LAYERS = [
    nn.Linear(4, 2, rng=RNG, dtype=np.float64), nn.Dropout(0.5, RNG), nn.ClassicDropout(0.5, RNG), nn.ReLU(),
    nn.Softmax(), nn.Maxout(), nn.BatchNorm(4), nn.Reshape(2, 2), nn.Residual(nn.ReLU()), NET,
    nn.Conv2D(1, 2, 2, rng=RNG, dtype=np.float64), nn.MaxPool2D(), nn.AvgPool2D(),
]  # fmt: skip
DRAWN = {"n_in": 3, "n_out": 2, "rng": RNG}
# A function, arguments that it takes, and the names of those that take anything.
CALLS = [
    *((init, DRAWN, ()) for init in (nn.he, nn.he_uniform, nn.xavier, nn.xavier_uniform, nn.xavier_fan_in)),
    (nn.normal(1), DRAWN, ()),
    (nn.zeros, DRAWN, ("rng",)),
    (nn.filled, {"value": 1}, ()),
    (nn.normal, {"std": 1}, ()),
    (nn.Linear, DRAWN | {"init": nn.he, "dtype": np.float32}, ()),
    (nn.Conv2D, {"c_in": 1, "c_out": 2, "size": 2, "padding": 0, "stride": 1, "rng": RNG, "init": nn.he,
                 "dtype": np.float32}, ()),
    (nn.Dropout, {"p": 0.5, "rng": RNG}, ()),
    (nn.BatchNorm, {"n": 4, "memory": 0.9, "eps": 1e-5, "dtype": np.float32}, ()),
    (nn.LeakyReLU, {"alpha": 1}, ()),
    (nn.ELU, {"alpha": 1}, ()),
    (nn.Maxout, {"k": 2}, ()),
    *((pool, {"size": 2, "stride": 2}, ()) for pool in (nn.MaxPool2D, nn.AvgPool2D)),
    *((function, {"z": X}, ()) for function in (nn.sigmoid, nn.softmax)),
    (nn.ReLU().slope, {"z": X}, ()),
    *((used(layer).forward, {next(iter(inspect.signature(layer.forward).parameters)): 0}, ()) for layer in LAYERS),
    *((used(layer).backward, {next(iter(inspect.signature(layer.backward).parameters)): 0}, ()) for layer in LAYERS),
    (NET.predict, {"x": X, "batch_size": 10}, ()),
    (NET.shapes, {"x": X}, ()),
    (NET.astype, {"dtype": np.float32}, ()),
    (NET.load_state, {"state": NET.state()}, ()),
    # losses, optimizers, penalties
    *((loss, {"y_hat": Y, "y": Y}, ()) for loss in (nn.half_squared_error, nn.mse, nn.binary_cross_entropy)),
    (nn.binary_cross_entropy_with_logits, {"z": Y, "y": Y}, ()),
    (nn.cross_entropy, {"p": X, "y": LABELS}, ()),
    (nn.softmax_cross_entropy, {"z": X, "y": LABELS}, ()),
    (nn.SGD, {"net": NET, "lr": 1}, ()),
    *((opt, {"net": NET, "lr": 1, "momentum": 0.9}, ()) for opt in (nn.Momentum, nn.MomentumEMA, nn.Nesterov)),
    (nn.RMSProp, {"net": NET, "lr": 1, "rho": 0.9, "eps": 1e-8}, ()),
    *((opt, {"net": NET, "lr": 1, "beta1": 0.9, "beta2": 0.9, "eps": 1e-8}, ())
      for opt in (nn.Adam, nn.AdamUncorrected)),
    (nn.AdamW, {"net": NET, "lr": 1, "beta1": 0.9, "beta2": 0.9, "eps": 1e-8, "weight_decay": 0.1}, ()),
    (nn.clip_global_norm, {"net": NET, "limit": 1}, ()),
    (nn.L2, {"lam": 1}, ()),
    (nn.L1, {"lam": 1}, ()),
    (nn.MaxNorm, {"limit": 1}, ()),
    *((function, {"net": NET}, ()) for function in (
        nn.L2(1).value, nn.L1(1).value, nn.L2(1).add_gradient, nn.L1(1).add_gradient, nn.MaxNorm(1).project)),
    # schedules
    (schedules.constant, {"lr": 1}, ()),
    (schedules.step, {"lr": 1, "every": 1, "factor": 0.1}, ()),
    (schedules.exponential, {"lr": 1, "rate": 0.1}, ()),
    (schedules.cosine, {"lr": 1, "epochs": 2, "lowest": 0.1}, ()),
    (schedules.warm_up, {"schedule": schedules.constant(1), "epochs": 2}, ()),
    # gradient checks
    (gradcheck.numerical_gradient, {"f": np.sum, "theta": Y[0], "h": 1e-5}, ()),
    (gradcheck.directional_derivative, {"f": np.sum, "theta": Y[0], "direction": Y[0], "h": 1e-5}, ()),
    (gradcheck.jacobian, {"layer": nn.ReLU(), "x": X[0]}, ("layer",)),
    (gradcheck.check_network, {"net": NET, "loss": nn.mse, "x": X, "y": X[:, :2], "h": 1e-5}, ("loss",)),
    (gradcheck.check_direction, {"net": NET, "loss": nn.mse, "x": X, "y": X[:, :2], "h": 1e-5, "rng": RNG}, ("loss",)),
    # training and measuring
    (nn.fit, {"net": NET, "loss": nn.softmax_cross_entropy, "opt": nn.SGD(NET, 0.1), "train": (X, LABELS), "epochs": 1,
              "batch_size": 2, "rng": RNG, "valid": (X, LABELS), "schedule": schedules.constant(1), "penalties": (),
              "clip": 1, "max_norm": nn.MaxNorm(1), "stopping": nn.EarlyStopping(), "augment": augment.noise,
              "history": nn.History(), "on_step": print, "on_epoch": print}, ()),
    (nn.EarlyStopping, {"patience": 1, "min_improvement": 0.1}, ()),
    (nn.accuracy, {"net": NET, "data": (X, LABELS), "batch_size": 3}, ()),
    (metrics.confusion_counts, {"y": LABELS, "predicted": LABELS}, ()),
    (diagnostics.activations, {"net": NET, "x": X}, ()),
    (diagnostics.activation_statistics, {"net": NET, "x": X}, ()),
    (diagnostics.gradients, {"net": NET}, ()),
    (diagnostics.gradient_norms, {"net": NET}, ()),
    (diagnostics.weight_gains, {"net": NET}, ()),
    (diagnostics.deltas, {"net": NET, "loss": nn.softmax_cross_entropy, "data": (X, LABELS)}, ()),
    (diagnostics.update_ratios, {"net": NET, "before": NET.state()}, ()),
    (diagnostics.Watch, {"loss": nn.softmax_cross_entropy, "batch": (X, LABELS)}, ()),
    (diagnostics.examine, {"net": NET, "loss": nn.softmax_cross_entropy, "opt": nn.SGD(NET, 0.1), "train": (X, LABELS),
                           "batch_size": 2, "valid": (X, LABELS), "history": nn.History(), "clip": 1}, ()),
    # data
    (data.minibatches, {"data": PAIR, "batch_size": 2, "rng": RNG}, ()),
    (data.split, {"data": PAIR, "n": 1, "rng": RNG}, ()),
    (data.digits, {"n_test": 3, "rng": RNG}, ()),
    (data.truth_table, {"function": lambda *x: 0, "n": 2}, ()),
    (data.blobs, {"m": 4, "rng": RNG, "centers": ((0, 0), (1, 1)), "noise": 0}, ()),
    (data.half_planes, {"m": 4, "rng": RNG, "margin": 0.1}, ()),
    (data.moons, {"m": 4, "rng": RNG, "noise": 0.1}, ()),
    (data.circles, {"m": 4, "rng": RNG, "noise": 0.1, "inner": 0.5}, ()),
    (data.spirals, {"m": 4, "rng": RNG, "arms": 2, "noise": 0.1, "turns": 1}, ()),
    (augment.noise, images(std=1), ()),
    (augment.shift, images(pixels=1), ()),
    (augment.rotate, images(degrees=1), ()),
    (augment.elastic, images(alpha=1, sigma=1), ()),
    (augment.distort, images(alpha=1, sigma=1, degrees=1, stretch=0.1), ()),
    # perceptrons
    (perceptron.step, {"z": X}, ()),
    (perceptron.xor, {"x": [0, 1]}, ()),
    (perceptron.learn_01, {"x": X, "y": LABELS, "lr": 1, "epochs": 1, "start": np.zeros(5), "rng": RNG}, ()),
    (perceptron.learn_signs, {"x": X, "y": LABELS * 2 - 1, "epochs": 1, "start": np.zeros(5), "rng": RNG}, ()),
    # counting
    (costs.parameter_count, {"sizes": (2, 1)}, ()),
    *((count, {"sizes": (2, 1), "m": 1}, ()) for count in (
        costs.forward_multiplications, costs.backward_multiplications, costs.difference_multiplications,
        costs.activation_count)),
    (costs.hidden_units, {"n_in": 2, "n_out": 1}, ()),
]  # fmt: skip
ARGUMENTS = [(call, given, name) for call, given, free in CALLS for name in given if name not in free]


def run(call, given):
    """Call it, and go through what it gives if that comes bit by bit."""
    result = call(**copy.deepcopy(given))
    return list(result) if inspect.isgenerator(result) else result


class Nothing:
    """What no function has a use for."""

    def __repr__(self):
        return "Nothing()"


@pytest.mark.parametrize(
    ("call", "given", "name"),
    ARGUMENTS,
    ids=[f"{getattr(call, '__qualname__', call)}-{name}" for call, _, name in ARGUMENTS],
)
def test_it_is_refused_by_its_name(call, given, name):
    with pytest.raises((TypeError, ValueError)) as refusal:
        run(call, given | {name: Nothing()})
    named, _, words = str(refusal.value).partition(": ")
    assert name in named.split(", ") and words


# What an argument of this name may be, what is beyond the bound by little, and what is just within.
BOUNDS = {
    "a number above 0, got": (
        "lr every factor rate h eps clip limit lam activations.alpha schedules.epochs", (0, -1e-9), 1e-9),
    "a number of at least 0, got": (
        "std noise degrees stretch augment.alpha sigma weight_decay min_improvement inner tolerance", (-1e-9,), 0),
    "a number of at least 0 and below 1, got": (
        "layers.p momentum rho beta1 beta2 memory lowest margin", (-1e-9, 1), 0),
    "a whole number of at least 1, got": (
        "n_in n_out c_in c_out size stride k n m batch_size patience arms n_test epochs steps", (0, -1, 1.5), 1),
    "a whole number of at least 0, got": ("padding pixels", (-1, 0.5), 0),
}  # fmt: skip
KINDS = {name: kind for kind, (names, *_) in BOUNDS.items() for name in names.split()}


def kind_of(call, name):
    """The line of BOUNDS for an argument, if it is a number with a bound."""
    return KINDS.get(f"{call.__module__.removeprefix('nnlib.')}.{name}", KINDS.get(name))


BOUNDED = [(call, given, name) for call, given, name in ARGUMENTS if kind_of(call, name)]


@pytest.mark.parametrize(
    ("call", "given", "name"), BOUNDED, ids=[f"{call.__qualname__}-{name}" for call, _, name in BOUNDED]
)
def test_a_number_may_lie_on_its_bound_and_not_beyond(call, given, name):
    kind = kind_of(call, name)
    _, beyond, within = BOUNDS[kind]
    for value in beyond:
        with pytest.raises(ValueError, match=f"^{name}: expected {kind}"):
            run(call, given | {name: value})
    run(call, given | {name: within})
