"""`nngrade late`: who is late, and what that takes off."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nngrade.batch import deadlines
from nngrade.batch.deadlines import FILE
from nngrade.collect import roster
from nngrade.course import assignments
from nngrade.errors import CourseError
from nngrade.exports.words import shown

EXAMPLE = f"""Nothing is due: no {FILE} in the course says when, under [due]. Such a file reads
    zone = "Europe/Berlin"
    [rule]
    per_day = 0.1     # of the points that somebody got, for each day that has begun
    grace = 15        # minutes
    free_days = 3     # of each student in the whole course
    most = 0.5        # no more is taken off
    [due]
    a3_backprop = "2026-12-01 17:00"
    [extensions.a3_backprop]
    student-01 = "2026-12-05 17:00\""""


def run(root, assignment):
    """Print who is late and who has more time, and of whom no certain time is known; the exit code: 1 if some are."""
    rules = deadlines.load(root)
    if not rules.due:
        raise CourseError(EXAMPLE)
    if assignment and assignment not in rules.due:
        raise CourseError(f"{FILE} does not say when {assignment} is due. It does of: {', '.join(rules.due)}.")
    unclear = [line for name in ([assignment] if assignment else rules.due) for line in _show(root, rules, name)]
    unclear += strangers(root)
    for line in unclear:
        print(shown(line))
    return 1 if unclear else 0


def strangers(root):
    """Lines about names in the file that no assignment and no student here has: what stands there is in vain."""
    rules, people, there = deadlines.load(root), roster.load(root), assignments(root)
    for name in rules.due:
        if name not in there:
            yield f"{FILE} says when {name} is due, and there is no such assignment. There are: {', '.join(there)}."
    for name, more in rules.extensions.items():
        for student in more if people.students else ():
            if student not in {each.student for each in people.students}:
                meant = people.find("login", student) or people.find("number", student)
                who = f"that is {meant.student}" if meant else "nobody in the roster is called that"
                yield f"{FILE} gives {student} more time for {name}: {who}, so it counts for nobody."


def _show(root, rules, assignment):
    """Print the table of an assignment; returns lines about whom it can't judge."""
    console, late = Console(), {each.student: each for each in rules.late(root, assignment)}
    more = rules.extensions.get(assignment, {})
    table = Table(title=f"{assignment}, due {_written(rules.due[assignment], rules)}", title_justify="left")
    for column in ("student", "more time until", "what it takes off"):
        table.add_column(column, overflow="fold")
    for student in sorted({*late, *more}):
        until = _written(more[student], rules) if student in more else ""
        table.add_row(Text(shown(student)), until, late[student].words if student in late else "not late")
    if late or more:
        console.print(table)
    else:
        console.print(f"{assignment}, due {_written(rules.due[assignment], rules)}: nobody is late.", highlight=False)
    folders = sorted((root / "submitted").glob(f"*/{assignment}"))
    times = {folder.parent.name: deadlines.handed_in(folder, rules.zone) for folder in folders}
    without = [student for student, (when, why) in times.items() if not when and not why]
    lines = [f"{student}: the time in timestamp.txt is not certain, so nothing is taken off. {why}."
             for student, (_, why) in times.items() if why]  # fmt: skip
    if without:
        lines.append(f"When these handed in is not known, so nothing is taken off: {', '.join(without[:40])}"
                     + (f" and {len(without) - 40} more" if len(without) > 40 else "") + ".")  # fmt: skip
    return lines


def _written(when, rules):
    """In the zone of the file, if it names one."""
    return rules.local(when).strftime("%Y-%m-%d %H:%M %Z")
