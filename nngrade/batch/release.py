"""The student version of an assignment, made beside the old one and put in its place: what fails takes nothing away."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from nngrade.batch import questions
from nngrade.batch.files import alone, remove_parts, write_whole, write_whole_bytes
from nngrade.course import CONFIG, Course
from nngrade.errors import CourseError
from nngrade.notebook import canonical, submission


def release(course, assignment, changed=None):
    """Generate an assignment; returns the Changes of its questions.

    `changed` is {notebook of solutions/: its new text}. It is stored last: what ends before, leaves solutions/ alone.
    """
    changed = changed or {}
    (course.root / "build").mkdir(exist_ok=True)
    only, before = alone(course.root / "records" / assignment, "release"), _contents(changed)
    with only, tempfile.TemporaryDirectory(prefix="release-", dir=course.root / "build") as folder:
        beside = _generated(course, assignment, Path(folder), changed)
        fresh = beside.root / "assignments" / assignment
        target = course.root / "assignments" / assignment
        refuse_worked_in(course, assignment, target, fresh)
        if edited := [path for path, data in _contents(before).items() if data != before[path]]:
            raise CourseError(f"{edited[0]} was saved in the meantime, in JupyterLab, say. Nothing was changed: run the"
                              " same command again.")  # fmt: skip
        with beside.gradebook() as new, course.gradebook(may_be_new=True) as book:
            changes = questions.bring_up_to_date(book, course.root, assignment, new)
        put_in_place(fresh, target)
        for path, text in changed.items():
            write_whole(path, text, 0o644)
    return changes


def _contents(paths):
    return {path: path.read_bytes() for path in paths}


def _generated(course, assignment, folder, changed):
    """A course of its own, in which nbgrader has generated the assignment."""
    shutil.copy(course.root / CONFIG, folder)
    shutil.copytree(course.root / "solutions" / assignment, folder / "solutions" / assignment)
    for path, text in changed.items():
        write_whole(folder / path.relative_to(course.root), text)
    beside = Course(folder, f"sqlite:///{folder / 'gradebook.db'}")
    beside.release(assignment)
    return beside


def refuse_worked_in(course, assignment, target, fresh):
    """CourseError if somebody has answered something in the notebooks that would be replaced."""
    for path in sorted(target.glob("*.ipynb")):
        if not (fresh / path.name).is_file():
            raise CourseError(f"{path} is no notebook of this assignment: move it elsewhere, then release again.")
        stubs = _stubs(fresh / path.name) | _released(course, assignment, path.stem)
        if answered := sorted(name for name, source in _answers(path) if (name, source) not in stubs):
            raise CourseError(
                f"{path} has been worked in ({', '.join(answered)}), and is not overwritten. Move it elsewhere, then"
                " release again."
            )


def _answers(path):
    """[(cell, source)] of the cells to fill in."""
    try:
        return submission.answers(canonical.read(path))
    except CourseError:
        raise CourseError(f"{path} can't be read as a notebook: move it elsewhere, then release again.") from None


def _stubs(path):
    return set(_answers(path))


def _released(course, assignment, notebook):
    """The same as they were released before: the gradebook keeps them."""
    with contextlib.suppress(CourseError), course.gradebook() as book:
        books = [each for each in book.assignments if each.name == assignment]
        found = [each for one in books for each in one.notebooks if each.name == notebook]
        return {(cell.name, (cell.source or "").strip()) for each in found for cell in each.source_cells}
    return set()


def put_in_place(fresh, target):
    """Each file in place of the old one, at once: at no moment is one missing. What else lies there stays."""
    for path in (fresh, *sorted(fresh.rglob("*"))):
        there, mode = target / path.relative_to(fresh), path.stat().st_mode & 0o7777
        if path.is_dir():
            there.mkdir(parents=True, exist_ok=True)
            there.chmod(mode)
            remove_parts(there)
        else:
            write_whole_bytes(there, path.read_bytes(), mode)
