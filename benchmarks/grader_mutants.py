"""Faults planted one at a time in files of nngrade: `make mutants MODULES="nngrade.boundary nngrade.exports.fill"`.

Tests of nngrade start processes, some of them in a sandbox, which import the file anew. So each fault is written into
a copy of the course, and a fork of a process that has imported what takes long runs the tests.
"""

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from faults import FOUND, ROOT, SURVIVED, difference, faulty, files

TESTS = "tests/nngrade"
ROOMS = {  # the tests that concern a room or a file of it, quick ones first; the longest name that fits counts
    "alike": ["alike"],
    "collect": ["collect/test_collect.py"],
    "collect.archive": ["collect/test_archive.py", "collect/test_collect.py"],
    "collect.attempts": ["collect/test_attempts.py", "collect/test_collect.py"],
    "collect.class_lists": ["collect/test_roster.py"],
    "collect.lists": ["collect/test_lists.py", "collect/test_platforms.py", "collect/test_collect.py"],
    "collect.notebooks": ["collect/test_choice.py", "collect/test_collect.py"],
    "collect.platforms": ["collect/test_platforms.py", "collect/test_collect.py"],
    "collect.roster": ["collect/test_roster.py"],
    "collect.who": ["collect/test_who.py", "collect/test_collect.py"],
    "commands.alike": ["alike/test_command.py"],
    "commands.collect": ["commands/test_said.py", "collect/test_collect.py"],
    "commands.feedback": ["commands/test_said.py"],
    "commands.grade": ["commands/test_said.py", "batch/test_runs.py"],
    "commands.late": ["batch/test_deadlines.py"],
    "commands.mistakes": ["commands/test_mistakes.py"],
    "commands.pack": ["commands/test_pack.py"],
    "commands.question": ["commands/test_question.py"],
    "doctor": ["doctor"],
    "feedback": ["feedback/test_what_is_told.py", "feedback/test_feedback.py"],
    "grading": ["grading/test_work.py", "grading/test_session.py", "grading/test_asking.py"],
    "grading.demonstrations": ["grading/test_demonstrations.py"],
    "grading.orders": ["grading/test_orders.py"],
    "grading.withheld": ["grading/test_withheld.py"],
    "lint": ["lint"],
    "notebook": ["notebook/test_submission.py", "notebook/test_elsewhere.py"],
    "notebook.canonical": ["notebook/test_canonical.py"],
    "notebook.outputs": ["notebook/test_outputs.py"],
    "notebook.pasted": ["notebook/test_pasted.py"],
    "notebook.pictures": ["notebook/test_outputs.py"],
    "notebook.saved": ["notebook/test_saved.py"],
    "spreadsheets": ["exports/test_exports.py"],
    "marking": ["marking/test_waiting.py", "marking/test_rubric.py"],
    "boundary": ["boundary"],
    "times": ["test_times.py"],
    "trusted": ["trusted"],
    "exports": ["exports/test_exports.py"],
    "exports.picture": ["exports/test_picture.py"],
    "exports.panels": ["exports/test_picture.py"],
    "exports.mistakes": ["commands/test_mistakes.py"],
    "exports.order": ["commands/test_mistakes.py", "exports/test_picture.py"],
    "batch": ["batch/test_results.py", "batch/test_submitted.py", "batch/test_runs.py"],
    "batch.answers": ["batch/test_answers.py", "batch/test_gradebook.py"],
    "batch.by_hand": ["batch/test_changed_questions.py"],
    "batch.changes": ["batch/test_changes.py"],
    "batch.deadlines": ["batch/test_deadlines.py"],
    "batch.files": ["batch/test_records.py"],
    "batch.gradebook": ["batch/test_gradebook.py"],
    "batch.grade_class": ["batch/test_results.py", "batch/test_whole_runs.py", "batch/test_runs.py"],
    "batch.penalties": ["batch/test_penalties.py", "batch/test_deadlines.py"],
    "batch.progress": ["batch/test_progress.py"],
    "batch.questions": ["batch/test_changed_questions.py"],
    "batch.records": ["batch/test_records.py"],
    "batch.release": ["batch/test_put_in_place.py"],
    "batch.scale": ["batch/test_workers.py"],
    "batch.sentences": ["commands/test_mistakes.py"],
    "batch.students": ["batch/test_students.py"],
}
HEAVY = "hypothesis", "matplotlib.pyplot", "nbformat", "nbgrader.api", "numpy", "rich.progress", "sqlalchemy", "typer"
SECONDS = 120  # for the tests of one fault, which a few seconds are enough for: then they hang, which is noticed


def tests_of(module):
    """The tests that concern a module, as arguments of pytest."""
    name = module.removeprefix("nngrade.")
    while name not in ROOMS and "." in name:
        name = name.rpartition(".")[0]
    if name not in ROOMS:
        raise SystemExit(f"Which tests concern {module}? Say so in {Path(__file__).name}: ROOMS.")
    return [f"{TESTS}/{each}" for each in ROOMS[name]]


class Copy:
    """A copy of the course in a temporary folder, in which faults are planted."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mutants-")
        self.root = Path(self.folder.name)
        names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                               capture_output=True, text=True).stdout  # fmt: skip
        for name in filter(lambda name: (ROOT / name).is_file(), names.strip("\0").split("\0")):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.root / name, follow_symlinks=False)
        for name in HEAVY:
            importlib.import_module(name)

    def passes(self, path, text, tests):
        """Whether these tests pass with a file in which this stands."""
        here = self.root / path.relative_to(ROOT)
        before = here.read_bytes()
        for old in (here.parent / "__pycache__").glob(f"{here.stem}.*"):  # as old as the new file, by its time
            old.unlink()
        here.write_text(text, encoding="utf-8")
        try:
            return self.run(tests)
        finally:
            here.write_bytes(before)

    def run(self, tests):
        """Whether these tests pass, in a process of their own that is ended when it hangs."""
        child = os.fork()
        if not child:
            try:
                os.setsid()
                os._exit(self.pytest(tests))
            finally:  # in this process the folder is nobody's to remove
                os._exit(1)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status == 0
            time.sleep(0.05)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False

    def pytest(self, tests):
        """Run pytest in the copy; its exit code."""
        import pytest
        from hypothesis import Phase, settings

        os.chdir(self.root)
        sys.path.insert(0, str(self.root))
        os.environ["PYTHONPATH"] = str(self.root)  # for the processes that it starts
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        phases = Phase.explicit, Phase.generate
        quick = settings(phases=phases, max_examples=25, derandomize=True, database=None, deadline=None)
        settings.register_profile("quick", quick)
        settings.load_profile("quick")
        plugins = "-p", "no:xdist", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"
        return pytest.main([*plugins, "-x", "-q", "--timeout", str(SECONDS), *tests])


def run(modules, part):
    """(module, status, the difference) of every fault, or of each `part`-th."""
    copy = Copy()
    for module, path in files(modules).items():
        text, tests = path.read_text(encoding="utf-8"), tests_of(module)
        faults = list(faulty(text))[::part]
        if faults and not copy.passes(path, text, tests):
            raise SystemExit(f"The tests of {module} fail without any fault: {' '.join(tests)}")
        for changed in (fault() for fault in faults):
            yield module, SURVIVED if copy.passes(path, changed, tests) else FOUND, difference(text, changed)
