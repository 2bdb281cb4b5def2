"""A computational graph of numbers: every value remembers how it was made. Its nodes are in `nodes.py`, drawings here.

    w, x, b = Node(0.6, "w"), Node(0.5, "x"), Node(0.1, "b")
    L = (sigmoid(w * x + b) - 1) ** 2 / 2
    L.backward()  # fills w.grad, x.grad, b.grad with ∂L/∂w, ∂L/∂x, ∂L/∂b
    draw(L)

Numbers only, because a drawing shows numbers. For arrays a chain of layers is the graph: each passes on
upstream gradient times local gradient in `backward`, and `gradcheck.jacobian` shows the local one whole.

Source: S2 (the graph w x + b → σ → L), S4 (local gradients, max gate, the bundled sigmoid).
"""

import math

import matplotlib.pyplot as plt

from nnlib.nodes import Edge, Node, exp, log, maximum, order, sigmoid
from nnlib.plot import BLACK, BLUE, GREEN, RED

__all__ = ["Edge", "Node", "draw", "exp", "log", "maximum", "order", "sigmoid"]


def draw(node, ax=None, local=False):
    """The graph, `node` on the right: value above each box, gradient below; returns the axes `ax`, new ones if None.

    With `local`, every edge also shows its local gradient. Gradients are those of the last `backward`.
    Refuses what is not a Node. Source: S2, S4.
    """
    at = _places(node)
    width, height = (max(c) - min(c) for c in zip(*at.values(), strict=True))
    if ax is None:
        size = (1.2 * width + 1.5, 1.2 * height + 1.5)
        ax = plt.subplots(figsize=size, layout="constrained")[1]
    for z, place in at.items():
        for x, slope in z.edges:
            _arrow(ax, at[x], place, f"{slope:.3g}" if local else "")
        _box(ax, z, *place, "#F2CE80" if z is node else "#BFE3F5" if z.edges else "#DDDDDD")
    bottom = min(up for _, up in at.values()) - 0.85
    _text(ax, -0.35, bottom, "above: value", BLUE, ha="left")
    if node.grad is not None:
        _text(ax, 0.8, bottom, f"below: gradient of {node.name or 'the last node'}", RED, ha="left")
    ax.set(xlim=(-0.6, max(width, 2.2) + 0.6), ylim=(bottom - 0.2, bottom + height + 1.45))
    ax.axis("off")
    return ax


def _arrow(ax, begin, end, text):
    shape = dict(arrowstyle="-|>", color="0.55")
    ax.annotate("", (end[0] - 0.22, end[1]), begin, arrowprops=shape, zorder=1)
    if text:
        x, y = (0.55 * b + 0.45 * e for b, e in zip(begin, end, strict=True))
        _text(ax, x, y, text, GREEN, 9, bbox=dict(facecolor="white", edgecolor="none", pad=1))


def _box(ax, z, x, y, color):
    constant = not (z.edges or z.name)
    label = f"{z.value:.3g}" if constant else z.operation or z.name
    frame = dict(boxstyle="round,pad=0.35", facecolor=color, edgecolor=BLACK)
    _text(ax, x, y, label, BLACK, 12, bbox=frame)
    if not constant:
        name = f"{z.name} = " if z.name and z.edges else ""
        _text(ax, x, y + 0.36, f"{name}{z.value:.4g}", BLUE)
        _text(ax, x, y - 0.36, "" if z.grad is None else f"{z.grad:.4g}", RED)


def _text(ax, x, y, text, color, size=10, ha="center", bbox=None):
    text = text.replace("-", "−")
    ax.text(x, y, text, color=color, size=size, ha=ha, va="center", bbox=bbox, zorder=3)


def _places(node):
    """{node: (x, y)}: right of its inputs and level with them; a leaf just before its first use."""
    nodes, column, at, lowest = order(node), {}, {}, {}
    for z in nodes:
        column[z] = 1 + max((column[x] for x, _ in z.edges), default=-1)
    last_first = sorted(reversed(nodes), key=column.get, reverse=True)
    first_use = {x: z for z in last_first for x, _ in z.edges}
    for z in sorted(nodes, key=lambda z: not z.edges):  # first the operations, then the leaves
        if not z.edges and z in first_use:
            column[z] = column[first_use[z]] - 1
        beside = [x for x, _ in z.edges if x.edges] if z.edges else [first_use.get(z)]
        levels = [at[x][1] for x in beside if x in at]
        level = min(sum(levels) / max(len(levels), 1), lowest.get(column[z], math.inf) - 1)
        at[z], lowest[column[z]] = (column[z], level), level
    return at
