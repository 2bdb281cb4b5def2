"""Part 1: a schedule for the learning rate, and a limit for the gradient."""

import math

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake


def times(rng):
    """Times in the warm-up, after it, without one, and after the end."""
    found = []
    for _ in range(6):
        lr, warm_up, epochs = rng.uniform(0.1, 2), rng.uniform(1.5, 4), rng.uniform(8, 20)
        found += [
            Probe("times in the warm-up", (rng.uniform(0.2, 0.9) * warm_up, lr, warm_up, epochs)),
            Probe("times after the warm-up", (rng.uniform(warm_up + 0.5, epochs - 0.5), lr, warm_up, epochs)),
        ]
    lr, epochs = rng.uniform(0.1, 2), rng.uniform(8, 20)
    edges = [(1.0, 0, 5), (0.0, 2, 6), (2.0, 2, 6), (0.0, 0, 5)]
    return [
        *found,
        *(Probe("no warm-up", (share * epochs, lr, 0, epochs)) for share in (0.3, 0.7)),
        *(Probe("times at the edges", (t, 0.7, w, e), extreme=True) for t, w, e in edges),
    ]


def cosine(share):
    return (1 + math.cos(math.pi * share)) / 2


SCHEDULE = Task(
    number=4,
    call="learning_rate(t, lr, warm_up, epochs)",
    returns="eta",
    steps={
        "share": lambda t, warm_up, epochs: (t - warm_up) / (epochs - warm_up),
        "falling": lambda share, lr: lr * (1 + math.cos(math.pi * share)) / 2,
        "climbing": lambda t, lr, warm_up: lr * t / warm_up if warm_up else lr,
        "eta": lambda t, warm_up, climbing, falling: climbing if t < warm_up else falling,
    },
    probes=times,
    example=(4.0, 0.5, 1, 10),
    lecture="08, part 4",
    words={"share": "the share of the fall that is over", "falling": "the fall", "climbing": "the warm-up"},
    mistakes=(
        mistake("eta.no_warm_up", "The warm-up is missing: the formula of the cosine is used for t < t_w, too.",
                eta=lambda falling: falling),
        mistake("eta.no_fall", "After the warm-up η stays the same: it does not fall.",
                falling=lambda lr: lr),
        mistake("share.from_0", "The cosine holds t / T: it counts from time 0, not from the end of the warm-up.",
                share=lambda t, epochs: t / epochs),
        mistake("share.late", "The cosine is divided by T, where T − t_w belongs: η comes to 0 too late.",
                share=lambda t, warm_up, epochs: (t - warm_up) / epochs),
        mistake("share.early", "The cosine holds t / (T − t_w): above the line t_w is not subtracted.",
                share=lambda t, warm_up, epochs: t / (epochs - warm_up)),
        mistake("falling.without_pi", "The cosine is taken without π.",
                falling=lambda share, lr: lr * (1 + math.cos(share)) / 2),
        mistake("falling.quarter_turn", "The cosine goes through a quarter of a turn, where half of one belongs.",
                falling=lambda share, lr: lr * math.cos(math.pi * share / 2)),
        mistake("falling.sine", "A sine is taken, where the cosine belongs.",
                falling=lambda share, lr: lr * (1 + math.sin(math.pi * share)) / 2),
        mistake("falling.degrees", "The cosine holds 180, where π belongs: it does not take degrees.",
                falling=lambda share, lr: lr * (1 + math.cos(180 * share)) / 2),
        mistake("falling.without_lr", "After the warm-up the factor η₀ is missing.",
                falling=lambda share: cosine(share)),
        mistake("falling.to_half", "The fall is halved once more.", falling=lambda share, lr: lr * cosine(share) / 2),
        mistake("falling.of_1", "The 1 stands outside the bracket: only the cosine is multiplied by η₀ / 2.",
                falling=lambda share, lr: lr * math.cos(math.pi * share) / 2 + 1),
        mistake("eta.whole_epochs", "The time is rounded down to whole epochs.",
                eta=lambda t, lr, warm_up, epochs: lr * math.floor(t) / warm_up if math.floor(t) < warm_up
                else lr * cosine((math.floor(t) - warm_up) / (epochs - warm_up))),
        mistake("climbing.from_one_on", "The warm-up is one epoch ahead: it takes t + 1 for t.",
                climbing=lambda t, lr, warm_up: lr * (t + 1) / warm_up if warm_up else lr),
        mistake("climbing.full", "In the warm-up η is already η₀: it does not climb.", climbing=lambda lr: lr),
        mistake("climbing.falls", "In the warm-up η falls from η₀ to 0, where it should climb.",
                climbing=lambda t, lr, warm_up: lr * (1 - t / warm_up) if warm_up else lr),
        mistake("climbing.times_fall", "In the warm-up t / t_w multiplies the formula of the cosine, not η₀.",
                climbing=lambda t, warm_up, falling: falling * t / warm_up if warm_up else falling),
        mistake("falling.two_pi", "The cosine goes through a whole turn: it comes back to the top.",
                falling=lambda share, lr: lr * cosine(2 * share)),
        mistake("falling.rises", "After the warm-up η rises from 0, where it should fall to 0.",
                falling=lambda share, lr: lr * cosine(1 - share)),
        mistake("falling.not_halved", "After the warm-up η is twice as large: the division by 2 is missing.",
                falling=lambda share, lr: 2 * lr * cosine(share)),
        mistake("falling.without_1", "After the warm-up η is η₀ times the cosine alone: it becomes negative.",
                falling=lambda share, lr: lr * math.cos(math.pi * share)),
        mistake("falling.linear", "After the warm-up η falls along a line, where it should follow a cosine.",
                falling=lambda share, lr: lr * (1 - share)),
        mistake("climbing.product", "The cosine counts from time 0, and η is multiplied by it in the warm-up as well.",
                eta=lambda t, lr, warm_up, epochs: lr * (min(1, t / warm_up) if warm_up else 1) * cosine(t / epochs)),
        mistake("climbing.of_epochs", "In the warm-up t is divided by T, where t_w belongs.",
                climbing=lambda t, lr, epochs: lr * t / epochs),
        mistake("climbing.without_lr", "In the warm-up the factor η₀ is missing.",
                climbing=lambda t, warm_up: t / warm_up if warm_up else 1.0),
        mistake("climbing.inverted", "In the warm-up η is η₀ · t_w / t: the fraction is upside down.",
                climbing=lambda t, lr, warm_up: lr * warm_up / t if t else lr),
        mistake("eta.exchanged", "The two formulas are exchanged: the line comes after the warm-up, the cosine in it.",
                eta=lambda t, warm_up, climbing, falling: falling if t < warm_up else climbing),
    ),
)  # fmt: skip


def gradient_lists(rng):
    """Lists of arrays, longer and shorter than the limit; norms of single arrays on both sides of it."""
    lists = {
        ((4, 3), (4,), (2, 4), (2,)): "several arrays",
        ((2, 5), (2,), (3, 2)): "several arrays",
        ((3, 3), (3,)): "several arrays",
        ((6, 2),): "a single array",
    }
    found = []
    for shapes, about in lists.items():
        for share in (0.6, 0.3, 2.0):
            grads = [rng.normal(size=shape) * scale for shape, scale in zip(shapes, (1.0, 0.3, 2.0, 0.1))]
            short = "shorter than the limit" if share > 1 else "longer than the limit"
            found.append(Probe(f"{about}, together {short}", (grads, share * length(grads))))
    zero = Probe("gradients that are 0", ([np.zeros((2, 3)), np.zeros(2)], 1.0), extreme=True)
    tiny = Probe("tiny gradients", ([1e-9 * rng.normal(size=(2, 3)), 1e-9 * rng.normal(size=2)], 1e-9), extreme=True)
    return [*found, zero, tiny]


def length(grads):
    return math.sqrt(sum(float(np.sum(g**2)) for g in grads))


CLIP = Task(
    number=5,
    call="clip(grads, limit)",
    returns="clipped norm",
    steps={
        "norm": length,
        "factor": lambda norm, limit: min(1.0, limit / norm) if norm else 1.0,
        "clipped": lambda grads, factor: [factor * g for g in grads],
    },
    probes=gradient_lists,
    example=([np.array([[6.0, 0.0, 2.0]]), np.array([9.0])], 5.5),
    dtype="float64",
    lecture="11, part 3",
    words={"factor": "the factor"},
    mistakes=(
        mistake("norm.squared", "The square root is missing: norm is the sum of squares.",
                norm=lambda grads: length(grads) ** 2),
        mistake("norm.returned_squared", "The norm that is returned lacks the square root; clipping does not.",
                factor=lambda grads, limit: min(1.0, limit / length(grads)) if length(grads) else 1.0,
                norm=lambda grads: length(grads) ** 2),
        mistake("norm.sum", "norm adds up the norms of the arrays, where all squares belong under one root.",
                norm=lambda grads: sum(length([g]) for g in grads)),
        mistake("norm.absolute", "norm adds up sizes of entries, where the root of the sum of squares belongs.",
                norm=lambda grads: sum(float(np.abs(g).sum()) for g in grads)),
        mistake("norm.largest_entry", "norm is the largest size of an entry.",
                norm=lambda grads: max(float(np.abs(g).max()) for g in grads)),
        mistake("norm.largest_array", "norm is that of the longest array, where that of all together belongs.",
                norm=lambda grads: max(length([g]) for g in grads)),
        mistake("norm.mean", "norm is the root of the mean of the squares, where their sum belongs.",
                norm=lambda grads: length(grads) / math.sqrt(sum(g.size for g in grads))),
        mistake("norm.first_array", "norm is that of the first array, where that of all together belongs.",
                norm=lambda grads: length(grads[:1])),
        mistake("norm.last_array", "norm is that of the last array, where that of all together belongs.",
                norm=lambda grads: length(grads[-1:])),
        mistake("norm.of_sum", "norm is the size of the sum of all entries: each should be squared by itself.",
                norm=lambda grads: abs(sum(float(np.sum(g)) for g in grads))),
        mistake("norm.mean_of_arrays", "norm is the mean of the norms of the arrays, where one of all belongs.",
                norm=lambda grads: sum(length([g]) for g in grads) / len(grads)),
        mistake("norm.after", "The norm after clipping is returned, where that before it belongs.",
                factor=lambda grads, limit: min(1.0, limit / length(grads)) if length(grads) else 1.0,
                norm=lambda grads, limit: min(limit, length(grads))),
        mistake("clipped.each", "Each array is clipped by itself, where all should be shortened by one factor.",
                clipped=lambda grads, limit: [g * min(1.0, limit / length([g])) if g.any() else g for g in grads]),
        mistake("clipped.entries", "Entries are cut off at the limit: the direction changes.",
                clipped=lambda grads, limit: [np.clip(g, -limit, limit) for g in grads]),
        mistake("clipped.always", "Gradients that are shorter than the limit are stretched to it.",
                factor=lambda norm, limit: limit / norm if norm else 1.0),
        mistake("clipped.to_1", "Every gradient gets the length 1, short ones too.",
                factor=lambda norm: 1 / norm if norm else 1.0),
        mistake("clipped.times_limit", "What is too long is multiplied by the limit, and not divided by its norm.",
                factor=lambda norm, limit: limit if norm > limit else 1.0),
        mistake("clipped.squared", "The factor c / ‖g‖ is squared.",
                factor=lambda norm, limit: (limit / norm) ** 2 if norm > limit else 1.0),
        mistake("clipped.root", "The root of the factor c / ‖g‖ is taken.",
                factor=lambda norm, limit: math.sqrt(limit / norm) if norm > limit else 1.0),
        *(mistake("clipped.small_number", "A small number is added to the norm before it divides.",
                  factor=lambda norm, limit, small=small: min(1.0, limit / (norm + small)))
          for small in (1e-3, 1e-4, 1e-6, 1e-7)),
        mistake("clipped.never", "Nothing is clipped.", factor=lambda: 1.0),
        mistake("clipped.unit", "What is too long gets the length 1, where that of the limit belongs.",
                factor=lambda norm, limit: 1 / norm if norm > limit else 1.0),
        mistake("clipped.inverted", "What is too long is multiplied by norm / limit: the fraction is upside down.",
                factor=lambda norm, limit: norm / limit if norm > limit else 1.0),
        mistake("clipped.short_ones", "What is shorter than the limit is stretched to it, what is longer stays.",
                factor=lambda norm, limit: limit / norm if norm and norm < limit else 1.0),
    ),
)  # fmt: skip

TASKS = (SCHEDULE, CLIP)
