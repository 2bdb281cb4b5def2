"""Initial weights: each function draws W of shape (n_out, n_in) from `rng`, in float64.

Layer by layer, Var(z) = n_in · Var(w) · E[x²]: the rules below choose Var(w) so that the
signal neither dies out nor blows up. All of them are given as standard deviations, because
N(0, s) is read as a variance by one author and as a standard deviation by the next (E09).
"""

import math

import numpy as np


def zeros(n_in, n_out, rng):
    """w = 0. All hidden units stay copies of each other: a lesson, not a method."""
    return np.zeros((n_out, n_in))


def constant(value):
    """w = value: an initializer that fills W with one number. All units stay equal, as with zeros."""
    return lambda n_in, n_out, rng: np.full((n_out, n_in), float(value))


def normal(std):
    """w ~ N(0, std²): an initializer with a fixed standard deviation."""
    return lambda n_in, n_out, rng: rng.normal(0.0, std, (n_out, n_in))


def he(n_in, n_out, rng):
    """std = √(2 / n_in), for ReLU layers. Also called Kaiming. Source: He et al. 2015; S0, S2."""
    return rng.normal(0.0, math.sqrt(2 / n_in), (n_out, n_in))


def xavier(n_in, n_out, rng):
    """std = √(2 / (n_in + n_out)), for tanh and sigmoid. Also called Glorot. Source: Glorot & Bengio 2010; S2."""
    return rng.normal(0.0, math.sqrt(2 / (n_in + n_out)), (n_out, n_in))


def xavier_fan_in(n_in, n_out, rng):
    """std = √(1 / n_in): the rule that S0 calls Xavier, elsewhere LeCun's. Source: LeCun et al. 1998; S0."""
    return rng.normal(0.0, math.sqrt(1 / n_in), (n_out, n_in))
