"""The check of a task as a notebook shows it, and as the grader runs it."""

import sys

import numpy as np
import pytest

from nnlib import checks, tasks
from nnlib.checks import stubs
from nnlib.checks import tasks as task_checks
from nnlib.checks.answers import written
from nnlib.checks.failed import CheckFailed


@pytest.fixture(autouse=True)
def fresh():
    task_checks.latest.clear()


def relu(mask):
    def relu_backward(da, z):
        return da * mask(da, z)

    return relu_backward


RIGHT, WRONG = relu(lambda da, z: z > 0), relu(lambda da, z: da > 0)


def open_task(da, z):
    raise NotImplementedError


def crashes(da, z):
    return da[:, 7, 8, 9]


def said(capsys, function, name="a3.relu_backward"):
    checks.task(name, function)
    return capsys.readouterr().out


def test_success_is_seen_and_claims_no_more_than_it_knows(capsys):
    assert said(capsys, RIGHT) == (
        "✓ Task 4, relu_backward: the checks of this notebook pass. Further tests run when this is graded.\n"
    )


def test_an_untouched_task_is_told_in_one_line(capsys):
    assert said(capsys, open_task) == "✗ Task 4, relu_backward is not written yet.\n"


def test_a_mistake_is_told_with_the_example_and_its_cause_on_request(capsys):
    out = said(capsys, WRONG)
    assert out.startswith("✗ Task 4, relu_backward: the result is not right.")
    assert "In the example, da = [[ 5., -7.,  2.,  4.]], z = [[ 1. ,  3. , -4. ,  0.5]]:" in out
    assert "dz should be [[ 5., -7.,  0.,  4.]], yours is [[ 5., -0.,  2.,  4.]]." in out
    assert "made from da" not in out
    checks.why()
    assert "made from da, where z belongs" in capsys.readouterr().out


def test_what_was_raised_is_told_with_its_line(capsys):
    out = said(capsys, crashes)
    assert out.startswith("✗ Task 4, relu_backward raised IndexError.\n  IndexError: too many indices")
    assert "return da[:, 7, 8, 9]" in out


def test_the_overview_lists_every_task(capsys):
    said(capsys, RIGHT)
    said(capsys, WRONG, "a3.tanh_backward")
    said(capsys, open_task, "a3.sigmoid_backward")
    checks.overview("a3")
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines[:4]] == ["·", "○", "✗", "✓"]


ANSWERS = [
    ("a2.by_hand", [0.1, 0.2, 0.3, 0.4], [0.1, 0.2], "shape"),
    ("a3.wrong_lines", (7, 2), [2, 2], "two different"),
    ("a3.wrong_lines", [1, 9], [0, 9], "from 1 to 9"),
    ("a4.learning_rates", [0.1, 0.2, 0.3], [0.1, 0.3, 0.2], "above 0 and rise"),
    ("a4.learning_rates", [1, 2, 3.5], [0.1, 0.3], "three numbers"),
    ("a4.learning_rates", np.array([1, 2, 3]), "low", "three numbers"),
    ("a6.diagnoses", dict.fromkeys("ABCDE", "sign"), dict.fromkeys("ABCD", "sign"), "A, B, C, D and E"),
    ("a6.diagnoses", dict.fromkeys("ABCDE") | {"B": "sum"}, dict.fromkeys("ABCDE", "flu"), "Patient A"),
]


@pytest.mark.parametrize("name, good, bad, words", ANSWERS)
def test_an_answer_that_is_a_value_is_told_its_form_and_listed(capsys, name, good, bad, words):
    line = next(i for i, one in enumerate(overview(capsys, name[:2])) if name[3:] in one)
    for value, sign in [(None, "○"), (bad, "✗"), (good, "✓")]:
        if sign == "✓":
            checks.answer(name, value)
            assert "when this is graded" in capsys.readouterr().out
        else:
            with pytest.raises(CheckFailed, match="not written yet" if value is None else words):
                checks.answer(name, value)
        assert overview(capsys, name[:2])[line][0] == sign


def overview(capsys, assignment):
    checks.overview(assignment)
    return capsys.readouterr().out.splitlines()


def reader(n_pixels=9, losses=(2.0, 1.0)):
    return [np.ones((64, n_pixels)), np.ones(64), np.ones((10, 64)), np.ones(10)], list(losses)


def test_a_trained_reader_has_the_shapes_that_the_text_asks_for_and_losses_that_fell():
    checks.answer("a4.train_digit_reader", reader())
    wrong = [
        ((None, []), "params"),
        (reader()[0], "4 values"),
        ((reader()[0][:3], [2, 1]), "3 values"),
        (([np.ones((9, 64)), *reader()[0][1:]], [2, 1]), "W1 has shape"),
        (reader(losses=(1, 2)), "not below"),
        (reader(losses=()), "not below"),
    ]
    for result, words in wrong:
        with pytest.raises(CheckFailed, match=words):
            checks.answer("a4.train_digit_reader", result)


def test_points_are_full_partial_or_refused():
    assert checks.for_points(2, 5).task("a3.relu_backward", RIGHT) == 2
    with pytest.raises(checks.CheckFailed, match="made from da") as failure:
        checks.for_points(2, 5).task("a3.relu_backward", WRONG)
    assert [made.id for made in failure.value.finding.mistakes] == ["dz.slope_at_da"]
    means = checks.for_points(6, 5)
    points = means.task("a3.linear_backward", lambda delta, x, W: (delta @ W, delta.T @ x, delta.mean(0)))
    assert points == 4 and "db is the mean over the examples" in points.said


def test_what_is_no_function_is_told(capsys):
    for value in (None, 3, np.zeros(2)):
        assert "should be a function" in said(capsys, value)


def test_an_example_of_lists_is_shown(capsys):
    asked = tasks.find("a3.graph_gradients")
    out = said(capsys, lambda nodes: (asked(nodes)[0], asked(nodes)[0]), "a3.graph_gradients")
    assert "nodes = [('input', 2.), ('input', -1.), ('input', 3.), ('add', 0, 1)," in out
    out = said(capsys, lambda *given: (0.5, *tasks.find("a3.deep_gradients")(*given)[1:]), "a3.deep_gradients")
    assert "Ws = [[[ 0.,  0.], [ 2., -1.], [ 4., -2.]], [[4., 3., 1.]], [[5.], [0.]]]," in out
    assert "L should be 0.6931, yours is 0.5." in out


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_who_has_not_written_what_is_no_function_is_told_of_the_task():
    try:
        exec(compile("raise NotImplementedError", "a cell", "exec"))
    except NotImplementedError:
        assert stubs._in_words(None, *sys.exc_info()) == ["○ This task is not written yet."]


@pytest.mark.parametrize(
    "error, words",
    [(NotImplementedError(), "○ `raised` is not written yet."), (CheckFailed("It is 3 rows."), "✗ It is 3 rows.")],
)
def test_in_a_browser_the_words_are_printed_since_its_kernel_stops_at_what_fails(error, words, capsys, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert stubs._in_words(None, *raised(error)) == [words] and capsys.readouterr().out == ""
    monkeypatch.setattr("sys.platform", "emscripten")
    assert stubs._in_words(None, *raised(error)) == [words] and capsys.readouterr().out == f"{words}\n"


def test_a_notebook_tells_open_tasks_and_failed_checks_in_words(monkeypatch):
    class Shell:
        def get_ipython(self):
            return self

        def set_custom_exc(self, kinds, handler):
            self.set = kinds, handler

    shell = Shell()
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setattr(stubs.notebook, "in_notebook", lambda: False)
    stubs.quiet_stubs()
    assert not hasattr(shell, "set")  # nothing is done outside of one
    monkeypatch.setattr(stubs.notebook, "in_notebook", lambda: True)
    stubs.quiet_stubs()
    assert shell.set == ((NotImplementedError, CheckFailed), stubs._in_words)


def test_why_has_a_sentence_for_every_state(capsys):
    nothing = "There is nothing to explain: the last check found no mistake.\n"
    for function, words in ((None, nothing), (RIGHT, nothing), (open_task, nothing), (lambda da, z: da + z + 5, None)):
        if function:
            checks.task("a3.relu_backward", function)
        capsys.readouterr()
        checks.why()
        unknown = (
            "What the check said is all that is certain. Work through the example by hand, and compare step by step.\n"
        )
        assert capsys.readouterr().out == (words or unknown)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ([1, 2], "[1, 2]"),
        ([[1.5, 2], [3, 4]], "[[1.5, 2. ], [3. , 4. ]]"),
        ((1, [2, 3]), "(1, [2, 3])"),
        (["a", 1], "['a', 1]"),
        ("ab", "'ab'"),
        (0.123456, "0.1235"),
    ],
)
def test_values_stand_in_one_line_as_they_would_be_typed(value, line):
    assert task_checks._short(value) == line


@pytest.mark.parametrize(("most", "shown"), [(4, True), (3, False)])
def test_an_example_is_shown_if_it_has_no_more_entries_than_fit(most, shown, capsys, monkeypatch):
    monkeypatch.setattr(task_checks, "SHOWN", most)  # dz of the example has four
    assert ("In the example" in said(capsys, WRONG)) == shown


def test_a_written_answer_says_that_a_person_reads_it(capsys, monkeypatch):
    monkeypatch.setattr(tasks, "answers", lambda assignment: {"words": written(99)})
    checks.overview("a3")
    assert capsys.readouterr().out.splitlines()[-1].split(maxsplit=3) == [
        "·", "Task", "99", "written answer           a text: it is read by a person."]  # fmt: skip
