"""What the gradebook holds for the pages of a class: asked for with a few questions, however many students there are.

By itself each grade would ask twice for its own.
"""

from nbgrader.api import Assignment, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.orm import selectinload


def entries(gradebook, assignment, student=None):
    """{(student, notebook): its SubmittedNotebook}, of all or of one, with what a page says of it."""
    grades, comments = selectinload(SubmittedNotebook.grades), selectinload(SubmittedNotebook.comments)
    query = gradebook.db.query(SubmittedAssignment.student_id, Notebook.name, SubmittedNotebook)
    query = query.options(grades.undefer(Grade.max_score), comments)
    query = query.join(SubmittedNotebook.assignment).join(SubmittedNotebook.notebook).join(Notebook.assignment)
    query = query.filter(Assignment.name == assignment)
    found = query.filter(SubmittedAssignment.student_id == student) if student else query
    return {(who, name): notebook for who, name, notebook in found}
