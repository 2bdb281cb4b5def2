"""The questions of an assignment in nbgrader's gradebook, when they change while work is graded.

Questions come, go and get other points; nbgrader itself refuses all of that once somebody has handed in. What people
gave is kept before a question goes or is worth other points, and comes back with it (by_hand.py).
"""

import tomllib
from dataclasses import dataclass, field

from nbgrader.api import (
    Comment,
    Grade,
    GradeCell,
    SolutionCell,
    SourceCell,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy.orm import selectinload

from nngrade.batch.by_hand import Kept
from nngrade.errors import CourseError

GIVEN = "questions.toml"  # the questions that are given away: {assignment: [question, ...]}
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
    kept = Kept(root, assignment)
    for notebook in new.find_assignment(assignment).notebooks:
        entry = gradebook.update_or_create_notebook(notebook.name, assignment, kernelspec=notebook.kernelspec)
        changes.submissions = max(changes.submissions, len(entry.submissions))
        _cells(gradebook, assignment, entry, notebook, kept, changes)
    gradebook.db.commit()
    return changes


def _cells(gradebook, assignment, old, new, kept, changes):
    wanted, there = _all_cells(new), _all_cells(old)
    for key, cell in there.items():
        if key not in wanted or _most(cell) != _most(wanted[key]):
            _note(gradebook, cell, kept)
    kept.save()  # nbgrader commits each step of what follows
    for key, cell in there.items():
        if key not in wanted:
            _remove(gradebook, cell)
            if isinstance(cell, GradeCell | TaskCell):
                changes.went.append(cell.name)
    for key, cell in wanted.items():
        graded = isinstance(cell, GradeCell | TaskCell)
        before = _most(there[key]) if key in there else None
        if graded and key in there and before != cell.max_score:
            kept.scale(there[key], before, cell.max_score)
            changes.weighed.append((cell.name, before, cell.max_score))
        fields = {name: getattr(cell, name) for name in _copied(cell)}
        add = getattr(gradebook, f"update_or_create_{_kind(cell)}")
        _add(gradebook, add(cell.name, new.name, assignment, **fields), old, kept)
        changes.came += [cell.name] if graded and key not in there else []


def _all_cells(notebook):
    """{(kind, name): cell}; a written answer is a grade cell and a solution cell at once."""
    cells = *notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells, *notebook.source_cells
    return {(_kind(cell), cell.name): cell for cell in cells}


def _kind(cell):
    kinds = {GradeCell: "grade_cell", SolutionCell: "solution_cell", TaskCell: "task_cell", SourceCell: "source_cell"}
    return kinds[type(cell)]


def _copied(cell):
    return COPIED[_kind(cell)]


def _most(cell):
    return getattr(cell, "max_score", None)


def _rows_of(gradebook, cell):
    return [row for kind in (Grade, Comment) for row in gradebook.db.query(kind).filter(kind.cell_id == cell.id)]


def _note(gradebook, cell, kept):
    for row in _rows_of(gradebook, cell):
        kept.note(row, _most(cell))


def _remove(gradebook, cell):
    for row in _rows_of(gradebook, cell):
        gradebook.db.delete(row)
    gradebook.db.flush()
    gradebook.db.delete(cell)
    gradebook.db.flush()


def _add(gradebook, entry, notebook, kept):
    """A row for each submission that has none, with what people gave before, if the question was there before."""
    kinds = {GradeCell: (Grade,), SolutionCell: (Comment,), TaskCell: (Grade, Comment)}.get(type(entry), ())
    for kind in kinds:
        have = {found for (found,) in gradebook.db.query(kind.notebook_id).filter(kind.cell_id == entry.id)}
        for submitted in (each for each in notebook.submissions if each.id not in have):
            row = kind(cell_id=entry.id, notebook=submitted)
            gradebook.db.add(row)
            gradebook.db.flush()
            kept.restore(entry, row)


# --- given away ------------------------------------------------------------------------------


def given(root):
    """{assignment: [question, ...]} that are given away: all who hand in get their points."""
    path = root / GIVEN
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
        if odd := [name for name, each in found.items() if type(each) is not list or {*map(type, each)} - {str}]:
            raise ValueError(f"{odd[0]} is {found[odd[0]]!r}")
    except ValueError as error:  # of TOML and of UTF-8, too
        raise CourseError(f'{path} can\'t be read: {error}. It holds lines ASSIGNMENT = ["QUESTION"].') from None
    return found


def settle(gradebook, root, assignment, student=""):
    """Full points for all who handed in, in what is given away or worth 0; what is no longer given away is taken back.

    Of one `student` alone, if named, where nothing has to be taken back. What people gave there is kept.
    Returns {(student, notebook): why} of those who have other points by that.
    """
    kept, names, changed = Kept(root, assignment), given(root).get(assignment, ()), {}
    student = student if kept.away.keys() <= {*names} else ""
    for row in _rows(gradebook, assignment, {*names, *kept.away}, student):
        before, question = row.manual_score, row.cell.name
        if question in kept.away and question not in names:
            kept.take_back(row)
        if question in names or not row.cell.max_score:
            kept.give(row, question in names)
        if row.manual_score != before and row.cell.max_score:
            no_longer = "" if question in names else "no longer "
            changed[row.notebook.student.id, row.notebook.name] = f"a question {no_longer}given to everybody"
    kept.save()
    if over := kept.away.keys() - {*names}:
        gradebook.db.commit()  # first: what ends in between is done again, as long as it is known of whom
        for question in over:
            del kept.away[question]
        kept.save()
    return changed


def _rows(gradebook, assignment, names, student):
    """The grades in these questions, and in those that are worth nothing, with whose they are: of all, or of one."""
    notebooks = gradebook.find_assignment(assignment).notebooks
    cells = [cell.id for book in notebooks for cell in (*book.grade_cells, *book.task_cells)
             if cell.name in names or not cell.max_score]  # fmt: skip
    whose = selectinload(Grade.notebook).selectinload(SubmittedNotebook.assignment)
    query = gradebook.db.query(Grade).filter(Grade.cell_id.in_(cells))
    query = query.options(whose.selectinload(SubmittedAssignment.student))  # one question for all, and not for each
    if student:
        query = query.join(Grade.notebook).join(SubmittedNotebook.assignment)
        query = query.filter(SubmittedAssignment.student_id == student)
    return query.all() if cells else []
