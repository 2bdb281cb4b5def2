"""Images: digits, weights, matrices, and how often one label was read as another."""

import math

import matplotlib.pyplot as plt
import numpy as np

from nnlib.arguments import describe, need_array, need_count
from nnlib.metrics import confusion_counts
from nnlib.plot.style import BLACK, RED, WIDEST, new_axes


def digits(x, labels=None, predicted=None, columns=10):
    """Images of digits in a grid with so many `columns`; a wrong prediction is titled in red. Returns the axes.

    x is (m, side²): square images of, say, 64 or 784 pixels, one per row. The title is what was `predicted`,
    or else the one of the `labels`. Refuses images that are not square.
    """
    need_array("x", x)
    x = np.asarray(x)
    side = round(np.sqrt(x.shape[1])) if x.ndim == 2 else 0
    if not side or x.shape[1] != side**2:
        raise ValueError(f"x: expected square images, one per row, got {describe(x)}")
    for name, y in (("labels", labels), ("predicted", predicted)):
        if y is not None and np.shape(y) != (len(x),):
            raise ValueError(f"{name}: expected one per image, {len(x)}, got {describe(y)}")
    axes = _grid(len(x), need_count("columns", columns))
    labels, predicted = (y if y is None else np.asarray(y) for y in (labels, predicted))  # a column's [i] may be a name
    for i, (ax, image) in enumerate(zip(axes.flat, x)):
        ax.imshow(image.reshape(side, side), cmap="gray_r", interpolation="nearest")
        if predicted is not None:
            right = labels is None or predicted[i] == labels[i]
            title = predicted[i] if right else f"{predicted[i]} ≠ {labels[i]}"
            ax.set_title(title, color=BLACK if right else RED, size=10)
        elif labels is not None:
            ax.set_title(labels[i], size=10)
    return axes


def weights(W, shape=None, columns=10):
    """The weights of each unit as an image, laid out as its inputs: red above 0, blue below, white at 0.

    W is (n, n_in), one unit per row; an image has the `shape` (height, width), a square unless given. All have one
    scale of colours, that of the largest weight. They stand in a grid with so many `columns`. Returns the axes.
    Refuses another number of weights.
    """
    W = need_array("W", W)
    shape = shape or 2 * (round(math.sqrt(W.shape[-1])),)
    if W.ndim != 2 or W.shape[1] != math.prod(shape):
        raise ValueError(f"W: expected {math.prod(shape)} weights per row, for images {shape}, got {describe(W)}")
    axes = _grid(len(W), need_count("columns", columns))
    for ax, image in zip(axes.flat, W):
        _signed(ax, image.reshape(shape), abs(W).max())
    return axes


def matrix(A, ax=None):
    """The entries of a matrix A, (n, k), as squares: red above 0, blue below, white at 0, beside a scale.

    Say what they are by `ax.set(title=…, xlabel=…, ylabel=…)`. Returns the axes.
    """
    A = need_array("A", A)
    if A.ndim != 2:
        raise ValueError(f"A: expected a matrix, got {describe(A)}")
    ax = ax or new_axes(figsize=(4.2, 3.4))
    ax.figure.colorbar(_signed(ax, A, abs(A).max()), ax=ax, shrink=0.85)
    return ax


def _signed(ax, values, limit):
    """Squares whose colour is white at 0 and as deep for −limit as for limit."""
    return ax.imshow(values, cmap="RdBu_r", vmin=-(limit or 1), vmax=limit or 1, interpolation="nearest")


def _grid(n, columns):
    """Axes without frames for n small images, in rows of so many columns."""
    rows = -(-n // columns)
    size = (WIDEST * columns / 10, 0.84 * rows)
    axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")[1]
    for ax in axes.flat:
        ax.axis("off")
    return axes


def confusion_matrix(y, predicted, ax=None):
    """How often label (row) was read as another (column), in a table; the diagonal, what is right, in grey.

    y and `predicted` are labels from 0, (m,) each, as for `metrics.confusion_counts`. Returns the axes.
    """
    counts = confusion_counts(y, predicted)
    ax = ax or new_axes(figsize=(4.6, 4.2))
    wrong = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=1.6 * max(1, wrong.max()))
    for (i, j), count in np.ndenumerate(counts):
        if count:
            ax.text(j, i, count, ha="center", va="center", fontsize=8, color="0.35" if i == j else BLACK)
    ax.set(xlabel="predicted", ylabel="label", xticks=range(len(counts)), yticks=range(len(counts)))
    return ax
