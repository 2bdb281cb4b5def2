"""Part 5: a numerical gradient, and the relative error of two gradients."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SIZES = {  # shape of x: what it is called
    (5,): "arrays with one axis",
    (3, 4): "matrices",
    (4, 2): "matrices",
    (3, 3): "square matrices",
    (2, 2): "square matrices",
    (2, 1, 3): "arrays with three axes",
    (1,): "a single entry",
}


def curves(rng):
    """Functions whose differences tell themselves from the derivative at large h, and from one another everywhere."""
    found = []
    for i, (shape, about) in enumerate(SIZES.items()):
        c, x = rng.uniform(0.5, 1, shape), rng.uniform(-1.5, 1.5, shape)
        f = _cubes(c) if i % 2 else _waves(c)
        found.append(Probe(about, (f, x, 0.1) if i < 4 else (f, x)))
    return [*found, *(Probe("other values of h", (_cubes(np.ones(s)), rng.uniform(1, 2, s), 0.5)) for s in SIZES)]


def _cubes(c):
    return lambda x: float(np.sum(c * x**3) + np.prod(x))


def _waves(c):
    return lambda x: float(np.sum(np.exp(c * x)) + np.sum(x) ** 2)


def moved(x, i, h):
    """x with one entry moved."""
    x = np.array(x, dtype=float)
    x[i] += h
    return x


def differences(quotient):
    """The array of difference quotients of each entry: `quotient(f, x, i, h)`."""

    def gradient(f, x, h):
        found = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            found[i] = quotient(f, x, i, h)
        return found

    return gradient


def central(f, x, i, h):
    return (f(moved(x, i, h)) - f(moved(x, i, -h))) / (2 * h)


def accumulated(step):
    """What comes out if entries stay where the last difference has left them."""

    def gradient(f, x, h):
        x, found = x.copy(), np.zeros_like(x)
        for i in np.ndindex(x.shape):
            found[i] = step(f, x, i, h)
        return found

    return gradient


def _stays_up(f, x, i, h):
    x[i] += h
    up = f(x)
    x[i] -= 2 * h
    return (up - f(x)) / (2 * h)


NUMERICAL = Task(
    number=9,
    call="numerical_gradient(f, x, h=1e-5)",
    returns="gradient",
    steps={"gradient": differences(central)},
    probes=curves,
    example=(lambda v: float(v[0, 0] ** 2 * v[0, 1] + 5 * v[0, 2]), np.array([[3.0, 4.0, 1.0]]), 0.5),
    dtype="float64",
    tol=1e-7,
    lecture="06, part 1",
    mistakes=(
        mistake("gradient.one_sided", "The step goes to one side alone, upwards, where it goes to both.",
                gradient=differences(lambda f, x, i, h: (f(moved(x, i, h)) - f(x)) / h)),
        mistake("gradient.backward", "The step goes to one side alone, downwards, where it goes to both.",
                gradient=differences(lambda f, x, i, h: (f(x) - f(moved(x, i, -h))) / h)),
        mistake("gradient.one_sided_halved", "The step goes to one side alone, and its difference is divided by 2h.",
                gradient=differences(lambda f, x, i, h: (f(moved(x, i, h)) - f(x)) / (2 * h))),
        mistake("gradient.divided_by_h", "The difference is divided by h, where the two points lie 2h apart.",
                gradient=differences(lambda f, x, i, h: 2 * central(f, x, i, h))),
        mistake("gradient.half", "The result is half of what it should be: the points lie 2h apart, not 4h.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) / 2)),
        mistake("gradient.times_h", "The difference is multiplied by h / 2: the brackets around 2h are missing.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) * h * h)),
        mistake("gradient.not_divided", "The difference is not divided by anything.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) * 2 * h)),
        mistake("gradient.sign", "The two values are subtracted in the wrong order.",
                gradient=differences(lambda f, x, i, h: -central(f, x, i, h))),
        mistake("gradient.sum", "The two values are added, where they are subtracted.",
                gradient=differences(lambda f, x, i, h: (f(moved(x, i, h)) + f(moved(x, i, -h))) / (2 * h))),
        mistake("step.all_entries", "All entries move at once, where one does.",
                gradient=differences(lambda f, x, i, h: (f(x + h) - f(x - h)) / (2 * h))),
        mistake("step.stays", "An entry is not put back before the next one is moved.",
                gradient=accumulated(_stays_up)),
        *(mistake("h.fixed", "The h that is given has no effect: a fixed one is used.",
                  gradient=lambda f, x, h=h: differences(central)(f, x, h))
          for h in (1e-3, 1e-4, 1e-5, 1e-6)),
        mistake("h.relative", "The step is h times the entry, where it is h.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h * x[i]))),
        mistake("h.doubled", "The step is 2h, where it is h.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, 2 * h))),
        mistake("h.halved", "The step is h / 2, where it is h.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h / 2))),
    ),
)  # fmt: skip


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
    number=10,
    call="relative_error(a, b)",
    returns="error",
    steps={
        "distance": lambda a, b: norm(a - b),
        "scale": largest,
        "error": lambda distance, scale: guarded(distance, scale),
    },
    probes=pairs,
    example=(np.array([[3.0, 4.0, 0.0]]), np.array([[3.0, 3.0, 1.0]])),
    lecture="06, part 1",
    mistakes=(
        mistake("scale.sum", "The two norms are added, where the larger one is taken.",
                scale=lambda a, b: norm(a) + norm(b)),
        mistake("scale.mean", "The mean of the two norms is taken, where the larger one is.",
                scale=lambda a, b: (norm(a) + norm(b)) / 2),
        mistake("scale.min", "The smaller of the two norms is taken, where the larger one is.",
                scale=lambda a, b: min(norm(a), norm(b))),
        mistake("scale.first", "The norm of a is taken, whichever of the two is larger.", scale=lambda a: norm(a)),
        mistake("scale.second", "The norm of b is taken, whichever of the two is larger.", scale=lambda b: norm(b)),
        mistake("scale.product", "The two norms are multiplied, where the larger one is taken.",
                scale=lambda a, b: norm(a) * norm(b)),
        mistake("scale.of_sum", "The norm of a + b is taken, where the larger norm of the two is.",
                scale=lambda a, b: norm(a + b)),
        mistake("scale.missing", "The distance is not divided by anything.", error=lambda distance: distance),
        mistake("scale.squared", "The root is missing in the denominator.", scale=lambda a, b: largest(a, b) ** 2),
        mistake("distance.squared", "The root is missing in the numerator.",
                distance=lambda a, b: np.sum((a - b) ** 2)),
        mistake("error.squared", "The roots are missing.",
                error=lambda distance, scale: guarded(distance**2, scale**2)),
        mistake("distance.of_norms", "The two norms are subtracted, where the norm of the difference belongs.",
                distance=lambda a, b: abs(norm(a) - norm(b))),
        mistake("distance.sum", "a and b are added, where they are subtracted.", distance=lambda a, b: norm(a + b)),
        mistake("norm.sum_of_sizes", "The sizes of the entries are added up, where the root of squares belongs.",
                error=lambda a, b: guarded(np.abs(a - b).sum(), max(np.abs(a).sum(), np.abs(b).sum()))),
        mistake("norm.largest_entry", "The largest entry is taken for the norm.",
                error=lambda a, b: guarded(np.abs(a - b).max(), max(np.abs(a).max(), np.abs(b).max()))),
        mistake("error.of_entries", "The relative errors of the entries are averaged, where one error is of the array.",
                error=lambda a, b: np.mean(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))),
        mistake("error.largest_entry", "The largest relative error of an entry is taken, where one is of the array.",
                error=lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))),
        *(mistake("scale.floor", FLOOR, scale=lambda a, b, c=c: max(c, largest(a, b)))
          for c in (1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5)),
        *(mistake("scale.floor", FLOOR, scale=lambda a, b, c=c: largest(a, b) + c)
          for c in (1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5)),
    ),
)  # fmt: skip

TASKS = (NUMERICAL, RELATIVE)
