"""The drawings of S2, one function each: units, networks, the flow of values and errors, dropout.

Each returns its Matplotlib axes.
Blue is the input, orange what is hidden, green the output; red are errors and gradients.
"""

import matplotlib.pyplot as plt
import numpy as np

from nnlib.plot import BLACK, GREEN, ORANGE, RED, SKY

GREY, WHITE = "#DDDDDD", "#FFFFFF"
INCHES = 0.74  # per unit of length, in every drawing
RADIUS = 0.36  # of a unit


def perceptron():
    """Inputs x₁ … x₃ and the bias, their weighted sum z, the activation function, the output y."""
    ax = _canvas((-1.4, 8.4), (-1.6, 3.2))
    for y, x_name, weight, color in (
        (2.7, "$x_1$", "$w_1$", SKY),
        (1.6, "$x_2$", "$w_2$", SKY),
        (0.5, "$x_3$", "$w_3$", SKY),
        (-0.6, "$1$", "$b$", GREY),
    ):
        _arrow(ax, (0, y), (3.2, 1.05), text=weight, along=0.42)
        _unit(ax, 0, y, x_name, color)
    for begin, end in ((3.2, 5.2), (5.2, 7.2)):
        _arrow(ax, (begin, 1.05), (end, 1.05))
    _box(ax, 3.2, 1.05, r"$\sum$")
    _box(ax, 5.2, 1.05, r"$\sigma$")
    _unit(ax, 7.2, 1.05, "$y$", GREEN)
    _words(ax, 3.2, -0.55, r"$z = \sum_i w_i x_i + b$")
    _words(ax, 5.6, -0.55, r"$y = \sigma(z)$")
    _words(ax, -0.55, 1.6, "inputs", rotation=90)
    _words(ax, -0.75, -0.6, "bias")
    _words(ax, 7.2, 0.35, "output")
    return ax


def single_unit():
    """One unit with inputs x₁ … x_D, weights w₁ … w_D and bias w₀."""
    ax = _canvas((-0.9, 6.6), (-0.6, 4.2))
    rows = (("$1$", "$w_0$", 3.8), ("$x_1$", "$w_1$", 2.9), ("$x_2$", "$w_2$", 2.0), ("$x_D$", "$w_D$", 0.2))
    for x_name, weight, y in rows:
        _arrow(ax, (0, y), (3.4, 2), text=weight, along=0.4)
        _unit(ax, 0, y, x_name, GREY if x_name == "$1$" else SKY)
    _words(ax, 0, 1.12, r"$\vdots$", size=16)
    _arrow(ax, (3.4, 2), (5.3, 2))
    _unit(ax, 3.4, 2, "$y$", ORANGE)
    _words(ax, 3.4, 3.1, "activation\nfunction $\\sigma$")
    _words(ax, 5.95, 2, r"$y = \sigma(z)$")
    _words(ax, 3.4, 0.6, r"$z = w_0 + \sum_{i=1}^{D} w_i x_i$")
    return ax


def mlp_4_5_3_1():
    """A multi-layer perceptron, 4-5-3-1, fully connected."""
    ax = _canvas((-0.8, 9.2), (-3.5, 2.6))
    columns = _layers(ax, [4, 5, 3, 1])
    _name_units(ax, columns, ["x", None, None, "y"])
    _name_layers(ax, columns, ["input", "hidden 1", "hidden 2", "output"], -3.1)
    return ax


def mlp_4_5_3_2():
    """A network 4-5-3-2 with its parameters above the connections, and the direction of the forward pass."""
    ax = _canvas((-0.8, 9.2), (-4.2, 3.2))
    columns = _layers(ax, [4, 5, 3, 2])
    _name_units(ax, columns, ["x", None, None, "y"])
    _name_layers(ax, columns, ["input", "hidden 1", "hidden 2", "output"], -3.1)
    for k in range(3):
        _words(ax, 2.8 * k + 1.4, 2.8, rf"$W^{{({k + 1})}}, b^{{({k + 1})}}$")
    _arrow(ax, (0, -3.6), (8.4, -3.6), width=2)
    _words(ax, 4.2, -3.98, "forward propagation")
    return ax


def forward_flow():
    """A network 3-2-1: how z and a come from the layer before."""
    ax = _canvas((-0.8, 7.8), (-2.7, 3.2))
    columns = _layers(ax, [3, 2, 1], 3.5)
    _name_units(ax, columns, ["x", "h", "y"])
    _name_layers(ax, columns, ["input", "hidden", "output"], -1.65)
    for k, x in ((1, 1.75), (2, 5.25)):
        source = "x" if k == 1 else "a^{(1)}"
        _words(ax, x, 2.75, rf"$z^{{({k})}} = W^{{({k})}} {source} + b^{{({k})}}$", size=12)
        _words(ax, x, 2.1, rf"$a^{{({k})}} = \sigma(z^{{({k})}})$", size=12)
        _arrow(ax, (x - 1, -1.65), (x + 1, -1.65), width=2)
    _words(ax, 3.5, -2.35, "forward propagation")
    return ax


def error_flow():
    """The same network 3-2-1: how δ comes from the layer after, and the gradients from δ. Rows of W are units."""
    ax = _canvas((-0.8, 9.4), (-3.3, 3.4))
    columns = _layers(ax, [3, 2, 1], 3.5)
    _name_units(ax, columns, ["x", "h", "y"])
    _name_layers(ax, columns, ["input", "hidden", "output"], -1.65)
    _box(ax, 8.8, 0, "$L$")
    _arrow(ax, (7, 0), (8.8, 0))
    _arrow(ax, (8.7, 0.45), (7.1, 0.45), color=RED, width=2)
    _words(ax, 7.0, 2.75, r"$\delta^{(2)} = \partial L / \partial a^{(2)} \odot \sigma'(z^{(2)})$", RED, 12)
    _words(ax, 1.9, 2.75, r"$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})$", RED, 12)
    for x, text in (
        (1.75, r"$\partial L/\partial W^{(1)} = \delta^{(1)} x^T$"),
        (5.25, r"$\partial L/\partial W^{(2)} = \delta^{(2)} (a^{(1)})^T$"),
    ):
        _arrow(ax, (x + 1, -1.65), (x - 1, -1.65), color=RED, width=2)
        _words(ax, x, -2.2, text, size=12)
    _words(ax, 3.5, -2.95, "error backpropagation", RED)
    return ax


def computational_graph():
    """y = σ(w x + b) and its loss as a graph: values flow to the right, gradients (red) back."""
    ax = _canvas((-0.8, 12.8), (-1.9, 3.5))
    places = {"$x$": (0, 2), "$w$": (0, 0), "$b$": (2.9, -0.9)}
    boxes = {r"$\times$": (2.9, 1), "$+$": (5.6, 1), r"$\sigma$": (8.3, 1), "$L$": (12.2, 1)}
    output = (10.4, 1)
    mul, add, sig, loss = boxes.values()
    x, w, b = places.values()
    edges = ((x, mul, 0.3), (w, mul, -0.3), (b, add, -0.3), (mul, add, 0.3), (add, sig, 0.3), (sig, output, 0.3))
    for begin, end, bend in (*edges, (output, loss, 0.3)):
        _arrow(ax, begin, end)
        _arrow(ax, end, begin, color=RED, bend=bend, style="--")
    for name, place in places.items():
        _unit(ax, *place, name, GREY if name == "$b$" else SKY)
    for name, place in boxes.items():
        _box(ax, *place, name)
    _unit(ax, *output, "$y$", GREEN)
    for x, text in ((2.9, "$z_1 = w x$"), (5.6, "$z_2 = z_1 + b$"), (8.3, r"$y = \sigma(z_2)$")):
        _words(ax, x, 2.95, text, size=12)
    labels = ((1.7, 2.25, "x"), (1.75, -0.25, "w"), (4.9, -0.6, "b"), (4.25, 1.75, "z_1"), (6.95, 1.75, "z_2"))
    for x, y, variable in (*labels, (9.4, 1.75, "y"), (11.3, 1.75, "y")):
        _words(ax, x, y, rf"$\partial L/\partial {variable}$", RED, 11)
    return ax


def dropout():
    """Left: a pass in training, with two hidden units dropped. Right: in use, with all of them."""
    axes = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")[1]
    for ax, title, dropped in (
        (axes[0], "training: each unit dropped with p = 0.5", (1, 3)),
        (axes[1], "in use: all units", ()),
    ):
        _bare(ax, (-0.8, 6.4), (-2.7, 2.2))
        columns = _layers(ax, [4, 4, 1], dropped=dropped)
        _name_units(ax, columns, ["x", None, "y"])
        for j in dropped:
            _words(ax, *columns[1][j], "×", "0.35", 18)
        _name_layers(ax, columns, ["input", "hidden", "output"], -2.3)
        ax.set_title(title)
    return axes


def _canvas(xlim, ylim):
    size = [INCHES * (high - low) for low, high in (xlim, ylim)]
    return _bare(plt.subplots(figsize=size, layout="constrained")[1], xlim, ylim)


def _bare(ax, xlim, ylim):
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


def _layers(ax, sizes, step=2.8, dropped=()):
    """Columns of units, fully connected but for the dropped units of the first hidden layer; gives their places."""
    columns = [[(step * k, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]
    colors = [SKY, *[ORANGE] * (len(sizes) - 2), GREEN]
    for k, (column, color) in enumerate(zip(columns, colors, strict=True)):
        for j, end in enumerate(column):
            off = k == 1 and j in dropped
            _unit(ax, *end, "", GREY if off else color, "0.6" if off else BLACK)
            for i, begin in enumerate(columns[k - 1] if k else []):
                if not off and not (k == 2 and i in dropped):
                    ax.plot(*np.transpose([begin, end]), color="0.7", lw=0.9, zorder=1)
    return columns


def _name_units(ax, columns, names):
    for column, name in zip(columns, names, strict=True):
        for i, place in enumerate(column if name else []):
            _words(ax, *place, f"${name}_{i + 1}$" if len(column) > 1 else f"${name}$", size=12)


def _name_layers(ax, columns, names, y):
    for column, name in zip(columns, names, strict=True):
        _words(ax, column[0][0], y, name)


def _unit(ax, x, y, text, color, edge=BLACK):
    ax.add_patch(plt.Circle((x, y), RADIUS, facecolor=color, edgecolor=edge, zorder=3))
    _words(ax, x, y, text, size=12)


def _box(ax, x, y, text):
    frame = dict(boxstyle="round,pad=0.45", facecolor=WHITE, edgecolor=BLACK)
    ax.text(x, y, text, size=14, ha="center", va="center", zorder=3, bbox=frame)


def _arrow(ax, begin, end, text="", along=0.5, color="0.45", width=1.2, bend=0.0, style="-"):
    """An arrow from the edge of one unit to that of another, with words on it."""
    gap = 72 * INCHES * RADIUS  # in points
    shape = dict(
        arrowstyle="-|>", color=color, lw=width, shrinkA=gap, shrinkB=gap, ls=style, connectionstyle=f"arc3,rad={bend}"
    )
    ax.annotate("", end, begin, arrowprops=shape, zorder=2)
    if text:
        place = np.add(begin, along * np.subtract(end, begin))
        ax.text(
            *place,
            text,
            size=12,
            ha="center",
            va="center",
            zorder=3,
            bbox=dict(facecolor=WHITE, edgecolor="none", pad=1.5),
        )


def _words(ax, x, y, text, color=BLACK, size=11, rotation=0):
    ax.text(x, y, text, color=color, size=size, ha="center", va="center", rotation=rotation, zorder=4)
