"""Part 4: softmax and losses. Softmax and its cross-entropy are those of assignment 3."""

from dataclasses import replace

import numpy as np

from nnlib.activations import sigmoid
from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a2.examples import EARLIER
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SOFTMAX

PART = "04, part 4"
SOFTMAX = replace(SOFTMAX, number=11, lecture=PART)
CROSS_ENTROPY = replace(CROSS_ENTROPY, number=12, lecture=PART, helpers={"softmax": SOFTMAX})

BATCHES = [3, 5, 7, 4, 9, 6, 8, 10, 1, 1]  # examples in each


def scores(rng):
    """Scores with answers of both kinds; more of one than of the other, since a mean of both would hide things."""
    found = []
    for m in BATCHES:
        z, y = rng.normal(0, 2, m) + rng.choice([-0.5, 0.5], m), np.zeros(m, np.intp)
        y[: rng.integers(1, m // 2 + 1) if m > 1 else rng.integers(2)] = 1
        found.append(Probe("a batch of one" if m == 1 else "batches of several", (z, rng.permutation(y))))
    return found


def far_scores(rng):
    """Scores far from 0, on the right side and on the wrong one, at levels where each way to write it breaks."""
    z = [np.array([level, -level, 1.0, -level - 5, level + 3]) + rng.normal(0, 0.5, 5) for level in (50, 400, 800)]
    right, wrong = np.array([1, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 1])
    return [Probe("scores far from 0", (far, y.astype(np.intp)), extreme=True) for far in z for y in (right, wrong)]


FLOOR = "A probability near 0 is held above a small constant: large losses come out too small."


def with_floor(floor, added):
    """The loss of who holds both probabilities above a floor, or adds one."""

    def loss(z, y):
        p, q = sigmoid(z), 1 - sigmoid(z)
        p, q = (p + floor, q + floor) if added else (np.maximum(p, floor), np.maximum(q, floor))
        return -(y * np.log(p) + (1 - y) * np.log(q)).mean()

    return loss



BINARY = Task(
    number=13,
    call="binary_cross_entropy(z, y)",
    returns="L",
    steps={
        "terms": lambda z, y: np.logaddexp(0, z) - y * z,
        "L": lambda terms: terms.mean(),
    },
    probes=lambda rng: [*scores(rng), *far_scores(rng)],
    example=(np.array([0.0, np.log(3.0), -np.log(4.0)]), np.array([1, 1, 0])),
    helpers=EARLIER,
    words={"terms": "the loss of an example"},
    lecture=PART,
    mistakes=(
        mistake("L.sign", "The loss has the wrong sign.", L=lambda terms: -terms.mean()),
        mistake("L.sum", "The losses of the examples are added up, where their mean belongs.",
                L=lambda terms: terms.sum()),
        mistake("L.half", "Half of the loss is returned.", L=lambda terms: terms.mean() / 2),
        mistake("L.mean_twice", "The mean is divided by the number of examples once more.",
                L=lambda terms: terms.mean() / len(terms)),
        mistake("L.base_2", "The logarithm has the base 2, where the natural one belongs.",
                L=lambda terms: terms.mean() / np.log(2)),
        mistake("L.base_10", "The logarithm has the base 10, where the natural one belongs.",
                L=lambda terms: terms.mean() / np.log(10)),
        mistake("L.first_example", "Only the first example is counted.", L=lambda terms: terms[0]),
        mistake("L.without_log", "The probabilities of the right answers are averaged without their logarithm.",
                L=lambda terms: np.exp(-terms).mean()),
        mistake("L.largest", "The largest loss of an example is returned, where their mean belongs.",
                L=lambda terms: terms.max()),
        mistake("L.doubled", "The loss is twice what it should be.", L=lambda terms: 2 * terms.mean()),
        mistake("L.mean_of_ones", "The sum is divided by the number of examples with the label 1.",
                L=lambda terms, y: terms.sum() / max(1, y.sum())),
        mistake("L.last_example", "Only the last example is counted.", L=lambda terms: terms[-1]),
        mistake("terms.log_outside", "The logarithm is taken after the mean, where it belongs before it.",
                L=lambda terms: -np.log(np.exp(-terms).mean())),
        mistake("terms.without_sigmoid", "z and 1 − z stand where log ŷ and log (1 − ŷ) belong.",
                terms=lambda z, y: -(y * z + (1 - y) * (1 - z))),
        mistake("terms.both_p", "Both parts hold log ŷ, where log (1 − ŷ) belongs in the second.",
                terms=lambda z: np.logaddexp(0, -z)),
        mistake("terms.difference", "The second part is subtracted from the first, where it should be added.",
                terms=lambda z, y: y * np.logaddexp(0, -z) - (1 - y) * np.logaddexp(0, z)),
        mistake("terms.one_missing", "The 1 is missing in log (1 + eᶻ), which leaves z.", terms=lambda z, y: z - y * z),
        mistake("terms.positive_part", "In place of log (1 + eᶻ) stands z where z is positive, and 0 elsewhere.",
                terms=lambda z, y: np.maximum(z, 0) - y * z),
        mistake("terms.size", "The exponent holds |z|, where −|z| belongs.",
                terms=lambda z, y: np.maximum(z, 0) + np.log1p(np.exp(np.abs(z))) - y * z),
        mistake("terms.without_max", "The part max(z, 0) is missing beside the logarithm with −|z|.",
                terms=lambda z, y: np.log1p(np.exp(-np.abs(z))) - y * z),
        mistake("terms.absolute", "The loss is the distance between label and probability: it has no logarithm.",
                terms=lambda z, y: np.abs(sigmoid(z) - y)),
        mistake("terms.squared_whole", "The loss is the squared error of the probabilities: it has no logarithm.",
                terms=lambda z, y: (sigmoid(z) - y) ** 2),
        mistake("terms.labels", "The labels are exchanged: 1 is taken for 0, and 0 for 1.",
                terms=lambda z, y: np.logaddexp(0, z) - (1 - y) * z),
        mistake("terms.ones_alone", "Only examples with the label 1 are counted: the others add nothing.",
                terms=lambda z, y: y * np.logaddexp(0, -z)),
        mistake("terms.zeros_alone", "Only examples with the label 0 are counted: the others add nothing.",
                terms=lambda z, y: (1 - y) * np.logaddexp(0, z)),
        mistake("terms.without_yz", "The loss does not depend on the labels: y z is not subtracted.",
                terms=lambda z: np.logaddexp(0, z)),
        mistake("terms.added", "y z is added, where it should be subtracted.",
                terms=lambda z, y: np.logaddexp(0, z) + y * z),
        mistake("terms.minus_z", "The logarithm holds e⁻ᶻ, where eᶻ belongs.",
                terms=lambda z, y: np.logaddexp(0, -z) - y * z),
        mistake("terms.y", "y is subtracted, where y z belongs.", terms=lambda z, y: np.logaddexp(0, z) - y),
        mistake("terms.squared", "The loss is half the squared error of the probabilities: it has no logarithm.",
                terms=lambda z, y: 0.5 * (sigmoid(z) - y) ** 2),
        mistake("terms.sigmoid_twice", "The sigmoid is applied twice.",
                terms=lambda z, y: np.logaddexp(0, sigmoid(z)) - y * sigmoid(z)),
        *(mistake("terms.floor", FLOOR, L=with_floor(floor, added))
          for floor in (1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6) for added in (True, False)),
    ),
)  # fmt: skip


def answers(rng):
    """Answers of several numbers and targets, of many shapes."""
    shapes = {(5, 3): "batches of several", (4, 2): "batches of several", (3, 6): "batches of several",
              (7, 5): "batches of several", (3, 3): "square batches", (4, 4): "square batches",
              (6, 1): "one number for each example", (5, 1): "one number for each example",
              (1, 4): "a batch of one"}  # fmt: skip
    return [Probe(about, (rng.normal(size=s), rng.normal(0.5, 1, s))) for s, about in shapes.items()]


SQUARED = Task(
    number=14,
    call="half_squared_error(y_hat, y)",
    returns="L",
    steps={
        "difference": lambda y_hat, y: y_hat - y,
        "total": lambda difference: (difference**2).sum(),
        "L": lambda total, y: total / (2 * len(y)),
    },
    probes=answers,
    example=(np.array([[1.0, 4.0], [0.0, 2.0], [3.0, 1.0]]), np.array([[0.0, 2.0], [0.0, -1.0], [3.0, 3.0]])),
    words={"difference": "y_hat − y", "total": "the sum of the squares"},
    lecture="03, part 3",
    mistakes=(
        mistake("L.largest", "Half the squared distance of the worst example is returned, where the mean belongs.",
                L=lambda difference: (difference**2).sum(axis=1).max() / 2),
        mistake("L.root_of_mean", "The root of the mean squared error is returned: no root belongs there.",
                L=lambda total, y: np.sqrt(total / y.size)),
        mistake("L.sign", "The loss is negative.", L=lambda total, y: -total / (2 * len(y))),
        mistake("L.last_example", "Only the last example is counted.",
                L=lambda difference: (difference[-1] ** 2).sum() / 2),
        mistake("L.first_output", "Only the first number of each example is counted.",
                L=lambda difference, y: (difference[:, 0] ** 2).sum() / (2 * len(y))),
        mistake("total.column_sums", "The differences of each output are added up before they are squared.",
                total=lambda difference: (difference.sum(axis=0) ** 2).sum()),
        mistake("total.answers", "The squares of the answers are added up: the targets have no effect.",
                total=lambda y_hat: (y_hat**2).sum()),
        mistake("total.doubled", "The differences are multiplied by 2, where they should be squared.",
                total=lambda difference: 2 * difference.sum()),
        mistake("L.not_halved", "The factor one half is missing.", L=lambda total, y: total / len(y)),
        mistake("L.sum", "The sum over the examples is returned, where their mean belongs.",
                L=lambda total: total / 2),
        mistake("L.sum_not_halved", "The squares are added up, and their sum is not divided by anything.",
                L=lambda total: total),
        mistake("L.over_all", "The sum is divided by the number of entries, where that of examples belongs.",
                L=lambda total, y: total / (2 * y.size)),
        mistake("L.over_all_not_halved", "The sum is divided by the number of entries, and the factor ½ is missing.",
                L=lambda total, y: total / y.size),
        mistake("L.over_outputs", "The sum is divided by the number of outputs, where that of examples belongs.",
                L=lambda total, y: total / (2 * y.shape[1])),
        mistake("L.root", "A root of the sum of squares is taken: no root belongs there.",
                L=lambda total, y: np.sqrt(total) / (2 * len(y))),
        mistake("L.norms", "The distances of y_hat and y are averaged, where their squares belong.",
                L=lambda difference, y: np.sqrt((difference**2).sum(axis=1)).sum() / (2 * len(y))),
        mistake("L.doubled", "The factor one half is there twice.", L=lambda total, y: total / (4 * len(y))),
        mistake("total.not_squared", "The differences are not squared.", total=lambda difference: difference.sum()),
        mistake("total.absolute", "The differences are added up without their signs, where their squares belong.",
                total=lambda difference: np.abs(difference).sum()),
        mistake("total.square_of_sum", "The differences are added up before they are squared.",
                total=lambda difference: difference.sum() ** 2),
        mistake("total.row_sums", "The differences of each example are added up before they are squared.",
                total=lambda difference: (difference.sum(axis=1) ** 2).sum()),
        mistake("difference.of_squares", "The squares of y_hat and y are subtracted, not the difference squared.",
                total=lambda y_hat, y: (y_hat**2 - y**2).sum()),
        mistake("difference.sum", "y_hat and y are added, where they should be subtracted.",
                difference=lambda y_hat, y: y_hat + y),
        mistake("difference.first_example", "Only the first example is counted.",
                L=lambda difference: (difference[0] ** 2).sum() / 2),
    ),
)  # fmt: skip

TASKS = (SOFTMAX, CROSS_ENTROPY, BINARY, SQUARED)
