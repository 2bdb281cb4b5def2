"""Assigning to what is learned copies it into θ: for every array of every layer, in a network and on its own."""

import copy

import numpy as np
import pytest

import nnlib as nn
from tests.nnlib.oracles import difference, distance


class Scale(nn.Layer):
    """y = s x with a learned number s for each column: a layer of the reader's own, which assigns its gradient."""

    parameters = ("s",)
    statistics = ("seen",)

    def __init__(self, n):
        self.s, self.seen = np.ones(n, np.float32), np.zeros(1, np.float32)

    def forward(self, x, train=False):
        self.x = x
        self.seen = self.seen + len(x)
        return x * self.s

    def backward(self, dy, need_dx=True):
        self.ds = (dy * self.x).sum(axis=0)
        return dy * self.s


def layers():
    rng = np.random.default_rng(0)
    linear = nn.Linear(4, 3, rng=rng), nn.Linear(3, 3, rng=rng)
    return [*linear, nn.BatchNorm(3), Scale(3), nn.Residual(nn.Linear(3, 6, rng=rng), nn.Maxout(2)), nn.Softmax()]


def convolutions():
    rng = np.random.default_rng(0)
    return [nn.Conv2D(1, 2, 2, rng=rng), nn.MaxPool2D(), nn.Reshape(2), nn.Linear(2, 2, rng=rng)]


NETS = [lambda: nn.Sequential(*layers()), lambda: nn.Sequential(*convolutions()), lambda: nn.Sequential(*layers())[1:]]
each_net = pytest.mark.parametrize("make", NETS, ids=["dense", "convolution", "part"])
ARRAYS = [
    (i, j, name)
    for i, make in enumerate(NETS)
    for j, (_, leaf) in enumerate(make().leaves())
    for name in (*leaf.parameters, *("d" + name for name in leaf.parameters), *leaf.statistics)
]
each_array = pytest.mark.parametrize(("i", "j", "name"), ARRAYS)


def leaf_and_array(i, j, name):
    net = NETS[i]()
    leaf = net.leaves()[j][1]
    return net, leaf, getattr(leaf, name)


@each_array
def test_assigning_to_an_array_of_a_layer_copies_into_place(i, j, name):
    net, leaf, array = leaf_and_array(i, j, name)
    values = np.random.default_rng(1).standard_normal(array.shape)
    setattr(leaf, name, values)
    assert getattr(leaf, name) is array
    np.testing.assert_array_equal(array, values.astype(np.float32))
    if name not in leaf.statistics:
        vector = net.grad if name.startswith("d") else net.theta
        assert np.shares_memory(array, vector)
        assert set(array.ravel()) <= set(vector)
    kept = array.copy()
    values[...] = 99
    np.testing.assert_array_equal(array, kept)
    setattr(leaf, name, kept.tolist())  # lists will do, and whole numbers
    np.testing.assert_array_equal(array, kept)
    setattr(leaf, name, np.ones(array.shape, int))
    assert (array == 1).all()


@each_array
def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(i, j, name):
    _, leaf, array = leaf_and_array(i, j, name)
    before, shape = array.copy(), array.shape
    for wrong in (np.ones((*shape, 1)), np.ones((shape[0] + 1, *shape[1:])), np.ones((1, *shape)), np.float32(0), 0.5):
        with pytest.raises(ValueError, match=rf"^{name}: expected shape \({shape[0]},.*, got "):
            setattr(leaf, name, wrong)
    for wrong in (None, np.ones(shape, complex), np.ones(shape, bool), np.full(shape, "a"), "abc", {}):
        with pytest.raises(TypeError, match=f"^{name}: expected real numbers, got "):
            setattr(leaf, name, wrong)
    assert getattr(leaf, name) is array
    np.testing.assert_array_equal(array, before)


def test_lists_of_different_lengths_are_refused_by_name():
    with pytest.raises(ValueError, match="^W: expected lists of one length, got list"):
        nn.Linear(2, 2, rng=np.random.default_rng(0)).W = [[1, 2], [3]]


def test_one_number_for_all_is_told_how():
    with pytest.raises(ValueError, match=r"^b: .* One number for all of it: b\[...\] = 0$"):
        nn.Linear(2, 2, rng=np.random.default_rng(0)).b = 0


@each_net
def test_assigning_to_theta_and_grad_copies_into_the_layers(make):
    net, rng = make(), np.random.default_rng(1)
    for name, vector in (("theta", net.theta), ("grad", net.grad)):
        values = rng.standard_normal(vector.size).astype(np.float32)
        setattr(net, name, values)
        expected = values.copy()
        values[...] = 99
        prefix = "d" if name == "grad" else ""
        pieces = [getattr(leaf, prefix + key).ravel("K") for _, leaf in net.leaves() for key in leaf.parameters]
        np.testing.assert_array_equal(np.concatenate(pieces), expected)
        for wrong in (values[:-1], values[None], 0.0, np.append(values, 1)):
            with pytest.raises(ValueError, match=rf"^{name}: expected shape \({vector.size},\), got "):
                setattr(net, name, wrong)
        with pytest.raises(TypeError, match=f"^{name}: expected real numbers, got complex"):
            setattr(net, name, values + 1j)
        np.testing.assert_array_equal(getattr(net, name), expected)


@each_net
def test_a_gradient_that_was_clipped_by_assigning_is_what_the_optimizer_takes(make):
    net = make()
    x = np.random.default_rng(1).standard_normal((5, 1, 3, 3) if "Conv" in repr(net) else (5, net[0].W.shape[1]))
    opt = nn.SGD(net, 0.1)
    for _ in range(2):  # the second gradient is not that of the first step
        y = net.forward(x)
        net.backward(np.full_like(y, 1e3) * np.arange(y.shape[1]))
        net.grad = np.clip(net.grad, -1, 1)
        before, gradient = net.theta.copy(), np.concatenate([g.ravel("K") for g in gradients(net)])
        assert np.abs(gradient).max() == 1
        opt.step()
        np.testing.assert_allclose(net.theta, before - 0.1 * gradient, rtol=1e-6)


def gradients(net):
    return [getattr(leaf, "d" + name) for _, leaf in net.leaves() for name in leaf.parameters]


def test_assigned_weights_are_trained():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(2, 2, rng=rng))
    net[0].W, net[0].b = [[1, 2], [3, 4]], [5, 6]
    assert net.theta.tolist() == [1, 3, 2, 4, 5, 6]
    net.grad = np.ones(6)
    nn.SGD(net, 1.0).step()
    assert net[0].W.tolist() == [[0, 1], [2, 3]]


def test_in_place_operators_still_work():
    layer = nn.Linear(2, 3, rng=np.random.default_rng(0))
    array, expected = layer.W, 2 * layer.W - 1
    layer.W *= 2
    layer.W -= 1
    assert layer.W is array
    np.testing.assert_array_equal(array, expected)
    net = nn.Sequential(layer)
    net.theta += 1
    net.grad += 3
    assert (expected + 1 == layer.W).all() and (layer.dW == 3).all()


def test_a_square_matrix_may_be_assigned_its_own_transpose():
    layer = nn.Linear(3, 3, rng=np.random.default_rng(0))
    expected = layer.W.T.copy()
    layer.W = layer.W.T
    np.testing.assert_array_equal(layer.W, expected)


def test_a_layer_of_the_readers_own_may_assign_its_gradient_and_statistics():
    net = nn.Sequential(Scale(3), nn.Linear(3, 2, rng=np.random.default_rng(0))).astype(np.float64)
    scale, x, dy = net[0], np.random.default_rng(1).standard_normal((4, 3)), np.ones((4, 2))
    net.forward(x)
    net.backward(dy)

    def loss(s):
        return np.sum((x * s) @ net[1].W.T + net[1].b)

    assert distance(net.grad[:3], difference(loss, scale.s)) < 1e-8
    assert np.shares_memory(scale.ds, net.grad)
    assert scale.seen.tolist() == [4]


def test_parameters_must_be_arrays_of_floats():
    for wrong in (np.ones(2, int), 0.25, None):
        scale = Scale(2)
        vars(scale)["s"] = wrong
        with pytest.raises(TypeError, match=r"^s of Scale\(\): expected an array of floats, got "):
            nn.Sequential(scale)


class Several(nn.Layer):
    """y = x + s₀ + … + sₖ₋₁: as many parameters as are asked for."""

    def __init__(self, k):
        self.parameters = [f"s{i}" for i in range(k)]
        for name in self.parameters:
            setattr(self, name, np.zeros(2, np.float32))

    def forward(self, x, train=False):
        return x + sum(getattr(self, name) for name in self.parameters)

    def backward(self, dy, need_dx=True):
        for name in self.parameters:
            setattr(self, "d" + name, dy.sum(axis=0))
        return dy


def test_a_layer_may_say_what_it_learns_when_it_is_made():
    net = nn.Sequential(Several(2))
    net.backward(np.ones((3, 2), np.float32))
    assert net.grad.tolist() == [3] * 4
    net[0].s1 = [5, 6]
    assert net.theta.tolist() == [0, 0, 5, 6]
    assert [array.tolist() for array in net.state().values()] == [[0, 0], [5, 6]]


class Delta(nn.Layer):
    """A parameter whose name begins with a d."""

    parameters = ("delta", "rate")

    def __init__(self):
        self.delta, self.rate = np.zeros(1, np.float32), np.zeros(2, np.float32)


def test_names_that_begin_with_d_are_no_trap():
    net = nn.Sequential(Delta())
    net[0].delta, net[0].rate, net[0].ddelta, net[0].delta = [1], [2, 3], [4], [5]
    assert net.theta.tolist() == [5, 2, 3] and net.grad.tolist()[0] == 4


def test_what_is_kept_for_backward_and_other_attributes_are_not_touched():
    layer = Scale(2)
    layer.note, layer.x = "mine", np.ones(3)
    layer.note, layer.x = np.zeros(2), np.ones((4, 4))
    assert layer.note.shape == (2,) and layer.x.shape == (4, 4)
    layer._s, layer.xs = np.ones(3), np.ones(3)  # only the names of a parameter and of its gradient are taken
    layer._s, layer.xs = np.ones(4), np.ones(4)
    assert layer._s.shape == layer.xs.shape == (4,)


def test_layers_cannot_be_exchanged_without_theta():
    net = nn.Sequential(*layers())
    with pytest.raises(AttributeError):
        net.layers = net.layers[:2]
    with pytest.raises(TypeError):
        net.layers[0] = nn.ReLU()
    with pytest.raises(TypeError):
        net[0] = nn.ReLU()


def test_a_copied_layer_has_arrays_of_its_own():
    layer = nn.Linear(2, 2, rng=np.random.default_rng(0))
    nn.Sequential(layer)
    for other in (copy.copy(layer), copy.deepcopy(layer)):
        assert not np.shares_memory(other.W, layer.W)
        assert not other.in_network and layer.in_network
        nn.Sequential(other)
