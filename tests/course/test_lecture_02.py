"""Lecture 02: the bug to be found is the one line that its question names."""

import re

from tests.course.lectures import sources

CELLS = sources("02_xor")
WRONG, RIGHT = "not_both = perceptron.Unit(10, ", "not_both = perceptron.Unit(30, "


def answers(function, capsys):
    """The answers of the network, and the ones that are wanted."""
    scope = {}
    for source in (CELLS["setup"], CELLS["xor-rule"], function, CELLS["find-the-bug-table"]):
        exec(source, scope)
    table = re.findall(r"^\[[01]\. [01]\.\].* ([01]) +([01])$", capsys.readouterr().out, re.MULTILINE)
    return [tuple(map(int, column)) for column in zip(*table)]


def test_the_planted_bug_is_the_only_one(capsys):
    assert CELLS["find-the-bug"].count(WRONG) == 1
    assert answers(CELLS["find-the-bug"], capsys) == [(0, 0, 0, 0), (0, 1, 1, 0)]
    assert answers(CELLS["find-the-bug"].replace(WRONG, RIGHT), capsys) == [(0, 1, 1, 0), (0, 1, 1, 0)]
