"""How plots of anybody's numbers look: their size, lines, marks, letters, colours, and what is left out."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

import nnlib as nn
from nnlib.plot import BLACK, BLUE, ORANGE, RED
from tests.nnlib.plot.test_words import runs

POINTS = np.array([[0.0, 0], [1, 1], [2, 0]]), np.array([0, 1, 1])


@pytest.mark.parametrize(
    ("draw", "size"),
    [
        (lambda: nn.plot.learning_curves(nn.History()), (6.6, 2.9)),
        (lambda: nn.plot.batch_loss(runs()["L2"]), (5, 3.2)),
        (lambda: nn.plot.runs({"a": [1, 2]}), (5, 3.2)),
        (lambda: nn.plot.histograms({str(k): [k, 1] for k in range(7)}), (6.6, 4.4)),  # two rows
        (lambda: nn.plot.histograms({"a": [0, 1]}), (2.3, 2.2)),
        (lambda: nn.plot.digits(np.zeros((3, 16)), columns=2), (1.32, 1.68)),
        (lambda: nn.plot.matrix(np.eye(2)), (4.2, 3.4)),
        (lambda: nn.plot.confusion_matrix([0, 1], [0, 1]), (4.6, 4.2)),
        (lambda: nn.plot.decision_boundary(lambda x: x[:, 0], POINTS), (4, 3.6)),
        (lambda: nn.plot.loss_surface(lambda u, v: u * v, {}), (4.6, 3.6)),
        (lambda: nn.plot.network([2, 1]), (5.2, 2.9)),  # an inch per unit of length
        (lambda: nn.plot.network([5, 2, 2, 2]), (6.6, 5.9 * 6.6 / 10.4)),  # or less, where it would be too wide
    ],
)
def test_plots_have_their_size(draw, size):
    figure = np.ravel(draw())[0].figure
    assert tuple(figure.get_size_inches()) == pytest.approx(size)
    assert type(figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"


def test_lines_and_marks_of_curves():
    left, right = nn.plot.learning_curves(runs()["L2"])
    for ax in (left, right):
        looks = [(line.get_color(), line.get_marker(), line.get_markersize()) for line in ax.lines]
        assert looks == [(BLUE, "o", 4), (RED, "s", 4)]
        assert all(float(tick).is_integer() for tick in ax.get_xticks())  # of epochs there are whole ones
    steps, mean = nn.plot.batch_loss(runs()["L2"]).lines
    assert (steps.get_alpha(), steps.get_linewidth(), mean.get_linewidth()) == (0.25, 0.7, 1.5)
    ax = nn.plot.runs({"a": [range(45)], "b": [range(45)]})
    assert [(line.get_marker(), line.get_markersize(), line.get_markevery()) for line in ax.lines] == [
        ("o", 4, 4), ("s", 4, 4)]  # fmt: skip
    assert nn.plot.runs({"a": [[1, 2], [2, 3]]}).lines[0].get_markevery() == 1
    assert [band.get_alpha() for band in ax.collections] == [0.2, 0.2]


def test_histograms_have_small_titles_no_scale_of_counts_and_nothing_beside_them():
    axes = nn.plot.histograms({str(k): [k, 1.0] for k in range(7)})
    assert [ax.title.get_fontsize() for ax in axes] == [9] * 7 and all(len(ax.get_yticks()) == 0 for ax in axes)
    assert [ax.axison for ax in axes[0].figure.axes] == [True] * 7 + [False] * 3
    assert [len(ax.patches) for ax in axes] == [60] * 7
    assert len(nn.plot.histograms({"a": [0, 1]}, bins=9)[0].patches) == 9
    assert len({axes[k].patches[0].get_facecolor() for k in range(7)}) == 7


def test_images_are_grey_or_red_and_blue_with_titles_of_ten_points():
    axes = nn.plot.digits(np.eye(4, 16), labels=[1, 2, 3, 4], predicted=[1, 2, 3, 9], columns=3)
    assert [ax.title.get_fontsize() for ax in axes.flat[:4]] == [10] * 4 and not any(ax.axison for ax in axes.flat)
    assert nn.plot.digits(np.eye(1, 16), labels=[7])[0, 0].title.get_fontsize() == 10
    image = axes[0, 0].images[0]
    assert (image.get_cmap().name, image.get_interpolation()) == ("gray_r", "nearest")
    assert axes[1, 0].title.get_color() == RED and axes[0, 0].title.get_color() == BLACK
    (image,) = nn.plot.matrix(np.eye(2)).images
    assert (image.get_cmap().name, image.get_interpolation()) == ("RdBu_r", "nearest")
    ax = nn.plot.matrix(np.eye(2))
    ax.figure.canvas.draw()
    scale = ax.figure.axes[1].get_window_extent().height
    assert scale == pytest.approx(ax.get_window_extent().height, rel=0.05)  # as high as the matrix beside it
    ax = nn.plot.confusion_matrix([0, 0, 0, 1, 1], [1, 1, 0, 1, 1])
    assert (ax.images[0].get_cmap().name, ax.images[0].get_clim()) == ("Oranges", (0, 3.2))
    assert nn.plot.confusion_matrix([0, 1], [0, 1]).images[0].get_clim() == (0, 1.6)
    assert {(text.get_fontsize(), text.get_ha(), text.get_va()) for text in ax.texts} == {(8, "center", "center")}
    assert {text.get_color() for text in ax.texts} == {"0.35", BLACK}


@pytest.mark.parametrize("x", [np.zeros(16), np.zeros((2, 4, 4)), np.zeros((2, 15))])
def test_what_is_no_row_of_square_images_is_refused(x):
    with pytest.raises(ValueError, match="^x: expected square images, one per row, got"):
        nn.plot.digits(x)


def test_points_lines_of_equal_loss_and_paths():
    ax = nn.plot.decision_boundary(lambda x: x[:, 0], POINTS)
    assert [(line.get_marker(), line.get_color(), line.get_markeredgewidth()) for line in ax.lines] == [
        ("o", BLUE, 0.4), ("s", ORANGE, 0.4)]  # fmt: skip
    assert ax.collections[0].get_alpha() == 0.25 and ax.get_aspect() == 1
    many = np.repeat(POINTS[0], 7, axis=0), np.repeat(POINTS[1], 7)
    assert [line.get_markersize() for line in nn.plot.decision_boundary(lambda x: x[:, 0], many).lines] == [4, 4]
    u, v = ax.get_xlim(), ax.get_ylim()
    assert (u, v) == (pytest.approx((-0.3, 2.3)), pytest.approx((-0.3, 1.3)))  # a little more than the points
    ax = nn.plot.loss_surface(lambda u, v: u * v, {"a": [(0, 0)], "b": [(9, 9)]}, limits=(-3, 1))
    assert ax.get_xlim() == ax.get_ylim() == (-3, 1) and not ax.get_legend().get_frame_on()
    assert [(line.get_marker(), line.get_markersize(), line.get_linewidth()) for line in ax.lines] == [
        ("o", 3.5, 1.2), ("s", 3.5, 1.2)]  # fmt: skip
    contour = ax.collections[0]
    assert {to_hex(line) for line in contour.get_edgecolor()} == {"#bfbfbf"} and set(contour.get_linewidth()) == {0.8}
    assert nn.plot.loss_surface(lambda u, v: u * v, {}).get_xlim() == (-2, 2)


def test_a_network_has_grey_lines_behind_its_units_and_small_words_on_them():
    ax = nn.plot.network([2, 1], edges=[[["w1", "w2"]]])
    assert {(line.get_color(), line.get_linewidth()) for line in ax.lines} == {("0.6", 1)}
    words = [text for text in ax.texts if text.get_text()]
    assert [(text.get_text(), text.get_fontsize()) for text in words] == [("w1", 9), ("w2", 9)]  # units are empty
    zorders = [line.zorder for line in ax.lines], [word.zorder for word in words], [unit.zorder for unit in ax.patches]
    assert max(zorders[0]) < min(zorders[1]) and max(zorders[1]) < min(zorders[2])
    named = nn.plot.network([1, 1], values=[["x"], ["y"]])
    assert min(text.zorder for text in named.texts) > max(unit.zorder for unit in named.patches)
    at = {word.get_text(): word.get_position()[0] / 2.6 for word in words}
    assert at == {"w1": pytest.approx(0.26), "w2": pytest.approx(0.44)}  # by turns, so that they do not meet
    assert {to_hex(unit.get_edgecolor()) for unit in ax.patches} == {BLACK} and ax.get_aspect() == 1 and not ax.axison
