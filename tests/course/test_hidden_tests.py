"""The hidden tests, measured by the mistakes that they catch and the right answers that they accept."""

import pytest

from nngrade import classroom
from nngrade.classroom.runner import scores
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
def test_a_bug_costs_its_own_question_and_no_other(case):
    assignment, bug = case
    notebook = solved(assignment)
    wrong = classroom.answer(notebook, notebook, classroom.plant(notebook, bug))
    expected = classroom.expected_points(notebook, bug)
    assert scores(wrong, classroom.points(notebook), ROOT) == expected


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_question_is_measured_by_two_bugs_at_least(assignment):
    for test in classroom.points(solved(assignment)):
        question = test.removesuffix("_test")
        bugs = [bug for bug in classroom.planted_bugs(assignment) if bug.question == question]
        assert len(bugs) >= (1 if question == "wrong_lines" else 2), question
