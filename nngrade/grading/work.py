"""The unit of work: one notebook of one student. Grading it takes nothing but what the unit holds, wherever it runs.

A thread of this machine does it, a worker of a Dask cluster, or nbgrader by way of nbgrader_execute.py; the
result is a record (see batch/records.py) and the notebook as it goes back.
"""

import getpass
import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbgrader.preprocessors import LimitOutput

import nngrade
import nnlib
from nngrade.errors import CourseError
from nngrade.grading import demonstrations, sandboxes, withheld
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import data_folder
from nngrade.grading.trusted_process import trusted_process_for
from nngrade.notebook import canonical, matching, pasted, submission
from nngrade.notebook.outputs import bearable, room_for_sources, safe_attachments, safe_text

PACKAGES = "numpy", "matplotlib", "ipython", "nbgrader"


@dataclass(frozen=True)
class Terms:
    """What all submissions to one notebook are graded by: the instructor's notebook and the release, as JSON.

    `references` are the solutions whose functions the tests take: ((assignment, notebook, as JSON), ...).
    """

    instructor: str
    release: str
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False  # without a sandbox
    references: tuple = ()
    sentences: tuple = ()  # (((test, print of results), sentence), ...): see batch/sentences.py
    private: tuple = ()  # paths that students' code may not see, on whatever machine it runs

    @cached_property
    def tests(self):
        """The hash of all that can make a difference to a score. Explanations between the cells can't."""
        references = (text for _, text in self.references)
        told = [_cells(notebook) for notebook in (self.instructor, self.release, *references)]
        return _hash(json.dumps([self.forbidden, *([cell for cell in cells if _matters(cell)] for cells in told)]))

    @cached_property
    def forbidden(self):
        """What students' code is to do without."""
        return withheld.forbidden(_notebook(self.instructor))

    @cached_property
    def graded(self):
        """{(id, points)} of all that gives points, in the instructor's notebook and in the release."""
        cells = _cells(self.instructor) + _cells(self.release)
        return {(name, points) for name, role, _, _, points, _ in cells if role in ("test", "written", "task")}


@dataclass(frozen=True)
class Unit:
    """A notebook that was handed in, and what it is graded by."""

    student: str
    assignment: str
    notebook: str
    data: bytes
    terms: Terms
    handed_in: str = ""  # when, in UTC; empty if nobody noted it
    problem: str = ""  # why there is nothing to grade
    repaired: tuple = ()
    environment: str = ""  # of the machine that asks; another one must be the same
    last_change: int = 0  # of what was handed in, before it was read, in ns by the clock of its disk; 0: not known

    @property
    def key(self):
        """The hashes of everything that the result depends on."""
        return {
            "submission": _hash(self.data + self.problem.encode()),
            "tests": self.terms.tests,
            "environment": environment(self.terms.limits, self.terms.unsafe),
        }


def grade(unit):
    """(record, notebook as it goes back, as JSON) of a unit."""
    key, terms = unit.key, unit.terms
    if unit.environment not in ("", key["environment"]):
        raise CourseError(f"{platform.node()} has other versions than the machine that asks: {json.dumps(versions())}")
    instructor, release = map(_notebook, (terms.instructor, terms.release))
    sandbox = get_ready(terms)
    result = grade_notebook(unit.data, instructor, release, terms.limits, sandbox, unit.problem, terms.references,
                            dict(terms.sentences))  # fmt: skip
    record = {
        "student": unit.student,
        "assignment": unit.assignment,
        "notebook": unit.notebook,
        "handed_in": unit.handed_in,
        "last_change": unit.last_change,
        "graded": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": f"{_user()}@{platform.node()}",
        "hashes": key,
        "versions": versions(),
        "sandbox": result.sandbox,
        "limits": asdict(terms.limits),
        "seconds": round(result.seconds, 3),
        "cpu_seconds": round(result.cpu_seconds, 2),  # of the student's processes
        "restarts": result.restarts,
        "repaired": [*unit.repaired, *result.repaired],
        "refused": result.refused,
        "written": [step.id for step in result.cells if step.role in ("written", "task")],
        "unanswered": [] if result.refused else unanswered(result.cells, release),
        "untouched": not result.refused and _no_answers(result.cells, release),
        "tests": result.tests,
    }
    return record, nbformat.writes(as_handed_back(result)) + "\n"


def get_ready(terms):
    """The sandbox; the process that runs the tests gets ready at the same time."""
    data = data_folder()
    trusted_process_for(_notebook(terms.instructor), terms.references)
    return sandboxes.open_once(terms.unsafe, data, terms.forbidden, terms.private)


def unanswered(steps, release):
    """The ids of the cells to fill in that are as they were released."""
    given = {step.id: step for step in submission.release_steps(release)}
    return [step.id for step in steps if step.id in given and matching.untouched(vars(step), given[step.id])]


def untouched(data, terms):
    """Whether there is no answer in a notebook, and no cell that a student has added; what can't be read has none."""
    release = _notebook(terms.release)
    try:
        steps = submission.arrange(submission.read(data, []), submission.release_steps(release), [])
    except submission.Refused:
        return True
    return _no_answers(steps, release)


def _no_answers(steps, release):
    asked = [step.id for step in submission.release_steps(release) if step.role in ("solution", "written")]
    own = any(step.role == "own" and step.source.strip() for step in steps)
    return bool(asked) and not own and set(unanswered(steps, release)) == set(asked)


def as_handed_back(result):
    """The notebook for student and instructor: safe to look at, with what the tests said, of bearable length."""
    left = room_for_sources()
    notebook = as_notebook([made_safe(step, left) for step in result.cells])
    return LimitOutput().preprocess(notebook, {})[0]


def made_safe(step, left):
    """A cell as it may stand before an instructor's browser; `left`: the room for this one and all that follow."""
    if step.role in ("read-only", "task", "test"):
        return step
    if step.cell_type == "code":
        return replace(step, source=bearable(step.source, left))
    source, pictures = pasted.pictures(step.source, step.attachments)
    source, shown = bearable(source, left), safe_attachments(pictures, left)
    return replace(step, source=safe_text(source, shown), cell_type="markdown", attachments=shown)


def as_notebook(steps):
    """The notebook of these steps, with their outputs."""
    cells, names = [], set()
    for number, step in enumerate(steps):
        name = step.id if step.id not in names else f"{step.id[:50]}-{number}"
        names.add(name)
        cell = {"cell_type": step.cell_type, "id": name, "metadata": step.metadata, "source": step.source}
        if step.cell_type == "code":
            cell |= {"outputs": [nbformat.from_dict(output) for output in step.outputs], "execution_count": None}
        elif step.attachments:
            cell["attachments"] = step.attachments
        cells.append(cell)
    metadata = dict(canonical.METADATA)
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


@lru_cache
def versions():
    """What is installed here, as far as scores could depend on it."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        found[package] = version(package)
    course = f"{version('nn-from-scratch')}, {_source_hash()[:12]}"
    return found | {"course": course, "digits": _digits(Path(data_folder()))}


@lru_cache
def environment(limits, unsafe):
    """The hash of the versions here and of what a submission may use."""
    return _hash(json.dumps([versions(), asdict(limits), unsafe]))


def _digits(folder):
    """Which ones students' code gets to see."""
    files = [(folder / name, sha) for name, sha in nnlib.data.MNIST_FILES.items()]
    genuine = all(path.is_file() and _hash(path.read_bytes()) == sha for path, sha in files)
    return "MNIST" if genuine else "the small ones"


def _user():
    """Who grades. In a container there may be nobody of that number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user {os.getuid()}"


def _source_hash():
    """The hash of grader and library, code and digits: they change more often than the version of the course."""
    found = (path for package in (nngrade, nnlib) for path in Path(package.__file__).parent.rglob("*"))
    files = sorted(path for path in found if path.suffix in (".py", ".npz"))
    return _hash(b"\0".join(path.name.encode() + path.read_bytes() for path in files))


def _hash(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


@lru_cache(32)
def _notebook(text):
    return nbformat.reads(text, as_version=4)


def _cells(notebook):
    return [[step.id, step.role, step.cell_type, step.source, step.points, demonstrations.tagged(step)]
            for step in submission.release_steps(_notebook(notebook))]  # fmt: skip


def _matters(cell):
    return cell[2] == "code" or cell[1] in ("written", "task")
