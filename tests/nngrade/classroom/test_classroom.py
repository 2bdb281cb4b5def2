"""The sample class: what its students hand in, and the scores they deserve."""

import copy

import pytest
from nbformat.v4 import new_notebook

from nngrade import classroom
from nngrade.classroom import Bug
from tests.course.conftest import released, solved
from tests.nngrade.small_course import cell


def source(notebook, cell_id):
    return next(cell.source for cell in notebook.cells if cell.id == cell_id)


@pytest.mark.parametrize("assignment", ["a3_backprop", "a4_mnist"])
def test_every_planted_bug_changes_its_cell(assignment):
    notebook = solved(assignment)
    for bug in classroom.planted_bugs(assignment):
        changed = classroom.plant(notebook, bug)
        assert list(changed) == [bug.question] and changed[bug.question] != source(notebook, bug.question)


def test_a_bug_that_no_longer_fits_is_refused():
    with pytest.raises(ValueError, match="'gone': 'x @ y' stands 0 times in linear_backward, expected once"):
        classroom.plant(solved("a3_backprop"), Bug("gone", "linear_backward", "x @ y", "y @ x"))
    with pytest.raises(ValueError, match=r"'several': 'd' stands \d+ times in linear_backward, expected once"):
        classroom.plant(solved("a3_backprop"), Bug("several", "linear_backward", "d", "D"))


def test_a_submission_has_answers_but_no_hidden_test():
    handed_in = classroom.answer(released("a3_backprop"), solved("a3_backprop"))
    assert "dW = delta.T @ x" in source(handed_in, "linear_backward")
    text = "\n".join(cell.source for cell in handed_in.cells)
    assert "NotImplementedError()" not in text.replace("`raise NotImplementedError()`", "")
    assert "SOLUTION" not in text and "HIDDEN" not in text


def test_the_sample_class_has_every_kind_of_student():
    students = classroom.sample_class("a3_backprop", released("a3_backprop"), solved("a3_backprop"))
    kinds = [student.about for student in students]
    assert kinds[0] == "right answers" and kinds[-1] == "untouched release"
    assert sum(kind.startswith("also right") for kind in kinds) == 1
    assert {"has a syntax error", "loops for ever"} <= set(kinds)
    assert [student.student for student in students] == [f"student-{i:02d}" for i in range(1, len(kinds) + 1)]
    full = sum(classroom.points(solved("a3_backprop")).values())
    totals = [sum(student.expected.values()) for student in students]
    assert totals[0] == full and totals[-1] == 0 and all(0 < total < full for total in totals[2:-2])
    assert kinds[-2].startswith("a cheat") and totals[-2] == 0


def test_the_first_student_has_all_cells_and_the_others_those_for_points():
    release, before = released("a3_backprop"), copy.deepcopy(released("a3_backprop"))
    first, *others = classroom.sample_class("a3_backprop", release, solved("a3_backprop"))
    assert release == before  # each has a copy
    assert any(map(classroom.is_demonstration, first.notebook.cells))
    assert not any(classroom.is_demonstration(cell) for each in others for cell in each.notebook.cells)
    assert others[-2].notebook.cells[0].id == "cheat"
    assert [cell.id for cell in others[-1].notebook.cells] == [cell.id for cell in others[-2].notebook.cells[1:]]


def test_a_test_may_be_worth_nothing():
    tests = [cell(f"f{n}_test", "", grade=True, locked=True, solution=False, points=n) for n in range(2)]
    assert classroom.points(new_notebook(cells=tests)) == {"f0_test": 0, "f1_test": 1}


def test_written_answers_are_not_points_of_the_machine():
    assert "gradient_check_answer" not in classroom.points(solved("a3_backprop"))
