"""One line of the doctor's report."""

import shutil
import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`state` is "ok", "note" (grading works all the same) or "missing" (it does not); `todo` says how to mend it."""

    state: str
    text: str
    todo: str = ""


def shown(finding):
    """As wide as the terminal; paths and commands stay whole, to be copied."""
    width = max(60, min(120, shutil.get_terminal_size((120, 24)).columns))
    lines = [(f"{finding.state:<9}", finding.text), *((" " * 9, line) for line in finding.todo.splitlines())]
    return "\n".join(
        textwrap.fill(text, width, initial_indent=first, subsequent_indent=" " * 9,
                      break_long_words=False, break_on_hyphens=False)
        for first, text in lines
    )  # fmt: skip
