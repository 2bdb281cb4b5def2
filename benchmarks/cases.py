"""What sick and healthy networks are made of: layers, data, optimizers, and a training of them."""

import warnings
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

import nnlib as nn
from nnlib.data import Dataset


class Case(NamedTuple):
    """A network with the `kind` that `examine` must find ("healthy": it must find nothing), a `name` in words,
    make(rng), which draws, trains and gives the arguments of `examine`, and the kinds that are true of it, `also`."""

    kind: str
    name: str
    make: Callable
    also: tuple = ()


def trained(layers, opt, epochs, data=None, batch=32, loss=nn.softmax_cross_entropy, bare=False, spoil=None, **fit):
    """make(rng): layers(n_in, rng) trained on data(rng) = (train, valid), or digits, by opt(net). 0 epochs: as drawn.

    `bare`: examine sees neither history nor validation data. spoil(net) changes it before training.
    """

    def make(rng):
        train, valid = (data or digits)(rng)
        net = nn.Sequential(*layers(train.x.shape[1], rng))
        if spoil:
            spoil(net)
        step, history = opt(net), None
        if epochs:
            options = {"epochs": epochs, "batch_size": batch, "rng": rng, "valid": valid, "progress": False}
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")  # that the loss is not finite is what is to be found
                history = nn.fit(net, loss, step, train, **options, **fit)
        seen = {} if bare else {"valid": valid, "history": history}
        given = {"net": net, "loss": loss, "opt": step, "train": train}
        return {**given, "batch_size": batch, "clip": fit.get("clip"), **seen}

    return make


# Layers


def mlp(*sizes, activation=nn.ReLU, init=nn.he, end=(), between=None):
    """layers(n_in, rng) of these sizes; `between` gives more layers after each activation, `end` is put at the end."""

    def layers(n_in, rng):
        *hidden, n_out = sizes
        result = []
        for n in hidden:
            result += [nn.Linear(n_in, n, init, rng), *([activation()] if activation else [])]
            result += between(n, rng) if between else []
            n_in = n
        return [*result, nn.Linear(n_in, n_out, init, rng), *(layer() for layer in end)]

    return layers


def deep(depth, activation=nn.ReLU, init=nn.he, width=32, out=10):
    """`depth` hidden layers of `width` units each."""
    return mlp(*[width] * depth, out, activation=activation, init=init)


def normalised(n_in, rng):
    layers = []
    for _ in range(4):
        layers += [nn.Linear(n_in, 32, rng=rng), nn.BatchNorm(32), nn.ReLU()]
        n_in = 32
    return [*layers, nn.Linear(32, 10, rng=rng)]


def residual(n_in, rng):
    def block():
        return nn.Residual(nn.Linear(32, 32, rng=rng), nn.ReLU(), nn.Linear(32, 32, nn.normal(0.02), rng))

    return [nn.Linear(n_in, 32, rng=rng), nn.ReLU(), *(block() for _ in range(4)), nn.Linear(32, 10, rng=rng)]


def convolutional(n_in, rng):
    conv = nn.Conv2D(1, 6, 3, padding=1, rng=rng)
    return [nn.Reshape(1, 8, 8), conv, nn.ReLU(), nn.MaxPool2D(2), nn.Reshape(96), nn.Linear(96, 10, rng=rng)]


def maxout(n_in, rng):
    return [nn.Linear(n_in, 48, rng=rng), nn.Maxout(2), nn.Linear(24, 10, rng=rng)]


def bias(value):
    """spoil(net): the biases of all layers but the last."""

    def spoil(net):
        for layer in net.layers[:-1]:
            if isinstance(layer, nn.Linear):
                layer.b[...] = value

    return spoil


# Data: each gives (train, valid)


@cache
def all_digits():
    train, test = nn.data.digits()
    return Dataset(np.vstack(train[:1] + test[:1]), np.concatenate(train[1:] + test[1:]))


def digits(rng, n=1437, n_valid=360):
    train, valid = nn.data.split(all_digits(), n_valid, rng)
    return Dataset(train.x[:n], train.y[:n]), valid


def toy(draw, m=300, n_valid=200, **options):
    return lambda rng: (draw(m, rng, **options), draw(n_valid, rng, **options))


def column(data):
    """The labels 0 and 1 as a column of floats, for one output."""
    return lambda rng: tuple(Dataset(part.x, part.y[:, None].astype(np.float32)) for part in data(rng))


def changed(data, x=lambda x: x, y=lambda y, rng: y, parts=(0, 1)):
    """data with other x and y, in both parts or in one."""

    def draw(rng):
        return tuple(
            Dataset(x(part.x).astype(np.float32), y(part.y, rng)) if i in parts else part
            for i, part in enumerate(data(rng))
        )

    return draw


def shuffled(y, rng):
    return rng.permutation(y)


def noisy(part):
    """y(y, rng): that part of the labels drawn anew."""
    return lambda y, rng: np.where(rng.random(len(y)) < part, rng.integers(0, y.max() + 1, len(y)), y)


def few(n, n_valid=360, wrong=0.0):
    """n digits to train on, of which a part `wrong` has labels drawn at random."""
    return changed(lambda rng: digits(rng, n, n_valid), y=noisy(wrong), parts=(0,))


def sine(rng, m=200, noise=0.1):
    x = rng.uniform(-3, 3, (m + 100, 1)).astype(np.float32)
    y = (np.sin(x) + noise * rng.standard_normal(x.shape)).astype(np.float32)
    return Dataset(x[:m], y[:m]), Dataset(x[m:], y[m:])


def xor(rng):
    table = nn.data.truth_table(lambda a, b: a ^ b)
    return table, table


MOONS, CIRCLES = toy(nn.data.moons), toy(nn.data.circles)
SPIRALS = toy(nn.data.spirals, arms=3)
BLOBS = toy(nn.data.blobs, centers=((-1, -1), (1, 1), (1, -1)))
CLOSE_BLOBS = toy(nn.data.blobs, noise=1.2)
SIDES = toy(nn.data.blobs, m=300, centers=((-2, 0), (2, 0)))


# Optimizers and losses


def sgd(lr):
    return lambda net: nn.SGD(net, lr)


def adam(lr=0.001):
    return lambda net: nn.Adam(net, lr)


def momentum(lr):
    return lambda net: nn.Momentum(net, lr)


def naive_cross_entropy(p, y):
    """−mean of Σ onehot(y) log p, as one writes it at first: 0 · log 0 is NaN."""
    onehot = np.eye(p.shape[1], dtype=p.dtype)[y]
    return -float(np.mean(np.sum(onehot * np.log(p), axis=1))), -onehot / p / len(y)


def naive_binary(p, y):
    L = -float(np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
    return L, ((1 - y) / (1 - p) - y / p) / len(y)


LAB = mlp(32, 10)
SIGMOID, TANH = {"activation": nn.Sigmoid, "init": nn.xavier}, {"activation": nn.Tanh, "init": nn.xavier}
