"""Part 1, the sigmoid and its slope."""

import numpy as np

from nnlib.activations import Sigmoid
from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import away_from_kinks

SHAPES = [  # shape, how far from 0, what it is called
    ((5, 4), 5.0, "arrays of several rows"),
    ((6, 3), 1.5, "values of z near 0"),
    ((3, 3), 2.0, "square arrays"),
    ((4, 4), 4.0, "square arrays"),
    ((1, 8), 5.0, "a single row"),
    ((6,), 3.0, "arrays with one axis"),
]


def sigmoid(z):
    """The sigmoid of numbers in any form: who goes through units in a loop asks a lent one for a single number."""
    z = np.asarray(z)
    return Sigmoid().value(z if z.dtype.kind == "f" else z.astype(float))


def ordinary(rng):
    """z of many shapes, on both sides of 0 and away from it, small and large."""
    return [Probe(about, (away_from_kinks(rng, shape, 0.1, far),)) for shape, far, about in SHAPES]


def far_from_0(rng, levels=(400.0, 800.0, 1000.0)):
    """Rows of z far from 0 beside some that are not: where one is infinite or NaN, the others are still seen."""
    near = [away_from_kinks(rng, (2, 4)) for _ in levels]
    far = [away_from_kinks(rng, (2, 4), level, level + 5) for level in levels]
    return [Probe("values of z far from 0", (np.vstack(both),), extreme=True) for both in zip(near, far)]


SIGMOID = Task(
    number=1,
    call="sigmoid(z)",
    returns="a",
    steps={"a": lambda z: sigmoid(z)},
    probes=lambda rng: [*ordinary(rng), *far_from_0(rng)],
    example=(np.log(np.array([[1.0, 3.0, 0.25]])),),
    dtype="float64",
    lecture="03, part 1",
    mistakes=(
        mistake("a.sign", "The sign of z is turned: large z give values near 0.", a=lambda z: sigmoid(-z)),
        mistake("a.minus", "The denominator holds 1 − e⁻ᶻ, where 1 + e⁻ᶻ belongs.", a=lambda z: 1 / (1 - np.exp(-z))),
        mistake("a.not_inverted", "The result is 1 + e⁻ᶻ: 1 should be divided by that.", a=lambda z: 1 + np.exp(-z)),
        mistake("a.without_one", "The 1 in the denominator is missing.", a=lambda z: np.exp(z)),
        mistake("a.exponential", "The result is e⁻ᶻ alone.", a=lambda z: np.exp(-z)),
        mistake("a.tanh", "The values are those of tanh.", a=lambda z: np.tanh(z)),
        mistake("a.centred", "The values lie between −1 and 1, where they should lie between 0 and 1.",
                a=lambda z: 2 * sigmoid(z) - 1),
        mistake("a.slope", "The slope is returned, where the value belongs.", a=lambda z: sigmoid(z) * sigmoid(-z)),
        mistake("a.base_2", "A power of 2 is taken, where a power of e belongs.", a=lambda z: 1 / (1 + np.exp2(-z))),
        mistake("a.softmax", "All values together sum to 1, as in softmax: each should depend on its own z only.",
                a=lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()),
        mistake("a.half", "The result is half of what it should be.", a=lambda z: sigmoid(z) / 2),
        mistake("a.two", "The denominator holds 2 + e⁻ᶻ, where 1 + e⁻ᶻ belongs.", a=lambda z: 1 / (2 + np.exp(-z))),
        mistake("a.squared", "The denominator is squared.", a=lambda z: sigmoid(z) ** 2),
        mistake("a.rounded", "The answer of a step is returned, 0 or 1, where a smooth value belongs.",
                a=lambda z: (z >= 0) * 1.0),
        mistake("a.relu", "The values are those of ReLU.", a=lambda z: np.maximum(0, z)),
        mistake("a.size", "The sign of z has no effect: all values lie above one half.",
                a=lambda z: sigmoid(np.abs(z))),
        mistake("a.size_negative", "The sign of z has no effect: all values lie below one half.",
                a=lambda z: sigmoid(-np.abs(z))),
        mistake("a.overflow", "For large z, eᶻ is infinite above and below the fraction bar, which gives NaN.",
                a=lambda z: np.exp(z) / (1 + np.exp(z))),
    ),
)  # fmt: skip


def one_level(rng):
    """z of nearly one size, on both sides of 0: slopes that a large one beside them would hide."""
    return [
        Probe("values of z far from 0", (away_from_kinks(rng, (4, 5), level, level + 1),), extreme=True)
        for level in (40.0, 100.0, 300.0)
    ]


SLOPE = Task(
    number=2,
    call="sigmoid_slope(z)",
    returns="slope",
    steps={"a": lambda z: sigmoid(z), "rest": lambda z: sigmoid(-z), "slope": lambda a, rest: a * rest},
    probes=lambda rng: [*ordinary(rng), *one_level(rng)],
    example=SIGMOID.example,
    helpers={"sigmoid": SIGMOID},
    words={"a": "a", "rest": "1 − a"},
    dtype="float64",
    lecture="03, part 1",
    mistakes=(
        mistake("slope.of_rest_twice", "The slope holds a² (1 − a): one factor a is too many.",
                slope=lambda a, rest: a**2 * rest),
        mistake("slope.doubled", "The slope is twice what it should be.", slope=lambda a, rest: 2 * a * rest),
        mistake("slope.of_z", "The formula a (1 − a) is filled with z: the sigmoid of z is missing.",
                slope=lambda z: z * (1 - z)),
        mistake("slope.at_a", "The slope is taken at a, as if a were z: the sigmoid is applied twice.",
                slope=lambda a: sigmoid(a) * sigmoid(-a)),
        mistake("slope.plus", "The slope holds 1 + a, where 1 − a belongs.", slope=lambda a: a * (1 + a)),
        mistake("slope.one_minus_a", "The slope holds 1 − a alone: the factor a is missing.",
                slope=lambda rest: rest),
        mistake("slope.value", "The value a is returned: the factor 1 − a is missing.", slope=lambda a: a),
        mistake("slope.tanh", "The slope holds 1 − a², which belongs to tanh.", slope=lambda a: 1 - a**2),
        mistake("slope.a_squared", "The slope holds a², where a (1 − a) belongs.", slope=lambda a: a**2),
        mistake("slope.square_subtracted", "The slope holds (1 − a)², where a (1 − a) belongs.",
                slope=lambda rest: rest**2),
        mistake("slope.inverted", "The slope has the wrong sign.", slope=lambda a, rest: -a * rest),
        mistake("slope.step", "The slope is 1 for positive z and 0 elsewhere: that is the slope of ReLU.",
                slope=lambda z: (z > 0) * 1.0),
        mistake("slope.rounded", "For large z, 1 − a is rounded to 0: a is too close to 1 for the computer.",
                slope=lambda a: a * (1 - a)),
    ),
)  # fmt: skip

TASKS = (SIGMOID, SLOPE)
