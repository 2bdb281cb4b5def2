"""Part 3: the gradients of losses by the scores."""

import numpy as np

from nnlib.diagnosis import Task, lifted, mistake
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SCORES, SOFTMAX, SOFTMAX_STEPS, labelled

GRAD = Task(
    number=7,
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
    lecture="06, part 3",
    mistakes=(
        mistake("delta.sum", "delta is not divided by the number of examples.", delta=lambda difference: difference),
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
        mistake("delta.right_class", "delta is filled for the right classes alone: the other scores count, too.",
                delta=lambda difference, onehot, y: difference * onehot / len(y)),
        mistake("delta.by_p", "delta is the gradient by the probabilities, where that by the scores belongs.",
                delta=lambda p, onehot, y: -onehot / p / len(y)),
        mistake("onehot.missing", "The 1 of the right class is not subtracted.", difference=lambda p: p),
        mistake("onehot.columns", "The 1 is subtracted from whole columns, where each row has one label.",
                difference=lambda p, y: p - np.isin(np.arange(p.shape[1]), y)),
        mistake("onehot.added", "The 1 of the right class is added, where it is subtracted.",
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


TASKS = (GRAD,)
