"""Losses: each takes a batch and returns (L, dz), the mean loss and its gradient.

Mean over the batch, always: the step size then means the same for every batch size (E16).
Targets must be finite. Outputs that are not, from weights that have grown too large, give an L that is not.
Refused are outputs that are no floats, targets of another shape, labels that are not whole numbers from 0 to
n_classes − 1, and probabilities outside of [0, 1].
"""

import numpy as np

from nnlib.activations import Sigmoid
from nnlib.arguments import need_floats, need_fractions, need_labels, need_targets


def half_squared_error(y_hat, y):
    """L = 1/m Σ ½ ‖ŷ − y‖², ∂L/∂ŷ = (ŷ − y) / m. ŷ and y are (m, n). Source: S2."""
    error = y_hat - need_targets("y", y, "y_hat", y_hat)
    return 0.5 * float(np.vdot(error, error)) / len(y), error / len(y)


def mse(y_hat, y):
    """L = mean of (ŷ − y)² over all entries, ∂L/∂ŷ = 2 (ŷ − y) / (m n). ŷ and y are (m, n). Source: S0."""
    error = y_hat - need_targets("y", y, "y_hat", y_hat)
    return float(np.vdot(error, error)) / error.size, 2 * error / error.size


def binary_cross_entropy(y_hat, y):
    """L = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], ∂L/∂ŷ = [(1 − y) / (1 − ŷ) − y / ŷ] / m.

    ŷ are probabilities (m, n), y is 0 or 1, same shape, or labels (m,) for ŷ (m, 1). Both p = ŷ and q = 1 − ŷ are
    held above the smallest number of the dtype. Prefer the form below, which needs no such cut. Source: S2, S3.
    """
    y = need_fractions("y", need_targets("y", _column(y, y_hat), "y_hat", y_hat))
    need_fractions("y_hat", y_hat)
    tiny = np.finfo(y_hat.dtype).tiny
    p, q = np.maximum(y_hat, tiny), np.maximum(1 - y_hat, tiny)
    loss = -float(np.sum(y * np.log(p) + (1 - y) * np.log(q))) / len(y)
    return loss, ((1 - y) / q - y / p) / len(y)


def binary_cross_entropy_with_logits(z, y):
    """L = 1/m Σ [log(1 + eᶻ) − y z], ∂L/∂z = (σ(z) − y) / m: sigmoid and cross-entropy in one.

    z are logits (m, n), y is 0 or 1, same shape, or labels (m,) for z (m, 1). Safe for any finite z.
    Source: S3, δ = a − y.
    """
    y = need_fractions("y", need_targets("y", _column(y, z), "z", z))
    return float(np.sum(np.logaddexp(0, z) - y * z)) / len(y), (Sigmoid().value(z) - y) / len(y)


def cross_entropy(p, y):
    """L = −1/m Σ log p_y, ∂L/∂p = −onehot(y) / p / m, for probabilities p such as those of the layer Softmax.

    p is (m, n_classes), y are m labels 0 … n_classes − 1. Probabilities are held above the smallest
    number of the dtype. Prefer the form below, which needs no such cut. Source: S2, categorical cross-entropy.
    """
    m, n_classes = need_floats("p", p, ("m", "n")).shape
    rows = np.arange(m), need_labels("y", y, m, n_classes)
    p_y = np.maximum(need_fractions("p", p)[rows], np.finfo(p.dtype).tiny)
    dp = np.zeros_like(p)
    dp[rows] = -1 / p_y / m
    return -float(np.mean(np.log(p_y))), dp


def softmax_cross_entropy(z, y):
    """L = −1/m Σ log p_y with p = softmax(z), ∂L/∂z = (p − onehot(y)) / m: softmax and cross-entropy in one.

    z are logits (m, n_classes), y are m labels 0 … n_classes − 1. Safe for any finite z.
    Source: S0; the gradient is missing in S2 (E20).
    """
    m, n_classes = need_floats("z", z, ("m", "n")).shape
    need_labels("y", y, m, n_classes)
    rows = np.arange(m)
    z = z - z.max(axis=1, keepdims=True)  # p does not change, e^z can't overflow
    p = np.exp(z)
    total = p.sum(axis=1, keepdims=True)
    loss = float((np.log(total[:, 0]) - z[rows, y]).sum()) / m  # −log p_y = log Σ eᶻ − z_y
    p /= total
    p[rows, y] -= 1
    p /= m
    return loss, p  # ∂L/∂z = (p − onehot(y)) / m


def _column(y, output):
    """Labels y (m,) as the column (m, 1) that one output per example is: for 0 and 1 there is no other reading."""
    is_column = isinstance(y, np.ndarray) and y.ndim == 1 and np.shape(output) == (len(y), 1)
    return y[:, None] if is_column else y
