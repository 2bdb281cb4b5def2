"""The functions and iterators that a test passes in: they stay here, and the student's code asks for each call."""

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed, advance, rng_state
from nngrade.boundary.words import LENT_FAILED
from nngrade.trusted import memory
from nngrade.trusted.errors import Ended

MEMORY = 2**29  # bytes that a function of the test's may take when student code chooses what it is asked for
MAX_DEPTH = 40  # calls of the test's functions inside each other


def _taken_back(*args, **kwargs):
    raise RuntimeError("this function was lent for a while, which is over")


class Callbacks:
    """What one test has lent, and the calls that come back over its channel."""

    def __init__(self, channel):
        self.channel, self.connection, self.depth = channel, channel.connection, 0
        self.lent, self.draws = [], {}  # functions and iterators, by number; what the latter may draw from
        self.failure = None  # of a check in a function that was lent

    def lend(self, value, iterates):
        """How to write a function or an iterator of the test's. It stays here, and with it its name, a hint."""
        self.lent.append(value)
        return {"callback": [len(self.lent) - 1, iterates]}

    def take_back(self, function):
        """A function that was lent is not called for the student's code any more, who may have kept it."""
        self.lent = [_taken_back if lent is function else lent for lent in self.lent]

    def raise_failure(self):
        """Raise what a check in a function that was lent has found, even if the student's code has caught it."""
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure

    def resolve(self, tag, payload, reader):
        """What a function of the test's is given: never the test's own value, which it could change in place."""
        value = self.channel.resolve(tag, payload, reader)
        return self.channel.lending.open[payload].copy if tag == "ref" else value

    def answer(self, reply):
        """Call a function of the test's for the student's code, and send what it returns or raises."""
        reply.outside = self
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Ended(f"{self.connection.asked} and the function that it was given call each other without end.")
        writer, rngs, count = wire.Writer(self.channel), [], len(self.lent)
        try:
            tree = {"ok": writer.write(self._result(reply, rngs))}
            self.draws |= dict.fromkeys(range(count, len(self.lent)), rngs)  # an iterator goes on drawing
            self.connection.send(writer.message(tree | {"rngs": list(map(rng_state, rngs))}))
        except Exception as error:
            if isinstance(error, AssertionError) and not hasattr(error, "student"):
                self.failure = self.failure or error
            tree = {"error": _described(error), "rngs": list(map(rng_state, rngs))}
            self.connection.send(wire.Writer().message(tree))
        finally:
            self.depth -= 1

    def _result(self, reply, rngs):
        """What the test's function returns; `rngs` collects the generators that it may draw from."""
        tree = reply.tree
        number = tree.get("callback", tree.get("next"))
        if type(number) is not int or not 0 <= number < len(self.lent):
            raise Ended(f"{self.connection.asked} called a function that does not exist.")
        if "next" in tree:
            rngs += self.draws.get(number, ())
            self._synchronise(rngs, tree.get("rngs"))
            with memory.at_most(MEMORY):
                return tuple([item] if (item := next(self.lent[number], self)) is not self else [])
        try:
            args = [reply.read(arg) for arg in tree["args"]]
            kwargs = {name: reply.read(arg) for name, arg in tree["kw"].items()}
        except (Malformed, KeyError, TypeError, AttributeError):
            raise self.connection.disorderly("call") from None
        rngs += wire.generators(args, kwargs)
        with memory.at_most(MEMORY):
            return self.lent[number](*args, **kwargs)

    def _synchronise(self, rngs, states):
        """The student's code may have drawn numbers since the last item."""
        try:
            for rng, state in zip(rngs, states):
                advance(rng, state)
        except (TypeError, ValueError, Malformed):
            raise self.connection.disorderly("call") from None


def _described(error):
    """What the student's code may know of an exception in a function of the test's."""
    kind = next(base.__name__ for base in type(error).__mro__ if base.__name__ in wire.ORDINARY)
    text = str(error) if kind == "AssertionError" else LENT_FAILED
    return {"kind": kind, "text": text}
