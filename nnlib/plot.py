"""Plots: each draws on Matplotlib axes and returns them, with or without a display.

Colours are those of Okabe and Ito, which people with any kind of colour vision can tell apart.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from nnlib.arguments import (
    describe,
    need_count,
    need_finite,
    need_function,
    need_history,
    need_labels,
    need_numbers,
    need_texts,
)
from nnlib.notebook import show

__all__ = [
    "batch_loss",
    "confusion_matrix",
    "decision_boundary",
    "digits",
    "histograms",
    "learning_curves",
    "loss_surface",
    "network",
    "show",
    "tidy",
]

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
PALETTE = (BLUE, ORANGE, GREEN, RED, SKY, PINK, BLACK)


def learning_curves(history, axes=None):
    """Loss and accuracy of a `history`, per epoch, in training and validation; returns both axes.

    Refuses what is not a history.
    """
    need_history(history)
    if axes is None:
        axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")[1]
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
    if not need_history(history).batch_loss:
        raise ValueError("history: expected the loss of at least one step, got none")
    ax = ax or _axes()
    values = np.array(history.batch_loss)
    window = min(need_count("window", window), len(values))
    mean = np.convolve(values, np.ones(window) / window, mode="valid")
    ax.plot(values, color=color, alpha=0.25, lw=0.7)
    ax.plot(np.arange(window - 1, len(values)), mean, color=color, label=label)
    ax.set(xlabel="step", ylabel="loss of the batch")
    return tidy(ax)


def digits(x, labels=None, predicted=None, columns=10):
    """Images of digits in a grid with so many `columns`; a wrong prediction is titled in red. Returns the axes.

    x is (m, side²): square images of, say, 64 or 784 pixels, one per row. The title is what was `predicted`,
    or else the one of the `labels`. Refuses images that are not square.
    """
    need_numbers("x", x)
    x = np.asarray(x)
    side = round(np.sqrt(x.shape[1])) if x.ndim == 2 else 0
    if not side or x.shape[1] != side**2:
        raise ValueError(f"x: expected square images, one per row, got {describe(x)}")
    for name, y in (("labels", labels), ("predicted", predicted)):
        if y is not None and np.shape(y) != (len(x),):
            raise ValueError(f"{name}: expected one per image, {len(x)}, got {describe(y)}")
    rows = -(-len(x) // need_count("columns", columns))
    size = (0.85 * columns, 1.05 * rows)
    axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")[1]
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, image) in enumerate(zip(axes.flat, x, strict=False)):
        ax.imshow(image.reshape(side, side), cmap="gray_r", interpolation="nearest")
        if predicted is not None:
            right = labels is None or predicted[i] == labels[i]
            ax.set_title(predicted[i] if right else f"{predicted[i]} ≠ {labels[i]}", color=BLACK if right else RED)
        elif labels is not None:
            ax.set_title(labels[i])
    return axes


def network(sizes, values=None, edges=None, ax=None, layer_names=None):
    """A fully connected network, one column of units per layer; returns the axes.

    `values` are texts in the units and `edges` texts on the connections, as nested lists:
    values[layer][unit] and edges[layer][unit][previous unit]. `sizes` are the numbers of units,
    `layer_names` words below the columns. Refuses too few or too many texts.
    """
    if not isinstance(sizes, tuple | list) or not sizes:
        raise TypeError(f"sizes: expected numbers of units, such as [2, 3, 1], got {describe(sizes)}")
    for n in sizes:
        need_count("sizes", n)
    need_texts("values", values, [["…"] * n for n in sizes])
    need_texts("edges", edges, [[["…"] * n_prev] * n for n_prev, n in pairwise(sizes)])
    need_texts("layer_names", layer_names, ["…"] * len(sizes))
    ax = ax or _axes(figsize=(2.6 * len(sizes), 0.9 * max(sizes) + 0.9))
    at = [[(2.6 * k, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]
    for k in range(1, len(sizes)):
        for j, end in enumerate(at[k]):
            for i, begin in enumerate(at[k - 1]):
                _connect(ax, begin, end, edges[k - 1][j][i] if edges else "", 0.26 + 0.18 * (i % 2))
    for k, column in enumerate(at):
        color = SKY if k == 0 else GREEN if k == len(sizes) - 1 else ORANGE
        for i, (x, y) in enumerate(column):
            ax.add_patch(plt.Circle((x, y), 0.3, facecolor=color, edgecolor=BLACK, zorder=3))
            ax.text(x, y, values[k][i] if values else "", ha="center", va="center", zorder=4)
        if layer_names:
            ax.text(column[0][0], -max(sizes) / 2 - 0.25, layer_names[k], ha="center", va="top")
    ax.set(xlim=(-0.6, 2.6 * (len(sizes) - 1) + 0.6), ylim=(-max(sizes) / 2 - 0.7, max(sizes) / 2 + 0.2))
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _connect(ax, begin, end, text, along):
    ax.plot(*zip(begin, end, strict=True), color="0.6", lw=1, zorder=1)
    if text:
        x, y = (b + along * (e - b) for b, e in zip(begin, end, strict=True))
        ax.text(x, y, text, fontsize=9, ha="center", va="center", zorder=2, backgroundcolor="white")


def decision_boundary(net, data, ax=None):
    """Regions where `net` prefers each class, with the points of `data` on them; returns the axes.

    x is (m, 2), y are m labels; other data are refused. One output counts as a logit: class 1 where it is above 0.
    """
    need_finite("data", data)
    x, y = data
    if x.shape[1:] != (2,):
        raise ValueError(f"data: expected points in the plane, x of shape (m, 2), got {x.shape}")
    need_labels("data", y, len(x), len(PALETTE))
    ax = ax or _axes(figsize=(4, 3.6))
    low, high = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
    u, v = np.meshgrid(np.linspace(low[0], high[0], 200), np.linspace(low[1], high[1], 200))
    output = net.predict(np.column_stack([u.ravel(), v.ravel()]).astype(np.result_type(x, np.float32)))
    best = output.argmax(axis=1) if output.shape[1] > 1 else output[:, 0] > 0  # one logit: positive or not
    colors = PALETTE[: y.max() + 1]
    ax.contourf(u, v, best.reshape(u.shape), np.arange(len(colors) + 1) - 0.5, colors=colors, alpha=0.25)
    for k, (color, marker) in enumerate(zip(colors, "osD^vPX", strict=False)):
        ax.plot(*x[y == k].T, marker, ms=4, color=color, mec="white", mew=0.4, label=str(k))
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def loss_surface(f, paths, limits=(-2, 2), ax=None):
    """Lines of equal loss f(w₁, w₂), and paths on them: {"SGD": [(w₁, w₂), …], …}; returns the axes.

    f is a function of two numbers, which gives one, finite number. `limits` are those of both weights.
    """
    need_function("f", f)
    ax = ax or _axes(figsize=(4.6, 3.6))
    w = np.linspace(*limits, 201)
    u, v = np.meshgrid(w, w)
    L = need_numbers("f", np.vectorize(f, otypes=[float])(u, v))
    levels = L.min() + (L.max() - L.min()) * np.linspace(0.02, 1, 14) ** 2
    if L.max() > L.min():
        ax.contour(u, v, L, levels, colors="0.75", linewidths=0.8)
    for (name, path), color, marker in zip(paths.items(), PALETTE, "osD^vPX", strict=False):
        ax.plot(*np.transpose(path), marker=marker, ms=3.5, lw=1.2, color=color, label=name)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=limits, ylim=limits)
    if paths:
        ax.legend(frameon=False)
    return ax


def histograms(arrays, axes=None, bins=60):
    """One histogram for each of `arrays`, {"1 Tanh()": values, …}, with mean ± standard deviation; returns the axes.

    They have so many `bins`. Refuses values that are not finite, such as those of a network that has diverged.
    """
    if not isinstance(arrays, dict) or not arrays:
        raise TypeError(f"arrays: expected {{name: values, …}}, got {describe(arrays)}")
    arrays = {name: need_numbers(name, values) for name, values in arrays.items()}
    if axes is None:
        size, n = (2.3 * len(arrays), 2.4), len(arrays)
        axes = plt.subplots(1, n, figsize=size, sharex=True, squeeze=False, layout="constrained")[1][0]
    for ax, (name, values), color in zip(np.ravel(axes), arrays.items(), PALETTE * len(arrays), strict=False):
        ax.hist(np.ravel(values), need_count("bins", bins), color=color)
        size = f"{np.mean(values):.2g} ± {np.std(values):.2g}".replace("-", "−")
        ax.set_title(f"{name}\n{size}", fontsize=9)
        ax.set_yticks([])
        tidy(ax)
    return axes


def confusion_matrix(y, predicted, ax=None):
    """How often label (row) was read as another (column), in a table; the diagonal, what is right, in grey.

    y and `predicted` are m labels each, from 0; others are refused. Returns the axes.
    """
    y, predicted = np.asarray(y), np.asarray(predicted)
    if not y.size or y.shape != predicted.shape or y.dtype.kind not in "iu" or predicted.dtype.kind not in "iu":
        raise ValueError(f"y, predicted: expected labels, as many of each, got {describe(y)}, {describe(predicted)}")
    n = 1 + int(max(y.max(), predicted.max()))
    need_labels("y", y, len(y), n), need_labels("predicted", predicted, len(y), n)
    ax = ax or _axes(figsize=(4.6, 4.2))
    counts = np.zeros((n, n), int)
    np.add.at(counts, (y, predicted), 1)
    wrong = np.where(np.eye(n, dtype=bool), 0, counts)
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=1.6 * max(1, wrong.max()))
    for (i, j), count in np.ndenumerate(counts):
        if count:
            ax.text(j, i, count, ha="center", va="center", fontsize=8, color="0.5" if i == j else BLACK)
    ax.set(xlabel="predicted", ylabel="label", xticks=range(n), yticks=range(n))
    return ax


def tidy(ax):
    """The course's look: no frame on top and right, a faint grid; returns the axes."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25)
    return ax


def _axes(figsize=(5, 3.2)):
    return plt.subplots(figsize=figsize, layout="constrained")[1]
