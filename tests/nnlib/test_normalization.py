"""Batch normalisation of rows and of channels: gradients, memory, and what a channel is."""

import numpy as np
import pytest

import nnlib as nn
from tests.nnlib.oracles import difference, distance, layouts


def batch_norm(n, rng, dtype=np.float64):
    """A BatchNorm layer with γ, β and running statistics that are not 1 and 0."""
    layer = nn.BatchNorm(n, dtype=dtype)
    layer.gamma[...], layer.beta[...] = rng.uniform(0.5, 2, n), rng.standard_normal(n)
    layer.mean[...], layer.variance[...] = rng.standard_normal(n), rng.uniform(0.5, 2, n)
    return layer


def test_batch_norm_gives_columns_of_mean_beta_and_standard_deviation_gamma(rng):
    layer = batch_norm(3, rng)
    a = layer.forward(5 + 3 * rng.standard_normal((200, 3)), train=True)
    np.testing.assert_allclose(a.mean(axis=0), layer.beta, atol=1e-12)
    np.testing.assert_allclose(a.std(axis=0), layer.gamma, rtol=1e-5)


def test_many_rows_far_from_0_have_the_mean_0_too(rng):
    x = (10_000 + rng.standard_normal((60_000, 2))).astype(np.float32)
    layer = nn.BatchNorm(2, memory=0)
    a = layer.forward(x, train=True)
    np.testing.assert_allclose(a.mean(axis=0, dtype=np.float64), 0, atol=1e-3)
    np.testing.assert_allclose(a.std(axis=0, dtype=np.float64), 1, rtol=1e-3)
    np.testing.assert_allclose(layer.mean, x.mean(axis=0, dtype=np.float64), rtol=1e-6)
    np.testing.assert_allclose(layer.variance, x.var(axis=0, ddof=1, dtype=np.float64), rtol=1e-3)


@pytest.mark.parametrize("shape", [(1, 3), (2, 3), (5, 3), (1, 3, 1, 1), (1, 3, 1, 2), (2, 3, 4, 5), (4, 1, 2, 1)])
@pytest.mark.parametrize("train", [True, False])
def test_gradients_of_batch_norm_equal_differences(shape, train, rng):
    layer, x, da = batch_norm(shape[1], rng), rng.standard_normal(shape), rng.standard_normal(shape)
    gamma, beta = layer.gamma.copy(), layer.beta.copy()
    mean, variance = layer.mean.copy(), layer.variance.copy()

    def loss(x, gamma, beta):
        layer.gamma[...], layer.beta[...] = gamma, beta
        layer.mean[...], layer.variance[...] = mean, variance
        return np.sum(da * layer.forward(x, train))

    loss(x, gamma, beta)
    dx, dgamma, dbeta = layer.backward(da), layer.dgamma.copy(), layer.dbeta.copy()
    assert distance(dx, difference(lambda x: loss(x, gamma, beta), x)) < 1e-6
    assert distance(dgamma, difference(lambda g: loss(x, g, beta), gamma)) < 1e-6
    assert distance(dbeta, difference(lambda b: loss(x, gamma, b), beta)) < 1e-6


def test_batch_norm_of_a_single_example_gives_beta():
    layer = nn.BatchNorm(3)
    layer.beta[...] = [1, 2, 3]
    assert layer.forward(np.full((1, 3), 7, np.float32), train=True).tolist() == [[1, 2, 3]]


def test_batch_norm_remembers_a_running_mean_and_an_unbiased_variance(rng):
    layer, x = nn.BatchNorm(2, memory=0.75), rng.standard_normal((5, 2)).astype(np.float32)
    layer.forward(x, train=True)
    np.testing.assert_allclose(layer.mean, 0.25 * x.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(layer.variance, 0.75 + 0.25 * x.var(axis=0, ddof=1), rtol=1e-5)
    kept = layer.mean.copy()
    layer.forward(x)
    np.testing.assert_array_equal(layer.mean, kept)


def test_a_tenth_of_every_batch_is_remembered_unless_told_otherwise():
    layer = nn.BatchNorm(1, dtype=np.float64)
    layer.forward(np.array([[1.0], [3.0]]), train=True)
    assert layer.mean == pytest.approx(0.2) and layer.variance == pytest.approx(0.9 + 0.2)


def test_the_memory_of_channels_counts_every_pixel(rng):
    """The unbiased variance of 2 · 3 pixels divides by 5; that of a single number is 0."""
    layer, x = nn.BatchNorm(2, memory=0, dtype=np.float64), rng.standard_normal((1, 2, 2, 3))
    layer.forward(x, train=True)
    np.testing.assert_allclose(layer.mean, x[0].reshape(2, 6).mean(axis=1))
    np.testing.assert_allclose(layer.variance, x[0].reshape(2, 6).var(axis=1, ddof=1))
    layer.forward(x[:, :, :1, :1], train=True)
    np.testing.assert_array_equal(layer.variance, 0)


@pytest.mark.parametrize("train", [True, False])
def test_every_pixel_is_an_example_of_its_channel(train, rng):
    """Images give what their pixels give as rows of (m h w, n), forward and backward."""
    images, rows = batch_norm(3, np.random.default_rng(0)), batch_norm(3, np.random.default_rng(0))
    x, da = rng.standard_normal((2, 2, 3, 4, 5)) * [[[[[1]], [[2]], [[3]]]]] + 1  # two batches of two images

    def as_rows(x):
        return np.moveaxis(x, 1, 3).reshape(-1, 3)

    np.testing.assert_allclose(as_rows(images.forward(x, train)), rows.forward(as_rows(x), train), atol=1e-12)
    np.testing.assert_allclose(as_rows(images.backward(da)), rows.backward(as_rows(da)), atol=1e-12)
    for name in ("dgamma", "dbeta", "mean", "variance"):
        np.testing.assert_allclose(getattr(images, name), getattr(rows, name), atol=1e-12)


def test_batch_norm_does_not_mind_scale_and_shift_of_its_input(rng):
    layer, x = batch_norm(3, rng), rng.standard_normal((8, 3))
    a, b = layer.forward(x, train=True), layer.forward(100 * x - 7, train=True)
    np.testing.assert_allclose(a, b, atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4, 4)])
def test_batch_norm_keeps_the_dtype(dtype, train, shape, rng):
    layer = batch_norm(3, rng, dtype)
    a = layer.forward(rng.standard_normal(shape).astype(dtype), train)
    dx = layer.backward(a)
    arrays = a, dx, layer.gamma, layer.dgamma, layer.dbeta, layer.mean, layer.variance
    assert {x.dtype for x in arrays} == {np.dtype(dtype)}


def test_astype_takes_the_statistics_along(rng):
    net = nn.Sequential(nn.BatchNorm(2))
    net.forward(rng.standard_normal((5, 2)).astype(np.float32), train=True)
    other = net.astype(np.float64)
    assert other.layers[0].mean.dtype == np.float64
    np.testing.assert_array_equal(other.layers[0].mean, net.layers[0].mean)


def test_batch_norm_refusals(rng):
    with pytest.raises(ValueError, match=r"^x: expected shape \(m, 3\)"):
        nn.BatchNorm(3).forward(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"^x: expected shape \(m, 3, height, width\), got \(2, 2, 3, 3\)"):
        nn.BatchNorm(3).forward(np.ones((2, 2, 3, 3)))
    with pytest.raises(ValueError, match=r"^x: expected shape \(m, 3\) .*, got \(2, 3, 4\)"):
        nn.BatchNorm(3).forward(np.ones((2, 3, 4)))
    layer = nn.BatchNorm(3)
    layer.forward(np.ones((2, 3, 4, 4)))
    with pytest.raises(ValueError, match=r"^da: expected the shape of the last output, \(2, 3, 4, 4\)"):
        layer.backward(np.ones((2, 3, 4, 1)))
    with pytest.raises(RuntimeError, match="call forward before backward"):
        nn.BatchNorm(3).backward(np.ones((2, 3)))
    with pytest.raises(ValueError, match="^n: expected a whole number"):
        nn.BatchNorm(0)


@pytest.mark.parametrize("train", [True, False])
def test_layout_and_given_arrays_of_batch_norm(train, rng):
    x, da = rng.standard_normal((6, 3)), rng.standard_normal((6, 3))
    layer = batch_norm(3, np.random.default_rng(0))
    expected = layer.forward(x, train), layer.backward(da)
    for x_, da_ in zip(layouts(x), layouts(da)):
        before, layer = (x_.copy(), da_.copy()), batch_norm(3, np.random.default_rng(0))
        np.testing.assert_allclose(layer.forward(x_, train), expected[0], rtol=1e-12)
        np.testing.assert_allclose(layer.backward(da_), expected[1], rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(x_, before[0])
        np.testing.assert_array_equal(da_, before[1])
