"""The plane of two inputs and what a unit or net makes of it, and the plane of two weights."""

import numpy as np

from nnlib.arguments import need_array, need_examples, need_function, need_labels
from nnlib.metrics import predicted_labels
from nnlib.plot.style import MARKERS, PALETTE, look, new_axes


def decision_boundary(net, data, ax=None):
    """Regions where `net` prefers each class, with the points of `data` on them; returns the axes.

    `net` is a network, or a function or unit that takes x (k, 2) and gives one output per class, or one alone, (k,) or
    (k, 1), from which `predicted_labels` tells the class. Data are x (m, 2) and y, m labels; others are refused.
    """
    x, y = need_examples("data", data, finite=True)
    if x.shape[1:] != (2,):
        raise ValueError(f"data: expected points in the plane, x of shape (m, 2), got {x.shape}")
    need_labels("data", y, len(x), len(PALETTE))
    ax = ax or new_axes(figsize=(4, 3.6))
    u, v = (np.linspace(low - 0.3, high + 0.3, 401) for low, high in zip(x.min(axis=0), x.max(axis=0)))
    labels = _labels(net, np.stack(np.meshgrid(u, v), axis=-1).astype(np.result_type(x, np.float32)))
    colors = PALETTE[: max(y.max(), labels.max()) + 1]  # a class of which there is no point has its region, too
    ax.contourf(u, v, labels, np.arange(len(colors) + 1) - 0.5, colors=colors, alpha=0.25)
    for k, (color, marker) in enumerate(zip(colors[: y.max() + 1], MARKERS)):
        ax.plot(*x[y == k].T, marker, ms=4 if len(x) > 20 else 8, color=color, mec="white", mew=0.4, label=str(k))
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def _labels(net, points):
    """The label of each of the points (rows, columns, 2), as (rows, columns)."""
    rows = points.reshape(-1, 2)
    output = np.asarray(net.predict(rows) if hasattr(net, "predict") else need_function("net", net)(rows))
    if output.shape[:1] != (len(rows),):
        raise ValueError(f"net: expected one output per point, {len(rows)}, got shape {output.shape}")
    return predicted_labels(net, output).reshape(points.shape[:2])


def loss_surface(f, paths, limits=(-2, 2), ax=None):
    """Lines of equal loss f(w₁, w₂), and paths on them: {"SGD": [(w₁, w₂), …], …}; returns the axes.

    f is a function of two numbers, which gives one, finite number. `limits` are those of both weights.
    """
    need_function("f", f)
    ax = ax or new_axes(figsize=(4.6, 3.6))
    w = np.linspace(*limits, 201)
    u, v = np.meshgrid(w, w)
    L = need_array("f", np.vectorize(f, otypes=[float])(u, v))
    levels = L.min() + (L.max() - L.min()) * np.linspace(0.02, 1, 14) ** 2
    if L.max() > L.min():
        ax.contour(u, v, L, levels, colors="0.75", linewidths=0.8)
    for i, (name, path) in enumerate(paths.items()):
        ax.plot(*np.transpose(path), **look(i), ms=3.5, lw=1.2, label=name)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=limits, ylim=limits)
    if paths:
        ax.legend(frameon=False)
    return ax
