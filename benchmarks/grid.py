"""Learning rate × batch size × width on MNIST, judged by images held aside: `make bench-grid` (10 CPU minutes).

One hidden layer of ReLU units and softmax, plain SGD, 5 epochs on 50,000 of the training images; every setting with
three seeds, each judged by the other 10,000. The setting with the least mean error is then trained on all 60,000 with
five seeds of their own, and these five networks alone meet the test set, once. What they get wrong there is kept image
by image. Everything goes into benchmarks/results/mnist-grid.json; lecture 12 reads it.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as students have it, and so that CPU seconds mean something

import json
import statistics
import sys
import time
import warnings
from itertools import product

import numpy as np
from machine import RESULTS, machine
from tqdm import tqdm

import nnlib as nn

RATES, BATCHES, WIDTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0), (8, 32, 128, 512), (16, 64, 256)
SEEDS, TEST_SEEDS, EPOCHS = range(3), range(100, 105), 5


def trained(data, lr, batch, width, seed, epochs=EPOCHS):
    """(net, CPU seconds). A net that has diverged is a result, too: it guesses."""
    rng = np.random.default_rng(seed)
    net = nn.Sequential(nn.Linear(data.x.shape[1], width, rng=rng), nn.ReLU(), nn.Linear(width, 10, rng=rng))
    opt, how = nn.SGD(net, lr), {"epochs": epochs, "batch_size": batch, "rng": rng, "progress": False}
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nn.fit(net, nn.softmax_cross_entropy, opt, data, **how)
    return net, time.process_time() - start


def row(rest, valid, setting, seeds=SEEDS, epochs=EPOCHS):
    """What is kept of a setting: errors on `valid` in per cent, and seconds, one for each seed."""
    found = {**setting, "errors": [], "seconds": []}
    for seed in seeds:
        net, seconds = trained(rest, **setting, seed=seed, epochs=epochs)
        with np.errstate(all="ignore"):
            found["errors"].append(round(100 * (1 - nn.accuracy(net, valid)), 3))
        found["seconds"].append(round(seconds, 2))
    return found


def best(rows):
    """The setting with the least mean error."""
    chosen = min(rows, key=lambda row: statistics.mean(row["errors"]))
    return {name: chosen[name] for name in ("lr", "batch", "width")}


def tested(train, test, setting, seeds=TEST_SEEDS, epochs=EPOCHS):
    """For each seed the images of the test set that are read wrongly: number, label, what is read, how surely."""
    for seed in seeds:
        p = nn.softmax(trained(train, **setting, seed=seed, epochs=epochs)[0].predict(test.x))
        said = p.argmax(axis=1)
        wrong = np.flatnonzero(said != test.y)
        sure = p[wrong, said[wrong]].astype(float).round(3)
        yield {"seed": seed, "wrong": wrong.tolist(), "label": test.y[wrong].tolist(),
               "read_as": said[wrong].tolist(), "sure": sure.tolist()}  # fmt: skip


def main():
    try:
        train, test = nn.data.mnist()
    except nn.data.DataUnavailable as problem:
        sys.exit(str(problem))
    rest, valid = nn.data.split(train, 10_000, np.random.default_rng(0))
    settings = [{"lr": lr, "batch": B, "width": width} for width, B, lr in product(WIDTHS, BATCHES, RATES)]
    rows = [row(rest, valid, setting) for setting in tqdm(settings, unit="setting")]
    chosen = best(rows)
    result = {"machine": machine(), "epochs": EPOCHS, "rows": rows, "chosen": chosen,
              "test": list(tested(train, test, chosen))}  # fmt: skip
    keep(result)


def keep(result, path=RESULTS / "mnist-grid.json"):
    """One line for each setting and each tested network."""
    lines = json.dumps(result).replace('{"lr', '\n{"lr').replace('{"seed', '\n{"seed')
    path.write_text(lines + "\n")


if __name__ == "__main__":
    main()
