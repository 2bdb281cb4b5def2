"""A mistake in one function costs no other question: each function of each assignment once, `make one-mistake` all."""

from pathlib import Path

import pytest

from nngrade.lint import small_data
from tests.course.conftest import ASSIGNMENTS

pytestmark = pytest.mark.slow
NOTEBOOKS = 3  # per assignment, that share the functions


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import one_mistake

    return one_mistake


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_mistakes_cost_their_own_questions_alone(name, bench):
    """Function by function the next notebook, and in each of these the next kind of fault."""
    assignment, kinds, notebooks = bench.Assignment(name), list(bench.FAULTS), [{} for _ in range(NOTEBOOKS)]
    for number, cell in enumerate(assignment.functions):
        notebooks[number % NOTEBOOKS][cell] = kinds[(number // NOTEBOOKS + 2 * number) % len(kinds)]
    assert set(kinds) == {fault for faults in notebooks for fault in faults.values()}
    with small_data(), assignment.sandbox() as sandbox:
        for faults in notebooks:
            assert not assignment.lost(faults, sandbox), faults
