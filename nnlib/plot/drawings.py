"""The drawings of S2, one function each: units, networks, the flow of values and errors, dropout.

Each returns its Matplotlib axes.
Blue is the input, orange what is hidden, green the output; red are errors and gradients.
"""

import matplotlib.pyplot as plt

from nnlib.plot.pencil import GREY, arrow, bare, box, canvas, layers, name_layers, name_units, unit, words
from nnlib.plot.style import GREEN, ORANGE, RED, SKY, WIDEST


def perceptron():
    """Inputs x₁ … x₃ and the bias, their weighted sum z, the activation function, the output ŷ."""
    ax = canvas((-1.4, 8.4), (-1.6, 3.2))
    for y, x_name, weight, color in (
        (2.7, "$x_1$", "$w_1$", SKY),
        (1.6, "$x_2$", "$w_2$", SKY),
        (0.5, "$x_3$", "$w_3$", SKY),
        (-0.6, "$1$", "$b$", GREY),
    ):
        arrow(ax, (0, y), (3.2, 1.05), text=weight, along=0.42)
        unit(ax, 0, y, x_name, color)
    for begin, end in ((3.2, 5.2), (5.2, 7.2)):
        arrow(ax, (begin, 1.05), (end, 1.05))
    box(ax, 3.2, 1.05, r"$\sum$")
    box(ax, 5.2, 1.05, r"$\sigma$")
    unit(ax, 7.2, 1.05, r"$\hat{y}$", GREEN)
    words(ax, 3.2, -0.55, r"$z = \sum_i w_i x_i + b$")
    words(ax, 5.6, -0.55, r"$\hat{y} = \sigma(z)$")
    words(ax, -0.55, 1.6, "inputs", rotation=90)
    words(ax, -0.75, -0.6, "bias")
    words(ax, 7.2, 0.35, "output")
    return ax


def single_unit():
    """One unit with inputs x₁ … x_D, weights w₁ … w_D and bias w₀."""
    ax = canvas((-0.9, 6.6), (-0.6, 4.2))
    rows = (("$1$", "$w_0$", 3.8), ("$x_1$", "$w_1$", 2.9), ("$x_2$", "$w_2$", 2.0), ("$x_D$", "$w_D$", 0.2))
    for x_name, weight, y in rows:
        arrow(ax, (0, y), (3.4, 2), text=weight)
        unit(ax, 0, y, x_name, GREY if x_name == "$1$" else SKY)
    words(ax, 0, 1.12, r"$\vdots$", size=16)
    arrow(ax, (3.4, 2), (5.3, 2))
    unit(ax, 3.4, 2, r"$\hat{y}$", ORANGE)
    words(ax, 3.4, 3.1, "activation\nfunction $\\sigma$")
    words(ax, 5.95, 2, r"$\hat{y} = \sigma(z)$")
    words(ax, 3.4, 0.6, r"$z = w_0 + \sum_{i=1}^{D} w_i x_i$")
    return ax


def mlp_4_5_3_1():
    """A multi-layer perceptron, 4-5-3-1, fully connected."""
    ax = canvas((-0.8, 9.2), (-3.5, 2.6))
    columns = layers(ax, [4, 5, 3, 1])
    name_units(ax, columns, ["x", None, None, r"\hat{y}"])
    name_layers(ax, columns, ["input", "hidden 1", "hidden 2", "output"], -3.1)
    return ax


def mlp_4_5_3_2():
    """A network 4-5-3-2 with its parameters above the connections, and the direction of the forward pass."""
    ax = canvas((-0.8, 9.2), (-4.2, 3.2))
    columns = layers(ax, [4, 5, 3, 2])
    name_units(ax, columns, ["x", None, None, r"\hat{y}"])
    name_layers(ax, columns, ["input", "hidden 1", "hidden 2", "output"], -3.1)
    for k in range(3):
        words(ax, 2.8 * k + 1.4, 2.8, rf"$W^{{({k + 1})}}, b^{{({k + 1})}}$")
    arrow(ax, (0, -3.6), (8.4, -3.6), width=2)
    words(ax, 4.2, -3.98, "forward propagation")
    return ax


def forward_flow():
    """A network 3-2-1: how z and a come from the layer before."""
    ax = canvas((-0.8, 7.8), (-2.7, 3.2))
    columns = layers(ax, [3, 2, 1], 3.5)
    name_units(ax, columns, ["x", "a", r"\hat{y}"])
    name_layers(ax, columns, ["input", "hidden", "output"], -1.65)
    for k, x in ((1, 1.75), (2, 5.25)):
        source = "x" if k == 1 else "a^{(1)}"
        words(ax, x, 2.75, rf"$z^{{({k})}} = W^{{({k})}} {source} + b^{{({k})}}$", size=12)
        words(ax, x, 2.1, rf"$a^{{({k})}} = \sigma(z^{{({k})}})$", size=12)
        arrow(ax, (x - 1, -1.65), (x + 1, -1.65), width=2)
    words(ax, 3.5, -2.35, "forward propagation")
    return ax


def error_flow():
    """The same network 3-2-1: how δ comes from the layer after, and the gradients from δ. Rows of W are units."""
    ax = canvas((-0.8, 9.4), (-3.3, 3.4))
    columns = layers(ax, [3, 2, 1], 3.5)
    name_units(ax, columns, ["x", "a", r"\hat{y}"])
    name_layers(ax, columns, ["input", "hidden", "output"], -1.65)
    box(ax, 8.8, 0, "$L$")
    arrow(ax, (7, 0), (8.8, 0))
    arrow(ax, (8.7, 0.45), (7.1, 0.45), color=RED, width=2)
    words(ax, 7.0, 2.75, r"$\delta^{(2)} = \partial L / \partial a^{(2)} \odot \sigma'(z^{(2)})$", RED, 12)
    words(ax, 1.9, 2.75, r"$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})$", RED, 12)
    for x, text in (
        (1.75, r"$\partial L/\partial W^{(1)} = \delta^{(1)} x^T$"),
        (5.25, r"$\partial L/\partial W^{(2)} = \delta^{(2)} (a^{(1)})^T$"),
    ):
        arrow(ax, (x + 1, -1.65), (x - 1, -1.65), color=RED, width=2)
        words(ax, x, -2.2, text, size=12)
    words(ax, 3.5, -2.95, "error backpropagation", RED)
    return ax


def computational_graph():
    """y = σ(w x + b) and its loss as a graph: values flow to the right, gradients (red) back."""
    ax = canvas((-0.5, 9.8), (-1.5, 3.2))
    places = {"$x$": (0, 2), "$w$": (0, 0), "$b$": (2.2, -0.9)}
    boxes = {r"$\times$": (2.2, 1), "$+$": (4.2, 1), r"$\sigma$": (6.2, 1), "$L$": (9.4, 1)}
    output = (7.9, 1)
    mul, add, sig, loss = boxes.values()
    x, w, b = places.values()
    edges = ((x, mul, 0.3), (w, mul, -0.3), (b, add, -0.3), (mul, add, 0.3), (add, sig, 0.3), (sig, output, 0.3))
    for begin, end, bend in (*edges, (output, loss, 0.3)):
        arrow(ax, begin, end)
        arrow(ax, end, begin, color=RED, bend=bend, style="--")
    for name, place in places.items():
        unit(ax, *place, name, GREY if name == "$b$" else SKY)
    for name, place in boxes.items():
        box(ax, *place, name)
    unit(ax, *output, "$y$", GREEN)
    for x, text in ((2.2, "$z_1 = w x$"), (4.2, "$z_2 = z_1 + b$"), (6.4, r"$y = \sigma(z_2)$")):
        words(ax, x, 2.8, text)
    labels = ((1.3, 2.15, "x"), (1.35, -0.2, "w"), (3.85, -0.55, "b"), (3.2, 1.75, "z_1"), (5.2, 1.75, "z_2"))
    for x, y, variable in (*labels, (7.05, 1.75, "y"), (8.65, 1.75, "y")):
        words(ax, x, y, rf"$\partial L/\partial {variable}$", RED, 11)
    return ax


def dropout():
    """Left: a pass in training, with two hidden units dropped. Right: in use, with all of them."""
    axes = plt.subplots(1, 2, figsize=(WIDEST, 3.4), layout="constrained")[1]
    for ax, title, dropped in (
        (axes[0], "training: each unit dropped with p = 0.5", (1, 3)),
        (axes[1], "in use: all units", ()),
    ):
        bare(ax, (-0.8, 6.4), (-2.7, 2.2))
        columns = layers(ax, [4, 4, 1], dropped=dropped)
        name_units(ax, columns, ["x", None, "y"])
        for j in dropped:
            words(ax, *columns[1][j], "×", "0.35", 18)
        name_layers(ax, columns, ["input", "hidden", "output"], -2.3)
        ax.set_title(title, size=10)
    return axes
