"""Numbers in the words of a lecture, and whether a cell of the same part gives them.

Compared are decimals, percentages and whole numbers from 100 on, years excepted. A number holds if a cell of
its part prints it (rounded to as many digits), or if it stands in the code there as an input. A part without
code, such as the summary, looks at all cells. `96 to 99 %` holds if a printed number lies in between. Words are
the text cells, and the texts in folded cells: alt texts, captions, what is in a picture. Not looked at are the
references, and what a question supposes.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from tests.course.lectures import code_cells, is_folded, parts, printed

DIGITS = r"\d{1,3}(?:,\d{3})+|\d+"
NUMBER = re.compile(rf"(?<![\w.])((?:(?<!\d)[-−+])?(?:{DIGITS})(?:\.\d+)?)(?:e([-+]?\d+))?(\s?\\?%)?")
RANGE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)(\s?\\?%)")
POWER = re.compile(r"(\d+(?:\.\d+)?)\s*\\(?:cdot|times)\s*10\^\{?(-?\d+)\}?")
NOT_WORDS = re.compile(r"\]\([^)]*\)|</?\w[^>]*>|\\?10\^\{?-?\d+\}?|[_^]\{[^}]*\}|[_^]\w|\b(?:1[6-9]|20)\d\d\b(?!,\d)")
COLOURS = {"color", "colors", "c", "fc", "ec", "facecolor", "edgecolor", "backgroundcolor"}


@dataclass(frozen=True)
class Claim:
    """A number in the words: as it is written, between which values a printed number must lie, is its sign given?"""

    text: str
    low: float
    high: float
    signed: bool = False

    def holds(self, values, inputs):
        values = values if self.signed else map(abs, values)
        centre = abs(self.low + self.high) / 2
        given = any(abs(abs(value) - centre) < 1e-12 + 1e-9 * centre for value in inputs)
        return given or any(self.low <= value <= self.high for value in values)


def claims(words):
    """The claims in some words."""
    found = []
    for low, high, percent in RANGE.findall(words):
        scale = 0.01 if percent else 1
        found.append(Claim(f"{low} to {high}{percent}", scale * float(low), scale * float(high)))
    words = RANGE.sub(" ", words)
    for digits, power in POWER.findall(words):
        found.append(_claim(f"{digits}e{power}", digits, power, ""))
    for match in NUMBER.finditer(NOT_WORDS.sub(" ", POWER.sub(" ", words))):
        digits, power, percent = match.groups(default="")
        if "." in digits or percent or abs(_float(digits)) >= 100:
            found.append(_claim(match.group().strip(), digits, power, percent))
    return found


def _claim(text, digits, power, percent):
    scale = 10.0 ** int(power or 0) * (0.01 if percent else 1)
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * scale * (1 + 1e-9)
    if half == 0.5 and "e" not in text:
        half = 0.0  # a whole number is exact
    value = _float(digits) * scale
    return Claim(text, value - half, value + half, digits[0] in "-−+")


def _float(digits):
    return float(digits.replace(",", "").replace("−", "-"))


def numbers(printed_text):
    """The numbers in what cells have printed."""
    found = []
    for digits, power, percent in NUMBER.findall(printed_text):
        found.append(_float(digits) * 10.0 ** int(power or 0) * (0.01 if percent else 1))
    return found


def literals(source):
    """The numbers that stand in code."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [float(ast.literal_eval(token.string)) for token in tokens if token.type == tokenize.NUMBER]


def texts_in(source):
    """The texts in the code of a folded cell, as far as they stand there and are not calculated; colours excepted."""
    found = []

    def visit(node):
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.keyword) and node.arg in COLOURS:
            children = []
        if isinstance(node, ast.Dict):
            names = [getattr(key, "value", None) for key in node.keys]
            children = [value for name, value in zip(names, node.values) if name not in COLOURS]
        if isinstance(node, ast.FormattedValue):
            children = [node.value]  # and not its format
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        for child in children:
            visit(child)

    visit(ast.parse(source))
    return found


def unproved(notebook):
    """{cell id: the numbers in its words that no cell gives} of an executed notebook."""
    found = {}
    for part in parts(notebook):
        code = [cell for cell in part if cell.cell_type == "code"] or code_cells(notebook)
        values = numbers("\n".join(map(printed, code)))
        inputs = [value for cell in code for value in literals(cell.source)]
        for cell in part:
            missing = [claim.text for claim in claims(words_of(cell)) if not claim.holds(values, inputs)]
            if missing:
                found[cell.id] = missing
    return found


def words_of(cell):
    """The words of a text cell or of a folded one; of no others."""
    if cell.cell_type == "markdown":
        return "" if re.match(r"## Further reading|\*\*Question", cell.source) else cell.source
    return " ; ".join(texts_in(cell.source)) if is_folded(cell) else ""


def all_claims(notebook):
    return [(cell.id, claim) for cell in notebook.cells for claim in claims(words_of(cell))]
