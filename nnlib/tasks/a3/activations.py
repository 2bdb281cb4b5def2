"""Part 2: the backward passes of activations."""

from dataclasses import replace

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import away_from_kinks
from nnlib.tasks.a2.activations import sigmoid


def activation_probes(rng):
    """da and z of many shapes, z on both sides of 0 and away from it, small and large."""
    return [
        Probe(about, (rng.normal(size=shape), away_from_kinks(rng, shape, 0.1, farthest)))
        for shape, farthest, about in [
            ((5, 4), 5.0, "arrays of several rows"),
            ((6, 3), 1.5, "values of z near 0"),
            ((3, 3), 2.0, "square arrays"),
            ((4, 4), 4.0, "square arrays"),
            ((1, 8), 5.0, "a single row"),
            ((6,), 3.0, "arrays with one axis"),
        ]
    ]


def activation(number, name, derivative, example, mistakes, value):
    """The backward pass of an activation a = σ(z): ∂L/∂z = ∂L/∂a · σ'(z), entry by entry."""
    slope = "Only the slope is returned: the incoming da is missing."
    return Task(
        number=number,
        call=f"{name}_backward(da, z)",
        returns="dz",
        steps={"a": value, "slope": derivative, "dz": lambda da, slope: da * slope},
        probes=activation_probes,
        example=example,
        dtype="float64",
        lecture="06, part 2",
        mistakes=(
            mistake("dz.without_da", slope, dz=lambda slope: slope),
            mistake("dz.value_for_slope", "da is multiplied by the activation itself, where its derivative belongs.",
                    dz=lambda da, a: da * a),
            mistake("dz.divided", "da is divided by the slope, where it should be multiplied.",
                    dz=lambda da, slope: da / slope),
            mistake("dz.added", "da and the slope are added, where they should be multiplied.",
                    dz=lambda da, slope: da + slope),
            mistake("dz.value_alone", "The activation itself is returned, where da times its slope belongs.",
                    dz=lambda a: a),
            mistake("dz.exchanged", "da and z are exchanged: z is multiplied by the slope at da.",
                    dz=lambda da, z: z * derivative(da)),
            mistake("dz.slope_at_da", "The derivative is made from da, where z belongs.",
                    slope=lambda da: derivative(da)),
            mistake("dz.mean", "dz is divided by the number of rows. That factor is in da already.",
                    dz=lambda da, slope: da * slope / len(da)),
            mistake("dz.matrix_product", "da and the slope are multiplied as matrices, not entry by entry.",
                    dz=lambda da, slope: da @ slope),
            *mistakes,
        ),
    )


SIGMOID = activation(
    2, "sigmoid", lambda z: sigmoid(z) * (1 - sigmoid(z)),
    (np.array([[2.0, 16.0, -25.0]]), np.array([[0.0, np.log(3.0), -np.log(4.0)]])),
    (
        mistake("slope.of_z", "The formula a (1 − a) is filled with z: the sigmoid of z is missing.",
                slope=lambda z: z * (1 - z)),
        mistake("slope.at_a", "The slope is taken at a, as if a were z: the sigmoid is applied twice.",
                slope=lambda a: sigmoid(a) * (1 - sigmoid(a))),
        mistake("slope.plus", "The slope holds 1 + a, where 1 − a belongs.", slope=lambda a: a * (1 + a)),
        mistake("slope.one_minus_a", "The slope holds 1 − a alone: the factor a is missing.", slope=lambda a: 1 - a),
        mistake("slope.square", "The slope holds 1 − a², which belongs to tanh.", slope=lambda a: 1 - a**2),
        mistake("slope.of_tanh", "The slope is that of tanh z.", slope=lambda z: 1 - np.tanh(z) ** 2),
        mistake("slope.without_brackets", "The brackets around 1 + e⁻ᶻ are missing: a holds 1 / 1 + e⁻ᶻ.",
                slope=lambda z: (1 + np.exp(-z)) * -np.exp(-z)),
        mistake("dz.without_brackets", "The brackets around 1 − a are missing: dz holds da · a · 1 − a.",
                dz=lambda da, a: da * a - a),
        mistake("slope.a_squared", "The slope holds a², where a (1 − a) belongs.", slope=lambda a: a**2),
        mistake("slope.inverted", "The slope holds a (a − 1): its sign is wrong.", slope=lambda a: a * (a - 1)),
    ),
    lambda z: sigmoid(z),
)
TANH = activation(
    3, "tanh", lambda z: 1 - np.tanh(z) ** 2,
    (np.array([[2.0, 25.0, -50.0]]), np.array([[0.0, np.log(2.0), -np.log(3.0)]])),
    (
        mistake("slope.of_z", "The formula 1 − a² is filled with z: the tanh of z is missing.",
                slope=lambda z: 1 - z**2),
        mistake("slope.at_a", "The slope is taken at a, as if a were z: tanh is applied twice.",
                slope=lambda a: 1 - np.tanh(a) ** 2),
        mistake("slope.no_square", "The square is missing: the slope holds 1 − a.", slope=lambda a: 1 - a),
        mistake("slope.plus", "The slope holds 1 + a², where 1 − a² belongs.", slope=lambda a: 1 + a**2),
        mistake("slope.inverted", "The slope holds a² − 1: its sign is wrong.", slope=lambda a: a**2 - 1),
        mistake("slope.square_alone", "The slope holds a², which should be subtracted from 1.", slope=lambda a: a**2),
        mistake("slope.square_of_difference", "The slope holds (1 − a)², where 1 − a² belongs.",
                slope=lambda a: (1 - a) ** 2),
        mistake("slope.of_sigmoid", "The slope holds a (1 − a), which belongs to the sigmoid.",
                slope=lambda a: a * (1 - a)),
        mistake("slope.twice", "The slope holds 1 − 2a, where a should be squared.", slope=lambda a: 1 - 2 * a),
        mistake("slope.root", "The slope holds 1 / cosh z, where the square of that belongs.",
                slope=lambda z: 1 / np.cosh(z)),
        mistake("slope.of_arctan", "The slope holds 1 / (1 + z²), which belongs to arctan.",
                slope=lambda z: 1 / (1 + z**2)),
        mistake("slope.second", "The slope holds −2a (1 − a²): that is the second derivative.",
                slope=lambda a: -2 * a * (1 - a**2)),
        mistake("dz.without_brackets", "The brackets around 1 − a² are missing: dz holds da · 1 − a².",
                dz=lambda da, a: da - a**2),
        mistake("slope.square_of_z", "z is squared, where tanh z should be.", slope=lambda z: 1 - np.tanh(z**2)),
    ),
    lambda z: np.tanh(z),
)
RELU = activation(
    4, "relu", lambda z: (z > 0) * 1.0,
    (np.array([[5.0, -7.0, 2.0, 4.0]]), np.array([[1.0, 3.0, -4.0, 0.5]])),
    (
        mistake("mask.inverted", "The gradient passes where z is negative, and not where it is positive.",
                slope=lambda z: (z < 0) * 1.0),
        mistake("mask.missing", "The gradient passes where z is negative, too: 0 belongs there.",
                slope=lambda z: np.ones_like(z)),
        mistake("mask.sign", "Where z is negative, the gradient passes with its sign turned: 0 belongs there.",
                slope=lambda z: np.sign(z)),
        mistake("mask.from_one", "The gradient passes only where z is above 1: it should where z is above 0.",
                slope=lambda z: (z > 1) * 1.0),
        mistake("mask.leaky", "A hundredth of the gradient passes where z is negative: that is a leaky ReLU.",
                slope=lambda z: np.where(z > 0, 1, 0.01)),
        mistake("mask.leaky_tenth", "A tenth of the gradient passes where z is negative: that is a leaky ReLU.",
                slope=lambda z: np.where(z > 0, 1, 0.1)),
        mistake("mask.keeps_z", "Where z is negative, the result is z: 0 belongs there.",
                dz=lambda da, z: np.where(z > 0, da, z)),
        mistake("mask.keeps_one", "Where z is negative, the result is 1: 0 belongs there.",
                dz=lambda da, z: np.where(z > 0, da, 1)),
        mistake("dz.clipped", "Negative gradients become 0: ReLU is applied to the result.",
                dz=lambda da, slope: np.maximum(0, da * slope)),
    ),
    lambda z: np.maximum(0, z),
)


def far_from_0(rng):
    """da and z where e to the power of z is infinite, or 0 beside 1, among entries where it is neither."""
    z = [[1000.0, -1000.0, 0.5, -2.0], [3.0, 800.0, -40.0, 1.0], [720.0, 2.0, -720.0, 40.0]]
    moved = [np.array(z) + rng.normal(0, 0.2, (3, 4)) for _ in range(3)]
    return [Probe("z far from 0", (rng.normal(size=(3, 4)), z), extreme=True) for z in moved]


SOFTPLUS = activation(
    5, "softplus", lambda z: sigmoid(z),
    (np.array([[8.0, -4.0, 3.0]]), np.array([[0.0, np.log(3.0), -np.log(2.0)]])),
    (
        mistake("slope.logarithm_alone", "The slope falls where it should rise: a factor or a minus is missing.",
                slope=lambda z: sigmoid(-z)),
        mistake("slope.inner_alone", "The slope is only that of 1 + eᶻ: that of the logarithm is missing.",
                slope=lambda z: np.exp(z)),
        mistake("slope.multiplied", "The slope holds eᶻ times 1 + eᶻ, where eᶻ should be divided by that.",
                slope=lambda z: np.exp(z) * (1 + np.exp(z))),
        mistake("slope.of_sigmoid", "The slope holds σ(z) (1 − σ(z)), which is the slope of the sigmoid.",
                slope=lambda z: sigmoid(z) * (1 - sigmoid(z))),
        mistake("slope.without_exp", "The slope holds z / (1 + z): the exponential is missing.",
                slope=lambda z: z / (1 + z)),
        mistake("slope.at_a", "The slope is taken at a, as if a were z.", slope=lambda a: sigmoid(a)),
        mistake("slope.of_relu", "The slope holds 0 and 1, as that of ReLU does.", slope=lambda z: (z > 0) * 1.0),
        mistake("slope.reciprocal", "The slope holds 1 / log(1 + eᶻ), where the derivative of the logarithm belongs.",
                slope=lambda a: 1 / a),
        mistake("slope.sign", "The slope has the wrong sign.", slope=lambda z: -sigmoid(z)),
        mistake("slope.sum", "The slope holds 1 + eᶻ itself: no derivative is taken.", slope=lambda z: 1 + np.exp(z)),
        mistake("slope.power", "The derivative of eᶻ is made as if it were a power of z: z times e to the z − 1.",
                slope=lambda z: z * np.exp(z - 1) / (1 + np.exp(z))),
        mistake("slope.z_in_front", "The derivative of eᶻ gets a factor z, which does not belong there.",
                slope=lambda z: z * sigmoid(z)),
        mistake("slope.of_tanh", "The slope holds tanh z.", slope=lambda z: np.tanh(z)),
        mistake("slope.minus", "The slope holds eᶻ / (1 − eᶻ): its denominator has the wrong sign.",
                slope=lambda z: np.exp(z) / (1 - np.exp(z))),
        mistake("slope.overflow", "For large z, the slope divides infinity by infinity: divide by eᶻ above and below.",
                slope=lambda z: np.exp(z) / (1 + np.exp(z))),
    ),
    lambda z: np.logaddexp(0, z),
)
SOFTPLUS = replace(SOFTPLUS, probes=lambda rng: [*activation_probes(rng), *far_from_0(rng)])

TASKS = (SIGMOID, TANH, RELU, SOFTPLUS)
