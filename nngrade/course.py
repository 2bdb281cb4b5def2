"""The course folder, and nbgrader's own tools working in it."""

import contextlib
import io
import subprocess
import sys
import warnings
from pathlib import Path

CONFIG = "nbgrader_config.py"


class CourseError(Exception):
    """A mistake that people make, told in words: what is wrong and what to do."""


def course_root(start=None):
    """The folder of the course: the nearest one at or above `start` (or here) that holds nbgrader_config.py."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise CourseError(
        f"{start} is not inside a course: there is no {CONFIG} in it or in a folder above it.\n"
        "Change into the course folder (the one with solutions/ and assignments/) and try again."
    )


def assignments(root):
    """The names of the assignments that have a solution notebook, in order."""
    return sorted(path.stem for path in (root / "solutions").glob("*/*.ipynb") if path.stem == path.parent.name)


class Course:
    """nbgrader's API for the course in `root`, with its errors turned into words."""

    def __init__(self, root):
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config.loader import PyFileConfigLoader

        self.root = Path(root)
        self.config = PyFileConfigLoader(CONFIG, path=str(self.root)).load_config()
        self.config.CourseDirectory.root = str(self.root)
        self.own_db_url = self.config.CourseDirectory.get("db_url")  # what the course's gradebook() reads
        self.config.CourseDirectory.db_url = f"sqlite:///{self.root / 'gradebook.db'}"
        self.api = NbGraderAPI(coursedir=CourseDirectory(config=self.config), config=self.config)

    def release(self, assignment):
        """Generate the student version of an assignment."""
        self._run("generate_assignment", assignment)

    def collect(self, assignment):
        """Sort the files in downloaded/ASSIGNMENT/archive/ into one folder per student."""
        command = ["nbgrader", "zip_collect", assignment, "--force", f"--CourseDirectory.root={self.root}"]
        done = subprocess.run([sys.executable, "-m", *command], cwd=self.root, capture_output=True, text=True)
        skipped = [line for line in done.stderr.splitlines() if "Skipped" in line]
        if done.returncode or skipped:
            reasons = "\n".join(skipped) or _last_lines({"log": done.stderr})
            raise CourseError(f"nbgrader could not collect {assignment} completely:\n{reasons}")

    def autograde(self, assignment, student):
        """Run a submission with its hidden tests and record the scores."""
        self._run("autograde", assignment, student)

    def feedback(self, assignment, student):
        """Write the feedback page of a submission; returns its path."""
        self._run("generate_feedback", assignment, student)
        return self.root / "feedback" / student / assignment / f"{assignment}.html"

    def scores(self, assignment, student):
        """{id of the test cell: points}; None for what a person still has to grade."""
        with self.api.gradebook as gradebook:
            grades = [g for n in gradebook.find_submission(assignment, student).notebooks for g in n.grades]
            return {g.name: None if g.needs_manual_grade else g.score for g in grades}

    @contextlib.contextmanager
    def gradebook(self):
        """The gradebook that plain nbgrader uses: `c.CourseDirectory.db_url`, or else gradebook.db in the course."""
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with _quiet(), Gradebook(self._gradebook_url(), self.api.course_id) as gradebook:
                yield gradebook
        except (SQLAlchemyError, ImportError) as error:  # ImportError: no driver for this kind of database
            raise CourseError(f"The gradebook of {self.root} can't be read: {str(error).splitlines()[0]}") from None

    def _gradebook_url(self):
        from sqlalchemy import make_url

        url = make_url(self.own_db_url or self.config.CourseDirectory.db_url)
        if url.get_backend_name() != "sqlite":
            return url
        path = self.root / (url.database or "")
        if not (path.is_file() and path.stat().st_size):  # nbgrader would make an empty one
            raise CourseError(f"There is no gradebook {path}: nothing was released or graded here yet.")
        return url.set(database=str(path))

    def export(self, path):
        """Write the grades of all students as CSV."""
        from nbgrader.plugins.export import CsvExportPlugin

        with self.api.gradebook as gradebook, _quiet():
            CsvExportPlugin(to=str(path)).export(gradebook)

    def _run(self, step, assignment, *student):
        with _quiet():
            result = getattr(self.api, step)(assignment, *student)
        if not result["success"]:
            who = f" of {student[0]}" if student else ""
            raise CourseError(f"nbgrader could not do {step} for {assignment}{who}:\n{_last_lines(result)}")


@contextlib.contextmanager
def _quiet():
    """Keep nbgrader's log and SQLAlchemy's warnings out of the way; errors are reported by the caller."""
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _last_lines(result, n=12):
    text = (result.get("error") or "") + (result.get("log") or "")
    return "\n".join(text.strip().split("\n")[-n:])
