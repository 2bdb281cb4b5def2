"""Initial weights: each function draws W of shape (n_out, n_in) from `rng`, in float64.

Layer by layer, Var(z) = n_in · Var(w) · E[x²]: the rules below choose Var(w) so that the
signal neither dies out nor blows up. All of them are given as standard deviations, because
N(0, s) is read as a variance by one author and as a standard deviation by the next (E09).
Only the variance matters for that, so that he and xavier are there with normal and with uniform numbers.

Refused are n_in and n_out below 1, and any rng that is not np.random.default_rng(seed).
"""

import math

import numpy as np

from nnlib.arguments import need_count, need_generator, need_number


def zeros(n_in, n_out, rng):
    """w = 0. All hidden units stay copies of each other: a lesson, not a method (E11). Source: S2, S3."""
    return np.zeros(_shape(n_in, n_out))


def filled(value):
    """w = value: an initializer that fills W with one number. All units stay equal, as with zeros. Source: S2, S3."""
    value = need_number("value", value)
    return lambda n_in, n_out, rng: np.full(_shape(n_in, n_out), value)


def normal(std):
    """w ~ N(0, std²): an initializer with a fixed standard deviation, of at least 0. Source: S2 (E10)."""
    std = need_number("std", std, least=0)
    return lambda n_in, n_out, rng: need_generator(rng).normal(0.0, std, _shape(n_in, n_out))


def he(n_in, n_out, rng):
    """w ~ N(0, std²), std = √(2 / n_in), for ReLU layers. Also called Kaiming. Source: He et al. 2015; S0, S2."""
    n_out, n_in = _shape(n_in, n_out)
    return need_generator(rng).normal(0.0, math.sqrt(2 / n_in), (n_out, n_in))


def he_uniform(n_in, n_out, rng):
    """w ~ U(−a, a), a = √(6 / n_in): the standard deviation of `he`, a / √3, and no large weights. Source: as he."""
    n_out, n_in = _shape(n_in, n_out)
    a = math.sqrt(6 / n_in)
    return need_generator(rng).uniform(-a, a, (n_out, n_in))


def xavier(n_in, n_out, rng):
    """w ~ N(0, std²), std = √(2 / (n_in + n_out)), for tanh and sigmoid. Also called Glorot.

    Source: Glorot & Bengio 2010, who draw as xavier_uniform does; S2.
    """
    n_out, n_in = _shape(n_in, n_out)
    return need_generator(rng).normal(0.0, math.sqrt(2 / (n_in + n_out)), (n_out, n_in))


def xavier_uniform(n_in, n_out, rng):
    """w ~ U(−a, a), a = √(6 / (n_in + n_out)): the standard deviation of `xavier`, a / √3.

    Source: Glorot & Bengio 2010, "normalized initialization".
    """
    n_out, n_in = _shape(n_in, n_out)
    a = math.sqrt(6 / (n_in + n_out))
    return need_generator(rng).uniform(-a, a, (n_out, n_in))


def xavier_fan_in(n_in, n_out, rng):
    """w ~ N(0, std²), std = √(1 / n_in): the rule that S0 calls Xavier, elsewhere LeCun's (E12).

    Source: LeCun et al. 1998; S0.
    """
    n_out, n_in = _shape(n_in, n_out)
    return need_generator(rng).normal(0.0, math.sqrt(1 / n_in), (n_out, n_in))


def _shape(n_in, n_out):
    return need_count("n_out", n_out), need_count("n_in", n_in)
