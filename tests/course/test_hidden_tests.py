"""The tests of the assignments, measured by the mistakes that they catch and name and the right answers they accept."""

import numpy as np
import pytest

from nngrade import classroom
from nngrade.classroom.runner import earned, run, scores
from nnlib import tasks
from nnlib.diagnosis import judge
from tests.course.conftest import ASSIGNMENTS, ROOT, released, solved

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_mnist")]
BUGS = [(name, bug) for name in ASSIGNMENTS for bug in classroom.planted_bugs(name) if "for ever" not in bug.name]
VARIANTS = [(name, variant) for name in ASSIGNMENTS for variant in classroom.variants(name)]


def _id(case):
    name, entry = case
    return f"{name}-{getattr(entry, 'question', 'right')}-{entry.name}".replace(" ", "_")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solution_has_full_marks(assignment):
    notebook = solved(assignment)
    assert scores(notebook, classroom.points(notebook), ROOT) == classroom.points(notebook)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_an_untouched_release_has_none(assignment):
    notebook = solved(assignment)
    answers = {cell.id: cell.source for cell in released(assignment).cells}
    tests = {cell.id: cell.source for cell in notebook.cells if cell.id in classroom.points(notebook)}
    untouched = classroom.answer(notebook, notebook, answers | tests)
    assert not any(scores(untouched, classroom.points(notebook), ROOT).values())


@pytest.mark.parametrize("case", VARIANTS, ids=_id)
def test_other_right_answers_have_full_marks(case):
    notebook = solved(case[0])
    other = classroom.answer(notebook, notebook, case[1].cells)
    assert scores(other, classroom.points(notebook), ROOT) == classroom.points(notebook)


@pytest.mark.parametrize("case", BUGS, ids=_id)
def test_a_bug_costs_its_own_question_and_no_other_and_is_told(case):
    assignment, bug = case
    notebook, namespace = solved(assignment), {}
    wrong = classroom.answer(notebook, notebook, classroom.plant(notebook, bug))
    results = run(wrong, ROOT, namespace, demonstrations=False)
    assert earned(results, classroom.points(notebook)) == classroom.expected_points(notebook, bug)
    if bug.says:
        the_feedback_is_that_of_the_catalogue(bug, results[f"{bug.question}_test"].finding)
        task = tasks.find(f"{assignment.split('_')[0]}.{bug.question}")
        visible = judge(task, namespace[bug.question], np.random.default_rng(task.number))
        assert (visible.kind == "right") == bug.unseen, "what the check in the notebook says of it"


def the_feedback_is_that_of_the_catalogue(bug, found):
    ids = [made.id for made in found.mistakes]
    if bug.aside:  # how many of these are named is measured by `make grade-quality`; here: none wrongly
        assert not ids or bug.says in ids, found
    else:
        assert bug.says in (ids or [found.kind]), (found.kind, found.text, ids)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nine_bugs_in_ten_are_seen_in_the_notebook(assignment):
    bugs = classroom.planted_bugs(assignment)
    assert sum(bug.unseen for bug in bugs) <= len(bugs) / 10


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_question_is_measured_by_two_bugs_at_least(assignment):
    for test in classroom.points(solved(assignment)):
        question = test.removesuffix("_test")
        bugs = [bug for bug in classroom.planted_bugs(assignment) if bug.question == question]
        assert len(bugs) >= (1 if question == "wrong_lines" else 2), question
