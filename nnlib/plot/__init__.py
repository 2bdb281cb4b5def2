"""The one room for pictures: each function draws on Matplotlib axes and returns them, with or without a display.

`show` puts a picture into a notebook, with words for those who cannot see it, `slider` a row of them to play
with. The figures that S2 names are in `nn.plot.figures`, its drawings in `nn.plot.drawings`.
"""

from nnlib.plot import drawings, figures
from nnlib.plot.curves import batch_loss, histograms, learning_curves, runs
from nnlib.plot.graphs import graph
from nnlib.plot.images import confusion_matrix, digits, matrix, weights
from nnlib.plot.networks import network
from nnlib.plot.page import show, slider
from nnlib.plot.planes import decision_boundary, loss_surface
from nnlib.plot.style import BLACK, BLUE, GREEN, ORANGE, PALETTE, PINK, RED, SKY, YELLOW, tidy

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "ORANGE",
    "PALETTE",
    "PINK",
    "RED",
    "SKY",
    "YELLOW",
    "batch_loss",
    "confusion_matrix",
    "decision_boundary",
    "digits",
    "drawings",
    "figures",
    "graph",
    "histograms",
    "learning_curves",
    "loss_surface",
    "matrix",
    "network",
    "runs",
    "show",
    "slider",
    "tidy",
    "weights",
]
