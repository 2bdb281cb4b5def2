"""Activation functions as layers: forward gives a = σ(z), backward gives ∂L/∂z = ∂L/∂a ⊙ σ'(z)."""

import numpy as np

from nnlib.arguments import need_floats, need_forward_first, need_gradient, need_positive
from nnlib.layers import Layer


class Activation(Layer):
    """a = σ(z), entry by entry. A subclass says `value(z)` and `derivative(z, a)`, which may use either."""

    a = None

    def forward(self, z, train=False):
        self.z, self.a = z, self.value(need_floats("z", z))
        return self.a

    def backward(self, da, need_dx=True):
        """∂L/∂z = ∂L/∂a ⊙ σ'(z), for the z of the last forward."""
        need_forward_first(self, self.a)
        need_gradient("da", da, self.a.shape)
        return da * self.derivative(self.z, self.a)


class Identity(Activation):
    """a = z, a' = 1. The output of a regression. Source: S2."""

    def value(self, z):
        return z.copy()

    def derivative(self, z, a):
        return np.ones_like(z)


class Sigmoid(Activation):
    """a = 1 / (1 + e⁻ᶻ), a' = a (1 − a) ≤ 1/4. Range (0, 1). Source: S0, S2."""

    def value(self, z):
        return sigmoid(z)

    def derivative(self, z, a):
        return a * (1 - a)  # σ' = σ (1 − σ)


class Tanh(Activation):
    """a = tanh z, a' = 1 − a² ≤ 1. Range (−1, 1), centred on 0. Source: S0, S2."""

    def value(self, z):
        return np.tanh(z)

    def derivative(self, z, a):
        return 1 - a * a  # tanh' = 1 − tanh²


class ReLU(Activation):
    """a = max(0, z), a' = 1 if z > 0 else 0 (also 0 at z = 0, by convention). Source: S0, S2."""

    def value(self, z):
        return np.maximum(z, 0)

    def derivative(self, z, a):
        return a > 0  # a > 0 exactly where z > 0


class LeakyReLU(Activation):
    """a = z if z > 0 else α z, a' = 1 if z > 0 else α. Source: S2 (α = 0.01)."""

    def __init__(self, alpha=0.01):
        self.alpha = need_positive("alpha", alpha)

    def value(self, z):
        return np.where(z > 0, z, self.alpha * z)

    def derivative(self, z, a):
        return np.where(z > 0, z.dtype.type(1), z.dtype.type(self.alpha))

    def __repr__(self):
        return f"LeakyReLU({self.alpha})"


def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ) for any finite float z: e⁻ᶻ is held below the largest number of the dtype."""
    largest = 88 if need_floats("z", z).dtype == np.float32 else 709
    return 1 / (1 + np.exp(np.minimum(-z, largest)))


def softmax(z):
    """p_i = e^{z_i} / Σ_j e^{z_j} along each row. Shifting z by its maximum changes nothing but the overflow.

    z and p are (m, n_classes). Source: S0, S2; S0 leaves out the index and the shift (E21).
    """
    e = np.exp(need_floats("z", z) - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
