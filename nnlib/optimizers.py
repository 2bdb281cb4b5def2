"""Optimizers, in order of complexity: each turns the gradient of a network into a step of its parameters θ."""

import math

import numpy as np

from nnlib.arguments import need_fraction, need_positive

PIECE = 131_072  # numbers per piece of θ: a piece and its memory stay in the processor's cache


class Optimizer:
    """One step for all parameters. A subclass says `update(theta, grad, …)`, which changes θ in place.

    η is `lr`, which may be changed between steps. `memory` is the number of arrays of the size of θ
    that the optimizer keeps, all 0 at first; `update` gets them after the gradient. It is called
    for one piece of θ after the other, because large arrays are slow to fetch more than once.
    """

    memory = 0

    def __init__(self, net, lr):
        self.net, self.lr, self.t = net, need_positive("lr", lr), 0
        self.kept = [np.zeros_like(net.theta) for _ in range(self.memory)]

    def step(self):
        """θ ← θ + Δθ for the gradient that `net.backward` left in `net.grad`."""
        self.t += 1
        arrays = (self.net.theta, self.net.grad, *self.kept)
        for start in range(0, self.net.theta.size, PIECE):
            self.update(*(array[start : start + PIECE] for array in arrays))


class SGD(Optimizer):
    """θ ← θ − η ∇L(θ): gradient descent; stochastic when ∇L comes from a mini-batch. Source: S0, S1, S2, S3."""

    def update(self, theta, grad):
        theta -= self.lr * grad  # θ ← θ − η ∇L


class Momentum(Optimizer):
    """v ← μ v + ∇L, θ ← θ − η v: the classical form. A steady gradient is stepped along 1/(1 − μ) times as fast.

    Source: Polyak 1964; PyTorch.
    """

    memory = 1

    def __init__(self, net, lr, momentum=0.9):
        super().__init__(net, lr)
        self.mu = need_fraction("momentum", momentum)

    def update(self, theta, grad, v):
        v *= self.mu
        v += grad  # v ← μ v + ∇L
        theta -= self.lr * v  # θ ← θ − η v


class MomentumEMA(Momentum):
    """v ← β v + (1 − β) ∇L, θ ← θ − η v: the moving average of S2.

    The same as Momentum with the learning rate (1 − β) η: ten times smaller steps for β = 0.9 (E23).
    """

    def update(self, theta, grad, v):
        v += (1 - self.mu) * (grad - v)  # v ← β v + (1 − β) ∇L
        theta -= self.lr * v  # θ ← θ − η v


class Nesterov(Momentum):
    """v ← μ v + ∇L, θ ← θ − η (∇L + μ v): momentum that looks ahead.

    ∇L is taken at θ, which stands for Nesterov's point ahead. Source: Nesterov 1983; Sutskever et al. 2013; PyTorch.
    """

    def update(self, theta, grad, v):
        v *= self.mu
        v += grad  # v ← μ v + ∇L
        theta -= self.lr * (grad + self.mu * v)  # θ ← θ − η (∇L + μ v)


class RMSProp(Optimizer):
    """s ← ρ s + (1 − ρ) ∇L², θ ← θ − η ∇L / (√s + ε): steps of about the same length for every parameter.

    Source: Hinton 2012; named in S0 and S2.
    """

    memory = 1

    def __init__(self, net, lr=0.001, rho=0.9, eps=1e-8):
        super().__init__(net, lr)
        self.rho, self.eps = need_fraction("rho", rho), need_positive("eps", eps)

    def update(self, theta, grad, s):
        s += (1 - self.rho) * (grad * grad - s)  # s ← ρ s + (1 − ρ) ∇L²
        theta -= self.lr * grad / (np.sqrt(s) + self.eps)  # θ ← θ − η ∇L / (√s + ε)


class AdamUncorrected(Optimizer):
    """m ← β₁ m + (1 − β₁) ∇L, v ← β₂ v + (1 − β₂) ∇L², θ ← θ − η m / (√v + ε): S2's form.

    m and v start at 0 and stay too small for long. v is the slower, so that the first step is 3.2 η,
    and the longest, the twelfth, 6.6 η (E22). For comparison; Adam below corrects it. Source: S2.
    """

    memory = 2

    def __init__(self, net, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(net, lr)
        self.beta1, self.beta2 = need_fraction("beta1", beta1), need_fraction("beta2", beta2)
        self.eps = need_positive("eps", eps)

    def update(self, theta, grad, m, v):
        self.average(grad, m, v)
        theta -= self.lr * m / (np.sqrt(v) + self.eps)  # θ ← θ − η m / (√v + ε)

    def average(self, grad, m, v):
        m += (1 - self.beta1) * (grad - m)  # m ← β₁ m + (1 − β₁) ∇L
        v += (1 - self.beta2) * (grad * grad - v)  # v ← β₂ v + (1 − β₂) ∇L²


class Adam(AdamUncorrected):
    """θ ← θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): S2's form without its bias.

    Both corrections are numbers, so they go into η and ε: m̂ / (√v̂ + ε) = m √c₂ / c₁ / (√v + ε √c₂)
    with c = 1 − βᵗ, which spares two passes over θ. Source: Kingma & Ba 2015, section 2.
    """

    def update(self, theta, grad, m, v):
        self.average(grad, m, v)
        c1, root_c2 = 1 - self.beta1**self.t, math.sqrt(1 - self.beta2**self.t)
        theta -= (self.lr * root_c2 / c1) * m / (np.sqrt(v) + self.eps * root_c2)


def clip_global_norm(net, limit):
    """∇L ← ∇L · min(1, c / ‖∇L‖): shortens a gradient longer than c, keeps its direction; returns ‖∇L‖.

    Call it between backward and step. Source: Pascanu et al. 2013; named in S2.
    """
    norm = float(np.linalg.norm(net.grad))
    if norm > need_positive("limit", limit):
        net.grad *= limit / norm
    return norm
