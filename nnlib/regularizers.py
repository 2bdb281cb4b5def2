"""Regularizers: what keeps weights small. They concern the weights `W` of layers, never the biases (E25).

The cost is J = L + R. `lam` is λ and `limit` c, numbers above 0: others are refused.
In a loop of your own: `backward`, `add_gradient`, `step`, then `MaxNorm.project`.
"""

import numpy as np

from nnlib.arguments import describe, need_number


class L2:
    """R = λ ‖W‖², ∂R/∂W = 2 λ W: many small weights, none exactly 0. Source: S2.

    Other texts write λ/2 for this λ (E24). For SGD it is weight decay: W ← (1 − η w) W with w = 2 λ, PyTorch's
    weight_decay. For Adam it is not; see AdamW.
    """

    def __init__(self, lam):
        self.lam = need_number("lam", lam, above=0)

    def value(self, net):
        """R, to be added to the loss L."""
        return self.lam * sum(float(np.vdot(W, W)) for W, _ in weights(net))  # λ ‖W‖²

    def add_gradient(self, net):
        """∂L/∂W ← ∂L/∂W + ∂R/∂W, after `backward`."""
        for W, dW in weights(net):
            dW += (2 * self.lam) * W  # ∂R/∂W = 2 λ W


class L1:
    """R = λ ‖W‖₁, ∂R/∂W = λ sign(W): few weights, the others (almost) 0. Source: S2."""

    def __init__(self, lam):
        self.lam = need_number("lam", lam, above=0)

    def value(self, net):
        """R, to be added to the loss L."""
        return self.lam * sum(float(np.abs(W).sum()) for W, _ in weights(net))  # λ Σ |w|

    def add_gradient(self, net):
        """∂L/∂W ← ∂L/∂W + ∂R/∂W, after `backward`."""
        for W, dW in weights(net):
            dW += self.lam * np.sign(W)  # ∂R/∂W = λ sign W, 0 at w = 0


class MaxNorm:
    """w_j ← w_j · min(1, c / ‖w_j‖) for the incoming weights w_j of every unit: a limit, not a penalty.

    To be applied after each step. Source: Srebro & Shraibman 2005; Srivastava et al. 2014.
    """

    def __init__(self, limit):
        self.limit = need_number("limit", limit, above=0)

    def project(self, net):
        """Shorten, in place, what is longer than c."""
        for W, _ in weights(net):
            rows = W.reshape(len(W), -1)
            norms = _norms(rows)
            rows *= self.limit / np.maximum(norms, self.limit)  # c / max(c, ‖w_j‖)


def _norms(rows):
    """‖w_j‖ of every row, (n, 1): also of numbers so large that their squares are infinite."""
    squares = np.einsum("ij,ij->i", rows, rows)[:, None]
    if np.isfinite(squares).all():
        return np.sqrt(squares)
    rows = rows.astype(np.float64)
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True), np.finfo(rows.dtype).tiny)
    return largest * np.linalg.norm(rows / largest, axis=1, keepdims=True)


def weights(net):
    """(W, dW) of every layer that has weights."""
    if not hasattr(net, "leaves"):
        raise TypeError(f"net: expected a network or a layer, got {describe(net)}")
    return [(leaf.W, leaf.dW) for _, leaf in net.leaves() if "W" in leaf.parameters]
