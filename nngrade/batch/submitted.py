"""What students handed in, as units of work: submitted/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb, as nbgrader collects it."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from nngrade.batch import deadlines
from nngrade.batch.deadlines import handed_in
from nngrade.batch.records import Records
from nngrade.batch.sentences import sentences
from nngrade.course import private
from nngrade.errors import CourseError
from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits
from nngrade.notebook import canonical, saved, submission
from nngrade.notebook.outputs import readable
from nngrade.reference import solution
from nngrade.trusted.sources import Cell

NOTEBOOKS = ".ipynb", ".ipynb.txt", ".ipynb.json"  # the last two as browsers save it


@dataclass(frozen=True)
class Place:
    """Where a student's notebook should be. What is in it is read only when its turn comes."""

    student: str
    assignment: str
    notebook: str
    folder: Path
    terms: work.Terms
    only: bool = False  # whether the assignment has no other notebook
    zone: str = ""  # of times that name none

    @property
    def where(self):
        """(student, assignment, notebook): what records go by."""
        return self.student, self.assignment, self.notebook

    def unit(self):
        """The unit of work as it lies there now; read once more where something else was put there meanwhile."""
        before = last_change(self.folder)
        unit = self._unit(before)
        now = last_change(self.folder)
        return unit if now == before else self._unit(now)

    def _unit(self, changed):
        data, repaired = b"", []
        try:
            file = self._file(repaired)
            data = saved.without_outputs(submission.read_file(file, saved.MOST_BYTES))
            problem = self._beside(file.name, data, repaired)
        except submission.Refused as why:
            problem = str(why)
        except OSError as error:
            problem = f"What was handed in can't be read: {error.strerror}."
        handed_in = self._handed_in(repaired)
        environment = work.environment(self.terms.limits, self.terms.unsafe)
        return work.Unit(*self.where, data, self.terms, handed_in, problem, tuple(repaired), environment, changed)

    def _file(self, repaired):
        """The notebook that was handed in: a file by another name will do, if there is no other."""
        wanted = f"{self.notebook}.ipynb"
        names = sorted(name for name in os.listdir(self.folder) if name[0] != "." and name != "timestamp.txt")
        found = [name for name in names if name.lower().endswith(".ipynb")]  # browsers save it as .txt or .json
        found = found or [name for name in names if (self.folder / name).is_file()]
        if wanted in found:
            return self.folder / wanted
        if not found:
            beside = f", only {readable(', '.join(names))}" if names else ""
            raise submission.Refused(f"There is no notebook in this submission{beside}.")
        if len(found) > 1 or not self.only:
            raise submission.Refused(f"None of these files is called {wanted}: {readable(', '.join(found))}.")
        repaired.append(f"the file was called {readable(found[0])}")
        return self.folder / found[0]

    def _beside(self, name, data, repaired):
        """Other notebooks in the folder: why a person has to choose, if the one to be graded holds no work at all."""
        names = (each.name for each in self.folder.iterdir() if each.name != name and each.name[0] != ".")
        found = sorted(each for each in names if each.lower().endswith(NOTEBOOKS))
        if not (self.only and found):
            return ""
        mine, others = readable(name), readable(", ".join(found))
        if work.untouched(data, self.terms):
            return f"{mine} is as it was handed out, with no answer in it. Beside it lies: {others}. Which one counts?"
        repaired.append(f"beside it lay {others}, which was not graded")
        return ""

    def _handed_in(self, repaired):
        """When, in UTC: collectors note it in timestamp.txt."""
        when, why = handed_in(self.folder, self.zone)
        if why:
            repaired.append(f"timestamp.txt holds no certain time; it counts as handed in on time: {readable(why)}")
        return when.replace(tzinfo=None).isoformat() if when else ""


def places(course, assignment, students=(), unsafe=False):
    """The notebooks that were handed in for an assignment; of these `students`, if any are named."""
    all_terms = terms(course.root, course.config, assignment, unsafe)
    folders = _folders(course.root / "submitted", assignment)
    if not folders:
        raise CourseError(f"Nobody has handed in {assignment}: there is no submitted/STUDENT/{assignment}/.")
    if unknown := sorted(set(students) - folders.keys()):
        raise CourseError(f"There is no submission of {', '.join(unknown)} to {assignment}.")
    only, zone = len(all_terms) == 1, deadlines.load(course.root).zone
    return [Place(student, assignment, name, folder, one, only, zone)
            for student, folder in folders.items() if student in students or not students
            for name, one in all_terms.items()]  # fmt: skip


def _folders(submitted, assignment):
    """{student: the folder of what they handed in}; where one can't look, somebody has to see to that, too."""
    try:
        folders = {path.name: path / assignment for path in sorted(submitted.iterdir())}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CourseError(f"{submitted} can't be read: {error.strerror}.") from None
    return {student: folder for student, folder in folders.items() if _may_be_there(folder)}


def _may_be_there(path):
    try:
        path.lstat()
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def handed_in_again(course, assignment):
    """Students whose submission is another one than was graded: what score they have is that of an earlier attempt."""
    records = Records(course.root)
    try:
        return sorted({each.student for each in places(course, assignment) if _is_new(each, records)})
    except CourseError:  # nothing was handed in, or is to be graded: there is nothing to be new
        return []


def graded_before(course, assignment):
    """Students who were graded by other tests than those that are there now."""
    try:
        now = {name: each.tests for name, each in terms(course.root, course.config, assignment, False).items()}
    except CourseError:  # not released, or not there any more
        return []
    return sorted({each["student"] for each in Records(course.root).of(assignment)
                   if now.get(each["notebook"]) not in (None, each["hashes"]["tests"])})  # fmt: skip


def _is_new(place, records):
    record = records.read(*place.where)
    if record is None:
        return False
    if (changed := last_change(place.folder)) and changed == record.get("last_change"):
        return False  # nothing came since it was read: a class of thousands need not be
    return place.unit().key["submission"] != record["hashes"]["submission"]


def last_change(folder):
    """When anything in a folder changed last, whatever time other clocks have; 0 where one can't look."""
    try:
        return max(os.stat(each).st_ctime_ns for each in (folder, *os.scandir(folder)))
    except OSError:
        return 0


def terms(root, config, assignment, unsafe):
    """{notebook: what submissions to it are graded by} of an assignment."""
    found, said = {}, tuple(sentences(root, assignment).items())
    for source in sorted((root / "solutions" / assignment).glob("*.ipynb")):
        release = root / "assignments" / assignment / source.name
        if not release.is_file():
            raise CourseError(f"{assignment} was not released yet: run `nngrade release`.")
        texts, notebooks = zip(*map(_notebook, (source, release)))
        needed = references(root, notebooks[0]), said, private(root, config)
        found[source.stem] = work.Terms(*texts, limits(config), unsafe, *needed)
    if not found:
        raise CourseError(f"There is no assignment {assignment}: solutions/{assignment}/ holds no notebook.")
    return found


def references(root, notebook):
    """((assignment, its solved notebook, as JSON), ...) of all whose reference functions the cells of one ask for."""
    names = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and "reference_functions" in cell.source:
            with contextlib.suppress(SyntaxError):  # the process that runs the tests says where
                names |= Cell(cell.id, "test", cell.source).references
    return tuple((name, solution(root, name)) for name in sorted(names))


def _notebook(path):
    """(text, notebook) of a notebook of the course's."""
    notebook = canonical.read(path)
    return path.read_text(encoding="utf-8"), notebook


def limits(config):
    """What a submission may use, as nbgrader_config.py has it."""
    seconds = max(config.Execute.get("timeout") or 0, 0) or Limits.cell_seconds  # None and -1 mean none to nbconvert
    total = config.TrustedExecute.get("total_seconds", Limits.total_seconds)
    return Limits(cell_seconds=seconds, test_seconds=seconds, total_seconds=total)
