"""Cells that only define functions run past IPython, and nobody can tell."""

import pytest

from nngrade.grading.grade_notebook import Limits
from nngrade.grading.session import Session
from nngrade.student.shell import DEFINITIONS

LOOK = """
import inspect
_i3
[text.removesuffix('end = 0').rstrip() for text in In], get_ipython().execution_count, len(Out), inspect.getsource(f)
"""
CELLS = [
    "def f(x):\n    return x + 1\n\n\n# and g\ndef g(x):\n    return f(x)",
    'def f(\n    x,\n):\n    """Text\n# in\n)\nlines."""\n    return x / 0',
    "def f(x=print('made once')):\n    return x",
    "def f(x=display(1)):\n    return x",
    "def f(x=1 / 0):\n    return x",
    "def f():\n    assert (1, 'a mistake that Python warns of')",
    "def f():\n    return '\\d'",
    "def f():\n    %alias_magic t timeit",
    "    def f():\n        return 1",
    "def f(x: not_there) -> nor_this:\n    return x",
    "def f(:\n    pass",
    "def f():\n    pass\n)",
    "def f():\n\treturn 1\n        return 2",
    "def f(): return 1; x = 2",
    "def f():\n    return x?",
    "def f(x=exit()):\n    return x",
    "async def f():\n    return 1",
    "def f():\n    await g()",
    "# only a remark",
    "def f(x):\n    raise KeyError(x)\n    \n",
    "\n\ndef f():\n    return _i, _ii\n\n",
]


def said_once(outputs):
    """IPython has some warnings from Python twice, once without the name of the cell."""
    for output in outputs:
        if "text" in output:
            output["text"] = "".join(line for line in output["text"].splitlines(True) if not line.startswith("<>:"))
    return outputs


@pytest.mark.parametrize("first", ["f = None", "from __future__ import annotations"])
def test_a_cell_of_definitions_does_what_it_does_in_ipython(first, grading_sandbox):
    """The same with one more line at its end goes IPython's way."""
    seen = {"": [], "end = 0": []}
    for end, outputs in seen.items():
        with Session(grading_sandbox, Limits()) as session:
            session.run("first", first)
            for number, cell in enumerate(CELLS):
                margin = "\n" + cell[: len(cell) - len(cell.lstrip(" "))] if end else ""
                for step, source in enumerate([cell + margin + end, "f(2)", LOOK]):
                    outputs.append((cell, said_once(session.run(f"cell-{number}-{step}", source))))
    for quick, usual in zip(*seen.values()):
        assert quick == usual
    assert "made once" in str(seen) and "SyntaxWarning" in str(seen) and "division by zero" in str(seen)


AROUND = {
    "get_ipython().ast_transformers.append(Two())": "[2]",
    "get_ipython().input_transformers_cleanup.append(lambda lines: [line.replace('21', '2') for line in lines])": "[2]",
    "get_ipython().input_transformers_post.append(lambda lines: [line.replace('21', '2') for line in lines])": "[2]",
    "get_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))": "[21, 1]",
    "get_ipython().run_cell = lambda *_, **__: exec('def f(): return [7]', globals())": "[7]",
}


@pytest.mark.parametrize("change", AROUND)
def test_what_a_notebook_has_put_around_its_cells_is_there_for_definitions(change, grading_sandbox):
    """As `%autoreload` and others do."""
    before = ("import ast\nseen = []\nclass Two(ast.NodeTransformer):\n    def visit_Constant(self, node):\n"
              "        return ast.copy_location(ast.Constant(2), node) if node.value == 21 else node")  # fmt: skip
    with Session(grading_sandbox, Limits()) as session:
        assert session.run("before", before) == session.run("change", change) == []
        session.run("cell", "def f():\n    return [21] + [1 for cell in seen if 'seen if' in cell]")
        session.run("use", "result = f()")
        [output] = session.run("say", "import sys\nsys.stdout.write(str(result))\nNone") or [{"text": "[7]"}]
    assert output["text"] == AROUND[change]


@pytest.mark.parametrize("first", ["In = Out = _ih = 3", "del In, Out", "get_ipython = exec = compile = None"])
def test_names_of_ipython_are_free_for_students(first, grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        assert session.run("first", first) == session.run("cell", "def f():\n    return 3") == []
        assert session.run("use", "f()")[0]["data"] == {"text/plain": "3"}


@pytest.mark.parametrize("source, quick", [
    ("def f():\n    return 1", True), ("# a remark\n\ndef f(\n    a,\n):\n    return a\n\n    \n#end", True),
    ("def f():\n    return 1\nx = 1", False), ("import numpy as np\ndef f():\n    pass", False),
    ("@decorated\ndef f():\n    pass", False), ("class C:\n    def f(self):\n        pass", False),
    ("define = 1", False),
    ("\ndef f():\n    pass", False), ("  def f():\n    pass", False),
    ("f()", False), ("%time\ndef f():\n    pass", False), ("'text'\ndef f():\n    pass", False),
    ("def f():\n    return 1\nf()", False), ("defy(1)", False),
])  # fmt: skip
def test_which_cells_only_define_functions(source, quick):
    assert bool(DEFINITIONS.fullmatch(source + "\n")) is quick
