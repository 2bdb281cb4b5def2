"""Schedules: each gives a function from time t, in epochs, to the learning rate η, here `lr`. Source: S2.

Refused are learning rates, times and factors that are not above 0.

`fit` calls it before every step, with fractions of epochs; in a loop of your own: `opt.lr = schedule(epoch)`.
"""

import math

from nnlib.arguments import need_function, need_number

ROUNDING = 1e-9  # fractions of epochs are not exact: 0.7 / 0.1 is a little below 7, and 7 drops are due all the same


def constant(lr):
    """η(t) = η₀, which is `lr`. Source: S2."""
    lr = need_number("lr", lr, above=0)
    return lambda t: lr


def step(lr, every, factor=0.1):
    """η(t) = η₀ γ^⌊t/s⌋: after `every` s epochs the learning rate is multiplied by γ, the `factor`. Source: S2."""
    lr, every = need_number("lr", lr, above=0), need_number("every", every, above=0)
    factor = need_number("factor", factor, above=0)
    return lambda t: lr * factor ** math.floor(t / every + ROUNDING)


def exponential(lr, rate):
    """η(t) = η₀ e^{−k t}, with the `rate` k per epoch. Source: S2."""
    lr, rate = need_number("lr", lr, above=0), need_number("rate", rate, above=0)
    return lambda t: lr * math.exp(-rate * t)


def cosine(lr, epochs, lowest=0.001):
    """η(t) = η₀ [ε + (1 − ε) (1 + cos(π t/T)) / 2]: from η₀ down to ε η₀ after T epochs, and there it stays.

    `epochs` is T, `lowest` ε, a fraction of η₀. Source: Loshchilov & Hutter 2017; S2.
    """
    lr, epochs = need_number("lr", lr, above=0), need_number("epochs", epochs, above=0)
    lowest = need_number("lowest", lowest, least=0, below=1)
    return lambda t: lr * (lowest + (1 - lowest) * (1 + math.cos(math.pi * min(t / epochs, 1))) / 2)


def warm_up(schedule, epochs):
    """η(t) · t/w for t < w: the first w `epochs` climb in a line to what `schedule`, a function, says.

    Starts at a thousandth rather than 0, because a step of length 0 teaches nothing. Source: Goyal et al. 2017.
    """
    need_function("schedule", schedule), need_number("epochs", epochs, above=0)
    return lambda t: schedule(t) * min(1, max(t / epochs, 0.001))
