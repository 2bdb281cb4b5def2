"""Why a score is another one than before."""

import csv
import io
import os
import re
import stat

import pytest

from nngrade.batch.changes import Change, begin, compared, note
from nngrade.batch.gradebook import Total


def test_the_reason_is_that_of_grading_else_the_penalty_else_points_that_were_given():
    before = {("a", "n"): Total(10, 2), ("b", "n"): Total(10, 2), ("c", "n"): Total(10, 2), ("d", "n"): Total(5, 0)}
    now = {("a", "n"): Total(7, 1.4), ("b", "n"): Total(10, 0), ("c", "n"): Total(12, 2.4), ("d", "n"): Total(5, 0)}
    found = compared(before, now, {("a", "n"): {"test": (3, 0)}}, {("a", "n"): "tests changed"})
    assert [(each.student, round(each.now, 6), each.why) for each in found] == [
        ("a", 5.6, "tests changed: test 3 → 0"),
        ("b", 10, "late penalty"),
        ("c", 9.6, "points that people gave"),
    ]


def test_the_file_begins_with_a_mark_and_a_title_and_goes_on(tmp_path):
    (tmp_path / "records" / "a1").mkdir(parents=True)
    path = note(tmp_path, "a1", [])
    assert path == tmp_path / "records" / "a1" / "changes.csv" and not path.exists()
    one, other = Change("Zoë", "n", 1.5, 2, 'a "test", b'), Change("b", "n", 3, 0, "late penalty")
    for changes in ([one, other], [], [other]):
        assert note(tmp_path, "a1", changes) == path
    assert path.read_bytes().count(b"\xef\xbb\xbf") == path.read_bytes().startswith(b"\xef\xbb\xbf") == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o644  # a file as any other
    titles, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    assert titles == ["when", "student", "notebook", "before", "now", "why"]
    assert [row[1:] for row in rows] == [
        ["Zoë", "n", "1.5", "2", 'a "test", b'], *[["b", "n", "3", "0", "late penalty"]] * 2]  # fmt: skip
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", row[0]) for row in rows)


def test_no_spreadsheet_computes_what_somebody_is_called(tmp_path):
    (tmp_path / "records" / "a1").mkdir(parents=True)
    path = note(tmp_path, "a1", [Change("=1+2", "a1", 1, 2, "points that people gave: f 1 → 2")])
    assert path.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[1:3] == ["'=1+2", "a1"]


def test_what_is_not_graded_any_more_and_who_is_gone():
    before = {("a", "n"): Total(10, 0), ("b", "n"): Total(3, 0)}
    [found] = compared(before, {("a", "n"): Total(6, 0)}, {("a", "n"): {"f": (4, None), "g": (1, 0.5)}}, {})
    assert found == Change("a", "n", 10, 6, "points that people gave: f 4 → not graded, g 1 → 0.5")


def test_what_stopped_runs_did_not_tell_is_kept_until_one_tells_it(tmp_path):
    a, b = ("a", "n"), ("b", "n")
    assert begin(tmp_path, "a1", {a: Total(5, 0)}, {a: "again", ("new", "n"): "new"}) == {}
    first = {a: ((5, 0), "again")}
    assert begin(tmp_path, "a1", {a: Total(2, 0), b: Total(3, 1)}, {b: "tests changed"}) == first
    second = first | {b: ((3, 1), "tests changed")}
    assert begin(tmp_path, "a1", {a: Total(1, 0), b: Total(2, 0)}, {a: "handed in again"}) == second
    assert begin(tmp_path, "a1", {}, {}) == second | {a: ((5, 0), "handed in again")}
    note(tmp_path, "a1", [])
    assert begin(tmp_path, "a1", {}, {}) == {}


def test_a_file_that_was_being_written_when_its_writer_was_killed_is_as_before(tmp_path, monkeypatch):
    (tmp_path / "records" / "a1").mkdir(parents=True)
    path = tmp_path / "records" / "a1" / "changes.csv"
    path.touch()
    before = note(tmp_path, "a1", [Change("a", "a1", 1, 2, "again")]).read_text(encoding="utf-8-sig").splitlines()
    assert before[0] == "when,student,notebook,before,now,why" and len(before) == 2
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "fsync", lambda file: (_ for _ in ()).throw(KeyboardInterrupt))
        note(tmp_path, "a1", [Change("b", "a1", 1, 2, "again")])
    assert path.read_text(encoding="utf-8-sig").splitlines() == before
