"""The eight drawings: all units and connections are there, and no words cover others."""

import numpy as np
import pytest

from nnlib.plot import drawings
from tests.nnlib.oracles import overlaps

# function, number of units drawn, number of plain connections
DRAWINGS = [
    (drawings.perceptron, 5, 0),
    (drawings.single_unit, 5, 0),
    (drawings.mlp_4_5_3_1, 4 + 5 + 3 + 1, 4 * 5 + 5 * 3 + 3),
    (drawings.mlp_4_5_3_2, 4 + 5 + 3 + 2, 4 * 5 + 5 * 3 + 3 * 2),
    (drawings.forward_flow, 3 + 2 + 1, 3 * 2 + 2),
    (drawings.error_flow, 3 + 2 + 1, 3 * 2 + 2),
    (drawings.computational_graph, 4, 0),
    (drawings.dropout, 2 * 9, (4 * 2 + 2) + (4 * 4 + 4)),
]


@pytest.mark.parametrize(("draw", "units", "connections"), DRAWINGS)
def test_everything_is_drawn_and_legible(draw, units, connections):
    axes = np.ravel(draw())
    assert sum(len(ax.patches) for ax in axes) == units
    assert sum(len(ax.lines) for ax in axes) == connections
    assert overlaps(axes[0].figure) == []


def test_gradients_flow_back_along_every_edge_of_the_graph():
    arrows = [text for text in drawings.computational_graph().texts if text.get_text() == ""]
    assert len(arrows) == 2 * 7
