"""What students handed in, as units of work: submitted/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb, as nbgrader collects it."""

from dataclasses import dataclass

import nbformat
from nbgrader.utils import parse_utc

from nngrade import submission, work
from nngrade.course import CourseError
from nngrade.grade_notebook import Limits
from nngrade.reference import solutions


@dataclass(frozen=True)
class Place:
    """Where a student's notebook should be. What is in it is read only when its turn comes."""

    student: str
    assignment: str
    notebook: str
    folder: object
    terms: work.Terms

    def unit(self):
        """The unit of work as it lies there now."""
        path, problem, repaired = self._file()
        data = b""
        if path:
            try:
                data = submission.read_file(path)
            except submission.Refused as why:
                problem = str(why)
        handed_in, doubt = self._handed_in()
        environment = work.environment(self.terms.limits, self.terms.unsafe)
        return work.Unit(self.student, self.assignment, self.notebook, data, self.terms, handed_in, problem,
                         (*repaired, *doubt), environment)  # fmt: skip

    def _file(self):
        """(path, problem, what was repaired): a notebook by another name will do, if there is only one."""
        path = self.folder / f"{self.notebook}.ipynb"
        if path.is_symlink() or path.exists():
            return path, "", []
        others = sorted(path.name for path in self.folder.glob("*.ipynb"))
        if not others:
            return None, "There is no notebook in this submission.", []
        if len(others) > 1:
            return None, f"None of these notebooks is called {path.name}: {', '.join(others)}.", []
        return self.folder / others[0], "", [f"the file was called {others[0]}"]

    def _handed_in(self):
        """(when, in UTC, what is wrong with the note of it): nbgrader's collectors leave it in timestamp.txt."""
        try:
            noted = (self.folder / "timestamp.txt").read_text(encoding="utf-8").strip()
            return (parse_utc(noted).isoformat() if noted else ""), []
        except FileNotFoundError:
            return "", []
        except (ValueError, OverflowError, OSError):
            return "", ["timestamp.txt holds no time; it counts as handed in on time"]


def places(course, assignment, students=(), unsafe=False):
    """The notebooks that were handed in for an assignment; of these `students`, if any are named."""
    all_terms = terms(course.root, course.config, assignment, unsafe)
    folders = {folder.parent.name: folder for folder in sorted((course.root / "submitted").glob(f"*/{assignment}"))}
    if not folders:
        raise CourseError(f"Nobody has handed in {assignment}: there is no submitted/STUDENT/{assignment}/.")
    if unknown := sorted(set(students) - folders.keys()):
        raise CourseError(f"There is no submission of {', '.join(unknown)} to {assignment}.")
    chosen = [folders[name] for name in folders if name in students or not students]
    return [Place(folder.parent.name, assignment, name, folder, one)
            for folder in chosen for name, one in all_terms.items()]  # fmt: skip


def terms(root, config, assignment, unsafe):
    """{notebook: what submissions to it are graded by} of an assignment."""
    found = {}
    for source in sorted((root / "solutions" / assignment).glob("*.ipynb")):
        release = root / "assignments" / assignment / source.name
        if not release.is_file():
            raise CourseError(f"{assignment} was not released yet: run `nngrade release`.")
        texts = [path.read_text(encoding="utf-8") for path in (source, release)]
        references = solutions(root, nbformat.reads(texts[0], as_version=4))
        found[source.stem] = work.Terms(*texts, limits(config), unsafe, references)
    if not found:
        raise CourseError(f"There is no assignment {assignment}: solutions/{assignment}/ holds no notebook.")
    return found


def limits(config):
    """What a submission may use, as nbgrader_config.py has it."""
    seconds = config.Execute.get("timeout") or Limits.cell_seconds
    total = config.TrustedExecute.get("total_seconds", Limits.total_seconds)
    return Limits(cell_seconds=seconds, test_seconds=seconds, total_seconds=total)
