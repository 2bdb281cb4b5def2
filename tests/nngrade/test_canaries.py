"""Whatever goes wrong in the real assignments, a student sees no number and no word of a hidden test."""

import ast
import json
import re
import warnings

import pytest
from nbconvert import HTMLExporter

from nngrade import classroom
from nngrade.batch.submitted import references
from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.notebook import canonical
from nngrade.trusted import sources
from tests.course.conftest import ROOT
from tests.nngrade.small_course import as_bytes

TOLD = "import json, re\nspelled = lambda args: ' '.join(re.findall(r'[^\\s,()\\[\\]]+', repr(args)))\n"
WRONG = {  # the body of every function of the student's
    "nothing": "return None",
    "a word": "return 'nothing'",
    "zeros": "return tuple(np.zeros_like(a, dtype=float) for a in args if np.ndim(a))",
    "quotes": "raise ValueError(repr(args))",
    "quotes as a key": "return {}[repr([a for a in args if np.ndim(a) == 0])]",
    "quotes in many words": "raise IndexError(spelled(args[::-1]))",
    "shapes that do not fit": "return np.ones((97, 89)) @ np.ones(len(args))",
    "prints and displays": "seen = [np.shape(a) for a in args]; print(seen); display(seen); return str(seen)",
    "returns what it is given, as text": "return repr(args)",
    "an object": "return type(spelled(args)[:50], (), {'__repr__': lambda self: repr(args)})()",
}


def hidden_constants(cell):
    """Numbers and texts of the hidden lines, but for what they say to students on purpose."""
    nodes = [node for node in ast.walk(cell.tree) if getattr(node, "lineno", 0) in cell.hidden_lines]
    told = [node.msg for node in nodes if isinstance(node, ast.Assert) and node.msg]
    names = {node.id for message in told for node in ast.walk(message) if isinstance(node, ast.Name)}
    told += [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == "hint"]
    told += [arg for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("checks.")
             for arg in node.args if isinstance(arg, (ast.Constant, ast.JoinedStr))]  # fmt: skip
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.For) else []
        if names & {inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)}:
            told.append(node.iter if isinstance(node, ast.For) else node.value)
    told += [node for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    kept = {id(inner) for node in told for inner in ast.walk(node)}
    found = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in kept]
    return {str(value) for value in found if type(value) in (int, float, str)}


def words(text):
    return set(re.findall(r"\w+(?:\.\w+)?", text))


def canaries(solved, released):
    """The words and numbers, of three letters and more, that stand in hidden lines alone."""
    cells = [sources.Cell(cell.id, "test", cell.source) for cell in solved.cells if cell.cell_type == "code"]
    hidden = set().union(*(words(constant) for cell in cells for constant in hidden_constants(cell)))
    return {word for word in hidden if len(word) > 2} - words("\n".join(cell.source for cell in released.cells))


def spoiled(solved, body):
    """Every function of the solution with another body."""
    cells = {}
    for cell in solved.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            names = re.findall(r"(?m)^def (\w+)", cell.source)
            cells[cell.id] = TOLD + "\n".join(f"def {name}(*args):\n    {body}" for name in names)
    return cells


def seen(result):
    """All that goes back to a student, and what the record says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page, _ = HTMLExporter(template_name="basic").from_notebook_node(work.as_handed_back(result))
    text = re.sub(r"base64,[^\"']*", "", page) + json.dumps([result.tests, result.repaired], ensure_ascii=False)
    return re.sub(r"<[^>]+>", "", re.sub(r'"seconds": [\d.e-]+', "", text))


@pytest.fixture(scope="module", params=["a3_backprop", pytest.param("a4_mnist", marks=pytest.mark.slow)])
def assignment(request):
    return [canonical.read(ROOT / folder / request.param / f"{request.param}.ipynb")
            for folder in ("solutions", "assignments")]  # fmt: skip


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_no_canary_is_seen(body, assignment, grading_sandbox):
    solved, released = assignment
    answers = classroom.answer(released, solved, spoiled(solved, body))
    needed = references(ROOT, solved)
    result = grade_notebook(as_bytes(answers), solved, released, Limits(), grading_sandbox, references=needed)
    assert not any(result.points.values())
    found = canaries(solved, released)
    assert len(found) > 5
    assert not found & words(seen(result))
