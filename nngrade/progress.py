"""How a long run goes: a bar with rate, time left and problems on a terminal, now and then a line anywhere else."""

import time
from datetime import timedelta

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 20


class GradingProgress:
    """Shows how far the grading is."""

    def __init__(self, console):
        self.console, self.bar = console, None

    def begin(self, total, outcome):
        """Say what is to be done."""
        before = f", {outcome.before} are finished already" if outcome.before else ""
        restored = f" ({outcome.restored} of them written to the gradebook again)" if outcome.restored else ""
        self.console.print(f"{total} submissions to grade{before}{restored}.", highlight=False)
        self.total, self.done, self.start = total, 0, time.monotonic()
        self.said = self.start
        if self.console.is_terminal and total:
            self.bar = Progress(
                TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                TextColumn("left"), TimeRemainingColumn(), TextColumn("{task.fields[problems]}"), console=self.console,
            )  # fmt: skip
            self.task = self.bar.add_task("", total=total, rate="", problems="")
            self.bar.start()

    def step(self, outcome):
        """One more is done."""
        self.done += 1
        rate = f"{self.rate():.1f}/s"
        problems = f"{outcome.troubles} with problems" if outcome.troubles else "no problems"
        if self.bar:
            self.bar.update(self.task, advance=1, rate=rate, problems=problems)
        elif time.monotonic() - self.said > SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            left = timedelta(seconds=round((self.total - self.done) / self.rate()))
            self.console.print(f"{self.done} of {self.total}, {rate}, {left} left, {problems}", highlight=False)

    def rate(self):
        """Submissions per second so far."""
        return self.done / max(time.monotonic() - self.start, 1e-9)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.bar:
            self.bar.stop()
