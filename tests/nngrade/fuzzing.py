"""Messages and notebooks that nobody would write, until something breaks: `make fuzz`, or `make fuzz SECONDS=60`.

Three kinds: bytes for the reader of messages; answers to a test's questions, as a hostile student's process gives them;
and notebooks on the real path, in the sandbox, some of which write such answers into every socket that they find.
Each is made from its number alone: `python -m tests.nngrade.fuzzing --number 17` does that one again.
"""

import argparse
import contextlib
import io
import json
import random
import socket
import sys
import time
import traceback

import numpy as np

from nngrade.boundary import wire
from nngrade.boundary.arrays import Malformed, npy_bytes
from nngrade.boundary.reading import READ
from nngrade.feedback.page import page
from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import choose
from nngrade.trusted import sources, verdict
from nngrade.trusted.channel import Channel
from nngrade.trusted.errors import Ended
from tests.nngrade.small_course import FORBIDDEN, FULL, INSTRUCTOR, QUESTIONS, RELEASE, answered, as_bytes

CANARIES = "CANARY", "7f3a9", "0.7308159", "1.4616318"  # of the hidden tests
LIMITS = Limits(cell_seconds=5, test_seconds=5, total_seconds=120)
FUNCTIONS = [name for name, (_, right, *_) in QUESTIONS.items() if right.startswith("def ")]
CELL = sources.Cell("double_test", "test", "assert double(1) == 2", 4)
MOST = 2**15  # bytes of a message: a socket holds a few of these, though nobody reads
QUICK = 400  # messages for each notebook, which takes as long


# --- messages --------------------------------------------------------------------------------

LEAVES = [None, True, -1, 0, 1, 2**31, 2**63, 10**400, 1e308, float("nan"), "", "a", "\0", "\ud800", "x" * 5000, [], {}]
TAGS = [*READ, "ref", "handle", "new", "callback", "ok", "error", "changed", "op"]
REPLIES = [
    {"ok": 1.5},
    {"ok": [{"array": 0}, {"tuple": [1, {"scalar": 0}]}], "changed": [[1, {"array": 0}]]},
    {"ok": {"handle": [0, "f", True]}, "changed": []},
    {"ok": {"record": [["a", "b"], [1, {"dict": [["k", {"frozen": 0}]]}]]}},
    {"ok": {"rng": ["PCG64", "1", "3", 0, 0, None]}, "changed": []},
    {"ok": 1, "changed": [[1, {"rng": ["PCG64", "1", "3", 0, 0, [["5"], [1], 2]]}]]},
    {"callback": 0, "args": [{"ref": 1}, {"array": 0}], "kw": {"axis": 0}, "rngs": []},
    {"next": 0, "rngs": [["PCG64", "1", "3", 0, 0, None]], "changed": []},
    {"error": {"kind": "ValueError", "name": "ValueError", "text": "no", "lines": [["double", 2]]}},
]
ARRAYS = [np.arange(6.0).reshape(2, 3), np.float32(2), np.array(["ä", "b"])]
BLOBS = [*map(npy_bytes, ARRAYS), b"", b"\x93NUMPY"]


def places(tree):
    """(container, key) of everything inside of a tree of JSON."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from places(tree[key])


def edited(tree, rng):
    """A tree with one to four things changed, moved or gone."""
    tree = json.loads(json.dumps(tree))
    for _ in range(rng.randint(1, 4)):
        if not (found := list(places(tree))):
            return rng.choice(LEAVES)
        (holder, key), (other, there) = rng.choice(found), rng.choice(found)
        how = rng.randrange(5)
        if how == 0:
            del holder[key]
        elif how == 1:
            holder[key] = {rng.choice(TAGS): json.loads(json.dumps(other[there]))}
        elif how == 2 and isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(other[there])))
        elif how == 3:
            holder[key] = [holder[key]] * rng.choice([0, 2, 50])
        else:
            holder[key] = rng.choice(LEAVES)
    return tree


def damaged(data, rng):
    """Bytes with a few of them others, gone or twice."""
    for _ in range(rng.randint(1, 3)):
        at, n = rng.randint(0, len(data)), rng.choice([1, 1, 4, 40])
        put = rng.choice([b"", rng.randbytes(n), data[at : at + n] * 2])
        data = data[:at] + put + data[at + n :]
    return data


def message(rng):
    """The bytes of an answer, more or less."""
    tree, blobs = rng.choice(REPLIES), rng.choices(BLOBS, k=rng.randint(0, 2))
    tree = edited(tree, rng) if rng.random() < 0.8 else tree
    blobs = [damaged(blob, rng) if rng.random() < 0.3 else blob for blob in blobs]
    text = json.dumps({"blobs": [len(blob) for blob in blobs], "tree": tree}).encode()
    data = wire.HEAD.pack(len(text), sum(map(len, blobs))) + text + b"".join(blobs)
    return (damaged(data, rng) if rng.random() < 0.3 else data)[:MOST]


def fuzz_reader(rng):
    """What can be read can be written, and is the same when it is read again."""
    data = message(rng)
    with contextlib.suppress(Malformed, EOFError):
        value = wire.received(reading(data))
        assert_same(wire.received(reading(b"".join(wire.packed(value)))), value)


def reading(data):
    """A function that gives these bytes, and then raises EOFError."""
    rest = io.BytesIO(data)

    def read(n):
        if len(part := rest.read(n)) < n:
            raise EOFError
        return part

    return read


def assert_same(one, other):
    assert type(one) is type(other), (one, other)
    assert repr(one) == repr(other)


def fuzz_answers(rng):
    """Whatever a student's process answers, a test gets plain data, a proxy, or an end with words and no points."""
    here, there = socket.socketpair()
    with here, there:
        there.settimeout(5)
        there.sendall(b"".join(message(rng) for _ in range(rng.randint(1, 3))))
        there.shutdown(socket.SHUT_WR)
        channel, lent = Channel(here, 5), np.ones((2, 3))
        try:
            channel.request("call", [lent, {"a": lent}], abs, iter([1, 2]), rng=np.random.default_rng(1))
        except (Exception, Ended) as error:
            said = verdict.failed(error, CELL, {"double"})
            assert said["points"] == 0 and len(said["message"]) <= verdict.MOST
            wire.packed(json.dumps(said))
        assert (lent == 1).all(), "what the test holds was changed"


# --- notebooks -------------------------------------------------------------------------------

HOSTILE = """
raise SystemExit
raise KeyboardInterrupt
import os; os._exit(0)
while True: pass
import os; [os.close(fd) for fd in range(3, 64)]
import sys; sys.setrecursionlimit(60)
import numpy; numpy.seterr(all="raise")
import builtins; builtins.len = None
import json; json.dumps = json.loads = None
import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN)
import threading; threading.Thread(target=print, args=("x" * 99,)).start()
print("x" * 2_000_000)
class Odd(float): __eq__ = __mul__ = __rmul__ = lambda *_: True
def f(): return f()
f()
return [0] * 10**8
return Ellipsis
return iter([])
return type("T", (), {"__getattr__": lambda s, n: s, "__len__": lambda s: -1})()
yield 1
""".strip().splitlines()
TEXT = [
    *"<>{}$\\`|*_#&\n ", "$$", "```\n", "~~~", "<img src=x onerror=a()>", "&lt;", "\\text{", "\\frac", "\\begin{align}",
    "\\end{", "\\left(", "![a](attachment:a.png)", "![a](attachment:gone)", "![a](data:image/png;base64,AAAA)",
    "[a]: b", "\n- ", "\n> ", "\n|a|\n|-|\n", "\x1b[31m", "\u202e", "\ud800", "ä", "https://x", "1. ", "\\\\", "^", "%",
]  # fmt: skip
PICTURES = [{"a.png": {"image/png": "iVBORw0KGgo="}}, {"a.png": ["x"], "b c": {"image/png": [1]}}, {"a.png": {}}]
WRITE = """import os
for fd in range(3, 64):
    try: os.write(fd, {data!r})
    except OSError: pass"""


def inside(function, lines):
    """A function whose body begins with these lines."""
    head, _, body = function.partition("\n")
    return "\n".join([head, *("    " + line for line in lines), body])


def scrambled(source, rng):
    """Source with lines gone, twice, elsewhere, or some of their characters others."""
    lines = source.split("\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[at] = rng.choice(["", lines[other], damaged(lines[at].encode(), rng).decode(errors="replace")])
    return "\n".join(lines)


def notebook(rng):
    """(the bytes of a notebook, {test: the points that it has to earn, or (the least, the most)})."""
    kind = rng.choice(["bytes", "tree", "text", "source", "function", "messages", "message to the grader"])
    name, full = rng.choice(FUNCTIONS), {f"{name}_test": points for name, (points, *_) in QUESTIONS.items()}
    anything = {test: (0, points) for test, points in full.items()}
    right = QUESTIONS[name][1]
    if kind == "bytes":
        return damaged(as_bytes(answered()), rng), anything
    if kind == "tree":
        return as_bytes(edited(answered(), rng)), anything
    if kind == "text":
        text, handed_in = "".join(rng.choices(TEXT, k=rng.randint(1, 60))), answered()
        handed_in.cells[-1].update(source=text, attachments=rng.choice(PICTURES))
        return as_bytes(handed_in), full
    if kind == "source":
        return as_bytes(answered({name: scrambled(right, rng)}, rng.choice([None, *HOSTILE]))), anything
    data = b"".join(message(rng) for _ in range(rng.randint(1, 3)))
    lines = WRITE.format(data=data).split("\n")
    if kind == "message to the grader":
        return as_bytes(answered(first="\n".join(lines))), anything
    if kind == "function":  # a mistake in one function costs no other question
        return as_bytes(answered({name: inside(right, [rng.choice(HOSTILE)])})), full | {f"{name}_test": (0, 4)}
    return as_bytes(answered({name: inside(right, [*lines, "return None"])})), full | {f"{name}_test": 0}


def fuzz_notebook(rng, sandbox):
    """No exception, no points that were not earned, none lost in other questions, nothing hidden to be seen."""
    data, wanted = notebook(rng)
    result = grade_notebook(data, INSTRUCTOR, RELEASE, LIMITS, sandbox)
    assert result.points.keys() == FULL.keys()
    for test, points in result.points.items():
        least, most = wanted[test] if isinstance(wanted[test], tuple) else (wanted[test], wanted[test])
        refused = points is None and result.refused and least == 0
        assert refused or least <= points <= most, f"{test}: {points}, expected {wanted[test]}. {result.tests[test]}"
    back = work.as_handed_back(result)
    work.nbformat.writes(back).encode()  # can be written, and shown
    page("", "", [], "", back.cells).encode()
    shown = json.dumps([step.outputs for step in result.cells]) + json.dumps(result.tests)
    assert not [canary for canary in CANARIES if canary in shown]


# --- the command -----------------------------------------------------------------------------


def tried(what, number, *more):
    """Whether this one led to nothing; else a traceback says what."""
    try:
        what(random.Random(f"{what.__name__} {number}"), *more)
        return True
    except Exception:
        print(f"--- {what.__name__}, number {number}", traceback.format_exc(), sep="\n", flush=True)
        return False


def run(seconds, sandbox, number=0):
    """(how many messages, how many notebooks, how many findings) in so many seconds, from this number on."""
    end, messages, notebooks, findings = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < end or not notebooks:
        for each in range(number * QUICK, (number + 1) * QUICK):
            findings += 2 - tried(fuzz_reader, each) - tried(fuzz_answers, each)
        findings += not tried(fuzz_notebook, number, sandbox)
        number, messages, notebooks = number + 1, messages + 2 * QUICK, notebooks + 1
    return messages, notebooks, findings


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--number", type=int, default=0)
    chosen = parser.parse_args()
    with open_sandbox(choose(), tuple(FORBIDDEN)) as sandbox:
        messages, notebooks, findings = run(chosen.seconds, sandbox, chosen.number)
    print(f"{messages:,} messages and {notebooks} notebooks, {findings} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
