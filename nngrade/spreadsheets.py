"""Texts that a spreadsheet would compute: in what we write for it they get a ' in front, as OWASP advises."""

import re

FORMULA = re.compile(r"'*([\t\r\n\0]|\s*[=+\-@＝＋－＠])")  # '=x becomes ''=x: dropping one ' gives back every text


def guarded(text):
    """A text, with a ' in front if a spreadsheet would take it for a formula."""
    return "'" + text if FORMULA.match(text) else text
