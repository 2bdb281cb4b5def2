"""Refusals name the argument, what was expected and what came. More beside their users."""

import numpy as np
import pytest

from nnlib.arguments import (
    describe,
    need_count,
    need_examples,
    need_floats,
    need_generator,
    need_gradient,
    need_labels,
    need_number,
    need_targets,
    need_values,
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


BOUNDS = [
    ({}, [-1e300, 0, 1e300], [], "a finite number"),
    ({"above": 0}, [5e-324, 1, 1e300], [0, -1], "a number above 0"),
    ({"least": 0}, [0, 5e-324, 2], [-5e-324, -1], "a number of at least 0"),
    ({"least": 0, "below": 1}, [0, 0.5, 1 - 1e-16], [-1e-9, 1, 2], "a number of at least 0 and below 1"),
]


@pytest.mark.parametrize(("bounds", "good", "bad", "words"), BOUNDS)
def test_numbers_come_back_as_floats_if_they_lie_within_their_bounds(bounds, good, bad, words):
    for value in (*good, np.float32(0.5), np.float64(0.25)):
        assert need_number("x", value, **bounds) == value
        assert type(need_number("x", value, **bounds)) is float
    odd = np.nan, np.inf, -np.inf, "0", None, [0.5], np.zeros(1), 0j, np.complex64(0), False, True, 10**400
    for value in (*bad, *odd):
        with pytest.raises(ValueError, match=f"^x: expected {words}, got "):
            need_number("x", value, **bounds)


@pytest.mark.parametrize("value", [1, 10, np.int32(3)])
def test_counts(value):
    assert need_count("epochs", value) == value
    assert type(need_count("epochs", value)) is int


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


def test_floats_of_a_shape():
    x = np.ones((2, 3))
    for shape in ((2, 3), ("m", 3), ("m", "n")):
        assert need_floats("x", x, shape) is x
    for shape in ((3, 3), ("m", 2), ("m",), ("m", 3, 1)):
        with pytest.raises(ValueError, match=r"^x: expected shape \(.*, got \(2, 3\)$"):
            need_floats("x", x, shape)
    with pytest.raises(ValueError, match=r"^x: expected shape \(m, n\) with one example per row, got \(0, 3\)$"):
        need_floats("x", x[:0], ("m", "n"))
    with pytest.raises(ValueError, match=r"got \(3,\). A single example is a row: x\[None, :\]$"):
        need_floats("x", x[0], ("m", 3))


def test_targets_take_the_dtype_of_the_output_and_are_not_changed():
    y, y_hat = np.array([[0], [1]], np.int64), np.ones((2, 1), np.float32)
    assert need_targets("y", y, "y_hat", y_hat).dtype == np.float32
    assert y.dtype == np.int64
    same = y.astype(np.float32)
    assert need_targets("y", same, "y_hat", y_hat) is same


def test_gradients_must_not_broadcast():
    dz = np.ones((2, 3))
    assert need_gradient("dz", dz, (2, 3)) is dz
    for bad in (np.ones((2, 1)), np.ones(3), 1.0):
        with pytest.raises(ValueError, match=r"^dz: expected the shape of the last output, \(2, 3\), got \("):
            need_gradient("dz", bad, (2, 3))


def test_examples():
    pair = np.ones((2, 3)), np.ones(2)
    assert need_examples("train", pair) is pair
    assert need_examples("train", pair, finite=True) is pair
    need_examples("train", (np.full((2, 3), np.nan), np.ones(2)))  # looked for only where it is asked for
    for m, n in ((2, 3), (3, 2), (0, 0)):
        with pytest.raises(ValueError, match=f"^train: expected as many labels as examples, .* {m} examples and {n} l"):
            need_examples("train", (np.ones((m, 3)), np.ones(n)))
    with pytest.raises(ValueError, match="^train: y has 1 entries that are NaN or infinite"):
        need_examples("train", (np.ones((2, 3)), np.array([1, np.inf])), finite=True)


def test_generators():
    rng = np.random.default_rng(0)
    assert need_generator(rng) is rng
    for bad in (None, 0, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"^rng: expected np.random.default_rng\(seed\), got "):
            need_generator(bad)


A_ROW = " A single example is a row: x[None, :]"
ONE_HOT = " One-hot rows become labels by y.argmax(axis=1)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: need_floats("x", np.ones((3, 2)), ("m", 4)),
         "x: expected shape (m, 4) with one example per row, got (3, 2)"),
        (lambda: need_floats("x", np.ones(4), ("m", 4)),
         "x: expected shape (m, 4) with one example per row, got (4,)." + A_ROW),
        (lambda: need_floats("x", np.ones(0), ("m", 4)),
         "x: expected shape (m, 4) with one example per row, got (0,)"),
        (lambda: need_floats("x", np.ones(4), ("m", 1, 4)), "x: expected shape (m, 1, 4), got (4,)"),
        (lambda: need_floats("dz", np.ones(4), (2, 2)), "dz: expected shape (2, 2), got (4,)"),
        (lambda: need_values("b", [1, 2], (3,)), "b: expected shape (3,), got (2,)"),
        (lambda: need_values("b", 2, (3,)), "b: expected shape (3,), got (). One number for all of it: b[...] = 2"),
        (lambda: need_labels("y", np.eye(3, 2, dtype=int), 3, 2),
         "y: expected one label per row, shape (3,), got shape (3, 2)." + ONE_HOT),
        (lambda: need_labels("y", np.eye(3, 2), 3, 2),
         "y: expected an array of whole-number labels, got float64 array of shape (3, 2)." + ONE_HOT),
        (lambda: need_labels("y", np.arange(4), 3, 2), "y: expected one label per row, shape (3,), got shape (4,)"),
        (lambda: need_labels("y", np.ones(3), 3, 2),
         "y: expected an array of whole-number labels, got float64 array of shape (3,)"),
        (lambda: need_labels("y", np.arange(3), 3, 2), "y: labels must lie in 0 … 1 (one per column), got 0 … 2"),
        (lambda: need_labels("y", np.arange(-1, 2), 3, 2), "y: labels must lie in 0 … 1 (one per column), got -1 … 1"),
    ],
)  # fmt: skip
def test_a_refusal_gives_a_hint_where_it_helps_and_only_there(call, words):
    with pytest.raises((TypeError, ValueError)) as refusal:
        call()
    assert str(refusal.value) == words


def test_targets_and_outputs_that_are_not_finite_are_refused_by_their_own_names():
    good, bad = np.ones((2, 1)), np.array([[1], [np.nan]])
    with pytest.raises(ValueError, match="^y: expected finite numbers"):
        need_targets("y", bad, "y_hat", good)
