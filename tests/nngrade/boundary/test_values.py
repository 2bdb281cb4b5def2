"""Arrays and random generators on the other side: same values in the same order, writable or not as they were."""

import struct

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.arrays import MOST_HEADER, Malformed, make_rng, npy_array, npy_bytes, rng_state
from tests.nngrade.boundary.test_wire import crafted, header, reading, sent

COUNTED = np.arange(24.0).reshape(2, 3, 4)
LAYOUTS = {
    "rows": COUNTED,
    "columns": np.asfortranarray(COUNTED),
    "turned": COUNTED.T,
    "axes swapped": COUNTED.swapaxes(0, 1),
    "every other": COUNTED[:, ::2, 1:],
    "backwards": COUNTED[::-1],
    "one dimension": np.arange(5),
    "nothing in it": COUNTED[:0],
}


@pytest.mark.parametrize("array", LAYOUTS.values(), ids=LAYOUTS)
def test_values_stay_in_their_places(array):
    here = sent(array)
    assert here.tolist() == array.tolist() and here.dtype == array.dtype
    if array.flags.c_contiguous or array.flags.f_contiguous:
        assert here.flags.c_contiguous == array.flags.c_contiguous
        assert here.flags.f_contiguous == array.flags.f_contiguous


def test_what_is_read_only_arrives_read_only_and_nothing_else_does():
    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    assert [array.flags.writeable for array in sent([frozen, np.arange(3.0), frozen[:0]])] == [False, True, False]
    with pytest.raises(ValueError, match="read-only"):
        sent(frozen)[0] = 1


def test_an_array_is_no_window_into_the_message():
    data = npy_bytes(np.arange(3.0))
    first = npy_array(data)
    first += 1
    assert npy_array(data).tolist() == [0, 1, 2]


def test_a_truth_value_is_0_or_1_whatever_bits_came():
    blob = header("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }") + b"\0\2\xff"
    array = reading(crafted({"array": 0}, blob))
    assert array.sum() == 2 and array.view("u1").tolist() == [0, 1, 1]


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.PCG64DXSM])
def test_a_random_generator_goes_on_where_it_was(kind):
    rng = np.random.Generator(kind(3))
    rng.random(5)
    rng.integers(9, dtype="u4")  # leaves half of a number for the next one
    there = sent(rng)
    assert type(there.bit_generator) is kind and there is not rng
    assert rng_state(there) == rng_state(rng) and rng_state(rng)[3] == 1
    assert there.integers(2**32, size=3, dtype="u4").tolist() == rng.integers(2**32, size=3, dtype="u4").tolist()
    assert there.normal(size=3).tolist() == rng.normal(size=3).tolist()


def test_numbers_of_a_state_are_kept_in_bounds():
    at_most = ["PCG64", str(10**48), str(2**128 + 5), 7, 2**32 + 6]  # 49 digits
    _, state, inc, has, integer = rng_state(make_rng(at_most))
    assert (state, inc, has, integer) == (str(10**48 % 2**128), "5", 1, 6)
    for number in (1, 2):
        too_long = [*at_most[:number], "1" * 50, *at_most[number + 1 :]]
        no_text = [*at_most[:number], 1, *at_most[number + 1 :]]
        for state in (too_long, no_text):
            with pytest.raises(Malformed):
                make_rng(state)


def test_another_kind_of_generator_does_not_cross():
    with pytest.raises(wire.Unsendable):
        wire.packed(np.random.Generator(np.random.MT19937(1)))


def described(size, fill):
    """The header of an array of this many bytes, filled up with what NumPy fills it with, or something else."""
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"
    text += fill * (size - 11 - len(text)) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def test_a_header_is_as_numpy_writes_it_and_not_longer_than_it_may_be():
    assert npy_array(described(MOST_HEADER, b" ") + bytes(8)).tolist() == [0]
    for wrong in (described(MOST_HEADER + 1, b" "), described(MOST_HEADER, b"x")):
        with pytest.raises(Malformed):
            npy_array(wrong + bytes(8))
    assert MOST_HEADER == 512


@pytest.mark.parametrize("dimensions", [32, 33])
def test_dimensions(dimensions):
    array = np.ones((1,) * 32).reshape((1,) * dimensions)
    assert dimensions == 33 or sent(array).shape == array.shape
    if dimensions == 33:
        with pytest.raises(Malformed):
            sent(array)


def test_letters_take_room():
    with pytest.raises(Malformed, match="kind"):
        npy_array(header("{'descr': '<U0', 'fortran_order': False, 'shape': (0,), }"))


@pytest.mark.parametrize("more", [-1, 1])
def test_shape_and_bytes_agree(more):
    blob = npy_bytes(np.arange(4, dtype="u1"))
    with pytest.raises(Malformed, match="differ"):
        npy_array(blob[:-1] if more < 0 else blob + b"\0")
