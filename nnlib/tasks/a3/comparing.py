"""Part 6: the relative error of two gradients."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a3.checking import SIZES


def norm(v):
    return np.sqrt(np.sum(v**2))


def pairs(rng):
    """Two arrays of one shape, either of them the larger, far apart or close, tiny or large; and some that are 0."""
    found = []
    for i, (shape, about) in enumerate(list(SIZES.items()) * 2):
        a, size = rng.normal(size=shape) + 0.5, 10.0 ** rng.uniform(-2, 2)
        b = a + rng.normal(size=shape) * (0.1, 2.0)[i % 2]
        found.append(Probe(about, ((size, 3 * size)[i // 2 % 2] * a, (3 * size, size)[i // 2 % 2] * b)))
    a, b = (rng.normal(size=(3, 2)) for _ in range(2))
    tiny = [Probe("tiny arrays", (10.0**-k * a, 10.0**-k * b), extreme=True) for k in (6, 8, 9, 11, *range(12, 21))]
    zeros = [Probe("an array that is 0 everywhere", (s * np.zeros((2, 3)), t * np.ones((2, 3))), extreme=True)
             for s, t in [(0, 0), (0, 1)]]  # fmt: skip
    return [*found, *tiny, *zeros]


def error(scale):
    """The error with another scale: `scale(a, b)`."""
    return lambda a, b: norm(a - b) / scale(a, b)


def guarded(value, scale):
    """value / scale, or 0 where both are 0."""
    return value / scale if scale > 0 else 0.0


def largest(a, b):
    return max(norm(a), norm(b))


FLOOR = "A small constant in the denominator hides the errors of small gradients."
RELATIVE = Task(
    number=14,
    call="relative_error(a, b)",
    returns="error",
    steps={
        "distance": lambda a, b: norm(a - b),
        "scale": largest,
        "error": lambda distance, scale: guarded(distance, scale),
    },
    probes=pairs,
    example=(np.array([[3.0, 4.0, 0.0]]), np.array([[3.0, 0.0, 0.0]])),
    lecture="06, part 1",
    mistakes=(
        mistake("scale.sum", "The distance is divided by the sum of the two norms, where the larger one belongs.",
                scale=lambda a, b: norm(a) + norm(b)),
        mistake("scale.mean", "The distance is divided by the mean of the two norms, where the larger one belongs.",
                scale=lambda a, b: (norm(a) + norm(b)) / 2),
        mistake("scale.min", "The distance is divided by the smaller of the two norms, where the larger one belongs.",
                scale=lambda a, b: min(norm(a), norm(b))),
        mistake("scale.first", "The distance is divided by the norm of a, whichever of the two is larger.",
                scale=lambda a: norm(a)),
        mistake("scale.second", "The distance is divided by the norm of b, whichever of the two is larger.",
                scale=lambda b: norm(b)),
        mistake("scale.product", "The distance is divided by both norms, where only the larger one belongs.",
                scale=lambda a, b: norm(a) * norm(b)),
        mistake("scale.of_sum", "The distance is divided by the norm of a + b, where the larger norm belongs.",
                scale=lambda a, b: norm(a + b)),
        mistake("error.percent", "The result is in percent, where the plain quotient belongs.",
                error=lambda distance, scale: 100 * guarded(distance, scale)),
        mistake("scale.missing", "The distance is not divided by anything.", error=lambda distance: distance),
        mistake("scale.squared", "The root is missing below the fraction bar.", scale=lambda a, b: largest(a, b) ** 2),
        mistake("distance.squared", "The root is missing above the fraction bar.",
                distance=lambda a, b: np.sum((a - b) ** 2)),
        mistake("error.squared", "The roots are missing above and below the fraction bar.",
                error=lambda distance, scale: guarded(distance**2, scale**2)),
        mistake("distance.of_norms", "The two norms are subtracted, where the norm of the difference belongs.",
                distance=lambda a, b: abs(norm(a) - norm(b))),
        mistake("distance.sum", "a and b are added, where they should be subtracted.",
                distance=lambda a, b: norm(a + b)),
        mistake("norm.sum_of_sizes", "Entries are added up without their signs, where the root of squares belongs.",
                error=lambda a, b: guarded(np.abs(a - b).sum(), max(np.abs(a).sum(), np.abs(b).sum()))),
        mistake("norm.largest_entry", "The largest entry, without its sign, is taken for the norm.",
                error=lambda a, b: guarded(np.abs(a - b).max(), max(np.abs(a).max(), np.abs(b).max()))),
        mistake("error.of_entries", "Relative errors of the entries are averaged, where the whole array has one.",
                error=lambda a, b: np.mean(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))),
        mistake("error.largest_entry", "The largest relative error of an entry is taken, where the array has one.",
                error=lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))),
        *(mistake("scale.floor", FLOOR, scale=lambda a, b, c=c: max(c, largest(a, b)))
          for c in (1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5)),
        *(mistake("scale.floor", FLOOR, scale=lambda a, b, c=c: largest(a, b) + c)
          for c in (1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5)),
    ),
)  # fmt: skip

TASKS = (RELATIVE,)
