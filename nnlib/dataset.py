"""Data sets: pairs (x, y), split into parts and cut into mini-batches. Everything here is found in `nnlib.data`."""

from typing import NamedTuple

import numpy as np

from nnlib.arguments import need_count, need_examples, need_generator


class Dataset(NamedTuple):
    """Examples and their labels: x is (m, n) float32, y is (m,) whole numbers."""

    x: np.ndarray
    y: np.ndarray


def split(data, n, rng):
    """(rest, part): `part` has n examples drawn at random without repetition, `rest` the others."""
    x, y = need_examples("data", data)
    if not 0 < need_count("n", n) < len(x):
        raise ValueError(f"n: expected 1 … {len(x) - 1} of the {len(x)} examples, got {n}")
    order = need_generator(rng).permutation(len(x))
    rest, part = order[:-n], order[-n:]
    return Dataset(x[rest], y[rest]), Dataset(x[part], y[part])


def minibatches(data, batch_size, rng):
    """All examples once, in random order, in batches (x, y) of `batch_size`; the last may be smaller."""
    x, y = need_examples("data", data)
    need_count("batch_size", batch_size)
    order = need_generator(rng).permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], y[batch]
