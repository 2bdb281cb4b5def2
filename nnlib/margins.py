"""Margins: how wide a gap a line leaves between two classes, and how many mistakes that allows a perceptron.

Labels y (m,) are −1 and +1, examples x are (m, n), both may be lists. The bias is a weight of x₀ = 1 here,
so that a line is θ = (b, w), and all lengths are measured with it. Refused are other labels and shapes.
"""

from typing import NamedTuple

import numpy as np

from nnlib.perceptron import Unit, examples, with_bias


def radius(x):
    """R = max ‖(1, x)‖: how far out the farthest example is. Source: Novikoff 1962."""
    return float(np.linalg.norm(with_bias(x), axis=1).max())


def margin(unit, x, y):
    """γ = min y (b + w · x) / ‖(b, w)‖: above 0 if `unit`, with b and w, has every example on its side.

    At most the least distance to the boundary, which is divided by ‖w‖ alone. Refuses b = w = 0.
    Source: Novikoff 1962.
    """
    _, y = examples(x, y, (-1, 1))
    length = np.linalg.norm([unit.b, *unit.w])
    if not length:
        raise ValueError("unit: expected weights that are not all 0")
    return float((y * unit.z(x)).min() / length)


def mistake_bound(unit, x, y):
    """(R / γ)²: the most mistakes that a perceptron makes, online and from w = 0, if `unit` has the margin γ > 0.

    In any order, over any number of epochs. After k mistakes ‖θ‖² ≤ k R² and θ · θ* ≥ k γ for the θ* of
    `unit`, made of length 1; so k γ ≤ √k R. Refuses a unit that does not separate x. Source: Novikoff 1962.
    """
    gamma = margin(unit, x, y)
    if gamma <= 0:
        raise ValueError(f"unit: expected one with every example on its side, but its margin is {gamma:g}")
    return (radius(x) / gamma) ** 2


class Separation(NamedTuple):
    """The widest gap between two classes: `unit` has the `margin` γ, and no other has more.

    `shares` (m,) are λ ≥ 0 with Σ λ = 1, above 0 only for examples at the edge of the gap, and
    Σ λ y (1, x) = γ θ* with θ* the weights of the unit, of length 1. If no line separates the classes, γ is 0,
    the unit None, and the shares prove it: all y θ · (1, x) > 0 would add up to θ · 0 > 0.
    """

    margin: float
    unit: Unit | None
    shares: np.ndarray


def separate(x, y):
    """γ = max over ‖θ‖ = 1 of min y θ · (1, x) = min over λ of ‖Σ λ y (1, x)‖, λ ≥ 0, Σ λ = 1: a Separation.

    Of all weighted means of y (1, x), the one nearest to 0 is the normal of the widest gap. Exact but for
    rounding; gaps of 1e-6 R and less may be missed. Takes milliseconds for some hundred examples, seconds
    for 10,000, and minutes where 500 of them lie at the edge of the gap.
    Source: Gordan 1873 (one side of it or the other); Lawson & Hanson 1974 (the method).
    """
    rows, signs = examples(x, y, (-1, 1))
    points = signs[:, None] * rows / radius(x)
    shares = _least_squares(np.vstack([points.T, np.ones(len(points))]), np.eye(points.shape[1] + 1)[-1])
    shares /= shares.sum()
    nearest = shares @ points
    b, *w = (nearest / max(np.linalg.norm(nearest), 1e-300)).tolist()
    if any([b, *w]) and (gamma := margin(Unit(b, tuple(w)), x, y)) > 1e-9 * radius(x):
        return Separation(gamma, Unit(b, tuple(w)), shares)
    return Separation(0.0, None, shares)


def _least_squares(A, b):
    """λ ≥ 0 with the least ‖A λ − b‖: one λ after another is let go from 0, and back where it would fall below."""
    lam, free = np.zeros(A.shape[1]), np.zeros(A.shape[1], bool)
    for _ in range(3 * A.shape[1]):  # ends much sooner, unless rounding goes in circles at the end
        gain = A.T @ (b - A @ lam)
        gain[free] = 0
        if gain.max() < 1e-12:
            break
        free[gain.argmax()] = True
        while (best := np.linalg.lstsq(A[:, free], b)[0]).min() <= 0:
            _walk(lam, free, best)
        lam[free] = best
    return lam


def _walk(lam, free, best):
    """Move the free λ towards their best, until the first one is at 0 and free no more."""
    at = np.flatnonzero(free)[best <= 0]
    reach = lam[at] / np.maximum(lam[at] - best[best <= 0], 1e-300)
    lam[free] += reach.min() * (best - lam[free])
    first = at[reach.argmin()]
    lam[first], free[first] = 0, False
