"""What we write for spreadsheets: in UTF-8 with a mark, and texts that it would compute with a ' in front (OWASP)."""

import re

MARK = "\ufeff"  # by which spreadsheets know UTF-8
FORMULA = re.compile(r"'*([\t\r\n\0]|\s*[=+\-@＝＋－＠])")  # '=x becomes ''=x: dropping one ' gives back every text


def guarded(text):
    """A text, with a ' in front if a spreadsheet would take it for a formula."""
    return "'" + text if FORMULA.match(text) else text
