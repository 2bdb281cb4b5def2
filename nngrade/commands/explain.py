"""`nngrade explain`: why a score is what it is."""

from nbgrader.api import MissingEntry
from rich.table import Table
from rich.text import Text

from nngrade.batch import questions
from nngrade.batch.records import Records
from nngrade.batch.submitted import places, terms
from nngrade.commands.console import wide_console
from nngrade.errors import CourseError
from nngrade.exports.words import shown
from nngrade.feedback.tasks import why


def explain(course, student, assignment):
    """Print every question with its points and what the grader said, then what was graded how."""
    console = wide_console()
    records = Records(course.root).of(assignment, student)
    if not records:
        raise CourseError(_why_none(course, student, assignment))
    given = questions.given(course.root).get(assignment, ())
    with course.gradebook() as book:
        for record in records:
            notebook = _in_gradebook(book, record)
            console.print(_questions(record, {grade.name: grade for grade in notebook.grades}, given))
            console.print(_total(notebook), highlight=False)
            for line in _story(course, record):
                console.print(shown(line), markup=False, highlight=False, soft_wrap=True)


def _why_none(course, student, assignment):
    """Why there is no record: the assignment or the student is not known, or not graded yet."""
    terms(course.root, course.config, assignment, unsafe=False)
    if (course.root / "submitted" / student / assignment).is_dir():
        return f"{student} has handed in {assignment}, and it is not graded yet: run `nngrade grade {assignment}`."
    if not (course.root / "submitted" / student).is_dir():
        return f"There is no student {student}: nothing was handed in under this name (submitted/{student}/)."
    return f"{student} has not handed in {assignment}: there is no submitted/{student}/{assignment}/."


def _in_gradebook(book, record):
    try:
        return book.find_submission_notebook(record["notebook"], record["assignment"], record["student"])
    except MissingEntry:
        raise CourseError(
            f"{record['student']} is graded, but not in the gradebook: run `nngrade grade {record['assignment']}`."
        ) from None


def _questions(record, grades, given):
    table = Table(title=Text(shown(f"{record['student']}, {record['notebook']}")), title_justify="left")
    for name, justify in (("question", "left"), ("points", "right"), ("of", "right"), ("why", "left"), ("s", "right")):
        table.add_column(name, justify=justify, overflow="fold")
    place = {name: number for number, name in enumerate(record["tests"])}
    for name, grade in sorted(grades.items(), key=lambda pair: place.get(pair[0], len(place))):
        test = record["tests"].get(name)
        seconds = f"{test['seconds']:.2f}" if test else ""
        points = "not yet" if _owed(grade) else f"{grade.score:g}"
        lines = why(name, grade, record, given, for_student=False)
        reasons = Text("\n".join(map(shown, lines)))  # in Text, [words] are no markup
        table.add_row(name, points, f"{grade.max_score:g}", reasons, seconds)
    return table


def _owed(grade):
    return grade.needs_manual_grade and grade.manual_score is None


def _total(notebook):
    late = notebook.late_submission_penalty
    off = f", {late:g} off for being late: {notebook.score - late:g}" if late else ""
    owed = any(_owed(grade) for grade in notebook.grades)
    rest = " What a person still has to grade is not in it." if owed else ""
    return f"{notebook.score:g} of {notebook.max_score:g} points{off}.{rest}"


def _story(course, record):
    """Who graded what, when and with what; and whether it would be done again."""
    hashes, limits = record["hashes"], record["limits"]
    yield f"Handed in: {_utc(record['handed_in']) or 'nobody noted when'}; SHA-256 {hashes['submission']}"
    yield f"Graded: {_utc(record['graded'])} by {record['by']}, in {record['seconds']:.2f} s"
    yield f"Sandbox: {record['sandbox']}"
    yield f"Tests: SHA-256 {hashes['tests']}"
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    yield f"Environment: {versions}; SHA-256 {hashes['environment']}"
    yield "Limits: " + ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in limits.items())
    if record["restarts"]:
        yield f"Its program ended {record['restarts']} times and was started again without the cell that did it."
    for line in record["repaired"]:
        yield f"Repaired: {line}"
    if record["refused"]:
        yield f"Not graded: {record['refused']}"
    if new := _since_then(course, record):
        yield f"Out of date ({new}): `nngrade grade {record['assignment']}` grades it again."


def _utc(when):
    return when and when.removesuffix("+00:00").replace("T", " ") + " UTC"


def _since_then(course, record):
    """What is no longer as it was when this was graded."""
    try:
        here = places(course, record["assignment"], [record["student"]], record["sandbox"].endswith("(unsafe)"))
    except CourseError as problem:
        return f"{problem}".rstrip(".")
    units = [place.unit() for place in here if place.notebook == record["notebook"]]
    return ", ".join(Records(course.root).finished(unit)[1] for unit in units)
