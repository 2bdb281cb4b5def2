"""Every attack in attacks/*.toml, through the real path: no forged point, and the honest questions keep theirs."""

import json
import tomllib
from pathlib import Path

import pytest

from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits, grade_notebook
from tests.nngrade.small_course import FULL, INSTRUCTOR, RELEASE, answered, as_bytes

ATTACKS = [
    attack
    for path in sorted((Path(__file__).parent / "attacks").glob("*.toml"))
    for attack in tomllib.loads(path.read_text(encoding="utf-8"))["attack"]
]
CANARIES = "CANARY", "7f3a9", "0.7308159", "1.4616318"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["name"])
def test_attack(attack, grading_sandbox):
    limits = Limits(cell_seconds=2, test_seconds=2, total_seconds=30)
    handed_in = answered(attack.get("answers"), attack.get("first"))
    result = grade_notebook(as_bytes(handed_in), INSTRUCTOR, RELEASE, limits, grading_sandbox)
    assert result.points == FULL | {f"{name}_test": points for name, points in attack["expected"].items()}, result.tests
    for name, text in attack.get("says", {}).items():
        assert text in result.tests[f"{name}_test"]["message"]
    work.nbformat.writes(work.as_handed_back(result)).encode()  # can be written
    shown = json.dumps([step.outputs for step in result.cells]) + json.dumps(result.tests)
    for canary in (*CANARIES, *attack.get("hidden", ())):
        assert canary not in shown, f"{canary} can be seen"
