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
