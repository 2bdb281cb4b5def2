"""Lecture 12: the planted bug is the only one, the tables that it reads are those of the benchmarks."""

import json

import numpy as np

import nnlib as nn
from tests.course.conftest import ROOT
from tests.course.lectures import sources

CELLS = sources("12_mnist")
WRONG, RIGHT = "others = order[:-n_valid]", "others = order[n_valid:]"
GRID = json.loads((ROOT / "benchmarks" / "results" / "mnist-grid.json").read_text())


def both(function):
    """How many images are in both parts of its split, and how many in each."""
    scope = {"nn": nn}
    exec(function, scope)
    train, valid = scope["colleague"](np.arange(30)[:, None], np.arange(30), 10, np.random.default_rng(0))
    assert (train.x[:, 0] == train.y).all() and (valid.x[:, 0] == valid.y).all()
    return len(np.intersect1d(train.y, valid.y)), len(train.y), len(valid.y)


def test_the_planted_bug_is_the_only_one_and_the_sizes_hide_it():
    assert CELLS["bug"].count(WRONG) == 1
    assert both(CELLS["bug"]) == (10, 20, 10)
    assert both(CELLS["bug"].replace(WRONG, RIGHT)) == (0, 20, 10)
    assert both(CELLS["bug"].replace("order[:n_valid]", "order[-n_valid:]")) == (0, 20, 10), "the other way to mend it"


def test_the_grid_is_whole_and_the_chosen_setting_is_the_best():
    keys = {(row["width"], row["batch"], row["lr"]): np.mean(row["errors"]) for row in GRID["rows"]}
    sizes = [len({key[i] for key in keys}) for i in range(3)]
    assert len(keys) == len(GRID["rows"]) == np.prod(sizes)
    assert min(keys, key=keys.get) == tuple(GRID["chosen"][name] for name in ("width", "batch", "lr"))


def test_every_error_that_is_kept_is_one():
    for net in GRID["test"]:
        assert len(net["wrong"]) == len(net["label"]) == len(net["read_as"]) == len(net["sure"])
        assert not np.any(np.equal(net["label"], net["read_as"])) and len(set(net["wrong"])) == len(net["wrong"])


def test_every_image_that_all_five_get_wrong_has_one_kind(capsys):
    scope = {"np": np, "tests": GRID["test"]}
    for cell in ("core-code", "kinds-code"):
        exec(CELLS[cell], scope)
    assert "each of them once: True" in capsys.readouterr().out
