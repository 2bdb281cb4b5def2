"""Layers: forward computes a layer's output, backward the gradients of its parameters and input."""

import numpy as np

from nnlib import initializers
from nnlib.arguments import (
    need_count,
    need_float_matrix,
    need_forward_first,
    need_generator,
    need_gradient,
)


class Layer:
    """y = f(x; θ): one step of a network. The base class of all layers and activations.

    `parameters` names the arrays that are learned; the gradient of `W` lives in `dW`. `statistics`
    names the arrays that are measured in training and needed afterwards, such as running means.
    `forward` keeps what `backward` will need, among it x itself: leave x as it is between the two.
    The first layer of a network has no use for ∂L/∂x, so a layer may leave it out without `need_dx`.
    """

    parameters = ()
    statistics = ()

    def forward(self, x, train=False):
        """y = f(x; θ), one example per row. `train` matters to layers such as Dropout."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, dy, need_dx=True):
        """∂L/∂x from ∂L/∂y, for the x of the last forward; stores ∂L/∂θ."""
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def leaves(self):
        """(path, layer) of every layer that is not itself made of layers; a network has many."""
        return [("", self)]

    def named_parameters(self):
        """{name: array} of everything that is learned, in the order of θ, such as {"0.W": …, "0.b": …}."""
        return {path + name: getattr(leaf, name) for path, leaf in self.leaves() for name in leaf.parameters}

    def bind(self, theta, grad):
        """Move what is learned into θ, and its gradient into grad, leaving views behind."""
        start = 0
        for name in self.parameters:
            array = getattr(self, name)
            piece = slice(start, start := start + array.size)
            theta[piece] = array.ravel()
            setattr(self, name, theta[piece].reshape(array.shape))
            setattr(self, "d" + name, grad[piece].reshape(array.shape))

    def __repr__(self):
        return f"{type(self).__name__}()"


class Linear(Layer):
    """z = x Wᵀ + b: every output is a weighted sum of all inputs, plus a bias.

    x is (m, n_in), W is (n_out, n_in), b is (n_out,), z is (m, n_out).
    W is drawn by `init(n_in, n_out, rng)`; b starts at 0. Source: S2, "Vectorised implementation".
    """

    parameters = ("W", "b")

    def __init__(self, n_in, n_out, init=initializers.he, rng=None, dtype=np.float32):
        n_in, n_out = need_count("n_in", n_in), need_count("n_out", n_out)
        self.W = init(n_in, n_out, need_generator(rng)).astype(dtype)
        self.b = np.zeros(n_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self.x = None

    def forward(self, x, train=False):
        self.x = need_float_matrix("x", x, self.W.shape[1])
        return x @ self.W.T + self.b  # z = x Wᵀ + b

    def backward(self, dz, need_dx=True):
        """∂L/∂W = δᵀ x, ∂L/∂b = Σ δ, ∂L/∂x = δ W, with δ = ∂L/∂z of shape (m, n_out)."""
        need_forward_first(self, self.x)
        need_gradient("dz", dz, (len(self.x), len(self.b)))
        self.dW[...] = dz.T @ self.x  # ∂L/∂W = δᵀ a_prev
        self.db[...] = dz.sum(axis=0)  # ∂L/∂b = Σ δ
        if need_dx:
            return dz @ self.W  # ∂L/∂a_prev = δ W

    def __repr__(self):
        n_out, n_in = self.W.shape
        return f"Linear({n_in}, {n_out})"
