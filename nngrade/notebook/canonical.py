"""Notebooks in the one form in which they are stored: stripped, sorted, with readable cell ids."""

import re
from pathlib import Path

import nbformat

from nngrade.errors import CourseError

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("deletable", "editable", "nbgrader", "tags")
GOES_ON = "raises-exception"  # of the cells of an assignment: "Run All" goes on to the list of what is done and open
FOLDERS = ("lectures", "solutions", "assignments")
SLUG = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")


def read(path):
    """The notebook in a file of the course's, in nbformat 4; CourseError if it is none."""
    try:
        notebook = nbformat.read(path, as_version=4)
        for number, cell in enumerate(notebook.cells):  # until nbformat 4.4 they had no ids
            cell.setdefault("id", cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell-{number}")
    except Exception as error:  # nbformat's are of many kinds
        why = (str(error) or type(error).__name__).splitlines()[0]
        raise CourseError(f"{path} can't be read as a notebook: {why}") from None
    return notebook


def write(notebook, path):
    """Store a notebook in the canonical form."""
    Path(path).write_text(text(notebook), encoding="utf-8")


def text(notebook):
    """The text of a notebook as it is stored: no outputs, no counts, minimal metadata."""
    notebook = nbformat.from_dict(notebook)
    own = {"nngrade": notebook.metadata["nngrade"]} if "nngrade" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict(METADATA | own)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    is_assignment = any("nbgrader" in cell.metadata for cell in notebook.cells)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(_kept(cell.metadata))
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if is_assignment:
                cell.metadata.tags = sorted({*cell.metadata.get("tags", []), GOES_ON})
    nbformat.validate(notebook)
    return nbformat.writes(notebook, ensure_ascii=False) + "\n"


def _kept(metadata):
    """What is stored of a cell's metadata. Of Jupyter's own only whether the source is folded: a cell that draws."""
    kept = {key: value for key, value in metadata.items() if key in CELL_METADATA}
    if metadata.get("jupyter", {}).get("source_hidden"):
        kept["jupyter"] = {"source_hidden": True}
    return kept


def problems(path):
    """What keeps a stored notebook from the canonical form, in words; an empty list if nothing does."""
    notebook, found = read(path), []
    if text(notebook) != Path(path).read_text(encoding="utf-8"):
        found.append("is not in the canonical form: run `nngrade notebooks --write`")
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        if not SLUG.fullmatch(cell.id):
            found.append(f"cell id {cell.id!r} is not a readable slug")
        if grade_id != cell.id:
            found.append(f"cell id {cell.id!r} differs from its nbgrader id {grade_id!r}")
    return found


def course_notebooks(root):
    """Every stored notebook of the course, in order."""
    return sorted(path for folder in FOLDERS for path in (Path(root) / folder).rglob("*.ipynb")
                  if ".ipynb_checkpoints" not in path.parts)
