"""Sequential: the worked example of S2, one θ that all layers see, copies and refusals."""

import copy
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
from tests.nnlib.oracles import difference, distance


def small(seed=0, dtype=np.float64):
    """4-5-3 with tanh and biases that are not 0."""
    rng = np.random.default_rng(seed)
    net = nn.Sequential(nn.Linear(4, 5, rng=rng), nn.Tanh(), nn.Linear(5, 3, rng=rng)).astype(dtype)
    net.theta = rng.standard_normal(net.theta.size)
    return net


def worked_example():
    """S2's 2-2-1 network of sigmoid units, with its weights and its input (0.5, 0.8)."""
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Sigmoid(), nn.Linear(2, 1, rng=rng), nn.Sigmoid())
    net = net.astype(np.float64)
    net.layers[0].W[...], net.layers[0].b[...] = [[0.2, 0.4], [0.3, 0.1]], [0.1, 0.2]
    net.layers[2].W[...], net.layers[2].b[...] = [[0.6, 0.5]], [0.3]
    return net, np.array([[0.5, 0.8]])


def assert_views(net):
    """A change of θ is seen by every layer, and a gradient in a layer by grad. Matrices lie column by column."""
    net.theta = np.arange(net.theta.size, dtype=net.theta.dtype)
    net.grad[...] = 7
    names = [(leaf, name) for _, leaf in net.leaves() for name in leaf.parameters]
    parameters = [getattr(leaf, name).ravel("F") for leaf, name in names]
    gradients = [getattr(leaf, "d" + name).ravel("F") for leaf, name in names]
    np.testing.assert_array_equal(np.concatenate(parameters), net.theta)
    assert (np.concatenate(gradients) == 7).all()


def test_worked_example_forward():
    net, x = worked_example()
    _, sigmoid_1, _, sigmoid_2 = net.layers
    assert net.forward(x)[0, 0] == pytest.approx(0.72695, abs=5e-6)
    np.testing.assert_allclose(sigmoid_1.z, [[0.52, 0.43]], atol=1e-12)
    np.testing.assert_allclose(sigmoid_1.a, [[0.62715, 0.60587]], atol=5e-6)
    np.testing.assert_allclose(sigmoid_2.z, [[0.97923]], atol=5e-6)


# loss, target, L, δ2, dW2, δ1, dW1 as computed by hand; None where it was not
GOLDEN = [
    (nn.half_squared_error, 1, 0.0372769, -0.0541972, [-0.0339897, -0.0328367],
     [-0.00760388, -0.00647090], [[-0.00380194, -0.00608310], [-0.00323545, -0.00517672]]),
    (nn.binary_cross_entropy, 1, 0.318891, -0.273045, [-0.171240, -0.165431],
     [-0.0383083, -0.0326004], [[-0.0191542, -0.0306466], [-0.0163002, -0.0260803]]),
    (nn.half_squared_error, 0, None, 0.144294, None, None, None),
    (nn.binary_cross_entropy, 0, 1.298117, 0.726955, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "y", "L", "delta2", "dW2", "delta1", "dW1"), GOLDEN)
def test_worked_example_backward(loss, y, L, delta2, dW2, delta1, dW1):
    net, x = worked_example()
    loss_value, dy_hat = loss(net.forward(x), np.array([[y]]))
    net.backward(dy_hat)
    first, _, second, _ = net.layers
    for got, expected in [
        (loss_value, L),
        (second.db, delta2),
        (second.dW[0], dW2),
        (first.db, delta1),
        (first.dW, dW1),
    ]:
        if expected is not None:
            np.testing.assert_allclose(got, expected, rtol=2e-5)


def test_binary_cross_entropy_from_logits_gives_the_same_gradients():
    net, x = worked_example()
    net.backward(nn.binary_cross_entropy(net.forward(x), np.array([[1]]))[1])
    from_logits = copy.copy(net)[:3]
    from_logits.backward(nn.binary_cross_entropy_with_logits(from_logits.forward(x), np.array([[1]]))[1])
    np.testing.assert_allclose(from_logits.grad, net.grad, rtol=1e-12)


def test_gradient_of_theta_and_of_x_equal_differences(rng):
    net, x, y = small(), rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
    dx = net.backward(nn.softmax_cross_entropy(net.forward(x), y)[1], need_dx=True)
    grad = net.grad.copy()

    def loss_of_theta(theta):
        net.theta = theta
        return nn.softmax_cross_entropy(net.forward(x), y)[0]

    start = net.theta.copy()
    assert distance(grad, difference(loss_of_theta, start)) < 1e-8
    net.theta = start
    assert distance(dx, difference(lambda x: nn.softmax_cross_entropy(net.forward(x), y)[0], x)) < 1e-8


def test_gradient_through_networks_inside_networks(rng):
    inner = nn.Sequential(nn.Linear(3, 3, rng=rng), nn.Tanh())
    net = nn.Sequential(nn.Linear(2, 3, rng=rng), inner, nn.Sequential(nn.Linear(3, 2, rng=rng))).astype(np.float64)
    x, y = rng.standard_normal((4, 2)), rng.integers(0, 2, 4)
    net.backward(nn.softmax_cross_entropy(net.forward(x), y)[1])
    grad, start = net.grad.copy(), net.theta.copy()

    def loss_of_theta(theta):
        net.theta = theta
        return nn.softmax_cross_entropy(net.forward(x), y)[0]

    assert distance(grad, difference(loss_of_theta, start)) < 1e-8
    assert_views(net)
    inner = net.layers[1]
    assert np.shares_memory(inner.theta, net.theta)
    assert np.shares_memory(inner.grad, net.grad)
    assert list(net.named_parameters()) == ["0.W", "0.b", "1.0.W", "1.0.b", "2.0.W", "2.0.b"]


def test_residual_adds_its_input(rng):
    block = nn.Residual(nn.Linear(3, 3, rng=rng), nn.Tanh(), nn.Linear(3, 3, rng=rng))
    x = rng.standard_normal((4, 3)).astype(np.float32)
    np.testing.assert_array_equal(block.forward(x), x + nn.Sequential.forward(block, x))
    block.theta = np.zeros(block.theta.size)
    np.testing.assert_array_equal(block.forward(x), x)
    np.testing.assert_array_equal(block.backward(x), x)  # the gradient passes even through dead layers
    with pytest.raises(ValueError, match=r"of the shape of x, \(1, 3\), got \(1, 2\)"):
        nn.Residual(nn.Linear(3, 2, rng=rng)).forward(x[:1])


def test_a_residual_block_gives_dx_whole_or_not_at_all():
    """What its layers alone would give is not ∂L/∂x."""
    block, x = nn.Residual(nn.Tanh()), np.zeros((2, 3), np.float32)
    block.forward(x)
    np.testing.assert_array_equal(block.backward(x + 1), 2)
    assert block.backward(x + 1, need_dx=False) is None


def test_gradients_through_residual_blocks_equal_differences(rng):
    block = nn.Residual(nn.Linear(3, 3, rng=rng), nn.Tanh(), nn.Linear(3, 3, rng=rng))
    net = nn.Sequential(nn.Linear(2, 3, rng=rng), block, nn.Residual(nn.Tanh())).astype(np.float64)
    assert isinstance(net.layers[1], nn.Residual)
    x, y = rng.standard_normal((4, 2)), rng.integers(0, 3, 4)
    dx = net.backward(nn.softmax_cross_entropy(net.forward(x), y)[1], need_dx=True)
    grad, start = net.grad.copy(), net.theta.copy()

    def loss_of_theta(theta):
        net.theta = theta
        return nn.softmax_cross_entropy(net.forward(x), y)[0]

    assert distance(grad, difference(loss_of_theta, start)) < 1e-8
    net.theta = start
    assert distance(dx, difference(lambda x: nn.softmax_cross_entropy(net.forward(x), y)[0], x)) < 1e-8


def test_first_layers_without_parameters_are_skipped_unless_dx_is_wanted(rng):
    net = nn.Sequential(nn.Tanh(), nn.Linear(2, 2, rng=rng))
    dz = np.ones((3, 2), np.float32)
    net.forward(np.ones((3, 2), np.float32))
    assert net.backward(dz) is None
    grad = net.grad.copy()
    assert net.backward(dz, need_dx=True).shape == (3, 2)
    np.testing.assert_array_equal(net.grad, grad)


def test_a_network_without_parameters(rng):
    net = nn.Sequential(nn.ReLU(), nn.Tanh())
    net.forward(np.ones((2, 2)))
    assert net.theta.size == 0
    assert net.backward(np.ones((2, 2)), need_dx=True).shape == (2, 2)


@pytest.mark.parametrize("m", [1, 7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_preserved(dtype, m, rng):
    net = small(dtype=dtype)
    x, y = rng.standard_normal((m, 4)).astype(dtype), rng.integers(0, 3, m)
    z = net.forward(x, train=True)
    _, dz = nn.softmax_cross_entropy(z, y)
    dx = net.backward(dz, need_dx=True)
    assert {a.dtype for a in (z, dz, dx, net.theta, net.grad, net.predict(x))} == {np.dtype(dtype)}


@given(st.permutations(range(5)), st.integers(0, 1000))
def test_hidden_units_may_change_places(order, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
    net, permuted, order = small(seed), small(seed), list(order)
    a, b = permuted.layers[0], permuted.layers[2]
    a.W[...], a.b[...], b.W[...] = a.W[order], a.b[order], b.W[:, order]
    for n in (net, permuted):
        n.backward(nn.softmax_cross_entropy(n.forward(x), y)[1])
    np.testing.assert_allclose(permuted.forward(x), net.forward(x), atol=1e-12)
    np.testing.assert_allclose(a.dW, net.layers[0].dW[order], atol=1e-12)
    np.testing.assert_allclose(b.dW, net.layers[2].dW[:, order], atol=1e-12)


def test_rows_do_not_see_each_other(rng):
    net, x = small(), rng.standard_normal((5, 4))
    for k in range(5):
        np.testing.assert_allclose(net.forward(x[k : k + 1])[0], net.forward(x)[k], rtol=1e-12)


def test_layers_are_views_into_theta(rng):
    assert_views(small())


def test_assigning_theta_copies_the_values():
    net = small()
    values = np.ones(net.theta.size)
    net.theta = values
    values[:] = 5
    assert (net.layers[0].W == 1).all()
    with pytest.raises(ValueError, match=r"^theta: expected shape \(43,\), got \(1,\)"):
        net.theta = np.ones(1)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_and_pickles_are_independent_and_keep_their_views(duplicate, rng):
    net, x = small(), rng.standard_normal((2, 4))
    net.forward(x)
    other = duplicate(net)
    np.testing.assert_array_equal(other.forward(x), net.forward(x))
    before = net.theta.copy()
    assert_views(other)
    np.testing.assert_array_equal(net.theta, before)


def test_astype_gives_an_independent_network_of_that_dtype():
    net = small(dtype=np.float32)
    other = net.astype(np.float64)
    assert (net.theta.dtype, other.theta.dtype, other.grad.dtype) == (
        np.float32,
        np.float64,
        np.float64,
    )
    np.testing.assert_array_equal(net.theta, other.theta)
    assert_views(other)
    assert_views(net)


@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_predict_is_forward_for_any_batch_size(batch_size, rng):
    net, x = small(), rng.standard_normal((7, 4))
    np.testing.assert_allclose(net.predict(x, batch_size), net.forward(x), rtol=1e-12)


def test_predict_refuses_nothing_and_no_batch_size():
    with pytest.raises(ValueError, match=r"^x: expected at least one example, got shape \(0, 4\)"):
        small().predict(np.ones((0, 4)))
    with pytest.raises(ValueError, match="^x: expected finite numbers, but 2 of 4 entries are NaN or infinite"):
        small().predict(np.array([[1, np.nan, 2, np.inf]]))
    with pytest.raises(ValueError, match="^batch_size: expected a whole number of at least 1, got 0"):
        small().predict(np.ones((2, 4)), 0)


def test_summary_of_the_course_network_counts_109386_parameters(rng):
    layers = [nn.Linear(a, b, rng=rng) for a, b in [(784, 128), (128, 64), (64, 10)]]
    text = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2]).summary()
    assert text.splitlines()[0].split() == ["Linear(784,", "128)", "W", "128×784,", "b", "128", "100,480"]
    counts = [line.split()[-1] for line in text.splitlines()]
    assert counts == ["100,480", "0", "8,256", "0", "650", "109,386"]


def test_repr_reads_like_the_code_that_builds_it():
    assert repr(small()) == "Sequential(Linear(4, 5), Tanh(), Linear(5, 3))"


def test_what_is_not_a_list_of_different_layers_is_refused(rng):
    layer = nn.Linear(2, 2, rng=rng)
    with pytest.raises(TypeError, match="^Sequential: expected layers, got type"):
        nn.Sequential(layer, nn.ReLU)
    with pytest.raises(ValueError, match="each of them only once"):
        nn.Sequential(layer, layer)
    with pytest.raises(ValueError, match="one or more layers"):
        nn.Sequential()
    with pytest.raises(RuntimeError, match="call forward before backward"):  # and no refusal has taken the layer
        nn.Sequential(layer).backward(np.ones((1, 2)))


class Twice(nn.Layer):
    """y = g(f(x)): a layer of the reader's own, made of two, which it names."""

    def __init__(self, f, g):
        self.f, self.g = f, g

    def forward(self, x, train=False):
        return self.g.forward(self.f.forward(x, train), train)

    def backward(self, dy, need_dx=True):
        return self.f.backward(self.g.backward(dy), need_dx)

    def leaves(self):
        return [("f.", self.f), ("g.", self.g)]


def test_what_a_layer_of_the_readers_own_is_made_of_learns_as_in_a_sequence(rng):
    x, y = rng.standard_normal((5, 3)).astype(np.float32), np.arange(5) % 2
    nets = []
    for around in (nn.Sequential, Twice):
        weights = np.random.default_rng(1)
        inner = around(nn.Linear(3, 4, rng=weights), nn.Linear(4, 4, rng=weights))
        net = nn.Sequential(inner, nn.Tanh(), nn.Linear(4, 2, rng=weights))
        dz = nn.softmax_cross_entropy(net.forward(x), y)[1]
        net.predict(x[:1])  # backward belongs to the forward before
        net.backward(dz)
        nn.SGD(net, 0.5).step()
        nets.append(net)
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)
    np.testing.assert_array_equal(nets[0].forward(x), nets[1].forward(x))


# ---- state, save and load


class Scaled(nn.Layer):
    """y = w x, which makes its gradient only when there is one."""

    parameters = ("w",)

    def __init__(self):
        self.w = np.full(3, 2.0)


def test_a_parameter_without_a_gradient_yet_has_the_gradient_0():
    net = nn.Sequential(Scaled(), Scaled())
    assert net.theta.tolist() == [2] * 6 and net.grad.tolist() == [0] * 6


def trained(seed=0, dtype=np.float32):
    """A network with a block and with running statistics that are not those of the start."""
    rng = np.random.default_rng(seed)
    block = nn.Residual(nn.Linear(4, 4, rng=rng), nn.BatchNorm(4))
    net = nn.Sequential(block, nn.ReLU(), nn.Linear(4, 2, rng=rng)).astype(dtype)
    net.forward(1 + rng.standard_normal((9, 4)).astype(dtype), train=True)
    return net


def test_state_is_a_copy_that_can_be_put_back(rng):
    net, x = trained(), rng.standard_normal((3, 4)).astype(np.float32)
    state, before = net.state(), net.forward(x)
    assert list(state) == ["0.0.W", "0.0.b", "0.1.gamma", "0.1.beta", "0.1.mean", "0.1.variance", "2.W", "2.b"]
    net.theta = np.zeros(net.theta.size)
    net.forward(x, train=True)
    assert state["0.0.W"].any()
    net.load_state(state)
    np.testing.assert_array_equal(net.forward(x), before)
    state["2.b"][...] = 99
    np.testing.assert_array_equal(net.forward(x), before)
    assert_views(net)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_saved_is_loaded(dtype, tmp_path, rng):
    net, other, x = trained(0, dtype), trained(1, dtype), rng.standard_normal((3, 4)).astype(dtype)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    np.testing.assert_array_equal(other.forward(x), net.forward(x))
    assert_views(other)
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]


def test_names_of_files_are_taken_as_given(tmp_path):
    trained().save(str(tmp_path / "without_suffix"))
    trained().load(str(tmp_path / "without_suffix"))


class Trap:
    """What pickle would execute."""

    def __reduce__(self):
        return pytest.fail, ("something in the file was executed",)


def write_text(path):
    path.write_text("hello")


def write_nothing(path):
    path.write_bytes(b"")


def write_pickle(path):
    path.write_bytes(pickle.dumps(Trap()))


def write_pickle_in_npz(path):
    with open(path, "wb") as file:
        np.savez(file, about=np.array([Trap()], dtype=object))


def write_other_arrays(path):
    with open(path, "wb") as file:
        np.savez(file, a=np.ones(3))


def write_one_array(path):
    with open(path, "wb") as file:
        np.save(file, np.ones(3))


def write_half(path):
    trained().save(path)
    path.write_bytes(path.read_bytes()[:-40])


def write_altered(path):
    trained().save(path)
    content = path.read_bytes()
    at = content.index(b"0.0.W.npy") + 150
    path.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])


def write_compressed(path):
    """What would need 64 MB of memory, in 64 kB."""
    with open(path, "wb") as file:
        np.savez_compressed(file, **trained().state(), about=np.array(repr(trained())), more=np.zeros(2**23))


@pytest.mark.parametrize(
    "write",
    [
        write_compressed, write_text, write_nothing, write_pickle, write_pickle_in_npz,
        write_other_arrays, write_one_array, write_half, write_altered,
    ],
)  # fmt: skip
def test_files_that_are_not_saved_networks_are_refused_and_nothing_is_executed(write, tmp_path):
    write(tmp_path / "file")
    net = trained()
    before = net.state()
    with pytest.raises(ValueError, match="file: not a network that nnlib saved, or a damaged one"):
        net.load(tmp_path / "file")
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_network_of_other_layers_is_refused_by_name(tmp_path):
    small().save(tmp_path / "net")
    with pytest.raises(
        ValueError, match=r"net: holds Sequential\(Linear\(4, 5\), .* does not fit into Sequential\(Res"
    ):
        trained().load(tmp_path / "net")


def test_a_state_that_does_not_fit_is_refused_and_changes_nothing():
    net = trained()
    before = net.theta.copy()
    for bad in (None, np.ones(3, np.float32), np.ones(2, int)):
        with pytest.raises(ValueError, match=r"^2.b: expected float32 array of shape \(2,\), got "):
            net.load_state({name: 0 * array for name, array in net.state().items()} | {"2.b": bad})
    for name in ("2.W", "2.b"):  # as many numbers, arranged in another way
        state = {key: 0 * array for key, array in net.state().items()}
        with pytest.raises(ValueError, match=rf"^{name}: expected float32 array of shape .*, got float32 array"):
            net.load_state(state | {name: np.array([state[name].T]).reshape(-1, 1)})
    with pytest.raises(ValueError, match=r"^state: holds 1\.W, 1\.b, for which Sequential\(Res.* has no place"):
        net.load_state(state | {"1.W": np.ones((2, 2)), "1.b": np.ones(2)})  # of a network with more layers
    np.testing.assert_array_equal(net.theta, before)


def test_a_missing_file_is_reported_as_such(tmp_path):
    with pytest.raises(FileNotFoundError):
        trained().load(tmp_path / "nothing")


def test_saving_into_a_folder_that_there_is_not_names_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="path: expected a file in a folder that exists, got .*models"):
        nn.Sequential(nn.ReLU()).save(tmp_path / "models" / "net.npz")


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser starts no thread")
def test_threads_may_save_to_one_file_at_once(tmp_path):
    net = trained()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: net.save(tmp_path / "net"), range(80)))
    trained(1).load(tmp_path / "net")
    assert list(tmp_path.iterdir()) == [tmp_path / "net"]


def test_saving_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    net, path = trained(), tmp_path / "net"
    net.save(path)
    before = path.read_bytes()

    def half_a_file(file, **arrays):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", half_a_file)
    with pytest.raises(OSError, match="disk full"):
        net.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# ---- predict and forward where they could differ


def lively(rng):
    """A network in which training differs from use: dropout of both kinds, batch normalisation."""
    layers = [nn.Linear(4, 30, rng=rng), nn.BatchNorm(30), nn.Dropout(0.5, rng), nn.ReLU(), nn.Linear(30, 30, rng=rng)]
    net = nn.Sequential(*layers, nn.ClassicDropout(0.5, rng), nn.Residual(nn.Dropout(0.5, rng)))
    net.forward(3 + rng.standard_normal((50, 4)), train=True)  # running statistics that are not those of the start
    return net


@pytest.mark.parametrize("batch_size", [1, 4, 9, 10, 11, 1000])
def test_predict_is_forward_in_use_not_in_training(batch_size, rng):
    net, x = lively(rng), rng.standard_normal((10, 4)).astype(np.float32)
    state, chance = net.state(), rng.bit_generator.state
    predicted = net.predict(x, batch_size)
    np.testing.assert_allclose(predicted, net.forward(x), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(net.predict(x, batch_size), predicted)  # the same again: no chance, no memory
    assert rng.bit_generator.state == chance
    assert all((array == state[name]).all() for name, array in net.state().items())
    assert np.abs(predicted - net.forward(x, train=True)).max() > 0.1


def test_forward_is_in_use_unless_training_is_asked_for(rng):
    net, x = lively(rng), rng.standard_normal((10, 4)).astype(np.float32)
    np.testing.assert_array_equal(net.forward(x), net.forward(x, train=False))
    np.testing.assert_array_equal(net.forward(x), net.forward(x))
    assert (net.forward(x, train=True) != net.forward(x, train=True)).any()


def test_predict_takes_no_more_rows_at_a_time_than_it_is_told(rng):
    sizes, net = [], nn.Sequential(nn.ReLU())
    forward = net.forward
    vars(net)["forward"] = lambda x, train=False: sizes.append(len(x)) or forward(x, train)
    net.predict(np.ones((10, 2)), 4)
    net.predict(np.ones((2001, 2)))
    assert sizes == [4, 4, 2, 1000, 1000, 1]


def test_a_skipped_layer_in_front_is_not_gone_through(rng):
    class Stop(nn.Layer):
        def forward(self, x, train=False):
            return x + 1

        def backward(self, dy, need_dx=True):
            raise AssertionError("there is nothing to learn down here")

    net = nn.Sequential(Stop(), Stop(), nn.Linear(2, 2, rng=rng), nn.ReLU())
    net.backward(np.ones_like(net.forward(np.ones((1, 2)))))
    with pytest.raises(AssertionError, match="nothing to learn"):
        net.backward(np.ones((1, 2)), need_dx=True)


def test_summary_with_outputs_letter_by_letter(rng):
    net = nn.Sequential(nn.Linear(3, 20, rng=rng), nn.ReLU(), nn.Linear(20, 2, rng=rng))
    assert net.summary(np.ones((5, 3))).splitlines() == [
        "Linear(3, 20)  5×20  W 20×3, b 20           80",
        "ReLU()         5×20                          0",
        "Linear(20, 2)  5×2   W 2×20, b 2            42",
        "total                                      122",
    ]
    assert net.summary().splitlines()[-1] == "total                                122"


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (lambda rng: nn.Linear(5, 2, rng=rng), r"x: expected shape \(m, 5\) with one example per row, got \(2, 4\)"),
        (lambda rng: nn.BatchNorm(5), r"x: expected shape \(m, 5\) with one example per row, got \(2, 4\)"),
        (lambda rng: nn.Maxout(3), "z: expected a multiple of 3 columns, got 4"),
        (lambda rng: nn.Reshape(5), r"x: expected 5 numbers per example, got shape \(2, 4\)"),
        (lambda rng: nn.Conv2D(1, 2, 3, rng=rng), r"x: expected shape \(m, 1, height, width\) .* got \(2, 4\)"),
    ],
)
def test_a_layer_that_does_not_fit_behind_another_says_so_itself(layer, words, rng):
    net = nn.Sequential(nn.Linear(3, 4, rng=rng), layer(rng))
    with pytest.raises(ValueError, match=f"^{words}"):
        net.forward(np.ones((2, 3), np.float32))
