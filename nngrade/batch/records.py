"""What the grader keeps of every submission: a readable file that says what was graded how, and how it came out.

    records/ASSIGNMENT/STUDENT/NOTEBOOK.json       who, what, when, hashes, versions, limits, sandbox, each test
    autograded/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb   the notebook that goes back, where nbgrader looks for it

A record is written when the notebook is there, and both are written whole: where a record is, the work is done.
"""

import hashlib
import json

from nngrade.batch.answers import answers
from nngrade.batch.files import remove_parts, write_whole
from nngrade.batch.sentences import out_of_date
from nngrade.notebook import submission

NOTED, MOST = ("timestamp.txt", "submission_secret.txt"), 1000  # bytes
CHANGED = {"submission": "handed in again", "tests": "tests changed", "environment": "environment changed"}


class Records:
    """The records of one course."""

    def __init__(self, root, groupshared=False):
        self.root, self.mode = root, 0o664 if groupshared else 0o444  # as nbgrader's

    def path(self, student, assignment, notebook):
        """The file of a record."""
        return self.root / "records" / assignment / student / f"{notebook}.json"

    def graded_notebook(self, student, assignment, notebook):
        """The file of the notebook that goes back."""
        return self.root / "autograded" / student / assignment / f"{notebook}.ipynb"

    def read(self, student, assignment, notebook):
        """A record, or None if there is none that is whole, and of this submission."""
        try:
            found = json.loads(self.path(student, assignment, notebook).read_text(encoding="utf-8"))
            whole = isinstance(found, dict) and found.get("checksum") == checksum(found)
        except (OSError, ValueError, RecursionError):
            return None
        where = {"student": student, "assignment": assignment, "notebook": notebook}
        return found if whole and where.items() <= found.items() else None

    def of(self, assignment, student=None):
        """All records of an assignment, by student; or those of one."""
        folder = self.root / "records" / assignment
        paths = (folder / student).glob("*.json") if student else folder.glob("*/*.json")
        found = (self.read(path.parent.name, assignment, path.stem) for path in sorted(paths))
        return [record for record in found if record]

    def finished(self, unit):
        """(its record, "") if exactly this work is done; else (None, why it has to be done)."""
        where = unit.student, unit.assignment, unit.notebook
        record = self.read(*where)
        why = changed(record, unit) if record else "damaged record" if self.path(*where).exists() else "new"
        if not why and out_of_date(record, dict(unit.terms.sentences)):
            why = "another sentence for its mistake"
        if not why and not self.graded_notebook(*where).is_file():
            why = "graded notebook is gone"
        return (None, why) if why else (record, "")

    def compared(self, record, notebook, saved=lambda old: True):
        """A record that also says what the answers are and were. `saved` says of a record if the gradebook has it."""
        where = record["student"], record["assignment"], record["notebook"]
        old, before = self.read(*where), {}
        if old and saved(old):
            before = old.get("before", {}) | (old.get("answers") or self._answers(*where))  # a question may come back
        elif old:  # the gradebook does not know of it: people have seen what was there before
            before = old.get("before", {})
        return record | {"answers": answers(notebook), "before": before}

    def _answers(self, *where):
        """Those of the notebook that lies there, for records that do not say it."""
        try:
            return answers(self.graded_notebook(*where).read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError):
            return {}

    def write(self, record, notebook):
        """Keep a record and the notebook that goes back."""
        where = record["student"], record["assignment"], record["notebook"]
        graded = self.graded_notebook(*where)
        write_whole(graded, notebook, self.mode)
        for name in NOTED:
            self._copy(self.root / "submitted" / where[0] / where[1] / name, graded.parent / name)
        self.keep(record)

    def keep(self, record):
        """Keep a record of what nbgrader itself writes the notebook of."""
        path = self.path(record["student"], record["assignment"], record["notebook"])
        signed = record | {"checksum": checksum(record)}
        write_whole(path, json.dumps(signed, indent=1, ensure_ascii=False) + "\n")

    def remove_parts(self, assignment):
        """Remove what a killed run was writing."""
        for folder in ("records/{}/*", "autograded/*/{}"):
            for each in self.root.glob(folder.format(assignment)):
                remove_parts(each)

    def _copy(self, noted, target):
        """What a collector noted: nbgrader wants it beside feedback, to know if that is up to date and whose it is."""
        try:
            text = submission.read_file(noted, MOST).decode("utf-8-sig")
        except (submission.Refused, ValueError):
            target.unlink(missing_ok=True)
        else:
            write_whole(target, text, self.mode)


def changed(record, unit):
    """Why a record is not the one of this work, in words; "" if it is."""
    return ", ".join(CHANGED[name] for name, found in unit.key.items() if found != record["hashes"].get(name))


def checksum(record):
    """Of what a record says: scores are changed in formgrader, not here, and a disk may err."""
    said = {name: value for name, value in record.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
