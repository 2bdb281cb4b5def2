"""Losses: each takes a batch and returns (L, dz), the mean loss and its gradient.

Mean over the batch, always: the step size then means the same for every batch size (E16).
"""

import numpy as np

from nnlib.activations import sigmoid
from nnlib.arguments import need_float_matrix, need_labels, need_same_shape


def half_squared_error(y_hat, y):
    """L = 1/m Σ ½ ‖ŷ − y‖², ∂L/∂ŷ = (ŷ − y) / m. ŷ and y are (m, n). Source: S2."""
    need_same_shape("y_hat", y_hat, "y", y)
    error = y_hat - y
    return 0.5 * float(np.vdot(error, error)) / len(y), error / len(y)


def mse(y_hat, y):
    """L = mean of (ŷ − y)² over all entries, ∂L/∂ŷ = 2 (ŷ − y) / (m n). ŷ and y are (m, n). Source: S0."""
    need_same_shape("y_hat", y_hat, "y", y)
    error = y_hat - y
    return float(np.vdot(error, error)) / error.size, 2 * error / error.size


def binary_cross_entropy(y_hat, y):
    """L = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], ∂L/∂ŷ = (ŷ − y) / (ŷ (1 − ŷ)) / m.

    ŷ are probabilities (m, n), y is 0 or 1, same shape. At ŷ = 0 and ŷ = 1 both are cut off at
    the smallest number of the dtype. Prefer the form below, which needs no cut. Source: S2, S3.
    """
    need_same_shape("y_hat", y_hat, "y", y)
    tiny = np.finfo(y_hat.dtype).tiny
    log_1, log_0 = np.log(np.maximum(y_hat, tiny)), np.log(np.maximum(1 - y_hat, tiny))
    slope = (y_hat - y) / np.maximum(y_hat * (1 - y_hat), tiny)
    return -float(np.sum(y * log_1 + (1 - y) * log_0)) / len(y), slope / len(y)


def binary_cross_entropy_with_logits(z, y):
    """L = 1/m Σ [log(1 + eᶻ) − y z], ∂L/∂z = (σ(z) − y) / m: sigmoid and cross-entropy in one.

    z are logits (m, n), y is 0 or 1, same shape. Safe for any finite z. Source: S3, δ = a − y.
    """
    need_same_shape("z", z, "y", y)
    return float(np.sum(np.logaddexp(0, z) - y * z)) / len(y), (sigmoid(z) - y) / len(y)


def softmax_cross_entropy(z, y):
    """L = −1/m Σ log p_y with p = softmax(z), ∂L/∂z = (p − onehot(y)) / m: softmax and cross-entropy in one.

    z are logits (m, n_classes), y are m labels 0 … n_classes − 1. Safe for any finite z.
    Source: S0; the gradient is missing in S2 (E20).
    """
    need_labels("y", y, len(z), need_float_matrix("z", z, z.shape[-1]).shape[1])
    m, rows = len(y), np.arange(len(y))
    z = z - z.max(axis=1, keepdims=True)  # p does not change, e^z can't overflow
    p = np.exp(z)
    total = p.sum(axis=1, keepdims=True)
    loss = float(np.mean(np.log(total[:, 0]) - z[rows, y]))  # −log p_y = log Σ eᶻ − z_y
    p /= total
    p[rows, y] -= 1
    p /= m
    return loss, p  # ∂L/∂z = (p − onehot(y)) / m
