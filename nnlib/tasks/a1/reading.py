"""Parts 4 and 5: data that no line separates, and the share of right answers."""

import numpy as np

from nnlib import margins
from nnlib.diagnosis import Fact, Probe, Task, mistake
from nnlib.diagnosis.comparing import as_numbers
from nnlib.perceptron import step
from nnlib.tasks.a1.units import STEP, UNIT

MOST = 20  # points that may be handed in


def form(pair):
    """(x, y) as arrays, if they are up to 20 points with two inputs and a label each; None otherwise."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        return None
    x, y = map(as_numbers, pair)
    fits = x is not None and y is not None and x.ndim == 2 and x.shape[1] == 2 and y.shape == x.shape[:1]
    return (x.astype(float), y) if fits and 0 < len(x) <= MOST and np.isfinite(x).all() else None


def a_line_separates(x, y):
    return margins.separate(x, 2.0 * y - 1).margin > 0


def fact(id, effect, holds):
    return Fact(id, effect, lambda seen: (got := form(seen.result)) is not None and holds(*got), "data")


NO_LINE = Task(
    number=11,
    call="no_line()",
    returns="data",
    steps={},
    probes=lambda rng: [Probe("the points", ())],
    facts=(
        fact("form", "It should return (x, y): up to 20 points, x of shape (m, 2), and m labels.", lambda x, y: True),
        fact("labels", "The labels should be 0 and 1.", lambda x, y: np.isin(y, (0, 1)).all()),
        fact("one_class", "All points have the same label: a unit that always gives that answer makes no mistake.",
             lambda x, y: len(np.unique(y)) == 2),
        fact("twice", "A point is there twice, where each should be there once.",
             lambda x, y: len(np.unique(x, axis=0)) == len(x)),
        fact("separable", "A line separates these points: the perceptron will find it.",
             lambda x, y: not a_line_separates(x, y)),
    ),
    lecture="02, part 2",
)  # fmt: skip

SIZES = (
    *[(7, 3), (11, 2), (13, 4), (9, 3), (17, 2), (15, 5), (19, 3), (23, 4), (3, 3), (4, 4)],
    *[(27, 2), (31, 3), (36, 4), (42, 2), (50, 3)],
)


def readings(rng):
    """x, y, w, b where more are right than wrong: how many, the number of examples does not tell."""
    found = []
    for m, n in SIZES:
        x, w, b = rng.normal(size=(m, n)), rng.normal(size=n), rng.choice([-1, 1]) * rng.uniform(0.8, 1.5)
        answers = step(x @ w + b)
        wrong = rng.integers(1 + m // 6, 1 + m // 2)
        y = np.where(rng.permutation(m) < wrong, 1 - answers, answers).astype(np.intp)
        found.append(Probe("several examples", (x, y, w, b)))
    return found


ACCURACY = Task(
    number=13,
    call="accuracy(x, y, w, b)",
    returns="share",
    steps={
        "z": lambda x, w, b: x @ w + b,
        "y_hat": lambda z: step(z),
        "right": lambda y_hat, y: y_hat == y,
        "share": lambda right: right.mean(),
    },
    probes=readings,
    example=(np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]]), np.array([0, 1, 1]), np.array([2.0, -1.0]), -1.0),
    helpers={"step": STEP, "unit": UNIT},
    words={"z": "z", "y_hat": "the answers"},
    lecture="01, part 6",
    mistakes=(
        mistake("share.of_wrong", "The share of wrong answers is returned.", share=lambda right: 1 - right.mean()),
        mistake("share.count", "The right answers are counted, and not divided by the number of examples.",
                share=lambda right: right.sum()),
        mistake("share.percent", "The share is in percent, where a number from 0 to 1 belongs.",
                share=lambda right: 100 * right.mean()),
        mistake("share.over_inputs", "The right answers are divided by the number of inputs, not of examples.",
                share=lambda right, x: right.sum() / x.shape[1]),
        mistake("share.of_ones", "The share of examples that are answered 1 is returned: the labels have no effect.",
                share=lambda y_hat: y_hat.mean()),
        mistake("share.of_label_1", "The share of examples with the label 1 is returned: the answers have no effect.",
                share=lambda y: y.mean()),
        mistake("share.both_1", "Only right answers 1 are counted: right answers 0 are missing.",
                share=lambda y_hat, y: (y_hat * y).mean()),
        mistake("y_hat.without_b", "The answers come from sums without the bias.", y_hat=lambda x, w: step(x @ w)),
        mistake("y_hat.from_z", "The rounded sums z are compared with the labels, where the answers belong.",
                y_hat=lambda z: np.round(z)),
        mistake("share.both_0", "Only right answers 0 are counted: right answers 1 are missing.",
                share=lambda y_hat, y: ((1 - y_hat) * (1 - y)).mean()),
        mistake("share.mean_difference", "The mean of y_hat − y is returned: mistakes of both kinds cancel.",
                share=lambda y_hat, y: (y_hat - y).mean()),
        mistake("share.over_all", "The right answers are divided by the number of all inputs of all examples.",
                share=lambda right, x: right.sum() / x.size),
        mistake("share.wrong_count", "The number of wrong answers is returned.", share=lambda right: (~right).sum()),
        mistake("share.half", "The share is half of what it should be.", share=lambda right: right.mean() / 2),
        mistake("y_hat.b_subtracted", "The answers come from sums in which b is subtracted, where it should be added.",
                y_hat=lambda x, w, b: step(x @ w - b)),
        mistake("share.m_minus_1", "The count is divided by one less than the number of examples.",
                share=lambda right: right.sum() / (len(right) - 1)),
    ),
)  # fmt: skip

TASKS = (NO_LINE, ACCURACY)
