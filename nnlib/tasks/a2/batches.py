"""Part 2: a batch through a network of ReLU, with everything kept that learning will need."""

import numpy as np

from nnlib.activations import sigmoid, softmax
from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a2.examples import EARLIER, ONE, identity, parameters

SIZES = [  # examples, sizes of the layers
    (5, (4, 3, 6, 2), "networks of several layers"),
    (3, (5, 2, 4, 6), "networks of several layers"),
    (6, (2, 4, 3), "networks of two layers"),
    (4, (3, 5), "a single layer"),
    (5, (3, 3, 3), "square layers"),
    (2, (4, 4, 4, 4), "square layers"),
    (3, (3, 3, 3, 3), "square layers and a square batch"),
    (4, (4, 4, 4), "square layers and a square batch"),
    (6, (3, 5, 1), "one output"),
    (1, (4, 3, 2), "a batch of one"),
]


def batches(rng):
    return [Probe(about, network(rng, m, sizes)) for m, sizes, about in SIZES]


def network(rng, m, sizes):
    """x, Ws, bs with hidden units that are on and off, and outputs of both signs where there are two and more."""
    while True:
        x, (Ws, bs) = rng.normal(size=(m, sizes[0])), parameters(rng, sizes)
        zs, _ = through()(x, Ws, bs)
        if all((z > 0).any() and ((z < 0).any() or z.size == 1) for z in zs):
            return x, Ws, bs


def relu(z):
    return np.maximum(0, z)


def affine(a, W, b):
    return a @ W.T + b


def through(z=affine, inner=relu, last=identity, onward=lambda z, a: a):
    """(zs, activations) of the pass, with another sum or activation; `onward(z, a)` goes into the next layer."""

    def forward(x, Ws, bs):
        zs, activations, taken = [], [x], x
        for l, (W, b) in enumerate(zip(Ws, bs), start=1):
            zs.append(z(taken, W, b))
            activations.append((last if l == len(Ws) else inner)(zs[-1]))
            taken = onward(zs[-1], activations[-1])
        return zs, activations

    return forward


def with_lists(weights=list, biases=list):
    """The pass with other lists of weights or biases: `weights` and `biases` make them."""
    return lambda x, Ws, bs: through()(x, weights(Ws), biases(bs))


def from_the_input(x, Ws, bs):
    """Who gives the input to every layer."""
    zs = [affine(x, W, b) for W, b in zip(Ws, bs)]
    return zs, [x, *map(relu, zs[:-1]), zs[-1]]


def bias_outside(x, Ws, bs):
    zs, activations = [], [x]
    for l, (W, b) in enumerate(zip(Ws, bs), start=1):
        zs.append(activations[-1] @ W.T)
        activations.append((identity if l == len(Ws) else relu)(zs[-1]) + b)
    return zs, activations


def pairs(id, effect, **changes):
    """A mistake in the pass as a whole: both lists follow from it."""
    return mistake(id, effect, kept=through(**changes))


BATCH = Task(
    number=7,
    call="forward_batch(x, Ws, bs)",
    returns="zs activations",
    steps={
        "kept": through(),
        "zs": lambda kept: kept[0],
        "activations": lambda kept: kept[1],
    },
    probes=batches,
    example=(
        np.array([[1.0, 2.0], [-1.0, 1.0], [0.5, 0.5], [2.0, 0.0]]),
        [np.array([[1.0, 0.0], [0.0, 2.0], [1.0, -1.0]]), np.array([[2.0, 1.0, -1.0]])],
        [np.array([0.0, -3.0, 0.5]), np.array([-1.0])],
    ),
    helpers=EARLIER | {"forward_one": ONE},
    dtype="float64",
    lecture="04, part 2",
    mistakes=(
        pairs("z.without_b", "The biases are left out.", z=lambda a, W, b: a @ W.T),
        pairs("z.b_subtracted", "The biases are subtracted, where they should be added.",
              z=lambda a, W, b: a @ W.T - b),
        pairs("z.b_column", "Each example gets a bias of its own, where each unit should have one.",
              z=lambda a, W, b: a @ W.T + b[:, None]),
        pairs("z.untransposed_W", "The sums are made with W, where its transpose belongs.",
              z=lambda a, W, b: a @ W + b),
        pairs("z.columns", "W and a are multiplied the wrong way round: the examples stand in rows, not in columns.",
              z=lambda a, W, b: W @ a + b),
        mistake("b.outside", "The bias is added after ReLU, where it should be added before.", kept=bias_outside),
        mistake("b.first", "Every layer gets the bias of the first.",
                kept=with_lists(biases=lambda bs: [bs[0]] * len(bs))),
        mistake("W.first", "Every layer gets the weights of the first.",
                kept=with_lists(weights=lambda Ws: [Ws[0]] * len(Ws))),
        mistake("layers.reversed", "The layers are gone through from the last to the first.",
                kept=with_lists(lambda Ws: Ws[::-1], lambda bs: bs[::-1])),
        mistake("x.every_layer", "Each layer gets the input x, where the activation of the layer before belongs.",
                kept=from_the_input),
        pairs("a.passed_on", "The next layer gets z, where the activation belongs.", onward=lambda z, a: z),
        pairs("a.hidden_missing", "There is no ReLU in the hidden layers.", inner=identity),
        pairs("a.hidden_sigmoid", "The hidden layers use the sigmoid, where ReLU belongs.", inner=sigmoid),
        pairs("a.hidden_tanh", "The hidden layers use tanh, where ReLU belongs.", inner=np.tanh),
        pairs("a.hidden_leaky", "The hidden layers use a leaky ReLU, where ReLU belongs.",
              inner=lambda z: np.where(z > 0, z, 0.01 * z)),
        pairs("a.hidden_absolute", "Hidden activations hold |z|: negative entries should become 0.", inner=np.abs),
        pairs("a.hidden_min", "Hidden activations keep the negative entries, where they should keep the positive ones.",
              inner=lambda z: np.minimum(0, z)),
        pairs("a.last_relu", "The last layer uses ReLU, too, where no activation function belongs.", last=relu),
        pairs("a.last_sigmoid", "The last layer uses a sigmoid, where no activation function belongs.", last=sigmoid),
        pairs("a.last_softmax", "The last layer uses softmax, where no activation function belongs.", last=softmax),
        pairs("z.b_twice", "The biases are added twice.", z=lambda a, W, b: a @ W.T + 2 * b),
        pairs("z.b_sum", "Every unit of a layer gets the sum of its biases.", z=lambda a, W, b: a @ W.T + b.sum()),
        pairs("z.first_bias", "Every unit of a layer gets its first bias.", z=lambda a, W, b: a @ W.T + b[0]),
        pairs("z.mean", "The products are averaged, where they should be added up.",
              z=lambda a, W, b: a @ W.T / W.shape[1] + b),
        pairs("z.over_batch", "The weighted inputs are divided by the number of examples.",
              z=lambda a, W, b: a @ W.T / len(a) + b),
        pairs("a.hidden_step", "The hidden layers answer 0 or 1, where ReLU belongs.",
              inner=lambda z: (z > 0) * 1.0),
        pairs("a.hidden_negative", "ReLU is applied to −z, where z belongs.", inner=lambda z: relu(-z)),
        pairs("a.hidden_softmax", "The hidden layers use softmax, where ReLU belongs.", inner=softmax),
        pairs("a.last_tanh", "The last layer uses tanh, where no activation function belongs.", last=np.tanh),
        pairs("a.exchanged", "The last layer has ReLU and the hidden ones have none: it should be the other way round.",
              inner=identity, last=relu),
        pairs("a.sigmoids", "All layers use the sigmoid, as in task 6.", inner=sigmoid, last=sigmoid),
        mistake("b.last_missing", "The bias of the last layer is left out.",
                kept=with_lists(biases=lambda bs: [*bs[:-1], 0 * bs[-1]])),
        mistake("b.hidden_missing", "The biases of the hidden layers are left out.",
                kept=with_lists(biases=lambda bs: [*(0 * b for b in bs[:-1]), bs[-1]])),
        mistake("zs.without_b", "zs holds the sums before the bias is added; activations is right.",
                zs=lambda kept, Ws: [a @ W.T for a, W in zip(kept[1], Ws)]),
        mistake("zs.before", "zs holds what goes into each layer, where the sums belong.",
                zs=lambda kept: kept[1][:-1]),
        mistake("activations.sums", "activations holds x and the sums, where the activations belong.",
                activations=lambda x, kept: [x, *kept[0]]),
        mistake("activations.one_row", "activations holds only the first example.",
                activations=lambda kept: [a[0] for a in kept[1]]),
        mistake("zs.activated", "zs holds the activations, where the sums before them belong.",
                zs=lambda kept: kept[1][1:]),
    ),
)  # fmt: skip

TASKS = (BATCH,)
