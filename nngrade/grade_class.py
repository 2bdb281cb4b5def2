"""Grades a class: everything that is not graded yet, in parallel, and can be stopped at any moment.

Workers (threads that wait for sandboxed processes, or a Dask cluster) turn units of work into records; this
process alone writes records and gradebook. What is recorded is never done again. What is recorded and not yet in
the gradebook is written there first: so a run that was killed, or a gradebook that was lost, leaves no trace.
"""

import contextlib
import errno
import fcntl
import os
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from nngrade import gradebook, work
from nngrade.course import CourseError
from nngrade.handed_in import places
from nngrade.records import Records
from nngrade.session import data_folder

TRIES = 2  # of a unit that failed for a reason of this machine's
SECONDS_BETWEEN_LOOKS = 5  # at how many workers there are: a cluster grows and shrinks


@dataclass
class Outcome:
    """How a run went."""

    graded: list = field(default_factory=list)  # records
    before: int = 0  # finished before
    restored: int = 0  # of these, written to the gradebook again
    problems: list = field(default_factory=list)  # (student, what a person has to look at)
    failed: list = field(default_factory=list)  # (student, why nothing could be recorded): the next run tries again

    @property
    def troubles(self):
        return len(self.problems) + len(self.failed)


def grade(course, assignment, pool, progress, students=(), again=False, unsafe=False):
    """Grade what is not graded yet (`again`: everything) in a pool of workers; returns the Outcome."""
    class_places = places(course, assignment, students, unsafe)
    records, outcome = Records(course.root, course.groupshared), Outcome()
    with course.gradebook() as book, _room(), _alone(course.root / "records" / assignment):
        _wait_for_others(book)
        held = gradebook.Held(book, assignment)
        todo = []
        for place in class_places:
            record = None if again else records.finished(place.unit())
            if record is None:
                todo.append(place)
                continue
            outcome.before += 1
            if not held.has(record):
                gradebook.save(book, record, course.config)
                outcome.restored += 1
        progress.begin(len(todo), outcome)
        for record, notebook in _results(todo, pool, outcome, progress):
            records.write(record, notebook)
            gradebook.save(book, record, course.config)
            _note(record, outcome)
            progress.step(outcome)
    return outcome


def _results(todo, pool, outcome, progress):
    """What the pool makes of these places, as it comes. Only as many are under way as keep all workers busy."""
    waiting, queue = {}, [(place, TRIES) for place in reversed(todo)]
    while queue or waiting:
        while len(waiting) < 2 * pool.width and queue:
            place, tries = queue.pop()
            waiting[pool.submit(work.grade, place.unit())] = place, tries - 1
        done, _ = wait(waiting, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)
        for future in done:
            place, tries = waiting.pop(future)
            problem = future.exception()
            if problem is None:
                yield future.result()
            elif tries:
                queue.insert(0, (place, tries))
            else:
                outcome.failed.append((place.student, f"{problem}" or type(problem).__name__))
                progress.step(outcome)


def _note(record, outcome):
    outcome.graded.append((record["student"], record["notebook"]))
    unclear = [name for name, test in record["tests"].items() if test["points"] is None]
    if record["refused"] or unclear:
        outcome.problems.append((record["student"], record["refused"] or f"not graded: {', '.join(unclear)}"))


class Threads(ThreadPoolExecutor):
    """Threads of this process: each waits for the processes that do the work."""

    def __init__(self, width, unsafe):
        work.open_once(unsafe, data_folder())  # where no sandbox can be had it says so now
        super().__init__(width)
        self.width = width

    def close(self):
        """Wait for nothing."""
        self.shutdown(wait=False, cancel_futures=True)


@contextlib.contextmanager
def _alone(folder):
    """One writer at a time for an assignment; the lock goes with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(f"Another `nngrade grade {folder.name}` is at work in this course.") from None
        for part in folder.rglob(".*.json.*"):  # what a killed run was writing
            part.unlink()
        yield


@contextlib.contextmanager
def _room():
    """A full disk in words. All that is recorded is whole, and stays."""
    try:
        yield
    except (OSError, OperationalError) as error:
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(error)
        if full:
            raise CourseError(
                "The disk is full. What was graded is kept: make room, and run the same command again."
            ) from None
        raise


def _wait_for_others(book):
    """Somebody may be grading by hand at the same time: SQLite waits up to a minute for its turn."""
    if book.engine.dialect.name == "sqlite":
        book.db.execute(text("PRAGMA busy_timeout = 60000"))


def cores():
    """How many submissions to grade at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
