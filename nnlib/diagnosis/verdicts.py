"""Tasks whose answer is a test: a student's function that says of something else whether it is right.

It earns by how many wrong ones it catches, and nothing if it rejects a right one.
"""

from dataclasses import dataclass

from nnlib.diagnosis.comparing import as_numbers
from nnlib.diagnosis.observing import call, calls
from nnlib.diagnosis.task import Probe, Task


@dataclass(frozen=True)
class Case(Probe):
    """Arguments of a test, and whether what they hold is right; `about` says what is wrong with it, in a sentence."""

    right: bool = False


@dataclass(frozen=True)
class Verdicts(Task):
    """A task to write a test: `probes` are Cases. It returns True for those that are right, and False for others."""


def judged(task, function, rng):
    """(kind, text, share, error) of a student's test."""
    cases = task.probes(rng)
    seen = calls(task, function, cases, rng)
    if all(isinstance(one.error, NotImplementedError) for one in seen):
        return "open", "is not written yet.", 0.0, None
    verdicts = [_verdict(one.result) for one in seen]
    return _fault(cases, seen, verdicts, call(task, function, cases[0])) or _count(cases, seen, verdicts)


def _verdict(result):
    """True or False, whatever NumPy holds it in; None for anything else."""
    said = as_numbers(result)
    return bool(said) if said is not None and said.dtype == bool and said.shape == () else None


def _fault(cases, seen, verdicts, again):
    """What is wrong with a test as a function; None if nothing is."""
    for case, one, verdict in zip(cases, seen, verdicts):
        what = f"something right ({case.about})" if case.right else f"something wrong (“{case.about}”)"
        if one.error is not None and case.right:
            return "raised", f"raised {type(one.error).__name__} when it was given {what}.", 0.0, one.error
        if verdict is None and one.error is None:
            returned = "None" if one.result is None else f"a value of the type {type(one.result).__name__}"
            return "parts", f"returned {returned} when it was given {what}. Expected is True or False.", 0.0, None
    if changed := next((one.changed for one in seen if one.changed), ()):
        return "changed", f"changed its argument {changed[0]} in place. Work on a copy.", 0.0, None
    if _verdict(again.result) != verdicts[0]:
        return "state", "gave another answer when it was called a second time with the same arguments.", 0.0, None
    return None


def _count(cases, seen, verdicts):
    """How many wrong ones a test catches, if it accepts all that are right."""
    rejected = [case.about for case, verdict in zip(cases, verdicts) if case.right and not verdict]
    if rejected:
        return "rejects", f"says False of something that is right: {rejected[0]}. A test must accept it.", 0.0, None
    wrong = [case.about for case in cases if not case.right]
    missed = [i for i, verdict in enumerate(verdicts) if verdict is not False and not cases[i].right]
    if missed:
        error = seen[missed[0]].error
        does = f"raises {type(error).__name__}" if error else "says True"
        text = f"does not catch {len(missed)} of the {len(wrong)} wrong ones. It {does} where this is wrong:"
        return "misses", f"{text} {cases[missed[0]].about}", 1 - len(missed) / len(wrong), error
    return "right", "", 1.0, None
