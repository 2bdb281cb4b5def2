"""What the check of a task prints, in full, and what the grader gets from it: tasks made up for it."""

import linecache
import re

import numpy as np
import pytest

from nnlib import checks, tasks
from nnlib.checks import tasks as task_checks
from nnlib.checks.answers import Answer, written
from nnlib.checks.failed import CheckFailed, need
from nnlib.diagnosis import Finding, Probe, Task, mistake


def arrays(rng):
    return [Probe(about, (rng.uniform(1, 2, (n, 3)),)) for n, about in ((2, "two rows"), (4, "four rows"))]


SUMS = Task(
    4,
    "sums(x)",
    "a b",
    {"a": lambda x: x + 1, "b": lambda x: x.sum(axis=0)},
    arrays,
    example=(np.arange(6.0).reshape(2, 3),),
    mistakes=(mistake("b.mean", "b is the mean.", b=lambda x: x.mean(axis=0), lecture="02"),),
)
ANSWER = Answer(
    "three", 5, lambda value: need(len(value) == 3, "three should hold three numbers.") or list(value), "Three."
)


@pytest.fixture(autouse=True)
def made_up(monkeypatch):
    """An assignment a9 of two tasks and two answers."""
    found = {"a9.sums": SUMS, "a9.three": ANSWER}
    monkeypatch.setattr(tasks, "find", lambda name: found[name])
    monkeypatch.setattr(tasks, "tasks", lambda assignment: {"sums": SUMS})
    monkeypatch.setattr(tasks, "answers", lambda assignment: {"three": ANSWER, "words": written(6)})
    task_checks.latest.clear()


def right(x):
    return x + 1, x.sum(axis=0)


def mean(x):
    return x + 1, x.mean(axis=0)


def other(x):
    return x + 1, 7 * x[0]


def not_written(x):
    raise NotImplementedError


def in_numpy(x):
    return np.linalg.inv(x)


def in_the_library(x):
    return checks.need(False, "no"), 0


def told(capsys, function, name="a9.sums"):
    capsys.readouterr()
    checks.task(name, function)
    return capsys.readouterr().out


def line_of(function, part):
    first = function.__code__.co_firstlineno
    return next(k for k in range(first, first + 5) if part in linecache.getline(__file__, k))


EXAMPLE = "  In the example, x = [[0., 1., 2.], [3., 4., 5.]]:\n  b should be [3., 5., 7.], yours is {}.\n"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (right, "✓ Task 4, sums: the checks of this notebook pass. Further tests run when this is graded.\n"),
        (not_written, "✗ Task 4, sums is not written yet.\n"),
        (other, "✗ Task 4, sums: a is right, b is not.\n" + EXAMPLE.format("[ 0.,  7., 14.]")),
        (mean, "✗ Task 4, sums: a is right, b is not.\n" + EXAMPLE.format("[1.5, 2.5, 3.5]")
         + "  checks.why() says what this looks like.\n"),
        (lambda x: (x + 1, x), "✗ Task 4, sums returned b with shape (2, 3), expected (3,) (two rows).\n"
         + EXAMPLE.format("[[0., 1., 2.], [3., 4., 5.]]")),
        (lambda x: x, "✗ Task 4, sums returned one value, expected 2: (a, b).\n"),
        (lambda x: right(x)[::-1],
         "✗ Task 4, sums returned the right values in another order: (b, a), expected (a, b).\n"),
        (3, "✗ Task 4, sums should be a function, but it is a value of the type int.\n"),
    ],
)  # fmt: skip
def test_what_a_check_prints(function, text, capsys):
    assert told(capsys, function) == text
    assert task_checks.latest["a9.sums"] is task_checks.latest["why"]


def test_an_error_is_shown_with_the_last_line_that_is_the_students(capsys):
    line = line_of(in_numpy, "inv")
    out = told(capsys, in_numpy)
    assert re.fullmatch(
        r"✗ Task 4, sums raised LinAlgError\.\n  LinAlgError: .*square\n"
        rf"  in line {line} of its cell: return np\.linalg\.inv\(x\)\n", out)  # fmt: skip


def test_an_error_in_the_library_is_that_of_the_line_that_called_it():
    try:
        in_the_library(0)
    except CheckFailed as error:
        (text,) = task_checks._lines(error)
    assert text == f'in line {line_of(in_the_library, "need")} of its cell: return checks.need(False, "no"), 0'


@pytest.mark.parametrize(("entries", "shown"), [(12, True), (13, False)])
def test_an_example_of_up_to_twelve_entries_is_shown(entries, shown, capsys, monkeypatch):
    probes = lambda rng: [Probe("arrays", (np.exp, rng.uniform(1, 2, n))) for n in (3, 4)]  # noqa: E731
    task = Task(1, "f(g, x)", "a", {"a": lambda g, x: g(x)}, probes, example=(np.exp, np.zeros(entries)))
    monkeypatch.setattr(tasks, "find", lambda name: task)
    out = told(capsys, lambda g, x: 3 * x, "a9.f")
    zeros = f"[{', '.join(['0.'] * 12)}]"
    wanted = f"  In the example, x = {zeros}:\n  a should be {zeros.replace('0', '1')}, yours is {zeros}.\n"
    assert out == "✗ Task 1, f: the result is not right.\n" + (wanted if shown else "")


def test_without_an_example_none_is_shown(capsys, monkeypatch):
    monkeypatch.setattr(tasks, "find", lambda name: Task(1, "f(x)", "a", {"a": lambda x: x + 1}, arrays))
    assert told(capsys, lambda x: x * 7, "a9.f") == "✗ Task 1, f: the result is not right.\n"


UNKNOWN = "What the check said is all that is certain. Work through the example by hand, and compare step by step.\n"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (right, "There is nothing to explain: the last check found no mistake.\n"),
        (not_written, "There is nothing to explain: the last check found no mistake.\n"),
        (mean, "b is the mean. (Lecture 02)\n"),
        (
            other,
            "What the check said is all that is certain. Work through the example by hand, and compare step by step.\n",
        ),
    ],
)
def test_what_why_prints(function, text, capsys):
    told(capsys, function)
    checks.why()
    assert capsys.readouterr().out == text


STATES = "{} Task  4  sums                     {}\n{} Task  5  three                    {}\n" + (
    "· Task  6  written answer           a text: it is read by a person.\n"
)
OPEN = "not checked: run its cells"


@pytest.mark.parametrize(
    ("function", "value", "lines"),
    [
        (None, 0, ("·", OPEN, "·", OPEN)),
        (right, [1, 2, 3], ("✓", "done", "✓", "Three.")),
        (not_written, None, ("○", "not written yet", "○", "not written yet")),
        (other, [1], ("✗", "a is right, b is not.", "✗", "three should hold three numbers.")),
        (lambda x: x, {"a": None, "b": None},
         ("✗", "returned one value, expected 2: (a, b).", "○", "not written yet")),
        (right, {"a": None, "b": 2}, ("✓", "done", "✗", "three should hold three numbers.")),
        (right, [None] * 3, ("✓", "done", "✓", "Three.")),
    ],
)  # fmt: skip
def test_what_the_overview_prints(function, value, lines, capsys):
    if function:
        checks.task("a9.sums", function)
    if value != 0:
        good = lines[2] == "✓"
        try:
            assert checks.answer("a9.three", value) == list(value) and good
        except CheckFailed as failure:
            told = "Task 5, three, is not written yet." if lines[2] == "○" else "three should hold three numbers."
            assert str(failure) == told and not good
        assert (capsys.readouterr().out.splitlines()[-1:] == ["✓ Task 5: Three."]) == good
        kinds = {
            "✓": Finding("right"),
            "○": Finding("open"),
            "✗": Finding("form", ": three should hold three numbers."),
        }
        assert task_checks.latest["a9.three"] == kinds[lines[2]]
    capsys.readouterr()
    checks.overview("a9")
    assert capsys.readouterr().out == STATES.format(*lines)


def test_the_overview_is_in_the_order_of_the_numbers(capsys, monkeypatch):
    monkeypatch.setattr(tasks, "answers", lambda assignment: {"words": written(12), "three": Answer("one", 1, len, "")})
    checks.overview("a9")
    assert [line[:9].split()[-1] for line in capsys.readouterr().out.splitlines()] == ["1", "4", "12"]


def test_numbers_of_a_notebook_are_known_to_all_and_those_of_the_grader_to_nobody(monkeypatch):
    drawn = []

    def judge(task, function, rng):
        drawn.append((task, function, rng.random()))
        return Finding("right")

    monkeypatch.setattr(task_checks, "judge", judge)
    checks.task("a9.sums", right)
    checks.for_points(2, seed=77).task("a9.sums", mean)
    assert drawn == [(SUMS, right, np.random.default_rng(4).random()), (SUMS, mean, np.random.default_rng(77).random())]


def test_points_are_those_of_the_share_with_what_is_said(capsys):
    grading = checks.for_points(5, seed=3)
    points = grading.task("a9.sums", right)
    assert (float(points), points.share, points.said, points.finding) == (5, 1, "", None)
    points = grading.task("a9.sums", mean)
    assert (float(points), points.share) == (2.5, 0.5)
    assert points.said == "sums: a is right, b is not. b is the mean. (Lecture 02)" and points.finding.kind == "values"
    assert grading.task("a9.sums", other).said == "sums: a is right, b is not."
    assert float(task_checks.Points(1, 1 / 3)) == 0.33 and task_checks.Points(1, 1 / 3).share == 1 / 3
    with pytest.raises(CheckFailed, match=r"^sums raised LinAlgError\.$") as failed:
        grading.task("a9.sums", in_numpy)
    assert failed.value.finding.kind == "raised" and failed.value.__cause__ is failed.value.finding.error
    assert grading.why() is grading.overview("a9") is None and capsys.readouterr().out == ""
    assert (grading.points, grading.seed) == (5, 3)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ((1,), "(1,)"),
        ((), "()"),
        ([(1, 2.5), "a"], "[(1, 2.5), 'a']"),
        ([], "[]"),
        (np.array([1e-9, 12345.678]), "[    0.   , 12345.678]"),
        (np.array([[1], [2]]), "[[1], [2]]"),
        (None, "None"),
        (True, "True"),
    ],
)
def test_values_in_one_line(value, line):
    assert task_checks._short(value) == line
