"""The perceptron: a step unit, the two rules that teach it, and Boolean functions by hand-set weights.

Inputs may be whole numbers or lists here, because they are mostly 0 and 1; results are float64.
How wide a gap a line leaves, and how many mistakes that allows, is in `margins.py`.
"""

from typing import NamedTuple

import numpy as np

from nnlib.arguments import need_array, need_count, need_floats, need_generator, need_number


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
        return g(self.z(x))

    def z(self, x):
        """z = b + w · x, of shape (…)."""
        x = need_array("x", x)
        if x.shape[-1:] != (len(self.w),):
            raise ValueError(f"x: expected {len(self.w)} inputs in the last axis, got shape {x.shape}")
        return np.asarray(self.b + x @ np.asarray(self.w, float))

    def distance(self, x):
        """d = (b + w · x) / ‖w‖: how far x is from the boundary z = 0, above 0 on the side to which w points.

        Refuses w = 0, which has no boundary.
        """
        if not np.any(self.w):
            raise ValueError("w: expected weights that are not all 0, because w = 0 has no boundary")
        return self.z(x) / np.linalg.norm(self.w)


# Source: S3. Also right with the sigmoid for g: within 4.6e-5 of 0 or 1.
AND = Unit(-30, (20, 20))
OR = Unit(-10, (20, 20))
NOT = Unit(10, (-20,))
NOR = Unit(10, (-20, -20))


def layer(x, units, g=step):
    """a = (g(z₁), …, g(zₖ)): k units side by side, which all see the same x.

    x is (…, n), `units` are k of them, a is (…, k): what the next unit sees. Source: S3.
    """
    return np.stack([unit(x, g) for unit in units], axis=-1)


def xnor(x, g=step):
    """x₁ XNOR x₂ = OR(AND(x), NOR(x)): no line separates it, a hidden layer of two units does.

    x is (…, 2), ŷ is (…); every unit has the activation function g. Source: S3.
    """
    return OR(layer(x, (AND, NOR), g), g)


def xor(x, g=step):
    """x₁ XOR x₂ = NOT(XNOR(x)), for x of shape (…, 2): the last NOT is missing in the drawing of S3 (E41).

    Source: S2, S3.
    """
    return NOT(xnor(x, g)[..., None], g)


class PerceptronHistory(NamedTuple):
    """What a perceptron did, step by step, over some epochs of m examples.

    Online, a step sees one example, and there are k = m · epochs of them: `example` (k,) says which one,
    `mistake` (k,) whether it was a mistake. A step of the batch form sees all of them, so that k = epochs
    and both are (k, m). `updates` (j + 1, n + 1) are the weights at the start and after each of the j steps
    with a mistake, the bias first; `mistakes_per_epoch` counts.
    """

    updates: np.ndarray
    example: np.ndarray
    mistake: np.ndarray
    mistakes_per_epoch: list

    @property
    def weights(self):
        """The weights (k + 1, n + 1) at the start and after every step, the bias first."""
        moved = self.mistake.reshape(len(self.mistake), -1).any(axis=1)
        return self.updates[np.append(0, moved.cumsum())]

    @property
    def unit(self):
        """The unit with the last weights."""
        return Unit(self.updates[-1, 0], tuple(self.updates[-1, 1:]))


def learn_01(x, y, lr=1.0, epochs=100, start=None, rng=None, batch=False):
    """w ← w + α (y − ŷ) x, b ← b + α (y − ŷ), with labels 0 and 1 and ŷ = step(b + w · x).

    x is (m, n), y (m,), `lr` is α. The weights `start` (n + 1,), the bias first, are 0 unless given. Ends
    after an epoch without mistakes, which comes if a line separates the classes, or after `epochs`.
    Every epoch is in the order given, or in a new one drawn by `rng`. With `batch`, an epoch is one step:
    w ← w + α Σ (y − ŷ) x over all examples. Refuses other labels. Source: Rosenblatt 1958; S2.
    """
    need_number("lr", lr, above=0)
    return _learn(x, y, (0, 1), lambda z, y: lr * (y - (z >= 0)), epochs, start, rng, batch)


def learn_signs(x, y, epochs=100, start=None, rng=None, batch=False):
    """if y θ·x ≤ 0: θ ← θ + y x, with labels −1 and +1 and x₀ = 1 for the bias.

    The ≤ matters: S3 prints <, with which θ = 0 never moves (E18). With labels y = 2t − 1 it makes
    the steps of learn_01, but for z = 0 and y = +1, which is a mistake here and right there (E19).
    x is (m, n), y (m,); `start`, `rng` and `batch`, with Σ y x over the mistakes, and the end are as in
    learn_01. Refuses other labels. Source: S3, "Online perceptron", "Batch learning".
    """
    return _learn(x, y, (-1, 1), lambda z, y: y * (y * z <= 0), epochs, start, rng, batch)


def _learn(x, y, labels, error, epochs, start, rng, batch):
    """w ← w + Σ error(w · x, y) x over the examples of a step, until an epoch has no error."""
    rows, y = examples(x, y, labels)
    updates, seen, mistake = [_start(start, rows.shape[1])], [], []
    for _ in range(need_count("epochs", epochs)):
        order = np.arange(len(rows)) if rng is None else need_generator(rng).permutation(len(rows))
        for step in [order] if batch else order[:, None]:
            e = error(rows[step] @ updates[-1], y[step])
            if e.any():
                updates.append(updates[-1] + e @ rows[step])
            mistake.append(e != 0)
        seen.append(order)
        if not np.any(mistake[-1 if batch else -len(rows) :]):
            break
    shape = (len(seen), len(rows)) if batch else -1
    mistake = np.reshape(mistake, (len(seen), len(rows)))
    per_epoch = mistake.sum(axis=1).tolist()
    return PerceptronHistory(np.array(updates), np.reshape(seen, shape), mistake.reshape(shape), per_epoch)


def _start(start, n):
    """The first weights: zeros, or n numbers that were given."""
    w = np.zeros(n) if start is None else need_array("start", start)
    if w.shape != (n,):
        raise ValueError(f"start: expected {n} weights, the bias first, got shape {w.shape}")
    return w


def examples(x, y, labels):
    """(rows, y) of examples x (m, n) with y (m,), where rows are with_bias(x). Refuses others than the two `labels`."""
    rows, y = with_bias(x), need_array("y", y)
    if y.shape != (len(rows),):
        raise ValueError(f"y: expected one label per example, shape ({len(rows)},), got {y.shape}")
    if not np.isin(y, labels).all():
        found = ", ".join(f"{label:g}" for label in np.unique(y)[:5])
        hint = {(0, 1): "(y + 1) / 2 turns -1 and 1", (-1, 1): "2 * y - 1 turns 0 and 1"}[labels]
        raise ValueError(f"y: expected the labels {labels[0]} and {labels[1]}, got {found}. {hint} into them")
    return rows, y


def with_bias(x):
    """(1, x): examples x (m, n) as rows (m, n + 1) with x₀ = 1, whose weight is the bias. Source: S2, S3."""
    x = need_floats("x", need_array("x", x), ("m", "n"))
    return np.column_stack([np.ones(len(x)), x])
