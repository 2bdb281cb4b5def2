"""What the tests of assignments share: the tasks as the text has them, their points, and how it writes numbers."""

import re

HEADING = re.compile(r"^### Tasks? ([\d, and]+): (.+) \((\d+) points(?: each)?\)", re.MULTILINE)


def headings(notebook):
    """{name: (number, points, the text cell)} of the tasks, as the text has it."""
    return {
        name: (int(number), int(found[3]), cell.source)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for found in HEADING.finditer(cell.source)
        for number, name in zip(re.findall(r"\d+", found[1]), re.findall("`(\\w+)`", found[2]), strict=True)
    }


def all_points(notebook):
    """{id of a graded cell: points}, those that a person gives too."""
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("points")]
    return {cell.id: cell.metadata.nbgrader.points for cell in graded}


def numbers(text):
    """The numbers in a text, as it writes them, with one kind of minus."""
    return set(re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-")))


def written(value):
    """A number as a text has it: four decimals at most."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-0", "0" if value == 0 else "-0")
