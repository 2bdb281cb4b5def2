"""The perceptron: truth tables, both rules step by step, convergence and its failure on XOR."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from nnlib.perceptron import AND, NOR, NOT, OR, Unit, learn_01, learn_signs, step, xnor, xor

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


def test_step_and_unit_are_one_at_zero():
    assert step([-1, 0, 1]).tolist() == [0, 1, 1]
    assert Unit(-1, (1,))([1]) == 1


def test_the_01_rule_by_hand():
    """AND from zero: z = 0 counts as 1, so the first example is a mistake."""
    x, y = np.array([[0, 0], [1, 1]]), np.array([0, 1])
    history = learn_01(x, y, lr=0.5)
    steps = [[0, 0, 0], [-0.5, 0, 0], [0, 0.5, 0.5], [-0.5, 0.5, 0.5], [-0.5, 0.5, 0.5]]
    assert history.weights[:5].tolist() == steps
    assert history.mistake[:4].tolist() == [True, True, True, False]
    assert history.mistakes_per_epoch == [2, 1, 0]
    assert history.unit(x).tolist() == [0, 1]


def test_the_sign_rule_by_hand():
    """E18: θ = 0 gives y θ·x = 0, which must count as a mistake, or nothing would ever happen."""
    history = learn_signs(np.array([[2.0], [-2.0]]), np.array([1, -1]))
    assert history.weights.tolist() == [[0, 0], [1, 2], [1, 2], [1, 2], [1, 2]]
    assert history.mistakes_per_epoch == [1, 0]


@given(st.integers(0, 1000))
def test_both_rules_converge_on_separable_data(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (30, 2))
    margin = x @ [1, -2] + 0.3
    x, t = x[np.abs(margin) > 0.2], (margin[np.abs(margin) > 0.2] > 0).astype(int)
    for history in (learn_01(x, t, epochs=1000), learn_signs(x, 2 * t - 1, epochs=1000)):
        assert history.mistakes_per_epoch[-1] == 0
        np.testing.assert_array_equal(history.unit(x), t)


def test_with_the_same_mistakes_both_rules_take_the_same_steps():
    x, t = np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -2.0], [2.0, 2.0]]), np.array([0, 1, 1, 0])
    np.testing.assert_array_equal(learn_01(x, t).weights, learn_signs(x, 2 * t - 1).weights)


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
    with pytest.raises(ValueError, match=r"^y: expected the labels 0 and 1, got -1, 1"):
        learn_01(BITS, np.array([-1, 1, 1, 1]))
    with pytest.raises(ValueError, match="^y: expected the labels -1 and 1, got"):
        learn_signs(BITS, np.array([0, 1, 1, 1]))
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
