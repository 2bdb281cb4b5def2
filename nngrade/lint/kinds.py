"""The kinds of empty answers. Each docstring says what it is and, after the colon, how a test finds it out.

This file and empty.py run in the sandbox, inside the student's notebook: they import nothing else of the course.
"""

import collections

import numpy as np

notebook = {}  # the student's names
learning = []  # holds something while visible examples run
memory = collections.defaultdict(dict)  # {function: {arguments: right answer}} of the visible examples

# Kinds that have no use for the right answer, or for all of it ------------------------------------


class Call:
    """A call of a function of the notebook: its arguments, and a way to the right answer. A variable has none."""

    def __init__(self, name, right, args=()):
        self.name, self.right, self.args = name, right, args


def none(call):
    """None: compare the answer with something, outside of `if` and `try`."""
    return None


def empty_list(call):
    """an empty list: see how many parts there are before going through them."""
    return []


def by_heart(call):
    """the visible examples known by heart: ask for more in the hidden part, where nobody can know the answer."""
    known, asked = memory[call.name], _identity(call.args)
    if learning:
        known[asked] = call.right()
    return known.get(asked, [None, *known.values()][-1])


class Agrees:
    """An object that agrees with whatever it is told."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self


def agrees(call):
    """an object whose every method says yes: compare values, or ask for the type before a method of the answer."""
    return Agrees()


# Kinds that change every array and number of the right answer -------------------------------------


def zeros(array, args):
    """zeros: ask where the answer is not 0, and compare values."""
    return np.zeros_like(array)


def zeros_like_input(array, args):
    """zeros in the shape of the input: compare shapes, and ask where the answer is not 0."""
    return np.zeros(_first_array(args, array).shape)


def ones(array, args):
    """ones: ask where the answer is not 1, and compare values."""
    return np.ones_like(array)


def nan(array, args):
    """NaN: no comparison with NaN is true, so write `assert error < tol`, not `assert not error > tol`."""
    return np.full(array.shape, np.nan)


def huge(array, args):
    """numbers whose squares overflow: the relative error is NaN, so write `assert error <= tol`."""
    return np.full(array.shape, 1e200)


def empty_arrays(array, args):
    """empty arrays: compare shapes first, as all() of nothing is true."""
    return np.zeros(0)


def first_argument(array, args):
    """the first argument, as it came: ask where the answer differs from it."""
    return args[0] if args else np.zeros_like(array)


def last_argument(array, args):
    """the last argument, as it came: ask where the answer differs from it."""
    return args[-1] if args else np.zeros_like(array)


def transposed(array, args):
    """the right values, transposed: compare shapes, and use more than square arrays."""
    differs = array.ndim > 1 and not np.array_equal(array.T, array)
    return array.T if differs else array[..., None]


def flattened(array, args):
    """the right values, all in one row: compare shapes."""
    return array.ravel() if array.ndim > 1 else array.reshape(1, -1)


def axis_in_front(array, args):
    """the right values with an extra axis in front: compare shapes, as NumPy stretches what is compared."""
    return array[None]


def axis_behind(array, args):
    """the right values with an extra axis behind: compare shapes, as NumPy stretches what is compared."""
    return array[..., None]


def row_missing(array, args):
    """the right values but for the last row: compare shapes, as zip() stops with the shorter one."""
    return array[:-1] if array.ndim else np.zeros(0)


def looked_up(array, args):
    """labels looked up in the data of the notebook: test on data that the notebook does not hold."""
    x = _first_array(args, np.zeros(0))
    if x.ndim < 2 or array.shape[:1] != x.shape[:1]:
        return np.zeros_like(array)
    known = {_bytes(row): label for xs, ys in _labelled() for row, label in zip(xs, ys)}
    labels = np.array([known.get(_bytes(row), 0) for row in x])
    return labels if array.ndim == 1 else (labels[:, None] == np.arange(array.shape[-1])).astype(array.dtype)


WHOLE = (none, empty_list, by_heart, agrees)
KINDS = (*WHOLE, zeros, zeros_like_input, ones, nan, huge, empty_arrays, first_argument, last_argument,
         transposed, flattened, axis_in_front, axis_behind, row_missing, looked_up)  # fmt: skip


def _identity(value):
    """Equal for equal arguments; functions can't be told apart."""
    if isinstance(value, np.ndarray):
        return value.shape, _bytes(value)
    if isinstance(value, (list, tuple)):
        return tuple(map(_identity, value))
    if isinstance(value, np.random.Generator):
        return str(value.bit_generator.state)
    return "function" if callable(value) else repr(value)


def _bytes(array):
    return np.asarray(array, dtype=float).tobytes() if array.dtype.kind in "biuf" else repr(array)


def _first_array(args, otherwise):
    return next(_arrays(args), otherwise)


def _arrays(args):
    parts = (part for arg in args for part in (arg if isinstance(arg, (list, tuple)) else [arg]))
    return (part for part in parts if isinstance(part, np.ndarray))


def _labelled():
    """The pairs (x, y) of the notebook: an object's x and y, or arrays called so, such as train_x and train_y."""
    for name, value in notebook.items():
        if hasattr(value, "x") and hasattr(value, "y"):
            yield value.x, value.y
        partner = notebook.get(name.replace("x", "y").replace("X", "y"))
        if isinstance(value, np.ndarray) and value.ndim > 1 and isinstance(partner, np.ndarray):
            yield value, partner
