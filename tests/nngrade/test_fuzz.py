"""A few seconds of `make fuzz`, always the same messages and notebooks; and faults that it has to find."""

import pytest

from nngrade.boundary import reading
from nngrade.boundary.arrays import Malformed
from nngrade.trusted import lending
from tests.nngrade import fuzzing

NUMBERS = range(20_000)


def test_nothing_is_found(grading_sandbox, capsys):
    messages, notebooks, findings = fuzzing.run(10, grading_sandbox)
    assert (findings, messages > 0, notebooks > 0) == (0, True, True), capsys.readouterr().out


def findings(what):
    """The first number at which this finds something."""
    return next((number for number in NUMBERS if not fuzzing.tried(what, number)), None)


def test_a_reader_that_lets_an_exception_through_is_found(monkeypatch):
    monkeypatch.setitem(reading.READ, "record", lambda reader, payload, depth: {}[Malformed])
    monkeypatch.setattr(reading, "Malformed", KeyError)
    assert findings(fuzzing.fuzz_reader) is not None


def test_a_loan_that_is_no_copy_is_found(monkeypatch):
    monkeypatch.setattr(lending, "_copied", lambda value, parts: value)
    assert findings(fuzzing.fuzz_answers) is not None


@pytest.mark.parametrize("number", range(3))
def test_one_is_made_from_its_number_alone(number):
    made = [fuzzing.notebook(fuzzing.random.Random(number)) for _ in range(2)]
    assert made[0] == made[1]
