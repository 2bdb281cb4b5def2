"""Layers: forward computes a layer's output, backward the gradients of its parameters and input."""

import numpy as np

from nnlib import initializers
from nnlib.arguments import (
    describe,
    need_array,
    need_count,
    need_dtype,
    need_forward_first,
    need_function,
    need_generator,
    need_gradient,
    need_number,
)
from nnlib.layer import Layer


class Linear(Layer):
    """z = x Wᵀ + b: every output is a weighted sum of all inputs, plus a bias.

    x is (m, n_in), W is (n_out, n_in), b is (n_out,), z is (m, n_out).
    W is drawn by `init(n_in, n_out, rng)`; b starts at 0. Refuses x without n_in columns, and an `init`
    that gives W another shape. Source: S2, "Vectorized Implementation".
    """

    parameters = ("W", "b")

    def __init__(self, n_in, n_out, init=initializers.he, rng=None, dtype=np.float32):
        n_in, n_out = need_count("n_in", n_in), need_count("n_out", n_out)
        self.W = drawn(init, n_in, n_out, rng).astype(need_dtype("dtype", dtype))
        self.b = np.zeros(n_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self.x = None

    def forward(self, x, train=False):
        self.x = self.need_input("x", x, ("m", self.W.shape[1]))
        z = np.dot(self.x, self.W.T)  # np.dot, since @ takes a microsecond longer to start
        z += self.b  # z = x Wᵀ + b, without a second new array
        return z

    def backward(self, dz, need_dx=True):
        """∂L/∂W = δᵀ x, ∂L/∂b = Σ δ, ∂L/∂x = δ W, with δ = ∂L/∂z of shape (m, n_out)."""
        need_forward_first(self, self.x)
        need_gradient("dz", dz, (len(self.x), len(self.b)))
        np.matmul(dz.T, self.x, out=self.dW)  # ∂L/∂W = δᵀ a_prev, written where it belongs
        dz.sum(axis=0, out=self.db)  # ∂L/∂b = Σ δ
        if need_dx:
            return np.dot(dz, self.W)  # ∂L/∂a_prev = δ W

    def __repr__(self):
        n_out, n_in = self.W.shape
        return f"Linear({n_in}, {n_out})"


class Dropout(Layer):
    """a = x ⊙ r / (1 − p) in training, with r = 0 with probability p and else 1; a = x otherwise.

    x, r and a have one shape, usually (m, n); r is drawn anew by `rng` for every batch.
    Inverted dropout: dividing by 1 − p keeps the mean, so that nothing is to be done in use.
    `p` is the probability of dropping; refused outside of [0, 1). Source: Srivastava et al. 2014; S2, whose
    p is once the probability of keeping and once that of dropping (E06).
    """

    scale = None

    def __init__(self, p, rng):
        self.p, self.rng = need_number("p", p, least=0, below=1), need_generator(rng)

    def forward(self, x, train=False):
        x = self.need_input("x", x)
        self.scale = self.mask(x) * x.dtype.type(1 / (1 - self.p)) if train else np.ones_like(x)
        return x * self.scale

    def mask(self, x):
        """r, drawn anew: False with probability p, in the shape of x."""
        return self.rng.random(x.shape, np.float32) >= self.p

    def backward(self, da, need_dx=True):
        need_forward_first(self, self.scale)
        need_gradient("da", da, self.scale.shape)
        return da * self.scale

    def __repr__(self):
        return f"{type(self).__name__}({self.p})"


class ClassicDropout(Dropout):
    """a = x ⊙ r in training; a = (1 − p) x otherwise: scaled in use instead of in training (E07).

    `p` is the probability of dropping here, too. Source: S2; Srivastava et al. 2014.
    """

    def forward(self, x, train=False):
        x = self.need_input("x", x)
        self.scale = self.mask(x) if train else np.full_like(x, 1 - self.p)
        return x * self.scale


def drawn(init, n_in, n_out, rng):
    """init(n_in, n_out, rng); TypeError or ValueError if those are not finite numbers of shape (n_out, n_in)."""
    W = need_array("init", need_function("init", init)(n_in, n_out, need_generator(rng)))
    if W.shape != (n_out, n_in):
        raise ValueError(f"init: expected W of shape (n_out, n_in), here {(n_out, n_in)}, got {describe(W)}")
    return W
