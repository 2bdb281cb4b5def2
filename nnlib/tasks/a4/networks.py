"""Part 2: forward, loss and gradients, with the parameters in a list."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task, lifted, mistake
from nnlib.diagnosis.comparing import arrays_in
from nnlib.diagnosis.task import chosen
from nnlib.losses import softmax_cross_entropy
from nnlib.tasks.a3 import networks as a3
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SOFTMAX

EXAMPLE = [  # the network 2-3-2 of assignment 3
    np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]),
    np.array([0.0, -1.0, 0.0]),
    np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 0.0]]),
    np.array([0.0, 3.0]),
]
IMAGES = np.array([[1.0, 2.0], [3.0, 0.0]])
FAR_SIZES = [(6, 3, 5, 4), (5, 2, 4, 3), (4, 5, 3, 2), (7, 3, 5, 3)]
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


def _keeps_float32(seen):
    x = seen.arguments[1]
    return x.dtype != np.float32 or all(a.dtype == x.dtype for a in arrays_in(seen.result) if a.ndim)


KEPT = Fact("dtype.kept", "For arguments in float32, what is returned is no float32.", _keeps_float32)
GOING_FORWARD = """z1.without_b1 z2.without_b2 z1.b1_subtracted z2.b1_for_b2 z1.transposed_W1 z2.transposed_W2
a1.missing z2.from_z1 a1.tanh a1.sigmoid a1.absolute a1.min z2.activated"""
FORWARD_STEPS = PARAMS | {name: a3.NETWORK.steps[name] for name in ("z1", "a1", "z2")}
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
        mistake("z1.without_x", "z1 holds b1 alone.", z1=lambda x, b1: np.zeros((len(x), 1)) + b1),
        mistake("a1.scores", "a1 is z1 less its mean: that is no ReLU.", a1=lambda z1: z1 - z1.mean()),
    ),
)  # fmt: skip


def listed(x, dW1, db1, dW2, db2):
    """The gradients as they are returned, in the type of x."""
    return [grad.astype(x.dtype) for grad in (dW1, db1, dW2, db2)]


RARE = "both_transposed untransposed from_W first_example last_example from_dx over_all not_summed without_delta"
NAMES = a3.TOP | {name: name for name in ("top", "e", "log_p")}
LOSS = Task(
    number=4,
    call="loss_and_grads(params, x, y)",
    returns="L grads",
    steps=PARAMS | a3.NETWORK.steps | {"grads": listed},
    probes=lambda rng: [*networks(rng), *far(rng)],
    example=(EXAMPLE, IMAGES, np.array([0, 1])),
    facts=(KEPT,),
    helpers={"forward": FORWARD},
    lecture="06, part 4",
    mistakes=(
        *(made for made in a3.NETWORK.mistakes if made.id.split(".")[-1] not in RARE.split()),
        mistake("grads.last_layer_first", "grads begins with the last layer: dW2 and db2 stand before dW1 and db1.",
                grads=lambda dW1, db1, dW2, db2: [dW2, db2, dW1, db1]),
        mistake("grads.weights_first", "grads holds the weights of both layers first, then the biases.",
                grads=lambda dW1, db1, dW2, db2: [dW1, dW2, db1, db2]),
        mistake("grads.sign", "All gradients have the wrong sign.",
                grads=lambda dW1, db1, dW2, db2: [-dW1, -db1, -dW2, -db2]),
        mistake("grads.stepped", "grads holds parameters after a step, where the gradients belong.",
                grads=lambda params, dW1, db1, dW2, db2: [p - g for p, g in zip(params, (dW1, db1, dW2, db2))]),
        *lifted(chosen(SOFTMAX.mistakes, "top.missing"), "softmax.", **NAMES),
        *lifted(chosen(CROSS_ENTROPY.mistakes, "log_p.base_2"), **NAMES),
    ),
)  # fmt: skip

TASKS = (FORWARD, LOSS)
