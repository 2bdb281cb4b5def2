"""Images: digits, and how often one was read as another."""

import matplotlib.pyplot as plt
import numpy as np

from nnlib.arguments import describe, need_array, need_count, need_labels
from nnlib.plot.style import BLACK, RED, new_axes


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


def confusion_matrix(y, predicted, ax=None):
    """How often label (row) was read as another (column), in a table; the diagonal, what is right, in grey.

    y and `predicted` are m labels each, from 0; others are refused. Returns the axes.
    """
    y, predicted = np.asarray(y), np.asarray(predicted)
    if not y.size or y.shape != predicted.shape or y.dtype.kind not in "iu" or predicted.dtype.kind not in "iu":
        raise ValueError(f"y, predicted: expected labels, as many of each, got {describe(y)}, {describe(predicted)}")
    n = 1 + int(max(y.max(), predicted.max()))
    need_labels("y", y, len(y), n), need_labels("predicted", predicted, len(y), n)
    ax = ax or new_axes(figsize=(4.6, 4.2))
    counts = np.zeros((n, n), int)
    np.add.at(counts, (y, predicted), 1)
    wrong = np.where(np.eye(n, dtype=bool), 0, counts)
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=1.6 * max(1, wrong.max()))
    for (i, j), count in np.ndenumerate(counts):
        if count:
            ax.text(j, i, count, ha="center", va="center", fontsize=8, color="0.5" if i == j else BLACK)
    ax.set(xlabel="predicted", ylabel="label", xticks=range(n), yticks=range(n))
    return ax
