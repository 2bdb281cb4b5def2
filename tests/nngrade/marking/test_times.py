"""The times in formgrader's lists."""

import os
from datetime import datetime
from types import SimpleNamespace

import pytest

from nngrade.batch import deadlines
from nngrade.marking.times import PatientAPI


@pytest.fixture
def shown(tmp_path):
    """shown(text of deadlines.toml, moment of its change): the time of a submission that names no zone."""
    folder = tmp_path / "submitted" / "student-01" / "a1"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-01-02 13:00")

    def shown(text, changed):
        if text is not None:
            (tmp_path / deadlines.FILE).write_text(text)
            os.utime(tmp_path / deadlines.FILE, (changed, changed))
        here = SimpleNamespace(coursedir=SimpleNamespace(root=str(tmp_path)))
        return PatientAPI.get_submitted_timestamp(here, "a1", "student-01")

    return shown


def test_the_zone_is_that_of_deadlines_toml_read_once_for_a_class(shown, monkeypatch):
    real, reads = deadlines.load, []
    monkeypatch.setattr(deadlines, "load", lambda root: reads.append(root) or real(root))
    for _ in range(9):
        assert shown('zone = "UTC"', 1) == datetime(2026, 1, 2, 13)
    assert len(reads) == 1
    assert shown('zone = "Europe/Berlin"', 2) == datetime(2026, 1, 2, 12)


@pytest.mark.parametrize("text", ["zone = [", 'zone = "Nowhere"', "rule = 3", None])
def test_a_file_that_can_not_be_read_or_is_not_there_is_no_reason_to_list_nothing(shown, text):
    assert shown(text, 3) is None
