"""A test's questions to the fork of the student's process that answers it, and what these answers may change here."""

import builtins
import time
from collections import Counter

from numpy.random import Generator

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed
from nngrade.boundary.words import ENDED, TOO_LONG
from nngrade.trusted.callbacks import Callbacks
from nngrade.trusted.connection import YOUR_CODE, Connection
from nngrade.trusted.errors import Ended, Gone
from nngrade.trusted.lending import Lending
from nngrade.trusted.proxies import Callable, Handle, ask_for, asked_for, number_of

SECONDS_AGAIN = 1.0  # for what has taken too long already
PATIENCE = 3  # calls that take too long, until the same is not asked again


class Channel(wire.Nothing):
    """One test's view of the student's process: `request` asks it for something, by way of the proxies.

    `sock` leads to the fork that answers, and `seconds` is the time that the test may take, with some `extra` for
    what it does when calls that failed have used that up. `fatal` is what ended the student's process before, and
    `late` what took too long in the tests before: one function's patience is that of all tests.
    """

    def __init__(self, sock, seconds, extra=0, fatal=None, late=()):
        self.connection = Connection(sock, seconds, extra)
        self.helpers = frozenset()  # names lent now
        # How often a function took too long, here or in tests before: {(who was asked, the names lent then): times}.
        self.late = Counter({(asked, frozenset(helpers)): times for asked, helpers, times in late})
        self.fatal_before, self.fatal = fatal, None  # [who was asked, the names lent then, why]: see checker.py
        self.callbacks = Callbacks(self)
        self.calls = 0
        self.lending = Lending()
        self.lazy = {}  # by object: the numbers of what it may change while it goes on with its work
        self.fresh, self.track = {}, False  # {id: number} of what the request that is being written lends
        self.handles, self.at_end = {}, set()
        self.special = frozenset()  # what objects of the classes in the instructor's answers can do: `__add__`, ...
        self.drew = False  # whether the student's code has drawn from a generator of the test's
        self.names = {}  # what to give names over there before the next request: (value,), or () to remove them

    def request(self, op, /, *args, **kwargs):
        """Ask for something; returns the answer, or raises the exception that the student's code raised."""
        asked = next((arg for arg in args if isinstance(arg, Handle)), None)
        lazy = self.lazy.get(asked, {}) if op in ("next", "call") else {}
        lazy = {number: loan for number, loan in lazy.items() if number not in self.lending.open}
        outer, self.fresh = self.fresh, {}
        self.lending.open |= lazy
        self.calls += op in ("call", "setattr", "setitem", "delitem")
        try:
            result = self.exchange(op, args, kwargs)
            if isinstance(result, Handle):
                self.keep(result, asked)
                if any(isinstance(arg, Handle) and asked_for(arg) for arg in args):
                    ask_for(result)
            return result
        finally:
            self.lending.note(list(self.lending.open.values()))
            for number in [*lazy, *self.fresh.values()]:
                self.lending.open.pop(number, None)
            self.fresh = outer

    def next(self, iterator):
        """(the next item,), or () at the end. There is one end only: what gave all its items has no more."""
        item = () if iterator in self.at_end else self.request("next", iterator)
        if not item:
            self.at_end.add(iterator)
        return item

    def keep(self, result, asked):
        """What an object was given it may change later; if the test did not ask for it, only while it works.

        Generators do so when they are asked for the next item. When an answer is compared, it must not change what it
        is compared with.
        """
        fresh, self.fresh = {number: self.lending.open[number] for number in self.fresh.values()}, {}
        if asked is not None and asked_for(asked):
            return
        self.lazy[result] = self.lazy.get(result, {}) | fresh
        for number, loan in fresh.items():
            if not isinstance(loan.own, Generator):
                del self.lending.open[number]

    def exchange(self, op, args, kwargs):
        """Send a request, and serve the student's code until it has an answer."""
        asking = [self.connection.asked, sorted(self.helpers)]
        if self.fatal_before and asking == self.fatal_before[:2]:
            raise self.told("RuntimeError", ": ".join(filter(None, [ENDED, self.fatal_before[2]])))
        if self.late[self.connection.asked, self.helpers] > PATIENCE:
            raise self.told("TimeoutError", TOO_LONG)
        writer, self.track = wire.Writer(self), True
        try:
            tree = {
                "op": op,
                "seconds": self.seconds(),
                "most": self.connection.most(),
                "names": {name: list(map(writer.write, value)) for name, value in self.names.items()},
                "args": [writer.write(arg) for arg in args],
                "kw": {name: writer.write(arg) for name, arg in kwargs.items()},
            }
        finally:
            self.track = False
        self.names = {}
        start = time.monotonic()
        self.connection.send(writer.message(tree))
        while True:
            try:
                reply = self.connection.receive(self)
            except Gone:
                self.fatal = asking if op == "call" else None
                raise
            self.apply(reply)
            if "callback" not in reply.tree and "next" not in reply.tree:
                if "error" in reply.tree:
                    self.connection.give_back(time.monotonic() - start)
                return self.outcome(reply)
            self.callbacks.answer(reply)

    def seconds(self):
        """How long the student's code may take: not long if it took too long before, with the same helpers."""
        left = self.connection.seconds()
        return min(left, SECONDS_AGAIN) if (self.connection.asked, self.helpers) in self.late else left

    def late_functions(self):
        """What took too long so far, for the tests that follow, which get the same functions."""
        named = ((asked, helpers, times) for (asked, helpers), times in self.late.items() if asked != YOUR_CODE)
        return [(asked, sorted(helpers), times) for asked, helpers, times in named]

    def outcome(self, reply):
        """What the student's code answered, or an exception: that of a check in a function that was lent goes first."""
        self.callbacks.raise_failure()
        if "error" in reply.tree:
            raise self.exception(reply.tree["error"])
        return reply.read(reply.tree["ok"])

    def apply(self, reply):
        """Note what the student's code has made of its copies."""
        try:
            for number, tree in reply.tree.get("changed", []):
                if number not in self.lending.open:
                    asked = self.connection.asked
                    raise Ended(f"{asked} changed something that was given to it earlier, for other work.")
                self.lending.change(number, reply.read(tree), tree)
                self.drew |= "rng" in tree
        except (TypeError, ValueError, KeyError, Malformed):
            asked = self.connection.asked
            raise Ended(f"{asked} changed the shape or the type of something that it was given.") from None

    def exception(self, tree):
        """The exception of the student's code; an ordinary one as itself, with the student's lines in `student`."""
        if type(tree) is not dict or not all(type(tree.get(key)) is str for key in ("kind", "name", "text")):
            raise self.connection.disorderly()
        if tree["text"] == TOO_LONG:
            return self.too_late(tree)
        name = tree["name"] if tree["name"].isidentifier() else "error"
        text = tree["text"][:2000]
        error = wire.ORDINARY[tree["kind"]](text) if tree["kind"] in wire.ORDINARY else Exception(f"{name}: {text}")
        error.student = {"name": name[:60], "text": text, "lines": tree.get("lines")}
        return error

    def too_late(self, tree):
        """The exception of a call that took too long; the test can go on without it."""
        self.late[self.connection.asked, self.helpers] += 1
        return self.told("TimeoutError", TOO_LONG, tree.get("lines"))

    def told(self, name, text, lines=()):
        """An exception that stands for what the student's code did, in words of the grader's."""
        said = f"{self.connection.asked} {text.removeprefix('it ')}."
        error = getattr(builtins, name)(said)
        error.student = {"name": name, "text": text, "said": said, "lines": list(lines or ())}
        return error

    # What crosses -------------------------------------------------------------------------------

    def refer(self, value):
        if isinstance(value, Handle):
            return {"handle": number_of(value)}
        if self.track and id(value) in self.fresh:
            return {"ref": self.fresh[id(value)]}
        return None

    def mutable(self, value, tree):
        if not self.track:
            return tree
        number = self.fresh[id(value)] = self.lending.lend(value, self.fresh)
        return {"new": [number, tree]}

    def hand_over(self, value):
        iterates = hasattr(type(value), "__next__")
        if not (iterates or callable(value)):
            return super().hand_over(value)
        return self.callbacks.lend(value, iterates)

    def resolve(self, tag, payload, reader):
        if tag == "ref" and type(payload) is int and payload in self.lending.open:
            return self.lending.open[payload].value
        if tag != "handle" or type(payload) is not list or len(payload) != 3:
            raise Malformed("not plain data")
        number, kind, calls = payload
        if type(number) is not int or type(kind) is not str:
            raise Malformed("not plain data")
        if number not in self.handles:
            proxy = Callable if calls else Handle
            self.handles[number] = proxy(self, number, kind if kind.isidentifier() else "object")
        return self.handles[number]
