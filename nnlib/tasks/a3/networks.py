"""Part 4: all gradients of a network with one hidden layer."""

import numpy as np

from nnlib.activations import sigmoid
from nnlib.diagnosis import Probe, Task, lifted, mistake, renamed
from nnlib.diagnosis.task import chosen, labels
from nnlib.tasks.a3.activations import RELU, SIGMOID, SOFTPLUS, TANH
from nnlib.tasks.a3.layers import LINEAR
from nnlib.tasks.a3.loss_gradients import BINARY, GRAD
from nnlib.tasks.a3.losses import CROSS_ENTROPY, SOFTMAX

EARLIER = {task.name: task for task in (LINEAR, SIGMOID, TANH, RELU, SOFTPLUS, SOFTMAX, CROSS_ENTROPY, GRAD, BINARY)}
SIZES = {  # (m, n, h, K): examples, inputs, hidden units, classes
    (6, 3, 5, 4): "layers of different sizes",
    (5, 2, 4, 3): "layers of different sizes",
    (4, 5, 3, 2): "layers of different sizes",
    (4, 4, 4, 4): "square layers",
    (3, 3, 3, 3): "square layers",
    (6, 3, 3, 3): "square layers",
    (8, 5, 1, 2): "one hidden unit",
    (1, 3, 4, 2): "a batch of one",
}


def networks(rng):
    return [Probe(about, network(rng, *sizes)) for sizes, about in SIZES.items()]


def of_the_lab(rng):
    """The network that reads digits, with its 50,890 parameters."""
    return Probe("a network of 784-64-10 units", network(rng, 3, 784, 64, 10))


def network(rng, m, n, h, k):
    """x, y, W1, b1, W2, b2 with hidden units that are on and off, and none near the kink of ReLU."""
    while True:
        x, W1, b1 = rng.normal(size=(m, n)), rng.normal(size=(h, n)), rng.normal(size=h)
        z1 = x @ W1.T + b1
        if np.abs(z1).min() > 0.01 and (z1 > 0).any() and (z1 < 0).any():
            return x, labels(rng, m, k), W1, b1, rng.normal(size=(k, h)), rng.normal(size=k)


TOP = {"z": "z2", "delta": "delta2"} | {name: name for name in ("total", "p", "onehot", "difference", "right", "L")}
LAYER2 = {"delta": "delta2", "x": "a1", "W": "W2", "dx": "da1", "dW": "dW2", "db": "db2"}
HIDDEN = {"da": "da1", "z": "z1", "a": "a1", "slope": "slope1", "dz": "delta1"}
LAYER1 = {"delta": "delta1", "x": "x", "W": "W1", "dW": "dW1", "db": "db1"}
EARLY = "The gradient of layer 1 is made with a W2 that is updated already: first all gradients, then the step."
MASK = "mask.missing mask.inverted mask.sign mask.leaky dz.clipped dz.slope_at_da dz.value_for_slope"
OF_L = "L.sign L.sum L.over_classes right.likeliest right.every_row"
DELTA2 = """delta.sum delta.over_classes delta.half_divided onehot.missing onehot.columns onehot.off_by_one p.scores
p.softmax_twice p.total.batch p.total.columns"""

NETWORK = Task(
    number=10,
    call="network_gradients(x, y, W1, b1, W2, b2)",
    returns="L dW1 db1 dW2 db2",
    steps={
        "z1": lambda x, W1, b1: x @ W1.T + b1,
        "a1": lambda z1: np.maximum(0, z1),
        "z2": lambda a1, W2, b2: a1 @ W2.T + b2,
        **renamed(CROSS_ENTROPY.steps | GRAD.steps, **TOP),
        "dW2": lambda delta2, a1: delta2.T @ a1,
        "db2": lambda delta2: delta2.sum(axis=0),
        "da1": lambda delta2, W2: delta2 @ W2,
        "slope1": lambda z1: (z1 > 0) * 1.0,
        "delta1": lambda da1, slope1: da1 * slope1,
        "dW1": lambda delta1, x: delta1.T @ x,
        "db1": lambda delta1: delta1.sum(axis=0),
    },
    probes=networks,
    example=(
        *(np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0, 1])),
        *(np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]), np.array([0.0, -1.0, 0.0])),
        *(np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 0.0]]), np.array([0.0, 3.0])),
    ),
    helpers=EARLIER,
    wiring={
        "cross_entropy": ["z2 y"],
        "cross_entropy_grad": ["z2 y"],
        "linear_backward": ["delta2 a1 W2", "delta1 x W1"],
        "relu_backward": ["da1 z1|a1"],  # both are positive in the same places
    },
    dtype="float64",
    full_size=of_the_lab,
    lecture="06, part 4",
    mistakes=(
        mistake("z1.without_b1", "z1 is made without its bias b1.", z1=lambda x, W1: x @ W1.T),
        mistake("z2.without_b2", "z2 is made without its bias b2.", z2=lambda a1, W2: a1 @ W2.T),
        mistake("z.without_biases", "z1 and z2 are made without their biases.",
                z1=lambda x, W1: x @ W1.T, z2=lambda a1, W2: a1 @ W2.T),
        mistake("z1.b1_subtracted", "b1 is subtracted, where it should be added.", z1=lambda x, W1, b1: x @ W1.T - b1),
        mistake("z2.b1_for_b2", "b1 is added in layer 2, where b2 belongs.", z2=lambda a1, W2, b1: a1 @ W2.T + b1),
        mistake("z1.transposed_W1", "z1 is made with W1, where its transpose belongs.",
                z1=lambda x, W1, b1: x @ W1 + b1),
        mistake("z2.transposed_W2", "z2 is made with W2, where its transpose belongs.",
                z2=lambda a1, W2, b2: a1 @ W2 + b2),
        mistake("a1.missing", "Layer 2 gets z1 going forward: ReLU is missing there.", a1=lambda z1: z1.copy()),
        mistake("z2.from_z1", "z2 is made from z1, where a1 belongs.", z2=lambda z1, W2, b2: z1 @ W2.T + b2),
        mistake("a1.tanh", "The hidden layer uses tanh going forward, where ReLU belongs.", a1=lambda z1: np.tanh(z1)),
        mistake("a1.sigmoid", "The hidden layer uses a sigmoid going forward, where ReLU belongs.",
                a1=lambda z1: 1 / (1 + np.exp(-z1))),
        mistake("a1.tanh_both", "The hidden layer uses tanh, forward and back, where ReLU belongs.",
                a1=lambda z1: np.tanh(z1), slope1=lambda z1: 1 - np.tanh(z1) ** 2),
        mistake("a1.sigmoid_both", "The hidden layer uses a sigmoid, forward and back, where ReLU belongs.",
                a1=lambda z1: sigmoid(z1), slope1=lambda z1: sigmoid(z1) * sigmoid(-z1)),
        mistake("slope1.tanh", "Going back, the slope of tanh is used, where that of ReLU belongs.",
                slope1=lambda z1: 1 - np.tanh(z1) ** 2),
        mistake("slope1.sigmoid", "Going back, the slope of the sigmoid is used, where that of ReLU belongs.",
                slope1=lambda z1: sigmoid(z1) * sigmoid(-z1)),
        mistake("a1.leaky", "A hundredth of negative entries is left in a1, as by a leaky ReLU, where 0 belongs.",
                a1=lambda z1: np.where(z1 > 0, z1, z1 / 100)),
        mistake("a1.bias_after", "b1 is added after ReLU, where it should be added before.",
                a1=lambda x, W1, b1: np.maximum(x @ W1.T, 0) + b1),
        mistake("a1.bias_after", "b1 is added after ReLU, where it should be added before.",
                z1=lambda x, W1: x @ W1.T, a1=lambda z1, b1: np.maximum(z1, 0) + b1),
        mistake("z2.b2_subtracted", "b2 is subtracted, where it should be added.",
                z2=lambda a1, W2, b2: a1 @ W2.T - b2),
        mistake("z2.probabilities", "Softmax is applied to z2 before the loss, which does that itself.",
                z2=lambda a1, W2, b2: SOFTMAX(a1 @ W2.T + b2)),
        mistake("L.softmax_twice", "L is made from probabilities: softmax is applied twice.",
                L=lambda p, y: CROSS_ENTROPY(p, y)),
        mistake("grads.sign", "All gradients have the wrong sign.", delta2=lambda difference, y: -difference / len(y)),
        mistake("a1.absolute", "a1 holds |z1|: negative entries should become 0.", a1=lambda z1: np.abs(z1)),
        mistake("a1.min", "a1 keeps the negative entries of z1, where it should keep the positive ones.",
                a1=lambda z1: np.minimum(0, z1)),
        mistake("z2.activated", "ReLU is applied to z2 as well, where the scores should stay as they are.",
                z2=lambda a1, W2, b2: np.maximum(0, a1 @ W2.T + b2)),
        mistake("dW2.from_z1", "dW2 is made from z1, where a1 belongs.", dW2=lambda delta2, z1: delta2.T @ z1),
        mistake("db1.from_da1", "db1 is made from da1, where delta1 belongs.", db1=lambda da1: da1.sum(axis=0)),
        mistake("dW1.from_da1", "dW1 is made from da1, where delta1 belongs.", dW1=lambda da1, x: da1.T @ x),
        mistake("slope1.from_x", "Going back, the slope of ReLU is taken at x, where z1 belongs.",
                slope1=lambda x: (x > 0) * 1.0),
        mistake("slope1.from_z2", "Going back, the slope of ReLU is taken at z2, where z1 belongs.",
                slope1=lambda z2: (z2 > 0) * 1.0),
        *(mistake("da1.early_update", EARLY, da1=lambda delta2, W2, dW2, eta=eta: delta2 @ (W2 - eta * dW2))
          for eta in (1.0, 0.5, 0.1, 0.05, 0.01, 0.001)),
        mistake("delta2.from_relu", "delta2 is set to 0 where z2 is not positive, but no ReLU stands after z2.",
                delta2=lambda difference, y, z2: difference * (z2 > 0) / len(y)),
        *lifted(chosen(CROSS_ENTROPY.mistakes, OF_L), **TOP),
        *lifted(chosen(GRAD.mistakes, DELTA2), "delta2.", **TOP),
        *lifted([made for made in LINEAR.mistakes if made.id != "dW.from_dx"], "2.", **LAYER2),
        *lifted(chosen(RELU.mistakes, MASK), "relu.", **HIDDEN),
        *lifted([made for made in LINEAR.mistakes if made.id != "dW.from_dx"], "1.", **LAYER1),
    ),
)  # fmt: skip

TASKS = (NETWORK,)
