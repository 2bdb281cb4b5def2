"""Cells that only show something are not run again to grade; whoever changed one, or uses what it makes, has it run."""

from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell

from nngrade.boundary import names
from nngrade.grading import demonstrations
from nngrade.grading.demonstrations import NOTE, TAG
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.orders import Orders
from nngrade.grading.work import Terms
from nngrade.notebook import canonical
from nngrade.notebook.submission import arrange, read, release_steps
from tests.course.conftest import ROOT
from tests.nngrade.small_course import FULL, INSTRUCTOR, RELEASE, answered, as_bytes

LIMITS = Limits()
SHOW = "shown = [double(x) for x in range(3)]\nprint('it was run')"


def with_cells(notebook, *cells):
    """A copy of a notebook with demonstrations at its end: (id, source) each."""
    notebook = canonical.nbformat.from_dict(notebook)
    added = [new_code_cell(source, id=name, metadata={"tags": [TAG]}) for name, source in cells]
    notebook.cells = [*notebook.cells, *added]
    return notebook


def ran(given, handed_in=None, own=(), tests="", known=True):
    """The ids of the demonstrations that run: some are `given`, {id: source}, and `handed_in` like this."""
    release, theirs = (with_cells(RELEASE, *cells.items()) for cells in (given, handed_in or given))
    theirs.cells += [new_code_cell(source) for source in own]
    instructor = with_cells(INSTRUCTOR, *given.items())
    next(cell for cell in instructor.cells if cell.metadata.get("nbgrader", {}).get("grade")).source += "\n" + tests
    steps = release_steps(release, instructor)
    arranged = arrange(read(as_bytes(theirs), []), steps, [])

    def needed(sources, asked):
        return names.perhaps_needed(sources, asked) if known else None

    demonstrations.leave_out(arranged, steps, instructor, SimpleNamespace(needed=needed))
    left_out = {step.id for step in arranged if not step.runs}
    assert all((step.outputs[0]["text"] == NOTE + "\n") == (step.id in left_out) for step in arranged if step.outputs)
    return set(given) - left_out


def test_a_demonstration_that_nobody_needs_is_left_out():
    assert ran({"show": SHOW}) == set()


@pytest.mark.parametrize("how", [
    {"handed_in": {"show": SHOW + "\nx = 1"}},
    {"own": ["print(shown)"]},
    {"own": ["def f():\n    return shown"]},
    {"own": ["%timeit shown"]},
    {"own": ["print(_)"]}, {"own": ["print(Out)"]}, {"own": ["In[3]"]},
    {"own": ["del shown"]},
    {"own": ["def value(name):\n    return globals()[name]", "value('sho' + 'wn')"]},
    {"tests": "assert shown"},
    {"known": False},
])  # fmt: skip
def test_it_runs_where_it_was_changed_or_is_needed_or_nothing_is_known(how):
    assert ran({"show": SHOW}, **how) == {"show"}


@pytest.mark.parametrize(
    "own", ["shown = 1\nprint(shown)", "def f(shown):\n    return shown", "print('shown')", "x.shown"]
)
def test_it_does_not_run_for_a_name_that_is_meant_otherwise(own):
    assert ran({"show": SHOW}, own=[own]) == set()


def test_white_space_at_the_ends_of_lines_is_no_change():
    assert ran({"show": SHOW}, {"show": SHOW.replace("\n", "  \n") + "\n"}) == set()


def test_what_a_needed_one_takes_from_others_runs_too():
    chain = {"first": "a = 1", "second": "b = a", "third": "c = 3", "fourth": "import json\nd = json"}
    assert ran(chain) == set()
    assert ran(chain, own=["b"]) == {"first", "second"}
    assert ran(chain, own=["json.dumps(c)"]) == {"third", "fourth"}


def test_one_that_cannot_be_read_runs():
    assert ran({"first": "files = !ls", "second": "from math import *", "third": "x = 1"}) == {"first", "second"}
    assert ran({"first": "files = !ls {x}", "second": "x = 1"}) == {"first", "second"}  # all its words may be names


def test_only_the_release_says_what_is_a_demonstration():
    theirs = answered()
    for cell in theirs.cells:
        cell.metadata["tags"] = [TAG]
    steps = release_steps(RELEASE, INSTRUCTOR)
    arranged = arrange(read(as_bytes(theirs), []), steps, [])
    demonstrations.leave_out(arranged, steps, INSTRUCTOR, None)  # nobody is asked
    assert all(step.runs for step in arranged)


@pytest.mark.parametrize("role", [{"solution": True}, {"solution": True, "grade": True}, {"grade": True}])
def test_answers_and_tests_run_whatever_their_tags(role):
    given = {"nbgrader": {"grade_id": "show", "locked": True, "points": 1} | role, "tags": [TAG]}
    notebook = with_cells(RELEASE)
    notebook.cells.append(new_code_cell(SHOW, id="show", metadata=given))
    steps = release_steps(notebook)
    demonstrations.leave_out(steps, steps, notebook, None)
    assert all(step.runs for step in steps)


def test_the_real_path(grading_sandbox):
    """The note stands in its place, all points are there; a cell that uses what it makes finds it."""
    instructor, release, theirs = (with_cells(each, ("show", SHOW)) for each in (INSTRUCTOR, RELEASE, answered()))

    def outputs(notebook):
        result = grade_notebook(as_bytes(notebook), instructor, release, LIMITS, grading_sandbox)
        assert result.points == FULL and result.restarts == 0
        return {step.id: step.outputs for step in result.cells}["show"]

    assert [each["text"] for each in outputs(theirs)] == [NOTE + "\n"]
    theirs.cells.append(new_code_cell("print(shown)"))
    assert [each["text"] for each in outputs(theirs)] == ["it was run\n"]


@pytest.mark.parametrize("source", ["x = " + "(" * 20_000, "{" * 150, "f(" + "lambda: (" * 90, "#" * 2_000_001,
                                    "x=1\n" * 20_000, "f'" + "{x}" * 30_000 + "'"])
def test_what_keeps_a_parser_busy_costs_nothing_else(source, grading_sandbox):
    instructor, release, theirs = (with_cells(each, ("show", SHOW)) for each in (INSTRUCTOR, RELEASE, answered()))
    theirs.cells.append(new_code_cell(source))
    assert grade_notebook(as_bytes(theirs), instructor, release, LIMITS, grading_sandbox).points == FULL


def test_a_process_that_does_not_answer_costs_nothing(grading_sandbox, monkeypatch):
    """It is the cells that a release that does not run is known by, and not what was asked before them."""
    instructor, release, theirs = (with_cells(each, ("show", SHOW)) for each in (INSTRUCTOR, RELEASE, answered()))
    for notebook in (instructor, release, theirs):
        given = {"nbgrader": {"grade_id": "given", "locked": True, "grade": False, "solution": False}}
        notebook.cells.insert(0, new_code_cell("print('given')", id="given", metadata=given))
    monkeypatch.setattr(Orders, "hear", lambda self, *_, hear=Orders.hear: late(self, hear))
    asked = []

    def late(orders, hear):
        monkeypatch.setattr(Orders, "hear", hear)
        asked.append(orders)
        raise TimeoutError

    result = grade_notebook(as_bytes(theirs), instructor, release, LIMITS, grading_sandbox)
    assert result.points == FULL and asked and all(step.runs for step in result.cells)


def test_the_tag_is_part_of_what_a_score_depends_on():
    plain, tagged = (canonical.text(with_cells(RELEASE, ("show", SHOW))) for _ in range(2))
    plain = plain.replace(f'"{TAG}",', "")
    assert plain != tagged and Terms(plain, plain).tests != Terms(tagged, tagged).tests


@pytest.mark.parametrize("path", sorted((ROOT / "solutions").rglob("*.ipynb")), ids=lambda path: path.stem)
def test_no_demonstration_of_the_course_is_needed_for_points(path):
    solved = canonical.read(path)
    steps = release_steps(solved)
    tagged = {step.id for step in steps if demonstrations.tagged(step)}
    ask = SimpleNamespace(needed=names.perhaps_needed)
    demonstrations.leave_out(steps, steps, solved, ask)
    assert tagged and {step.id for step in steps if not step.runs} == tagged
