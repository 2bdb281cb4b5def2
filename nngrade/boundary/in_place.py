"""Mutable values of a test's that a student's code has been given: what it does to them, the test is to see."""

import operator
import zlib

from numpy import ndarray
from numpy.random import Generator

from nngrade.boundary.arrays import advance, rng_state

SMALL = 2**16  # bytes: arrays up to this size are looked over at every message


class Lent:
    """A mutable value that came from the test, and what it was when the test last saw it."""

    def __init__(self, number, value):
        self.number, self.value = number, value
        self.small = not isinstance(value, ndarray) or value.nbytes <= SMALL
        self.seen = self.look()

    def look(self):
        """What it holds now, as something that can be compared later."""
        value = self.value
        if isinstance(value, ndarray):
            data = value.tobytes() if self.small else zlib.crc32(value if value.flags.c_contiguous else value.T)
            return value.dtype, value.shape, data
        if isinstance(value, Generator):
            return rng_state(value)
        return [item for pair in value.items() for item in pair] if isinstance(value, dict) else list(value)

    def changed(self):
        """Whether it is not what the test saw; from now on, the test has seen it."""
        before, self.seen = self.seen, self.look()
        if isinstance(self.value, (list, dict)):
            return len(before) != len(self.seen) or not all(map(operator.is_, before, self.seen))
        return before != self.seen


def overwrite(target, value, tree):
    """Let the test see what a value of its own has become; TypeError or Malformed if it is of another kind now."""
    if isinstance(target, ndarray):
        if value.dtype != target.dtype or value.shape != target.shape:
            raise TypeError("another kind of array")
        target[...] = value
    elif isinstance(target, list):
        if type(value) is not list:
            raise TypeError("expected a list")
        target[:] = value
    elif isinstance(target, dict):
        copy = dict(value)
        target.clear()
        target.update(copy)
    elif isinstance(target, Generator):
        advance(target, tree["rng"])
