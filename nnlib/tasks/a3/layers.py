"""Part 1: the backward pass of a linear layer."""

from dataclasses import replace

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

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


def of_the_lab(rng):
    """The first layer of the network that reads digits."""
    arrays = (rng.normal(size=shape) for shape in ((3, 64), (3, 784), (64, 784)))
    return Probe("a layer of 64 units with 784 inputs", tuple(arrays))


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
    full_size=of_the_lab,
    lecture="06, part 2",
    mistakes=(
        mistake("dx.transposed_W", "dx is made with the transpose of W, where W itself belongs.",
                dx=lambda delta, W: delta @ W.T),
        mistake("dx.mean", f"dx {IN_DELTA}", dx=lambda delta, W: delta @ W / len(delta)),
        mistake("dx.without_delta", "dx does not contain delta: it holds sums of W.",
                dx=lambda delta, W: np.ones_like(delta) @ W),
        mistake("dW.transposed", "dW comes out transposed: its rows should belong to the outputs, as those of W do.",
                dW=lambda delta, x: x.T @ delta),
        mistake("dW.mean", f"dW {IN_DELTA}", dW=lambda delta, x: delta.T @ x / len(x)),
        mistake("dW.from_dx", "dW is made from dx, where x belongs.", dW=lambda delta, dx: delta.T @ dx),
        mistake("dW.from_W", "dW is made from W, where x belongs.", dW=lambda delta, W: delta.T @ W),
        mistake("dW.untransposed", "dW is delta times x without a transpose, which fits only by chance.",
                dW=lambda delta, x: delta @ x),
        mistake("dW.both_transposed", "dW is made from the transposes of delta and of x, where x itself belongs.",
                dW=lambda delta, x: delta.T @ x.T),
        mistake("db.mean", "db is the mean over the examples, where their sum belongs.",
                db=lambda delta: delta.mean(axis=0)),
        mistake("db.over_outputs", "db is summed over the outputs, where the sum over the examples belongs.",
                db=lambda delta: delta.sum(axis=1)),
        mistake("db.over_all", "Each entry of db is the sum of all of delta: each output should have its own.",
                db=lambda delta: np.full(delta.shape[1], delta.sum())),
        mistake("db.first_example", "db takes only the first example, where the sum over all belongs.",
                db=lambda delta: delta[0].copy()),
        mistake("db.last_example", "db takes only the last example, where the sum over all belongs.",
                db=lambda delta: delta[-1].copy()),
        mistake("db.not_summed", "db is delta itself: the sum over the examples is missing.",
                db=lambda delta: delta.copy()),
        mistake("db.from_x", "db is the sum of x, where that of delta belongs.", db=lambda x: x.sum(axis=0)),
    ),
)

MORE = (  # which larger tasks do not take up
    mistake("dx.from_dW", "dx is made with dW, where W belongs.", dx=lambda delta, x: delta @ (delta.T @ x)),
    *(mistake("dx.early_update", "dx is made with weights that are updated already.",
              dx=lambda delta, x, W, eta=eta: delta @ (W - eta * delta.T @ x)) for eta in (1.0, 0.5, 0.1, 0.01)),
    mistake("dW.first_example", "dW takes only the first example, where the sum over all belongs.",
            dW=lambda delta, x: np.outer(delta[0], x[0])),
    mistake("dW.last_example", "dW takes only the last example, where the sum over all belongs.",
            dW=lambda delta, x: np.outer(delta[-1], x[-1])),
    mistake("all.mean", f"Each of dx, dW and db {IN_DELTA}", dx=lambda delta, W: delta @ W / len(delta),
            dW=lambda delta, x: delta.T @ x / len(x), db=lambda delta: delta.mean(axis=0)),
    mistake("all.sign", "All three gradients have the wrong sign.", dx=lambda delta, W: -delta @ W,
            dW=lambda delta, x: -delta.T @ x, db=lambda delta: -delta.sum(axis=0)),
)  # fmt: skip
TASKS = (replace(LINEAR, mistakes=LINEAR.mistakes + MORE),)
