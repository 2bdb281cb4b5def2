"""Lecture 05: the bug to be found is the one piece that its question names, and the live Node is right."""

import re

from nnlib.questions import question
from tests.course.lectures import sources

CELLS = sources("05_chain_rule_and_graphs")
RIGHT = "upstream * local"


def table(function, capsys):
    """The formulas that come out wrong."""
    scope = {}
    for cell in ("setup", "node-code", "backward-code"):
        exec(CELLS[cell], scope)
    exec(function, scope)
    exec(CELLS["find-the-bug-table"], scope)
    return re.findall(r"^(.*?)  .*WRONG$", capsys.readouterr().out, re.MULTILINE)


def test_the_planted_bug_is_the_only_one(capsys):
    wrong = question("05.bug").options["d"]
    assert CELLS["find-the-bug"].count(wrong) == 1
    assert table(CELLS["find-the-bug"], capsys) == ["q + q·q"]
    assert table(CELLS["find-the-bug"].replace(wrong, RIGHT), capsys) == []


def test_the_pieces_to_choose_from_stand_in_the_code_and_in_the_text():
    for letter, piece in question("05.bug").options.items():
        assert piece in CELLS["find-the-bug"] and f'`"{letter}"`: `{piece}`' in CELLS["find-the-bug-task"]


def test_the_live_node_takes_about_forty_lines():
    lines = [line for cell in ("node-code", "backward-code") for line in CELLS[cell].splitlines() if line.strip()]
    assert 30 <= len(lines) <= 45
