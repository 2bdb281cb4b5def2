"""Part 3: dropout, in training and in use, forward and backward."""

import numpy as np

from nnlib.diagnosis import Probe, Task, lifted, mistake, renamed
from nnlib.diagnosis.task import away_from_kinks

SIZES = {  # shape, p
    (6, 5): 0.3,
    (4, 7): 0.6,
    (8, 3): 0.2,
    (5, 5): 0.4,
    (7, 7): 0.7,
    (9, 4): 0.5,
    (1, 12): 0.35,
}


def layers(rng):
    """a, u and p, in training and in use; then u that are just p."""
    training = [
        Probe("training", (away_from_kinks(rng, shape, 0.2, 3.0), uneven(rng, shape, p), p, True))
        for shape, p in SIZES.items()
    ]
    use = [
        Probe("use", (away_from_kinks(rng, shape, 0.2, 3.0), rng.random(shape), p, False))
        for shape, p in [((5, 4), 0.3), ((3, 6), 0.7), ((4, 4), 0.5)]
    ]
    quarters = [
        Probe("numbers u that are just p", (rng.normal(size=(6, 4)), rng.integers(0, 4, (6, 4)) / 4, p, True), True)
        for p in (0.25, 0.5, 0.75)
    ]
    nothing = Probe("p = 0", (rng.normal(size=(3, 4)), rng.integers(0, 2, (3, 4)) / 2, 0.0, True), True)
    return [*training, *use, *quarters, nothing]


def uneven(rng, shape, p):
    """Numbers u from 0 … 1, of which not just a part p lies below p: the share that is dropped differs from p."""
    while True:
        u = rng.random(shape)
        share = (u < p).mean()
        if 0 < share < 1 and abs(share - p) > 0.03:
            return u


def in_training(value):
    """A step of who drops in training alone: `value(a, u, p)`."""
    return lambda a, u, p, train: value(a, u, p) if train else a.copy()


def kept(a, u, p):
    return a * (u >= p)


DROPOUT = Task(
    number=7,
    call="dropout(a, u, p, train=True)",
    returns="d",
    steps={"d": in_training(lambda a, u, p: kept(a, u, p) / (1 - p))},
    probes=layers,
    example=(np.array([[3.0, 6.0, -9.0], [12.0, 3.0, 6.0]]), np.array([[0.1, 0.5, 0.3], [0.9, 0.2, 0.25]]), 0.25),
    dtype="float64",
    lecture="10, part 4",
    mistakes=(
        mistake("d.without_scale", "What is kept is not divided by 1 − p.", d=in_training(kept)),
        mistake("d.scaled_down", "What is kept is multiplied by 1 − p, where it should be divided.",
                d=in_training(lambda a, u, p: kept(a, u, p) * (1 - p))),
        mistake("d.by_p", "What is kept is divided by p, where 1 − p belongs.",
                d=in_training(lambda a, u, p: kept(a, u, p) / p)),
        mistake("d.by_share", "What is kept is divided by the share that happened to be kept, where 1 − p belongs.",
                d=in_training(lambda a, u, p: kept(a, u, p) / (u >= p).mean())),
        mistake("d.other_side", "Entries with u < p are kept, and the others dropped.",
                d=in_training(lambda a, u, p: a * (u < p) / (1 - p))),
        mistake("d.p_of_keeping", "p is taken for the probability of keeping: kept where u < p, and divided by p.",
                d=in_training(lambda a, u, p: a * (u < p) / p)),
        mistake("d.upper_end", "Entries with u ≥ 1 − p are dropped, where those with u < p should be.",
                d=in_training(lambda a, u, p: a * (u < 1 - p) / (1 - p))),
        mistake("d.upper_end_kept", "Entries with u ≥ 1 − p are kept, where those with u ≥ p should be.",
                d=in_training(lambda a, u, p: a * (u >= 1 - p) / (1 - p))),
        mistake("d.upper_end_by_p", "p is taken for the probability of keeping: kept where u ≥ 1 − p, divided by p.",
                d=in_training(lambda a, u, p: a * (u >= 1 - p) / p)),
        mistake("d.other_side_plain", "Entries with u < p are kept, and nothing is divided.",
                d=in_training(lambda a, u, p: a * (u < p))),
        mistake("d.upper_end_plain", "Entries with u < 1 − p are kept, and nothing is divided.",
                d=in_training(lambda a, u, p: a * (u < 1 - p))),
        mistake("d.root", "What is kept is divided by the root of 1 − p.",
                d=in_training(lambda a, u, p: kept(a, u, p) / np.sqrt(1 - p))),
        mistake("d.times_p", "What is kept is multiplied by p.", d=in_training(lambda a, u, p: kept(a, u, p) * p)),
        mistake("d.one_plus_p", "What is kept is multiplied by 1 + p.",
                d=in_training(lambda a, u, p: kept(a, u, p) * (1 + p))),
        mistake("d.minus_p", "p is subtracted from what is kept, where it should be divided by 1 − p.",
                d=in_training(lambda a, u, p: (a - p) * (u >= p))),
        mistake("d.times_u", "The activations are multiplied by u itself.", d=in_training(lambda a, u, p: a * u)),
        mistake("d.mask_from_a", "Entries that are below p themselves are dropped: u has no effect.",
                d=in_training(lambda a, u, p: kept(a, a, p) / (1 - p))),
        mistake("d.columns", "All examples lose the same units, by the mean of their numbers u.",
                d=in_training(lambda a, u, p: kept(a, u.mean(axis=0), p) / (1 - p))),
        mistake("d.plain_always", "Entries are dropped in use, too, and nothing is divided.", d=kept),
        mistake("d.other_side_always", "Entries with u < p are kept and the others dropped, and in use, too.",
                d=lambda a, u, p: a * (u < p) / (1 - p)),
        mistake("d.plain_in_use_p", "Nothing is divided in training, and all is multiplied by p in use.",
                d=lambda a, u, p, train: kept(a, u, p) if train else a * p),
        mistake("d.same_for_all", "All examples lose the units that the first one loses.",
                d=in_training(lambda a, u, p: kept(a, u[:1], p) / (1 - p))),
        mistake("d.whole_rows", "Whole examples are dropped, by the first number u of their row.",
                d=in_training(lambda a, u, p: kept(a, u[:, :1], p) / (1 - p))),
        mistake("d.half", "Entries with u < ½ are dropped, where those with u < p should be.",
                d=in_training(lambda a, u, p: kept(a, u, 0.5) / (1 - p))),
        mistake("d.mask_alone", "The scaled mask is returned: a is missing.",
                d=in_training(lambda a, u, p: kept(1, u, p) / (1 - p))),
        mistake("d.scale_everywhere", "Nothing is dropped, but all is divided by 1 − p.",
                d=in_training(lambda a, u, p: a / (1 - p))),
        mistake("d.never", "Nothing is dropped in training.", d=lambda a: a.copy()),
        mistake("d.always", "Entries are dropped in use, too.", d=lambda a, u, p: kept(a, u, p) / (1 - p)),
        mistake("d.turned", "Entries are dropped in use, and not in training.",
                d=lambda a, u, p, train: a.copy() if train else kept(a, u, p) / (1 - p)),
        mistake("d.classic", "That is the classic form: not divided in training, multiplied by 1 − p in use.",
                d=lambda a, u, p, train: kept(a, u, p) if train else a * (1 - p)),
        mistake("d.scaled_in_use", "The activations are multiplied by 1 − p in use, after the division in training.",
                d=lambda a, u, p, train: kept(a, u, p) / (1 - p) if train else a * (1 - p)),
        mistake("d.divided_in_use", "The activations are divided by 1 − p in use, too.",
                d=lambda a, u, p, train: (kept(a, u, p) if train else a) / (1 - p)),
        mistake("d.at_p", "An entry with u = p is dropped, where it should be kept.",
                d=in_training(lambda a, u, p: a * (u > p) / (1 - p))),
    ),
)  # fmt: skip
ONLY_FORWARD = "d.mask_alone", "d.by_share", "d.mask_from_a", "d.minus_p"
LIFTED = [made for made in DROPOUT.mistakes if made.id not in ONLY_FORWARD]
WORDS = {"activations": "gradients", "a": "dd", "d": "da"}
BACKWARD = Task(
    number=8,
    call="dropout_backward(dd, u, p, train=True)",
    returns="da",
    steps=renamed(DROPOUT.steps, a="dd", d="da"),
    probes=layers,
    example=(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), *DROPOUT.example[1:]),
    dtype="float64",
    lecture="10, part 4",
    mistakes=(
        *lifted(LIFTED, **WORDS, u="u", p="p", train="train"),
        mistake("d.mask_alone", "The scaled mask is returned: dd is missing.",
                da=lambda dd, u, p, train: kept(1, u, p) / (1 - p) if train else dd.copy()),
        mistake("d.mask_from_dd", "Entries whose gradient is below p are dropped: u has no effect.",
                da=lambda dd, u, p, train: kept(dd, dd, p) / (1 - p) if train else dd.copy()),
        mistake("d.scale_only_in_use", "The gradient is divided by 1 − p in use, and not in training.",
                da=lambda dd, u, p, train: kept(dd, u, p) if train else dd / (1 - p)),
        mistake("d.scale_twice", "The gradient is divided by 1 − p twice.",
                da=lambda dd, u, p, train: kept(dd, u, p) / (1 - p) ** 2 if train else dd.copy()),
        mistake("d.sign", "The gradient has the wrong sign in training.",
                da=lambda dd, u, p, train: -kept(dd, u, p) / (1 - p) if train else dd.copy()),
    ),
)  # fmt: skip

TASKS = (DROPOUT, BACKWARD)
