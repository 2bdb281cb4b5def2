"""Two results are the same to rounding, in any form; a copy shares nothing."""

from collections import namedtuple

import numpy as np
import pytest

from nnlib.diagnosis.comparing import arrays_in, as_numbers, copied, rounding, same

A = np.array([[1.0, 2.0], [3.0, -5.0]])
SAME = [(A, A.tolist()), (A, A * (1 + 1e-10)), (3.0, np.float32(3)), ((A, 1), [A, 1.0]), ({"W": A}, {"W": A.copy()})]
SAME += [(A * np.inf, A * np.inf), (np.nan, np.nan), (0.0, 1e-300), (1e300 * A, 1e300 * A), (None, None), (True, True)]
OTHER = [(A, A.T), (A, A[0]), (A, -A), (A, A + 1e-3), (1.0, None), (A, "text"), ((A,), A[None]), ({"W": A}, {"w": A})]
OTHER += [(A, A * np.nan), (np.inf, -np.inf), (np.nan, 1.0), ([A, A], [A]), ("a", "b"), (0.0, 1e-9), (A, [[1], [2, 3]])]


@pytest.mark.parametrize(("right", "got"), SAME)
def test_same(right, got):
    assert same(got, right, 1e-8)


@pytest.mark.parametrize(("right", "got"), OTHER)
def test_not_the_same(right, got):
    assert not same(got, right, 1e-8)


def test_a_copy_shares_nothing():
    rng = np.random.default_rng(1)
    value = {"a": [A.copy(), (A.copy(),)], "rng": rng, "f": np.sum}
    copy = copied(value)
    copy["a"][0][0] = copy["a"][1][0][0] = 9
    copy["rng"].normal()
    assert same(value["a"], [A, (A,)], 0) and copy["f"] is np.sum
    assert rng.normal() == np.random.default_rng(1).normal()


@pytest.mark.parametrize(("off", "agree"), [(0.9e-3, True), (1.1e-3, False)])
@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_results_agree_within_a_part_of_their_length(off, agree, size):
    """‖got − right‖ ≤ tol · max(‖got‖, ‖right‖), here of lengths 5 and a little more."""
    right, got = size * np.array([3.0, 4.0]), size * np.array([3.0, 4.0 + 5 * off])
    assert same(got, right, 1e-3) == same(right, got, 1e-3) == agree


@pytest.mark.parametrize("pair", [(1e-290, 0.0), (0.0, -1e-291), ([0.0, 1e-295], [1e-292, 0.0])])
def test_what_is_as_good_as_0_is_0(pair):
    assert same(*pair, 1e-8) and not same(1e-280, 0.0, 1e-8)


@pytest.mark.parametrize(
    ("got", "right", "agree"),
    [
        ([1.0, np.nan, np.inf], [1.0, np.nan, np.inf], True),
        ([1.0, np.nan], [1.0, np.inf], False),
        ([1.0, -np.inf], [1.0, np.inf], False),
        ([1.0, 2.0], [1.0, np.nan], False),
        ([2.0, np.nan], [1.0, np.nan], False),
        (1j, 1j, True),
        (1j, 1.0, False),
        ({"a": 1.0}, [1.0], False),
        ([1.0], {"a": 1.0}, False),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}, False),
        ({"a": 1.0, "b": 3.0}, {"b": 3.0, "a": 2.0}, False),
        ([], [], True),
        ((), [1.0], False),
        (None, 0.0, False),
        ("1", 1.0, False),
        ("a", "a", True),
        (None, "a", False),
        (np.str_("a"), "a", False),
        (np.zeros((0, 2)), np.zeros((0, 3)), False),
        (np.array([None]), np.array([1.0]), False),
        (np.array([1 + 1e-12, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0]).view(np.int64), np.array([1.0]), False),  # the same bytes
        (np.zeros(0, "f"), np.zeros(0), True),
        (np.array([np.nan], "f"), np.array([np.nan]), True),
        (1.2e308 + 1.5e308j, 1.5e308 + 1.5e308j, False),  # of infinite size, as complex numbers
    ],
)
def test_results_of_every_form(got, right, agree):
    assert same(got, right, 1e-8) == agree


def test_arrays_of_a_result_in_order():
    value = {"b": 2.0, "a": [1.0, (A, "text", None)], 3: True}
    assert [array.tolist() for array in arrays_in(value)] == [True, 1.0, A.tolist(), 2.0]  # by names as texts
    assert (
        arrays_in("text")
        == arrays_in(None)
        == arrays_in(np.array(["2020"], "M8[D]"))
        == arrays_in(np.array([3], "m8[D]"))
        == arrays_in([[1], "b"])[1:]
        == []
    )
    assert as_numbers([[1], [2, 3]]) is None and as_numbers(b"b") is None and as_numbers(True).dtype == bool


def test_the_same_number_is_close_where_nothing_is_tolerated():
    assert same(np.float32(1.5), 1.5, 0) and not same(1.5, np.nextafter(1.5, 2), 0)


def test_float32_has_fewer_digits():
    assert rounding(1e-8, A) == rounding(1e-8, [A, 1]) == 1e-8 and rounding(1e-3, A.astype("f")) == 1e-3
    assert rounding(1e-8, A.astype("f")) == rounding(1e-8, (A, [A.astype("f")])) == 1e-5


def test_a_copy_keeps_its_types():
    pair = namedtuple("Pair", "a b")(A.copy(), 2)
    for value in ((A.copy(), 1), [A.copy(), 1], pair, {"a": A.copy()}, A.copy()):
        copy = copied(value)
        assert type(copy) is type(value) and same(copy, value, 0)
        (array,) = [each for each in arrays_in(copy) if each.ndim]
        array[...] = 7
        assert not same(copy, value, 0)


def test_a_copy_of_an_array_keeps_the_order_of_its_numbers_and_shares_no_object():
    assert copied(np.asfortranarray(A)).flags.f_contiguous and copied(A).flags.c_contiguous
    held = np.array([A.copy(), None], dtype=object)
    copied(held)[0][:] = 7
    assert same(held[0], A, 0)


def test_what_can_be_called_is_shared_wherever_it_stands():
    class Layer:
        def __call__(self):
            return 1

    layer = Layer()
    assert copied([layer])[0] is copied((layer,))[0] is copied({"a": layer})["a"] is layer
