"""What was handed in, as units of work: found by whatever name, doubted, and never left out without a word."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nngrade.batch import submitted
from nngrade.batch.records import Records
from nngrade.errors import CourseError
from nngrade.notebook import saved
from tests.nngrade.odd_submissions import ODD, released_in
from tests.nngrade.small_course import INSTRUCTOR, NAME, RELEASE, answered, as_bytes, hand_in, make_course

RENAMED = "another name", "a name that is no text", "a name that a browser gave", "another kind of file"
NO_TIME = "no time", "a pipe for the time", "a link for the time", "bytes for the time"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    made = make_course(tmp_path_factory.mktemp("course"))
    for number, (do, _) in enumerate(ODD.values()):
        do(hand_in(made, f"student-{number:02}", answered()))
    return made


@pytest.fixture(scope="module")
def units(course):
    """{what was handed in: the unit of work}"""
    return dict(zip(ODD, (place.unit() for place in submitted.places(course, NAME)), strict=True))


@pytest.mark.parametrize("what", ODD)
def test_what_is_said_of_it(units, what):
    unit, why = units[what], ODD[what][1]
    late = "is damaged", "file is empty", "larger than"  # which reading it says
    assert unit.problem == "" if not why or any(word in why for word in late) else why in unit.problem
    said = " ".join(unit.repaired)
    assert ("the file was called" in said) == (what in RENAMED)
    assert ("holds no certain time; it counts as handed in on time" in said) == (what in NO_TIME)
    assert ("beside it lay old.ipynb, which was not graded" in said) == (what == "an older copy beside it")
    assert not said or what in (*RENAMED, *NO_TIME, "an older copy beside it")
    assert unit.handed_in == ""


def test_the_bytes_are_those_of_the_file_without_saved_outputs(units):
    for what in ("another name", "a Mac's shadow", "links beside it"):
        assert nbformat.reads(units[what].data.decode(), 4).cells[2].source == answered().cells[2].source
    assert len(units["saved outputs of 30 MB"].data) < 2**20
    assert units["none"].data == b""


def test_what_a_result_depends_on_is_in_its_key(units):
    unit = units["another name"]
    others = unit, replace(unit, data=b"{}"), replace(unit, problem="none")
    assert len({each.key["submission"] for each in others}) == 3
    assert replace(unit, repaired=("moved",), handed_in="2026").key == unit.key


def test_the_time_is_that_of_its_zone(course):
    folder = hand_in(course, "student-90", answered(), "2026-03-03 16:05:09 UTC")
    [place] = submitted.places(course, NAME, ["student-90"])
    assert place.folder == folder and place.where == ("student-90", NAME, NAME) and place.only
    assert place.unit().handed_in == "2026-03-03T16:05:09"


def test_a_person_names_students_and_unknown_ones_are_told(course):
    assert [each.student for each in submitted.places(course, NAME, ["student-02", "student-01"])] == [
        "student-01", "student-02"]  # fmt: skip
    with pytest.raises(CourseError, match="There is no submission of a, b to a1_small"):
        submitted.places(course, NAME, ["b", "student-01", "a"])


def test_in_an_assignment_of_several_notebooks_each_goes_by_its_name(course, monkeypatch):
    terms = submitted.terms(course.root, course.config, NAME, False)[NAME]
    monkeypatch.setattr(submitted, "terms", lambda *_: {NAME: terms, "second": terms})
    hand_in(course, "student-91", answered())
    hand_in(course, "student-92", answered(), name="second (1).ipynb")
    one, other, *third = (place.unit() for place in submitted.places(course, NAME, ["student-91", "student-92"]))
    assert one.problem == "" and one.repaired == ()
    assert other.problem == f"None of these files is called second.ipynb: {NAME}.ipynb."
    assert [unit.problem for unit in third] == [
        f"None of these files is called {name}.ipynb: second (1).ipynb." for name in (NAME, "second")]  # fmt: skip


def test_without_a_release_or_a_notebook_it_says_so(course):
    with pytest.raises(CourseError, match="There is no assignment a9: solutions/a9/ holds no notebook"):
        submitted.terms(course.root, course.config, "a9", False)
    (course.root / "solutions" / "a8").mkdir(exist_ok=True)
    (course.root / "solutions" / "a8" / "a8.ipynb").write_bytes(as_bytes(INSTRUCTOR))
    with pytest.raises(CourseError, match="a8 was not released yet: run `nngrade release`"):
        submitted.terms(course.root, course.config, "a8", False)
    (course.root / "assignments" / "a8").mkdir(exist_ok=True)
    (course.root / "assignments" / "a8" / "a8.ipynb").write_bytes(as_bytes(RELEASE))
    assert submitted.terms(course.root, course.config, "a8", True)["a8"].unsafe is True


def test_limits_are_those_of_the_configuration(course):
    found = submitted.terms(course.root, course.config, NAME, False)[NAME]
    assert found.limits == submitted.limits(course.config) and found.unsafe is False
    assert [submitted.places(course, NAME, ["student-01"], *more)[0].terms.unsafe for more in ((), (True,))] == [
        False, True]  # fmt: skip
    config = type(course.config)()
    assert submitted.limits(config) == submitted.Limits()
    for none in (None, 0, -1):  # to nbconvert; here there is always one
        config.Execute.timeout = none
        assert submitted.limits(config) == submitted.Limits()
    config.Execute.timeout, config.TrustedExecute.total_seconds = 7, 70
    given = submitted.limits(config)
    assert (given.cell_seconds, given.test_seconds, given.total_seconds) == (7, 7, 70)


def test_what_collectors_and_systems_leave_there_is_nothing_that_was_handed_in(course):
    folder = hand_in(course, "student-95", answered(), "2026-03-03 16:05:09 UTC", name="a.ipynb.txt")
    (folder / ".DS_Store").touch()
    [place] = submitted.places(course, NAME, ["student-95"])
    assert (place.unit().problem, place.unit().repaired) == ("", ("the file was called a.ipynb.txt",))
    (folder / "a.ipynb.txt").unlink()
    assert place.unit().problem == "There is no notebook in this submission."


@pytest.mark.parametrize("name", ["a.ipynb", "A (1).IPYNB", "a.ipynb.txt", "a.ipynb.json"])
def test_beside_a_notebook_without_an_answer_another_is_named_by_whatever_name(course, name):
    folder = hand_in(course, "student-94", released_in(course.root))
    (folder / name).write_bytes(as_bytes(answered()))
    (folder / ".hidden.ipynb").write_bytes(as_bytes(answered()))
    [place] = submitted.places(course, NAME, ["student-94"])
    said = f"{NAME}.ipynb is as it was handed out, with no answer in it. Beside it lies: {name}. Which one counts?"
    assert place.unit().problem == said
    (folder / name).unlink()
    assert place.unit().problem == ""


def test_a_name_that_is_no_text_can_be_told(course):
    """Whoever tells it, and makes a hash of it, writes it in UTF-8."""
    folder = hand_in(course, "student-89", released_in(course.root), name=os.fsdecode(b"\xfca.ipynb"))
    (folder / "b.ipynb.txt").write_bytes(as_bytes(answered()))
    [place] = submitted.places(course, NAME, ["student-89"])
    unit = place.unit()
    assert unit.problem.startswith("a.ipynb is as it was handed out") and unit.key["submission"]


def test_the_largest_file_is_read(course, monkeypatch):
    folder = hand_in(course, "student-93", released_in(course.root))
    size = (folder / f"{NAME}.ipynb").stat().st_size
    [place] = submitted.places(course, NAME, ["student-93"])
    for most, problem in ((size, ""), (size - 1, f"The file is larger than {size - 1:,} bytes.")):
        monkeypatch.setattr(saved, "MOST_BYTES", most)
        assert place.unit().problem == problem


def test_where_one_may_not_look_something_may_have_been_handed_in(course, monkeypatch):
    folder = hand_in(course, "student-97", answered())

    def closed(path, look):
        if str(path).startswith(str(folder)):
            raise PermissionError(13, "Permission denied")
        return look(path)

    for owner, name in ((Path, "lstat"), (os, "listdir")):
        look = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda path, look=look: closed(path, look))
    [place] = submitted.places(course, NAME, ["student-97"])
    assert place.unit().problem == "What was handed in can't be read: Permission denied."
    folder = course.root / "submitted"
    look = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: closed(path, look))
    with pytest.raises(CourseError, match="submitted can't be read: Permission denied"):
        submitted.places(course, NAME)


def test_who_has_handed_in_again(course, monkeypatch):
    assert submitted.handed_in_again(course, "a9") == []
    records, folder = Records(course.root), hand_in(course, "student-96", answered())
    assert "student-96" not in submitted.handed_in_again(course, NAME)  # not graded yet
    [place] = submitted.places(course, NAME, ["student-96"])
    unit = place.unit()
    record = {"student": "student-96", "assignment": NAME, "notebook": NAME, "hashes": unit.key}
    records.write(record, "{}")
    assert submitted.handed_in_again(course, NAME) == []  # when it was read is not known, and it is the same
    with monkeypatch.context() as patch:
        patch.setattr(submitted.Place, "unit", None)
        records.keep(record | {"last_change": unit.last_change})
        assert submitted.handed_in_again(course, NAME) == []  # nothing came since: it is not even read
    os.utime(folder / f"{NAME}.ipynb")  # what lies there is younger, and the same
    assert submitted.handed_in_again(course, NAME) == []
    (folder / f"{NAME}.ipynb").write_bytes(as_bytes(answered(first="1 + 1")))
    assert submitted.handed_in_again(course, NAME) == ["student-96"]  # no file came, and one is another
    os.utime(records.path(*place.where), (2e9, 2e9))  # by a clock that is wrong
    assert submitted.handed_in_again(course, NAME) == ["student-96"]
    (folder / f"{NAME}.ipynb").unlink()  # what was taken away is younger in its folder alone
    assert submitted.handed_in_again(course, NAME) == ["student-96"]
    records.path(*place.where).write_text("damaged")  # what was graded is not known: that says no more of it
    assert submitted.handed_in_again(course, NAME) == []


@pytest.fixture
def swapped_in(course, monkeypatch):
    """swapped_in(times): a Place, and what is put into it, in as many moments in which it is looked for other files."""
    new, beside = as_bytes(answered(first="1 + 1")), submitted.Place._beside

    def swapped_in(times):
        folder, left = hand_in(course, "student-95", answered()), iter(range(times))
        [place] = submitted.places(course, NAME, ["student-95"])

        def swap(*what):
            if next(left, None) is None:
                return beside(*what)
            time.sleep(0.02)  # for the clock of the disk
            folder.rename(folder.with_name(".old"))
            try:
                return beside(*what)
            finally:
                shutil.rmtree(folder.with_name(".old"))
                hand_in(course, "student-95", new)

        monkeypatch.setattr(submitted.Place, "_beside", swap)
        return place, new

    return swapped_in


def test_what_is_swapped_in_while_it_is_read_is_read(swapped_in):
    place, new = swapped_in(1)
    unit = place.unit()
    assert (unit.data, unit.problem) == (saved.without_outputs(new), "")
    assert unit.last_change == submitted.last_change(place.folder) > 0


def test_what_changes_again_and_again_while_it_is_read_has_changed_since(swapped_in):
    place, _ = swapped_in(2)
    unit = place.unit()
    assert unit.problem == "What was handed in can't be read: No such file or directory."
    assert 0 < unit.last_change < submitted.last_change(place.folder)
    assert submitted.last_change(place.folder / "gone") == 0


def test_who_was_graded_by_other_tests(course, monkeypatch):
    """Nobody by those of a notebook that is gone: by none of these would it be graded anew."""
    now = submitted.terms(course.root, course.config, NAME, False)[NAME].tests
    graded = [("student-03", NAME, "x"), ("student-01", NAME, now), ("student-02", NAME, "x"), ("one", "gone", "x")]
    records = [{"student": student, "notebook": notebook, "hashes": {"tests": tests}}
               for student, notebook, tests in graded]  # fmt: skip
    monkeypatch.setattr(Records, "of", lambda *_: records)
    assert submitted.graded_before(course, NAME) == ["student-02", "student-03"]
    assert submitted.graded_before(course, "a9") == []


def test_the_solutions_that_tests_take_functions_from_go_along(course):
    def asks(*sources):
        return new_notebook(cells=[new_code_cell(source) for source in sources])

    ask = "from nngrade.reference import reference_functions\nreference_functions({!r})"
    found = submitted.references(course.root, asks(ask.format(NAME), "1 + 1", "reference_functions(", "x = 1"))
    assert [name for name, _ in found] == [NAME] and json.loads(found[0][1])["cells"]
    several = asks(*map(ask.format, ("b", "a")))
    assert [name for name, _ in _named(course.root, several)] == ["a", "b"]
    text = new_notebook(cells=[new_markdown_cell(ask.format(NAME))])
    assert submitted.references(course.root, text) == ()


def _named(root, notebook):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submitted, "solution", lambda root, name: "{}")
        return submitted.references(root, notebook)


@pytest.mark.parametrize("text", ["", "{}", "{", '{"cells": 3}'])
def test_a_notebook_of_the_course_that_is_damaged_is_named(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(CourseError, match=f"{tmp_path}/a.ipynb can't be read as a notebook: (?!None$)."):
        submitted._notebook(tmp_path / "a.ipynb")
    with pytest.raises(CourseError, match="b.ipynb can't be read as a notebook: .*No such file"):
        submitted._notebook(tmp_path / "b.ipynb")
