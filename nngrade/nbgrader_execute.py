"""The seam to nbgrader: `nbgrader autograde`, formgrader's button, feedback and export take the trusted path.

Set in nbgrader_config.py by seam.py. nbgrader makes two passes over a submission. The first brings what was
handed in into the form of the release; the second, `Execute`, has it run and scored by grade_notebook.py;
then nbgrader's own preprocessors record the scores and limit the output. Nothing in nbgrader is patched.
"""

import atexit
import json
import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets import Bool, Float

from nngrade import notebooks, submission
from nngrade.grade_notebook import Limits, grade_notebook, not_graded
from nngrade.outputs import error_output, safe_text
from nngrade.sandbox import choose
from nngrade.session import data_folder, open_sandbox


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in, in whatever state, as the release with the student's answers in it."""

    def from_filename(self, filename, resources=None, **kw):
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources, **kw)
        _, release = assignment(self.parent.coursedir, resources)
        return self.from_notebook_node(repaired(filename, release), resources, **kw)


def repaired(filename, release):
    """A notebook in the form of the release; what had to be done for it stands in its metadata."""
    steps, told, refused = submission.release_steps(release), [], ""
    try:
        cells = submission.read(submission.read_file(filename), told)
        steps = submission.arrange(cells, steps, told)
    except submission.Refused as problem:
        refused = str(problem)
    notebook = as_notebook(steps)
    notebook.metadata["nngrade"] = {"repaired": told, "refused": refused}
    return notebook


def as_notebook(steps):
    """The notebook of these steps, with their outputs."""
    cells, names = [], set()
    for number, step in enumerate(steps):
        name = step.id if step.id not in names else f"{step.id[:50]}-{number}"
        names.add(name)
        cell = {"cell_type": step.cell_type, "id": name, "metadata": step.metadata, "source": step.source}
        if step.cell_type == "code":
            cell |= {"outputs": [nbformat.from_dict(output) for output in step.outputs], "execution_count": None}
        cells.append(cell)
    metadata = dict(notebooks.METADATA)
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


def made_safe(step):
    """A cell as it may stand before an instructor's browser."""
    if step.cell_type == "code" or step.role in ("read-only", "task", "test"):
        return step
    return replace(step, source=safe_text(step.source), cell_type="markdown")


class TrustedExecute(Execute):
    """Runs a submission in a sandbox and its tests in a trusted process, in place of everything in one kernel."""

    total_seconds = Float(900, help="The time that one submission may take in all.").tag(config=True)
    unsafe_no_sandbox = Bool(False, help="Run students' code without a sandbox.").tag(config=True)

    def preprocess(self, nb, resources):
        instructor, release = assignment(self.parent.parent.coursedir, resources)
        story = dict(nb.metadata.get("nngrade", {}))
        if story.get("refused"):
            return self.refused(nb, resources, story)
        seconds = self.timeout or Limits.cell_seconds
        limits = Limits(cell_seconds=seconds, test_seconds=seconds, total_seconds=self.total_seconds)
        result = grade_notebook(
            json.dumps(nb).encode(), instructor, release, limits, sandbox(self.unsafe_no_sandbox, data_folder())
        )
        graded = as_notebook([made_safe(step) for step in result.cells])
        story |= {"sandbox": result.sandbox, "seconds": round(result.seconds, 2), "restarts": result.restarts}
        graded.metadata["nngrade"] = story | {"limits": result.limits, "versions": result.versions}
        for line in story.get("repaired", ()):
            self.log.info("Repaired: %s", line)
        resources["nngrade"] = {name: test["points"] for name, test in result.tests.items()}
        return graded, resources

    def refused(self, nb, resources, story):
        """A person has to look at it: no points are recorded, and every test says why."""
        resources["nngrade"] = {}
        for step in submission.release_steps(nb):
            if step.role == "test":
                resources["nngrade"][step.id] = None
                cell = next(cell for cell in nb.cells if cell.id == step.id)
                cell.outputs = [nbformat.from_dict(error_output(not_graded(step, story["refused"])))]
        self.log.warning("Not graded: %s", story["refused"])
        return nb, resources


class SaveTrustedGrades(SaveAutoGrades):
    """Records the points of the tests as they were given, not as outputs look; written answers as nbgrader does."""

    def _add_score(self, cell, resources):
        name = cell.metadata["nbgrader"]["grade_id"]
        if name not in resources["nngrade"]:
            return super()._add_score(cell, resources)
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = resources["nngrade"][name]
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        self.gradebook.db.commit()


def assignment(coursedir, resources):
    """(the instructor's notebook, the release) that a submission belongs to."""
    about = resources["nbgrader"]
    folders = coursedir.source_directory, coursedir.release_directory
    paths = [
        Path(coursedir.format_path(folder, ".", about["assignment"]), f"{about['notebook']}.ipynb")
        for folder in folders
    ]
    return tuple(_read(str(path.resolve()), path.stat().st_mtime_ns) for path in paths)


@lru_cache(16)
def _read(path, changed):
    return notebooks.read(path)


@lru_cache
def sandbox(unsafe, data):
    """The sandbox of this process with this data: warm from its first use to the end."""
    opened = open_sandbox(choose(unsafe))
    opened.__enter__()
    atexit.register(opened.close)
    return opened


def remove_links(notebooks, **_):
    """nbgrader copies what lies beside a notebook, through symbolic links too: to a student they must not lead."""
    for folder in {Path(path).parent for path in notebooks}:
        for path in folder.rglob("*"):
            if path.is_symlink() and path.suffix != ".ipynb":
                os.unlink(path)
