"""The student's side of a test, in this process: how much an answer may hold, and what is read-only there."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from nngrade.boundary import wire
from nngrade.boundary.words import LENT_TO_MAIN, TOO_LARGE, TOO_LONG
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.student import child
from nngrade.student.servant import Servant
from tests.nngrade.moments import in_moments
from tests.nngrade.small_course import as_bytes, cell


@pytest.fixture
def servant():
    """A Servant, and `ask` of it: the tree of its answer."""
    here, there = socket.socketpair()
    with here, there:
        servant = Servant(there, {"x": np.zeros(100)}, {})

        def ask(op, *args, most=wire.MAX_BLOBS, blobs=(), seconds=5):
            writer = wire.Writer()
            writer.blobs += blobs
            tree = {"op": op, "seconds": seconds, "most": most, "names": {}, "kw": {}, "args": args}
            wire.send(here, writer.message(tree))
            servant.answer(servant.receive())
            return wire.receive(wire.reader(here)).tree

        servant.ask_it = ask
        yield servant


@pytest.mark.parametrize("most, fits", [(928, True), (927, False)])  # 100 numbers and 128 bytes of a header
def test_an_answer_holds_what_it_may_and_no_more(servant, most, fits):
    tree = servant.ask_it("get", "x", most=most)
    assert ("ok" in tree) == fits
    assert fits or tree["error"]["text"] == TOO_LARGE


def test_an_array_that_the_test_lends_read_only_is_so_there(servant):
    def f(x):
        x[0] = 1

    servant.hand_over(f)
    frozen = {"new": [1, {"frozen": 0}]}
    tree = servant.ask_it("call", {"handle": 0}, frozen, blobs=[wire.npy_bytes(np.zeros(2))])
    assert tree["error"]["kind"] == "ValueError" and "read-only" in tree["error"]["text"] and tree["changed"] == []


def test_a_change_that_can_not_be_told_does_not_hide_what_was_raised(servant):
    def f(xs):
        endless = []
        endless.append(endless)
        xs.append(endless)
        raise ValueError("no")

    servant.hand_over(f)
    tree = servant.ask_it("call", {"handle": 0}, {"new": [1, [1, 2]]})
    assert (tree["error"]["kind"], tree["error"]["text"], tree["changed"]) == ("ValueError", "no", [])


@pytest.mark.parametrize("size", [2, 2**13 + 1])
def test_what_was_changed_before_something_was_raised_is_told(servant, size):
    def f(x):
        x[0] = 1
        raise ValueError("no")

    servant.hand_over(f)
    new = {"new": [1, {"array": 0}]}
    tree = servant.ask_it("call", {"handle": 0}, new, blobs=[wire.npy_bytes(np.zeros(size))])
    assert tree["error"]["kind"] == "ValueError" and [number for number, _ in tree["changed"]] == [1]


@pytest.mark.parametrize("kind, base, told", [
    ("ValueError", Exception, "Exception"), ("Own", ValueError, "ValueError"), ("ValueError", BaseException, ""),
])  # fmt: skip
def test_an_exception_is_of_the_kind_that_it_is_and_not_that_of_its_name(servant, kind, base, told):
    def f():
        raise type(kind, (base,), {})("no")

    servant.hand_over(f)
    error = servant.ask_it("call", {"handle": 0})["error"]
    assert (error["kind"], error["name"], error["text"]) == (told, kind, "no")


def test_who_swallows_the_end_of_its_time_is_told_again(servant):
    def deaf():
        with contextlib.suppress(BaseException):
            time.sleep(20)
        time.sleep(20)

    servant.hand_over(deaf)
    with in_moments():
        tree = servant.ask_it("call", {"handle": 0}, seconds=0.1)
    assert tree["error"]["text"] == TOO_LONG


def test_only_the_main_thread_may_ask_for_what_was_lent(servant):
    """Another one's question would stand among the answers of the first."""
    servant.receive = lambda: SimpleNamespace(tree={"ok": 1, "rngs": []}, read=lambda tree: tree)
    lent = servant.borrowed(0, False)
    assert lent(3) == 1
    with ThreadPoolExecutor(1) as other, pytest.raises(RuntimeError, match=LENT_TO_MAIN):
        other.submit(lent, 3).result(20)


SWITCH = """
import decimal, locale, os, sys, tempfile, warnings
import numpy as np
from nngrade.student import switches

def look():
    return [np.geterr(), np.geterrcall(), np.get_printoptions(), warnings.filters[:], warnings.showwarning,
            str(decimal.getcontext()), sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(),
            locale.setlocale(locale.LC_ALL)]

before = look()
np.seterr(all="raise"); np.seterrcall(print); np.set_printoptions(precision=2)
warnings.simplefilter("error"); warnings.showwarning = print
decimal.getcontext().prec = 2; decimal.getcontext().traps[decimal.Inexact] = True
sys.setrecursionlimit(99); sys.settrace(print); sys.setprofile(lambda *_: None)
locale.setlocale(locale.LC_ALL, "C.UTF-8" if before[-1] == "C" else "C")
os.chdir(tempfile.mkdtemp()); os.rmdir(os.getcwd())
changed = look()
switches.put_back(False)
assert look() == before
assert all(a != b for a, b in zip(before, changed))
assert os.getcwd() == os.path.expanduser("~")
sys.setrecursionlimit(9000)
switches.put_back(False)
assert sys.getrecursionlimit() == 9000  # an answer may need it
"""


def test_what_a_notebook_has_switched_is_as_before_in_a_test(tmp_path):
    environment = os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", SWITCH], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_in_a_test_what_is_shown_is_asked_to_show_itself_and_not_drawn(grading_sandbox):
    shows = ("seen = []\nclass Shows:\n    def _ipython_display_(self): seen.append('shows')\nclass Drawn:\n"
             "    def _repr_png_(self): seen.append('drawn')\ndef shown():\n    seen.clear()\n"
             "    display(Drawn(), Shows())\n    return seen\nbefore = list(shown())")  # fmt: skip
    test = "assert before == ['drawn', 'shows'] and shown() == ['shows']"
    cells = [cell("shown", shows, solution=True), cell("asked", test, grade=True, locked=True, points=1)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert grade_notebook(as_bytes(notebook), notebook, notebook, Limits(), grading_sandbox).points == {"asked": 1}


def test_of_a_copy_that_was_ended_nothing_is_left():
    """It would count among the processes of the submission, of which there are only so many."""
    copy = subprocess.Popen(["sleep", "60"], start_new_session=True)
    child.end(copy.pid)
    with pytest.raises(ChildProcessError):
        os.waitpid(copy.pid, os.WNOHANG)
    copy.wait()
    child.end(None)  # there was none


def test_a_test_leaves_no_way_to_the_line_of_orders(grading_sandbox):
    """Whose number is 3; else what a test calls could read orders, and answer them."""
    look = "import os\ndef ways():\n    try:\n        return [os.fstat(3)]\n    except OSError:\n        return []"
    cells = [cell("ways", look, solution=True), cell("asked", "assert ways() == []", grade=True, locked=True, points=1)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert grade_notebook(as_bytes(notebook), notebook, notebook, Limits(), grading_sandbox).points == {"asked": 1}
