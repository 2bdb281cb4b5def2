"""What a test lends to a function: arguments that stay as they are, and correct helpers."""

import itertools
from contextlib import contextmanager

import numpy as np

from nnlib.checks.failed import need


@contextmanager
def unchanged(**arrays):
    """Fail if a function called inside the `with` changes one of these arrays in place.

    Moving an entry and moving it back is fine: what rounding leaves of that does not count.
    """
    before = {name: np.array(array, copy=True) for name, array in arrays.items()}
    yield
    for name, array in arrays.items():
        same = np.allclose(array, before[name], rtol=1e-12, atol=1e-12, equal_nan=True)
        need(same, f"{name} was changed in place. Work on a new array: for example `a = a - b`, not `a -= b`")


@contextmanager
def given(function, **helpers):
    """Inside the `with`, `function` finds these helpers in place of those of the notebook; it stays itself.

    A wrong `relu_backward` then costs its own points, not those of the network that calls it. Helpers are
    listed in the order of their tasks: those that follow `function` itself, which could do its work, are not lent.
    """
    scope = function.__globals__
    replaced = {name: scope[name] for name in helpers if name in scope}
    lent = list(itertools.takewhile(lambda name: replaced.get(name) is not function, helpers))
    scope.update({name: helpers[name] for name in lent})
    try:
        yield
    finally:
        for name in helpers:
            scope.pop(name, None)
        scope.update(replaced)
