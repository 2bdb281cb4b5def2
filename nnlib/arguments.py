"""Bad arguments are refused in words: which argument, what was expected, what came, what to do."""

import math

import numpy as np


def describe(value):
    """What came, in a few words: `float64 array of shape (3, 2)`, or the type of anything else."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    return f"{type(value).__name__} {value!r}"[:80]


def need_floats(name, x, shape=None):
    """x if it is an array of floats, and of this shape; TypeError or ValueError otherwise.

    A shape such as ("m", 3) or ("m", "n") holds a name for every length that is free, but for 0.
    """
    if not (isinstance(x, np.ndarray) and x.dtype.kind == "f"):
        raise TypeError(
            f"{name}: expected an array of floats, got {describe(x)}. "
            f"Convert it: {name} = np.asarray({name}, dtype=np.float32)"
        )
    if shape is not None and not _fits(x.shape, shape):
        rows = " with one example per row" if len(shape) == 2 and shape[0] == "m" else ""
        hint = f". A single example is a row: {name}[None, :]" if rows and x.ndim == 1 and x.size else ""
        raise ValueError(f"{name}: expected shape ({', '.join(map(str, shape))}){rows}, got {x.shape}{hint}")
    return x


def _fits(got, expected):
    """Is every length the expected one, or one that is free?"""
    if len(got) != len(expected) or 0 in got:
        return False
    for length, wanted in zip(got, expected):  # noqa: SIM110 (quicker than all)
        if length != wanted and not isinstance(wanted, str):
            return False
    return True


def need_finite(name, x):
    """x if it is an array of one or more floats, none of them NaN or infinite; TypeError or ValueError otherwise."""
    if not need_floats(name, x).size:
        raise ValueError(f"{name}: expected at least one example, got shape {x.shape}")
    # The sum of squares of finite numbers is finite, unless they are huge: one quick pass settles most cases.
    if not math.isfinite(np.vdot(x, x)) and (bad := np.count_nonzero(~np.isfinite(x))):
        raise ValueError(f"{name}: expected finite numbers, but {bad} of {x.size} entries are NaN or infinite")
    return x


def need_array(name, x):
    """x, an array or lists of numbers, as a new float64 array; TypeError or ValueError if they are not finite."""
    array = _as_array(name, x)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: expected numbers, got {describe(x)}")
    return need_finite(name, array.astype(np.float64))


def _as_array(name, x):
    try:
        return np.asarray(x)
    except ValueError:
        raise ValueError(f"{name}: expected lists of one length, got {describe(x)}") from None


def need_values(name, values, shape):
    """values, an array or lists of real numbers, as an array of this shape; TypeError or ValueError otherwise.

    They may be NaN. Another shape is refused because NumPy would repeat a number or a row in silence.
    """
    array = _as_array(name, values)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected real numbers, got {describe(values)}")
    if array.shape != shape:
        hint = f". One number for all of it: {name}[...] = {values!r}" if not array.ndim else ""
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}{hint}")
    return array


def need_labels(name, y, m, n_classes):
    """y if it is m whole numbers from 0 to n_classes − 1; TypeError or ValueError otherwise."""
    is_whole = isinstance(y, np.ndarray) and y.dtype.kind in "iu"
    if not is_whole or y.shape != (m,):
        hint = f". One-hot rows become labels by {name}.argmax(axis=1)" if np.shape(y) == (m, n_classes) else ""
        if not is_whole:
            raise TypeError(f"{name}: expected an array of whole-number labels, got {describe(y)}{hint}")
        raise ValueError(f"{name}: expected one label per row, shape ({m},), got shape {y.shape}{hint}")
    if y.astype(np.uint64).max() >= n_classes:  # as unsigned numbers negative ones are huge: one pass finds both
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
    return need_finite(name, y.astype(y_hat.dtype, copy=False))


def need_gradient(name, gradient, shape):
    """gradient if it is of floats and of the output's shape: NumPy would broadcast another one in silence."""
    if getattr(gradient, "shape", None) != shape:
        raise ValueError(f"{name}: expected the shape of the last output, {shape}, got {np.shape(gradient)}")
    return need_floats(name, gradient)


def need_examples(name, data, finite=False):
    """data if it is a pair (x, y) of arrays of numbers with one entry of y per row of x, at least one.

    `finite` also refuses entries that are NaN or infinite, and says how many.
    """
    if not (isinstance(data, tuple | list) and len(data) == 2):
        raise TypeError(f"{name}: expected a pair of arrays (x, y), got {describe(data)}")
    x, y = data
    for part, array in (("x", x), ("y", y)):
        if not (isinstance(array, np.ndarray) and array.ndim and array.dtype.kind in "fiub"):
            raise TypeError(f"{name}: expected a pair of arrays (x, y) of numbers, but {part} is {describe(array)}")
        if finite and (bad := np.count_nonzero(~np.isfinite(array))):
            raise ValueError(f"{name}: {part} has {bad} entries that are NaN or infinite")
    if len(x) != len(y) or not len(x):
        raise ValueError(
            f"{name}: expected as many labels as examples, at least one; got {len(x)} examples and {len(y)} labels"
        )
    return data


def need_number(name, value, above=-math.inf, least=-math.inf, below=math.inf):
    """value as a float if it is a finite number within these bounds; ValueError otherwise.

    A float, because a NumPy float64 number would turn the float32 arrays that it meets into float64.
    """
    if not (_is_real(value) and above < value < below and least <= value):
        bounds = {"above": above, "of at least": least, "below": below}
        words = " and ".join(f"{word} {bound}" for word, bound in bounds.items() if math.isfinite(bound))
        raise ValueError(f"{name}: expected {f'a number {words}' if words else 'a finite number'}, got {value!r}")
    return float(value)


def _is_real(value):
    """Is it a number, neither complex nor True or False, that is finite?"""
    is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    try:
        return is_number and math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def need_count(name, value, least=1):
    """value as an int if it is a whole number of at least 1 (or `least`); ValueError otherwise.

    An int, because NumPy's whole numbers overflow when they are multiplied.
    """
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name}: expected a whole number of at least {least}, got {value!r}")
    return int(value)


def need_dtype(name, dtype):
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


def need_generator(rng):
    """rng if it is a numpy Generator: chance is always passed in, so that a run can be repeated."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected np.random.default_rng(seed), got {describe(rng)}")
    return rng


def need_forward_first(layer, cache):
    """Refuse backward before forward: there is nothing yet to take the gradient of."""
    if cache is None:
        raise RuntimeError(f"{layer!r}: call forward before backward; backward needs its values")
