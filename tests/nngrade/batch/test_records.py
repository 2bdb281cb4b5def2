"""The records of the grader: whole or not there, readable, and believed only if they are what was written."""

import json
import os
import stat
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from nngrade.batch import files
from nngrade.batch import records as module
from nngrade.batch.answers import answers
from nngrade.batch.records import Records
from tests.nngrade.small_course import cell

WHERE = "student-01", "a1", "a1"
KEY = {"submission": "s", "tests": "t", "environment": "e"}
RECORD = {"student": "student-01", "assignment": "a1", "notebook": "a1", "handed_in": "", "hashes": KEY, "tests": {}}


def unit(handed_in="", sentences=(), **changed):
    where = {"student": "student-01", "assignment": "a1", "notebook": "a1"}
    return SimpleNamespace(**where, handed_in=handed_in, key=KEY | changed, terms=SimpleNamespace(sentences=sentences))


@pytest.fixture
def records(tmp_path):
    records = Records(tmp_path)
    records.write(RECORD, "{}")
    return records


def test_what_is_written_is_found(records):
    assert records.finished(unit()) == (records.read(*WHERE), "")
    assert records.read(*WHERE).items() >= RECORD.items() and records.of("a1") == [records.read(*WHERE)]
    assert records.of("a2") == [] and records.read("student-02", "a1", "a1") is None


def test_why_something_has_to_be_done(records):
    assert records.finished(unit(tests="x")) == (None, "tests changed")
    assert records.finished(unit(submission="x")) == (None, "handed in again")
    assert records.finished(unit("2026-01-01"))[0]  # another time is no other work
    assert records.finished(unit("2026-01-01", submission="x", environment="x")) == (
        None, "handed in again, environment changed")  # fmt: skip
    records.graded_notebook(*WHERE).unlink()
    assert records.finished(unit()) == (None, "graded notebook is gone")
    records.path(*WHERE).unlink()
    assert records.finished(unit()) == (None, "new")


@pytest.mark.parametrize("before", ["", "Look at db."])
@pytest.mark.parametrize("now", ["", "Look at db.", "Look at dx."])
def test_a_sentence_that_came_went_or_changed_is_a_reason_to_grade_again(records, before, now):
    finding = {"print": "abc"} | ({"sentence": before} if before else {})
    tests = {"f_test": {"finding": finding}, "g_test": {"finding": None}, "why": {}}
    records.write(RECORD | {"tests": tests}, "{}")
    said = ((("f_test", "abc"), now),) if now else ()
    others = (("f_test", "other"), "No."), (("g_test", "abc"), "No.")
    why = records.finished(unit(sentences=(*said, *others)))[1]
    assert why == ("another sentence for its mistake" if now != before else "")


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "[" * 10**5, '{"student": "student-01"}', "\0" * 500])
def test_a_damaged_record_is_not_believed(records, text):
    records.path(*WHERE).write_text(text)
    assert records.finished(unit()) == (None, "damaged record")
    assert records.of("a1") == []  # for those who show them, too


def test_a_record_that_was_moved_to_another_student_is_not_believed(records):
    other = records.path("student-02", "a1", "a1").parent
    records.path(*WHERE).parent.rename(other)
    assert records.of("a1") == [] and records.read("student-02", "a1", "a1") is None


def test_a_record_that_somebody_edited_is_not_believed(records):
    path = records.path(*WHERE)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tests": {"f_test": {"points": 9}}}))
    assert records.finished(unit()) == (None, "damaged record")


def test_where_a_record_is_the_notebook_is_there(records, monkeypatch):
    """It is written last: what is killed before is graded again."""
    written, whole = [], files.write_whole
    monkeypatch.setattr(module, "write_whole", lambda path, *what: written.append(path) or whole(path, *what))
    records.write(RECORD, "{}")
    assert written == [records.graded_notebook(*WHERE), records.path(*WHERE)]


def test_records_are_for_their_owner_and_notebooks_as_nbgrader_has_them(tmp_path):
    for shared, mode in ((False, 0o444), (True, 0o664)):
        records = Records(tmp_path / str(shared), shared)
        records.write(RECORD, "{}")
        assert stat.S_IMODE(records.path(*WHERE).stat().st_mode) == 0o600
        assert stat.S_IMODE(records.graded_notebook(*WHERE).stat().st_mode) == mode


@pytest.mark.parametrize("name", ["timestamp.txt", "submission_secret.txt"])
def test_what_collectors_noted_goes_with_the_notebook(records, tmp_path, name):
    noted, copied = (tmp_path / folder / name for folder in ("submitted/student-01/a1",
                                                                          "autograded/student-01/a1"))  # fmt: skip
    noted.parent.mkdir(parents=True)
    noted.write_text("\ufeff2026-01-01 12:00:00 UTC", encoding="utf-8")  # with the mark of Windows
    records.write(RECORD, "{}")
    assert copied.read_text(encoding="utf-8") == "2026-01-01 12:00:00 UTC"
    noted.unlink()
    noted.symlink_to("/etc/passwd")
    records.write(RECORD, "{}")
    assert not copied.exists()


def test_what_fails_while_it_writes_leaves_what_was_there(tmp_path, monkeypatch):
    files.write_whole(tmp_path / "file", "before")
    for step in ("fsync", "chmod", "replace"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(os, step, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            files.write_whole(tmp_path / "file", "after")
        assert (tmp_path / "file").read_text() == "before" and os.listdir(tmp_path) == ["file"]


def test_what_is_being_written_lies_beside_what_it_replaces_and_can_be_removed(tmp_path, monkeypatch):
    """Beside it: a move from another disk is none that happens at once."""
    place = tmp_path / "new" / "file"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(os, "unlink", lambda *_: (_ for _ in ()).throw(OSError))  # nor can it be removed
        files.write_whole(place, "text")
    [part] = place.parent.iterdir()
    assert part.name.startswith(".") and part.read_text() == "text"
    place.write_text("done")
    with monkeypatch.context() as patch:
        patch.setattr(files.Path, "glob", lambda *_: [part, place.with_name("gone meanwhile")])
        files.remove_parts(place.parent)
    files.write_whole(place, "text")
    assert os.listdir(place.parent) == ["file"]


def test_what_was_being_written_is_removed_and_nothing_else(tmp_path, monkeypatch):
    for name in ("file", "part", "my.part", ".hidden", ".part"):
        (tmp_path / name).touch()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "unlink", lambda *_: None)
        patch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        files.write_whole(tmp_path / "file", "text")
    assert len(os.listdir(tmp_path)) == 6
    files.remove_parts(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == [".hidden", ".part", "file", "my.part", "part"]


def test_a_name_as_long_as_names_can_be(tmp_path):
    name = "ü" * 127
    files.write_whole(tmp_path / name, "text")
    assert (tmp_path / name).read_text() == "text"


def test_records_of_one_student_or_of_all(records):
    others = [RECORD | {"student": name} for name in ("student-02", "[s]tudent-01", "*")]
    for record in (RECORD, *others, RECORD | {"assignment": "a2"}):
        records.keep(record)
    assert [each["student"] for each in records.of("a1")] == sorted(each["student"] for each in (RECORD, *others))
    for record in (RECORD, *others):
        assert [each["student"] for each in records.of("a1", record["student"])] == [record["student"]]
    assert records.of("a9") == []


def notebook(text):
    """A graded notebook with this code in the cell of f, and an answer in words."""
    cells = [cell("f", text, solution=True), cell("f_test", "", grade=True, locked=True),
             cell("why", "Because.", new_markdown_cell, grade=True, solution=True)]  # fmt: skip
    return nbformat.writes(new_notebook(cells=cells))


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("said", [True, False])
def test_answers_before_are_those_that_people_have_seen(tmp_path, seen, said):
    """They are in the record, or, in one that is older than this, in the notebook beside it."""
    records, asked, first = Records(tmp_path), [], answers(notebook("f = 1"))
    assert first == answers(notebook("f = 1")) != answers(notebook("f = 2"))
    assert first.keys() == {"f_test", "why"}
    new = records.compared(RECORD, notebook("f = 1"), asked.append)
    assert (new["answers"], new["before"], asked) == (first, {}, [])
    old = RECORD | {"before": {"f": "before", "g": "long ago"}} | ({"answers": {"f": "then"}} if said else {})
    records.write(old, notebook("f = 1"))
    new = records.compared(RECORD, notebook("f = 2"), lambda record: asked.append(record["student"]) or seen)
    assert new["answers"] == answers(notebook("f = 2")) and asked == [RECORD["student"]]
    there = ({"f": "then"} if said else first) if seen else {}
    assert new["before"] == {"f": "before", "g": "long ago"} | there
    assert RECORD.keys() <= new.keys() and "before" not in RECORD
    told = records.compared(RECORD, notebook("f = 2"))["before"]  # by nbgrader, whose gradebook has all that it made
    assert told == {"f": "before", "g": "long ago"} | ({"f": "then"} if said else first)


@pytest.mark.parametrize("there", [None, "no notebook", "{}"])
def test_where_nobody_knows_the_answers_before_there_are_none(records, there):
    records.keep(RECORD)
    if there is not None:
        records.graded_notebook(*WHERE).parent.mkdir(parents=True, exist_ok=True)
        records.graded_notebook(*WHERE).write_text(there)
    assert records.compared(RECORD, notebook("f = 2"), lambda record: True)["before"] == {}


def test_what_a_killed_run_was_writing_is_removed_on_both_sides(records, tmp_path):
    sides = [tmp_path / "records" / "a1" / "student-01", tmp_path / "autograded" / "student-01" / "a1"]
    other = tmp_path / "records" / "a2" / "student-01"
    other.mkdir(parents=True)
    for folder in (*sides, other):
        (folder / ".abc.part").touch()
    records.remove_parts("a1")
    assert [sorted(path.name for path in folder.iterdir()) for folder in (*sides, other)] == [
        ["a1.json"], ["a1.ipynb"], [".abc.part"]]  # fmt: skip
