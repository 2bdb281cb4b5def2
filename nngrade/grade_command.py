"""`nngrade grade`: a run of grade_class.py on the terminal."""

import contextlib
import os
import time

from rich.console import Console

from nngrade import scale
from nngrade.course import Course
from nngrade.grade_class import Threads, cores, grade
from nngrade.progress import GradingProgress

MOST_LINES = 20


def run(root, assignment, students, again, workers, scheduler, unsafe):
    """Grade, and say how it went; the exit code: 0 if everything is graded or waits for a person."""
    console, start = Console(soft_wrap=True), time.monotonic()
    course = Course(root)
    try:
        with _pool(workers or cores(), scheduler, unsafe) as pool, GradingProgress(console) as progress:
            outcome = grade(course, assignment, pool, progress, students, again, unsafe)
    except KeyboardInterrupt:
        console.print("\nStopped. What was graded is kept; run the same command again to go on.")
        os._exit(130)  # workers wait for students' code, and what they wait for ends with this process
    _summary(console, assignment, outcome, time.monotonic() - start)
    return 1 if outcome.failed else 0


@contextlib.contextmanager
def _pool(workers, scheduler, unsafe):
    if scheduler:
        with scale.cluster(scheduler, unsafe) as pool:
            yield pool
        return
    with contextlib.closing(Threads(workers, unsafe)) as pool:
        yield pool


def _summary(console, assignment, outcome, seconds):
    graded = len(outcome.graded)
    rate = f" in {seconds:.0f} s, {graded / seconds:.1f} per second" if graded else ""
    console.print(f"{graded} graded{rate}; {graded + outcome.before} in all.", highlight=False)
    for title, entries in (
        ("A person has to look at", outcome.problems),
        ("Not graded, and tried again by the next run", outcome.failed),
    ):
        if entries:
            console.print(f"{title}:")
        for student, why in entries[:MOST_LINES]:
            console.print(f"  {student}: {why}", markup=False, highlight=False)
        if len(entries) > MOST_LINES:
            console.print(f"  … and {len(entries) - MOST_LINES} more: nngrade explain STUDENT {assignment}")
