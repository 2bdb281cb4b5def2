"""The perceptron: a step unit, the two rules that teach it, and Boolean functions by hand-set weights."""

from typing import NamedTuple

import numpy as np

from nnlib.arguments import need_count, need_finite, need_positive


def step(z):
    """g(z) = 1 if z ≥ 0 else 0. Source: S2, S3."""
    return (np.asarray(z) >= 0).astype(float)


class Unit(NamedTuple):
    """ŷ = g(b + w · x): one unit with bias b and weights w, a step unit unless another g is given.

    x is (…, n) with n inputs, ŷ is (…). Source: S2, "Single processing unit"; S3.
    """

    b: float
    w: tuple

    def __call__(self, x, g=step):
        return g(self.b + np.asarray(x, float) @ np.asarray(self.w, float))


# Source: S3. Also right with the sigmoid for g: within 4.6e-5 of 0 or 1.
AND = Unit(-30, (20, 20))
OR = Unit(-10, (20, 20))
NOT = Unit(10, (-20,))
NOR = Unit(10, (-20, -20))


def xnor(x, g=step):
    """x₁ XNOR x₂ = OR(AND(x), NOR(x)): no line separates it, a hidden layer of two units does. Source: S3."""
    hidden = np.stack([AND(x, g), NOR(x, g)], axis=-1)
    return OR(hidden, g)


def xor(x, g=step):
    """x₁ XOR x₂ = NOT(XNOR(x)): the last NOT is missing in the drawing of S3 (E41)."""
    return NOT(xnor(x, g)[..., None], g)


class PerceptronHistory(NamedTuple):
    """What a perceptron did: its weights (bias first) at the start and after every example it saw,
    whether each of these was a mistake, and the number of mistakes in every epoch."""

    weights: np.ndarray
    mistake: np.ndarray
    mistakes_per_epoch: list

    @property
    def unit(self):
        """The unit with the last weights."""
        return Unit(self.weights[-1, 0], tuple(self.weights[-1, 1:]))


def learn_01(x, y, lr=1.0, epochs=100):
    """w ← w + α (y − ŷ) x, b ← b + α (y − ŷ), with labels 0 and 1 and ŷ = step(b + w · x).

    Starts at 0 and stops after an epoch without mistakes, which comes if a line separates the classes.
    Source: Rosenblatt 1958; S2.
    """
    need_positive("lr", lr)
    return _learn(x, y, (0, 1), lambda w, x, y: lr * (y - step(w @ x)) * x, epochs)


def learn_signs(x, y, epochs=100):
    """if y θ·x ≤ 0: θ ← θ + y x, with labels −1 and +1 and x₀ = 1 for the bias.

    The ≤ matters: S3 prints <, with which θ = 0 never moves (E18). With labels y = 2t − 1 it makes
    the steps of learn_01, but for z = 0 and y = +1, which is a mistake here and right there (E19).
    Source: S3, "Online perceptron".
    """
    return _learn(x, y, (-1, 1), lambda theta, x, y: y * x if y * (theta @ x) <= 0 else 0 * x, epochs)


def _learn(x, y, labels, change, epochs):
    """Add change(w, x, y) to the weights, example after example, until an epoch changes nothing."""
    need_finite("data", (x, y))
    if not np.isin(y, labels).all():
        raise ValueError(f"y: expected the labels {labels[0]} and {labels[1]}, got {np.unique(y)[:5]}")
    rows = np.column_stack([np.ones(len(x)), x])  # x₀ = 1: its weight is the bias
    weights, mistake = [np.zeros(rows.shape[1])], []
    for _ in range(need_count("epochs", epochs)):
        for row, label in zip(rows, y, strict=True):
            delta = change(weights[-1], row, label)
            weights.append(weights[-1] + delta)
            mistake.append(delta.any())
        if not any(mistake[-len(rows) :]):
            break
    per_epoch = np.reshape(mistake, (-1, len(rows))).sum(axis=1).tolist()
    return PerceptronHistory(np.array(weights), np.array(mistake), per_epoch)
