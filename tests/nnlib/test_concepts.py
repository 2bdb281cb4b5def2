"""The concepts of the course notes, C01 to C51: one small test for each that can be computed, by its number.

Not computed: C01, the biological inspiration, an analogy and a weak one; and of C51 the applications and
the outlook on recurrent networks and transformers. Of C03 only an example can be, not the theorem.
Numbers come from the notes S0 to S4, or, where these are wrong (E01 to E43), from the corrected statement.
"""

import math
from itertools import pairwise

import numpy as np
import pytest

import nnlib as nn
from nnlib import costs, diagnostics, gradcheck, graph
from nnlib.perceptron import AND, NOR, NOT, OR, Unit, learn_01, learn_signs, step, xnor, xor
from nnlib.plot import figures

BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
X, Y = np.array([[0.5, 0.8]]), np.array([[1.0]])


def rng(seed=0):
    return np.random.default_rng(seed)


def worked_example():
    """S2's network 2-2-1 with its weights."""
    net = nn.Sequential(nn.Linear(2, 2, rng=rng()), nn.Sigmoid(), nn.Linear(2, 1, rng=rng()), nn.Sigmoid())
    net = net.astype(np.float64)
    net.theta = [0.2, 0.3, 0.4, 0.1, 0.1, 0.2, 0.6, 0.5, 0.3]  # W lies column by column
    return net


def stack(sizes, activation=nn.Sigmoid, init=nn.xavier, seed=0):
    """Linear layers of these sizes, each with an activation function."""
    r, layers = rng(seed), []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out, init, r), activation()]
    return layers


def deep(*args):
    """The same as a network in float64, without the last activation function."""
    return nn.Sequential(*stack(*args)[:-1]).astype(np.float64)


def test_c02_no_line_separates_xor():
    t = np.array([0, 1, 1, 0])
    assert xor(BITS).tolist() == t.tolist()
    best_line = np.linalg.lstsq(np.column_stack([np.ones(4), BITS]), t, rcond=None)[0]
    np.testing.assert_allclose(best_line, [0.5, 0, 0], atol=1e-12)  # the same answer for all inputs
    assert min(learn_01(BITS, t, epochs=50).mistakes_per_epoch) > 0


def test_c03_more_hidden_units_come_closer_to_a_function():
    """Universal approximation by hand: n steep sigmoids make a staircase of n steps along a sine."""
    x = np.linspace(-3, 3, 1001)[:, None]

    def error(n):
        edges = np.linspace(-3, 3, n + 1)
        net = deep((1, n, 1))
        net.layers[0].W[...], net.layers[0].b[...] = 1e3, -1e3 * (edges[:-1] + edges[1:]) / 2
        net.layers[2].W[...], net.layers[2].b[...] = np.diff(np.sin(edges)), np.sin(-3)
        return np.abs(net.forward(x) - np.sin(x)).max()

    errors = [error(n) for n in (5, 20, 80, 320)]
    assert errors[3] < 0.02 and all(b < a / 2 for a, b in pairwise(errors))


def test_c04_a_unit_is_a_weighted_sum_and_its_bias_the_weight_of_a_1():
    x, w, b = np.array([1.0, -2.0, 0.5]), (0.3, 0.2, -0.1), 0.4
    z = b + sum(w_i * x_i for w_i, x_i in zip(w, x))
    assert Unit(b, w)(x, nn.sigmoid) == pytest.approx(1 / (1 + math.exp(-z)))
    assert Unit(b, w)(x, nn.sigmoid) == pytest.approx(Unit(0, (b, *w))(np.append(1, x), nn.sigmoid))


def test_c05_step_and_sigmoid_units():
    z = np.array([-2.0, 0.0, 2.0])
    assert step(z).tolist() == nn.Step().forward(z).tolist() == [0, 1, 1]  # 1 at 0, as S3 says
    np.testing.assert_allclose(nn.sigmoid(z), [0.1192029, 0.5, 0.8807971], rtol=1e-6)
    assert nn.Step().slope(z).tolist() == [0, 0, 0]  # nothing to descend along; σ' > 0 everywhere
    assert (nn.Sigmoid().slope(z) > 0).all()


def test_c06_the_01_rule_records_weights_and_mistakes_and_converges():
    history = learn_01(BITS, np.array([0, 0, 0, 1]), lr=0.5)
    assert history.mistakes_per_epoch[-1] == 0 and history.unit(BITS).tolist() == [0, 0, 0, 1]
    for w, w_next, mistake in zip(history.weights, history.weights[1:], history.mistake):
        assert (w_next - w).any() == mistake


def test_c07_the_sign_rule_starts_from_0_with_less_or_equal():
    """E18: the first example counts as a mistake at θ = 0. E19: y = 2 t − 1 leads from one rule to the other."""
    t = np.array([0, 1, 1, 1])
    history = learn_signs(BITS, 2 * t - 1)
    assert history.mistake[0] and history.weights[1].tolist() == [-1, 0, 0]
    assert history.unit(BITS).tolist() == t.tolist()
    # online learning: one step per example seen; batch learning: one per epoch, from the sum (C35)
    assert len(history.weights) == 1 + 4 * len(history.mistakes_per_epoch)


def test_c08_a_sigmoid_unit_descends_half_the_squared_error():
    """E01: the sign that S2 prints goes uphill."""
    x, y = np.array([[1.0, 2.0]]), np.array([[1.0]])

    def y_hat_after(sign):
        net = nn.Sequential(nn.Linear(2, 1, nn.zeros, rng()), nn.Sigmoid()).astype(np.float64)
        for t in range(2000):
            net.backward(nn.half_squared_error(net.forward(x), y)[1])
            if t == 0:
                np.testing.assert_allclose(net.layers[0].dW, [[-0.125, -0.25]])
            net.theta -= sign * 0.5 * net.grad
        return net.forward(x).item()

    assert y_hat_after(+1) > 0.98
    assert y_hat_after(-1) < 0.02


@pytest.mark.parametrize(
    ("gate", "b", "w", "table"),
    [(AND, -30, (20, 20), [0, 0, 0, 1]), (OR, -10, (20, 20), [0, 1, 1, 1]), (NOR, 10, (-20, -20), [1, 0, 0, 0])],
)
def test_c09_boolean_functions_by_hand_set_weights(gate, b, w, table):
    assert (gate.b, gate.w) == (b, w)
    assert gate(BITS).tolist() == table
    assert np.abs(gate(BITS, nn.sigmoid) - table).max() < 4.6e-5


def test_c09_not():
    assert (NOT.b, NOT.w) == (10, (-20,))
    assert NOT([[0], [1]]).tolist() == [1, 0]


def test_c10_a_hidden_layer_composes_xnor_and_xor():
    """E41: what S3 draws under the title XOR is XNOR; one more NOT makes XOR. Learned: test_toys.py."""
    assert xnor(BITS).tolist() == [1, 0, 0, 1]
    assert xor(BITS).tolist() == [0, 1, 1, 0]
    assert np.abs(xor(BITS, nn.sigmoid) - [0, 1, 1, 0]).max() < 1e-4


def test_c11_layers_are_fully_connected():
    net = deep((4, 5, 3, 2))
    assert [net.layers[i].W.shape for i in (0, 2, 4)] == [(5, 4), (3, 5), (2, 3)]  # W⁽ˡ⁾ is (n_l, n_{l−1})
    assert [net.layers[i].b.shape for i in (0, 2, 4)] == [(5,), (3,), (2,)]
    assert (gradcheck.jacobian(net, np.ones(4)) != 0).all()  # every input reaches every output


def test_c12_the_second_layer_weighs_the_templates_of_the_first():
    """f = W₂ max(0, W₁ x): an output is a mixture of the templates, rows of W₁, that are like x."""
    net = deep((3, 4, 2), nn.ReLU)
    x = np.array([[1.0, -1.0, 0.5]])
    W1, W2 = net.layers[0].W, net.layers[2].W
    np.testing.assert_allclose(net.forward(x)[0], W2 @ np.maximum(0, W1 @ x[0]), rtol=1e-12)
    active = W1 @ x[0] > 0
    assert 0 < active.sum() < 4
    np.testing.assert_allclose(net.forward(x)[0], (W2[:, active] @ W1[active]) @ x[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("layer", "low", "high", "at_minus_one"),
    [
        (nn.Sigmoid(), 0, 1, 1 / (1 + math.e)),
        (nn.Tanh(), -1, 1, -math.tanh(1)),
        (nn.ReLU(), 0, np.inf, 0),
        (nn.LeakyReLU(), -np.inf, np.inf, -0.01),
        (nn.ELU(), -1, np.inf, 1 / math.e - 1),
    ],
)
def test_c13_values_and_ranges_of_activation_functions(layer, low, high, at_minus_one):
    """In float64 tanh(±20) is ±1: the limits that S0 includes and S2 does not (E39)."""
    a = layer.forward(np.linspace(-20, 20, 401))
    assert layer.forward(np.array([-1.0]))[0] == pytest.approx(at_minus_one)
    assert low <= a.min() and a.max() <= high and (np.diff(a) >= 0).all()
    assert np.isclose(a.min(), low) or low == -np.inf
    assert np.isclose(a.max(), high) or high == np.inf


def test_c13_maxout_is_any_convex_function():
    z = np.array([[-2.0, 2.0], [3.0, -3.0]])
    assert nn.Maxout(2).forward(z).tolist() == [[2], [3]]  # max(z, −z) = |z|


@pytest.mark.parametrize(
    ("layer", "at_zero"), [(nn.Sigmoid(), 0.25), (nn.Tanh(), 1), (nn.ReLU(), 0), (nn.LeakyReLU(), 0.01)]
)
def test_c14_derivatives_also_at_0(layer, at_zero):
    z = np.array([-1.3, 0.4, 2.0])
    assert layer.slope(np.zeros(1))[0] == pytest.approx(at_zero)
    difference = (layer.value(z + 1e-6) - layer.value(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(layer.slope(z), difference, rtol=1e-8)


def test_c14_the_difference_quotient_of_relu_at_0_is_a_half():
    """E39: neither of the two one-sided derivatives, and so a trap for gradient checks."""
    f = gradcheck.numerical_gradient(lambda z: nn.ReLU().value(z)[0], np.zeros(1))
    assert f[0] == pytest.approx(0.5)


def test_c15_each_output_function_gives_what_its_task_needs():
    z = np.array([[-3.0, 0.0, 2.0]])
    assert ((nn.Sigmoid().forward(z) > 0) & (nn.Sigmoid().forward(z) < 1)).all()  # two classes
    assert nn.Softmax().forward(z).sum() == pytest.approx(1)  # one of many classes
    assert (nn.Identity().forward(z) == z).all()  # regression
    assert (np.abs(nn.Tanh().forward(z)) < 1).all()  # bounded regression


def test_c16_sigmoid_slopes_multiply_to_nothing():
    assert nn.Sigmoid().slope(np.zeros(1))[0] ** 10 == pytest.approx(9.5e-7, rel=5e-3)
    norms = {}
    for activation in (nn.Sigmoid, nn.ReLU):
        net = deep([20] * 11, activation, nn.he)
        net.backward(nn.half_squared_error(net.forward(rng(1).standard_normal((50, 20))), np.ones((50, 20)))[1])
        by_layer = diagnostics.gradient_norms(net)
        norms[activation] = by_layer["0.W"] / by_layer["18.W"]
    assert norms[nn.Sigmoid] < 1e-3 < 0.02 < norms[nn.ReLU]


def test_c16_a_dead_relu_stays_dead():
    net = deep((2, 1, 1), nn.ReLU)
    net.layers[0].b[...] = -100
    net.backward(nn.mse(net.forward(rng().standard_normal((50, 2))), np.ones((50, 1)))[1])
    assert not net.layers[0].dW.any() and not net.layers[0].db.any()
    leaky = deep((2, 1, 1), nn.LeakyReLU)
    leaky.layers[0].b[...] = -100
    leaky.backward(nn.mse(leaky.forward(rng().standard_normal((50, 2))), np.ones((50, 1)))[1])
    assert leaky.layers[0].dW.all()


def test_c17_parameters_and_shapes_of_784_128_64_10():
    sizes = (784, 128, 64, 10)
    net = deep(sizes, nn.ReLU)
    assert costs.parameter_count(sizes) == net.theta.size == 100_480 + 8_256 + 650 == 109_386
    x = np.zeros((32, 784))
    assert net.shapes(x) == [(32, n) for n in (784, 128, 128, 64, 64, 10)]  # rows are examples (E05)
    summary = net.summary(x).splitlines()
    assert summary[0].split() == ["Linear(784,", "128)", "32×128", "W", "128×784,", "b", "128", "100,480"]
    assert summary[-1].split() == ["total", "109,386"]


def test_c18_depth_width_and_a_rule_of_thumb():
    """E43: the rule gives 89, not the 128 and 64 of the example."""
    assert costs.hidden_units(784, 10) == 89
    deeper, wider = (20, 20, 20, 20, 1), (20, 57, 1)
    assert costs.parameter_count(deeper) == 1281 and costs.parameter_count(wider) == 1255  # as many, otherwise arranged


def test_c19_forward_is_a_loop_over_layers_and_whole_batches_at_once():
    net, x = deep((3, 4, 2)), rng(1).standard_normal((5, 3))
    a = x
    for layer in net.layers:
        a = layer.forward(a)
    np.testing.assert_array_equal(net.forward(x), a)
    one_by_one = [net.layers[2].W @ nn.sigmoid(net.layers[0].W @ row) for row in x]  # S2's columns: z = W a + b
    np.testing.assert_allclose(net.forward(x), one_by_one, rtol=1e-12)


@pytest.mark.parametrize("N", [64, 1024])
def test_c19_the_work_grows_with_the_square_of_the_width(N):
    """E04: S2's O(L N M) is too small by the factor N."""
    L, M = 5, 32
    assert costs.forward_multiplications([N] * (L + 1), M) == N * (L * N * M)


def test_c20_the_worked_example():
    net = worked_example()
    assert net.forward(X).item() == pytest.approx(0.72695, abs=5e-6)  # S2 prints .727
    sigmoid_1 = net.layers[1]
    np.testing.assert_allclose(sigmoid_1.z, [[0.52, 0.43]])
    np.testing.assert_allclose(sigmoid_1.a, [[0.62715, 0.60587]], atol=5e-6)
    assert net.layers[3].z.item() == pytest.approx(0.97923, abs=5e-6)
    np.testing.assert_allclose(np.exp([-0.52, -0.43]), [0.59452, 0.65051], atol=5e-6)


def test_c21_activations_take_memory_for_every_example_parameters_do_not():
    """E30."""
    sizes = (784, 128, 64, 10)
    assert costs.activation_count(sizes, 64) == 64 * (784 + 128 + 64 + 10)
    assert costs.activation_count(sizes, 128) == 2 * costs.activation_count(sizes, 64)


def test_c21_small_batches_have_noisier_gradients():
    (train, _), net = nn.data.digits(), deep((64, 10))

    def spread(batch_size):
        grads = []
        for x, y in nn.data.minibatches(train, batch_size, rng()):
            net.backward(nn.softmax_cross_entropy(net.forward(x.astype(float)), y)[1])
            grads.append(net.grad.copy())
        return np.sqrt(np.var(grads[:-1], axis=0).sum())

    assert spread(16) == pytest.approx(2 * spread(64), rel=0.2)  # falls with √m


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_c21_no_overflow(dtype):
    """E21: S0's formula gives nan for z = 1000."""
    z = np.array([[1e4, -1e4, 0.0]], dtype)
    assert nn.softmax(z).tolist() == nn.sigmoid(z - dtype(1)).round().tolist() == [[1, 0, 0]]
    L, dz = nn.softmax_cross_entropy(z, np.array([1]))
    assert L == 2e4 and np.isfinite(dz).all()


def test_c22_losses():
    """E17: three squared errors, by factors of 2 and n apart."""
    y_hat, y = np.array([[0.8, 0.4]]), np.array([[1.0, 0.0]])
    squares = 0.2**2 + 0.4**2
    assert nn.mse(y_hat, y)[0] == pytest.approx(squares / 2)  # 1/n, n = 2
    assert nn.half_squared_error(y_hat, y)[0] == pytest.approx(squares / 2)  # ½ ‖·‖²
    np.testing.assert_allclose(nn.half_squared_error(y_hat, y)[1], y_hat - y)
    assert nn.binary_cross_entropy(y_hat, y)[0] == pytest.approx(-math.log(0.8) - math.log(0.6))
    p = np.array([[0.2, 0.5, 0.3]])
    assert nn.cross_entropy(p, np.array([1]))[0] == pytest.approx(-math.log(0.5))


def test_c22_the_cost_is_loss_plus_penalty():
    net = worked_example()
    loss, penalty = nn.half_squared_error(net.forward(X), Y)[0], nn.L2(0.01).value(net)
    assert penalty == pytest.approx(0.01 * (0.2**2 + 0.4**2 + 0.3**2 + 0.1**2 + 0.6**2 + 0.5**2))  # no biases (E25)
    assert loss + penalty == pytest.approx(0.0372769 + 0.0091, abs=1e-7)


def test_c23_softmax():
    """E20: δ = p − t; S2's form with σ' alone gives [0, −.371, 0]."""
    z = np.log([[0.231, 0.629, 0.140]])
    np.testing.assert_allclose(nn.softmax(z), [[0.231, 0.629, 0.140]])
    np.testing.assert_allclose(nn.softmax_cross_entropy(z, np.array([1]))[1], [[0.231, -0.371, 0.140]])
    p = nn.softmax(z)
    only_diagonal = nn.cross_entropy(p, np.array([1]))[1] * p * (1 - p)
    np.testing.assert_allclose(only_diagonal, [[0, -0.371, 0]], atol=1e-12)


def test_c24_the_cost_of_logistic_regression():
    h = np.array([[0.9]])
    assert nn.binary_cross_entropy(h, np.array([[1]]))[0] == pytest.approx(-math.log(0.9))
    assert nn.binary_cross_entropy(h, np.array([[0]]))[0] == pytest.approx(-math.log(0.1))


def test_c25_the_chain_rule_in_both_cases():
    x = graph.Node(0.7)
    graph.exp(x * x).backward()  # case 1: z = h(y), y = g(x)
    assert x.grad == pytest.approx(math.exp(0.49) * 2 * 0.7)
    s = graph.Node(0.7)
    (s * s * graph.exp(s)).backward()  # case 2: z = k(x, y), x = s², y = eˢ (E40)
    assert s.grad == pytest.approx(2 * 0.7 * math.exp(0.7) + 0.49 * math.exp(0.7))


def test_c26_a_gradient_is_the_input_from_the_forward_times_delta_from_the_backward_pass():
    net = worked_example()
    net.backward(nn.half_squared_error(net.forward(X), Y)[1])
    first = net.layers[0]
    np.testing.assert_allclose(first.dW, np.outer(first.db, X[0]))  # ∂C/∂w = ∂z/∂w ∂C/∂z, ∂z/∂w = x


@pytest.mark.parametrize(
    ("loss", "delta2", "dW2", "delta1", "dW1"),
    [
        (
            nn.half_squared_error, -0.0541972, [-0.0339897, -0.0328367], [-0.00760388, -0.00647090],
            [[-0.00380194, -0.00608310], [-0.00323545, -0.00517672]],
        ),
        (
            nn.binary_cross_entropy, -0.273045, [-0.171240, -0.165431], [-0.0383083, -0.0326004],
            [[-0.0191542, -0.0306466], [-0.0163002, -0.0260803]],
        ),
    ],
)  # fmt: skip
def test_c27_backpropagation_of_the_worked_example(loss, delta2, dW2, delta1, dW1):
    """E32: S2 never computes it."""
    net = worked_example()
    net.backward(loss(net.forward(X), Y)[1])
    first, _, second, _ = net.layers
    np.testing.assert_allclose(second.db, [delta2], rtol=5e-6)  # db = δ
    np.testing.assert_allclose(second.dW, [dW2], rtol=5e-6)
    np.testing.assert_allclose(first.db, delta1, rtol=5e-6)
    np.testing.assert_allclose(first.dW, dW1, rtol=5e-6)


def test_c27_no_weight_moves_before_all_gradients_are_there():
    """E14: S0's loop updates W⁽²⁾ before it computes ∂L/∂W⁽¹⁾, which is then wrong, more so for larger steps."""
    net = worked_example()
    before = net.theta.copy()
    net.backward(nn.half_squared_error(net.forward(X), Y)[1])
    np.testing.assert_array_equal(net.theta, before)
    first, sigmoid_1, second, _ = net.layers
    right, errors = first.dW.copy(), []
    for lr in (0.01, 0.1, 1.0):
        moved = second.W - lr * second.dW
        wrong = np.outer((moved.T @ second.db) * sigmoid_1.slope(sigmoid_1.z[0]), X[0])
        errors.append(gradcheck.relative_error(wrong, right))
    np.testing.assert_allclose(errors, errors[2] * np.array([0.01, 0.1, 1]), rtol=0.1)
    assert errors[2] > 0.05


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_c28_deltas_of_a_sigmoid_output(y):
    """E02, E03: δ = a − y, with this sign, because the loss has its minus."""
    y = np.array([[y]])
    deltas = {}
    for loss in (nn.half_squared_error, nn.binary_cross_entropy):
        net = worked_example()
        a = net.forward(X)
        net.backward(loss(a, y)[1])
        deltas[loss] = net.layers[2].db
    np.testing.assert_allclose(deltas[nn.half_squared_error], ((a - y) * a * (1 - a))[0])
    np.testing.assert_allclose(deltas[nn.binary_cross_entropy], (a - y)[0])
    assert nn.binary_cross_entropy(np.array([[0.7]]), np.array([[1.0]]))[1].item() == pytest.approx(-1.42857, abs=1e-5)


def test_c28_the_binary_example_with_two_hidden_layers():
    net = deep((3, 4, 2, 1))
    x, y = rng(1).standard_normal((6, 3)), rng(1).integers(0, 2, (6, 1))
    errors = gradcheck.check_network(net, nn.binary_cross_entropy_with_logits, x, y)
    assert max(errors.values()) < 1e-7


def test_c29_the_four_layers_of_s2():
    """E34, E36: δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ δ⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁾), written out for one column vector, as S2 has it."""
    net = nn.Sequential(*stack((3, 5, 4, 2, 2))).astype(np.float64)
    x, y = rng(1).standard_normal((1, 3)), rng(2).random((1, 2))
    net.backward(nn.half_squared_error(net.forward(x), y)[1])
    linear, sigmoid = net.layers[::2], net.layers[1::2]
    delta = (sigmoid[3].a - y)[0] * sigmoid[3].slope(sigmoid[3].z[0])
    for l in (3, 2, 1, 0):
        a_prev = sigmoid[l - 1].a[0] if l else x[0]
        np.testing.assert_allclose(linear[l].dW, np.outer(delta, a_prev), rtol=1e-12)
        np.testing.assert_allclose(linear[l].db, delta, rtol=1e-12)
        if l:
            delta = (linear[l].W.T @ delta) * sigmoid[l - 1].slope(sigmoid[l - 1].z[0])


def test_c30_an_error_is_the_weighted_sum_of_the_errors_it_causes():
    layer = nn.Linear(3, 2, rng=rng(), dtype=np.float64)
    layer.forward(np.ones((1, 3)))
    delta = np.array([[0.5, -2.0]])
    by_hand = [sum(delta[0, k] * layer.W[k, j] for k in (0, 1)) for j in (0, 1, 2)]
    np.testing.assert_allclose(layer.backward(delta)[0], by_hand)


def test_c31_the_graph_of_a_unit_and_its_local_gradients():
    """E37: what is passed on is upstream times local. Sigmoid in one node or four: the same. Drawn: test_graph.py."""
    w, x, b = graph.Node(0.6, "w"), graph.Node(0.5, "x"), graph.Node(0.1, "b")
    z = w * x + b
    L = (graph.sigmoid(z) - 1) ** 2 / 2
    L.backward()
    assert z.edges[0].local == z.edges[1].local == 1
    bundled = w.grad, x.grad, b.grad
    ((1 / (1 + graph.exp(-(w * x + b))) - 1) ** 2 / 2).backward()
    assert bundled == pytest.approx((w.grad, x.grad, b.grad))


def test_c31_the_max_gate_passes_the_gradient_to_the_larger():
    """E38: upstream times 1, not 1; in a tie to the first."""
    x, y = graph.Node(2.0), graph.Node(3.0)
    (graph.maximum(x, y) * 5).backward()
    assert (x.grad, y.grad) == (0, 5)


def test_c32_the_jacobian_of_4096_relu_units_is_diagonal():
    z = rng().standard_normal(4096).astype(np.float32)
    J = gradcheck.jacobian(nn.ReLU(), z)
    assert J.shape == (4096, 4096)
    assert np.count_nonzero(J) == np.count_nonzero(np.diagonal(J)) == np.count_nonzero(z > 0)


def test_c33_backpropagation_costs_as_much_as_two_forward_passes_differences_two_per_parameter():
    sizes = (784, 64, 10)
    assert costs.backward_multiplications(sizes, 64) == 64 * (784 * 64 + 2 * 64 * 10)
    assert costs.backward_multiplications(sizes, 64) < 2 * costs.forward_multiplications(sizes, 64)
    assert costs.difference_multiplications(sizes, 64) == 2 * 50_890 * costs.forward_multiplications(sizes, 64)
    calls = []
    gradcheck.numerical_gradient(lambda theta: calls.append(1) or 0.0, np.zeros(costs.parameter_count((4, 3, 2))))
    assert len(calls) == 2 * costs.parameter_count((4, 3, 2))


@pytest.mark.parametrize("lr", [0.05, 0.01, 0.001])  # S3, S0, S1 (E42)
def test_c34_gradient_descent(lr):
    path = nn.descend(lambda theta: 2 * theta, [1.0, -2.0], lambda point: nn.SGD(point, lr), 50)
    np.testing.assert_allclose(path, np.outer((1 - 2 * lr) ** np.arange(51), [1, -2]))


def test_c35_gradients_of_mini_batches_average_to_that_of_the_whole():
    """E16: means, so that the step does not grow with the batch. Accumulated Δ: the sum of the parts."""
    net, x, y = deep((3, 4, 2)), rng(1).standard_normal((12, 3)), rng(1).integers(0, 2, 12)

    def gradient(rows):
        net.backward(nn.softmax_cross_entropy(net.forward(x[rows]), y[rows])[1])
        return net.grad.copy()

    whole = gradient(slice(None))
    np.testing.assert_allclose(np.mean([gradient(slice(i, i + 4)) for i in (0, 4, 8)], axis=0), whole, rtol=1e-9)
    delta = sum(gradient(slice(i, i + 1)) for i in range(12))
    np.testing.assert_allclose(delta / 12, whole, rtol=1e-9)


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 40), (32, 2), (40, 1)])
def test_c35_stochastic_mini_batch_and_batch_descent(batch_size, steps):
    data = nn.data.blobs(40, rng())
    net = nn.Sequential(nn.Linear(2, 2, rng=rng()))
    opt, how = nn.SGD(net, 0.1), {"epochs": 3, "batch_size": batch_size, "rng": rng()}
    history = nn.fit(net, nn.softmax_cross_entropy, opt, data, **how, progress=False)
    assert len(history.batch_loss) == 3 * steps and len(history.loss) == 3


def test_c36_a_convex_loss_has_one_minimum_others_have_several():
    def ends(gradient):
        return [nn.descend(gradient, [w], lambda point: nn.SGD(point, 0.05), 300)[-1, 0] for w in (-1.5, 1.5)]

    left, right = ends(lambda w: 2 * (w - 0.3))
    assert left == pytest.approx(right)
    left, right = ends(lambda w: 4 * w**3 - 4 * w + 0.3)  # L = w⁴ − 2 w² + 0.3 w
    assert left < -0.9 and right > 0.9


@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Tanh, nn.ReLU])
def test_c37_zero_weights(activation):
    """E11: a sigmoid network still learns, with all hidden units alike; with tanh and ReLU only the last bias does."""
    net, x = deep((2, 3, 1), activation, nn.zeros), rng(1).standard_normal((20, 2))
    assert len(np.unique(net.forward(x))) == 1  # S3: does not depend on x
    for _ in range(10):
        net.backward(nn.half_squared_error(net.forward(x), x[:, :1] * x[:, 1:])[1])
        net.theta -= net.grad
    first, _, second = net.layers
    assert (first.W[0] == first.W).all() and second.db.any()
    assert first.W.any() == second.W.any() == (activation is nn.Sigmoid)


@pytest.mark.parametrize(
    ("activation", "init", "layers", "low", "high"),
    [
        (nn.ReLU, nn.he, 10, 0.5, 2),
        (nn.ReLU, nn.normal(math.sqrt(math.sqrt(2 / 500))), 10, 1e5, 1e7),  # E09: √(2/n) read as a variance
        (nn.Tanh, nn.normal(0.01), 7, 2e-5, 4e-5),  # E10: too small
        (nn.Tanh, nn.normal(0.1), 7, 0.7, 0.8),  # E10: 0.01 read as a variance, not too small
        (nn.Tanh, nn.xavier, 7, 0.2, 0.5),
        (nn.Tanh, nn.xavier_fan_in, 7, 0.2, 0.5),  # E12: the same for square layers
        (nn.Tanh, nn.normal(1.0), 7, 0.95, 1),  # too large: saturated
    ],
)
def test_c37_the_signal_after_some_layers_of_500(activation, init, layers, low, high):
    net = nn.Sequential(*stack([500] * (layers + 1), activation, init)).astype(np.float64)
    a = net.forward(rng(1).standard_normal((50, 500)))
    assert low < np.sqrt(np.mean(a**2)) < high


def test_c38_few_examples_are_learned_by_heart():
    train, valid = nn.data.digits()
    net = nn.Sequential(nn.Linear(64, 128, rng=rng()), nn.ReLU(), nn.Linear(128, 10, rng=rng()))
    few = train.x[:60], train.y[:60]
    opt, how = nn.Momentum(net, 0.1), {"epochs": 60, "batch_size": 20, "rng": rng(), "valid": valid}
    history = nn.fit(net, nn.softmax_cross_entropy, opt, few, **how, progress=False)
    assert history.accuracy[-1] == 1 > 0.9 > history.valid_accuracy[-1]


def test_c39_l2_shrinks_in_proportion_l1_by_a_constant():
    """E24: λ‖W‖² with gradient 2 λ W, not half of it."""
    net = worked_example()
    for penalty, expected in ((nn.L2(0.1), [[0.12, 0.1]]), (nn.L1(0.1), [[0.1, 0.1]])):
        net.grad[...] = 0
        penalty.add_gradient(net)
        np.testing.assert_allclose(net.layers[2].dW, expected)
        assert not net.layers[2].db.any()


def test_c40_dropout_keeps_the_mean():
    """E06: S2's letter p is once kept and once dropped; mixed up, the mean is off by p / (1 − p)."""
    x = np.ones((2000, 50))
    for p in (0.2, 0.5, 0.8):
        inverted, classic = nn.Dropout(p, rng()), nn.ClassicDropout(p, rng())
        assert inverted.forward(x, train=True).mean() == pytest.approx(1, abs=0.03)
        assert inverted.forward(x).mean() == 1
        kept = classic.forward(x, train=True).mean()
        assert kept == pytest.approx(classic.forward(x).mean(), rel=0.03)
        assert p / kept == pytest.approx(p / (1 - p), rel=0.03)  # scaled by p where 1 − p are kept


def test_c41_early_stopping_goes_back_to_the_best_weights():
    net, stopping = worked_example(), nn.EarlyStopping(patience=2)
    best = None
    for loss, stop in ((3, False), (2, False), (2.5, False), (2.4, True)):
        net.theta += 1
        assert stopping.update(net, loss) == stop
        best = net.theta.copy() if loss == 2 else best
    stopping.restore(net)
    np.testing.assert_array_equal(net.theta, best)
    assert (stopping.best_epoch, stopping.best_loss) == (2, 2)


@pytest.mark.parametrize("change", [nn.augment.noise, nn.augment.shift, nn.augment.rotate, nn.augment.elastic])
def test_c42_augmented_digits_are_new_but_alike(change):
    x = nn.data.digits()[0].x[:50]
    new = change(x, rng(), **({"alpha": 4, "sigma": 2} if change is nn.augment.elastic else {}))
    assert (new != x).any(axis=1).mean() > 0.9 and new.min() >= 0 and new.max() <= 1 + 1e-6
    assert np.corrcoef(new.ravel(), x.ravel())[0, 1] > (0 if change is nn.augment.shift else 0.5)


def test_c43_regularizers_compared():
    """All of them narrow the gap, on digits of which a fifth have wrong labels. Both figures: test_figures.py."""
    runs = figures.regularization_runs(rng(), epochs=40)
    gaps = {name: np.mean(run.accuracy[-10:]) - np.mean(run.valid_accuracy[-10:]) for name, run in runs.items()}
    assert set(gaps) == {"none", "L1", "L2", "dropout", "augmentation"}
    assert gaps["none"] > max(gaps["L1"], gaps["L2"], gaps["dropout"], gaps["augmentation"])


@pytest.mark.parametrize(("lr", "low", "high"), [(1e-4, 0.98, 1), (0.1, 0, 1e-4), (0.9, 0, 1e-4), (1.04, 40, 100)])
def test_c44_learning_rates_too_low_right_and_too_high(lr, low, high):
    path = nn.descend(lambda w: 2 * w, [1.0], lambda point: nn.SGD(point, lr), 50)
    assert low < abs(path[-1, 0]) < high


def test_c45_momentum_in_both_forms():
    """E23: a steady gradient moves S2's form ten times less. A valley: momentum gets further along it."""
    steps = {}
    for kind in (nn.Momentum, nn.MomentumEMA):
        path = nn.descend(np.ones_like, [0.0], lambda point, kind=kind: kind(point, 0.1), 200)
        steps[kind] = path[-2, 0] - path[-1, 0]
    assert steps[nn.Momentum] == pytest.approx(1) and steps[nn.MomentumEMA] == pytest.approx(0.1)
    plain, fast = figures.valley_path(0.0), figures.valley_path(0.7)
    assert figures.valley(*fast[-1]) < figures.valley(*plain[-1]) / 3


def test_c46_adam_and_its_form_without_bias_correction():
    """E22: without correction the first step is 3.16 times the learning rate, the twelfth 6.57 times."""
    steps = {}
    for kind in (nn.Adam, nn.AdamUncorrected, nn.RMSProp):
        path = nn.descend(np.ones_like, [0.0], lambda point, kind=kind: kind(point, 0.001), 5000)
        steps[kind] = -np.diff(path[:, 0]) / 0.001
    np.testing.assert_allclose(steps[nn.Adam], 1, rtol=1e-6)
    wrong = steps[nn.AdamUncorrected]
    assert wrong[0] == pytest.approx(math.sqrt(10), rel=1e-6)
    assert (wrong.argmax(), wrong.max()) == (11, pytest.approx(6.57, abs=0.005))
    assert wrong[-1] == pytest.approx(1, abs=0.0045)
    assert steps[nn.RMSProp][-1] == pytest.approx(1, rel=1e-4)


def test_c47_schedules():
    s = nn.schedules
    assert [s.step(0.1, 10)(t) for t in (0, 9.9, 10, 20)] == pytest.approx([0.1, 0.1, 0.01, 0.001])
    assert s.exponential(0.1, 0.5)(2) == pytest.approx(0.1 / math.e)
    assert [s.cosine(0.1, 10, lowest=0)(t) for t in (0, 5, 10)] == pytest.approx([0.1, 0.05, 0])
    assert s.warm_up(s.constant(0.1), 4)(1) == pytest.approx(0.025)


def test_c48_diagnostics_name_what_they_saw():
    """Each disease and its warning: test_diagnostics.py. E27: the limits are rules of thumb."""
    net, x, y = deep((2, 10, 2), nn.ReLU), rng(1).standard_normal((40, 2)), rng(1).integers(0, 2, 40)
    net.layers[0].b[:7] = -50
    statistics = diagnostics.activation_statistics(net, x)["1 ReLU()"]
    assert statistics.dead_units == 7 and statistics.zero >= 0.7
    findings = diagnostics.examine(net, nn.softmax_cross_entropy, nn.SGD(net, 0.01), (x, y))
    assert any("7 of 10 units are 0 for all 40 examples" in finding.message for finding in findings)
    before = net.state()
    net.layers[0].W *= 1 - 1e-3
    assert diagnostics.update_ratios(net, before)["0.W"] == pytest.approx(1e-3)


def test_c49_an_exploding_gradient_is_clipped():
    net = deep([30] * 9, nn.ReLU, nn.normal(1.0))
    net.backward(nn.half_squared_error(net.forward(rng().standard_normal((8, 30))), np.zeros((8, 30)))[1])
    direction = net.grad / np.linalg.norm(net.grad)
    assert nn.clip_global_norm(net, 5.0) > 1e6
    np.testing.assert_allclose(net.grad, 5 * direction, rtol=1e-9)


def test_c49_batch_normalisation_and_residuals_keep_signal_and_gradient():
    x = 100 + 50 * rng().standard_normal((64, 5))
    a = nn.BatchNorm(5, dtype=np.float64).forward(x, train=True)
    np.testing.assert_allclose([a.mean(0), a.std(0)], [np.zeros(5), np.ones(5)], atol=1e-6)
    dead = nn.Residual(nn.Linear(5, 5, nn.zeros, rng(), np.float64), nn.ReLU())
    np.testing.assert_array_equal(dead.forward(x), x)
    np.testing.assert_array_equal(dead.backward(np.ones_like(x), need_dx=True), np.ones_like(x))


@pytest.mark.parametrize(("lr", "batch_size", "hidden"), [(0.1, 32, (64,)), (0.05, 16, (64,)), (0.1, 32, (32, 16))])
def test_c50_the_lab_learns_with_several_settings(lr, batch_size, hidden):
    """One hidden layer of 64 ReLU, softmax, cross-entropy, mini-batches. On MNIST: test_training.py, benchmarks."""
    train, test = nn.data.digits()
    net = deep((64, *hidden, 10), nn.ReLU, nn.he).astype(np.float32)
    how = {"epochs": 10, "batch_size": batch_size, "rng": rng()}
    nn.fit(net, nn.softmax_cross_entropy, nn.SGD(net, lr), train, **how, progress=False)
    assert nn.accuracy(net, test) > 0.9


def test_c51_a_small_convolutional_network():
    net = nn.Sequential(
        nn.Reshape(1, 8, 8), nn.Conv2D(1, 4, 3, padding=1, rng=rng()), nn.ReLU(), nn.MaxPool2D(2),
        nn.Reshape(64), nn.Linear(64, 10, rng=rng()),
    )  # fmt: skip
    train, test = nn.data.digits()
    assert net.shapes(test.x[:2]) == [(2, 64), (2, 1, 8, 8), *[(2, 4, 8, 8)] * 2, (2, 4, 4, 4), (2, 64), (2, 10)]
    how = {"epochs": 5, "batch_size": 32, "rng": rng()}
    nn.fit(net, nn.softmax_cross_entropy, nn.Momentum(net, 0.05), train, **how, progress=False)
    assert nn.accuracy(net, test) > 0.9
