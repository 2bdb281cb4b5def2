"""What a test says: points, and a message that gives away nothing of the hidden part of the test."""

import builtins
import math
import re
import traceback
from numbers import Number, Real

from numpy import ndarray

from nngrade.boundary.words import NO_MEMORY, OWN, TOO_DEEP, TOO_LARGE, WITHHELD
from nngrade.notebook.outputs import readable
from nngrade.trusted.errors import Ended, Gone
from nnlib.checks.tasks import Points

DECIMAL = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+")
SHAPES = 8  # how many small numbers of a message are shown
MOST = 600  # characters of a message
CHOSEN = "__main__", "nnlib."  # the modules whose assertions say what instructors chose; NumPy's quote what is expected
# The words of what Python and NumPy say about mistakes, and the grader's proxies.
_SAID = """
a access all along ambiguous an and any argument arguments array arrays asked assigned assignment associated at
attribute axes axis base be been before bool boolean bounds broadcast but by calculating call callable can cannot cast
casting character complex concatenate concatenation convert converted core corresponding could data defined deleted
depth dict did different dimension dimensional dimensions divide division does domain dtype element elements empty
encountered enough equal error exactly exceeded except exp expected exponent false finite first float float32 float64
for from function gave generator give given got greater gufunc has hashable have i in incompatible index indexed indices
inf infinity inhomogeneous input int int32 int64 integer integers into invalid is it item iterable iterate its keepdims
key keyword last least length less list local log many mapping match math matmul matrix maximum mean method mismatch
missing module more most multiply must name nan ndarray ndim negative new next no nonetype not number numpy object of
old on one only operand operands operation or out output overflow part plain positional power range rank read recursion
reduction referenced repeated required requires reshape result return returned rule s safe same same_kind scalar second
sequence set setting shape shapes should signature singular size square str string submission subscript subscriptable
subtract sum support supported take takes than that the then there third three to together too true truth tuple two type
types ufunc underflow unexpected unhashable unpack unsupported use used value values variable was were where which while
whole whose with without wrong zero
"""
SAID = frozenset(_SAID.split())


def passed(value, points, calculated):
    """What a test says that ran to its end, as {"points", "message", "lines"}.

    Full points; or, if `value`, that of its last line, is a number, that many: partial credit, as in nbgrader.
    `calculated` says that the last line is not just a call. Then an array or a complex number was meant to be points.
    """
    if calculated and isinstance(value, (ndarray, Number)) and not isinstance(value, Real):
        return failure("The points for this answer do not come out as a number. Does it have the right shape and type?")
    if isinstance(value, bool) or not isinstance(value, Real):
        return {"points": points, "message": "", "lines": []}
    # Where a check knows the share, it holds for any points: `nngrade question` may have changed them since.
    worth = round(points * value.share, 2) if type(value) is Points else float(value)
    worth = min(max(worth, 0.0), points) if math.isfinite(worth) else 0.0
    earned = "" if worth == points else f"This answer earns {worth:g} of {points:g} points."
    message = readable(" ".join(filter(None, [earned, getattr(value, "said", "")])))[:MOST]
    return {"points": worth, "message": message, "lines": [], **_found(value)}


def failure(message, lines=()):
    """No points; `lines` are (cell, number) of the student's lines that led to it."""
    return {"points": 0.0, "message": readable(message)[:MOST], "lines": list(lines)}


def failed(error, cell, missing):
    """What a test says that ended in `error`: no points, and why. `missing`: names that the student has not defined.

    What hidden tests say in assertions is for students; all else is told only from lines that they have.
    """
    places = [(frame.f_code.co_filename, line, frame) for frame, line in traceback.walk_tb(error.__traceback__)]
    hidden = any(file == cell.id and line in cell.hidden_lines for file, line, _ in places)
    if isinstance(error, Ended):
        return failure(str(error)) | {"ended": True, "gone": isinstance(error, Gone)}
    student = getattr(error.__cause__, "student", None)
    if student and hasattr(error, "finding"):  # a check of nnlib says what the student's code raised
        said = student.get("said") or f"{error} {_raised(student)}"
        return failure(said, _lines(student["lines"])) | _found(error)
    student = getattr(error, "student", None)
    if student and "said" in student:
        return failure(student["said"], _lines(student["lines"])) | {"ended": True}
    if student:
        return failure(_raised(student), _lines(student["lines"]))
    if isinstance(error, NameError) and error.name in missing:
        return failure(f"`{error.name}` is not defined. Did its cell raise an error?")
    if isinstance(error, AssertionError):
        chosen = not hidden or places[-1][-1].f_globals.get("__name__", "").startswith(CHOSEN)
        return failure((str(error) if chosen else "") or "A check of this question failed.") | _found(error)
    text = "" if hidden else f": {masked(str(error))}"
    return failure(f"The test could not use your answer: {type(error).__name__}{text}")


def _raised(student):
    """What the student's code raised, in words that quote nothing of the test."""
    if student["text"] in (TOO_LARGE, TOO_DEEP):
        return f"Your answer can't be graded: {student['text']}."
    if student["text"] == WITHHELD:
        return WITHHELD
    if student["name"] == "MemoryError":
        return NO_MEMORY
    name = student["name"] if hasattr(builtins, student["name"]) else "an exception"
    return f"Your code raised {name}: {masked(student['text'])}".rstrip(": ")


def _found(source):
    """What a check of `nnlib` found, for the record: kind, mistakes with their sentences, a print of the results."""
    found = getattr(source, "finding", None)
    if found is None:
        return {}
    ids, effects = [made.id for made in found.mistakes], [made.effect for made in found.mistakes]
    return {"finding": {"kind": found.kind, "mistakes": ids, "effects": effects, "print": found.print}}


def masked(text):
    """What the student's code says when it fails could quote, or spell, what a hidden part has given it.

    So nothing is left of it but the words of Python's and NumPy's own messages, and a few small numbers: shapes.
    What it says in the visible part, the student can see by running that.
    """
    if text in OWN:
        return text
    numbers = iter(range(SHAPES))

    def shown(word):
        known = word[0].lower() in SAID or (re.fullmatch(r"[0-9]{1,3}", word[0]) and next(numbers, None) is not None)
        return word[0] if known else "…"

    return re.sub(r"\w+", shown, DECIMAL.sub("…", text[:200]))


def _lines(lines):
    """The student's lines, as that process names them: it could choose a line so that its number tells something."""
    if type(lines) is not list:
        return []
    right = [line for line in lines if type(line) is list and [type(part) for part in line] == [str, int]]
    right = [line for line in right if 0 < line[1] < 1000]  # such numbers may stand in a message, too: see masked
    return right if len(right) <= 10 else right[:5] + right[-5:]
