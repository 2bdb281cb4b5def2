"""Small made-up data sets of points in the plane, and truth tables: what can be seen at a glance.

Each is a Dataset of x (m, 2) in float32 and labels y (m,), drawn by `rng`; they are found in `nnlib.data`.
`noise` is the standard deviation of what is added to x. Refused are m below 1 and negative noise.
"""

import itertools

import numpy as np

from nnlib.arguments import need_array, need_count, need_function, need_generator, need_number
from nnlib.dataset import Dataset


def truth_table(function, n=2):
    """All 2ⁿ rows of n bits, and y = function(bit, …): truth_table(lambda a, b: a ^ b) is XOR.

    Refuses a function that gives anything but whole numbers, such as that of a sigmoid unit. Source: S2, S3.
    """
    need_function("function", function)
    rows = list(itertools.product((0, 1), repeat=need_count("n", n)))
    y = need_array("function", [function(*row) for row in rows])
    if y.shape != (len(rows),) or (y % 1).any():
        raise ValueError(f"function: expected one whole number for each row, got {y.tolist()}"[:160])
    return Dataset(np.array(rows, np.float32), y.astype(np.intp))


def blobs(m, rng, centers=((-1, -1), (1, 1)), noise=0.4):
    """m points about `centers` (k, n), with normally distributed noise; y is the number of the center."""
    centers = need_array("centers", centers)
    if centers.ndim != 2:
        raise ValueError(f"centers: expected a list of points of one length, got shape {centers.shape}")
    y = _labels(m, len(centers))
    return _noisy(centers[y], y, noise, rng)


def half_planes(m, rng, margin=0.1):
    """m points on both sides of a random line through the origin, with distances of `margin` to 1 from it.

    Two classes that a line separates, with a gap of 2 `margin` between them, from 0 up to, but not including, 1.
    """
    y, margin = _labels(m, 2), need_number("margin", margin, least=0, below=1)
    angle = need_generator(rng).uniform(0, 2 * np.pi)
    across, along = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    distance = np.where(y == 0, -1, 1) * rng.uniform(margin, 1, m)
    return _noisy(np.outer(distance, across) + np.outer(rng.uniform(-1, 1, m), along), y, 0, rng)


def moons(m, rng, noise=0.1):
    """m points on two half circles that reach into each other: no line separates them."""
    y = _labels(m, 2)
    t = np.pi * need_generator(rng).random(m)
    upper, lower = np.column_stack([np.cos(t), np.sin(t)]), np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])
    return _noisy(np.where(y[:, None] == 0, upper, lower), y, noise, rng)


def circles(m, rng, noise=0.1, inner=0.5):
    """m points on a circle of radius 1 (label 0) and one of radius `inner` (label 1), of at least 0, within it."""
    y, inner = _labels(m, 2), need_number("inner", inner, least=0)
    t = 2 * np.pi * need_generator(rng).random(m)
    radius = np.where(y == 0, 1, inner)[:, None]
    return _noisy(radius * np.column_stack([np.cos(t), np.sin(t)]), y, noise, rng)


def spirals(m, rng, arms=2, noise=0.05, turns=1.0):
    """m points on `arms` spirals from the origin to radius 1, each of them wound `turns` times around it."""
    y, turns = _labels(m, need_count("arms", arms)), need_number("turns", turns)
    radius = np.sqrt(need_generator(rng).random(m))
    angle = 2 * np.pi * (turns * radius + y / arms)
    return _noisy(radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), y, noise, rng)


def _labels(m, n_classes):
    """m labels, as many of each class as can be."""
    return np.arange(need_count("m", m), dtype=np.intp) % n_classes


def _noisy(x, y, noise, rng):
    noise = need_number("noise", noise, least=0) * need_generator(rng).standard_normal(x.shape)
    return Dataset((x + noise).astype(np.float32), y)
