"""`nngrade collect` and `nngrade roster`: what came of it, as a table."""

import contextlib

from rich.table import Table
from rich.text import Text

from nngrade import times
from nngrade.batch import deadlines, students
from nngrade.batch.progress import counted
from nngrade.collect import class_lists, roster
from nngrade.collect.collect import collect
from nngrade.commands.console import wide_console
from nngrade.course import Course
from nngrade.errors import CourseError
from nngrade.exports.words import shown
from nngrade.feedback.write import mark_stale

MOST_NAMES = 40


def run(root, assignment, paths, zone):
    """Collect, and say how it went; the exit code: 0 if everything that was handed out has its place."""
    rules = deadlines.load(root)
    outcome = collect(root, assignment, paths, times.chosen_zone(zone or rules.zone))
    console = wide_console()
    for name, what in outcome.platforms.items():
        console.print(shown(f"{name}: {what}"), markup=False, highlight=False)
    late = [(each.student, each.words) for each in rules.late(root, assignment)]
    late += [pair for pair in outcome.marked_late if pair[0] not in dict(late)]
    console.print(_table(assignment, outcome, late))
    if any((root / "feedback").glob(f"*/{assignment}/*.html")):  # else not even a gradebook has to be there
        mark_stale(Course(root), assignment)
    for line in _advice(outcome, assignment):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 0 if outcome.well else 1


def _table(assignment, outcome, late):
    table = Table(title=assignment, title_justify="left", show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    fresh = dict(outcome.collected)
    rows = (
        ("collected", fresh.items(), False),
        ("again, as it was", {who: why for who, why in outcome.again if who not in fresh}.items(), False),
        ("late", late, True),
        ("unreadable: a person has to look", outcome.unreadable, True),
        ("not certain, and waits", outcome.uncertain, True),
        ("unknown: whose is it?", outcome.unknown, True),
        ("could not be used", outcome.refused, True),
        ("missing", outcome.missing, True),
        ("notes", outcome.notes, True),
    )
    for title, entries, named in rows:
        if entries or title == "collected":
            table.add_row(title, f"{len(entries)}", Text(_names(entries) if named else ""))
    return table


def _names(entries):
    """A line for each, as many as a screen holds."""
    lines = [shown(f"{who}: {why}" if why else who) for who, why in list(entries)[:MOST_NAMES]]
    more = len(entries) - MOST_NAMES
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def _advice(outcome, assignment):
    if outcome.no_roster:
        yield ("There is no roster, so who is who and who is missing is not known:"
               " nngrade roster FILE, with a list of the platform's.")  # fmt: skip
    for platform, kind in sorted(outcome.unheard if not outcome.no_roster else ()):
        yield (f"{platform} calls students by {kind} ids, and {roster.ROSTER} has nobody's. nngrade roster FILE,"
               f" with the list that {platform} exports, enters them. Then collect again.")  # fmt: skip
    if outcome.without_time:
        yield (f"For {outcome.without_time} no time is known: this platform's files do not say when."
               " A time is entered by hand in submitted/STUDENT/ASSIGNMENT/timestamp.txt.")  # fmt: skip
    if outcome.collected or outcome.again:
        yield f"Next: nngrade grade {assignment}"


def _few(titles, most=6):
    more = f" and {len(titles) - most} more" if len(titles) > most else ""
    return ", ".join(titles[:most]) + more


def enter(course, path):
    """Merge a platform's list into the roster and the gradebook; returns the exit code."""
    before = roster.load(course.root)
    merged, unclear = roster.merge(before, class_lists.read_list(path))
    roster.save(course.root, merged)
    with contextlib.suppress(CourseError), course.gradebook() as book:  # `nngrade grade` does so if there is none yet
        students.enter(book, merged.students)
    new = len(merged.students) - len(before.students)
    console = wide_console()
    console.print(f"{roster.ROSTER}: {counted(len(merged.students), 'student')}, {new:,} of them new.", highlight=False)
    if kinds := [kind for kind in class_lists.KINDS if merged.knows(kind)]:
        console.print(f"They are known by {', '.join(kinds)}.", highlight=False)
    if unused := class_lists.unused(path):
        console.print(shown(f"Not used of {path.name}: {_few(unused)}."), markup=False, highlight=False, soft_wrap=True)
    for line in unclear:
        console.print(shown(f"Not clear: {line}."), markup=False, highlight=False, soft_wrap=True)
    return 1 if unclear else 0
