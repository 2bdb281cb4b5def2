"""Lecture 08: the bug to be found is the one line that its question names, and mended it is Adam."""

import re

import numpy as np

import nnlib as nn
from tests.course.lectures import sources

CELLS = sources("08_optimizers_and_schedules")
WRONG, RIGHT = "s_hat = s / (1 - beta1**t)", "s_hat = s / (1 - beta2**t)"
MENDED = CELLS["bug"].replace(WRONG, RIGHT)


def verdicts(function, capsys):
    scope = {"np": np}
    exec(function, scope)
    exec(CELLS["bug-table"], scope)
    return re.findall(r"right|WRONG", capsys.readouterr().out)


def test_the_planted_bug_is_the_only_one_and_shows_at_every_step(capsys):
    assert CELLS["bug"].count(WRONG) == 1
    assert verdicts(CELLS["bug"], capsys) == ["WRONG"] * 4
    assert verdicts(MENDED, capsys) == ["right"] * 4


def test_mended_it_takes_the_steps_of_adam():
    scope = {"np": np}
    exec(MENDED, scope)
    path = nn.descend(lambda w: np.full(1, 0.3), [0.0], lambda point: nn.Adam(point, 1.0), 50)
    np.testing.assert_allclose(scope["colleague"](0.3, 50), -np.diff(path[:, 0]), rtol=1e-9)


def test_the_library_takes_the_steps_that_the_lecture_writes_out():
    scope = {}
    for cell in ("setup", "momentum-code", "rmsprop-code"):
        exec(CELLS[cell], scope)
    for ours, build in (
        (scope["momentum"](scope["gradient"], scope["start"], 0.1, 0.9, 30), lambda point: nn.Momentum(point, 0.1)),
        (scope["rmsprop"](scope["gradient"], scope["start"], 0.1, 30), lambda point: nn.RMSProp(point, 0.1)),
    ):
        theirs = nn.descend(scope["gradient"], scope["start"], build, 30)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
