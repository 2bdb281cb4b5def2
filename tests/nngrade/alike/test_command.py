"""`nngrade alike`: which notebooks it compares, what it leaves out, and what it says and writes."""

import json

import pytest
from nbformat.v4 import new_markdown_cell

from nngrade.alike.compare import Pair
from nngrade.alike.page import page
from nngrade.batch.records import Records
from nngrade.commands import alike
from nngrade.errors import CourseError
from tests.nngrade.alike.test_alike import COPY, OWN
from tests.nngrade.small_course import cell


@pytest.fixture
def course(tmp_path):
    """course({student: source}, refused=…): these are graded; f is to be filled in, and all have the same test."""

    def course(answers, refused=(), given="pass"):
        for student, source in answers.items():
            record = {"student": student, "assignment": "a1", "notebook": "a1", "handed_in": "", "hashes": {},
                      "refused": "no notebook" * (student in refused), "tests": {}}  # fmt: skip
            Records(tmp_path).write(record, notebook(source))
        release = tmp_path / "assignments" / "a1" / "a1.ipynb"
        release.parent.mkdir(parents=True, exist_ok=True)
        release.write_text(notebook(given))
        return tmp_path

    return course


def notebook(source):
    cells = [cell("f", source, solution=True), cell("f_test", "\n".join(OWN), grade=True, locked=True, points=2),
             cell("why", OWN[0], new_markdown_cell, grade=True, solution=True)]  # fmt: skip
    for each in cells:  # as nbformat stores it
        each["source"] = each["source"].splitlines(keepends=True)
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


CLASS = {f"student-{n:02}": source for n, source in enumerate(OWN)}


def test_a_copy_is_named_and_shown_side_by_side(course, capsys):
    root = course(CLASS | {"student-99": COPY})
    alike.run(root, "a1")
    said = capsys.readouterr().out
    assert "a1: 6 submissions" in said and "student-02" in said and "student-99" in said and "student-01" not in said
    assert "no proof" in said and "Side by side: build/a1-alike.html" in said
    shown = (root / "build" / "a1-alike.html").read_text(encoding="utf-8")
    assert shown.count("<section>") == 1 and "student-02 and student-99" in shown


def test_a_name_does_nothing_on_the_terminal(course, capsys):
    alike.run(course(CLASS | {"[b]student-99\x1b": COPY}), "a1")
    assert "[b]student-99? " in capsys.readouterr().out


def test_in_several_notebooks_questions_of_one_name_are_two(course, capsys):
    root = course(CLASS | {"student-99": COPY})
    for student in (*CLASS, "student-99"):
        record = Records(root).read(student, "a1", "a1") | {"notebook": "b1"}
        Records(root).write(record, notebook(f"number = '{student}'"))
    alike.run(root, "a1")
    said = capsys.readouterr().out
    assert "a1: 6 submissions" in said and "student-02" in said and "student-99" in said and "a1/f" in said


def test_what_all_have_is_no_sign(course, capsys):
    root = course(CLASS)
    alike.run(root, "a1")
    assert "5 submissions, and no two share more than many do." in capsys.readouterr().out
    assert not (root / "build").exists()


def test_what_was_handed_out_is_no_sign(course, capsys):
    alike.run(course(CLASS | {"student-99": COPY}, given=OWN[2]), "a1")
    assert "no two share" in capsys.readouterr().out


def test_what_could_not_be_read_is_left_out(course):
    with pytest.raises(CourseError, match="Fewer than two submissions to a1 are graded: run `nngrade grade a1`"):
        alike.run(course({"student-01": COPY, "student-02": COPY}, refused=["student-02"]), "a1")


def test_the_lines_that_are_marked_are_those_that_are_shared():
    pair = Pair("one", "other", 0.5, 1.0, (("f", frozenset([1]), frozenset([2])),))
    shown = page("a1", [pair], {"one": {"f": "a\nb"}, "other": {"f": "c\nd"}})
    assert "<pre><mark>a</mark>\nb</pre><pre>c\n<mark>d</mark></pre>" in shown and "They share 50% of" in shown
