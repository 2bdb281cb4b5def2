"""Where there is no bubblewrap, something else holds students' code: the scores are the same."""

import pytest

from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import Container, Landlock
from tests.nngrade.kinds_here import need
from tests.nngrade.small_course import FULL, INSTRUCTOR, RELEASE, answered, as_bytes

FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('$x^2$')\nplt.show()"


@pytest.mark.parametrize("kind", [Landlock, Container], ids=lambda kind: kind.__name__)
def test_scores_and_figures(kind):
    need(kind)
    with open_sandbox(kind) as sandbox:
        right = as_bytes(answered(first=FIGURE))
        result = grade_notebook(right, INSTRUCTOR, RELEASE, Limits(), sandbox)
        wrong = grade_notebook(as_bytes(answered({"answer": "answer = 1"})), INSTRUCTOR, RELEASE, Limits(), sandbox)
    assert (result.sandbox, result.restarts, result.points) == (kind.name, 0, FULL)
    assert wrong.points == FULL | {"answer_test": 0}
    assert any("image/png" in output.get("data", {}) for step in result.cells for output in step.outputs)
