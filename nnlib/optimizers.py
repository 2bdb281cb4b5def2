"""Optimizers, in order of complexity: each turns the gradient of a network into a step of its parameters θ.

η is the learning rate `lr`, a number above 0. Refused are another η, and a `net` without θ and gradient.
"""

import math

import numpy as np

from nnlib.arguments import describe, need_array, need_count, need_function, need_gradient, need_network, need_number

PIECE = 65_536  # numbers per piece of θ: a piece and its memory stay in the processor's cache


class Optimizer:
    """One step for all parameters. A subclass says `update(theta, grad, …, s)`, which changes θ in place.

    η is `lr`, which may be changed between steps. `memory` is the number of arrays of the size of θ
    that the optimizer keeps, all 0 at first; `update` gets them after the gradient. It is called
    for one piece of θ after the other, because large arrays are slow to fetch more than once. The last
    argument, s, is scratch space for what is computed on the way: `out=s` is `…` without a new array.
    """

    memory = 0

    def __init__(self, net, lr):
        self.net, self.lr, self.t = need_network(net), need_number("lr", lr, above=0), 0
        self.kept = [np.zeros_like(net.theta) for _ in range(self.memory)]
        self.scratch = np.empty_like(net.theta[:PIECE])

    def step(self):
        """θ ← θ + Δθ for the gradient that `net.backward` left in `net.grad`."""
        self.t += 1
        arrays = (self.net.theta, self.net.grad, *self.kept)
        for start in range(0, self.net.theta.size, PIECE):
            pieces = [array[start : start + PIECE] for array in arrays]
            self.update(*pieces, self.scratch[: pieces[0].size])


class SGD(Optimizer):
    """θ ← θ − η ∇L(θ): gradient descent; stochastic when ∇L comes from a mini-batch. Source: S0, S1, S2, S3."""

    def update(self, theta, grad, s):
        theta -= np.multiply(self.lr, grad, out=s)  # θ ← θ − η ∇L


class Momentum(Optimizer):
    """v ← μ v + ∇L, θ ← θ − η v: the classical form. A steady gradient is stepped along 1/(1 − μ) times as fast.

    `momentum` is μ, in [0, 1); v starts at 0. Source: Polyak 1964; PyTorch.
    """

    memory = 1

    def __init__(self, net, lr, momentum=0.9):
        super().__init__(net, lr)
        self.mu = need_number("momentum", momentum, least=0, below=1)

    def update(self, theta, grad, v, s):
        v *= self.mu
        v += grad  # v ← μ v + ∇L
        theta -= np.multiply(self.lr, v, out=s)  # θ ← θ − η v


class MomentumEMA(Momentum):
    """v ← β v + (1 − β) ∇L, θ ← θ − η v: the moving average of S2.

    `momentum` is β, in [0, 1). The same as Momentum with the learning rate (1 − β) η: ten times smaller
    steps for β = 0.9 (E23). Source: S2.
    """

    def update(self, theta, grad, v, s):
        v += (1 - self.mu) * (grad - v)  # v ← β v + (1 − β) ∇L
        theta -= self.lr * v  # θ ← θ − η v


class Nesterov(Momentum):
    """v ← μ v + ∇L, θ ← θ − η (∇L + μ v): momentum that looks ahead.

    `momentum` is μ, in [0, 1). ∇L is taken at θ, which stands for Nesterov's point ahead.
    Source: Nesterov 1983; Sutskever et al. 2013; PyTorch.
    """

    def update(self, theta, grad, v, s):
        v *= self.mu
        v += grad  # v ← μ v + ∇L
        theta -= self.lr * (grad + self.mu * v)  # θ ← θ − η (∇L + μ v)


class RMSProp(Optimizer):
    """v ← ρ v + (1 − ρ) ∇L², θ ← θ − η ∇L / (√v + ε): steps of about the same length for every parameter.

    `rho` is ρ, in [0, 1), and `eps` ε, above 0. Source: Hinton 2012; named in S0.
    """

    memory = 1

    def __init__(self, net, lr=0.001, rho=0.9, eps=1e-8):
        super().__init__(net, lr)
        self.rho, self.eps = need_number("rho", rho, least=0, below=1), need_number("eps", eps, above=0)

    def update(self, theta, grad, v, s):
        v += (1 - self.rho) * (grad * grad - v)  # v ← ρ v + (1 − ρ) ∇L²
        theta -= self.lr * grad / (np.sqrt(v) + self.eps)  # θ ← θ − η ∇L / (√v + ε)


class AdamUncorrected(Optimizer):
    """m ← β₁ m + (1 − β₁) ∇L, v ← β₂ v + (1 − β₂) ∇L², θ ← θ − η m / (√v + ε): S2's form.

    m and v start at 0 and stay too small for long. v is the slower, so that the first step is 3.2 η,
    and the longest, the twelfth, 6.6 η (E22). For comparison; Adam below corrects it. `beta1` and `beta2`
    are in [0, 1), `eps` is ε, above 0. Source: S2.
    """

    memory = 2

    def __init__(self, net, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(net, lr)
        self.beta1 = need_number("beta1", beta1, least=0, below=1)
        self.beta2 = need_number("beta2", beta2, least=0, below=1)
        self.eps = need_number("eps", eps, above=0)

    def update(self, theta, grad, m, v, s):
        m += (1 - self.beta1) * (grad - m)  # m ← β₁ m + (1 − β₁) ∇L
        v += (1 - self.beta2) * (grad * grad - v)  # v ← β₂ v + (1 − β₂) ∇L²
        theta -= self.lr * m / (np.sqrt(v) + self.eps)  # θ ← θ − η m / (√v + ε)


class Adam(AdamUncorrected):
    """θ ← θ − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): S2's form without its bias.

    Passes over θ are what takes time, so numbers wait for the last line: m and v are kept without their
    factors 1 − β. Then m̂ = m a and v̂ = v b with a = (1 − β₁) / (1 − β₁ᵗ), b = (1 − β₂) / (1 − β₂ᵗ), and
    η m̂ / (√v̂ + ε) = (η a / √b) m / (√v + ε / √b). Source: Kingma & Ba 2015, section 2.
    """

    def update(self, theta, grad, m, v, s):
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


def clip_global_norm(net, limit):
    """∇L ← ∇L · min(1, c / ‖∇L‖): shortens a gradient longer than c, keeps its direction; returns ‖∇L‖.

    `limit` is c, above 0. Call it between backward and step. Source: Pascanu et al. 2013; named in S0, S2.
    """
    norm = float(np.linalg.norm(need_network(net).grad.astype(np.float64)))  # in float32, 2e19 squared is infinite
    if norm > need_number("limit", limit, above=0):
        net.grad *= limit / norm
    return norm


class Point:
    """θ and ∇L without a network: what an optimizer steps when L(θ) is a formula. θ is copied, in float64."""

    def __init__(self, theta):
        self.theta = need_array("theta", theta)
        if self.theta.ndim != 1:
            raise ValueError(f"theta: expected one vector, shape (n,), got shape {self.theta.shape}")
        self.grad = np.zeros_like(self.theta)


def descend(gradient, start, build, steps):
    """θ₀, θ₁, …, θ_steps: the way of an optimizer down L(θ), whose gradient(θ) is ∇L, as (steps + 1, n).

    θ₀ = `start` has n numbers, and build(point) makes the optimizer:
    descend(lambda theta: 2 * theta, [1.6], lambda point: SGD(point, 0.2), 6) for L = θ².
    Refuses a gradient of another shape than θ. Source: S1, "Gradient Descent"; S2's figure.
    """
    point = Point(start)
    opt, path = need_function("build", build)(point), [point.theta.copy()]
    if not isinstance(opt, Optimizer):
        raise TypeError(f"build: expected a function that returns an optimizer, but it returned {describe(opt)}")
    for _ in range(need_count("steps", steps)):
        dtheta = need_array("gradient", need_function("gradient", gradient)(point.theta.copy()))
        need_gradient("gradient", dtheta, point.theta.shape)
        point.grad[...] = dtheta  # ∇L(θ)
        opt.step()
        path.append(point.theta.copy())
    return np.array(path)
