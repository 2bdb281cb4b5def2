"""Augmentation: against SciPy's interpolation, simple cases by hand, sizes of the distortions, refusals."""

import itertools

import numpy as np
import pytest
from scipy import ndimage

import nnlib as nn
from nnlib.augment import affine_field, distort, elastic, elastic_field, noise, rotate, shift, warp

ALL = [noise, shift, rotate, elastic, distort]
each = pytest.mark.parametrize("change", ALL)


def test_warp_is_bilinear_interpolation(rng):
    images = rng.random((3, 9, 9))
    dy, dx = rng.uniform(-4, 4, (2, 3, 9, 9)).astype(np.float32)
    rows, columns = np.mgrid[:9, :9]
    for k in range(3):
        places = np.clip([rows + dy[k], columns + dx[k]], -1, 9)
        framed = np.pad(images[k], 1)
        expected = ndimage.map_coordinates(framed, np.array(places) + 1, order=1, mode="nearest")
        np.testing.assert_allclose(warp(images, dy, dx)[k], expected, atol=1e-5)


def test_warp_by_nothing_and_by_whole_pixels(rng):
    images = rng.random((2, 5, 5), np.float32)
    np.testing.assert_array_equal(warp(images, np.zeros((2, 1, 1)), np.zeros((2, 1, 1))), images)
    moved = warp(images, np.ones((2, 1, 1)), np.full((2, 1, 1), -2))
    np.testing.assert_array_equal(moved[:, :4, 2:], images[:, 1:, :3])
    assert not moved[:, 4].any()
    assert not moved[:, :, :2].any()
    assert not warp(images, np.full((2, 1, 1), 100), np.zeros((2, 1, 1))).any()


def test_shift_moves_by_up_to_two_pixels_in_all_directions():
    x = np.zeros((500, 49), np.float32)
    x[:, 24] = 1  # the middle of 7x7
    at = shift(x, np.random.default_rng(0)).reshape(-1, 7, 7)
    assert (at.sum(axis=(1, 2)) == 1).all()
    rows, columns = at.any(axis=2).argmax(axis=1), at.any(axis=1).argmax(axis=1)
    assert np.unique(rows).tolist() == np.unique(columns).tolist() == [1, 2, 3, 4, 5]


def test_rotation_keeps_the_middle_and_turns_by_up_to_the_angle():
    x = np.zeros((300, 21, 21), np.float32)
    x[:, 10, 10] = 1
    x[:, 10, 18] = 5  # 8 pixels to the right of the middle
    turned = rotate(x.reshape(300, -1), np.random.default_rng(0), degrees=30).reshape(-1, 21, 21)
    np.testing.assert_allclose(turned[:, 10, 10], 1, rtol=1e-6)
    turned[:, 10, 10] = 0
    i, j = np.mgrid[:21, :21] - 10
    angle = np.degrees(np.arctan2((turned * i).sum(axis=(1, 2)), (turned * j).sum(axis=(1, 2))))
    assert -31 < angle.min() < -25
    assert 25 < angle.max() < 31


def test_affine_field_at_the_corners():
    down, right = affine_field(200, 5, np.random.default_rng(0), degrees=0, stretch=0.5)
    np.testing.assert_allclose(down[:, 2], 0, atol=1e-6)
    assert 0.9 < np.abs(down[:, 0]).max() <= 1  # half of the 2 pixels from the middle
    np.testing.assert_allclose(right[:, :, 0], -right[:, :, 4], atol=1e-6)


def test_elastic_field_is_smooth_and_as_large_as_said():
    field = elastic_field(300, 28, np.random.default_rng(0), 34, 4)
    assert field.dtype == np.float32
    inner = field[:, :, 8:-8, 8:-8]
    assert np.sqrt(np.mean(inner**2)) == pytest.approx(0.163 * 34 / 4, rel=0.05)
    step = np.sqrt(np.mean(np.diff(inner) ** 2))
    assert step < 0.2 * np.sqrt(np.mean(inner**2))


def test_the_field_is_that_of_a_gaussian_filter(rng):
    ours = elastic_field(1, 28, np.random.default_rng(0), 1, 2)
    U = 2 * np.random.default_rng(0).random((2, 28, 28), np.float32) - 1
    for k in range(2):
        expected = ndimage.gaussian_filter(U[k].astype(float), 2, truncate=10, mode="constant")
        np.testing.assert_allclose(ours[k, 0, 12:16, 12:16], expected[12:16, 12:16], atol=1e-6)


def test_noise_is_noise_and_stays_within_bounds():
    x = np.full((100, 100), 0.5, np.float32)
    noisy = noise(x, np.random.default_rng(0), 0.1)
    assert noisy.std() == pytest.approx(0.1, rel=0.05)
    assert noise(x, np.random.default_rng(0), 5).min() == 0
    assert noise(x, np.random.default_rng(0), 5).max() == 1
    scaled = (np.arange(100, dtype=np.float32).reshape(10, 10) - 50) / 20  # as if by mean and standard deviation
    np.testing.assert_allclose(noise(scaled, np.random.default_rng(0), 1e-3), scaled, atol=0.01)
    noisy = noise(scaled, np.random.default_rng(0), 5)
    assert (noisy.min(), noisy.max(), noisy.dtype) == (scaled.min(), scaled.max(), np.float32)


@pytest.mark.parametrize("dtype, drawn", [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64)])
def test_noise_is_what_the_generator_draws_in_the_precision_of_the_images(dtype, drawn):
    x = np.full((3, 5), 0.5, dtype)
    expected = x + np.dtype(dtype).type(0.1) * np.random.default_rng(4).standard_normal((3, 5), drawn).astype(dtype)
    noisy = noise(x, np.random.default_rng(4))
    np.testing.assert_array_equal(noisy, expected)
    assert noisy.dtype == dtype


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_new_arrays_of_the_same_shape_and_dtype(change, dtype, rng):
    x = rng.random((300, 64)).astype(dtype)  # more than one chunk
    before = x.copy()
    new = change(x, rng)
    assert (new.shape, new.dtype) == (x.shape, dtype)
    assert not np.shares_memory(new, x)
    np.testing.assert_array_equal(x, before)
    assert 0 <= new.min() <= new.max() <= 1 + 1e-6
    assert (new != x).any(axis=1).mean() > 0.9  # every image has its own change


@each
def test_same_seed_same_bits_and_any_layout(change, rng):
    x = rng.random((5, 64))
    a, b, c = (change(array, np.random.default_rng(1)) for array in (x, x, np.asfortranarray(x)))
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(a, c)


@pytest.mark.parametrize("change", [shift, rotate, elastic, distort])
def test_refusals(change, rng):
    with pytest.raises(ValueError, match="^x: expected square images, one per row, got 10 pixels"):
        change(np.ones((2, 10)), rng)
    with pytest.raises(TypeError, match="^x: expected an array of floats"):
        change(np.ones((2, 9), int), rng)
    for shape in ((9,), (2, 3, 3)):
        with pytest.raises(ValueError, match=r"^x: expected shape \(m, n\) with one example per row, got "):
            change(np.ones(shape), rng)
    with pytest.raises(TypeError, match="^rng: expected"):
        change(np.ones((2, 9)), 0)
    with pytest.raises(ValueError, match="^(pixels|degrees|alpha): expected a (whole )?number of at least 0, got -1"):
        change(np.ones((2, 9)), rng, -1)


@pytest.mark.parametrize("shape", [(2, 3, 4), (3, 3), (2, 3, 3, 1)])
def test_images_to_warp_are_square(shape):
    with pytest.raises(ValueError, match=r"^images: expected shape \(m, side, side\), got "):
        warp(np.ones(shape), 0, 0)


def test_fields_are_in_the_precision_of_pixels(rng):
    assert affine_field(2, 5, rng, 10, 0.1).dtype == elastic_field(2, 5, rng, 34, 4).dtype == np.float32
    assert warp(np.ones((1, 3, 3), np.float32), np.full((3, 3), 0.5), 0).dtype == np.float32


@each
def test_another_seed_changes_otherwise(change, rng):
    x = rng.random((40, 64))
    a, b = (change(x, np.random.default_rng(seed)) for seed in (0, 1))
    assert (a != b).any(axis=1).mean() > 0.9


@each
@pytest.mark.parametrize("m", [1, 127, 128, 129, 256])
def test_every_image_is_changed_in_a_batch_of_any_size(change, m):
    """Images are taken a chunk of 128 at a time."""
    x = np.random.default_rng(0).random((m, 25), np.float32)
    new = change(x, np.random.default_rng(1))
    assert np.isfinite(new).all()
    assert new.min() >= 0 and new.max() <= 1 + 1e-6
    assert (new[-1] != x[-1]).any() or change is shift
    same_amount = {noise: {"std": 0}, shift: {"pixels": 0}, rotate: {"degrees": 0}, elastic: {"alpha": 0}}
    options = same_amount.get(change, {"alpha": 0, "degrees": 0, "stretch": 0})
    np.testing.assert_allclose(change(x, np.random.default_rng(1), **options), x, atol=1e-6)


@each
def test_every_image_is_changed_in_a_way_of_its_own(change):
    """Also those of one place in different chunks."""
    x = np.tile(np.random.default_rng(0).random(49, np.float32), (384, 1))
    options = {"pixels": 3} if change is shift else {}
    new = change(x, np.random.default_rng(1), **options).reshape(3, 128, -1)
    for one, other in itertools.combinations(new, 2):
        assert (one != other).any(axis=1).mean() > 0.9


@each
def test_the_smallest_image_is_one_pixel(change, rng):
    new = change(np.full((50, 1), 0.5, np.float32), rng)
    assert new.shape == (50, 1)
    assert np.isfinite(new).all()
    if change is rotate:
        np.testing.assert_array_equal(new, 0.5)  # about itself
    if change is shift:
        assert set(new.ravel()) == {0, 0.5}  # out of sight, or where it was


@each
def test_images_that_are_not_finite_are_refused(change, rng):
    x = np.ones((2, 9))
    x[1, 3] = np.nan
    with pytest.raises(ValueError, match="^x: expected finite numbers, but 1 of 18 entries are NaN or infinite"):
        change(x, rng)


def test_each_part_of_a_distortion_does_its_own(rng):
    """Only elastic, only turned, only stretched: that part alone moves the pixels, as its function does."""
    x = np.random.default_rng(0).random((30, 81))
    nothing = {"alpha": 0, "degrees": 0, "stretch": 0}
    alone = distort(x, np.random.default_rng(1), **(nothing | {"alpha": 34}))
    np.testing.assert_allclose(alone, elastic(x, np.random.default_rng(1)), atol=1e-6)
    for part in ({"degrees": 30}, {"stretch": 0.3}):
        assert np.abs(distort(x, np.random.default_rng(1), **(nothing | part)) - x).max() > 0.1
    after_the_elastic_draw = np.random.default_rng(1)
    elastic_field(30, 9, after_the_elastic_draw, 0, 4)
    turned = distort(x, np.random.default_rng(1), **(nothing | {"degrees": 30}))
    np.testing.assert_allclose(turned, rotate(x, after_the_elastic_draw, 30), atol=1e-6)


def test_stretching_is_even_both_ways_and_differs_between_the_axes():
    down, right = affine_field(4000, 3, np.random.default_rng(0), degrees=0, stretch=0.5)
    for amount in (down[:, 2, 1], right[:, 1, 2]):  # one pixel from the middle: the amount itself
        assert -0.5 <= amount.min() < -0.49 and 0.49 < amount.max() <= 0.5
        assert abs(amount.mean()) < 0.02
    assert abs(np.corrcoef(down[:, 2, 1], right[:, 1, 2])[0, 1]) < 0.1


def test_turning_is_even_both_ways_and_keeps_lengths():
    down, right = affine_field(4000, 3, np.random.default_rng(0), degrees=40, stretch=0)
    y, x = down[:, 1, 2], 1 + right[:, 1, 2]  # where the pixel to the right of the middle goes
    np.testing.assert_allclose(np.hypot(x, y), 1, rtol=1e-5)
    angle = np.degrees(np.arctan2(y, x))
    assert -40.1 < angle.min() < -39 and 39 < angle.max() < 40.1
    assert abs(angle.mean()) < 2


def test_a_field_that_is_not_smoothed_is_the_drawn_one():
    field = elastic_field(2, 5, np.random.default_rng(0), alpha=3, sigma=0)
    U = 2 * np.random.default_rng(0).random((4, 5, 5), np.float32) - 1
    np.testing.assert_allclose(field, 3 * U.reshape(2, 2, 5, 5), rtol=1e-6)


def test_smoothing_keeps_a_constant_up_to_the_edge(monkeypatch):
    class Ones(np.random.Generator):
        def random(self, *args):
            return np.ones(*args)

    field = elastic_field(1, 9, Ones(np.random.PCG64(0)), alpha=2, sigma=3)
    np.testing.assert_allclose(field, 2, rtol=1e-5)


def test_usual_amounts_are_those_that_are_written(rng):
    x = rng.random((3, 64))
    for change, options in (
        (noise, {"std": 0.1}), (shift, {"pixels": 2}), (rotate, {"degrees": 10}), (elastic, {"alpha": 34, "sigma": 4}),
        (distort, {"alpha": 34, "sigma": 4, "degrees": 10, "stretch": 0.1}),
    ):  # fmt: skip
        usual, written = (change(x, np.random.default_rng(0), **each) for each in ({}, options))
        np.testing.assert_array_equal(usual, written)


def test_distorted_digits_are_still_read(rng):
    """A network trained on plain digits reads slightly distorted ones almost as well."""
    train, test = nn.data.digits()
    net = nn.Sequential(nn.Linear(64, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
    nn.fit(net, nn.softmax_cross_entropy, nn.Adam(net), train, epochs=30, batch_size=32, rng=rng, progress=False)
    bent = nn.data.Dataset(distort(test.x, rng, alpha=3, sigma=2, degrees=5, stretch=0.05), test.y)
    assert nn.accuracy(net, test) > 0.94
    assert nn.accuracy(net, bent) > 0.85


def test_the_stretching_is_drawn_by_rng():
    fields = [affine_field(2, 8, np.random.default_rng(seed), 0, 0.1) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(fields[0], fields[1])
    assert not np.allclose(fields[0], fields[2])
