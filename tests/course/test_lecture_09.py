"""Lecture 09: the bug to be found is the one line that its question names."""

import re

import numpy as np

from tests.course.lectures import sources

CELLS = sources("09_initialization")
WRONG, RIGHT = "variance = 2 / n_out", "variance = 2 / n_in"


def gains(function, capsys):
    scope = {"np": np}
    exec(function, scope)
    exec(CELLS["bug-table"], scope)
    return [float(gain) for gain in re.findall(r"gain (\d+\.\d+)", capsys.readouterr().out)]


def test_the_planted_bug_is_the_only_one(capsys):
    assert CELLS["bug"].count(WRONG) == 1
    assert np.abs(np.subtract(gains(CELLS["bug"], capsys), [0.71, 1.41, 4.0])).max() < 0.08
    assert np.abs(np.array(gains(CELLS["bug"].replace(WRONG, RIGHT), capsys)) - np.sqrt(2)).max() < 0.04
