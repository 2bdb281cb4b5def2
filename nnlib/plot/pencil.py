"""What the drawings are made of: units, boxes, arrows and words. Places are (x, y), in units of length."""

import matplotlib.pyplot as plt
import numpy as np

from nnlib.plot.style import BLACK, GREEN, ORANGE, SKY

GREY, WHITE = "#DDDDDD", "#FFFFFF"
INCHES = 0.64  # per unit of length, in every drawing
RADIUS = 0.36  # of a unit


def canvas(xlim, ylim):
    """Axes of a new figure, as large as the limits ask for."""
    size = [INCHES * (high - low) for low, high in (xlim, ylim)]
    return bare(plt.subplots(figsize=size, layout="constrained")[1], xlim, ylim)


def bare(ax, xlim, ylim):
    """The axes without their frame, one unit of length as long upwards as to the right."""
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


def layers(ax, sizes, step=2.8, dropped=()):
    """Columns of units, fully connected but for the dropped units of the first hidden layer; gives their places."""
    columns = [[(step * k, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]
    colors = [SKY, *[ORANGE] * (len(sizes) - 2), GREEN]
    for k, (column, color) in enumerate(zip(columns, colors)):
        for j, end in enumerate(column):
            off = k == 1 and j in dropped
            unit(ax, *end, "", GREY if off else color, "0.6" if off else BLACK)
            for i, begin in enumerate(columns[k - 1] if k else []):
                if not off and not (k == 2 and i in dropped):
                    ax.plot(*np.transpose([begin, end]), color="0.7", lw=0.9)
    return columns


def name_units(ax, columns, names):
    """x₁, x₂, … in the units of each column whose name is not None."""
    for column, name in zip(columns, names):
        for i, place in enumerate(column if name else []):
            words(ax, *place, f"${name}_{i + 1}$" if len(column) > 1 else f"${name}$", size=12)


def name_layers(ax, columns, names, y):
    """A name below each column, at height y."""
    for column, name in zip(columns, names):
        words(ax, column[0][0], y, name)


def unit(ax, x, y, text, color, edge=BLACK):
    """A circle with words in it."""
    ax.add_patch(plt.Circle((x, y), RADIUS, facecolor=color, edgecolor=edge, zorder=3))
    words(ax, x, y, text, size=12)


def box(ax, x, y, text):
    """An operation: a white box with words in it."""
    frame = dict(boxstyle="round,pad=0.45", facecolor=WHITE, edgecolor=BLACK)
    ax.text(x, y, text, size=14, ha="center", va="center", bbox=frame)


def arrow(ax, begin, end, text="", along=0.4, color="0.45", width=1.2, bend=0.0, style="-"):
    """An arrow from the edge of one unit to that of another, with words on it."""
    gap = 72 * INCHES * RADIUS  # in points
    shape = dict(
        arrowstyle="-|>", color=color, lw=width, shrinkA=gap, shrinkB=gap, ls=style, connectionstyle=f"arc3,rad={bend}"
    )
    ax.annotate("", end, begin, arrowprops=shape, zorder=2)
    if text:
        place = np.add(begin, along * np.subtract(end, begin))
        ground = dict(facecolor=WHITE, edgecolor="none", pad=1.5)
        ax.text(*place, text, size=12, ha="center", va="center", bbox=ground)


def words(ax, x, y, text, color=BLACK, size=11, rotation=0):
    """Words, centred on their place."""
    ax.text(x, y, text, color=color, size=size, ha="center", va="center", rotation=rotation)
