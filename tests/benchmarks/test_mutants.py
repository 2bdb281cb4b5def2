"""Faults are planted in a library that is imported, tests notice them, and what no test can notice is set apart."""

import importlib
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture
def mutants(benchmarks):
    return importlib.import_module("mutants")


@pytest.fixture
def planting(benchmarks):
    return importlib.import_module("planting")


DIFFERENCE = """\
--- nnlib/losses.py
+++ nnlib/losses.py
@@ -1,3 +1,3 @@
 def mean(x):
-    return x.sum() / len(x)
+    return x.sum() * len(x)
"""


def test_a_change_is_its_lines_alone(mutants):
    assert mutants.changed_lines(DIFFERENCE) == ("- return x.sum() / len(x)", "+ return x.sum() * len(x)")


def test_every_equivalent_has_a_reason(mutants):
    known = tomllib.loads(mutants.EQUIVALENT.read_text(encoding="utf-8"))
    for entry in known["equivalent"]:
        assert entry["module"] in mutants.library_mutants.files([entry["module"]])
        assert {line[0] for line in entry["change"].strip().splitlines()} == set("-+")
    assert all(len(entry["why"].split()) > 3 for entry in known["equivalent"] + known["kind"])


KNOWN = r"""
[[equivalent]]
module = "nnlib.a"
change = '''
- if n < (m + 1):
+ if n <= (m + 1):'''
why = "They are never the same."

[[kind]]
change = '- (.*reshape\(.*)-1(.*)\n\+ \1-2\2'
why = "NumPy takes any negative number."
"""


@pytest.mark.parametrize("module, change, known", [
    ("nnlib.a", ["- if n < (m + 1):", "+ if n <= (m + 1):"], True),
    ("nnlib.b", ["- if n < (m + 1):", "+ if n <= (m + 1):"], False),
    ("nnlib.a", ["- if n < (m + 1):", "+ if n <= (m + 2):"], False),
    ("nnlib.b", ["- y = x.reshape(m, -1)", "+ y = x.reshape(m, -2)"], True),
    ("nnlib.b", ["- y = x.reshape(m, -1)", "+ z = x.reshape(m, -2)"], False),
    ("nnlib.b", ["- y = x.reshape(m, -1)", "+ y = x.reshape(m, +1)"], False),
])  # fmt: skip
def test_an_equivalent_is_known_by_its_module_and_lines_or_by_its_kind(mutants, module, change, known):
    assert mutants.is_equivalent(module, change, mutants.reasons(KNOWN)) == known


def test_equivalents_count_neither_as_found_nor_as_missed(mutants):
    counts = Counter({("nnlib.a", "found"): 18, ("nnlib.a", "survived"): 2, ("nnlib.b", "equivalent"): 5})
    assert [line.split() for line in mutants.table(counts)][1:] == [
        ["nnlib.a", "20", "18", "0", "2", "90.0"],
        ["nnlib.b", "5", "0", "5", "0", "100.0"],
        ["all", "25", "18", "5", "2", "90.0"],
    ]


LIBRARY = """\
import contextlib
from dataclasses import dataclass, field

LIMIT = 3


def above(n, limit=LIMIT):
    return [i for i in range(n) if i > limit]


@contextlib.contextmanager
def held(
    value,
):
    yield value + 1


class Unit:
    slope = 1
    __hash__ = None

    def __init__(self, width=2):
        self.width = width

    @property
    def area(self):
        return self.slope * self.width**2


@dataclass
class Record:
    values: list = field(default_factory=list)
    size: int = 5


TABLE = {"double": lambda x: 2 * x}
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A module that another one imports from."""
    (tmp_path / "planted_library.py").write_text(LIBRARY)
    (tmp_path / "planted_user.py").write_text("from planted_library import LIMIT, TABLE, Record, Unit, above, held\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("planted_user")
    del sys.modules["planted_user"], sys.modules["planted_library"]


FAULTS = {  # before and after, what shows it, and its values before and after
    "code": ("i > limit", "i >= limit", lambda of: of.above(5), [4], [3, 4]),
    "default": ("limit=LIMIT", "limit=None or 1", lambda of: of.above(4), [], [2, 3]),
    "constant": ("LIMIT = 3", "LIMIT = 4", lambda of: (of.LIMIT, of.above(5)), (3, [4]), (4, [])),
    "wrapped, a line less": ("    value,\n):\n    yield value + 1", "    value):\n    yield value - 1",
                             lambda of: of.held(1).__enter__(), 2, 0),
    "attribute": ("slope = 1", "slope = 2", lambda of: of.Unit().area, 4, 8),
    "attribute of Python's": ("__hash__ = None", "__hash__ = ''", lambda of: of.Unit.__hash__, None, ""),
    "default of a method": ("width=2", "width=3", lambda of: of.Unit().area, 4, 9),
    "default of a field": ("size: int = 5", "size: int = 6", lambda of: of.Record().size, 5, 6),
    "factory of a field": ("factory=list", "factory=dict", lambda of: of.Record().values, [], {}),
    "property": ("width**2", "width*2", lambda of: of.Unit(3).area, 9, 6),
    "in a table": ("2 * x", "2 / x", lambda of: of.TABLE["double"](4), 8, 0.5),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_planted_wherever_it_stands_and_in_what_has_been_imported_from_there(planting, library, name):
    old, new, show, before, after = FAULTS[name]
    path = Path(library.above.__code__.co_filename)
    assert LIBRARY.count(old) == 1 and show(library) == before
    planting.plant(planting.living(path.parent), "planted_library", path, LIBRARY, LIBRARY.replace(old, new))
    assert show(library) == after


def test_the_functions_that_a_fault_changes_are_those_that_tests_are_seen_to_call(planting, library):
    path = Path(library.above.__code__.co_filename)
    with planting.Calls(path.parent) as calls:
        library.above(2)
        library.Unit(3)
    assert {name for _, name, _ in calls.seen if "<" not in name} == {"above", "Unit.__init__"}

    def changed(old, new):
        names, all_of_them = planting.changed(path, LIBRARY, LIBRARY.replace(old, new))
        return {name for _, name, _ in names}, all_of_them

    assert changed("    value,\n):", "    value, other=0):") == ({"held"}, False)  # not what stands below
    assert changed("i > limit", "i") == ({"above"}, False)
    assert changed("LIMIT = 3", "LIMIT = 4") == (
        {"above", "held", "Unit.__init__", "Unit.area", "<lambda>"}, True)  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="make mutants needs fork")
def test_faults_are_found_by_the_tests_of_the_library_or_survive(benchmarks, monkeypatch):
    tries = importlib.import_module("library_mutants")
    path = tries.ROOT / "nnlib" / "descent.py"
    text = path.read_text()
    changes = ("<= enough", "> enough"), ("if tolerance is None", "if tolerance == None")
    faults = [tries.Fault("nnlib.descent", path, text, lambda pair=pair: text.replace(*pair)) for pair in changes]
    monkeypatch.setattr(tries, "faults_of", lambda modules, part: faults)
    monkeypatch.setattr(tries, "TESTS", ["tests/nnlib/test_descent.py"])
    (_, first, nothing), (_, second, change) = tries.run([], part=1, workers=1)
    assert (first, nothing, second) == ("found", "", "survived") and "+    enough = -1.0 if tolerance == None" in change
