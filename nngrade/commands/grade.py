"""`nngrade grade`: a run of grade_class.py on the terminal."""

import contextlib
import signal
import time

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nngrade.batch import changes, scale
from nngrade.batch import students as gradebook_students
from nngrade.batch.grade_class import Threads, cores, grade
from nngrade.batch.progress import GradingProgress, counted
from nngrade.collect import roster
from nngrade.commands.late import strangers
from nngrade.course import Course
from nngrade.exports.words import shown
from nngrade.feedback.write import mark_stale

MOST_LINES = 20


def run(root, assignment, students, again, workers, scheduler, unsafe):
    """Grade, and say how it went; the exit code: 0 if everything is graded or waits for a person."""
    console, start, pressed = Console(soft_wrap=True), time.monotonic(), []
    try:
        with _ctrl_c_once(pressed):
            course = Course(root)
            _enter_roster(course)
            with _pool(workers or cores(), scheduler, unsafe) as pool, GradingProgress(console) as progress:
                outcome = grade(course, assignment, pool, progress, students, again, unsafe)
            stale = mark_stale(course, assignment)
    except (KeyboardInterrupt, Exception) as error:  # what is broken off in a database may fail in its own way
        if not (pressed or isinstance(error, KeyboardInterrupt)):
            raise
        console.print("\nStopped. What was graded is kept; run the same command again to go on.")
        return 130
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done
    _summary(console, assignment, outcome, time.monotonic() - start)
    for line in strangers(root):
        _say(console, line)
    if stale:
        _say(console, f"Pages of feedback/ that are out of date, and say so: {stale}. nngrade feedback {assignment}")
    return 1 if outcome.failed else 0


@contextlib.contextmanager
def _ctrl_c_once(pressed):
    """After the first Ctrl-C, noted in `pressed`, further ones count for nothing: the end takes a moment."""

    def stop(*_):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        pressed.append(True)
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # and not ignored, as in the background of a shell
        signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        if not pressed:
            signal.signal(signal.SIGINT, before)


def _enter_roster(course):
    """So that formgrader has names, and who has not handed in stands in the exports."""
    if people := roster.load(course.root).students:
        with course.gradebook() as book:
            gradebook_students.enter(book, people)


def _pool(workers, scheduler, unsafe):
    return scale.cluster(scheduler, unsafe) if scheduler else contextlib.closing(Threads(workers))


def _summary(console, assignment, outcome, seconds):
    graded = len(outcome.graded)
    rate = f" in {seconds:.0f} s, {graded / seconds:.1f} per second" if graded else ""
    _say(console, f"{graded} graded{rate}; {graded + outcome.before} in all.")
    _list(console, assignment, "Could not be graded, and has no points until a person gives some", outcome.problems)
    if outcome.empty:
        who = f"{', '.join(sorted(outcome.empty)[:MOST_LINES])}{' …' * (len(outcome.empty) > MOST_LINES)}"
        _say(console, f"As it was handed out, with no answer in it, and so 0 points: {who}. Was another file meant?")
    _list(console, assignment, "Failed here, and tried again by the next run", outcome.failed)
    if outcome.slow:
        slowest = sorted(outcome.slow, key=lambda one: -one[1])[:MOST_LINES]
        names = ", ".join(f"{student} ({seconds:.0f} s)" for student, seconds in slowest)
        _say(console, f"Slow, and last when they are graded again: {names}. nngrade explain says in which test.")
    if outcome.waiting:
        who = f"{counted(outcome.waiting, 'submission')} with something for a person to grade"
        _say(console, f"Next: {who}: nngrade lab, then Formgrader on its first page.")
    if outcome.changed:
        console.print(_changes(outcome.changed))
        _say(console, f"These are noted in records/{assignment}/{changes.FILE}.")
    _say(console, f"Why a score is what it is: nngrade explain STUDENT {assignment}")
    _say(console, f"Hand back: nngrade feedback {assignment}, and the grades: nngrade export {assignment}")


def _changes(changed):
    """Whose score is another one than before."""
    table = Table(title=f"{counted(len(changed), 'score')} changed", title_justify="left")
    for column, justify in (("student", "left"), ("before", "right"), ("now", "right"), ("", "right"), ("why", "left")):
        table.add_column(column, justify=justify, overflow="fold")
    for each in sorted(changed, key=lambda one: one.student)[:MOST_LINES]:
        by = f"{each.now - each.before:+g}"
        table.add_row(Text(shown(each.student)), f"{each.before:g}", f"{each.now:g}", by, Text(shown(each.why)))
    return table


def _list(console, assignment, title, entries):
    if entries:
        _say(console, f"{title}:")
    for student, why in sorted(entries)[:MOST_LINES]:
        _say(console, f"  {student}: {why}")
    if len(entries) > MOST_LINES:
        _say(console, f"  … and {len(entries) - MOST_LINES} more; `nngrade grade {assignment}` says so again.")


def _say(console, line):
    console.print(shown(line), markup=False, highlight=False)
