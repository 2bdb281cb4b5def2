"""Parts of a network are views, layers belong to one network, and copies of all of them are independent."""

import copy
import pickle

import numpy as np
import pytest

import nnlib as nn
from nnlib.network import Part


class Classifier(nn.Sequential):
    """A network that is made from sizes, as readers write it, with a name and a layer under a name of its own."""

    def __init__(self, n_in, n_hidden, n_out, rng, name="mine"):
        self.hidden = nn.Linear(n_in, n_hidden, rng=rng)
        self.name = name
        super().__init__(self.hidden, nn.BatchNorm(n_hidden), nn.Tanh(), nn.Linear(n_hidden, n_out, rng=rng))


def classifier(seed=0):
    return Classifier(4, 5, 3, np.random.default_rng(seed))


def plain(seed=0):
    rng = np.random.default_rng(seed)
    block = nn.Residual(nn.Linear(5, 5, rng=rng), nn.ReLU())
    return nn.Sequential(nn.Linear(4, 5, rng=rng), nn.Tanh(), block, nn.Linear(5, 3, rng=rng))


def nested(seed=0):
    return nn.Sequential(classifier(seed), nn.Softmax())


MAKE = [plain, classifier, nested, lambda: plain()[1:], lambda: plain()[1:][:-1]]
each = pytest.mark.parametrize("make", MAKE, ids=["plain", "subclass", "nested", "part", "part of a part"])
DUPLICATE = [copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net)), lambda net: net.astype(np.float64)]
duplicates = pytest.mark.parametrize("duplicate", DUPLICATE, ids=["copy", "deepcopy", "pickle", "astype"])


def inputs(net, m=6):
    first = next(iter(net.named_parameters().values()))
    return np.random.default_rng(1).standard_normal((m, first.shape[1])).astype(np.float32)


def assert_views(net):
    """All arrays of the layers are pieces of θ and grad, in order."""
    leaves = [(leaf, name) for _, leaf in net.leaves() for name in leaf.parameters]
    for vector, prefix in ((net.theta, ""), (net.grad, "d")):
        arrays = [getattr(leaf, prefix + name) for leaf, name in leaves]
        vector[...] = np.arange(vector.size)
        np.testing.assert_array_equal(np.concatenate([a.ravel("F") for a in arrays]), vector)
        assert all(np.shares_memory(a, vector) for a in arrays)


@each
@duplicates
def test_copies_compute_the_same_are_independent_and_keep_their_views(make, duplicate):
    net = make()
    x = inputs(net)
    net.backward(np.ones_like(net.forward(x, train=True)))
    grad, expected, state = net.grad.copy(), net.predict(x), net.state()
    other = duplicate(net)
    np.testing.assert_allclose(other.predict(x), expected, rtol=1e-5)
    np.testing.assert_allclose(other.grad, grad, rtol=1e-6)
    assert list(other.state()) == list(state)
    assert_views(other)
    other.forward(100 + x, train=True)
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, state[name])
    np.testing.assert_array_equal(net.grad, grad)


@duplicates
def test_a_copy_of_a_subclass_is_of_that_class_with_all_that_it_has(duplicate):
    net = classifier()
    other = duplicate(net)
    assert type(other) is Classifier and other.name == "mine"
    assert other.hidden is other.layers[0] is not net.hidden
    other.hidden.b = np.ones(5)
    assert (other.theta[20:25] == 1).all() and not net.hidden.b.any()


@duplicates
def test_a_copy_can_be_trained(duplicate):
    other = duplicate(classifier())
    x, y = inputs(other), np.arange(6) % 3
    opt, losses = nn.SGD(other, 0.5), []
    for _ in range(60):
        L, dz = nn.softmax_cross_entropy(other.forward(x, train=True), y)
        other.backward(dz)
        opt.step()
        losses.append(L)
    assert losses[-1] < 0.2 * losses[0]


def test_an_optimizer_copied_with_its_network_trains_the_copy():
    net = classifier()
    other, opt = copy.deepcopy((net, nn.SGD(net, 1.0)))
    before, start = net.theta.copy(), other.theta.copy()
    other.grad[...] = 1
    opt.step()
    np.testing.assert_array_equal(net.theta, before)
    np.testing.assert_allclose(other.theta, start - 1, rtol=1e-6)


@each
def test_gradient_checks_work_for_all_of_them(make):
    net = make()
    x = inputs(net)
    y = np.zeros((6, net.predict(x).shape[1]))
    errors = nn.gradcheck.check_network(net, nn.half_squared_error, x, y, train=True)
    assert len(errors) == len(net.named_parameters()) and max(errors.values()) < 1e-5
    assert nn.gradcheck.check_direction(net, nn.mse, x, y, np.random.default_rng(0), train=True) < 1e-5


def test_a_pickle_holds_parameters_and_gradients_once():
    net = nn.Sequential(nn.Linear(100, 100, rng=np.random.default_rng(0)))
    assert len(pickle.dumps(net)) < 2.5 * net.theta.nbytes


# ---- parts


def test_an_index_gives_the_layer():
    net = plain()
    assert [net[i] for i in range(4)] == list(net.layers) == list(net)
    assert net[-1] is net.layers[3]
    with pytest.raises(IndexError):
        net[4]


@pytest.mark.parametrize("index", [slice(2), slice(1, None), slice(-2, None), slice(1, 3), slice(None), slice(0, 99)])
def test_a_part_is_a_view_of_its_layers_and_their_parameters(index):
    net = plain()
    part = net[index]
    assert part.layers == net.layers[index]
    assert np.shares_memory(part.theta, net.theta) and np.shares_memory(part.grad, net.grad)
    assert_views(part)
    expected = np.concatenate([a.ravel("F") for layer in part.layers for a in layer.named_parameters().values()])
    np.testing.assert_array_equal(part.theta, expected)
    part.theta, part.grad = np.full(part.theta.size, 7.0), np.full(part.grad.size, 8.0)
    assert all((a == 7).all() for a in part.named_parameters().values())
    assert np.count_nonzero(net.theta == 7) == np.count_nonzero(net.grad == 8) == part.theta.size
    assert_views(net)  # as before


def test_looking_at_a_part_leaves_the_network_in_training():
    net = plain()
    x, y, opt = inputs(net), np.arange(6) % 3, nn.SGD(net, 0.1)
    hidden = net[:2]
    before = hidden.predict(x)
    for _ in range(3):
        net.backward(nn.softmax_cross_entropy(net.forward(x, train=True), y)[1])
        hidden.predict(x)
        opt.step()
    np.testing.assert_allclose(hidden.predict(x), np.tanh(x @ net[0].W.T + net[0].b), rtol=1e-5)
    assert np.abs(hidden.predict(x) - before).max() > 1e-3


def test_parts_in_sequence_are_the_network():
    net, x = plain(), inputs(plain())
    np.testing.assert_allclose(net[2:].predict(net[:2].predict(x)), net.predict(x), rtol=1e-6)
    np.testing.assert_array_equal(net[:].predict(x), net.predict(x))
    assert repr(net[:2]) == "Sequential(Linear(4, 5), Tanh())"


def test_only_a_part_is_trained_by_its_optimizer():
    net = plain()
    start, part = net.theta.copy(), net[2:]
    opt = nn.Momentum(part, 0.1)
    x = net[:2].predict(inputs(net))
    part.backward(np.ones_like(part.forward(x)))
    opt.step()
    n = net.theta.size - part.theta.size
    np.testing.assert_array_equal(net.theta[:n], start[:n])
    assert (net.theta[n:] != start[n:]).any()
    np.testing.assert_array_equal(net.theta[n:], part.theta)


def test_a_part_stays_a_view_when_its_network_becomes_part_of_another_one():
    net = plain()
    part = net[:2]
    bigger = nn.Sequential(net, nn.Softmax())
    part.theta = np.full(part.theta.size, 7.0)
    assert np.count_nonzero(bigger.theta == 7) == np.count_nonzero(net.theta == 7) == part.theta.size
    assert_views(bigger)


def test_a_part_checks_what_it_is_given_and_keeps_nothing_by_reference():
    part = plain()[2:]
    with pytest.raises(ValueError, match="^x: expected finite numbers"):
        part.forward(np.full((1, 5), np.nan, np.float32))
    x = np.random.default_rng(0).standard_normal((3, 5)).astype(np.float32)
    part.backward(np.ones((3, 3)) + 0 * part.forward(x))
    expected = part.grad.copy()
    y = part.forward(x)
    x[...], y[...] = 9, 9
    part.backward(np.ones((3, 3)))
    np.testing.assert_array_equal(part.grad, expected)


def test_the_state_of_a_part_is_saved_and_loaded(tmp_path):
    net, other = plain(0), plain(1)
    net[1:3].save(tmp_path / "part")
    other[1:3].load(tmp_path / "part")
    np.testing.assert_array_equal(other[2][0].W, net[2][0].W)
    assert (other[0].W != net[0].W).any()
    rng = np.random.default_rng(2)
    alone = nn.Sequential(nn.Tanh(), nn.Residual(nn.Linear(5, 5, rng=rng), nn.ReLU()))
    alone.load(tmp_path / "part")
    np.testing.assert_array_equal(alone.theta, net[1:3].theta)


@pytest.mark.parametrize("index", [slice(2, 2), slice(0), slice(9, None), slice(None, None, 2), slice(None, None, -1)])
def test_parts_of_no_neighbours_are_refused(index):
    with pytest.raises(ValueError, match=r"^net\[a:b\]: expected neighbouring layers, such as net\[:2\], got those"):
        plain()[index]


def test_a_copy_of_a_network_and_its_part_are_a_network_and_another_one():
    net = plain()
    for other, part in (copy.deepcopy((net, net[:2])), pickle.loads(pickle.dumps((net, net[:2])))):
        assert type(part) is nn.Sequential and not isinstance(part, Part)
        part.theta = np.zeros(part.theta.size)
        assert other[0].W.any() and net[0].W.any()
        assert_views(other), assert_views(part)


# ---- a layer belongs to one network


@pytest.mark.parametrize(
    "take",
    [
        lambda net: nn.Sequential(*net.layers[:2]),
        lambda net: nn.Sequential(nn.ReLU(), net[0]),
        lambda net: nn.Residual(net[1]),
        lambda net: nn.Sequential(net[2]),
        lambda net: nn.Sequential(net[2][0]),
        lambda net: nn.Sequential(net[:2]),
        lambda net: nn.Sequential(net[:2], nn.ReLU()),
    ],
)
def test_layers_of_a_network_are_refused_in_another_one_in_words_that_name_parts(take):
    net = plain()
    with pytest.raises(ValueError, match=r"belongs to a network already. A part .* is net\[:2\]; .* copies"):
        take(net)
    assert_views(net)


def test_what_the_refusal_advises_works():
    net, rng = plain(), np.random.default_rng(0)
    start = net.theta.copy()
    other = nn.Sequential(copy.deepcopy(net[:2]), nn.Linear(5, 2, rng=rng))
    assert_views(other)
    np.testing.assert_array_equal(net.theta, start)
    x = inputs(net)
    expected = nn.softmax(net.predict(x))
    bigger = nn.Sequential(net, nn.Softmax())
    np.testing.assert_allclose(bigger.predict(x), expected, rtol=1e-6)
    assert np.shares_memory(bigger.theta, net.theta)
    np.testing.assert_array_equal(net.theta, start)


def test_a_refusal_takes_no_layer():
    rng = np.random.default_rng(0)
    free, net = nn.Linear(4, 4, rng=rng), plain()
    for wrong in (net[0], nn.ReLU, None):
        with pytest.raises((TypeError, ValueError)):
            nn.Sequential(free, wrong)
    nn.Sequential(free)


def test_a_network_in_another_one_keeps_its_gradient_and_parameters_when_it_moves():
    net = plain()
    net.theta, net.grad = np.arange(net.theta.size), np.arange(net.theta.size) + 0.5
    bigger = nn.Sequential(net, nn.Softmax())
    np.testing.assert_array_equal(bigger.theta, np.arange(net.theta.size))
    np.testing.assert_array_equal(bigger.grad, np.arange(net.theta.size) + 0.5)
