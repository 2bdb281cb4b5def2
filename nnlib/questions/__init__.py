"""What the questions of the lectures know: NN.toml holds those of lecture NN, one table for each question.

    [gates]                    # asked by checks.ask("05.gates", my_answer)
    kind = "number"            # or "numbers" (a list), "choice" (a letter) or "text"
    right = -1                 # a number; a list of numbers; a letter; a list of texts, each of which will do
    hint = "Two paths lead from x to the result."
    reason = "The product gives −2, and the max gives 1."
    tolerance = 0.01           # relative, for numbers: this unless another is given; of a 0 it is absolute
    how = "a number"           # what to put in place of None: made from the kind unless given
    options = { a = "the sum", b = "the mean" }  # of a choice

    [[gates.wrong]]            # an answer that many give, and what to say to it
    answer = -2
    reply = "That is the product's part. x also goes into the max."

The rules by which an answer is judged are so simple that a page without Python can follow them, too:
numbers are right within the tolerance, letters and texts without regard to case and spaces.
"""

import math
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np

WAYS = {
    "number": "a number",
    "numbers": "a list of numbers, such as [1, 2]",
    "choice": "a letter in quotes",
    "text": "a word in quotes",
}


@dataclass(frozen=True)
class Question:
    """One question: the fields are those of its table. Refuses an unknown kind."""

    kind: str
    right: object
    hint: str
    reason: str
    tolerance: float = 0.01
    how: str = ""
    options: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)

    def __post_init__(self):
        if self.kind not in WAYS:
            raise ValueError(f"kind: expected one of {', '.join(WAYS)}, got {self.kind!r}")

    @property
    def way(self):
        """What to put in place of None."""
        return self.how or (f"one of the letters {', '.join(self.options)}" if self.options else WAYS[self.kind])

    @property
    def answer(self):
        """The right answer as it is shown."""
        if self.kind == "choice":
            return f"{self.right}, {self.options[self.right]}" if self.options else self.right
        if self.kind == "text":
            return self.right[0]
        numbers = ", ".join(f"{x:.6g}".replace("-", "−") for x in np.ravel(self.right))
        return f"[{numbers}]" if self.kind == "numbers" else numbers

    def judge(self, answer):
        """(is it right?, what to say to it); None in place of the words where nothing is known about it."""
        given = _numbers(answer) if self.kind.startswith("number") else _word(answer)
        if given is None or (self.kind == "number" and np.shape(given)):
            return False, f"The answer should be {self.way}, but it is {_kind(answer)}."
        if self._is(given, self.right):
            return True, self.reason
        if self.kind == "numbers" and np.shape(given) != np.shape(self.right):
            return False, f"The answer should be {len(self.right)} numbers in a list."
        if self.options and given not in self.options:
            return False, f"The answer should be {self.way}."
        return False, next((wrong["reply"] for wrong in self.wrong if self._is(given, wrong["answer"])), None)

    def _is(self, given, wanted):
        if not self.kind.startswith("number"):
            return given in [_word(text) for text in ([wanted] if isinstance(wanted, str) else wanted)]
        wanted = np.asarray(wanted, float)
        room = self.tolerance * np.where(wanted == 0, 1, abs(wanted))
        return given.shape == wanted.shape and bool(np.all(abs(given - wanted) <= room))


def question(name):
    """The Question of this `name`, such as "05.gates". Refuses an unknown one, and says which there are."""
    lecture, _, key = str(name).partition(".")
    tables = _tables(lecture)
    if key not in tables:
        known = ", ".join(f"{lecture}.{key}" for key in tables) or f"none of lecture {lecture!r}"
        raise ValueError(f"question: expected one in nnlib/questions, got {name!r}; there are: {known}")
    return Question(**tables[key])


@cache
def _tables(lecture):
    path = resources.files("nnlib.questions") / f"{lecture}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _numbers(answer):
    """The answer as an array of floats; None if it is not made of numbers."""
    try:
        array = np.asarray(answer, object)
        parts = [_float(part) for part in array.ravel()]
    except Exception:  # whatever a reader types
        return None
    return None if None in parts else np.reshape(parts, array.shape)


def _float(part):
    """The number as a float, NaN if it is too large for one; None if it is no number."""
    if not isinstance(part, int | float | np.integer | np.floating) or isinstance(part, bool):
        return None
    try:
        return float(part)
    except OverflowError:
        return math.nan


def _word(answer):
    """The answer in small letters with single spaces; None if it is not a text."""
    return " ".join(answer.casefold().split()) if isinstance(answer, str) else None


def _kind(answer):
    kinds = {str: "a text", bool: "True or False", list: "a list", tuple: "several values", dict: "a dict"}
    return kinds.get(type(answer), f"of type {type(answer).__name__}")
