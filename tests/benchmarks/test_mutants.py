"""What mutmut prints is read rightly, and what no test can notice is set apart."""

from collections import Counter
from pathlib import Path

import pytest


@pytest.fixture
def mutants(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import mutants

    return mutants


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


def test_each_mutant_has_its_status(mutants):
    printed = "    nnlib.losses.x_mean__mutmut_1: killed\n    nnlib.losses.x_mean__mutmut_2: no tests\n"
    assert mutants.statuses(printed) == {
        "nnlib.losses.x_mean__mutmut_1": "killed",
        "nnlib.losses.x_mean__mutmut_2": "no tests",
    }
    assert mutants.module_of("nnlib.losses.x_mean__mutmut_1") == "nnlib.losses"


def test_every_equivalent_has_a_reason(mutants):
    why = mutants.reasons(mutants.EQUIVALENT.read_text(encoding="utf-8"))
    for (module, change), reason in why.items():
        assert (mutants.ROOT / f"{module.replace('.', '/')}.py").is_file() and len(reason.split()) > 3
        assert {line[0] for line in change} == set("-+")


def test_equivalents_count_neither_as_found_nor_as_missed(mutants):
    counts = Counter({("nnlib.a", "found"): 18, ("nnlib.a", "survived"): 2, ("nnlib.b", "equivalent"): 5})
    assert [line.split() for line in mutants.table(counts)][1:] == [
        ["nnlib.a", "20", "18", "0", "2", "90.0"],
        ["nnlib.b", "5", "0", "5", "0", "100.0"],
        ["all", "25", "18", "5", "2", "90.0"],
    ]
