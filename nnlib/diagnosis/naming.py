"""Which declared mistakes reproduce an answer. A name needs agreement on every probe, and evidence that is varied.

The rule: a mistake is named if it alone equals the student, to rounding, on all ordinary probes; where the student is
wrong at extreme inputs only, it must agree exactly there. Two or three that can't be told apart are told as such.
"""

from itertools import combinations

import numpy as np

from nnlib.diagnosis.comparing import arrays_in, rounding, same

AGREE = 1e-9  # the relative error between a mistake and who makes it
NUMBERS = 6  # different numbers that are wrong: fewer are a coincidence away from another mistake ...
ENTRIES = 24  # ... unless there are as many of them, as in a mask: their pattern says it
MOST = 3  # mistakes between which nothing decides; more say nothing


def explained(view):
    """(mistakes, whether it takes both of them): those that reproduce what was seen; () where none does."""
    if not view.task.steps or not _varied(view):
        return (), False
    fitting = [made for made in view.task.mistakes if _fits(view, _outcomes(view, made))]
    named = tuple({made.id: made for made in fitting}.values())
    if named:
        return (named, False) if len(named) <= MOST else ((), False)
    pairs = _pairs(view)
    return (pairs[0], True) if len(pairs) == 1 else ((), False)


def edited(view):
    """The mistakes that nobody declared which reproduce what was seen: single edits of a step, one for each step."""
    if not view.task.steps or not _varied(view):
        return ()
    fitting = [made for made in view.task.edits if _fits(view, _outcomes(view, made))]
    named = tuple({next(iter(made.steps)): made for made in reversed(fitting)}.values())
    return named if len(named) < MOST else ()


def _outcomes(view, *made):
    """What somebody returns who makes these mistakes, probe by probe, as far as anybody asks."""
    return (outcome(view.task, one.probe, *made) for one in view.seen)


def outcome(task, probe, *made):
    """What somebody returns who makes these mistakes; None where that raises."""
    try:
        return task.result(probe, made)
    except Exception:
        return None


def _fits(view, results):
    """Whether these results are what was seen; the first probe that differs ends it."""
    at_edges = all(all(view.good[i].values()) for i in view.ordinary)
    for one, flags, got, right, result in zip(view.seen, view.good, view.observed, view.rights, results):
        if got is None or result is None:
            fits = got is None and result is None
        elif one.probe.extreme and not at_edges:  # both wrong or both right: edges differ with the way it is written
            fits = all(flags.values()) == same(result, right, view.task.tol)
        else:
            fits = same(got, result, rounding(AGREE, got))
        if not fits:
            return False
    return True


def _varied(view):
    """Whether what is wrong is finite and varied enough, over two probes or more, to point to anything."""
    numbers, probes, entries = set(), 0, 0
    for got, flags in zip(view.observed, view.good):
        wrong = [array for part, right in zip(got or (), flags.values()) if not right for array in arrays_in(part)]
        finite = {float(f"{x:.6g}") for array in wrong for x in np.real(array).astype(float).ravel() if np.isfinite(x)}
        probes += bool(finite - {0.0})
        numbers |= finite
        entries += sum(array.size for array in wrong)
    return probes >= 2 and (len(numbers) >= NUMBERS or (len(numbers) >= 2 and entries >= ENTRIES))


def _pairs(view):
    """The pairs of mistakes in different steps that reproduce everything together, and of which one explains a part.

    Pairs of the same ids are one.
    """
    made = [one for one in view.task.mistakes if not one.returns]
    able = [_explains_a_part(view, _outcomes(view, one)) for one in made]
    found = {}
    for (one, first), (other, second) in combinations(zip(made, able), 2):
        apart = one.id != other.id and one.steps.keys().isdisjoint(other.steps)
        if (first or second) and apart and _fits(view, _outcomes(view, one, other)):
            found[frozenset((one.id, other.id))] = (one, other)
    return list(found.values())


def _explains_a_part(view, results):
    """Whether the results equal what was seen in a part that is wrong, on three ordinary probes or more."""
    wrong = {name: [i for i in view.ordinary if not view.good[i][name]] for name in view.task.parts}
    left = [k for k, name in enumerate(wrong) if len(wrong[name]) >= 3]
    for i, result in enumerate(results):
        left = [k for k in left if i not in wrong[view.task.parts[k]] or _equal_in(k, view.observed[i], result)]
        if not left:  # the other probes need not be asked
            return False
    return True


def _equal_in(part, got, result):
    return got is not None and result is not None and same(got[part], result[part], rounding(AGREE, got[part]))
