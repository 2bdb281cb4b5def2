"""The questions of an assignment in nbgrader's gradebook, when they change while work is graded.

Questions come, go and get other points; nbgrader itself refuses all of that once somebody has handed in. What people
gave is kept in records/ASSIGNMENT/by_hand.json before a question goes or is worth other points, and comes back with it.
"""

import json
import tomllib
from dataclasses import dataclass, field

from nbgrader.api import Comment, Grade, GradeCell, SolutionCell, SourceCell, TaskCell

from nngrade.batch.files import write_whole
from nngrade.errors import CourseError

GIVEN = "questions.toml"  # the questions that are given away: {assignment: [question, ...]}
KEPT = "by_hand.json"
COPIED = {"grade_cell": ("max_score", "cell_type"), "solution_cell": (), "task_cell": ("max_score", "cell_type"),
          "source_cell": ("cell_type", "locked", "source", "checksum")}  # fmt: skip


@dataclass
class Changes:
    """What is different in a release, by questions."""

    came: list = field(default_factory=list)
    went: list = field(default_factory=list)
    weighed: list = field(default_factory=list)  # (question, points before, points now)
    submissions: int = 0  # that are graded or waiting

    def __bool__(self):
        return bool(self.came or self.went or self.weighed)


def bring_up_to_date(gradebook, root, assignment, new):
    """Have the gradebook hold the questions of `new`, another gradebook in which they were just generated."""
    changes = Changes()
    gradebook.update_or_create_assignment(assignment)
    kept = _Kept(root, assignment)
    for notebook in new.find_assignment(assignment).notebooks:
        entry = gradebook.update_or_create_notebook(notebook.name, assignment, kernelspec=notebook.kernelspec)
        changes.submissions = max(changes.submissions, len(entry.submissions))
        _cells(gradebook, assignment, entry, notebook, kept, changes)
    kept.save()
    gradebook.db.commit()
    return changes


def _cells(gradebook, assignment, old, new, kept, changes):
    wanted, there = _all_cells(new), _all_cells(old)
    for key, cell in there.items():
        if key not in wanted:
            _remove(gradebook, cell, kept)
            if isinstance(cell, GradeCell | TaskCell):
                changes.went.append(cell.name)
    for key, cell in wanted.items():
        graded = isinstance(cell, GradeCell | TaskCell)
        before = there[key].max_score if graded and key in there else None
        fields = {name: getattr(cell, name) for name in _copied(cell)}
        add = getattr(gradebook, f"update_or_create_{_kind(cell)}")
        entry = add(cell.name, new.name, assignment, **fields)
        if key not in there:
            _add(gradebook, entry, old, kept)
            changes.came += [cell.name] if graded else []
        elif graded and before != cell.max_score:
            kept.scale(entry, before, cell.max_score)
            changes.weighed.append((cell.name, before, cell.max_score))


def _all_cells(notebook):
    """{(kind, name): cell}; a written answer is a grade cell and a solution cell at once."""
    cells = *notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells, *notebook.source_cells
    return {(_kind(cell), cell.name): cell for cell in cells}


def _kind(cell):
    kinds = {GradeCell: "grade_cell", SolutionCell: "solution_cell", TaskCell: "task_cell", SourceCell: "source_cell"}
    return kinds[type(cell)]


def _copied(cell):
    return COPIED[_kind(cell)]


def _remove(gradebook, cell, kept):
    for kind in (Grade, Comment):
        for row in gradebook.db.query(kind).filter(kind.cell_id == cell.id):
            kept.note(cell.name, row, getattr(cell, "max_score", None))
            gradebook.db.delete(row)
    gradebook.db.flush()
    gradebook.db.delete(cell)
    gradebook.db.flush()


def _add(gradebook, entry, notebook, kept):
    """A row for each submission that is there, with what people gave before, if the question was there before."""
    kinds = {GradeCell: (Grade,), SolutionCell: (Comment,), TaskCell: (Grade, Comment)}.get(type(entry), ())
    for submitted in notebook.submissions:
        for kind in kinds:
            row = kind(cell_id=entry.id, notebook=submitted)
            gradebook.db.add(row)
            gradebook.db.flush()
            kept.restore(entry, row)


class _Kept:
    """What people gave to questions that changed: {question: {student: [points, of how many, comment]}}."""

    def __init__(self, root, assignment):
        self.path = root / "records" / assignment / KEPT
        self.all = json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}
        self.changed = False

    def note(self, question, row, most):
        """Keep what is in a row, if a person gave it."""
        student = row.notebook.student.id
        score, comment = getattr(row, "manual_score", None), getattr(row, "manual_comment", None)
        if score is not None or comment:
            old = self.all.setdefault(question, {}).get(student, [None, None, None])
            new = [score, most] if score is not None and most else old[:2]
            self.all[question][student] = [*new, comment or old[2]]
            self.changed = True

    def restore(self, entry, row):
        """Give it back, in proportion to the points that the question has now."""
        score, most, comment = self.all.get(entry.name, {}).get(row.notebook.student.id, [None, None, None])
        if isinstance(row, Comment):
            row.manual_comment = comment
        elif score is not None:
            row.manual_score, row.needs_manual_grade = score * entry.max_score / most, False

    def scale(self, entry, before, now):
        """A person's 4 of 5 are 8 of 10. Of 0 nothing can be worked out: then it is what was given before."""
        for row in entry.grades:
            if row.manual_score is not None:
                self.note(entry.name, row, before)
                score, most, _ = self.all.get(entry.name, {}).get(row.notebook.student.id, [None, None, None])
                row.manual_score = score * now / most if score is not None else None
                row.needs_manual_grade = row.manual_score is None and row.auto_score is None

    def save(self):
        if self.changed:
            write_whole(self.path, json.dumps(self.all, indent=1, ensure_ascii=False) + "\n")


# --- given away ------------------------------------------------------------------------------


def given(root):
    """{assignment: [question, ...]} that are given away: all who hand in get their points."""
    path = root / GIVEN
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f'{path} can\'t be read: {error}. It holds lines ASSIGNMENT = ["QUESTION"].') from None


def give(gradebook, root, assignment):
    """Full points for all who handed in, in what is given away or worth 0; what people gave there is kept."""
    kept, names = _Kept(root, assignment), given(root).get(assignment, ())
    for row in _rows(gradebook, assignment, names):
        if row.manual_score != row.cell.max_score:
            kept.note(row.cell.name, row, row.cell.max_score)
        row.manual_score, row.needs_manual_grade = row.cell.max_score, False
    kept.save()


def take_back(gradebook, root, assignment, question):
    """What was given away is graded again as before: by people's points where there are some, else by the machine's."""
    kept = _Kept(root, assignment)
    for row in (each for each in _rows(gradebook, assignment, [question]) if each.cell.name == question):
        row.manual_score = None
        kept.restore(row.cell, row)
        row.needs_manual_grade = row.manual_score is None and row.auto_score is None
    gradebook.db.commit()


def _rows(gradebook, assignment, names):
    """The grades in these questions, and in those that are worth nothing."""
    notebooks = gradebook.find_assignment(assignment).notebooks
    cells = [cell.id for book in notebooks for cell in (*book.grade_cells, *book.task_cells)
             if cell.name in names or not cell.max_score]  # fmt: skip
    return gradebook.db.query(Grade).filter(Grade.cell_id.in_(cells)).all() if cells else []
