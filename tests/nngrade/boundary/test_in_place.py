"""What a student's code did to what it was lent is noticed, and the test sees it."""

import numpy as np
import pytest

from nngrade.boundary.arrays import Malformed, rng_state
from nngrade.boundary.in_place import SMALL, Lent, overwrite

SMALL_ARRAY, LARGE = np.zeros(SMALL // 8), np.zeros((2, SMALL // 8))
THING = [1]


def put(what, value):
    what[0] = value


CHANGES = {
    "an entry": (lambda: np.zeros(3), lambda a: put(a, 1)),
    "an entry of the largest that is small": (SMALL_ARRAY.copy, lambda a: a.__setitem__(-1, 1)),
    "the last entry of a large one": (LARGE.copy, lambda a: a.__setitem__((-1, -1), 1)),
    "one of a large one by columns": (lambda: np.asfortranarray(LARGE), lambda a: a.__setitem__((-1, -1), 1)),
    "an entry of a part of an array": (lambda: np.zeros((4, 6))[1:, ::2], lambda a: a.__setitem__((-1, -1), 1)),
    "its kind": (lambda: np.zeros(3), lambda a: setattr(a, "dtype", "i8")),
    "its shape": (lambda: np.zeros((2, 3)), lambda a: setattr(a, "shape", (3, 2))),
    "an item": (lambda: [1, 2], lambda a: put(a, 3)),
    "an item that is equal": (lambda: [[1], 2], lambda a: put(a, [1])),
    "one item more": (lambda: [1], lambda a: a.append(1)),
    "a value": (lambda: {"a": 1}, lambda a: a.update(a=2)),
    "a key": (lambda: {"a": 1}, lambda a: (a.clear(), a.update(b=1))),
    "one key more": (lambda: {"a": 1}, lambda a: a.update(b=1)),
    "a draw": (lambda: np.random.default_rng(1), lambda a: a.random()),
}


@pytest.mark.parametrize("make, change", CHANGES.values(), ids=CHANGES)
@pytest.mark.filterwarnings("ignore:Setting the shape on a NumPy array")
def test_a_change_is_noticed_once(make, change):
    lent = Lent(7, make())
    assert lent.number == 7 and not lent.changed()
    change(lent.value)
    assert lent.changed() and not lent.changed()


def test_small_ones_are_looked_over_at_every_message():
    sizes = {SMALL: True, SMALL + 8: False}
    assert {n: Lent(0, np.zeros(n // 8)).small for n in sizes} == sizes
    assert Lent(0, [0] * 10**5).small and SMALL == 2**16


def over(target, value, tree=None):
    overwrite(target, value, tree)
    return target


def test_what_it_has_become_is_written_into_the_tests_own():
    array, numbers, named, rng = np.zeros(2), [1, 2], {"a": 1}, np.random.default_rng(1)
    assert over(array, np.array([3.0, 4])).tolist() == [3, 4]
    assert over(numbers, [5]) == [5] and over(named, {"b": 2}) == {"b": 2}
    assert over(named, [("c", 3)]) == {"c": 3}
    other = np.random.default_rng(1)
    other.random()
    assert rng_state(over(rng, None, {"rng": rng_state(other)})) == rng_state(other)


@pytest.mark.parametrize("target, value", [
    (np.zeros(2), np.zeros(3)), (np.zeros(2), np.zeros(2, "f4")), ([1], (1,)), ([1], {1: 1}), ({"a": 1}, 1),
], ids=str)  # fmt: skip
def test_another_kind_is_refused_and_nothing_is_written(target, value):
    before = str(target)
    with pytest.raises((TypeError, ValueError)):
        overwrite(target, value, None)
    assert str(target) == before


def test_another_stream_is_refused():
    rng, other = np.random.default_rng(1), np.random.default_rng(2)
    before = rng_state(rng)
    with pytest.raises(Malformed):
        overwrite(rng, None, {"rng": rng_state(other)})
    assert rng_state(rng) == before
