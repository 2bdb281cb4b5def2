"""Puts empty answers in place of the right ones, inside the student's notebook (see kinds.py).

What a right answer calls while it is worked out is right as well: only what the notebook gets to see is empty.
So every answer can be empty at once, and each test is still tried by itself.
"""

import contextlib
import functools
import itertools
import types
from collections.abc import Iterator

import numpy as np

from nngrade.lint import kinds

MOST_ITEMS = 10_000  # of a generator that does not end
OWN = ("__init__", "__new__", "__getattribute__", "__getattr__", "__setattr__", "__init_subclass__", "__repr__")
kind = None  # one of kinds.KINDS
part = None  # the number of the one part of every answer that is empty, where the others are right
working = []  # holds something while a right answer is worked out


class Items(list):
    """What a generator gave."""


def put(space, names, visible=()):
    """Make the values of these names empty. `visible`: sources of examples, which some kinds know by heart."""
    kinds.notebook = space
    space.update({name: emptied(space[name], name) for name in names if name in space})
    with during(kinds.learning):
        for source in visible:
            with contextlib.suppress(Exception):
                exec(source, dict(space))


def emptied(value, name):
    """What stands for a function, a class or a value of the notebook."""
    if isinstance(value, type):
        return empty_class(value)
    return empty_function(value, name) if callable(value) else answer(kinds.Call(name, lambda: value))


def answer(call):
    """The empty answer to a call."""
    if kind in kinds.WHOLE:
        value = kind(call)
        return iter(value) if isinstance(value, Items) else value
    value, parts = call.right(), []
    changed(value, lambda array: parts.append(array) or array)
    chosen = [part] if part is not None and part < len(parts) else range(len(parts))
    number = itertools.count()
    return changed(value, lambda array: kind(array, call.args) if next(number) in chosen else array)


def empty_function(function, name):
    """A function that is right while a right answer is worked out, and empty for whoever else calls it."""
    @functools.wraps(function)
    def empty(*args, **kwargs):
        if working:
            return function(*args, **kwargs)
        return answer(kinds.Call(name, lambda: right(function, args, kwargs), [*args, *kwargs.values()]))

    return empty


def right(function, args, kwargs):
    """What a right function says. It gets copies: what it does to its arguments is part of its answer, too."""
    with during(working):
        value = function(*copied(args), **copied(kwargs))
        return Items(item for _, item in zip(range(MOST_ITEMS), value)) if isinstance(value, Iterator) else value


def empty_class(cls):
    """A class that works inside as it should: what its methods return, and its attributes hold, is empty."""

    def start(self, *args, **kwargs):
        with during(working):
            cls.__init__(self, *copied(args), **copied(kwargs))

    def look(self, name):
        with during(working):
            value = cls.__getattribute__(self, name)
        return value if working or name.startswith("__") else emptied(value, f"{cls.__name__}.{name}")

    methods = {name: value for base in reversed(cls.__mro__[:-1]) for name, value in vars(base).items()}
    special = {
        name: empty_function(value, f"{cls.__name__}.{name}")
        for name, value in methods.items()
        if name.startswith("__") and name not in OWN and isinstance(value, types.FunctionType)
    }
    return type(cls)(cls.__name__, (cls,), special | {"__init__": start, "__getattribute__": look})


def changed(value, change):
    """The value with every array and number in it changed."""
    if isinstance(value, Items):
        return iter([changed(item, change) for item in value])
    if callable(value):
        return empty_function(value, getattr(value, "__qualname__", ""))
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not all_numbers(value):
        items = [changed(item, change) for item in value]
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    return changed_array(value, change)


def all_numbers(value):
    """Whether this is a list of numbers, which counts as one array."""
    return isinstance(value, list) and value and all(map(np.isscalar, value))


def changed_array(value, change):
    """An array, a list of numbers or a number, changed; it stays what it is of the three, but for the shape."""
    array = np.asarray(value)
    if array.dtype.kind not in "biufcU":
        return value
    new = change(array)
    if isinstance(value, np.ndarray) or not isinstance(new, np.ndarray):
        return new
    return new.item() if new.ndim == 0 else new.tolist() if isinstance(value, list) else new


def copied(value):
    """A copy of plain data; the rest, such as a random generator, stays what it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(map(copied, value))
    return {key: copied(item) for key, item in value.items()} if type(value) is dict else value


@contextlib.contextmanager
def during(state):
    """A `with` block in which the list `state` holds something."""
    state.append(True)
    try:
        yield
    finally:
        state.pop()
