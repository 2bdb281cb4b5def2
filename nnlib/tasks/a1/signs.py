"""Part 3, second half: the same with labels −1 and +1."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.perceptron import step
from nnlib.tasks.a1.learning import NO_STOP, learning, sets_01, sign_push
from nnlib.tasks.a1.rules import PUSH_SIGNS
from nnlib.tasks.a1.units import STEP, UNIT


def sets_signs(rng):
    """The sets of learn_01, with labels −1 and +1."""
    return [Probe(probe.about, (probe.arguments[0], 2 * probe.arguments[1] - 1, probe.arguments[3]))
            for probe in sets_01(rng)]  # fmt: skip


def signed(push=sign_push, **how):
    """The step of somebody who learns by another push with signs."""
    return lambda x, t, epochs: learning(push, **how)(x, t, 1.0, epochs)


LEARN_SIGNS = Task(
    number=10,
    call="learn_signs(x, t, epochs=100)",
    returns="theta mistakes",
    steps={
        "learned": signed(),
        "theta": lambda learned: learned[0],
        "mistakes": lambda learned: learned[1],
    },
    probes=sets_signs,
    example=(np.array([[2.0, 1.0], [-1.0, 1.0], [0.0, -2.0]]), np.array([1, -1, -1]), 10),
    helpers={"step": STEP, "unit": UNIT, "push_signs": PUSH_SIGNS},
    lecture="01, part 3",
    mistakes=(
        mistake("push.zero_is_right", "A product of 0 with t = +1 counts as right, as it does with labels 0 and 1.",
                learned=signed(lambda theta, row, t, lr: (t - 2 * step(theta @ row) + 1) / 2 * row)),
        mistake("push.always", "Every example pushes, right ones too.",
                learned=signed(lambda theta, row, t, lr: t * row)),
        mistake("push.without_bias", "The bias is not learned: it stays 0.",
                learned=signed(lambda theta, row, t, lr: sign_push(theta, row, t, lr) * (np.arange(len(row)) > 0))),
        mistake("push.without_t", "Mistakes add x for both labels: t is missing in the push.",
                learned=signed(lambda theta, row, t, lr: t * sign_push(theta, row, t, lr))),
        mistake("push.all_at_once", "All examples of an epoch meet the same θ: that is batch learning.",
                learned=signed(batch=True)),
        mistake("theta.bias_last", "The bias stands last in theta, where it should stand first.",
                theta=lambda learned: np.roll(learned[0], -1)),
        mistake("theta.restart", "In every epoch θ begins at 0 again.", learned=signed(restart=True)),
        mistake("theta.start", "All entries of θ begin at 1, where 0 belongs.", learned=signed(start=1.0)),
        mistake("examples.reversed", "The examples are seen from the last to the first, not in their order.",
                learned=signed(take=slice(None, None, -1))),
        mistake("examples.last_missing", "The last example is never seen.", learned=signed(take=slice(None, -1))),
        mistake("stop.missing", NO_STOP, learned=signed(goes_on=lambda count: True)),
        mistake("stop.first_epoch", "It stops after the first epoch, although there were mistakes.",
                learned=signed(goes_on=lambda count: False)),
        mistake("epochs.fixed", "The number of epochs that is given has no effect.",
                learned=lambda x, t: learning(sign_push)(x, t, 1.0, 100)),
        mistake("mistakes.added_up", "Mistakes are added up over the epochs, where each should have its own count.",
                mistakes=lambda learned: np.cumsum(learned[1])),
        mistake("push.sign", "The weights are pushed the wrong way.",
                learned=signed(lambda theta, row, t, lr: -sign_push(theta, row, t, lr))),
        mistake("push.half", "The push is half as long as it should be.",
                learned=signed(lambda theta, row, t, lr: sign_push(theta, row, t, lr) / 2)),
        mistake("push.twice", "The push is twice as long as it should be, as t minus an answer of −1 or +1 makes it.",
                learned=signed(lambda theta, row, t, lr: 2 * sign_push(theta, row, t, lr))),
        mistake("mistakes.zero_is_right", "The count takes a product of exactly 0 for right, where it is a mistake.",
                learned=signed(counted=lambda theta, after, row, t: t * (theta @ row) < 0)),
        mistake("mistakes.after_push", "Mistakes are counted after the push, where they should be counted before.",
                learned=signed(counted=lambda theta, after, row, t: t * (after @ row) <= 0)),
        mistake("mistakes.without_t", "The count takes each sum of 0 or less for a mistake, whatever the label.",
                learned=signed(counted=lambda theta, after, row, t: theta @ row <= 0)),
        mistake("mistakes.labels_01", "The count compares labels of −1 and +1 with answers of 0 and 1.",
                learned=signed(counted=lambda theta, after, row, t: step(theta @ row) != t)),
        mistake("mistakes.never_forgotten", "The count goes on from epoch to epoch, so it never comes back to 0.",
                learned=signed(old=True)),
        mistake("mistakes.signed", "The labels of the mistakes are added up: they cancel, and it stops at a sum of 0.",
                learned=signed(counted=lambda theta, after, row, t: t * (t * (theta @ row) <= 0))),
        mistake("mistakes.last_missing", "The last epoch is missing in the list.",
                mistakes=lambda learned: learned[1][:-1]),
        mistake("mistakes.zero_added", "The list ends with a 0 that belongs to no epoch.",
                mistakes=lambda learned: np.append(learned[1], 0)),
        mistake("mistakes.yes_or_no", "The list says only whether there were mistakes, and not how many.",
                mistakes=lambda learned: (learned[1] > 0) * 1),
        mistake("examples.first_missing", "The first example is never seen.", learned=signed(take=slice(1, None))),
        mistake("epochs.one_more", "There is one epoch more than `epochs` allows.",
                learned=lambda x, t, epochs: learning(sign_push)(x, t, 1.0, epochs + 1)),
        mistake("epochs.one_less", "There is one epoch less than `epochs` allows.",
                learned=lambda x, t, epochs: learning(sign_push)(x, t, 1.0, epochs - 1)),
        mistake("theta.without_bias", "theta comes back without the bias.", theta=lambda learned: learned[0][1:]),
        mistake("mistakes.right_answers", "The list counts right answers, where mistakes belong.",
                mistakes=lambda learned, t: len(t) - learned[1]),
        mistake("mistakes.share", "The mistakes are divided by the number of examples, where their number belongs.",
                mistakes=lambda learned, t: learned[1] / len(t)),
    ),
)  # fmt: skip

TASKS = (LEARN_SIGNS,)
