"""Losses: each takes a batch and returns (L, dz), the mean loss and its gradient.

Mean over the batch, always: the step size then means the same for every batch size (E16). L is a Python
float, summed up in float64; the gradient has the shape and the dtype of the outputs. Right for all finite
outputs, however large. Outputs that are not, from weights that have grown too large, give an L that is not.
Targets must be finite. Refused are outputs that are no floats, targets of another shape, labels that are not
whole numbers from 0 to n_classes − 1, and probabilities outside of [0, 1].
"""

import numpy as np

from nnlib.activations import Sigmoid
from nnlib.arguments import need_floats, need_labels, need_targets

QUIET = np.errstate(over="ignore")  # z − max z = −∞ is right for logits that are 1e38 apart: e^−∞ = 0


@QUIET
def half_squared_error(y_hat, y):
    """L = 1/m Σ ½ ‖ŷ − y‖², ∂L/∂ŷ = (ŷ − y) / m. ŷ and y are (m, n). Source: S2."""
    error = _difference(y_hat, y)
    return 0.5 * float(np.vdot(error, error)) / len(y), (error / len(y)).astype(y_hat.dtype)


@QUIET
def mse(y_hat, y):
    """L = mean of (ŷ − y)² over all entries, ∂L/∂ŷ = 2 (ŷ − y) / (m n). ŷ and y are (m, n). Source: S0."""
    error = _difference(y_hat, y)
    return float(np.vdot(error, error)) / error.size, (2 * error / error.size).astype(y_hat.dtype)


def binary_cross_entropy(y_hat, y):
    """L = −1/m Σ [y log ŷ + (1 − y) log(1 − ŷ)], ∂L/∂ŷ = [(1 − y) / (1 − ŷ) − y / ŷ] / m.

    ŷ are probabilities (m, n), y is 0 or 1, same shape, or labels (m,) for ŷ (m, 1). Both p = ŷ and q = 1 − ŷ are
    held above the smallest number of the dtype. Prefer the form below, which needs no such cut. Source: S2, S3.
    """
    y = _need_binary(y, "y_hat", y_hat)
    _need_probabilities("y_hat", y_hat)
    tiny = np.finfo(y_hat.dtype).tiny
    p, q = np.maximum(y_hat, tiny), np.maximum(1 - y_hat, tiny)
    terms = y * np.log(p) + (1 - y) * np.log(q)
    return -float(terms.sum(dtype=np.float64)) / len(y), ((1 - y) / q - y / p) / len(y)


@QUIET
def binary_cross_entropy_with_logits(z, y):
    """L = 1/m Σ [log(1 + eᶻ) − y z], ∂L/∂z = (σ(z) − y) / m: sigmoid and cross-entropy in one.

    z are logits (m, n), y is 0 or 1, same shape, or labels (m,) for z (m, 1). Safe for any finite z.
    Source: S3, δ = a − y.
    """
    y, exact = _need_binary(y, "z", z), z.astype(np.float64)  # float32 knows no σ(z) between 0.9999999 and 1
    terms = np.logaddexp(0, exact) - y * exact
    return float(terms.sum()) / len(y), ((Sigmoid().value(exact) - y) / len(y)).astype(z.dtype)


def cross_entropy(p, y):
    """L = −1/m Σ log p_y, ∂L/∂p = −onehot(y) / p / m, for probabilities p such as those of the layer Softmax.

    p is (m, n_classes), y are m labels 0 … n_classes − 1. Probabilities are held above the smallest
    number of the dtype. Prefer the form below, which needs no such cut. Source: S2, categorical cross-entropy.
    """
    m, n_classes = need_floats("p", p, ("m", "n")).shape
    rows = np.arange(m), need_labels("y", y, m, n_classes)
    p_y = np.maximum(_need_probabilities("p", p)[rows], np.finfo(p.dtype).tiny)
    dp = np.zeros_like(p)
    dp[rows] = -1 / p_y / m
    return -float(np.log(p_y).sum(dtype=np.float64)) / m, dp


@QUIET
def softmax_cross_entropy(z, y):
    """L = −1/m Σ log p_y with p = softmax(z), ∂L/∂z = (p − onehot(y)) / m: softmax and cross-entropy in one.

    z are logits (m, n_classes), y are m labels 0 … n_classes − 1. Safe for any finite z.
    Source: S0; the gradient is missing in S2 (E20).
    """
    m, n_classes = need_floats("z", z, ("m", "n")).shape
    at_y = need_labels("y", y, m, n_classes), np.arange(m)
    zT = z.T.astype(np.float64, order="C")  # an example per column: over whole rows NumPy is quicker than within them
    zT -= zT.max(axis=0)  # softmax does not change, and e^z can't overflow
    p = np.exp(zT)
    total = p.sum(axis=0)
    log_p_y = zT[at_y] - np.log(total)  # log p_y = z_y − log Σ eᶻ
    p /= m * total
    p[at_y] -= 1 / m
    return -float(log_p_y.sum()) / m, p.T.astype(z.dtype)  # ∂L/∂z = (p − onehot(y)) / m


def _difference(y_hat, y):
    """ŷ − y in float64, where the square of a float32 number is always finite."""
    return np.subtract(y_hat, need_targets("y", y, "y_hat", y_hat), dtype=np.float64)


def _need_binary(y, name, output):
    """Targets from 0 to 1 for these outputs. Labels (m,) are the column that one output per example is."""
    is_column = isinstance(y, np.ndarray) and y.ndim == 1 and np.shape(output) == (len(y), 1)
    return _need_probabilities("y", need_targets("y", y[:, None] if is_column else y, name, output))


def _need_probabilities(name, x):
    """x if no entry lies outside of [0, 1]; ValueError otherwise. NaN is told by the loss, which is NaN then."""
    if x.min() < 0 or x.max() > 1:
        raise ValueError(f"{name}: expected numbers from 0 to 1, got {x.min():g} … {x.max():g}")
    return x
