"""How a long run goes: a bar with rate, time left and problems on a terminal, now and then a line anywhere else."""

import time
from datetime import timedelta

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from nngrade.notebook.outputs import readable

SECONDS_BETWEEN_LINES = 20
MOST_NAMES = 4  # of those who are waited for


class GradingProgress:
    """Shows how far the grading is."""

    def __init__(self, console):
        self.console, self.bar = console, None

    def begin(self, total, outcome):
        """Say what is to be done, and why."""
        self.total, self.done = total, 0
        self.start = self.said = time.monotonic()
        self.console.print(first_line(total, outcome), markup=False, highlight=False)
        if self.console.is_terminal and self.total:
            columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(None), MofNCompleteColumn()
            self.bar = Progress(*columns, TextColumn("{task.fields[how]}"), console=self.console)
            self.task = self.bar.add_task("starting", total=self.total, how="")
            self.bar.start()

    def step(self, outcome):
        """One more is done."""
        self.done += 1
        rate = self.done / max(time.monotonic() - self.start, 1e-9)
        left = f"{timedelta(seconds=round((self.total - self.done) / rate))} left, " if self.done < self.total else ""
        how = f"{rate:.1f} per s, {left}{counted(outcome.troubles, 'problem')}"
        if self.bar:
            self.bar.update(self.task, advance=1, how=how, description="grading")
        elif time.monotonic() - self.said > SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            self.console.print(f"{self.done} of {self.total}, {how}", highlight=False)

    def waiting(self, who):
        """Nothing comes, since these are being waited for: {student: seconds}, the longest first."""
        names = ", ".join(f"{readable(name)} ({seconds:.0f} s)" for name, seconds in list(who.items())[:MOST_NAMES])
        if self.bar:
            self.bar.update(self.task, description=escape(f"waiting for {names}"))
        elif time.monotonic() - self.said > SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            self.console.print(f"{self.done} of {self.total}, waiting for {names}", markup=False, highlight=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.bar:
            self.bar.stop()


def first_line(total, outcome):
    """What there is to do."""
    why = "; ".join(f"{why}: {n}" for why, n in outcome.why.most_common()) if set(outcome.why) - {"new"} else ""
    line = (counted(total, "submission") if total else "Nothing") + " to grade" + (f" ({why})" if why else "")
    line += f", {outcome.before} are finished already" if outcome.before else ""
    line += f" ({outcome.unsaved} of them written to the gradebook again)" if outcome.unsaved else ""
    return line + "."


def counted(number, thing):
    """A number and its noun, in the plural where that is right."""
    return f"{number:,} {thing}" + "s" * (number != 1)
