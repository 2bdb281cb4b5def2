"""Optimizers, in order of complexity: each turns the gradient of a network into a step of its parameters θ.

η is the learning rate `lr`, a number above 0. Refused are another η, and a `net` without θ and gradient.
"""

import math

import numpy as np

from nnlib.arguments import need_network, need_number
from nnlib.optimizer import Optimizer
from nnlib.regularizers import weights


class SGD(Optimizer):
    """θ ← θ − η ∇L(θ): gradient descent; stochastic when ∇L comes from a mini-batch. Source: S0, S1, S2, S3."""

    def update(self, theta, grad):
        theta -= self.lr * grad  # θ ← θ − η ∇L

    def quick(self, theta, grad, s):
        theta -= np.multiply(self.lr, grad, out=s)


class Momentum(Optimizer):
    """v ← μ v + ∇L, θ ← θ − η v: the classical form. A steady gradient is stepped along 1/(1 − μ) times as fast.

    `momentum` is μ, in [0, 1); v starts at 0. Source: Polyak 1964; PyTorch.
    """

    memory = ("v",)

    def __init__(self, net, lr, momentum=0.9):
        super().__init__(net, lr)
        self.mu = need_number("momentum", momentum, least=0, below=1)

    def update(self, theta, grad, v):
        v *= self.mu
        v += grad  # v ← μ v + ∇L
        theta -= self.lr * v  # θ ← θ − η v

    def quick(self, theta, grad, v, s):
        v *= self.mu
        v += grad
        theta -= np.multiply(self.lr, v, out=s)


class MomentumEMA(Optimizer):
    """v ← β v + (1 − β) ∇L, θ ← θ − η v: the moving average of S2.

    `momentum` is β, in [0, 1). The same as Momentum with the learning rate (1 − β) η: ten times smaller
    steps for β = 0.9 (E23). Source: S2.
    """

    memory = ("v",)

    def __init__(self, net, lr, momentum=0.9):
        super().__init__(net, lr)
        self.beta = need_number("momentum", momentum, least=0, below=1)

    def update(self, theta, grad, v):
        v += (1 - self.beta) * (grad - v)  # v ← β v + (1 − β) ∇L
        theta -= self.lr * v  # θ ← θ − η v


class Nesterov(Optimizer):
    """v ← μ v + ∇L, θ ← θ − η (∇L + μ v): momentum that looks ahead.

    `momentum` is μ, in [0, 1). ∇L is taken at θ, which stands for Nesterov's point ahead.
    Source: Nesterov 1983; Sutskever et al. 2013; PyTorch.
    """

    memory = ("v",)

    def __init__(self, net, lr, momentum=0.9):
        super().__init__(net, lr)
        self.mu = need_number("momentum", momentum, least=0, below=1)

    def update(self, theta, grad, v):
        v *= self.mu
        v += grad  # v ← μ v + ∇L
        theta -= self.lr * (grad + self.mu * v)  # θ ← θ − η (∇L + μ v)


class RMSProp(Optimizer):
    """v ← ρ v + (1 − ρ) ∇L², θ ← θ − η ∇L / (√v + ε): steps of about the same length for every parameter.

    `rho` is ρ, in [0, 1), and `eps` ε, above 0. Source: Hinton 2012; named in S0.
    """

    memory = ("v",)

    def __init__(self, net, lr=0.001, rho=0.9, eps=1e-8):
        super().__init__(net, lr)
        self.rho, self.eps = need_number("rho", rho, least=0, below=1), _need_eps(eps, net)

    def update(self, theta, grad, v):
        v += (1 - self.rho) * (grad * grad - v)  # v ← ρ v + (1 − ρ) ∇L²
        theta -= self.lr * grad / (np.sqrt(v) + self.eps)  # θ ← θ − η ∇L / (√v + ε)


class AdamUncorrected(Optimizer):
    """m ← β₁ m + (1 − β₁) ∇L, v ← β₂ v + (1 − β₂) ∇L², θ ← θ − η m / (√v + ε): S2's form.

    m and v start at 0 and stay too small for long. v is the slower, so that the first step is 3.2 η,
    and the longest, the twelfth, 6.6 η (E22). For comparison; Adam below corrects it. `beta1` and `beta2`
    are in [0, 1), `eps` is ε, above 0. Source: S2.
    """

    memory = ("m", "v")

    def __init__(self, net, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(net, lr)
        self.beta1 = need_number("beta1", beta1, least=0, below=1)
        self.beta2 = need_number("beta2", beta2, least=0, below=1)
        self.eps = _need_eps(eps, net)

    def update(self, theta, grad, m, v):
        m += (1 - self.beta1) * (grad - m)  # m ← β₁ m + (1 − β₁) ∇L
        v += (1 - self.beta2) * (grad * grad - v)  # v ← β₂ v + (1 − β₂) ∇L²
        theta -= self.lr * m / (np.sqrt(v) + self.eps)  # θ ← θ − η m / (√v + ε)


class Adam(AdamUncorrected):
    """θ ← θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): S2's form without its bias.

    m and v are the averages of AdamUncorrected. Source: Kingma & Ba 2015, algorithm 1.
    """

    def update(self, theta, grad, m, v):
        m += (1 - self.beta1) * (grad - m)  # m ← β₁ m + (1 − β₁) ∇L
        v += (1 - self.beta2) * (grad * grad - v)  # v ← β₂ v + (1 − β₂) ∇L²
        m_hat = m / (1 - self.beta1**self.t)  # as if the average had not begun at 0
        v_hat = v / (1 - self.beta2**self.t)
        theta -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)  # θ ← θ − η m̂ / (√v̂ + ε)

    def quick(self, theta, grad, m, v, s):
        """The same θ in half the time: numbers wait for the last line, because passes over θ are what takes time.

        Here m and v are kept without their factors 1 − β. Then m̂ = m a and v̂ = v b with
        a = (1 − β₁) / (1 − β₁ᵗ), b = (1 − β₂) / (1 − β₂ᵗ), and η m̂ / (√v̂ + ε) = (η a / √b) m / (√v + ε / √b).
        """
        a = (1 - self.beta1) / (1 - self.beta1**self.t)
        root_b = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.t))
        m *= self.beta1
        m += grad  # m ← β₁ m + ∇L
        v *= self.beta2
        v += np.multiply(grad, grad, out=s)  # v ← β₂ v + ∇L²
        np.sqrt(v, out=s)
        s += self.eps / root_b
        np.divide(m, s, out=s)
        s *= self.lr * a / root_b
        theta -= s  # θ ← θ − (η a / √b) m / (√v + ε / √b)


class AdamW(Adam):
    """W ← (1 − η w) W, then Adam's step: weight decay beside the gradient, not in it.

    `weight_decay` is w, of at least 0; as with L2, biases go free. For SGD, L2 with λ = w/2 does the same, since
    its gradient is 2 λ W. For Adam it does not: that gradient is divided by √v̂ as well, and so weights with
    large gradients hardly shrink; here all shrink alike. Source: Loshchilov & Hutter 2019; PyTorch's η w.
    """

    def __init__(self, net, lr=0.001, weight_decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(net, lr, beta1, beta2, eps)
        self.weight_decay = need_number("weight_decay", weight_decay, least=0)

    def step(self):
        for W, _ in weights(self.net):
            W *= 1 - self.lr * self.weight_decay  # W ← (1 − η w) W
        super().step()


def _need_eps(eps, net):
    """ε, at least the smallest normal number of θ: float16 would make 0 of 1e-8, and NaN of a gradient of 0."""
    return max(need_number("eps", eps, above=0), float(np.finfo(net.theta.dtype).tiny))


def clip_global_norm(net, limit):
    """∇L ← ∇L · min(1, c / ‖∇L‖): shortens a gradient longer than c, keeps its direction; returns ‖∇L‖.

    `limit` is c, above 0. Call it between backward and step. Refuses a gradient that has NaN or infinite entries,
    and so no direction, and leaves it as it was. Source: Pascanu et al. 2013; named in S0, S2.
    """
    grad, limit = need_network(net).grad, need_number("limit", limit, above=0)
    largest = float(np.abs(grad).max(initial=0))
    if not math.isfinite(largest):
        bad = np.count_nonzero(~np.isfinite(grad))
        raise ValueError(f"net.grad: expected finite numbers, but {bad} of {grad.size} entries are NaN or infinite")
    if not largest:
        return 0.0
    direction = grad / largest  # so that no square overflows or vanishes
    length = float(np.linalg.norm(direction))
    if largest * length > limit:
        grad[...] = direction * (limit / length)
    return largest * length
