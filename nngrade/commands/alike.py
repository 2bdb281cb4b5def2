"""`nngrade alike`: which submissions are the same up to names, comments and order."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nngrade.alike.compare import compare
from nngrade.alike.page import SAYS, page
from nngrade.batch.files import read_json, write_whole
from nngrade.batch.records import Records
from nngrade.errors import CourseError
from nngrade.exports.words import shown


def run(root, assignment):
    """Print the most suspicious pairs, and write a page that shows them side by side."""
    records, answers = Records(root), {}
    graded = [record for record in records.of(assignment) if not record["refused"]]
    several = len({record["notebook"] for record in graded}) > 1
    for record in graded:
        student, notebook = record["student"], record["notebook"]
        code = _code(records.graded_notebook(student, assignment, notebook))
        own = {f"{notebook}/{name}" if several else name: source for name, source in code.items()}
        answers.setdefault(student, {}).update(own)
    if len(answers) < 2:
        raise CourseError(f"Fewer than two submissions to {assignment} are graded: run `nngrade grade {assignment}`.")
    given = [source for path in (root / "assignments" / assignment).glob("*.ipynb") for source in _code(path).values()]
    pairs = compare(answers, given)
    if not pairs:
        print(f"{len(answers)} submissions, and no two share more than many do.")
        return
    target = root / "build" / f"{assignment}-alike.html"
    write_whole(target, page(assignment, pairs, answers))
    table = Table(title=f"{assignment}: {len(answers)} submissions", title_justify="left")
    for column, justify in (("student", "left"), ("and", "left"), ("share", "right"), ("in", "left")):
        table.add_column(column, justify=justify, overflow="fold")
    for pair in pairs:
        where = ", ".join(question for question, *_ in pair.cells)
        table.add_row(*(Text(shown(each)) for each in (pair.one, pair.other, f"{pair.share:.0%}", where)))
    Console().print(table)
    print(f"{SAYS}\nSide by side: {target.relative_to(root)}")


def _code(path):
    """{cell: code} of the cells that students fill in."""
    cells = read_json(path, {"cells": []}, "`nngrade grade` (with --again) or `release` writes it.")["cells"]
    code = [(cell["metadata"].get("nbgrader", {}), cell) for cell in cells if cell["cell_type"] == "code"]
    return {meta["grade_id"]: "".join(cell["source"]) for meta, cell in code if meta.get("solution")}
