"""A computational graph, drawn: all numbers are there, and nothing covers anything."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from nnlib import plot
from nnlib.graph import Node, maximum, sigmoid
from nnlib.plot import graphs
from tests.nnlib.oracles import overlaps


@pytest.fixture
def neuron():
    w, x, b = Node(0.6, "w"), Node(0.5, "x"), Node(0.1, "b")
    return (sigmoid((w * x + b).named("z")) - 1) ** 2 / 2


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_drawing_shows_values_then_gradients(neuron):
    before = texts(plot.graph(neuron))
    assert {"w", "x", "b", "×", "+", "σ", "0.6", "z = 0.4"} <= set(before)
    assert "−0.04821" not in before  # no gradient before backward
    neuron.backward()
    assert "−0.04821" in texts(plot.graph(neuron))


def test_drawing_shows_local_gradients_when_asked(neuron):
    assert "0.24" not in texts(plot.graph(neuron))
    assert "0.24" in texts(plot.graph(neuron, local=True))  # σ'(0.4)


def test_values_stand_above_in_blue_and_gradients_below_in_red(neuron):
    neuron.backward()
    ax = plot.graph(neuron.named("L"), local=True)
    drawn = {tuple(np.round(text.get_position(), 2)): (text.get_text(), text.get_color()) for text in ax.texts}
    for z, (x, y) in graphs._places(neuron).items():
        above, inside, below = (drawn[round(x, 2), round(y + up, 2)] for up in (0.36, 0, -0.36))
        if not z.edges and not z.name:  # a number stands in its box, and needs no gradient
            assert (above[0], inside[0], below[0]) == ("", f"{z.value:g}", "")
            continue
        name = f"{z.name} = " if z.edges and z.name else ""
        assert above == (f"{name}{z.value:.4g}".replace("-", "−"), plot.BLUE)
        assert inside == (z.operation or z.name, plot.BLACK)
        assert below == (f"{z.grad:.4g}".replace("-", "−"), plot.RED)
    lowest = min(y for _, y in graphs._places(neuron).values()) - 0.36
    told = {text: (y < lowest, color) for (_, y), (text, color) in drawn.items()}
    assert told["above: value"] == (True, plot.BLUE) and told["below: gradient of L"] == (True, plot.RED)
    assert told["0.24"][1] == plot.GREEN  # σ'(0.4)
    assert "below: gradient of the last node" in texts(plot.graph(neuron.named("")))
    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    assert all(left < x < right and low < y < high for x, y in drawn)


def test_a_gradient_of_0_is_a_gradient():
    z = Node(1.0, "w") * Node(2.0, "x")
    assert "below: gradient of the last node" not in texts(plot.graph(z))
    (z * 0).backward()
    assert texts(plot.graph(z)).count("0") == 3 and "below: gradient of the last node" in texts(plot.graph(z))


def test_boxes_of_inputs_operations_and_the_result_differ(neuron):
    colors = {}
    for text in plot.graph(neuron).texts:
        if box := text.get_bbox_patch():
            colors.setdefault(box.get_facecolor(), []).append(text.get_text())
    assert sorted(map(len, colors.values())) == [1, 5, 5]  # the result, other operations, inputs
    assert {"w", "x", "b"} <= set(max(colors.values(), key=lambda inside: "w" in inside))


def test_only_marked_edges_are_thick(neuron):
    widths = [patch.get_linewidth() for patch in plot.graph(neuron, marked=[(neuron.edges[0].node, neuron)]).patches]
    assert sorted(widths)[-2:] == [1, 3] and plot.graph(neuron).patches[0].get_linewidth() == 1


def test_drawing_uses_the_given_axes(neuron):
    ax = plt.subplots()[1]
    assert plot.graph(neuron, ax) is ax


@given(st.integers(0, 2**32 - 1))
def test_drawn_boxes_do_not_meet_and_inputs_stand_left(seed):
    rng = np.random.default_rng(seed)
    nodes = [Node(1.0), Node(2.0)]
    for _ in range(rng.integers(1, 9)):
        x, y = (nodes[i] for i in rng.integers(len(nodes), size=2))
        nodes.append((x + y, x * 2, sigmoid(x))[rng.integers(3)])
    at = graphs._places(nodes[-1])
    assert len(set(at.values())) == len(at)
    assert all(at[x][0] < at[z][0] for z in at for x, _ in z.edges)


def product():
    return Node(3, "x") * Node(-4.25, "y")


def shared():
    x, y = Node(3, "x"), Node(-4, "y")
    return x * y + x


def power():
    x = Node(1.5, "x")
    return x * x * x * x


def crossing():
    x, y, z = Node(3, "x"), Node(-4, "y"), Node(2, "z")
    return maximum(x, y) * z + x * x


@pytest.mark.parametrize("make", [product, shared, power, crossing, lambda: Node(3, "x")])
def test_nothing_on_a_drawing_is_covered(make):
    """No words by others, and no arrow by a box on its way, behind which it would seem to end."""
    L = make()
    L.backward()
    ax = plot.graph(L, local=True)
    assert overlaps(ax.figure) == []
    places = graphs._places(L)
    boxes = np.array(list(places.values()))
    for arrow in graphs._arrows(places):
        way = np.array([graphs._on(arrow, t) for t in np.linspace(0, 1, 99)])
        between = boxes[(arrow.begin[0] < boxes[:, 0]) & (boxes[:, 0] < arrow.end[0])]
        assert all(np.abs(way - box).max(axis=1).min() > 0.2 for box in between)


@pytest.mark.parametrize(("begin", "end", "box", "bends"), [
    ((0, 0), (2.8, 0), (1, 0), True), ((0, 0), (2.8, 0), (1, 0.29), True), ((0, 0), (2.8, 0), (1, -0.29), True),
    ((0, 0), (2.8, 0), (1, 0.3), False), ((0, 0), (2.8, 0), (1, -0.31), False), ((0, 0), (2.8, 0), (0, 0), False),
    ((0, 0), (2, 2), (1, 1), True), ((0, 0), (2, 2), (1, 0), False), ((0, 0), (2, 2), (2, 2), False),
    ((1, 3), (5, 1), (2, 2.5), True), ((1, 3), (5, 1), (4, 1.5), True), ((1, 3), (5, 1), (4, 2.5), False),
    ((1, 3), (5, 1), (2, 1.5), False), ((1, 3), (5, 1), (6, 0.5), False),
])  # fmt: skip
def test_an_arrow_bends_over_a_box_that_is_within_0_3_of_its_straight_way(begin, end, box, bends):
    n = end[0] - begin[0]
    expected = 0.24 * n**2 / (n - 1) if bends else 0
    assert graphs._bend(np.array(begin, float), np.array(end, float), [box]) == pytest.approx(expected)


def test_a_drawing_has_room_for_its_highest_arrow():
    x = Node(0.5, "x")
    z = x
    for _ in range(6):
        z = sigmoid(z)
    ax = plot.graph(z * x)
    highest = max(graphs._on(arrow, 0.5)[1] for arrow in graphs._arrows(graphs._places(z * x)))
    assert ax.get_ylim()[1] == pytest.approx(highest + 0.2) and highest > 0.7


def test_the_same_edge_once_more_bends_by_six_tenths():
    x = Node(2.0, "x")
    first, second = graphs._arrows({x: (0, 0), x * x: (1, 0)})
    np.testing.assert_allclose(second.control - first.control, [0, 0.6])


def test_every_edge_has_an_arrow_of_its_own():
    arrows = [(*arrow.control, *arrow.end) for arrow in graphs._arrows(graphs._places(power()))]
    assert len(set(arrows)) == len(arrows) == 6


def test_a_local_gradient_stays_clear_of_long_numbers_on_a_narrow_drawing(neuron):
    neuron.backward()
    ax = plt.subplots(figsize=(6, 2.4), layout="constrained")[1]
    assert overlaps(plot.graph(neuron, ax, local=True).figure) == []


NEURON = {"×": (1, 0), "z": (2, 0), "σ": (3, 0), "−": (4, 0), "^2": (5, 0), "÷": (6, 0), "w": (0, 0), "x": (0, -1),
          "b": (1, -1), 1.0: (3, -1), 2.0: (5, -1)}  # fmt: skip
CROSSING = {"max": (1, 0), "z·max": (2, 0), "x·x": (1, -1), "+": (3, -0.5), "x": (0, 0), "y": (0, -1), "z": (1, -2)}


def test_boxes_stand_right_of_their_inputs_level_with_them_and_leaves_before_their_first_use(neuron):
    """Laid out by hand: a column per step, operations first; a leaf a column before its use, below what is there."""
    at = graphs._places(neuron)
    assert {z.name or z.operation or z.value: place for z, place in at.items()} == NEURON
    L = crossing()
    L.edges[0].node.named("z·max"), L.edges[1].node.named("x·x")
    assert {z.name or z.operation: place for z, place in graphs._places(L).items()} == CROSSING
    assert list(graphs._places(Node(3, "x")).values()) == [(0, 0)]
    h = sigmoid(Node(1, "x"))
    c = Node(2, "c")
    first = sigmoid(h) + h * h
    last = h * c
    at = graphs._places(first + last)
    assert at[last] == (2, -2) and at[c] == (1, -2)  # level with its use, though nothing stands above it


@pytest.mark.parametrize(
    ("make", "size", "xlim", "ylim"),
    [
        (product, (4.14, 2.94), (-0.6, 2.8), (-2.05, 0.6)),  # 1.2 inches per unit of length, and 2.2 units for words
        (crossing, (5.1, 4.14), (-0.6, 3.6), (-3.05, 0.6)),
        (lambda: Node(3, "x"), (4.14, 1.74), (-0.6, 2.8), (-1.05, 0.6)),
    ],
)
def test_a_drawing_is_as_large_as_it_has_boxes(make, size, xlim, ylim):
    L = make()
    L.backward()
    ax = plot.graph(L)
    assert ax.figure.get_size_inches() == pytest.approx(size) and not ax.axison
    assert ax.get_xlim() == pytest.approx(xlim) and ax.get_ylim() == pytest.approx(ylim)
    at = {text.get_text(): (text.get_position(), text.get_ha()) for text in ax.texts}
    bottom = min(y for _, y in graphs._places(L).values()) - 0.85
    assert at["above: value"] == ((-0.35, bottom), "left")
    (told,) = (place for text, place in at.items() if text.startswith("below"))
    assert told == ((0.8, bottom), "left")


def test_a_long_drawing_has_the_width_of_a_page_and_room_is_made_where_words_are(neuron):
    ax = plot.graph(neuron)
    assert ax.figure.get_size_inches() == pytest.approx((6.6, 1.2 * np.ptp((-1.85, 0.6)))) and ax.get_xlim() == (
        -0.6,
        6.6,
    )
    assert type(ax.figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"


def test_words_have_their_size_and_place(neuron):
    neuron.backward()
    ax = plot.graph(neuron, local=True)
    boxes = {text for text in ax.texts if text.get_bbox_patch() and text.get_color() == plot.BLACK}
    for text in ax.texts:
        green, box = text.get_color() == plot.GREEN, text in boxes
        assert text.get_fontsize() == (12 if box else 8 if green else 10) and text.get_va() == "center"
        assert text.get_ha() == ("left" if text.get_text().startswith(("above", "below")) else "center")
        ground = text.get_bbox_patch()
        assert bool(ground) == (green or box)
        if ground:
            face, edge = (to_hex(color, keep_alpha=True) for color in (ground.get_facecolor(), ground.get_edgecolor()))
            assert (face[:7], edge) == (face[:7] if box else "#ffffff", "#000000ff" if box else "#00000000")
            style = ground.get_boxstyle()
            assert (type(style).__name__, round(style.pad, 2)) == (("Round", 0.35) if box else ("Square", 0.12))
    colors = {text.get_text(): to_hex(text.get_bbox_patch().get_facecolor()).upper() for text in boxes}
    assert (colors["÷"], colors["w"], colors["σ"]) == ("#F2CE80", "#DDDDDD", "#BFE3F5")


@pytest.mark.parametrize("make", [product, shared, power, crossing])
def test_each_local_gradient_stands_on_its_own_arrow_and_arrows_bend_over_boxes(make):
    L = make()
    L.backward()
    ax = plot.graph(L, local=True)
    at = graphs._places(L)
    edges = [(node, z, local) for z in at for node, local in z.edges]
    green = [text for text in ax.texts if text.get_color() == plot.GREEN]
    for (node, z, local), patch, text in zip(edges, ax.patches, green, strict=True):
        assert text.get_text() == f"{local:.3g}".replace("-", "−")
        curve = patch._path_original
        begin, control, end = curve.vertices
        assert tuple(begin) == at[node] and tuple(end) == (pytest.approx(at[z][0] - 0.22), at[z][1])
        assert curve.codes.tolist() == [1, 3, 3]  # one smooth bend
        t = np.linspace(0.3, 0.64, 341)[:, None]
        way = (1 - t) ** 2 * begin + 2 * t * (1 - t) * control + t**2 * end
        assert np.linalg.norm(way - text.get_position(), axis=1).min() < 1e-3
        straight = (begin + end) / 2
        assert control[0] == pytest.approx(straight[0]) and control[1] >= straight[1]
        between = [box for box in at.values() if begin[0] < box[0] < end[0]]
        clear = [abs(np.interp(x, (begin[0], end[0]), (begin[1], end[1])) - y) >= 0.3 for x, y in between]
        if all(clear) and [edge.node for edge in z.edges].count(node) == 1:
            assert control[1] == pytest.approx(straight[1])  # nothing is in its way
        elif not all(clear):  # it passes the first box a third of a unit above
            x, y = min(box for box, free in zip(between, clear) if not free)
            t = np.linspace(0, 1, 2001)[:, None]
            way = (1 - t) ** 2 * begin + 2 * t * (1 - t) * control + t**2 * end
            above = np.interp(x, *way.T) - y
            assert 0.3 < above < 0.6
            if begin[1] == end[1] and [edge.node for edge in z.edges].count(node) == 1:
                assert above == pytest.approx(0.48, abs=0.001)  # 2 t (1 − t) 0.24 n² / (n − 1) at t = 1 / n
        assert patch.get_arrowstyle().__class__.__name__ == "CurveFilledB" and patch.get_mutation_scale() == 10
        assert (to_hex(patch.get_edgecolor()), patch.zorder) == ("#8c8c8c", 1)


def test_a_local_gradient_takes_the_first_place_where_no_words_are(neuron):
    """By hand: −0.04821 below w covers what is more than 43 % of the way from x; 2's arrow is free at 64 %."""
    neuron.backward()
    ax = plot.graph(neuron, local=True)
    at = graphs._places(neuron)
    ways = [(at[node][0], at[z][0] - 0.22) for z in at for node, _ in z.edges]
    green = [text for text in ax.texts if text.get_color() == plot.GREEN]
    parts = [(text.get_position()[0] - begin) / (end - begin) for text, (begin, end) in zip(green, ways, strict=True)]
    np.testing.assert_allclose(parts, [0.57, 0.43, 0.57, 0.43, 0.57, 0.57, 0.64, 0.57, 0.57, 0.64])


@pytest.mark.parametrize(
    ("taken", "part"),
    [
        ([(9, 9, 0)], 0.57),
        ([(0.57, 0, 0)], 0.36),  # 0.21 away: half the width of the number, 0.2, fits in between
        ([(0.57, 0.14, 0)], 0.36),
        ([(0.57, 0.15, 0)], 0.36),
        ([(0.57, 0.16, 0)], 0.57),  # above it
        ([(0.57, 0, 0.03)], 0.3),
        ([(0.4, 0, 0.5)], 0.57),  # nowhere free
    ],
)
def test_places_of_a_local_gradient(taken, part):
    ax = plot.style.new_axes()
    arrow = graphs.Arrow(np.array([0.0, 0]), np.array([0.5, 0]), np.array([1.0, 0]), "0.25", False)
    graphs._arrow(ax, arrow, taken, local=True)
    (text,) = ax.texts
    assert text.get_position() == pytest.approx((part, 0)) and taken[-1] == (*text.get_position(), 0.2)
    graphs._arrow(ax, arrow, taken, local=False)
    assert len(ax.texts) == 1 and len(ax.patches) == 2


def test_numbers_have_three_or_four_digits_and_half_widths_by_their_letters():
    assert [graphs._half(text) for text in ("", "1", "12", "1234567890")] == [0.1, 0.1, 0.1, 0.5]
    x = Node(1.23456789, "x")
    L = x * 9.87654321
    assert graphs._words(L) == ("12.19", "×", "") and graphs._words(x) == ("1.235", "x", "")
    L.backward()
    assert graphs._words(x) == ("1.235", "x", "9.877") and graphs._words(L.named("L")) == ("L = 12.19", "×", "1")
    assert graphs._words(L.edges[1].node) == ("", "9.88", "")  # a number
    assert [arrow.text for arrow in graphs._arrows(graphs._places(L))] == ["9.88", "1.23"]
    marked = graphs._arrows(graphs._places(L), [(x, L)])
    assert [arrow.marked for arrow in marked] == [True, False]
    ax = plot.graph(L, marked=[(x, L)])
    assert [to_hex(patch.get_edgecolor()).upper() for patch in ax.patches] == [plot.RED, "#8C8C8C"]
