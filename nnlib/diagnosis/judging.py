"""The judgement of a student's function: right, or what is certain about its being wrong, and which mistake shows."""

import hashlib
import time
import warnings
from dataclasses import dataclass

import numpy as np

from nnlib.diagnosis import facts, naming, verdicts, wiring
from nnlib.diagnosis.comparing import arrays_in, rounding, same
from nnlib.diagnosis.observing import call, calls

PATIENCE = 2.0  # seconds at full size: arrays take milliseconds, loops 0.3 s, differences 5 s and more
NAMELESS = "raised", "shape", "values"  # what a mistake may stand behind that is not declared


@dataclass(frozen=True)
class Finding:
    """What was found: nothing that is wrong if `kind` is "right".

    kind      "right", "open" (not written yet), "raised", "parts", "shape", "dtype", "changed", "state", "values",
              "extreme" (wrong for extreme inputs only), "slow" (at full size), the id of a Fact of the task; of a test
              that a student writes, "rejects" (something right) or "misses" (something wrong)
    text      symptom and evidence in words, without a number from which the right answer follows
    share     of the points: that of the parts that are right, half of it if something else is wrong
    mistakes  those that reproduce the answer: one, or two or three between which nothing decides, or none
    pair      whether it takes the two of them together
    print     equal for answers with equal results
    error     what the function raised.
    """

    kind: str
    text: str = ""
    share: float = 0.0
    mistakes: tuple = ()
    pair: bool = False
    print: str = ""
    error: Exception | None = None

    @property
    def cause(self):
        """The mistake in a sentence or two, with the section of the lecture; "" if it has no name."""
        between = " Also: " if self.pair else " Or: "
        text = between.join(made.effect for made in self.mistakes)
        if len(self.mistakes) == 2 and not self.pair:
            text = f"One of two. Either: {text}"
        lectures = list(dict.fromkeys(made.lecture for made in self.mistakes if made.lecture))
        return text + (f" (Lecture {', '.join(lectures)})" if lectures else "")


def judge(task, function, rng):
    """The Finding about a student's function on fresh probes of a task."""
    if not callable(function):
        return Finding("parts", f"should be a function, but it is a value of the type {type(function).__name__}.")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if isinstance(task, verdicts.Verdicts):
            kind, text, share, error = verdicts.judged(task, function, rng)
            return Finding(kind, text, share, error=error)
        probes = task.probes(rng)
        seen = calls(task, function, probes, rng)
        if all(isinstance(one.error, NotImplementedError) for one in seen):
            return Finding("open", "is not written yet.")
        again = call(task, function, probes[0])
        rights = [task.result(probe) if task.steps else None for probe in probes]
        good = [goodness(task, *pair) for pair in zip(seen, rights)]
        view = facts.View(task, seen, again, rights, good)
        first = next(filter(None, (fact(view) for fact in facts.ORDER)), None)
        if first is None:
            return _at_full_size(task, function, rng) or Finding("right", share=1.0)
        kind, text, error = first
        made, pair = naming.explained(view)
        if not made and kind in NAMELESS:
            called = wiring.explained(task, seen, finished=kind != "raised")
            made = called if called and not wiring.vague(called[0]) else naming.edited(view) or called
        return Finding(kind, text, _share(view, kind), made, pair, _print(seen), error)


def _at_full_size(task, function, rng):
    """What is wrong with a right answer at full size: half of the points are for small inputs."""
    if task.full_size is None:
        return None
    probe = task.full_size(rng)
    right = task.result(probe)
    for _ in range(2):  # the machine may be busy for a moment
        start = time.monotonic()
        seen = call(task, function, probe)
        seconds = time.monotonic() - start
        if not all(goodness(task, seen, right).values()):
            text = f"is right for small inputs, but not for {probe.about}."
            return Finding("extreme", text, 0.5, print=_print([seen]), error=seen.error)
        if seconds < PATIENCE:
            return None
    text = (
        f"is right, but takes {seconds:.0f} s for {probe.about}, where one pass takes milliseconds."
        " Gradients by differences need two passes for each entry."
    )
    return Finding("slow", text, 0.5, print=_print([seen]))


def goodness(task, seen, right):
    """{part: whether it is right} for one call."""
    parts = seen.parts(task)
    if parts is None:
        return dict.fromkeys(task.parts, False)
    if right is None:
        return dict.fromkeys(task.parts, True)
    exact = [rounding(task.tol, (got, seen.arguments)) for got in parts]  # of float32, no more than its digits
    return {name: same(got, want, tol) for name, got, want, tol in zip(task.parts, parts, right, exact)}


def _share(view, kind):
    """The share of the points: that of the parts that are right for all ordinary inputs.

    Half of it where it is not parts that are wrong, but arguments are changed, a dtype is another, and so on. Nothing
    where no part depends on the inputs: an answer that is 0 everywhere has the biases right that start at 0.
    """
    if all(map(view.one_number, view.task.parts)):
        return 0.0
    if kind == "order":
        return 0.5
    broken = {fact.part for fact in view.broken}
    right = [view.always(part) and part not in broken for part in view.task.parts]
    share = sum(right) / len(right)
    of_a_part = kind in ("values", "shape") or any(fact.id == kind and fact.part for fact in view.broken)
    return share if of_a_part else share / 2


def _print(seen):
    """A short hash of all results, rounded: answers with equal results have it in common."""
    digest = hashlib.sha256()
    for one in seen:
        digest.update(type(one.error).__name__.encode() if one.error else b"returned")
        for array in arrays_in(one.result):
            plain = array.astype(complex).ravel()[:1000].view(float)  # real and imaginary parts, with their signs
            numbers = np.array([float(f"{number:.5g}") for number in plain]) + 0.0  # there is one 0
            digest.update(f"{array.shape}".encode() + numbers.tobytes())
    return digest.hexdigest()[:12]
