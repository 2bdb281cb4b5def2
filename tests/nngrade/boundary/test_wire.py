"""What crosses arrives as it was; what is malformed never gets further than the reader."""

import contextlib
import io
import json
import os
import socket
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nngrade.boundary import reading as reader_module
from nngrade.boundary import wire
from nngrade.boundary.arrays import MOST_CHILDREN, Malformed, advance, npy_bytes, rng_state


def reading(data):
    rest = [bytes(data)]

    def read(n):
        if n > len(rest[0]):
            raise EOFError
        part, rest[0] = rest[0][:n], rest[0][n:]
        return part

    return wire.received(read)


def sent(value):
    return reading(b"".join(wire.packed(value)))


def crafted(tree, *blobs):
    text = json.dumps({"blobs": [len(blob) for blob in blobs], "tree": tree}).encode()
    return wire.HEAD.pack(len(text), sum(map(len, blobs))) + text + b"".join(blobs)


def same(a, b):
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or a != a)


arrays = hnp.arrays(
    st.one_of(hnp.floating_dtypes(), hnp.integer_dtypes(), hnp.boolean_dtypes(), hnp.complex_number_dtypes()),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers())
keys = st.one_of(st.none(), st.integers(), st.text(), st.binary(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    st.one_of(scalars, arrays),
    lambda inner: st.one_of(st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(keys, inner)),
    max_leaves=10,
)


@given(values)
@example(
    [
        np.float32(2),
        np.datetime64("2020-01-01"),
        slice(1, None),
        range(3),
        {1, "a"},
        np.float32,
        np.dtype("i4"),
        float,
        ...,
    ]
)
@example(np.asfortranarray(np.ones((2, 3))))
def test_plain_data_arrives_as_it_was(value):
    assert same(sent(value), value)


def test_subclasses_arrive_plain():
    class Lying(np.ndarray):
        def __eq__(self, other):
            return True

    class Number(float):
        pass

    array, number = sent([np.ones(3).view(Lying), Number(2.5)])
    assert type(array) is np.ndarray
    assert type(number) is float


@pytest.mark.parametrize(
    "value", [object(), [lambda: 0], np.array([1, None], dtype=object), np.zeros(2, "i4,i4"), [10**5000],
              np.array(["a"], dtype=object), np.array([[1], [2], None], dtype=object)[:2]],
)
def test_other_things_do_not_cross(value):
    with pytest.raises(wire.Unsendable):
        wire.packed(value)


def test_what_holds_itself_does_not_cross():
    loop = []
    loop.append(loop)
    with pytest.raises(wire.Unsendable, match="nested"):
        wire.packed(loop)


def header(text):
    """Of an array, ended as NumPy ends it: else that alone would be wrong with it."""
    text += "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


LIES = {
    "no key": crafted({}),
    "two keys": crafted({"tuple": [], "dict": []}),
    "unknown": crafted({"code": "print()"}),
    "handle": crafted({"handle": [0, "f", True]}),
    "ref": crafted({"ref": 0}),
    "NaN as a key": crafted({"dict": [[float("nan"), 1]]}),
    "list as a key": crafted({"dict": [[[1], 1]]}),
    "array as a key": crafted({"dict": [[{"array": 0}, 1]]}, npy_bytes(np.ones(1))),
    "two equal keys": crafted({"dict": [[1, 1], [1, 2]]}),
    "no pair": crafted({"dict": [[1]]}),
    "list in a set": crafted({"set": [[1]]}),
    "blob that there is not": crafted({"array": 0}),
    "blob by name": crafted({"array": "0"}, b"x"),
    "blob from behind": crafted({"array": -1}, b"x"),
    "no array": crafted({"array": 0}, b"hello"),
    "huge shape": crafted(
        {"array": 0}, header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }") + b"1" * 8
    ),
    "overflowing shape": crafted(
        {"array": 0}, header(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({2**62}, 8), }}")
    ),
    "negative shape": crafted(
        {"array": 0}, header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1), }") + b"1" * 8
    ),
    "many dimensions": crafted(
        {"array": 0}, header(f"{{'descr': '|u1', 'fortran_order': False, 'shape': {(1,) * 60}, }}") + b"1"
    ),
    "objects": crafted({"array": 0}, header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }") + b"1" * 8),
    "fields": crafted(
        {"array": 0}, header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }") + b"1" * 8
    ),
    "code in a header": crafted({"array": 0}, header("__import__('os').abort()")),
    "pickle": crafted({"array": 0}, b"\x80\x04."),
    "not JSON": wire.HEAD.pack(3, 0) + b"{{{",
    "not a message": wire.HEAD.pack(2, 0) + b"[]",
    "deep": wire.HEAD.pack(20000, 0) + b"[" * 20000,
    "deep in a message": (lambda text: wire.HEAD.pack(len(text), 0) + text)(
        b'{"blobs": [], "tree": %s1%s}' % (b"[" * 60, b"]" * 60)
    ),
    "too long": wire.HEAD.pack(2**31, 0),
    "too many bytes": wire.HEAD.pack(2, 2**32 - 1),
    "negative length": crafted(1)[:8] + b'{"blobs": [-1], "tree": 1}',
    "bytes left over": wire.HEAD.pack(25, 4) + b'{"blobs": [], "tree": 1 }1234',
    "field that is no name": crafted({"record": [["a b"], [1]]}),
    "field that NumPy would ask for memory": crafted({"record": [["__array_interface__"], [1]]}),
    "fields too few": crafted({"record": [[], [1]]}),
    "range of texts": crafted({"range": ["a", 1, 1]}),
    "range without steps": crafted({"range": [0, 1, 0]}),
    "dtype of objects": crafted({"dtype": "O"}),
    "dtype of records": crafted({"dtype": "i4,i4"}),
    "dtype in 20 letters": crafted({"dtype": "datetime64[1000000s]"}),
    "another type": crafted({"type": "type"}),
    "a range that nobody could write down": crafted({"range": [0, 10**9, 1]}),
    "another generator": crafted({"rng": ["MT19937", "1", "1", 0, 0, None]}),
    "state that is no number": crafted({"rng": ["PCG64", "one", "1", 0, 0, None]}),
    "the last array by a negative number": crafted({"array": -1}, npy_bytes(np.ones(2))),
    "an array by true": crafted({"array": True}, npy_bytes(np.ones(2)), npy_bytes(np.ones(2))),
    "complex of texts": crafted({"complex": ["a", "b"]}),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_lies_are_malformed(lie):
    with pytest.raises((Malformed, EOFError, RecursionError)):
        reading(lie)


trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from([*reader_module.READ, "ref", "handle", "new", "x"]), inner, min_size=1, max_size=2
        ),
    ),
    max_leaves=20,
)


@given(trees, st.lists(st.binary(max_size=20), max_size=2))
def test_any_tree_is_read_or_malformed(tree, blobs):
    with contextlib.suppress(Malformed):
        reading(crafted(tree, *blobs))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(data):
    with contextlib.suppress(Malformed, EOFError):
        reading(data)


@given(arrays.map(npy_bytes), st.integers(0, 300), st.binary(min_size=1, max_size=3))
def test_a_damaged_array_is_read_or_malformed(blob, at, new):
    with contextlib.suppress(Malformed):
        reading(crafted({"array": 0}, blob[:at] + new + blob[at + len(new) :]))


@pytest.mark.parametrize("kind", ["U3", "S2", ">U1", "M8[ns]", "m8[s]", "<M8[25us]", "?", "f2", ">c16", "g"])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), (1, 0, 7)])
def test_every_kind_of_array_arrives_as_it_was(kind, shape):
    array = np.zeros(shape, kind)
    assert same(sent(array), array)
    assert same(sent(np.array(array, order="F")), array)


@pytest.mark.parametrize("kind", ["O", "V4", [("x", "f8")]])
def test_other_kinds_of_arrays_are_malformed(kind):
    blob = io.BytesIO()
    np.lib.format.write_array(blob, np.zeros(2, kind))
    with pytest.raises(Malformed):
        reading(crafted({"array": 0}, blob.getvalue()))


def test_a_generator_comes_back_advanced_and_stays_in_its_stream():
    mine, theirs = np.random.default_rng(5), np.random.default_rng(5)
    theirs.normal(size=3), theirs.random(dtype="f4")
    advance(mine, rng_state(theirs))
    assert mine.random() == theirs.random()
    for other in (np.random.default_rng(6), np.random.Generator(np.random.PCG64DXSM(5))):
        with pytest.raises(Malformed):
            advance(mine, rng_state(other))


def test_children_of_a_generator_count_on_both_sides():
    mine, theirs = np.random.default_rng(5), np.random.default_rng(5)
    theirs.spawn(3)
    advance(mine, rng_state(theirs))
    assert mine.spawn(1)[0].random() == theirs.spawn(1)[0].random()
    state = rng_state(mine)
    advance(mine, [*state[:5], [*state[5][:2], 4 + MOST_CHILDREN]])
    of = rng_state(mine)[5][:2]
    more = 9 + MOST_CHILDREN
    wrong = [*of, 3], [*of, 5 + 2 * MOST_CHILDREN], [*of, str(more)], [*of, float(more)], [["6"], [], more], of, 3, None
    for parent in wrong:
        with pytest.raises((Malformed, TypeError, ValueError)):
            advance(mine, [*state[:5], parent])
    assert rng_state(mine)[5] == [*of, 4 + MOST_CHILDREN]


@pytest.mark.parametrize("first", [1, 3, wire.HEAD.size, wire.HEAD.size + 1])
def test_an_open_file_comes_with_its_message_however_that_is_cut(first):
    here, there = socket.socketpair()
    with here, there, open(os.devnull) as file:
        data = b"".join(wire.packed(["order", 1]))
        socket.send_fds(there, [data[:first]], [file.fileno()])
        there.sendall(data[first:] + b"".join(wire.packed("next")))
        value, received = wire.received_with_file(here)
        assert value == ["order", 1] and os.path.sameopenfile(received, file.fileno())
        os.close(received)
        assert wire.received_with_file(here) == ("next", None)
        there.close()
        with pytest.raises(EOFError):
            wire.received_with_file(here)


@pytest.mark.parametrize("number", [Fraction(1, 4), Decimal("0.25")])
def test_exact_numbers_arrive_as_floats(number):
    assert sent(number) == 0.25 and type(sent(number)) is float


@pytest.mark.parametrize("kind", [
    ArithmeticError, AssertionError, AttributeError, ImportError, IndexError, KeyError, MemoryError, NameError,
    NotImplementedError, OSError, OverflowError, RecursionError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
])  # fmt: skip
def test_the_usual_exceptions_arrive_as_themselves(kind):
    assert wire.ORDINARY[kind.__name__] is kind


@pytest.mark.parametrize("kind", [StopIteration, StopAsyncIteration, GeneratorExit, SystemExit, KeyboardInterrupt])
def test_what_would_end_a_loop_or_the_tests_does_not(kind):
    assert kind.__name__ not in wire.ORDINARY


def test_messages_arrive_whole_however_they_are_cut():
    here, there = socket.socketpair()
    with here, there:
        inbox, values = wire.Inbox(here), ["one", [2, 3], "x" * 10_000, 4]
        data = b"".join(part for value in values for part in wire.packed(value))
        for start in range(0, len(data), 999):
            there.sendall(data[start : start + 999])
        assert [wire.received(inbox.read) for _ in values] == values
        there.sendall(b"half of a")
        with pytest.raises(TimeoutError):
            inbox.read(20, lambda: 0.01)
        there.close()
        with pytest.raises(EOFError):
            inbox.read(20)


def test_what_comes_in_drops_has_to_be_there_in_time_as_a_whole():
    left, allowed = iter([3, 2, 1]), []
    drops = SimpleNamespace(settimeout=allowed.append, recv=lambda n: b"x")
    with pytest.raises(StopIteration):  # in place of a TimeoutError
        wire.Inbox(drops).read(9, lambda: next(left))
    assert allowed == [3, 2, 1]
