"""Grading on a Dask cluster: real schedulers and workers, which get killed, are of another kind, or are not there."""

import contextlib
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook

from nngrade import classroom, reference
from nngrade.batch import scale, submitted
from nngrade.batch.grade_class import grade
from nngrade.commands import grade as grade_command
from nngrade.course import Course
from nngrade.errors import CourseError
from nngrade.grading import sandboxes, work
from nngrade.notebook import canonical
from tests.nngrade import small_course
from tests.nngrade.dask_cluster import Cluster, family, until, worker_of
from tests.nngrade.moments import soon

ROOT = Path(__file__).parents[3]
NOBODY = "tcp://127.0.0.1:9"


def make_course(folder, name, instructor):
    """A course with one assignment, released."""
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / "solutions" / name).mkdir(parents=True)
    (folder / "solutions" / name / f"{name}.ipynb").write_bytes(small_course.as_bytes(instructor))
    Course(folder).release(name)
    return Course(folder)


def hand_in(course, name, student, notebook):
    folder = course.root / "submitted" / student / name
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_bytes(small_course.as_bytes(notebook))


@pytest.fixture
def small(tmp_path):
    """A class of twelve, each of whom takes a moment. Every third one has a wrong answer."""
    course = make_course(tmp_path / "course", "small", small_course.INSTRUCTOR)
    for number in range(1, 13):
        wrong = {} if number % 3 else {"answer": "answer = 16"}
        slow = small_course.answered(wrong, first="import time\ntime.sleep(1)")
        hand_in(course, "small", f"student-{number:02}", slow)
    return course


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "dask").mkdir()
    cluster = Cluster(tmp_path / "dask")
    yield cluster
    cluster.close()


def right_scores(number):
    return small_course.FULL | ({} if number % 3 else {"answer_test": 0}) | {"why": None}


def assert_all_right(course, students=12):
    """Every score is right, in the records and in the gradebook, and stands there once."""
    with Gradebook(course.config.CourseDirectory.db_url, course.api.course_id) as book:
        assert len(book.assignment_submissions("small")) == students
    for number in range(1, students + 1):
        student = f"student-{number:02}"
        assert course.scores("small", student) == right_scores(number)
        record = json.loads((course.root / "records" / "small" / student / "small.json").read_text(encoding="utf-8"))
        assert {name: test["points"] for name, test in record["tests"].items()}.items() <= right_scores(number).items()


@contextlib.contextmanager
def started(course, *options):
    """`nngrade grade small` on the command line."""
    command = [sys.executable, "-m", "nngrade", "grade", "small", *options]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(command, cwd=course.root, **pipes) as run:
        try:
            yield run
        finally:
            run.kill()


def said_by(run):
    """(exit code, what it said, its errors)."""
    said, errors = run.communicate()
    return run.returncode, said, errors


def recorded(course, least):
    """Whether so many are done."""
    return lambda: len(list((course.root / "records" / "small").glob("*/small.json"))) >= least


def assert_clean(said, *lines):
    """The terminal shows these lines (patterns), how far it has come, what to do next, and nothing else."""
    also = r"\d+ of \d+, |Next: |Why a score is what it is: |Hand back: "
    shown = [line for line in said.splitlines() if not re.match(also, line)]
    assert len(shown) == len(lines), said
    for line, pattern in zip(shown, lines):
        assert re.fullmatch(pattern, line), line


def with_all(family):
    """The processes of a worker, when it has a sandbox and a process that runs the tests; the first two may be another
    worker's who began earlier."""
    return family if len(family) > 3 else None


def end(victim, nanny, family):
    if victim != "job":
        os.kill(family[0].pid if victim == "worker" else nanny.pid, signal.SIGKILL)
        return
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    nanny.terminate()


def path_without_bubblewrap(folder):
    folder.mkdir()
    for program in ("mkdir", "rm", "chmod"):
        (folder / program).symlink_to(shutil.which(program))
    return str(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("victim", "sandbox"),
    [("worker", "bubblewrap"), ("nanny", "landlock"), ("job", "landlock")],
)
def test_a_worker_that_is_killed_costs_no_score_and_leaves_nothing(small, cluster, tmp_path, victim, sandbox):
    """By SIGKILL, or as Slurm ends a job that is over its time: SIGTERM to all processes at once."""
    own = cluster.scratch / "of the first worker"
    own.mkdir()
    path = {"PATH": path_without_bubblewrap(tmp_path / "bin")} if sandbox == "landlock" else {}
    first, _ = cluster.worker(TMPDIR=str(own), **path), cluster.worker()
    with started(small, "--scheduler", cluster.address) as run:
        until(recorded(small, 2))
        lost = until(lambda: with_all(family(worker_of(first))))
        end(victim, first, lost)
        code, said, errors = said_by(run)
    assert (code, errors) == (0, "")
    assert_clean(said, "12 submissions to grade.", r"12 graded in \d+ s, [\d.]+ per second; 12 in all.")
    assert_all_right(small)
    assert not psutil.wait_procs(lost, timeout=60)[1]
    if victim != "worker":  # where its nanny lives, a new worker may have a sandbox again
        assert soon(lambda: not list(own.glob("nngrade-*")))


@pytest.mark.slow
def test_the_real_course_on_workers_that_have_no_course_folder(tmp_path, cluster):
    name, solved = "a3_backprop", canonical.read(ROOT / "solutions" / "a3_backprop" / "a3_backprop.ipynb")
    course = make_course(tmp_path / "course", name, solved)
    released = canonical.read(course.root / "assignments" / name / f"{name}.ipynb")
    bug = classroom.planted_bugs(name)[0]
    hand_in(course, name, "student-01", classroom.answer(released, solved))
    hand_in(course, name, "student-02", classroom.answer(released, solved, classroom.plant(solved, bug)))
    nanny = cluster.worker(threads=2)
    with scale.cluster(cluster.address) as pool:
        assert pool.width == 2
        outcome = grade(course, name, pool, Silent())
        children = [" ".join(child.cmdline()) for child in worker_of(nanny).children()]
    assert sorted(outcome.graded) == [("student-01", name), ("student-02", name)] and not outcome.troubles
    full, less = classroom.points(solved), classroom.expected_points(solved, bug)
    assert of_tests(course.scores(name, "student-01"), full) == full
    assert of_tests(course.scores(name, "student-02"), full) == less
    assert sum("nngrade.sandbox.zygote" in child for child in children) == 1, "two threads share one sandbox"
    assert sum("nngrade.trusted.checker" in child for child in children) == 1


def of_tests(scores, full):
    return {name: scores[name] for name in full}


class Silent:
    """Shows no progress; calls `then` at every step."""

    def __init__(self, then=lambda: None):
        self.then = then

    def begin(self, total, outcome):
        pass

    def step(self, outcome):
        self.then()

    def waiting(self, who):
        pass


@pytest.mark.slow
def test_a_worker_that_would_grade_in_another_way_is_refused_in_words(small, cluster, tmp_path):
    preloads = {
        "versions": "from nngrade.grading import work\nhere = work.versions()\n"
        "work.versions = lambda: here | {'numpy': '1.0', 'digits': 'others'}",
        "sandbox": "import nngrade.sandbox.kinds as kinds\nkinds.problem = lambda kind: f'{kind.name} is broken'",
        "course": "import sys\nsys.modules['nngrade'] = None",
    }
    for name, source in preloads.items():
        (tmp_path / f"{name}.py").write_text(source)
        cluster.worker("--preload", str(tmp_path / f"{name}.py"))
    with started(small, "--scheduler", cluster.address) as run:
        code, said, errors = said_by(run)
    assert (code, said) == (1, "")
    assert errors.startswith(f"nngrade: These workers of {cluster.address} would not grade as this machine does")
    assert re.search(r"has numpy 1.0 \(here: 2\S+\), .*digits others \(here: ", errors)
    assert re.search(r"There is no sandbox here .*\n- bubblewrap is broken\n- landlock\+seccomp is broken", errors)
    assert re.search(r"is the course installed there, as it is here\? ModuleNotFoundError", errors)
    assert "Traceback" not in errors


@pytest.mark.slow
def test_ctrl_c_and_the_end_of_the_scheduler_keep_what_was_graded(small, cluster):
    cluster.worker(threads=2)
    with started(small, "--scheduler", cluster.address) as run:
        until(recorded(small, 2))
        run.send_signal(signal.SIGINT)
        code, said, errors = said_by(run)
    assert (code, errors) == (130, "")
    stopped = "Stopped. What was graded is kept; run the same command again to go on."
    assert_clean(said, "12 submissions to grade.", "", stopped)

    done = len(list((small.root / "records" / "small").glob("*/small.json")))
    with started(small, "--scheduler", cluster.address) as run:
        until(recorded(small, done + 2))
        cluster.scheduler.kill()
        code, said, errors = said_by(run)
    assert code == 1
    assert_clean(said, f"{12 - done} submissions to grade, {done} are finished already.*")
    assert_clean(errors, f"nngrade: The Dask scheduler at {cluster.address} does not answer any more. {scale.KEPT}")

    with started(small) as run:
        code, said, errors = said_by(run)
    assert (code, errors) == (0, "") and re.search(r"\d+ are finished already", said)
    assert_all_right(small)


@pytest.mark.slow
def test_no_workers_from_the_start_and_in_mid_run(small, cluster, monkeypatch):
    no_workers = pytest.raises(CourseError, match="has no workers. Start some, .* `dask worker tcp://127.0.0.1")
    with monkeypatch.context() as patch, no_workers:
        patch.setattr(scale, "SECONDS_FOR_WORKERS", 1)
        with scale.cluster(cluster.address):
            pass
    monkeypatch.setattr(scale, "SECONDS_WITHOUT_WORKERS", 2)
    nanny = cluster.worker()
    all_gone = pytest.raises(CourseError, match="All workers of tcp://.* are gone. What was graded is kept")
    with all_gone, scale.cluster(cluster.address) as pool:
        grade(small, "small", pool, Silent(then=nanny.kill))
    assert recorded(small, 1)()


def test_no_scheduler_and_no_dask_in_words(small, monkeypatch):
    monkeypatch.setattr(scale, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(CourseError, match="No Dask scheduler at tcp://127.0.0.1:9: .* Start one with `dask scheduler`"):
        grade_command.run(small.root, "small", (), False, None, NOBODY, False)
    with pytest.raises(CourseError, match="nowhere:else is not the address of a Dask scheduler"):
        grade_command.run(small.root, "small", (), False, None, "nowhere:else", False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=re.escape("pip install -e '.[scale]'")):
        grade_command.run(small.root, "small", (), False, None, NOBODY, False)


def test_other_versions_are_refused(small):
    place = submitted.places(small, "small")[0]
    with pytest.raises(CourseError, match="has other versions than the machine that asks: .*numpy"):
        work.grade(replace(place.unit(), environment="another"))


def test_which_digits_there_are_counts_as_a_version(tmp_path):
    assert work._digits(tmp_path) == "the small ones"
    assert work.versions()["digits"] in ("MNIST", "the small ones")


def test_terms_hold_the_solutions_that_tests_name(tmp_path):
    other = small_course.notebook()
    other.cells[2].source = "def double(x):\n    return x + x"
    asks = small_course.notebook()
    asks.cells[3].source += '\nfrom nngrade import reference\nreference.reference_functions("other")'
    course = make_course(tmp_path / "course", "small", asks)
    with pytest.raises(CourseError, match="asks for the reference functions of other, and there is no solutions/other"):
        submitted.terms(course.root, course.config, "small", False)
    (course.root / "solutions" / "other").mkdir()
    path = course.root / "solutions" / "other" / "other.ipynb"
    path.write_bytes(small_course.as_bytes(other))
    terms = submitted.terms(course.root, course.config, "small", False)["small"]
    assert terms.references == (("other", path.read_text(encoding="utf-8")),)
    path.write_text(path.read_text(encoding="utf-8").replace("x + x", "2 * x"), encoding="utf-8")
    assert submitted.terms(course.root, course.config, "small", False)["small"].tests != terms.tests
    assert pickle.loads(pickle.dumps(terms)).tests == terms.tests


def test_reference_functions_come_from_the_unit_first(monkeypatch):
    solved = small_course.as_bytes(small_course.INSTRUCTOR).decode()
    monkeypatch.setitem(reference.carried, "no_such_assignment", solved)
    assert reference.reference_functions("no_such_assignment")["double"](21) == 42
    reference.reference_functions.cache_clear()


def test_threads_that_start_together_share_one_sandbox():
    with ThreadPoolExecutor(4) as pool:
        folder = work.data_folder()
        opened = list(pool.map(lambda _: sandboxes.open_once(False, folder), range(4)))
    assert len(set(map(id, opened))) == 1
