"""Bad arguments are refused in words: which argument, what was expected, what came, what to do."""

import numpy as np


def describe(value):
    """What came, in a few words: `float64 array of shape (3, 2)`, or the type of anything else."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    return f"{type(value).__name__} {value!r}"[:80]


def need_float_matrix(name, x, n_columns):
    """x if it is a float array of shape (m, n_columns) with m ≥ 1; TypeError or ValueError otherwise."""
    if not (isinstance(x, np.ndarray) and x.dtype.kind == "f"):
        raise TypeError(
            f"{name}: expected an array of floats of shape (m, {n_columns}), got {describe(x)}. "
            f"Convert it: {name} = np.asarray({name}, dtype=np.float32)"
        )
    if x.ndim != 2 or x.shape[1] != n_columns or not len(x):
        hint = f" A single example is a row: {name}[None, :]" if x.shape == (n_columns,) else ""
        raise ValueError(
            f"{name}: expected shape (m, {n_columns}) with one example per row, got {x.shape}.{hint}"
        )
    return x


def need_labels(name, y, m, n_classes):
    """y if it is m whole numbers from 0 to n_classes − 1; TypeError or ValueError otherwise."""
    if not (isinstance(y, np.ndarray) and y.dtype.kind in "iu"):
        raise TypeError(f"{name}: expected an array of whole-number labels, got {describe(y)}")
    if y.shape != (m,):
        raise ValueError(f"{name}: expected one label per row, shape ({m},), got shape {y.shape}")
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(
            f"{name}: labels must lie in 0 … {n_classes - 1} (one per column), "
            f"got {y.min()} … {y.max()}"
        )
    return y


def need_same_shape(name, a, other_name, b):
    """Refuse to compare (m, 1) with (m,): NumPy would broadcast them to (m, m) without a word."""
    for label, value in ((name, a), (other_name, b)):
        if not isinstance(value, np.ndarray) or not value.size:
            raise TypeError(f"{label}: expected an array with at least one row, got {describe(value)}")
    if a.dtype.kind != "f":
        raise TypeError(f"{name}: expected an array of floats, got {describe(a)}")
    if a.shape != b.shape:
        raise ValueError(f"{name} has shape {a.shape} but {other_name} has shape {b.shape}")


def need_positive(name, value):
    """value if it is a finite number above 0; ValueError otherwise."""
    if not (np.isscalar(value) and np.isfinite(value) and value > 0):
        raise ValueError(f"{name}: expected a number above 0, got {value!r}")
    return value


def need_count(name, value):
    """value if it is a whole number of at least 1; ValueError otherwise."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: expected a whole number of at least 1, got {value!r}")
    return value


def need_generator(rng):
    """rng if it is a numpy Generator: chance is always passed in, so that a run can be repeated."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected np.random.default_rng(seed), got {describe(rng)}")
    return rng


def need_forward_first(layer, cache):
    """Refuse backward before forward: there is nothing yet to take the gradient of."""
    if cache is None:
        raise RuntimeError(f"{layer!r}: call forward before backward; backward needs its values")
