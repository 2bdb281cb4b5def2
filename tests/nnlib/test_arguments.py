"""Refusals name the argument, what was expected and what came. More beside their users."""

import numpy as np
import pytest

from nnlib.arguments import (
    describe,
    need_count,
    need_examples,
    need_floats,
    need_fraction,
    need_fractions,
    need_generator,
    need_gradient,
    need_not_negative,
    need_number,
    need_positive,
    need_targets,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((3, 2)), "float64 array of shape (3, 2)"),
        (np.zeros((), np.float32), "float32 array of shape ()"),
        (None, "NoneType None"),
        ([1, 2], "list [1, 2]"),
        ("x" * 500, "str '" + "x" * 75),
    ],
)
def test_describe(value, words):
    assert describe(value) == words


@pytest.mark.parametrize("value", [1, 0.1, 1e-300, np.float32(0.5), np.float64(2), np.int64(3)])
def test_positive_numbers_come_back_as_floats(value):
    assert type(need_positive("lr", value)) is float


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, "1", None, [1], np.ones(1), np.complex64(1), True])
def test_what_is_not_a_positive_number(value):
    with pytest.raises(ValueError, match="^lr: expected a number above 0, got "):
        need_positive("lr", value)


@pytest.mark.parametrize("need", [need_fraction, need_not_negative, need_number])
def test_other_numbers_are_real_and_finite(need):
    assert need("x", np.float32(0.5)) == need("x", 0.5) == 0.5
    for value in (np.nan, np.inf, -np.inf, "0", None, np.zeros(1), 0j, np.complex64(0), False):
        with pytest.raises(ValueError, match="^x: expected a .*number.*, got "):
            need("x", value)


@pytest.mark.parametrize("value", [1, 10, np.int32(3)])
def test_counts(value):
    assert need_count("epochs", value) == value


@pytest.mark.parametrize("value", [0, -1, 1.0, 2.5, "3", None, True])
def test_what_is_not_a_count(value):
    with pytest.raises(ValueError, match="^epochs: expected a whole number of at least 1, got "):
        need_count("epochs", value)


def test_floats():
    x = np.ones(2, np.float32)
    assert need_floats("x", x) is x
    for value in (np.ones(2, int), np.ones(2, bool), np.array(["a"]), [1.0], 1.0, None):
        with pytest.raises(
            TypeError,
            match=r"^x: expected an array of floats, got .*x = np.asarray\(x, dtype=np.float32\)",
        ):
            need_floats("x", value)


def test_fractions():
    for good in (np.array([0.0, 1.0]), np.array([0, 1])):
        assert need_fractions("y", good) is good
    for bad in ([-0.1, 1], [0, 1.1], [0, np.nan]):
        with pytest.raises(ValueError, match="^y: expected numbers from 0 to 1"):
            need_fractions("y", np.array(bad))


def test_targets_take_the_dtype_of_the_output_and_are_not_changed():
    y, y_hat = np.array([[0], [1]]), np.ones((2, 1), np.float32)
    assert need_targets("y", y, "y_hat", y_hat).dtype == np.float32
    assert y.dtype == np.int64
    same = y.astype(np.float32)
    assert need_targets("y", same, "y_hat", y_hat) is same


def test_gradients_must_not_broadcast():
    need_gradient("dz", np.ones((2, 3)), (2, 3))
    for bad in (np.ones((2, 1)), np.ones(3), 1.0):
        with pytest.raises(ValueError, match=r"^dz: expected the shape of the last output, \(2, 3\), got \("):
            need_gradient("dz", bad, (2, 3))


def test_examples():
    pair = np.ones((2, 3)), np.ones(2)
    assert need_examples("train", pair) is pair


def test_generators():
    rng = np.random.default_rng(0)
    assert need_generator(rng) is rng
    for bad in (None, 0, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"^rng: expected np.random.default_rng\(seed\), got "):
            need_generator(bad)
