"""Part 1, leaky ReLU and ELU: value and slope together."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import away_from_kinks
from nnlib.tasks.a2.activations import far_from_0, ordinary

ALPHAS = (0.1, 0.3, 0.2, 0.6, 0.4)


def with_alphas(rng):
    """Arrays of many shapes, each with an alpha; the last are left to the default."""
    z = [(p.about, *p.arguments) for p in ordinary(rng)]
    default = [Probe("the alpha that holds where none is given", (away_from_kinks(rng, (3, 5)),)) for _ in range(2)]
    return [*(Probe(about, (x, alpha)) for (about, x), alpha in zip(z, (*ALPHAS, 0.8))), *default]


def at_0(rng):
    """Arrays in which some entries are exactly 0, where the text says which side holds."""
    found = [np.where(rng.permutation(24).reshape(4, 6) % 3, away_from_kinks(rng, (4, 6)), 0.0) for _ in range(2)]
    return [Probe("entries of z that are exactly 0", (z, alpha), extreme=True) for z, alpha in zip(found, ALPHAS)]


AT_0 = "At exactly z = 0, slope is 1: there the second line of the formula holds."
LEAKY = Task(
    number=3,
    call="leaky_relu(z, alpha=0.01)",
    returns="a slope",
    steps={
        "a": lambda z, alpha: np.where(z > 0, z, alpha * z),
        "slope": lambda z, alpha: np.where(z > 0, 1.0, alpha),
    },
    probes=lambda rng: [*with_alphas(rng), *at_0(rng)],
    example=(np.array([[2.0, -3.0, 0.5, -1.0]]), 0.1),
    dtype="float64",
    lecture="03, part 1",
    mistakes=(
        mistake("a.relu", "a is 0 where z is negative: that is ReLU, without a leak.", a=lambda z: np.maximum(0, z)),
        mistake("a.alpha_fixed", "a does not follow the alpha that is given: it is always a hundredth.",
                a=lambda z: np.where(z > 0, z, 0.01 * z)),
        mistake("a.alpha_alone", "For negative z, a is alpha, where alpha times z belongs.",
                a=lambda z, alpha: np.where(z > 0, z, alpha)),
        mistake("a.minus_alpha", "For negative z, a is −alpha, where alpha times z belongs.",
                a=lambda z, alpha: np.where(z > 0, z, -alpha)),
        mistake("a.sign", "a has the wrong sign where z is negative.",
                a=lambda z, alpha: np.where(z > 0, z, -alpha * z)),
        mistake("a.divided", "Negative z are divided by alpha, where they should be multiplied.",
                a=lambda z, alpha: np.where(z > 0, z, z / alpha)),
        mistake("a.added", "alpha is added to negative z, where it should multiply them.",
                a=lambda z, alpha: np.where(z > 0, z, z + alpha)),
        mistake("a.sides", "Positive z are multiplied by alpha, where negative ones should be.",
                a=lambda z, alpha: np.where(z > 0, alpha * z, z)),
        mistake("a.everywhere", "a is alpha times z everywhere.", a=lambda z, alpha: alpha * z),
        mistake("a.identity", "a is z itself.", a=lambda z: z.copy()),
        mistake("a.one_minus_alpha", "a is (1 − alpha) times z where z is negative.",
                a=lambda z, alpha: np.where(z > 0, z, (1 - alpha) * z)),
        mistake("a.alpha_squared", "Negative z are multiplied by alpha twice.",
                a=lambda z, alpha: np.where(z > 0, z, alpha**2 * z)),
        mistake("a.both", "alpha · z is added to z where z is positive.",
                a=lambda z, alpha: np.where(z > 0, z + alpha * z, alpha * z)),
        mistake("a.is_slope", "a holds the slope, where the value belongs.",
                a=lambda z, alpha: np.where(z > 0, 1.0, alpha)),
        mistake("slope.is_a", "slope holds the value a.", slope=lambda a: a.copy()),
        mistake("slope.of_sigmoid", "slope is that of the sigmoid.", slope=lambda z: 1 / (2 + np.exp(z) + np.exp(-z))),
        mistake("slope.minus_1", "slope is −1 where z is negative: that is the slope of |z|.",
                slope=lambda z: np.sign(z)),
        mistake("slope.relu", "For negative z, slope is 0, where alpha belongs.",
                slope=lambda z: np.where(z > 0, 1.0, 0.0)),
        mistake("slope.alpha_fixed", "slope does not follow the alpha that is given: it is always a hundredth.",
                slope=lambda z: np.where(z > 0, 1.0, 0.01)),
        mistake("slope.sign", "For negative z, slope is −alpha: its sign is wrong.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, -alpha)),
        mistake("slope.sides", "The sides of slope are exchanged: it is alpha where z is positive, and 1 elsewhere.",
                slope=lambda z, alpha: np.where(z > 0, alpha, 1.0)),
        mistake("slope.times_z", "For negative z, slope holds alpha times z, where alpha belongs.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, alpha * z)),
        mistake("slope.value", "For positive z, slope holds z, where 1 belongs.",
                slope=lambda z, alpha: np.where(z > 0, z, alpha)),
        mistake("slope.one_minus_alpha", "For negative z, slope is 1 − alpha, where alpha belongs.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, 1 - alpha)),
        mistake("slope.at_0", AT_0, slope=lambda z, alpha: np.where(z >= 0, 1.0, alpha)),
    ),
)  # fmt: skip


def bend(z):
    """eᶻ − 1 where z is negative, to the last digit; 0 elsewhere."""
    return np.expm1(np.minimum(z, 0))


def power(z):
    """eᶻ where z is negative, 1 elsewhere."""
    return np.exp(np.minimum(z, 0))


def beside_0(rng):
    """z so close to 0 that eᶻ − 1 has lost most of its digits; most of them negative."""
    z = [10.0**-k * np.append(-rng.uniform(1, 9, 9), rng.uniform(1, 2)) for k in (9, 10, 12)]
    return [Probe("values of z very close to 0", (x, alpha), extreme=True) for x, alpha in zip(z, ALPHAS)]


def elu_probes(rng):
    far = [Probe(p.about, (*p.arguments, alpha), extreme=True) for p, alpha in zip(far_from_0(rng), ALPHAS)]
    return [*with_alphas(rng), *at_0(rng), *beside_0(rng), *far]


DIGITS = "a loses most of its digits where z is close to 0: eᶻ is rounded before the 1 is subtracted."
NAN = "For large z, eᶻ is infinite, and 0 times infinity is NaN."
ELU = Task(
    number=4,
    call="elu(z, alpha=1.0)",
    returns="a slope",
    steps={
        "a": lambda z, alpha: np.where(z > 0, z, alpha * bend(z)),
        "slope": lambda z, alpha: np.where(z > 0, 1.0, alpha * power(z)),
    },
    probes=elu_probes,
    example=(np.array([[2.0, -np.log(2.0), -np.log(4.0)]]), 2.0),
    dtype="float64",
    lecture="03, part 1",
    mistakes=(
        mistake("a.without_one", "a holds alpha · eᶻ where z is negative: the 1 is not subtracted from eᶻ.",
                a=lambda z, alpha: np.where(z > 0, z, alpha * power(z))),
        mistake("a.brackets", "alpha multiplies only eᶻ, where it should multiply eᶻ − 1.",
                a=lambda z, alpha: np.where(z > 0, z, alpha * power(z) - 1)),
        mistake("a.alpha_subtracted", "alpha is subtracted where z is negative, but does not multiply eᶻ.",
                a=lambda z, alpha: np.where(z > 0, z, power(z) - alpha)),
        mistake("a.leaky", "a holds alpha · z where z is negative: that is a leaky ReLU.",
                a=lambda z, alpha: np.where(z > 0, z, alpha * z)),
        mistake("a.relu", "a is 0 where z is negative: that is ReLU.", a=lambda z: np.maximum(0, z)),
        mistake("a.identity", "a is z itself.", a=lambda z: z.copy()),
        mistake("a.sign", "a has the wrong sign where z is negative.",
                a=lambda z, alpha: np.where(z > 0, z, -alpha * bend(z))),
        mistake("a.minus_z", "For negative z, a is made with e⁻ᶻ, where eᶻ belongs.",
                a=lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(-np.minimum(z, 0)) - 1))),
        mistake("a.alpha_missing", "a does not follow the alpha that is given.",
                a=lambda z: np.where(z > 0, z, bend(z))),
        mistake("a.sides", "The curve is bent on the wrong side, where z is positive.",
                a=lambda z, alpha: np.where(z > 0, alpha * np.expm1(z), z)),
        mistake("a.plus", "For negative z, a holds alpha (eᶻ + 1): 1 is added, where it should be subtracted.",
                a=lambda z, alpha: np.where(z > 0, z, alpha * (power(z) + 1))),
        mistake("a.power_of_alpha_z", "alpha stands in the exponent, beside z, where it should multiply the bracket.",
                a=lambda z, alpha: np.where(z > 0, z, np.expm1(alpha * np.minimum(z, 0)))),
        mistake("a.divided", "For negative z, eᶻ − 1 is divided by alpha, where it should be multiplied.",
                a=lambda z, alpha: np.where(z > 0, z, bend(z) / alpha)),
        mistake("slope.alpha_missing", "slope does not follow the alpha that is given.",
                slope=lambda z: np.where(z > 0, 1.0, power(z))),
        mistake("slope.value", "slope holds the value a where z is negative.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, alpha * bend(z))),
        mistake("slope.relu", "slope is 0 where z is negative.", slope=lambda z: np.where(z > 0, 1.0, 0.0)),
        mistake("slope.leaky", "slope is alpha where z is negative: that is the slope of leaky ReLU.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, alpha)),
        mistake("slope.everywhere", "slope is alpha · eᶻ on both sides of 0.",
                slope=lambda z, alpha: alpha * np.exp(z)),
        mistake("slope.sides", "The sides of slope are exchanged: it is 1 where z is negative.",
                slope=lambda z, alpha: np.where(z > 0, alpha * np.exp(z), 1.0)),
        mistake("slope.z", "For positive z, slope holds z, where 1 belongs.",
                slope=lambda z, alpha: np.where(z > 0, z, alpha * power(z))),
        mistake("slope.a_minus_alpha", "For negative z, slope holds a − alpha: alpha should be added to a.",
                slope=lambda z, a, alpha: np.where(z > 0, 1.0, a - alpha)),
        mistake("slope.a_plus_one", "For negative z, slope holds a + 1, which is right only for alpha = 1.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, alpha * bend(z) + 1)),
        mistake("slope.sign", "slope has the wrong sign where z is negative.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, -alpha * power(z))),
        mistake("slope.times_z", "slope is multiplied by z where z is negative.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, alpha * z * power(z))),
        mistake("slope.minus_z", "For negative z, slope is made with e⁻ᶻ, where eᶻ belongs.",
                slope=lambda z, alpha: np.where(z > 0, 1.0, alpha * np.exp(-np.minimum(z, 0)))),
        mistake("slope.at_0", AT_0, slope=lambda z, alpha: np.where(z >= 0, 1.0, alpha * power(z))),
        mistake("a.rounded", DIGITS, a=lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1))),
        mistake("a.rounded", DIGITS, a=lambda z, alpha: np.where(z > 0, z, alpha * np.exp(z) - alpha)),
        mistake("a.overflow", NAN, a=lambda z, alpha: z * (z > 0) + (z <= 0) * alpha * np.expm1(z)),
    ),
)  # fmt: skip

TASKS = (LEAKY, ELU)
