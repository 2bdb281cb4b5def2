"""Losses: hand-computed values, gradients against differences, extremes, dtypes and refusals."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from sklearn.metrics import log_loss

import nnlib as nn
from tests.nnlib.oracles import difference, distance, layouts

SHAPES = [(1, 1), (1, 3), (4, 1), (3, 3), (5, 2)]
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def zero_one(rng, shape):
    return rng.integers(0, 2, shape).astype(float)


# (loss, an output it takes, a target it takes), all of one shape
def cases(rng, shape):
    probabilities = rng.uniform(0.05, 0.95, shape)
    return [
        (nn.half_squared_error, rng.standard_normal(shape), rng.standard_normal(shape)),
        (nn.mse, rng.standard_normal(shape), rng.standard_normal(shape)),
        (nn.binary_cross_entropy, probabilities, zero_one(rng, shape)),
        (nn.binary_cross_entropy_with_logits, rng.standard_normal(shape), zero_one(rng, shape)),
        (nn.softmax_cross_entropy, rng.standard_normal(shape), rng.integers(0, shape[1], shape[0])),
        (nn.cross_entropy, probabilities, rng.integers(0, shape[1], shape[0])),
    ]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("which", range(6))
def test_gradient_equals_differences(which, shape, rng):
    loss, output, y = cases(rng, shape)[which]
    _, gradient = loss(output, y)
    assert gradient.shape == shape
    assert distance(gradient, difference(lambda o: loss(o, y)[0], output)) < 1e-7


@DTYPES
@pytest.mark.parametrize("target_dtype", [np.int64, np.float32, np.float64])
@pytest.mark.parametrize("which", range(4))
def test_gradient_has_the_dtype_of_the_output(which, target_dtype, dtype, rng):
    loss, output, y = cases(rng, (4, 3))[which]
    L, gradient = loss(output.astype(dtype), y.astype(target_dtype))
    assert type(L) is float
    assert gradient.dtype == dtype


@DTYPES
@pytest.mark.parametrize("loss", [nn.softmax_cross_entropy, nn.cross_entropy])
def test_gradient_of_losses_with_labels_has_the_dtype_of_the_output(loss, dtype, rng):
    for label_dtype in (np.uint8, np.int32, np.int64):
        L, gradient = loss(rng.random((4, 3)).astype(dtype), np.array([0, 1, 2, 0], label_dtype))
        assert type(L) is float
        assert gradient.dtype == dtype


@pytest.mark.parametrize("which", range(6))
def test_layout_does_not_matter_and_nothing_given_is_changed(which, rng):
    loss, output, y = cases(rng, (4, 3))[which]
    L, gradient = loss(output, y)
    y_before = y.copy()
    for other in layouts(output):
        before = other.copy()
        L_other, gradient_other = loss(other, y)
        assert L_other == pytest.approx(L, rel=1e-14)
        np.testing.assert_allclose(gradient_other, gradient, rtol=1e-13)
        np.testing.assert_array_equal(other, before)
        assert not np.shares_memory(gradient_other, other)
    np.testing.assert_array_equal(y, y_before)


@pytest.mark.parametrize("which", range(6))
def test_mean_over_the_batch_so_that_parts_average(which, rng):
    loss, output, y = cases(rng, (5, 3))[which]
    (L, d), (L_1, d_1), (L_2, d_2) = (loss(output[s], y[s]) for s in (slice(5), slice(2), slice(2, 5)))
    assert pytest.approx((2 * L_1 + 3 * L_2) / 5) == L
    np.testing.assert_allclose(d, np.concatenate([2 * d_1, 3 * d_2]) / 5)


def test_squared_errors_by_hand():
    y_hat, y = (
        np.array([[1.0, 2.0], [3.0, 5.0]]),
        np.array([[1.0, 0.0], [0.0, 4.0]]),
    )  # errors 0 2 3 1
    L, d = nn.half_squared_error(y_hat, y)
    assert L == (4 + 9 + 1) / 2 / 2
    np.testing.assert_array_equal(d, [[0, 1], [1.5, 0.5]])
    L, d = nn.mse(y_hat, y)
    assert L == 14 / 4
    np.testing.assert_array_equal(d, [[0, 1], [1.5, 0.5]])


def test_binary_cross_entropy_by_hand():
    L, d = nn.binary_cross_entropy(np.array([[0.7]]), np.array([[1.0]]))
    assert pytest.approx(-math.log(0.7)) == L
    assert d == pytest.approx(-1.42857, abs=1e-5)  # E03: −1/0.7
    assert nn.binary_cross_entropy_with_logits(np.zeros((3, 1)), np.ones((3, 1)))[0] == pytest.approx(math.log(2))


@pytest.mark.parametrize("targets", [zero_one, lambda rng, shape: rng.random(shape)])  # surely 0 or 1, or likely
def test_both_forms_of_binary_cross_entropy_agree(targets, rng):
    z, y = 3 * rng.standard_normal((6, 2)), targets(rng, (6, 2))
    a = special.expit(z)
    L, dz = nn.binary_cross_entropy_with_logits(z, y)
    L_a, da = nn.binary_cross_entropy(a, y)
    assert pytest.approx(L_a) == L
    np.testing.assert_allclose(dz, da * a * (1 - a))


def test_softmax_cross_entropy_against_scikit_learn(rng):
    z, y = 3 * rng.standard_normal((7, 4)), np.array([0, 1, 2, 3, 3, 2, 0])
    assert nn.softmax_cross_entropy(z, y)[0] == pytest.approx(log_loss(y, special.softmax(z, axis=1)))


def test_cross_entropy_by_hand_and_at_zero():
    L, d = nn.cross_entropy(np.array([[0.2, 0.8], [0.5, 0.5]]), np.array([1, 0]))
    assert pytest.approx(-(math.log(0.8) + math.log(0.5)) / 2) == L
    np.testing.assert_allclose(d, [[0, -1 / 0.8 / 2], [-1 / 0.5 / 2, 0]])
    L, d = nn.cross_entropy(np.array([[0, 1]], np.float32), np.array([0]))
    assert np.isfinite(L)
    assert np.isfinite(d).all()
    with pytest.raises(ValueError, match="^p: expected numbers from 0 to 1, got -1"):
        nn.cross_entropy(np.array([[-1.0, 2.0]]), np.array([0]))


def test_softmax_then_cross_entropy_is_softmax_cross_entropy(rng):
    z, y, layer = rng.standard_normal((4, 3)), np.array([0, 2, 1, 1]), nn.Softmax()
    L, dp = nn.cross_entropy(layer.forward(z), y)
    L_one, dz = nn.softmax_cross_entropy(z, y)
    assert pytest.approx(L_one) == L
    np.testing.assert_allclose(layer.backward(dp), dz, atol=1e-15)


def test_delta_of_softmax_cross_entropy_is_p_minus_t():
    """E20: the Hadamard form of S2 would give (0, −0.371, 0)."""
    p = np.array([[0.231, 0.629, 0.140]])
    np.testing.assert_allclose(nn.softmax_cross_entropy(np.log(p), np.array([1]))[1], [[0.231, -0.371, 0.140]])


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=5), st.floats(-1e3, 1e3))
def test_softmax_cross_entropy_does_not_move_under_a_shift(z, shift):
    z, y = np.array([z]), np.array([1])
    (L, d), (L_shifted, d_shifted) = (
        nn.softmax_cross_entropy(z, y),
        nn.softmax_cross_entropy(z + shift, y),
    )
    assert pytest.approx(L_shifted, abs=1e-9) == L
    np.testing.assert_allclose(d, d_shifted, atol=1e-11)
    assert d.sum() == pytest.approx(0, abs=1e-12)


@DTYPES
def test_logits_of_ten_thousand(dtype):
    z = np.array([[1e4, -1e4]], dtype)
    assert nn.softmax_cross_entropy(z, np.array([0]))[0] == 0
    L, d = nn.softmax_cross_entropy(z, np.array([1]))
    assert L == 2e4
    np.testing.assert_array_equal(d, [[1, -1]])
    L, d = nn.binary_cross_entropy_with_logits(z, np.array([[0, 1]]))
    assert L == 2e4
    np.testing.assert_array_equal(d, [[1, -1]])


@DTYPES
def test_probabilities_of_zero_and_one(dtype):
    y_hat = np.array([[0, 1]], dtype)
    L, d = nn.binary_cross_entropy(y_hat, np.array([[0, 1]]))
    assert L == 0
    np.testing.assert_array_equal(d, [[1, -1]])  # 1/(1 − 0) and −1/1
    L, d = nn.binary_cross_entropy(y_hat, np.array([[1, 0]]))
    assert np.isfinite(L)
    assert L > 100
    assert np.isfinite(d).all()


@pytest.mark.parametrize(("loss", "name"), [(nn.half_squared_error, "y_hat"), (nn.mse, "y_hat")])
def test_targets_that_would_broadcast_to_a_square_are_refused(loss, name):
    with pytest.raises(ValueError, match=rf"^y: expected shape \(3, 1\), that of {name}, got \(3,\)"):
        loss(np.full((3, 1), 0.5), np.ones(3))


@pytest.mark.parametrize("z", [1, 12, 15, 20])
def test_sure_and_right_costs_little_but_not_nothing_in_float32_too(z):
    """Both forms for two classes say the same: log(1 + e⁻ᶻ), and e⁻ᶻ / (1 + e⁻ᶻ) for its slope."""
    L, dz = nn.binary_cross_entropy_with_logits(np.array([[z]], np.float32), np.array([[1]]))
    of_softmax = nn.softmax_cross_entropy(np.array([[0, z]], np.float32), np.array([1]))
    expected = math.log1p(math.exp(-z)), -math.exp(-z) / (1 + math.exp(-z))
    assert (L, dz[0, 0]) == pytest.approx(expected, rel=1e-6)
    assert (of_softmax[0], of_softmax[1][0, 1]) == pytest.approx(expected, rel=1e-6)
    assert dz.dtype == np.float32


@pytest.mark.parametrize("loss", [nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits])
@pytest.mark.parametrize("kind", [int, np.uint8, bool, np.float32])
def test_labels_of_one_output_are_the_column_of_targets(loss, kind):
    output, y = np.array([[0.1], [0.6], [0.9]]), np.array([0, 1, 0]).astype(kind)
    L, d = loss(output, y)
    expected_L, expected_d = loss(output, y[:, None].astype(float))
    assert expected_L == L and d.shape == (3, 1)
    np.testing.assert_array_equal(d, expected_d)
    assert y.shape == (3,)


@pytest.mark.parametrize(
    "loss",
    [nn.half_squared_error, nn.mse, nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits],
)
def test_refusals(loss):
    name = "z" if "logits" in loss.__name__ else "y_hat"
    half = np.full((3, 1), 0.5)
    with pytest.raises(ValueError, match=rf"^y: expected shape \(3, 2\), that of {name}, got \(3,\)"):
        loss(np.full((3, 2), 0.5), np.ones(3))
    with pytest.raises(ValueError, match=rf"^y: expected shape \(3, 1\), that of {name}, got \(2,\)"):
        loss(half, np.ones(2))
    with pytest.raises(TypeError, match=f"^{name}: expected an array of floats, got list"):
        loss([[0.5]], np.ones((1, 1)))
    with pytest.raises(TypeError, match=f"^{name}: expected an array of floats, got int64"):
        loss(np.ones((1, 1), np.int64), np.ones((1, 1)))
    with pytest.raises(TypeError, match="^y: expected an array of numbers, got list"):
        loss(half, [1, 1, 1])
    with pytest.raises(ValueError, match=f"^{name}: expected at least one row"):
        loss(np.ones((0, 2)), np.ones((0, 2)))


def test_cross_entropies_want_fractions():
    half = np.full((1, 2), 0.5)
    with pytest.raises(ValueError, match="^y: expected numbers from 0 to 1, got -1 … 1"):
        nn.binary_cross_entropy_with_logits(half, np.array([[-1, 1]]))
    with pytest.raises(ValueError, match="^y_hat: expected numbers from 0 to 1, got 0.5 … 1.5"):
        nn.binary_cross_entropy(2 * np.array([[0.25, 0.75]]), np.array([[0, 1]]))


@pytest.mark.parametrize(
    ("z", "y", "error", "message"),
    [
        ([[1.0, 2.0]], np.array([0]), TypeError, "^z: expected an array of floats, got list"),
        (
            np.ones((1, 2), np.int64),
            np.array([0]),
            TypeError,
            "^z: expected an array of floats, got int64",
        ),
        (
            np.ones(2),
            np.array([0, 1]),
            ValueError,
            r"^z: expected shape \(m, n\) .* got \(2,\). A single example",
        ),
        (np.ones((0, 2)), np.array([], int), ValueError, r"^z: expected shape .* got \(0, 2\)"),
        (
            np.ones((2, 2)),
            [0, 1],
            TypeError,
            "^y: expected an array of whole-number labels, got list",
        ),
        (
            np.ones((2, 2)),
            np.array([0.0, 1.0]),
            TypeError,
            "^y: expected .* whole-number labels, got float64",
        ),
        (
            np.ones((2, 2)),
            np.array([[0, 1]]),
            ValueError,
            r"^y: expected one label per row, shape \(2,\), got",
        ),
        (
            np.ones((2, 2)),
            np.array([0, 2]),
            ValueError,
            "^y: labels must lie in 0 … 1 .* got 0 … 2",
        ),
        (
            np.ones((2, 2)),
            np.array([-1, 1]),
            ValueError,
            "^y: labels must lie in 0 … 1 .* got -1 … 1",
        ),
    ],
)
def test_refusals_of_softmax_cross_entropy(z, y, error, message):
    with pytest.raises(error, match=message):
        nn.softmax_cross_entropy(z, y)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # NumPy's, of NaN
@pytest.mark.parametrize(
    "loss",
    [
        nn.half_squared_error, nn.mse, nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits, nn.cross_entropy,
        nn.softmax_cross_entropy,
    ],
)  # fmt: skip
def test_outputs_that_are_nan_give_a_loss_that_is(loss):
    """A training that has diverged ends with a warning then, and its history is kept."""
    labels = loss in (nn.cross_entropy, nn.softmax_cross_entropy)
    L, dz = loss(np.array([[0.5, 0.5], [np.nan, np.nan]], np.float32), np.array([0, 1]) if labels else np.eye(2))
    assert np.isnan(L) and dz.shape == (2, 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_are_cut_at_the_smallest_number_of_the_dtype_and_not_before(dtype):
    tiny = np.finfo(dtype).tiny
    for y in (0, 1):
        L, dy_hat = nn.binary_cross_entropy(np.array([[1 - y]], dtype), np.array([[y]]))
        assert pytest.approx(-np.log(tiny), rel=1e-6) == L
        assert abs(dy_hat[0, 0]) == pytest.approx(1 / tiny, rel=1e-6)
    for p_y, kept in ((0, tiny), (tiny, tiny), (1e-20, 1e-20), (1e-13, 1e-13)):
        L, dp = nn.cross_entropy(np.array([[p_y, 1 - p_y]], dtype), np.array([0]))
        assert pytest.approx(-np.log(kept), rel=1e-6) == L
        assert dp[0, 0] == pytest.approx(-1 / kept, rel=1e-5)
    small = np.array([[1e-13]], dtype)
    assert nn.binary_cross_entropy(small, np.ones((1, 1)))[0] == pytest.approx(-np.log(1e-13), rel=1e-6)


@pytest.mark.parametrize("which", [4, 5])
def test_a_single_example_that_is_no_row_is_refused_with_the_cure(which, rng):
    loss, output, y = cases(rng, (3, 2))[which]
    name = next(iter(inspect.signature(loss).parameters))
    cure = rf"^{name}: expected shape \(m, n\) with one example per row, got \(2,\)\. .*: {name}\[None, :\]"
    with pytest.raises(ValueError, match=cure):
        loss(output[0], y[0])


@pytest.mark.parametrize("loss", [nn.cross_entropy, nn.binary_cross_entropy])
def test_many_examples_are_summed_in_float64(loss):
    """All have the same loss, and so their mean is that of one: float32 loses digits on the way."""
    p = np.full((100_001, 1), 0.3, dtype=np.float32)
    y = np.zeros(len(p), dtype=int) if loss is nn.cross_entropy else np.ones_like(p)
    assert loss(p, y)[0] == pytest.approx(loss(p[:1], y[:1])[0], rel=1e-12)
