"""What students set to a value, and what they write: the wrong lines of a backward pass, and a text."""

from nnlib.checks.answers import Answer, written
from nnlib.checks.failed import need


def wrong_lines(value):
    """Two different numbers of lines, the smaller one first."""
    need(isinstance(value, (list, tuple)), "wrong_lines should be a list of two numbers, such as [1, 2].")
    numbers = sorted(value)
    need(len(set(numbers)) == len(numbers) == 2, "wrong_lines should hold two different numbers.")
    need(all(number in range(1, 10) for number in numbers), "wrong_lines should hold numbers from 1 to 9.")
    return numbers


ANSWERS = [
    Answer("wrong_lines", 16, wrong_lines, "two lines. Whether they are the right ones is seen when this is graded."),
    written(17),
]
