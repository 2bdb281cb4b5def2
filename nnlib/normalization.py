"""Batch normalisation: a layer that gives every feature a mean and a variance of its own choice."""

import numpy as np

from nnlib.arguments import need_count, need_dtype, need_forward_first, need_gradient, need_number
from nnlib.layer import Layer


class BatchNorm(Layer):
    """a = γ x̂ + β with x̂ = (x − μ) / √(v + ε), feature by feature: mean and variance become learnable.

    x is (m, n) with n columns, or (m, n, h, w) with n channels, whose mean μ and variance v are over all
    examples and pixels; γ and β are (n,), and start at 1 and 0. In training μ and v are those of the batch,
    otherwise running means of them, which take up 1 − `memory` of each batch, with the unbiased variance.
    `eps` is ε. A batch of one row has no variance, and gives x̂ = 0 in training.
    Refuses x of other features. Source: Ioffe & Szegedy 2015 (channels: section 3.2); named in S0, S2.
    """

    parameters = ("gamma", "beta")
    statistics = ("mean", "variance")

    def __init__(self, n, memory=0.9, eps=1e-5, dtype=np.float32):
        self.memory, self.eps = need_number("memory", memory, least=0, below=1), need_number("eps", eps, above=0)
        n, dtype = need_count("n", n), need_dtype("dtype", dtype)
        self.gamma, self.beta, self.mean, self.variance = (f(n, dtype) for f in (np.ones, np.zeros, np.zeros, np.ones))
        self.dgamma, self.dbeta = np.zeros_like(self.gamma), np.zeros_like(self.beta)
        self.x_hat = None

    def forward(self, x, train=False):
        images = ("height", "width") if np.ndim(x) == 4 else ()
        x = self.need_input("x", x, ("m", len(self.gamma), *images))
        mean = _mean(x) if train else self.mean
        centred = x - along(x, mean)
        variance = _mean(centred * centred) if train else self.variance
        if train:
            self.remember(x.size // len(mean), mean, variance)
        self.train, self.root = train, along(x, np.sqrt(variance + self.eps))
        self.x_hat = centred / self.root
        return along(x, self.gamma) * self.x_hat + along(x, self.beta)

    def remember(self, m, mean, variance):
        """Move the running mean and variance towards those of m rows, or pixels."""
        self.mean += (1 - self.memory) * (mean - self.mean)
        unbiased = variance * (m / max(m - 1, 1))
        self.variance += (1 - self.memory) * (unbiased - self.variance)

    def backward(self, da, need_dx=True):
        """∂L/∂x = [g − mean(g) − x̂ mean(g x̂)] / √(v + ε) with g = γ ∂L/∂a: μ and v depend on x, too."""
        need_forward_first(self, self.x_hat)
        need_gradient("da", da, self.x_hat.shape)
        over = axes(da)
        self.dgamma[...] = (da * self.x_hat).sum(axis=over)  # ∂L/∂γ = Σ ∂L/∂a x̂
        self.dbeta[...] = da.sum(axis=over)  # ∂L/∂β = Σ ∂L/∂a
        g = da * along(da, self.gamma)
        if self.train:
            g = g - g.mean(over, keepdims=True) - self.x_hat * (g * self.x_hat).mean(over, keepdims=True)
        return g / self.root

    def __repr__(self):
        return f"BatchNorm({len(self.gamma)})"


def axes(x):
    """All axes of x, (m, n) or (m, n, h, w), but that of the features, which is the second."""
    return (0, *range(2, x.ndim))


def _mean(x):
    """The mean of every feature, summed up in float64: in float32, sums over many rows lose what is far below them."""
    return x.mean(axes(x), dtype=np.result_type(x, np.float64)).astype(x.dtype)


def along(x, values):
    """The values, one per feature, shaped so that each meets its own feature of x: (n,), or (n, 1, 1) for images."""
    return values.reshape(-1, *[1] * (x.ndim - 2))
