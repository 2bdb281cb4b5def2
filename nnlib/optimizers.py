"""Optimizers: each turns the gradient of a network into a step of its parameters θ."""

from nnlib.arguments import need_positive


class SGD:
    """θ ← θ − η ∇L(θ): gradient descent; stochastic when ∇L comes from a mini-batch.

    η is `lr`, which may be changed between steps. Source: S0, S1, S2, S3.
    """

    def __init__(self, net, lr):
        self.net, self.lr = net, need_positive("lr", lr)

    def step(self):
        theta = self.net.theta
        theta -= self.lr * self.net.grad  # θ ← θ − η ∇L
