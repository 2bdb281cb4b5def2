"""Diagnostics: what to look at when a network does not learn, and warnings in plain words. Source: S2.

The limits below are rules of thumb, not theorems (E27): every warning therefore says what was measured.
"""

import copy
from typing import NamedTuple

import numpy as np

from nnlib.activations import Activation, ReLU, Sigmoid, Tanh
from nnlib.arguments import describe, need_function, need_loss, need_network

DEAD_UNITS = 0.4  # warn if more than this part of a layer's units is 0 for every example; 0.1 is usual
SATURATED = 0.5  # warn if more than this part of a layer's outputs is near a limit
NEAR = 0.01  # of the range of the function: σ' is then below 4 % of its largest value
GRADIENT_RATIO = 1e-3  # warn if gradients shrink or grow by more than this factor through the layers
GRADIENT_NORM = 100  # warn if the gradient is longer than this
UPDATE_HIGH, UPDATE_LOW = 0.1, 1e-6  # about 1e-3 is usual for ‖ΔW‖ / ‖W‖
FALL_PER_EPOCH = 0.01  # warn if the loss falls by less than this part of itself per epoch
BATCH_RISE = 3  # warn if the loss of a batch was ever this many times that of the first
VALID_RISE = 1.1  # warn if the validation loss has been above its lowest by this factor for three epochs


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


def activations(net, x):
    """{"1 ReLU()": a, …}: the outputs (m, n) of every activation function for the inputs x. Source: S2."""
    need_network(net).forward(x)
    return {_label(path, leaf): leaf.a.copy() for path, leaf in _activations(net)}


def gradients(net):
    """{"0.W": ∂L/∂W, …}: the gradients that the last backward left, as views of net.grad."""
    leaves = need_network(net).leaves()
    return {path + name: getattr(leaf, "d" + name) for path, leaf in leaves for name in leaf.parameters}


def gradient_norms(net):
    """{"0.W": ‖∂L/∂W‖, …} of the last backward: the square root of the sum of squares. Source: S2."""
    return {name: _norm(g) for name, g in gradients(net).items()}


def activation_statistics(net, x):
    """{"1 ReLU()": Activity, …} for the inputs x. Source: S2."""
    need_network(net).forward(x)
    return {_label(path, leaf): _activity(leaf) for path, leaf in _activations(net)}


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
    return {name: float(np.linalg.norm(W - before[name]) / np.linalg.norm(before[name])) for name, W in weights.items()}


def examine(net, loss, opt, x, y, history=None):
    """A list of warnings in plain words about one step on the batch (x, y) and, if given, the history of training.

    loss(output, y) gives (L, dz), opt takes the step. An empty list means that nothing striking was seen.
    Works on copies: net and opt stay as they are. Refuses an `opt` of another network. Source: S2.
    """
    if getattr(opt, "net", None) is not net:
        raise ValueError("opt: it was made for another network than `net`, and would train that one")
    need_function("loss", loss)
    net, opt = copy.deepcopy((net, opt))
    before = net.state()
    statistics = activation_statistics(net, x)
    net.backward(need_loss(loss(net.forward(x, train=True), y))[1])
    opt.step()
    ratios = update_ratios(net, before)
    warnings = [
        *_dead(statistics),
        *_saturated(statistics),
        *_gradient_flow(net),
        *_too_high(ratios, history),
        *_overfitting(history),
    ]
    return warnings or list(_too_low(ratios, history))  # which is only suspected where nothing else is seen


def _norm(g):
    """‖g‖ in float64: in float32, the squares of what vanishes are 0, and those of what explodes infinite."""
    return float(np.linalg.norm(g.astype(np.float64)))


def _activations(net):
    return [(path, leaf) for path, leaf in net.leaves() if isinstance(leaf, Activation)]


def _label(path, leaf):
    return f"{path.rstrip('.')} {leaf!r}"


def _activity(leaf):
    a = leaf.a
    low, high = {Sigmoid: (0, 1), Tanh: (-1, 1)}.get(type(leaf), (-np.inf, np.inf))
    near = NEAR * (high - low) if np.isfinite(high) else 0
    at_limit = (a < low + near) | (a > high - near)
    zero = (a == 0) & isinstance(leaf, ReLU)
    dead, saturated = zero.all(axis=0).sum(), at_limit.all(axis=0).sum()
    parts = float(a.mean()), float(a.std()), float(zero.mean()), float(at_limit.mean())
    return Activity(*parts, a[0].size, int(dead), int(saturated))


def _dead(statistics):
    for name, s in statistics.items():
        if s.dead_units > DEAD_UNITS * s.units:
            yield (
                f"Dead units: in layer {name}, {s.dead_units} of {s.units} units are 0 for every example, and pass no "
                "gradient on. Try a lower learning rate, He initialization, biases of 0, or LeakyReLU."
            )


def _saturated(statistics):
    for name, s in statistics.items():
        if s.saturated > SATURATED:
            yield (
                f"Saturated units: in layer {name}, {s.saturated:.0%} of the outputs are within {NEAR:.0%} of a limit, "
                "where the slope is nearly 0. Try smaller initial weights (Xavier), scaled inputs, or ReLU."
            )


def _gradient_flow(net):
    sizes = {name: _norm(g) / np.sqrt(g.size) for name, g in gradients(net).items() if name.endswith("W")}
    total = _norm(net.grad)
    if not np.isfinite(total) or total > GRADIENT_NORM:
        yield (
            f"Exploding gradient: its norm is {total:.3g}. "
            "Try a lower learning rate, smaller initial weights, or clipping."
        )
    if len(sizes) < 2 or not np.isfinite(total):
        return
    (first, a), *_, (last, b) = sizes.items()
    if a < GRADIENT_RATIO * b or a == 0:
        yield (
            f"Vanishing gradients: entries of the gradient of {first} are {a:.2g} in size (root mean square), "
            f"those of {last} {b:.2g}. Try ReLU, He or Xavier initialization, batch normalisation, or fewer layers."
        )
    elif b < GRADIENT_RATIO * a:
        yield (
            f"Growing gradients: entries of the gradient of {first} are {a:.2g} in size (root mean square), "
            f"those of {last} {b:.2g}. Try smaller initial weights, or clipping."
        )


def _too_high(ratios, history):
    name = max(ratios, key=ratios.get, default=None)
    if name and not ratios[name] < UPDATE_HIGH:
        yield (
            f"Learning rate too high? One step changes {name} by {ratios[name]:.1%} of its size; "
            "about 0.1 % is usual. Try a third of it."
        )
    if history and history.batch_loss and not max(history.batch_loss) < BATCH_RISE * history.batch_loss[0]:
        yield (
            f"Learning rate too high? The loss of a batch rose from {history.batch_loss[0]:.3g} "
            f"to {max(history.batch_loss):.3g} in training. Try a tenth of it."
        )


def _too_low(ratios, history):
    if ratios and max(ratios.values()) < UPDATE_LOW:
        yield (
            f"Learning rate too low? One step changes no weights by more than {max(ratios.values()):.1e} of their "
            "size; about 1e-3 is usual. Try a hundred times as much."
        )
    epochs = len(history.loss) if history else 0
    if 1 < epochs < 1 / FALL_PER_EPOCH and history.loss[-1] > history.loss[0] * (1 - FALL_PER_EPOCH) ** (epochs - 1):
        yield (
            f"Learning rate too low? The training loss went only from {history.loss[0]:.4g} to {history.loss[-1]:.4g} "
            f"in {epochs} epochs. Try three times as much."
        )


def _overfitting(history):
    valid = history.valid_loss if history else []
    if valid and min(valid[-3:]) > VALID_RISE * min(valid) and history.loss[-1] < history.loss[0]:
        yield (
            f"Overfitting: the validation loss was lowest in epoch {np.argmin(valid) + 1} ({min(valid):.3g}) "
            f"and is now {valid[-1]:.3g}, while the training loss is {history.loss[-1]:.3g}. "
            "Try early stopping, L2, dropout, augmentation, or more data."
        )
