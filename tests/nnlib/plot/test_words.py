"""Every word on every picture, where it stands and what it stands for."""

import itertools

import numpy as np
import pytest

import nnlib as nn
from nnlib.plot import BLUE, GREEN, ORANGE, RED, SKY, drawings, figures

X = ["$x_1$", "$x_2$", "$x_3$"]
# The texts of a drawing from left to right, and those above each other from the top.
DRAWN = {
    "perceptron": [
        [
            "bias", "inputs", *X, "$1$", "$w_1$", "$w_2$", "$w_3$", "$b$", r"$\sum$",
            r"$z = \sum_i w_i x_i + b$", r"$\sigma$", r"$\hat{y} = \sigma(z)$", r"$\hat{y}$", "output",
        ],
    ],
    "single_unit": [
        [
            "$1$", "$x_1$", "$x_2$", r"$\vdots$", "$x_D$", "$w_0$", "$w_1$", "$w_2$", "$w_D$",
            "activation\nfunction $\\sigma$", r"$\hat{y}$", r"$z = w_0 + \sum_{i=1}^{D} w_i x_i$",
            r"$\hat{y} = \sigma(z)$",
        ],
    ],
    "mlp_4_5_3_1": [
        [*X, "$x_4$", "input", "hidden 1", "hidden 2", r"$\hat{y}$", "output"],
    ],
    "mlp_4_5_3_2": [
        [
            *X, "$x_4$", "input", "$W^{(1)}, b^{(1)}$", "hidden 1", "$W^{(2)}, b^{(2)}$",
            "forward propagation", "hidden 2", "$W^{(3)}, b^{(3)}$", r"$\hat{y}_1$", r"$\hat{y}_2$", "output",
        ],
    ],
    "forward_flow": [
        [
            *X, "input", "$z^{(1)} = W^{(1)} x + b^{(1)}$", r"$a^{(1)} = \sigma(z^{(1)})$", "$a_1$", "$a_2$",
            "hidden", "forward propagation", "$z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}$",
            r"$a^{(2)} = \sigma(z^{(2)})$", r"$\hat{y}$", "output",
        ],
    ],
    "error_flow": [  # a column per example here, as in S2: hence the transposed W
        [
            *X, "input", r"$\partial L/\partial W^{(1)} = \delta^{(1)} x^T$",
            r"$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot \sigma'(z^{(1)})$", "$a_1$", "$a_2$", "hidden",
            "error backpropagation", r"$\partial L/\partial W^{(2)} = \delta^{(2)} (a^{(1)})^T$",
            r"$\delta^{(2)} = \partial L / \partial a^{(2)} \odot \sigma'(z^{(2)})$", r"$\hat{y}$", "output", "$L$",
        ],
    ],
    "computational_graph": [
        [
            "$x$", "$w$", r"$\partial L/\partial x$", r"$\partial L/\partial w$", "$z_1 = w x$", r"$\times$",
            "$b$", r"$\partial L/\partial z_1$", r"$\partial L/\partial b$", "$z_2 = z_1 + b$", "$+$",
            r"$\partial L/\partial z_2$", r"$\sigma$", r"$y = \sigma(z_2)$", r"$\partial L/\partial y$", "$y$",
            r"$\partial L/\partial y$", "$L$",
        ],
    ],
    "dropout": [
        [*X, "$x_4$", "input", "×", "×", "hidden", "$y$", "output"],
        [*X, "$x_4$", "input", "hidden", "$y$", "output"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_the_words_of_a_drawing_stand_in_their_places(name):
    panels = np.ravel(getattr(drawings, name)())
    assert [words_from_left_to_right(ax) for ax in panels] == DRAWN[name]


def words_from_left_to_right(ax):
    places = ((*text.get_position(), text.get_text()) for text in ax.texts if text.get_text())
    return [text for _, _, text in sorted((round(x, 1), -y, text) for x, y, text in places)]


def test_titles_of_dropout():
    titles = [ax.get_title() for ax in drawings.dropout()]
    assert titles == ["training: each unit dropped with p = 0.5", "in use: all units"]


def test_formulas_of_the_flow_of_errors_hold():
    """What the drawing says about δ and gradients, for columns, is what a network computes."""
    rng = np.random.default_rng(0)
    W1, W2, x, y = rng.random((2, 3)), rng.random((1, 2)), rng.random(3), 1.0
    net = nn.Sequential(nn.Linear(3, 2, rng=rng), nn.Sigmoid(), nn.Linear(2, 1, rng=rng), nn.Sigmoid())
    net = net.astype(np.float64)
    net.layers[0].W, net.layers[2].W = W1, W2
    a2 = net.forward(x[None])
    net.backward(a2 - y)  # ∂L/∂a² of L = (a² − y)² / 2
    a1 = nn.sigmoid(W1 @ x + net.layers[0].b)
    d2 = (a2[0] - y) * a2[0] * (1 - a2[0])
    d1 = (W2.T @ d2) * a1 * (1 - a1)
    np.testing.assert_allclose(net.layers[2].dW, np.outer(d2, a1))
    np.testing.assert_allclose(net.layers[0].dW, np.outer(d1, x))


def said(ax):
    return ax.get_title(), ax.get_xlabel(), ax.get_ylabel()


def legend(ax):
    """{text: colour} of a legend."""
    found = ax.get_legend()
    if not found:
        return {}
    handles = [getattr(h, "get_color", None) or h.get_facecolor for h in found.legend_handles]
    return {text.get_text(): colour(get()) for text, get in zip(found.get_texts(), handles, strict=True)}


def colour(value):
    return value if isinstance(value, str) else "#" + "".join(f"{round(255 * c):02X}" for c in value[:3])


def runs():
    return {
        name: nn.History([4.0 + i, 3], [0.5, 0.6], [2.0 + i, 1], [0.3, 0.4], batch_loss=[1.0])
        for i, name in enumerate(("none", "L2"))
    }


def test_words_of_the_figures():
    names = ["step", "sigmoid", "tanh", "ReLU", "leaky ReLU, α = 0.1", "ELU, α = 1"]
    for draw, label in ((figures.activation_functions, "$a$"), (figures.activation_derivatives, "$a'$")):
        axes = draw()
        assert [ax.get_title() for ax in axes.flat] == names
        assert [ax.get_ylabel() for ax in axes.flat] == [label, "", "", label, "", ""]
        assert [ax.get_xlabel() for ax in axes.flat] == ["", "", "", "$z$", "$z$", "$z$"]
    left, right = figures.gradient_descent_visualization()
    assert (said(left), said(right)) == (("", "$w$", "$L = w^2$"), ("", "$w_1$", "$w_2$"))
    assert legend(left) == {"η = 0.02": SKY, "η = 0.2": GREEN, "η = 0.9": ORANGE, "η = 1.04": RED}
    assert legend(right) == {"gradient descent": BLUE, "with momentum 0.7": ORANGE}


def test_words_of_overfitting_and_of_the_penalties():
    axes = figures.overfitting_regularization_demo()
    assert [ax.get_title() for ax in axes] == ["too small: 1 unit", "50 units, no penalty", "50 units with L2"]
    assert [said(ax)[1:] for ax in axes] == [("$x$", "$y$"), ("$x$", ""), ("$x$", "")]
    assert legend(axes[0]) == {"truth": "0.6", "network": RED, "data": BLUE}
    axes = figures.l1_vs_l2_regularization()
    assert said(axes[0]) == ("L1: $|w_1| + |w_2| = 1$", "$w_1$", "$w_2$")
    assert said(axes[1]) == ("L2: $w_1^2 + w_2^2 = 1$", "$w_1$", "$w_2$")
    assert said(axes[2]) == ("640 weights for digits, by size", "rank", "|w|")
    assert legend(axes[2]) == {"L2": BLUE, "L1": ORANGE}
    diamond, circle = (ax.patches[0].get_xy() for ax in axes[:2])
    np.testing.assert_allclose(np.abs(diamond).sum(axis=1), 1)
    np.testing.assert_allclose((circle**2).sum(axis=1), 1)


def test_words_of_the_comparison_of_penalties():
    ax = figures.regularization_comparison(runs())
    assert said(ax) == ("", "", "accuracy in %")
    assert [text.get_text() for text in ax.get_xticklabels()] == ["none", "L2"]
    heights = {colour(bar.get_facecolor()): bar.get_height() for bar in ax.patches}
    assert {name: heights[color] for name, color in legend(ax).items()} == pytest.approx(
        {"training": 55, "validation": 35}
    )
    assert [text.get_text() for text in ax.texts] == ["55.0", "55.0", "35.0", "35.0"]


def test_words_of_the_curves_with_penalties():
    training, validation = figures.training_curves_regularization(runs())
    assert said(training) == ("training", "epoch", "mean loss") and said(validation) == ("validation", "epoch", "")
    assert [line.get_ydata()[0] for line in training.lines] == [4, 5]
    assert [line.get_ydata()[0] for line in validation.lines] == [2, 3]
    assert legend(validation) == {"none": BLUE, "L2": ORANGE}
    assert [line.get_color() for line in validation.lines] == [BLUE, ORANGE]


def test_words_of_learning_curves():
    left, right = nn.plot.learning_curves(runs()["L2"])
    assert (said(left), said(right)) == (("", "epoch", "mean loss"), ("", "epoch", "accuracy"))
    for ax, training, validation in ((left, 5, 3), (right, 0.5, 0.3)):
        assert {line.get_label(): line.get_ydata()[0] for line in ax.lines} == {
            "training": training,
            "validation": validation,
        }
        assert legend(ax) == {line.get_label(): line.get_color() for line in ax.lines}


def test_words_of_the_loss_of_batches():
    ax = nn.plot.batch_loss(runs()["L2"], label="SGD")
    assert said(ax) == ("", "step", "loss of the batch")
    assert [line.get_label() for line in ax.lines if not line.get_label().startswith("_")] == ["SGD"]


def test_lines_differ_in_more_than_their_colours():
    left, _ = nn.plot.learning_curves(runs()["L2"])
    assert [line.get_marker() for line in left.lines] == ["o", "s"]
    several = nn.plot.runs({str(i): [range(40)] for i in range(4)}).lines
    assert len({(line.get_marker(), line.get_linestyle()) for line in several}) == 4
    assert {line.get_markevery() for line in several} == {4}  # ten or so marks on a line


def test_what_belongs_together_has_one_colour():
    """The faint line of every step and its mean, a mean of runs and its band."""
    for color in (BLUE, GREEN):
        steps, mean = nn.plot.batch_loss(runs()["L2"], color=color).lines
        assert steps.get_color() == mean.get_color() == color
        assert steps.get_alpha() < 0.5 and mean.get_alpha() is None and steps.get_linewidth() < mean.get_linewidth()
    ax = nn.plot.runs({"SGD": [[1, 2], [4, 5]], "Adam": [[0, 0], [1, 1]]})
    for line, band in zip(ax.lines, ax.collections, strict=True):
        assert colour(band.get_facecolor()[0]) == line.get_color()
        assert band.get_alpha() < 0.5 and band.get_linewidth() == 0


def test_words_of_planes():
    data = np.array([[0.0, 0], [0, 2], [1, 3]]), np.array([0, 1, 1])
    ax = nn.plot.decision_boundary(lambda x: x[:, 1] - 1, data)
    assert said(ax) == ("", "$x_1$", "$x_2$")
    assert {line.get_label(): line.get_xydata().tolist() for line in ax.lines} == {"0": [[0, 0]], "1": [[0, 2], [1, 3]]}
    assert ax.collections[0].get_alpha() < 0.5  # the points can be seen on their region
    assert [line.get_markersize() for line in ax.lines] == [8, 8]  # and few of them are drawn large
    assert {(line.get_markeredgecolor(), line.get_markeredgewidth() < 1) for line in ax.lines} == {("white", True)}
    ax = nn.plot.loss_surface(lambda w1, w2: w1**2 + w2, {"here": [(0, 0)], "there": [(1, 1)]})
    assert said(ax) == ("", "$w_1$", "$w_2$")
    assert legend(ax) == {"here": BLUE, "there": ORANGE}
    assert ax.collections[0].get_paths()[-2].vertices[:, 1].max() > 1.9  # the loss grows with w₂, upwards


def test_words_of_a_confusion_matrix():
    ax = nn.plot.confusion_matrix([0, 0, 0, 1, 2], [2, 2, 0, 1, 1])
    assert said(ax) == ("", "predicted", "label")
    assert [text.get_text() for text in ax.get_xticklabels()] == [text.get_text() for text in ax.get_yticklabels()]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["0", "1", "2"]
    rows = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in ax.texts}
    assert rows[0, 2] == "2"  # label 0 was twice read as 2: a row is a label
    assert ax.images[0].get_array()[0, 2] == 2 and ax.images[0].get_array()[0, 0] == 0


def test_words_of_histograms():
    axes = nn.plot.histograms({"1 Tanh()": [1.0, 5.0], "2 ReLU()": [0.5, 0.5]})
    assert [ax.get_title() for ax in axes] == ["1 Tanh()\n3 ± 2", "2 ReLU()\n0.5 ± 0"]


def test_words_of_runs():
    ax = nn.plot.runs({"SGD": [[1, 2], [1, 2], [4, 5]], "Adam": [[0, 0]]})
    assert said(ax) == ("", "epoch", "")
    assert legend(ax) == {"SGD": BLUE, "Adam": ORANGE}
    assert ax.lines[0].get_ydata().tolist() == [2, 3]  # the mean, in a band from the least to the greatest
    band = ax.collections[0].get_paths()[0].vertices
    assert {x: (band[band[:, 0] == x, 1].min(), band[band[:, 0] == x, 1].max()) for x in (1, 2)} == {
        1: (1, 4),
        2: (2, 5),
    }


def test_words_of_a_network_stand_at_their_connections():
    ax = nn.plot.network([2, 1], edges=[[["w1", "w2"]]], values=[["x1", "x2"], ["y"]], layer_names=["in", "out"])
    at = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    for text, unit in (("w1", "x1"), ("w2", "x2")):
        along = np.linalg.norm(at[text] - at[unit]) + np.linalg.norm(at[text] - at["y"])
        assert along == pytest.approx(np.linalg.norm(at["y"] - at[unit]))
        (word,) = (each for each in ax.texts if each.get_text() == text)
        assert colour(word.get_bbox_patch().get_facecolor()) == "#FFFFFF"  # no line goes through it
    assert at["x1"][1] > at["x2"][1] and at["in"][0] == at["x1"][0] and at["out"][0] == at["y"][0]


PICTURES = {
    **{name: lambda name=name: getattr(drawings, name)() for name in DRAWN},
    "activation_functions": figures.activation_functions,
    "gradient_descent_visualization": figures.gradient_descent_visualization,
    "regularization_comparison": lambda: figures.regularization_comparison(runs()),
    "training_curves_regularization": lambda: figures.training_curves_regularization(runs()),
    "learning_curves": lambda: nn.plot.learning_curves(runs()["L2"]),
    "histograms": lambda: nn.plot.histograms({f"{i} Tanh()": [0.0, i] for i in range(10)}),
    "digits": lambda: nn.plot.digits(np.zeros((25, 64))),
    "runs": lambda: nn.plot.runs({"SGD": [[1, 2], [2, 4]], "Adam": [[0, 1]]}),
    "network": lambda: nn.plot.network([4, 5, 5, 3]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_narrow_enough_for_a_phone(name):
    assert np.ravel(PICTURES[name]())[0].figure.get_figwidth() <= 6.61


@pytest.mark.parametrize("name", PICTURES)
def test_words_have_no_frame_and_can_be_read(name):
    axes = [ax for ax in np.ravel(PICTURES[name]())[0].figure.axes if ax.axison]
    for ax in axes:
        assert not (ax.get_legend() and ax.get_legend().get_frame_on())
        shown = [*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label, *(ax.get_legend() or ax).texts]
        assert all(8 <= text.get_fontsize() <= 16 for text in shown if text.get_text())
        width, height = (ax.get_position().size * ax.figure.get_size_inches()).tolist()
        assert width > 0.4 and 0.3 < height < 6


def test_small_pictures_in_a_grid_are_neither_tiny_nor_far_apart():
    figure = nn.plot.digits(np.zeros((11, 64)))[0, 0].figure
    assert 0.7 <= figure.get_figheight() / 2 <= 1 and 0.5 <= figure.get_figwidth() / 10 <= 0.7
    assert nn.plot.weights(np.eye(4, 64), columns=2)[0, 0].figure.get_size_inches().tolist() == pytest.approx(
        [figure.get_figwidth() / 5, figure.get_figheight()]
    )
    for n, rows in ((1, 1), (6, 2)):
        figure = nn.plot.histograms({str(i): [0.0, 1] for i in range(n)})[0].figure
        assert 2 <= figure.get_figheight() / rows <= 2.5 and 1.2 <= figure.get_figwidth() / min(n, 5) <= 2.5


def test_a_drawn_network_is_whole_with_its_words_in_and_below_the_units():
    values = [["x1", "x2"], ["a1", "a2", "a3"], ["b1"], ["y"]]
    ax = nn.plot.network([2, 3, 1, 1], values=values, layer_names=["in", "first", "second", "out"])
    names = [text for text in ax.texts if text.get_text() in ("in", "first", "second", "out")]
    inside = {text.get_text(): text for text in ax.texts if text not in names}
    circles = {tuple(circle.center): circle for circle in ax.patches}
    for k, column in enumerate(values):
        for value in column:
            text = inside[value]
            unit = circles[text.get_position()]  # in the middle of its unit
            assert (text.get_ha(), text.get_va(), unit.radius) == ("center", "center", 0.3)
            assert colour(unit.get_facecolor()) == (SKY if k == 0 else GREEN if k == 3 else ORANGE)
    lowest = min(y - 0.3 for _, y in circles)
    for text, k in zip(names, (0, 1, 2, 3)):
        assert text.get_position()[0] == inside[values[k][0]].get_position()[0] and text.get_position()[1] < lowest
        assert (text.get_ha(), text.get_va()) == ("center", "top")
        assert ax.get_ylim()[0] <= text.get_position()[1] - 0.3  # the word hangs down from there
    x, y = np.array([*circles]).T
    for at, limits, below in ((x, ax.get_xlim(), 0.3), (y, ax.get_ylim(), 0.7)):
        assert limits[0] <= at.min() - below and at.max() + 0.3 <= limits[1]  # nothing is cut off
        assert limits[1] - limits[0] <= np.ptp(at) + 2  # and little is empty
    drawn = sorted((tuple(begin), tuple(end)) for begin, end in (line.get_xydata().tolist() for line in ax.lines))
    layers = [[inside[value].get_position() for value in column] for column in values]
    assert drawn == sorted((a, b) for here, there in itertools.pairwise(layers) for a in here for b in there)
    with pytest.raises(ValueError, match="^sizes: expected a whole number of at least 1, got 0"):
        nn.plot.network([2, 0])


def test_what_is_right_stands_in_grey_and_what_is_wrong_in_black():
    ax = nn.plot.confusion_matrix([0, 0, 0, 1, 2], [2, 2, 0, 1, 1])
    for text in ax.texts:
        j, i = text.get_position()
        assert (text.get_color() == nn.plot.BLACK) == (i != j) and text.get_fontsize() <= 9
