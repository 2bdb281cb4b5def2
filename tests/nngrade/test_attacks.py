"""Every attack in attacks/*.toml, through the real path: no forged point, and the honest questions keep theirs.

Here each runs in one kind of sandbox, by turns. `make attacks` runs all of them in all kinds.
"""

import contextlib
import json
import os
import tomllib
import uuid
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell

from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import SAFE, Unsafe
from tests.nngrade.kinds_here import need
from tests.nngrade.moments import soon
from tests.nngrade.outside import outside
from tests.nngrade.sandbox.test_limits import processes
from tests.nngrade.small_course import FORBIDDEN, FULL, INSTRUCTOR, RELEASE, answered, as_bytes

ATTACKS = [
    attack
    for path in sorted((Path(__file__).parent / "attacks").glob("*.toml"))
    for attack in tomllib.loads(path.read_text(encoding="utf-8"))["attack"]
]
CANARIES = "CANARY", "7f3a9", "0.7308159", "1.4616318"
LIMITS = Limits(cell_seconds=4, test_seconds=4, total_seconds=120)
PATIENT = Limits(cell_seconds=20, test_seconds=20, total_seconds=120)  # honest work waits for nothing but the machine
TOKEN = "nngrade-test-" + uuid.uuid4().hex  # in the environment of every process of theirs
EVERY_KIND = os.environ.get("EVERY_KIND")
CASES = [
    pytest.param(kind, attack, id=f"{kind.__name__}-{attack['name']}")
    for turn, attack in enumerate(ATTACKS)
    for number, kind in enumerate(SAFE)
    if EVERY_KIND or number == turn % len(SAFE)
]


@pytest.fixture(scope="module")
def world():
    with outside() as place:
        yield place


@pytest.fixture(scope="module")
def sandboxes():
    """{kind: a warm sandbox}, made when they are needed; when all is over, nothing of them is left."""
    with contextlib.ExitStack() as stack:
        yield (found := {}), stack
        folders = [sandbox._folder for sandbox in found.values() if sandbox._folder]
    assert processes(TOKEN) == []
    assert not any(folder.exists() for folder in folders)


def sandbox_of(kind, sandboxes):
    found, stack = sandboxes
    if kind not in found:
        need(kind)
        sandbox = open_sandbox(kind, tuple(FORBIDDEN))
        sandbox.variables["TOKEN"] = TOKEN
        found[kind] = stack.enter_context(sandbox)
    return found[kind]


def graded(attack, sandbox, world):
    answers = {name: world.fill(source) for name, source in attack.get("answers", {}).items()}
    handed_in = answered(answers, world.fill(attack.get("first") or attack.get("reads", "")))
    for cell in handed_in.cells:
        cell.source += attack.get("below", {}).get(cell.id, "")
    handed_in.cells += [new_markdown_cell(text) for text in attack.get("texts", ())]
    limits = PATIENT if attack["name"].startswith("honest") else LIMITS
    return grade_notebook(as_bytes(handed_in), INSTRUCTOR, RELEASE, limits, sandbox)


def shown(result):
    """All that a student gets to see, which can be written."""
    work.nbformat.writes(work.as_handed_back(result)).encode()
    return json.dumps([step.outputs for step in result.cells]) + json.dumps(result.tests)


@pytest.mark.parametrize(["kind", "attack"], CASES)
def test_attack(kind, attack, sandboxes, world):
    sandbox = sandbox_of(kind, sandboxes)
    before, running = world.state(), processes(TOKEN)
    result = graded(attack, sandbox, world)
    expected = {f"{name}_test": points for name, points in attack.get("expected", {}).items()}
    assert result.points == FULL | expected, result.tests
    for name, text in attack.get("says", {}).items():
        assert text in result.tests[f"{name}_test"]["message"]
    seen = shown(result)
    for canary in (*CANARIES, *attack.get("hidden", ())):
        assert canary not in seen or kind.__name__ in attack.get("seen_in", ()), f"{canary} can be seen"
    assert world.state() == before
    assert world.heard == []
    assert soon(lambda: len(processes(TOKEN)) <= len(running)), "processes are left behind"


@pytest.mark.slow
@pytest.mark.skipif(not EVERY_KIND, reason="make attacks")
@pytest.mark.parametrize("attack", [a for a in ATTACKS if "reads" in a], ids=lambda attack: attack["name"])
def test_without_a_sandbox_they_do_read(attack, sandboxes, world):
    """What is read nowhere could be an attack that does not work."""
    if why := attack.get("harmless"):
        pytest.skip(why)
    seen = shown(graded(attack, sandbox_of(Unsafe, sandboxes), world))
    assert "CANARY" in seen 
