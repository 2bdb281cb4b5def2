"""What every layer does with its input: refuses what it can't use, changes nothing, keeps nothing by reference."""

import numpy as np
import pytest

import nnlib as nn


def rng():
    return np.random.default_rng(0)


LAYERS = [
    lambda: nn.Linear(4, 2, rng=rng()),
    lambda: nn.Dropout(0.5, rng()),
    lambda: nn.ClassicDropout(0.5, rng()),
    lambda: nn.BatchNorm(4),
    *(nn.Identity, nn.Step, nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Softmax, nn.Maxout),
    lambda: nn.Reshape(2, 2),
    lambda: nn.Sequential(nn.Linear(4, 3, rng=rng()), nn.ReLU()),
    lambda: nn.Sequential(nn.Tanh(), nn.Linear(4, 3, rng=rng())),
    lambda: nn.Residual(nn.Linear(4, 4, rng=rng())),
    lambda: nn.Conv2D(1, 2, 2, rng=rng()),
    lambda: nn.MaxPool2D(2),
    lambda: nn.AvgPool2D(2),
]
each = pytest.mark.parametrize("make", LAYERS, ids=lambda make: repr(make()))


def shape(layer, m=3):
    """The shape of a batch of m for the layer."""
    return (m, 1, 4, 4) if isinstance(layer, nn.Conv2D | nn.MaxPool2D | nn.AvgPool2D) else (m, 4)


@each
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinite_input_is_refused(make, bad):
    layer = make()
    x = np.ones(shape(layer), np.float32)
    x[1, ..., 0] = bad
    n = np.count_nonzero(~np.isfinite(x))
    with pytest.raises(
        ValueError, match=rf"^[xz]: expected finite numbers, but {n} of {x.size} entries are NaN or inf"
    ):
        layer.forward(x, train=True)


@each
def test_the_largest_finite_numbers_are_finite(make):
    """Their squares, which are looked at first, are not."""
    layer = make()
    layer.need_input("x", np.full(shape(layer), 3e38, np.float32))


@each
def test_an_empty_batch_is_refused(make):
    layer = make()
    with pytest.raises(ValueError, match=r"^[xz]: expected .* got .*\(0, "):
        layer.forward(np.ones(shape(layer, m=0)))


@each
@pytest.mark.parametrize("convert", [lambda x: x.astype(int), lambda x: x > 0, lambda x: x.tolist(), lambda x: None])
def test_what_is_not_an_array_of_floats_is_refused(make, convert):
    layer = make()
    with pytest.raises(TypeError, match="^[xz]: expected an array of floats, got "):
        layer.forward(convert(np.ones(shape(layer))))


@each
def test_backward_before_forward_is_refused(make):
    layer = make()
    with pytest.raises(RuntimeError, match=r"^\w+\(.*\): call forward before backward"):
        layer.backward(np.ones(shape(layer)))


@each
@pytest.mark.parametrize(
    "convert", [lambda dy: dy.astype(int), lambda dy: dy.tolist(), lambda dy: dy[:1], lambda _: 1.0]
)
def test_gradients_of_another_kind_or_shape_are_refused(make, convert):
    layer = make()
    dy = np.ones_like(layer.forward(np.ones(shape(layer))))
    with pytest.raises((TypeError, ValueError), match="^d[apyz]: expected (an array of floats|the shape of the last)"):
        layer.backward(convert(dy))


@each
@pytest.mark.parametrize("train", [True, False])
def test_who_gave_x_may_change_it_before_backward(make, train):
    results = []
    for change in (False, True):
        layer = make()
        x = np.random.default_rng(1).standard_normal(shape(layer))
        y = layer.forward(x, train)
        if change:
            x[...] = 99
        dx = layer.backward(np.ones_like(y), need_dx=True)
        results.append([dx, *(getattr(leaf, "d" + name) for _, leaf in layer.leaves() for name in leaf.parameters)])
    for left_alone, changed in zip(*results, strict=True):
        np.testing.assert_array_equal(left_alone, changed)


@each
@pytest.mark.parametrize("train", [True, False])
def test_who_gets_y_may_change_it_before_backward(make, train):
    results = []
    for change in (False, True):
        layer = make()
        y = layer.forward(np.random.default_rng(1).standard_normal(shape(layer)), train)
        dy = np.ones_like(y)
        if change:
            y[...] = 99
        dx = layer.backward(dy, need_dx=True)
        results.append([dx, *(getattr(leaf, "d" + name) for _, leaf in layer.leaves() for name in leaf.parameters)])
    for left_alone, changed in zip(*results, strict=True):
        np.testing.assert_array_equal(left_alone, changed)


@each
def test_what_comes_out_is_not_what_went_in(make):
    layer = make()
    x = np.ones(shape(layer))
    y = layer.forward(x)
    assert not np.shares_memory(x, y)


class Hoard(nn.Layer):
    """y = x: a layer of the reader's own, which keeps what it gets and hands out what it keeps."""

    def forward(self, x, train=False):
        self.x = x
        return x

    def backward(self, dy, need_dx=True):
        return dy * self.x


def test_a_network_protects_layers_that_keep_what_they_are_given_and_hand_out_what_they_keep():
    net, x = nn.Sequential(Hoard()), np.full((1, 2), 3.0)
    y = net.forward(x)
    y[...], x[...] = 8, 9
    assert (net.backward(np.ones((1, 2)), need_dx=True) == 3).all()


def test_layers_of_a_network_compute_with_what_the_network_has_checked():
    """A network that has diverged gives NaN, as its loss does: it is not the input's fault."""
    net = nn.Sequential(nn.Linear(2, 3, rng=rng()), nn.Residual(nn.Linear(3, 3, rng=rng())), nn.Linear(3, 2, rng=rng()))
    net.theta = np.full_like(net.theta, np.nan)
    assert np.isnan(net.forward(np.ones((1, 2), np.float32))).all()


@pytest.mark.parametrize(
    "loss", [nn.half_squared_error, nn.mse, nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits]
)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_targets_must_be_finite(loss, bad):
    with pytest.raises(ValueError, match="^y: expected finite numbers, but 1 of 2 entries are NaN or infinite"):
        loss(np.full((2, 1), 0.5), np.array([[1.0], [bad]]))


@pytest.mark.parametrize("y", [[0, 2], [-1, 1]])
@pytest.mark.parametrize("loss", [nn.softmax_cross_entropy, nn.cross_entropy])
def test_labels_out_of_range_are_refused(loss, y):
    with pytest.raises(ValueError, match=r"^y: labels must lie in 0 … 1 \(one per column\), got "):
        loss(np.full((2, 2), 0.5), np.array(y))
