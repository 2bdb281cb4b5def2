"""Arrays and random generators as bytes and plain values: `.npy` without pickle, and the state of a bit generator."""

import io
import math
import re
from functools import lru_cache

from numpy import asarray, dtype, frombuffer, integer, ndarray
from numpy.lib import format as npy
from numpy.random import PCG64, PCG64DXSM, Generator, SeedSequence

KINDS = "biufcSUMm"  # of arrays: numbers, texts and times; objects never
MOST_HEADER = 512  # bytes
HEADER = re.compile(  # as NumPy writes it. NumPy has Python parse it, which takes longer than a small array should
    rb"\x93NUMPY\x01\x00..\{'descr': '([<>|][biufcSUMm][^']*)', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d+, )*\d*,?)\), \} *\n",
    re.DOTALL,
)
RNGS = {"PCG64": PCG64, "PCG64DXSM": PCG64DXSM}
MOST_SEEDS, MOST_CHILDREN = 64, 100_000  # numbers that a generator was made of; children between two messages


class Malformed(Exception):
    """What arrived is not plain data in bounds."""


def npy_bytes(array):
    """An array in NumPy's `.npy` format."""
    array = asarray(array)
    fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    return _npy_header(array.dtype, array.shape, fortran) + array.tobytes("F" if fortran else "C")


@lru_cache(512)
def _npy_header(kind, shape, fortran):
    text = io.BytesIO()
    npy.write_array_header_1_0(text, {"descr": npy.dtype_to_descr(kind), "fortran_order": fortran, "shape": shape})
    return text.getvalue()


def npy_array(data):
    """The array in a `.npy` blob; a new one, that may be written to."""
    size = 10 + int.from_bytes(data[8:10], "little")
    kind, shape, fortran = _read_npy_header(bytes(data[:size]))
    if math.prod(shape) * kind.itemsize != len(data) - size:
        raise Malformed("the shape and the bytes of an array differ")
    array = frombuffer(data, kind, offset=size)
    if kind.kind == "b":
        array = array.view("u1") != 0  # a byte that is neither 0 nor 1 would be true and count as many
    return array.reshape(shape, order="F" if fortran else "C").copy("K")


@lru_cache(512)
def _read_npy_header(header):
    found = HEADER.fullmatch(header) if len(header) <= MOST_HEADER else None
    if found is None:
        raise Malformed("not an .npy array of plain values")
    kind, shape = dtype(found[1].decode()), tuple(map(int, re.findall(rb"\d+", found[3])))
    if kind.kind not in KINDS or not kind.itemsize or kind.fields or kind.subdtype or len(shape) > 32:
        raise Malformed("an array of this kind can't cross")
    return kind, shape, found[2] == b"True"


def numbers(array):
    """An array of objects as one of numbers, if that is what they are."""
    try:
        made = asarray(array.tolist())
    except (ValueError, TypeError):  # of other shapes inside
        return array
    return made if made.shape == array.shape and made.dtype.kind in "biufc" else array


def rng_state(rng):
    """Where a random generator stands, as a list of plain values that `make_rng` and `advance` take."""
    state = rng.bit_generator.state
    inner = state["state"]  # 128 bits each: too many for some readers of JSON, so they go as text
    stands = [state["bit_generator"], str(inner["state"]), str(inner["inc"]), state["has_uint32"], state["uinteger"]]
    return [*stands, _parent(rng)]


def _parent(rng):
    """What `rng.spawn` makes children of, and how many it has made: [numbers as text, key, children]; None: of nothing.

    No secret: who has the generator finds a small seed by trying, and what it gave before by going back.
    """
    seeds = rng.bit_generator.seed_seq
    numbers = getattr(seeds, "entropy", None)
    numbers = list(numbers) if isinstance(numbers, (list, tuple, range, ndarray)) else [numbers]
    fits = type(seeds) is SeedSequence and seeds.pool_size == 4 and 0 < len(numbers) <= MOST_SEEDS
    fits = fits and all(isinstance(number, (int, integer)) and number < 2**128 for number in numbers)
    if not fits or len(seeds.spawn_key) > MOST_SEEDS:
        return None
    return [[str(int(number)) for number in numbers], list(map(int, seeds.spawn_key)), seeds.n_children_spawned]


def make_rng(payload):
    """A new generator that stands where this state says."""
    rng = Generator(RNGS[payload[0]](_seeds(payload[5])))
    _set_rng(rng, payload)
    return rng


def _seeds(parent):
    if parent is None:
        return 0
    numbers, key, children = parent
    if not (0 < len(numbers) <= MOST_SEEDS and len(key) <= MOST_SEEDS):
        raise Malformed("not what generators are made of")
    if not all(type(number) is str and len(number) < 50 and number.isdecimal() for number in numbers):
        raise Malformed("not the seed of a generator")
    if not all(type(number) is int and 0 <= number < 2**32 for number in [*key, children]):
        raise Malformed("not the key of a generator")
    return SeedSequence(list(map(int, numbers)), spawn_key=tuple(key), n_children_spawned=children)


def advance(rng, payload):
    """Move a generator to where the other side left it; its stream stays its own, and children are not made undone."""
    name, _, inc, _, _, own = rng_state(rng)
    theirs, _, stream, _, _, parent = payload
    if (theirs, stream) != (name, inc):
        raise Malformed("this is another random stream")
    born = _born(own, parent) if own else 0
    _set_rng(rng, payload)
    if born:
        rng.bit_generator.seed_seq.spawn(born)


def _born(before, after):
    """How many children a generator has got since."""
    *of, children = after
    born = children - before[2] if of == before[:2] and type(children) is int else -1
    if not 0 <= born <= MOST_CHILDREN:
        raise Malformed("these are not the children of this generator")
    return born


def _set_rng(rng, payload):
    name, state, inc, has_uint32, uinteger, _ = payload
    if not (type(state) is str and type(inc) is str and len(state) < 50 and len(inc) < 50):
        raise Malformed("not the state of a generator")
    rng.bit_generator.state = {
        "bit_generator": name,
        "state": {"state": int(state) % 2**128, "inc": int(inc) % 2**128},
        "has_uint32": int(bool(has_uint32)),
        "uinteger": int(uinteger) % 2**32,
    }
