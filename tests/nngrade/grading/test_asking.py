"""What is asked of a submission and what is made of the answers, with a session and tests that only answer."""

import contextlib
from types import SimpleNamespace

import pytest

from nngrade.errors import CourseError
from nngrade.grading import grade_notebook as grading
from nngrade.grading.grade_notebook import THREADS, Limits, Result, ask, refuse, run_cells, run_test
from nngrade.notebook.submission import Step


def step(name="f_test", role="test", points=4, source="x", kind="code"):
    return Step(id=name, role=role, cell_type=kind, source=source, points=points)


def answer(points, message="said", lines=(), **more):
    return {"points": points, "message": message, "lines": list(lines), "seconds": 0.5, **more}


class Session:
    """A submission whose copies wait, and the notes of what was done with it."""

    def __init__(self, channel="line", threads=False):
        self.channel, self.threads, self.why_not, self.ended_by = channel, threads, "It is gone.", "too much memory"
        self.done, self.restarts = [], 0

    @contextlib.contextmanager
    def line_to(self, test):
        yield self.channel

    def test_seconds(self):
        return 20

    def extra_seconds(self):
        return 10

    def restart(self):
        self.done.append("restart")

    def dismiss(self, test):
        self.done.append(f"dismiss {test}")
        return self.threads

    def forget(self, test):
        self.done.append(f"forget {test}")

    def mark(self, test):
        self.done.append(f"mark {test}")

    def run(self, name, source):
        self.done.append(f"run {name}")
        return [{"output_type": "stream", "name": "stdout", "text": name}]

    def source_line(self, name, number):
        return {("f", 2): "return x"}.get((name, number), "")


class Sitting:
    """Gives these answers, one after the other."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def test(self, *order):
        self.asked.append(order)
        return dict(self.answers.pop(0))


def found_by(*answers, session=None, sentences=None, points=4):
    one, session, sitting = step(points=points), session or Session(), Sitting(*answers)
    return run_test(one, session, sitting, sentences or {}), one, session, sitting


def test_a_test_is_asked_once_and_forgotten():
    found, one, session, sitting = found_by(answer(4, ""))
    assert found == answer(4, "", max=4) and one.outputs == [] and session.done == ["forget f_test"]
    assert sitting.asked == [("f_test", "line", 20, 10, None)]


@pytest.mark.parametrize("points, kinds", [(0, ["error"]), (None, ["error"]), (1.5, ["stream", "execute_result"]),
                                           (4, [])])  # fmt: skip
def test_what_a_test_says_stands_below_it_unless_all_is_right(points, kinds):
    found, one, *_ = found_by(answer(points, "This answer earns so much."))
    assert [output["output_type"] for output in one.outputs] == kinds and found["points"] == points
    if kinds == ["error"]:
        assert one.outputs[0]["ename"] == ("NotGraded" if points is None else "NotPassed")
    if len(kinds) == 2:
        assert one.outputs[0]["text"] == "This answer earns so much.\n"
        assert one.outputs[1]["data"] == {"text/plain": "1.5"}


def test_what_is_wrong_in_a_question_that_does_not_count_stands_below_it():
    _, wrong, *_ = found_by(answer(0, "It is wrong."), points=0)
    _, right, *_ = found_by(answer(0, ""), points=0)
    assert [output["output_type"] for output in wrong.outputs] == ["error"] and right.outputs == []


def test_lines_of_the_student_are_shown_where_they_are_known():
    found, *_ = found_by(answer(0, lines=[("f", 2), ("f", 99), ("g", 1)]))
    assert found["lines"] == ["  f, line 2: return x"]


def test_a_sentence_of_the_instructors_is_added_to_just_these_results():
    wrong = answer(1, finding={"print": "abc"})
    found, one, *_ = found_by(wrong, sentences={("f_test", "abc"): "Look at W."})
    assert found["message"] == "said Look at W." and found["finding"] == {"print": "abc", "sentence": "Look at W."}
    assert one.outputs[0]["text"] == "said Look at W.\n"
    for sentences in ({("g_test", "abc"): "x"}, {("f_test", "abd"): "x"}):
        assert found_by(answer(1, finding={"print": "abc"}), sentences=sentences)[0]["message"] == "said"


FATAL = ["`f`", [], None]
GONE = {"gone": True, "fatal": FATAL}
TOLD = [*FATAL, "too much memory"]


@pytest.mark.parametrize("answers, fatal, points", [
    ([answer(0, **GONE), answer(4)], [None, None], 4),  # another test may have ended it
    ([answer(0, **GONE), answer(0, **GONE), answer(2)], [None, None, TOLD], 2),  # then it is not called again
    ([answer(0, **GONE), answer(0, gone=True, fatal=None)], [None, None], 0),  # by nobody in particular
    ([answer(0, gone=True, fatal=None), answer(4)], [None, None], 4),
    ([answer(0)], [None], 0),
])  # fmt: skip
def test_an_ended_copy_is_tried_again_and_then_without_what_ended_it(answers, fatal, points):
    found, _, session, sitting = found_by(*answers)
    assert [order[-1] for order in sitting.asked] == fatal and found["points"] == points
    assert session.done == ["restart"] * (len(fatal) - 1) + ["forget f_test"]
    assert not found.keys() & {"gone", "fatal"}


def test_where_no_copy_waits_it_says_why_and_asks_nobody():
    found, _, _, sitting = found_by(session=Session(channel=None))
    assert (found["points"], found["message"], sitting.asked) == (0, "It is gone.", [])


@pytest.mark.parametrize("said, threads, more", [
    ("It did not finish in time.", True, THREADS), ("It did not finish in time.", False, ""),
    ("It did not answer in an orderly way.", True, ""),
])  # fmt: skip
def test_a_copy_that_did_not_end_by_itself_is_dismissed(said, threads, more):
    session = Session(threads=threads)
    found = ask(step(), session, Sitting(answer(0, said, ended=True)))
    assert found["message"] == said + more and session.done == ["dismiss f_test"] and "ended" not in found
    session = Session(threads=True)
    assert ask(step(), session, Sitting(answer(0, said, ended=False)))["message"] == said and session.done == []


def test_what_can_not_be_read_gets_no_points_and_no_0():
    result, steps = Result(), [step(), step("f", "solution"), step("g_test", points=1)]
    refuse(result, steps, "It is no notebook.")
    assert result.points == {"f_test": None, "g_test": None} and result.refused == "It is no notebook."
    assert result.cells is steps and result.tests["g_test"]["max"] == 1
    assert [len(each.outputs) for each in steps] == [1, 0, 1]
    assert result.tests["f_test"]["message"] == "It is no notebook." and result.tests["f_test"]["lines"] == []


# --- cells -----------------------------------------------------------------------------------


def test_cells_run_in_their_order_and_where_a_test_stands_a_copy_waits():
    session = Session()
    steps = [step("data", "read-only"), step("f", "solution"), step("f_test"), step("own", "own", source=" \n"),
             step("words", "own", kind="markdown"), step("more", "own")]  # fmt: skip
    run_cells(steps, session, Limits())
    assert session.done == ["run data", "run f", "mark f_test", "run more"]
    assert [bool(each.outputs) for each in steps] == [True, True, False, False, False, True]


def test_all_cells_together_show_no_more_than_there_is_room_for():
    steps = [step(f"cell-{number}", "own") for number in range(9)]
    run_cells(steps, Session(), Limits(output_bytes=100))
    assert steps[0].outputs[0]["text"] == "cell-0" and steps[-1].outputs[0]["text"].endswith("the rest is cut.")


class Ends(Session):
    """A submission whose cells of these names end its process."""

    def __init__(self, *names):
        super().__init__()
        self.names = names

    def run(self, name, source):
        self.restarts += name in self.names
        said = [{"output_type": "error", "ename": "NotRun", "evalue": f"{name} ended", "traceback": [""]}]
        return super().run(name, source) + said


def test_where_a_cell_of_the_release_does_not_run_nothing_is_graded():
    cells = [step("imports", "read-only"), step("data", "read-only"), step("f", "solution"), step("use", "read-only")]
    with pytest.raises(CourseError, match="^data, a cell of the release, does not run here, .*: data ended$"):
        run_cells(cells, Ends("data"), Limits())
    for name in ("f", "use"):  # from the first answer on, it may be the student's fault
        run_cells(cells, Ends(name), Limits())
    before = Ends()
    before.restarts = 1  # when its names were asked for
    run_cells(cells, before, Limits())


def test_all_of_a_notebook_comes_together(monkeypatch):
    """Read, arranged, run, tested: and what only showed later what it had done says so below its cell."""
    release = [step("f", "solution"), step("f_test")]
    sitting, session = Sitting(answer(3)), Session()
    session.left_out, session.cpu_seconds, session.restarts = {"f": ["left out"]}, 0, 3
    sitting.close = lambda: session.done.append("closed")
    made = []

    @contextlib.contextmanager
    def sessions(*what):
        made.append(what)
        yield session
        session.cpu_seconds = 2.5  # known when its last process has ended

    monkeypatch.setattr(grading.submission, "release_steps", lambda *_: release)
    monkeypatch.setattr(grading.submission, "read", lambda data, noted, most: noted.append(f"{data} {most}") or [])
    monkeypatch.setattr(grading.submission, "arrange", lambda cells, steps, repaired: steps)
    monkeypatch.setattr(grading, "Session", sessions)
    monkeypatch.setattr(grading, "Sitting", lambda process: sitting)
    monkeypatch.setattr(grading, "trusted_process_for", lambda *what: made.append(what))
    sandbox, limits = SimpleNamespace(name="a sandbox"), Limits(notebook_bytes=77)
    result = grading.grade_notebook("data", "instructor", "release", limits, sandbox, references=("r",))
    assert made == [(sandbox, limits, 1, 1), ("instructor", ("r",))]
    assert result.points == {"f_test": 3} and result.repaired == ["data 77"] and result.sandbox == "a sandbox"
    assert (result.restarts, result.cpu_seconds) == (3, 2.5)
    assert [output["text"] for output in release[0].outputs[:-1]] == ["f"] and release[0].outputs[-1] == "left out"
    assert session.done == ["run f", "mark f_test", "forget f_test", "closed"] and 0 < result.seconds < 60
    monkeypatch.setattr(grading.submission, "read", lambda *_: pytest.fail("nobody reads what is not to be graded"))
    assert grading.grade_notebook("data", "i", "r", limits, sandbox, problem="none").refused == "none"
