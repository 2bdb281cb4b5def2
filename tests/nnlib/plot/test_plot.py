"""Plots: what is drawn are the numbers given, on the axes given, without a display."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import nnlib as nn


def history(epochs=3):
    values = np.linspace(1, 0.1, epochs)
    return nn.History(
        loss=list(values),
        accuracy=list(1 - values),
        valid_loss=list(2 * values),
        batch_loss=list(np.arange(9.0)),
    )


def texts(ax):
    return [text.get_text() for text in ax.texts]


def drawn(figure):
    """Draw the figure, so that errors which wait for a renderer show."""
    figure.canvas.draw()
    return figure


def test_learning_curves_show_training_and_validation():
    left, right = nn.plot.learning_curves(history())
    np.testing.assert_allclose(left.lines[0].get_ydata(), [1, 0.55, 0.1])
    np.testing.assert_array_equal(left.lines[1].get_xdata(), [1, 2, 3])
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["training", "validation"]
    assert len(right.lines) == 1  # no validation accuracy was recorded
    assert (left.get_xlabel(), left.get_ylabel(), right.get_ylabel()) == (
        "epoch",
        "mean loss",
        "accuracy",
    )
    drawn(left.figure)


def test_learning_curves_stand_side_by_side_and_epochs_are_whole():
    left, right = nn.plot.learning_curves(history(2))
    drawn(left.figure)
    assert left.get_position().x1 < right.get_position().x0 and left.get_position().y0 == right.get_position().y0
    for ax in (left, nn.plot.runs({"SGD": [1.0, 2.0]})):
        assert all(tick == round(tick) for tick in ax.get_xticks())


def test_learning_curves_of_nothing_are_empty_and_given_axes_are_used():
    axes = plt.subplots(1, 2)[1]
    assert nn.plot.learning_curves(nn.History(), axes) is axes
    assert not axes[0].lines
    drawn(axes[0].figure)


def test_batch_loss_shows_every_step_and_the_moving_mean():
    ax = plt.subplots()[1]
    assert nn.plot.batch_loss(history(), ax, window=3) is ax
    raw, mean = ax.lines
    np.testing.assert_array_equal(raw.get_ydata(), np.arange(9))
    np.testing.assert_allclose(mean.get_ydata(), np.arange(1, 8))  # mean of k − 1, k, k + 1
    np.testing.assert_array_equal(mean.get_xdata(), np.arange(2, 9))


def test_batch_loss_of_a_short_run_uses_a_shorter_window():
    assert len(nn.plot.batch_loss(history()).lines[1].get_xdata()) == 1


@pytest.mark.parametrize("m", [1, 3, 10, 11])
def test_digits_shows_every_image_once(m, rng):
    axes = nn.plot.digits(rng.uniform(size=(m, 64)), columns=4)
    images = [ax.images[0].get_array() for ax in axes.flat if ax.images]
    assert len(images) == m
    assert images[0].shape == (8, 8)
    drawn(axes[0, 0].figure)


def test_digits_titles_wrong_predictions_in_red():
    axes = nn.plot.digits(np.zeros((2, 64)), labels=np.array([3, 4]), predicted=np.array([3, 9]), columns=2)
    right, wrong = (ax.title for ax in axes.flat)
    assert (right.get_text(), right.get_color()) == ("3", nn.plot.BLACK)
    assert (wrong.get_text(), wrong.get_color()) == ("9 ≠ 4", nn.plot.RED)
    assert nn.plot.digits(np.zeros((1, 64)), labels=[7])[0, 0].get_title() == "7"
    alone = nn.plot.digits(np.zeros((1, 64)), predicted=[7])[0, 0].title  # whether it is right is not known
    assert (alone.get_text(), alone.get_color()) == ("7", nn.plot.BLACK)


class Column:
    """Labels with names, as a column of a table has them: column[i] is the one whose name is i."""

    def __init__(self, names, values):
        self.names, self.values, self.shape = names, values, (len(values),)

    def __getitem__(self, name):
        return self.values[self.names.index(name)]

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values)


def test_digits_takes_labels_in_their_order_whatever_their_names():
    labels, predicted = Column([1, 0], [3, 4]), Column([0, 1], [3, 4])
    axes = nn.plot.digits(np.zeros((2, 64)), labels, predicted, columns=2)
    assert [ax.get_title() for ax in axes[0]] == ["3", "4"]


def test_network_draws_every_unit_and_connection():
    ax = nn.plot.network([4, 5, 3, 1])
    assert len(ax.patches) == 13
    assert len(ax.lines) == 4 * 5 + 5 * 3 + 3 * 1
    drawn(ax.figure)


def test_network_writes_values_into_units_and_weights_on_connections():
    ax = nn.plot.network(
        [2, 1],
        values=[["0.5", "0.8"], ["0.7"]],
        edges=[[["w1", "w2"]]],
        layer_names=["input", "output"],
    )
    assert set(texts(ax)) == {"0.5", "0.8", "0.7", "w1", "w2", "input", "output"}


def test_values_and_weights_may_be_arrays_and_a_weight_of_0_is_written():
    ax = nn.plot.network([2, 2], values=np.array([["a", "b"], ["c", "d"]]), edges=np.array([[[0, 1], [2, 0]]]))
    assert sorted(filter(None, texts(ax))) == ["0", "0", "1", "2", "a", "b", "c", "d"]


def test_units_stand_in_columns_about_one_line_within_the_picture_with_each_weight_on_its_own_line():
    edges = [[[f"{k}{j}{i}" for i in range(n)] for j in range(m)] for k, (n, m) in enumerate([(4, 2), (2, 3)])]
    ax = nn.plot.network([4, 2, 3], edges=edges)
    at = [np.array([unit.center for unit in ax.patches if unit.center[0] == x]) for x in (0, 2.6, 5.2)]
    for column, n in zip(at, (4, 2, 3)):
        np.testing.assert_allclose(column[:, 1], np.arange(n)[::-1] - (n - 1) / 2)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    everywhere = np.concatenate(at)
    assert (left, right) == pytest.approx((-0.6, 5.8)) and low < everywhere[:, 1].min() - 0.3
    assert everywhere[:, 1].max() + 0.3 < high < everywhere[:, 1].max() + 1
    for text in (each for each in ax.texts if each.get_text()):
        k, j, i = map(int, text.get_text())
        x, y = text.get_position()
        (x0, y0), (x1, y1) = at[k][i], at[k + 1][j]
        assert y == pytest.approx(y0 + (x - x0) / (x1 - x0) * (y1 - y0)) and x0 < x < x1
        assert (text.get_ha(), text.get_va()) == ("center", "center")


def test_colours_can_be_told_apart():
    assert len(set(nn.plot.PALETTE)) == 7


def test_decision_boundary_shows_points_and_regions_of_each_class(rng):
    data = nn.data.spirals(60, rng, arms=3)
    ax = nn.plot.decision_boundary(nn.Sequential(nn.Linear(2, 3, rng=rng)), data)
    assert len(ax.lines) == 3
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), data.x[data.y == 1])
    drawn(ax.figure)


def test_decision_boundary_of_one_logit_is_where_it_changes_sign(rng):
    net = nn.Sequential(nn.Linear(2, 1, rng=rng))
    net.theta = np.array([1, 0, 0])  # z = x₁
    ax = nn.plot.decision_boundary(net, nn.data.blobs(20, rng))
    left, right = (path for path in ax.collections[0].get_paths())
    assert left.vertices[:, 0].max() < 0.05
    assert right.vertices[:, 0].min() > -0.05
    drawn(ax.figure)


def first_input(*layers):
    """A network that gives x₁, through the layers."""
    net = nn.Sequential(nn.Linear(2, 1, rng=np.random.default_rng(0)), *layers)
    net.theta = np.array([1, 0, 0])
    return net


@pytest.mark.parametrize(
    "net",
    [
        first_input(),
        first_input(nn.Sigmoid()),
        lambda x: nn.sigmoid(x[:, :1]),
        lambda x: x[:, 0],  # a logit
        lambda x: np.stack([-x[:, 0], x[:, 0]], axis=1),  # one output per class
        nn.perceptron.Unit(0, (1, 0)),
    ],
)
def test_decision_boundary_of_probabilities_functions_and_units(net):
    """Class 1 is where x₁ ≥ 0: a probability of ½, a logit of 0."""
    x, y = np.array([[-1.0, 0], [1, 1]]), np.array([0, 1])
    left, right = nn.plot.decision_boundary(net, (x, y)).collections[0].get_paths()
    assert abs(left.vertices[:, 0].max()) < 0.01 and abs(right.vertices[:, 0].min()) < 0.01


def test_decision_boundary_colours_the_region_of_a_class_without_points():
    x = np.array([[-1.0, 0], [1, 1]])
    ax = nn.plot.decision_boundary(first_input(), (x, np.zeros(2, np.uint8)))
    left, right = ax.collections[0].get_paths()
    assert len(left.vertices) and len(right.vertices) and len(ax.lines) == 1


def test_decision_boundary_asks_the_net_whether_its_output_is_a_logit():
    """Logits that all could be probabilities: above 0, and below a half."""
    net = nn.Sequential(nn.Linear(2, 1, nn.filled(0.01), np.random.default_rng(0)))
    net.layers[0].b = [0.25]
    ax = nn.plot.decision_boundary(net, (np.eye(2, dtype="f"), np.array([0, 1])))
    assert [len(path.vertices) > 0 for path in ax.collections[0].get_paths()] == [False, True]


def test_regions_have_the_colours_of_their_points():
    ax = nn.plot.decision_boundary(lambda x: x[:, 0] - 0.5, (np.eye(2, dtype="f"), np.array([0, 1])))
    fills = [to_hex(color).upper() for color in ax.collections[0].get_facecolor()]
    assert fills == [to_hex(line.get_color()).upper() for line in ax.lines] == [c.upper() for c in nn.plot.PALETTE[:2]]
    for m, size in ((20, 8), (21, 4)):
        ax = nn.plot.decision_boundary(lambda x: x[:, 0], (np.zeros((m, 2), "f"), np.arange(m) % 2))
        assert ax.lines[0].get_markersize() == size


def test_a_class_without_points_keeps_its_colour():
    x, y = np.array([[0.0, 0], [2, 0]]), np.array([0, 2])
    ax = nn.plot.decision_boundary(lambda x: -((x[:, :1] - [[0, 1, 2]]) ** 2), (x, y))
    fills = [to_hex(color).upper() for color in ax.collections[0].get_facecolor()]
    assert fills == [to_hex(line.get_color()).upper() for line in ax.lines] == list(nn.plot.PALETTE[:3])
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[0, 0]], [], [[2, 0]]]


def test_decision_boundary_of_whole_numbers_lies_between_them():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 1, 1])
    net = nn.Sequential(nn.Linear(2, 1, init=lambda *_: [[1, 0]], rng=np.random.default_rng(0)))
    net.layers[0].b[...] = -0.5  # class 1 where x₁ > 0.5
    edges = {round(x1, 1) for path in nn.plot.decision_boundary(net, (x, y)).collections[0].get_paths()
             for x1, _ in path.vertices}  # fmt: skip
    assert 0.5 in edges


def test_loss_surface_shows_paths_by_name():
    path = [(1.0, 1.0), (0.5, 0.2), (0.0, 0.0)]
    ax = nn.plot.loss_surface(lambda a, b: a**2 + b**2, {"SGD": path}, (-1, 2))
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), path)
    assert ax.get_legend().get_texts()[0].get_text() == "SGD"
    drawn(ax.figure)


def test_the_lines_of_a_loss_surface_are_lines_of_equal_loss():
    """Each in the plane of w₁ to the right and w₂ upwards, 14 of them, closer to each other near the least loss."""
    ax = nn.plot.loss_surface(lambda w1, w2: 3 * w1 + w2**2, {}, limits=(-1, 1))
    contour = ax.collections[0]
    for level, path in zip(contour.levels, contour.get_paths(), strict=True):
        w1, w2 = path.vertices.T
        np.testing.assert_allclose(3 * w1 + w2**2, level, atol=1e-3)
    np.testing.assert_allclose(contour.levels, -3 + 7 * np.linspace(0.02, 1, 14) ** 2)  # from −3 to 3 + 1
    assert ax.get_xlim() == ax.get_ylim() == (-1, 1)


def test_loss_surface_of_whole_numbers_at_the_corner_is_not_cut_off():
    """The value at the first corner is the number 0, not 0.0: the others are fractions all the same."""
    ax = nn.plot.loss_surface(lambda w1, w2: 0 if w1 < -1 else 0.2 + w1 / 10, {})
    assert len(ax.collections[0].levels) == 14 and sum(len(path) for path in ax.collections[0].get_paths()) > 500


def test_loss_surface_without_paths_or_without_slope():
    assert nn.plot.loss_surface(lambda w1, w2: w1**2 + w2**2, {}).get_legend() is None
    assert not nn.plot.loss_surface(lambda w1, w2: 1.0, {"here": [(0, 0)]}).collections


def test_histograms_show_all_values_mean_and_deviation(rng):
    values = {"0.W": rng.standard_normal((20, 5)), "2-W": -np.ones(7)}
    axes = nn.plot.histograms(values)
    assert [sum(bar.get_height() for bar in ax.patches) for ax in axes] == [100, 7]
    assert axes[1].get_title() == "2-W\n−1 ± 0"  # a minus, as on the axes
    drawn(axes[0].figure)


def test_weights_have_one_scale_and_the_layout_of_the_inputs():
    W = np.array([[0, 1, 2, 3, 4, 5], [-10, 0, 0, 0, 0, 0]])
    axes = nn.plot.weights(W, shape=(2, 3), columns=3)
    images = [ax.images[0] for ax in axes.flat if ax.images]
    np.testing.assert_array_equal(images[0].get_array(), [[0, 1, 2], [3, 4, 5]])
    assert [image.get_clim() for image in images] == [(-10, 10), (-10, 10)]
    assert nn.plot.weights(np.zeros((1, 9)))[0, 0].images[0].get_array().shape == (3, 3)
    drawn(axes[0, 0].figure)


def test_matrix_shows_every_entry_in_colours_about_0():
    A = np.array([[1.0, -2, 0], [0, 0, 0.5]])
    ax = nn.plot.matrix(A)
    np.testing.assert_array_equal(ax.images[0].get_array(), A)
    assert ax.images[0].get_clim() == (-2, 2)
    red, blue, white = (ax.images[0].to_rgba(value)[:3] for value in (2, -2, 0))
    assert red[0] > red[2] and blue[2] > blue[0] and min(white) > 0.95
    assert nn.plot.matrix(np.zeros((2, 2))).images[0].get_clim() == (-1, 1)
    drawn(ax.figure)


def test_runs_show_the_mean_between_the_least_and_the_greatest():
    ax = nn.plot.runs({"SGD": [[1, 2, 4], [3, 4, 2]], "Adam": [0, 1, 0]}, x=[0.1, 1, 10])
    sgd, adam = ax.lines
    np.testing.assert_array_equal(sgd.get_xydata(), [[0.1, 2], [1, 3], [10, 3]])
    np.testing.assert_array_equal(adam.get_ydata(), [0, 1, 0])
    band = ax.collections[0].get_paths()[0].vertices
    assert {(x, y) for x, y in band} == {(0.1, 1), (1, 2), (10, 2), (0.1, 3), (1, 4), (10, 4)}
    assert ax.get_xlabel() == ""  # whoever gives x says what it is
    drawn(ax.figure)


def test_no_run_is_left_out_and_no_two_look_alike():
    lines = nn.plot.runs({str(i): [i, i] for i in range(14)}).lines
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 14
    assert len(nn.plot.loss_surface(lambda u, v: u, {str(i): [(0, 0)] for i in range(9)}).lines) == 9


def test_histograms_have_one_scale():
    left, right = nn.plot.histograms({"a": [0.0, 1.0], "b": [5.0, 9.0]})
    assert left.get_xlim() == right.get_xlim() and left.get_xlim()[1] > 9


def test_histograms_stand_in_rows_of_five():
    axes = nn.plot.histograms({str(i): [0.0, i] for i in range(7)})
    assert len(axes) == 7 and len(axes[0].figure.axes) == 10
    assert len({round(ax.get_position().y0, 2) for ax in axes}) == 2
    drawn(axes[0].figure)


def test_confusion_matrix_counts_pairs():
    ax = nn.plot.confusion_matrix([0, 0, 1, 2, 2], [0, 1, 1, 2, 0])
    counts = {(int(text.get_position()[1]), int(text.get_position()[0])): text.get_text() for text in ax.texts}
    assert counts == {(0, 0): "1", (0, 1): "1", (1, 1): "1", (2, 2): "1", (2, 0): "1"}
    drawn(ax.figure)
