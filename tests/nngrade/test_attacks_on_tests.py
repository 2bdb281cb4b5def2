"""Answers that try to deceive tests of their own: attacks/tests/*.toml, all of them questions of one notebook."""

import os
import tomllib
from pathlib import Path

import nbformat
import pytest

from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import SAFE
from tests.nngrade.kinds_here import need
from tests.nngrade.small_course import as_bytes, cell

QUESTIONS = {
    f"f{number}": attack
    for path in sorted((Path(__file__).parent / "attacks" / "tests").glob("*.toml"))
    for number, attack in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["attack"])
}


def notebook(hidden):
    """The questions, each with its answer; with hidden tests it is the instructor's."""
    cells = [cell("imports", "import numpy as np", locked=True)]
    for name, attack in QUESTIONS.items():
        test = attack["test"].replace("f(", f"{name}(")
        test = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS" if hidden else ""
        cells += [cell(name, f"{attack['answer']}\n{name} = f", solution=True),
                  cell(f"{name}_test", f"'''{name}'''\nimport numpy as np\n{test}", grade=True, locked=True, points=1)]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module", params=SAFE if os.environ.get("EVERY_KIND") else SAFE[:1], ids=lambda k: k.__name__)
def result(request):
    need(request.param)
    limits = Limits(cell_seconds=20, test_seconds=5, total_seconds=600)
    released = notebook(hidden=False)
    with open_sandbox(request.param) as sandbox:
        return grade_notebook(as_bytes(released), notebook(hidden=True), released, limits, sandbox)


@pytest.mark.parametrize("name", QUESTIONS, ids=lambda name: QUESTIONS[name]["name"])
def test_attack_on_a_test(name, result):
    right = QUESTIONS[name]["name"].startswith("honest")
    assert result.points[f"{name}_test"] == right, result.tests[f"{name}_test"]
