"""Every stored notebook: canonical form, self-contained test cells, nothing else beside it."""

import ast

import pytest

from nngrade.notebook import canonical
from tests.course.conftest import ASSIGNMENTS, ROOT, released, solved

STORED = canonical.course_notebooks(ROOT)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem + "-" + path.parts[-3])
def test_every_notebook_is_in_the_canonical_form(path):
    assert canonical.problems(path) == []


def test_there_are_assignments_and_lectures():
    assert {"a3_backprop", "a4_mnist"} <= set(ASSIGNMENTS)
    assert ROOT / "lectures" / "06_backpropagation.ipynb" in STORED


@pytest.mark.parametrize("folder", ["solutions", "assignments"])
def test_nothing_lies_beside_the_notebooks(folder):
    """nbgrader releases every file of a source folder: a text twin there would publish the answers."""
    files = {path for path in (ROOT / folder).rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts}
    assert files == {ROOT / folder / name / f"{name}.ipynb" for name in ASSIGNMENTS}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_task_has_an_id_a_test_and_points(assignment):
    cells = solved(assignment).cells
    ids = [cell.id for cell in cells]
    graded = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert all(cell.metadata.nbgrader.points > 0 for cell in graded)
    for cell in graded:
        if not cell.metadata.nbgrader.solution:
            assert cell.id.endswith("_test") and cell.id.removesuffix("_test") in ids
            assert ast.get_docstring(ast.parse(cell.source)), f"{cell.id} should open with what it checks"
            assert "### BEGIN HIDDEN TESTS" in cell.source


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_points_of_the_title_add_up(assignment):
    cells = solved(assignment).cells
    table = next(cell.source for cell in cells if cell.id == "title")
    rows = [line.split("|") for line in table.splitlines() if line.startswith("|")]
    points = sum(cell.metadata.nbgrader.points for cell in cells if cell.metadata.get("nbgrader", {}).get("grade"))
    assert sum(int(row[3]) for row in rows if row[1].strip().isdigit()) == points


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_test_cell_overwrites_no_name_of_the_instructor(assignment):
    """All cells share one namespace: a loop variable `epochs` in a test once cut the training short."""
    given, overwritten = set(), {}
    for cell in solved(assignment).cells:
        kind = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not kind.get("locked"):
            continue
        names = _names_bound(ast.parse(cell.source))
        if kind["grade"]:
            overwritten[cell.id] = names & given - {"np", "checks"}
        elif not cell.id.endswith("_example"):
            given |= names
    assert not {cell: names for cell, names in overwritten.items() if names}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_student_part_imports_only_what_its_text_names(assignment):
    allowed = {"matplotlib", "numpy", "nnlib.checks", "nnlib.data", "nnlib.plot"}
    for cell in released(assignment).cells:
        if cell.cell_type == "code":
            assert _imports(ast.parse(cell.source)) <= allowed, cell.id


def _names_bound(tree):
    stores = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stores | {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def _imports(tree):
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found
