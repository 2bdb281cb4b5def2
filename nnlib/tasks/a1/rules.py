"""Part 3, first half: what one example does to the weights, with labels 0 and 1, and with labels −1 and +1."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.perceptron import step
from nnlib.tasks.a1.units import STEP, UNIT

KINDS = {  # (y, right): what the example is called
    (1, False): "a mistake with label 1",
    (0, False): "a mistake with label 0",
    (1, True): "a right answer",
    (0, True): "a right answer",
}


def one_example(rng, n, y, right):
    """w, b, x for which the answer to the label y is right, or wrong; with two inputs the bias decides which."""
    while True:
        w, b, x = rng.normal(size=n), rng.normal(), rng.uniform(0.5, 2, n) * rng.choice([-1, 1], n)
        z = w @ x + b
        if abs(z) > 0.2 and ((z >= 0) == (y == 1)) == right and (n != 2 or z * (z - b) < 0):
            return w, b, x


def examples_01(rng):
    """Every kind of example at several sizes and learning rates; then examples whose sum is 0."""
    found = []
    for (y, right), about in KINDS.items():
        for n in (3, 2, 5):
            found.append(Probe(about, (*one_example(rng, n, y, right), y, rng.uniform(0.2, 0.8))))
    for n, y in [(4, 0), (3, 1), (8, 1)]:
        found.append(Probe("a sum z of 0", (np.zeros(n), 0.0, rng.normal(size=n), y, 0.5), extreme=True))
    return found


WRONG_WAY = "The weights are pushed the wrong way: the sum of this example moves away from its label."
PUSH_01 = Task(
    number=7,
    call="push_01(w, b, x, y, lr)",
    returns="new_w new_b",
    steps={
        "z": lambda w, b, x: w @ x + b,
        "y_hat": lambda z: float(step(z)),
        "error": lambda y, y_hat: y - y_hat,
        "new_w": lambda w, lr, error, x: w + lr * error * x,
        "new_b": lambda b, lr, error: b + lr * error,
    },
    probes=examples_01,
    example=(np.array([1.0, -1.0]), 0.5, np.array([2.0, 4.0]), 1, 0.5),
    words={"z": "z", "y_hat": "y_hat", "error": "y − y_hat"},
    helpers={"step": STEP, "unit": UNIT},
    lecture="01, part 3",
    mistakes=(
        mistake("error.sign", WRONG_WAY, error=lambda y, y_hat: y_hat - y),
        mistake("error.without_y_hat", "Every example pushes, right ones too: the answer of the unit has no effect.",
                error=lambda y: 2 * y - 1),
        mistake("error.without_y_hat_0", "Label 1 always pushes, label 0 never: the answer of the unit has no effect.",
                error=lambda y: y),
        mistake("error.from_z", "The sum z is subtracted from the label, where the answer y_hat belongs.",
                error=lambda y, z: y - z),
        mistake("error.size", "A mistake pushes the same way for both labels.", error=lambda y, y_hat: abs(y - y_hat)),
        mistake("error.label_1_alone", "Mistakes with label 0 push nothing.", error=lambda y, y_hat: y * (y - y_hat)),
        mistake("error.label_0_alone", "Mistakes with label 1 push nothing.",
                error=lambda y, y_hat: (1 - y) * (y - y_hat)),
        mistake("error.only_right", "Right answers push, and mistakes don't.",
                error=lambda y, y_hat: (2 * y - 1) * (y == y_hat)),
        mistake("y_hat.signs", "The answer is −1 or +1, where 0 or 1 belongs.", y_hat=lambda z: 2 * float(step(z)) - 1),
        mistake("y_hat.without_b", "The answer is made from a sum without the bias.",
                y_hat=lambda w, x: float(step(w @ x))),
        mistake("y_hat.sigmoid", "The answer is a number between 0 and 1, where 0 or 1 itself belongs.",
                y_hat=lambda z: 1 / (1 + np.exp(-z))),
        mistake("y_hat.strict", "An example whose sum z is 0 is answered 0, where the step says 1.",
                y_hat=lambda z: float(z > 0)),
        mistake("lr.missing", "The learning rate has no effect.", new_w=lambda w, error, x: w + error * x,
                new_b=lambda b, error: b + error),
        mistake("error.plus", "y_hat is added to y, where it should be subtracted.", error=lambda y, y_hat: y + y_hat),
        mistake("error.times_z", "The push is multiplied by the sum z as well.",
                error=lambda y, y_hat, z: (y - y_hat) * z),
        mistake("y_hat.of_x", "The answer is made from the inputs without their weights.",
                y_hat=lambda b, x: float(step(x.sum() + b))),
        mistake("lr.half", "The push is half as long as it should be.",
                new_w=lambda w, lr, error, x: w + lr / 2 * error * x, new_b=lambda b, lr, error: b + lr / 2 * error),
        mistake("lr.double", "The push is twice as long as it should be.",
                new_w=lambda w, lr, error, x: w + 2 * lr * error * x, new_b=lambda b, lr, error: b + 2 * lr * error),
        mistake("new_w.unchanged", "w is not learned: it comes back as it was.", new_w=lambda w: w.copy()),
        mistake("new_w.size_of_x", "Negative inputs enter the push as positive ones: their signs are lost.",
                new_w=lambda w, lr, error, x: w + lr * error * np.abs(x)),
        mistake("new_w.times_w", "The push of w is made with w, where x belongs.",
                new_w=lambda w, lr, error: w + lr * error * w),
        mistake("new_w.with_b", "b is added to w as well.", new_w=lambda w, b, lr, error, x: w + lr * error * x + b),
        mistake("new_b.times_b", "The push of b is multiplied by b: that factor does not belong there.",
                new_b=lambda b, lr, error: b + lr * error * b),
        mistake("new_b.without_error", "b grows by the learning rate, whether the answer was right or wrong.",
                new_b=lambda b, lr: b + lr),
        mistake("lr.divided", "The push is divided by the learning rate, where it should be multiplied.",
                new_w=lambda w, lr, error, x: w + error * x / lr, new_b=lambda b, lr, error: b + error / lr),
        mistake("new_w.without_lr", "The learning rate is missing for w.", new_w=lambda w, error, x: w + error * x),
        mistake("new_w.without_x", "All weights get the same push: x is missing in it.",
                new_w=lambda w, lr, error: w + lr * error),
        mistake("new_w.old_dropped", "The push itself is returned for w: it should be added to the old weights.",
                new_w=lambda lr, error, x: lr * error * x),
        mistake("new_w.multiplied", "The push of w is multiplied by w: that factor does not belong there.",
                new_w=lambda w, lr, error, x: w * (1 + lr * error * x)),
        mistake("new_w.without_error", "lr · x is added to w, whether the answer was right or wrong.",
                new_w=lambda w, lr, x: w + lr * x),
        mistake("new_b.unchanged", "b is not learned: it comes back as it was.", new_b=lambda b: b),
        mistake("new_b.without_lr", "The learning rate is missing for b.", new_b=lambda b, error: b + error),
        mistake("new_b.first_input", "The push of b is multiplied by the first input: no input belongs there.",
                new_b=lambda b, lr, error, x: b + lr * error * x[0]),
        mistake("new_b.all_inputs", "The push of b is multiplied by the sum of the inputs: no input belongs there.",
                new_b=lambda b, lr, error, x: b + lr * error * x.sum()),
        mistake("new_b.sign", "b is pushed the wrong way.", new_b=lambda b, lr, error: b - lr * error),
        mistake("new_b.old_dropped", "The push itself is returned for b: it should be added to the old bias.",
                new_b=lambda lr, error: lr * error),
        mistake("new_w.sign", "w is pushed the wrong way.", new_w=lambda w, lr, error, x: w - lr * error * x),
    ),
)  # fmt: skip


def examples_signs(rng):
    """Every kind of example, as (θ, x, t); then products that are 0."""
    found = []
    for (y, right), about in KINDS.items():
        for n in (3, 2, 5):
            w, b, x = one_example(rng, n, y, right)
            found.append(Probe(about.replace("label 0", "label −1"), (np.array([b, *w]), x, 2 * y - 1)))
    for n, t in [(4, -1), (3, 1), (6, 1)]:
        w, x = rng.integers(1, 5, n).astype(float), rng.integers(-4, 5, n).astype(float)
        found.append(Probe("a product of 0", (np.array([-w @ x, *w]), x, t), extreme=True))
    found.append(Probe("θ = 0", (np.zeros(3), rng.normal(size=2), 1), extreme=True))
    return found


PUSH_SIGNS = Task(
    number=8,
    call="push_signs(theta, x, t)",
    returns="new_theta",
    steps={
        "row": lambda x: np.concatenate([[1.0], x]),
        "product": lambda theta, row, t: t * (theta @ row),
        "pushes": lambda product: product <= 0,
        "push": lambda t, row: t * row,
        "new_theta": lambda theta, pushes, push: theta + pushes * push,
    },
    probes=examples_signs,
    example=(np.array([0.5, 1.0, -1.0]), np.array([2.0, 4.0]), 1),
    words={"row": "x with its constant", "product": "the product", "pushes": "the decision", "push": "the push"},
    helpers={"step": STEP, "unit": UNIT},
    lecture="01, part 3",
    mistakes=(
        mistake("pushes.strict", "A product of exactly 0 counts as right, where it is a mistake.",
                pushes=lambda product: product < 0),
        mistake("pushes.always", "Every example pushes, right ones too.", pushes=lambda: True),
        mistake("pushes.inverted", "Right answers push, and mistakes don't.", pushes=lambda product: product > 0),
        mistake("pushes.without_t", "The sum decides whether to push, where its product with t should decide.",
                pushes=lambda theta, row: theta @ row <= 0),
        mistake("pushes.without_bias", "Whether to push is decided without the bias.",
                pushes=lambda theta, x, t: t * (theta[1:] @ x) <= 0),
        mistake("push.sign", WRONG_WAY, push=lambda t, row: -t * row),
        mistake("push.without_t", "x is added for both labels: t is missing in the push.", push=lambda row: row),
        mistake("push.without_bias", "The bias is not learned: the first entry of θ comes back as it was.",
                push=lambda t, x: t * np.concatenate([[0.0], x])),
        mistake("push.bias_without_t", "The bias is pushed up for both labels: t is missing there.",
                push=lambda t, x: np.concatenate([[1.0], t * x])),
        mistake("push.twice", "The push is twice as long as it should be, as t minus an answer of −1 or +1 makes it.",
                push=lambda t, row: 2 * t * row),
        mistake("push.half", "The push is half as long as it should be.", push=lambda t, row: t * row / 2),
        mistake("push.product", "The push is multiplied by the product, which should only decide whether to push.",
                push=lambda t, row, product: t * row * product),
        mistake("pushes.labels_1_alone", "Mistakes with the label −1 push nothing.",
                pushes=lambda product, t: (product <= 0) & (t > 0)),
        mistake("pushes.labels_minus_1_alone", "Mistakes with the label +1 push nothing.",
                pushes=lambda product, t: (product <= 0) & (t < 0)),
        mistake("pushes.never", "Nothing is pushed: θ comes back as it was.", pushes=lambda: False),
        mistake("push.theta", "The push is made with θ, where x with its constant belongs.",
                push=lambda t, theta: t * theta),
        mistake("push.bias_alone", "Only the bias is learned: the weights come back as they were.",
                push=lambda t, x: t * np.concatenate([[1.0], 0 * x])),
        mistake("row.minus_1", "The constant in front of the inputs is −1, where 1 belongs.",
                row=lambda x: np.concatenate([[-1.0], x])),
        mistake("row.zero", "The constant in front of the inputs is 0: the bias has no effect and is not learned.",
                row=lambda x: np.concatenate([[0.0], x])),
        mistake("row.bias_last", "The constant 1 stands behind the inputs, where it belongs in front.",
                row=lambda x: np.concatenate([x, [1.0]])),
        mistake("new_theta.old_dropped", "The push itself is returned: it should be added to θ.",
                new_theta=lambda pushes, push: pushes * push),
        mistake("new_theta.labels_01", "This is the rule for labels 0 and 1: an answer of 0 or 1 is subtracted from t.",
                new_theta=lambda theta, row, t: theta + (t - float(step(theta @ row))) * row),
    ),
)  # fmt: skip

TASKS = (PUSH_01, PUSH_SIGNS)
