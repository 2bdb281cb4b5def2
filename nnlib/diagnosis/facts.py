"""What is certain about a wrong answer, in the order in which it is told: the first one speaks.

Each function takes a View and returns (kind, text, error), or None where there is nothing to say. A text goes on after
the name of the function: "linear_backward" + "returned None: …". It holds no number of an answer, only of shapes.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np

from nnlib.diagnosis.comparing import arrays_in, as_numbers, rounding, same
from nnlib.diagnosis.naming import NUMBERS
from nnlib.diagnosis.task import Task, misfit

MOST_PARTS = 5  # of which all orders are tried
FACTORS = {-1: "has the wrong sign", 2: "is twice what it should be", 0.5: "is half of what it should be"}


@dataclass
class View:
    """All that was seen of a function: calls, the first of them once more, what is right, and which parts are."""

    task: Task
    seen: list
    again: object
    rights: list
    good: list

    @cached_property
    def ordinary(self):
        """The positions of ordinary probes."""
        return [i for i, one in enumerate(self.seen) if not one.probe.extreme]

    @cached_property
    def observed(self):
        """What each call returned, as a tuple of parts; None where it is none."""
        return [one.parts(self.task) for one in self.seen]

    @cached_property
    def broken(self):
        """The Facts of the task that do not hold, in their order."""
        return [fact for fact in self.task.facts if _is_broken(fact, self.seen)]

    def always(self, part):
        """Whether a part is right on all ordinary probes."""
        return all(self.good[i][part] for i in self.ordinary)

    def one_number(self, part):
        """Whether all that a part ever held is one number, whatever it was asked for."""
        place = self.task.parts.index(part)
        held = [array.ravel() for parts in self.observed if parts for array in arrays_in(parts[place])]
        return not held or np.unique(np.concatenate(held)).size < 2

    def called(self, part):
        """What a part is called in words: the result, if it is all that is returned."""
        return part if len(self.task.parts) > 1 else "the result"


def _is_broken(fact, seen):
    if fact.together:
        return not fact.holds([one for one in seen if one.error is None])
    held = [_holds(fact, one) for one in seen]
    return (set(held) - {None} == {False}) if fact.everywhere else not all(held)


def _holds(fact, seen):
    """Whether a fact holds; None where nothing can be said."""
    try:
        if seen.error is None:
            held = fact.holds(seen)
            return held if held is None else bool(held)
    except Exception:  # a result of a form in which the fact makes no sense
        pass
    return None


def raised(view):
    """An exception where there should be none."""
    failing = [i for i, one in enumerate(view.seen) if one.error is not None]
    if not failing:
        return None
    error = view.seen[failing[0]].error
    where = "" if len(failing) == len(view.seen) else f" for {_abouts(view, failing)}, not for other inputs"
    return "raised", f"raised {type(error).__name__}{where}.", error


def parts(view):
    """None, another number of values, or what is no number."""
    names = view.task.parts
    for one, right in zip(view.seen, view.rights):
        if one.result is None and names:
            return "parts", "returned None. Does every way through it end in a `return`?", None
        values = one.parts(view.task)
        if values is None:
            return "parts", f"returned {_misfit(one.result, view.task.form)}.", None
        for name, value, want in zip(names, values, right or ()):
            if problem := _form(value, want):
                return "parts", f"returned {view.called(name)} as {problem}.", None
    return None


def _misfit(result, form):
    """What came in another number than expected, in words."""
    got, names = misfit(result, form)
    number = f"{len(got)} values" if isinstance(got, (tuple, list)) else "one value"
    if names is form:
        return f"{number}, expected {len(form)}: ({_named(form)[1:-1]})"
    return f"{number} where the list {_named(names)} belongs"


def _named(form):
    return "[" + ", ".join(_named(entry) if isinstance(entry, list) else entry for entry in form) + "]"


def _form(value, want):
    """What is wrong with the form of a value, where another form was expected."""
    if isinstance(want, dict):
        wanted = "a dict with the keys " + ", ".join(map(str, want))
        return "" if isinstance(value, dict) and value.keys() == want.keys() else f"{_kind(value)}, expected {wanted}"
    if isinstance(want, (tuple, list)):
        if not isinstance(value, (tuple, list)):
            return f"{_kind(value)}, expected a {type(want).__name__}"
        return "" if len(value) == len(want) else f"{len(value)} entries, expected {len(want)}"
    if want is None or isinstance(want, str):
        return "" if type(value) is type(want) else f"{_kind(value)}, expected {_kind(want)}"
    return f"{_kind(value)}, expected numbers" if as_numbers(value) is None else ""


def _kind(value):
    return {"NoneType": "None", "str": "a text"}.get(type(value).__name__, f"a {type(value).__name__}")


def changed(view):
    """Arguments that were changed in place."""
    names = list(dict.fromkeys(name for one in view.seen for name in one.changed))
    if not names:
        return None
    return (
        "changed",
        (
            f"changed its argument {_listed(names)} in place. Work on new arrays: `a = a - b` makes one,"
            " `a -= b` and `a[i] = b` change the one that was given."
        ),
        None,
    )


def state(view):
    """Another result of the same arguments."""
    first, again = view.seen[0], view.again
    if again.error is None and same(again.result, first.result, 1e-12):
        return None
    text = "gave another result when it was called a second time with the same arguments."
    if any(hasattr(value, "bit_generator") for value in first.arguments):
        text += " All chance comes from the generator that is given, and nothing is kept from call to call."
    return "state", text, None


def dtype(view):
    """Numbers of another type than the text asks for."""
    if not view.task.dtype:
        return None
    for values in view.observed:
        for name, value in zip(view.task.parts, values):
            for array in arrays_in(value):
                kind = array.dtype.newbyteorder("=")  # the order of bytes is nobody's business
                if array.ndim and kind.kind == "f" and kind != view.task.dtype:
                    wanted = view.task.dtype
                    return "dtype", f"returned {view.called(name)} in {kind}, expected {wanted}.", None
    return None


def order(view):
    """The right parts in another order."""
    names = view.task.parts
    for other in list(permutations(range(len(names))))[1:] if len(names) <= MOST_PARTS else []:
        if all(_reordered(view, i, other) for i in view.ordinary):
            found, wanted = ", ".join(names[k] for k in other), ", ".join(names)
            return "order", f"returned the right values in another order: ({found}), expected ({wanted}).", None
    return None


def _reordered(view, i, other):
    got, right = view.observed[i], view.rights[i]
    return right is not None and same(got, [right[k] for k in other], rounding(view.task.tol, got))


def shape(view):
    """Arrays of another shape."""
    for i in view.ordinary:
        one, right = view.seen[i], view.rights[i]
        values = one.parts(view.task)
        for name, value, want in zip(view.task.parts, values, right or ()):
            for got, wanted in _arrays_beside(value, want):
                if got.shape != wanted.shape:
                    what = f"an entry of {name}" if isinstance(want, (dict, list, tuple)) else view.called(name)
                    words = f"returned {what} with shape {got.shape}, expected {wanted.shape} ({one.probe.about})."
                    return "shape", words, None
    return None


def _arrays_beside(value, want):
    """The arrays of a result, each with that of the right one at its place."""
    if isinstance(want, dict):
        return [pair for name in want for pair in _arrays_beside(value[name], want[name])]
    if isinstance(want, (tuple, list)):
        several = value if isinstance(value, (tuple, list)) else ()  # of another form: it is told as a wrong value
        return [pair for got, wanted in zip(several, want) for pair in _arrays_beside(got, wanted)]
    pair = as_numbers(value), as_numbers(want)
    return [] if pair[0] is None or pair[1] is None else [pair]


def values(view):
    """Which parts are right, and for which inputs."""
    wrong = [part for part in view.task.parts if not view.always(part)]
    if not wrong:
        return None
    right = [part for part in view.task.parts if part not in wrong]
    failing = [i for i in view.ordinary if not all(view.good[i][part] for part in wrong)]
    text = _which(view, right, wrong)
    if says := _special(view, wrong, failing) or resemblance(view, wrong):
        text += f": {says}"
    passing = [i for i in view.ordinary if i not in failing]
    if passing and not {view.seen[i].probe.about for i in passing} & {view.seen[i].probe.about for i in failing}:
        text += f". Right for {_abouts(view, passing)}, wrong for {_abouts(view, failing)}"
    return "values", f": {text}.", None


def _which(view, right, wrong):
    if right:
        return f"{_listed(right)} {_are(right)} right, {_listed(wrong)} {_are(wrong)} not"
    return "the result is not right" if len(wrong) == 1 else f"none of {_listed(wrong)} is right"


def _special(view, wrong, failing):
    """NaN, infinite, or 0 everywhere, on all probes that fail."""
    got = [array for i in failing for array in _wrong_arrays(view, i, wrong)]
    if got and all(np.isnan(array).any() for array in got):
        return "NaN"
    if got and not any(np.isfinite(array).all() for array in got):
        return "infinite or NaN"
    if got and not any(array.any() for array in got):
        return "0 everywhere"
    return ""


def resemblance(view, wrong):
    """What the first wrong part is on all ordinary probes: the right one with a wrong sign, or twice; another quantity.

    Only for varied arrays: a factor fits every single number.
    """
    k = view.task.parts.index(wrong[0])
    cases = [(view.observed[i][k], view.seen[i].probe) for i in view.ordinary]
    numbers = {round(float(x), 9) for got, _ in cases for array in arrays_in(got) for x in np.real(array).ravel()}
    if not view.task.steps or len(numbers) < NUMBERS or not all(as_numbers(got) is not None for got, _ in cases):
        return ""
    found = [(got, view.task.quantities(probe)) for got, probe in cases]
    for factor, words in FACTORS.items():
        if all(same(as_numbers(got), factor * np.asarray(right[wrong[0]]), 1e-9) for got, right in found):
            return f"{view.called(wrong[0])} {words}"
    others = (*view.task.arguments, *view.task.parts)
    held = [name for name in others if all(same(got, right[name], 1e-9) for got, right in found)]
    return f"{view.called(wrong[0])} holds {held[0]}" if len(held) == 1 else ""


def _wrong_arrays(view, i, wrong):
    parts = view.observed[i]
    return [
        array.astype(float)
        for part, value in zip(view.task.parts, parts)
        if part in wrong and not view.good[i][part]
        for array in arrays_in(value)
        if array.dtype.kind != "c"
    ]


def extreme(view):
    """Right for ordinary inputs, wrong for extreme ones."""
    failing = [i for i, good in enumerate(view.good) if not all(good.values())]
    if not failing:
        return None
    wrong = [part for part in view.task.parts if not all(view.good[i][part] for i in failing)]
    special = _special(view, wrong, failing)
    subject = _listed(wrong) if len(view.task.parts) > 1 else "it"
    says = f"{_are(wrong)} {special}" if special else f"{_are(wrong)} not right"
    return "extreme", f"is right for ordinary inputs, but {subject} {says} for {_abouts(view, failing)}.", None


def properties(view):
    """The Facts that the task itself names."""
    if not view.broken:
        return None
    fact = view.broken[0]
    return fact.id, f": {fact.effect}", None


ORDER = (raised, parts, changed, state, dtype, order, shape, properties, values, extreme)


def _abouts(view, positions):
    return _listed(list(dict.fromkeys(view.seen[i].probe.about for i in positions)))


def _listed(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _are(names):
    return "is" if len(names) == 1 else "are"
