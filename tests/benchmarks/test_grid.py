"""The grid of lecture 12 in miniature: settings are judged, the best is chosen, and what it gets wrong is kept."""

import json
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn


@pytest.fixture
def grid(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import grid

    return grid


@pytest.fixture
def parts():
    rng = np.random.default_rng(0)
    x, y = nn.data.blobs(300, rng, centers=((-2, -2), (2, 2), (2, -2)))
    return nn.data.split(nn.data.Dataset(x.astype(np.float32), y), 100, rng)


def test_a_setting_has_an_error_for_each_seed_and_the_best_has_the_least_mean(grid, parts):
    rows = [grid.row(*parts, {"lr": lr, "batch": 20, "width": 8}, range(2), 20) for lr in (1e-6, 0.2)]
    assert [len(row["errors"]) for row in rows] == [len(row["seconds"]) for row in rows] == [2, 2]
    assert max(rows[1]["errors"]) < 10 < min(rows[0]["errors"])
    assert grid.best(rows) == {"lr": 0.2, "batch": 20, "width": 8}


def test_a_setting_that_diverges_is_a_result_and_not_an_error(grid, parts):
    assert max(grid.row(*parts, {"lr": 1e30, "batch": 20, "width": 8}, range(2), 2)["errors"]) > 30


def test_what_is_kept_of_the_test_is_what_a_net_gets_wrong(grid, parts):
    setting = {"lr": 0.02, "batch": 20, "width": 8}
    (found,) = grid.tested(*parts, setting, seeds=[7], epochs=1)
    net, _ = grid.trained(parts[0], **setting, seed=7, epochs=1)
    said = net.predict(parts[1].x).argmax(axis=1)
    assert found["wrong"] == [i for i in range(100) if said[i] != parts[1].y[i]] != []
    assert found["label"] == parts[1].y[found["wrong"]].tolist()
    assert found["read_as"] == said[found["wrong"]].tolist()
    assert all(0.1 <= p <= 1 for p in found["sure"])


def test_the_file_holds_a_line_for_each_row_and_can_be_read_back(grid, tmp_path):
    rows = [{"lr": lr, "batch": 8, "width": 16, "errors": [1.0]} for lr in (0.1, 0.2)]
    result = {"rows": rows, "chosen": grid.best(rows), "test": [{"seed": 1, "wrong": [3]}]}
    grid.keep(result, tmp_path / "grid.json")
    text = (tmp_path / "grid.json").read_text()
    assert json.loads(text) == result and text.count("\n") == 5


def test_the_table_shows_the_best_rate_of_each_width_and_batch(grid, tmp_path):
    import tables

    rows = [{"lr": lr, "batch": B, "width": 16, "errors": [e, e + 0.2], "seconds": [1, 3]}
            for lr, B, e in ((0.1, 8, 3.0), (0.3, 8, 2.0), (0.1, 32, 4.0))]  # fmt: skip
    tests = [{"seed": seed, "wrong": list(range(n))} for seed, n in ((0, 200), (1, 220))]
    grid.keep({"machine": "one", "rows": rows, "chosen": grid.best(rows), "test": tests}, tmp_path / "grid.json")
    *_, first, second, _, last = tables.grid_table(tmp_path / "grid.json")
    assert first == "| 16 | 8 | 0.3 | 2.10 ± 0.14 | 2.0 |"
    assert second == "| 16 | 32 | 0.1 | 4.10 ± 0.14 | 2.0 |"
    assert "width 16, batch 8, η = 0.3" in last and "2.10 ± 0.14 % (2 seeds)" in last
