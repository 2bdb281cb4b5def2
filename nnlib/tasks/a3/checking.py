"""Part 6: a numerical gradient."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SIZES = {  # shape of x: what it is called
    (4,): "arrays with one axis",
    (2, 3): "matrices",
    (3, 2): "matrices",
    (3, 3): "square matrices",
    (2, 2): "square matrices",
    (2, 1, 2): "arrays with three axes",
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
    number=13,
    call="numerical_gradient(f, x, h=1e-5)",
    returns="gradient",
    steps={"gradient": differences(central)},
    probes=curves,
    example=(lambda v: float(v[0, 0] ** 2 * v[0, 1] + 5 * v[0, 2]), np.array([[3.0, 4.0, 1.0]]), 0.5),
    dtype="float64",
    tol=1e-7,
    lecture="06, part 1",
    mistakes=(
        mistake("gradient.one_sided", "The step goes to one side only, upwards, where it should go to both.",
                gradient=differences(lambda f, x, i, h: (f(moved(x, i, h)) - f(x)) / h)),
        mistake("gradient.backward", "The step goes to one side only, downwards, where it should go to both.",
                gradient=differences(lambda f, x, i, h: (f(x) - f(moved(x, i, -h))) / h)),
        mistake("gradient.one_sided_halved", "The step goes to one side only, and the difference is divided by 2h.",
                gradient=differences(lambda f, x, i, h: (f(moved(x, i, h)) - f(x)) / (2 * h))),
        mistake("gradient.divided_by_h", "The difference is divided by h, where the two points lie 2h apart.",
                gradient=differences(lambda f, x, i, h: 2 * central(f, x, i, h))),
        mistake("gradient.half", "The result is half of what it should be: the points lie 2h apart, not 4h.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) / 2)),
        mistake("gradient.times_h", "The difference is multiplied by h / 2: the brackets around 2h are missing.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) * h * h)),
        mistake("gradient.without_brackets", "Brackets around the difference are missing: 2h divides one value only.",
                gradient=differences(lambda f, x, i, h: f(moved(x, i, h)) - f(moved(x, i, -h)) / (2 * h))),
        mistake("gradient.mean", "The result is divided by the number of entries, which does not belong there.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) / x.size)),
        mistake("step.rows", "All entries of a row move at once, where only one should.",
                gradient=differences(lambda f, x, i, h: central(f, x, i[:1], h))),
        mistake("gradient.not_divided", "The difference is not divided by 2h.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h) * 2 * h)),
        mistake("gradient.sign", "The two values are subtracted in the wrong order.",
                gradient=differences(lambda f, x, i, h: -central(f, x, i, h))),
        mistake("gradient.sum", "The two values are added, where they should be subtracted.",
                gradient=differences(lambda f, x, i, h: (f(moved(x, i, h)) + f(moved(x, i, -h))) / (2 * h))),
        mistake("step.all_entries", "All entries move at once, where only one should.",
                gradient=differences(lambda f, x, i, h: (f(x + h) - f(x - h)) / (2 * h))),
        mistake("step.stays", "An entry is not put back before the next one is moved.",
                gradient=accumulated(_stays_up)),
        *(mistake("h.fixed", "The h that is given has no effect: a fixed one is used.",
                  gradient=lambda f, x, h=h: differences(central)(f, x, h))
          for h in (1e-3, 1e-4, 1e-5, 1e-6)),
        mistake("h.relative", "The step is h times the entry, where h itself belongs.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h * x[i]))),
        mistake("h.doubled", "The step is 2h, where h belongs.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, 2 * h))),
        mistake("h.halved", "The step is h / 2, where h belongs.",
                gradient=differences(lambda f, x, i, h: central(f, x, i, h / 2))),
    ),
)  # fmt: skip

TASKS = (NUMERICAL,)
