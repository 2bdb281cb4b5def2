"""Grades one notebook: what was handed in, against the instructor's notebook, in a sandbox. Nothing else is changed."""

import contextlib
import time
from dataclasses import dataclass, field

from nngrade.errors import CourseError
from nngrade.grading import demonstrations
from nngrade.grading.session import Session
from nngrade.grading.trusted_process import Sitting, trusted_process_for
from nngrade.notebook import submission
from nngrade.notebook.outputs import cleaned, error_output, room

GIVEN = "read-only", "solution"  # the cells of the release that are run
THREADS = (
    " If it waits for a thread that another cell has started: that one does not run while a function is tested."
    " Start threads in the function that needs them."
)


@dataclass(frozen=True)
class Limits:
    """How much of everything a submission may take."""

    cell_seconds: float = 120
    test_seconds: float = 120
    total_seconds: float = 900
    output_bytes: int = 2**20  # per cell
    notebook_bytes: int = submission.MOST_BYTES
    restarts: int = 10  # after crashes, besides those that cells of the release and tests may lead to


@dataclass
class Result:
    """What there is to say about a submission. `points` is None where a person has to look."""

    tests: dict = field(default_factory=dict)  # id: {"points", "max", "message", "lines", "seconds"}
    cells: list = field(default_factory=list)  # Steps with their outputs, in order
    repaired: list = field(default_factory=list)
    refused: str = ""
    sandbox: str = ""
    seconds: float = 0
    cpu_seconds: float = 0  # of the student's processes
    restarts: int = 0

    @property
    def points(self):
        """{id of a test: points}."""
        return {name: test["points"] for name, test in self.tests.items()}


def grade_notebook(data, instructor, release, limits, sandbox, problem="", references=(), sentences=None):
    """The result of a submission, given as the bytes of a notebook; or of none, because of this `problem`.

    `sentences` are those for answers without a name, {(test, print of the results): sentence}.
    `instructor` and `release` are the notebook with solutions and hidden tests, and the one that students got,
    `references` the solutions whose functions the tests take; without them, they are read in the course folder.
    """
    start = time.monotonic()
    steps = submission.release_steps(release, instructor)
    result = Result(sandbox=sandbox.name)
    try:
        if problem:
            raise submission.Refused(problem)
        cells = submission.read(data, result.repaired, limits.notebook_bytes)
    except submission.Refused as why:
        refuse(result, steps, str(why))
        return result
    result.cells = submission.arrange(cells, steps, result.repaired)
    tests, given = (sum(step.role in roles for step in result.cells) for roles in (["test"], GIVEN))
    with Session(sandbox, limits, tests, given) as session:
        demonstrations.leave_out(result.cells, steps, instructor, session)
        run_cells(result.cells, session, limits)
        with contextlib.closing(Sitting(trusted_process_for(instructor, references))) as sitting:
            for step in result.cells:
                if step.role == "test":
                    result.tests[step.id] = run_test(step, session, sitting, sentences or {})
        for step in result.cells:
            step.outputs += session.left_out.get(step.id, [])
        result.restarts = session.restarts
    result.cpu_seconds = session.cpu_seconds
    result.seconds = time.monotonic() - start
    return result


def refuse(result, steps, why):
    """Nothing of it can be graded: every test says why, and a person has to look at it."""
    result.refused, result.cells = why, steps
    for step in steps:
        if step.role == "test":
            result.tests[step.id] = not_graded(step, why)
            step.outputs = [error_output(result.tests[step.id])]


def run_cells(steps, session, limits):
    """Run the cells in their order; where a test stands, a copy of the process waits for it."""
    ours, left = True, room(limits.output_bytes)  # ours: so far, all that ran are cells of the release
    before = session.restarts
    for step in steps:
        if step.role == "test":
            session.mark(step.id)
        elif step.cell_type == "code" and step.source.strip() and step.runs:
            step.outputs = cleaned(session.run(step.id, step.source), left)
            ours = ours and step.role == "read-only"
            if ours and session.restarts > before:
                why = step.outputs[-1]["evalue"]
                raise CourseError(f"{step.id}, a cell of the release, does not run here, so nothing was graded: {why}")


def run_test(step, session, sitting, sentences):
    """Test the copy of the student's process that waits for this; once more if another test may have ended it.

    If that is ended, too, what did it is not called any more: then it costs no points but its own.
    """
    found = ask(step, session, sitting)
    for again in (False, True):
        fatal = found.pop("fatal", None)
        if found.pop("gone", False) and (fatal or not again):
            session.restart()
            fatal = fatal and [*fatal, session.ended_by]
            found = ask(step, session, sitting, fatal if again else None)
    found = {name: value for name, value in found.items() if name not in ("gone", "fatal")}
    session.forget(step.id)
    lines = [(name, number, session.source_line(name, number)) for name, number in found["lines"]]
    lines = [f"  {name}, line {number}: {line}" for name, number, line in lines if line]
    found |= {"max": step.points, "lines": lines}
    if sentence := sentences.get((step.id, found.get("finding", {}).get("print"))):
        found["message"] = f"{found['message']} {sentence}"
        found["finding"]["sentence"] = sentence
    most = step.points or 1  # what is wrong in a question that does not count is shown, too
    if found["message"] and (found["points"] or 0) < most:
        step.outputs = [error_output(found)] if not found["points"] else partial(found)
    return found


def ask(step, session, sitting, fatal=None):
    """What a test says to the copy that waits for it, as a dict; with "gone" if the copy was not there any more.

    `fatal` is what ended such a copy before: it is not asked again.
    """
    with session.line_to(step.id) as channel:
        if channel is None:
            return {"points": 0.0, "message": session.why_not, "lines": [], "seconds": 0.0}
        found = sitting.test(step.id, channel, session.test_seconds(), session.extra_seconds(), fatal)
    if found.pop("ended", False) and session.dismiss(step.id) and "in time" in found["message"]:
        found["message"] += THREADS
    return found


def partial(found):
    """The outputs of a test that gave some of its points."""
    text = {"output_type": "stream", "name": "stdout", "text": found["message"] + "\n"}
    value = {
        "output_type": "execute_result",
        "execution_count": None,
        "metadata": {},
        "data": {"text/plain": repr(found["points"])},
    }
    return [text, value]


def not_graded(step, why):
    """What stands for the result of a test that was not run."""
    return {"points": None, "max": step.points, "message": why, "lines": [], "seconds": 0.0}
