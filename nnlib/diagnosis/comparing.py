"""When two results are the same: to rounding, in any form, for arrays, numbers and what holds them."""

import copy

import numpy as np

SINGLE = 1e-5  # the relative error that passes in float32
UNCOUNTED = "OSUVmM"  # kinds of arrays that hold no numbers


def copied(value):
    """A copy that shares nothing that a function could change; functions are themselves."""
    if isinstance(value, (int, float, str)) or callable(value):
        return value
    if type(value) is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")  # as deepcopy does, sooner
    if isinstance(value, (tuple, list)):
        return type(value)(map(copied, value)) if type(value) in (tuple, list) else copy.deepcopy(value)
    if isinstance(value, dict):
        return {name: copied(entry) for name, entry in value.items()}
    return copy.deepcopy(value)


def same(got, right, tol):
    """Whether two results agree: same form, same shapes, ‖got − right‖ ≤ tol · max(‖got‖, ‖right‖)."""
    if isinstance(right, dict):
        return isinstance(got, dict) and got.keys() == right.keys() and all(same(got[k], right[k], tol) for k in right)
    if isinstance(right, (tuple, list)):
        fits = isinstance(got, (tuple, list)) and len(got) == len(right)
        return fits and all(map(lambda a, b: same(a, b, tol), got, right))
    if right is None or isinstance(right, str):
        return type(got) is type(right) and got == right
    got, right = as_numbers(got), as_numbers(right)
    return got is not None and right is not None and got.shape == right.shape and _close(got, right, tol)


def as_numbers(value):
    """An array of a value, of numbers or booleans; None where it is none."""
    try:
        array = np.asarray(value)
    except Exception:  # whatever a student returns
        return None
    return None if array.dtype.kind in UNCOUNTED else array


def arrays_in(value):
    """All arrays and numbers in a result, in order."""
    if isinstance(value, dict):
        return [array for name in sorted(value, key=str) for array in arrays_in(value[name])]
    if isinstance(value, (tuple, list)):
        return [array for entry in value for array in arrays_in(entry)]
    array = as_numbers(value)
    return [] if array is None else [array]


def _close(got, right, tol):
    if got.dtype == right.dtype and got.tobytes() == right.tobytes():  # most arguments, which nobody changed
        return True
    # Real and imaginary parts, one by one: the size of a complex number may be infinite where both of them are not, and
    # what is divided by that is 0, which everything is as good as.
    got, right = (array.astype(np.complex128).ravel().view(np.float64) for array in (got, right))
    finite = np.isfinite(right)
    if (np.isfinite(got) != finite).any() or not np.array_equal(got[~finite], right[~finite], equal_nan=True):
        return False
    got, right = got[finite], right[finite]
    largest = max(np.abs(got).max(initial=0), np.abs(right).max(initial=0))
    if largest <= 1e-290:  # both are 0, or as good as that
        return True
    got, right = got / largest, right / largest  # squares of it do not overflow
    return bool(np.linalg.norm(got - right) <= tol * max(np.linalg.norm(got), np.linalg.norm(right)))


def rounding(tol, got):
    """The tolerance for a result: `tol`, or that of float32 if somebody calculates in it."""
    return max(tol, SINGLE) if any(array.dtype == np.float32 for array in arrays_in(got)) else tol
