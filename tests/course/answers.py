"""The right answers to the questions of the lectures, worked out once more, and not from nnlib."""

from math import exp

import numpy as np


def sigma(z):
    return 1 / (1 + exp(-z))


Y_HAT = sigma(0.6 * sigma(0.2 * 0.5 + 0.4 * 0.8 + 0.1) + 0.5 * sigma(0.3 * 0.5 + 0.1 * 0.8 + 0.2) + 0.3)
H = 1e-6  # of differences


def slope(f, x):
    return (f(x + H) - f(x - H)) / (2 * H)


def logit(p):
    return np.log(p / (1 - p))


RIGHT = {
    "06.target": slope(lambda z: (sigma(z) - 0) ** 2 / 2, logit(Y_HAT)),
    "06.confident": slope(lambda z: -np.log(sigma(z)), logit(0.01))
    / slope(lambda z: (sigma(z) - 1) ** 2 / 2, logit(0.01)),
    "06.softmax": float(np.sum(np.array([0.2, 0.5, 0.3]) - np.array([0, 1, 0]))),
    "06.shape": np.einsum("mk,mj->kj", np.ones((32, 64)), np.ones((32, 128))).shape,
    "06.bug": "delta1",  # tests/course/test_lecture_06.py mends this line, and all is right
    "06.cost": sum([3 * 4, 4 * 2]) + sum([4 * 2]),
}
