"""Part 3: softmax and cross-entropy."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import labels

SIZES = {  # (m, K)
    (5, 3): "batches of several rows",
    (3, 4): "batches of several rows",
    (7, 2): "batches of several rows",
    (6, 5): "batches of several rows",
    (8, 3): "batches of several rows",
    (3, 3): "square batches",
    (4, 4): "square batches",
    (1, 4): "a batch of one",
    (1, 3): "a batch of one",
}
FAR = [  # rows at many levels, some with scores far apart, and one near 0
    [[1000.0, 999.0, -1000.0], [-1000.0, -1001.5, -1000.5], [1.0, 1.5, -1.0]],
    [[400.0, -400.0, 399.0, -400.5], [1.0, 0.5, -2.0, -1.0], [399.0, -400.0, 398.0, 400.0]],
    [[-360.0, 359.0, 360.0], [360.0, -360.0, -359.0], [-1.0, 1.0, -0.5]],
    [[-900.0, -900.5], [-899.75, -899.0], [1.0, -0.5], [0.0, -1800.0], [900.0, 901.0]],
]


def rows(rng):
    return [Probe(about, (rng.normal(0, 2, shape),)) for shape, about in SIZES.items()]


def extreme_rows(rng):
    """Rows far from 0, each at its own level, in one order and in the reverse."""
    found = [np.array(scores) for scores in FAR]
    both = [z + rng.normal(0, 0.2, (1, z.shape[1])) for z in (*found, *(z[::-1, ::-1] for z in found))]
    return [Probe("scores far from 0", (z,), extreme=True) for z in both]


def labelled(rng):
    """Scores with labels; where scores are far apart, the least likely class is the right one."""
    ordinary = [(p, labels(rng, *p.arguments[0].shape)) for p in rows(rng)]
    extreme = [(p, np.where(np.ptp(z, axis=1) > 100, z.argmin(axis=1), z.argmax(axis=1)))
               for p in extreme_rows(rng) for z in p.arguments]
    return [Probe(p.about, (*p.arguments, y), p.extreme) for p, y in (*ordinary, *extreme)]


SOFTMAX_STEPS = {
    "top": lambda z: z.max(axis=1, keepdims=True),
    "e": lambda z, top: np.exp(z - top),
    "total": lambda e: e.sum(axis=1, keepdims=True),
    "p": lambda e, total: e / total,
}
SCORES = np.array([[0.0, np.log(3.0), 0.0], [2.0, 2.0, 2.0 + np.log(2.0)]])
OVERFLOW = "Scores far from 0 overflow:"
SOFTMAX = Task(
    number=6,
    call="softmax(z)",
    returns="p",
    steps=SOFTMAX_STEPS,
    probes=lambda rng: [*rows(rng), *extreme_rows(rng)],
    example=(SCORES,),
    dtype="float64",
    lecture="06, part 3",
    mistakes=(
        mistake("total.batch", "All rows share one sum, that of the whole batch, where each should have its own.",
                total=lambda e: e.sum()),
        mistake("total.batch", "All rows share one sum, that of the whole batch, where each should have its own.",
                top=lambda z: z.max(), total=lambda e: e.sum()),
        mistake("total.columns", "Each column sums to 1, where each row should.",
                total=lambda e: e.sum(axis=0, keepdims=True)),
        mistake("total.columns", "Each column sums to 1, where each row should.",
                top=lambda z: z.max(axis=0, keepdims=True), total=lambda e: e.sum(axis=0, keepdims=True)),
        mistake("total.missing", "The exponentials are not divided by their sum.", p=lambda e: e),
        mistake("total.missing", "The exponentials are not divided by their sum.", p=lambda z: np.exp(z)),
        mistake("total.mean", "The exponentials are divided by their mean, where the sum of the row belongs.",
                total=lambda e: e.mean(axis=1, keepdims=True)),
        mistake("total.of_scores", "The exponentials are divided by the sum of the scores, not by their own.",
                p=lambda z: np.exp(z) / z.sum(axis=1, keepdims=True)),
        mistake("e.missing", "The scores are divided by their sum: the exponential is missing.",
                p=lambda z: z / z.sum(axis=1, keepdims=True)),
        mistake("e.sign", "The sign of the scores is turned: the largest score gets the smallest probability.",
                p=lambda z: np.exp(z.min(axis=1, keepdims=True) - z)
                / np.exp(z.min(axis=1, keepdims=True) - z).sum(axis=1, keepdims=True)),
        mistake("e.base_2", "Powers of 2 are taken, where powers of e belong.", e=lambda z, top: np.exp2(z - top)),
        mistake("top.columns", "The maximum of each column is subtracted, where that of the row belongs.",
                top=lambda z: z.max(axis=0, keepdims=True)),
        mistake("top.divided", "The scores are divided by the maximum of their row, where it should be subtracted.",
                e=lambda z, top: np.exp(z / top)),
        mistake("e.shifted_below", "The maximum is subtracted below the fraction bar only, not above.",
                p=lambda z, total: np.exp(z) / total),
        mistake("e.shifted_above", "The maximum is subtracted above the fraction bar only, not below.",
                p=lambda z, e: e / np.exp(z).sum(axis=1, keepdims=True)),
        mistake("total.examples", "The exponentials are divided by the number of rows, not by their sum.",
                total=lambda e: len(e)),
        mistake("p.logarithm", "Logarithms of the probabilities stand where the probabilities belong.",
                p=lambda e, total: np.log(e / total)),
        mistake("p.sigmoid", "Each score goes through a sigmoid by itself: that is no softmax.",
                p=lambda z: 1 / (1 + np.exp(-z))),
        mistake("top.missing", f"{OVERFLOW} nothing is subtracted before the exponential is taken.",
                top=lambda z: 0.0),
        mistake("top.batch", "The maximum of the whole batch is subtracted: in other rows all eᶻ may round to 0.",
                top=lambda z: z.max()),
        mistake("top.mean", f"{OVERFLOW} the mean of each row is subtracted, where its maximum belongs.",
                top=lambda z: z.mean(axis=1, keepdims=True)),
        mistake("top.min", f"{OVERFLOW} the minimum of each row is subtracted, where its maximum belongs.",
                top=lambda z: z.min(axis=1, keepdims=True)),
        mistake("top.first", f"{OVERFLOW} the first score of each row is subtracted, where its maximum belongs.",
                top=lambda z: z[:, :1]),
        *(mistake("e.cut", "Scores far from 0 are cut off, so that different ones become equal.",
                  e=lambda z, most=most: np.exp(np.clip(z, -most, most))) for most in (50, 100, 500, 700, 709)),
        mistake("top.absolute", "The largest |z| of a row is subtracted, not its maximum: all eᶻ may round to 0.",
                top=lambda z: np.abs(z).max(axis=1, keepdims=True)),
    ),
)  # fmt: skip


def likelihood(z, y):
    """The probabilities of the right classes, by way of softmax itself."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True))[np.arange(len(y)), y]


def with_floor(floor, added):
    """−mean log p of who keeps p above a floor, or adds one."""
    return lambda z, y: -np.log(likelihood(z, y) + floor if added else np.maximum(likelihood(z, y), floor)).mean()


FLOOR = "A probability near 0 is held above a small constant: large losses come out too small."
CROSS_ENTROPY = Task(
    number=7,
    call="cross_entropy(z, y)",
    returns="L",
    steps={
        **SOFTMAX_STEPS,
        "log_p": lambda z, top, total: z - top - np.log(total),
        "right": lambda log_p, y: log_p[np.arange(len(y)), y],
        "L": lambda right: -right.mean(),
    },
    probes=labelled,
    example=(SCORES, np.array([1, 0])),
    lecture="06, part 3",
    mistakes=(
        mistake("L.sign", "The minus is missing: L is negative.", L=lambda right: right.mean()),
        mistake("L.sum", "The losses of the examples are added up, where their mean belongs.",
                L=lambda right: -right.sum()),
        mistake("L.sum_and_sign", "The losses are added up, where their mean belongs, and the minus is missing.",
                L=lambda right: right.sum()),
        *(mistake("L.squared", "L is a squared error of the probabilities, where the cross-entropy belongs.",
                  L=lambda p, y, mean=mean: mean((p - np.eye(p.shape[1])[y]) ** 2))
          for mean in (np.mean, lambda e: e.sum(axis=1).mean(), lambda e: e.sum(axis=1).mean() / 2)),
        mistake("right.times_label", "The logarithms are multiplied by the labels, which only name the class.",
                right=lambda log_p, y: y * log_p[np.arange(len(y)), y]),
        mistake("right.times_label", "The logarithms are multiplied by the labels, which only name the class.",
                right=lambda log_p, y: y * log_p.sum(axis=1)),
        mistake("L.over_classes", "The mean is divided by the number of classes, too.",
                L=lambda right, z: -right.mean() / z.shape[1]),
        mistake("L.divided_by_classes", "The sum is divided by the number of classes, where that of examples belongs.",
                L=lambda right, z: -right.sum() / z.shape[1]),
        mistake("L.mean_twice", "The mean is divided by the number of examples once more.",
                L=lambda right: -right.mean() / len(right)),
        mistake("L.log_of_mean", "The logarithm is taken after the mean, where it belongs before it.",
                L=lambda right: -np.log(np.exp(right).mean())),
        mistake("L.without_log", "The probabilities are averaged without their logarithm.",
                L=lambda right: -np.exp(right).mean()),
        mistake("L.complement", "The mean of 1 − p is returned: the logarithm is missing.",
                L=lambda right: 1 - np.exp(right).mean()),
        mistake("L.first_example", "Only the first example is counted.", L=lambda right: -right[0]),
        mistake("L.half", "Half of the loss is returned.", L=lambda right: -right.mean() / 2),
        mistake("log_p.base_2", "The logarithm has the base 2, where the natural one belongs.",
                L=lambda right: -right.mean() / np.log(2)),
        mistake("log_p.base_10", "The logarithm has the base 10, where the natural one belongs.",
                L=lambda right: -right.mean() / np.log(10)),
        mistake("right.likeliest", "The likeliest class of each row is taken for the right one.",
                right=lambda log_p: log_p.max(axis=1)),
        mistake("right.every_row", "Each label picks an entry in every row, where each row has its own label.",
                right=lambda log_p, y: log_p[:, y]),
        mistake("right.every_row", "Each label picks an entry in every row, where each row has its own label.",
                L=lambda log_p, y: -log_p[:, y].sum() / len(y)),
        mistake("right.rows_by_labels", "The labels pick rows, where in each row they pick one entry.",
                right=lambda log_p, y: log_p[y]),
        mistake("right.all_classes", "The loss is a mean over all classes: it does not depend on the labels.",
                right=lambda log_p: log_p),
        mistake("right.sum_of_classes", "The loss adds up all classes of a row: it does not depend on the labels.",
                right=lambda log_p: log_p.sum(axis=1)),
        mistake("right.off_by_one", "The labels are counted from 1, where they begin with 0.",
                right=lambda log_p, y: log_p[np.arange(len(y)), y - 1]),
        mistake("right.other_classes", "The wrong classes enter as well, by log (1 − p): only the right one should.",
                right=lambda log_p, y: log_p[np.arange(len(y)), y] + np.where(
                    np.arange(log_p.shape[1]) == y[:, None], 0, np.log1p(-np.exp(log_p))).sum(axis=1)),
        mistake("log_p.without_sum", "The logarithm of the sum is missing: L holds only the scores.",
                log_p=lambda z, top: z - top),
        mistake("log_p.without_sum", "The logarithm of the sum is missing: L holds only the scores.",
                log_p=lambda z: z),
        mistake("log_p.sum_itself", "The sum of the exponentials is subtracted, where its logarithm belongs.",
                log_p=lambda z, top, total: z - top - total),
        mistake("log_p.softmax_twice", "Softmax is applied twice.",
                log_p=lambda p: p - np.log(np.exp(p).sum(axis=1, keepdims=True))),
        mistake("total.batch", "One sum for the whole batch is used, where each row should have its own.",
                total=lambda e: e.sum()),
        *(mistake("total.columns", "The sums run over columns, where they should run over rows.",
                  top=top, total=lambda e: e.sum(axis=0, keepdims=True))
          for top in (SOFTMAX_STEPS["top"], lambda z: z.max(axis=0, keepdims=True))),
        mistake("log_p.not_shifted", "The maximum is subtracted in the sum only, and not from the first zₖ.",
                log_p=lambda z, total: z - np.log(total)),
        mistake("L.by_probability", "All logarithms enter, weighted with p: only the right class should count.",
                L=lambda p, log_p: -(p * log_p).sum(axis=1).mean()),
        *(mistake("log_p.floor", FLOOR, L=with_floor(floor, added))
          for floor in (1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5) for added in (True, False)),
    ),
)  # fmt: skip

TASKS = (SOFTMAX, CROSS_ENTROPY)
