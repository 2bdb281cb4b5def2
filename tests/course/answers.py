"""The right answers to the questions of the lectures, worked out once more, and not from nnlib."""

from functools import reduce
from itertools import product
from math import exp

import numpy as np


def sigma(z):
    return 1 / (1 + exp(-z))


Y_HAT = sigma(0.6 * sigma(0.2 * 0.5 + 0.4 * 0.8 + 0.1) + 0.5 * sigma(0.3 * 0.5 + 0.1 * 0.8 + 0.2) + 0.3)
H = 1e-6  # of differences
A, B = np.array([(3.3, 3.0, 3.6), (3.1, 2.8, 3.4)])  # errors of two settings


def slope(f, x):
    return (f(x + H) - f(x - H)) / (2 * H)


def normalised(w):
    """What batch normalisation makes of sums with the weights w, in one number."""
    z = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0], [-2.0, 1.0]]) @ w
    return np.dot([1.0, -2.0, 0.5, 3.0], (z - z.mean()) / z.std())


def steepness(c):
    """The slope of that by one of the weights, when all are c times as large."""
    return slope(lambda w: normalised(c * np.array([0.3, 0.5]) + np.array([w, 0.0])), 0.0)


def logit(p):
    return np.log(p / (1 - p))


def scaled_by(factor):
    """z and distance of the point (3, 1) for w = (3, 4) and b = -5, both times this factor."""
    w, b = factor * np.array([3, 4]), factor * -5
    z = w @ [3, 1] + b
    return np.array([z, z / np.hypot(*w)])


def steady_sum(mu):
    """v of classical momentum for a gradient that is always 1, after many steps."""
    return reduce(lambda v, _: mu * v + 1, range(2000), 0.0)


def steady_average(beta):
    """v of the moving average for the same gradient."""
    return reduce(lambda v, _: beta * v + (1 - beta) * 1, range(2000), 0.0)


def adam_step(g, beta1=0.9, beta2=0.999):
    """The length of the first step, in units of the learning rate, for a first gradient g."""
    m, s = (1 - beta1) * g, (1 - beta2) * g**2
    return abs(m / (1 - beta1) / np.sqrt(s / (1 - beta2)))


def line(b, *w):
    """The answers of a step unit in all rows of its inputs, as a text: line(-30, 20, 20) is "0001"."""
    return "".join(str(int(b + np.dot(w, row) >= 0)) for row in product((0, 1), repeat=len(w)))


def stopped(losses, patience):
    """The first epoch that is as far behind the best one before it, and that best one, counted from 1."""
    best = [int(np.argmin(losses[: n + 1])) + 1 for n in range(len(losses))]
    return next([n, b] for n, b in enumerate(best, 1) if n - b >= patience)


RIGHT = {
    "01.scale": scaled_by(10) / scaled_by(1),
    "01.step": np.array([0, 1, -1]) + (1 - (1 * 1 - 1 * 2 + 0 >= 0)) * np.array([1, 1, 2]),
    "01.bug": "b",  # tests/course/test_lecture_01.py mends this line, and all is right
    "01.gap": (1 / 0.5) ** 2,
    "01.smooth": [-slope(lambda w: (1 - sigma(w * x)) ** 2 / 2, 0) for x in (1, 2)],
    "01.blank": sum((y - y_hat) * 0 for y in (0, 1) for y_hat in (0, 1)),
    "02.gate": {"0111": "a", "1000": "b", "1110": "c", "0001": "d"}[line(30, -20, -20)],
    "02.three": next(b for b in range(-100, 100) if line(b - 10, 20, 20, 20) == line(b + 9, 20, 20, 20) == "00000001"),
    "02.most": max(
        sum(said == wanted for said, wanted in zip(line(b, *w), "0110"))
        for b, *w in product(np.arange(-2.5, 3), range(-2, 3), range(-2, 3))
    ),
    "02.five": np.log2(2.0 ** len(list(product((0, 1), repeat=5)))),
    "02.bug": "not_both",  # tests/course/test_lecture_02.py mends this line, and all is right
    "02.stuck": np.mean([(y_hat - y) ** 2 / 2 for y_hat, y in ((0, 0), (0.5, 1), (1, 1), (0.5, 0))]),
    "03.slope": slope(np.tanh, np.arctanh(0.8)),
    "03.layers": next(n for n in range(1, 100) if slope(sigma, 0) ** n < 0.001),
    "03.bug": "slope",  # tests/course/test_lecture_03.py mends this line, and all is right
    "03.output": "d",  # no other can say −5 and 30
    "03.dead": "c",  # tests/course/test_lecture_03.py tries all four
    "03.maxout": [max(-3, 3), slope(lambda z: max(z, -z), -3)],
    "04.swap": sigma(0.5 * sigma(0.3 * 0.5 + 0.1 * 0.8 + 0.2) + 0.6 * sigma(0.2 * 0.5 + 0.4 * 0.8 + 0.1) + 0.3),
    "04.count": sum(len(range(n)) * (n_prev + 1) for n_prev, n in ((4, 5), (5, 3), (3, 1))),
    "04.double": [np.ones((2 * 6, 2 * 6)).size / np.ones((6, 6)).size, np.ones(2 * 6).size / np.ones(6).size],
    "04.stable": [1 / (1 + exp(1001 - 1000)), 1 / (1 + exp(1000 - 1001))],
    "04.bug": "total",  # tests/course/test_lecture_04.py mends this line, and all is right
    "04.pieces": reduce(lambda pieces, _: 2 * pieces, range(6), 1) - 1,
    "05.likelihood": np.prod([p if y else 1 - p for y, p in ((1, 0.9), (0, 0.2), (0, 0.6))]),
    "05.factor": 0.1 * slope(lambda a: (a - 1) ** 2 / 2, 0.3) / slope(lambda a: ((a - 1) ** 2 + 9) / 10, 0.3),
    "05.bug": "d",  # tests/course/test_lecture_05.py mends this piece, and all is right
    "05.gates": slope(lambda x: x * -2 + max(x, -2), 3),
    "05.modes": np.shape(np.zeros((1000, 3)))[::-1],
    "06.target": slope(lambda z: (sigma(z) - 0) ** 2 / 2, logit(Y_HAT)),
    "06.confident": slope(lambda z: -np.log(sigma(z)), logit(0.01))
    / slope(lambda z: (sigma(z) - 1) ** 2 / 2, logit(0.01)),
    "06.softmax": float(np.sum(np.array([0.2, 0.5, 0.3]) - np.array([0, 1, 0]))),
    "06.shape": np.einsum("mk,mj->kj", np.ones((32, 64)), np.ones((32, 128))).shape,
    "06.bug": "delta1",  # tests/course/test_lecture_06.py mends this line, and all is right
    "06.cost": sum([3 * 4, 4 * 2]) + sum([4 * 2]),
    "07.two_steps": 5 - 0.3 * 4 * 5 - 0.3 * 4 * (5 - 0.3 * 4 * 5),
    "07.valley": [2 / max(0.5, 8), max(0.5, 8) / min(0.5, 8)],
    "07.noise": np.array([np.sqrt(1 / 500), 500]) / np.array([np.sqrt(1 / 20), 20]),
    "07.sum": 0.002 * np.sum(np.ones(50)) / np.mean(np.ones(50)),
    "07.bug": "y_batch",  # tests/course/test_lecture_07.py mends this line, and all is right
    "07.saddle": "abc"[[(3, 3), (2, 3), (0, 3)].index((sum(c > 0 for c in (3, 0.2, -0.1)), 3))],
    "08.two_steps": 0.1 * np.sum(np.convolve([2, 2], [1, 0.5])[:2]),
    "08.form": 0.4 * steady_average(0.95) / steady_sum(0.95),
    "08.scale": [0.001 / 0.01, 0.01],
    "08.first": 0.001 * adam_step(250),
    "08.bug": "s_hat",  # tests/course/test_lecture_08.py mends this line, and all is right
    "08.schedule": [0.8 * 0.5 ** (25 // 10), 0.8 * (1 + np.cos(np.pi * 20 / 40)) / 2],
    "09.copies": np.linalg.matrix_rank(np.full((8, 3), 0.5) - 0.1 * np.outer(np.full(8, 0.3), [1, -2, 0.5])),
    "09.layers": np.prod([0.01 * 400**0.5] * 5),
    "09.sums": np.std([2 * np.sum(s) for s in 0.3 * np.random.default_rng(0).choice([-1.0, 1.0], (100_000, 100))]),
    "09.half": (np.mean(np.maximum(0, np.array([-3.0, 3.0])) ** 2) / 9) ** (20 / 2),
    "09.uniform": next(c for c in np.arange(0.1, 1, 1e-5) if np.linspace(-c, c, 1001).std() >= 0.1),
    "09.bug": "variance",  # tests/course/test_lecture_09.py mends this line, and all is right
    "10.wrong": len(range(0, 200, 5)),  # tests/course/test_lecture_10.py trains the network
    "10.decay": reduce(lambda w, _: w - 0.1 * slope(lambda w: 0.5 * w**2, w), range(2), 2.0),
    "10.corner": [min(np.linspace(-4, 4, 8001), key=lambda w: (w - 3) ** 2 / 2 + 2 * R(w)) for R in (abs, np.square)],
    "10.kept": [3 / np.mean([0, 1, 1, 1, 1]), 3],
    "10.stop": stopped([0.9, 0.7, 0.6, 0.65, 0.58, 0.6, 0.61, 0.57, 0.62], 2),
    "10.bug": "best_theta",  # tests/course/test_lecture_10.py mends this line, and all is right
    "11.ratio": np.linalg.norm(0.05 * np.array([0.4, 0.0])) / 8,
    "11.chart": "abcd"[int(not np.any(np.array([[1e-3]]) @ np.ones((1, 2)) * (np.array([[-1.0, -2.0]]) > 0)))],
    "11.bug": "labels",  # tests/course/test_lecture_11.py mends this line, and all is right
    "11.norm": 2 * (1 - np.mean([1, 3, 5, 7])) / np.std([1, 3, 5, 7]) + 1,
    "11.scale": [normalised(np.array([3.0, 5.0])) / normalised(np.array([0.3, 0.5])), steepness(10) / steepness(1)],
    "11.shortcut": [0.1**10, slope(lambda x: reduce(lambda y, _: y + 0.1 * y, range(10), x), 1.0)],
    "12.steps": sum(1 for _ in range(5) for _ in range(0, 50_000, 64)),
    "12.error_bar": 100 * np.std(np.random.default_rng(0).binomial(10_000, 0.02, 400_000)) / 10_000,
    "12.spread": "c" if abs(A.mean() - B.mean()) < 2 * np.sqrt((A.var(ddof=1) + B.var(ddof=1)) / 3) else "b",
    "12.bug": "others",  # tests/course/test_lecture_12.py mends this line, and all is right
    "12.confusion": 40 / np.sum([[48, 1, 1], [2, 40, 8], [0, 6, 44]], axis=0)[1],
    "13.fitted": 2**2 * len([*range(19), "bias"]) / 800,
    "13.count": np.zeros((20, 3, 5, 5)).size + 20,
    "13.shuffle": "c",
    "13.bug": "product",  # tests/course/test_lecture_13.py mends this line, and all is right
    "13.growth": np.sqrt(reduce(lambda square, _: square + square, range(40), 1.0)),
    "13.decay": slope(lambda w: 0.003 * w**2, 1.0),
}
