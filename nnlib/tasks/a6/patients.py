"""Part 4: five training runs, each with one planted bug. What is right here is the run of who has mended it."""

from dataclasses import dataclass

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SIZES = [  # examples, pixels, hidden units, classes, size of a batch, epochs
    (7, 5, 4, 3, 3, 2),
    (8, 4, 6, 2, 4, 2),
    (5, 3, 4, 4, 2, 3),
    (6, 4, 4, 4, 4, 2),
    (9, 3, 3, 3, 3, 2),
    (4, 6, 5, 3, 1, 2),
]
LARGEST = 16  # of a pixel


def runs(rng):
    return [Probe(_about(size), _run(rng, m, n, h, k, size, epochs)) for m, n, h, k, size, epochs in SIZES]


def _about(size):
    return "batches of one" if size == 1 else "batches of several examples"


def _run(rng, m, n, h, k, size, epochs):
    """x, y, params, orders, size, lr: weights small enough that tanh is not flat, and no ReLU is near its kink."""
    params = [rng.normal(0, n**-0.5, (h, n)), rng.normal(0, 0.3, h), rng.normal(0, 1, (k, h)), rng.normal(0, 0.3, k)]
    orders = [np.roll(rng.permutation(m), 1) for _ in range(epochs)]
    x = rng.integers(0, LARGEST - 2, (m, n)) * 1.0  # none is as bright as a pixel can be
    return x, rng.permutation(m) % k, params, orders, size, rng.uniform(0.1, 0.4)


def loss(z, y):
    """The mean cross-entropy of the scores z, and its gradient."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    onehot = np.arange(z.shape[1]) == y[:, None]
    return float(-np.log(p[onehot]).mean()), (p - onehot) / len(y)


def tanh_slope(z1, a1):
    return 1 - a1**2


def relu_slope(z1, a1):
    return (z1 > 0) * 1.0


def relu(z1):
    return np.maximum(0, z1)


@dataclass(frozen=True)
class Run:
    """A training run: each field is a thing that may be done in another way."""

    hidden: object = np.tanh
    slope: object = tanh_slope
    scaled: object = lambda x: x / LARGEST
    inputs: object = lambda rows, i: rows  # the rows of x that a batch takes; i is where it begins in the order
    labels: object = lambda rows, i: rows
    collected: object = lambda old, grads, first: grads  # what a step is made of; old: that of the step before it
    learning: tuple = (1, 1, 1, 1)  # by which factor each of W1, b1, W2, b2 is moved
    again: object = lambda x: x  # what becomes of x at the beginning of each epoch
    shown: object = lambda z1, a1: a1  # what is noted as hidden outputs
    step: object = lambda lr, m: lr

    def __call__(self, x, y, params, orders, size, lr):
        x, found, states, total = self.scaled(x), [], [params], None
        for order in orders:
            x = self.again(x)
            for i in range(0, len(x), size):
                rows, (W1, b1, W2, b2) = order[i : i + size], states[-1]
                inputs = x[self.inputs(rows, i)]
                z1 = inputs @ W1.T + b1
                a1 = self.hidden(z1)
                L, delta2 = loss(a1 @ W2.T + b2, y[self.labels(rows, i)])
                delta1 = delta2 @ W2 * self.slope(z1, a1)
                grads = [delta1.T @ inputs, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)]
                total = self.collected(total, grads, i == 0)
                found.append((L, self.shown(z1, a1), total))
                eta = self.step(lr, len(rows))
                states.append([w - factor * eta * g for w, factor, g in zip(states[-1], self.learning, total)])
        return *map(list, zip(*found)), states


def outcome(run):
    """A step of the task that is this run."""
    return lambda x, y, params, orders, size, lr: run(x, y, params, orders, size, lr)


def patient(number, letter, well, ill, *others):
    """The task to mend a patient: the `well` run, the `ill` one, and others that mend it in a wrong way."""
    stays = f"The results are those of patient {letter}: its bug is still there."
    return Task(
        number=number,
        call=f"mended_{letter.lower()}(x, y, params, orders, size, lr)",
        returns="losses hidden gradients states",
        steps={
            "run": outcome(well),
            "losses": lambda run: np.array(run[0]),
            "hidden": lambda run: run[1],
            "gradients": lambda run: run[2],
            "states": lambda run: run[3],
        },
        probes=runs,
        dtype="float64",
        tol=1e-7,
        lecture="11, part 2",
        mistakes=(
            mistake("bug.stays", stays, run=outcome(ill)),
            *(mistake(id, effect, run=outcome(run)) for id, effect, run in others),
            mistake("step.sign", "The step goes uphill.", run=outcome(_with(well, learning=(-1, -1, -1, -1)))),
            mistake("step.first_layer", "Layer 1 alone is trained.", run=outcome(_with(well, learning=(1, 1, 0, 0)))),
            mistake("step.weights", "The weights alone are moved: no bias is.",
                    run=outcome(_with(well, learning=(1, 0, 1, 0)))),
            mistake("step.b2", "The bias b2 is not moved.", run=outcome(_with(well, learning=(1, 1, 1, 0)))),
            mistake("step.W2", "The weights W2 are not moved.", run=outcome(_with(well, learning=(1, 1, 0, 1)))),
            mistake("step.without_lr", "The steps are taken without the learning rate.",
                    run=outcome(_with(well, step=lambda lr, m: 1.0))),
            mistake("step.by_batch", "The learning rate is divided by the number of examples once more.",
                    run=outcome(_with(well, step=lambda lr, m: lr / m))),
            mistake("step.times_batch", "The learning rate is multiplied by the number of examples.",
                    run=outcome(_with(well, step=lambda lr, m: lr * m))),
            mistake("hidden.sums", "hidden holds the sums z1, where the outputs a1 belong.",
                    run=outcome(_with(well, shown=lambda z1, a1: z1))),
        ),
    )


def _with(run, **fields):
    return Run(**{**vars(run), **fields})


def added(old, grads, first):
    return grads if old is None else [a + g for a, g in zip(old, grads)]


def added_per_epoch(old, grads, first):
    return grads if first else added(old, grads, first)


def with_momentum(old, grads, first):
    return grads if old is None else [0.9 * a + g for a, g in zip(old, grads)]


def averaged(old, grads, first):
    return grads if old is None else [(a + g) / 2 for a, g in zip(old, grads)]


def unscaled(run):
    return "scale.missing", "The pixels are not divided by 16.", _with(run, scaled=lambda x: x)


TANH, RELU = Run(), Run(relu, relu_slope)
A = patient(
    10, "A", TANH, _with(TANH, scaled=lambda x: x),
    ("scale.255", "The pixels are divided by 255, where 16 belongs.", _with(TANH, scaled=lambda x: x / 255)),
    ("scale.15", "The pixels are divided by 15, where 16 belongs.", _with(TANH, scaled=lambda x: x / 15)),
    ("scale.8", "The pixels end at 2, where they should end at 1.", _with(TANH, scaled=lambda x: x / 8)),
    ("scale.twice", "The pixels are divided by 16 twice.", _with(TANH, scaled=lambda x: x / LARGEST**2)),
    ("scale.times", "The pixels are multiplied by 16, where they should be divided.",
     _with(TANH, scaled=lambda x: x * LARGEST)),
    ("scale.every_epoch", "The pixels are divided by 16 again in every epoch.",
     _with(TANH, scaled=lambda x: x, again=lambda x: x / LARGEST)),
    ("scale.centred", "The mean of the pixels is subtracted, and they are divided by their standard deviation.",
     _with(TANH, scaled=lambda x: (x - x.mean()) / x.std())),
    ("scale.columns", "Each pixel loses its own mean and standard deviation, where all should be divided by 16.",
     _with(TANH, scaled=lambda x: (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8))),
    ("scale.to_pm_1", "The pixels lie between −1 and 1, where they should lie between 0 and 1.",
     _with(TANH, scaled=lambda x: x / 8 - 1)),
    ("scale.learning_rate", "The pixels are as large as before: it is the learning rate that is divided.",
     _with(TANH, scaled=lambda x: x, step=lambda lr, m: lr / LARGEST)),
    ("scale.largest", "The pixels are divided by the largest number in x, where 16 belongs, whatever x holds.",
     _with(TANH, scaled=lambda x: x / x.max())),
)  # fmt: skip
B = patient(
    11, "B", RELU, _with(RELU, labels=lambda rows, i: slice(i, i + len(rows))),
    unscaled(RELU),
    ("order.none", "Images and labels fit, but both are taken in the order of x: `orders` has no effect.",
     _with(RELU, inputs=lambda rows, i: slice(i, i + len(rows)), labels=lambda rows, i: slice(i, i + len(rows)))),
    ("order.images", "The labels follow the order, but the images do not.",
     _with(RELU, inputs=lambda rows, i: slice(i, i + len(rows)))),
    ("order.reversed", "The labels of each batch are reversed.", _with(RELU, labels=lambda rows, i: rows[::-1])),
)  # fmt: skip
C = patient(
    12, "C", TANH, _with(TANH, collected=added),
    unscaled(TANH),
    ("sum.per_epoch", "The gradients still add up within an epoch, and begin anew with the next one.",
     _with(TANH, collected=added_per_epoch)),
    ("sum.momentum", "Nine tenths of the sum so far are added to each gradient: that is momentum.",
     _with(TANH, collected=with_momentum)),
    ("sum.mean", "A step is the mean of the new gradient and the step before.", _with(TANH, collected=averaged)),
)  # fmt: skip
D = patient(
    13, "D", RELU, _with(RELU, learning=(0, 0, 1, 1)),
    unscaled(RELU),
    ("frozen.b1", "The bias b1 is not moved.", _with(RELU, learning=(1, 0, 1, 1))),
    ("frozen.W1", "W1 is not moved.", _with(RELU, learning=(0, 1, 1, 1))),
    ("frozen.sign", "W1 and b1 are moved uphill.", _with(RELU, learning=(-1, -1, 1, 1))),
)  # fmt: skip
E = patient(
    14, "E", RELU, _with(RELU, slope=lambda z1, a1: (a1 >= 0) * 1.0),
    unscaled(RELU),
    ("slope.inverted", "The gradient passes where a unit is off, and not where it is on.",
     _with(RELU, slope=lambda z1, a1: (z1 <= 0) * 1.0)),
    ("slope.leaky", "Where a unit is off, a hundredth of the gradient passes, where none should.",
     _with(RELU, slope=lambda z1, a1: np.where(z1 > 0, 1.0, 0.01))),
    ("slope.of_sigmoid", "The slope is that of the sigmoid, where the layer uses ReLU.",
     _with(RELU, slope=lambda z1, a1: a1 * (1 - a1))),
    ("slope.sums", "The gradient is multiplied by z1, where the slope of ReLU belongs.",
     _with(RELU, slope=lambda z1, a1: z1)),
    ("slope.of_tanh", "The slope is that of tanh, where the layer uses ReLU.", _with(RELU, slope=tanh_slope)),
    ("slope.value", "The gradient is multiplied by a1, where the slope of ReLU belongs.",
     _with(RELU, slope=lambda z1, a1: a1)),
    ("slope.sign", "Where a unit is off, the gradient passes with its sign turned.",
     _with(RELU, slope=lambda z1, a1: np.sign(z1))),
    ("slope.hidden", "The hidden layer itself was changed: it has tanh now, going forward and back.", TANH),
)  # fmt: skip

TASKS = (A, B, C, D, E)
