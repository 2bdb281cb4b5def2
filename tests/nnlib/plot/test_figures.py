"""The seven figures: the numbers in them are right, what they claim can be seen, and no words cover others."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from scipy.special import expit

import nnlib as nn
from nnlib.plot import BLUE, RED, figures
from tests.nnlib.oracles import overlaps


@pytest.fixture(scope="module")
def runs():
    return figures.regularization_runs(np.random.default_rng(0), epochs=40)


def figure_of(axes):
    return np.ravel(axes)[0].figure


def curve(ax):
    """All points of the lines of a panel, in order, without the axes through 0."""
    lines = [line for line in ax.lines if len(line.get_xdata()) > 2]
    return np.concatenate([line.get_xdata() for line in lines]), np.concatenate([line.get_ydata() for line in lines])


def test_activation_functions_and_derivatives():
    functions, derivatives = figures.activation_functions(), figures.activation_derivatives()
    assert functions.shape == derivatives.shape == (2, 3)
    z, a = curve(functions[0, 1])
    np.testing.assert_allclose(a, expit(z))
    z, slope = curve(derivatives[0, 1])
    np.testing.assert_allclose(slope, expit(z) * (1 - expit(z)))
    z, slope = curve(derivatives[1, 0])
    np.testing.assert_array_equal(slope, z > 0)
    assert overlaps(figure_of(functions)) == []
    assert overlaps(figure_of(derivatives)) == []


def test_gradient_descent_visualization():
    left, right = figures.gradient_descent_visualization()
    paths = {line.get_label(): line.get_xydata() for ax in (left, right) for line in ax.lines}
    np.testing.assert_allclose(paths["η = 0.2"][:3, 0], [1.6, 0.96, 0.576])  # w ← w − η 2 w
    assert abs(paths["η = 1.04"][-1, 0]) > 1.6  # too high: it leaves
    without, momentum = paths["gradient descent"], paths["with momentum 0.7"]
    np.testing.assert_allclose(without[1], without[0] - 0.8 * np.array([without[0, 0] / 10, 2 * without[0, 1]]))
    assert figures.valley(*momentum[-1]) < figures.valley(*without[-1])
    assert overlaps(left.figure) == []


def test_overfitting_regularization_demo():
    axes = figures.overfitting_regularization_demo()
    errors = []
    for ax in axes:
        truth, network, _ = (line.get_ydata() for line in ax.lines)
        errors.append(np.mean((truth - network) ** 2))
    assert errors[2] < min(errors[:2])  # the truth is nearest with the penalty
    assert overlaps(axes[0].figure) == []


def test_l1_vs_l2_regularization():
    axes = figures.l1_vs_l2_regularization()
    touching = [ax.lines[0].get_xydata()[0] for ax in axes[:2]]
    np.testing.assert_allclose(touching[0], [0, 1], atol=1e-9)  # a corner: w₁ is exactly 0
    assert touching[1].min() > 0.1
    l2, l1 = (line.get_ydata() for line in axes[2].lines)
    assert len(l1) == len(l2) == 640 and (np.diff(l1) <= 0).all() and (np.diff(l2) <= 0).all()
    assert np.mean(l1 < 0.01) > np.mean(l2 < 0.01) + 0.1
    assert overlaps(axes[0].figure) == []


def test_regularization_comparison_and_training_curves(runs):
    assert list(runs) == ["none", "L1", "L2", "dropout", "augmentation"]
    gap = {name: np.mean(run.accuracy[-10:]) - np.mean(run.valid_accuracy[-10:]) for name, run in runs.items()}
    assert all(gap[name] < gap["none"] for name in gap if name != "none")
    ax = figures.regularization_comparison(runs)
    assert ax.patches[0].get_height() == pytest.approx(100 * np.mean(runs["none"].accuracy[-10:]))
    training, validation = figures.training_curves_regularization(runs)
    np.testing.assert_array_equal(training.lines[0].get_ydata(), runs["none"].loss)
    np.testing.assert_array_equal(validation.lines[2].get_ydata(), runs["L2"].valid_loss)
    for axes in (ax, training):
        assert overlaps(figure_of(axes)) == []


def test_figures_draw_their_own_runs_when_none_are_given(monkeypatch):
    monkeypatch.setattr(figures, "regularization_runs", lambda rng: {"none": nn.History([1.0], [0.5], [2.0], [0.4])})
    ax = figures.regularization_comparison()
    assert [bar.get_height() for bar in ax.patches] == [50, 40]
    assert ax.get_ylim()[0] == 0  # bars show their whole length
    assert len(figures.training_curves_regularization()[0].lines) == 1


BY_FORMULA = {
    "step": (lambda z: z >= 0, lambda z: 0 * z),
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: z > 0),
    "leaky ReLU, α = 0.1": (lambda z: np.maximum(z, 0.1 * z), lambda z: np.where(z > 0, 1, 0.1)),
    "ELU, α = 1": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1, np.exp(z))),
}


def test_every_panel_shows_the_function_of_its_title():
    for draw, i in ((figures.activation_functions, 0), (figures.activation_derivatives, 1)):
        for ax in draw().flat:
            z, value = curve(ax)
            np.testing.assert_allclose(value, BY_FORMULA[ax.get_title()][i](z), atol=1e-12)
            assert (z.min(), z.max()) == (-4, 4) and (np.diff(z) > 0).all() and np.diff(z).max() < 0.05


def test_every_learning_rate_of_the_legend_is_the_one_that_was_taken():
    left, right = figures.gradient_descent_visualization()
    for line in left.lines:
        if line.get_label().startswith("η"):
            w, L = line.get_xydata().T
            np.testing.assert_allclose(w, 1.6 * (1 - 2 * float(line.get_label()[4:])) ** np.arange(7))
            np.testing.assert_allclose(L, w**2)
    w, L = left.lines[0].get_xydata().T
    np.testing.assert_allclose(L, w**2)
    for line, momentum in zip(right.lines, (0, 0.7)):
        path = line.get_xydata()
        before, at, after = path[:-2], path[1:-1], path[2:]
        gradient = at * [1 / 10, 2]  # of w₁² / 20 + w₂²
        np.testing.assert_allclose(after, at + momentum * (at - before) - 0.8 * gradient, atol=1e-12)
        assert len(path) == 16 and path[0].tolist() == [-1.8, 1.4]


def test_networks_have_the_units_and_the_penalty_of_their_titles(monkeypatch):
    asked = []
    monkeypatch.setattr(
        figures, "_curve_of_network", lambda x, y, *of: asked.append((len(x), *of)) or (lambda line: 0 * line)
    )
    axes = figures.overfitting_regularization_demo()
    assert [(points, units) for points, units, _ in asked] == [(12, 1), (12, 50), (12, 50)]
    assert [penalty and (type(penalty), penalty.lam) for *_, penalty in asked] == [None, None, (nn.L2, 1e-3)]
    for ax in axes:
        x, truth = ax.lines[0].get_xydata().T
        np.testing.assert_allclose(truth, np.sin(x))
        assert ax.lines[2].get_linestyle() == "None" and len(ax.lines[2].get_xdata()) == 12


def test_the_point_that_touches_has_the_least_loss_of_the_region_and_the_cross_of_all():
    diamond, circle, _ = figures.l1_vs_l2_regularization()
    for ax in (diamond, circle):
        best, cross = ax.lines[0].get_xydata()[0], ax.lines[1].get_xydata()[0]
        contour = next(each for each in ax.collections if len(each.get_paths()) > 3)
        for level, path in zip(contour.levels, contour.get_paths()):
            u, v = (path.vertices - cross).T
            np.testing.assert_allclose(u**2 + 0.7 * u * v + 0.8 * v**2, level, atol=0.01)  # lines of equal loss
        edge = ax.patches[0].get_xy()
        u, v = (edge - cross).T
        assert best == pytest.approx(edge[np.argmin(u**2 + 0.7 * u * v + 0.8 * v**2)])


@pytest.mark.parametrize("draw", ["gradient_descent_visualization", "overfitting_regularization_demo",
                                  "training_curves_regularization"])  # fmt: skip
def test_panels_stand_side_by_side(draw, monkeypatch):
    monkeypatch.setattr(figures, "regularization_runs", lambda rng: {"none": nn.History([1.0], [0.5], [2.0], [0.4])})
    monkeypatch.setattr(figures, "_curve_of_network", lambda *given: np.sin)
    axes = getattr(figures, draw)()
    figure_of(axes).canvas.draw()
    assert len({round(ax.get_position().y0, 2) for ax in axes}) == 1
    assert len({round(ax.get_position().x0, 2) for ax in axes}) == len(axes)
    if draw != "gradient_descent_visualization":
        assert axes[0].get_shared_y_axes().joined(axes[0], axes[-1])


def test_what_is_learned_for_a_figure_is_the_same_each_time():
    first, second = (figures._linear_digits(nn.L2(1e-2)).theta for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_run_without_dropout_drops_nothing():
    few = nn.data.digits()[0]
    few = nn.data.Dataset(few.x[:40], few.y[:40])
    histories = [figures._regularized_run(few, few, 2, np.random.default_rng(0), **p) for p in ({}, {"p": 0.0})]
    assert histories[0].loss == histories[1].loss and len(histories[0].valid_accuracy) == 2


def test_a_run_counts_by_its_last_ten_epochs_and_curves_are_on_a_scale_of_logarithms():
    accuracy = [0.0] * 5 + [0.1 * k for k in range(10)]
    runs = {"none": nn.History([1.0] * 15, accuracy, [2.0] * 15, [a / 2 for a in accuracy])}
    ax = figures.regularization_comparison(runs)
    assert [bar.get_height() for bar in ax.patches] == pytest.approx([45, 22.5])
    assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == pytest.approx([-0.2, 0.2])
    assert [to_hex(bar.get_facecolor()).upper() for bar in ax.patches] == [BLUE, RED]
    for ax in figures.training_curves_regularization(runs):
        assert ax.get_yscale() == "log"
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), np.arange(1, 16))


def test_a_fifth_of_the_labels_of_the_runs_is_wrong_and_each_has_its_penalty(monkeypatch):
    asked = []
    monkeypatch.setattr(figures, "_regularized_run", lambda *given, **more: asked.append((given, more)))
    figures.regularization_runs(np.random.default_rng(3), epochs=7, m=50)
    train, _ = nn.data.digits(rng=np.random.default_rng(3))
    for ((x, y), _, epochs, _), _ in asked:
        np.testing.assert_array_equal(x, train.x[:50])
        assert (y != train.y[:50]).tolist() == [i % 5 == 0 for i in range(50)] and y.max() <= 9 and epochs == 7
    none, l1, l2, dropout, augmented = (more for _, more in asked)
    assert not none and isinstance(l1["penalties"][0], nn.L1) and isinstance(l2["penalties"][0], nn.L2)
    assert dropout == {"p": 0.5} and augmented["augment"](train.x[:2], np.random.default_rng(0)).shape == (2, 64)
    draws = [rng.random() for (*_, rng), _ in asked]
    assert len(set(draws)) == 1  # all start with the same weights
