"""Made-up data: where the points lie, fair labels, the same bits from the same seed, and refusals."""

import numpy as np
import pytest

import nnlib as nn

POINTS = [nn.data.blobs, nn.data.half_planes, nn.data.moons, nn.data.circles, nn.data.spirals]
each = pytest.mark.parametrize("make", POINTS)


def test_truth_tables():
    x, y = nn.data.truth_table(lambda a, b: a ^ b)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [0, 1, 1, 0]
    assert (x.dtype, y.dtype) == (np.float32, np.intp)
    assert nn.data.truth_table(lambda a: not a, n=1).y.tolist() == [1, 0]
    assert nn.data.truth_table(lambda *bits: sum(bits) % 2, n=4).y.sum() == 8  # parity


@each
@pytest.mark.parametrize("m", [1, 2, 7, 100])
def test_shapes_types_and_fair_labels(make, m, rng):
    x, y = make(m, rng)
    assert x.shape == (m, 2)
    assert x.dtype == np.float32
    assert y.dtype == np.intp
    assert np.ptp(np.bincount(y, minlength=2)) <= 1 and y.max() <= 1


def quarters(points):
    """Which parts of the points lie in each quarter of the plane."""
    return np.bincount((points[:, 0] > 0) + 2 * (points[:, 1] > 0), minlength=4) / len(points)


def test_lines_and_circles_look_in_all_directions_alike():
    sides = [nn.data.half_planes(40, np.random.default_rng(seed), 0.5) for seed in range(400)]
    for points in (nn.data.circles(4000, np.random.default_rng(0), noise=0).x,
                   np.array([x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0) for x, y in sides])):  # fmt: skip
        assert (abs(quarters(points) - 0.25) < 0.06).all()


@each
@pytest.mark.parametrize("options", [{}, {"noise": 0}])
def test_same_seed_same_bits_and_another_seed_others(make, options):
    """The noise and the places are drawn by the rng, each."""
    if options and make in (nn.data.blobs, nn.data.half_planes):
        options = {}  # without noise, all points are centers; or there is none
    a, b, c = (make(20, np.random.default_rng(seed), **options).x for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != c).all()


@pytest.mark.parametrize("make", [nn.data.blobs, nn.data.moons, nn.data.circles, nn.data.spirals])
@pytest.mark.parametrize("noise", [0.02, 0.3])
def test_noise_is_the_standard_deviation_of_what_is_added(make, noise):
    noisy, clean = (make(2000, np.random.default_rng(0), noise=size).x for size in (noise, 0))
    added = noisy - clean
    np.testing.assert_allclose(added.std(axis=0), noise, rtol=0.05)
    assert np.abs(added.mean(axis=0)).max() < 0.1 * noise
    assert abs(np.corrcoef(added.T)[0, 1]) < 0.1


def test_points_lie_everywhere_on_their_curves():
    """The half circles are halves, the circles whole; points on the disc of the spirals are equally dense."""
    x, y = nn.data.moons(4000, np.random.default_rng(0), noise=0)
    assert x[y == 0].min(axis=0) == pytest.approx([-1, 0], abs=0.01)
    assert x[y == 0].max(axis=0) == pytest.approx([1, 1], abs=0.01)
    assert x[y == 1].min(axis=0) == pytest.approx([0, -0.5], abs=0.01)
    assert x[y == 1].max(axis=0) == pytest.approx([2, 0.5], abs=0.01)
    x, y = nn.data.circles(4000, np.random.default_rng(0), noise=0)
    for k, radius in ((0, 1), (1, 0.5)):  # the outer one, and half as wide the inner one
        assert x[y == k].min(axis=0) == pytest.approx([-radius, -radius], abs=0.01)
        assert x[y == k].max(axis=0) == pytest.approx([radius, radius], abs=0.01)
    radius = np.linalg.norm(nn.data.spirals(4000, np.random.default_rng(0), noise=0).x, axis=1)
    np.testing.assert_allclose(np.quantile(radius**2, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.03)


def test_usual_options_are_those_that_are_written():
    """What a reader sees in the signature is what is drawn: noise 0.4, 0.1, 0.1, 0.05; one turn of two arms."""
    for make, options in (
        (nn.data.blobs, {"noise": 0.4, "centers": ((-1, -1), (1, 1))}),
        (nn.data.moons, {"noise": 0.1}),
        (nn.data.circles, {"noise": 0.1, "inner": 0.5}),
        (nn.data.spirals, {"noise": 0.05, "arms": 2, "turns": 1}),
    ):
        usual, written = make(10, np.random.default_rng(0)), make(10, np.random.default_rng(0), **options)
        np.testing.assert_array_equal(usual.x, written.x)


def test_blobs_have_their_centers_and_their_noise():
    x, y = nn.data.blobs(3000, np.random.default_rng(0), centers=((0, 0), (5, 0), (0, 5)), noise=0.5)
    for k, center in enumerate(((0, 0), (5, 0), (0, 5))):
        np.testing.assert_allclose(x[y == k].mean(axis=0), center, atol=0.1)
        np.testing.assert_allclose(x[y == k].std(axis=0), 0.5, atol=0.05)


@pytest.mark.parametrize("margin", [0, 0.05, 0.5, 0.9])
def test_half_planes_keep_their_distance_from_a_line_through_the_origin(margin):
    t = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
    directions, best = np.array([np.cos(t), np.sin(t)]), []
    for seed in range(5):
        x, y = nn.data.half_planes(500, np.random.default_rng(seed), margin)
        distance = np.where(y == 1, 1, -1)[:, None] * (x @ directions)
        best.append(distance.min(axis=0).argmax())
        d = distance[:, best[-1]]
        assert d.min() == pytest.approx(margin, abs=0.01) and d.max() == pytest.approx(1, abs=0.02)
        assert np.ptp(x @ np.roll(directions, 900, axis=1)[:, best[-1]]) == pytest.approx(2, abs=0.05)
    assert len(set(best)) == 5  # the line is another one every time


def test_circles_and_moons_and_spirals_without_noise(rng):
    x, y = nn.data.circles(50, rng, noise=0, inner=0.3)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), np.where(y == 0, 1, 0.3), rtol=1e-5)
    x, y = nn.data.moons(50, rng, noise=0)
    middles = np.where(y[:, None] == 0, [0, 0], [1, 0.5])
    np.testing.assert_allclose(np.linalg.norm(x - middles, axis=1), 1, rtol=1e-5)
    assert (x[y == 0][:, 1] >= 0).all()
    x, y = nn.data.spirals(60, rng, arms=3, noise=0, turns=0.5)
    radius = np.linalg.norm(x, axis=1)
    angle = 2 * np.pi * (0.5 * radius + y / 3)
    np.testing.assert_allclose(x, radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-5)
    assert radius.max() <= 1


def test_what_no_line_separates_a_hidden_layer_does(rng):
    train = nn.data.moons(200, rng)
    accuracies = []
    for layers in (
        [nn.Linear(2, 2, rng=rng)],
        [nn.Linear(2, 16, rng=rng), nn.Tanh(), nn.Linear(16, 2, rng=rng)],
    ):
        net = nn.Sequential(*layers)
        how = {"epochs": 60, "batch_size": 20, "rng": rng}
        nn.fit(net, nn.softmax_cross_entropy, nn.Adam(net, 0.02), train, **how, progress=False)
        accuracies.append(nn.accuracy(net, train))
    assert accuracies[0] < 0.93
    assert accuracies[1] > 0.97


def test_refusals(rng):
    with pytest.raises(ValueError, match="^m: expected a whole number of at least 1, got 0"):
        nn.data.moons(0, rng)
    with pytest.raises(TypeError, match="^rng: expected"):
        nn.data.circles(5, 0)
    with pytest.raises(ValueError, match="^noise: expected a number of at least 0, got -1"):
        nn.data.blobs(5, rng, noise=-1)
    for make in (nn.data.moons, nn.data.circles, nn.data.spirals):
        with pytest.raises(ValueError, match="^noise: expected a number of at least 0, got -1"):
            make(5, rng, noise=-1)
    with pytest.raises(ValueError, match="^arms: expected"):
        nn.data.spirals(5, rng, arms=0)
    with pytest.raises(ValueError, match="^n: expected"):
        nn.data.truth_table(max, n=0)
    sure = nn.perceptron.AND  # with the sigmoid within 4.6e-5 of 0 or 1, but never at it
    assert nn.data.truth_table(lambda *bits: sure(bits)).y.tolist() == [0, 0, 0, 1]
    for function in (lambda *bits: sure(bits, nn.sigmoid), lambda a, b: [a, b]):
        with pytest.raises(ValueError, match="^function: expected one whole number for each row, got "):
            nn.data.truth_table(function)


@pytest.mark.parametrize("margin", [-0.1, 1, np.nan])
def test_half_planes_need_room_beside_the_gap(margin, rng):
    with pytest.raises(ValueError, match="^margin: expected a number of at least 0 and below 1"):
        nn.data.half_planes(4, rng, margin)
