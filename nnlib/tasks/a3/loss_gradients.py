"""Part 3: the gradients of losses by the scores."""

import numpy as np

from nnlib.diagnosis import Probe, Task, lifted, mistake
from nnlib.diagnosis.task import labels
from nnlib.tasks.a2.activations import sigmoid
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SCORES, SOFTMAX, SOFTMAX_STEPS, labelled


def rows_less_1(p, y):
    """p with 1 subtracted from the rows that the labels name."""
    p = p.copy()
    p[y] -= 1
    return p


def many_scores(rng):
    return Probe("a batch of 1,500 examples", (rng.normal(size=(1500, 10)), labels(rng, 1500, 10)))


GRAD = Task(
    number=8,
    call="cross_entropy_grad(z, y)",
    returns="delta",
    steps={
        **SOFTMAX_STEPS,
        "onehot": lambda z, y: np.eye(z.shape[1])[y],
        "difference": lambda p, onehot: p - onehot,
        "delta": lambda difference, y: difference / len(y),
    },
    probes=labelled,
    example=(SCORES, np.array([1, 0])),
    helpers={"softmax": SOFTMAX, "cross_entropy": CROSS_ENTROPY},
    wiring={"softmax": ["z"]},
    dtype="float64",
    full_size=many_scores,
    lecture="06, part 3",
    mistakes=(
        mistake("delta.sum", "delta is not divided by the number of examples.", delta=lambda difference: difference),
        mistake("delta.sign", "delta has the wrong sign.", delta=lambda difference, y: -difference / len(y)),
        mistake("delta.sum_and_sign", "delta has the wrong sign, and is not divided by the number of examples.",
                delta=lambda difference: -difference),
        mistake("onehot.replaced", "The right class has −1, where p − 1 belongs.",
                difference=lambda p, onehot: np.where(onehot > 0, -1.0, p)),
        mistake("onehot.turned", "The right class has 1 − p, where p − 1 belongs.",
                difference=lambda p, onehot: np.where(onehot > 0, 1 - p, p)),
        mistake("onehot.numbers", "The label itself, as a number, is subtracted from its whole row.",
                difference=lambda p, y: p - y[:, None]),
        mistake("delta.over_classes", "delta is divided by the number of classes, where that of examples belongs.",
                delta=lambda difference: difference / difference.shape[1]),
        mistake("delta.over_all", "delta is divided by the number of entries, where that of examples belongs.",
                delta=lambda difference: difference / difference.size),
        mistake("delta.mean_twice", "delta is divided by the number of examples twice.",
                delta=lambda difference, y: difference / len(y) ** 2),
        mistake("delta.half_divided", "Only the probabilities are divided by the number of examples, and the 1 is not.",
                delta=lambda p, onehot, y: p / len(y) - onehot),
        mistake("delta.onehot_divided", "Only the 1 of the right class is divided by the number of examples.",
                delta=lambda p, onehot, y: p - onehot / len(y)),
        mistake("delta.slope", "delta is multiplied by p (1 − p), as if softmax worked entry by entry.",
                delta=lambda difference, p, y: difference * p * (1 - p) / len(y)),
        mistake("delta.right_class", "delta is 0 except at the right classes, where all scores should have a gradient.",
                delta=lambda difference, onehot, y: difference * onehot / len(y)),
        mistake("delta.by_p", "delta is the gradient by the probabilities, where that by the scores belongs.",
                delta=lambda p, onehot, y: -onehot / p / len(y)),
        mistake("onehot.missing", "The 1 of the right class is not subtracted.", difference=lambda p: p),
        mistake("onehot.columns", "The 1 is subtracted from whole columns, where each row has only one right class.",
                difference=lambda p, y: p - np.isin(np.arange(p.shape[1]), y)),
        mistake("onehot.rows", "The labels pick rows, where in each row they pick one entry.", difference=rows_less_1),
        mistake("onehot.added", "The 1 of the right class is added, where it should be subtracted.",
                difference=lambda p, onehot: p + onehot),
        mistake("onehot.off_by_one", "The labels are counted from 1, where they begin with 0.",
                onehot=lambda z, y: np.eye(z.shape[1])[y - 1]),
        mistake("onehot.likeliest", "The likeliest class of each row is taken for the right one.",
                onehot=lambda z: np.eye(z.shape[1])[z.argmax(axis=1)]),
        mistake("p.scores", "The scores are used as they are: softmax is missing.",
                difference=lambda z, onehot: z - onehot),
        mistake("p.softmax_twice", "Softmax is applied twice.",
                p=lambda e, total: SOFTMAX(e / total)),
        *lifted(SOFTMAX.mistakes, "p.", z="z", e="e", total="total", p="p", top="top"),
    ),
)  # fmt: skip



def answers(rng):
    """z and y of many lengths, both labels among them; at extremes, σ(z) rounds to 0 or 1, and e to ±z is infinite."""
    found = []
    for m in (6, 5, 9, 4, 8, 7):
        found.append(Probe("batches", (rng.normal(0, 2, m), labels(rng, m, 2))))
    alone = [Probe("a batch of one", (rng.normal(0, 2, 1), np.array([y], np.intp))) for y in (0, 1)]
    far = np.array([1000.0, -1000.0, 40.0, -40.0, 0.5, -1.0, 2.0, -800.0])
    extreme = [Probe("z far from 0", (far + rng.normal(0, 0.2, 8), labels(rng, 8, 2)), extreme=True) for _ in range(3)]
    return [*found, *alone, *extreme]


def many_answers(rng):
    return Probe("a batch of 5,000 examples", (rng.normal(size=5000), labels(rng, 5000, 2)))


def by_a(a, y):
    """∂L/∂a of one example."""
    return (1 - y) / (1 - a) - y / a


BINARY = Task(
    number=9,
    call="binary_gradient(z, y)",
    returns="delta",
    steps={
        "a": lambda z: sigmoid(z),
        "difference": lambda a, y: a - y,
        "delta": lambda difference, y: difference / len(y),
    },
    probes=answers,
    example=(np.array([0.0, np.log(3.0), 0.0, -np.log(4.0)]), np.array([1, 1, 0, 0])),
    dtype="float64",
    full_size=many_answers,
    lecture="06, part 3",
    mistakes=(
        mistake("delta.sum", "delta is not divided by the number of examples.", delta=lambda difference: difference),
        mistake("delta.mean_twice", "delta is divided by the number of examples twice.",
                delta=lambda difference, y: difference / len(y) ** 2),
        mistake("delta.slope_left", "delta is multiplied by a (1 − a), which cancels here.",
                delta=lambda difference, a, y: difference * a * (1 - a) / len(y)),
        mistake("delta.sign", "delta has the wrong sign.", delta=lambda difference, y: -difference / len(y)),
        mistake("delta.slope_left_and_sum",
                "delta is multiplied by a (1 − a), and not divided by the number of examples.",
                delta=lambda difference, a: difference * a * (1 - a)),
        mistake("delta.by_a_and_sum", "delta is the gradient by a, and not divided by the number of examples.",
                delta=lambda a, y: by_a(a, y)),
        mistake("delta.by_a", "delta is the gradient by a, where that by z belongs.",
                delta=lambda a, y: by_a(a, y) / len(y)),
        mistake("delta.divided_by_slope", "The gradient by a is divided by the slope of σ, not multiplied.",
                delta=lambda a, y: by_a(a, y) / (a * (1 - a)) / len(y)),
        mistake("difference.inner_sign", "The part for y = 0 has the wrong sign: 1 − a has the derivative −1.",
                difference=lambda a, y: -(1 - y) * a - y * (1 - a)),
        mistake("difference.only_ones", "Examples with y = 0 get 0: the second part of the loss is left out.",
                difference=lambda a, y: -y * (1 - a)),
        mistake("difference.only_zeros", "Examples with y = 1 get 0: the first part of the loss is left out.",
                difference=lambda a, y: (1 - y) * a),
        mistake("difference.labels_exchanged", "The labels 0 and 1 are exchanged.",
                difference=lambda a, y: a - (1 - y)),
        mistake("difference.added", "y is added, where it should be subtracted.", difference=lambda a, y: a + y),
        mistake("difference.absolute", "delta is nowhere negative: the signs are lost.",
                difference=lambda a, y: np.abs(a - y)),
        mistake("difference.squared", "A difference is squared, as in a loss: no square belongs in this gradient.",
                difference=lambda a, y: (a - y) ** 2),
        mistake("difference.losses", "The losses of the examples are returned, where their gradient belongs.",
                difference=lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a))),
        mistake("difference.prediction", "delta is made only from a: y is not subtracted.", difference=lambda a: a),
        mistake("a.missing", "The sigmoid is missing: y is subtracted from z.", a=lambda z: z),
        mistake("a.twice", "The sigmoid is applied twice.", a=lambda z: sigmoid(sigmoid(z))),
        mistake("a.tanh", "a is the tanh of z, where the sigmoid belongs.", a=lambda z: np.tanh(z)),
        mistake("a.rounded", "a is rounded to 0 or 1, where a probability belongs.", a=lambda z: (z > 0) * 1.0),
        mistake("a.mirrored", "The exponent has the wrong sign: a falls where z grows.", a=lambda z: sigmoid(-z)),
        *(mistake("delta.unsimplified", "Where a rounds to 0 or 1, the formula divides by 0. Simplify it first.",
                  a=a, delta=lambda a, y: by_a(a, y) * a * (1 - a) / len(y))
          for a in (lambda z: sigmoid(z), lambda z: 1 / (1 + np.exp(-z)))),
        mistake("a.overflow", "For large z, a is infinity divided by infinity. Divide by eᶻ above and below.",
                a=lambda z: np.exp(z) / (1 + np.exp(z))),
    ),
)  # fmt: skip

TASKS = (GRAD, BINARY)
