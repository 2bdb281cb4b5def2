"""Descent on a formula: an optimizer on its way down L(θ), without a network."""

import numpy as np

from nnlib.arguments import describe, need_array, need_count, need_function, need_gradient, need_number
from nnlib.optimizer import Optimizer


class Point:
    """θ and ∇L, both (n,), without a network: what an optimizer steps when L(θ) is a formula. Copied, in float64."""

    parameters = ("W",)  # all of θ are weights: what penalties and weight decay concern

    def __init__(self, theta):
        self.theta = need_array("theta", theta)
        if self.theta.ndim != 1:
            raise ValueError(f"theta: expected one vector, shape (n,), got shape {self.theta.shape}")
        self.grad = np.zeros_like(self.theta)
        self.W, self.dW = self.theta, self.grad

    def leaves(self):
        """(path, layer) as networks give them: the point itself."""
        return [("", self)]


def descend(gradient, start, build, steps, tolerance=None):
    """θ₀, θ₁, …, θ_k: the way of an optimizer down L(θ), whose gradient(θ) is ∇L, as (k + 1, n).

    θ₀ = `start` has n numbers, and build(point) makes the optimizer:
    descend(lambda theta: 2 * theta, [1.6], lambda point: SGD(point, 0.2), 6) for L = θ².
    k is `steps`, or less: the way ends at the first θ with ‖∇L(θ)‖ ≤ `tolerance`, if one is given.
    Refuses a gradient of another shape than θ. Source: S1, "Gradient Descent"; S2's figure.
    """
    point = Point(start)
    opt, path = need_function("build", build)(point), [point.theta.copy()]
    if not isinstance(opt, Optimizer):
        raise TypeError(f"build: expected a function that returns an optimizer, but it returned {describe(opt)}")
    enough = -1.0 if tolerance is None else need_number("tolerance", tolerance, least=0)
    for _ in range(need_count("steps", steps)):
        dtheta = need_array("gradient", need_function("gradient", gradient)(point.theta.copy()))
        point.grad[...] = need_gradient("gradient", dtheta, point.theta.shape)  # ∇L(θ)
        if np.linalg.norm(point.grad) <= enough:
            break
        opt.step()
        path.append(point.theta.copy())
    return np.array(path)
