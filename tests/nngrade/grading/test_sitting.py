"""The tests of one submission share a process where they can, and none finds anything changed by one before it."""

import contextlib
import json
import os
import socket
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from nngrade.boundary import wire
from nngrade.grading import trusted_process
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.trusted_process import Sitting, TrustedProcess
from nngrade.student import servant
from tests.nngrade.small_course import as_bytes, cell

SHARED = """
seen, table, rng = [], np.zeros(3), np.random.default_rng(1)
class Box:
    items = [1]
def note(x):
    seen.append(x)
    return len(seen)
"""
GROW = "def grow(xs):\n    xs += [2]\n    return xs"
CHANGE = {  # what a test, or the student's code, changes: (the code that does it, what the next test is to find)
    "a list": ("seen.append(1)", "seen == []"),
    "an array": ("table[0] = 1", "table.sum() == 0"),
    "a random generator": ("rng.random()", "rng.random() == np.random.default_rng(1).random()"),
    "what a read-only function remembers": ("assert note(3) == 1", "note(4) == 1"),
    "a name": ("seen = table = None", "seen == [] and table is not None"),
    "a name of Python's": ("sum = abs = None", "sum([abs(-1)]) == 1"),
    "a list of the test's, by the student": ("assert grow(seen) == [2]", "seen == []"),
    "a list in a class, by the student": ("assert grow(Box.items) == [1, 2]", "Box.items == [1]"),
    "a list in a class, by the student, and the test fails": ("grow(Box.items); assert False", "Box.items == [1]"),
    "everything, by ending the process": ("import os; os._exit(0)", "seen == []"),
}


@pytest.mark.parametrize("change", CHANGE)
def test_what_one_test_changes_the_next_one_does_not_find(change, grading_sandbox):
    code, expected = CHANGE[change]
    cells = [
        cell("imports", "import numpy as np", locked=True),
        cell("shared", SHARED, locked=True),
        cell("grow", GROW, solution=True),
        *(cell(name, source, grade=True, locked=True, points=1)
          for name, source in (("first", code), ("second", f"assert {expected}"), ("third", f"assert {expected}"))),
    ]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=cells)
    points = grade_notebook(as_bytes(notebook), notebook, notebook, Limits(), grading_sandbox).points
    assert (points["second"], points["third"]) == (1, 1)


def test_a_copy_is_not_taken_for_another_object(grading_sandbox):
    cells = [
        cell("shared", "MISSING = object()\ndef given(x=MISSING):\n    return x is not MISSING", locked=True),
        cell("f", "def f():\n    return 1", solution=True),
        cell("test", "assert not given() and given(f())", grade=True, locked=True, points=1),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert grade_notebook(as_bytes(notebook), notebook, notebook, Limits(), grading_sandbox).points == {"test": 1}


def processes(source, answers, tests=3):
    """The process ids in which tests run that call `ask()`, which answers as this function does."""
    cells = [{"id": "data", "role": "read-only", "source": source, "points": 0},
             {"id": "ask", "role": "solution", "source": "def ask(x): pass", "points": 0}]  # fmt: skip
    cells += [{"id": f"t{i}", "role": "test", "source": "import os\nask(data)\nos.getpid()", "points": 10**9}
              for i in range(tests)]  # fmt: skip
    with (
        contextlib.closing(TrustedProcess(cells, [], Path.cwd())) as trusted,
        contextlib.closing(Sitting(trusted)) as sitting,
    ):
        return [sitting.test(f"t{i}", student(answers), 10)["points"] for i in range(tests)]


def student(function):
    """A socket to a process in which `ask` is this function."""
    mine, theirs = socket.socketpair()
    if not os.fork():
        mine.close()
        servant.serve(theirs, {"ask": function}, set())
    theirs.close()
    return mine


def test_tests_share_a_process_unless_that_could_be_found_out():
    small, large, lock = "data = [1, 2]", "import numpy as np\ndata = np.zeros(2**20)", "import threading\n"
    assert len(set(processes(small, len))) == 1
    assert len(set(processes(large, len))) == 3  # slow to copy
    assert len(set(processes(f"{lock}lock, data = threading.Lock(), [1]", len))) == 3  # a lock can't be copied
    things = "import numpy as np\nthings, data = np.array([object()]), [1]"
    assert len(set(processes(things, len))) == 3
    assert len(set(processes("data = [1]\ndata.append(data)\ndel data[1]", len))) == 1
    assert len(set(processes("own = [1]\nown.append(own)\ndata = [1]", len))) == 3  # endless
    assert len(set(processes(small, list.clear))) == 1  # a copy of it
    rng = "import numpy as np\ndata = np.random.default_rng(1)"
    assert len(set(processes(rng, lambda rng: rng.random()))) == 3  # who knows where else this generator is held


def test_a_test_may_use_its_extra_seconds():
    cells = [{"id": "t", "role": "test", "source": "import time\ntime.sleep(4)", "points": 1}]
    with (
        contextlib.closing(TrustedProcess(cells, [], Path.cwd())) as trusted,
        contextlib.closing(Sitting(trusted)) as sitting,
    ):
        assert sitting.test("t", student(len), 0.1, 10)["points"] == 1
        found = sitting.test("t", student(len), 0.1)
    assert found["points"] == 0 and "did not finish within" in found["message"]


def test_what_does_not_answer_is_not_asked_again(monkeypatch):
    """Its answer may come late, and would be taken for that to the next test."""
    waited, (here, there), (line, end) = [], socket.socketpair(), socket.socketpair()
    monkeypatch.setattr(trusted_process.select, "select", lambda *files: waited.append(files[-1]) or ([], [], []))
    with there, end:
        sitting = Sitting(SimpleNamespace(sit=lambda: here))
        found = sitting.test("t", line, 0, 7)
    assert (found["points"], found["ended"]) == (0, True) and waited == [17]
    assert sitting.sock is None and here.fileno() == line.fileno() == -1


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_the_time_until_the_tests_can_run_is_none_of_the_students(monkeypatch, taken):
    """Where this machine then ends the process that runs them, a person has to look, as if it had been there at once.
    """
    clock, (here, there), (line, end) = [1000.0], socket.socketpair(), socket.socketpair()
    monkeypatch.setattr(trusted_process, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def sit():
        clock[0] += 60
        there.close()
        if not taken:
            raise BrokenPipeError
        return here

    with here, line, end:
        found = Sitting(SimpleNamespace(sit=sit)).test("t", line, 20)
    assert (found["points"], found["seconds"]) == (None, 0)


def test_what_was_late_is_told_to_the_tests_that_follow():
    (here, there), lines = socket.socketpair(), [socket.socketpair() for _ in range(2)]
    late = [["`f`", ["g"], 1]]
    sitting = Sitting(SimpleNamespace(sit=lambda: here))
    with there:
        for last in (False, True):
            there.sendall(b"".join(wire.packed(json.dumps({"points": 1, "late": late, "last": last}))))
        for line, end in lines:
            assert sitting.sock in (None, here)
            assert sitting.test("t", line, 20) == {"points": 1} and sitting.late == late
            end.close()
        told = [wire.received_with_file(there) for _ in lines]
    for _, file in told:
        os.close(file)
    assert [order[-1] for order, _ in told] == [[], late] and sitting.sock is None


def test_any_number_of_functions_may_have_been_late_before():
    """And none of the tests that follow is lost by that."""
    cells = [{"id": "t", "role": "test", "source": "assert ask([1]) == 1", "points": 1}]
    late = [[f"`function_{number}`", ["a_helper_with_a_name"], 1] for number in range(200)]
    with (
        contextlib.closing(TrustedProcess(cells, [], Path.cwd())) as trusted,
        contextlib.closing(Sitting(trusted)) as sitting,
    ):
        sitting.late = late
        assert sitting.test("t", student(len), 20)["points"] == 1 and sitting.late == late


def test_a_test_that_ends_its_own_process_is_no_fault_of_the_students():
    cells = [{"id": "t", "role": "test", "source": "import os\nos._exit(0)", "points": 1}]
    with (
        contextlib.closing(TrustedProcess(cells, [], Path.cwd())) as trusted,
        contextlib.closing(Sitting(trusted)) as sitting,
    ):
        found = sitting.test("t", student(len), 60)
    assert found["points"] is None
    assert found["message"] == "This test could not be run to its end; a person has to look at it."
