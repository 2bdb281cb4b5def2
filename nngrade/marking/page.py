"""What formgrader's page of a submission shows besides the submission: gathered here, drawn by marking.html.j2."""

from pathlib import Path

from nbconvert.preprocessors import Preprocessor

from nngrade.course import Course, course_root
from nngrade.errors import CourseError
from nngrade.feedback.tasks import names
from nngrade.marking.rubric import model
from nngrade.marking.waiting import waiting
from nngrade.notebook import canonical


class Marking(Preprocessor):
    """Tells the template what it needs beside the notebook."""

    def preprocess(self, nb, resources):
        folder = Path(resources["metadata"]["path"])
        called = names(nb.cells)
        models = {cell: each for cell, each in model_answers(folder, resources).items() if cell in called}
        told = {"names": called, "questions": _questions(folder, resources, called, models)}
        resources["marking"] = {"models": models, "told": told}
        return nb, resources


def model_answers(folder, resources):
    """{question that a person grades: its Model} of the notebook whose submission lies in `folder`."""
    try:
        source = course_root(folder) / "solutions" / resources["assignment_id"] / f"{resources['notebook_id']}.ipynb"
        cells = canonical.read(source).cells
    except CourseError:
        return {}  # the student's text is shown all the same
    meta = ((cell, cell.metadata.get("nbgrader", {})) for cell in cells)
    return {said["grade_id"]: model(cell) for cell, said in meta
            if said.get("task") or (said.get("grade") and said.get("solution"))}  # fmt: skip


def _questions(folder, resources, called, models):
    """{question: how many other submissions wait, and which is next}, for what a person grades or should look at."""
    here = resources["submission_id"]
    with Course(course_root(folder)).gradebook() as book:
        found = waiting(book, resources["assignment_id"], resources["notebook_id"])
    return {cell: {"left": len(set(found[cell].submissions) - {here}), "next": found[cell].after(here)}
            if cell in found else {"left": 0, "next": None}
            for cell in called if cell in models or cell in found}  # fmt: skip
