"""Ways to gather the rows of a shuffled batch, side by side: CPU microseconds per batch, alone and within a step.

    python benchmarks/batches.py

In one process, taking turns; every figure is a median over the rounds. What `nnlib.data.minibatches` does is the first.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import statistics
import time

import numpy as np

import nnlib as nn

BATCH, ROUNDS = 64, 9


def minibatches(x, y, rng):
    """The library's own."""
    yield from nn.data.minibatches((x, y), BATCH, rng)


def by_index(x, y, rng):
    """x[batch]: an array of row numbers as an index."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), BATCH):
        batch = order[start : start + BATCH]
        yield x[batch], y[batch]


def by_take(x, y, rng):
    """x.take(batch, axis=0): the same rows by another way."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), BATCH):
        batch = order[start : start + BATCH]
        yield x.take(batch, axis=0), y.take(batch)


def by_blocks(x, y, rng, block=16 * BATCH):
    """A contiguous shuffled copy of 16 batches at a time; batches are views of it."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), block):
        rows = order[start : start + block]
        x_block, y_block = x.take(rows, axis=0), y.take(rows)
        for i in range(0, len(rows), BATCH):
            yield x_block[i : i + BATCH], y_block[i : i + BATCH]


def by_epoch(x, y, rng):
    """A contiguous shuffled copy of all the data; batches are views of it."""
    yield from by_blocks(x, y, rng, len(x))


def microseconds(gather, x, y, step):
    """CPU time per batch of one epoch."""
    batches, start = -(-len(x) // BATCH), time.process_time()
    for batch in gather(x, y, np.random.default_rng(0)):
        step(*batch)
    return 1e6 * (time.process_time() - start) / batches


def training_step():
    """The lab net's step, by SGD."""
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(784, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
    opt = nn.SGD(net, 0.01)

    def step(x, y):
        net.backward(nn.softmax_cross_entropy(net.forward(x, train=True), y)[1])
        opt.step()

    return step


if __name__ == "__main__":
    x, y = nn.data.mnist()[0]
    ways = (minibatches, by_index, by_take, by_blocks, by_epoch)
    for title, step in (("gathering alone", lambda x, y: None), ("with a step of 784-64-10", training_step())):
        times = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way in ways:
                times[way].append(microseconds(way, x, y, step))
        print(title + ": " + ", ".join(f"{way.__name__} {statistics.median(times[way]):.1f}" for way in ways))
