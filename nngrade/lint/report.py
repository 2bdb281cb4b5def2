"""`nngrade lint`: tries the tests of assignments and says which are weak, and what to do about it."""

import time

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from nngrade.grading.sandboxes import open_sandbox
from nngrade.lint import lint, small_data
from nngrade.sandbox import choose


def run(root, names, console=None):
    """Whether the tests of all these assignments tell right answers from empty ones."""
    console = console or Console()
    with small_data(), open_sandbox(choose()) as sandbox:
        return all([_one(root, name, sandbox, console) for name in names])


def _one(root, name, sandbox, console):
    start, tried = time.monotonic(), []

    def watch(trials):
        for trial in track(trials, f"{name}: answers handed in", console=console, transient=True):
            tried.append(trial)
            yield trial

    found = lint(root, name, sandbox, watch)
    about = f"{name}: {len(tried)} notebooks tried in {time.monotonic() - start:.0f} s"
    if not found:
        console.print(
            f"{about}. The solution earns everything, no empty answer a point.", highlight=False, soft_wrap=True
        )
        return True
    console.print(_table(about, found))
    if found[-1].trial != "solution":
        hint = f"# lint: {found[-1].trial} is right, because ..."
        console.print(
            f"Where such an answer happens to be right, say so in the test's hidden lines:\n    {hint}\n",
            soft_wrap=True,
        )
    return False


def _table(title, found):
    table = Table(title=title, title_justify="left", show_lines=True)
    for column in ("test", "gives", "to this answer", "what to do"):
        table.add_column(column, overflow="fold")
    for each in sorted(found, key=lambda each: each.test):
        given = "no score" if each.points is None else f"{each.points:g} of {each.full:g}"
        table.add_row(each.test, given, f"{each.about} ({each.trial})", Text(each.advice))  # [words] are no markup
    return table
