"""nngrade/README.md, the map of the grader, names what is there."""

import importlib
import operator
import re

import pytest

from tests.course.conftest import ROOT

NNGRADE = ROOT / "nngrade"
MAP = (NNGRADE / "README.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`([a-z_]+(?:/[a-z_]+)+)\.(\w+(?:\.\w+)*)`", MAP)))  # `grading/work.grade`


@pytest.mark.parametrize(("file", "name"), PLACES)
def test_every_place_on_the_map_exists(file, name):
    if name == "py":
        assert (NNGRADE / f"{file}.py").is_file() or (ROOT / f"{file}.py").is_file()
    else:
        operator.attrgetter(name)(importlib.import_module(f"nngrade.{file.replace('/', '.')}"))


def test_every_wing_is_on_the_map():
    wings = {path.parent.name for path in NNGRADE.glob("*/__init__.py")}
    rows = [line for line in MAP.splitlines() if line.startswith("| `")]
    assert wings == {name for row in rows for name in re.findall(r"`(\w+)/`", row.split("|")[1])}
