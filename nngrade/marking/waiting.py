"""Which submissions wait for a person, question by question, in the order in which formgrader has them."""

from dataclasses import dataclass

from nbgrader.api import Assignment, BaseCell, Grade, Notebook, SubmittedNotebook


@dataclass(frozen=True)
class Waiting:
    """The submissions in which one question waits for a person: their ids."""

    cell: str
    submissions: tuple[str, ...]

    def after(self, here):
        """The next one after the submission `here`, else the first; None if no other waits."""
        others = [each for each in self.submissions if each != here]
        return next((each for each in others if each > here), others[0] if others else None)


def waiting(gradebook, assignment, notebook):
    """{question: Waiting} of those for which anybody waits."""
    query = gradebook.db.query(BaseCell.name, SubmittedNotebook.id).select_from(Grade)
    query = query.join(BaseCell, Grade.cell_id == BaseCell.id)
    query = query.join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
    query = query.join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
    query = query.join(Assignment, Notebook.assignment_id == Assignment.id)
    query = query.filter(Assignment.name == assignment, Notebook.name == notebook, Grade.needs_manual_grade)
    found = {}
    for cell, submission in sorted(query.all()):
        found.setdefault(cell, []).append(submission)
    return {cell: Waiting(cell, tuple(submissions)) for cell, submissions in found.items()}
