"""Linear: its equations against loops and differences, dtypes, views, and its refusals."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
from tests.nnlib.oracles import difference, distance, layouts

SIZES = [(1, 1, 1), (1, 3, 2), (5, 1, 4), (4, 4, 4), (7, 3, 5)]  # m, n_in, n_out
FLOATS = [np.float32, np.float64]


def linear(n_in, n_out, seed=0, dtype=np.float64):
    """A Linear layer whose biases are not 0."""
    rng = np.random.default_rng(seed)
    layer = nn.Linear(n_in, n_out, rng=rng, dtype=dtype)
    layer.b[...] = rng.standard_normal(n_out)
    return layer


@pytest.mark.parametrize(("m", "n_in", "n_out"), SIZES)
def test_forward_is_a_weighted_sum_plus_bias(m, n_in, n_out, rng):
    layer, x = linear(n_in, n_out), rng.standard_normal((m, n_in))
    z = layer.forward(x)
    for k in range(m):
        for j in range(n_out):
            z_kj = layer.b[j] + sum(layer.W[j, i] * x[k, i] for i in range(n_in))
            assert z[k, j] == pytest.approx(z_kj, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("m", "n_in", "n_out"), SIZES)
def test_gradients_equal_differences(m, n_in, n_out, rng):
    layer, x = linear(n_in, n_out), rng.standard_normal((m, n_in))
    dz = rng.standard_normal((m, n_out))

    def loss_of_W(W):
        return np.sum(dz * (x @ W.T + layer.b))

    def loss_of_b(b):
        return np.sum(dz * (x @ layer.W.T + b))

    def loss_of_x(x):
        return np.sum(dz * layer.forward(x))

    layer.forward(x)
    dx = layer.backward(dz)
    assert distance(layer.dW, difference(loss_of_W, layer.W)) < 1e-8
    assert distance(layer.db, difference(loss_of_b, layer.b)) < 1e-8
    assert distance(dx, difference(loss_of_x, x)) < 1e-8


def test_layout_in_memory_does_not_matter(rng):
    x, dz = rng.standard_normal((6, 4)), rng.standard_normal((6, 3))
    results = []
    for x_, dz_ in zip(layouts(x), layouts(dz), strict=True):
        layer = linear(4, 3)
        results.append((layer.forward(x_), layer.backward(dz_), layer.dW, layer.db))
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13)


@pytest.mark.parametrize("dtype", FLOATS)
def test_dtype_is_preserved(dtype, rng):
    layer = linear(3, 2, dtype=dtype)
    z = layer.forward(rng.standard_normal((4, 3)).astype(dtype))
    dx = layer.backward(np.ones_like(z))
    assert {a.dtype for a in (z, dx, layer.W, layer.b, layer.dW, layer.db)} == {np.dtype(dtype)}


def test_weights_are_float32_and_bias_zero_unless_asked_otherwise(rng):
    layer = nn.Linear(3, 2, rng=rng)
    assert layer.W.dtype == layer.b.dtype == np.float32
    assert layer.W.shape == (2, 3)
    assert not layer.b.any()


def test_nothing_given_is_changed(rng):
    layer, x, dz = linear(3, 2), rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    before = x.copy(), dz.copy(), layer.W.copy(), layer.b.copy()
    layer.forward(x, train=True)
    layer.backward(dz)
    for now, then in zip((x, dz, layer.W, layer.b), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_gradients_are_replaced_not_accumulated(rng):
    layer, x, dz = linear(3, 2), rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    layer.forward(x)
    layer.backward(dz)
    first = layer.dW.copy()
    layer.forward(x)
    layer.backward(dz)
    np.testing.assert_array_equal(layer.dW, first)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**31))
def test_gradients_of_a_batch_add_up_over_its_parts(m_1, m_2, seed):
    rng = np.random.default_rng(seed)
    layer, x, dz = (
        linear(3, 2),
        rng.standard_normal((m_1 + m_2, 3)),
        rng.standard_normal((m_1 + m_2, 2)),
    )
    parts = []
    for part in (slice(None), slice(m_1), slice(m_1, None)):
        layer.forward(x[part])
        layer.backward(dz[part])
        parts.append((layer.dW.copy(), layer.db.copy()))
    for whole, a, b in zip(*parts, strict=True):
        np.testing.assert_allclose(whole, a + b, atol=1e-12)


def test_need_dx_leaves_the_parameters_gradients_as_they_are(rng):
    layer, x, dz = linear(3, 2), rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    layer.forward(x)
    layer.backward(dz)
    with_dx = layer.dW.copy()
    assert layer.backward(dz, need_dx=False) is None
    np.testing.assert_array_equal(layer.dW, with_dx)


def test_same_seed_same_bits():
    a, b, c = (nn.Linear(5, 4, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.W, b.W)
    assert (a.W != c.W).any()


def test_bad_input_is_refused_in_words(rng):
    layer = linear(3, 2)
    with pytest.raises(TypeError, match=r"^x: expected an array of floats, got int64 array of shape \(4, 3\)"):
        layer.forward(np.ones((4, 3), np.int64))
    with pytest.raises(TypeError, match="^x: expected an array of floats, got list"):
        layer.forward([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match=r"^x: expected shape \(m, 3\) .* got \(4, 2\)"):
        layer.forward(np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"got \(3,\). A single example is a row: x\[None, :\]"):
        layer.forward(np.ones(3))
    with pytest.raises(ValueError, match=r"got \(0, 3\)"):
        layer.forward(np.ones((0, 3)))


def test_backward_refuses_what_does_not_fit(rng):
    layer = linear(3, 2)
    with pytest.raises(RuntimeError, match=r"Linear\(3, 2\): call forward before backward"):
        layer.backward(np.ones((4, 2)))
    layer.forward(np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"^dz: expected the shape of the last output, \(4, 2\), got \(4, 1\)"):
        layer.backward(np.ones((4, 1)))  # would broadcast


@pytest.mark.parametrize(("n_in", "n_out", "name"), [(0, 3, "n_in"), (3, -1, "n_out"), (2.5, 3, "n_in")])
def test_sizes_must_be_counts(n_in, n_out, name, rng):
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number of at least 1"):
        nn.Linear(n_in, n_out, rng=rng)


def test_chance_must_be_passed_in():
    with pytest.raises(TypeError, match=r"^rng: expected np.random.default_rng\(seed\), got NoneType None"):
        nn.Linear(3, 2)


@pytest.mark.parametrize(
    "kind", [thing for thing in vars(nn).values() if isinstance(thing, type) and issubclass(thing, nn.Layer)]
)
def test_every_layer_is_in_use_unless_told_that_it_trains_and_gives_dx_unless_told_not_to(kind):
    """A network alone has no use for ∂L/∂x unless somebody asks."""
    _, _, train = inspect.signature(kind.forward).parameters.values()
    _, _, need_dx = inspect.signature(kind.backward).parameters.values()
    assert (train.name, train.default) == ("train", False)
    assert (need_dx.name, need_dx.default) == ("need_dx", kind is not nn.Sequential)


class Told(nn.Layer):
    """y = x, and the `train` of each forward."""

    def __init__(self):
        self.told = []

    def forward(self, x, train=False):
        self.told.append(train)
        return x.copy()


@pytest.mark.parametrize("around", [
    nn.Sequential, nn.Residual, lambda layer: nn.Sequential(nn.Sequential(layer)),
    lambda layer: nn.Sequential(nn.Residual(layer)), lambda layer: nn.Sequential(nn.Tanh(), layer)[1:],
])  # fmt: skip
def test_what_is_made_of_layers_tells_them_whether_it_trains(around):
    layer, x = Told(), np.ones((2, 3))
    net = around(layer)
    net.forward(x, train=True), net.forward(x, train=False)
    assert layer.told == [True, False]
    net.forward(x), net.predict(x), net.shapes(x), net.summary(x)
    assert layer.told[2:] == [False] * 4


def test_a_layer_that_learns_nothing_may_hold_anything():
    layer = nn.Layer()
    layer.note = 1
    assert layer.note == 1


def test_a_layer_without_equations_says_so():
    with pytest.raises(NotImplementedError, match="Layer has no forward"):
        nn.Layer().forward(np.ones((1, 1)))
    with pytest.raises(NotImplementedError, match="Layer has no backward"):
        nn.Layer().backward(np.ones((1, 1)))


# ---- dropout


@pytest.mark.parametrize("kind", [nn.Dropout, nn.ClassicDropout])
@pytest.mark.parametrize("p", [0, 0.2, 0.8])
def test_dropout_drops_a_fraction_p_and_keeps_the_mean(kind, p):
    layer, x = kind(p, np.random.default_rng(0)), np.ones((500, 400))
    a = layer.forward(x, train=True)
    standard_error = np.sqrt(p * (1 - p) / x.size)
    assert np.mean(a == 0) == pytest.approx(p, abs=5 * standard_error)
    in_use = layer.forward(x).mean()
    assert a.mean() == pytest.approx(in_use, abs=5 * standard_error / (1 - p))


def test_inverted_dropout_scales_in_training_and_classic_dropout_in_use(rng):
    x = np.ones((20, 20), np.float32)
    inverted, classic = nn.Dropout(0.8, rng), nn.ClassicDropout(0.8, rng)
    np.testing.assert_allclose(np.unique(inverted.forward(x, train=True)), [0, 5], rtol=1e-6)
    np.testing.assert_array_equal(inverted.forward(x), x)
    np.testing.assert_array_equal(np.unique(classic.forward(x, train=True)), [0, 1])
    np.testing.assert_allclose(classic.forward(x), 0.2, rtol=1e-6)


def test_variance_of_inverted_dropout():
    a = nn.Dropout(0.3, np.random.default_rng(0)).forward(np.ones((1000, 300)), train=True)
    assert a.var() == pytest.approx(0.3 / 0.7, rel=0.02)  # p / (1 − p)


@pytest.mark.parametrize("kind", [nn.Dropout, nn.ClassicDropout])
@pytest.mark.parametrize("train", [True, False])
def test_gradient_of_dropout_has_the_same_mask_and_scale(kind, train, rng):
    x, da = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    layer = kind(0.5, np.random.default_rng(1))
    layer.forward(x, train)
    dx = layer.backward(da)

    def loss(x):
        return np.sum(da * kind(0.5, np.random.default_rng(1)).forward(x, train))

    assert distance(dx, difference(loss, x)) < 1e-8


@pytest.mark.parametrize("kind", [nn.Dropout, nn.ClassicDropout])
def test_nothing_of_a_mask_is_left_after_a_forward_in_use(kind, rng):
    layer, x = kind(0.5, rng), np.ones((4, 3))
    layer.forward(x, train=True)
    np.testing.assert_array_equal(layer.forward(x), layer.backward(x))  # every entry is scaled alike, there and back


@pytest.mark.parametrize("kind", [nn.Dropout, nn.ClassicDropout])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("train", [True, False])
def test_dropout_keeps_the_dtype_and_what_it_is_given(kind, dtype, train, rng):
    x = rng.standard_normal((4, 3)).astype(dtype)
    before, layer = x.copy(), kind(0.5, rng)
    a = layer.forward(x, train)
    assert a.dtype == layer.backward(a).dtype == dtype
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(a, x)


def test_dropout_same_seed_same_mask_and_a_new_mask_each_time():
    x = np.ones((5, 5))
    a, b = (nn.Dropout(0.5, np.random.default_rng(3)) for _ in range(2))
    first = a.forward(x, train=True)
    np.testing.assert_array_equal(first, b.forward(x, train=True))
    assert (a.forward(x, train=True) != first).any()


@pytest.mark.parametrize("p", [-0.1, 1, 1.5, float("nan"), None, "half"])
def test_dropout_refuses_p_outside_its_range(p, rng):
    with pytest.raises(ValueError, match="^p: expected a number of at least 0 and below 1, got"):
        nn.Dropout(p, rng)


def test_dropout_refuses_like_the_others(rng):
    with pytest.raises(TypeError, match="^rng: expected np.random.default_rng"):
        nn.Dropout(0.5, None)
    with pytest.raises(RuntimeError, match="call forward before backward"):
        nn.Dropout(0.5, rng).backward(np.ones((1, 1)))
    with pytest.raises(TypeError, match="^x: expected an array of floats"):
        nn.Dropout(0.5, rng).forward(np.ones((1, 1), int))


@pytest.mark.parametrize("train", [True, False])
def test_layout_and_given_arrays_of_dropout(train, rng):
    x, da = rng.standard_normal((6, 3)), rng.standard_normal((6, 3))
    layer = nn.Dropout(0.5, np.random.default_rng(0))
    expected = layer.forward(x, train), layer.backward(da)
    for x_, da_ in zip(layouts(x), layouts(da)):
        before, layer = (x_.copy(), da_.copy()), nn.Dropout(0.5, np.random.default_rng(0))
        np.testing.assert_allclose(layer.forward(x_, train), expected[0], rtol=1e-12)
        np.testing.assert_allclose(layer.backward(da_), expected[1], rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(x_, before[0])
        np.testing.assert_array_equal(da_, before[1])


class Exactly:
    """A generator that draws one number again and again."""

    def __init__(self, value):
        self.value = value

    def random(self, shape, dtype):
        assert dtype == np.float32  # half the work of float64
        return np.full(shape, self.value, dtype)


@pytest.mark.parametrize(("value", "kept"), [(0.0, False), (np.nextafter(np.float32(0.5), 0), False), (0.5, True)])
def test_dropout_drops_what_is_drawn_below_p(value, kept, rng):
    """Numbers are drawn from [0, 1): those below p are the part p of them, and with p = 0 none is dropped."""
    layer, never = nn.Dropout(0.5, rng), nn.Dropout(0, rng)
    layer.rng = never.rng = Exactly(value)
    assert (layer.forward(np.ones((2, 3)), train=True) == (2 if kept else 0)).all()
    assert (never.forward(np.ones((2, 3)), train=True) == 1).all()


def test_weights_are_drawn_by_the_init_that_is_given_in_its_order(rng):
    seen = []

    def init(n_in, n_out, generator):
        seen.append((n_in, n_out, generator))
        return np.arange(6.0).reshape(2, 3)

    layer = nn.Linear(3, 2, init=init, rng=rng)
    assert seen == [(3, 2, rng)] and layer.W.tolist() == [[0, 1, 2], [3, 4, 5]]
    np.testing.assert_array_equal(nn.Linear(3, 2, rng=np.random.default_rng(4)).W,
                                  nn.he(3, 2, np.random.default_rng(4)).astype(np.float32))  # fmt: skip


def test_reprs_read_like_the_code_that_builds_them(rng):
    layers = [nn.Linear(3, 2, rng=rng), nn.Dropout(0.5, rng), nn.ClassicDropout(0.25, rng), nn.Layer()]
    assert [repr(layer) for layer in layers] == ["Linear(3, 2)", "Dropout(0.5)", "ClassicDropout(0.25)", "Layer()"]
