"""Tasks whose answer is a value or a text, and no function: what form it must have, and nothing of what is right."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """A task of an assignment that no notebook can judge: its `name`, and its `number` in the text.

    form    of a value: returns it as tests need it, or fails with what is wrong with its form; None for a text
    seen    what is known of an answer of the right form, and who judges it.
    """

    name: str
    number: int
    form: Callable | None
    seen: str


def written(number):
    """The Answer that is a text, to the task of this `number`."""
    return Answer("written answer", number, None, "a text: it is read by a person.")
