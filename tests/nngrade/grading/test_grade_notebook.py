"""Whole submissions through the real path: right answers, bugs, and everything that happens to notebooks."""

import codecs
import json

import nbformat
import pytest

from nngrade import classroom
from nngrade.errors import CourseError
from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.notebook import canonical, submission
from tests.course.conftest import ROOT
from tests.nngrade.small_course import FULL, INSTRUCTOR, QUESTIONS, RELEASE, answered, as_bytes

LIMITS = Limits()


@pytest.fixture
def graded(grading_sandbox):
    def grade(data, limits=LIMITS):
        return grade_notebook(
            data if isinstance(data, bytes) else as_bytes(data), INSTRUCTOR, RELEASE, limits, grading_sandbox
        )

    return grade


def test_right_answers_earn_everything(graded):
    result = graded(answered())
    assert result.points == FULL
    assert result.repaired == []
    assert result.sandbox
    assert {"python", "numpy"} <= work.versions().keys()


def test_the_untouched_release_earns_nothing(graded):
    assert set(graded(RELEASE).points.values()) == {0}


@pytest.fixture(scope="module")
def backprop():
    solved, released = (
        canonical.read(ROOT / folder / "a3_backprop" / "a3_backprop.ipynb") for folder in ("solutions", "assignments")
    )
    return solved, released


def grade_backprop(backprop, sandbox, cells=None):
    solved, released = backprop
    return grade_notebook(
        as_bytes(classroom.answer(released, solved, cells)), solved, released, Limits(), sandbox
    ).points


def test_the_solved_assignment_earns_everything(backprop, grading_sandbox):
    assert grade_backprop(backprop, grading_sandbox) == classroom.expected_points(backprop[0])


@pytest.mark.slow
@pytest.mark.parametrize("bug", classroom.planted_bugs("a3_backprop"), ids=lambda bug: bug.name)
def test_planted_bugs_cost_their_own_question(bug, backprop, grading_sandbox):
    points = grade_backprop(backprop, grading_sandbox, classroom.plant(backprop[0], bug))
    assert points == classroom.expected_points(backprop[0], bug)


@pytest.mark.slow
@pytest.mark.parametrize("variant", classroom.variants("a3_backprop"), ids=lambda variant: variant.name)
def test_other_right_answers_earn_everything(variant, backprop, grading_sandbox):
    assert grade_backprop(backprop, grading_sandbox, variant.cells) == classroom.expected_points(backprop[0])


def test_a_later_question_is_not_lent_to_do_the_work_of_an_earlier_one(backprop, grading_sandbox):
    ask = "return network_gradients(z - z.min(), y, *2 * (np.eye(z.shape[1]), np.zeros(z.shape[1])))[0]"
    cells = {
        "cross_entropy": f"def cross_entropy(z, y):\n    {ask}",
        "network_gradients": "def network_gradients(*args):\n    raise NotImplementedError()",
    }
    points = grade_backprop(backprop, grading_sandbox, cells)
    assert points == classroom.expected_points(backprop[0]) | {"cross_entropy_test": 0, "network_gradients_test": 0}


# Accidents: honest work keeps its honest marks, and what was repaired is said. -----------------------


def without(notebook, *ids):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]
    return notebook


def stripped(notebook):
    for i, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"x{i}"
    return notebook


def relabelled(notebook):
    for cell in notebook.cells:
        meta = cell.metadata["nbgrader"]
        meta |= {"points": 100, "grade": True, "solution": True, "locked": False}
    return notebook


def retyped(notebook):
    for cell in notebook.cells:
        if cell.id in ("double", "total_test", "imports"):
            cell.cell_type = "raw"
    return notebook


def edited(notebook):
    for cell in notebook.cells:
        if cell.id.endswith("_test"):
            cell.source = "assert True"
    return notebook


def reversed_cells(notebook):
    notebook.cells = notebook.cells[::-1]
    return notebook


def copied_tests(notebook):
    notebook.cells = [copy for cell in notebook.cells for copy in [cell] * (3 if cell.id.endswith("_test") else 1)]
    return notebook


def own_cells(notebook):
    scratch = [
        nbformat.v4.new_code_cell(text) for text in ("1 / 0", "def oops(:", "%matplotlib inline", "print('hi')", "!ls")
    ]
    notebook.cells = [item for cell in notebook.cells for item in [cell, *scratch]]
    return notebook


def format_3(notebook):
    cells = [
        {
            "cell_type": c.cell_type,
            "input" if c.cell_type == "code" else "source": c.source.splitlines(True),
            "metadata": c.metadata,
            "outputs": [],
            "language": "python",
        }
        for c in notebook.cells
    ]
    return json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    ).encode()


def format_4_0(notebook):
    notebook.nbformat_minor = 0
    for cell in notebook.cells:
        del cell["id"]
    return as_bytes(notebook)


def noisy(notebook):
    for cell in notebook.cells:
        if cell.id in QUESTIONS:
            cell.source = "import sys, warnings\nwarnings.warn('careful')\nprint('x', file=sys.stderr)\n" + cell.source
    return notebook


def kernel(notebook):
    notebook.metadata = nbformat.from_dict({"kernelspec": {"name": "conda-env-mine-py", "display_name": "mine"}})
    return notebook


ACCIDENTS = {
    "deleted tests": lambda n: without(n, "double_test", "answer_test", "predict_test"),
    "deleted imports": lambda n: without(n, "imports", "data"),
    "stripped metadata": stripped,
    "edited metadata": relabelled,
    "retyped cells": retyped,
    "edited tests": edited,
    "reversed cells": reversed_cells,
    "copied tests": copied_tests,
    "cells of their own": own_cells,
    "nbformat 3": format_3,
    "nbformat 4.0": format_4_0,
    "noise on stderr": noisy,
    "another kernel": kernel,
    "byte order mark": lambda n: codecs.BOM_UTF8 + as_bytes(n),
    "UTF-16": lambda n: json.dumps(n).encode("utf-16"),
    "Latin-1": lambda n: json.dumps(n, ensure_ascii=False).replace("Why", "Warum nicht für").encode("latin-1"),
    "Windows lines": lambda n: json.dumps(n).replace("\\n", "\\r\\n").encode(),
}


@pytest.mark.parametrize("accident", ACCIDENTS.values(), ids=ACCIDENTS)
def test_accidents_cost_nothing(graded, accident):
    assert graded(accident(answered())).points == FULL


def test_what_was_repaired_is_said(graded):
    assert graded(without(answered(), "double_test")).repaired == ["double_test was missing; it was put in place"]
    assert any("old format" in line for line in graded(format_3(answered())).repaired)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff\x00", b'{"cells": 3}', b"[" * 10**6, b"x" * (submission.MOST_BYTES + 1)]
)
def test_what_is_no_notebook_is_refused_in_words(graded, data):
    result = graded(data)
    assert "notebook" in result.refused or "MB" in result.refused
    assert set(result.points.values()) == {None}


def test_links_are_not_followed(tmp_path):
    (tmp_path / "a.ipynb").symlink_to("/etc/passwd")
    for path in (tmp_path / "a.ipynb", tmp_path, tmp_path / "nothing"):
        with pytest.raises(submission.Refused):
            submission.read_file(path)


# What students see ---------------------------------------------------------------------------------


def test_an_exception_shows_the_students_line_and_nothing_of_the_test(graded):
    result = graded(
        answered({"double": "def double(x):\n    half = x / 0 if isinstance(x, int) else x\n    return 2 * x"})
    )
    test = result.tests["double_test"]
    assert test["message"] == "Your code raised ZeroDivisionError: division by zero"
    assert test["lines"] == ["  double, line 2: half = x / 0 if isinstance(x, int) else x"]


def test_the_number_of_a_line_does_not_tell_what_a_hidden_test_asked(graded):
    fails = "exec(compile('\\n' * int(x * 1e4 - 1) + '1 / 0', 'double', 'exec'))"
    source = f"def double(x):\n    if isinstance(x, float) and 0 < x < 1: {fails}\n    return 2 * x\n" + "#\n" * 8_000
    test = graded(answered({"double": source})).tests["double_test"]
    assert "7308" not in str(test) and len(test["lines"]) == 1


def test_a_missing_name_is_named(graded):
    assert "`double` is not defined" in graded(answered({"double": "def oops(:"})).tests["double_test"]["message"]


def test_outputs_are_kept_and_figures_are_pictures(graded):
    first = (
        "import matplotlib.pyplot as plt\nfrom IPython.display import HTML, display\nplt.plot([1, 2])\nprint('hello')\n"
        "display(HTML('<script>alert(1)</script>'))\n6 * 7"
    )
    outputs = graded(answered(first=first)).cells[0].outputs
    assert {"output_type": "stream", "name": "stdout", "text": "hello\n"} in outputs
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert any(output.get("data", {}).get("text/plain") == "42" for output in outputs)
    assert "script" not in json.dumps(outputs)


def test_a_flood_of_output_is_cut_and_the_cell_runs_on(graded):
    result = graded(answered(first="for i in range(10**5): print('flood' * 10)\nlate = 1"), Limits(output_bytes=10_000))
    assert result.points == FULL
    assert len(json.dumps(result.cells[0].outputs)) < 12_000


def test_where_a_cell_of_the_release_ends_the_program_it_is_not_the_student_who_loses(grading_sandbox):
    release = nbformat.from_dict(json.loads(json.dumps(RELEASE)))
    release.cells[0].source += "\nimport os\nos._exit(1)"
    with pytest.raises(CourseError, match=r"imports, a cell of the release, does not run here.*nothing was graded"):
        grade_notebook(as_bytes(answered()), INSTRUCTOR, release, LIMITS, grading_sandbox)


def test_a_cell_after_which_the_program_can_not_go_on_is_left_out_and_says_so(graded):
    """Only when the tests begin does it show that nothing can be done any more."""
    take_all = "import os\ntry:\n    while True:\n        os.dup(1)\nexcept OSError:\n    print('full')"
    result = graded(answered(first=take_all))
    assert result.points == FULL
    said = [output.get("text") or output["evalue"] for output in result.cells[0].outputs]
    assert said == ["full\n", "After this cell the program could not go on. It was left out."]


def test_what_a_test_finds_after_a_crash_is_what_stood_at_its_place(graded):
    """The call kills everything; the names of the tests after it are defined anew at the end of the notebook."""
    handed_in = answered({"double": "import os, signal\ndef double(x):\n    os.kill(os.getppid(), signal.SIGKILL)"})
    handed_in.cells.append(nbformat.v4.new_code_cell("total = answer = predict = None"))
    assert graded(handed_in).points == FULL | {"double_test": 0}
