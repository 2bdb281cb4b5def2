"""The eight drawings: all units and connections are there, and no words cover others."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nnlib.plot import GREEN, ORANGE, RED, SKY, drawings
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


def arrows(ax):
    """[(from, to, colour, style)] of the arrows, by what stands there; places where nothing stands are numbers."""
    at = {tuple(text.get_position()): text.get_text() for text in ax.texts if text.get_text()}
    found = []
    for text in ax.texts:
        if patch := getattr(text, "arrow_patch", None):
            begin, end = tuple(text.xyann), tuple(text.xy)
            found.append((at.get(begin, begin), at.get(end, end), to_hex(patch.get_edgecolor()), patch.get_linestyle()))
    return found


def test_values_flow_to_the_right_and_errors_in_red_to_the_left():
    for draw in (drawings.mlp_4_5_3_2, drawings.forward_flow):
        assert all(begin[0] < end[0] and color != RED.lower() for begin, end, color, _ in arrows(draw()))
    forward, *back = arrows(drawings.error_flow())
    assert forward[:2] == (r"$\hat{y}$", "$L$") and forward[2] != RED.lower()
    assert len(back) == 3 and all(begin[0] > end[0] and color == RED.lower() for begin, end, color, _ in back)


def test_every_edge_of_the_graph_has_a_value_on_its_way_and_a_gradient_back():
    edges = [
        ("$x$", r"$\times$"), ("$w$", r"$\times$"), (r"$\times$", "$+$"), ("$b$", "$+$"), ("$+$", r"$\sigma$"),
        (r"$\sigma$", "$y$"), ("$y$", "$L$"),
    ]  # fmt: skip
    drawn = arrows(drawings.computational_graph())
    red = [(end, begin) for begin, end, color, style in drawn if color == RED.lower() and style == "--"]
    values = [(begin, end) for begin, end, color, style in drawn if color != RED.lower() and style == "-"]
    assert sorted(values) == sorted(red) == sorted(edges)


def test_inputs_lead_to_the_unit_and_each_weight_lies_on_its_arrow():
    units = {
        drawings.perceptron: {"$x_1$": "$w_1$", "$x_2$": "$w_2$", "$x_3$": "$w_3$", "$1$": "$b$"},
        drawings.single_unit: {"$1$": "$w_0$", "$x_1$": "$w_1$", "$x_2$": "$w_2$", "$x_D$": "$w_D$"},
    }
    for draw, weights in units.items():
        ax = draw()
        at = {text.get_text(): np.array(text.get_position()) for text in ax.texts if text.get_text()}
        ways = {begin: end for begin, end, *_ in arrows(ax)}
        for x, w in weights.items():
            end = at[ways[x]]
            detour = np.linalg.norm(at[w] - at[x]) + np.linalg.norm(end - at[w]) - np.linalg.norm(end - at[x])
            assert abs(detour) < 1e-9
        assert len({ways[x] for x in weights}) == 1
    assert [end for _, end, *_ in arrows(drawings.perceptron())][-2:] == [r"$\sigma$", r"$\hat{y}$"]


def test_units_have_the_colours_of_input_hidden_and_output_and_lines_join_all_of_two_layers():
    ax = drawings.mlp_4_5_3_2()
    columns = {}
    for circle in ax.patches:
        columns.setdefault(circle.center[0], []).append(circle)
    columns = [columns[x] for x in sorted(columns)]
    assert [len(column) for column in columns] == [4, 5, 3, 2]
    colors = [{to_hex(circle.get_facecolor()).upper() for circle in column} for column in columns]
    assert colors == [{SKY}, {ORANGE}, {ORANGE}, {GREEN}]
    joined = {tuple(map(tuple, line.get_xydata())) for line in ax.lines}
    assert joined == {(a.center, b.center) for here, there in itertools.pairwise(columns) for a in here for b in there}


def test_units_that_are_dropped_are_grey_crossed_out_and_not_connected():
    training, in_use = drawings.dropout()
    crossed = {text.get_position() for text in training.texts if text.get_text() == "×"}
    ends = {tuple(place) for line in training.lines for place in line.get_xydata()}
    for circle in training.patches:
        dropped = circle.center in crossed
        assert dropped == (circle.center not in ends)
        assert dropped == (to_hex(circle.get_facecolor()).upper() not in (SKY, ORANGE, GREEN))
    assert len(crossed) == 2 and not any(text.get_text() == "×" for text in in_use.texts)
