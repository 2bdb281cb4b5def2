"""`nngrade question`: what a question is worth, when that changes after work was handed in."""

import json
import math
import re

from rich.console import Console
from rich.table import Table

from nngrade import toml
from nngrade.batch import questions
from nngrade.batch.files import write_whole
from nngrade.batch.release import release
from nngrade.commands.release import told
from nngrade.errors import CourseError
from nngrade.notebook import canonical


def run(course, assignment, question, drop, points, give, back):
    """Show the questions, or change one."""
    chosen = [name for name, wanted in (("--drop", drop), ("--points", points is not None), ("--give", give),
                                        ("--take-back", back)) if wanted]  # fmt: skip
    found = _cells(course.root, assignment)
    if not question and not chosen:
        return _show(course.root, assignment, found)
    if question not in found:
        raise CourseError(f"{assignment} has no question {question!r}. It has: {', '.join(found)}.")
    if len(chosen) != 1:
        raise CourseError("Choose one: --drop, --points N, --give or --take-back.")
    if points is not None and not math.isfinite(points):
        raise CourseError(f"A question is worth so many points, 0 or more: {points} is no number of them.")
    if give or back:
        return _give(course, assignment, question, give)
    return _weigh(course, assignment, found[question], 0 if drop else points)


def _cells(root, assignment):
    """{question: (file, notebook, cell)}"""
    found = {}
    for path in sorted((root / "solutions" / assignment).glob("*.ipynb")):
        notebook = canonical.read(path)
        for cell in notebook.cells:
            meta = cell.metadata.get("nbgrader", {})
            if meta.get("grade") or meta.get("task"):
                found[meta["grade_id"]] = path, notebook, cell
    if not found:
        raise CourseError(f"There is no assignment {assignment} in solutions/.")
    return found


def _show(root, assignment, found):
    table, given = Table(title=assignment, title_justify="left"), questions.given(root).get(assignment, ())
    table.add_column("question")
    table.add_column("points", justify="right")
    table.add_column("")
    for name, (_, _, cell) in found.items():
        points = cell.metadata.nbgrader.points
        table.add_row(name, f"{points:g}", "given away" if name in given else "dropped" if not points else "")
    Console().print(table)


def _weigh(course, assignment, where, points):
    path, notebook, cell = where
    before = cell.metadata.nbgrader.points
    cell.metadata.nbgrader.points = points
    changes = release(course, assignment, {path: canonical.text(notebook)})
    print(f"{cell.metadata.nbgrader.grade_id}: {points:g} points, before {before:g}, in solutions/ and assignments/.")
    print("\n".join(told(assignment, changes)) if changes.submissions else "Nobody has handed in yet.")
    if texts := _that_name_points(notebook, cell) if points != before else []:
        print(f"The text says: {'; '.join(texts)}. Where that is no longer right, change it in"
              f" {path.relative_to(course.root)}, then run `nngrade release`.")  # fmt: skip


def _that_name_points(notebook, cell):
    """What the text says that a question and all together are worth: the last heading with points, and the sum."""
    above = [each.source for each in notebook.cells[: notebook.cells.index(cell) + 1] if each.cell_type == "markdown"]
    headings = re.findall(r"(?m)^#+ *(.*\bpoints?\b.*)", "\n".join(above))
    return headings[-1:] + re.findall(r"\d+ points in all", "\n".join(above))


def _give(course, assignment, question, give):
    given = questions.given(course.root)
    names = [name for name in given.get(assignment, ()) if name != question] + ([question] if give else [])
    lines = [f"{toml.key(name)} = {json.dumps(each)}" for name, each in (given | {assignment: names}).items() if each]
    write_whole(course.root / questions.GIVEN, "# Questions that are given away, by `nngrade question`.\n"
                + "\n".join(lines) + "\n", 0o644)  # fmt: skip
    what = "all who hand in get its points" if give else "it is graded as it was before"
    print(f"{question}: {what}, from the next `nngrade grade {assignment}`, `feedback` or `export` on.")
