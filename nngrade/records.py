"""What the grader keeps of every submission: a readable file that says what was graded how, and how it came out.

    records/ASSIGNMENT/STUDENT/NOTEBOOK.json       who, what, when, hashes, versions, limits, sandbox, each test
    autograded/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb   the notebook that goes back, where nbgrader looks for it

A record is written when the notebook is there, and both are written whole: where a record is, the work is done.
"""

import json
import shutil

from nngrade.files import write_whole


class Records:
    """The records of one course."""

    def __init__(self, root, groupshared=False):
        self.root, self.mode = root, 0o664 if groupshared else 0o444  # as nbgrader's

    def path(self, student, assignment, notebook):
        return self.root / "records" / assignment / student / f"{notebook}.json"

    def graded_notebook(self, student, assignment, notebook):
        return self.root / "autograded" / student / assignment / f"{notebook}.ipynb"

    def read(self, student, assignment, notebook):
        """A record, or None if there is none that can be read."""
        try:
            return json.loads(self.path(student, assignment, notebook).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def of(self, assignment):
        """All records of an assignment, by student."""
        paths = sorted((self.root / "records" / assignment).glob("*/*.json"))
        found = (self.read(path.parent.name, assignment, path.stem) for path in paths)
        return [record for record in found if record]

    def finished(self, unit):
        """The record of exactly this work, or None if it has to be done."""
        where = unit.student, unit.assignment, unit.notebook
        record = self.read(*where)
        same = record and record.get("hashes") == unit.key and record.get("handed_in") == unit.handed_in
        return record if same and self.graded_notebook(*where).is_file() else None

    def write(self, record, notebook):
        """Keep a record and the notebook that goes back."""
        where = record["student"], record["assignment"], record["notebook"]
        graded = self.graded_notebook(*where)
        write_whole(graded, notebook, self.mode)
        noted = self.root / "submitted" / record["student"] / record["assignment"] / "timestamp.txt"
        if noted.is_file():  # nbgrader compares it, to know whether feedback is up to date
            shutil.copyfile(noted, graded.parent / "timestamp.txt")
        self.keep(record)

    def keep(self, record):
        """Keep a record of what nbgrader itself writes the notebook of."""
        path = self.path(record["student"], record["assignment"], record["notebook"])
        write_whole(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
