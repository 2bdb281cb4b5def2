"""Part 2: forward, loss and gradients, with the parameters in a list."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task, lifted, mistake
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import chosen
from nnlib.losses import softmax_cross_entropy
from nnlib.tasks.a3 import networks as a3
from nnlib.tasks.a3.loss_gradients import GRAD
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SOFTMAX

EXAMPLE = [  # the network 2-3-2 of assignment 3
    np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]),
    np.array([0.0, -1.0, 0.0]),
    np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 0.0]]),
    np.array([0.0, 3.0]),
]
IMAGES = np.array([[1.0, 2.0], [3.0, 0.0]])
FAR_SIZES = [(6, 3, 5, 4), (5, 2, 4, 3), (4, 5, 3, 2), (7, 3, 5, 3), (8, 4, 3, 5), (5, 3, 6, 3), (9, 2, 4, 2)]
PARAMS = {
    "W1": lambda params: params[0],
    "b1": lambda params: params[1],
    "W2": lambda params: params[2],
    "b2": lambda params: params[3],
}


def forward(params, x):
    """What `FORWARD` returns, in a hundredth of the time: a declaration of training calls it a thousand times."""
    first, b1, second, b2 = params
    hidden = np.maximum(x @ first.T + b1, 0)
    return hidden, hidden @ second.T + b2


def loss_and_grads(params, x, y):
    """What `LOSS` returns, as quickly."""
    a1, z2 = forward(params, x)
    L, delta2 = softmax_cross_entropy(z2, y)
    delta1 = delta2 @ params[2] * (a1 > 0)
    return L, [delta1.T @ x, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)]


def networks(rng):
    """(params, x, y) of many sizes, and one in float32."""
    found = []
    for sizes, about in a3.SIZES.items():
        x, y, *params = a3.network(rng, *sizes)
        found.append(Probe(about, (params, x, y)))
    params, x, y = found[0].arguments
    single = [p.astype(np.float32) for p in params]
    return [*found, Probe("float32", (single, x.astype(np.float32), y))]


def far(rng):
    """Networks with scores far from 0 in some rows; there, the least likely class is the right one."""
    found = []
    for sizes in FAR_SIZES:
        x, _, W1, b1, W2, b2 = a3.network(rng, *sizes)
        x[::2] *= 400
        z2 = forward([W1, b1, W2, b2], x)[1]
        y = np.where(np.ptp(z2, axis=1) > 100, z2.argmin(axis=1), z2.argmax(axis=1))
        found.append(Probe("scores far from 0", ([W1, b1, W2, b2], x, y), extreme=True))
    return found


def of_the_lab(rng):
    x, y, *params = a3.of_the_lab(rng).arguments
    return Probe("a network of 784-64-10 units", (params, x, y))


def _keeps_float32(seen):
    x = seen.arguments[1]
    return x.dtype != np.float32 or all(a.dtype == x.dtype for a in arrays_in(seen.result) if a.ndim)


KEPT = Fact("dtype.kept", "Given float32, it returns arrays of another type.", _keeps_float32)
GOING_FORWARD = """z1.without_b1 z2.without_b2 z1.b1_subtracted z2.b1_for_b2 z1.transposed_W1 z2.transposed_W2
a1.missing z2.from_z1 a1.tanh a1.sigmoid a1.absolute a1.min z2.activated
z.without_biases a1.leaky a1.bias_after z2.b2_subtracted"""
FORWARD_STEPS = PARAMS | {name: a3.NETWORK.steps[name] for name in ("z1", "a1", "z2")}
HIDDEN = (
    mistake("a1.mask", "a1 holds 1 for each positive z1, where z1 itself belongs.", a1=lambda z1: (z1 > 0) * 1.0),
    mistake("z2.from_x", "z2 is made from x, where a1 belongs.", z2=lambda x, W2, b2: x @ W2.T + b2),
)
FORWARD = Task(
    number=3,
    call="forward(params, x)",
    returns="a1 z2",
    steps=FORWARD_STEPS,
    probes=lambda rng: [Probe(p.about, p.arguments[:2]) for p in networks(rng)],
    example=(EXAMPLE, IMAGES),
    facts=(KEPT,),
    lecture="06, part 4",
    mistakes=(
        *chosen(a3.NETWORK.mistakes, GOING_FORWARD),
        mistake("z2.probabilities", "z2 holds probabilities, where the logits belong: softmax is applied to it.",
                z2=lambda a1, W2, b2: SOFTMAX(a1 @ W2.T + b2)),
        *HIDDEN,
        mistake("a1.z1_returned", "z1 is returned, where a1 belongs.", returns="z1 z2"),
        mistake("z2.log_probabilities", "z2 holds logarithms of probabilities, where the logits belong.",
                z2=lambda a1, W2, b2: np.log(SOFTMAX(a1 @ W2.T + b2))),
        mistake("z2.shifted", "The maximum of each row is subtracted from z2, where the logits belong as they are.",
                z2=lambda a1, W2, b2: (z := a1 @ W2.T + b2) - z.max(axis=1, keepdims=True)),
        mistake("z2.sigmoid", "z2 goes through a sigmoid, where the logits belong as they are.",
                z2=lambda a1, W2, b2: 1 / (1 + np.exp(-(a1 @ W2.T + b2)))),
        mistake("z2.tanh", "z2 goes through tanh, where the logits belong as they are.",
                z2=lambda a1, W2, b2: np.tanh(a1 @ W2.T + b2)),
        mistake("z1.without_x", "z1 holds b1 alone: x has no effect.", z1=lambda x, b1: np.zeros((len(x), 1)) + b1),
        mistake("a1.scores", "a1 is z1 less its mean: that is no ReLU.", a1=lambda z1: z1 - z1.mean()),
    ),
)  # fmt: skip


IN_ITS_TYPE = {  # float32 stays float32
    "onehot": lambda z2, y: np.eye(z2.shape[1], dtype=z2.dtype)[y],
    "slope1": lambda z1: z1 > 0,
}
MORE = """delta.mean_twice delta.slope delta.by_p delta.onehot_divided delta.right_class onehot.added
onehot.rows"""
MORE_OF_L = """L.mean_twice L.squared L.sum_and_sign L.half L.without_log L.log_of_mean right.all_classes
right.sum_of_classes log_p.without_sum log_p.base_2 log_p.base_10 log_p.floor"""
RARE = "both_transposed untransposed from_W first_example last_example from_dx over_all not_summed without_delta"
NAMES = a3.TOP | {name: name for name in ("top", "e", "log_p")}
LOSS = Task(
    number=4,
    call="loss_and_grads(params, x, y)",
    returns="L [dW1 db1 dW2 db2]",
    steps=PARAMS | a3.NETWORK.steps | IN_ITS_TYPE,
    probes=lambda rng: [*networks(rng), *far(rng)],
    example=(EXAMPLE, IMAGES, np.array([0, 1])),
    facts=(KEPT,),
    helpers={"forward": FORWARD},
    wiring={"forward": ["params x"]},
    full_size=of_the_lab,
    lecture="06, part 4",
    mistakes=(
        *(made for made in a3.NETWORK.mistakes if made.id.split(".")[-1] not in RARE.split()),
        *HIDDEN,
        mistake("grads.stepped", "The list holds parameters after a step, where the gradients belong.",
                returns="L new1 new2 new3 new4", new1=lambda W1, dW1: W1 - dW1, new2=lambda b1, db1: b1 - db1,
                new3=lambda W2, dW2: W2 - dW2, new4=lambda b2, db2: b2 - db2),
        *lifted(chosen(SOFTMAX.mistakes, "top.missing"), "softmax.", **NAMES),
        *lifted(chosen(CROSS_ENTROPY.mistakes, MORE_OF_L), **NAMES),
        *lifted(chosen(GRAD.mistakes, MORE), "delta2.", **NAMES),
    ),
)  # fmt: skip

TASKS = (FORWARD, LOSS)
