"""A fully connected network, drawn."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from nnlib.arguments import describe, need_count
from nnlib.plot.style import BLACK, GREEN, ORANGE, SKY, WIDEST, new_axes


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
    _need_texts("values", values, [["…"] * n for n in sizes])
    _need_texts("edges", edges, [[["…"] * n_prev] * n for n_prev, n in pairwise(sizes)])
    _need_texts("layer_names", layer_names, ["…"] * len(sizes))
    inches = min(1, WIDEST / (2.6 * len(sizes)))  # per unit of length
    ax = ax or new_axes(figsize=(2.6 * len(sizes) * inches, (max(sizes) + 0.9) * inches))
    at = [[(2.6 * k, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]
    for k in range(1, len(sizes)):
        for j, end in enumerate(at[k]):
            for i, begin in enumerate(at[k - 1]):
                _connect(ax, begin, end, edges[k - 1][j][i] if edges is not None else "", 0.26 + 0.18 * (i % 2))
    for k, column in enumerate(at):
        color = SKY if k == 0 else GREEN if k == len(sizes) - 1 else ORANGE
        for i, (x, y) in enumerate(column):
            ax.add_patch(plt.Circle((x, y), 0.3, facecolor=color, edgecolor=BLACK, zorder=3))
            ax.text(x, y, values[k][i] if values is not None else "", ha="center", va="center", zorder=4)
        if layer_names:
            ax.text(column[0][0], -max(sizes) / 2 - 0.25, layer_names[k], ha="center", va="top")
    ax.set(xlim=(-0.6, 2.6 * (len(sizes) - 1) + 0.6), ylim=(-max(sizes) / 2 - 0.7, max(sizes) / 2 + 0.2))
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _connect(ax, begin, end, text, along):
    ax.plot(*zip(begin, end), color="0.6", lw=1, zorder=1)
    if text not in ("", None):  # a weight of 0 is one, too
        x, y = (b + along * (e - b) for b, e in zip(begin, end))
        ax.text(x, y, text, fontsize=9, ha="center", va="center", zorder=2, backgroundcolor="white")


def _need_texts(name, texts, places):
    """Refuse texts, in nested lists, unless there is one for each of the places, "…" in lists nested alike."""
    if texts is not None and _outline(texts) != places:
        raise ValueError(f"{name}: expected texts like {places}, got {_outline(texts)}")


def _outline(texts):
    return [_outline(part) for part in texts] if isinstance(texts, list | tuple | np.ndarray) else "…"
