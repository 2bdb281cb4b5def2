"""What platforms say beside the files: who, when, and whether that is late."""

import json

import pytest

from nngrade.collect import lists


def classroom(tmp_path, *submissions):
    path = tmp_path / "submissions.json"
    path.write_text(json.dumps({"studentSubmissions": submissions}), encoding="utf-8")
    return lists.read(path)


def state(name, when):
    return {"stateHistory": {"state": name, "stateTimestamp": when}}


FILES = {"attachments": [{"driveFile": {"title": "A1 Small.ipynb"}}, {"link": {"url": "https://x.example"}}]}


@pytest.mark.parametrize("late", [True, False])
def test_in_google_classroom_the_last_time_of_turning_in_counts(tmp_path, late):
    history = [state("TURNED_IN", "2026-03-03T16:05:09Z"), {"gradeHistory": {}},
               state("RECLAIMED_BY_STUDENT", "2026-03-04T10:00:00Z"), state("TURNED_IN", "2026-03-04T11:00:00Z"),
               state("RETURNED", "2026-03-09T10:00:00Z")]  # fmt: skip
    told = classroom(tmp_path, {"userId": "67", "late": late, "submissionHistory": history,
                                "assignmentSubmission": FILES}, {"userId": "68"})  # fmt: skip
    assert told == {("drive", "a1 small.ipynb"): lists.Told([("classroom", "67")], "", "2026-03-04T11:00:00Z", late)}
