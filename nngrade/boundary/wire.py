"""What may cross between the trusted process and a student's: plain data, never pickle, never code.

A message is one JSON tree with the arrays, as `.npy` blobs, behind it. In the tree a list is a list, and
every object has one key, which says what it stands for: {"tuple": [...]}, {"array": 2} (the blob's number).
What is not plain data (functions, objects of the student's classes) is left to the two sides' `outside`.
Sizes and nesting are bounded in both directions; reading.py reads.
"""

import builtins
import socket
import struct
from decimal import Decimal
from fractions import Fraction
from json import dumps
from types import MappingProxyType

from numpy import asarray, dtype, generic, ndarray
from numpy.random import Generator

from nngrade.boundary.arrays import KINDS, RNGS, Malformed, npy_bytes, numbers, rng_state
from nngrade.boundary.reading import MAX_DEPTH, MAX_RANGE, TYPES, Reader
from nngrade.boundary.words import TOO_DEEP, TOO_LARGE

MAX_TREE, MAX_BLOBS = 16 * 2**20, 2**28  # bytes
HEAD = struct.Struct("<II")
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift")
UNARY = ("neg", "pos", "abs", "invert")
OPERATORS = (*BINARY, *UNARY, "getitem", "setitem", "delitem", "contains")  # as in `operator`
# Exceptions that arrive as themselves: StopIteration and those that end a process, which are not among them, arrive as
# an Exception that a test can't mistake for one that it asks for.
_ORDINARY = """
ArithmeticError AssertionError AttributeError BufferError EOFError Exception FloatingPointError ImportError IndexError
KeyError LookupError MemoryError ModuleNotFoundError NameError NotImplementedError OSError OverflowError RecursionError
ReferenceError RuntimeError SyntaxError TypeError UnboundLocalError ValueError ZeroDivisionError
"""
ORDINARY = {name: getattr(builtins, name) for name in _ORDINARY.split()}


class Unsendable(TypeError):
    """This value can't cross."""


class Nothing:
    """The `outside` of a message in which nothing but plain data may occur."""

    def refer(self, value):
        """How to write something that the other side has already, or None."""

    def mutable(self, value, tree):
        """How to write something mutable, of which `tree` is the value."""
        return tree

    def hand_over(self, value):
        """How to write what is not plain data."""
        raise Unsendable(f"a {type(value).__name__} can't be handed over: it is not plain data")

    def resolve(self, tag, payload, reader):
        """What the other side's refer, mutable and hand_over wrote."""
        raise Malformed(f"{tag!r} is not plain data")


class Writer:
    """Writes values as a tree; `blobs` collects the arrays."""

    def __init__(self, outside=None):
        self.outside, self.blobs = outside or Nothing(), []

    def write(self, value, depth=0):
        """The tree of a value; Unsendable if there is none. Arrays go to `blobs`."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if depth > MAX_DEPTH:
            raise Unsendable(TOO_DEEP)
        tree = self.outside.refer(value)
        if tree is not None:
            return tree
        if isinstance(value, list):
            return self.outside.mutable(value, [self.write(item, depth + 1) for item in value])
        if isinstance(value, dict):
            pairs = [[self.write(k, depth + 1), self.write(v, depth + 1)] for k, v in value.items()]
            return self.outside.mutable(value, {"dict": pairs})
        if isinstance(value, ndarray) and value.dtype.kind == "O":
            value = numbers(value)
        if isinstance(value, ndarray) and value.dtype.kind in KINDS:
            if value.nbytes > MAX_BLOBS:  # before a copy is made
                raise Unsendable(TOO_LARGE)
            return self.outside.mutable(
                value, {"array" if value.flags.writeable else "frozen": self.blob(npy_bytes(value))}
            )
        if isinstance(value, Generator) and type(value.bit_generator).__name__ in RNGS:
            return self.outside.mutable(value, {"rng": rng_state(value)})
        return self._write_constant(value, depth)

    def _write_constant(self, value, depth):
        def items(these):
            return [self.write(item, depth + 1) for item in these]

        if isinstance(value, tuple):
            fields = getattr(value, "fields", None) or getattr(value, "_fields", None)
            return {"record": [list(fields), items(value)]} if fields else {"tuple": items(value)}
        if isinstance(value, generic) and value.dtype.kind in KINDS:
            return {"scalar": self.blob(npy_bytes(asarray(value)))}
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": self.blob(bytes(value))}
        for kind in (bool, int, float, str):  # a subclass arrives as the plain kind
            if isinstance(value, kind):
                return kind(value)
        if isinstance(value, (Fraction, Decimal)):
            return float(value)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, MappingProxyType):
            return {"dict": list(map(items, value.items()))}
        if isinstance(value, (set, frozenset)):
            return {"set": items(value)}
        if isinstance(value, range) and value[MAX_RANGE:]:
            raise Unsendable(TOO_LARGE)
        if isinstance(value, (slice, range)):
            return {type(value).__name__: items((value.start, value.stop, value.step))}
        if isinstance(value, dtype) and value.kind in KINDS:
            return {"dtype": value.str}
        if isinstance(value, type) and TYPES.get(value.__name__) is value:
            return {"type": value.__name__}
        if (
            isinstance(value, type)
            and issubclass(value, generic)
            and value is not generic
            and dtype(value).kind in KINDS
        ):
            return {"scalar_type": dtype(value).str}
        if value is Ellipsis:
            return {"ellipsis": None}
        return self.outside.hand_over(value)

    def blob(self, data):
        """Keep bytes for the end of the message; the number by which the tree refers to them."""
        self.blobs.append(data)
        return len(self.blobs) - 1

    def message(self, tree, most=MAX_BLOBS):
        """The parts of a message with this tree, for `send`; Unsendable if it is too large, or has `most` and more."""
        try:
            text = dumps({"blobs": [len(blob) for blob in self.blobs], "tree": tree}).encode()
        except (ValueError, RecursionError) as error:  # an int of thousands of digits
            raise Unsendable(str(error)) from None
        size = sum(map(len, self.blobs))
        if len(text) > MAX_TREE or size > min(most, MAX_BLOBS):
            raise Unsendable(TOO_LARGE)
        return [HEAD.pack(len(text), size), text, *self.blobs]


def generators(args, kwargs):
    """The random generators among the arguments of a call."""
    found = (value for value in (*args, *kwargs.values()) if isinstance(value, Generator))
    return [rng for rng in found if type(rng.bit_generator).__name__ in RNGS]


def send(sock, parts):
    """Send the parts of a message: small ones in one go, large ones without copying them together."""
    for part in parts if sum(map(len, parts)) > 2**20 else [b"".join(parts)]:
        sock.sendall(part)


def receive(read, outside=None, most=MAX_BLOBS):
    """The Reader of the next message; `read(n)` returns n bytes."""
    n_text, n_blobs = HEAD.unpack(read(HEAD.size))
    if n_text > MAX_TREE or n_blobs > min(most, MAX_BLOBS):
        raise Malformed("a message is too large")
    return Reader(read(n_text), read(n_blobs) if n_blobs else b"", outside)


def received(read, most=MAX_BLOBS):
    """The value of the next message, which holds plain data only."""
    message = receive(read, None, most)
    return message.read(message.tree)


def received_with_file(sock):
    """The value of the next message on a blocking socket, and the open file that came with it, or None."""
    first, fds, _, _ = socket.recv_fds(sock, HEAD.size, 1)
    if not first:
        raise EOFError("the other side is gone")
    read = reader(sock)
    parts = iter([first + read(HEAD.size - len(first))])
    return received(lambda n: next(parts, None) or read(n)), fds[0] if fds else None


def packed(value):
    """The parts of a message that holds plain data only."""
    writer = Writer()
    return writer.message(writer.write(value))


class Inbox:
    """What arrives on a socket. It is taken as it comes, so that a small message costs one system call."""

    def __init__(self, sock):
        self.sock, self.rest = sock, b""

    def read(self, n, left=None):
        """The next n bytes, or EOFError; `left()` says how many seconds there still are, or raises TimeoutError."""
        data = bytearray(self.rest[:n])
        self.rest = self.rest[n:]
        while len(data) < n:
            self.sock.settimeout(left and left())
            part = self.sock.recv(min(max(n - len(data), 2**16), 2**20))
            if not part:
                raise EOFError("the other side is gone")
            self.rest = part[n - len(data) :]
            data += part[: n - len(data)]
        return data


def reader(sock):
    """A function read(n) that takes the next n bytes of a blocking socket and no more, or raises EOFError."""

    def read(n):
        data, got = bytearray(n), 0
        while got < n:
            received = sock.recv_into(memoryview(data)[got:])
            if not received:
                raise EOFError("the other side is gone")
            got += received
        return data

    return read
