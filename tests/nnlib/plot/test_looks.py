"""How the figures look: lines, marks, limits, ticks, legends, and the networks behind them."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.legend import Legend

import nnlib as nn
from nnlib.plot import BLACK, BLUE, GREEN, ORANGE, RED, SKY, figures, style
from tests.nnlib.plot.test_words import PICTURES, runs

MORE = {
    "activation_derivatives": figures.activation_derivatives,
    "overfitting_regularization_demo": figures.overfitting_regularization_demo,
    "l1_vs_l2_regularization": figures.l1_vs_l2_regularization,
    "decision_boundary": lambda: nn.plot.decision_boundary(lambda x: x[:, 0], (np.eye(2), np.array([0, 1]))),
    "new_axes": style.new_axes,
}
SIZES = {  # inches
    "activation_functions": (6.6, 4.2),
    "activation_derivatives": (6.6, 4.2),
    "gradient_descent_visualization": (6.6, 3.3),
    "overfitting_regularization_demo": (6.6, 2.7),
    "l1_vs_l2_regularization": (5.8, 5.6),
    "regularization_comparison": (6.6, 3.4),
    "training_curves_regularization": (6.6, 3.1),
    "dropout": (6.6, 3.4),
    "new_axes": (5, 3.2),
}
PALE = dict(zip(("truth", "valley"), ("0.6", "0.7")))
LINES = {  # of each panel: (colour, width, style, marker), and the size of the marks if there are any
    "activation_functions": [2 * [(BLUE, 2, "-", "None")]] * 6,
    "activation_derivatives": [2 * [(RED, 2, "-", "None")]] * 6,
    "gradient_descent_visualization": [
        [(PALE["valley"], 1.5, "-", "None"), (SKY, 1, "-", "o", 5), (GREEN, 1, "-", "s", 5), (ORANGE, 1, "-", "D", 5),
         (RED, 1, "-", "^", 5)],
        [(BLUE, 1.2, "-", "o", 3.5), (ORANGE, 1.2, "-", "s", 3.5)],
    ],
    "overfitting_regularization_demo": [
        [(PALE["truth"], 1.2, "--", "None"), (RED, 2, "-", "None"), (BLUE, 1.5, "None", "o", 6)]] * 3,
    "l1_vs_l2_regularization": [
        [(color, 1.5, "None", "o", 8), (BLACK, 1.5, "None", "x", 6)] for color in (ORANGE, BLUE)
    ] + [[(BLUE, 2, "-", "None"), (ORANGE, 2, "-", "None")]],
    "training_curves_regularization": [[(BLUE, 1.6, "-", "None"), (ORANGE, 1.6, "-", "None")]] * 2,
}  # fmt: skip
LEGENDS = {  # the panel it is in, its place, columns, size of letters
    "gradient_descent_visualization": [(0, "upper center", 2, 10), (1, "best", 1, 10)],
    "overfitting_regularization_demo": [(0, "upper left", 1, 9)],
    "l1_vs_l2_regularization": [(2, "best", 1, 10)],
    "regularization_comparison": [(0, "upper right", 2, 10)],
    "training_curves_regularization": [(1, "best", 1, 9)],
}


def panels(name):
    return list(np.ravel({**PICTURES, **MORE}[name]()))


def look_of(line):
    marker = line.get_marker() or "None"
    size = () if marker == "None" else (line.get_markersize(),)
    return (line.get_color(), line.get_linewidth(), line.get_linestyle(), marker, *size)


@pytest.mark.parametrize("name", {**PICTURES, **MORE})
def test_a_picture_has_its_size_lines_and_legends(name):
    axes = panels(name)
    figure = axes[0].figure
    assert type(figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"  # it makes room for words
    assert tuple(figure.get_size_inches()) == SIZES.get(name, tuple(figure.get_size_inches()))
    for ax, wanted in zip(axes, LINES.get(name, ())):
        assert [look_of(line) for line in ax.lines if len(line.get_xdata()) != 2 or "curves" in name] == wanted
    if name in LINES or name == "regularization_comparison":
        found = [(i, ax.get_legend()) for i, ax in enumerate(axes) if ax.get_legend()]
        names = {code: place for place, code in Legend.codes.items()}
        looks = [(i, names[box._loc_real], box._ncols, box.get_texts()[0].get_fontsize()) for i, box in found]
        assert looks == LEGENDS.get(name, []) and not any(box.get_frame_on() for _, box in found)


def thin_lines_pass_through_0(ax):
    across, up = (line for line in ax.lines if len(line.get_xdata()) == 2)
    looks = {(line.get_color(), line.get_linewidth()) for line in (across, up)}
    return set(across.get_ydata()) == set(up.get_xdata()) == {0} and looks == {(BLACK, 0.6)}


@pytest.mark.parametrize("name", ["activation_functions", "activation_derivatives"])
def test_the_panels_of_functions_show_all_and_little_more(name):
    axes = panels(name)
    assert all(map(thin_lines_pass_through_0, axes))
    assert axes[0].get_ylim() == pytest.approx((-0.12, 1.12)) and axes[0].get_xlim() == pytest.approx((-4.4, 4.4))
    assert len({ax.get_ylim() for ax in axes}) == (6 if name == "activation_functions" else 1)  # slopes on one scale
    assert all(ax.get_xticks().tolist() == [-4, -2, 0, 2, 4] for ax in axes)
    assert all(len(line.get_xdata()) == 200 for ax in axes for line in ax.lines[:2])


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("activation_functions", range(6)),
        ("overfitting_regularization_demo", range(3)),
        ("training_curves_regularization", range(2)),
        ("gradient_descent_visualization", [0]),
        ("l1_vs_l2_regularization", [2]),
    ],
)
def test_the_frame_is_open_and_the_grid_faint_and_below(name, tidied, monkeypatch):
    monkeypatch.setattr(figures, "_curve_of_network", lambda *_: lambda line: 0 * line)
    axes = panels(name)
    for ax in (axes[i] for i in tidied):
        assert ax.get_axisbelow() is True
        assert {line.get_alpha() for line in ax.get_xgridlines() + ax.get_ygridlines()} == {0.25}
        assert {side for side in ax.spines if ax.spines[side].get_visible()} == {"left", "bottom"}
        assert style.tidy(ax) is ax
    if name == "overfitting_regularization_demo":
        assert {ax.get_ylim() for ax in axes} == {(-2, 2)}
    if name == "gradient_descent_visualization":
        assert axes[0].get_ylim() == (-0.3, 8.6) and axes[0].lines[0].get_xdata()[[0, -1]].tolist() == [-2.2, 2.2]
        assert len(axes[0].lines[0].get_xdata()) == 200 and axes[1].get_xlim() == axes[1].get_ylim() == (-2, 2)


def test_scales_of_accuracy_and_loss():
    (bars,) = panels("regularization_comparison")
    assert {side for side in bars.spines if bars.spines[side].get_visible()} == {"left", "bottom"}
    assert bars.get_ylim() == (0, 122) and bars.get_yticks().tolist() == [0, 20, 40, 60, 80, 100]
    assert {round(bar.get_width(), 9) for bar in bars.patches} == {0.38}
    assert [text.get_fontsize() for text in bars.texts] == [9] * 4
    left, right = panels("training_curves_regularization")
    assert left.get_ylim() == right.get_ylim() and all(float(tick).is_integer() for tick in left.get_xticks())


def test_regions_are_pale_with_a_touching_point_in_black_and_lines_of_equal_loss_in_grey(monkeypatch):
    for color in (ORANGE, BLUE):
        ax = style.new_axes()
        edge = np.column_stack([np.cos(np.linspace(0, 6, 50)), np.sin(np.linspace(0, 6, 50))])
        figures._touching(ax, edge, color)
        (region,), contour = ax.patches, ax.collections[0]
        assert to_hex(region.get_facecolor()).upper() == color and region.get_alpha() == 0.3
        assert ax.lines[0].get_markeredgecolor() == BLACK and thin_lines_pass_through_0(ax)
        assert {to_hex(line) for line in contour.get_edgecolor()} == {"#bfbfbf"}
        assert set(contour.get_linewidth()) == {0.8} and len(contour.levels) == 13 and ax.get_aspect() == 1
        assert (ax.get_xlim(), ax.get_ylim()) == (pytest.approx((-1.6, 2.4)), pytest.approx((-1.6, 2.4)))
        assert ax.lines[1].get_xydata().tolist() == [[0.4, 1.7]]
    assert len(contour.get_paths()[3]) > 100  # smooth
    monkeypatch.setattr(
        figures, "_linear_digits", lambda penalty: nn.Sequential(nn.Linear(64, 10, rng=np.random.default_rng(0)))
    )
    axes = panels("l1_vs_l2_regularization")
    assert axes[2].get_subplotspec().get_gridspec().get_height_ratios() == (3, 2)  # the last one is flatter
    for ax in axes[:2]:
        angle = np.unwrap(np.arctan2(*ax.patches[0].get_xy()[:721, ::-1].T))
        np.testing.assert_allclose(np.diff(angle), np.pi / 360)  # a point every half degree


def test_colours_and_marks_of_lines_go_round_and_then_lines_are_dashed():
    assert (nn.plot.PINK.upper(), nn.plot.YELLOW.upper()) == ("#CC79A7", "#F0E442")  # of Okabe and Ito
    for i in range(14):
        assert style.look(i) == {
            "color": style.PALETTE[i % 7], "marker": "osD^vPX"[i % 7], "ls": "-" if i < 7 else "--"}  # fmt: skip


def test_the_valley_is_20_times_as_steep_across():
    assert (figures.valley(2, 0), figures.valley(0, 2), figures.valley(1, 1)) == (0.2, 4, 1.05)


class Asked(Exception):
    """Ends a function where it would train, with what it asks for."""


@pytest.fixture
def asked(monkeypatch):
    def fit(*given, **options):
        raise Asked(given, options)

    monkeypatch.setattr(figures, "fit", fit)


def test_the_network_of_the_runs_and_that_of_the_weights(asked):
    train = (np.zeros((1, 64)), np.zeros(1))
    with pytest.raises(Asked) as seen:
        figures._regularized_run(train, "valid", 7, np.random.default_rng(0), p=0.25, penalties=("L2",))
    (net, loss, opt, data), options = seen.value.args
    assert list(map(repr, net.layers)) == ["Linear(64, 128)", "ReLU()", "Dropout(0.25)", "Linear(128, 10)"]
    assert (type(opt), opt.lr, loss, data) == (nn.Momentum, 0.02, nn.softmax_cross_entropy, train)
    rng = options.pop("rng")
    assert options == {"epochs": 7, "batch_size": 20, "valid": "valid", "penalties": ("L2",), "progress": False}
    assert net.layers[2].rng is rng and opt.net is net
    with pytest.raises(Asked) as seen:
        figures._linear_digits("penalty")
    (net, loss, opt, data), options = seen.value.args
    assert list(map(repr, net.layers)) == ["Linear(64, 10)"] and (type(opt), opt.lr, opt.net) == (nn.Momentum, 0.1, net)
    assert options.pop("rng").random() > 0 and loss is nn.softmax_cross_entropy and len(data.x) > 1000
    assert options == {"epochs": 15, "batch_size": 64, "penalties": ("penalty",), "progress": False}


def test_the_curve_of_a_network_is_that_of_a_training_by_hand():
    """One unit, ŷ = w₂ tanh(w₁ x + b₁) + b₂, two steps of Adam at 0.02 with λ‖W‖²."""
    x, y = np.array([[-1.0], [2.0]]), np.array([[0.5], [1.5]])
    curve = figures._curve_of_network(x, y, 1, nn.L2(0.1), steps=2)
    rng = np.random.default_rng(0)
    first, second = nn.Linear(1, 1, rng=rng), nn.Linear(1, 1, rng=rng)
    theta = np.array([first.W.item(), 0, second.W.item(), 0], np.float64)
    m, v = np.zeros(4), np.zeros(4)
    for t in (1, 2):
        w1, b1, w2, b2 = theta
        a = np.tanh(w1 * x + b1)
        error = (w2 * a + b2 - y) / len(x)
        back = error * w2 * (1 - a**2)
        g = np.array([(back * x).sum() + 0.2 * w1, back.sum(), (error * a).sum() + 0.2 * w2, error.sum()])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - 0.02 * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    w1, b1, w2, b2 = theta
    np.testing.assert_allclose(curve(x), w2 * np.tanh(w1 * x + b1) + b2, rtol=1e-6)


def test_the_points_are_noisy_ones_of_a_sine_and_networks_learn_for_3000_steps(monkeypatch):
    steps = figures._curve_of_network.__defaults__
    monkeypatch.setattr(figures, "_curve_of_network", lambda *_: lambda line: 0 * line)
    ax = panels("overfitting_regularization_demo")[0]
    x, y = ax.lines[2].get_xydata().T
    assert x.tolist() == np.linspace(-3, 3, 12).tolist() and ax.lines[0].get_xdata()[[0, -1]].tolist() == [-3.1, 3.1]
    assert [len(line.get_xdata()) for line in ax.lines] == [300, 300, 12]
    assert ax.lines[0].get_xdata().tolist() == ax.lines[1].get_xdata().tolist()
    noise = (y - np.sin(x)) / np.random.default_rng(1).standard_normal(12)
    np.testing.assert_allclose(np.abs(noise), 0.3)
    assert steps == (3000,)


def test_augmentation_distorts_a_little_and_runs_have_80_epochs_of_200_digits(monkeypatch):
    seen = []
    monkeypatch.setattr(figures, "_regularized_run", lambda *given, **more: seen.append((given, more)))
    figures.regularization_runs(np.random.default_rng(0))
    assert {(len(x), len(y), epochs) for ((x, y), _, epochs, _), _ in seen} == {(200, 200, 80)}
    assert (seen[1][1]["penalties"][0].lam, seen[2][1]["penalties"][0].lam) == (1e-3, 5e-3)
    monkeypatch.setattr(figures.augment, "distort", lambda *given: given[2:])
    assert seen[4][1]["augment"]("x", "rng") == (3, 2, 8, 0.08)


def test_without_runs_both_figures_draw_those_of_one_seed(monkeypatch):
    for draw in (figures.regularization_comparison, figures.training_curves_regularization):
        drawn = []
        monkeypatch.setattr(
            figures, "regularization_runs", lambda rng, drawn=drawn: drawn.append(rng.random()) or runs()
        )
        draw()
        assert drawn == [np.random.default_rng(0).random()]
