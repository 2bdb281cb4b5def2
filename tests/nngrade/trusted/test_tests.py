"""Which values a test finds, with a student's side that has none of the names."""

from types import SimpleNamespace

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
