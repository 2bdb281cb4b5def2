"""Checks for students: each says in words what is wrong with an answer, and never what the answer is.

`name` is what the answer is called in the words, `got` the answer, `hint` a sentence to add to them, and
`tol` the relative error that passes. A check that fails raises CheckFailed.
"""

import numpy as np

from nnlib.checks.failed import CheckFailed, need
from nnlib.gradcheck import numerical_gradient, relative_error

SEVERAL = 4  # entries of an array from which on a wrong sign of all of them is no chance


def check_shape(name, got, shape, hint=""):
    """Fail unless `got` is an array of finite numbers of this shape; returns it as an array."""
    need(got is not None, f"{name} is None. Does your function return it? {hint}")
    array = _as_array(name, got)
    need(array.shape == tuple(shape), f"{name} has shape {array.shape}, expected {tuple(shape)}. {hint}")
    need(np.isfinite(array).all(), f"{name} holds NaN or infinite values. {hint}")
    return array


def check_close(name, got, expected, tol=1e-6, hint=""):
    """Fail unless ‖got − expected‖ ≤ tol · max(‖got‖, ‖expected‖), with the likely reason in words.

    One number for the whole array, so that an entry near 0 does not count more than the others.
    """
    expected = np.asarray(expected, dtype=np.float64)
    with np.errstate(over="ignore"):  # of a longdouble
        array = check_shape(name, got, expected.shape, hint).astype(np.float64)
        if relative_error(array, expected) > tol:
            raise CheckFailed(f"{name} {_diagnosis(array, expected, tol)}. {hint}".strip())


def check_gradient(name, got, f, x, tol=1e-6, hint=""):
    """Fail unless `got` is the gradient of f, a function with one number as its value, at x.

    Both have the shape of x. It is compared with central differences in float64. Source: S2.
    """
    difference = numerical_gradient(f, np.array(x, dtype=np.float64))
    check_close(name, got, difference, tol, hint or "Compare it with a numerical gradient.")


def check_parts(name, result, *parts):
    """Fail unless `result`, what a function returned, is a tuple of as many `parts`, names; returns the tuple."""
    wanted = f"({', '.join(parts)})"
    need(result is not None, f"{name} returned None, expected {wanted}. Is there a return?")
    need(isinstance(result, (tuple, list)), f"{name} returned one {type(result).__name__}, expected {wanted}")
    need(len(result) == len(parts), f"{name} returned {len(result)} values, expected {len(parts)}: {wanted}")
    return tuple(result)


def _as_array(name, got):
    try:
        array = np.asarray(got)
    except ValueError:
        raise CheckFailed(f"{name} is a list whose rows differ in length, expected an array") from None
    need(array.dtype.kind in "fiu", f"{name} should hold numbers, but it is {type(got).__name__}")
    return array


def _diagnosis(got, expected, tol):
    """What is certain about a wrong array. No factor is named: one fits every single number."""
    if not expected.any():
        return "should be 0"
    if not got.any():
        return "is 0 everywhere, but it should not be"
    if got.size >= SEVERAL and relative_error(-got, expected) <= tol:
        return "has the wrong sign"
    square = got.ndim == 2 and got.shape[0] == got.shape[1]
    if square and relative_error(got.T, expected) <= tol:
        return "is transposed"
    return f"is not right (relative error {relative_error(got, expected):.1e})"
