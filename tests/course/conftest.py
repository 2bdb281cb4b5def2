"""What the whole-course tests share: the folder of the course and its notebooks."""

from pathlib import Path

import pytest

from nngrade import notebooks
from nngrade.course import assignments

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = assignments(ROOT)


def solved(assignment):
    return notebooks.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")


def released(assignment):
    return notebooks.read(ROOT / "assignments" / assignment / f"{assignment}.ipynb")


@pytest.fixture
def without_mnist(tmp_path, monkeypatch):
    """An assignment falls back to the small digits: real data, and quick."""
    (tmp_path / "no-mnist").mkdir()
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "no-mnist"))
