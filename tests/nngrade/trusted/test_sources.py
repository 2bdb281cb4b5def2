"""What can be read from the source of an instructor's cell."""

import pytest

from nngrade.trusted.sources import Cell, run


def cell(source):
    return Cell("t", "test", source)


@pytest.mark.parametrize("begin, end", [
    ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"), ("    # BEGIN HIDDEN TESTS", "#END HIDDEN TESTS  ")])
def test_hidden_lines_are_those_between_the_marks(begin, end):
    assert cell(f"a\n{begin}\nb\nc\n{end}\nd\n{begin}\ne").hidden_lines == {3, 4, 8}


@pytest.mark.parametrize("source, names", [
    ("reference_functions('a1', 'double')", {"a1", "double"}),
    ("from nngrade import reference\nf = reference.reference_functions('a1')", {"a1"}),
    ("def f():\n    return [reference_functions(name), functions('a1')]", set()),
])  # fmt: skip
def test_assignments_whose_functions_are_asked_for(source, names):
    assert cell(source).references == names


@pytest.mark.parametrize("source, value, calculates", [
    ("", None, False), ("# Your own experiments", None, False), ("x = 3", None, False), ("x = 3\nx - 1", 2, True),
    ("print()", None, False), ("3", 3, True),
    ("for x in [1]:\n    x", None, False), ("%matplotlib inline\n2 * 3", 6, True),
])  # fmt: skip
def test_the_value_of_a_cell_is_that_of_its_last_line(source, value, calculates):
    assert (run(cell(source), {}), cell(source).calculates) == (value, calculates)
