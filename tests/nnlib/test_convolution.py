"""Convolution and pooling: against loops and differences, and their refusals."""

import numpy as np
import pytest

import nnlib as nn
from tests.nnlib.oracles import away_from_zero, difference, distance

# m, c_in, height, width, c_out, size, padding, stride
CASES = [
    (1, 1, 1, 1, 1, 1, 0, 1),  # the smallest
    (2, 1, 4, 5, 3, 3, 0, 1),
    (2, 3, 4, 4, 2, 3, 1, 1),
    (1, 2, 3, 5, 2, 2, 2, 1),
    (2, 2, 5, 3, 2, (5, 3), 0, 1),  # the template covers the image
    (1, 1, 1, 1, 2, 3, 1, 1),  # it fits only with padding
    (2, 2, 4, 6, 3, (1, 3), 0, 1),
    (2, 2, 7, 5, 3, 3, 0, 2),  # the stride comes out even
    (2, 1, 6, 8, 2, (2, 3), 0, 3),  # it does not: a row and two columns go unused
    (1, 2, 5, 5, 2, 2, 1, 4),  # it is longer than the template
    (2, 1, 3, 3, 1, 2, 0, 9),  # one step is one too many
]


def conv(c_in, c_out, size, padding, rng, stride=1, dtype=np.float64):
    layer = nn.Conv2D(c_in, c_out, size, padding, stride, rng=rng, dtype=dtype)
    layer.b[...] = rng.standard_normal(c_out)
    return layer


@pytest.mark.parametrize(("m", "c_in", "h", "w", "c_out", "size", "padding", "stride"), CASES)
def test_convolution(m, c_in, h, w, c_out, size, padding, stride, rng):
    layer, x = conv(c_in, c_out, size, padding, rng, stride), rng.standard_normal((m, c_in, h, w))
    z = layer.forward(x)
    padded = np.zeros((m, c_in, h + 2 * padding, w + 2 * padding))
    padded[:, :, padding : padding + h, padding : padding + w] = x
    k, l = size if isinstance(size, tuple) else (size, size)
    rows, columns = (range(0, n - s + 1, stride) for n, s in zip(padded.shape[2:], (k, l)))
    assert layer.W.shape == (c_out, c_in, k, l)
    assert z.shape == (m, c_out, len(rows), len(columns))
    for e, o, i, j in np.ndindex(z.shape):
        seen = padded[e, :, rows[i] : rows[i] + k, columns[j] : columns[j] + l]
        assert z[e, o, i, j] == pytest.approx(layer.b[o] + np.sum(layer.W[o] * seen))

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


def test_calling_twice_gives_the_gradient_of_the_last_forward(rng):
    """Other images, of another size: nothing is left of the first."""
    one, two = rng.standard_normal((1, 2, 4, 4)), rng.standard_normal((3, 2, 5, 6))
    for layer in (conv(2, 3, 3, 1, rng), nn.MaxPool2D(2), nn.AvgPool2D(2)):
        dz = rng.standard_normal(layer.forward(two).shape)
        expected = layer.backward(dz)
        layer.backward(np.ones_like(layer.forward(one)))
        layer.forward(two)
        np.testing.assert_array_equal(layer.backward(dz), expected)


def test_the_initial_weights_of_a_template_know_its_inputs(rng):
    seen = []
    nn.Conv2D(3, 4, (5, 2), init=lambda n_in, n_out, rng: seen.append((n_in, n_out)) or np.ones((n_out, n_in)), rng=rng)
    assert seen == [(30, 4)]
    W = nn.Conv2D(1, 1, 2, init=lambda *_: [[1, 2, 3, 4]], rng=rng).W
    assert W.tolist() == [[[[1, 2], [3, 4]]]]


# size, stride (None: the size), height, width
POOLS = [(1, None, 1, 1), (1, None, 3, 2), (2, None, 2, 2), (2, None, 6, 12), (3, None, 6, 12), (2, None, 5, 7)]
POOLS += [(3, 2, 7, 6), (2, 1, 4, 5), (3, 1, 3, 4), (2, 3, 7, 6), (1, 2, 4, 3)]


@pytest.mark.parametrize(("size", "stride", "h", "w"), POOLS)
@pytest.mark.parametrize(("pool", "of"), [(nn.MaxPool2D, np.max), (nn.AvgPool2D, np.mean)])
def test_pooling(pool, of, size, stride, h, w, rng):
    layer, x = pool(size, stride), away_from_zero(rng, (2, 3, h, w))
    a = layer.forward(x)
    rows, columns = (range(0, n - size + 1, stride or size) for n in (h, w))
    assert a.shape == (2, 3, len(rows), len(columns))
    for e, c, i, j in np.ndindex(a.shape):
        tile = x[e, c, rows[i] : rows[i] + size, columns[j] : columns[j] + size]
        assert a[e, c, i, j] == pytest.approx(of(tile))
    da = rng.standard_normal(a.shape)
    dx = layer.backward(da)
    assert distance(dx, difference(lambda x: np.sum(da * layer.forward(x)), x)) < 1e-8


@pytest.mark.parametrize("pool", [nn.MaxPool2D, nn.AvgPool2D])
def test_who_gets_the_output_of_a_pool_may_change_it(pool, rng):
    for size in (1, 2):
        layer, x = pool(size), rng.standard_normal((1, 1, 4, 4))
        a = layer.forward(x)
        da = np.ones_like(a)
        expected = layer.backward(da)
        a[...] = 99
        np.testing.assert_array_equal(layer.backward(da), expected)


def test_the_first_pixel_of_a_tie_gets_the_gradient():
    layer = nn.MaxPool2D(2)
    for x, first in [([[1, 1], [1, 1]], 0), ([[0, 1], [1, 1]], 1), ([[0, 0], [1, 1]], 2), ([[0, 0], [0, 1]], 3)]:
        layer.forward(np.array([[x]], float))
        assert layer.backward(np.full((1, 1, 1, 1), 5.0)).ravel().tolist() == [5 * (i == first) for i in range(4)]


def test_a_pixel_that_is_the_largest_of_two_tiles_gets_both_gradients():
    layer = nn.MaxPool2D(2, stride=1)
    layer.forward(np.array([[[[0.0, 9, 0], [0, 0, 0]]]]))
    assert layer.backward(np.array([[[[2.0, 3]]]])).tolist() == [[[[0, 5, 0], [0, 0, 0]]]]


def test_representations(rng):
    layers = nn.Conv2D(1, 2, 3, rng=rng), nn.Conv2D(1, 2, (3, 1), 1, 2, rng=rng)
    assert [repr(layer) for layer in layers] == [
        "Conv2D(1, 2, 3, padding=0, stride=1)",
        "Conv2D(1, 2, (3, 1), padding=1, stride=2)",
    ]
    pools = nn.MaxPool2D(), nn.AvgPool2D(3), nn.MaxPool2D(3, 2)
    assert [repr(pool) for pool in pools] == ["MaxPool2D(2)", "AvgPool2D(3)", "MaxPool2D(3, stride=2)"]


def test_reshape_goes_there_and_back(rng):
    layer, x = nn.Reshape(1, 4, 4), rng.standard_normal((3, 16))
    assert layer.forward(x).shape == (3, 1, 4, 4)
    np.testing.assert_array_equal(layer.backward(layer.forward(x)), x)
    with pytest.raises(ValueError, match=r"^x: expected 16 numbers per example, got shape \(3, 15\)"):
        layer.forward(x[:, :15])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_small_network_of_images_keeps_the_dtype_and_learns(dtype, rng):
    net = nn.Sequential(
        nn.Reshape(1, 8, 8), nn.Conv2D(1, 4, 3, padding=1, rng=rng), nn.BatchNorm(4), nn.ReLU(), nn.MaxPool2D(2),
        nn.Conv2D(4, 8, 3, padding=1, stride=2, rng=rng), nn.ReLU(), nn.AvgPool2D(2),
        nn.Reshape(8), nn.Linear(8, 10, rng=rng),
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
    assert losses[-1] < 0.6 < 2 < losses[0]  # 0.03 to 0.5 with twelve seeds


def test_layout_does_not_matter_and_nothing_given_is_changed(rng):
    x = rng.standard_normal((2, 3, 4, 4))
    turned = np.ascontiguousarray(np.moveaxis(x, 1, 3))
    for layer in (conv(3, 2, 3, 1, rng), nn.MaxPool2D(2), nn.AvgPool2D(2)):
        a = layer.forward(x)
        da = np.ones_like(a)
        dx = layer.backward(da)
        before = turned.copy()
        np.testing.assert_allclose(layer.forward(np.moveaxis(turned, 3, 1)), a)
        np.testing.assert_allclose(layer.backward(da), dx)
        np.testing.assert_array_equal(turned, before)
        assert (da == 1).all()


def test_refusals(rng):
    layer = conv(3, 2, (3, 2), 0, rng)
    for shape in [(2, 3), (2, 1, 5, 5), (2, 3, 2, 5), (2, 3, 5, 1), (0, 3, 5, 5)]:
        words = (
            r"^x: expected shape \(m, 3, height, width\) with a height of at least 3 and a width of at least 2, got "
        )
        with pytest.raises(ValueError, match=words):
            layer.forward(np.ones(shape))
    with pytest.raises(TypeError, match="^x: expected an array of floats"):
        layer.forward(np.ones((1, 3, 5, 5), int))
    with pytest.raises(RuntimeError, match="call forward before backward"):
        layer.backward(np.ones((1, 2, 3, 3)))
    layer.forward(np.ones((1, 3, 5, 5)))
    with pytest.raises(ValueError, match=r"^dz: expected the shape of the last output, \(1, 2, 3, 4\)"):
        layer.backward(np.ones((1, 2, 3, 1)))
    with pytest.raises(ValueError, match="at least 1 and a width of at least 1, got"):
        conv(1, 1, 3, 2, rng).forward(np.ones((1, 1, 0, 3)))


@pytest.mark.parametrize(("padding", "least"), [(0, 5), (1, 3), (2, 1), (3, 1)])
def test_an_image_and_its_padding_have_room_for_a_template(padding, least, rng):
    layer = nn.Conv2D(1, 1, 5, padding, rng=rng, dtype=np.float64)
    assert layer.forward(np.ones((1, 1, least, 5))).shape[2] == least + 2 * padding - 4
    with pytest.raises(ValueError, match=f"with a height of at least {least} and a width of at least {least}, got "):
        layer.forward(np.ones((1, 1, least - 1, 5)))


@pytest.mark.parametrize("pool", [nn.MaxPool2D, nn.AvgPool2D])
def test_refusals_of_pools(pool):
    for shape in [(1, 1, 1, 4), (1, 1, 4, 1), (1, 0, 2, 2), (0, 1, 2, 2), (4, 4)]:
        with pytest.raises(ValueError, match=r"^x: expected shape \(m, c, height, width\) with a height of at least 2"):
            pool(2).forward(np.ones(shape))
    with pytest.raises(RuntimeError, match="call forward before backward"):
        pool(2).backward(np.ones((1, 1, 1, 1)))
    layer = pool(2)
    layer.forward(np.ones((1, 1, 5, 4)))
    with pytest.raises(ValueError, match=r"^da: expected the shape of the last output, \(1, 1, 2, 2\)"):
        layer.backward(np.ones((1, 1, 2, 1)))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda rng: nn.Conv2D(1, 1, 1, padding=-1, rng=rng), "padding"),
        (lambda rng: nn.Conv2D(1, 1, 1, stride=0, rng=rng), "stride"),
        (lambda rng: nn.Conv2D(1, 1, (2, 0), rng=rng), "size"),
        (lambda rng: nn.Conv2D(1, 1, 1.5, rng=rng), "size"),
        (lambda rng: nn.Conv2D(1, 1, (3, 3, 3), rng=rng), "size"),
        (lambda rng: nn.Conv2D(0, 1, 1, rng=rng), "c_in"),
        (lambda rng: nn.Conv2D(1, 0, 1, rng=rng), "c_out"),
        (lambda rng: nn.Reshape(2, 0), "shape"),
        (lambda rng: nn.MaxPool2D(0), "size"),
        (lambda rng: nn.AvgPool2D(2, 0), "stride"),
    ],
)
def test_numbers_of_pixels_are_whole(make, name, rng):
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number"):
        make(rng)
