"""Why a score is another one than before."""

from nngrade.batch.changes import compared
from nngrade.batch.gradebook import Total


def test_the_reason_is_that_of_grading_else_the_penalty_else_points_that_were_given():
    before = {("a", "n"): Total(10, 2), ("b", "n"): Total(10, 2), ("c", "n"): Total(10, 2), ("d", "n"): Total(5, 0)}
    now = {("a", "n"): Total(7, 1.4), ("b", "n"): Total(10, 0), ("c", "n"): Total(12, 2.4), ("d", "n"): Total(5, 0)}
    found = compared(before, now, {("a", "n"): {"test": (3, 0)}}, {("a", "n"): "tests changed"})
    assert [(each.student, round(each.now, 6), each.why) for each in found] == [
        ("a", 5.6, "tests changed: test 3 → 0"),
        ("b", 10, "late penalty"),
        ("c", 9.6, "points that people gave"),
    ]
