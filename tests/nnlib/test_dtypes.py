"""Numbers keep their dtype: in every layer, in networks of either, and float64 data do not widen a float32 network."""

import numpy as np
import pytest

import nnlib as nn
from tests.nnlib.test_inputs import LAYERS, shape

FLOATS = [np.float32, np.float64]
each = pytest.mark.parametrize("make", LAYERS, ids=lambda make: repr(make()))


def arrays(net):
    """All arrays that a network has learned, measured or kept."""
    for _, leaf in net.leaves():
        for name, value in vars(leaf).items():
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                yield name, value


def network(make, dtype):
    """The layer in a network that has parameters of this dtype in front of it."""
    layer = make()
    front = nn.BatchNorm(1) if len(shape(layer)) == 4 else nn.BatchNorm(4)
    return nn.Sequential(front, layer).astype(dtype)


@each
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("train", [True, False])
def test_what_goes_in_as_one_dtype_comes_out_as_the_same(make, dtype, train):
    net = nn.Sequential(make()).astype(dtype)
    for layer in (net, net[0]):
        x = np.random.default_rng(0).standard_normal(shape(net[0])).astype(dtype)
        y = layer.forward(x, train)
        dx = layer.backward(y, need_dx=True)
        assert {y.dtype, dx.dtype, *(array.dtype for _, array in arrays(net))} == {np.dtype(dtype)}


@each
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(("data", "dtype"), [(np.float64, np.float32), (np.float32, np.float64), ("f2", np.float32)])
def test_a_network_takes_data_in_the_dtype_of_its_parameters(make, train, data, dtype):
    net, other = network(make, dtype), network(make, dtype)
    x = np.random.default_rng(0).standard_normal(shape(net[1])).astype(data)
    before = x.copy()
    y = net.forward(x, train)
    expected = other.forward(x.astype(dtype), train)
    assert y.dtype == net.predict(x).dtype == net.theta.dtype == dtype
    np.testing.assert_array_equal(y, expected)
    dx = net.backward(np.ones(y.shape, data), need_dx=True)
    np.testing.assert_array_equal(dx, other.backward(np.ones(y.shape, dtype), need_dx=True))
    assert dx.dtype == net.grad.dtype == dtype
    assert {array.dtype for _, array in arrays(net)} == {np.dtype(dtype)}
    np.testing.assert_array_equal(x, before)


@each
def test_a_residual_block_of_its_own_takes_data_in_its_dtype_too(make):
    if len(shape(make())) == 4:
        return
    net = nn.Residual(nn.Linear(4, 4, rng=np.random.default_rng(0)))
    y = net.forward(np.ones((2, 4)))
    assert y.dtype == net.backward(np.ones((2, 4))).dtype == np.float32


def test_a_network_that_learns_nothing_leaves_the_dtype_alone():
    net = nn.Sequential(nn.Tanh(), nn.Softmax())
    for dtype in FLOATS:
        assert net.forward(np.ones((2, 3), dtype)).dtype == dtype
        assert net.backward(np.ones((2, 3), dtype), need_dx=True).dtype == dtype


def test_float64_data_train_a_float32_network_as_float32_data_do():
    results = []
    for dtype in FLOATS:
        rng = np.random.default_rng(0)
        net = nn.Sequential(nn.Linear(4, 5, rng=rng), nn.ReLU(), nn.Linear(5, 3, rng=rng))
        x, y = rng.standard_normal((30, 4)).astype(np.float32), rng.integers(0, 3, 30)
        nn.fit(net, LOSS, nn.Adam(net), (x.astype(dtype), y), epochs=3, batch_size=10, rng=rng, progress=False)
        results.append(net.theta)
    assert results[1].dtype == np.float32
    np.testing.assert_array_equal(*results)


LOSS = nn.softmax_cross_entropy


def test_what_is_too_large_for_the_dtype_of_the_network_is_refused_without_a_warning():
    net = nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0)))
    for call in (net.forward, net.predict, net.shapes):
        with pytest.raises(ValueError, match="^x: expected finite numbers, but 1 of 2 entries are NaN or infinite"):
            call(np.array([[1, 1e39]]))


LOSSES = [nn.half_squared_error, nn.mse, nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits]


@pytest.mark.parametrize("loss", [*LOSSES, nn.cross_entropy, LOSS])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("y_dtype", [np.float64, np.float32, np.int64, bool])
def test_losses_give_a_python_float_and_a_gradient_in_the_dtype_of_the_outputs(loss, dtype, y_dtype):
    output = np.full((3, 2), 0.5, dtype)
    y = np.ones((3, 2), y_dtype) if loss in LOSSES else np.array([0, 1, 1])
    L, dz = loss(output, y)
    assert type(L) is float and dz.dtype == dtype and dz.shape == output.shape
