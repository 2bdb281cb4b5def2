"""The line from a test to the fork of the student's process that answers it. Whatever comes over it is doubted."""

import socket
import time

from numpy.random import Generator

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed, advance, rng_state
from nngrade.boundary.in_place import overwrite
from nngrade.trusted.errors import Ended, Gone
from nngrade.trusted.proxies import Callable, Handle, ask_for, asked_for, number_of

MAX_RECEIVED, MAX_CALLBACKS = 2**30, 40  # bytes in one test; calls of the test's functions inside each other


def _taken_back(*args, **kwargs):
    raise RuntimeError("this function was lent for a while, which is over")


class Channel(wire.Nothing):
    """The line to the fork of the student's process that answers one test."""

    def __init__(self, sock, seconds, tell=None):
        self.sock, self.deadline, self.tell = sock, time.monotonic() + seconds, tell or (lambda error: None)
        self.received, self.depth, self.count, self.calls = 0, 0, 0, 0
        self.sent = {}  # by number: values of the test's that the student's code may change now
        self.lazy = {}  # by object: those that it may change while it goes on with its work
        self.fresh, self.track = {}, False  # by id: those of the request that is being written
        self.callbacks, self.draws = [], {}  # functions and iterators that were lent; what the latter draw from
        self.handles, self.at_end, self.asked = {}, set(), "your code"
        self.special = frozenset()  # what objects of the classes in the instructor's answers can do: `__add__`, ...
        self.failure = None  # of a check in a function that was lent
        self.overwrote = False  # whether the student's code has changed a value of the test's in place
        self.inbox, self.unbind = wire.Inbox(sock), []  # unbind: names to remove over there before the next request

    def request(self, op, /, *args, **kwargs):
        """Ask for something; returns the answer, or raises the exception that the student's code raised."""
        asked = next((arg for arg in args if isinstance(arg, Handle)), None)
        lazy = self.lazy.get(asked, {}) if op in ("next", "call") else {}
        lazy = {number: value for number, value in lazy.items() if number not in self.sent}
        outer, self.fresh = self.fresh, {}
        self.sent |= lazy
        self.calls += op in ("call", "setattr", "setitem", "delitem")
        try:
            result = self.exchange(op, args, kwargs)
            if isinstance(result, Handle):
                self.keep(result, asked)
                if any(isinstance(arg, Handle) and asked_for(arg) for arg in args):
                    ask_for(result)
            return result
        finally:
            for number in [*lazy, *(number for number, _ in self.fresh.values())]:
                self.sent.pop(number, None)
            self.fresh = outer

    def next(self, iterator):
        """(the next item,), or () at the end, which there is only one of: what gave all its items has no more."""
        item = () if iterator in self.at_end else self.request("next", iterator)
        if not item:
            self.at_end.add(iterator)
        return item

    def keep(self, result, asked):
        """What an object was given it may change later; if the test did not ask for it, only while it works.

        Generators do so when they are asked for the next item. When an answer is compared, it must not change what it
        is compared with.
        """
        fresh, self.fresh = dict(self.fresh.values()), {}
        if asked is not None and asked_for(asked):
            return
        self.lazy[result] = self.lazy.get(result, {}) | fresh
        for number, value in fresh.items():
            if not isinstance(value, Generator):
                del self.sent[number]

    def exchange(self, op, args, kwargs):
        writer, self.track = wire.Writer(self), True
        try:
            tree = {
                "op": op,
                "unbind": self.unbind,
                "args": [writer.write(arg) for arg in args],
                "kw": {name: writer.write(arg) for name, arg in kwargs.items()},
            }
        finally:
            self.track = False
        self.unbind = []
        self.send(writer, tree)
        while True:
            reply = self.receive()
            self.apply(reply)
            if "callback" in reply.tree or "next" in reply.tree:
                self.call_back(reply)
            elif self.failure:  # even if the student's code has caught it
                failure, self.failure = self.failure, None
                raise failure
            elif "error" in reply.tree:
                raise self.exception(reply.tree["error"])
            else:
                return reply.read(reply.tree["ok"])

    # Messages -----------------------------------------------------------------------------------

    def send(self, writer, tree):
        parts = writer.message(tree)
        try:
            self.sock.settimeout(self.left())
            wire.send(self.sock, parts)
        except OSError as error:
            raise self.broken(error) from None

    def receive(self):
        try:
            message = wire.receive(self.read, self, MAX_RECEIVED - self.received)
        except (Malformed, RecursionError):
            raise Ended(f"{self.asked} did not answer in an orderly way.") from None
        if type(message.tree) is not dict or type(message.tree.get("changed", [])) is not list:
            raise Ended(f"{self.asked} did not answer in an orderly way.")
        return message

    def read(self, n):
        self.received += n
        try:
            return self.inbox.read(n, self.left)
        except (OSError, EOFError) as error:
            raise self.broken(error) from None

    def left(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def broken(self, error):
        if isinstance(error, (TimeoutError, socket.timeout)):
            return Ended(f"{self.asked} did not finish in time.")
        return Gone(f"{self.asked} ended the whole program.")

    def apply(self, reply):
        """Let the test see what the student's code changed in place."""
        try:
            for number, tree in reply.tree.get("changed", []):
                self.overwrote = True
                if number not in self.sent:
                    raise Ended(f"{self.asked} changed something that was given to it earlier, for other work.")
                overwrite(self.sent[number], reply.read(tree), tree)
        except (TypeError, ValueError, KeyError, Malformed):
            raise Ended(f"{self.asked} changed the shape or the type of something that it was given.") from None

    def call_back(self, reply):
        """Call a function of the test's for the student's code."""
        self.depth += 1
        if self.depth > MAX_CALLBACKS:
            raise Ended(f"{self.asked} and the function that it was given call each other without end.")
        writer, rngs, count = wire.Writer(self), [], len(self.callbacks)
        try:
            tree = {"ok": writer.write(self.called_back(reply, rngs))}
            self.draws |= dict.fromkeys(range(count, len(self.callbacks)), rngs)  # an iterator goes on drawing
            self.send(writer, tree | {"rngs": list(map(rng_state, rngs))})
        except Exception as error:
            if isinstance(error, AssertionError) and not hasattr(error, "student"):
                self.failure = self.failure or error
            kind = next(base.__name__ for base in type(error).__mro__ if base.__name__ in wire.ORDINARY)
            text = str(error) if kind == "AssertionError" else "raised by a function that the test passed in"
            self.send(wire.Writer(), {"error": {"kind": kind, "text": text}, "rngs": list(map(rng_state, rngs))})
        finally:
            self.depth -= 1

    def called_back(self, reply, rngs):
        """The result of the test's function; `rngs` collects the generators that it may draw from."""
        tree = reply.tree
        number = tree.get("callback", tree.get("next"))
        if type(number) is not int or not 0 <= number < len(self.callbacks):
            raise Ended(f"{self.asked} called a function that there is not.")
        if "next" in tree:
            rngs += self.draws.get(number, ())
            self.synchronise(rngs, tree.get("rngs"))
            return tuple([item] if (item := next(self.callbacks[number], self)) is not self else [])
        try:
            args = [reply.read(arg) for arg in tree["args"]]
            kwargs = {name: reply.read(arg) for name, arg in tree["kw"].items()}
        except (Malformed, KeyError, TypeError, AttributeError):
            raise Ended(f"{self.asked} did not call in an orderly way.") from None
        rngs += wire.generators(args, kwargs)
        return self.callbacks[number](*args, **kwargs)

    def synchronise(self, rngs, states):
        """The student's code may have drawn numbers since the last item."""
        try:
            for rng, state in zip(rngs, states):
                advance(rng, state)
        except (TypeError, ValueError, Malformed):
            raise Ended(f"{self.asked} did not call in an orderly way.") from None

    def exception(self, tree):
        """The exception of the student's code; an ordinary one as itself, with the student's lines in `student`."""
        if type(tree) is not dict or not all(type(tree.get(key)) is str for key in ("kind", "name", "text")):
            raise Ended(f"{self.asked} did not answer in an orderly way.")
        name = tree["name"] if tree["name"].isidentifier() else "error"
        text = tree["text"][:2000]
        error = wire.ORDINARY[tree["kind"]](text) if tree["kind"] in wire.ORDINARY else Exception(f"{name}: {text}")
        error.student = {"name": name[:60], "text": text, "lines": tree.get("lines")}
        self.tell(error)
        return error

    def take_back(self, function):
        """A function that was lent is not called for the student's code any more, who may have kept it."""
        self.callbacks = [_taken_back if callback is function else callback for callback in self.callbacks]

    # What crosses -------------------------------------------------------------------------------

    def refer(self, value):
        if isinstance(value, Handle):
            return {"handle": number_of(value)}
        if self.track and id(value) in self.fresh:
            return {"ref": self.fresh[id(value)][0]}
        return None

    def kept(self, value, tree):
        if not self.track:
            return tree
        self.count += 1
        self.fresh[id(value)] = self.count, value
        self.sent[self.count] = value
        return {"new": [self.count, tree]}

    def hand_over(self, value):
        iterates = hasattr(type(value), "__next__")
        if not (iterates or callable(value)):
            return super().hand_over(value)
        self.callbacks.append(value)
        return {"callback": [len(self.callbacks) - 1, getattr(value, "__name__", "function"), iterates]}

    def resolve(self, tag, payload, reader):
        if tag == "ref" and type(payload) is int and payload in self.sent:
            return self.sent[payload]
        if tag != "handle" or type(payload) is not list or len(payload) != 3:
            raise Malformed("not plain data")
        number, kind, calls = payload
        if type(number) is not int or type(kind) is not str:
            raise Malformed("not plain data")
        if number not in self.handles:
            self.handles[number] = (Callable if calls else Handle)(
                self, number, kind if kind.isidentifier() else "object"
            )
        return self.handles[number]
