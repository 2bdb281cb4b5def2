"""Part 3: all gradients of a network whose hidden units may be missing."""

import numpy as np

from nnlib.diagnosis import Probe, Task, lifted, mistake
from nnlib.diagnosis.task import labels
from nnlib.losses import softmax_cross_entropy
from nnlib.tasks.a3.layers import LINEAR
from nnlib.tasks.a5.dropping import BACKWARD, DROPOUT, kept

SIZES = {  # (m, n, h, K): examples, inputs, hidden units, classes
    (6, 3, 5, 4): "layers of different sizes",
    (5, 2, 6, 3): "layers of different sizes",
    (7, 5, 4, 2): "layers of different sizes",
    (6, 4, 7, 3): "layers of different sizes",
    (5, 5, 5, 5): "square layers",
    (4, 4, 4, 4): "square layers",
    (6, 3, 3, 3): "square layers",
    (1, 3, 8, 2): "a batch of one",
}


def networks(rng):
    return [Probe(about, network(rng, *sizes)) for sizes, about in SIZES.items()]


def network(rng, m, n, h, k):
    """x, y, W1, b1, W2, b2, u, p: among the units that are on and that are off, some are kept and some dropped."""
    p = rng.uniform(0.25, 0.45)
    while True:
        x, W1, b1, u = rng.normal(size=(m, n)), rng.normal(size=(h, n)), rng.normal(size=h), rng.random((m, h))
        z1 = x @ W1.T + b1
        cases = [(z1 > 0) & (u < p), (z1 > 0) & (u >= p), (z1 < 0) & (u < p), (z1 < 0) & (u >= p)]
        if np.abs(z1).min() > 0.01 and all(case.any() for case in cases):
            return x, labels(rng, m, k), W1, b1, rng.normal(size=(k, h)), rng.normal(size=k), u, p


LAYER2 = {"delta": "delta2", "x": "d1", "W": "W2", "dx": "dd1", "dW": "dW2", "db": "db2"}
LAYER1 = {"delta": "delta1", "x": "x", "W": "W1", "dW": "dW1", "db": "db1"}
LAYERS = [made for made in LINEAR.mistakes if made.id != "dW.from_dx"]
NETWORK = Task(
    number=9,
    call="dropout_gradients(x, y, W1, b1, W2, b2, u, p)",
    returns="L dW1 db1 dW2 db2",
    steps={
        "z1": lambda x, W1, b1: x @ W1.T + b1,
        "a1": lambda z1: np.maximum(0, z1),
        "d1": lambda a1, u, p: kept(a1, u, p) / (1 - p),
        "z2": lambda d1, W2, b2: d1 @ W2.T + b2,
        "L": lambda z2, y: softmax_cross_entropy(z2, y)[0],
        "delta2": lambda z2, y: softmax_cross_entropy(z2, y)[1],
        "dW2": lambda delta2, d1: delta2.T @ d1,
        "db2": lambda delta2: delta2.sum(axis=0),
        "dd1": lambda delta2, W2: delta2 @ W2,
        "da1": lambda dd1, u, p: kept(dd1, u, p) / (1 - p),
        "delta1": lambda da1, z1: da1 * (z1 > 0),
        "dW1": lambda delta1, x: delta1.T @ x,
        "db1": lambda delta1: delta1.sum(axis=0),
    },
    probes=networks,
    example=(
        *(np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0, 1])),
        *(np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]), np.array([0.0, -1.0, 0.0])),
        *(np.array([[1.0, 2.0, 1.0], [0.0, 1.0, -1.0]]), np.array([0.0, 6.0])),
        *(np.array([[0.7, 0.2, 0.9], [0.8, 0.3, 0.6]]), 0.5),
    ),
    helpers={"dropout": DROPOUT, "dropout_backward": BACKWARD},
    wiring={"dropout": ["a1 u p"], "dropout_backward": ["dd1 u p"]},
    words={name: name for name in ("z1", "a1", "d1", "z2", "delta2", "dd1", "da1", "delta1")},
    dtype="float64",
    lecture="10, part 4",
    mistakes=(
        mistake("d1.missing", "Nothing is dropped going forward: layer 2 gets a1.", d1=lambda a1: a1.copy()),
        mistake("d1.without_scale", "Going forward, what is kept is not divided by 1 − p.",
                d1=lambda a1, u, p: kept(a1, u, p)),
        mistake("d1.other_side", "Going forward, units with u < p are kept, and the others dropped.",
                d1=lambda a1, u, p: a1 * (u < p) / (1 - p)),
        mistake("da1.missing", "The gradient does not go back through dropout.", da1=lambda dd1: dd1.copy()),
        mistake("da1.without_scale", "Going back, the gradient is not divided by 1 − p.",
                da1=lambda dd1, u, p: kept(dd1, u, p)),
        mistake("da1.without_mask", "Going back, the gradient of dropped units is not 0: only the division is there.",
                da1=lambda dd1, p: dd1 / (1 - p)),
        mistake("da1.other_side", "Going back, the gradient reaches the units with u < p, and not the others.",
                da1=lambda dd1, u, p: dd1 * (u < p) / (1 - p)),
        mistake("da1.twice", "The gradient goes back through dropout twice.",
                da1=lambda dd1, u, p: kept(dd1, u, p) / (1 - p) ** 2),
        mistake("scale.missing", "The division by 1 − p is missing, forward and back.",
                d1=lambda a1, u, p: kept(a1, u, p), da1=lambda dd1, u, p: kept(dd1, u, p)),
        mistake("dropout.missing", "Nothing is dropped, neither forward nor back.",
                d1=lambda a1: a1.copy(), da1=lambda dd1: dd1.copy()),
        mistake("dropout.other_side", "Units with u < p are kept and the others dropped, forward and back.",
                d1=lambda a1, u, p: a1 * (u < p) / (1 - p), da1=lambda dd1, u, p: dd1 * (u < p) / (1 - p)),
        mistake("d1.upper_end", "Going forward, units with u < 1 − p are kept, where those with u ≥ p should be.",
                d1=lambda a1, u, p: a1 * (u < 1 - p) / (1 - p)),
        mistake("d1.by_p", "Going forward, what is kept is divided by p, where 1 − p belongs.",
                d1=lambda a1, u, p: kept(a1, u, p) / p),
        mistake("da1.by_p", "Going back, the gradient is divided by p, where 1 − p belongs.",
                da1=lambda dd1, u, p: kept(dd1, u, p) / p),
        mistake("scale.by_p", "What is kept is divided by p, where 1 − p belongs, forward and back.",
                d1=lambda a1, u, p: kept(a1, u, p) / p, da1=lambda dd1, u, p: kept(dd1, u, p) / p),
        mistake("dW2.masked", "dW2 is made from what is kept of a1, but without the division by 1 − p.",
                dW2=lambda delta2, a1, u, p: delta2.T @ kept(a1, u, p)),
        mistake("delta1.of_values", "At ReLU the gradient is multiplied by a1, where the slope belongs.",
                delta1=lambda da1, a1: da1 * a1),
        mistake("delta2.summed", "delta2 is not divided by the number of examples: the gradients are sums.",
                delta2=lambda z2, y: len(y) * softmax_cross_entropy(z2, y)[1]),
        mistake("delta2.divided_twice", "The gradients are divided by the number of examples once more.",
                delta2=lambda z2, y: softmax_cross_entropy(z2, y)[1] / len(y)),
        mistake("delta2.sign", "All gradients have the wrong sign.",
                delta2=lambda z2, y: -softmax_cross_entropy(z2, y)[1]),
        mistake("delta2.divided", "delta2 is divided by 1 − p: no dropout comes after layer 2.",
                delta2=lambda z2, y, p: softmax_cross_entropy(z2, y)[1] / (1 - p)),
        mistake("dd1.before_relu", "Going back, dropout is left out, and ReLU as well.",
                delta1=lambda dd1: dd1.copy()),
        mistake("dW2.from_a1", "dW2 is made from a1, where d1 belongs.", dW2=lambda delta2, a1: delta2.T @ a1),
        mistake("dW2.from_z1", "dW2 is made from z1, where d1 belongs.", dW2=lambda delta2, z1: delta2.T @ z1),
        mistake("delta1.without_relu", "The gradient does not go back through ReLU.", delta1=lambda da1: da1.copy()),
        mistake("delta1.inverted", "The gradient passes ReLU where z1 is negative, and not where it is positive.",
                delta1=lambda da1, z1: da1 * (z1 < 0)),
        mistake("delta1.at_da1", "The mask of ReLU is made from the gradient, where z1 belongs.",
                delta1=lambda da1: da1 * (da1 > 0)),
        mistake("dW1.from_dd1", "dW1 is made from dd1, where delta1 belongs.", dW1=lambda dd1, x: dd1.T @ x),
        mistake("dW1.from_da1", "dW1 is made from da1, where delta1 belongs.", dW1=lambda da1, x: da1.T @ x),
        mistake("db1.from_da1", "db1 is made from da1, where delta1 belongs.", db1=lambda da1: da1.sum(axis=0)),
        mistake("z1.without_b1", "z1 is made without its bias b1.", z1=lambda x, W1: x @ W1.T),
        mistake("z2.without_b2", "z2 is made without its bias b2.", z2=lambda d1, W2: d1 @ W2.T),
        mistake("a1.missing", "ReLU is missing going forward.", a1=lambda z1: z1.copy()),
        mistake("z2.activated", "ReLU is applied to z2 as well: the scores have none.",
                z2=lambda d1, W2, b2: np.maximum(0, d1 @ W2.T + b2)),
        mistake("L.sum", "The losses of the examples are added up, where their mean belongs.",
                L=lambda z2, y: len(y) * softmax_cross_entropy(z2, y)[0]),
        *lifted(LAYERS, "2.", **LAYER2),
        *lifted(LAYERS, "1.", **LAYER1),
    ),
)  # fmt: skip

TASKS = (NETWORK,)
