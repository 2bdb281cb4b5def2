"""The one writer of nbgrader's gradebook: from records to scores, with what people graded left alone."""

from collections import defaultdict

from nbgrader.api import Grade, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from nngrade.course import CourseError


def save(gradebook, record, config):
    """Write the scores of one record. A score that a person gave stays, and asks to be looked at again."""
    gradebook.update_or_create_student(record["student"])
    when = {"timestamp": record["handed_in"]} if record["handed_in"] else {}
    submitted = gradebook.update_or_create_submission(record["assignment"], record["student"], **when)
    notebook = next(each for each in submitted.notebooks if each.name == record["notebook"])
    scores = auto_scores(record)
    if unlike := scores.keys() ^ {grade.name for grade in notebook.grades}:
        raise CourseError(
            f"The gradebook knows other questions of {record['assignment']} than the solution notebook"
            f" ({', '.join(sorted(unlike))}): run `nngrade release`."
        )
    for grade in notebook.grades:
        grade.auto_score = scores[grade.name]
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    for comment in notebook.comments:
        comment.auto_comment = "No response." if comment.name in record["unanswered"] else None
    notebook.late_submission_penalty = late_penalty(gradebook, submitted, notebook, config)
    gradebook.db.commit()


def auto_scores(record):
    """{cell: points}: of a test what it gave, of a written answer 0 if there is none, and else None."""
    written = {name: 0 if name in record["unanswered"] else None for name in record["written"]}
    return {name: test["points"] for name, test in record["tests"].items()} | written


def late_penalty(gradebook, submitted, notebook, config):
    """What nbgrader's plugin for late submissions takes off; None where it has nothing to say."""
    late = submitted.total_seconds_late
    if late <= 0:
        return None
    gradebook.db.flush()
    gradebook.db.refresh(notebook, ["score"])  # computed by the database
    assign = AssignLatePenalties(config=config)
    assign.init_plugin()
    penalty = assign.plugin_inst.late_submission_penalty(submitted.student_id, notebook.score, late)
    return None if penalty is None else min(max(penalty, 0), notebook.score)


class Held:
    """What the gradebook holds of an assignment, asked for once for the whole class."""

    def __init__(self, gradebook, assignment):
        try:
            chosen = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise CourseError(f"The gradebook does not know {assignment} yet: run `nngrade release`.") from None
        names = {book.id: book.name for book in chosen.notebooks}
        cells = {cell.id: cell.name for book in chosen.notebooks for cell in book.grade_cells + book.task_cells}
        query = gradebook.db.query(SubmittedAssignment.student_id, SubmittedAssignment.timestamp,
                                   SubmittedNotebook.notebook_id, Grade.cell_id, Grade.auto_score)  # fmt: skip
        query = query.select_from(Grade).join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        query = query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        self.scores, self.times = defaultdict(dict), {}
        for student, when, notebook, cell, score in query.filter(SubmittedAssignment.assignment_id == chosen.id):
            self.scores[student, names[notebook]][cells[cell]] = score
            self.times[student] = when

    def has(self, record):
        """Whether the gradebook says what the record says."""
        student = record["student"]
        when = parse_utc(record["handed_in"]) if record["handed_in"] else self.times.get(student)
        scores = self.scores.get((student, record["notebook"]))
        return scores == auto_scores(record) and self.times[student] == when
