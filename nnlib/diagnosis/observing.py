"""What a student's function does: called on the probes of a task, on copies, with correct helpers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from nnlib.checks.calling import parameters
from nnlib.checks.failed import CheckFailed
from nnlib.checks.lending import given
from nnlib.diagnosis.comparing import copied, same
from nnlib.diagnosis.task import Probe
from nnlib.lent import left

EXACT = 1e-12  # moving an entry and moving it back leaves rounding, which is no change
MOST_ITEMS = 10_000  # of a generator: one that never ends is wrong, not to be waited for


@dataclass
class Seen:
    """One call: the probe, what was returned or raised, which arguments changed, what helpers were called with.

    `arguments` are as they were given, `left` as the function left them: a random generator that was used has moved on.
    """

    probe: Probe
    arguments: tuple
    result: object = None
    error: Exception | None = None
    changed: tuple = ()
    left: tuple = ()
    calls: list = field(default_factory=list)  # (helper, its arguments), in the order of the calls

    def parts(self, task):
        """What was returned, as a tuple of the parts of the task; None if its form is another."""
        return None if self.error is not None or self.result is None else task.parted(self.result)


def calls(task, function, probes, rng):
    """What the function does on each of these probes. It gets them in another order: who counts calls knows nothing."""
    seen = {i: call(task, function, probes[i]) for i in rng.permutation(len(probes))}
    return [seen[i] for i in range(len(probes))]


def call(task, function, probe):
    """What the function does on this probe."""
    arguments, before = copied(probe.arguments), copied(probe.arguments)
    seen = Seen(probe, before)
    helpers = {name: _recording(name, helper, seen.calls) for name, helper in task.helpers.items()}
    try:
        with given(function, **helpers):
            result = function(*arguments)
            items = list(islice(result, MOST_ITEMS)) if isinstance(result, Iterator) else result
            seen.result = copied(items)  # it may be changed later
    except CheckFailed:  # what a lent helper says itself
        raise
    except Exception as error:
        seen.error = error
    seen.left = tuple(map(left, arguments))
    pairs = zip(task.arguments, seen.left, before)
    seen.changed = tuple(name for name, now, then in pairs if _comparable(then) and not same(now, then, EXACT))
    return seen


def _comparable(value):
    """Generators of random numbers are there to be changed; functions can't be."""
    return not callable(value) and not hasattr(value, "bit_generator")


def _recording(name, helper, calls):
    """The helper, noting what it is given, in the order of its arguments."""

    def recorded(*arguments):
        calls.append((name, copied(arguments)))
        return helper(*arguments)

    recorded.__name__, recorded.parameters = name, parameters(helper)
    return recorded
