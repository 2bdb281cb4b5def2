"""Bad arguments are refused in words: which argument, what was expected, what came, what to do."""

import math

import numpy as np


def describe(value):
    """What came, in a few words: `float64 array of shape (3, 2)`, or the type of anything else."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    return f"{type(value).__name__} {value!r}"[:80]


def need_floats(name, x):
    """x if it is an array of floats; TypeError otherwise."""
    if not (isinstance(x, np.ndarray) and x.dtype.kind == "f"):
        raise TypeError(
            f"{name}: expected an array of floats, got {describe(x)}. "
            f"Convert it: {name} = np.asarray({name}, dtype=np.float32)"
        )
    return x


def need_rows(name, x):
    """x if it is an array of floats with an axis to sum along; TypeError or ValueError otherwise."""
    if not need_floats(name, x).ndim:
        raise ValueError(f"{name}: expected one or more rows of numbers, got a single number")
    return x


def need_float_matrix(name, x, n_columns="n"):
    """x if it is a float array of shape (m, n_columns) with m ≥ 1; TypeError or ValueError otherwise."""
    need_floats(name, x)
    if x.ndim != 2 or not x.size or n_columns not in ("n", x.shape[1]):
        hint = f" A single example is a row: {name}[None, :]" if x.ndim == 1 and x.size else ""
        raise ValueError(f"{name}: expected shape (m, {n_columns}) with one example per row, got {x.shape}.{hint}")
    return x


def need_finite_numbers(name, x):
    """x if it is an array of one or more floats, none of them NaN or infinite; TypeError or ValueError otherwise."""
    if not need_floats(name, x).size:
        raise ValueError(f"{name}: expected at least one example, got shape {x.shape}")
    # The sum of squares of finite numbers is finite, unless they are huge: one quick pass settles most cases.
    if not math.isfinite(np.vdot(x, x)) and (bad := np.count_nonzero(~np.isfinite(x))):
        raise ValueError(f"{name}: expected finite numbers, but {bad} of {x.size} entries are NaN or infinite")
    return x


def need_numbers(name, x):
    """x, an array or lists of numbers, as a new float64 array; TypeError or ValueError if they are not finite."""
    try:
        array = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name}: expected lists of one length, got {describe(x)}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: expected numbers, got {describe(x)}")
    return need_finite_numbers(name, array.astype(np.float64))


def need_labels(name, y, m, n_classes):
    """y if it is m whole numbers from 0 to n_classes − 1; TypeError or ValueError otherwise."""
    hint = f". One-hot rows become labels by {name}.argmax(axis=1)" if np.shape(y) == (m, n_classes) else ""
    if not (isinstance(y, np.ndarray) and y.dtype.kind in "iu"):
        raise TypeError(f"{name}: expected an array of whole-number labels, got {describe(y)}{hint}")
    if y.shape != (m,):
        raise ValueError(f"{name}: expected one label per row, shape ({m},), got shape {y.shape}{hint}")
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(f"{name}: labels must lie in 0 … {n_classes - 1} (one per column), got {y.min()} … {y.max()}")
    return y


def need_targets(name, y, y_hat_name, y_hat):
    """y in the dtype of ŷ if both are arrays of one shape with at least one row, and y is finite.

    Refuses to compare (m, 1) with (m,): NumPy would broadcast them to (m, m) without a word.
    """
    if not (need_floats(y_hat_name, y_hat).ndim and y_hat.size):
        raise ValueError(f"{y_hat_name}: expected at least one row, got shape {y_hat.shape}")
    if not (isinstance(y, np.ndarray) and y.dtype.kind in "fiub"):
        raise TypeError(f"{name}: expected an array of numbers, got {describe(y)}")
    if y.shape != y_hat.shape:
        raise ValueError(f"{name}: expected shape {y_hat.shape}, that of {y_hat_name}, got {y.shape}")
    return need_finite_numbers(name, y.astype(y_hat.dtype, copy=False))


def need_fractions(name, x):
    """x if all its entries lie in [0, 1]; ValueError otherwise."""
    if not (x.min() >= 0 and x.max() <= 1):  # also true for NaN
        raise ValueError(f"{name}: expected numbers from 0 to 1, got {x.min():g} … {x.max():g}")
    return x


def need_gradient(name, gradient, shape):
    """Refuse a gradient that is not of floats, or not of the output's shape: NumPy would broadcast it in silence."""
    if np.shape(gradient) != shape:
        raise ValueError(f"{name}: expected the shape of the last output, {shape}, got {np.shape(gradient)}")
    need_floats(name, gradient)


def need_examples(name, data):
    """data if it is a pair (x, y) of arrays of numbers with one entry of y per row of x, at least one."""
    if not (isinstance(data, tuple | list) and len(data) == 2):
        raise TypeError(f"{name}: expected a pair of arrays (x, y), got {describe(data)}")
    x, y = data
    for part, array in (("x", x), ("y", y)):
        if not (isinstance(array, np.ndarray) and array.ndim and array.dtype.kind in "fiub"):
            raise TypeError(f"{name}: expected a pair of arrays (x, y) of numbers, but {part} is {describe(array)}")
    if len(x) != len(y) or not len(x):
        raise ValueError(
            f"{name}: expected as many labels as examples, at least one; got {len(x)} examples and {len(y)} labels"
        )
    return data


def need_finite(name, data):
    """Refuse examples (x, y) with entries that are NaN or infinite, and say how many."""
    for part, array in zip("xy", need_examples(name, data), strict=True):
        if bad := np.count_nonzero(~np.isfinite(array)):
            raise ValueError(f"{name}: {part} has {bad} entries that are NaN or infinite")


def need_positive(name, value):
    """value as a float if it is a finite number above 0; ValueError otherwise.

    A float, because a NumPy float64 number would turn the float32 arrays that it meets into float64.
    """
    if not (_is_real(value) and value > 0):
        raise ValueError(f"{name}: expected a number above 0, got {value!r}")
    return float(value)


def need_not_negative(name, value):
    """value as a float if it is a finite number of at least 0; ValueError otherwise."""
    if not (_is_real(value) and value >= 0):
        raise ValueError(f"{name}: expected a number of at least 0, got {value!r}")
    return float(value)


def need_fraction(name, value):
    """value as a float if it is a number in [0, 1); ValueError otherwise."""
    if not (_is_real(value) and 0 <= value < 1):
        raise ValueError(f"{name}: expected a number from 0 up to, but not including, 1, got {value!r}")
    return float(value)


def need_number(name, value):
    """value as a float if it is a finite number; ValueError otherwise."""
    if not _is_real(value):
        raise ValueError(f"{name}: expected a finite number, got {value!r}")
    return float(value)


def _is_real(value):
    """Is it a number, neither complex nor True or False, that is finite?"""
    is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    try:
        return is_number and math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def need_count(name, value, least=1):
    """value if it is a whole number of at least 1 (or `least`); ValueError otherwise."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name}: expected a whole number of at least {least}, got {value!r}")
    return value


def need_float_dtype(name, dtype):
    """dtype if it is one of floats; TypeError otherwise: whole numbers would cut off what is behind the point."""
    try:
        is_float = np.dtype(dtype).kind == "f"
    except TypeError:  # not a dtype at all
        is_float = False
    if not is_float:
        raise TypeError(f"{name}: expected np.float32 or np.float64, got {describe(dtype)}")
    return np.dtype(dtype)


def need_function(name, value):
    """value if it can be called; TypeError otherwise."""
    if not callable(value):
        raise TypeError(f"{name}: expected a function, got {describe(value)}")
    return value


def need_loss(result):
    """(L, dz), if that is what a loss gave; TypeError otherwise."""
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(f"loss: expected a function that returns (L, dz), but it returned {describe(result)}")
    return result


def need_network(net):
    """net if it has θ and a gradient, as Sequential has; TypeError otherwise."""
    if not (hasattr(net, "theta") and hasattr(net, "grad")):
        raise TypeError(f"net: expected a network, such as Sequential(…), got {describe(net)}")
    return net


def need_history(history):
    """history if it is what `fit` gives; TypeError otherwise."""
    if not hasattr(history, "batch_loss"):
        raise TypeError(f"history: expected what fit gave, got {describe(history)}")
    return history


def need_texts(name, texts, places):
    """Refuse texts, in nested lists, unless there is one for each of the places, "…" in lists nested alike."""
    if texts is not None and _outline(texts) != places:
        raise ValueError(f"{name}: expected texts like {places}, got {_outline(texts)}")


def _outline(texts):
    return [_outline(part) for part in texts] if isinstance(texts, list | tuple | np.ndarray) else "…"


def need_generator(rng):
    """rng if it is a numpy Generator: chance is always passed in, so that a run can be repeated."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected np.random.default_rng(seed), got {describe(rng)}")
    return rng


def need_forward_first(layer, cache):
    """Refuse backward before forward: there is nothing yet to take the gradient of."""
    if cache is None:
        raise RuntimeError(f"{layer!r}: call forward before backward; backward needs its values")
