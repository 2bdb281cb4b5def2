"""A computational graph, drawn: all numbers are there, and nothing covers anything."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_every_edge_has_an_arrow_of_its_own():
    arrows = [(*arrow.control, *arrow.end) for arrow in graphs._arrows(graphs._places(power()))]
    assert len(set(arrows)) == len(arrows) == 6


def test_a_local_gradient_stays_clear_of_long_numbers_on_a_narrow_drawing(neuron):
    neuron.backward()
    ax = plt.subplots(figsize=(6, 2.4), layout="constrained")[1]
    assert overlaps(plot.graph(neuron, ax, local=True).figure) == []
