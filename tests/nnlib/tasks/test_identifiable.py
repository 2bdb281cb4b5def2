"""Identifiability: each mistake that is declared can be told from the right answer and from every other one.

Where two can't, or one can't be named, an entry of EXCUSED says why. No test here knows an assignment: a new one is
measured as soon as its tasks are found.
"""

import pkgutil
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from nnlib import checks, tasks
from nnlib.diagnosis import judge
from nnlib.diagnosis.comparing import same
from nnlib.diagnosis.naming import outcome
from nnlib.diagnosis.task import Probe
from tests.nnlib.tasks.excused import COINCIDE, UNNAMED, UNSEEN

ASSIGNMENTS = [module.name for module in pkgutil.iter_modules(tasks.__path__)]
TASKS = [(f"{a}.{name}", task) for a in ASSIGNMENTS for name, task in tasks.tasks(a).items()]
MADE = [(name, task, made) for name, task in TASKS for made in task.mistakes]
SEED = 1307  # not one of the notebooks'


@pytest.fixture(autouse=True)
def quiet():
    """What overflows is wrong, and is to be told as such: a warning would hide its result."""
    with np.errstate(all="ignore"):
        yield


def makes(task, *mistakes):
    """The function of somebody who makes these mistakes."""

    def answer(*arguments):
        return task.answer(Probe("", arguments), mistakes)

    return answer


def probes(task, seed=SEED):
    return task.probes(np.random.default_rng(seed))


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[name for name, _ in TASKS])
def test_right_answers_are_right_and_get_no_name(name, task):
    if task.steps:
        seen = replace(task, facts=tuple(fact for fact in task.facts if fact.id not in UNSEEN.get(name, {})))
        for seed in range(20):
            found = judge(seen, makes(task), np.random.default_rng(seed))
            assert (found.kind, found.text, found.mistakes, found.share) == ("right", "", (), 1.0), seed


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[name for name, _ in TASKS])
def test_ids_and_effects_are_written_once_and_well(name, task):
    effects = {}
    for made in task.mistakes:
        assert effects.setdefault(made.id, made.effect) == made.effect, f"two sentences for {made.id}"
    assert len(set(effects.values())) == len(effects), "two ids with the same sentence"
    for effect in effects.values():
        assert effect[0].isupper() or effect.split()[0] in (*task.parts, *task.arguments, *task.steps), effect
        assert effect.endswith(".") and len(effect) <= 160, effect


@pytest.mark.parametrize(("name", "task", "made"), MADE, ids=[f"{name}-{made.id}" for name, _, made in MADE])
def test_each_mistake_differs_from_the_right_answer(name, task, made):
    differing = [p for p in probes(task) if not same(outcome(task, p, made), task.result(p), task.tol)]
    assert len(differing) >= (1 if all(p.extreme for p in differing) else 2)


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[name for name, _ in TASKS])
def test_no_two_mistakes_coincide(name, task):
    ordinary = [p for p in probes(task) if not p.extreme]
    results = [(made.id, [outcome(task, p, made) for p in ordinary]) for made in task.mistakes]
    for (one, a), (two, b) in combinations(results, 2):
        equal = all((x is None) == (y is None) and (x is None or same(x, y, 1e-9)) for x, y in zip(a, b))
        excused = frozenset((one, two)) in COINCIDE.get(name, {})
        if equal and one != two and not excused:
            extremes = [p for p in probes(task) if p.extreme]
            told = [m for m in task.mistakes if m.id in (one, two)]
            apart = any(not same(outcome(task, p, told[0]), outcome(task, p, told[-1]), 1e-9) for p in extremes)
            assert apart, f"{one} and {two} give the same: merge them, find a probe, or excuse them in excused.py"


@pytest.mark.parametrize(("name", "task", "made"), MADE, ids=[f"{name}-{made.id}" for name, _, made in MADE])
def test_each_mistake_gets_its_own_name(name, task, made):
    for seed in (SEED, SEED + 1):
        found = judge(task, makes(task, made), np.random.default_rng(seed))
        assert found.kind != "right"
        assert found.share < 1
        named = {m.id for m in found.mistakes}
        if made.id in UNNAMED.get(name, {}):
            assert not named, f"{made.id} is excused from a name, and has one"
        else:
            allowed = {made.id}.union(*(pair for pair in COINCIDE.get(name, {}) if made.id in pair))
            assert made.id in named and named <= allowed, f"{found.text} {named}"


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[name for name, _ in TASKS])
def test_the_text_of_a_finding_holds_no_number_of_an_answer(name, task):
    for made in task.mistakes:
        try:
            text = checks.for_points(4, SEED).task(name, makes(task, made)).said
        except checks.CheckFailed as failure:
            text = str(failure)
        assert not re.search(r"array\(|\d\.\d|\de[-+]?\d", text), text
