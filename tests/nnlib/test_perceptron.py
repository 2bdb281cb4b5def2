"""The perceptron: truth tables, both rules step by step, convergence and its failure on XOR."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from nnlib.perceptron import AND, NOR, NOT, OR, Unit, layer, learn_01, learn_signs, step, xnor, xor

BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TABLES = [
    (AND, [0, 0, 0, 1]),
    (OR, [0, 1, 1, 1]),
    (NOR, [1, 0, 0, 0]),
    (xnor, [1, 0, 0, 1]),
    (xor, [0, 1, 1, 0]),
]


@pytest.mark.parametrize(("gate", "table"), TABLES)
def test_truth_tables_with_step_and_with_sigmoid(gate, table):
    assert gate(BITS).tolist() == table
    assert np.abs(gate(BITS, expit) - table).max() < 4.6e-5


def test_not():
    assert NOT(np.array([[0], [1]])).tolist() == [1, 0]


def test_sums_are_floats_whatever_the_weights_are():
    assert Unit(-1, (1, 1)).z(np.array([[1, 0]])).dtype == np.float64


def test_step_and_unit_are_one_at_zero():
    assert step([-1, 0, 1]).tolist() == [0, 1, 1]
    assert Unit(-1, (1,))([1]) == 1


def test_units_side_by_side_are_what_the_next_unit_sees():
    h = layer(BITS, (AND, NOR, OR))
    assert h.tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1], [1, 0, 1]]
    np.testing.assert_array_equal(
        layer(BITS[None], (AND, NOR), expit)[0], np.stack([AND(BITS, expit), NOR(BITS, expit)], 1)
    )


def test_every_unit_of_xnor_and_xor_has_the_activation_function_g():
    """By hand, to the last digit: with a step in the hidden layer, the results would be within 1e-4 all the same."""
    hidden = np.stack([expit(20 * BITS.sum(axis=1) - 30), expit(10 - 20 * BITS.sum(axis=1))], axis=1)
    either = expit(20 * hidden.sum(axis=1) - 10)
    np.testing.assert_allclose(xnor(BITS, expit), either, rtol=1e-12)
    np.testing.assert_allclose(xor(BITS, expit), expit(10 - 20 * either), rtol=1e-12)


def test_the_distance_from_the_boundary_has_a_sign():
    unit = Unit(-5, (3, 4))  # 3 x₁ + 4 x₂ = 5 is 1 away from the origin
    assert unit.z([[0, 0], [3, 4]]).tolist() == [-5, 20]
    assert unit.distance([[0, 0], [3, 4]]).tolist() == [-1, 4]
    assert unit.distance([0.6, 0.8]) == pytest.approx(0)
    assert Unit(-1, (0, 2)).distance([9, 1]) == 0.5
    with pytest.raises(ValueError, match="^w: expected weights that are not all 0"):
        Unit(1, (0, 0)).distance([1, 2])


def test_the_01_rule_by_hand():
    """AND from zero: z = 0 counts as 1, so the first example is a mistake."""
    x, y = np.array([[0, 0], [1, 1]]), np.array([0, 1])
    history = learn_01(x, y, lr=0.5)
    steps = [[0, 0, 0], [-0.5, 0, 0], [0, 0.5, 0.5], [-0.5, 0.5, 0.5], [-0.5, 0.5, 0.5]]
    assert history.weights[:5].tolist() == steps
    assert history.mistake[:4].tolist() == [True, True, True, False]
    assert history.mistakes_per_epoch == [2, 1, 0]
    assert history.example.tolist() == [0, 1] * 3
    assert history.updates.tolist() == steps[:4]
    assert history.unit(x).tolist() == [0, 1]


def test_the_sign_rule_by_hand():
    """E18: θ = 0 gives y θ·x = 0, which must count as a mistake, or nothing would ever happen."""
    history = learn_signs(np.array([[2.0], [-2.0]]), np.array([1, -1]))
    assert history.weights.tolist() == [[0, 0], [1, 2], [1, 2], [1, 2], [1, 2]]
    assert history.mistakes_per_epoch == [1, 0]


def test_the_batch_form_of_the_01_rule_by_hand():
    """One step per epoch, with the sum over all examples: at 0 every ŷ is 1, so that both zeros are mistakes."""
    x, y = np.array([[0, 0], [0, 2], [1, 1]]), np.array([0, 0, 1])
    history = learn_01(x, y, lr=0.5, epochs=3, batch=True)
    assert history.weights.tolist() == [[0, 0, 0], [-1, 0, -1], [-0.5, 0.5, -0.5], [0, 1, 0]]
    assert history.mistake.tolist() == [[True, True, False], [False, False, True], [False, False, True]]
    assert history.example.tolist() == [[0, 1, 2]] * 3
    assert history.mistakes_per_epoch == [2, 1, 1]


def test_the_batch_form_of_the_sign_rule_by_hand():
    history = learn_signs([[2.0], [-2.0], [1.0]], [1, -1, 1], batch=True)
    assert history.weights.tolist() == [[0, 0], [1, 5], [1, 5]]
    assert history.mistakes_per_epoch == [3, 0]


def test_mistakes_that_cancel_are_mistakes_all_the_same():
    """Two examples at one place: Σ y x = 0 moves nothing, but nothing is learned either."""
    history = learn_signs([[1.0], [1.0]], [1, -1], epochs=4, batch=True)
    assert history.mistakes_per_epoch == [2] * 4
    assert history.weights.tolist() == [[0, 0]] * 5


@pytest.mark.parametrize(("learn", "low"), [(learn_01, 0), (learn_signs, -1)])
@pytest.mark.parametrize("batch", [False, True])
def test_weights_at_the_start(learn, low, batch):
    x, y = [[1, 1], [-1, 0]], [1, low]
    right = learn(x, y, start=[0.5, 2, 1], batch=batch)
    assert right.mistakes_per_epoch == [0] and (right.weights == [0.5, 2, 1]).all()
    start = np.array([-9.0, 0, 0])
    history = learn(x, y, start=start, epochs=1, batch=batch)
    assert history.weights[0].tolist() == [-9, 0, 0] and history.weights[-1].tolist() == [-8, 1, 1]
    history.updates[0] = 7
    assert start.tolist() == [-9, 0, 0]
    with pytest.raises(ValueError, match=r"^start: expected 3 weights, the bias first, got shape \(2,\)"):
        learn(x, y, start=[1, 2])


@pytest.mark.parametrize(("learn", "low"), [(learn_01, 0), (learn_signs, -1)])
def test_every_epoch_has_a_new_order_drawn_by_rng(learn, low):
    y = np.array([low, 1, 1, low])
    a, b, c = (learn(BITS, y, epochs=20, rng=np.random.default_rng(seed)) for seed in (0, 0, 1))
    orders = a.example.reshape(20, 4)
    assert (np.sort(orders) == range(4)).all()
    assert len({tuple(order) for order in orders}) > 5
    np.testing.assert_array_equal(a.weights, b.weights)
    assert (a.example == b.example).all() and (a.example != c.example).any()
    assert learn(BITS, y, epochs=2).example.tolist() == [0, 1, 2, 3] * 2
    with pytest.raises(TypeError, match="^rng: expected np.random.default_rng"):
        learn(BITS, y, rng=7)


@pytest.mark.parametrize("batch", [False, True])
def test_what_is_recorded_is_what_happened(batch):
    """Every step again, from the weights before it: ŷ, mistake and change."""
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((30, 3)), rng.integers(0, 2, 30)
    history = learn_01(x, y, lr=0.1, epochs=7, rng=rng, batch=batch)
    assert len(history.weights) == len(history.example) + 1 == (8 if batch else 211)
    for w, after, seen, mistake in zip(history.weights, history.weights[1:], history.example, history.mistake):
        error = y[seen] - Unit(w[0], tuple(w[1:]))(x[seen])
        np.testing.assert_array_equal(mistake, error != 0)
        change = 0.1 * np.atleast_1d(error) @ np.column_stack([np.ones(30), x])[np.atleast_1d(seen)]
        np.testing.assert_allclose(after - w, change, atol=1e-12)
    assert sum(history.mistakes_per_epoch) == history.mistake.sum()


@given(st.integers(0, 1000))
def test_both_rules_converge_on_separable_data(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (30, 2))
    margin = x @ [1, -2] + 0.3
    x, t = x[np.abs(margin) > 0.2], (margin[np.abs(margin) > 0.2] > 0).astype(int)
    for batch in (False, True):
        for history in (learn_01(x, t, epochs=1000, batch=batch), learn_signs(x, 2 * t - 1, epochs=1000, batch=batch)):
            assert history.mistakes_per_epoch[-1] == 0
            np.testing.assert_array_equal(history.unit(x), t)


def test_with_the_same_mistakes_both_rules_take_the_same_steps():
    x, t = np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -2.0], [2.0, 2.0]]), np.array([0, 1, 1, 0])
    np.testing.assert_array_equal(learn_01(x, t).weights, learn_signs(x, 2 * t - 1).weights)


@pytest.mark.parametrize("seed", range(5))
def test_both_rules_are_what_a_plain_loop_does(seed):
    """On examples that no line separates, with θ · x of all sizes."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(0, 0.3, (12, 2)), rng.integers(0, 2, 12)
    for learn, y in ((learn_01, t), (learn_signs, 2 * t - 1)):
        theta, all_of_them = np.zeros(3), [np.zeros(3)]
        for _ in range(4):
            for row, label in zip(np.column_stack([np.ones(12), x]), y):
                z = row @ theta
                wrong = label - (z >= 0) if learn is learn_01 else label * (label * z <= 0)
                theta = theta + wrong * row
                all_of_them.append(theta)
        np.testing.assert_allclose(learn(x, y, epochs=4).weights, all_of_them)


def test_xor_is_never_learned():
    history = learn_01(BITS, np.array([0, 1, 1, 0]), epochs=50)
    assert len(history.mistakes_per_epoch) == 50
    assert min(history.mistakes_per_epoch) > 0
    assert len(history.weights) == 50 * 4 + 1


def test_nothing_given_is_changed():
    x, y = BITS.astype(float), np.array([0, 0, 0, 1])
    learn_01(x, y)
    np.testing.assert_array_equal(x, BITS)
    assert y.tolist() == [0, 0, 0, 1]


def test_refusals():
    with pytest.raises(ValueError, match=r"^y: expected the labels 0 and 1, got -1, 1. \(y \+ 1\) / 2 turns"):
        learn_01(BITS, np.array([-1, 1, 1, 1]))
    with pytest.raises(ValueError, match=r"^y: expected the labels -1 and 1, got 0, 1. 2 \* y - 1 turns 0 and 1"):
        learn_signs(BITS, np.array([0, 1, 1, 1]))
    with pytest.raises(ValueError, match="^y: expected the labels -1 and 1, got 0, 1, 2, 3, 4. 2"):  # no more of them
        learn_signs(np.zeros((9, 1)), np.arange(9))
    with pytest.raises(ValueError, match="^x: expected finite numbers, but 1 of"):
        learn_01(np.array([[np.nan]]), np.array([1]))
    with pytest.raises(ValueError, match="^lr: expected a number above 0"):
        learn_01(BITS, np.array([0, 0, 0, 1]), lr=0)
    with pytest.raises(ValueError, match="^epochs: expected a whole number"):
        learn_signs(BITS, np.array([-1, 1, 1, 1]), epochs=0)


@pytest.mark.parametrize("learn", [learn_01, learn_signs])
def test_examples_and_labels_may_be_lists(learn):
    low = 0 if learn is learn_01 else -1
    x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [low, low, low, 1]
    np.testing.assert_array_equal(learn(x, y).weights, learn(np.array(x), np.array(y)).weights)
