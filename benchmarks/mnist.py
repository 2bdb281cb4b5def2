"""Test error on the full MNIST beside the published numbers: `make bench-mnist TIER=minute|ten|long`.

The tiers take about 1 minute, 10 minutes and 2 hours on two cores; each has the experiments of the ones
before it, with more seeds or epochs. Nothing is chosen by the test set: it is measured once, at the end.
Learning rates are usual ones; for the elastic distortions they were chosen, with all else, by runs of 12
epochs on 50,000 of the training images, judged by the other 10,000.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # every core trains a network of its own

import argparse
import json
import platform
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from tqdm import tqdm

import nnlib as nn

RESULTS = Path("build") / "bench"


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
        Experiment("3 x 100 sigmoid", "a curve (Ioffe 2015, figure 1)",
                   mlp(*hundred, activation=nn.Sigmoid, init=nn.xavier),
                   {"ten": (2, 15), "long": (3, 50)}, lr=0.5),
        Experiment("3 x 100 sigmoid, batch norm", "a curve, lower (Ioffe 2015, figure 1)",
                   mlp(*hundred, activation=nn.Sigmoid, init=nn.xavier, after=batch_norm),
                   {"ten": (2, 15), "long": (3, 50)}, lr=0.5),
        Experiment("5 x 1000 tanh, uniform 1/sqrt(n)", "1.76 (Glorot 2010, table 1)",
                   mlp(*five, activation=nn.Tanh, init=standard_normal), {"long": (2, 25)}, lr=0.05),
        Experiment("5 x 1000 tanh, Xavier", "1.64 (Glorot 2010, table 1)",
                   mlp(*five, activation=nn.Tanh, init=nn.xavier), {"long": (2, 25)}, lr=0.05),
        Experiment("5 x 1000 sigmoid", "2.21 (Glorot 2010, table 1)",
                   mlp(*five, activation=nn.Sigmoid, init=nn.xavier), {"long": (1, 30)}, lr=0.5),
        Experiment("3 x 1024 ReLU, dropout", "1.25 (Srivastava 2014, table 2)", with_dropout(*three),
                   {"long": (1, 60)}, lr=0.05, optimizer=nn.Momentum),
        Experiment("3 x 1024 ReLU, dropout, max-norm", "1.06 (Srivastava 2014, table 2)", with_dropout(*three),
                   {"long": (1, 60)}, lr=0.05, optimizer=nn.Momentum, options={"max_norm": nn.MaxNorm(1.0)}),
        Experiment("784-800, elastic distortions", "0.7 (Simard 2003: elastic)", mlp(784, 800, 10),
                   {"ten": (1, 30), "long": (1, 250)}, lr=0.05, optimizer=nn.Momentum,
                   options={"augment": nn.augment.distort}),
        Experiment("784-1000-500, elastic distortions", "0.35 (Ciresan 2010: 2500-2000-1500-1000-500)",
                   mlp(784, 1000, 500, 10), {"ten": (1, 30), "long": (1, 300)}, lr=0.05, optimizer=nn.Momentum,
                   options={"augment": nn.augment.distort}),
    ]  # fmt: skip


def run(name, tier, seed):
    """(test error in per cent, seconds of CPU time) of one run; the learning rate falls along a cosine."""
    experiment = next(e for e in experiments() if e.name == name)
    train, test = nn.data.mnist()
    rng, epochs = np.random.default_rng(seed), experiment.plan[tier][1]
    net = experiment.net(rng)
    opt = experiment.optimizer(net, experiment.lr)
    start = time.process_time()
    nn.fit(net, nn.softmax_cross_entropy, opt, train, epochs=epochs, batch_size=64, rng=rng, progress=False,
           schedule=nn.schedules.cosine(experiment.lr, epochs), **experiment.options)  # fmt: skip
    return 100 * (1 - nn.accuracy(net, test)), time.process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tier", choices=("minute", "ten", "long"))
    parser.add_argument("--only", default="", help="only experiments whose name contains this")
    parser.add_argument("--skip", default="nothing", help="no experiments whose name contains this")
    options = parser.parse_args()
    try:
        nn.data.mnist()
    except nn.data.DataUnavailable as problem:
        sys.exit(str(problem))
    chosen = [e for e in experiments() if options.tier in e.plan and options.only in e.name]
    chosen = [e for e in chosen if options.skip not in e.name]
    chosen.reverse()  # the longest first, so that no core waits at the end
    with ProcessPoolExecutor() as pool:
        jobs = {
            e: [pool.submit(run, e.name, options.tier, seed) for seed in range(e.plan[options.tier][0])] for e in chosen
        }
        rows = []
        for experiment in tqdm(chosen, unit="experiment"):
            errors, seconds = (list(values) for values in zip(*(job.result() for job in jobs[experiment])))
            epochs = experiment.plan[options.tier][1]
            rows.append({"name": experiment.name, "published": experiment.published, "epochs": epochs,
                         "errors": errors, "seconds": statistics.median(seconds)})  # fmt: skip
            save(options.tier, rows)
    show(rows)


def save(tier, rows):
    """Keep what is done after every experiment: a long run that is stopped has not been for nothing."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.machine()}, {platform.system()}, NumPy {np.__version__}"
    (RESULTS / f"mnist-{tier}.json").write_text(json.dumps({"machine": machine, "rows": rows}, indent=1))


def show(rows):
    print(f"\n{'network':<34} {'epochs':>6} {'seeds':>5} {'test error %':>16} {'s/run':>7}   published %")
    for row in reversed(rows):
        mean, errors = statistics.mean(row["errors"]), row["errors"]
        spread = f" ± {statistics.stdev(errors):.2f}" if len(errors) > 1 else ""
        print(
            f"{row['name']:<34} {row['epochs']:>6} {len(errors):>5} {mean:>9.2f}{spread:<7} "
            f"{row['seconds']:>7.1f}   {row['published']}"
        )


if __name__ == "__main__":
    main()
