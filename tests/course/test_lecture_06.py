"""Lecture 06: the bug to be found is the one line that its question names."""

from tests.course.lectures import sources

CELLS = sources("06_backpropagation")
WRONG, RIGHT = "delta1 = (delta2 @ W2.T)", "delta1 = (delta2 @ W2)"


def table(function, capsys):
    scope = {}
    for source in (CELLS["setup"], CELLS["judge"], function, CELLS["find-the-bug-table"]):
        exec(source, scope)
    return [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.endswith("WRONG")][1:]


def test_the_planted_bug_is_the_only_one(capsys):
    assert CELLS["find-the-bug"].count(WRONG) == 1
    assert table(CELLS["find-the-bug"], capsys) == ["dW1", "db1"]
    assert table(CELLS["find-the-bug"].replace(WRONG, RIGHT), capsys) == []
