"""What is said of each planted bug, by the check that the notebook shows and by the one that gives points."""

import pytest

from nngrade import classroom
from nngrade.classroom.runner import run
from nnlib.checks.tasks import latest
from tests.course.conftest import ASSIGNMENTS, ROOT, released, solved

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_mnist")]
BUGS = [(name, bug) for name in ASSIGNMENTS for bug in classroom.planted_bugs(name) if bug.says]


@pytest.mark.parametrize(("assignment", "bug"), BUGS, ids=[f"{a}-{b.question}-{b.name}" for a, b in BUGS])
def test_the_feedback_says_what_the_catalogue_asks_for(assignment, bug):
    notebook = solved(assignment)
    wrong = classroom.answer(notebook, notebook, classroom.plant(notebook, bug))
    found = run(wrong, ROOT)[f"{bug.question}_test"].finding
    ids = [made.id for made in found.mistakes]
    if bug.aside:  # measured by `make grade-quality`; here only: never a wrong name
        assert not ids or bug.says in ids, found
    else:
        assert bug.says in (ids or [found.kind]), (found.kind, found.text, ids)


@pytest.mark.parametrize("assignment", sorted({name for name, _ in BUGS}))
def test_the_visible_checks_catch_nine_in_ten(assignment):
    bugs = [bug for name, bug in BUGS if name == assignment]
    missed = []
    for bug in bugs:
        latest.clear()
        given, notebook = released(assignment), solved(assignment)
        run(classroom.answer(given, notebook, classroom.plant(notebook, bug)), ROOT)
        found = latest.get(f"{assignment.split('_')[0]}.{bug.question}")
        if found is None or found.kind == "right":
            missed.append(f"{bug.question}: {bug.name}")
    assert len(missed) <= 0.1 * len(bugs), missed
