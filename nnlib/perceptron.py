"""The perceptron: a step unit, the two rules that teach it, and Boolean functions by hand-set weights.

Inputs may be whole numbers or lists here, because they are mostly 0 and 1; results are float64.
"""

from typing import NamedTuple

import numpy as np

from nnlib.arguments import need_array, need_count, need_floats, need_number


def step(z):
    """g(z) = 1 if z ≥ 0 else 0, for numbers z of any shape. Source: S2, S3."""
    return (need_array("z", z) >= 0).astype(float)


class Unit(NamedTuple):
    """ŷ = g(b + w · x): one unit with bias b and weights w, a step unit unless another g is given.

    x is (…, n) with n inputs, ŷ is (…). Refuses another number of inputs. Source: S2, "Single Processing Unit"; S3.
    """

    b: float
    w: tuple

    def __call__(self, x, g=step):
        x = need_array("x", x)
        if x.shape[-1:] != (len(self.w),):
            raise ValueError(f"x: expected {len(self.w)} inputs in the last axis, got shape {x.shape}")
        return g(np.asarray(self.b + x @ np.asarray(self.w, float)))


# Source: S3. Also right with the sigmoid for g: within 4.6e-5 of 0 or 1.
AND = Unit(-30, (20, 20))
OR = Unit(-10, (20, 20))
NOT = Unit(10, (-20,))
NOR = Unit(10, (-20, -20))


def xnor(x, g=step):
    """x₁ XNOR x₂ = OR(AND(x), NOR(x)): no line separates it, a hidden layer of two units does.

    x is (…, 2), ŷ is (…); every unit has the activation function g. Source: S3.
    """
    hidden = np.stack([AND(x, g), NOR(x, g)], axis=-1)
    return OR(hidden, g)


def xor(x, g=step):
    """x₁ XOR x₂ = NOT(XNOR(x)), for x of shape (…, 2): the last NOT is missing in the drawing of S3 (E41).

    Source: S2, S3.
    """
    return NOT(xnor(x, g)[..., None], g)


class PerceptronHistory(NamedTuple):
    """What a perceptron did in k steps, one per example that it saw, over some epochs.

    `weights` (k + 1, n + 1) are those at the start and after every step, the bias first; `mistake` (k,)
    says which steps were mistakes; `mistakes_per_epoch` counts them.
    """

    weights: np.ndarray
    mistake: np.ndarray
    mistakes_per_epoch: list

    @property
    def unit(self):
        """The unit with the last weights."""
        return Unit(self.weights[-1, 0], tuple(self.weights[-1, 1:]))


def learn_01(x, y, lr=1.0, epochs=100):
    """w ← w + α (y − ŷ) x, b ← b + α (y − ŷ), with labels 0 and 1 and ŷ = step(b + w · x).

    x is (m, n), y (m,), `lr` is α. Starts at 0 and stops after an epoch without mistakes, which comes if a
    line separates the classes, or after `epochs`. Refuses other labels. Source: Rosenblatt 1958; S2.
    """
    need_number("lr", lr, above=0)
    return _learn(x, y, (0, 1), lambda w, x, y: lr * (y - step(w @ x)) * x, epochs)


def learn_signs(x, y, epochs=100):
    """if y θ·x ≤ 0: θ ← θ + y x, with labels −1 and +1 and x₀ = 1 for the bias.

    The ≤ matters: S3 prints <, with which θ = 0 never moves (E18). With labels y = 2t − 1 it makes
    the steps of learn_01, but for z = 0 and y = +1, which is a mistake here and right there (E19).
    x is (m, n), y (m,); stops as learn_01 does. Refuses other labels. Source: S3, "Online perceptron".
    """
    return _learn(x, y, (-1, 1), lambda theta, x, y: y * x if y * (theta @ x) <= 0 else 0 * x, epochs)


def _learn(x, y, labels, change, epochs):
    """Add change(w, x, y) to the weights, example after example, until an epoch changes nothing."""
    x, y = need_floats("x", need_array("x", x), ("m", "n")), need_array("y", y)
    if y.shape != x.shape[:1]:
        raise ValueError(f"y: expected one label per example, shape ({len(x)},), got {y.shape}")
    if not np.isin(y, labels).all():
        found = ", ".join(f"{label:g}" for label in np.unique(y)[:5])
        raise ValueError(f"y: expected the labels {labels[0]} and {labels[1]}, got {found}")
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
