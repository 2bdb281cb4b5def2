"""Grades a class: everything that is not graded yet, in parallel, and can be stopped at any moment.

Workers (threads that wait for sandboxed processes, or a Dask cluster) turn units of work into records; this
process alone writes records and gradebook. What is recorded is never done again. What is recorded and not yet in
the gradebook is written there first: so a run that was killed, or a gradebook that was lost, leaves no trace.
"""

import contextlib
import errno
import os
import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.exc import OperationalError

from nngrade.batch import changes, gradebook, penalties
from nngrade.batch.files import alone
from nngrade.batch.records import Records
from nngrade.batch.submitted import places
from nngrade.course import first_line
from nngrade.errors import CourseError, in_words
from nngrade.grading import sandboxes, work

TRIES = 2  # of a unit that failed for a reason of this machine's
MOST_IN_A_ROW = 10  # of such failures: then it is not the unit. One accident may end all that are under way
SLOW = 60  # seconds for one submission, from which on it is named
SECONDS_BETWEEN_LOOKS = 5  # at how many workers there are: a cluster grows and shrinks


@dataclass
class Outcome:
    """How a run went."""

    graded: list = field(default_factory=list)  # (student, notebook)
    reasons: dict = field(default_factory=dict)  # {(student, notebook): why it had to be graded}
    before: int = 0  # finished before
    unsaved: int = 0  # of these, not in the gradebook, and written there again
    waiting: int = 0  # submissions in which a person has something to grade
    problems: list = field(default_factory=list)  # (student, what a person has to look at), of all that is recorded
    failed: list = field(default_factory=list)  # (student, why nothing could be recorded): the next run tries again
    empty: list = field(default_factory=list)  # students whose notebook is as it was handed out, of all recorded ones
    slow: list = field(default_factory=list)  # (student, seconds) of those that a minute was not enough for
    changed: list = field(default_factory=list)  # a Change for each score that was there and is another now

    @property
    def why(self):
        """{reason: how many had to be graded for it}"""
        return Counter(self.reasons.values())

    @property
    def troubles(self):
        """How many submissions have no complete score, for whatever reason."""
        return len(self.problems) + len(self.failed)

    def note(self, record):
        """Count what could not be graded."""
        if record["refused"] or _unclear(record):
            why = record["refused"] or f"not graded: {', '.join(_unclear(record))}"
            self.problems.append((record["student"], why))

    def note_slow(self, record):
        """Note whose notebook took long."""
        if record["seconds"] >= SLOW:
            self.slow.append((record["student"], record["seconds"]))

    def note_empty(self, record):
        """Note who got 0 points for having written nothing: another file may have been meant."""
        if record.get("untouched"):
            self.empty.append(record["student"])


def grade(course, assignment, pool, progress, students=(), again=False, unsafe=False):
    """Grade what is not graded yet (`again`: everything) in a pool of workers; returns the Outcome.

    `pool` is a Threads or a scale.Workers, `progress` is told of the beginning and of each step, and `students` are the
    only ones to grade, if there are any. CourseError where this course or this machine can't grade at all.
    """
    records, outcome = Records(course.root, course.groupshared), Outcome()
    class_places = _with_names(places(course, assignment, students, unsafe), outcome)
    only = alone(course.root / "records" / assignment, f"grade {assignment}")
    with course.gradebook() as book, _room(), only:
        records.remove_parts(assignment)
        held = gradebook.Held(book, assignment)
        held.check(assignment, {place.notebook: place.terms for place in class_places})
        before, cells = gradebook.totals(book, assignment), {}
        todo, unsaved = _sorted(class_places, records, held, again, outcome)
        earlier = changes.begin(course.root, assignment, before, outcome.reasons)
        progress.begin(len(todo), outcome)
        for place in unsaved:
            _save(book, records.read(*place.where), course.config, outcome)
        for record, notebook in _results(todo, pool, outcome, progress):
            where = record["student"], record["notebook"]
            record = records.compared(record, notebook, held.saved)
            records.write(record, notebook)
            if _save(book, record, course.config, outcome):
                outcome.graded.append(where)
                outcome.note_slow(record)
                outcome.note_empty(record)
                cells[where] = held.changes(record)
            progress.step(outcome)
        given = _settle(book, course, outcome)
        reasons = {(student, notebook): why for (name, student, notebook), why in given.items() if name == assignment}
        reasons = {where: why for where, (_, why) in earlier.items()} | reasons
        reasons |= {where: outcome.reasons[where] for where in outcome.graded}
        before |= {where: gradebook.Total(*total) for where, (total, _) in earlier.items()}
        outcome.changed = changes.compared(before, gradebook.totals(book, assignment), cells, reasons)
        changes.note(course.root, assignment, outcome.changed)
        outcome.waiting = gradebook.waiting(book, assignment)
    return outcome


def _with_names(class_places, outcome):
    """Only those whose student a record and a gradebook can name: a folder's name may be no text at all."""
    named = []
    for place in class_places:
        text = place.student.encode(errors="replace").decode()
        if text == place.student:
            named.append(place)
        else:
            outcome.failed.append((text, "the name of this folder is no text: give it another one"))
    return named


def _sorted(class_places, records, held, again, outcome):
    """What has to be graded, who was quick the last time first, and what is graded and not in the gradebook."""
    todo, unsaved, took = [], [], {}
    for place in class_places:
        unit = place.unit()
        record, why = (None, "again") if again else records.finished(unit)
        if record is None:
            outcome.reasons[place.student, place.notebook] = why
            took[place.where] = (records.read(*place.where) or {}).get("seconds", 0)
            todo.append(place)
            continue
        outcome.before += 1
        outcome.note_empty(record)
        if record["handed_in"] != unit.handed_in:  # another time, which grading does not ask for
            before = record.get("answers", {})
            record |= {"handed_in": unit.handed_in, "last_change": unit.last_change, "before": before}
            records.keep(record)
        if not held.has(record):
            unsaved.append(place)
        elif held.waits(record):
            outcome.note(record)
    outcome.unsaved = len(unsaved)
    return sorted(todo, key=lambda place: took[place.where]), unsaved


def _save(book, record, config, outcome):
    """Write a record to the gradebook; whether that was possible."""
    try:
        gradebook.save(book, record, config)
    except CourseError as problem:
        outcome.failed.append((record["student"], f"graded, but {problem}"))
        return False
    outcome.note(record)
    return True


def _settle(book, course, outcome):
    """Late penalties, for all: files and points may have changed where nothing had to be graded."""
    try:
        return penalties.settle(book, course.root, course.config)
    except CourseError:  # of a plugin that fails, which has been told for each submission that was graded
        if not outcome.failed:
            raise
        return {}


def _results(todo, pool, outcome, progress):
    """What the pool makes of these places, as it comes. Only as many are under way as keep all workers busy."""
    waiting, queue, in_a_row, began = {}, deque((place, TRIES) for place in todo), 0, {}
    while queue or waiting:
        while queue and len(waiting) < 2 * pool.width:
            place, tries = queue.popleft()
            waiting[pool.submit(work.grade, place.unit())] = place, tries
        at_work = {future: waiting[future][0].student for future in islice(waiting, pool.width)}
        began = {future: began.get(future, time.monotonic()) for future in at_work}
        done = wait(waiting, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED).done
        if not done:
            progress.waiting({at_work[future]: time.monotonic() - start for future, start in began.items()})
        for future in done:
            place, tries = waiting.pop(future)
            problem = future.exception()
            if problem is None and (tries == 1 or not _unclear(future.result()[0])):
                in_a_row = 0
                yield future.result()
                continue
            in_a_row += tries == TRIES and problem is not None
            _give_up(in_a_row, max(MOST_IN_A_ROW, 2 * pool.width), problem)
            if tries > 1:
                queue.append((place, tries - 1))
            else:
                outcome.failed.append((place.student, f"{problem}" or type(problem).__name__))
                progress.step(outcome)


def _unclear(record):
    """The tests that gave no verdict, though the notebook could be read."""
    return [] if record["refused"] else [name for name, test in record["tests"].items() if test["points"] is None]


def _give_up(in_a_row, most, problem):
    if in_a_row >= most:
        raise CourseError(f"{in_a_row} submissions in a row could not be graded, so it is not they: {problem}\n"
                          "What was graded is kept; run the same command again to go on.") from problem  # fmt: skip


class Threads(ThreadPoolExecutor):
    """Threads of this process: each waits for the processes that do the work."""

    def __init__(self, width):
        super().__init__(width)
        self.width, self.under_way = width, set()

    def submit(self, function, unit):
        """Have it done by the next thread that is free."""
        work.get_ready(unit.terms)  # where no sandbox can be had it says so now
        future = super().submit(function, unit)
        self.under_way.add(future)
        future.add_done_callback(self.under_way.discard)
        return future

    def close(self):
        """Wait for nothing: what is still under way is ended."""
        self.shutdown(wait=False, cancel_futures=True)
        if self.under_way:
            sandboxes.stop()


@contextlib.contextmanager
def _room():
    """What the disk or the database does not let us do, in words. All that is recorded is whole, and stays."""
    kept = "What was graded is kept"
    try:
        yield
    except OSError as error:
        raise CourseError(in_words(error, kept)) from None
    except OperationalError as error:
        if "disk is full" in str(error):
            raise CourseError(in_words(OSError(errno.ENOSPC, ""), kept)) from None
        raise CourseError(f"The gradebook can't be written: {first_line(error)}. {kept}: see to that, and run the same"
                          " command again.") from None  # fmt: skip


def cores():
    """How many submissions to grade at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
