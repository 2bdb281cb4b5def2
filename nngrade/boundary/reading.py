"""The reader of messages (see wire.py). It believes nothing: what is not well-formed and in bounds is Malformed."""

import operator
from json import loads

from numpy import dtype, generic

from nngrade.boundary.arrays import KINDS, Malformed, make_rng, npy_array

MAX_DEPTH = 40  # levels of lists in lists
MAX_RANGE = 2**22  # numbers
TYPES = {kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list, tuple, dict, set)}


class Record(tuple):
    """A named tuple from the other side: a tuple whose items also have names."""

    fields = ()

    def __getattr__(self, name):
        if name in self.fields:
            return self[self.fields.index(name)]
        raise AttributeError(f"there is no {name!r} in this tuple of {', '.join(self.fields)}")

    def __array_function__(self, function, types, args, kwargs):
        """NumPy's functions get its items. Many would take a field for the result: `np.sum` calls what is named sum."""
        return function(*_items(args), **_items(kwargs))


def _items(of):
    """Arguments with plain tuples in place of named ones."""
    if type(of) is dict:
        return {name: _items(value) for name, value in of.items()}
    if type(of) in (list, tuple, Record):
        return (list if type(of) is list else tuple)(map(_items, of))
    return of


class Reader:
    """Reads values from the tree of a message that it was given as (text, blobs)."""

    def __init__(self, text, data, outside=None):
        self.outside, self.blobs = outside, []
        try:
            message = loads(text)
            lengths, self.tree = message["blobs"], message["tree"]
            start = 0
            for length in lengths:
                self.blobs.append(data[start : (start := start + _count(length))])
        except Malformed:
            raise
        except Exception:
            raise Malformed("this is not a message") from None
        if start != len(data):
            raise Malformed("the arrays do not add up")

    def read(self, tree, depth=0):
        """The value that a tree stands for; Malformed if it stands for none."""
        if tree is None or type(tree) in (bool, int, float, str):
            return tree
        if depth > MAX_DEPTH:
            raise Malformed(f"nested more than {MAX_DEPTH} deep")
        if type(tree) is list:
            return [self.read(item, depth + 1) for item in tree]
        if len(tree) != 1:
            raise Malformed("an object should have one key")
        ((tag, payload),) = tree.items()
        if tag not in READ:
            if self.outside is None:
                raise Malformed("this is not plain data")
            return self.outside.resolve(tag, payload, self)
        try:
            return READ[tag](self, payload, depth + 1)
        except (Malformed, RecursionError):
            raise
        except Exception as error:
            raise Malformed(f"{tag} is not well-formed ({type(error).__name__})") from None

    def items(self, payload, depth):
        """The values in a list of trees."""
        if type(payload) is not list:
            raise Malformed("expected a list")
        return [self.read(item, depth) for item in payload]

    def blob(self, i):
        """The bytes behind the tree that a number in it refers to."""
        return self.blobs[_count(i)]


def _count(n):
    if type(n) is not int or n < 0:
        raise Malformed("expected a count")
    return n


def _read_dict(reader, payload, depth):
    result = {}
    for k, v in payload:
        key = reader.read(k, depth)
        if not _is_key(key) or key in result:
            raise Malformed("this can't be the key of a dict")
        result[key] = reader.read(v, depth)
    return result


def _is_key(value):
    if type(value) is tuple:
        return all(map(_is_key, value))
    if isinstance(value, (float, complex, generic)):
        return value == value  # NaN is not
    return value is None or type(value) in (bool, int, str, bytes, Record)


def _read_set(reader, payload, depth):
    items = reader.items(payload, depth)
    if not all(map(_is_key, items)):
        raise Malformed("this can't be in a set")
    return set(items)


def _read_record(reader, payload, depth):
    fields, values = payload
    if not all(map(_is_field, fields)) or len(fields) != len(values):
        raise Malformed("a named tuple needs a name for each item")
    record = Record(reader.items(values, depth))
    record.fields = tuple(fields)
    return record


def _is_field(name):
    """As in namedtuple: none begins with _, so that no protocol (`__array_interface__`: memory) is among them."""
    return type(name) is str and name.isidentifier() and not name.startswith("_")


def _read_range(reader, payload, depth):
    found = range(*map(operator.index, reader.items(payload, depth)))
    if found[MAX_RANGE:]:
        raise Malformed("a range is too long: whoever looks at its numbers makes them all")
    return found


def _read_complex(reader, payload, depth):
    real, imag = payload
    return complex(float(real), float(imag))


def _read_dtype(reader, payload, depth):
    kind = dtype(payload) if type(payload) is str and len(payload) < 20 else None
    if kind is None or kind.kind not in KINDS or kind.fields or kind.subdtype:
        raise Malformed("not a kind of number")
    return kind


def _read_frozen(reader, payload, depth):
    array = npy_array(reader.blob(payload))
    array.flags.writeable = False
    return array


READ = {
    "dict": _read_dict,
    "array": lambda reader, payload, depth: npy_array(reader.blob(payload)),
    "frozen": _read_frozen,
    "scalar": lambda reader, payload, depth: npy_array(reader.blob(payload)).reshape(())[()],
    "bytes": lambda reader, payload, depth: bytes(reader.blob(payload)),
    "tuple": lambda reader, payload, depth: tuple(reader.items(payload, depth)),
    "record": _read_record,
    "set": _read_set,
    "slice": lambda reader, payload, depth: slice(*reader.items(payload, depth)),
    "range": _read_range,
    "complex": _read_complex,
    "dtype": _read_dtype,
    "type": lambda reader, payload, depth: TYPES[payload],
    "scalar_type": lambda reader, payload, depth: _read_dtype(reader, payload, depth).type,
    "ellipsis": lambda reader, payload, depth: Ellipsis,
    "rng": lambda reader, payload, depth: make_rng(payload),
}
