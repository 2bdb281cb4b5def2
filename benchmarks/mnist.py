"""Test errors on the full MNIST beside the published ones: `make bench-mnist TIER=minute|ten|long|tuning`.

The first three tiers take about 1 minute, 10 minutes and most of a day on two cores; each has the experiments of
the ones before it, with more seeds or epochs. Nothing is chosen by the test set: it is measured once, at the end.
`tuning` compares learning rates, norms and distortions by training on 50,000 of the training images and judging by
the other 10,000. Results go into benchmarks/results/mnist-TIER.json, a row replacing that of the same name;
`make bench-tables` makes the tables of RESULTS.md from these files. Interrupted, the same command goes on with the
epoch it was in.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # every core trains a network of its own

import argparse
import contextlib
import json
import multiprocessing
import shutil
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from machine import RESULTS, machine
from tables import mnist_table
from tqdm import tqdm

import nnlib as nn

UNSEEN = "; from memory, not seen in the paper by us"
heavy_momentum = partial(nn.Momentum, momentum=0.95)
UNFINISHED = RESULTS.parents[1] / "build" / "mnist"
TIERS = ("minute", "ten", "long", "tuning")


@dataclass(frozen=True, eq=False)
class Experiment:
    """A network, how to train it, and what was published for it."""

    name: str
    published: str
    net: object  # a function of rng
    plan: dict  # tier: (seeds, epochs)
    lr: float = 0.1
    optimizer: object = nn.SGD
    options: dict = field(default_factory=dict)  # for nn.fit


def mlp(*sizes, activation=nn.ReLU, init=nn.he, after=lambda width, rng: ()):
    """A function of rng that makes a network: linear layers, with `after` behind each but the last."""

    def make(rng):
        layers = []
        for n_in, n_out in pairwise(sizes):
            layers += [nn.Linear(n_in, n_out, init=init, rng=rng), *after(n_out, rng), activation()]
        return nn.Sequential(*layers[: -1 - len(after(sizes[-1], rng))])

    return make


def with_dropout(*sizes):
    """784-…-10 with ReLU, a fifth of the inputs and half of the hidden units dropped."""

    def make(rng):
        layers = [nn.Dropout(0.2, rng)]
        for n_in, n_out in pairwise(sizes):
            layers += [nn.Linear(n_in, n_out, rng=rng), nn.ReLU(), nn.Dropout(0.5, rng)]
        return nn.Sequential(*layers[:-2])

    return make


def standard_normal(n_in, n_out, rng):
    """The initialization that Glorot and Bengio compare with theirs: uniform in ±1/√n_in."""
    return rng.uniform(-1, 1, (n_out, n_in)) / np.sqrt(n_in)


def batch_norm(width, rng):
    return (nn.BatchNorm(width),)


def experiments():
    """All experiments, from quick to slow."""
    five = (784, 1000, 1000, 1000, 1000, 1000, 10)
    three = (784, 1024, 1024, 1024, 10)
    hundred = (784, 100, 100, 100, 10)
    return [
        Experiment("softmax regression", "12.0 (LeCun 1998: linear classifier)", mlp(784, 10),
                   {"minute": (3, 10), "ten": (5, 20), "long": (5, 20)}),
        Experiment("784-300", "4.7 (LeCun 1998: squared error)", mlp(784, 300, 10),
                   {"minute": (1, 10), "ten": (3, 20), "long": (5, 30)}, lr=0.05, optimizer=nn.Momentum),
        Experiment("784-800", "1.6 (Simard 2003: cross-entropy)", mlp(784, 800, 10),
                   {"minute": (1, 15), "ten": (2, 20), "long": (5, 30)}, lr=0.05, optimizer=nn.Momentum),
        Experiment("3 x 100 sigmoid", "a curve (Ioffe 2015, figure 1" + UNSEEN + ")",
                   mlp(*hundred, activation=nn.Sigmoid, init=nn.xavier),
                   {"ten": (2, 15), "long": (3, 50)}, lr=0.5),
        Experiment("3 x 100 sigmoid, batch norm", "a curve, lower (Ioffe 2015, figure 1" + UNSEEN + ")",
                   mlp(*hundred, activation=nn.Sigmoid, init=nn.xavier, after=batch_norm),
                   {"ten": (2, 15), "long": (3, 50)}, lr=0.5),
        Experiment("5 x 1000 tanh, uniform 1/sqrt(n)", "1.76 (Glorot 2010, table 1" + UNSEEN + ")",
                   mlp(*five, activation=nn.Tanh, init=standard_normal), {"long": (3, 25)}, lr=0.05),
        Experiment("5 x 1000 tanh, Xavier", "1.64 (Glorot 2010, table 1" + UNSEEN + ")",
                   mlp(*five, activation=nn.Tanh, init=nn.xavier), {"long": (3, 25)}, lr=0.05),
        Experiment("5 x 1000 sigmoid", "2.21 (Glorot 2010, table 1" + UNSEEN + ")",
                   mlp(*five, activation=nn.Sigmoid, init=nn.xavier), {"long": (3, 30)}, lr=0.5),
        Experiment("3 x 1024 ReLU, dropout", "1.25 (Srivastava 2014, table 2)", with_dropout(*three),
                   {"long": (1, 300)}, lr=0.02, optimizer=heavy_momentum),
        Experiment("3 x 1024 ReLU, dropout, max-norm 1", "1.06 (Srivastava 2014, table 2)", with_dropout(*three),
                   {"long": (1, 300)}, lr=0.02, optimizer=heavy_momentum, options={"max_norm": nn.MaxNorm(1.0)}),
        Experiment("784-800, elastic distortions", "0.7 (Simard 2003: elastic)", mlp(784, 800, 10),
                   {"ten": (1, 30), "long": (3, 250)}, lr=0.05, optimizer=nn.Momentum,
                   options={"augment": nn.augment.distort}),
        Experiment("784-1000-500, elastic distortions", "0.35 (Ciresan 2010: 2500-2000-1500-1000-500)",
                   mlp(784, 1000, 500, 10), {"ten": (1, 30), "long": (1, 300)}, lr=0.05, optimizer=nn.Momentum,
                   options={"augment": nn.augment.distort}),
    ]  # fmt: skip


def tuning():
    """What is compared on the part held aside: limits on the norm, then learning rates and distortions."""
    three = with_dropout(784, 1024, 1024, 1024, 10)
    limits = (0.1, None), (0.1, 2.0), (0.1, 1.0), (0.05, 1.0), (0.05, None), (0.02, None), (0.02, 1.0), (0.01, 1.0)
    for lr, limit in limits:
        options = {"max_norm": nn.MaxNorm(limit)} if limit else {}
        yield Experiment(f"3 x 1024 ReLU, dropout, lr {lr}, max-norm {limit or 'none'}", "", three,
                         {"tuning": (1, 5)}, lr, heavy_momentum, options)  # fmt: skip
    small, large = (784, 800, 10), (784, 1000, 500, 10)
    usual = {"alpha": 34, "degrees": 10, "stretch": 0.1}
    for sizes, lr, how in (
        (small, 0.03, usual),
        (small, 0.05, usual),
        (small, 0.1, usual),
        (small, 0.05, usual | {"alpha": 20}),
        (small, 0.05, usual | {"degrees": 15, "stretch": 0.15}),
        (large, 0.05, usual),
    ):
        name = f"{'-'.join(map(str, sizes[:-1]))}, lr {lr}, " + ", ".join(f"{key} {how[key]}" for key in how)
        yield Experiment(name, "", mlp(*sizes), {"tuning": (1, 12)}, lr, nn.Momentum,
                         {"augment": partial(nn.augment.distort, **how)})  # fmt: skip


def data(tier, seed):
    """(what is trained on, what is judged by): the test set, but for `tuning` 10,000 of the training images."""
    train, test = nn.data.mnist()
    return nn.data.split(train, len(train.x) // 6, np.random.default_rng(seed)) if tier == "tuning" else (train, test)


def run(experiment, train, test, epochs, seed):
    """(error in per cent, seconds of CPU time) of one run; the learning rate falls along a cosine."""
    rng = np.random.default_rng(seed)
    net = experiment.net(rng)
    opt = experiment.optimizer(net, experiment.lr)
    folder = unfinished(experiment, epochs, seed)
    history, spent = resume(folder, net, opt, rng)
    start = time.process_time() - spent

    def save(net, history):
        folder.mkdir(parents=True, exist_ok=True)
        nn.save_training(folder / "training.npz", net, opt, rng, history)
        (folder / "seconds").write_text(str(time.process_time() - start))

    nn.fit(net, nn.softmax_cross_entropy, opt, train, epochs=epochs, batch_size=64, rng=rng, progress=False,
           schedule=nn.schedules.cosine(experiment.lr, epochs), history=history, on_epoch=save,
           **experiment.options)  # fmt: skip
    return 100 * (1 - nn.accuracy(net, test)), time.process_time() - start


def unfinished(experiment, epochs, seed):
    """The folder in which a run is kept from epoch to epoch, until its row is among the results."""
    name = f"{experiment.name}, lr {experiment.lr}, {epochs} epochs, seed {seed}"
    return UNFINISHED / name.replace("/", " over ")


def resume(folder, net, opt, rng):
    """(history, seconds of CPU time) of a run that was interrupted; (None, 0) for a new one."""
    seconds = folder / "seconds"
    if not seconds.exists():
        return None, 0
    return nn.load_training(folder / "training.npz", net, opt, rng), float(seconds.read_text())


def job(name, tier, epochs, seed):
    """One run, in a process of its own."""
    return run(find(name), *data(tier, seed), epochs, seed)


def find(name):
    return next(e for e in (*experiments(), *tuning()) if e.name == name)


def chosen(tier, only, skip):
    """The experiments of a tier, the longest first, so that no core waits at the end."""
    found = [e for e in (*experiments(), *tuning()) if tier in e.plan and only in e.name and skip not in e.name]
    return found[::-1]


def row(experiment, epochs, seeds, runs):
    """What is kept of the runs of one experiment."""
    errors, seconds = (list(values) for values in zip(*runs))
    return {"name": experiment.name, "published": experiment.published, "epochs": epochs, "seeds": list(seeds),
            "errors": errors, "seconds": seconds, "machine": machine()}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tier", choices=TIERS)
    parser.add_argument("--only", default="", help="only experiments whose name contains this")
    parser.add_argument("--skip", default="nothing", help="no experiments whose name contains this")
    parser.add_argument("--epochs", type=int, help="fewer epochs, to try the command out (with --out)")
    parser.add_argument("--out", type=Path, help="where the results are kept")
    options = parser.parse_args()
    if options.epochs and not options.out:
        parser.error("--epochs: a trial's results are not the tier's; say where to, such as --out build/trial.json")
    try:
        nn.data.mnist()
    except nn.data.DataUnavailable as problem:
        sys.exit(str(problem))
    path = options.out or RESULTS / f"mnist-{options.tier}.json"
    with ProcessPoolExecutor(initializer=ignore_ctrl_c) as pool, stopped_by_ctrl_c():
        jobs = {}
        for e in chosen(options.tier, options.only, options.skip):
            seeds, epochs = e.plan[options.tier]
            epochs = options.epochs or epochs
            jobs[e] = epochs, [pool.submit(job, e.name, options.tier, epochs, seed) for seed in range(seeds)]
        for e, (epochs, runs) in tqdm(jobs.items(), unit="experiment"):
            keep(path, row(e, epochs, range(len(runs)), [run.result() for run in runs]))
            for seed in range(len(runs)):
                shutil.rmtree(unfinished(e, epochs, seed), ignore_errors=True)
    print("\n".join(mnist_table(path)))


def ignore_ctrl_c():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def stopped_by_ctrl_c():
    """End the processes that train, which would be waited for else: their last whole epochs are kept."""
    try:
        yield
    except KeyboardInterrupt:
        for process in multiprocessing.active_children():
            process.terminate()
        sys.exit("Interrupted. The same command goes on from here.")


def keep(path, new):
    """Put a row into the file, instead of that of the same name, in the order of the experiments."""
    rows = {row["name"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    rows[new["name"]] = new
    order = [e.name for e in (*experiments(), *tuning())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sorted(rows.values(), key=lambda row: order.index(row["name"])), indent=1) + "\n")


if __name__ == "__main__":
    main()
