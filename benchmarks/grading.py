"""The same class graded by stock nbgrader and by nngrade, one after the other on this machine: `make bench-grading`.

The class hands in a3_backprop: right answers, every planted mistake but the endless loop, a cheat, plots, noise on
stderr, an untouched release. All contenders get the same files, and each a course folder and a gradebook of its own.
CPU time is that of the whole machine, since processes that a sandbox kills are counted nowhere else: nothing else
should run. What the students' own code, its figures and the tests take is measured by running the same cells in forks
of a warm process, with no grader at all.
"""

import argparse
import contextlib
import functools
import importlib
import io
import itertools
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat

from nngrade import classroom
from nngrade.commands.demo import make_course
from nngrade.course import CONFIG, Course, course_root
from nngrade.notebook import canonical

NAME = "a3_backprop"
FOLDER = Path("build") / "bench" / "grading"
PYTHON = sys.executable
PLOTS = "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()\nprint('a plot of my own')"
PRELOAD = "matplotlib.pyplot", "numpy", "nnlib.checks", "nnlib.plot"  # as the grader does
NOISE = "import sys, warnings\nwarnings.warn('something may be wrong')\nprint('noise', file=sys.stderr)"
API = """
import sys
from nngrade.course import Course
course = Course(".")
for student in sys.argv[2:]:
    course.autograde(sys.argv[1], student)
"""


def sample_class(size):
    """[(notebook, {test: points it deserves})] of a class of this size; every kind comes again and again."""
    root = course_root()
    release = canonical.read(root / "assignments" / NAME / f"{NAME}.ipynb")
    solved = canonical.read(root / "solutions" / NAME / f"{NAME}.ipynb")
    full, nothing = classroom.expected_points(solved), dict.fromkeys(classroom.points(solved), 0)
    right = classroom.answer(release, solved)
    kinds = [(right, full), (with_cell(right, PLOTS), full), (with_cell(right, NOISE), full), (release, nothing)]
    kinds += [(classroom.cheated(release, cheat), nothing) for cheat in classroom.cheats(NAME)]
    for bug in classroom.planted_bugs(NAME):
        if bug.name != "loops for ever":
            wrong = classroom.answer(release, solved, classroom.plant(solved, bug))
            kinds.append((wrong, classroom.expected_points(solved, bug)))
    return [kinds[i % len(kinds)] for i in range(size)]


def with_cell(notebook, source):
    """A notebook with a cell of the student's own at its end."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    notebook.cells.append(nbformat.v4.new_code_cell(source, id="own"))
    return notebook


def student(number):
    return f"student-{number + 1:04d}"


class Contender:
    """A way to grade a class, in a course folder of its own."""

    def __init__(self, name, run, plain=False):
        self.name, self.run, self.plain = name, run, plain
        self.folder = (FOLDER / name.replace(" ", "-").replace(",", "")).resolve()

    def prepare(self, handed_in):
        make_course(course_root(), self.folder)
        config = self.folder / CONFIG
        if self.plain:
            config.write_text(config.read_text(encoding="utf-8").replace("\nuse(c)\n", "\n"), encoding="utf-8")
        Course(self.folder).release(NAME)
        for number, (notebook, _) in enumerate(handed_in):
            path = self.folder / "submitted" / student(number) / NAME / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            canonical.write(notebook, path)

    def measure(self, handed_in):
        """Seconds (of them, until the first is graded), CPU seconds, peak memory, and how many scores are deserved."""
        self.prepare(handed_in)
        began = time.time()
        with Memory() as memory:
            before, start = cpu_of_others(), time.perf_counter()
            self.run(self.folder, [student(number) for number in range(len(handed_in))])
            wall, cpu = time.perf_counter() - start, cpu_of_others() - before
        graded = sorted(path.stat().st_mtime for path in self.folder.glob(f"autograded/*/{NAME}/{NAME}.ipynb"))
        return {"wall": wall, "start": graded[0] - began, "rate": (len(graded) - 1) / (graded[-1] - graded[0]),
                "cpu": cpu, "peak": memory.peak, "right": self.right(handed_in)}  # fmt: skip

    def right(self, handed_in):
        course = Course(self.folder)
        scores = [scores_or_none(course, student(number)) for number in range(len(handed_in))]
        return sum(bool(got) and all(got[test] == points for test, points in deserved.items())
                   for got, (_, deserved) in zip(scores, handed_in))  # fmt: skip


def scores_or_none(course, who):
    """What the gradebook has of a student; None where grading broke off before."""
    from nbgrader.api import MissingEntry

    try:
        return course.scores(NAME, who)
    except MissingEntry:
        return None


def stock_command(folder, students):
    call([PYTHON, "-m", "nbgrader", "autograde", NAME], folder)


def stock_api(folder, students):
    call([PYTHON, "-c", API, NAME, *students], folder)


def nngrade(workers):
    def run(folder, students):
        call([PYTHON, "-m", "nngrade", "grade", NAME, "--workers", str(workers)], folder)

    return run


def dask(workers):
    def run(folder, students):
        with cluster(folder, workers) as address:
            call([PYTHON, "-m", "nngrade", "grade", NAME, "--scheduler", address], folder)

    return run


@contextlib.contextmanager
def cluster(folder, workers):
    """A Dask scheduler and workers of one thread, each bound to a core, as machines have their own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    scheduler = ["scheduler", "--port", address.rpartition(":")[2], "--host", "127.0.0.1", "--no-dashboard"]
    worker = ["worker", address, "--nthreads", "1", "--memory-limit", "0", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    started = [subprocess.Popen([PYTHON, "-m", "dask", *scheduler], **quiet)]
    for core in itertools.islice(itertools.cycle(os.sched_getaffinity(0)), workers):
        bound = functools.partial(os.sched_setaffinity, 0, [core])
        started.append(subprocess.Popen([PYTHON, "-m", "dask", *worker], preexec_fn=bound, **quiet))
    try:
        yield address
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGINT)
            process.wait()


def call(command, folder):
    """Run a command to its end; what it says is kept in the folder. Only that folder's settings count."""
    alone = os.environ | {"JUPYTER_NO_CONFIG": "1"}
    with open(folder / "log.txt", "w", encoding="utf-8") as log:
        subprocess.run(command, cwd=folder, env=alone, stdout=log, stderr=log, check=False)


def own_code(handed_in, forks=60):
    """CPU seconds per submission of the students' code and the tests alone: all cells, in forks of a warm process."""
    import matplotlib

    matplotlib.use("agg")
    for module in PRELOAD:
        importlib.import_module(module)
    from nngrade.reference import reference_functions

    reference_functions(NAME)
    solved = canonical.read(course_root() / "solutions" / NAME / f"{NAME}.ipynb")
    tests = {cell.id: cell.source for cell in solved.cells if cell.id.endswith("_test")}
    seconds = []
    for notebook, _ in handed_in[:forks]:
        before = cpu_of_children()
        if not (pid := os.fork()):
            run_plainly([tests.get(cell.id, cell.source) for cell in notebook.cells if cell.cell_type == "code"])
            os._exit(0)
        os.waitpid(pid, 0)
        seconds.append(cpu_of_children() - before)
    return statistics.mean(seconds)


def run_plainly(sources):
    """Run cells one after the other in one namespace, whatever they raise."""
    namespace = {"__name__": "__main__", "get_ipython": lambda: None}
    sys.stdout = sys.stderr = io.StringIO()
    plt.show = show
    for source in sources:
        with contextlib.suppress(Exception):
            exec(source, namespace)


def show():
    """Draw all figures as a notebook does, which shows them as PNG."""
    for number in plt.get_fignums():
        plt.figure(number).savefig(io.BytesIO(), bbox_inches="tight")
    plt.close("all")


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of_others():
    """CPU seconds of everything on this machine but this process, since its start."""
    user, nice, system, _idle, _wait, irq, softirq, *_ = Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    ticks = sum(map(int, (user, nice, system, irq, softirq)))
    return ticks / os.sysconf("SC_CLK_TCK") - time.process_time()


class Memory:
    """The largest sum of memory of all processes that descend from this one, shared pages counted once."""

    def __enter__(self):
        self.peak, self.over = 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def _watch(self):
        while not self.over.wait(1.0):
            self.peak = max(self.peak, sum(map(proportional_size, descendants(os.getpid()))))


def descendants(pid):
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, todo = [], [pid]
    while todo:
        new = children.get(todo.pop(), [])
        found, todo = found + new, todo + new
    return found


def proportional_size(pid):
    """Bytes of memory of a process, its share of shared pages."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0


CONTENDERS = [
    Contender("nbgrader autograde", stock_command, plain=True),
    Contender("nbgrader API", stock_api, plain=True),
    Contender("nngrade, 1 worker", nngrade(1)),
    Contender("nngrade, 2 workers", nngrade(2)),
    Contender("Dask, 1 worker", dask(1)),
    Contender("Dask, 2 workers", dask(2)),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=200, help="students in the class (default 200)")
    parser.add_argument("--only", default="", help="only contenders whose name contains this")
    options = parser.parse_args()
    contenders = [contender for contender in CONTENDERS if options.only in contender.name]
    if not contenders:
        parser.error(f"--only: none of {', '.join(contender.name for contender in CONTENDERS)} has it in its name")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    handed_in = sample_class(options.size)
    own = own_code(handed_in)
    start, before = time.perf_counter(), cpu_of_others()
    time.sleep(3)
    others = (cpu_of_others() - before) / (time.perf_counter() - start)
    print(f"{options.size} submissions to {NAME}, {os.cpu_count()} cores")
    print(f"CPU seconds of students' code and tests alone: {own:.3f} each; other programs keep {others:.2f} cores busy")
    print("                          s   times   start, s   then per s   times   CPU s each   beyond own   peak MB"
          "   as deserved")  # fmt: skip
    first = None
    for contender in contenders:
        result = contender.measure(handed_in)
        first = first or result
        print(row(contender.name, result, first, own, options.size), flush=True)
    shutil.rmtree(FOLDER)


def row(name, result, first, own, size):
    wall, cpu, rate = result["wall"], result["cpu"] / size, result["rate"]
    return (
        f"{name:<19} {wall:>7.1f} {first['wall'] / wall:>7.1f} {result['start']:>10.1f} {rate:>12.2f}"
        f" {rate / first['rate']:>7.1f} {cpu:>12.3f} {cpu - own:>12.3f} {result['peak'] / 2**20:>9.0f}"
        f" {result['right']:>9} of {size}"
    )


if __name__ == "__main__":
    main()
