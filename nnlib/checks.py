"""Checks for students: each says in words what is wrong with an answer, and never what the answer is."""

from contextlib import contextmanager

import numpy as np

from nnlib.gradcheck import numerical_gradient, relative_error


def check_shape(name, got, shape):
    """Fail unless `got` is an array of floats of this shape; returns it as an array."""
    assert got is not None, f"{name} is None. Does your function return it?"
    array = np.asarray(got)
    assert array.dtype.kind in "fiu", f"{name} should hold numbers, but it is {type(got).__name__} {got!r}"[:200]
    assert array.shape == tuple(shape), f"{name} has shape {array.shape}, expected {tuple(shape)}"
    assert np.isfinite(array).all(), f"{name} holds NaN or infinite values"
    return array


def check_close(name, got, expected, tol=1e-6, hint=""):
    """Fail unless ‖got − expected‖ ≤ tol · max(‖got‖, ‖expected‖), with the likely reason in words.

    One number for the whole array, so that an entry near 0 does not count more than the others.
    """
    expected = np.asarray(expected, dtype=np.float64)
    array = check_shape(name, got, expected.shape).astype(np.float64)
    if relative_error(array, expected) > tol:
        raise AssertionError(f"{name} {_diagnosis(array, expected, tol)}. {hint}".strip())


def check_gradient(name, got, f, x, tol=1e-6, hint=""):
    """Fail unless `got` is the gradient of f at x, as central differences in float64 give it."""
    difference = numerical_gradient(f, np.array(x, dtype=np.float64))
    check_close(name, got, difference, tol, hint or "Compare it with a numerical gradient.")


def check_parts(name, result, *parts):
    """Fail unless a function returned a tuple of these parts; returns the tuple."""
    wanted = f"({', '.join(parts)})"
    assert result is not None, f"{name} returned None, expected {wanted}. Is there a return?"
    assert isinstance(result, (tuple, list)), f"{name} returned one {type(result).__name__}, expected {wanted}"
    assert len(result) == len(parts), f"{name} returned {len(result)} values, expected {len(parts)}: {wanted}"
    return tuple(result)


@contextmanager
def unchanged(**arrays):
    """Fail if a function called inside the `with` changes one of these arrays in place."""
    before = {name: np.array(array, copy=True) for name, array in arrays.items()}
    yield
    for name, array in arrays.items():
        assert np.array_equal(array, before[name]), (
            f"{name} was changed in place. Work on a new array: for example `a = a - b` in place of `a -= b`"
        )


@contextmanager
def given(function, **helpers):
    """Inside the `with`, `function` finds these helpers in place of those of the notebook; it stays itself.

    A wrong `relu_backward` then costs its own points, not those of the network that calls it.
    """
    scope = function.__globals__
    replaced = {name: scope[name] for name in helpers if name in scope}
    scope.update({name: helper for name, helper in helpers.items() if replaced.get(name) is not function})
    try:
        yield
    finally:
        for name in helpers:
            scope.pop(name, None)
        scope.update(replaced)


def _diagnosis(got, expected, tol):
    """The likeliest of the usual mistakes that turns the right answer into this one."""
    if not expected.any():
        return "should be 0"
    if not got.any():
        return "is 0 everywhere, but it should not be"
    if relative_error(-got, expected) <= tol:
        return "has the wrong sign"
    if got.ndim == 2 and got.shape[0] == got.shape[1] and relative_error(got.T, expected) <= tol:
        return "is transposed"
    factor = float(np.vdot(got, expected) / np.vdot(expected, expected))
    if factor and relative_error(got, factor * expected) <= max(tol, 1e-9):
        return f"is {factor:.4g} times what it should be: look for a missing or an extra factor"
    return f"is not right (relative error {relative_error(got, expected):.1e})"
