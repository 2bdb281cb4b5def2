"""Part 3, second half: going through the examples until no mistake is left, with labels 0 and 1."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.perceptron import step, with_bias
from nnlib.tasks.a1.rules import PUSH_01
from nnlib.tasks.a1.units import STEP, UNIT


def push(theta, row, y, lr):
    """What an example adds to θ = (b, w), with labels 0 and 1."""
    return lr * (y - step(theta @ row)) * row


def sign_push(theta, row, t, lr):
    """What an example adds to θ, with labels −1 and +1."""
    return t * (t * (theta @ row) <= 0) * row


def learning(push, *, batch=False, restart=False, take=slice(None), goes_on=bool, start=0.0, counted=None, old=False):
    """Who learns online by `push`: a function of the data that gives θ and the mistakes of each epoch.

    `goes_on(count of the epoch)` says whether another epoch follows. What is counted of an example is
    `counted(θ, θ after it, row, label)`, or whether it moved θ; `old` counts are not forgotten when an epoch begins.
    """

    def learned(x, y, lr, epochs):
        rows, theta, counts = with_bias(x), np.full(x.shape[1] + 1, start), []
        for _ in range(epochs):
            theta = np.zeros_like(theta) if restart else theta
            counts.append(counts[-1] if old and counts else 0)
            change = np.zeros_like(theta)
            for row, label in zip(rows[take], y[take]):
                moved = push(theta, row, label, lr)
                counts[-1] += counted(theta, theta + moved, row, label) if counted else bool(moved.any())
                theta, change = (theta, change + moved) if batch else (theta + moved, change)
            theta = theta + change
            if not goes_on(counts[-1]):
                break
        return theta, np.array(counts)

    return learned


def separable(rng, m, n):
    """m examples of n inputs that a line off the origin separates, found within 4 to 9 epochs."""
    while True:
        x, w = rng.normal(size=(m, n)), rng.normal(size=n)
        z = x @ w / np.linalg.norm(w) + 0.4
        y = step(z).astype(np.intp)
        if np.abs(z).min() > 0.08 and 4 <= len(learning(push)(x, y, 1.0, 10)[1]) <= 9:
            return x, y


def endless(rng, m):
    """m points with labels that fit no line: 30 epochs do not suffice."""
    while True:
        x, y = rng.normal(size=(m, 2)), rng.integers(0, 2, m)
        if learning(push)(x, y, 1.0, 30)[1][-1] > 0:
            return x, y


def sets_01(rng):
    """Sets that a line separates, at several sizes and rates; two that end by `epochs`; sets without a line."""
    line = [(9, 2, 0.5, 50), (11, 3, 1.0, 60), (8, 2, 0.3, 70), (12, 2, 2.0, 80)]
    found = [Probe("data that a line separates", (*separable(rng, m, n), lr, epochs)) for m, n, lr, epochs in line]
    found += [Probe("few epochs", (*separable(rng, m, 2), 0.5, epochs)) for m, epochs in [(10, 2), (9, 1), (11, 2)]]
    return [*found, *(Probe("data that no line separates", (*endless(rng, m), 0.7, 8)) for m in (9, 12))]


def other(push=push, **how):
    """The step of somebody who learns in another way."""
    return learning(push, **how)


def against(theta, x, y):
    """How many examples these weights get wrong."""
    return int(np.sum(step(with_bias(x) @ theta) != y))


def after_epochs(x, y, lr, epochs, counts):
    """The mistakes that the weights make after each epoch, all examples anew."""
    return np.array([against(learning(push)(x, y, lr, k + 1)[0], x, y) for k in range(len(counts))])


NO_STOP = "It does not stop after an epoch without mistakes, but goes through all `epochs`."
STRICT = "A sum of exactly 0 is answered 0, where the step says 1."
LEARN_01 = Task(
    number=9,
    call="learn_01(x, y, lr=1.0, epochs=100)",
    returns="w b mistakes",
    steps={
        "learned": learning(push),
        "w": lambda learned: learned[0][1:],
        "b": lambda learned: learned[0][0],
        "mistakes": lambda learned: learned[1],
    },
    probes=sets_01,
    example=(np.array([[2.0, 1.0], [-1.0, 1.0], [0.0, -2.0]]), np.array([1, 0, 0]), 1.0, 10),
    helpers={"step": STEP, "unit": UNIT, "push_01": PUSH_01},
    lecture="01, part 3",
    mistakes=(
        mistake("push.sign", "The weights are pushed the wrong way.",
                learned=other(lambda theta, row, y, lr: -push(theta, row, y, lr))),
        mistake("push.all_at_once", "All examples of an epoch meet the same weights: that is batch learning.",
                learned=other(batch=True)),
        mistake("push.without_bias", "The bias is not learned: it stays 0.",
                learned=other(lambda theta, row, y, lr: push(theta, row, y, lr) * (np.arange(len(row)) > 0))),
        mistake("push.strict", STRICT,
                learned=other(lambda theta, row, y, lr: lr * (y - float(theta @ row > 0)) * row)),
        mistake("lr.missing", "The learning rate has no effect.",
                learned=lambda x, y, epochs: learning(push)(x, y, 1.0, epochs)),
        mistake("weights.restart", "Weights and bias begin at 0 again in every epoch.", learned=other(restart=True)),
        mistake("weights.start", "Weights and bias begin at 1, where 0 belongs.", learned=other(start=1.0)),
        mistake("examples.reversed", "The examples are seen from the last to the first, not in their order.",
                learned=other(take=slice(None, None, -1))),
        mistake("examples.last_missing", "The last example is never seen.", learned=other(take=slice(None, -1))),
        mistake("examples.first_missing", "The first example is never seen.", learned=other(take=slice(1, None))),
        mistake("stop.missing", NO_STOP, learned=other(goes_on=lambda count: True)),
        mistake("stop.first_epoch", "It stops after the first epoch, although there were mistakes.",
                learned=other(goes_on=lambda count: False)),
        *(mistake("epochs.fixed", "The number of epochs that is given has no effect.",
                  learned=lambda x, y, lr, epochs, fixed=fixed: learning(push)(x, y, lr, fixed))
          for fixed in (100, 1000)),
        mistake("epochs.one_more", "There is one epoch more than `epochs` allows.",
                learned=lambda x, y, lr, epochs: learning(push)(x, y, lr, epochs + 1)),
        mistake("epochs.one_less", "There is one epoch less than `epochs` allows.",
                learned=lambda x, y, lr, epochs: learning(push)(x, y, lr, epochs - 1)),
        mistake("mistakes.added_up", "Mistakes are added up over the epochs, where each should have its own count.",
                mistakes=lambda learned: np.cumsum(learned[1])),
        mistake("push.without_lr_for_b", "The learning rate is missing for b.",
                learned=other(lambda theta, row, y, lr: (y - step(theta @ row)) * np.append(1, lr * row[1:]))),
        mistake("push.always", "Every example pushes, right ones too.",
                learned=other(lambda theta, row, y, lr: lr * (2 * y - 1) * row)),
        mistake("push.from_z", "The sum z is subtracted from the label, where the answer y_hat belongs.",
                learned=other(lambda theta, row, y, lr: lr * (y - theta @ row) * row)),
        mistake("push.with_signs", "This is the rule with −1 and +1: a sum of 0 counts as a mistake for both labels.",
                learned=other(lambda theta, row, y, lr: lr * sign_push(theta, row, 2 * y - 1, lr))),
        mistake("mistakes.after_push", "Mistakes are counted after the push, where they should be counted before.",
                learned=other(counted=lambda theta, after, row, y: step(after @ row) != y)),
        mistake("mistakes.never_forgotten", "The count goes on from epoch to epoch, so it never comes back to 0.",
                learned=other(old=True)),
        mistake("mistakes.signed", "y − y_hat is added up: mistakes of both kinds cancel, and it stops at a sum of 0.",
                learned=other(counted=lambda theta, after, row, y: y - step(theta @ row))),
        mistake("mistakes.with_label_1", "Only mistakes with label 1 are counted.",
                learned=other(counted=lambda theta, after, row, y: y * (step(theta @ row) != y))),
        mistake("mistakes.with_label_0", "Only mistakes with label 0 are counted.",
                learned=other(counted=lambda theta, after, row, y: (1 - y) * (step(theta @ row) != y))),
        mistake("mistakes.strict", "The count takes a sum of exactly 0 for the answer 0, where the step says 1.",
                learned=other(counted=lambda theta, after, row, y: (theta @ row > 0) != y)),
        mistake("mistakes.last_missing", "The last epoch is missing in the list.",
                mistakes=lambda learned: learned[1][:-1]),
        mistake("mistakes.zero_added", "The list ends with a 0 that belongs to no epoch.",
                mistakes=lambda learned: np.append(learned[1], 0)),
        mistake("mistakes.epochs", "The list holds the numbers of the epochs, where counts of mistakes belong.",
                mistakes=lambda learned: np.arange(len(learned[1])) + 1),
        mistake("stop.one_mistake", "It stops already after an epoch with one mistake, where it should go on.",
                learned=other(goes_on=lambda count: count > 1)),
        mistake("w.bias_first", "w begins with the bias, which should be apart, in b.", w=lambda learned: learned[0]),
        mistake("w.before_last", "w comes back without the pushes of the last epoch.",
                w=lambda x, y, lr, learned: learning(push)(x, y, lr, len(learned[1]) - 1)[0][1:]),
        mistake("b.minus", "b comes back with the wrong sign.", b=lambda learned: -learned[0][0]),
        mistake("mistakes.right_answers", "The list counts right answers, where mistakes belong.",
                mistakes=lambda learned, y: len(y) - learned[1]),
        mistake("mistakes.share", "The mistakes are divided by the number of examples, where their number belongs.",
                mistakes=lambda learned, y: learned[1] / len(y)),
        mistake("mistakes.after_epoch", "Mistakes are counted when an epoch is over, not when each example is seen.",
                mistakes=lambda x, y, lr, epochs, learned: after_epochs(x, y, lr, epochs, learned[1])),
        mistake("mistakes.yes_or_no", "The list says only whether there were mistakes, and not how many.",
                mistakes=lambda learned: (learned[1] > 0) * 1),
    ),
)  # fmt: skip


TASKS = (LEARN_01,)
