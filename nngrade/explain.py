"""`nngrade explain`: why a score is what it is."""

from rich.console import Console
from rich.table import Table

from nngrade.course import CourseError
from nngrade.handed_in import places
from nngrade.records import Records


def explain(course, student, assignment):
    """Print every question with its points and what the grader said, then what was graded how."""
    console = Console()
    records = [record for record in Records(course.root).of(assignment) if record["student"] == student]
    if not records:
        raise CourseError(f"There is no record of {student} in {assignment}: run `nngrade grade {assignment}`.")
    with course.gradebook() as book:
        submitted = book.find_submission(assignment, student)
        for record in records:
            notebook = next(each for each in submitted.notebooks if each.name == record["notebook"])
            console.print(_questions(record, {grade.name: grade for grade in notebook.grades}))
            console.print(_total(notebook))
            for line in _story(course, record):
                console.print(line, markup=False, highlight=False, soft_wrap=True)


def _questions(record, grades):
    table = Table(title=f"{record['student']}, {record['notebook']}", title_justify="left")
    for name, justify in (("question", "left"), ("points", "right"), ("of", "right"), ("why", "left"), ("s", "right")):
        table.add_column(name, justify=justify, overflow="fold")
    for name, grade in sorted(grades.items(), key=lambda pair: list(record["tests"]).index(pair[0])
                              if pair[0] in record["tests"] else len(grades)):  # fmt: skip
        test = record["tests"].get(name)
        seconds = f"{test['seconds']:.2f}" if test else ""
        points = "not yet" if grade.needs_manual_grade and grade.manual_score is None else f"{grade.score:g}"
        table.add_row(name, points, f"{grade.max_score:g}", "\n".join(_why(name, grade, test, record)), seconds)
    return table


def _why(name, grade, test, record):
    """What led to these points, in lines."""
    lines = []
    if test and test["message"]:
        lines = [test["message"], *test["lines"]]
    elif test:
        lines = ["all that the test asks for"] if test["points"] == test["max"] else []
    elif name in record["unanswered"]:
        lines = ["left as it was released"]
    elif grade.manual_score is None:
        lines = ["waits for a person"]
    if grade.manual_score is not None:
        machine = f"; the machine gave {grade.auto_score:g}" if grade.auto_score is not None else ""
        lines.append(f"a person gave {grade.manual_score:g}{machine}")
    if grade.extra_credit:
        lines.append(f"{grade.extra_credit:g} of it are extra credit")
    return lines


def _total(notebook):
    late = notebook.late_submission_penalty
    owed = " What a person still has to grade is not in it." if notebook.needs_manual_grade else ""
    off = f", {late:g} off for being late: {notebook.score - late:g}" if late else ""
    return f"{notebook.score:g} of {notebook.max_score:g} points{off}.{owed}"


def _story(course, record):
    """Who graded what, when and with what; and whether it would be done again."""
    now = next(place.unit() for place in places(course, record["assignment"], [record["student"]])
               if place.notebook == record["notebook"])  # fmt: skip
    changed = [name for name, found in now.key.items() if found != record["hashes"][name]]
    yield f"Handed in {record['handed_in'] or '(time not noted)'}; SHA-256 {record['hashes']['submission']}"
    yield f"Graded {record['graded']} by {record['by']}, in {record['seconds']:.2f} s; sandbox: {record['sandbox']}"
    yield f"Tests {record['hashes']['tests'][:16]}; environment {record['hashes']['environment'][:16]}: " + ", ".join(
        f"{name} {version}" for name, version in record["versions"].items()
    )
    yield "Limits: " + ", ".join(f"{name} {value:g}" for name, value in record["limits"].items())
    if record["restarts"]:
        yield f"Its program ended {record['restarts']} times and was started again without the cell that did it."
    for line in record["repaired"]:
        yield f"Repaired: {line}"
    if record["refused"]:
        yield f"Not graded: {record['refused']}"
    if changed:
        yield f"Since then changed: {', '.join(changed)}. `nngrade grade` would grade it again."
