"""Data sets: pairs (x, y), split into parts and cut into mini-batches. Everything here is found in `nnlib.data`."""

from typing import NamedTuple

import numpy as np

from nnlib.arguments import need_count, need_examples, need_generator


class Dataset(NamedTuple):
    """(x, y), m examples and what is to be learned of each, such as labels: `x, y = train`.

    x is (m, n) or (m, …) in float32; y is m labels, whole numbers, or targets (m, k). Functions that take
    data take any pair (x, y).
    """

    x: np.ndarray
    y: np.ndarray


def split(data, n, rng):
    """(rest, part): `part` has n examples drawn by `rng` without repetition, `rest` the others.

    data are (x, y) with m rows each. Refuses an n that leaves nothing on one side.
    """
    (x, y), n = need_examples("data", data), need_count("n", n)
    if n >= len(x):
        raise ValueError(f"n: expected 1 … {len(x) - 1} of the {len(x)} examples, got {n}")
    order = need_generator(rng).permutation(len(x))
    rest, part = order[:-n], order[-n:]
    return Dataset(x[rest], y[rest]), Dataset(x[part], y[part])


def minibatches(data, batch_size, rng):
    """All examples once, in random order, in batches (x, y) of `batch_size`; the last may be smaller.

    data are (x, y) with m rows each; batches are copies. The order is drawn by `rng`. batch_size = 1 is
    stochastic gradient descent, batch_size = m that of the whole batch. Source: S0, S3.
    """
    (x, y), batch_size = need_examples("data", data), need_count("batch_size", batch_size)
    order = need_generator(rng).permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield Dataset(x.take(batch, axis=0), y.take(batch, axis=0))  # x[batch], y[batch], a tenth quicker
