"""What a test lends to a function: arguments that stay as they are, and correct helpers."""

import itertools
from contextlib import contextmanager

import numpy as np

from nnlib import lent
from nnlib.checks.calling import taking
from nnlib.checks.failed import need


@contextmanager
def unchanged(**values):
    """Fail if a function called inside the `with` changes one of these values in place: arrays, lists or dicts of them.

    Moving an entry and moving it back is fine: what rounding leaves of that does not count.
    """
    before = {name: [(part, _copied(part)) for part in _parts(value)] for name, value in values.items()}
    known = len(lent.changes)
    yield
    for name, parts in before.items():
        left = [(state, copy) for held, state in lent.changes[known:] for part, copy in parts if held is part]
        same = all(_same(now, copy) for now, copy in [*parts, *left])
        need(same, f"{name} was changed in place. Work on a new array: for example `a = a - b`, not `a -= b`")


@contextmanager
def given(function, **helpers):
    """Inside the `with`, `function` finds these helpers in place of those of the notebook; it stays itself.

    A wrong `relu_backward` then costs its own points, not those of the network that calls it. Helpers are
    listed in the order of their tasks: those that follow `function` itself, which could do its work, are not lent.
    """
    scope = getattr(function, "__globals__", {})  # a ufunc, a partial: nothing can be lent to these
    replaced = {name: scope[name] for name in helpers if name in scope}
    lending = list(itertools.takewhile(lambda name: replaced.get(name) is not function, helpers))
    scope.update({name: taking(helpers[name]) for name in lending})
    try:
        yield
    finally:
        for name in helpers:
            scope.pop(name, None)
        scope.update(replaced)


def _parts(value):
    yield value
    if isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _parts(item)


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def _same(now, before):
    if isinstance(before, dict):
        return isinstance(now, dict) and now.keys() == before.keys() and all(_same(now[k], before[k]) for k in before)
    if isinstance(before, list):
        return isinstance(now, (list, tuple)) and len(now) == len(before) and all(map(_same, now, before))
    if now is before or type(now) is not type(before):
        return now is before
    if np.asarray(before).dtype.kind not in "fiuc":
        return np.array_equal(now, before)
    fits = np.asarray(now).dtype == np.asarray(before).dtype and np.shape(now) == np.shape(before)
    return fits and np.allclose(now, before, rtol=1e-12, atol=1e-12, equal_nan=True)
