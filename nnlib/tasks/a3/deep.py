"""Part 4: all gradients of a network of any depth, by the recursion of the error terms."""

from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid
from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import labels
from nnlib.tasks.a3.loss_gradients import GRAD
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SOFTMAX
from nnlib.tasks.a3.networks import EARLIER, NETWORK

SIZES = [  # m and the sizes n_0 … n_L of the layers
    (5, (3, 4, 2, 3), "layers of different sizes"),
    (4, (2, 5, 3), "layers of different sizes"),
    (6, (3, 2, 4, 5, 2), "layers of different sizes"),
    (4, (4, 4, 4, 4), "square layers"),
    (5, (3, 3, 3), "square layers"),
    (3, (3, 3, 3, 3, 3), "square layers"),
    (5, (4, 3), "a network without hidden layers"),
    (1, (2, 3, 4, 2), "a batch of one"),
]


def networks(rng):
    return [Probe(about, network(rng, m, sizes)) for m, sizes, about in SIZES]


def of_the_lab(rng):
    return Probe("a network of 784-64-32-10 units", network(rng, 3, (784, 64, 32, 10)))


def network(rng, m, sizes):
    """x, y, Ws, bs; the weights are small enough that tanh is not flat."""
    Ws = [rng.normal(0, n**-0.5, (n_out, n)) for n, n_out in pairwise(sizes)]
    bs = [rng.normal(0, 0.5, n_out) for n_out in sizes[1:]]
    return rng.normal(size=(m, sizes[0])), labels(rng, m, sizes[-1]), Ws, bs


def forward(x, Ws, bs, hidden=np.tanh):
    """z of all layers, and what goes into each: zs[l] = ins[l] Ws[l]ᵀ + bs[l]."""
    zs, ins = [], [x]
    for W, b in zip(Ws, bs):
        zs.append(ins[-1] @ W.T + b)
        ins.append(hidden(zs[-1]))
    return zs, ins[:-1]


def backward(top, Ws, slopes):
    """δ of all layers from that of the last: δ_l = (δ_(l+1) W_(l+1)) ⊙ slope_l."""
    deltas = [top]
    for W, slope in zip(Ws[:0:-1], slopes[::-1]):
        deltas.insert(0, deltas[0] @ W * slope)
    return deltas


def gradients(deltas, ins):
    return [delta.T @ a for delta, a in zip(deltas, ins)]


def activated(hidden):
    """The forward pass with another activation of the hidden layers."""
    return lambda x, Ws, bs: forward(x, Ws, bs, hidden)


def updated(eta):
    """The recursion through weights that a step of gradient descent has changed already."""

    def deltas(top, Ws, slopes, ins):
        found = [top]
        for W, slope, a in zip(Ws[:0:-1], slopes[::-1], ins[:0:-1]):
            found.insert(0, found[0] @ (W - eta * found[0].T @ a) * slope)
        return found

    return deltas


STEPS = {
    "passes": forward,
    "zs": lambda passes: passes[0],
    "ins": lambda passes: passes[1],
    "L": lambda zs, y: CROSS_ENTROPY(zs[-1], y),
    "top": lambda zs, y: GRAD(zs[-1], y),
    "slopes": lambda zs: [1 - np.tanh(z) ** 2 for z in zs[:-1]],
    "deltas": backward,
    "dWs": gradients,
    "dbs": lambda deltas: [delta.sum(axis=0) for delta in deltas],
}
EARLY = "Errors go back through weights that are updated already: first all gradients, then the step."
DEEP = Task(
    number=11,
    call="deep_gradients(x, y, Ws, bs)",
    returns="L dWs dbs",
    steps=STEPS,
    probes=networks,
    example=(
        *(np.array([[1.0, 2.0]]), np.array([1])),
        [np.array([[0.0, 0.0], [2.0, -1.0], [4.0, -2.0]]), np.array([[4.0, 3.0, 1.0]]), np.array([[5.0], [0.0]])],
        [np.array([np.log(2.0), -np.log(3.0), 0.0]), np.array([np.log(2.0)]), np.array([-3.0, 0.0])],
    ),
    helpers=EARLIER | {"network_gradients": NETWORK},
    dtype="float64",
    full_size=of_the_lab,
    lecture="06, part 4",
    mistakes=(
        mistake("zs.without_biases", "The biases are missing in the forward pass.",
                passes=lambda x, Ws: forward(x, Ws, [0] * len(Ws))),
        mistake("ins.not_activated", "Going forward, tanh is missing in the hidden layers.",
                passes=activated(lambda z: z)),
        mistake("ins.relu", "Going forward, the hidden layers use ReLU, where tanh belongs.",
                passes=activated(lambda z: np.maximum(0, z))),
        mistake("ins.sigmoid", "Going forward, the hidden layers use a sigmoid, where tanh belongs.",
                passes=activated(sigmoid)),
        mistake("zs.scores_activated", "The scores of the last layer go through tanh, too.",
                L=lambda zs, y: CROSS_ENTROPY(np.tanh(zs[-1]), y), top=lambda zs, y: GRAD(np.tanh(zs[-1]), y)),
        mistake("zs.scores_activated_both", "The scores of the last layer go through tanh, forward and back.",
                L=lambda zs, y: CROSS_ENTROPY(np.tanh(zs[-1]), y),
                top=lambda zs, y: GRAD(np.tanh(zs[-1]), y) * (1 - np.tanh(zs[-1]) ** 2)),
        mistake("top.sign", "All gradients have the wrong sign.", top=lambda zs, y: -GRAD(zs[-1], y)),
        mistake("top.mean_twice", "The error of the last layer is divided by the number of examples twice.",
                top=lambda zs, y: GRAD(zs[-1], y) / len(y)),
        mistake("top.softmax_twice", "Softmax is applied to the scores before the loss, which does that itself.",
                L=lambda zs, y: CROSS_ENTROPY(SOFTMAX(zs[-1]), y), top=lambda zs, y: GRAD(SOFTMAX(zs[-1]), y)),
        mistake("L.sum", "The losses of the examples are added up, where their mean belongs.",
                L=lambda zs, y: CROSS_ENTROPY(zs[-1], y) * len(y)),
        mistake("top.sum", "The error of the last layer is not divided by the number of examples.",
                top=lambda zs, y: GRAD(zs[-1], y) * len(y)),
        mistake("top.slope", "The error of the last layer is multiplied by a slope, but it has no tanh.",
                top=lambda zs, y: GRAD(zs[-1], y) * (1 - np.tanh(zs[-1]) ** 2)),
        mistake("slopes.missing", "Going back, the slope of tanh is missing.", slopes=lambda zs: [1] * (len(zs) - 1)),
        mistake("slopes.at_a", "The slope of tanh is taken at a, as if a were z: tanh is applied twice.",
                slopes=lambda ins: [1 - np.tanh(a) ** 2 for a in ins[1:]]),
        mistake("slopes.of_z", "The slope of tanh holds 1 − z², where 1 − a² belongs.",
                slopes=lambda zs: [1 - z**2 for z in zs[:-1]]),
        mistake("slopes.relu", "Going back, the hidden layers use the slope of ReLU, where that of tanh belongs.",
                slopes=lambda zs: [z > 0 for z in zs[:-1]]),
        mistake("slopes.sigmoid", "Going back, the hidden layers use the slope of the sigmoid, where tanh's belongs.",
                slopes=lambda zs: [sigmoid(z) * (1 - sigmoid(z)) for z in zs[:-1]]),
        mistake("slopes.value", "Going back, errors are multiplied by tanh z itself, where its slope belongs.",
                slopes=lambda zs: [np.tanh(z) for z in zs[:-1]]),
        mistake("slopes.next_layer", "The slope is that of the layer above, where each layer should take its own.",
                slopes=lambda zs: [1 - np.tanh(z) ** 2 for z in zs[1:]]),
        mistake("slopes.layer_below", "The slope is taken at what goes into a layer, where its own z belongs.",
                slopes=lambda ins: [1 - np.tanh(a) ** 2 for a in ins[:-1]]),
        mistake("deltas.transposed", "Errors go back through the transposes of the weights.",
                deltas=lambda top, Ws, slopes: backward(top, [W.T for W in Ws], slopes)),
        mistake("deltas.own_weights", "Errors go back through a layer's own weights, where those above it belong.",
                deltas=lambda top, Ws, slopes: backward(top, [None, *Ws[:-1]], slopes)),
        mistake("deltas.reversed_weights", "Errors go back through the weights in forward order, first layer first.",
                deltas=lambda top, Ws, slopes: backward(top, [None, *Ws[:0:-1]], slopes)),
        mistake("deltas.slope_after_product", "The gradients of a layer are made before its slope is multiplied in.",
                deltas=lambda top, Ws, slopes: [
                    *(d @ W for d, W in zip(backward(top, Ws, slopes)[1:], Ws[1:])), top]),
        *(mistake("deltas.early_update", EARLY, deltas=updated(eta)) for eta in (1.0, 0.5, 0.1, 0.05, 0.01, 0.001)),
        mistake("dWs.from_z", "The gradients of the weights are made from z of the layer below, not from its a.",
                dWs=lambda deltas, zs, x: gradients(deltas, [x, *zs])),
        mistake("dWs.from_own_output", "The gradients of the weights are made from a layer's output, not its input.",
                dWs=lambda deltas, ins, zs: gradients(deltas, [*ins[1:], zs[-1]])),
        mistake("dWs.from_x", "The gradients of all weights are made from x, where what goes into each layer belongs.",
                dWs=lambda deltas, x: gradients(deltas, [x] * len(deltas))),
        mistake("dWs.transposed", "The gradients of the weights come out transposed.",
                dWs=lambda deltas, ins: [dW.T for dW in gradients(deltas, ins)]),
        mistake("dWs.mean", "The gradients of the weights are divided by the number of examples once more.",
                dWs=lambda deltas, ins, x: [dW / len(x) for dW in gradients(deltas, ins)]),
        mistake("dbs.mean", "The gradients of the biases are means over the examples, where sums belong.",
                dbs=lambda deltas: [delta.mean(axis=0) for delta in deltas]),
        mistake("dbs.over_outputs", "The gradients of the biases are summed over the outputs, not over the examples.",
                dbs=lambda deltas: [delta.sum(axis=1) for delta in deltas]),
        mistake("lists.reversed", "Both lists begin with the last layer, where the first should come first.",
                dWs=lambda deltas, ins: gradients(deltas, ins)[::-1],
                dbs=lambda deltas: [delta.sum(axis=0) for delta in deltas[::-1]]),
        mistake("dWs.reversed", "The list dWs begins with the last layer, where the first should come first.",
                dWs=lambda deltas, ins: gradients(deltas, ins)[::-1]),
        mistake("dbs.reversed", "The list dbs begins with the last layer, where the first should come first.",
                dbs=lambda deltas: [delta.sum(axis=0) for delta in deltas[::-1]]),
    ),
)  # fmt: skip

TASKS = (DEEP,)
