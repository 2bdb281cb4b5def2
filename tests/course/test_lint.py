"""No test of the course gives a point to an answer with nothing in it."""

import pytest

from nngrade import lint
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import choose
from tests.course.conftest import ASSIGNMENTS, ROOT


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_empty_answer_earns_a_point(assignment):
    with lint.small_data(), open_sandbox(choose()) as sandbox:
        assert lint.lint(ROOT, assignment, sandbox) == []
