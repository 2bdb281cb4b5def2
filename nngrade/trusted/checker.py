"""The trusted process: prepares the instructor's tests (tests.py), then forks itself for each submission to run them.

One such process serves all submissions to an assignment: a fork of it runs the tests of one submission, and is
forgotten. No test finds anything changed by one before it: each gets copies of the instructor's values; and where
these are large, or not plain data, or a student's code has drawn from a random generator, the next test gets a fork of
its own.
"""

import contextlib
import json
import os
import resource
import signal
import socket
import sys
import time

from nngrade import reference
from nngrade.boundary import wire
from nngrade.sandbox.forkable import make_forkable
from nngrade.trusted import memory, verdict
from nngrade.trusted.channel import Channel
from nngrade.trusted.connection import GRACE
from nngrade.trusted.tests import Tests, quiet


def sit(tests, sitting):
    """Run the tests that are asked for on this socket, one after the other, in this process, a fork made for them."""
    most = memory.used() + memory.MOST
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    last = False
    while not last:
        try:
            (test, seconds, extra, fatal, late), line = wire.received_with_file(sitting)
        except EOFError:
            return
        if line is None:  # no more open files: whoever asks sees that this ends
            return
        with socket.socket(fileno=line) as student:
            signal.setitimer(signal.ITIMER_REAL, seconds + extra + GRACE + 2)  # ends this process, wherever it hangs
            channel = Channel(student, seconds, extra, fatal, late)
            result = run_test(tests, test, channel)
            signal.setitimer(signal.ITIMER_REAL, 0)
        if result.get("gone"):
            result["fatal"] = channel.fatal  # in a second try this is not asked again, and costs no other question
        result["late"] = channel.late_functions()
        last = result["last"] = not tests.light or channel.drew
        wire.send(sitting, wire.packed(json.dumps(result)))


def run_test(tests, test, channel):
    """What a test says, and how long it took."""
    start = time.monotonic()
    with quiet():
        try:
            result = tests.run(test, channel)
        except MemoryError:
            result = verdict.failure("Your answer takes more memory than there is for a test.")
    return result | {"seconds": time.monotonic() - start}


def serve(control):
    """Prepare the tests that the first message describes, then have a fork run them for each submission."""
    read = wire.reader(control)
    try:
        cells, references = json.loads(wire.received(read))
        reference.carried.update(references)
        tests = Tests(cells)
        make_forkable()
        answer = ""
    except BaseException as error:
        answer = f"{type(error).__name__}: {error}"
    try:
        wire.send(control, wire.packed(answer))
    except OSError:  # whoever asked has gone in the meantime
        return
    while not answer and serve_one(tests, control):
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def serve_one(tests, control):
    """Fork ahead of the next submission, and return when the fork has taken it; False when nobody is there to ask."""
    taken, tell = os.pipe()
    if not os.fork():
        try:
            os.close(taken)
            order, fds, _, _ = socket.recv_fds(control, 1, 1)
            os.write(tell, b"taken" if order else b"end")
            os.close(tell)
            control.close()
            if order:
                sit(tests, socket.socket(fileno=fds[0]))
        finally:
            os._exit(0)
    os.close(tell)
    with open(taken, "rb") as file:
        return file.read() != b"end"  # b"": somebody killed it; then it needs a successor all the same


if __name__ == "__main__":
    os.environ["MPLBACKEND"] = "agg"
    serve(socket.socket(fileno=int(sys.argv[1])))
