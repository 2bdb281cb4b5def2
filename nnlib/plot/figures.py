"""The figures that S2 names: one function each, under the name of its picture. Each returns its Matplotlib axes."""

import copy

import matplotlib.pyplot as plt
import numpy as np

from nnlib import activations, augment, data
from nnlib.descent import descend
from nnlib.layers import Dropout, Linear
from nnlib.losses import half_squared_error, softmax_cross_entropy
from nnlib.network import Sequential
from nnlib.optimizers import SGD, Adam, Momentum
from nnlib.plot.planes import loss_surface
from nnlib.plot.style import BLACK, BLUE, GREEN, ORANGE, RED, SKY, WIDEST, look, tidy
from nnlib.regularizers import L1, L2
from nnlib.training import fit

SHOWN = {
    "step": activations.Step(),
    "sigmoid": activations.Sigmoid(),
    "tanh": activations.Tanh(),
    "ReLU": activations.ReLU(),
    "leaky ReLU, α = 0.1": activations.LeakyReLU(0.1),
    "ELU, α = 1": activations.ELU(),
}


def activation_functions():
    """a = σ(z) for six activation functions."""
    return _panels(lambda layer, z: layer.value(z), BLUE, "$a$", sharey=False)


def activation_derivatives():
    """a' = σ'(z) for the same six, on one scale; a jump at 0 is left open."""
    return _panels(lambda layer, z: layer.slope(z), RED, "$a'$", sharey=True)


def _panels(value, color, label, sharey):
    axes = plt.subplots(2, 3, figsize=(WIDEST, 4.2), sharex=True, sharey=sharey, layout="constrained")[1]
    halves = np.linspace(-4, -1e-9, 200), np.linspace(1e-9, 4, 200)  # so that no line is drawn through a jump
    for ax, (name, layer) in zip(axes.flat, SHOWN.items()):
        for z in halves:
            ax.plot(z, value(layer, z), color=color, lw=2)
        _through_0(ax)
        ax.set_title(name)
        ax.margins(y=0.12)
        tidy(ax)
    for ax in axes[1]:
        ax.set(xlabel="$z$", xticks=(-4, -2, 0, 2, 4))
    for ax in axes[:, 0]:
        ax.set_ylabel(label)
    return axes


def _through_0(ax):
    """Thin lines where either coordinate is 0."""
    ax.axhline(0, color=BLACK, lw=0.6)
    ax.axvline(0, color=BLACK, lw=0.6)


def gradient_descent_visualization():
    """Left: w ← w − η L'(w) with four learning rates on L = w². Right: a long valley, without and with momentum."""
    axes = plt.subplots(1, 2, figsize=(WIDEST, 3.3), layout="constrained")[1]
    w = np.linspace(-2.2, 2.2, 200)
    axes[0].plot(w, w**2, color="0.7")
    for lr, color, marker in ((0.02, SKY, "o"), (0.2, GREEN, "s"), (0.9, ORANGE, "D"), (1.04, RED, "^")):
        steps = descend(lambda w: 2 * w, [1.6], lambda point, lr=lr: SGD(point, lr), 6)  # L' = 2 w
        axes[0].plot(steps, steps**2, marker=marker, color=color, lw=1, ms=5, label=f"η = {lr}")
    axes[0].set(xlabel="$w$", ylabel="$L = w^2$", ylim=(-0.3, 8.6))
    axes[0].legend(frameon=False, loc="upper center", ncols=2)
    tidy(axes[0])
    paths = {"gradient descent": valley_path(0.0), "with momentum 0.7": valley_path(0.7)}
    loss_surface(valley, paths, (-2, 2), axes[1])
    return axes


def valley(w1, w2):
    """L = w₁² / 20 + w₂²: a valley 20 times as steep across as along."""
    return w1**2 / 20 + w2**2


def valley_path(momentum, lr=0.8, steps=15, start=(-1.8, 1.4)):
    """The weights of each of the `steps` of Momentum, with this `momentum`, in the valley from `start`."""
    return descend(lambda w: w * [1 / 10, 2], start, lambda point: Momentum(point, lr, momentum), steps)


def overfitting_regularization_demo():
    """Three networks for 12 noisy points of a sine: too small, large, and large with L2."""
    x, line = np.linspace(-3, 3, 12)[:, None], np.linspace(-3.1, 3.1, 300)[:, None]
    y = np.sin(x) + 0.3 * np.random.default_rng(1).standard_normal(x.shape)
    axes = plt.subplots(1, 3, figsize=(WIDEST, 2.7), sharey=True, layout="constrained")[1]
    cases = ("too small: 1 unit", 1, None), ("50 units, no penalty", 50, None), ("50 units with L2", 50, L2(1e-3))
    for ax, (title, units, penalty) in zip(axes, cases):
        curve = _curve_of_network(x, y, units, penalty)
        ax.plot(line, np.sin(line), color="0.6", lw=1.2, ls="--", label="truth")
        ax.plot(line, curve(line), color=RED, lw=2, label="network")
        ax.plot(x, y, "o", color=BLUE, label="data")
        ax.set(title=title, xlabel="$x$", ylim=(-2, 2))
        tidy(ax)
    axes[0].set_ylabel("$y$")
    axes[0].legend(frameon=False, loc="upper left", fontsize=9)
    return axes


def _curve_of_network(x, y, units, penalty, steps=3000):
    """The function that a network of tanh units learns from all the points at once."""
    rng = np.random.default_rng(0)
    net = Sequential(Linear(1, units, rng=rng), activations.Tanh(), Linear(units, 1, rng=rng)).astype(np.float64)
    opt = Adam(net, 0.02)
    for _ in range(steps):
        net.backward(half_squared_error(net.forward(x), y)[1])
        if penalty:
            penalty.add_gradient(net)
        opt.step()
    return net.forward


def l1_vs_l2_regularization():
    """The least loss under a limit on ‖w‖₁, at a corner with w₁ = 0, and on ‖w‖₂; and weights learned with both."""
    panels = plt.figure(figsize=(5.8, 5.6), layout="constrained").subplot_mosaic("12;ww", height_ratios=(3, 2))
    axes = list(panels.values())
    angle = np.linspace(0, 2 * np.pi, 721)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    diamond = circle / np.abs(circle).sum(axis=1, keepdims=True)
    for ax, edge, title, color in (
        (axes[0], diamond, "L1: $|w_1| + |w_2| = 1$", ORANGE),
        (axes[1], circle, "L2: $w_1^2 + w_2^2 = 1$", BLUE),
    ):
        _touching(ax, edge, color)
        ax.set_title(title)
    for penalty, color in ((L2(1e-2), BLUE), (L1(2e-3), ORANGE)):
        weights = np.sort(np.abs(_linear_digits(penalty).layers[0].W).ravel())[::-1]
        axes[2].plot(weights, color=color, lw=2, label=type(penalty).__name__)
    axes[2].set(title="640 weights for digits, by size", xlabel="rank", ylabel="|w|")
    axes[2].legend(frameon=False)
    tidy(axes[2])
    return axes


def _touching(ax, edge, color):
    """Lines of equal loss, the region that is allowed, and the point of it with the least loss."""
    middle, stretch = np.array([0.4, 1.7]), np.array([[1.0, 0.35], [0.35, 0.8]])
    u, v = np.meshgrid(*2 * [np.linspace(-1.6, 2.4, 161)])
    d = np.stack([u, v], axis=-1) - middle
    ax.contour(u, v, np.einsum("ijk,kl,ijl->ij", d, stretch, d), 12, colors="0.75", linewidths=0.8)
    ax.fill(*edge.T, color=color, alpha=0.3)
    best = edge[np.argmin(np.einsum("ik,kl,il->i", edge - middle, stretch, edge - middle))]
    ax.plot(*best, "o", color=color, mec=BLACK, ms=8)
    ax.plot(*middle, "x", color=BLACK)
    _through_0(ax)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")


def _linear_digits(penalty):
    rng, (train, _) = np.random.default_rng(0), data.digits()
    net = Sequential(Linear(64, 10, rng=rng))
    how = {"epochs": 15, "batch_size": 64, "rng": rng, "penalties": (penalty,)}
    fit(net, softmax_cross_entropy, Momentum(net, 0.1), train, **how, progress=False)
    return net


def regularization_runs(rng, epochs=80, m=200):
    """{"none": History, "L2": …}: the same network on the first m digits, a fifth of them with wrong labels.

    `rng` draws the digits; then every run goes on with a copy of it, so that all start with the same weights.
    """
    train, valid = data.digits(rng=rng)
    x, y = train.x[:m], train.y[:m]  # nobody else has these arrays
    y[::5] = (y[::5] + 1) % 10
    cases = {
        "none": {},
        "L1": {"penalties": (L1(1e-3),)},
        "L2": {"penalties": (L2(5e-3),)},
        "dropout": {"p": 0.5},
        "augmentation": {"augment": lambda x, rng: augment.distort(x, rng, 3, 2, 8, 0.08)},
    }
    return {name: _regularized_run((x, y), valid, epochs, copy.deepcopy(rng), **case) for name, case in cases.items()}


def _regularized_run(train, valid, epochs, rng, p=0.0, **more):
    layers = Linear(64, 128, rng=rng), activations.ReLU(), Dropout(p, rng), Linear(128, 10, rng=rng)
    net = Sequential(*layers)
    how = {"epochs": epochs, "batch_size": 20, "rng": rng, "valid": valid, **more}
    return fit(net, softmax_cross_entropy, Momentum(net, 0.02), train, **how, progress=False)


def regularization_comparison(runs=None):
    """Training and validation accuracy of each of `runs`, {name: History}, as means over the last ten epochs."""
    runs = runs or regularization_runs(np.random.default_rng(0))
    ax = plt.subplots(figsize=(WIDEST, 3.4), layout="constrained")[1]
    place = np.arange(len(runs))
    sides = (-0.2, "accuracy", BLUE, "training"), (0.2, "valid_accuracy", RED, "validation")
    for shift, field, color, label in sides:
        height = [100 * np.mean(getattr(run, field)[-10:]) for run in runs.values()]
        bars = ax.bar(place + shift, height, 0.38, color=color, label=label)
        ax.bar_label(bars, fmt="%.1f", fontsize=9)
    ax.set(xticks=place, xticklabels=runs, ylabel="accuracy in %", ylim=(0, 122), yticks=range(0, 101, 20))
    ax.legend(frameon=False, ncols=2, loc="upper right")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def training_curves_regularization(runs=None):
    """Training loss (left) and validation loss (right) of each of `runs`, {name: History}, per epoch."""
    runs = runs or regularization_runs(np.random.default_rng(0))
    axes = plt.subplots(1, 2, figsize=(WIDEST, 3.1), sharey=True, layout="constrained")[1]
    for ax, field, title in zip(axes, ("loss", "valid_loss"), ("training", "validation")):
        for i, (name, run) in enumerate(runs.items()):
            ax.plot(range(1, len(run.loss) + 1), getattr(run, field), **look(i) | {"marker": ""}, lw=1.6, label=name)
        ax.set(title=title, xlabel="epoch", yscale="log")
        ax.xaxis.get_major_locator().set_params(integer=True)
        tidy(ax)
    axes[0].set_ylabel("mean loss")
    axes[1].legend(frameon=False, fontsize=9)
    return axes
