"""The check of a task: the same one in the student's notebook, on known numbers, and for points, on fresh ones."""

import linecache
import site
import traceback
from pathlib import Path

import numpy as np

from nnlib import tasks
from nnlib.checks.answers import Answer
from nnlib.checks.failed import CheckFailed
from nnlib.diagnosis import Finding, judge
from nnlib.diagnosis.comparing import arrays_in, as_numbers, same
from nnlib.diagnosis.observing import call
from nnlib.diagnosis.task import Probe

LIBRARY = str(Path(tasks.__file__).parents[1])
SHOWN = 12  # entries of an array that the example of a task may have to be printed
latest = {}  # {name of a task: its Finding}, as far as this notebook has checked them


def task(name, function):
    """Say whether a `function` is right for the task of this `name`, "a3.linear_backward", on numbers known to all.

    What is wrong is said in words, and the notebook goes on: `overview` says at its end what is left to do.
    """
    asked = tasks.find(name)
    found = latest[name] = judge(asked, function, np.random.default_rng(asked.number))
    latest["why"] = found
    title = f"Task {asked.number}, {asked.name}"
    if found.kind == "right":
        return print(f"✓ {title}: the checks of this notebook pass. Further tests run when this is graded.")
    print(f"✗ {said(title, found)}")
    for line in _details(asked, function, found):
        print(f"  {line}")


def answer(name, value):
    """The `value` that answers the task of this `name`, "a2.by_hand", as tests need it, if its form is right.

    Fails with what is wrong with the form. Whether the answer is right is not known in a notebook.
    """
    asked = tasks.find(name)
    if all(one is None for one in (value.values() if isinstance(value, dict) else [value])):
        latest[name] = Finding("open")
        raise CheckFailed(f"Task {asked.number}, {asked.name}, is not written yet.")
    try:
        formed = asked.form(value)
    except CheckFailed as failure:
        latest[name] = Finding("form", f": {failure}")
        raise
    latest[name] = Finding("right")
    print(f"✓ Task {asked.number}: {asked.seen}")
    return formed


def why():
    """Print the likely cause of what the last check found."""
    found = latest.get("why")
    if found is None or found.kind in ("right", "open"):
        print("There is nothing to explain: the last check found no mistake.")
    elif found.cause:
        print(found.cause)
    else:
        print("What the check said is all that is certain. Work through the example by hand, and compare step by step.")


def overview(assignment):
    """Print for each task of an `assignment`, "a3", whether it is done, wrong, open, or not checked yet."""
    asked = [*tasks.tasks(assignment).values(), *tasks.answers(assignment).values()]
    for one in sorted(asked, key=lambda one: one.number):
        sign, text = _state(one, latest.get(f"{assignment}.{one.name}"))
        print(f"{sign} Task {one.number:2d}  {one.name:24s} {text}")


def _state(asked, found):
    """(sign, text) of a task in the overview."""
    is_text = isinstance(asked, Answer) and asked.form is None
    if found is None:
        return "·", asked.seen if is_text else "not checked: run its cells"
    if found.kind == "right":
        return "✓", asked.seen if isinstance(asked, Answer) else "done"
    if found.kind == "open":
        return "○", "not written yet"
    return "✗", said("", found).strip(": ")


def for_points(points, seed):
    """The checks as the grader runs them, for so many `points`, on numbers of this `seed`.

    `checks = checks.for_points(6, seed=301)` stands in the hidden part of a test, above the check that all can see.
    """
    return Grading(points, seed)


class Grading:
    """Checks that give `points`, on numbers of a `seed` that no notebook knows."""

    def __init__(self, points, seed):
        self.points, self.seed = points, seed

    def task(self, name, function):
        """The Points of an answer; fails with what is wrong if there are none."""
        asked = tasks.find(name)
        found = judge(asked, function, np.random.default_rng(self.seed))
        if found.kind == "right":
            return Points(self.points)
        text = " ".join(filter(None, [said(asked.name, found), found.cause]))
        if not found.share:
            failure = CheckFailed(text)
            failure.finding = found
            raise failure from found.error
        return Points(self.points, found.share, text, found)

    def why(self):
        """Nothing: feedback holds the cause."""

    def overview(self, assignment):
        """Nothing: the list of an `assignment` is for its notebook."""


class Points(float):  # nbgrader takes a last line that is a number as points
    """A `share` of the `points` for an answer; less than all come with what is `said` about it, and the `finding`."""

    def __new__(cls, points, share=1.0, said="", finding=None):
        self = super().__new__(cls, round(points * share, 2))
        self.share, self.said, self.finding = share, said, finding
        return self


def said(title, found):
    """The title and what was found, as a sentence."""
    return f"{title}{found.text}" if found.text.startswith(":") else f"{title} {found.text}"


def _details(asked, function, found):
    """What only a notebook shows: where it was raised, the example with numbers, where to ask on."""
    if found.error is not None:
        yield f"{type(found.error).__name__}: {found.error}"
        yield from _lines(found.error)
    elif asked.example and found.kind in ("values", "shape"):
        yield from _example(asked, function)
    if found.cause:
        yield "checks.why() says what this looks like."


def _lines(error):
    """The last line of the notebook that led to an error."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith((LIBRARY, *site.getsitepackages()))]
    for frame in own[-1:]:
        text = linecache.getline(frame.filename, frame.lineno).strip()
        yield f"in line {frame.lineno} of its cell: {text}"


def _example(asked, function):
    """The first part of the example that is wrong, with both numbers: the text holds them, too."""
    seen = call(asked, function, Probe("the example", asked.example))
    parts = seen.parts(asked) or ()
    for name, got, want in zip(asked.parts, parts, asked.result(seen.probe)):
        if sum(array.size for array in arrays_in(want)) <= SHOWN and not same(got, want, asked.tol):
            given = zip(asked.arguments, asked.example)
            shown = ", ".join(f"{name} = {_short(value)}" for name, value in given if not callable(value))
            yield f"In the example, {shown}:"
            yield f"{name} should be {_short(want)}, yours is {_short(got)}."
            return


def _short(value):
    """A value as a line of text."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, (list, tuple)) and (as_numbers(value) is None or isinstance(value, tuple)):
        left, right = ("(", ",)" if len(value) == 1 else ")") if isinstance(value, tuple) else "[]"
        return f"{left}{', '.join(map(_short, value))}{right}"
    return np.array2string(np.asarray(value), precision=4, separator=", ", suppress_small=True).replace("\n", "")
