"""What a test says: points, and a message that gives away nothing of the hidden part of the test."""

import re
import traceback
from numbers import Real

from nngrade.channel import Ended, Gone

NUMBER = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+|\d{5,}")
MOST = 600  # characters of a message


def passed(value, points):
    """Full points; or, if the last line of the test is a number, that many: partial credit, as in nbgrader."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return {"points": points, "message": "", "lines": []}
    share = min(max(float(value), 0.0), points) if value == value else 0.0
    message = "" if share == points else f"This answer earns {share:g} of {points:g} points."
    return {"points": share, "message": message, "lines": []}


def failure(message, lines=()):
    return {"points": 0.0, "message": message[:MOST], "lines": list(lines)}


def failed(error, cell, missing, secrets):
    """No points, and why; what hidden tests say in assertions is for students, all else only from lines they have."""
    hidden = any(
        frame.f_code.co_filename == cell.id and line in cell.hidden_lines
        for frame, line in traceback.walk_tb(error.__traceback__)
    )
    if isinstance(error, Ended):
        return failure(str(error)) | {"ended": True, "gone": isinstance(error, Gone)}
    student = getattr(error, "student", None)
    if student:
        text = masked(student["text"], secrets) if hidden else student["text"]
        return failure(f"Your code raised {student['name']}: {text}".rstrip(": "), _lines(student["lines"]))
    if isinstance(error, NameError) and error.name in missing:
        return failure(f"`{error.name}` is not defined. Did its cell raise an error?")
    if isinstance(error, AssertionError):
        return failure(str(error) or "A check of this question failed.")
    text = "" if hidden else f": {error}"
    return failure(f"The test could not use your answer: {type(error).__name__}{text}")


def masked(text, secrets):
    """What the student's code says when it fails may quote what it was given: numbers and words of hidden tests."""
    text = NUMBER.sub("…", text[:200])
    return re.sub(r"\w{4,}", lambda word: "…" if any(secret in word[0] for secret in secrets) else word[0], text)


def _lines(lines):
    if type(lines) is not list:
        return []
    right = [line for line in lines if type(line) is list and [type(part) for part in line] == [str, int]]
    return right[:10] if len(right) <= 20 else right[:5] + right[-5:]
