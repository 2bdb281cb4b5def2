"""The catalogue of sick and healthy networks: a part of it, named rightly; and what the command counts."""

from pathlib import Path

import pytest


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import diagnostics

    return diagnostics


def test_each_kind_is_named_rightly_once(bench):
    """The first case of each kind, and every fourth of the healthy ones."""
    sick = {case.kind: case for case in reversed(bench.CASES) if case.kind != bench.HEALTHY}
    healthy = [case for case in bench.CASES if case.kind == bench.HEALTHY][::4]
    found = {case: bench.examined(case, 0) for case in [*sick.values(), *healthy]}
    assert not {case.name: kinds for case, kinds in found.items() if bench.verdict(case, kinds) != "rightly"}
    assert len(sick) == 15


@pytest.mark.slow
def test_the_whole_catalogue_once(bench):
    """With a seed that no limit was set by: at least 95 % rightly, and at most one net in a hundred wrongly."""
    verdicts = [bench.verdict(case, bench.examined(case, seed=50)) for case in bench.CASES]
    assert verdicts.count("rightly") >= 0.95 * len(verdicts)
    assert verdicts.count("wrongly") <= 0.01 * len(verdicts)


@pytest.mark.parametrize(
    ("kinds", "word"),
    [
        ((), "not at all"),
        (("dead units",), "rightly"),
        (("learning rate too high",), "not at all"),
        (("learning rate too high", "dead units"), "rightly"),
        (("dead units", "overfitting"), "wrongly"),
        (("overfitting",), "wrongly"),
    ],
)
def test_verdicts_about_the_sick(bench, kinds, word):
    case = next(case for case in bench.CASES if case.name == "learning rate of 3")
    assert bench.verdict(case, kinds) == word


def test_anything_said_of_the_healthy_is_wrong(bench):
    case = bench.CASES[-1]
    assert bench.verdict(case, ()) == "rightly"
    assert bench.verdict(case, ("dead units",)) == "wrongly"


def test_no_case_is_there_twice_and_a_third_is_held_aside(bench):
    names = {(case.kind, case.name) for case in bench.CASES}
    assert len(names) == len(bench.CASES)
    held = [case for case in bench.CASES if bench.held_aside(case, 0)]
    assert 0.25 < len(held) / len(bench.CASES) < 0.45
    assert all(bench.held_aside(case, 10) for case in bench.CASES)


def test_the_table_shows_parts_of_all(bench):
    lines = list(bench.table({"dead units": bench.Counter({"rightly": 3, "wrongly": 1})}))
    assert lines[1].split() == ["dead", "units", "4", "75.0%", "25.0%", "0.0%"]
