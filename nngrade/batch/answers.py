"""Whether what a person gave points for is still what it was: hashes of the answers in a graded notebook.

A written answer is its own text; points that somebody gave in place of a test's belong to all of the student's code.
"""

import hashlib
import json


def answers(notebook):
    """{graded cell: hash of what it is given for} of a graded notebook, as JSON."""
    cells = [(cell, cell.get("metadata", {}).get("nbgrader", {})) for cell in json.loads(notebook).get("cells", ())]
    code = [_source(cell) for cell, meta in cells if cell["cell_type"] == "code" and not meta.get("locked")]
    return {meta["grade_id"]: _hash(_source(cell) if meta.get("solution") else "\0".join(code))
            for cell, meta in cells if meta.get("grade") or meta.get("task")}  # fmt: skip


def unchanged(record, name):
    """Whether the answer of this cell is the one that was graded before."""
    now = record.get("answers", {}).get(name)
    return now is not None and now == record.get("before", {}).get(name)


def _source(cell):
    return "".join(cell["source"])


def _hash(text):
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]
