"""The grades of a class, read from nbgrader's gradebook."""

import math
from collections import defaultdict
from dataclasses import dataclass, replace

from nngrade.batch import penalties
from nngrade.batch.submitted import handed_in_again
from nngrade.collect import roster
from nngrade.collect.attempts import Attempts
from nngrade.errors import CourseError


@dataclass(frozen=True)
class Grade:
    """The grade of one student in one assignment; `score` is None unless `status` is "graded"."""

    assignment: str
    student: str
    lms_user_id: str
    last_name: str
    first_name: str
    email: str
    status: str
    score: float | None
    max_score: float
    late_penalty: float | None
    points: dict  # {question: points, None if not graded}
    most: dict  # {question: the most points that it gives}
    login: str = ""  # this and the next two: what platforms call the student
    number: str = ""
    participant: str = ""  # in this assignment of Moodle's


def read_grades(course, assignment=""):
    """The grades of all students, in one assignment or in all."""
    with course.gradebook() as gradebook:
        penalties.settle(gradebook, course.root, course.config)
        known = {each.name: each for each in gradebook.assignments}
        if assignment and assignment not in known:
            raise CourseError(f"The gradebook has no assignment {assignment!r}. It has: {', '.join(known) or 'none'}.")
        chosen = [known[assignment]] if assignment else known.values()
        found = [g for each in chosen for g in _grades(gradebook, each, course.api.get_submitted_students(each.name))]
    people = roster.load(course.root)
    moodle = {each.name: Attempts(course.root, each.name).ids("moodle") for each in chosen}
    again = {(each.name, student) for each in chosen for student in handed_in_again(course, each.name)}
    found = [_not_yet(each) if (each.assignment, each.student) in again else each for each in found]
    return [_known(grade, people.find("student", grade.student), moodle[grade.assignment]) for grade in found]


def _not_yet(grade):
    """The grade of who has handed in again: what there is of points and penalty is that of an earlier attempt."""
    status = "handed in again and not graded yet"
    return replace(grade, status=status, score=None, late_penalty=None, points=dict.fromkeys(grade.points))


def _known(grade, person, participants):
    """A grade with what the roster and the files of the platform say of the student."""
    participant = participants.get(grade.student, "")
    if not person:
        return replace(grade, participant=participant)
    fields = ("last_name", "first_name", "email", "login", "number")
    said = {name: getattr(grade, name) or getattr(person, name) for name in fields}
    return replace(grade, **said, lms_user_id=grade.lms_user_id or person.canvas, participant=participant)


def _grades(gradebook, assignment, handed_in):
    from nbgrader.api import Student

    questions = _questions(assignment)
    most = {question: points for question, points, _ in questions.values()}
    scored, penalties = _scored(gradebook, assignment)
    students = {student.id: student for student in gradebook.students}
    for name in sorted(students.keys() | handed_in):
        who = students.get(name) or Student(id=name)
        texts = name, *(text or "" for text in (who.lms_user_id, who.last_name, who.first_name, who.email))
        points, status = _points(questions, scored[name])
        if name not in penalties:
            status = "not graded yet" if name in handed_in else "not submitted"
        score = max(0.0, sum(points.values()) - penalties[name]) if status == "graded" else None
        yield Grade(assignment.name, *texts, status, score, assignment.max_score, penalties.get(name), points, most)


def _scored(gradebook, assignment):
    """({student: {id of a cell: its scores}}, {student: late penalty}), with two queries for the whole class."""
    from nbgrader.api import Grade as Scored
    from nbgrader.api import Notebook
    from nbgrader.api import SubmittedAssignment as Submitted
    from nbgrader.api import SubmittedNotebook as Book
    from sqlalchemy import func

    columns = Scored.cell_id, Scored.score, Scored.auto_score, Scored.manual_score, Scored.needs_manual_grade
    query = gradebook.db.query(Submitted.student_id, *columns).select_from(Scored)
    query = query.join(Book, Scored.notebook_id == Book.id).join(Submitted, Book.assignment_id == Submitted.id)
    scored = defaultdict(dict)
    for student, cell, *known in query.filter(Submitted.assignment_id == assignment.id):
        scored[student][cell] = known
    query = gradebook.db.query(Submitted.student_id, func.coalesce(func.sum(Book.late_submission_penalty), 0.0))
    query = query.select_from(Book).join(Book.assignment).join(Book.notebook)
    query = query.filter(Notebook.assignment_id == assignment.id)
    return scored, dict(query.group_by(Submitted.student_id).tuples().all())


def _questions(assignment):
    """{id of a cell: (question, the most points, whether the machine grades it)}"""
    several = len(assignment.notebooks) > 1
    return {
        cell.id: (f"{book.name}/{cell.name}" if several else cell.name, cell.max_score,
                  cell.cell_type == "code" and cell.name not in {each.name for each in book.solution_cells})
        for book in assignment.notebooks for cell in sorted(book.grade_cells + book.task_cells, key=lambda c: c.name)
    }


def _points(questions, scored):
    """({question: points}, status): what a person or the machine still owes has no points."""
    points, status = {}, "graded"
    for cell, (question, _, by_machine) in questions.items():
        score, auto, manual, needs_manual = scored.get(cell, (0.0, None, None, True))
        nothing = (auto is None and manual is None) or not math.isfinite(score)
        points[question] = None if nothing or needs_manual else score
        if cell not in scored or (by_machine and nothing):
            status = "could not be graded"
        elif points[question] is None and status == "graded":
            status = "needs manual grading"
    return points, status
