"""Which values a test finds, with a student's side that has none of the names."""

import sys
import warnings
from types import SimpleNamespace

import pytest

from nngrade.trusted import tests


def cell(name, role, source):
    return {"id": name, "role": role, "source": source, "points": 1}


def test_what_another_cell_imports_does_not_stand_in_for_an_answer():
    cells = [
        cell("double", "solution", "def double(x):\n    return 2 * x"),
        cell("double_test", "test", "assert double(0) == 0"),
        cell("later_test", "test", "from operator import index as double\nassert double(1) == 1"),
    ]
    found = tests.Tests(cells).run("double_test", SimpleNamespace(request=lambda op, *names: [()] * len(names)))
    assert found["points"] == 0
    assert found["message"] == "`double` is not defined. Did its cell raise an error?"


@pytest.mark.parametrize(("cells", "asked"), [
    ([("read-only", "x = 2"), ("solution", "x = 1")], ["x"]),
    ([("read-only", "y = 2"), ("solution", "z = 1")], ["x"]),
    ([("solution", "x = 1"), ("read-only", "x = 2")], []),
    ([("solution", "y = 1"), ("read-only", "x = y"), ("read-only", "x = 2")], []),
    ([("read-only", "x = 2"), ("solution", "y = 1"), ("read-only", "x = y")], ["y"]),
])  # fmt: skip
def test_the_last_cell_before_a_test_says_what_a_name_is(cells, asked):
    cells = [cell(f"c{number}", *one) for number, one in enumerate([*cells, ("test", "assert x == 2")])]
    got = []

    def request(op, *names):
        got.extend(names)
        return [(2,) for _ in names]

    found = tests.Tests(cells).run(cells[-1]["id"], SimpleNamespace(request=request))
    assert found["points"] == 1 and got == asked, found["message"]


def test_given_cells_that_build_on_each_other_run_in_their_order():
    cells = [cell("f", "solution", "def f(x):\n    return x"), cell("first", "read-only", "y = f(-3)"),
             cell("second", "read-only", "z = y + 1"), cell("test", "test", "assert z == 4")]  # fmt: skip
    found = tests.Tests(cells).run("test", SimpleNamespace(request=lambda op, *names: [(abs,) for _ in names]))
    assert found["points"] == 1, found["message"]


def test_what_a_given_cell_has_made_before_it_fails_is_there_as_in_a_notebook():
    cells = [cell("f", "solution", "def f(x):\n    return x"), cell("given", "read-only", "y = f(-3)\nz = 1 / 0"),
             cell("test", "test", "assert y == 3")]  # fmt: skip
    found = tests.Tests(cells).run("test", SimpleNamespace(request=lambda op, *names: [(abs,) for _ in names]))
    assert found["points"] == 1, found["message"]


def test_no_test_finds_what_another_has_made_or_changed():
    cells = [cell("given", "read-only", "from math import pi as rows\nrows = [1]\nsame = [rows]"),
             cell("first", "test", "rows.append(2)\nassert same[0] is rows\nleft = rows"),
             cell("second", "test", "assert rows == [1] and same == [[1]] and 'left' not in globals()")]  # fmt: skip
    both, channel = tests.Tests(cells), SimpleNamespace()
    assert [both.run(name, channel)["points"] for name in ("first", "second")] == [1, 1]


@pytest.mark.parametrize("source, light", [
    ("x = [1, {'a': (2, np.zeros(9))}]", True), ("x = np.random.default_rng(1)", True), ("x = np, abs, int", True),
    ("x = np.zeros(2**18)", False), ("x = [np.zeros(2**17), np.zeros(2**17)]", False), ("x = object()", False),
    ("x = {'a': [object()]}", False), ("x = np.array([object()])", False), ("x = []\nx.append(x)", False),
])  # fmt: skip
def test_of_what_is_large_or_no_plain_data_no_copy_is_made_for_each_test(source, light):
    cells = [cell("small", "read-only", "import numpy as np"), cell("given", "read-only", source),
             cell("after", "read-only", "del x")]  # fmt: skip
    assert tests.Tests(cells).light == light


def test_nothing_that_the_instructors_cells_say_is_shown(capfd):
    with tests.quiet():
        print("a")
        print("b", file=sys.stderr)
        warnings.warn("c", stacklevel=1)
    assert capfd.readouterr() == ("", "")
