"""The drawings, to scale: what belongs together is in line, each word near what it names, and nothing is cut off."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.transforms import Bbox

from nnlib.plot import BLACK, GREEN, ORANGE, RED, SKY, drawings, pencil
from tests.nnlib.plot.test_words import DRAWN

Y1, L = r"$\hat{y}$", "$L$"
X = ["$x_1$", "$x_2$", "$x_3$"]
NAMES = ["input", "hidden 1", "hidden 2", "output"]
W = [f"$W^{{({k})}}, b^{{({k})}}$" for k in (1, 2, 3)]
Z = r"$z = w_0 + \sum_{i=1}^{D} w_i x_i$"
Z1, A1 = "$z^{(1)} = W^{(1)} x + b^{(1)}$", r"$a^{(1)} = \sigma(z^{(1)})$"
Z2, A2 = "$z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}$", r"$a^{(2)} = \sigma(z^{(2)})$"
D1 = r"$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})$"
D2 = r"$\delta^{(2)} = \partial L / \partial a^{(2)} \odot \sigma'(z^{(2)})$"
DW1 = r"$\partial L/\partial W^{(1)} = \delta^{(1)} x^T$"
DW2 = r"$\partial L/\partial W^{(2)} = \delta^{(2)} (a^{(1)})^T$"
SLOPE = r"$\partial L/\partial {}$"
VALUES = ["$z_1 = w x$", "$z_2 = z_1 + b$", r"$y = \sigma(z_2)$"]
# What stands above each other (the same x), and beside each other (the same y).
COLUMNS = {
    "perceptron": [[*X, "$1$"], ["$w_1$", "$b$"], [r"$\sum$", r"$z = \sum_i w_i x_i + b$"], [Y1, "output"]],
    "single_unit": [["$1$", *X[:2], r"$\vdots$", "$x_D$"], ["activation\nfunction $\\sigma$", Y1, Z]],
    "mlp_4_5_3_1": [[*X, "$x_4$", "input"], [Y1, "output"]],
    "mlp_4_5_3_2": [[*X, "$x_4$", "input"], [r"$\hat{y}_1$", r"$\hat{y}_2$", "output"], [W[1], "forward propagation"]],
    "forward_flow": [[*X, "input"], [Z1, A1], ["$a_1$", "$a_2$", "hidden", "forward propagation"], [Z2, A2],
                     [Y1, "output"]],
    "error_flow": [[*X, "input"], ["$a_1$", "$a_2$", "hidden", "error backpropagation"], [D2, Y1, "output"]],
    "computational_graph": [["$x$", "$w$"], [VALUES[0], r"$\times$", "$b$"], [VALUES[1], "$+$"]],
    "dropout": [[*X, "$x_4$", "input"], ["×", "×", "hidden"], ["$y$", "output"]],
}  # fmt: skip
ROWS = {
    "perceptron": [["bias", "$1$"], ["inputs", "$x_2$"], [r"$\sum$", r"$\sigma$", Y1],
                   [r"$z = \sum_i w_i x_i + b$", r"$\hat{y} = \sigma(z)$"]],
    "single_unit": [["$x_2$", "$w_2$", Y1, r"$\hat{y} = \sigma(z)$"]],
    "mlp_4_5_3_1": [NAMES],
    "mlp_4_5_3_2": [NAMES, W],
    "forward_flow": [["$x_2$", Y1], ["input", "hidden", "output"], [Z1, Z2], [A1, A2]],
    "error_flow": [["$x_2$", Y1, L], ["input", "hidden", "output"], [D1, D2], [DW1, DW2]],
    "computational_graph": [[r"$\times$", "$+$", r"$\sigma$", "$y$", L], VALUES],
    "dropout": [["input", "hidden", "output"]],
}  # fmt: skip
# Each of these in the middle of what stands left and right of it, or above and below it.
BETWEEN = {
    "perceptron": [(r"$\sum$", r"$\sigma$", Y1), ("$x_1$", "$x_2$", "$x_3$"), ("$x_2$", "$x_3$", "$1$")],
    "single_unit": [("$1$", "$x_1$", "$x_2$")],
    "mlp_4_5_3_1": [tuple(NAMES[:3]), tuple(NAMES[1:])],
    "mlp_4_5_3_2": [tuple(NAMES[:3]), tuple(NAMES[1:]), *zip(NAMES, W, NAMES[1:])],
    "forward_flow": [("input", Z1, "hidden"), ("hidden", Z2, "output")],
    "error_flow": [("input", DW1, "hidden"), ("hidden", DW2, "output")],
    "computational_graph": [(r"$\times$", "$+$", r"$\sigma$")],
    "dropout": [("input", "hidden", "output")],
}


# What is a little beside its place, for want of room: near this, to the left or right.
NEAR = {
    "perceptron": [(r"$\hat{y} = \sigma(z)$", r"$\sigma$")],
    "error_flow": [(D1, DW1)],
    "computational_graph": [(VALUES[2], r"$\sigma$")],
}


def places(ax):
    return {text.get_text(): np.array(text.get_position()) for text in ax.texts if text.get_text()}


@pytest.mark.parametrize("name", DRAWN)
def test_what_belongs_together_is_in_line(name):
    ax = np.ravel(getattr(drawings, name)())[0]
    at = places(ax)
    for axis, lines in ((0, COLUMNS[name]), (1, ROWS[name])):
        for line in lines:
            assert np.ptp([at[text][axis] for text in line]) < 1e-9, line
    for before, text, after in BETWEEN[name]:
        axis = int(at[before][0] == at[after][0])
        assert at[text][axis] == pytest.approx((at[before] + at[after])[axis] / 2), text
    for text, other in NEAR.get(name, ()):
        assert abs(at[text][0] - at[other][0]) < 0.5


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_fits_its_frame_and_all_have_one_scale(name):
    axes = np.ravel(getattr(drawings, name)())
    figure = axes[0].figure
    figure.canvas.draw()
    for ax in axes:
        drawn = Bbox.union([each.get_window_extent() for each in (*ax.texts, *ax.patches, *ax.lines)])
        low, high = np.array(drawn.transformed(ax.transData.inverted()))
        margins = [low - (ax.get_xlim()[0], ax.get_ylim()[0]), (ax.get_xlim()[1], ax.get_ylim()[1]) - high]
        assert np.min(margins) >= 0 and np.max(margins) < 0.85  # of a unit of length: next to nothing is empty
        assert ax.get_aspect() == 1 and not ax.axison
    if len(axes) == 1:
        size = np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
        np.testing.assert_allclose(figure.get_size_inches(), 0.64 * size)


@pytest.mark.parametrize("name", DRAWN)
def test_words_stand_in_a_unit_or_beside_it(name):
    for ax in np.ravel(getattr(drawings, name)()):
        ax.figure.canvas.draw()
        for text in (each for each in ax.texts if each.get_text()):
            low, high = np.array(text.get_window_extent().transformed(ax.transData.inverted()))
            for circle in (each for each in ax.patches if hasattr(each, "radius")):
                away = np.linalg.norm(np.clip(circle.center, low, high) - circle.center)
                assert np.allclose(circle.center, text.get_position()) or away > 0.9 * circle.radius, text.get_text()


@pytest.mark.parametrize("name", DRAWN)
def test_words_are_upright_centred_of_one_size_and_red_where_they_tell_of_errors(name):
    for ax in np.ravel(getattr(drawings, name)()):
        drawn = places(ax)
        boxes = {text.get_text() for text in ax.texts if (box := text.get_bbox_patch()) and box.get_edgecolor()[3]}
        assert boxes <= {r"$\sum$", r"$\sigma$", r"$\times$", "$+$", L}
        inside = {t for t in drawn if any(np.allclose(c.center, drawn[t]) for c in ax.patches)} - {"×"}
        for text in ax.texts:
            words, size = text.get_text(), text.get_fontsize()
            assert (text.get_ha(), text.get_va()) == ("center", "center") or not words
            assert text.get_rotation() == 90 * (words == "inputs")
            red = words in (D1, D2, "error backpropagation") or (r"\partial" in words and words not in (DW1, DW2))
            assert to_hex(text.get_color()).upper() == (RED if red else "#595959" if words == "×" else BLACK)
            large = words in inside or words in (Z1, A1, Z2, A2, D1, D2, DW1, DW2) or words[1:3] in ("w_", "b$")
            wanted = 14 if words in boxes else 16 if words == r"$\vdots$" else 18 if words == "×" else 11 + large
            assert size == wanted or not words, words


def heads(ax):
    """{(from, to): the arrow's patch}, places rounded."""
    arrows = ((text, getattr(text, "arrow_patch", None)) for text in ax.texts)
    return {tuple(tuple(np.round(place, 2).tolist()) for place in (text.xyann, text.xy)): patch
            for text, patch in arrows if patch}  # fmt: skip


def shafts(ax):
    """{(from, to): (begin, control, end)} of the curves that are drawn, which end a little before their tips."""
    ax.figure.canvas.draw()
    back = ax.transData.inverted()
    return {way: back.transform(patch.get_path().vertices[:3]) for way, patch in heads(ax).items()}


def test_arrows_reach_from_edge_to_edge_and_lie_behind_what_they_join():
    ax = drawings.perceptron()
    ends = [tuple(np.round(place, 2)) for place in places(ax).values()]
    for way, (begin, _, end) in shafts(ax).items():
        assert way[0] in ends and way[1] in ends
        assert np.linalg.norm(begin - way[0]) == pytest.approx(pencil.RADIUS, abs=0.02)
        assert np.linalg.norm(end - way[1]) == pytest.approx(pencil.RADIUS + 0.04, abs=0.02)
    assert {type(head.get_arrowstyle()).__name__ for head in heads(ax).values()} == {"CurveFilledB"}
    assert {(to_hex(head.get_edgecolor()), head.get_linewidth()) for head in heads(ax).values()} == {("#737373", 1.2)}
    assert max(text.zorder for text in ax.texts if not text.get_text()) < min(circle.zorder for circle in ax.patches)


@pytest.mark.parametrize("name", ["mlp_4_5_3_2", "forward_flow", "error_flow"])
def test_thick_arrows_show_the_direction_below_the_layers(name):
    ax = getattr(drawings, name)()
    at = places(ax)
    thick = [way for way, head in heads(ax).items() if head.get_linewidth() == 2]
    below = {way for way in thick if way[0][1] < 0}
    if name == "mlp_4_5_3_2":  # one arrow, from the first layer to the last
        assert below == {((0, -3.6), (8.4, -3.6))} == set(thick) and at["output"][0] == pytest.approx(8.4)
        return
    columns = [at[text][0] for text in ("input", "hidden", "output")]
    middles = [(left + right) / 2 for left, right in itertools.pairwise(columns)]
    ways = [((x - 1, at["input"][1]), (x + 1, at["input"][1])) for x in middles]  # between two layers
    assert below == {way if name == "forward_flow" else way[::-1] for way in ways}
    assert len(thick) == 2 + (name == "error_flow")
    if name == "error_flow":
        assert all(-2.4 < at[words][1] < -2 for words in (DW1, DW2))  # just below the arrows


def test_the_error_starts_at_the_loss_just_above_the_value_on_its_way_there():
    ax = drawings.error_flow()
    at = places(ax)
    ((begin, end),) = [way for way in heads(ax) if way[0][1] == way[1][1] > 0]
    assert at[Y1][0] < end[0] < at[Y1][0] + 0.2 and at[L][0] - 0.2 < begin[0] < at[L][0] and 0.3 < begin[1] < 0.6


def test_every_gradient_of_the_graph_stands_beside_its_own_arrow():
    ax = drawings.computational_graph()
    at = places(ax)
    places_of_all = [text.get_position() for text in ax.texts if r"\partial" in text.get_text()]
    back = {way: curve for way, curve in shafts(ax).items() if heads(ax)[way].get_linestyle() == "--"}
    names = {"$x$": "x", "$w$": "w", "$b$": "b", r"$\times$": "z_1", "$+$": "z_2", r"$\sigma$": "y", "$y$": "y"}
    named = {tuple(np.round(place, 2)): text for text, place in at.items()}
    for ends, (begin, control, end) in back.items():
        name = SLOPE.replace("{}", names[named[ends[1]]])
        middle = (begin + 2 * control + end) / 4
        straight = np.array(ends[0]) + ends[1]
        length = np.linalg.norm(np.diff(ends, axis=0))
        assert np.linalg.norm(straight / 2 - middle) == pytest.approx(0.15 * length, abs=0.06)
        nearest = min(places_of_all, key=lambda place: np.linalg.norm(place - middle))
        assert 0.15 < np.linalg.norm(nearest - middle) < 0.62
        assert name in {text.get_text() for text in ax.texts if text.get_position() == nearest}
    x = [[at[r"$\times$"], at["$+$"]], [at["$+$"], at[r"$\sigma$"]], [at[r"$\sigma$"], at["$y$"]], [at["$y$"], at[L]]]
    above = sorted(place for place in places_of_all if place[1] == 1.75)
    np.testing.assert_allclose([place[0] for place in above], np.mean(x, axis=1)[:, 0])


def test_the_two_pictures_of_dropout_have_small_titles():
    assert [(ax.get_title()[:6], ax.title.get_fontsize()) for ax in drawings.dropout()][1] == ("in use", 10)


@pytest.mark.parametrize("name", DRAWN)
def test_units_are_circles_of_one_size_in_front_of_the_lines(name):
    for ax in np.ravel(getattr(drawings, name)()):
        assert {circle.radius for circle in ax.patches} == {0.36}
        grey = [circle for circle in ax.patches if to_hex(circle.get_edgecolor()) != BLACK]
        assert len(grey) == sum(text.get_text() == "×" for text in ax.texts)
        assert {to_hex(circle.get_edgecolor()) for circle in grey} <= {"#999999"}
        assert max([line.zorder for line in ax.lines], default=0) < min(circle.zorder for circle in ax.patches)
        assert {(line.get_color(), line.get_linewidth()) for line in ax.lines} <= {("0.7", 0.9)}
        drawn = [each for each in ax.get_children() if each in ax.patches or (each in ax.texts and each.get_text())]
        for circle in ax.patches:  # what is drawn last is in front
            inside = [text for text in ax.texts if text.get_text() and np.allclose(text.get_position(), circle.center)]
            for text in inside:
                assert (text.zorder, drawn.index(text)) > (circle.zorder, drawn.index(circle))


INPUTS = {"$x$", "$w$", *X, "$x_4$", "$x_D$"}
OUTPUTS = {Y1, r"$\hat{y}_1$", r"$\hat{y}_2$", "$y$"}


@pytest.mark.parametrize("name", DRAWN)
def test_named_units_have_the_colour_of_their_kind(name):
    """Blue inputs, grey 1 and bias, green outputs; a single unit, which is shown for itself, is orange."""
    for ax in np.ravel(getattr(drawings, name)()):
        at = places(ax)
        for text, place in at.items():
            colors = {to_hex(c.get_facecolor()).upper() for c in ax.patches if np.allclose(c.center, place)}
            if text == "×" or not colors:
                continue
            output = ORANGE if name == "single_unit" else GREEN
            hidden = {text: ORANGE for text in ("$a_1$", "$a_2$")} | dict.fromkeys(("$1$", "$b$"), "#DDDDDD")
            wanted = SKY if text in INPUTS else output if text in OUTPUTS else hidden[text]
            assert colors == {wanted}, text


@pytest.mark.parametrize(
    ("name", "unit", "weights"),
    [
        ("perceptron", r"$\sum$", ["$w_1$", "$w_2$", "$w_3$", "$b$"]),
        ("single_unit", Y1, ["$w_0$", "$w_1$", "$w_2$", "$w_D$"]),
    ],
)
def test_weights_stand_two_fifths_of_the_way_to_the_unit(name, unit, weights):
    at = places(getattr(drawings, name)())
    assert len({at[weight][0] for weight in weights}) == 1 and 0.39 < at[weights[0]][0] / at[unit][0] < 0.43


def test_the_arrow_of_a_single_unit_ends_before_its_words():
    ax = drawings.single_unit()
    ((_, end),) = [way for way in heads(ax) if way[0] == tuple(places(ax)[Y1])]
    assert end == (5.3, places(ax)[Y1][1]) and 0.5 < places(ax)[r"$\hat{y} = \sigma(z)$"][0] - end[0] < 0.8


def test_weights_stand_on_white_without_a_frame_and_operations_in_white_boxes():
    for text in drawings.perceptron().texts:
        words, ground = text.get_text(), text.get_bbox_patch()
        if words[1:3] in ("w_", "b$"):
            assert to_hex(ground.get_facecolor()) == "#ffffff" and ground.get_edgecolor()[3] == 0
            assert 0.1 < ground.get_boxstyle().pad < 0.15  # of the size of its letters
        elif ground:
            assert (to_hex(ground.get_facecolor()), to_hex(ground.get_edgecolor())) == ("#ffffff", "#000000")
            assert ground.get_boxstyle().pad == 0.45 and type(ground.get_boxstyle()).__name__ == "Round"
