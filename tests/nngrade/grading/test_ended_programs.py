"""What ends a student's program costs its own question alone, and is told as what it is."""

import signal
from dataclasses import replace

import nbformat
import pytest

from nngrade.errors import CourseError
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.orders import Orders
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import choose
from tests.nngrade.small_course import as_bytes, cell

MB = 1 << 20
LIMITS = Limits(cell_seconds=20, test_seconds=20, total_seconds=900)
MANY = 14  # read-only cells that call the faulty function: more than a submission may have that nobody asked for
TAKES = {  # how memory is taken: (the answer, what is said)
    "by one process": (
        "return [np.ones(2**20) for _ in range(999)]",
        "Your code takes more memory than there is.",
    ),
    "by several": (
        "import os, time\n    for _ in range(3):\n        if not os.fork():\n            y = np.ones(60 * 2**20)\n"
        "            time.sleep(60)\n    time.sleep(60)",
        "`f` ended the whole program: it used more memory than there is.",
    ),
}


@pytest.fixture(scope="module")
def sandbox():
    """One with little memory, which is quickly used up."""
    opened = open_sandbox(choose())
    opened.limits = replace(opened.limits, memory_bytes=1200 * MB)
    with opened as sandbox:
        yield sandbox


def graded(sandbox, fault, *extra, limits=LIMITS):
    """The tests of a notebook in which f is faulty and g is right."""
    notebook = nbformat.v4.new_notebook(cells=[
        cell("imports", "import numpy as np", locked=True),
        cell("f", f"def f(x):\n    {fault}", solution=True),
        cell("f_test", "assert f(1) == 2", grade=True, locked=True, points=2),
        *extra,
        cell("g", "def g(x):\n    return x + 1", solution=True),
        cell("g_test", "assert g(1) == 2 and np.ones(2**23).all()", grade=True, locked=True, points=3),
    ])  # fmt: skip
    return grade_notebook(as_bytes(notebook), notebook, notebook, limits, sandbox)


@pytest.mark.parametrize("way", TAKES)
def test_memory_is_told_as_memory(way, sandbox):
    fault, said = TAKES[way]
    result = graded(sandbox, fault)
    assert result.points == {"f_test": 0, "g_test": 3}
    assert result.tests["f_test"]["message"] == said


@pytest.mark.parametrize("source, said", [
    ("import os; os._exit(0)", "by itself, as exit() does"), ("import os; os._exit(3)", "by itself, as exit(1) does"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "it crashed"),
])  # fmt: skip
def test_a_cell_that_ends_the_program_is_told_how(source, said, sandbox):
    result = graded(sandbox, "return 2", cell("ends", source))
    [output] = next(each for each in result.cells if each.id == "ends").outputs
    assert output["evalue"] == f"This cell ended the whole program ({said}). It was left out."
    assert result.points == {"f_test": 2, "g_test": 3}


def test_what_this_machine_has_killed_costs_nobody_a_point(sandbox, monkeypatch):
    """Where its memory runs out, say: nothing is recorded, and the submission is graded once more."""
    say = Orders.say

    def said_and_killed(orders, *order, **options):
        say(orders, *order, **options)
        if order[:2] == ("run", "sleeps"):
            signal.pidfd_send_signal(sandbox._zygote, signal.SIGKILL)

    sleeps = cell("sleeps", "import time; time.sleep(60)")
    with (
        monkeypatch.context() as patch,
        pytest.raises(CourseError, match="something on this machine killed its sandbox"),
    ):
        patch.setattr(Orders, "say", said_and_killed)
        graded(sandbox, "return 2", sleeps)
    assert graded(sandbox, "return 2").points == {"f_test": 2, "g_test": 3}


def test_a_question_is_not_lost_to_the_number_of_cells_that_end_the_program(sandbox):
    calls = [cell(f"call-{n}", "f(1)", locked=True) for n in range(MANY)]
    result = graded(sandbox, "import os\n    os._exit(1)", *calls)
    assert result.points == {"f_test": 0, "g_test": 3}
    assert result.tests["f_test"]["message"] == "`f` ended the whole program."


def test_cells_that_nobody_asked_for_end_the_program_a_few_times_only(sandbox):
    notebook = nbformat.v4.new_notebook(cells=[cell(f"own-{n}", "import os\nos._exit(1)") for n in range(40)])
    release = nbformat.v4.new_notebook(cells=[])
    result = grade_notebook(as_bytes(notebook), release, release, LIMITS, sandbox)
    assert result.restarts <= Limits.restarts + 1
    assert "Too many cells ended the whole program" in result.cells[-1].outputs[0]["evalue"]


def test_what_a_failed_cell_had_made_is_let_go(sandbox):
    takes = "def take():\n    held = []\n    for _ in range(999):\n        held.append(np.ones(2**20))\ntake()"
    result = graded(sandbox, "return 2", cell("takes", takes), cell("full", "kept = np.ones(2**24)"))
    assert "MemoryError" in result.cells[3].outputs[0]["ename"]
    assert result.cells[4].outputs == [] and result.points == {"f_test": 2, "g_test": 3}


def test_tests_of_one_function_share_the_time_that_it_may_waste(sandbox):
    """Each call of another test has a second then, and after four of them there is none."""
    again = [cell(f"f_test{n}", "assert f(2) == 3", grade=True, locked=True, points=2) for n in range(5)]
    result = graded(sandbox, "while True: pass", *again, limits=Limits(5, 5, 900))
    assert result.points == {"f_test": 0, **{f"f_test{n}": 0 for n in range(5)}, "g_test": 3}
    seconds = [result.tests[name]["seconds"] for name in ("f_test", "f_test0", "f_test3", "f_test4")]
    assert seconds[0] > 4.5 > seconds[1] > 0.9 > min(seconds[2:])  # of which each would have taken a second


ALIVE = """
import os, time
def alive():
    for _ in range(60):
        try:
            os.kill(int(open("child").read()), 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True
"""


def test_what_a_call_has_started_ends_with_it(sandbox):
    starts = "import os, time\n    if child := os.fork():\n        open('child', 'w').write(str(child))\n"
    look = cell("alive", ALIVE, solution=True)
    test = cell("alive_test", "assert not alive()", grade=True, locked=True, points=1)
    result = graded(sandbox, f"{starts}    while True: time.sleep(1)", look, test, limits=Limits(20, 4, 900))
    assert result.points == {"f_test": 0, "alive_test": 1, "g_test": 3}


@pytest.mark.slow
def test_cells_that_never_end_share_their_time(sandbox):
    calls = [cell(f"call-{n}", "f(1)", locked=True) for n in range(2)]
    result = graded(sandbox, "import time\n    while True: time.sleep(1)", *calls, limits=Limits(7, 5, 900))
    stopped = [step.outputs[-1]["evalue"] for step in result.cells if step.id.startswith("call")]
    assert stopped == [f"This cell was stopped after {seconds} s." for seconds in (7, 5)]
    assert result.points == {"f_test": 0, "g_test": 3}
