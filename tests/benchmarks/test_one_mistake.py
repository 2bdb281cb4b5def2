"""A mistake in one function costs no other question: some functions of each assignment, `make one-mistake` all."""

from pathlib import Path

import pytest

from nngrade.lint import small_data
from tests.course.conftest import ASSIGNMENTS

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import one_mistake

    return one_mistake


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_mistakes_cost_their_own_questions_alone(name, bench):
    """One function in three has a fault, one kind after the other. What never ends takes time: a3 has it alone."""
    assignment, kinds = bench.Assignment(name), list(bench.FAULTS)
    kinds = kinds if name == "a3_backprop" else kinds[1:]
    faults = {cell: kinds[i % len(kinds)] for i, cell in enumerate(list(assignment.functions)[::3])}
    with small_data(), assignment.sandbox() as sandbox:
        assert not assignment.lost(faults, sandbox), faults
