"""The course folder, and nbgrader's own tools working in it."""

import contextlib
import importlib.util
import io
import os
import warnings
from pathlib import Path

from nngrade.errors import CourseError

CONFIG = "nbgrader_config.py"
RENAME = "Give these folders names without [ ] * ? % and $."
SECONDS_TO_WAIT = 60  # for somebody else who writes to the gradebook


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


def path_problem(root):
    """Why nbgrader can't work in a folder of this name, or None. Braces, blanks and accents are fine."""
    if odd := sorted(set(str(root)) & set("[]*?")):
        return f"the path {root} holds {' '.join(odd)}, and nbgrader takes that for a pattern of names"
    if os.path.expandvars(root) != str(root):
        return f"the path {root} holds the name of an environment variable, and nbgrader puts its value there"
    home = importlib.util.find_spec("nbgrader").origin
    if "%" in home:  # elsewhere it does no harm
        return f"nbgrader is installed in {Path(home).parent}, whose path holds %, and makes no gradebook from there"


def assignments(root):
    """The names of the assignments that have a solution notebook, in order."""
    return sorted(path.stem for path in (root / "solutions").glob("*/*.ipynb") if path.stem == path.parent.name)


def settings(root):
    """What nbgrader_config.py of the course in `root` says: a Config of traitlets."""
    from traitlets.config.loader import PyFileConfigLoader

    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:  # whatever Python in it may raise
        raise CourseError(f"{root / CONFIG} stops with {type(error).__name__}: {error}") from error


def gradebook_url(root, address=None):
    """The gradebook at this address; without one it is gradebook.db. SQLite files are found from the course folder."""
    from sqlalchemy import make_url

    url = make_url(address or "sqlite:///gradebook.db")
    return url.set(database=str(root / (url.database or ""))) if url.get_backend_name() == "sqlite" else url


def private(root, config):
    """What students' code may never see of the course in `root`, as paths; some may be links to elsewhere."""
    url = gradebook_url(root, config.CourseDirectory.get("db_url"))
    folders = ["solutions", "submitted", "records", "autograded", "feedback"]
    books = [url.database] if url.get_backend_name() == "sqlite" else []
    return tuple(map(str, [root, *(root / name for name in folders), *books]))


class Course:
    """nbgrader's API for the course in `root`, with its errors turned into words.

    `gradebook` is the address of a database; else it is that of the configuration, or gradebook.db in the course.
    """

    def __init__(self, root, gradebook=None):
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory

        self.root = Path(root)
        if problem := path_problem(self.root):
            raise CourseError(f"nbgrader finds nothing here: {problem}.\n{RENAME}")
        self.config = settings(self.root)
        self.config.CourseDirectory.root = str(self.root)
        self.url = gradebook_url(self.root, gradebook or self.config.CourseDirectory.get("db_url"))
        patient = self.url
        if self.url.get_backend_name() == "sqlite":  # somebody may be grading by hand at the same time
            patient = self.url.update_query_dict({"timeout": str(SECONDS_TO_WAIT)})
        self.config.CourseDirectory.db_url = patient.render_as_string(hide_password=False)
        self.groupshared = bool(self.config.CourseDirectory.get("groupshared"))
        self.api = NbGraderAPI(coursedir=CourseDirectory(config=self.config), config=self.config)

    def release(self, assignment):
        """Generate the student version of an assignment."""
        self._run("generate_assignment", assignment)

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
    def gradebook(self, may_be_new=False):
        """The gradebook, open."""
        from nbgrader.api import InvalidEntry
        from sqlalchemy.exc import SQLAlchemyError

        if not may_be_new and self.url.get_backend_name() == "sqlite" and not filled(Path(self.url.database)):
            raise CourseError(
                f"There is no gradebook {self.url.database}: nothing was released or graded here yet."
                " `nngrade release` makes it."
            )
        try:
            with _quiet(), self._open() as gradebook:
                yield gradebook
        except SQLAlchemyError as error:
            raise CourseError(f"The gradebook {self.url} can't be used: {first_line(error)}") from None
        except InvalidEntry as error:  # what nbgrader makes of such an error
            raise CourseError(
                f"The gradebook {self.url} does not take it: {first_line(error.__context__ or error)}. If somebody else"
                " wrote to it in the same moment, run the same command again: what was written is whole."
            ) from None

    def _open(self):
        from nbgrader.api import Gradebook

        try:
            return Gradebook(self.config.CourseDirectory.db_url, self.api.course_id)
        except ImportError as error:  # of the driver for this kind of database
            raise CourseError(f"The gradebook {self.url} needs one more package: pip install {error.name}") from None

    def _run(self, step, assignment, *student):
        with _quiet():
            result = getattr(self.api, step)(assignment, *student)
        if not result["success"]:
            who = f" of {student[0]}" if student else ""
            raise CourseError(f"nbgrader could not do {step} for {assignment}{who}:\n{_last_lines(result)}")


def first_line(error):
    """What a database itself says, without the details."""
    return (str(getattr(error, "orig", None) or error).strip() or type(error).__name__).splitlines()[0]


def filled(path):
    """Whether there is a file at `path` with something in it."""
    return path.is_file() and path.stat().st_size  # nbgrader would make an empty one


@contextlib.contextmanager
def _quiet():
    """Keep nbgrader's log and SQLAlchemy's warnings out of the way; errors are reported by the caller."""
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _last_lines(result, n=12):
    text = (result.get("error") or "") + (result.get("log") or "")
    return "\n".join(text.strip().split("\n")[-n:])
