"""Part 3: one step, and the share of right answers."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a3.losses import SOFTMAX
from nnlib.tasks.a3.networks import network
from nnlib.tasks.a4.networks import EXAMPLE, FORWARD, FORWARD_STEPS, forward

SHAPES = [
    ([(4, 3), (4,), (2, 4), (2,)], "the parameters of a network"),
    ([(3, 5), (3,), (6, 3), (6,)], "the parameters of a network"),
    ([(5, 2), (5,), (4, 5), (4,), (3, 4), (3,)], "the parameters of a deeper network"),
    ([(3, 3), (3,), (3, 3), (3,)], "square layers"),
    ([(2, 3), (2,)], "a single layer"),
]


def steps(rng):
    found = []
    for (shapes, about), lr in zip(SHAPES, (0.25, 0.1, 1.5, 0.03, 0.5)):
        params, grads = ([rng.normal(size=shape) for shape in shapes] for _ in range(2))
        found.append(Probe(about, (params, grads, lr)))
    return found


def each(step):
    """The list that comes of a step made for each parameter by itself: `step(p, g, lr)`."""
    return lambda params, grads, lr: [step(p, g, lr) for p, g in zip(params, grads)]


SGD = Task(
    number=5,
    call="sgd_step(params, grads, lr)",
    returns="new",
    steps={"new": each(lambda p, g, lr: p - lr * g)},
    probes=steps,
    example=([np.array([[1.0, 2.0]]), np.array([3.0])], [np.array([[1.0, -1.0]]), np.array([2.0])], 0.5),
    lecture="07, part 1",
    mistakes=(
        mistake("new.uphill", "The step is added: it goes uphill.", new=each(lambda p, g, lr: p + lr * g)),
        mistake("new.weights_alone", "The biases stay as they are.",
                new=each(lambda p, g, lr: p - lr * g * (p.ndim > 1))),
        mistake("new.biases_alone", "The weights stay as they are.",
                new=each(lambda p, g, lr: p - lr * g * (p.ndim == 1))),
        mistake("new.without_lr", "The learning rate is missing.", new=each(lambda p, g, lr: p - g)),
        mistake("new.divided", "The gradient is divided by the learning rate.", new=each(lambda p, g, lr: p - g / lr)),
        *(mistake("new.step_alone", "The step is returned without the parameters.",
                  new=each(lambda p, g, lr, sign=sign: sign * lr * g)) for sign in (-1, 1)),
        mistake("new.gradients", "The gradients are returned, where the new parameters belong.",
                new=each(lambda p, g, lr: g.copy())),
        mistake("new.exchanged", "lr times the parameter is subtracted from its gradient: they are exchanged.",
                new=each(lambda p, g, lr: g - lr * p)),
        mistake("new.all_times_lr", "The learning rate multiplies the parameter as well as its gradient.",
                new=each(lambda p, g, lr: lr * (p - g))),
        mistake("new.lr_alone", "The learning rate is subtracted by itself: the gradient is missing.",
                new=each(lambda p, g, lr: p - lr)),
        mistake("new.times_p", "The step is multiplied by the parameter.", new=each(lambda p, g, lr: p - lr * g * p)),
        mistake("new.normalised", "The gradient of each parameter is divided by its length.",
                new=each(lambda p, g, lr: p - lr * g / np.linalg.norm(g))),
        mistake("new.over_rows", "The gradient is divided by its number of rows. It is a mean already.",
                new=each(lambda p, g, lr: p - lr * g / len(g))),
        mistake("new.lr_squared", "The learning rate counts twice.", new=each(lambda p, g, lr: p - lr * lr * g)),
        *(mistake("new.fixed_lr", "The learning rate that is given has no effect: a fixed one is used.",
                  new=each(lambda p, g, lr, fixed=fixed: p - fixed * g)) for fixed in (0.1, 0.01, 0.001)),
        mistake("new.first_missing", "The first parameter stays as it is.",
                new=lambda params, grads, lr: [params[0], *(p - lr * g for p, g in zip(params[1:], grads[1:]))]),
        mistake("new.last_missing", "The last parameter stays as it is.",
                new=lambda params, grads, lr: [*(p - lr * g for p, g in zip(params[:-1], grads)), params[-1]]),
        mistake("new.first_alone", "Only the first parameter takes a step.",
                new=lambda params, grads, lr: [params[0] - lr * grads[0], *params[1:]]),
        mistake("new.shrunk", "The parameters are multiplied by 1 − lr, in addition to the step.",
                new=each(lambda p, g, lr: (1 - lr) * p - lr * g)),
        mistake("new.lr_on_params", "The learning rate multiplies the parameter, where the gradient belongs.",
                new=each(lambda p, g, lr: lr * p - g)),
        mistake("new.averaged", "The gradient of each parameter is averaged over its entries.",
                new=each(lambda p, g, lr: p - lr * g.mean())),
        mistake("new.signs", "Only the sign of the gradient counts, where its size should count, too.",
                new=each(lambda p, g, lr: p - lr * np.sign(g))),
        mistake("new.unchanged", "The parameters are returned as they were.", new=each(lambda p, g, lr: p.copy())),
        mistake("new.last_layer_alone", "Only the last layer takes a step.",
                new=lambda params, grads, lr: [*params[:-2], *each(lambda p, g, lr: p - lr * g)(
                    params[-2:], grads[-2:], lr)]),
    ),
)  # fmt: skip


ASKED = {  # (m, n, h, k)
    (60, 4, 5, 3): "many images",
    (50, 3, 6, 4): "many images",
    (41, 5, 4, 2): "many images",
    (33, 3, 7, 10): "many images",
    (70, 6, 3, 5): "many images",
    (57, 4, 8, 3): "many images",
    (37, 3, 5, 4): "many images",
    (67, 5, 6, 3): "many images",
    (12, 4, 6, 12): "as many classes as images",
    (1, 3, 4, 2): "a single image",
}


def judged(rng):
    """Networks of which a good part of the answers is right, another share each time."""
    found = []
    for (m, n, h, k), about in ASKED.items():
        x, y, *params = network(rng, m, n, h, k)
        said = forward(params, x)[1].argmax(axis=1)
        found.append(Probe(about, (params, x, np.where(rng.random(m) < rng.uniform(0.3, 0.8), said, y))))
    return found


ACCURACY = Task(
    number=7,
    call="accuracy(params, x, y)",
    returns="share",
    steps=FORWARD_STEPS
    | {
        "said": lambda z2: z2.argmax(axis=1),
        "right": lambda said, y: said == y,
        "share": lambda right: right.mean(),
    },
    probes=judged,
    example=([*EXAMPLE[:3], np.array([0.0, 3.5])], np.array([[1.0, 2.0], [3.0, 0.0], [5.0, 1.0]]), np.array([0, 1, 0])),
    helpers={"forward": FORWARD},
    wiring={"forward": ["params x"]},
    lecture="06, part 3",
    mistakes=(
        mistake("share.percent", "The result is a percentage, where a number from 0 to 1 belongs.",
                share=lambda right: 100 * right.mean()),
        mistake("share.count", "Right answers are counted, and not divided by the number of images.",
                share=lambda right: right.sum()),
        mistake("share.wrong", "The share of wrong answers is returned.", share=lambda right: 1 - right.mean()),
        *(mistake("share.rounded", "The share is rounded.", share=lambda right, n=n: np.round(right.mean(), n))
          for n in (2, 3, 4)),
        *(mistake("share.rounded_percent", "The result is a rounded percentage, where a number from 0 to 1 belongs.",
                  share=lambda right, n=n: np.round(100 * right.mean(), n)) for n in (0, 1, 2)),
        mistake("share.by_class", "The shares of the classes are averaged, where every image should count alike.",
                share=lambda right, y: np.mean([right[y == c].mean() for c in np.unique(y)])),
        mistake("share.over_pixels", "Right answers are divided by the number of pixels, where that of images belongs.",
                share=lambda right, x: right.sum() / x.shape[1]),
        mistake("share.probability", "The mean probability of the labels is returned, not the share of right answers.",
                share=lambda z2, y: SOFTMAX(z2)[np.arange(len(y)), y].mean()),
        mistake("share.likeliest", "The mean of the largest probabilities is returned: the labels have no effect.",
                share=lambda z2: SOFTMAX(z2).max(axis=1).mean()),
        mistake("share.distance", "The result is 1 less the mean distance between answers and labels.",
                share=lambda said, y: 1 - np.abs(said - y).mean()),
        mistake("share.over_classes", "Right answers are divided by the number of classes.",
                share=lambda right, z2: right.sum() / z2.shape[1]),
        mistake("said.least", "The smallest logit is taken for the answer.", said=lambda z2: z2.argmin(axis=1)),
        mistake("said.hidden", "The largest activation of the hidden layer is taken for the answer.",
                said=lambda a1: a1.argmax(axis=1)),
        mistake("said.whole_batch", "One answer, that of the largest logit of all, is compared with every label.",
                said=lambda z2: np.full(len(z2), z2.argmax() % z2.shape[1])),
        mistake("said.off_by_one", "Answers are counted from 1, where labels begin with 0.",
                said=lambda z2: z2.argmax(axis=1) + 1),
        mistake("right.close", "Answers that are one off count as right.",
                right=lambda said, y: np.abs(said - y) <= 1),
        mistake("right.first_missing", "The first image is left out.", right=lambda said, y: (said == y)[1:]),
        mistake("right.last_missing", "The last image is left out.", right=lambda said, y: (said == y)[:-1]),
        mistake("right.last_wrong", "The last image counts as wrong, whatever is said of it.",
                right=lambda said, y: (said == y) & (np.arange(len(y)) < len(y) - 1)),
    ),
)  # fmt: skip

TASKS = (SGD, ACCURACY)
