"""In formgrader, the model answer stands under the student's text while somebody marks it, and nowhere else.

Set in nbgrader_config.py by nbgrader_settings.py, as a preprocessor of nbconvert's; formgrader alone says which
submission it shows, so the same exporter puts nothing into what goes back.
"""

from pathlib import Path

import nbformat
from nbconvert.preprocessors import Preprocessor

from nngrade.course import course_root
from nngrade.errors import CourseError

HEADING = "**Model answer and rubric** (students do not see this)"


class ModelAnswers(Preprocessor):
    """Puts the instructor's answer under each answer that a person grades."""

    def preprocess(self, nb, resources):
        if "submission_id" in resources:
            models = model_answers(Path(resources["metadata"]["path"]), resources)
            nb.cells = [each for cell in nb.cells for each in (cell, *_under(cell, models))]
        return nb, resources


def model_answers(folder, resources):
    """{cell: the instructor's answer} of the notebook whose submission lies in `folder`."""
    try:
        source = course_root(folder) / "solutions" / resources["assignment_id"] / f"{resources['notebook_id']}.ipynb"
        cells = nbformat.read(source, as_version=4).cells
    except (CourseError, OSError, ValueError, nbformat.reader.NotJSONError):
        return {}  # the student's text is shown all the same
    meta = ((cell, cell.metadata.get("nbgrader", {})) for cell in cells if cell.cell_type == "markdown")
    return {said["grade_id"]: cell.source for cell, said in meta if said.get("grade") or said.get("task")}


def _under(cell, models):
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    if name not in models:
        return ()
    quoted = "\n".join(f"> {line}" for line in f"{HEADING}\n\n{models[name]}".split("\n"))
    return (nbformat.v4.new_markdown_cell(quoted),)
