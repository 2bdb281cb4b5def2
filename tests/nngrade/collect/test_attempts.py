"""Which attempt counts, what is known of it after a second look, and how it gets into submitted/."""

import os
from pathlib import Path

import pytest

from nngrade.collect.attempts import Attempt, Attempts, digest

ONE = "student-01"
DAY1, DAY2 = "2026-03-01T12:00:00+00:00", "2026-03-02T12:00:00+00:00"


def attempt(name, **more):
    return Attempt(ONE, name, "Platform", name, **more)


@pytest.fixture
def attempts(tmp_path):
    return Attempts(tmp_path, "a1")


def newest(attempts, *them):
    attempts.all = list(them)
    found = attempts.newest(ONE)
    return found and found.hash


def test_by_its_time_then_its_order_then_the_run_that_saw_it_first(attempts):
    assert newest(attempts, attempt("a", time=DAY2), attempt("b", time=DAY1, order=9, run=9)) == "a"
    assert newest(attempts, attempt("a", time=DAY1, order=2), attempt("b", time=DAY1, order=1, run=9)) == "a"
    assert newest(attempts, attempt("a", time=DAY1, run=1), attempt("b", time=DAY1, run=2)) == "b"


def test_without_a_time_of_each_the_last_run_and_its_order_say_it_or_nobody_knows(attempts):
    assert newest(attempts, attempt("a", run=2), attempt("b", time=DAY2, run=1)) == "a"
    assert newest(attempts, attempt("a", run=1, order=9), attempt("b", run=2, order=1)) == "b"
    assert newest(attempts, attempt("a", run=1, order=2), attempt("b", run=1, order=1)) == "a"
    assert newest(attempts, attempt("a", run=1), attempt("b", run=1)) is None
    twice = attempt("a", run=1), attempt("a", run=1)  # the same files
    assert newest(attempts, *twice, attempt("b", run=0)) == "a"


def test_of_what_is_known_what_is_known_now_counts_but_for_the_run_and_lateness(attempts, tmp_path):
    assert attempts.add(attempt("a", time=DAY1, given="then", zone="UTC", late=True), {"f.txt": b"1"})
    assert (tmp_path / "downloaded" / "a1" / "attempts" / ONE / "a" / "f.txt").read_bytes() == b"1"
    attempts.run = 5
    assert not attempts.add(attempt("a", time=DAY2, given="now", zone="Asia/Tokyo", platform_id="id 7"), {})
    [one] = attempts.all
    assert (one.time, one.given, one.zone, one.late, one.run, one.platform_id) == (
        DAY2, "now", "Asia/Tokyo", True, 1, "id 7")  # fmt: skip
    assert not attempts.add(attempt("a"), {})  # this time nobody says when
    assert (attempts.all[0].time, attempts.all[0].given, attempts.all[0].zone) == (DAY2, "now", "Asia/Tokyo")
    attempts.all[0].noted, attempts.all[0].time = "by hand", DAY1
    assert attempts.noted(attempt("a")) and not attempts.noted(attempt("b"))
    attempts.add(attempt("a", time=DAY2, given="later"), {})
    assert (attempts.all[0].time, attempts.all[0].noted) == (DAY1, "by hand")  # a person has the last word


def test_the_same_files_under_another_label_are_another_attempt(attempts):
    attempts.add(attempt("a"), {})
    assert attempts.add(Attempt(ONE, "a", "Platform", "another"), {}) and len(attempts.of(ONE)) == 2
    assert attempts.add(Attempt("student-02", "a", "Platform", "a"), {})
    assert len(attempts.of(ONE)) == 2 and len(attempts.of("student-02")) == 1


def test_the_next_run_knows_all_of_the_runs_before(attempts, tmp_path):
    attempts.add(attempt("a", platform_id="moodle 17 4", files={"f": "h"}), {"f": b"1"})
    attempts.add(Attempt("student-02", "b", "Canvas", "b", platform_id="canvas 5"), {})
    attempts.save()
    again = Attempts(tmp_path, "a1")
    assert again.all == attempts.all and again.run == 2
    assert again.ids("moodle") == {ONE: "17 4"} and again.ids("canvas") == {"student-02": "5"}
    assert Attempts(tmp_path, "a2").all == [] and Attempts(tmp_path, "a2").run == 1


def test_it_is_swapped_in_whole_with_its_time(attempts, tmp_path):
    there = tmp_path / "submitted" / ONE / "a1"
    for name in (".a1.new", ".a1.old", "a1"):  # of a run that was killed, and of before
        (there.with_name(name)).mkdir(parents=True)
        (there.with_name(name) / "left.txt").write_text("before")
    one = attempt("a", time=DAY1, files={"f.txt": "hash"})
    attempts.add(one, {"f.txt": b"1", "deep/g.txt": b"2"})
    attempts.put(one)
    assert {path.relative_to(there).as_posix(): path.read_text() for path in there.rglob("*") if path.is_file()} == {
        "f.txt": "1", "deep/g.txt": "2", "timestamp.txt": "2026-03-01 12:00:00 UTC"}  # fmt: skip
    attempts.put(attempt("b", noted="some day"))
    assert {path.name: path.read_text() for path in there.iterdir()} == {"timestamp.txt": "some day"}
    attempts.put(attempt("b"))
    assert list(there.iterdir()) == [] and [path.name for path in there.parent.iterdir()] == ["a1"]


def test_what_was_there_goes_when_the_new_one_lies_beside_it(attempts, tmp_path, monkeypatch):
    """Whoever is killed in between has lost neither."""
    folder, rename, seen = tmp_path / "submitted" / ONE, Path.rename, []

    def renamed(path, to):
        seen.append({each.name: (each / "f.txt").read_text() for each in folder.iterdir()})
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", renamed)
    for name in ("1", "2"):
        one = attempt(name, files={"f.txt": "hash"})
        attempts.add(one, {"f.txt": name.encode()})
        attempts.put(one)
    assert seen == [{".a1.new": "1"}, {".a1.new": "2", "a1": "1"}, {".a1.new": "2", ".a1.old": "1"}]


def test_what_lies_there_is_an_attempt_once(attempts, tmp_path):
    there = tmp_path / "submitted" / ONE / "a1"
    there.mkdir(parents=True)
    (there / "f.txt").write_bytes(b"1")
    (there / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    (there / "link.txt").symlink_to(tmp_path)
    for name in ("data/x.csv", ".ipynb_checkpoints/f.ipynb"):
        (there / name).parent.mkdir()
        (there / name).write_bytes(b"2")
    for _ in range(2):
        attempts.keep_what_is_there(ONE)
    [one] = attempts.all
    files = {"f.txt": b"1", "data/x.csv": b"2"}
    assert (one.hash, one.time, one.run, one.files.keys()) == (digest(files), DAY1, -1, files.keys())
    attempts.put(one)
    assert (there / "data" / "x.csv").read_bytes() == b"2"
    assert not attempts.add(Attempt(ONE, one.hash, "Platform", "label"), {})  # it came from there
    assert attempts.all[0].platform == "Platform" and attempts.all[0].time == DAY1


def test_what_lies_there_may_have_names_that_are_no_text(attempts, tmp_path):
    there = tmp_path / "submitted" / ONE / "a1"
    there.mkdir(parents=True)
    for raw in (b"\xe4.txt", b"\xf6.txt"):
        (there / os.fsdecode(raw)).write_bytes(raw)
    attempts.keep_what_is_there(ONE)
    attempts.save()
    [one] = Attempts(tmp_path, "a1").all
    kept = (tmp_path / "downloaded" / "a1" / "attempts" / ONE / one.hash[:16]).iterdir()
    assert {path.read_bytes() for path in kept} == {b"\xe4.txt", b"\xf6.txt"} and len(one.files) == 2
    Attempts(tmp_path, "a1").keep_what_is_there(ONE)  # and it is known again


def test_what_a_person_has_entered_is_noted_of_the_newest_with_these_files(attempts, tmp_path):
    files = {"f.txt": b"1"}
    for label, when in (("first", DAY1), ("again", DAY2)):
        attempts.add(Attempt(ONE, digest(files), "Platform", label, files={"f.txt": "hash"}, time=when), files)
    attempts.put(attempts.all[1])
    attempts.keep_what_is_there(ONE)
    assert [each.noted for each in attempts.all] == ["", ""]  # the time is the one that was put there
    (tmp_path / "submitted" / ONE / "a1" / "timestamp.txt").write_text("\ufeff yesterday\n", encoding="utf-8")
    attempts.keep_what_is_there(ONE)
    assert [(each.noted, each.time) for each in attempts.all] == [("", DAY1), ("yesterday", "")]


def test_a_time_that_a_run_put_there_before_it_was_killed_is_no_persons_word(attempts, tmp_path):
    def handed_in(when):
        return Attempt(ONE, digest(files), "Platform", "label", files={"f.txt": "hash"}, time=when)

    files = {"f.txt": b"1"}
    attempts.add(handed_in(DAY1), files)
    attempts.save()
    attempts.add(handed_in(DAY2), files)
    attempts.put(attempts.all[0])  # and here it was killed
    again = Attempts(tmp_path, "a1")
    for when in (DAY2, DAY2.replace("02T", "03T")):
        again.keep_what_is_there(ONE)
        again.add(handed_in(when), files)
        assert (again.all[0].time, again.all[0].noted) == (when, "")


def test_a_digest_is_of_names_and_contents():
    assert digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})
    others = [{"a": b"1"}, {"a": b"2", "b": b"1"}, {"a": b"1", "b": b"2", "c": b""}, {"ab": b"1", "b": b"2"}, {},
              {"a": b"1b\x002"}]  # fmt: skip
    assert len({digest(each) for each in [{"a": b"1", "b": b"2"}, *others]}) == 7
