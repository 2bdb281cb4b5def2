"""Where nbgrader comes in: `nbgrader autograde`, formgrader's button, feedback and export take the trusted path.

Set in nbgrader_config.py by nbgrader_settings.py. nbgrader makes two passes over a submission. The first only puts
the release in its place; in the second, `Execute` has what was handed in run and scored by grading/work.py, its scores
are written, and when nbgrader has written the notebook, the record is kept. Nothing in nbgrader is patched.
"""

import os
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool, Float

from nngrade.batch import deadlines, gradebook, penalties, submitted
from nngrade.batch.records import Records
from nngrade.grading import work

unwritten = []  # (root, record) of notebooks that nbgrader has not written yet


class ReleaseExporter(NotebookExporter):
    """In the first pass, the release in place of what was handed in, which may be in any state."""

    def from_filename(self, filename, resources=None, **kw):
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources, **kw)
        release = place(self.parent.coursedir, resources["nbgrader"]).terms.release
        return self.from_notebook_node(nbformat.reads(release, as_version=4), resources, **kw)


class TrustedExecute(Execute):
    """Runs a submission in a sandbox and its tests in a trusted process, in place of everything in one kernel."""

    total_seconds = Float(900, help="The time that one submission may take in all.").tag(config=True)
    unsafe_no_sandbox = Bool(False, help="Run students' code without a sandbox.").tag(config=True)

    def preprocess(self, nb, resources):
        coursedir = self.parent.parent.coursedir
        record, text = work.grade(place(coursedir, resources["nbgrader"], self.unsafe_no_sandbox).unit())
        for line in record["repaired"]:
            self.log.info("Repaired: %s", line)
        if record["refused"]:
            self.log.warning("Not graded: %s", record["refused"])
        root = Path(coursedir.root)
        resources["nngrade"] = record = Records(root).compared(record, text)
        unwritten.append((root, record))
        return nbformat.reads(text, as_version=4), resources


class SaveTrustedGrades(NbGraderPreprocessor):
    """Writes the scores of the record, where nbgrader would go by what outputs look like."""

    def preprocess(self, nb, resources):
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            record, root = resources["nngrade"], Path(self.parent.parent.coursedir.root)
            gradebook.save(book, record, self.config)
            penalties.settle(book, root, self.config, record["assignment"], record["student"])
        return nb, resources


def place(coursedir, about, unsafe=False):
    """The Place of the notebook that nbgrader is working on; `about` is what nbgrader says of it."""
    root = Path(coursedir.root)
    terms = submitted.terms(root, coursedir.config, about["assignment"], unsafe)
    folder = root / "submitted" / about["student"] / about["assignment"]
    zone = deadlines.load(root).zone
    where = about["student"], about["assignment"], about["notebook"]
    return submitted.Place(*where, folder, terms[about["notebook"]], len(terms) == 1, zone)


def keep_records(**_):
    """nbgrader has written the notebooks: now their records may say so."""
    while unwritten:
        root, record = unwritten.pop()
        Records(root).keep(record)


def remove_links(notebooks, **_):
    """nbgrader copies what lies beside a notebook, through symbolic links too: to a student they must not lead."""
    unwritten.clear()
    for folder in {Path(path).parent for path in notebooks}:
        for path in folder.rglob("*"):
            if path.is_symlink() and path.suffix != ".ipynb":
                os.unlink(path)
