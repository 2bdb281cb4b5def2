"""What a test has lent: copies that hold copies, and which of them were changed."""

import numpy as np
import pytest

from nngrade.boundary.arrays import rng_state
from nngrade.trusted.lending import Lending
from nnlib import lent


@pytest.mark.parametrize(("hold", "inner"), [
    (lambda array: [array], lambda held: held[0]), (lambda array: [1, (array,)], lambda held: held[1][0]),
    (lambda array: [((array,),)], lambda held: held[0][0][0]), (lambda array: {"a": array}, lambda held: held["a"]),
    (lambda array: {"a": (2, array)}, lambda held: held["a"][1]),
], ids=["list", "tuple in a list", "tuples", "dict", "tuple in a dict"])  # fmt: skip
def test_what_holds_something_that_was_changed_is_changed(hold, inner):
    lending, array, fresh = Lending(), np.zeros(2), {}
    fresh[id(array)] = lending.lend(array, fresh)
    whole = hold(array)
    number = lending.lend(whole, fresh)
    one, other = lending.open[fresh[id(array)]], lending.open[number]
    assert inner(other.copy) is one.copy is not array and other.value is whole
    lending.change(fresh[id(array)], np.ones(2), {"array": 0})
    assert other.touched and inner(other.value).tolist() == [1, 1] and array.tolist() == [0, 0]
    lending.note([one, other])
    assert [own is mine for (own, _), mine in zip(lent.changes, (array, whole))] == [True, True]
    Lending()  # of the next test, which knows nothing of this one
    assert lent.changes == []


def test_a_generator_moves_on_for_both_and_counts_as_no_change():
    lending, rng, theirs = Lending(), np.random.default_rng(1), np.random.default_rng(1)
    loan = lending.open[lending.lend(rng, {})]
    theirs.normal()
    lending.change(1, None, {"rng": rng_state(theirs)})
    lending.note([loan])
    assert loan.copy is rng and rng.normal() == theirs.normal()
    assert not loan.touched and lent.changes == []
