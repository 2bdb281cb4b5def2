"""Activations: values against closed forms, derivatives against differences, safety at ±1e4."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import nnlib as nn
from nnlib.activations import Activation
from tests.nnlib.oracles import away_from_zero, difference, distance, layouts

KINDS = [nn.Identity, nn.Step, nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Softmax]
ACTIVATIONS = [*(kind() for kind in KINDS), nn.LeakyReLU(0.3), nn.ELU(0.5)]
CLOSED_FORMS = [
    (nn.Identity(), lambda z: z),
    (nn.Sigmoid(), special.expit),
    (nn.Tanh(), lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
    (nn.ReLU(), lambda z: z * (z > 0)),
    (nn.LeakyReLU(0.3), lambda z: np.maximum(z, 0.3 * z)),
    (nn.ELU(0.5), lambda z: np.maximum(z, 0) + 0.5 * (np.exp(np.minimum(z, 0)) - 1)),
    (nn.Step(), lambda z: (1 + np.sign(z)) / 2),
    (nn.Softmax(), lambda z: special.softmax(z, axis=1)),
]
each = pytest.mark.parametrize("layer", ACTIVATIONS, ids=repr)


@pytest.mark.parametrize(("layer", "value"), CLOSED_FORMS, ids=[repr(layer) for layer, _ in CLOSED_FORMS])
def test_values(layer, value, rng):
    z = 3 * rng.standard_normal((5, 4))
    np.testing.assert_allclose(layer.forward(z), value(z), rtol=1e-12)


@each
@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (3, 3), (2, 5)])
def test_backward_equals_differences(layer, shape, rng):
    z, da = away_from_zero(rng, shape), rng.standard_normal(shape)
    layer.forward(z)
    dz = layer.backward(da)
    assert distance(dz, difference(lambda z: np.sum(da * layer.forward(z)), z)) < 1e-8


@pytest.mark.parametrize(
    ("layer", "at_zero"),
    [
        (nn.Step(), 0),
        (nn.Sigmoid(), 0.25),
        (nn.Tanh(), 1),
        (nn.ReLU(), 0),
        (nn.LeakyReLU(), 0.01),
        (nn.ELU(0.5), 0.5),
    ],
    ids=repr,
)
def test_derivative_at_zero_follows_the_stated_convention(layer, at_zero):
    layer.forward(np.zeros((1, 1)))
    assert layer.backward(np.ones((1, 1))) == at_zero


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_preserved(layer, dtype, rng):
    z = rng.standard_normal((3, 2)).astype(dtype)
    a = layer.forward(z)
    assert a.dtype == layer.backward(np.ones_like(a)).dtype == dtype


@each
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_safe_at_large_values(layer, dtype):
    z = np.array([[-1e4, -100, 0, 100, 1e4]], dtype)
    a = layer.forward(z)
    assert np.isfinite(a).all()
    assert np.isfinite(layer.backward(np.ones_like(a))).all()


@each
def test_layout_in_memory_does_not_matter(layer, rng):
    z, da = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    layer.forward(z)
    expected = layer.backward(da)
    for z_, da_ in zip(layouts(z), layouts(da), strict=True):
        layer.forward(z_)
        np.testing.assert_array_equal(layer.backward(da_), expected)


@each
def test_nothing_given_is_changed_or_handed_back(layer, rng):
    z, da = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    z_before, da_before = z.copy(), da.copy()
    a = layer.forward(z)
    dz = layer.backward(da)
    np.testing.assert_array_equal(z, z_before)
    np.testing.assert_array_equal(da, da_before)
    assert not np.shares_memory(a, z)
    assert not np.shares_memory(dz, da)


@each
def test_refusals(layer):
    with pytest.raises(TypeError, match="^z: expected an array of floats, got int64 array"):
        layer.forward(np.ones((2, 2), np.int64))
    layer.forward(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"^d[ap]: expected the shape of the last output, \(2, 2\), got \(2, 1\)"):
        layer.backward(np.ones((2, 1)))


@pytest.mark.parametrize("kind", [*KINDS, nn.Maxout])
def test_backward_before_forward_is_refused(kind):
    with pytest.raises(RuntimeError, match=rf"{kind.__name__}\(.*\): call forward before backward"):
        kind().backward(np.ones((1, 1)))


@pytest.mark.parametrize("kind", [nn.LeakyReLU, nn.ELU])
def test_alpha_must_be_positive_and_does_not_change_the_dtype(kind):
    with pytest.raises(ValueError, match="^alpha: expected a number above 0, got -1"):
        kind(-1)
    assert kind(np.float64(0.1)).forward(-np.ones((1, 2), np.float32)).dtype == np.float32


@pytest.mark.parametrize("layer", [a for a in ACTIVATIONS if isinstance(a, Activation)], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_slope_is_the_derivative_alone(layer, dtype, rng):
    z = away_from_zero(rng, (4, 3)).astype(dtype)
    layer.forward(z)
    np.testing.assert_array_equal(layer.slope(z), layer.backward(np.ones_like(z)))
    assert layer.slope(z).dtype == dtype


def test_step_is_one_at_zero():
    assert nn.Step().forward(np.array([[-0.5, 0, 2]])).tolist() == [[0, 1, 1]]


def test_sigmoid_derivative_is_at_most_a_quarter_so_ten_layers_shrink_gradients_by_a_million():
    layer = nn.Sigmoid()
    layer.forward(np.linspace(-5, 5, 101)[None, :])
    slopes = layer.backward(np.ones((1, 101)))
    assert slopes.max() == 0.25
    assert slopes.max() ** 10 == pytest.approx(9.5e-7, rel=0.01)


@pytest.mark.parametrize(("m", "n", "k"), [(1, 1, 1), (1, 1, 3), (3, 2, 2), (4, 4, 4)])
def test_maxout_takes_the_largest_of_every_k_columns(m, n, k, rng):
    layer, z, da = nn.Maxout(k), rng.standard_normal((m, n * k)), rng.standard_normal((m, n))
    for z_ in layouts(z):
        a = layer.forward(z_)
        for j in range(n):
            np.testing.assert_array_equal(a[:, j], z[:, j * k : (j + 1) * k].max(axis=1))
    dz = layer.backward(da)
    assert distance(dz, difference(lambda z: np.sum(da * layer.forward(z)), z)) < 1e-8


def test_maxout_gives_the_gradient_of_a_tie_to_the_first_and_keeps_float32():
    layer = nn.Maxout(2)
    layer.forward(np.array([[3, 3, 1, 2]], np.float32))
    dz = layer.backward(np.array([[5, 7]], np.float32))
    assert dz.tolist() == [[5, 0, 0, 7]]
    assert dz.dtype == np.float32


def test_values_that_nobody_gives_are_those_of_the_papers():
    z = -np.ones((1, 1))
    assert nn.LeakyReLU().forward(z) == -0.01
    assert nn.ELU().forward(z) == pytest.approx(np.exp(-1) - 1, rel=1e-15)
    assert nn.Maxout().forward(np.array([[1.0, 2, 4, 3]])).tolist() == [[2, 4]]


def test_maxout_refusals():
    for z in (np.ones(4), np.ones((1, 2, 2))):
        with pytest.raises(ValueError, match=r"^z: expected shape \(m, n\) with one example per row, got "):
            nn.Maxout(2).forward(z)
    with pytest.raises(ValueError, match="^z: expected a multiple of 2 columns, got 3"):
        nn.Maxout(2).forward(np.ones((1, 3)))
    with pytest.raises(ValueError, match="^k: expected a whole number of at least 1"):
        nn.Maxout(0)


def test_softmax_jacobian_equals_differences_and_gives_the_product_that_backward_gives(rng):
    z, dp, layer = rng.standard_normal(5), rng.standard_normal(5), nn.Softmax()
    J = nn.softmax_jacobian(z)
    for i in range(5):
        assert distance(J[i], difference(lambda z: nn.softmax(z)[i], z)) < 1e-8
    layer.forward(z[None, :])
    np.testing.assert_allclose(layer.backward(dp[None, :])[0], J.T @ dp)
    np.testing.assert_allclose(J.sum(axis=0), 0, atol=1e-15)


def test_softmax_and_cross_entropy_on_probabilities_give_the_gradient_of_the_logits_form(rng):
    z, y, layer = rng.standard_normal((3, 4)), np.array([1, 0, 3]), nn.Softmax()
    p = layer.forward(z)
    onehot = np.eye(4)[y]
    np.testing.assert_allclose(layer.backward(-onehot / p / 3), nn.softmax_cross_entropy(z, y)[1])


def test_softmax_against_scipy(rng):
    z = 5 * rng.standard_normal((6, 4))
    np.testing.assert_allclose(nn.softmax(z), special.softmax(z, axis=1), rtol=1e-12)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=6), st.floats(-1e3, 1e3))
def test_softmax_does_not_move_under_a_shift(z, shift):
    z = np.array([z])
    np.testing.assert_allclose(nn.softmax(z + shift), nn.softmax(z), atol=1e-11)


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=6))
def test_softmax_rows_are_probabilities(z):
    p = nn.softmax(np.array([z], np.float32))
    assert p.dtype == np.float32
    assert (p >= 0).all()
    assert p.sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_rows_do_not_disturb_each_other(dtype):
    z = np.array([[1e4, 1e4 + 1], [-1e4, -1e4 + 1], [0, 1]], dtype)
    np.testing.assert_allclose(nn.softmax(z), np.tile([special.expit(-1), special.expit(1)], (3, 1)), rtol=1e-6)


@pytest.mark.parametrize("function", [nn.sigmoid, nn.softmax])
def test_functions_refuse_lists_and_integers(function):
    for z in ([1.0, 2.0], np.array([1, 2])):
        with pytest.raises(TypeError, match="^z: expected an array of floats, got"):
            function(z)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_is_exact_in_its_tails(dtype):
    z = np.array([-80, -20, 0, 20], dtype)
    np.testing.assert_allclose(nn.sigmoid(z), special.expit(z), rtol=4 * np.finfo(dtype).eps)
