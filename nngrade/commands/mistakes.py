"""`nngrade mistakes`: what this class got wrong."""

from rich.table import Table
from rich.text import Text

from nngrade import toml
from nngrade.batch.sentences import NAME
from nngrade.commands.console import wide_console
from nngrade.exports.mistakes import groups
from nngrade.exports.words import shown

NAMES = 4  # students that a line lists


def mistakes(course, assignment, everybody):
    """Print a table of the mistakes with their counts, and how to say something to groups without a name."""
    console = wide_console()
    found = groups(course, assignment)
    table = Table(title=f"What was got wrong in {assignment}", title_justify="left")
    for name, justify in (("question", "left"), ("mistake", "left"), ("students", "right"), ("who", "left")):
        table.add_column(name, justify=justify, overflow="fold")
    last = ""
    for group in found:
        question = "" if group.test == last else group.test.removesuffix("_test")
        what = f"no name; key {group.key}: {group.what}" if group.nameless else group.what
        table.add_row(question, Text(shown(what)), str(len(group.students)), Text(_who(group.students, everybody)))
        last = group.test
    console.print(table if found else f"No test of {assignment} found a mistake.")
    largest = max((group for group in found if group.nameless), key=lambda one: len(one.students), default=None)
    if largest:
        console.print(
            f"To tell something to all answers of a key, write it into {NAME} in the course folder, for example:\n\n"
            f'[{toml.key(assignment)}.{largest.test}]\n{largest.key} = "Your sentence."\n\n'
            f"It is said in their feedback after the next `nngrade grade {assignment}`.",
            markup=False, highlight=False,
        )  # fmt: skip


def _who(students, everybody):
    students = sorted(students)
    shown_ones = students if everybody else students[:NAMES]
    more = len(students) - len(shown_ones)
    return ", ".join(map(shown, shown_ones)) + (f" and {more} more" if more else "")
