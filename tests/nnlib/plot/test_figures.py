"""The seven figures: the numbers in them are right, what they claim can be seen, and no words cover others."""

import numpy as np
import pytest
from scipy.special import expit

import nnlib as nn
from nnlib.plot import figures
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
