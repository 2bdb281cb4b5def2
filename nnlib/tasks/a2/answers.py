"""What students set to a value: the numbers of a forward pass by hand."""

from nnlib.checks.answers import Answer
from nnlib.checks.arrays import check_shape


def by_hand(value):
    """Four numbers."""
    return check_shape("by_hand", value, (4,), "It should be a list such as [0.1, 0.2, 0.3, 0.4].")


SEEN = "a list of four numbers. Whether they are the right ones is seen when this is graded."
ANSWERS = [Answer("by_hand", 5, by_hand, SEEN)]
