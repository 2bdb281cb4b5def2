"""Part 2: one example through a network of sigmoids."""

from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid, softmax
from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a2.activations import SIGMOID, SLOPE
from nnlib.tasks.a2.units import ELU, LEAKY

EARLIER = {task.name: task for task in (SIGMOID, SLOPE, LEAKY, ELU)}
SIZES = [  # of the layers, the input first
    ((4, 3, 5, 6), "networks of several layers"),
    ((5, 2, 3, 7), "networks of several layers"),
    ((3, 5, 4, 2, 8), "networks of several layers"),
    ((2, 3, 6), "networks of two layers"),
    ((4, 6), "a single layer"),
    ((3, 3, 3, 3), "square layers"),
    ((4, 4, 4), "square layers"),
    ((6, 6, 6, 6), "square layers"),
    ((2, 4, 1), "one output"),
    ((1, 3, 1), "one input and one output"),
]


def parameters(rng, sizes):
    """Ws and bs of random numbers, no bias near 0."""
    Ws = [rng.normal(0, 1, (n, n_prev)) for n_prev, n in pairwise(sizes)]
    return Ws, [rng.uniform(0.2, 1, n) * rng.choice([-1, 1], n) for n in sizes[1:]]


def networks(rng):
    return [Probe(about, (rng.normal(size=sizes[0]), *parameters(rng, sizes))) for sizes, about in SIZES]


def affine(W, a, b):
    return W @ a + b


def through(z=affine, inner=sigmoid, last=sigmoid):
    """The pass with another sum `z(W, a, b)`, or another activation function in the hidden layers or in the last."""

    def forward(x, Ws, bs):
        a = x
        for l, (W, b) in enumerate(zip(Ws, bs), start=1):
            a = (last if l == len(Ws) else inner)(z(W, a, b))
        return a

    return forward


def changed(**layers):
    """The pass with other lists of weights or biases, or another input: `changed(bs=lambda x, Ws, bs: …)`."""

    def forward(x, Ws, bs):
        given = {"x": x, "Ws": Ws, "bs": bs}
        return through()(**given | {name: other(x, Ws, bs) for name, other in layers.items()})

    return forward


def from_the_input(x, Ws, bs):
    """Who gives the input to every layer."""
    return [sigmoid(W @ x + b) for W, b in zip(Ws, bs)][-1]


def bias_outside(x, Ws, bs):
    a = x
    for W, b in zip(Ws, bs):
        a = sigmoid(W @ a) + b
    return a


def bias_outside_hidden(x, Ws, bs):
    a = x
    for W, b in zip(Ws[:-1], bs[:-1]):
        a = sigmoid(W @ a) + b
    return sigmoid(Ws[-1] @ a + bs[-1])


def bias_inside(x, Ws, bs):
    a = x
    for W, b in zip(Ws, bs):
        a = sigmoid(W @ (a + b))
    return a


def identity(z):
    return z


ONE = Task(
    number=6,
    call="forward_one(x, Ws, bs)",
    returns="y_hat",
    steps={"y_hat": through()},
    probes=networks,
    example=(
        np.array([1.0, 2.0]),
        [np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]), np.array([[2.0, 1.0, -1.0]])],
        [np.array([-1.0, -1.0, 0.0]), np.array([-1.0])],
    ),
    helpers=EARLIER,
    dtype="float64",
    lecture="04, part 1",
    mistakes=(
        mistake("z.without_b", "The biases are left out.", y_hat=through(z=lambda W, a, b: W @ a)),
        mistake("z.b_subtracted", "The biases are subtracted, where they should be added.",
                y_hat=through(z=lambda W, a, b: W @ a - b)),
        mistake("z.transposed_W", "Columns of W are used, where its rows belong: W is transposed.",
                y_hat=through(z=lambda W, a, b: W.T @ a + b)),
        mistake("b.outside", "The bias is added after the sigmoid, where it should be added before.",
                y_hat=bias_outside),
        mistake("b.first", "Every layer gets the bias of the first.",
                y_hat=changed(bs=lambda x, Ws, bs: [bs[0]] * len(bs))),
        mistake("W.first", "Every layer gets the weights of the first.",
                y_hat=changed(Ws=lambda x, Ws, bs: [Ws[0]] * len(Ws))),
        mistake("layers.reversed", "The layers are gone through from the last to the first.",
                y_hat=changed(Ws=lambda x, Ws, bs: Ws[::-1], bs=lambda x, Ws, bs: bs[::-1])),
        mistake("layers.without_last", "The last layer is left out.",
                y_hat=changed(Ws=lambda x, Ws, bs: Ws[:-1], bs=lambda x, Ws, bs: bs[:-1])),
        mistake("layers.first_alone", "Only the first layer is computed: its activation is returned.",
                y_hat=changed(Ws=lambda x, Ws, bs: Ws[:1], bs=lambda x, Ws, bs: bs[:1])),
        mistake("layers.last_alone", "The last layer gets x, where the activation of the layer before belongs.",
                y_hat=from_the_input),
        mistake("x.activated", "The input goes through a sigmoid before the first layer.",
                y_hat=changed(x=lambda x, Ws, bs: sigmoid(x))),
        mistake("a.missing", "There is no sigmoid in any layer.", y_hat=through(inner=identity, last=identity)),
        mistake("a.hidden_missing", "There is no sigmoid in the hidden layers.", y_hat=through(inner=identity)),
        mistake("a.last_missing", "There is no sigmoid in the last layer.", y_hat=through(last=identity)),
        mistake("a.last_twice", "The sigmoid is applied twice in the last layer.",
                y_hat=through(last=lambda z: sigmoid(sigmoid(z)))),
        mistake("a.tanh", "The layers use tanh, where the sigmoid belongs.",
                y_hat=through(inner=np.tanh, last=np.tanh)),
        mistake("a.hidden_tanh", "The hidden layers use tanh, where the sigmoid belongs.",
                y_hat=through(inner=np.tanh)),
        mistake("a.hidden_relu", "The hidden layers use ReLU, where the sigmoid belongs.",
                y_hat=through(inner=lambda z: np.maximum(0, z))),
        mistake("z.with_b_inside", "The bias is multiplied by the weights: it is added to what goes into the layer.",
                y_hat=bias_inside),
        mistake("z.b_twice", "The biases are added twice.", y_hat=through(z=lambda W, a, b: W @ a + 2 * b)),
        mistake("z.b_sum", "Every unit of a layer gets the sum of its biases.",
                y_hat=through(z=lambda W, a, b: W @ a + b.sum())),
        mistake("z.first_bias", "Every unit of a layer gets its first bias.",
                y_hat=through(z=lambda W, a, b: W @ a + b[0])),
        mistake("z.sizes", "The weights are taken without their signs.",
                y_hat=through(z=lambda W, a, b: np.abs(W) @ a + b)),
        mistake("z.mean", "The products are averaged, where they should be added up.",
                y_hat=through(z=lambda W, a, b: W @ a / len(a) + b)),
        mistake("z.sum_of_W", "The weights of a unit are added up: what goes into the layer has no effect.",
                y_hat=through(z=lambda W, a, b: W.sum(axis=1) + b)),
        mistake("a.negative", "The sign of z is turned before the sigmoid.",
                y_hat=through(inner=lambda z: sigmoid(-z), last=lambda z: sigmoid(-z))),
        mistake("a.slope", "The layers use the slope of the sigmoid, where its value belongs.",
                y_hat=through(inner=lambda z: sigmoid(z) * sigmoid(-z), last=lambda z: sigmoid(z) * sigmoid(-z))),
        mistake("a.relu", "All layers use ReLU, where the sigmoid belongs.",
                y_hat=through(inner=lambda z: np.maximum(0, z), last=lambda z: np.maximum(0, z))),
        mistake("a.hidden_step", "The hidden layers answer 0 or 1, where the sigmoid belongs.",
                y_hat=through(inner=lambda z: (z >= 0) * 1.0)),
        mistake("a.last_relu", "The last layer uses ReLU, where the sigmoid belongs.",
                y_hat=through(last=lambda z: np.maximum(0, z))),
        mistake("a.last_tanh", "The last layer uses tanh, where the sigmoid belongs.", y_hat=through(last=np.tanh)),
        mistake("b.outside_hidden", "In hidden layers, the bias is added after the sigmoid, where it belongs before.",
                y_hat=bias_outside_hidden),
        mistake("b.last_missing", "The bias of the last layer is left out.",
                y_hat=changed(bs=lambda x, Ws, bs: [*bs[:-1], 0 * bs[-1]])),
        mistake("b.hidden_missing", "The biases of the hidden layers are left out.",
                y_hat=changed(bs=lambda x, Ws, bs: [*(0 * b for b in bs[:-1]), bs[-1]])),
        mistake("b.first_missing", "The bias of the first layer is left out.",
                y_hat=changed(bs=lambda x, Ws, bs: [0 * bs[0], *bs[1:]])),
        mistake("a.softmax", "The last layer uses softmax, where the sigmoid belongs.", y_hat=through(last=softmax)),
    ),
)  # fmt: skip

TASKS = (ONE,)
