"""What a unit of work depends on, and the notebook that comes of it, without a sandbox."""

import json
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nngrade.grading import work
from nngrade.grading.grade_notebook import Limits, Result
from nngrade.notebook.submission import Step
from tests.nngrade import small_course
from tests.nngrade.small_course import NAME, answered, as_bytes

TERMS = work.Terms(*(json.dumps(each) for each in (small_course.INSTRUCTOR, small_course.RELEASE)))


def unit(**more):
    return work.Unit("student-01", NAME, NAME, b"data", TERMS, **more)


def changed(one, other):
    return {name for name in one.key if one.key[name] != other.key[name]}


@pytest.mark.parametrize("limits", [{"cell_seconds": 9}, {"total_seconds": 9}, {"restarts": 9}, {"output_bytes": 9}])
def test_other_limits_or_no_sandbox_grade_again(limits):
    other = replace(TERMS, limits=Limits(**limits))
    assert changed(unit(), replace(unit(), terms=other)) == {"environment"}
    assert changed(unit(), replace(unit(), terms=replace(TERMS, unsafe=True))) == {"environment"}


def test_what_was_handed_in_and_what_is_wrong_with_it_grades_again():
    assert changed(unit(), replace(unit(), data=b"other")) == changed(unit(), unit(problem="x")) == {"submission"}
    told = {"handed_in": "2026-01-01T12:00:00", "repaired": ("the file was called x",)}
    assert changed(unit(), unit(**told)) == set()  # it changes no score
    other = replace(TERMS, private=("/a",), sentences=((("f", "p"), "x"),))
    assert changed(unit(), replace(unit(), terms=other)) == set()


def test_other_versions_are_others(monkeypatch):
    before = unit().key
    work.environment.cache_clear()
    monkeypatch.setattr(work, "versions", lambda: {"numpy": "1"})
    try:
        assert {name for name in before if before[name] != unit().key[name]} == {"environment"}
    finally:
        work.environment.cache_clear()


def test_the_versions_name_all_that_a_score_depends_on():
    assert work.versions().keys() == {"python", "numpy", "matplotlib", "ipython", "nbgrader", "course", "digits"}


def test_who_grades_where_nobody_has_that_number(monkeypatch):
    monkeypatch.setattr(work.getpass, "getuser", lambda: {}["nobody"])
    assert work._user() == f"user {os.getuid()}"


def test_code_and_digits_of_grader_and_library_count_as_a_version_and_their_texts_do_not(tmp_path, monkeypatch):
    packages = [tmp_path / name / "__init__.py" for name in ("nngrade", "nnlib")]
    for path in packages:
        (path.parent / "inner").mkdir(parents=True)
        path.write_text("")
    monkeypatch.setattr(work.nngrade, "__file__", str(packages[0]))
    monkeypatch.setattr(work.nnlib, "__file__", str(packages[1]))
    seen = {work._source_hash()}
    for number, name in enumerate(["inner/a.py", "inner/digits.npz", "inner/b.py"], start=2):
        packages[number % 2].with_name("inner").joinpath(name[6:]).write_text(str(number))
        seen.add(work._source_hash())
        assert len(seen) == number
    packages[0].with_name("README.md").write_text("x")
    assert work._source_hash() in seen
    found = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda *of: reversed([*found(*of)]))  # as another disk has them
    assert work._source_hash() in seen
    (tmp_path / "nngrade/inner/b.py").rename(tmp_path / "nngrade/inner/c.py")
    assert work._source_hash() not in seen


@pytest.mark.parametrize("there, said", [
    ({"a": b"1", "b": b"2"}, "MNIST"), ({"a": b"1"}, "the small ones"), ({"a": b"1", "b": b"3"}, "the small ones"),
])  # fmt: skip
def test_digits_are_those_of_mnist_if_all_its_files_are_there_and_genuine(there, said, tmp_path, monkeypatch):
    monkeypatch.setattr(work.nnlib.data, "MNIST_FILES", {"a": work._hash(b"1"), "b": work._hash(b"2")})
    for name, content in there.items():
        (tmp_path / name).write_bytes(content)
    assert work._digits(tmp_path) == said


def test_only_what_can_change_a_score_makes_other_tests():
    def tests(name, **changed):
        notebook = json.loads(TERMS.instructor)
        notebook["cells"] += [small_course.cell("words", "Read this.", new_markdown_cell),
                              small_course.cell("do", "Do that.", new_markdown_cell, task=True, points=1)]  # fmt: skip
        for cell in notebook["cells"]:
            cell |= changed if cell["id"] == name else {}
        return replace(TERMS, instructor=json.dumps(notebook)).tests

    before = tests("nobody")
    assert tests("words", source="Read that.") == before
    assert before not in [tests(name, source="x = 1") for name in ("why", "do", "double", "data", "double_test")]
    other = json.loads(TERMS.release)
    other["cells"][1]["source"] += "\nx = 1"
    assert replace(TERMS, release=json.dumps(other)).tests != TERMS.tests


def test_what_gives_points_in_either_notebook_is_known():
    """A question may have gone from one of them, or have other points."""
    def notebook(**points):
        cells = [small_course.cell(name, "x", grade=True, points=each) for name, each in points.items()]
        cells += [small_course.cell("why", "w", new_markdown_cell, grade=True, solution=True, points=5),
                  small_course.cell("do", "d", new_markdown_cell, task=True, points=6)]  # fmt: skip
        return json.dumps(new_notebook(cells=[*cells, small_course.cell("data", "y", locked=True)]))

    by_hand = {("why", 5), ("do", 6)}
    assert work.Terms(notebook(f=1, g=2), notebook(f=3)).graded == {("f", 1), ("g", 2), ("f", 3)} | by_hand


def test_a_notebook_is_graded_by_all_that_its_terms_say(monkeypatch):
    ready, asked = [], []
    monkeypatch.setattr(work, "data_folder", lambda: "/data")
    monkeypatch.setattr(work, "trusted_process_for", lambda *what: ready.append(what))
    monkeypatch.setattr(work.sandboxes, "open_once", lambda *what: ready.append(what) or "box")
    monkeypatch.setattr(work, "grade_notebook", lambda *what: asked.append(what) or Result())
    references, limits = (("a0", TERMS.release),), Limits(restarts=3)
    terms = replace(TERMS, limits=limits, unsafe=True, references=references, private=("/secret",),
                    sentences=((("f", "p"), "x"),))  # fmt: skip
    record, _ = work.grade(replace(unit(problem="It is late."), terms=terms))
    assert ready == [(small_course.INSTRUCTOR, references), (True, "/data", terms.forbidden, ("/secret",))]
    assert terms.forbidden and record["limits"]["restarts"] == 3
    assert asked == [(b"data", small_course.INSTRUCTOR, small_course.RELEASE, limits, "box", "It is late.", references,
                      {("f", "p"): "x"})]  # fmt: skip


# --- what is recorded ------------------------------------------------------------------------


def test_of_what_can_not_be_read_nothing_is_said_of_answers(monkeypatch):
    """A cell without an answer gets 0 points; here a person has to look."""
    monkeypatch.setattr(work, "get_ready", lambda terms: SimpleNamespace(name="none"))
    release = json.loads(TERMS.release)
    release["cells"].append(small_course.cell("do", "Do that.", new_markdown_cell, task=True, points=1))
    terms = replace(TERMS, release=json.dumps(release))
    record, _ = work.grade(
        replace(unit(repaired=("the file was called x",)), data=b"no notebook", terms=terms))
    assert record["refused"].startswith("The file is not a notebook") and set(record["tests"]) == {*small_course.FULL}
    assert (record["unanswered"], record["untouched"], record["written"]) == ([], False, ["why", "do"])
    assert record["repaired"] == ["the file was called x"] and record["sandbox"] == "none"
    assert record["graded"].endswith("+00:00")


# --- whether there is any work in it ---------------------------------------------------------


def test_a_notebook_as_it_was_handed_out_holds_no_work():
    assert work.untouched(as_bytes(small_course.RELEASE), TERMS)
    assert work.untouched(b"no notebook", TERMS)
    bare = small_course.nbformat.from_dict(json.loads(json.dumps(small_course.RELEASE)))
    for cell in bare.cells:
        cell.metadata = {}
    assert work.untouched(as_bytes(bare), TERMS)
    blank = small_course.nbformat.from_dict(json.loads(json.dumps(small_course.RELEASE)))
    blank.cells += [new_code_cell("  \n"), new_markdown_cell("")]
    assert work.untouched(as_bytes(blank), TERMS)
    for more in (new_code_cell("x = 1"), new_markdown_cell("My thoughts.")):
        blank.cells.append(more)
        assert not work.untouched(as_bytes(blank), TERMS)
        blank.cells.pop()
    assert not work.untouched(as_bytes(answered()), TERMS)
    one = answered({name: "# Write your code here\nraise NotImplementedError()" for name in small_course.QUESTIONS
                    if name != "answer"})  # fmt: skip
    assert not work.untouched(as_bytes(one), TERMS)


def test_where_nothing_is_asked_nothing_is_missing():
    only = small_course.nbformat.from_dict(small_course.RELEASE | {"cells": small_course.RELEASE.cells[:2]})
    assert not work.untouched(as_bytes(only), work.Terms(json.dumps(only), json.dumps(only)))


# --- the notebook that comes of it -----------------------------------------------------------


def step(name, role="own", kind="code", source="x", **more):
    return Step(id=name, role=role, cell_type=kind, source=source, **more)


def test_cells_of_one_name_get_names_of_their_own():
    made = work.as_notebook([step("a"), step("b" * 64, role="own"), step("a"), step("b" * 64), step("a")])
    names = [cell.id for cell in made.cells]
    assert names[:2] == ["a", "b" * 64] and len(set(names)) == 5 and max(map(len, names)) <= 64
    assert made.metadata.kernelspec.name == "python3" and (made.nbformat, made.nbformat_minor) == (4, 5)


def test_outputs_belong_to_code_and_pictures_to_text():
    output = {"output_type": "stream", "name": "stdout", "text": "said"}
    picture = {"a.png": {"image/png": "aa"}}
    steps = [step(kind, kind=kind, outputs=[output], attachments=picture) for kind in ("code", "markdown")]
    code, text = work.as_notebook(steps).cells
    assert code.outputs == [output] and code.execution_count is None and "attachments" not in code
    assert text.attachments == picture and "outputs" not in text


def test_of_many_lines_of_output_a_page_has_some():
    flood = {"output_type": "stream", "name": "stdout", "text": "x\n" * 5000}
    [cell] = work.as_handed_back(Result(cells=[step("a", outputs=[flood])])).cells
    assert 500 < cell.outputs[0].text.count("\n") < 2000


@pytest.mark.parametrize("role", ["read-only", "task", "test"])
def test_cells_of_the_release_stay_as_they_are(role):
    evil = step("a", role=role, kind="markdown", source="<script>")
    assert work.made_safe(evil, [10**6]) is evil


@pytest.mark.parametrize("role", ["own", "written", "solution", "other"])
def test_what_students_write_is_made_safe(role):
    kinds = {"markdown": "<script>x()</script> **so**", "raw": "<script>x()</script>", "code": "'<script>'"}
    steps = [step(kind, role, kind, source) for kind, source in kinds.items()]
    text, raw, code = work.as_handed_back(Result(cells=steps)).cells
    assert "<script" not in text.source and "**so**" in text.source
    assert raw.cell_type == "markdown" and "<script" not in raw.source
    assert code.source == "'<script>'"
