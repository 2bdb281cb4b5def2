"""Whose score changed when a class was graded again, by how much and why: for the terminal, and in a file."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from nngrade.batch.files import read_json, write_whole, write_whole_bytes
from nngrade.spreadsheets import MARK, guarded

FILE = "changes.csv"  # in records/ASSIGNMENT/
BEFORE = "before.json"  # there, too, while a run is at work: [student, notebook, its Total, why it is graded again]


@dataclass(frozen=True)
class Change:
    """Another score than before."""

    student: str
    notebook: str
    before: float
    now: float
    why: str


def compared(before, now, cells, reasons):
    """A Change for each score that was there before and is another now.

    `before` and `now` are {(student, notebook): Total}, `cells` {the same: {question: (points before, points now)}},
    `reasons` {the same: why it was graded again}; where there is none, points were given or the late penalty changed.
    """
    found = []
    for where, old in before.items():
        new = now.get(where, old)
        if new.score != old.score:
            points = ", ".join(f"{cell} {a:g} → {_points(b)}" for cell, (a, b) in cells.get(where, {}).items())
            why = reasons.get(where) or ("late penalty" if new.points == old.points else "points that people gave")
            found.append(Change(*where, old.score, new.score, f"{why}: {points}" if points else why))
    return found


def begin(root, assignment, before, reasons):
    """Keep what a run may change until that is told: whatever ends it, the next run tells it.

    Returns {(student, notebook): (Total, why)} of earlier runs that told nothing.
    """
    path = root / "records" / assignment / BEFORE
    found = read_json(path, [], "It holds scores from before a run that was stopped: remove it, and they are not told.")
    earlier = {(student, notebook): (tuple(total), why) for student, notebook, total, why in found}
    new = {where: (earlier[where][0] if where in earlier else before[where], why)
           for where, why in reasons.items() if where in before}  # fmt: skip
    if kept := earlier | new:
        write_whole(path, json.dumps([[*where, *each] for where, each in kept.items()]))
    return earlier


def _points(value):
    return "not graded" if value is None else f"{value:g}"


def note(root, assignment, changes):
    """Add them to the file of the assignment, which it returns: now they are told."""
    path = root / "records" / assignment / FILE
    if changes:
        old, new = path.read_bytes() if path.exists() else b"", io.StringIO(newline="")
        writer, now = csv.writer(new), datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        if not old:
            new.write(MARK)
            writer.writerow(["when", "student", "notebook", "before", "now", "why"])
        for each in changes:
            writer.writerow([now, guarded(each.student), each.notebook, each.before, each.now, guarded(each.why)])
        write_whole_bytes(path, old + new.getvalue().encode(), 0o644)
    path.with_name(BEFORE).unlink(missing_ok=True)
    return path
