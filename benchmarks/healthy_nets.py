"""Healthy networks: many architectures, optimizers, losses and data, early and late; nothing may be said of them."""

import numpy as np
from cases import (
    BLOBS,
    CIRCLES,
    CLOSE_BLOBS,
    LAB,
    MOONS,
    SIGMOID,
    SPIRALS,
    TANH,
    Case,
    adam,
    changed,
    column,
    convolutional,
    deep,
    digits,
    few,
    maxout,
    mlp,
    momentum,
    noisy,
    normalised,
    residual,
    sgd,
    sine,
    trained,
    xor,
)

import nnlib as nn

BCE, LOGITS = nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits


def standard(x):
    return (x - x.mean(axis=0)) / (x.std(axis=0) + 0.1)


def dropout(n, rng):
    return [nn.Dropout(0.3, rng)]


def half(n, rng):
    return [nn.Dropout(0.5, rng)]


def normalised_sigmoids(n_in, rng):
    layers = []
    for _ in range(8):
        layers += [nn.Linear(n_in, 32, nn.xavier, rng), nn.BatchNorm(32), nn.Sigmoid()]
        n_in = 32
    return [*layers, nn.Linear(32, 10, nn.xavier, rng)]


def residual_tanh(n_in, rng):
    blocks = (nn.Residual(nn.Linear(24, 24, nn.normal(0.1), rng), nn.Tanh()) for _ in range(10))
    return [nn.Linear(n_in, 24, rng=rng), *blocks, nn.Linear(24, 10, nn.xavier, rng)]


def far_sine(rng):
    return tuple(nn.data.Dataset(x, 20 * y + 50) for x, y in sine(rng))


def one_hot(data):
    return lambda rng: tuple(nn.data.Dataset(x, np.eye(y.max() + 1, dtype=np.float32)[y]) for x, y in data(rng))


def healthy():
    nets = {
        "not trained": trained(LAB, sgd(0.1), 0),
        "one epoch": trained(LAB, sgd(0.1), 1),
        "5 epochs": trained(LAB, sgd(0.1), 5),
        "100 epochs": trained(LAB, sgd(0.1), 100),
        "no history": trained(LAB, sgd(0.1), 3, bare=True),
        "small learning rate": trained(LAB, sgd(0.01), 2),
        "large learning rate": trained(LAB, sgd(0.5), 5),
        "Adam": trained(LAB, adam(), 5),
        "Adam, late": trained(mlp(64, 10), adam(), 60),
        "Adam, not trained": trained(LAB, adam(), 0, bare=True),
        "momentum": trained(LAB, momentum(0.02), 5),
        "averaging momentum": trained(LAB, lambda net: nn.MomentumEMA(net, 0.1), 5),
        "Nesterov": trained(LAB, lambda net: nn.Nesterov(net, 0.02), 5),
        "RMSProp": trained(LAB, lambda net: nn.RMSProp(net), 5),
        "batches of 4": trained(LAB, sgd(0.02), 1, batch=4),
        "batches of 256": trained(LAB, sgd(0.5), 10, batch=256),
        "whole batch": trained(LAB, sgd(0.5), 50, batch=1437),
        "6 ReLU layers": trained(deep(6), sgd(0.1), 5),
        "6 ReLU layers, not trained": trained(deep(6), sgd(0.1), 0, bare=True),
        "6 tanh layers": trained(deep(6, **TANH), sgd(0.1), 3),
        "2 sigmoid layers": trained(deep(2, **SIGMOID), adam(0.003), 5),
        "sigmoid, early": trained(mlp(32, 10, **SIGMOID), sgd(0.5), 1),
        "LeakyReLU": trained(deep(2, nn.LeakyReLU), sgd(0.1), 3),
        "ELU": trained(deep(2, nn.ELU), sgd(0.1), 3),
        "maxout": trained(maxout, sgd(0.1), 3),
        "dropout": trained(mlp(64, 64, 10, between=dropout), sgd(0.1), 10),
        "dropout, early, Adam": trained(mlp(64, 64, 10, between=dropout), adam(), 1),
        "batch normalisation": trained(normalised, sgd(0.1), 5),
        "batch normalisation, not trained": trained(normalised, sgd(0.1), 0),
        "residual": trained(residual, sgd(0.05), 5),
        "convolution": trained(convolutional, sgd(0.1), 1),
        "softmax and cross-entropy": trained(mlp(32, 10, end=(nn.Softmax,)), sgd(0.1), 5, loss=nn.cross_entropy),
        "one layer": trained(mlp(10), sgd(0.5), 10),
        "no activation": trained(mlp(32, 10, activation=None), sgd(0.05), 5),
        "cosine to 0": trained(LAB, sgd(0.2), 10, schedule=nn.schedules.cosine(0.2, 10)),
        "L2": trained(LAB, sgd(0.1), 10, penalties=[nn.L2(1e-3)]),
        "max-norm": trained(LAB, sgd(0.1), 10, max_norm=nn.MaxNorm(2)),
        "early stopping": trained(LAB, adam(0.01), 30, stopping=nn.EarlyStopping(3)),
        "20 validation examples": trained(LAB, sgd(0.1), 20, few(1437, 20)),
        "300 digits": trained(LAB, sgd(0.1), 30, few(300)),
        "digits from 0 to 16, Adam": trained(LAB, adam(), 5, changed(digits, lambda x: 16 * x)),
        "standardised digits": trained(LAB, sgd(0.05), 5, changed(digits, standard)),
        "moons": trained(mlp(16, 2), sgd(0.5), 50, MOONS),
        "moons, not trained": trained(mlp(16, 2), sgd(0.5), 0, MOONS),
        "moons, tanh, Adam": trained(mlp(16, 16, 2, **TANH), adam(0.01), 50, MOONS),
        "circles": trained(mlp(16, 16, 2), adam(0.01), 60, CIRCLES),
        "spirals": trained(mlp(32, 32, 3), adam(0.01), 100, SPIRALS),
        "spirals, early": trained(mlp(32, 32, 3, **TANH), adam(0.01), 5, SPIRALS),
        "3 blobs": trained(mlp(8, 3), sgd(0.1), 20, BLOBS),
        "blobs that overlap": trained(mlp(8, 2), sgd(0.1), 30, CLOSE_BLOBS),
        "one logit": trained(mlp(16, 1), adam(0.01), 40, column(MOONS), loss=LOGITS),
        "one probability": trained(mlp(16, 1, end=(nn.Sigmoid,)), adam(0.01), 40, column(MOONS), loss=BCE),
        "XOR": trained(mlp(8, 2, **TANH), sgd(0.5), 300, xor, batch=4),
        "sine": trained(mlp(32, 1, **TANH), adam(0.01), 50, sine, loss=nn.mse),
        "sine, half the squared error": trained(mlp(32, 1), sgd(0.02), 100, sine, loss=nn.half_squared_error),
        "a tenth mislabelled": trained(LAB, sgd(0.1), 5, changed(digits, y=noisy(0.1))),
        "8 ReLU layers, where sigmoid vanishes": trained(deep(8), sgd(0.05), 5),
        "8 sigmoid layers with batch normalisation": trained(normalised_sigmoids, sgd(0.3), 5),
        "10 residual blocks of tanh": trained(residual_tanh, sgd(0.05), 4),
        "momentum, clipped": trained(deep(2), momentum(0.05), 5, clip=1.0),
        "bottleneck": trained(mlp(64, 4, 64, 10), adam(0.005), 20),
        "dropout of a half, late": trained(mlp(128, 10, between=half), sgd(0.2), 40),
        "large targets": trained(mlp(32, 1, **TANH), adam(0.02), 60, far_sine, loss=nn.mse),
        "batches of 1": trained(LAB, sgd(0.01), 1, batch=1),
        "warm-up": trained(deep(3), sgd(0.3), 3, schedule=nn.schedules.warm_up(nn.schedules.constant(0.3), 1)),
        "one-hot and mean squared error": trained(mlp(16, 3), sgd(0.2), 30, one_hot(BLOBS), loss=nn.mse),
        "clipping": trained(LAB, sgd(0.1), 5, clip=1.0),
    }
    return [Case("healthy", name, make) for name, make in nets.items()]
