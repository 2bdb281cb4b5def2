"""The walls of nngrade, as far as imports can break them; nngrade/README.md has the map."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter

import pytest
from nbgrader.api import Gradebook

from nngrade.sandbox.places import CHILD_SIDE
from tests.course.conftest import ROOT

IPYTHON = {"IPython", "traitlets", "matplotlib_inline"}  # and what comes with it
WALLS = {  # {wing: (what it may import besides itself and the standard library, why)}
    "boundary": ({"numpy"}, "Both processes load it: what it brought along from one side, the other one would have."),
    "student": ({"boundary", "numpy", "matplotlib", *IPYTHON},
                "It runs beside the student's code, which can read and change all that is loaded there."),
    "sandbox": ({"errors"}, "It is shown to the student's process, so it may lead to nothing else of nngrade."),
    "trusted": ({"boundary", "notebook", "reference", "sandbox", "numpy", "nnlib"},
                "It knows what tests expect, and hears from the student's side by way of boundary alone."),
    "notebook": ({"errors", "nbformat"}, "It reads what students wrote, and knows nothing of tests and scores."),
    "grading": ({"boundary", "notebook", "sandbox", "errors", "nngrade", "nnlib", "nbgrader", "nbformat"},
                "It starts student/ and trusted/ as processes, and grades on machines that have no course folder."),
}  # fmt: skip
FILES = {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8"))
         for package in ("nngrade", "nnlib") for path in sorted((ROOT / package).rglob("*.py"))
         if "build" not in path.parts}  # fmt: skip


def dotted(file):
    """The name of the module in a file."""
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


MODULES = set(map(dotted, FILES))


def imported(tree):
    """The modules that a file imports, also inside of functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "an import without its full name"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in inner)


def room(module):
    """The wing, or the file at the top of nngrade, in which a module is; of other packages, their name."""
    package, *inner = module.split(".")
    return inner[0] if package == "nngrade" and inner else package


def in_room(name):
    return {file: tree for file, tree in FILES.items() if room(dotted(file)) == name}


@pytest.mark.parametrize("wing", WALLS)
def test_a_wing_imports_only_what_it_may(wing):
    may, why = WALLS[wing]
    for file, tree in in_room(wing).items():
        for name in imported(tree):
            inside = room(name) in {wing, *may} or room(name) in sys.stdlib_module_names
            assert inside, f"{file} imports {name}, which crosses the wall around {wing}/. It stands because: {why}"


def test_the_library_does_not_import_the_grader():
    for file, tree in in_room("nnlib").items():
        crossing = [name for name in imported(tree) if name.startswith("nngrade")]
        assert not crossing, f"{file} imports {crossing}: students have nnlib without the grader."


def test_a_sandbox_shows_what_the_student_side_imports_and_no_more():
    shown = {part.removesuffix(".py") for part in CHILD_SIDE} - {"__init__"}
    needed = {"student", "sandbox"}.union(*(WALLS[wing][0] for wing in ("boundary", "student", "sandbox")))
    assert shown == {name for name in needed if (ROOT / "nngrade" / name).is_dir() or f"nngrade.{name}" in MODULES}


def test_one_file_writes_the_gradebook_for_two():
    """Who imports it, and who calls what changes a gradebook."""
    writes = {name for name in dir(Gradebook) if name.startswith(("add_", "remove_", "update_"))} | {"commit"}
    called = {file.as_posix() for file, tree in FILES.items() for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writes}
    users = {file.as_posix() for file, tree in FILES.items() if "nngrade.batch.gradebook" in imported(tree)}
    # dates and late penalties, names; and questions that come, go and are given away, with what people gave kept
    beside = {"penalties.py", "students.py", "questions.py"}
    others = called - {f"nngrade/batch/{name}" for name in ("gradebook.py", *beside)}
    others |= users - {"nngrade/batch/grade_class.py", "nngrade/nbgrader_execute.py"}
    assert not others, f"{others} write the gradebook, too. One writer sees to it that the points a person gave stay."
    assert called and len(users) == 2


@pytest.mark.parametrize("level", ["files", "rooms"])
def test_no_circles(level):
    arrows = {}
    for file, tree in FILES.items():
        for name in (name for name in imported(tree) if name in MODULES and file.parts[0] == "nngrade"):
            ends = (dotted(file), name) if level == "files" else (room(dotted(file)), room(name))
            if ends[0] != ends[1]:
                arrows.setdefault(ends[0], set()).add(ends[1])
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports, in which nothing can be understood first: {' <- '.join(error.args[1])}")
