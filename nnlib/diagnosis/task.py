"""A task: its right answer as named steps, the mistakes that students make in them, and inputs that tell these apart.

A step is a small function whose arguments are named after the quantities that it takes: arguments of the task, or
steps before it. A mistake puts other steps in their place, and so computes what a student computes who makes it.
"""

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np

from nnlib.checks.calling import MISSING, bound
from nnlib.diagnosis.comparing import copied


@dataclass(frozen=True)
class Probe:
    """Arguments to try a function with; `about` says in words which kind of input they are: "a batch of one".

    `extreme` ones try what breaks at large numbers and at edges. A function that fails only there is right for
    ordinary inputs, and is told so.
    """

    about: str
    arguments: tuple
    extreme: bool = False


@dataclass(frozen=True)
class Mistake:
    """A mistake: its `effect` in one sentence, and the `steps` in which it differs; `returns`, if it returns others."""

    id: str
    effect: str
    steps: dict
    returns: str = ""
    lecture: str = ""


def mistake(id, effect, *, returns="", lecture="", **steps):
    """A Mistake, written with its steps as keywords: `mistake("db.mean", "…", db=lambda delta: delta.mean(axis=0))`."""
    return Mistake(id, effect, steps, returns, lecture)


@dataclass(frozen=True)
class Fact:
    """What can be seen of a right answer without knowing it: `holds(seen)`, with `seen.arguments`, `.result`, `.calls`.

    For answers that differ from one right solution to another: random weights, the order of batches. `part` names
    what it is about; each part of the task earns its share. What one probe can show by chance is told only if it is so
    `everywhere`: then `holds` is False on all probes on which it is not None, which says nothing. What only several
    calls show is told `together`: `holds` gets a list of all calls that raised nothing.
    """

    id: str
    effect: str
    holds: Callable
    part: str = ""
    lecture: str = ""
    everywhere: bool = False
    together: bool = False


@dataclass(frozen=True)
class Task:
    """One task of an assignment; see the modules of `nnlib.tasks` for examples.

    call     "linear_backward(delta, x, W)": the function that the student writes
    returns  "dx dW db": what it returns, names of steps; one name is a value, several are a tuple, "L [dW db]" is a
             tuple of a value and a list. All of them are parts, of which each earns its share
    steps    {name: step}, in an order in which they can be computed; {} where `facts` say all
    probes   rng -> list of Probe: ordinary ones, general shapes first, then extreme ones
    example  arguments of the example in the text, small enough to be printed
    mistakes known ones; `facts` other than values that must hold, in the order in which they are told
    helpers  {name: function}: correct functions of earlier tasks, which the student's function finds in their place
    wiring   {helper: ["delta2 a1 W2", …]}: what it is given, a line per call; "z1|a1" is either of the two
    words    {step: what the text calls it}, for steps that are not returned: these may be named in what is said
    dtype    "float64", "float32", or None where the text does not ask for one
    tol      the relative error that passes; rounding of another right way stays below it
    full_size rng -> a Probe of the size that real data have, for what can be done rightly, but in far too long a time.
    """

    number: int
    call: str
    returns: str
    steps: dict
    probes: Callable
    example: tuple = ()
    mistakes: tuple = ()
    facts: tuple = ()
    helpers: dict = field(default_factory=dict)
    wiring: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)
    dtype: str | None = None
    tol: float = 1e-8
    lecture: str = ""
    full_size: Callable | None = None

    @cached_property
    def _signature(self):
        return ast.parse(f"def {self.call}: pass").body[0]

    @property
    def name(self):
        """The name of the function."""
        return self._signature.name

    @cached_property
    def arguments(self):
        """The names of its arguments."""
        return tuple(argument.arg for argument in self._signature.args.args)

    @cached_property
    def parameters(self):
        """{name of an argument: its default value, or MISSING}."""
        defaults = [ast.literal_eval(value) for value in self._signature.args.defaults]
        return dict(zip(self.arguments, [MISSING] * (len(self.arguments) - len(defaults)) + defaults))

    @cached_property
    def parts(self):
        """The names of what it returns, those in lists as well."""
        return tuple(re.findall(r"\w+", self.returns))

    @cached_property
    def form(self):
        """The names of what it returns, in its form: ["dx", "dW", "db"], ["L", ["dW", "db"]]."""
        entries = re.findall(r"\[.*?\]|\w+", self.returns)
        return [re.findall(r"\w+", entry) if entry[0] == "[" else entry for entry in entries]

    def parted(self, result):
        """What was returned, as a tuple of parts; None if its form is another."""
        if len(self.form) == 1:
            return (result,)
        return None if misfit(result, self.form) else tuple(_flat(result, self.form))

    @cached_property
    def edits(self):
        """The mistakes that nobody declared: single edits of its steps."""
        from nnlib.diagnosis.edited import edited  # which imports this module

        return tuple(edited(self))

    def quantities(self, probe, mistakes=()):
        """{name: value} of arguments and steps, as somebody gets them who makes these mistakes."""
        values = {name: default for name, default in self.parameters.items() if default is not MISSING}
        values |= dict(zip(self.arguments, copied(probe.arguments)))
        steps = dict(self.steps)
        for made in mistakes:
            steps |= made.steps
        for name, step in steps.items():
            values[name] = step(*(values[taken] for taken in inputs(step)))
        return values

    def result(self, probe, mistakes=()):
        """What is returned for a probe, as a tuple of parts; with mistakes, by somebody who makes these."""
        values = self.quantities(probe, mistakes)
        returns = next((made.returns for made in mistakes if made.returns), self.returns)
        return tuple(values[name] for name in re.findall(r"\w+", returns))

    def answer(self, probe, mistakes=()):
        """What is returned for a probe, in the form that the text asks for; with mistakes, by who makes these."""
        parts = self.result(probe, mistakes)
        if len(parts) != len(self.parts) or len(self.form) == 1:
            return parts[0] if len(parts) == 1 else parts
        values = iter(parts)
        return tuple([next(values) for _ in entry] if isinstance(entry, list) else next(values) for entry in self.form)

    def __call__(self, *arguments, **named):
        """The right answer: a task is the correct function that tests of later tasks lend."""
        return self.answer(Probe("", bound(self.parameters, arguments, named)))


def misfit(result, form):
    """What came in place of a tuple, or of a list in it, with the names that belong there; None if all is in form."""
    if not isinstance(result, (tuple, list)) or len(result) != len(form):
        return result, form
    pairs = [(value, entry) for value, entry in zip(result, form) if isinstance(entry, list)]
    return next((wrong for value, entry in pairs if (wrong := misfit(value, entry))), None)


def _flat(result, form):
    return [part for value, entry in zip(result, form) for part in (value if isinstance(entry, list) else (value,))]


@cache
def inputs(step):
    """The names of the quantities that a step takes; what has a default, `eta=0.1`, is none of them."""
    parameters = {} if hasattr(step, "inputs") else inspect.signature(step).parameters
    return getattr(step, "inputs", None) or tuple(n for n, p in parameters.items() if p.default is p.empty)


class _Renamed:
    """A step whose quantities have other names."""

    def __init__(self, step, names):
        self.step, self.inputs = step, tuple(names.get(name, name) for name in inputs(step))

    def __call__(self, *values):
        return self.step(*values)


def renamed(steps, **names):
    """The steps of a small task as steps of a larger one, in which each quantity has the name that `names` gives it."""
    return {names.get(name, name): _Renamed(step, names) for name, step in steps.items()}


def lifted(mistakes, prefix="", **names):
    """The mistakes of a small task where a larger one takes it as a step: `lifted(LINEAR.mistakes, delta="delta2")`.

    `names` says what each quantity of the small task is called in the large one, in steps and in words; mistakes in
    what is not named there are left out. Their ids begin with `prefix`, so that layer 1 and layer 2 are told apart.
    """
    fitting = [made for made in mistakes if not made.returns and set(made.steps) <= names.keys()]
    words = re.compile(rf"\b({'|'.join(names.keys() - {'a'})})\b")  # "a" is a word of its own
    return tuple(
        replace(
            made,
            id=prefix + made.id,
            effect=words.sub(lambda found: names[found[0]], made.effect),
            steps=renamed(made.steps, **names),
        )
        for made in fitting
    )


def chosen(mistakes, ids):
    """Those mistakes whose ids are listed: "db.mean dW.mean"."""
    return [made for made in mistakes if made.id in ids.split()]


def away_from_kinks(rng, shape, nearest=0.1, farthest=5.0):
    """Numbers on both sides of 0, none closer to it than `nearest`: no derivative is asked for where there is none."""
    return rng.uniform(nearest, farthest, shape) * rng.choice([-1, 1], shape)


def labels(rng, m, k):
    """Labels of m examples in which, as far as m allows, each of k classes occurs."""
    return rng.permutation(np.arange(m) % k)
