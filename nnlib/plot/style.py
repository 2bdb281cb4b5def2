"""The course's look. Colours are those of Okabe and Ito: people with any kind of colour vision can tell them apart."""

import matplotlib.pyplot as plt

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
PALETTE = (BLUE, ORANGE, GREEN, RED, SKY, PINK, BLACK)
WIDEST = 6.6  # inches: at the width of a phone, text of 10 points is still legible in such a picture
MARKERS = "osD^vPX"  # one per colour, for those who see none


def look(i):
    """Colour, marker and style of the line number i, from 0; from the eighth on lines are dashed."""
    return {"color": PALETTE[i % 7], "marker": MARKERS[i % 7], "ls": "-" if i < 7 else "--"}


def tidy(ax):
    """The course's look: no frame on top and right, a faint grid; returns the axes."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25)
    ax.set_axisbelow(True)  # bars cover the grid
    return ax


def new_axes(figsize=(5, 3.2)):
    """The axes of a new figure of this size (figsize), in inches."""
    return plt.subplots(figsize=figsize, layout="constrained")[1]
