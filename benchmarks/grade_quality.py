"""How good the tests of the assignments are, by the catalogue of faults and of right answers: `make grade-quality`.

Every entry of nngrade/classroom is handed in and graded by the real path, sandbox and all, several at once. The visible
checks of its notebook run in this process. Printed per question: faults that the visible checks and the hidden
tests catch, what the feedback says of them, points that they cost elsewhere, right answers that lose points, and false
alarms of the hidden tests over many seeds. What is held aside (faults that no test was written for) stands apart.
With --edits the solutions are edited arbitrarily, and every name that is given is printed beside its edit.
"""

import argparse
import contextlib
import os
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache

import nbformat
import numpy as np
from edits import report_edits, within
from tqdm import tqdm

from nngrade import classroom
from nngrade.batch.submitted import references
from nngrade.classroom.runner import run
from nngrade.course import assignments, course_root
from nngrade.grading import work
from nngrade.notebook import canonical
from nngrade.reference import reference_functions
from nnlib import tasks
from nnlib.checks.tasks import latest
from nnlib.diagnosis import judge

ROOT = course_root()
SAID = ("rightly", "a fact that is it", "a true fact", "silent", "wrongly")


@dataclass(frozen=True)
class Case:
    """An answer to an assignment, and what it deserves: a fault in one question, another right answer, or none."""

    assignment: str
    kind: str  # "fault", "right", "empty"
    about: str
    cells: tuple  # ((id, source), ...): what differs from the solution
    expected: tuple  # ((test, points), ...)
    question: str = ""
    says: str = ""
    aside: bool = False


@dataclass
class Outcome:
    """What became of a case."""

    case: Case
    points: dict
    finding: dict  # of the question at fault: {"kind", "mistakes", "print"}
    message: str
    visible: str  # the kind that the visible check found


@cache
def solved(assignment):
    return canonical.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")


@cache
def released(assignment):
    return canonical.read(ROOT / "assignments" / assignment / f"{assignment}.ipynb")


def cases(assignment):
    """All cases of an assignment: its empty release, other right answers, faults; the endless ones left out."""
    notebook = solved(assignment)
    full = tuple(classroom.expected_points(notebook).items())
    yield Case(assignment, "empty", "untouched release", (), tuple((test, 0) for test, _ in full))
    yield Case(assignment, "right", "the solution", (), full)
    for variant in classroom.variants(assignment):
        yield Case(assignment, "right", variant.name, tuple(variant.cells.items()), full)
    for bug in classroom.planted_bugs(assignment):
        if "for ever" not in bug.name:
            expected = tuple(classroom.expected_points(notebook, bug).items())
            cells = tuple(classroom.plant(notebook, bug).items())
            yield Case(assignment, "fault", bug.name, cells, expected, bug.question, bug.says, bug.aside)


def handed_in(case):
    """The notebook of a case."""
    if case.kind == "empty":
        return released(case.assignment)
    notebook = classroom.answer(released(case.assignment), solved(case.assignment), dict(case.cells))
    return classroom.without_demonstrations(notebook)


def graded(case):
    """The Outcome of a case by the real path; the visible check is added later, in the main thread."""
    texts = nbformat.writes(solved(case.assignment)), nbformat.writes(released(case.assignment))
    terms = work.Terms(*texts, references=references(ROOT, solved(case.assignment)))
    data = nbformat.writes(handed_in(case)).encode()
    record, _ = work.grade(work.Unit("student-01", case.assignment, case.assignment, data, terms))
    test = record["tests"].get(f"{case.question}_test", {})
    points = {name: found["points"] for name, found in record["tests"].items()}
    return Outcome(case, points, test.get("finding", {}), test.get("message", ""), "")


def visibly(case):
    """The kind of what the visible check of the question at fault finds: "" if there is none, or it did not run."""
    latest.clear()
    with contextlib.suppress(TimeoutError), within(60):  # a fault may train for hours
        run(handed_in(case), ROOT)
    found = latest.get(f"{case.assignment.split('_')[0]}.{case.question}")
    return found.kind if found else ""


def said(outcome):
    """How well the feedback names the fault, one of SAID."""
    ids, kind, says = outcome.finding.get("mistakes", []), outcome.finding.get("kind", ""), outcome.case.says
    if ids:
        return "rightly" if says in ids else "wrongly"
    if kind == says != "values":
        return "a fact that is it"
    partly = " right" in outcome.message.replace("not right", "").lower()
    return "a true fact" if partly or kind not in ("", "values") else "silent"


def false_alarms(assignment, seeds):
    """{question: how many of these seeds find something in the solution}."""
    short, found = assignment.split("_")[0], Counter()
    with contextlib.suppress(ModuleNotFoundError):
        functions = reference_functions(assignment)
        for name, task in tasks.tasks(short).items():
            if name in functions:
                kinds = (judge(task, functions[name], np.random.default_rng(seed)).kind for seed in range(seeds))
                found[name] = sum(kind != "right" for kind in kinds)
    return found


def table(outcomes, alarms):
    """Print the figures per question, of these outcomes."""
    faults = [one for one in outcomes if one.case.kind == "fault"]
    print(f"{'question':26s} faults visible hidden elsewhere | " + " | ".join(SAID) + " | false alarms")
    for question in dict.fromkeys(one.case.question for one in faults):
        line(question, [one for one in faults if one.case.question == question], alarms.get(question, "–"))
    line("all", faults, sum(alarms.values()))
    right = [one for one in outcomes if one.case.kind == "right"]
    rejected = [one.case.about for one in right if one.points != dict(one.case.expected)]
    empty = [sum(one.points.values()) for one in outcomes if one.case.kind == "empty"]
    print(f"right answers rejected: {len(rejected)} of {len(right)} {rejected or ''}")
    print(f"points of an empty notebook: {sum(empty):g}")


def line(name, faults, alarms):
    if not faults:
        return
    visible = sum(one.visible not in ("", "right") for one in faults)
    hidden = [one.points[f"{one.case.question}_test"] < full(one) for one in faults]
    elsewhere = sum(lost_elsewhere(one) for one in faults)
    kinds = Counter(map(said, faults))
    counts = " ".join(f"{kinds[kind]:5d}" for kind in SAID)
    print(f"{name:26s} {len(faults):5d} {visible:6d} {sum(hidden):6d} {elsewhere:6d}    | {counts} | {alarms}")


def full(outcome):
    return classroom.points(solved(outcome.case.assignment))[f"{outcome.case.question}_test"]


def lost_elsewhere(outcome):
    """Whether another question lost points."""
    expected = dict(outcome.case.expected)
    mine = f"{outcome.case.question}_test"
    return any(outcome.points[test] != value for test, value in expected.items() if test != mine)


def measure(names, workers):
    """The Outcomes of all cases of these assignments."""
    work_to_do = [case for name in names for case in cases(name)]
    outcomes = []
    with ThreadPoolExecutor(workers) as pool, tqdm(total=len(work_to_do), unit=" notebooks") as bar:
        for future in as_completed([pool.submit(graded, case) for case in work_to_do]):
            outcomes.append(future.result())
            bar.update()
    for outcome in tqdm([one for one in outcomes if one.case.kind == "fault"], unit=" visible checks"):
        outcome.visible = visibly(outcome.case)
    return outcomes


def report(names, workers, seeds, verbose):
    """Measure these assignments and print everything."""
    outcomes = measure(names, workers)
    for name in names:
        mine = [one for one in outcomes if one.case.assignment == name]
        print(f"\n{name}")
        table([one for one in mine if not one.case.aside], false_alarms(name, seeds))
        aside = [one for one in mine if one.case.aside]
        if aside:
            print("held aside:")
            line("all", aside, "–")
        for one in mine:
            if one.case.kind == "fault" and (verbose or said(one) == "wrongly" or undeserved(one)):
                earned = one.points[f"{one.case.question}_test"]
                print(f"  {one.case.question}: {one.case.about}: {said(one)} ({earned:g} points): {one.message[:200]}")
            if other := undeserved(one):
                print(f"  {one.case.about}: other points than the catalogue says: {other}")


def undeserved(outcome):
    """{test: its points}, where they are not what the catalogue says."""
    return {test: outcome.points[test] for test, value in outcome.case.expected if outcome.points[test] != value}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("assignments", nargs="*", default=assignments(ROOT))
    parser.add_argument("--digits", action="store_true", help="as on a machine without MNIST")
    parser.add_argument("--seeds", type=int, default=1000, help="of the search for false alarms")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--verbose", action="store_true", help="every fault with what is said")
    parser.add_argument("--edits", type=int, default=0, help="so many of these, in place of all else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as nothing:
        if options.digits:
            os.environ["NNLIB_DATA"] = nothing
        if options.edits:
            for name in options.assignments:
                report_edits(name, solved(name), options.edits)
        else:
            report(options.assignments, options.workers, options.seeds, options.verbose)


if __name__ == "__main__":
    main()
