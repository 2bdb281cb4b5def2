"""Curves and histograms: how training went, and how numbers are spread."""

import matplotlib.pyplot as plt
import numpy as np

from nnlib.arguments import describe, need_array, need_count
from nnlib.plot.style import BLUE, PALETTE, RED, WIDEST, look, new_axes, tidy


def learning_curves(history, axes=None):
    """Loss and accuracy of a `history`, per epoch, in training and validation; returns both axes.

    Refuses what is not a history.
    """
    _need_history(history)
    if axes is None:
        axes = plt.subplots(1, 2, figsize=(WIDEST, 2.9), layout="constrained")[1]
    _curves(axes[0], history.loss, history.valid_loss, "mean loss")
    _curves(axes[1], history.accuracy, history.valid_accuracy, "accuracy")
    return axes


def _curves(ax, train, valid, label):
    for values, name, color, marker in ((train, "training", BLUE, "o"), (valid, "validation", RED, "s")):
        if values:
            ax.plot(range(1, len(values) + 1), values, color=color, marker=marker, ms=4, label=name)
    ax.set(xlabel="epoch", ylabel=label)
    ax.xaxis.get_major_locator().set_params(integer=True)
    tidy(ax)
    if ax.lines:
        ax.legend(frameon=False)


def batch_loss(history, ax=None, window=100, label=None, color=BLUE):
    """Loss of every step, faint, and its moving mean over `window` steps; returns the axes.

    `label` names the line in a legend. Refuses a history without steps.
    """
    if not _need_history(history).batch_loss:
        raise ValueError("history: expected the loss of at least one step, got none")
    ax = ax or new_axes()
    values = np.array(history.batch_loss)
    window = min(need_count("window", window), len(values))
    mean = np.convolve(values, np.ones(window) / window, mode="valid")
    ax.plot(values, color=color, alpha=0.25, lw=0.7)
    ax.plot(np.arange(window - 1, len(values)), mean, color=color, label=label)
    ax.set(xlabel="step", ylabel="loss of the batch")
    return tidy(ax)


def runs(curves, x=None, ax=None):
    """Several ways, each tried more than once: the mean of its runs, in a band from the least to the greatest.

    `curves` are {"SGD": [run, …], …}, runs of n numbers each, at `x`, (n,), or else at the epochs 1, 2, …, n.
    Say what they are by `ax.set(ylabel=…)`. Returns the axes. Refuses runs that differ in length.
    """
    if not isinstance(curves, dict) or not curves:
        raise TypeError(f"curves: expected {{name: runs, …}}, got {describe(curves)}")
    ax = ax or new_axes()
    for i, (name, values) in enumerate(curves.items()):
        values = np.atleast_2d(need_array(name, values))
        at = np.arange(1, values.shape[1] + 1) if x is None else np.asarray(x)
        if at.shape != values.shape[1:]:
            raise ValueError(f"x: expected one for each of the {values.shape[1]} numbers of {name}, got {describe(at)}")
        ax.plot(at, values.mean(axis=0), **look(i), ms=4, markevery=max(1, len(at) // 10), label=name)
        ax.fill_between(at, values.min(axis=0), values.max(axis=0), color=look(i)["color"], alpha=0.2, lw=0)
    if x is None:
        ax.set_xlabel("epoch")
        ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False)
    return tidy(ax)


def histograms(arrays, axes=None, bins=60):
    """One histogram for each of `arrays`, {"1 Tanh()": values, …}, with mean ± standard deviation; returns the axes.

    They have so many `bins`. Refuses values that are not finite, such as those of a network that has diverged.
    """
    if not isinstance(arrays, dict) or not arrays:
        raise TypeError(f"arrays: expected {{name: values, …}}, got {describe(arrays)}")
    arrays = {name: need_array(name, values) for name, values in arrays.items()}
    if axes is None:
        axes = _row_by_row(len(arrays))
    for ax, (name, values), color in zip(np.ravel(axes), arrays.items(), PALETTE * len(arrays)):
        ax.hist(np.ravel(values), need_count("bins", bins), color=color)
        size = f"{np.mean(values):.2g} ± {np.std(values):.2g}".replace("-", "−")
        ax.set_title(f"{name}\n{size}", fontsize=9)
        ax.set_yticks([])
        tidy(ax)
    return axes


def _need_history(history):
    """history if it is what `fit` gives; TypeError otherwise."""
    if not hasattr(history, "batch_loss"):
        raise TypeError(f"history: expected what fit gave, got {describe(history)}")
    return history


def _row_by_row(n, columns=5):
    """n axes with one scale of x, so many in a row."""
    columns = min(n, columns)
    rows = -(-n // columns)
    size = (min(2.3 * columns, WIDEST), 2.2 * rows)
    axes = plt.subplots(rows, columns, figsize=size, sharex=True, squeeze=False, layout="constrained")[1].ravel()
    for ax in axes[n:]:
        ax.axis("off")
    return axes[:n]
