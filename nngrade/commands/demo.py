"""The main job on a small scale: release, a sample class, collect, grade, feedback, grades. `make demo`"""

import contextlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

import nnlib as nn
from nngrade import classroom, exports
from nngrade.batch.grade_class import Threads, cores, grade
from nngrade.batch.progress import GradingProgress
from nngrade.batch.records import Records
from nngrade.collect.collect import collect
from nngrade.commands import report
from nngrade.commands.console import wide_console
from nngrade.course import CONFIG, Course, assignments
from nngrade.exports.picture import picture
from nngrade.feedback.write import write as feedback
from nngrade.grading import sandboxes
from nngrade.grading.sandboxes import data_folder
from nngrade.notebook import canonical

LOOP_SECONDS = 40  # how long a sample student's endless loop may hold up the demo; the others need 5


@dataclass(frozen=True)
class Graded:
    """A submission, the points it got and how long that took."""

    assignment: str
    submission: classroom.Submission
    scores: dict
    seconds: float

    @property
    def as_expected(self):
        """Whether every test gave the points that the sample class says."""
        return all(self.scores[test] == points for test, points in self.submission.expected.items())


def run(root, folder):
    """Grade a sample class in `folder`, which is emptied first; returns whether every score is the expected one."""
    console = wide_console()
    start = time.perf_counter()
    course = make_course(root, folder)
    console.print(f"Data: {choose_data(folder)}", soft_wrap=True, highlight=False)
    with _progress(console) as progress:
        class_list = hand_in(course, progress)
    graded = grade_all(course, class_list, console)
    with _progress(console) as progress:
        for name in _tracked(assignments(course.root), "feedback", progress):
            feedback(course, name)
    exports.export(course, "", folder / "grades.csv", {}, "")
    report.score_table(graded, console)
    for name in assignments(course.root):
        picture(course, name, folder / f"{name}.png")
    _say_where(folder, console)
    wrong = [g for g in graded if not g.as_expected]
    per_submission = sum(g.seconds for g in graded) / len(graded)
    console.print(
        f"{len(graded) - len(wrong)} of {len(graded)} submissions have the expected score. "
        f"{time.perf_counter() - start:.0f} s in all, {per_submission:.1f} s per submission to grade."
    )
    return not wrong


def make_course(root, folder):
    """A course of its own in `folder`, with the solutions and the configuration of the one in `root`."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in assignments(root):
        target = folder / "solutions" / name
        target.mkdir(parents=True)
        shutil.copy(root / "solutions" / name / f"{name}.ipynb", target)
    shutil.copy(root / CONFIG, folder)
    course = Course(folder, f"sqlite:///{folder / 'gradebook.db'}")  # wherever the real class's may be
    course.config.Execute.timeout = LOOP_SECONDS
    return course


def choose_data(folder):
    """Which data the submissions train on, in words. Without MNIST, no process tries to fetch it again."""
    try:
        train, test = nn.data.mnist()
        return f"MNIST, {len(train.x):,} images to train on and {len(test.x):,} to test"
    except nn.data.DataUnavailable as problem:
        nothing = Path(folder) / "no-mnist"
        nothing.mkdir()
        os.environ["NNLIB_DATA"] = str(nothing)
        return f"1,797 small digits that come with the course, because MNIST is not at hand. {problem}"


def hand_in(course, progress):
    """Release every assignment, let the class hand in, and collect: a list of (assignment, submission)."""
    class_list, folder = [], course.root / "handed-out"
    for name in _tracked(assignments(course.root), "release", progress):
        course.release(name)
        release = canonical.read(course.root / "assignments" / name / f"{name}.ipynb")
        solved = canonical.read(course.root / "solutions" / name / f"{name}.ipynb")
        platform = folder / name  # what a learning platform would hand out
        platform.mkdir(parents=True)
        for submission in classroom.sample_class(name, release, solved):
            canonical.write(submission.notebook, platform / f"{submission.student}_{name}.ipynb")
            class_list.append((name, submission))
        collect(course.root, name, [platform], "")
    return class_list


def grade_all(course, class_list, console):
    """Grade all submissions, several at once: a list of Graded."""
    with contextlib.closing(Threads(cores())) as pool:
        for name in dict.fromkeys(name for name, _ in class_list):
            console.print(name, style="bold")
            with GradingProgress(console) as progress:
                grade(course, name, pool, progress)
    sandbox = sandboxes.open_once(False, data_folder())
    console.print(f"Students' code ran in a sandbox ({sandbox.name}).", highlight=False)
    records = Records(course.root)
    return [
        Graded(name, submission, course.scores(name, submission.student),
               records.read(submission.student, name, name)["seconds"])
        for name, submission in class_list
    ]  # fmt: skip


def _progress(console):
    columns = TextColumn("{task.description:<36}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console)


def _tracked(items, description, progress):
    task = progress.add_task(description, total=len(items))
    for item in items:
        yield item
        progress.advance(task)
    progress.update(task, description=description)


def _say_where(folder, console):
    def shown(path):
        return os.path.relpath(path)

    console.print(f"Feedback pages  {shown(folder / 'feedback')}{os.sep}<student>{os.sep}<assignment>{os.sep}")
    console.print(f"Grades          {shown(folder / 'grades.csv')}")
    console.print(f"Pictures        {shown(folder)}{os.sep}<assignment>.png")
