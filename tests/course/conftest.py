"""What the whole-course tests share: the folder of the course and its notebooks."""

from pathlib import Path

import pytest

from nngrade.course import assignments
from nngrade.notebook import canonical

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = assignments(ROOT)


def solved(assignment):
    return canonical.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")


def released(assignment):
    return canonical.read(ROOT / "assignments" / assignment / f"{assignment}.ipynb")


@pytest.fixture
def without_mnist(tmp_path, monkeypatch):
    """An assignment falls back to the small digits: real data, and quick."""
    (tmp_path / "no-mnist").mkdir()
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "no-mnist"))
