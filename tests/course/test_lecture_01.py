"""Lecture 01: the bug to be found is the one line that its question names."""

import re

from tests.course.lectures import sources

CELLS = sources("01_perceptron")
WRONG, RIGHT = "b = b + error * x_i[0]", "b = b + error"


def mistakes(function, capsys):
    """Those of the last epoch, about the origin and moved away from it."""
    scope = {}
    for source in (CELLS["setup"], function, CELLS["find-the-bug-table"]):
        exec(source, scope)
    return [int(number) for number in re.findall(r"(\d+) mistakes", capsys.readouterr().out)]


def test_the_planted_bug_is_the_only_one_and_shows_off_the_centre(capsys):
    assert CELLS["find-the-bug"].count(WRONG) == 1
    centred, moved = mistakes(CELLS["find-the-bug"], capsys)
    assert centred == 0 and moved > 0
    assert mistakes(CELLS["find-the-bug"].replace(WRONG, RIGHT), capsys) == [0, 0]
