"""Parts 1 and 2: the backward passes of a linear layer and of activations."""

import numpy as np

from nnlib.activations import sigmoid
from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import away_from_kinks

SIZES = {  # (m, n_in, n_out): all different; square ones of two sizes, with a square batch; one unit; one example
    (5, 2, 3): "layers with fewer or more outputs than inputs",
    (2, 4, 3): "layers with fewer or more outputs than inputs",
    (6, 3, 3): "square layers",
    (3, 3, 3): "square layers",
    (4, 4, 4): "square layers",
    (4, 4, 2): "layers with fewer or more outputs than inputs",
    (7, 2, 1): "a layer of one unit",
    (1, 3, 4): "a batch of one",
    (1, 1, 1): "a batch of one",
}
IN_DELTA = "is divided by the number of examples. That factor is in delta already."


def linear_probes(rng):
    return [
        Probe(about, (rng.normal(size=(m, n_out)), rng.normal(size=(m, n_in)), rng.normal(size=(n_out, n_in))))
        for (m, n_in, n_out), about in SIZES.items()
    ]


LINEAR = Task(
    number=1,
    call="linear_backward(delta, x, W)",
    returns="dx dW db",
    steps={
        "dx": lambda delta, W: delta @ W,
        "dW": lambda delta, x: delta.T @ x,
        "db": lambda delta: delta.sum(axis=0),
    },
    probes=linear_probes,
    example=(
        np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]]),
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]]),
    ),
    dtype="float64",
    lecture="06, part 2",
    mistakes=(
        mistake("dx.transposed_W", "dx is made with the transpose of W.", dx=lambda delta, W: delta @ W.T),
        mistake("dx.mean", f"dx {IN_DELTA}", dx=lambda delta, W: delta @ W / len(delta)),
        mistake("dx.without_delta", "dx does not contain delta: it holds sums of W.",
                dx=lambda delta, W: np.ones_like(delta) @ W),
        mistake("dW.transposed", "dW comes out transposed: its rows should belong to the outputs, as those of W do.",
                dW=lambda delta, x: x.T @ delta),
        mistake("dW.mean", f"dW {IN_DELTA}", dW=lambda delta, x: delta.T @ x / len(x)),
        mistake("dW.from_dx", "dW is made from dx where x belongs.", dW=lambda delta, dx: delta.T @ dx),
        mistake("dW.from_W", "dW is made from W where x belongs.", dW=lambda delta, W: delta.T @ W),
        mistake("dW.untransposed", "dW is a product without a transpose, which runs for square batches alone.",
                dW=lambda delta, x: delta @ x),
        mistake("dW.both_transposed", "dW is a product of two transposes.", dW=lambda delta, x: delta.T @ x.T),
        mistake("db.mean", "db is the mean over the examples, where their sum belongs.",
                db=lambda delta: delta.mean(axis=0)),
        mistake("db.over_outputs", "db is summed over the outputs, where the sum over the examples belongs.",
                db=lambda delta: delta.sum(axis=1)),
        mistake("db.over_all", "db holds the sum of all of delta in each entry, where each output has its own.",
                db=lambda delta: np.full(delta.shape[1], delta.sum())),
        mistake("db.first_example", "db takes the first example alone.", db=lambda delta: delta[0].copy()),
        mistake("db.last_example", "db takes the last example alone.", db=lambda delta: delta[-1].copy()),
        mistake("db.not_summed", "db is delta itself: the sum over the examples is missing.",
                db=lambda delta: delta.copy()),
        mistake("db.from_x", "db is the sum of x, where that of delta belongs.", db=lambda x: x.sum(axis=0)),
    ),
)


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
            mistake("dz.value_for_slope", "da is multiplied by the activation itself, where its slope belongs.",
                    dz=lambda da, a: da * a),
            mistake("dz.divided", "da is divided by the slope, where it is multiplied.",
                    dz=lambda da, slope: da / slope),
            mistake("dz.added", "da and the slope are added, where they are multiplied.",
                    dz=lambda da, slope: da + slope),
            mistake("dz.slope_at_da", "The slope, or the mask, is made from da, where z belongs.",
                    slope=lambda da: derivative(da)),
            mistake("dz.mean", "dz is divided by the number of rows. That factor is in da already.",
                    dz=lambda da, slope: da * slope / len(da)),
            mistake("dz.matrix_product", "da and the slope are multiplied as matrices, where it goes entry by entry.",
                    dz=lambda da, slope: da @ slope),
            *mistakes,
        ),
    )


SIGMOID = activation(
    2, "sigmoid", lambda z: sigmoid(z) * (1 - sigmoid(z)),
    (np.array([[2.0, 1.0, -3.0]]), np.array([[0.0, 1.0, 2.0]])),
    (
        mistake("slope.of_z", "The formula a (1 − a) is filled with z: the sigmoid of z is missing.",
                slope=lambda z: z * (1 - z)),
        mistake("slope.at_a", "The slope is taken at a, as if a were z: the sigmoid is applied twice.",
                slope=lambda a: sigmoid(a) * (1 - sigmoid(a))),
        mistake("slope.plus", "The slope holds 1 + a, where 1 − a belongs.", slope=lambda a: a * (1 + a)),
        mistake("slope.one_minus_a", "The slope holds 1 − a alone: the factor a is missing.", slope=lambda a: 1 - a),
        mistake("slope.square", "The slope holds 1 − a², which belongs to tanh.", slope=lambda a: 1 - a**2),
        mistake("slope.a_squared", "The slope holds a², where a (1 − a) belongs.", slope=lambda a: a**2),
        mistake("slope.inverted", "The slope holds a (a − 1): its sign is wrong.", slope=lambda a: a * (a - 1)),
    ),
    lambda z: sigmoid(z),
)
TANH = activation(
    3, "tanh", lambda z: 1 - np.tanh(z) ** 2,
    (np.array([[2.0, 1.0, -3.0]]), np.array([[0.0, 0.5, -1.0]])),
    (
        mistake("slope.of_z", "The formula 1 − a² is filled with z: the tanh of z is missing.",
                slope=lambda z: 1 - z**2),
        mistake("slope.at_a", "The slope is taken at a, as if a were z: tanh is applied twice.",
                slope=lambda a: 1 - np.tanh(a) ** 2),
        mistake("slope.no_square", "The square is missing: the slope holds 1 − a.", slope=lambda a: 1 - a),
        mistake("slope.plus", "The slope holds 1 + a², where 1 − a² belongs.", slope=lambda a: 1 + a**2),
        mistake("slope.inverted", "The slope holds a² − 1: its sign is wrong.", slope=lambda a: a**2 - 1),
        mistake("slope.square_alone", "The slope holds a²: the 1 − is missing.", slope=lambda a: a**2),
        mistake("slope.square_of_difference", "The slope holds (1 − a)², where only a is squared.",
                slope=lambda a: (1 - a) ** 2),
        mistake("slope.of_sigmoid", "The slope holds a (1 − a), which belongs to the sigmoid.",
                slope=lambda a: a * (1 - a)),
        mistake("slope.square_of_z", "z is squared, where tanh z is squared.", slope=lambda z: 1 - np.tanh(z**2)),
    ),
    lambda z: np.tanh(z),
)
RELU = activation(
    4, "relu", lambda z: (z > 0) * 1.0,
    (np.array([[5.0, -7.0, 2.0, 4.0]]), np.array([[1.0, 3.0, -4.0, 0.5]])),
    (
        mistake("mask.inverted", "The gradient passes where z is negative, and not where it is positive.",
                slope=lambda z: (z < 0) * 1.0),
        mistake("mask.missing", "The mask is missing, or 1 everywhere: the gradient passes where z is negative, too.",
                slope=lambda z: np.ones_like(z)),
        mistake("mask.sign", "Where z is negative the gradient passes with its sign turned.",
                slope=lambda z: np.sign(z)),
        mistake("mask.from_one", "The gradient passes only where z is above 1.", slope=lambda z: (z > 1) * 1.0),
        mistake("mask.leaky", "A hundredth of the gradient passes where z is negative: that is a leaky ReLU.",
                slope=lambda z: np.where(z > 0, 1, 0.01)),
        mistake("dz.clipped", "Negative gradients become 0: ReLU is applied to the result.",
                dz=lambda da, slope: np.maximum(0, da * slope)),
    ),
    lambda z: np.maximum(0, z),
)

TASKS = (LINEAR, SIGMOID, TANH, RELU)
