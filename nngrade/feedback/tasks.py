"""The tasks of an assignment by the names that its own headings give them, with points and reasons in words."""

import re
from dataclasses import dataclass

from nngrade.exports.words import number

POINTS = re.compile(r"\s*\([^()]*\bpoints?\b[^()]*\)\s*(?=$|[:,])")
CODE = re.compile(r"`(\w+)`")
GIVEN = "the points of this question are given to everybody"
HEADING = re.compile(r"^#{2,}\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """A graded cell as it goes back."""

    name: str
    cell: str
    points: float | None  # None: not graded yet
    most: float
    reason: tuple  # lines
    comment: str


def names(cells):
    """{graded cell: its name} by the last heading above it, in the order of the notebook."""
    found, heading = {}, ""
    for cell in cells:
        meta = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "markdown" and not meta.get("grade"):
            heading = POINTS.sub("", (HEADING.findall(cell["source"]) or [heading])[-1])
        if meta.get("grade") or meta.get("task"):
            found[meta["grade_id"]] = named(heading, meta["grade_id"])
    return found


def named(heading, cell):
    """Task 3: tanh_backward. The heading may name it already, alone or as in Tasks 2 and 3: `f`, `tanh_backward`."""
    own, listed = cell.removesuffix("_test"), CODE.findall(heading)
    numbers = re.findall(r"\d+", heading.partition(":")[0])
    if own in listed and len(numbers) == len(listed):
        return f"Task {numbers[listed.index(own)]}: {own}"
    heading = heading.replace("`", "")
    return f"{heading}: {own}" if heading and cell.endswith("_test") else heading or own


def tasks(record, cells, grades, comments, given):
    """A Task for each graded cell of a notebook; `grades` and `comments` are those of the gradebook, by cell."""
    return [Task(name, cell, None if owed(grades[cell]) else grades[cell].score, grades[cell].max_score,
                 tuple(why(cell, grades[cell], record, given)), comments.get(cell) or "")
            for cell, name in names(cells).items() if cell in grades]  # fmt: skip


def points(task):
    """The points of a task in words: never a 0 for what nobody has graded."""
    if not task.most:
        return "does not count"
    return "not graded yet" if task.points is None else f"{number(task.points)} of {number(task.most)}"


def owed(grade):
    """Whether a person has still to say how many points this gets, or to look at it again."""
    return grade.needs_manual_grade


def why(name, grade, record, given, for_student=True):
    """What led to these points, in lines; `given` are the questions that are given away."""
    test, lines = record["tests"].get(name), []
    if test and test["message"]:
        lines = [*test["message"].splitlines(), *test["lines"]]
        lines += [] if for_student else _evidence(test.get("finding"))
    elif test and test["points"] == test["max"]:
        lines = ["all that the test asks for"]
    elif name in record["unanswered"]:
        lines = ["left as it was released"]
    elif grade.manual_score is None:
        lines = ["waits for a person"]
    if name in given and grade.manual_score == grade.max_score:
        lines = [GIVEN, *lines]
    elif grade.manual_score is not None and grade.max_score:  # what does not count was given by nobody
        lines += _by_a_person(grade, for_student)
    if grade.extra_credit:
        lines.append(f"{grade.extra_credit:g} of it are extra credit")
    return lines


def _evidence(finding):
    """What the diagnosis goes by, for the instructor."""
    if not finding:
        return []
    named = " + ".join(finding["mistakes"])
    return [f"found: {finding['kind']}{f'; its results are those of {named}' if named else ''}; key {finding['print']}"]


def _by_a_person(grade, for_student):
    again = grade.needs_manual_grade
    if for_student:
        return [] if again else ["a person gave these points"]
    machine = f"; the machine gave {grade.auto_score:g}" if grade.auto_score is not None else ""
    look = ", and should look at it again: it was graded anew since" if again else ""
    return [f"a person gave {grade.manual_score:g}{machine}{look}"]
