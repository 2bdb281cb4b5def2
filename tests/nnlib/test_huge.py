"""Finite numbers, however large, give what is right, or what is visibly infinite: never a wrong number or a warning."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import costs
from nnlib.gradcheck import relative_error
from tests.nnlib.test_inputs import LAYERS, shape

HUGE = {np.float32: 3e38, np.float64: 1.7e308}
both = pytest.mark.parametrize("dtype", HUGE)


@both
def test_softmax_of_huge_logits(dtype):
    h = HUGE[dtype]
    z = np.array([[h, -h, 0], [-h, -h, -h], [h, h, -h], [-h, 0, 1]], dtype)
    e = 1 / (1 + np.e)
    expected = [[1, 0, 0], [1 / 3] * 3, [0.5, 0.5, 0], [0, e, 1 - e]]
    for p in (nn.softmax(z), nn.Softmax().forward(z)):
        np.testing.assert_allclose(p, expected, rtol=1e-6)
    layer = nn.Softmax()
    layer.forward(z)
    assert np.isfinite(layer.backward(np.ones_like(z))).all()
    np.testing.assert_array_equal(nn.softmax_jacobian(z[0]), np.zeros((3, 3)))


@both
def test_sigmoid_and_tanh_of_huge_logits(dtype):
    h = HUGE[dtype]
    z = np.array([[-h, 0, h]], dtype)
    tiny = np.finfo(dtype).tiny
    np.testing.assert_allclose(nn.sigmoid(z), [[0, 0.5, 1]], atol=tiny)
    np.testing.assert_array_equal(nn.Tanh().forward(z), [[-1, 0, 1]])
    np.testing.assert_allclose(nn.Sigmoid().slope(z), [[0, 0.25, 0]], atol=tiny)


@both
def test_softmax_cross_entropy_of_huge_logits(dtype):
    h = HUGE[dtype]
    z = np.array([[h, -h], [h, -h], [0, h], [0, h]], dtype)
    L, dz = nn.softmax_cross_entropy(z, np.array([0, 1, 1, 0]))
    expected = (2 * float(z[0, 0]) + float(z[0, 0])) / 4
    assert pytest.approx(expected if dtype is np.float32 else np.inf) == L  # 3.4e308 is no number any more
    np.testing.assert_array_equal(dz, np.array([[0, 0], [1, -1], [0, 0], [-1, 1]]) / 4)


@both
def test_binary_cross_entropy_of_huge_logits(dtype):
    h = float(dtype(HUGE[dtype]))
    z, y = np.array([[h], [-h], [h], [-h]], dtype), np.array([[1], [0], [0], [1]])
    L, dz = nn.binary_cross_entropy_with_logits(z[1:3], y[1:3])
    assert pytest.approx(h / 2) == L
    L, dz = nn.binary_cross_entropy_with_logits(z, y)
    np.testing.assert_allclose(dz, np.array([[0], [0], [1], [-1]]) / 4, atol=np.finfo(dtype).tiny)
    many = nn.binary_cross_entropy_with_logits(np.full((1, 9), HUGE[dtype] / 2, dtype), np.zeros((1, 9)))[0]
    assert many == pytest.approx(4.5 * h) if dtype is np.float32 else many == np.inf


@both
@pytest.mark.parametrize(("loss", "factor"), [(nn.half_squared_error, 0.5), (nn.mse, 1)])
def test_squared_errors_of_huge_outputs(loss, factor, dtype):
    h = float(dtype(HUGE[dtype]))
    y_hat, y = np.array([[h], [-h], [0], [0]], dtype), np.array([[-h], [h], [0], [1]], dtype)
    L, dy_hat = loss(y_hat, y)
    assert (pytest.approx(factor * 2 * h**2) if dtype is np.float32 else np.inf) == L
    if dtype is np.float32:
        np.testing.assert_allclose(dy_hat[:, 0], [h * factor, -h * factor, 0, -factor / 2], rtol=1e-6)
    L = loss(np.full((1, 1), 1e25, np.float32), np.zeros((1, 1)))[0]
    assert pytest.approx(factor * 1e50) == L


@pytest.mark.parametrize("make", LAYERS, ids=lambda make: repr(make()))
@pytest.mark.parametrize("value", [3e38, -3e38, 1e20])
def test_layers_never_give_a_wrong_number_for_huge_inputs(make, value):
    """What float32 can hold equals what float64 gives; where it overflows, that shows."""
    layer, wide = make(), nn.Sequential(make()).astype(np.float64)
    x = np.full(shape(layer), value, np.float32)
    x[..., ::2] *= 0.5
    with np.errstate(all="ignore"):
        y, expected = layer.forward(x), wide.forward(x)
        dx, dexpected = (net.backward(np.ones_like(y), need_dx=True) for net in (layer, wide))
    for got, right in ((y, expected), (dx, dexpected)):
        finite = np.isfinite(got)
        np.testing.assert_allclose(got[finite], right[finite], rtol=1e-4, atol=1e-30)
        assert finite.all() or isinstance(layer, nn.BatchNorm) or np.abs(right[~finite]).min() > 1e38


@pytest.mark.parametrize("layer", [nn.LeakyReLU(5), nn.LeakyReLU(), nn.ELU(5), nn.ReLU(), nn.Identity(), nn.Step()])
def test_a_slope_above_one_does_not_overflow_where_it_is_not_used(layer):
    x = np.array([[3e38, 1.0]], np.float32)
    np.testing.assert_array_equal(layer.forward(x), [[1, 1]] if isinstance(layer, nn.Step) else x)


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.uint8, np.uint64, np.int64])
def test_whole_numbers_of_numpy_do_not_overflow_in_what_is_counted(kind):
    sizes, plain = tuple(kind(n) for n in (100, 120, 110, 10)), (100, 120, 110, 10)
    for cost in vars(costs).values():
        if getattr(cost, "__module__", "") == "nnlib.costs" and not cost.__name__.startswith("_"):
            pair = cost.__code__.co_varnames[:2] == ("n_in", "n_out")
            many = [(*plain[:2], *sizes[:2])] if pair else [(plain, sizes)]
            for expected, got in ((p[:2], p[2:]) if pair else ((p[0],), (p[1],)) for p in many):
                assert cost(*got) == cost(*expected)
                assert type(cost(*got)) is int


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.uint8])
@pytest.mark.parametrize("init", [nn.xavier, nn.he, nn.xavier_fan_in, nn.normal(0.1), nn.zeros])
def test_initializers_take_whole_numbers_of_numpy(init, kind):
    expected = init(100, 120, np.random.default_rng(0))
    np.testing.assert_array_equal(init(kind(100), kind(120), np.random.default_rng(0)), expected)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e30, 1e160, 1e300])
def test_relative_errors_do_not_depend_on_the_size_of_the_numbers(scale):
    a, b = np.array([3, 4]) * scale, np.array([3, 5]) * scale
    assert relative_error(a, b) == pytest.approx(1 / np.sqrt(34))
    if 1e-30 < scale < 1e37:
        assert relative_error(a.astype(np.float32), b.astype(np.float32)) == pytest.approx(1 / np.sqrt(34))


def test_relative_errors_of_small_whole_numbers_do_not_wrap():
    assert relative_error(np.uint8([1]), np.uint8([2])) == 0.5
    assert relative_error(np.int8([100]), np.int8([-100])) == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_infinitely_wrong(bad):
    for a, b in (([bad, 1], [1, 1]), ([1, 1], [bad, 1]), ([bad, 1], [bad, 1])):
        assert relative_error(a, b) == np.inf
