"""The one writer of nbgrader's gradebook: from records to scores, with what people graded left alone."""

from collections import defaultdict
from typing import NamedTuple

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    InvalidEntry,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.utils import parse_utc
from sqlalchemy import func
from sqlalchemy.exc import DataError, IntegrityError

from nngrade.batch.answers import unchanged
from nngrade.batch.penalties import late_penalty
from nngrade.course import first_line
from nngrade.errors import CourseError


def save(gradebook, record, config):
    """Write the scores of one record. What a person gave stays, and asks to be looked at if the answer changed."""
    try:
        _write(gradebook, record, config)
    except (DataError, IntegrityError) as error:
        raise CourseError(f"the gradebook does not take it: {first_line(error)}") from None
    finally:
        gradebook.db.rollback()  # of what was not committed


def _write(gradebook, record, config):
    submitted = _submission(gradebook, record)
    notebook = next((each for each in submitted.notebooks if each.name == record["notebook"]), None)
    scores, grades = auto_scores(record), _by_cell(gradebook, Grade, notebook)
    if scores.keys() != grades.keys():
        raise CourseError("in the gradebook this submission has other questions: `nngrade release`, then grade again")
    submitted.timestamp = parse_utc(record["handed_in"]) if record["handed_in"] else None
    for name, grade in grades.items():
        same = unchanged(record, name) and (name in record["written"] or grade.auto_score == scores[name])
        grade.auto_score = scores[name]
        if not (same and grade.manual_score is not None):  # else a person has seen just this
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    for name, comment in _by_cell(gradebook, Comment, notebook).items():
        comment.auto_comment = "No response." if name in record["unanswered"] else None
    notebook.late_submission_penalty = late_penalty(submitted, sum(map(_points, grades.values())), config)
    gradebook.db.commit()


def _points(grade):
    """Of a grade, as nbgrader's database works it out."""
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return 0.0 if score is None else score + (grade.extra_credit or 0.0)


def _submission(gradebook, record):
    """The gradebook's entry of a submission, made if need be; all that the record says is yet to be written."""
    try:
        gradebook.update_or_create_student(record["student"])
        return gradebook.update_or_create_submission(record["assignment"], record["student"])
    except InvalidEntry as error:
        raise error.__context__ or error from None  # what the database said


def _by_cell(gradebook, kind, notebook):
    """{name of a cell: its Grade or Comment}, all with one question to the database."""
    query = gradebook.db.query(BaseCell.name, kind).join(kind, kind.cell_id == BaseCell.id)
    return dict(query.filter(kind.notebook_id == notebook.id).all()) if notebook else {}


def auto_scores(record):
    """{cell: points}: what a test gave; 0 for a written answer that is missing, None for one that is there."""
    written = {name: 0 if name in record["unanswered"] else None for name in record["written"]}
    return {name: test["points"] for name, test in record["tests"].items()} | written


class Held:
    """What the gradebook holds of an assignment, asked for once for the whole class."""

    def __init__(self, gradebook, assignment):
        try:
            chosen = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise CourseError(f"The gradebook does not know {assignment} yet: run `nngrade release`.") from None
        self.names = {book.id: book.name for book in chosen.notebooks}
        graded = [cell for book in chosen.notebooks for cell in book.grade_cells + book.task_cells]
        self.most = {(cell.notebook.name, cell.name, cell.max_score) for cell in graded}
        cells = {cell.id: cell.name for cell in graded}
        query = gradebook.db.query(SubmittedAssignment.student_id, SubmittedAssignment.timestamp,
                                   SubmittedNotebook.notebook_id, Grade.cell_id, Grade.auto_score,
                                   Grade.needs_manual_grade, Grade.manual_score)  # fmt: skip
        query = query.select_from(SubmittedNotebook).outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
        query = query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        self.scores, self.times = defaultdict(dict), {}
        for student, when, notebook, cell, *grade in query.filter(SubmittedAssignment.assignment_id == chosen.id):
            self.times[student, self.names[notebook]] = when
            if cell:
                self.scores[student, self.names[notebook]][cells[cell]] = grade
        gradebook.db.rollback()  # all is read: nobody has to wait for us

    def check(self, assignment, all_terms):
        """Refuse to grade by questions and points that the gradebook, or the release, does not have."""
        found = {(name, *cell) for name, terms in all_terms.items() for cell in terms.graded}
        if unlike := sorted({cell for _, cell, _ in found ^ self.most}):
            cells = ", ".join(unlike)
            raise CourseError(f"{assignment} was changed since its release ({cells}): run `nngrade release`.")

    def has(self, record):
        """Whether the gradebook says what the record says."""
        where = record["student"], record["notebook"]
        if where not in self.times:
            return False
        scores = {cell: auto for cell, (auto, *_) in self.scores[where].items()}
        never = record["handed_in"] and self.times[where] is None  # as in an entry whose writer was killed
        return scores == auto_scores(record) and not never

    def saved(self, record):
        """Whether people have seen this record's scores: in the questions that are still there, they are those."""
        there, said = self.scores.get((record["student"], record["notebook"]), {}), auto_scores(record)
        return bool(there) and all(there[cell][0] == said[cell] for cell in there.keys() & said.keys())

    def changes(self, record):
        """{cell: (points before, points now)} where a record brings other points, in its order; {} for what is new."""
        there = self.scores.get((record["student"], record["notebook"]), {})
        before = {cell: auto for cell, (auto, _, manual) in there.items() if manual is None and auto is not None}
        return {cell: (before[cell], now) for cell, now in auto_scores(record).items()
                if cell in before and now != before[cell]}  # fmt: skip

    def waits(self, record):
        """Whether a test that could not be graded has no points from a person either."""
        grades = self.scores[record["student"], record["notebook"]]
        return any(test["points"] is None and grades[name][1] for name, test in record["tests"].items())


def waiting(gradebook, assignment):
    """How many submissions have something that a person has to grade."""
    query = _grades(gradebook, assignment, SubmittedAssignment.id).filter(Grade.needs_manual_grade)
    return query.distinct().count()


class Total(NamedTuple):
    """The points of a notebook, and what being late takes off them."""

    points: float
    off: float

    @property
    def score(self):
        """What is left of them."""
        return max(0.0, self.points - self.off)


def totals(gradebook, assignment):
    """{(student, notebook): Total} of what was graded."""
    of = SubmittedAssignment.student_id, Notebook.name, SubmittedNotebook.late_submission_penalty
    query = _grades(gradebook, assignment, *of, func.sum(Grade.score)).group_by(SubmittedNotebook.id, *of)
    found = query.having(func.count(Grade.auto_score) + func.count(Grade.manual_score) > 0).all()
    gradebook.db.rollback()
    return {(student, notebook): Total(points, off or 0) for student, notebook, off, points in found}


def _grades(gradebook, assignment, *asked):
    """A question about all grades of an assignment at once: nbgrader's own sums look at all of them for each sum."""
    query = gradebook.db.query(*asked).select_from(Grade).join(Grade.notebook).join(SubmittedNotebook.notebook)
    return query.join(SubmittedNotebook.assignment).join(Notebook.assignment).filter(Assignment.name == assignment)
