"""The model answer of a question, and its rubric: the lines of the solution that begin with points.

- 2 points: names the wrong sign.
- 0.5 points: and how to make sure.
"""

import re
from dataclasses import dataclass

from nngrade.feedback.text import code, markdown, text_cell

ITEM = re.compile(r"[-*] (?P<points>\d+(?:\.\d+)?) points?: (?P<text>.+)")
TITLE = re.compile(r"\**Rubric:?\**:?|#+ Rubric", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """Something that an answer should say, and what that is worth."""

    points: float
    text: str

    @property
    def html(self):
        """The text as it is shown."""
        return markdown(self.text).strip().removeprefix("<p>").removesuffix("</p>")


@dataclass(frozen=True)
class Model:
    """What the instructor wrote in place of the student's answer."""

    html: str
    items: tuple[Item, ...] = ()


def model(cell):
    """The Model in a cell of the solution."""
    if cell["cell_type"] == "code":
        return Model(code(cell["source"]))
    lines = cell["source"].splitlines()
    items = tuple(Item(float(found["points"]), found["text"]) for found in map(ITEM.fullmatch, lines) if found)
    text = [line for line in lines if not ITEM.fullmatch(line) and not (items and TITLE.fullmatch(line))]
    return Model(text_cell("\n".join(text), cell.get("attachments", {})), items)
