"""What a test says: its points follow those that its question has now."""

from types import SimpleNamespace

import numpy as np
import pytest

from nngrade.boundary.words import NO_MEMORY, TOO_LARGE, WITHHELD
from nngrade.trusted.sources import Cell, run
from nngrade.trusted.verdict import failed, passed
from nnlib import checks
from nnlib.checks.tasks import Points


@pytest.mark.parametrize(("now", "earned"), [(2, 2), (10, 10), (1, 1), (0, 0), (2.5, 2.5)])
def test_full_marks_are_full_marks_for_any_points(now, earned):
    """`nngrade question --points` changes the points of the cell, and not the number in its test."""
    full = checks.for_points(2, seed=5).task("a3.relu_backward", lambda delta, z: delta * (z > 0))
    assert full == 2 and passed(full, now, False)["points"] == earned


@pytest.mark.parametrize(("now", "earned"), [(6, 2), (3, 1), (1, 0.33), (0, 0)])
def test_a_share_is_the_same_share_of_other_points(now, earned):
    assert passed(Points(6, 1 / 3), now, False)["points"] == earned


def test_a_part_of_the_points_comes_with_what_was_said_and_found():
    mistake = SimpleNamespace(id="sign", effect="The sign is wrong.")
    finding = SimpleNamespace(kind="values", mistakes=[mistake], print="abc")
    found = passed(Points(4, 0.5, mistake.effect, finding), 4, False)
    assert (found["points"], found["message"]) == (2, f"This answer earns 2 of 4 points. {mistake.effect}")
    assert found["finding"] == {"kind": "values", "mistakes": ["sign"], "effects": [mistake.effect], "print": "abc"}


@pytest.mark.parametrize(("value", "earned"), [(3.0, 3), (np.float32(3), 3), (9, 5), (-1, 0), (float("nan"), 0)])
def test_a_plain_number_is_points(value, earned):
    found = passed(value, 5, False)
    assert found["points"] == earned
    assert found["message"] == ("" if earned == 5 else f"This answer earns {earned} of 5 points.")


def test_of_the_students_lines_only_what_a_cell_can_hold_is_told():
    """Code can choose the numbers of its lines, and with them tell what it was given."""
    error, others = ValueError(), (1000, 730815, 0, -5, 7.5, True)
    lines = [["f", 999], *(["f", number] for number in others), [3, 3], ["f"], "f"]
    error.student = {"name": "ValueError", "text": "", "lines": lines}
    assert failed(error, Cell("t", "test", "f()"), set())["lines"] == [["f", 999]]


@pytest.mark.parametrize("most, told", [(10, [*range(1, 11)]), (11, [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]),
                                        (21, [1, 2, 3, 4, 5, 17, 18, 19, 20, 21])])  # fmt: skip
def test_of_many_lines_the_first_and_the_last_are_told(most, told):
    """The last one is the one that failed."""
    error = ValueError()
    error.student = {"name": "ValueError", "text": "", "lines": [["f", number] for number in range(1, most + 1)]}
    lines = failed(error, Cell("t", "test", "f()"), set())["lines"]
    assert [number for _, number in lines] == told


@pytest.mark.parametrize(("line", "said"), [
    ("answer[0]", ": 'int' object is not subscriptable"), ("absent", ": name '…' is not defined"),
    ("1 / 0", ": division by zero"),
])  # fmt: skip
def test_of_a_hidden_line_that_fails_only_the_kind_of_error_is_told(line, said):
    for source, told in ((line, said), (f"### BEGIN HIDDEN TESTS\n{line}\n### END HIDDEN TESTS", "")):
        cell = Cell("t", "test", source)
        with pytest.raises(Exception) as raised:
            run(cell, {"answer": 3})
        message = failed(raised.value, cell, set())["message"]
        assert message == f"The test could not use your answer: {raised.type.__name__}{told}"


def test_a_hidden_line_is_hidden_also_where_it_uses_a_function_of_the_visible_part():
    cell = Cell("t", "test", "def look(x):\n    return x[0]\n### BEGIN HIDDEN TESTS\nlook(answer)")
    with pytest.raises(TypeError) as raised:
        run(cell, {"answer": 3})
    assert failed(raised.value, cell, set())["message"] == "The test could not use your answer: TypeError"


TOO_LARGE_SAID = f"Your answer can't be graded: {TOO_LARGE}."


@pytest.mark.parametrize(("name", "text", "said"), [
    ("ValueError", "x is zero", "Your code raised ValueError: … is zero"),
    ("ValueError", "", "Your code raised ValueError"),
    ("Canary7f3a9", "zero", "Your code raised an exception: zero"), ("MemoryError", "canary", NO_MEMORY),
    ("ImportError", WITHHELD, WITHHELD), ("TypeError", TOO_LARGE, TOO_LARGE_SAID), ("error", "zero " * 99, None),
])  # fmt: skip
def test_what_the_students_code_raised_is_told_in_words_that_quote_nothing(name, text, said):
    error = Exception(text)
    error.student = {"name": name, "text": text, "lines": []}
    found = failed(error, Cell("t", "test", "f()"), set())
    said = said or "Your code raised an exception: " + "zero " * 39 + "zero"
    assert found == {"points": 0, "message": said, "lines": []}


@pytest.mark.parametrize(("more", "said"), [
    ({"said": "`f` did not finish in time."}, "`f` did not finish in time."),
    ({}, "It can't be checked. Your code raised ValueError: division by zero"),
])  # fmt: skip
def test_what_stopped_a_check_is_told_once(more, said):
    error, cause = AssertionError("It can't be checked."), ValueError()
    error.__cause__, error.finding = cause, SimpleNamespace(kind="error", mistakes=[], print="")
    cause.student = {"name": "ValueError", "text": "division by zero", "lines": [["f", 2]]} | more
    found = failed(error, Cell("t", "test", "f()"), set())
    assert (found["message"], found["lines"], found["finding"]["kind"]) == (said, [["f", 2]], "error")


def test_a_message_is_not_longer_than_it_may_be():
    for length in (599, 600, 601):
        found = failed(AssertionError("x" * length), Cell("t", "test", "f()"), set())
        assert found["message"] == "x" * min(length, 600)
