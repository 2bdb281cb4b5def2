"""Where there is no bubblewrap, Landlock with seccomp holds students' code: the scores are the same."""

import pytest

from nngrade.grade_notebook import Limits, grade_notebook
from nngrade.sandbox import Landlock, problem
from nngrade.session import open_sandbox
from tests.nngrade.small_course import FULL, INSTRUCTOR, RELEASE, answered, as_bytes

FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('$x^2$')\nplt.show()"


def test_scores_and_figures_under_landlock():
    if why := problem(Landlock):
        pytest.skip(why)
    with open_sandbox(Landlock) as sandbox:
        right = as_bytes(answered(first=FIGURE))
        result = grade_notebook(right, INSTRUCTOR, RELEASE, Limits(), sandbox)
        wrong = grade_notebook(as_bytes(answered({"answer": "answer = 1"})), INSTRUCTOR, RELEASE, Limits(), sandbox)
    assert (result.sandbox, result.restarts, result.points) == (Landlock.name, 0, FULL)
    assert wrong.points == FULL | {"answer_test": 0}
    assert any("image/png" in output.get("data", {}) for step in result.cells for output in step.outputs)
