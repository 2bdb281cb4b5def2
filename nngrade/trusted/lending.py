"""The values that a test has lent to the student's code, which changes copies: what the test holds stays as it is.

Random generators are the exception: drawing moves them on for both sides.
"""

from dataclasses import dataclass

from numpy.random import Generator

from nngrade.boundary.in_place import overwrite
from nnlib import lent


@dataclass
class Loan:
    """A value of the test's, and a copy in the state in which the student's code has left it."""

    own: object
    copy: object
    parts: tuple  # loans that it holds
    changed: bool = False

    @property
    def touched(self):
        """Whether the student's code has changed it, or something in it."""
        return self.changed or any(part.touched for part in self.parts)

    @property
    def value(self):
        """The test's own value as long as the copy is the same; else the copy."""
        return self.copy if self.touched else self.own


class Lending:
    """The loans of one test, by number."""

    def __init__(self):
        self.count, self.open = 0, {}  # open: {number: loan} of those that may change now
        lent.changes.clear()

    def lend(self, value, fresh):
        """The number of a new loan. `fresh`: {id: number} of those that were lent with it, and that it may hold."""
        parts = {id(part): self.open[fresh[id(part)]] for part in _parts(value) if id(part) in fresh}
        self.count += 1
        self.open[self.count] = Loan(value, _copied(value, parts), tuple(parts.values()))
        return self.count

    def change(self, number, value, tree):
        """The student's code has made this of a copy; TypeError or Malformed if it is of another kind now."""
        loan = self.open[number]
        overwrite(loan.copy, value, tree)
        loan.changed = loan.own is not loan.copy

    def note(self, loans):
        """Leave word of what has become of these copies, for tests that ask."""
        lent.changes.extend((loan.own, loan.copy) for loan in loans if loan.touched)


def _parts(value):
    """What is in a list, dict or tuple; tuples are looked through."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        yield item
        if isinstance(item, tuple):
            yield from _parts(item)


def _copied(value, parts):
    """A copy that holds the copies of `parts`, loans by the id of their values."""

    def inner(item):
        if id(item) in parts:
            return parts[id(item)].copy
        return tuple(map(inner, item)) if type(item) is tuple else item

    if isinstance(value, dict):
        return {key: inner(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(inner, value))
    return value if isinstance(value, Generator) else value.copy()
