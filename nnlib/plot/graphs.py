"""A computational graph of `nnlib.graph`, drawn."""

import math
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from nnlib.graph import order
from nnlib.plot.style import BLACK, BLUE, GREEN, RED, WIDEST


def graph(node, ax=None, local=False, marked=()):
    """The graph, `node` on the right: value above each box, gradient below; returns the axes `ax`, new ones if None.

    With `local`, every edge also shows its local gradient. Gradients are those of the last `backward`; a node
    whose `grad` is None shows none. The edges in `marked`, pairs (input, node), are thick and red. Refuses what
    is not a Node. Source: S2, S4.
    """
    at = _places(node)
    arrows = _arrows(at, marked)
    width, height = (max(c) - min(c) for c in zip(*at.values()))
    width, bottom = max(width, 2.2), min(up for _, up in at.values()) - 0.85
    top = max([bottom + height + 1.45, *(_on(arrow, 0.5)[1] + 0.2 for arrow in arrows)])
    if ax is None:
        size = (min(1.2 * width + 1.5, WIDEST), 1.2 * (top - bottom))
        ax = plt.subplots(figsize=size, layout="constrained")[1]
    taken = [(x, y + up, _half(text)) for z, (x, y) in at.items() for up, text in zip((0.36, 0, -0.36), _words(z))]
    for arrow in arrows:
        _arrow(ax, arrow, taken, local)
    for z, place in at.items():
        _box(ax, z, *place, "#F2CE80" if z is node else "#BFE3F5" if z.edges else "#DDDDDD")
    _text(ax, -0.35, bottom, "above: value", BLUE, ha="left")
    if node.grad is not None:
        _text(ax, 0.8, bottom, f"below: gradient of {node.name or 'the last node'}", RED, ha="left")
    ax.set(xlim=(-0.6, width + 0.6), ylim=(bottom - 0.2, top))
    ax.axis("off")
    return ax


class Arrow(NamedTuple):
    """From `begin` to `end`, bent towards `control`, with the local gradient as `text`; thick and red if `marked`.

    Places are (x, y).
    """

    begin: np.ndarray
    control: np.ndarray
    end: np.ndarray
    text: str
    marked: bool


def _arrows(at, marked=()):
    """An Arrow for every edge, bent upwards where a box, or the same edge once more, is in its way."""
    arrows = []
    for z, (x, y) in at.items():
        inputs = [edge.node for edge in z.edges]
        for i, (node, local) in enumerate(z.edges):
            begin, end = np.array(at[node]), np.array([x - 0.22, y])
            bend = _bend(begin, end, at.values()) + 0.6 * inputs[:i].count(node)
            arrows.append(Arrow(begin, (begin + end) / 2 + (0, bend), end, f"{local:.3g}", (node, z) in marked))
    return arrows


def _bend(begin, end, boxes):
    """0 if no box lies on the straight way; or else how far up to bend so that the first box is passed above."""
    n, up = end - begin
    ways = (begin[1] + up * (x - begin[0]) / n - y for x, y in boxes if begin[0] < x < end[0])
    return 0.24 * n**2 / (n - 1) if any(abs(way) < 0.3 for way in ways) else 0


def _on(arrow, t):
    """The place (x, y) on an arrow after the part t of its way."""
    return (1 - t) ** 2 * arrow.begin + 2 * t * (1 - t) * arrow.control + t**2 * arrow.end


def _arrow(ax, arrow, taken, local):
    """Draw an arrow, with `local` also its text, where none of the places `taken` is near; takes that place."""
    curve = Path(arrow[:3], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    look = dict(color=RED, lw=3) if arrow.marked else dict(color="0.55", lw=1)
    ax.add_patch(FancyArrowPatch(path=curve, arrowstyle="-|>", mutation_scale=10, **look))
    if local:
        places = [_on(arrow, t) for t in (0.57, 0.5, 0.64, 0.43, 0.36, 0.3)]
        own = _half(arrow.text)
        room = [min(max(abs(p[0] - x) - w - own, abs(p[1] - y) - 0.15) for x, y, w in taken) for p in places]
        place = next((p for p, r in zip(places, room) if r > 0), places[int(np.argmax(room))])
        taken.append((*place, own))
        _text(ax, *place, arrow.text, GREEN, 8, bbox=dict(facecolor="white", edgecolor="none", pad=1))


def _half(text):
    """Half the width of a text, at most, or of the box around it."""
    return max(0.05 * len(text), 0.1)


def _words(z):
    """What stands above, in and below the box of z."""
    if not (z.edges or z.name):
        return "", f"{z.value:.3g}", ""
    name = f"{z.name} = " if z.name and z.edges else ""
    return f"{name}{z.value:.4g}", z.operation or z.name, "" if z.grad is None else f"{z.grad:.4g}"


def _box(ax, z, x, y, color):
    above, inside, below = _words(z)
    _text(ax, x, y, inside, BLACK, 12, bbox=dict(boxstyle="round,pad=0.35", facecolor=color, edgecolor=BLACK))
    _text(ax, x, y + 0.36, above, BLUE)
    _text(ax, x, y - 0.36, below, RED)


def _text(ax, x, y, text, color, size=10, ha="center", bbox=None):
    text = text.replace("-", "−")
    ax.text(x, y, text, color=color, size=size, ha=ha, va="center", bbox=bbox)


def _places(node):
    """{node: (x, y)}: right of its inputs and level with them; a leaf just before its first use."""
    nodes, column, at, lowest = order(node), {}, {}, {}
    for z in nodes:
        column[z] = 1 + max((column[x] for x, _ in z.edges), default=-1)
    last_first = sorted(reversed(nodes), key=column.get, reverse=True)
    first_use = {x: z for z in last_first for x, _ in z.edges}
    operations = [z for z in nodes if z.edges]
    leaves = [x for z in operations for x, _ in z.edges if not x.edges] or nodes
    for z in dict.fromkeys(operations + leaves):  # first the operations, then the leaves as they are used
        if not z.edges and z in first_use:
            column[z] = column[first_use[z]] - 1
        beside = [x for x, _ in z.edges if x.edges] if z.edges else [first_use.get(z)]
        levels = [at[x][1] for x in beside if x in at]
        level = min(sum(levels) / max(len(levels), 1), lowest.get(column[z], math.inf) - 1)
        at[z], lowest[column[z]] = (column[z], level), level
    return at
