"""Writes the pages of a class that are out of date into feedback/STUDENT/ASSIGNMENT/, where nbgrader has them."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field

import nbformat

from nngrade.batch import penalties, questions
from nngrade.batch.files import read_json, write_whole
from nngrade.batch.records import NOTED, Records
from nngrade.batch.submitted import handed_in_again
from nngrade.exports.words import number
from nngrade.feedback.entries import entries
from nngrade.feedback.tasks import points, tasks

STALE = '<p class="stale" role="alert">This page is out of date: the score or the submission is another one by now.</p>'
STAMP = re.compile(r'<meta name="nngrade" content="(\w+)">')


@dataclass
class Returned:
    """What goes back for one notebook."""

    record: dict
    tasks: list
    total: str
    cells: list
    stamp: str

    @property
    def where(self):
        """(student, assignment, notebook)"""
        return self.record["student"], self.record["assignment"], self.record["notebook"]


@dataclass
class Outcome:
    """How writing went."""

    written: list = field(default_factory=list)
    before: int = 0  # up to date already
    waiting: list = field(default_factory=list)  # students with something that is not graded yet
    not_graded: list = field(default_factory=list)  # who handed in, and has no score for that


def write(course, assignment):
    """Write the pages that are out of date; returns the Outcome."""
    outcome, again = Outcome(), handed_in_again(course, assignment)
    for each in returned(course, assignment):
        student = each.where[0]
        if student in again:
            continue
        if any(task.points is None for task in each.tasks) and outcome.waiting[-1:] != [student]:
            outcome.waiting.append(student)  # once, for all of their notebooks
        if _up_to_date(path(course.root, *each.where), each.stamp):
            outcome.before += 1
        else:
            _write(course.root, each)
            outcome.written.append(student)
    there = {record["student"] for record in Records(course.root).of(assignment)}
    handed = sorted(folder.parent.name for folder in (course.root / "submitted").glob(f"*/{assignment}"))
    outcome.not_graded = [student for student in handed if student not in there or student in again]
    return outcome


def mark_stale(course, assignment):
    """Say on pages that they are out of date, where the score, or what was handed in, is another one; how many."""
    pages = list((course.root / "feedback").glob(f"*/{assignment}/*.html"))
    if not pages:
        return 0
    again = handed_in_again(course, assignment)
    now = {path(course.root, *each.where): each.stamp for each in returned(course, assignment)
           if each.where[0] not in again}  # fmt: skip
    stale = [each for each in pages if stamp_of(each) not in (None, now.get(each))]
    for each in stale:
        page = each.read_text(encoding="utf-8")
        if STALE not in page:
            write_whole(each, page.replace("<main>", f"<main>{STALE}", 1), 0o644)
    return len(stale)


def returned(course, assignment, student=None):
    """A Returned for each notebook that is graded and in the gradebook, with penalties as they are now."""
    records, given = Records(course.root), questions.given(course.root).get(assignment, ())
    with course.gradebook() as book:
        penalties.settle(book, course.root, course.config, assignment)
        notebooks = entries(book, assignment, student)
        for record in records.of(assignment, student):
            where = record["student"], assignment, record["notebook"]
            if notebook := notebooks.get((where[0], where[2])):
                yield _returned(record, notebook, records.graded_notebook(*where), given)


def _returned(record, notebook, graded, given):
    cells = read_json(graded, {"cells": []}, "`nngrade grade` with --student and --again writes it anew.")["cells"]
    cells = [cell | {"source": "".join(cell["source"])} for cell in cells]
    comments = {each.name: each.comment for each in notebook.comments}
    found = tasks(record, cells, {each.name: each for each in notebook.grades}, comments, given)
    total = _total(found, notebook)
    told = [total, [asdict(task) for task in found], record["hashes"], record["refused"], record["repaired"]]
    stamp = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:20]
    return Returned(record, found, total, cells, stamp)


def _total(found, notebook):
    """In words. Of what is to be looked at again the gradebook still holds points: being late takes none off them."""
    got = sum(task.points for task in found if task.points is not None)
    score = sum(grade.score for grade in notebook.grades)
    late = (notebook.late_submission_penalty or 0) * got / score if score else 0
    waiting = sum(task.most for task in found if task.points is None)
    off = f", {number(late)} of them off for being late: {number(max(0, got - late))}" if late else ""
    rest = f" {number(waiting)} points are not graded yet." if waiting else ""
    return f"{number(got)} of {number(sum(task.most for task in found) - waiting)} points{off}.{rest}"


def text(each):
    """The page of a Returned."""
    from nngrade.feedback.page import page  # `nngrade grade` marks pages, and should not wait for what makes them

    notes = [f"Not graded: {each.record['refused']}"] if each.record["refused"] else []
    notes += [f"Repaired: {line}" for line in each.record["repaired"]]
    return page(each.where[2], each.stamp, each.tasks, each.total, each.cells, notes)


def _write(root, each):
    student, assignment, _ = each.where
    target = path(root, *each.where)
    for name in NOTED:  # nbgrader's exchange asks for both
        beside = root / "autograded" / student / assignment / name
        if beside.is_file():
            write_whole(target.with_name(name), beside.read_text(encoding="utf-8"), 0o644)
    write_whole(target, text(each), 0o644)  # last: where a page is up to date, all is there


def path(root, student, assignment, notebook):
    """The file of a page."""
    return root / "feedback" / student / assignment / f"{notebook}.html"


def stamp_of(page_file):
    """The stamp of a page; None of one that is not there, or not ours."""
    try:
        found = STAMP.search(page_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return found and found[1]


def _up_to_date(page_file, stamp):
    """Whether a page is of this state of things, and was not marked meanwhile for another one."""
    return stamp_of(page_file) == stamp and STALE not in page_file.read_text(encoding="utf-8")


def marked(each):
    """The graded notebook with the table of tasks on top: for platforms that take back the file that they gave."""
    lines = ["| task | points | why |", "|---|---|---|"]
    lines += [f"| {_plain(task.name)} | {points(task)} | {_plain(' '.join((*task.reason[:1], task.comment)))} |"
              for task in each.tasks]  # fmt: skip
    top = nbformat.v4.new_markdown_cell(f"**{each.total}**\n\n" + "\n".join(lines), id="your-points")
    return nbformat.from_dict({"cells": [top, *each.cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _plain(text):
    return " ".join(text.replace("|", "\\|").split())
