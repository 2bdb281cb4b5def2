"""Activation functions as layers: forward gives a = σ(z), backward gives ∂L/∂z = ∂L/∂a ⊙ σ'(z)."""

import numpy as np

from nnlib.arguments import (
    need_count,
    need_finite,
    need_forward_first,
    need_gradient,
    need_number,
)
from nnlib.layer import Layer


class Activation(Layer):
    """a = σ(z), entry by entry. A subclass says `value(z)` and `derivative(z, a)`, with a = σ(z).

    z and a have the same shape, usually (m, n). A derivative that is only 0 or 1 may be of type bool,
    which multiplies faster than floats do. Refuses z that is no array of floats. Source: S2.
    """

    a = None

    def forward(self, z, train=False):
        self.z = self.need_input("z", z)
        self.a = self.value(self.z)
        return self.a.copy()  # who gets it may change it

    def backward(self, da, need_dx=True):
        """∂L/∂z = ∂L/∂a ⊙ σ'(z), for the z of the last forward."""
        need_forward_first(self, self.a)
        need_gradient("da", da, self.a.shape)
        return da * self.derivative(self.z, self.a)

    def slope(self, z):
        """σ'(z) in the dtype of z: the derivative alone, as the plots show it."""
        need_finite("z", z)
        return np.asarray(self.derivative(z, self.value(z)), z.dtype)


class Identity(Activation):
    """a = z, a' = 1. The output of a regression. Source: S2."""

    def value(self, z):
        return z

    def derivative(self, z, a):
        return np.ones_like(z)


class Step(Activation):
    """a = 1 if z ≥ 0 else 0, a' = 0: the unit of the perceptron. No gradient passes. Source: S2, S3."""

    def value(self, z):
        return (z >= 0).astype(z.dtype)

    def derivative(self, z, a):
        return np.zeros_like(z)


class Sigmoid(Activation):
    """a = 1 / (1 + e⁻ᶻ), a' = a (1 − a) ≤ 1/4. Range (0, 1). Source: S0, S2."""

    def value(self, z):
        largest = int(np.log(np.finfo(z.dtype).max))  # e⁻ᶻ stays below the largest number of the dtype
        return 1 / (1 + np.exp(np.minimum(-z, largest)))

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
    """a = z if z > 0 else α z, a' = 1 if z > 0 else α, with `alpha` > 0. Source: Maas et al. 2013; S2 (α = 0.01)."""

    def __init__(self, alpha=0.01):
        self.alpha = need_number("alpha", alpha, above=0)

    def value(self, z):
        return np.maximum(z, 0) + self.alpha * np.minimum(z, 0)

    def derivative(self, z, a):
        return np.where(z > 0, z.dtype.type(1), z.dtype.type(self.alpha))

    def __repr__(self):
        return f"LeakyReLU({self.alpha})"


class ELU(Activation):
    """a = z if z > 0 else α (eᶻ − 1), a' = 1 if z > 0 else a + α, with `alpha` > 0. Range (−α, ∞).

    Source: Clevert et al. 2016; named in S4.
    """

    def __init__(self, alpha=1.0):
        self.alpha = need_number("alpha", alpha, above=0)

    def value(self, z):
        return np.maximum(z, 0) + self.alpha * np.expm1(np.minimum(z, 0))

    def derivative(self, z, a):
        return np.where(z > 0, z.dtype.type(1), a + self.alpha)  # (α eᶻ − α)' = α eᶻ = a + α

    def __repr__(self):
        return f"ELU({self.alpha})"


class Softmax(Layer):
    """p_i = e^{z_i} / Σ_j e^{z_j}, ∂L/∂z_i = p_i (∂L/∂p_i − Σ_j p_j ∂L/∂p_j): rows of probabilities.

    Not entry by entry: every output depends on the whole row, and ∂p_i/∂z_j = p_i (δ_ij − p_j).
    In training softmax_cross_entropy on the logits is safer, and its gradient simpler (E20).
    z and p are (m, n_classes). Refuses z that is no array of floats. Source: S0, S2.
    """

    p = None

    def value(self, z):
        """softmax(z), unchecked."""
        with np.errstate(over="ignore"):  # numbers that are 1e38 apart: e^−∞ = 0 is right
            e = np.exp(z - z.max(axis=-1, keepdims=True))  # shifted, so that e^z can't overflow
        return e / e.sum(axis=-1, keepdims=True)

    def forward(self, z, train=False):
        self.p = self.value(self.need_input("z", z, ("m", "n")))
        return self.p.copy()  # who gets it may change it

    def backward(self, dp, need_dx=True):
        need_forward_first(self, self.p)
        need_gradient("dp", dp, self.p.shape)
        return self.p * (dp - np.sum(dp * self.p, axis=-1, keepdims=True))  # J ∂L/∂p, without J


class Maxout(Layer):
    """a_j = max of the k numbers z_{jk} … z_{jk+k−1}: the largest of every k columns of z.

    z is (m, n k), a is (m, n). The gradient goes to the largest alone, the first of them in a tie.
    After Linear(n_in, n * k) every unit learns its own shape of activation function.
    Refuses z whose number of columns is no multiple of k. Source: Goodfellow et al. 2013; S4.
    """

    winner = None

    def __init__(self, k=2):
        self.k = need_count("k", k)

    def forward(self, z, train=False):
        z = self.need_input("z", z, ("m", "n"))
        m, n = z.shape
        if n % self.k:
            raise ValueError(f"z: expected a multiple of {self.k} columns, got {n}")
        groups = z.reshape(m, n // self.k, self.k)
        self.winner = groups.argmax(axis=2)[..., None]
        return np.take_along_axis(groups, self.winner, axis=2)[..., 0]

    def backward(self, da, need_dx=True):
        need_forward_first(self, self.winner)
        m, n, _ = self.winner.shape
        need_gradient("da", da, (m, n))
        dz = np.zeros((m, n, self.k), da.dtype)
        np.put_along_axis(dz, self.winner, da[..., None], axis=2)
        return dz.reshape(m, n * self.k)

    def __repr__(self):
        return f"Maxout({self.k})"


def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ), entry by entry, for an array z of floats of any shape. Source: S0, S2."""
    return Sigmoid().value(need_finite("z", z))


def softmax(z):
    """p_i = e^{z_i} / Σ_j e^{z_j} along each row. Shifting z by its maximum changes nothing but the overflow.

    z and p are (m, n_classes), or (n_classes,) for one example. Refuses z that is no array of floats.
    Source: S0, S2; S0 leaves out the index and the shift (E21).
    """
    if not need_finite("z", z).ndim:
        raise ValueError("z: expected one or more rows of numbers, got a single number")
    return Softmax().value(z)


def softmax_jacobian(z):
    """J_ij = ∂p_i/∂z_j = p_i (δ_ij − p_j) for one vector z (n,): J is (n, n), symmetric. Refuses a batch.

    Source: missing in S2 (E20).
    """
    if np.ndim(z) != 1:
        raise ValueError(f"z: expected one vector, shape (n,), got shape {np.shape(z)}")
    p = softmax(z)
    return np.diag(p) - np.outer(p, p)
