"""Every word on every picture, where it stands and what it stands for."""

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


def test_words_of_planes():
    data = np.array([[0.0, 0], [0, 2], [1, 3]]), np.array([0, 1, 1])
    ax = nn.plot.decision_boundary(lambda x: x[:, 1] - 1, data)
    assert said(ax) == ("", "$x_1$", "$x_2$")
    assert {line.get_label(): line.get_xydata().tolist() for line in ax.lines} == {"0": [[0, 0]], "1": [[0, 2], [1, 3]]}
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
    "network": lambda: nn.plot.network([4, 5, 5, 3]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_narrow_enough_for_a_phone(name):
    assert np.ravel(PICTURES[name]())[0].figure.get_figwidth() <= 6.61
