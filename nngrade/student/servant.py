"""Answers the trusted process for one test: looks up names, calls functions, hands out objects as numbers.

A request is {"op": name, "args": [...], "kw": {...}, "names": {...}}, with what names of the student's are to be given
before that; the answer {"ok": value} or {"error": {...}}, each with the values of the test's that were changed in
place. Between the two, functions that the test passed in are called back.
"""

import contextlib
import operator
import os
import signal
import threading

from numpy.random import Generator

from nngrade.boundary import wire
from nngrade.boundary.arrays import advance, rng_state
from nngrade.boundary.in_place import Lent
from nngrade.boundary.words import LENT_TO_MAIN, TOO_LONG
from nngrade.student.recorder import message, own_lines

AGAIN = 0.5  # seconds until code that has swallowed the end of its time is told once more


class TookTooLong(BaseException):
    """In a call of the student's code whose time is over."""

    def __str__(self):
        return TOO_LONG


class Held:
    """Anything of the student's, handed out without a look at its value."""

    def __init__(self, value):
        self.value = value


class Servant(wire.Nothing):
    """One test's view of the student's namespace."""

    def __init__(self, sock, namespace, cells):
        self.sock, self.read, self.namespace, self.cells = sock, wire.Inbox(sock).read, namespace, cells
        self.objects, self.numbers = [], {}  # what was handed out: by number, and the number by id
        self.open = {}  # by number: what came from the test and may still change
        self.lent = {}  # by id: the same
        self.lazy = {}  # by number of an object: {number: of what it was given}, or of what it came from
        self.fresh, self.todo = [], []  # what the current request brought; what the current message has to look over
        self.thread, self.drawn = threading.get_ident(), ()  # drawn: what the last call back may go on drawing from
        self.timed, self.most = False, wire.MAX_BLOBS  # most: bytes of arrays that an answer may hold now

    def serve(self):
        """Answer requests until the test is over."""
        while True:
            self.answer(self.receive())

    def answer(self, request):
        """Do what a request asks, and say how it went."""
        outer, self.fresh = self.fresh, []
        self.most = request.tree["most"]
        try:
            self.name(request)
            args = [request.read(arg) for arg in request.tree["args"]]
            named = {name: request.read(arg) for name, arg in request.tree["kw"].items()}
            with self.at_most(request.tree["seconds"]):
                result = getattr(self, "do_" + request.tree["op"])(*args, **named)
            self.reply(result, [self.numbers.get(id(arg)) for arg in (*args, *named.values())])
        except BaseException as error:
            self.fail(error)
        finally:
            for lent in self.fresh:
                del self.open[lent.number], self.lent[id(lent.value)]
            self.fresh = outer

    def name(self, request):
        """Give names of the student's the values that came with a request, or remove them."""
        for name, value in request.tree["names"].items():
            if value:
                given = request.read(value[0])
                self.namespace[name] = given.value if isinstance(given, Held) else given
            else:
                self.namespace.pop(name, None)

    @contextlib.contextmanager
    def at_most(self, seconds):
        """End what runs in here when its time is over; the test can then ask for something else."""
        if self.timed:  # inside of another call, whose time it takes
            yield
            return
        self.timed = True
        signal.signal(signal.SIGALRM, self.time_is_over)
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        try:
            yield
        finally:
            self.timed = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def time_is_over(self, *_):
        """SIGALRM."""
        if self.timed:
            raise TookTooLong

    def reply(self, result, asked):
        """Answer a request; `asked` are the numbers of the objects in it."""
        writer, given = wire.Writer(self), {lent.number: lent for lent in self.fresh}
        for number in asked:
            given |= self.lazy.get(number, {})
        self.todo = list(given.values())
        self.post(writer, {"ok": writer.write(result)}, self.todo)
        if id(result) in self.numbers:  # a generator, say, that will use its arguments later; a method, its object's
            self.lazy.setdefault(self.numbers[id(result)], {}).update(given)
            self.fresh = []

    def fail(self, error):
        """Answer a request with an exception; where what was changed can't be told, without that."""
        tree = {"error": self.describe(error)}
        try:
            self.post(wire.Writer(self), dict(tree), self.fresh)
        except (wire.Unsendable, RecursionError):
            self.send(wire.Writer(self).message(tree | {"changed": []}))

    def ask(self, tree, args=(), kwargs=None, rngs=None):
        """Call a function of the test's, and answer what it asks in the meantime. It may draw from `rngs`."""
        if threading.get_ident() != self.thread:
            raise RuntimeError(LENT_TO_MAIN)
        kwargs = kwargs or {}
        rngs = wire.generators(args, kwargs) if rngs is None else rngs
        writer, self.todo = wire.Writer(self), []
        tree["rngs"] = list(map(rng_state, rngs))
        tree["args"] = [writer.write(arg) for arg in args]
        tree["kw"] = {name: writer.write(arg) for name, arg in kwargs.items()}
        self.post(writer, tree, self.todo)
        while "op" in (reply := self.receive()).tree:
            self.answer(reply)
        for rng, state in zip(rngs, reply.tree["rngs"]):
            advance(rng, state)
        self.drawn = rngs
        if "ok" in reply.tree:
            return reply.read(reply.tree["ok"])
        raise wire.ORDINARY.get(reply.tree["error"]["kind"], RuntimeError)(reply.tree["error"]["text"])

    # What crosses -------------------------------------------------------------------------------

    def post(self, writer, tree, todo):
        """Send a message; with it goes what was changed of the values of the test's."""
        todo += [lent for lent in self.open.values() if lent.small and lent not in todo]
        tree["changed"] = changed = []
        for lent in todo:  # may grow meanwhile, by what a changed list holds
            if lent.changed():
                changed.append([lent.number, self.contents(writer, lent.value)])
        self.send(writer.message(tree, self.most))

    def send(self, parts):
        """Send a message. When the test is over, this process ends."""
        try:
            wire.send(self.sock, parts)
        except OSError:  # the test is over
            os._exit(0)

    def receive(self):
        """The next message. When the test is over, this process ends."""
        try:
            return wire.receive(self.read, self)
        except (OSError, EOFError):
            os._exit(0)

    def contents(self, writer, value):
        """The tree of what a value of the test's holds now."""
        if isinstance(value, list):
            return [writer.write(item) for item in value]
        if isinstance(value, dict):
            return {"dict": [[writer.write(k), writer.write(v)] for k, v in value.items()]}
        if isinstance(value, Generator):
            return {"rng": rng_state(value)}
        return {"array": writer.blob(wire.npy_bytes(value))}

    def refer(self, value):
        lent = self.lent.get(id(value))
        if lent is None:
            return None
        if not lent.small and lent not in self.todo:
            self.todo.append(lent)
        return {"ref": lent.number}

    def hand_over(self, value):
        number = self.numbers.setdefault(id(value), len(self.objects))
        if number == len(self.objects):
            self.objects.append(value)
        return {"handle": [number, type(value).__name__, callable(value)]}

    def resolve(self, tag, payload, reader):
        if tag == "handle":
            return self.objects[payload]
        if tag == "ref":
            return self.open[payload].value
        if tag == "callback":
            return self.borrowed(*payload)
        if tag != "new":
            return super().resolve(tag, payload, reader)
        lent = Lent(payload[0], reader.read(payload[1]))
        self.open[lent.number] = self.lent[id(lent.value)] = lent
        self.fresh.append(lent)
        return lent.value

    def borrowed(self, number, iterates):
        """A function, or an iterator, of the test's: it stays there and is asked from here."""
        if iterates:
            return self.borrowed_items(number, self.drawn)

        def function(*args, **kwargs):
            return self.ask({"callback": number}, args, kwargs)

        return function

    def borrowed_items(self, number, rngs):
        """The items of an iterator of the test's, each asked for when it is needed."""
        while item := self.ask({"next": number}, rngs=rngs):
            yield item[0]

    def describe(self, error):
        """An exception as plain values: the nearest ordinary type, what it says, and the student's lines."""
        kinds = (base.__name__ for base in type(error).__mro__ if wire.ORDINARY.get(base.__name__) is base)
        lines = [list(line) for line in own_lines(error, self.cells)]
        return {"kind": next(kinds, ""), "name": type(error).__name__, "text": message(error), "lines": lines}

    # Requests -----------------------------------------------------------------------------------

    def do_get(self, *names):
        """For each name of the student's (value,), or () where there is none."""
        return tuple((self.namespace[name],) if name in self.namespace else () for name in names)

    def do_hold(self, *names):
        """For each name of the student's an object that says nothing of its value, or None."""
        return tuple(Held(self.namespace[name]) if name in self.namespace else None for name in names)

    def do_call(self, function, /, *args, **kwargs):
        return function(*args, **kwargs)

    def do_next(self, iterator):
        """(the next item,), or () at the end."""
        try:
            return (next(iterator),)
        except StopIteration:
            return ()

    def do_rop(self, name, a, b):
        return getattr(operator, name)(b, a)

    do_getattr, do_setattr = staticmethod(getattr), staticmethod(setattr)
    do_len, do_iter, do_bool, do_float, do_int = map(staticmethod, (len, iter, bool, float, int))
    do_isinstance = staticmethod(isinstance)


for _name in wire.OPERATORS:
    setattr(Servant, "do_" + _name, staticmethod(getattr(operator, _name)))


def serve(sock, namespace, cells):
    """Answer requests on a socket until the test is over."""
    Servant(sock, namespace, cells).serve()
