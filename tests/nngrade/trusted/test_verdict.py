"""What a test says: its points follow those that its question has now."""

import numpy as np
import pytest

from nngrade.trusted.sources import Cell
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


@pytest.mark.parametrize(("value", "earned"), [(3.0, 3), (np.float32(3), 3), (9, 5), (-1, 0), (float("nan"), 0)])
def test_a_plain_number_is_points(value, earned):
    assert passed(value, 5, False)["points"] == earned


def test_of_the_students_lines_only_what_a_cell_can_hold_is_told():
    """Code can choose the numbers of its lines, and with them tell what it was given."""
    error, others = ValueError(), (1000, 730815, 0, -5, 7.5, True)
    lines = [["f", 999], *(["f", number] for number in others), [3, 3], ["f"], "f"]
    error.student = {"name": "ValueError", "text": "", "lines": lines}
    assert failed(error, Cell("t", "test", "f()"), set())["lines"] == [["f", 999]]
    error.student["lines"] = [["f", number] for number in range(1, 22)]
    told = failed(error, Cell("t", "test", "f()"), set())["lines"]
    assert [number for _, number in told] == [1, 2, 3, 4, 5, 17, 18, 19, 20, 21]
