"""Benchmarks in miniature: every contender learns, results are kept row by row, and tables are made from the files."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture
def contenders(benchmarks):
    import contenders

    return contenders


@pytest.mark.parametrize("optimizer", ["SGD", "momentum", "Adam"])
@pytest.mark.parametrize("rival", ["nnlib", "PyTorch", "PyTorch, fused", "scikit-learn"])
@pytest.mark.filterwarnings("ignore")  # scikit-learn warns that a pass is not convergence
def test_every_rival_learns(contenders, rival, optimizer):
    pytest.importorskip(contenders.module(rival))
    rng = np.random.default_rng(0)
    x, y = nn.data.blobs(400, rng, centers=((-2, -2), (2, 2), (2, -2)))
    lr = {"SGD": 0.2, "momentum": 0.05, "Adam": 0.02}[optimizer]
    take, predict = contenders.RIVALS[rival]((2, 8, 3), optimizer, lr, x, y)
    for _ in range(15):
        take(list(rng.permutation(400).reshape(20, 20)))
    assert np.mean(predict(x) == y) > 0.9


@pytest.mark.slow
def test_jax_learns():
    """In a process of its own, since it starts threads when it is imported."""
    pytest.importorskip("jax")
    code = """
import contenders
contenders.threads(1)
import numpy as np
rng = np.random.default_rng(0)
x = rng.standard_normal((400, 2)).astype(np.float32)
y = (x[:, 0] > x[:, 1]).astype(int)
for optimizer, lr in (("SGD", 0.2), ("momentum", 0.05), ("Adam", 0.02)):
    take, predict = contenders.jax((2, 8, 2), optimizer, lr, x, y)
    for _ in range(15):
        take(list(rng.permutation(400).reshape(20, 20)))
    assert np.mean(predict(x) == y) > 0.9, optimizer
"""
    folder = Path(__file__).parents[2] / "benchmarks"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, timeout=300)


def test_a_process_trains_the_lab_net_and_says_the_error(tmp_path):
    train, test = nn.data.digits()
    path = tmp_path / "digits.npz"
    np.savez(path, x=train.x, y=train.y, x_test=test.x, y_test=test.y)
    lab = Path(__file__).parents[2] / "benchmarks" / "lab_process.py"
    run = subprocess.run([sys.executable, lab, "nnlib", path, "20"], capture_output=True, text=True, check=True)
    assert float(run.stdout) < 10


def test_the_floors_take_as_many_steps_as_they_are_given(contenders):
    x, y = np.ones((8, 2), np.float32), np.zeros(8, int)
    for make in contenders.FLOORS.values():
        make((2, 3, 2), "SGD", 0.1, x, y)[0]([np.arange(4), np.arange(4, 8)])
        with pytest.raises(IndexError):
            make((2, 3, 2), "SGD", 0.1, x, y)[0]([np.arange(4), np.arange(6, 10)])


def test_a_row_of_speed(benchmarks, tmp_path):
    import tables

    seconds = {"nnlib": 2e-4, "PyTorch": 4e-4, "JAX": 1e-4, "products alone": 1.5e-4, "gathering alone": 1e-4}
    row = {"sizes": [784, 64, 10], "batch": 64, "optimizer": "SGD", "seconds": {n: [9, s] for n, s in seconds.items()}}
    path = tmp_path / "speed.json"
    path.write_text(json.dumps({"machine": "a machine", "options": {"threads": 1}, "steps": [row]}))
    first, _, *_, last = tables.steps_table(path)
    assert first == "a machine; 1 thread(s)."
    assert last == "| 784-64-10 | 64 | SGD | 200 | 2.00 |  |  | 0.50 |  | 1.33 | 2.00 |"


def test_tables_of_a_page_are_written_anew(benchmarks, tmp_path):
    import tables

    whole = {"nnlib": {"wall": 1.5, "cpu": 1.25, "error": 3.4}}
    (tmp_path / "speed.json").write_text(
        json.dumps({"machine": "", "options": {"threads": 1}, "steps": [], "whole": whole})
    )
    page = "a\n<!-- table speed -->\n<!-- end -->\n<!-- table whole -->\nold\n<!-- end -->\n"
    page += "<!-- table mnist-ten -->\nkept\n"
    new = tables.filled(page, tmp_path)
    assert "| nnlib | 1.50 | 1.25 | 3.40 |\n<!-- end -->\n<!-- table mnist-ten -->\nkept\n" in new
    assert "old" not in new
    assert tables.filled(new, tmp_path) == new
    with pytest.raises(ValueError, match="expected a line <!-- table speed -->"):
        tables.filled("no table", tmp_path)


def test_results_md_is_what_its_files_make_of_it(benchmarks):
    import tables

    assert tables.filled(tables.PAGE.read_text()) == tables.PAGE.read_text()


def test_a_row_of_mnist_replaces_that_of_its_name(benchmarks, tmp_path):
    import mnist
    import tables

    path, names = tmp_path / "mnist-long.json", ("784-800", "784-300")
    for name, error in ((names[0], 2.0), (names[1], 3.0), (names[0], 1.5)):
        mnist.keep(path, mnist.row(mnist.find(name), 30, range(2), [(error, 9.0), (error + 0.2, 11.0)]))
    assert [row["name"] for row in json.loads(path.read_text())] == [names[1], names[0]]
    assert [*tables.mnist_table(path)][-1] == (
        "| 784-800 | 30 | 2 | 1.60 ± 0.14 | 10 | 1.6 (Simard 2003: cross-entropy) |"
    )


def test_names_of_experiments_differ_and_each_has_a_tier(benchmarks):
    import mnist

    experiments = [*mnist.experiments(), *mnist.tuning()]
    assert len({e.name for e in experiments}) == len(experiments)
    assert all(e.plan.keys() <= set(mnist.TIERS) and e.plan for e in experiments)
    assert {e.name for e in mnist.chosen("tuning", "", "nothing")} == {e.name for e in mnist.tuning()}


def test_tuning_never_sees_the_test_set(benchmarks, monkeypatch):
    import mnist

    x, y = np.arange(120, dtype=np.float32).reshape(60, 2), np.arange(60)
    monkeypatch.setattr(nn.data, "mnist", lambda: (nn.data.Dataset(x, y), "test"))
    train, valid = mnist.data("tuning", seed=0)
    assert sorted([*train.y, *valid.y]) == list(range(60)) and len(valid.y) == 10
    assert mnist.data("long", seed=0)[1] == "test"


def test_a_run_of_an_experiment_can_be_repeated_and_interrupted(benchmarks, monkeypatch, tmp_path):
    """The smallest net on few rows of noise with 784 columns, whose labels can be learned by heart."""
    import mnist

    rng = np.random.default_rng(0)
    data = nn.data.Dataset(rng.random((128, 784), np.float32), rng.integers(0, 2, 128))
    errors, epochs = [], []
    for folder, most in (("whole", 20), ("again", 20), ("interrupted", 7), ("interrupted", 20)):
        monkeypatch.setattr(mnist, "UNFINISHED", tmp_path / folder)

        def save(path, net, opt, rng, history, most=most):
            nn.checkpoint.save_training(path, net, opt, rng, history)
            epochs.append(len(history.loss))
            if len(history.loss) == most < 20:
                raise KeyboardInterrupt

        monkeypatch.setattr(nn, "save_training", save)
        with contextlib.suppress(KeyboardInterrupt):
            error, seconds = mnist.run(mnist.find("784-300"), data, data, 20, seed=0)
            errors.append(error)
            assert seconds > 0
    assert epochs == 2 * [*range(1, 21)] + [*range(1, 8), *range(8, 21)]
    assert errors == [errors[0]] * 3 and errors[0] < 30


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # Python 3.12, of a fork beside threads
def test_ctrl_c_ends_the_runs_and_does_not_wait_for_them(benchmarks):
    import mnist

    with (
        pytest.raises(SystemExit, match="goes on from here"),
        ProcessPoolExecutor(1, initializer=mnist.ignore_ctrl_c) as pool,
        mnist.stopped_by_ctrl_c(),
    ):
        assert pool.submit(signal.getsignal, signal.SIGINT).result(60) == signal.SIG_IGN
        run = pool.submit(time.sleep, 3600)
        raise KeyboardInterrupt
    assert isinstance(run.exception(20), BrokenProcessPool)
