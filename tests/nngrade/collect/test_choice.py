"""Which file is the notebook, by what is in it, how it is called and which copy it is."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from nngrade.collect import notebooks
from nngrade.collect.archive import Entry
from nngrade.collect.notebooks import choose
from nngrade.notebook.submission import Refused
from tests.nngrade.small_course import cell

IDS = frozenset("abcd")
WANTED = {"a3": IDS}


def notebook(ids, text=""):
    cells = [cell(each, text, grade=True, locked=True, points=1) for each in ids]
    return json.dumps(new_notebook(cells=cells)).encode()


def chosen(files, wanted=WANTED):
    def entry(name, data):
        def read():
            if isinstance(data, Exception):
                raise data
            return data

        return name, Entry((name,), read)

    return choose([entry(name, data) for name, data in files.items()], wanted)


@pytest.mark.parametrize("name", ["a3.ipynb", "A3.IPYNB", "a3 (1).ipynb", "a3-2.ipynb", "a3.ipynb.txt", "a3.json",
                                  "a3 - Copy.ipynb", "a3 – Kopie (2).ipynb", "Late Submission - a3.ipynb",
                                  "deep/folder/a3.ipynb"])  # fmt: skip
def test_it_is_known_by_its_name(name):
    found = chosen({name: notebook("ab"), "other.ipynb": notebook("")})
    assert found.files == {"a3.ipynb": notebook("ab")} and found.problem == "" and not found.notes
    assert found.late == name.startswith("Late")


@pytest.mark.parametrize("ids, known", [("abc", True), ("ab", False)])
def test_it_is_known_by_more_than_half_of_its_cells(ids, known):
    found = chosen({"mine.ipynb": notebook(ids), "other.ipynb": notebook("")})
    assert (found.files.keys() == {"a3.ipynb"}) == known
    assert found.notes == (["mine.ipynb is taken for a3.ipynb"] if known else [])


def test_the_only_notebook_of_the_only_wanted_one_is_it():
    assert chosen({"mine.ipynb": notebook("")}).files.keys() == {"a3.ipynb"}
    assert chosen({"mine.ipynb": notebook("")}, {"a3": IDS, "b3": IDS}).problem
    own = json.dumps(new_notebook(cells=[new_code_cell("1 + 1")])).encode()  # all its cells are the student's
    assert chosen({"mine.ipynb": own}).files == {"a3.ipynb": own}


def test_of_copies_the_one_with_the_highest_number_counts():
    found = chosen({"a3 (2).ipynb": notebook("abcd", "2"), "a3 (10).ipynb": notebook("abcd", "10"),
                    "a3.ipynb": notebook("abcd", "0")})  # fmt: skip
    assert found.files == {"a3.ipynb": notebook("abcd", "10")}
    found = chosen({"a3.ipynb": notebook("abcd", "0"), "a3 (1).ipynb": notebook("abcd", "1")})
    assert found.files == {"a3.ipynb": notebook("abcd", "1")}
    found = chosen({"a3-10.ipynb": notebook("abcd", "10"), "a3-2.ipynb": notebook("abcd", "2")})  # as Canvas has it
    assert found.files == {"a3.ipynb": notebook("abcd", "10")}
    found = chosen({"x/a3.ipynb": notebook("abcd", "1"), "y/a3.ipynb": notebook("abcd", "2")})
    assert found.problem == "several notebooks, and which one counts is not certain: x/a3.ipynb, y/a3.ipynb"
    assert found.files == {"x_a3.ipynb": notebook("abcd", "1"), "y_a3.ipynb": notebook("abcd", "2")}  # neither is it
    assert chosen({"x/a3.ipynb": notebook("abcd"), "y/a3.ipynb": notebook("abcd")}).problem == ""  # they are the same


def test_of_those_by_its_name_the_one_with_its_cells_counts():
    found = chosen({"a3 (1).ipynb": notebook("wxyz"), "a3.ipynb": notebook("abcd")})
    assert found.files == {"a3.ipynb": notebook("abcd")}


def test_the_notebook_of_another_assignment_is_none():
    found = chosen({"a3.ipynb": notebook("wxyz")})
    assert found.problem == "a3.ipynb is the notebook of another assignment"
    assert found.files == {"a3.ipynb": notebook("wxyz")}  # what was handed in is kept


def test_two_wanted_ones_are_found_each():
    found = chosen({"one.ipynb": notebook("abcd"), "b3.ipynb": notebook("wxyz")}, {"a3": IDS, "b3": frozenset("wxyz")})
    assert found.files == {"a3.ipynb": notebook("abcd"), "b3.ipynb": notebook("wxyz")}
    assert found.notes == ["one.ipynb is taken for a3.ipynb"]


@pytest.mark.parametrize("files, why", [
    ({}, "no file was handed in"), ({"a3.pdf": b"%PDF"}, "a3.pdf is no notebook"),
    ({"a3.ipynb": b" <!DOCTYPE html>"}, "a3.ipynb is a web page, no notebook"),
    ({"a3.ipynb": b"<HTML>"}, "a3.ipynb is a web page, no notebook"),
    ({"a3.ipynb": Refused("it can't be unpacked")}, "a3.ipynb: it can't be unpacked"),
    ({"x.pdf": b"1", "y.zip": Refused("broken")}, "x.pdf is no notebook; y.zip: broken"),
])  # fmt: skip
def test_why_there_is_none(files, why):
    found = chosen(files)
    assert found.problem == why
    assert found.files == {name: data for name, data in files.items() if isinstance(data, bytes)}


@pytest.mark.parametrize("more", [0, 1])
def test_all_that_somebody_hands_in_may_be_as_large_as_that(monkeypatch, more):
    monkeypatch.setattr(notebooks, "MOST_BYTES", 2**20)
    files = {"a.pdf": bytes(2**19), "b.pdf": bytes(2**19 + more)}
    assert ("b.pdf: with it, the files have more than 1 MB" in chosen(files).problem) == bool(more)


@pytest.mark.parametrize("name, kept", [
    ("a/../..bad:name?.pdf", "bad_name_.pdf"), (".hidden.pdf", "hidden.pdf"), ("...", "file"), ("a/", "file"),
])  # fmt: skip
def test_files_that_are_kept_have_names_that_lead_nowhere(name, kept):
    assert chosen({name: b"1"}).files == {kept: b"1"}


@pytest.mark.parametrize("letter, ending", [("x", ".docx"), ("ä", ".ipynb"), ("x", ""), ("ä", "." + 300 * "x")])
def test_files_that_are_kept_have_names_that_a_disk_takes(tmp_path, letter, ending):
    """In a zip they may be longer. They stay apart, and as long as a disk takes them they are as they were."""
    first, second = (300 * letter + end + ending for end in "12")
    files = chosen({first: b"1", second: b"2", 300 * f"{letter}/" + first: b"3"}).files
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"1", b"2", b"3"}
    assert all(name.endswith(ending) for name in files) or len(ending) > 6
    assert notebooks.safe(251 * "x" + ".txt") == 251 * "x" + ".txt"
