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


def explained(task, seen, good):
    """(mistakes, whether it takes both of them): those that reproduce what was seen; () where none does."""
    if not _varied(seen, good):
        return (), False
    observed = [one.parts(len(task.parts)) for one in seen]
    outcomes = [[outcome(task, one.probe, made) for one in seen] for made in task.mistakes]
    fitting = [made for made, results in zip(task.mistakes, outcomes) if _fits(task, seen, good, observed, results)]
    named = tuple({made.id: made for made in fitting}.values())
    if named:
        return (named, False) if len(named) <= MOST else ((), False)
    pairs = _pairs(task, seen, good, observed, outcomes)
    return (pairs[0], True) if len(pairs) == 1 else ((), False)


def outcome(task, probe, *made):
    """What somebody returns who makes these mistakes; None where that raises."""
    try:
        return task.result(probe, made)
    except Exception:
        return None


def _fits(task, seen, good, observed, results):
    """Whether these results are what was seen."""
    at_edges = all(all(flags.values()) for one, flags in zip(seen, good) if not one.probe.extreme)
    for one, flags, got, result in zip(seen, good, observed, results):
        if got is None or result is None:
            fits = got is None and result is None
        elif one.probe.extreme and not at_edges:  # both wrong or both right: edges differ with the way it is written
            fits = all(flags.values()) == same(result, task.result(one.probe), task.tol)
        else:
            fits = same(got, result, rounding(AGREE, got))
        if not fits:
            return False
    return True


def _varied(seen, good):
    """Whether what is wrong is finite and varied enough, over two probes or more, to point to anything."""
    numbers, probes, entries = set(), 0, 0
    for one, flags in zip(seen, good):
        parts = one.parts(len(flags)) or ()
        wrong = [array for part, right in zip(parts, flags.values()) if not right for array in arrays_in(part)]
        finite = {float(f"{x:.6g}") for array in wrong for x in np.real(array).astype(float).ravel() if np.isfinite(x)}
        probes += bool(finite - {0.0})
        numbers |= finite
        entries += sum(array.size for array in wrong)
    return probes >= 2 and (len(numbers) >= NUMBERS or (len(numbers) >= 2 and entries >= ENTRIES))


def _pairs(task, seen, good, observed, outcomes):
    """The pairs of mistakes in different steps that only together reproduce everything, each of them one part alone."""
    explaining = [
        (made, results)
        for made, results in zip(task.mistakes, outcomes)
        if not made.returns and _explains_a_part(task, seen, good, observed, results)
    ]
    found = []
    for (one, _), (two, _) in combinations(explaining, 2):
        if one.steps.keys().isdisjoint(two.steps):
            results = [outcome(task, each.probe, one, two) for each in seen]
            if _fits(task, seen, good, observed, results):
                found.append((one, two))
    return found


def _explains_a_part(task, seen, good, observed, results):
    """Whether the results equal what was seen in a part that is wrong, on three ordinary probes or more."""
    for k, name in enumerate(task.parts if len(task.parts) > 1 else ()):
        wrong = [i for i, one in enumerate(seen) if not one.probe.extreme and not good[i][name]]
        if len(wrong) >= 3 and all(_equal_in(k, observed[i], results[i]) for i in wrong):
            return True
    return False


def _equal_in(part, got, result):
    return got is not None and result is not None and same(got[part], result[part], rounding(AGREE, got[part]))
