"""Part 1: what becomes of a signal on its way through many layers."""

from itertools import pairwise

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake


def tanh(z):
    return np.tanh(z)


def relu(z):
    return np.maximum(0, z)


STACKS = {  # batch, then the sizes of the layers
    (6, 3, 5, 4, 2): "layers of different sizes",
    (5, 4, 2, 6): "layers of different sizes",
    (7, 2, 5, 3, 4): "layers of different sizes",
    (4, 3, 6, 5): "layers of different sizes",
    (5, 4, 4, 4, 4): "square layers",
    (3, 3, 3, 3): "square layers",
    (1, 4, 3, 5): "a batch of one",
}


def stacks(rng):
    """x, weights and an activation: with ReLU, units are on and off."""
    return [
        Probe(about, (rng.normal(size=(m, sizes[0])), matrices(rng, sizes), (tanh, relu)[i % 2]))
        for i, ((m, *sizes), about) in enumerate(STACKS.items())
    ]


def matrices(rng, sizes):
    return [rng.normal(size=(n_out, n_in)) for n_in, n_out in pairwise(sizes)]


def signal(product=lambda a, W: a @ W.T, kept=lambda z, a: a, passed=lambda a, z, x: a):
    """A step: what is `kept` of each layer, where it makes z by `product`, and what is `passed` on to the next."""

    def through(x, weights, activation):
        found, a = [], x
        for W in weights:
            z = product(a, W)
            found.append(kept(z, activation(z)))
            a = passed(activation(z), z, x)
        return found

    return through


def each(measure):
    """A step: one number for each layer."""
    return lambda layers: np.array([measure(a) for a in layers])


SUMS = signal(kept=lambda z, a: z)


def collected(layers):
    """For each layer, all activations up to it, in one array with an axis."""
    return [np.concatenate([a.ravel() for a in layers[: l + 1]]) for l in range(len(layers))]


STATISTICS = Task(
    number=3,
    call="statistics(x, weights, activation)",
    returns="means stds",
    steps={"layers": signal(), "means": each(np.mean), "stds": each(np.std)},
    probes=stacks,
    example=(np.array([[1.0, 2.0], [0.0, 1.0]]), [np.array([[1.0, 0.0], [1.0, 1.0], [0.0, -1.0]]),
             np.array([[2.0, 0.0, 5.0]])], relu),
    dtype="float64",
    lecture="09, part 2",
    mistakes=(
        mistake("layers.sums", "The numbers are those of the sums z, where those of the activations belong.",
                layers=signal(kept=lambda z, a: z)),
        mistake("layers.linear", "No layer has an activation: the sums are passed on.",
                layers=signal(kept=lambda z, a: z, passed=lambda a, z, x: z)),
        mistake("layers.sums_passed", "The next layer gets the sums z, where the activations belong.",
                layers=signal(passed=lambda a, z, x: z)),
        mistake("layers.untransposed", "x is multiplied by W, where the transpose of W belongs.",
                layers=signal(product=lambda a, W: a @ W)),
        mistake("means.over_units", "The means are not divided by the number of units.",
                means=lambda layers: np.array([a.sum(axis=1).mean() for a in layers])),
        mistake("means.over_examples", "The means are not divided by the number of examples.",
                means=lambda layers: np.array([a.sum(axis=0).mean() for a in layers])),
        mistake("means.sum", "All activations are added up, where their mean belongs.", means=each(np.sum)),
        mistake("means.absolute", "The mean is that of the sizes: signs are lost.",
                means=each(lambda a: np.abs(a).mean())),
        mistake("means.median", "The median is taken, where the mean belongs.", means=each(np.median)),
        mistake("stds.variance", "The variance is returned: its root is missing.", stds=each(np.var)),
        mistake("stds.size", "The mean is not subtracted: that is the root of the mean square.",
                stds=each(lambda a: np.sqrt((a**2).mean()))),
        mistake("stds.sample", "The squares are divided by their number less one.",
                stds=each(lambda a: np.sqrt(((a - a.mean()) ** 2).sum() / max(a.size - 1, 1)))),
        mistake("stds.of_units", "Standard deviations of units are averaged, where that of the whole layer belongs.",
                stds=each(lambda a: a.std(axis=0).mean())),
        mistake("stds.of_examples", "Standard deviations of examples are averaged, where that of the layer belongs.",
                stds=each(lambda a: a.std(axis=1).mean())),
        mistake("stds.absolute", "The mean distance from the mean is taken, without squares.",
                stds=each(lambda a: np.abs(a - a.mean()).mean())),
        mistake("stds.norm", "The root is taken of the sum of the squares, where that of their mean belongs.",
                stds=each(lambda a: np.linalg.norm(a - a.mean()))),
        mistake("layers.last", "Every entry belongs to the last layer.",
                layers=lambda x, weights, activation: [signal()(x, weights, activation)[-1]] * len(weights)),
        mistake("layers.reversed", "The layers stand in the wrong order, the last one first.",
                layers=lambda x, weights, activation: signal()(x, weights, activation)[::-1]),
        mistake("layers.shifted", "The input is counted as the first layer, and the last one is missing.",
                layers=lambda x, weights, activation: [x, *signal()(x, weights, activation)[:-1]]),
        mistake("layers.input_too", "The input is counted as a layer.",
                layers=lambda x, weights, activation: [x, *signal()(x, weights, activation)]),
        mistake("layers.last_linear", "The last layer has no activation.",
                layers=lambda x, weights, activation: [*signal()(x, weights[:-1], activation), signal(
                    kept=lambda z, a: z)(x, weights, activation)[-1]]),
        mistake("means.of_sums", "The means are those of the sums z, where those of the activations belong.",
                means=lambda x, weights, activation: each(np.mean)(SUMS(x, weights, activation))),
        mistake("stds.of_sums", "The standard deviations are those of the sums z, not of the activations.",
                stds=lambda x, weights, activation: each(np.std)(SUMS(x, weights, activation))),
        mistake("means.squares", "The means are those of the squares.", means=each(lambda a: (a**2).mean())),
        mistake("means.of_size", "The size of the mean is returned: its sign is lost.",
                means=each(lambda a: abs(a.mean()))),
        mistake("means.first_example", "The first example alone is counted in the means.",
                means=each(lambda a: a[0].mean())),
        mistake("stds.range", "The largest less the smallest entry is taken, where the standard deviation belongs.",
                stds=each(np.ptp)),
        mistake("stds.squared_twice", "The mean of the squares is returned: no mean is subtracted, no root is taken.",
                stds=each(lambda a: (a**2).mean())),
        mistake("layers.input_activated", "The input goes through the activation before the first layer.",
                layers=lambda x, weights, activation: signal()(activation(x), weights, activation)),
        mistake("layers.activated_twice", "The activation is applied twice in each layer.",
                layers=lambda x, weights, activation: signal()(x, weights, lambda z: activation(activation(z)))),
        mistake("layers.first", "Every entry belongs to the first layer.",
                layers=lambda x, weights, activation: [signal()(x, weights, activation)[0]] * len(weights)),
        mistake("layers.collected", "Each entry counts the activations of all layers so far.",
                layers=lambda x, weights, activation: collected(signal()(x, weights, activation))),
        mistake("layers.normalised", "The mean is subtracted from the activations before they are passed on.",
                layers=signal(passed=lambda a, z, x: a - a.mean())),
    ),
)  # fmt: skip

TASKS = (STATISTICS,)
