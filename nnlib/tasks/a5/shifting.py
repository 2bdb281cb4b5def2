"""Part 5: augmentation, images moved by whole pixels."""

import math

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

CASES = [  # m, side, down, right
    (3, 4, 1, 2),
    (5, 5, -2, 1),
    (2, 6, 3, -1),
    (4, 4, -1, -2),
    (6, 3, 2, 1),
    (3, 5, 2, -3),
    (9, 3, -1, 1),
    (2, 4, 0, 1),
    (3, 3, 1, 0),
    (1, 5, 1, 3),
]


def images(rng):
    """Images that fill their frame, moved in all directions; then so far that nothing is left, and not at all."""
    ordinary = [Probe("shifts in all directions", (rng.uniform(0.1, 1, (m, side**2)), down, right))
                for m, side, down, right in CASES]  # fmt: skip
    far = [Probe("shifts as long as the image", (rng.uniform(0.1, 1, (2, side**2)), down, right), extreme=True)
           for side, down, right in ((3, 3, 1), (4, 1, -4), (3, -5, 4), (4, 7, 0))]  # fmt: skip
    return [*ordinary, *far, Probe("no shift", (rng.uniform(0.1, 1, (3, 9)), 0, 0), extreme=True)]


def square(x):
    """The rows of x as images (m, side, side)."""
    side = math.isqrt(x.shape[1])
    return x.reshape(len(x), side, side)


def moved(x, down, right, fill="constant"):
    """All images moved; what comes in is 0, or a repetition of the edge."""
    side = math.isqrt(x.shape[1])
    down, right = (int(np.clip(step, -side, side)) for step in (down, right))
    wide = np.pad(square(x), ((0, 0), (side, side), (side, side)), fill)
    return wide[:, side - down : 2 * side - down, side - right : 2 * side - right].reshape(x.shape)


def cut(x, down, right):
    """What is left in place where nothing comes in: the old image with the moved part upon it."""
    return np.where(moved(np.ones_like(x), down, right) > 0, moved(x, down, right), x)


SHIFT = Task(
    number=12,
    call="shift(x, down, right)",
    returns="moved",
    steps={"moved": lambda x, down, right: moved(x, down, right)},
    probes=images,
    example=(np.array([[1.0, 2.0, 3.0, 4.0]]), 0, 1),
    dtype="float64",
    lecture="10, part 5",
    mistakes=(
        mistake("moved.round", "What leaves on one side comes in on the other, where 0 should come in.",
                moved=lambda x, down, right: np.roll(square(x), (down, right), (1, 2)).reshape(x.shape)),
        mistake("moved.up", "Positive numbers move the images up, where they should move them down.",
                moved=lambda x, down, right: moved(x, -down, right)),
        mistake("moved.left", "Positive numbers move the images to the left, where they should move them to the right.",
                moved=lambda x, down, right: moved(x, down, -right)),
        mistake("moved.back", "The images move in the opposite direction.",
                moved=lambda x, down, right: moved(x, -down, -right)),
        mistake("moved.exchanged", "down and right are exchanged.", moved=lambda x, down, right: moved(x, right, down)),
        mistake("moved.down_alone", "The images move down alone: right has no effect.",
                moved=lambda x, down: moved(x, down, 0)),
        mistake("moved.right_alone", "The images move to the right alone: down has no effect.",
                moved=lambda x, right: moved(x, 0, right)),
        mistake("moved.edge", "The edge is repeated, where 0 should come in.",
                moved=lambda x, down, right: moved(x, down, right, "edge")),
        mistake("moved.round_down", "What leaves at the top or bottom comes in on the other side, where 0 should.",
                moved=lambda x, down, right: moved(np.roll(square(x), down, 1).reshape(x.shape), 0, right)),
        mistake("moved.round_right", "What leaves on the left or right comes in on the other side, where 0 should.",
                moved=lambda x, down, right: moved(np.roll(square(x), right, 2).reshape(x.shape), down, 0)),
        mistake("moved.one", "The images move by one pixel, however far they should.",
                moved=lambda x, down, right: moved(x, np.sign(down), np.sign(right))),
        mistake("moved.twice", "The images move twice as far as they should.",
                moved=lambda x, down, right: moved(x, 2 * down, 2 * right)),
        mistake("moved.ones", "What comes in is 1, where it should be 0.",
                moved=lambda x, down, right: moved(x, down, right) + 1 - moved(np.ones_like(x), down, right)),
        mistake("moved.mean", "The mean of all pixels comes in, where 0 should.",
                moved=lambda x, down, right: moved(x, down, right)
                + x.mean() * (1 - moved(np.ones_like(x), down, right))),
        mistake("moved.exchanged_back", "down and right are exchanged, and the images move in the opposite direction.",
                moved=lambda x, down, right: moved(x, -right, -down)),
        mistake("moved.columns", "The pixels of an image are read column by column.",
                moved=lambda x, down, right: moved(square(x).swapaxes(1, 2).reshape(x.shape), down, right)),
        mistake("moved.cut_out", "The strip where 0 should come in is set to 0, and nothing moves.",
                moved=lambda x, down, right: x * moved(np.ones_like(x), down, right)),
        mistake("moved.mirrored", "The images are mirrored, left and right.",
                moved=lambda x, down, right: square(moved(x, down, right))[:, :, ::-1].reshape(x.shape)),
        mistake("moved.left_behind", "The old pixels stay, where 0 should come in.", moved=cut),
        mistake("moved.not", "The images are not moved.", moved=lambda x: x.copy()),
        mistake("moved.transposed", "The images come out transposed: rows and columns are exchanged.",
                moved=lambda x, down, right: square(moved(x, down, right)).swapaxes(1, 2).reshape(x.shape)),
        mistake("moved.positive_only", "Shifts up and to the left have no effect.",
                moved=lambda x, down, right: moved(x, max(0, down), max(0, right))),
        mistake("moved.sizes", "Shifts up and to the left go down and to the right.",
                moved=lambda x, down, right: moved(x, abs(down), abs(right))),
        mistake("moved.flat", "Each row of x is moved as one long line: pixels change to the next line of the image.",
                moved=lambda x, down, right: flat(x, down, right)),
        mistake("moved.flat_round", "Each row of x is one long line: what leaves at one end comes in at the other.",
                moved=lambda x, down, right: np.roll(x, down * math.isqrt(x.shape[1]) + right, axis=1)),
        mistake("moved.first_alone", "The first image alone is moved, and the others stay.",
                moved=lambda x, down, right: np.vstack([moved(x[:1], down, right), x[1:]])),
    ),
)  # fmt: skip


def flat(x, down, right):
    """The pixels of each image moved along one long line; 0 comes in."""
    step, n = down * math.isqrt(x.shape[1]) + right, x.shape[1]
    source = np.arange(n) - step
    return np.where((source >= 0) & (source < n), x[:, source.clip(0, n - 1)], 0)


TASKS = (SHIFT,)
