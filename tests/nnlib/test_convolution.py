"""Convolution and pooling: against loops and differences, and their refusals."""

import numpy as np
import pytest

import nnlib as nn
from tests.nnlib.oracles import away_from_zero, difference, distance

# m, c_in, height, width, c_out, size, padding
CASES = [(1, 1, 1, 1, 1, 1, 0), (2, 1, 4, 5, 3, 3, 0), (2, 3, 4, 4, 2, 3, 1), (1, 2, 3, 5, 2, 2, 2)]


def conv(c_in, c_out, size, padding, rng, dtype=np.float64):
    layer = nn.Conv2D(c_in, c_out, size, padding, rng=rng, dtype=dtype)
    layer.b[...] = rng.standard_normal(c_out)
    return layer


@pytest.mark.parametrize(("m", "c_in", "h", "w", "c_out", "size", "padding"), CASES)
def test_convolution(m, c_in, h, w, c_out, size, padding, rng):
    layer, x = conv(c_in, c_out, size, padding, rng), rng.standard_normal((m, c_in, h, w))
    z = layer.forward(x)
    padded = np.zeros((m, c_in, h + 2 * padding, w + 2 * padding))
    padded[:, :, padding : padding + h, padding : padding + w] = x
    assert z.shape == (m, c_out, h + 2 * padding - size + 1, w + 2 * padding - size + 1)
    for e, o, i, j in np.ndindex(z.shape):
        expected = layer.b[o] + np.sum(layer.W[o] * padded[e, :, i : i + size, j : j + size])
        assert z[e, o, i, j] == pytest.approx(expected)

    dz = rng.standard_normal(z.shape)
    dx = layer.backward(dz)
    dW, db = layer.dW.copy(), layer.db.copy()
    assert distance(dx, difference(lambda x: np.sum(dz * layer.forward(x)), x)) < 1e-8
    for name, got in (("W", dW), ("b", db)):
        start = getattr(layer, name).copy()

        def loss(value, name=name):
            getattr(layer, name)[...] = value
            return np.sum(dz * layer.forward(x))

        assert distance(got, difference(loss, start)) < 1e-8
        getattr(layer, name)[...] = start
    assert layer.backward(dz, need_dx=False) is None


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pooling(size, rng):
    layer, x = nn.MaxPool2D(size), away_from_zero(rng, (2, 3, 6, 12))
    a = layer.forward(x)
    assert a.shape == (2, 3, 6 // size, 12 // size)
    for e, c, i, j in np.ndindex(a.shape):
        assert a[e, c, i, j] == x[e, c, i * size : (i + 1) * size, j * size : (j + 1) * size].max()
    da = rng.standard_normal(a.shape)
    dx = layer.backward(da)
    assert distance(dx, difference(lambda x: np.sum(da * layer.forward(x)), x)) < 1e-8


def test_the_first_pixel_of_a_tie_gets_the_gradient():
    layer = nn.MaxPool2D(2)
    layer.forward(np.ones((1, 1, 2, 2)))
    assert layer.backward(np.ones((1, 1, 1, 1))).tolist() == [[[[1, 0], [0, 0]]]]


def test_reshape_goes_there_and_back(rng):
    layer, x = nn.Reshape(1, 4, 4), rng.standard_normal((3, 16))
    assert layer.forward(x).shape == (3, 1, 4, 4)
    np.testing.assert_array_equal(layer.backward(layer.forward(x)), x)
    with pytest.raises(ValueError, match=r"^x: expected 16 numbers per example, got shape \(3, 15\)"):
        layer.forward(x[:, :15])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_small_network_of_images_keeps_the_dtype_and_learns(dtype, rng):
    net = nn.Sequential(
        nn.Reshape(1, 8, 8), nn.Conv2D(1, 4, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2D(2),
        nn.Reshape(64), nn.Linear(64, 10, rng=rng),
    ).astype(dtype)  # fmt: skip
    train, _ = nn.data.digits()
    x, y, opt = train.x[:64].astype(dtype), train.y[:64], nn.Momentum(net, 0.1)
    losses = []
    for _ in range(60):
        L, dz = nn.softmax_cross_entropy(net.forward(x, train=True), y)
        dx = net.backward(dz, need_dx=True)
        opt.step()
        losses.append(L)
    assert dx.dtype == dz.dtype == net.theta.dtype == dtype
    assert dx.shape == x.shape
    assert losses[-1] < 0.05 < 2 < losses[0]


def test_layout_does_not_matter_and_nothing_given_is_changed(rng):
    x = rng.standard_normal((2, 3, 4, 4))
    turned = np.ascontiguousarray(np.moveaxis(x, 1, 3))
    for layer in (conv(3, 2, 3, 1, rng), nn.MaxPool2D(2)):
        a = layer.forward(x)
        da = np.ones_like(a)
        dx = layer.backward(da)
        before = turned.copy()
        np.testing.assert_allclose(layer.forward(np.moveaxis(turned, 3, 1)), a)
        np.testing.assert_allclose(layer.backward(da), dx)
        np.testing.assert_array_equal(turned, before)
        assert (da == 1).all()


def test_refusals(rng):
    layer = conv(3, 2, 3, 0, rng)
    for shape in [(2, 3), (2, 1, 5, 5), (2, 3, 2, 5), (0, 3, 5, 5)]:
        with pytest.raises(ValueError, match=r"^x: expected shape \(m, 3, height, width\) .* at least 3, got "):
            layer.forward(np.ones(shape))
    with pytest.raises(TypeError, match="^x: expected an array of floats"):
        layer.forward(np.ones((1, 3, 5, 5), int))
    with pytest.raises(RuntimeError, match="call forward before backward"):
        layer.backward(np.ones((1, 2, 3, 3)))
    layer.forward(np.ones((1, 3, 5, 5)))
    with pytest.raises(ValueError, match=r"^dz: expected the shape of the last output, \(1, 2, 3, 3\)"):
        layer.backward(np.ones((1, 2, 3, 1)))
    with pytest.raises(ValueError, match=r"^x: expected \(m, c, height, width\), both multiples of 2, got \("):
        nn.MaxPool2D(2).forward(np.ones((1, 1, 3, 4)))
    with pytest.raises(ValueError, match="^padding: expected a whole number"):
        nn.Conv2D(1, 1, 1, padding=-1, rng=rng)
