"""Arrays and random generators on the other side: same values in the same order, writable or not as they were."""

import struct
from collections import namedtuple
from types import MappingProxyType

import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.arrays import (
    MOST_CHILDREN,
    MOST_HEADER,
    MOST_SEEDS,
    Malformed,
    advance,
    make_rng,
    npy_array,
    npy_bytes,
    rng_state,
)
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
    at_most = ["PCG64", str(10**48), str(2**128 + 5), 7, 2**32 + 6, None]  # 49 digits
    _, state, inc, has, integer, _ = rng_state(make_rng(at_most))
    assert (state, inc, has, integer) == (str(10**48 % 2**128), "5", 1, 6)
    for number in (1, 2):
        too_long = [*at_most[:number], "1" * 50, *at_most[number + 1 :]]
        no_text = [*at_most[:number], 1, *at_most[number + 1 :]]
        for state in (too_long, no_text):
            with pytest.raises(Malformed):
                make_rng(state)


@pytest.mark.parametrize("seed", [
    0, 2**127, np.array([5, 6]), [3, 2**40], np.random.SeedSequence(4, spawn_key=(1, 2**32 - 1))], ids=str)  # fmt: skip
def test_a_random_generator_has_the_same_children_there(seed):
    rng = np.random.default_rng(seed)
    rng.spawn(2)
    there = sent(rng)
    assert rng_state(there) == rng_state(rng)
    assert [child.random() for child in there.spawn(2)] == [child.random() for child in rng.spawn(2)]


def test_how_many_seeds_and_children_cross():
    assert (MOST_SEEDS, MOST_CHILDREN) == (64, 100_000)
    rng = np.random.default_rng(np.random.SeedSequence(range(64), spawn_key=range(64)))
    assert [child.random() for child in sent(rng).spawn(2)] == [child.random() for child in rng.spawn(2)]


@pytest.mark.parametrize("seeds", [
    np.random.SeedSequence(1, pool_size=8), np.random.SeedSequence(range(65)), 2**128, [[1], "7"],
    np.random.SeedSequence(1, spawn_key=range(65)),
], ids=str)  # fmt: skip
def test_a_generator_of_other_seeds_crosses_without_them(seeds):
    rng = np.random.default_rng(seeds)
    there = sent(rng)
    assert rng_state(rng)[5] is None and there.random() == rng.random()
    there.spawn(1)
    advance(rng, rng_state(there))
    assert there.random() == rng.random()


@pytest.mark.parametrize("parent", [
    [], [["1"], []], [[], [], 0], [["1"] * 65, [], 0], [["1"], [0] * 65, 0], [["1" * 50], [], 0], [[1], [], 0],
    [["-1"], [], 0], [["1"], [2**32], 0], [["1"], [-1], 0], [["1"], [1.0], 0], [["1"], [], -1], [["1"], [], 2**32],
    [["1"], [], True], [["x"], [], 0], 5, [None, None, None],
], ids=str)  # fmt: skip
def test_what_generators_are_not_made_of(parent):
    with pytest.raises(Malformed):
        reading(crafted({"rng": ["PCG64", "1", "3", 0, 0, parent]}))


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


def test_a_named_tuple_keeps_its_names_and_is_a_tuple():
    pair = sent(namedtuple("Pair", "x y")(1, [2]))
    assert pair == (1, [2]) and isinstance(pair, tuple) and (pair.x, pair.y) == (1, [2])
    with pytest.raises(AttributeError, match="there is no 'z' in this tuple of x, y"):
        _ = pair.z
    assert sent(pair).y == [2]  # and on from there
    assert sent({sent(namedtuple("One", "a")(3)): 4}) == {(3,): 4}  # as a key


PLAIN = [
    {1, "a", (2, None)}, frozenset({3}), slice(1, None, 2), range(2, 9, 3), range(0), 2 - 3j, ..., b"\0x",
    bytearray(b"y"), np.dtype(">f4"), np.dtype("M8[D]"), np.float32, np.str_, bool, complex, set, np.float64(0.1),
    np.str_("ä"), np.bool(1), {None: 1, (1, "a"): 2, 2.5: 3, b"k": 4, True: 5},
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN)
def test_plain_values_arrive_equal_and_of_the_same_type(value):
    plain = {frozenset: set, bytearray: bytes}.get(type(value), type(value))
    here = sent(value)
    assert here == value and type(here) is plain
    if isinstance(value, dict):
        assert list(map(type, here)) == list(map(type, value))


@pytest.mark.parametrize("key", [np.float64("nan"), complex("nan"), (1, float("nan")), np.zeros(1), ([],)])
def test_what_can_be_no_key(key):
    writer = wire.Writer()
    tree = writer.write(key)
    with pytest.raises(Malformed, match="key of a dict"):
        reading(crafted({"dict": [[tree, 1]]}, *writer.blobs))
    with pytest.raises(Malformed, match="in a set"):
        reading(crafted({"set": [tree]}, *writer.blobs))


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_scalar_is_one_whatever_its_shape(shape):
    assert type(reading(crafted({"scalar": 0}, npy_bytes(np.ones(shape))))) is np.float64
    with pytest.raises(Malformed):
        reading(crafted({"scalar": 0}, npy_bytes(np.ones((2, *shape)))))


def test_two_equal_keys_are_none():
    for keys in ([1, True], [1, 1.0], ["a", "a"]):
        with pytest.raises(Malformed, match="key of a dict"):
            reading(crafted({"dict": [[key, 0] for key in keys]}))


@pytest.mark.parametrize("kind", ["O", "V4", "i4,i4", "(2,)i4", "f8" + " " * 18, 3, None, ["f8"]], ids=repr)
@pytest.mark.parametrize("tag", ["dtype", "scalar_type"])
def test_other_kinds_of_numbers_are_malformed(kind, tag):
    with pytest.raises(Malformed):
        reading(crafted({tag: kind}))


@pytest.mark.parametrize("names", [["_a"], ["a b"], [""], [1], ["a", "b"], "ab"], ids=repr)
def test_other_names_of_a_tuple_are_malformed(names):
    with pytest.raises(Malformed):
        reading(crafted({"record": [names, [1]]}))


def test_letters_take_room():
    with pytest.raises(Malformed, match="kind"):
        npy_array(header("{'descr': '<U0', 'fortran_order': False, 'shape': (0,), }"))


@pytest.mark.parametrize("more", [-1, 1])
def test_shape_and_bytes_agree(more):
    blob = npy_bytes(np.arange(4, dtype="u1"))
    with pytest.raises(Malformed, match="differ"):
        npy_array(blob[:-1] if more < 0 else blob + b"\0")


def test_functions_of_numpy_take_named_tuples_for_tuples_wherever_they_stand():
    pair = sent(namedtuple("Pair", "sum shape")(1.0, 2.0))
    assert np.sum(pair) == 3 and np.shape(pair) == (2,) and np.isin(1.0, test_elements=pair)
    assert np.stack([pair, pair]).tolist() == np.stack((pair, (1.0, 2.0))).tolist() == [[1, 2], [1, 2]]
    assert np.concatenate([np.zeros(1), pair]).tolist() == [0, 1, 2]


def test_a_dict_that_nobody_may_change_arrives_as_a_dict():
    assert sent(MappingProxyType({"a": [1], (2, "b"): None})) == {"a": [1], (2, "b"): None}
