"""Part 1: the step function, one unit, and the line on which it changes its mind."""

import numpy as np

from nnlib.diagnosis import Probe, Task, lifted, mistake
from nnlib.diagnosis.task import away_from_kinks
from nnlib.perceptron import step


def steps_to_take(rng):
    """z on both sides of 0, some of them below one half; then z with zeros among them."""
    shapes = {(12,): "rows of numbers", (5, 4): "matrices", (3, 3): "matrices", (2, 3, 4): "arrays with three axes"}
    found = [Probe(about, (away_from_kinks(rng, shape, 0.05, 2.0),)) for shape, about in shapes.items()]
    found += [Probe("rows of numbers", (away_from_kinks(rng, (9,), 0.05, 0.45),))]
    for shape in [(20,), (6, 5)]:
        found += [Probe("z that is 0 in places", (rng.choice([-1.0, 0.0, 2.0], shape),), extreme=True)]
    return found


STEP = Task(
    number=1,
    call="step(z)",
    returns="a",
    steps={"a": lambda z: step(z)},
    probes=steps_to_take,
    example=(np.array([-2.0, 0.0, 0.5]),),
    lecture="01, part 1",
    mistakes=(
        mistake("a.signs", "For negative z the result is −1, where 0 belongs.", a=lambda z: 2 * step(z) - 1),
        mistake("a.signs", "For negative z the result is −1, where 0 belongs.", a=lambda z: np.sign(z)),
        mistake("a.inverted", "The answers 0 and 1 are exchanged.", a=lambda z: 1 - step(z)),
        mistake("a.inverted", "The answers 0 and 1 are exchanged.", a=lambda z: step(-z)),
        mistake("a.strict", "At z = 0 the result is 0, where 1 belongs.", a=lambda z: (z > 0) * 1.0),
        mistake("a.half_at_0", "At z = 0 the result is 1/2, where 1 belongs.", a=lambda z: np.heaviside(z, 0.5)),
        mistake("a.threshold", "The jump is not at z = 0: small positive sums give 0.", a=lambda z: (z >= 0.5) * 1.0),
        mistake("a.threshold", "The jump is not at z = 0: small positive sums give 0.", a=lambda z: (z >= 1) * 1.0),
        mistake("a.sum_kept", "Positive sums are returned as they are, where 1 belongs.", a=lambda z: np.maximum(0, z)),
        mistake("a.clipped", "Sums between 0 and 1 are returned as they are: there is no jump.",
                a=lambda z: np.clip(z, 0, 1)),
        mistake("a.sigmoid", "The result grows smoothly from 0 to 1 (a sigmoid), where a jump belongs.",
                a=lambda z: 1 / (1 + np.exp(-z))),
        mistake("a.negative_kept", "Negative sums are returned as they are, where 0 belongs.",
                a=lambda z: np.where(z >= 0, 1.0, z)),
        mistake("a.tanh", "The result grows smoothly from −1 to 1 (tanh), where a jump from 0 to 1 belongs.",
                a=lambda z: np.tanh(z)),
        mistake("a.rounded", "z is rounded to a whole number, where its sign should decide.", a=lambda z: np.round(z)),
        mistake("a.size", "Negative z far from 0 give 1, too: the sign of z has no effect.",
                a=lambda z: (np.abs(z) >= 0.5) * 1.0),
    ),
)  # fmt: skip

SIZES = {  # (m, n): examples, inputs
    (7, 3): "several examples",
    (5, 2): "several examples",
    (6, 4): "several examples",
    (3, 3): "as many examples as inputs",
    (4, 4): "as many examples as inputs",
    (9, 1): "a single input",
    (1, 3): "a single example",
}


def sums(rng):
    """x, w, b: with a bias that matters to some answers; then whole numbers whose sum is 0 in places."""
    found = [Probe(about, (rng.normal(size=size), rng.normal(size=size[1]), rng.choice([-1, 1]) * rng.uniform(0.4, 1)))
             for size, about in SIZES.items()]  # fmt: skip
    for m, n in [(24, 2), (30, 3)]:
        x = rng.integers(0, 2, (m, n)).astype(float)
        found += [Probe("sums that are 0 in places", (x, np.ones(n), -1.0), extreme=True)]
    return found


UNIT = Task(
    number=2,
    call="unit(x, w, b)",
    returns="z y_hat",
    steps={"z": lambda x, w, b: x @ w + b, "y_hat": lambda z: step(z)},
    probes=sums,
    example=(np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]]), np.array([2.0, -1.0]), -1.0),
    helpers={"step": STEP},
    wiring={"step": ["z"]},
    lecture="01, part 1",
    mistakes=(
        mistake("z.without_b", "The bias b is missing in z.", z=lambda x, w: x @ w),
        mistake("z.b_subtracted", "b is subtracted from the sum, where it should be added.",
                z=lambda x, w, b: x @ w - b),
        mistake("z.b_for_each_input", "b is added once for each input, where it should be added only once.",
                z=lambda x, w, b: (x * w + b).sum(axis=1)),
        mistake("z.mean", "The products are averaged, where they should be added up.",
                z=lambda x, w, b: x @ w / len(w) + b),
        mistake("z.without_w", "The inputs are added up without their weights.", z=lambda x, b: x.sum(axis=1) + b),
        mistake("z.columns", "Each sum runs over the examples, where it should run over the inputs of one example.",
                z=lambda x, w, b: x.T @ w + b),
        mistake("z.b_times", "The sum is multiplied by b, where b should be added.", z=lambda x, w, b: (x @ w) * b),
        mistake("z.w_added", "Weights are added to the inputs, where each input should be multiplied by its weight.",
                z=lambda x, w, b: (x + w).sum(axis=1) + b),
        mistake("z.first_input", "Only the first input enters the sum.", z=lambda x, w, b: x[:, 0] * w[0] + b),
        mistake("y_hat.sum", "y_hat holds the sums z, where the answers belong.", y_hat=lambda z: z.copy()),
        mistake("z.answer", "z holds the answers, where the sums belong.", z=lambda x, w, b: step(x @ w + b)),
        mistake("z.sign", "z has the wrong sign.", z=lambda x, w, b: -(x @ w + b)),
        mistake("z.w_subtracted", "The weighted inputs are subtracted from b, where they should be added.",
                z=lambda x, w, b: b - x @ w),
        mistake("z.sizes", "Negative inputs enter the sum as positive ones: their signs are lost.",
                z=lambda x, w, b: np.abs(x) @ w + b),
        mistake("z.bias_inside", "b is multiplied by the weights, too: it is added to each input first.",
                z=lambda x, w, b: (x + b) @ w),
        mistake("z.squares", "The inputs are squared.", z=lambda x, w, b: x**2 @ w + b),
        mistake("z.first_example", "All sums are those of the first example.",
                z=lambda x, w, b: np.full(len(x), x[0] @ w + b)),
        mistake("z.over_examples", "The weighted inputs are divided by the number of examples.",
                z=lambda x, w, b: x @ w / len(x) + b),
        mistake("y_hat.without_b", "y_hat comes from a sum without the bias.", y_hat=lambda x, w: step(x @ w)),
        mistake("y_hat.compared_with_b", "y_hat comes from a sum in which b is subtracted, where it should be added.",
                y_hat=lambda x, w, b: step(x @ w - b)),
        mistake("y_hat.b_twice", "y_hat comes from a sum to which the bias is added twice.",
                y_hat=lambda z, b: step(z + b)),
        *lifted(STEP.mistakes, "y_hat.", z="z", a="y_hat"),
    ),
)  # fmt: skip


def lines(rng):
    """w, b and points x1 along the first axis; no weight is near 0, and none is 1."""
    found = []
    for k, about in [(5, "several points"), (8, "several points"), (2, "two points"), (3, "several points"),
                     (1, "a single point")]:  # fmt: skip
        w, b = away_from_kinks(rng, (2,), 0.4, 2.5), rng.choice([-1, 1]) * rng.uniform(0.5, 2)
        found.append(Probe(about, (w, b, rng.uniform(-3, 3, k))))
    return found


BOUNDARY = Task(
    number=3,
    call="boundary(w, b, x1)",
    returns="x2",
    steps={"x2": lambda w, b, x1: -(b + w[0] * x1) / w[1]},
    probes=lines,
    example=(np.array([3.0, 4.0]), -5.0, np.array([-1.0, 0.0, 3.0])),
    dtype="float64",
    lecture="01, part 2",
    mistakes=(
        mistake("x2.sign", "x2 has the wrong sign.", x2=lambda w, b, x1: (b + w[0] * x1) / w[1]),
        mistake("x2.both_weights", "The sum w₁ x₁ + b is divided by both weights, where only the second should divide.",
                x2=lambda w, b, x1: -(b + w[0] * x1) / (w[0] * w[1])),
        mistake("x2.added_weight", "x1 and its weight are added, where they should be multiplied.",
                x2=lambda w, b, x1: -(b + w[0] + x1) / w[1]),
        mistake("x2.of_1", "This is the line on which z = 1, where z = 0 belongs.",
                x2=lambda w, b, x1: (1 - b - w[0] * x1) / w[1]),
        mistake("x2.second_subtracted", "The second weight is subtracted, where it should divide.",
                x2=lambda w, b, x1: -(b + w[0] * x1) - w[1]),
        mistake("x2.inverted", "The fraction is upside down.", x2=lambda w, b, x1: -w[1] / (b + w[0] * x1)),
        mistake("x2.without_b", "The bias is missing: the line goes through the origin.",
                x2=lambda w, x1: -w[0] * x1 / w[1]),
        mistake("x2.slope_sign", "At x1 = 0 the line is in the right place, but its slope has the wrong sign.",
                x2=lambda w, b, x1: (w[0] * x1 - b) / w[1]),
        mistake("x2.b_sign", "The line has the right slope, but b enters with the wrong sign.",
                x2=lambda w, b, x1: (b - w[0] * x1) / w[1]),
        mistake("x2.weights_exchanged", "The two weights are exchanged.", x2=lambda w, b, x1: -(b + w[1] * x1) / w[0]),
        mistake("x2.not_divided", "Nothing is divided by the second weight.", x2=lambda w, b, x1: -(b + w[0] * x1)),
        mistake("x2.multiplied", "The second weight multiplies, where it should divide.",
                x2=lambda w, b, x1: -(b + w[0] * x1) * w[1]),
        mistake("x2.b_not_divided", "b is not divided by the second weight: brackets are missing.",
                x2=lambda w, b, x1: -b - w[0] * x1 / w[1]),
        mistake("x2.b_not_divided", "b is not divided by the second weight: brackets are missing.",
                x2=lambda w, b, x1: -(b + w[0] * x1 / w[1])),
        mistake("x2.x1_not_divided", "The part with x1 is not divided by the second weight: brackets are missing.",
                x2=lambda w, b, x1: -(b / w[1] + w[0] * x1)),
        mistake("x2.along_w", "The line runs along w, where it should stand at a right angle to it.",
                x2=lambda w, b, x1: (w[1] * x1 - b * w[0] / w[1]) / w[0]),
        mistake("x2.along_w", "The line runs along w, where it should stand at a right angle to it.",
                x2=lambda w, b, x1: w[1] / w[0] * x1 - b / w[1]),
        mistake("x2.divided_by_first", "The first weight divides, where the second one should.",
                x2=lambda w, b, x1: -(b + w[0] * x1) / w[0]),
        mistake("x2.sum", "The sum z at (x1, 0) is returned, where x2 belongs.", x2=lambda w, b, x1: b + w[0] * x1),
        mistake("x2.without_w1", "The first weight is missing.", x2=lambda w, b, x1: -(b + x1) / w[1]),
    ),
)  # fmt: skip

TASKS = (STEP, UNIT, BOUNDARY)
