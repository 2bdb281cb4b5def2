"""The numbers to look at in training: of activations, gradients, errors δ, weights and their updates. Source: S2.

All are computed on copies: a forward that is waiting for its backward may be looked at in between.
Keys name the layer by its place: "2.W" is the W of net.layers[2], "1 ReLU()" the layer net.layers[1].
"""

import copy
from typing import NamedTuple

import numpy as np

from nnlib.activations import Activation, ReLU, Sigmoid, Tanh
from nnlib.arguments import describe, need_examples, need_function, need_loss, need_network

LIMITS = {Sigmoid: (0, 1), Tanh: (-1, 1)}
NEAR = 0.01  # of the range between the limits: σ' is then below 4 % of its largest value


class Activity(NamedTuple):
    """The outputs a of one layer for a batch: `mean` and `std`, the part from 0 to 1 that is `zero` (of ReLU)
    or `saturated`, that is near a limit (of sigmoid and tanh), the number of `units`, and of those for
    which it is so for every example: `dead_units` and `saturated_units`. Source: S2."""

    mean: float
    std: float
    zero: float
    saturated: float
    units: int
    dead_units: int
    saturated_units: int


def activations(net, x, train=False):
    """{"1 ReLU()": a, …}: the outputs (m, n) of every activation function for the inputs x (m, n_in).

    With `train`, dropout drops and batch normalisation uses the batch, as in training. Source: S2.
    """
    net = copy.deepcopy(need_network(net))
    net.forward(x, train)
    return {_label(path, leaf): leaf.a for path, leaf in net.leaves() if isinstance(leaf, Activation)}


def activation_statistics(net, x, train=False):
    """{"1 ReLU()": Activity, …} for the inputs x (m, n_in), as `activations` gives them. Source: S2."""
    kinds = {_label(path, leaf): type(leaf) for path, leaf in need_network(net).leaves()}
    return {name: _activity(kinds[name], a) for name, a in activations(net, x, train).items()}


def gradients(net):
    """{"0.W": ∂L/∂W, …}: the gradients that the last backward left, as views of net.grad."""
    leaves = need_network(net).leaves()
    return {path + name: getattr(leaf, "d" + name) for path, leaf in leaves for name in leaf.parameters}


def gradient_norms(net):
    """{"0.W": ‖∂L/∂W‖, …} of the last backward: the square root of the sum of squares. Source: S2."""
    return {name: norm(g) for name, g in gradients(net).items()}


def deltas(net, loss, data):
    """{"0 Linear(64, 32)": ∂L/∂z, …}: the errors δ of the layers that learn, for one batch in training.

    data are (x, y), loss(output, y) gives (L, dz); each δ has the shape of the layer's output, (m, n).
    How its size changes from layer to layer is the picture that shows vanishing and exploding gradients.
    Source: Glorot & Bengio 2010, section 4; S2.
    """
    (x, y), net, seen = need_examples("data", data), copy.deepcopy(need_network(net)), {}
    for path, leaf in net.leaves():
        if leaf.parameters:
            leaf.backward = _noting(leaf.backward, seen, _label(path, leaf))
    net.backward(need_loss(need_function("loss", loss)(net.forward(x, train=True), y))[1])
    return dict(reversed(seen.items()))  # backward comes from the end


def update_ratios(net, before):
    """{"0.W": ‖ΔW‖ / ‖W‖, …} since before = net.state(), for weights that were not 0; about 1e-3 is usual.

    Refuses a `before` that is not the state of such a network. Source: S2.
    """
    if not isinstance(before, dict):
        raise TypeError(f"before: expected what net.state() gave, got {describe(before)}")
    for name, W in need_network(net).named_parameters().items():
        if np.shape(before.get(name)) != W.shape:
            raise ValueError(f"before: expected {name} as {describe(W)}, got {describe(before.get(name))}")
    weights = {name: W for name, W in net.named_parameters().items() if name.endswith("W") and before[name].any()}
    return {name: norm(W - before[name]) / norm(before[name]) for name, W in weights.items()}


def weight_gains(net):
    """{"0.W": √(n_in · mean of w²), …}: by how much a layer's W stretches its input, on average.

    √2 after He's initialisation, about 1 after Xavier's; n_in is the number of weights per unit.
    Powers of it come out of many layers. Source: He et al. 2015, section 2.2; S2.
    """
    parameters = need_network(net).named_parameters()
    return {name: norm(W) / np.sqrt(len(W)) for name, W in parameters.items() if name.endswith("W")}


def norm(g):
    """‖g‖ in float64: in float32, the squares of what vanishes are 0, and those of what explodes infinite."""
    return float(np.linalg.norm(np.asarray(g, np.float64).ravel()))


def rms(g):
    """√(mean of g²): the size of an entry."""
    return norm(g) / np.sqrt(np.size(g))


def _label(path, leaf):
    return f"{path.rstrip('.')} {leaf!r}"


def _noting(backward, seen, label):
    def noting(dz, need_dx=True):
        seen[label] = dz.copy()
        return backward(dz, need_dx)

    return noting


def _activity(kind, a):
    low, high = LIMITS.get(kind, (-np.inf, np.inf))
    near = NEAR * (high - low) if kind in LIMITS else 0
    at_limit = (a < low + near) | (a > high - near)
    zero = (a == 0) & issubclass(kind, ReLU)
    dead, saturated = zero.all(axis=0).sum(), at_limit.all(axis=0).sum()
    parts = float(a.mean()), float(a.std()), float(zero.mean()), float(at_limit.mean())
    return Activity(*parts, a[0].size, int(dead), int(saturated))
