"""What students find by experiment, and what they write: a reader of digits, learning rates, a conclusion."""

import numpy as np

from nnlib.checks.answers import Answer, written
from nnlib.checks.arrays import check_parts, check_shape
from nnlib.checks.failed import CheckFailed, need


def train_digit_reader(result):
    """Parameters of a network with 64 hidden units and 10 outputs, and losses that fell."""
    params, losses = check_parts("train_digit_reader", result, "params", "losses")
    check_parts("params", params, "W1", "b1", "W2", "b2")
    check_shape("W1", params[0], (64, *np.shape(params[0])[-1:]))
    for name, array, shape in zip(["b1", "W2", "b2"], params[1:], [(64,), (10, 64), (10,)]):
        check_shape(name, array, shape)
    fell = np.size(losses) > 1 and losses[-1] < losses[0]
    need(fell, "The last loss is not below the first: check lr, and that losses holds every step.")
    return params, losses


def learning_rates(value):
    """Three rates above 0 that rise."""
    try:
        low, right, high = (float(rate) for rate in value)
    except (TypeError, ValueError):
        raise CheckFailed("learning_rates should be a list of three numbers.") from None
    need(0 < low < right < high, "The rates should be above 0 and rise: too low, right, too high.")
    return low, right, high


ANSWERS = [
    Answer("train_digit_reader", 8, train_digit_reader, "trained. How well it reads other images is seen when graded."),
    Answer("learning_rates", 11, learning_rates, "three rising rates. What they do is seen when this is graded."),
    written(14),
]
