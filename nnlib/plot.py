"""Plots: each draws on Matplotlib axes and returns them, with or without a display.

Colours are those of Okabe and Ito, which people with any kind of colour vision can tell apart.
"""

import base64
import html
import io
import sys

import matplotlib.pyplot as plt
import numpy as np

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
PALETTE = (BLUE, ORANGE, GREEN, RED, SKY, PINK, BLACK)


def learning_curves(history, axes=None):
    """Loss per epoch (left) and accuracy per epoch (right), training and validation; returns both axes."""
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
    """Loss of every step, faint, and its moving mean over `window` steps; returns the axes."""
    ax = ax or _axes()
    values = np.array(history.batch_loss)
    window = min(window, len(values))
    mean = np.convolve(values, np.ones(window) / window, mode="valid")
    ax.plot(values, color=color, alpha=0.25, lw=0.7)
    ax.plot(np.arange(window - 1, len(values)), mean, color=color, label=label)
    ax.set(xlabel="step", ylabel="loss of the batch")
    return tidy(ax)


def digits(x, labels=None, predicted=None, columns=10):
    """Images of digits in a grid, one per row of x; a wrong prediction is titled in red. Returns the axes.

    Rows of x are square images (64 or 784 pixels). The title is the prediction, or else the label.
    """
    side = round(np.sqrt(x.shape[1]))
    rows = -(-len(x) // columns)
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
    values[layer][unit] and edges[layer][unit][previous unit].
    """
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


def show(picture, alt):
    """Display a figure (or the figure of these axes) in a notebook, with `alt` in words for screen readers.

    The words stand in the page itself, <img alt="...">, because JupyterLab and nbconvert drop them from
    the metadata of a PNG. Outside a notebook nothing is displayed and the figure stays open.
    """
    figure = getattr(np.ravel(picture)[0], "figure", picture)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel"):
        return
    from IPython.display import display

    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=144)
    plt.close(figure)  # or else the notebook would show it once more, without the words
    data = base64.b64encode(png.getvalue()).decode()
    width = round(96 * figure.get_figwidth())  # an inch of the figure is an inch of the page
    img = f'<img alt="{html.escape(alt)}" width="{width}" src="data:image/png;base64,{data}">'
    bundle = {"text/html": img, "image/png": data, "text/plain": alt}
    display(bundle, metadata={"image/png": {"alt": alt, "width": width}}, raw=True)


def tidy(ax):
    """The course's look: no frame on top and right, a faint grid; returns the axes."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25)
    return ax


def _axes(figsize=(5, 3.2)):
    return plt.subplots(figsize=figsize, layout="constrained")[1]
