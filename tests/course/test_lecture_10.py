"""Lecture 10: wrong labels are learned by heart, and the bug to be found is the one line that its question names."""

import re

import pytest

from tests.course.lectures import sources

CELLS = sources("10_regularization")
WRONG, RIGHT = "best_theta = net.theta\n", "best_theta = net.theta.copy()\n"


@pytest.fixture(scope="module")
def scope(tmp_path_factory):
    """What the cells know that come before, with the digits that everybody has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NNLIB_DATA", str(tmp_path_factory.mktemp("empty")))
        found = {}
        for cell in ("setup", "data-code", "learn-code", "heart-code"):
            exec(CELLS[cell], found)
    return found


def test_a_network_repeats_the_wrong_labels(scope):
    counts = []
    for seed in range(4):
        data = scope["some_digits"](seed)
        net, _ = scope["learn"](data, seed)
        counts.append((net.predict(data.x).argmax(axis=1) == data.y)[scope["is_wrong"]].sum())
    assert min(counts) >= 38  # what the question 10.wrong takes for right


def losses(function, scope, capsys):
    exec(function, scope)
    exec(CELLS["bug-table"], scope)
    best, last, returned = map(float, re.findall(r"\d\.\d+", capsys.readouterr().out))
    return best, last, returned


def test_the_planted_bug_is_the_only_one(scope, capsys):
    assert CELLS["bug"].count(WRONG) == 1
    best, last, returned = losses(CELLS["bug"], scope, capsys)
    assert returned == last > best
    best, last, returned = losses(CELLS["bug"].replace(WRONG, RIGHT), scope, capsys)
    assert returned == best < last
