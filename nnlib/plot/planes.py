"""The plane of two inputs and what a unit or net makes of it, and the plane of two weights."""

import numpy as np

from nnlib.arguments import need_array, need_examples, need_function, need_labels
from nnlib.plot.style import MARKERS, PALETTE, new_axes


def decision_boundary(net, data, ax=None):
    """Regions where `net` prefers each class, with the points of `data` on them; returns the axes.

    x is (m, 2), y are m labels; other data are refused. One output counts as a logit: class 1 where it is above 0.
    """
    need_examples("data", data, finite=True)
    x, y = data
    if x.shape[1:] != (2,):
        raise ValueError(f"data: expected points in the plane, x of shape (m, 2), got {x.shape}")
    need_labels("data", y, len(x), len(PALETTE))
    ax = ax or new_axes(figsize=(4, 3.6))
    low, high = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
    u, v = np.meshgrid(np.linspace(low[0], high[0], 200), np.linspace(low[1], high[1], 200))
    output = net.predict(np.column_stack([u.ravel(), v.ravel()]).astype(np.result_type(x, np.float32)))
    best = output.argmax(axis=1) if output.shape[1] > 1 else output[:, 0] > 0  # one logit: positive or not
    colors = PALETTE[: y.max() + 1]
    ax.contourf(u, v, best.reshape(u.shape), np.arange(len(colors) + 1) - 0.5, colors=colors, alpha=0.25)
    for k, (color, marker) in enumerate(zip(colors, MARKERS, strict=False)):
        ax.plot(*x[y == k].T, marker, ms=4, color=color, mec="white", mew=0.4, label=str(k))
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


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
    for (name, path), color, marker in zip(paths.items(), PALETTE, MARKERS, strict=False):
        ax.plot(*np.transpose(path), marker=marker, ms=3.5, lw=1.2, color=color, label=name)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=limits, ylim=limits)
    if paths:
        ax.legend(frameon=False)
    return ax
