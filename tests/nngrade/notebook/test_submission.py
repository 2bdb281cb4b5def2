"""The reader of notebooks is fed with anything: it refuses in words, or gives each test once, the instructor's own."""

import json
import os
import time
import tracemalloc
from dataclasses import replace

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nngrade.grading.work import as_handed_back, as_notebook
from nngrade.notebook import matching, submission
from nngrade.notebook.matching import MOST_COMPARED
from tests.nngrade import small_course
from tests.nngrade.moments import in_moments
from tests.nngrade.small_course import INSTRUCTOR, QUESTIONS, RELEASE, answered, as_bytes

STEPS = submission.release_steps(INSTRUCTOR)
GIVEN = [step.source for step in STEPS]
ORDER = [(step.id, step.source, step.points) for step in STEPS if step.role == "test"]
TEXTS = st.one_of(st.text(), st.sampled_from([*GIVEN, "def double(x):\n    return 2 * x", "a\r\nb\rc", "\0", "\ud800"]))
NAMES = st.one_of(st.sampled_from([step.id for step in STEPS]), st.text(max_size=5), st.just("\ud800"))
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
METADATA = st.fixed_dictionaries({}, optional={"nbgrader": st.one_of(
    ANYTHING, st.fixed_dictionaries({"grade_id": st.one_of(NAMES, ANYTHING), "points": st.just(100)}))})  # fmt: skip
CELLS = st.fixed_dictionaries({}, optional={
    "id": st.one_of(NAMES, ANYTHING), "cell_type": st.one_of(st.sampled_from(["code", "markdown", "raw"]), ANYTHING),
    "source": st.one_of(TEXTS, st.lists(TEXTS, max_size=3), ANYTHING), "metadata": st.one_of(METADATA, ANYTHING),
    "input": TEXTS, "outputs": ANYTHING, "attachments": ANYTHING,
})  # fmt: skip
NOTEBOOKS = st.one_of(
    ANYTHING,
    st.fixed_dictionaries({"cells": st.lists(st.one_of(CELLS, ANYTHING), max_size=12)}),
    st.fixed_dictionaries({"worksheets": st.lists(st.one_of(
        st.fixed_dictionaries({"cells": st.lists(CELLS, max_size=4)}), ANYTHING), max_size=3)}),
)  # fmt: skip


def check(data):
    """Read it; whatever comes of it can be graded, and written to files."""
    repaired = []
    try:
        cells = submission.read(data, repaired)
    except submission.Refused as why:
        return str(why).encode()
    steps = submission.arrange(cells, STEPS, repaired)
    assert [(step.id, step.source, step.points) for step in steps if step.role == "test"] == ORDER
    assert all(step.cell_type == "code" for step in steps if step.role == "test")
    back = as_handed_back(type("Result", (), {"cells": steps}))
    return json.dumps([repaired, nbformat.writes(back)], ensure_ascii=False).encode()


@given(NOTEBOOKS)
@example({"cells": [{"id": "double_test", "source": GIVEN[3], "metadata": {"nbgrader": {"grade_id": "\ud800"}}}] * 2})
@example({"cells": [{"id": "double", "cell_type": "raw", "attachments": {"a": {"image/png": 3}}, "source": "\ud800"}]})
def test_any_notebook_is_read_or_refused(notebook):
    check(json.dumps(notebook).encode())


@given(
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig"]),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=8)), min_size=1, max_size=4),
)
def test_damaged_bytes_are_read_or_refused(encoding, damages):
    data = json.dumps(answered(), ensure_ascii=False, indent=1).encode(encoding)
    for at, gone, new in damages:
        data = data[:at] + new + data[at + gone :]
    check(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    check(data)


def with_source(source):
    return b'{"cells": [{"cell_type": "code", "source": %s}]}' % source


@pytest.mark.parametrize("opening, closing", [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_of_any_depth_is_read_or_refused(opening, closing):
    for depth in [10, *range(880, 1010), 10**6]:
        check(with_source(opening * depth + b"1" + closing * depth))


@pytest.mark.parametrize("source", [
    "-" * 10**6 + "1", "(" * 10**6, "1" + "+1" * 10**6, "a" + ".b" * 10**6, "x = 1\n" * 10**6, "def f" * 10**6,
    "\n" * 10**6, "a\n\n" * 10**6, "[" * 10**6, "$" * 10**5, "*a" * 10**5, "![" * 10**5, "`" * 10**6, "> " * 10**5,
    "&" * 10**6, "\\" * 10**6, "~~~" * 10**5, "- " * 10**5 + "~~~", "\n  - ```" * 10**5,
], ids=lambda source: repr(source[:7]))  # fmt: skip
@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_what_would_keep_a_parser_busy_does_not(source, kind):
    with in_moments(time.process_time):
        check(json.dumps({"cells": [{"cell_type": kind, "source": source}]}).encode())


@pytest.mark.parametrize("data", [
    b'{"cells": [NaN, Infinity, -Infinity, 1e999]}', b'{"cells": ' + b"1" * 5000 + b"}", b'{"cells": [], "cells": 3}',
    b'{"cells": [' + b"{}," * 10**6 + b"{}]}", b'{"cells": [{"source": "\\u0000\\ud800"}]}', b"null",
    b"\xff\xfe\x00\x00" * 9, b'{"worksheets": [' + b"{}," * 10**5 + b"{}]}", b"PK\x03\x04" + bytes(99), b"\x1f" * 500, 
    b"\xef\xbb\xbf\xff{}", b'"cells"',
], ids=lambda data: repr(data[:12]))  # fmt: skip
def test_odd_files_are_read_or_refused(data):
    check(data)


@pytest.mark.parametrize("change, said", [
    (lambda text: text.encode() + bytes(3), "zero bytes at the end of the file were left out"),
    (lambda text: text.encode("utf-16"), "the file was not in UTF-8; it is read as utf-16"),
    (lambda text: text.encode("utf-8-sig"), "the file was not in UTF-8; it is read as utf-8-sig"),
    (lambda text: text.encode("latin-1"), "the file was not in UTF-8; it is read as Latin-1"),
    (lambda text: text.encode(), None),
])  # fmt: skip
def test_what_is_done_to_a_file_to_read_it_is_told(change, said):
    cells = submission.read(change('{"cells": [{"cell_type": "code", "source": "\u00e4"}]}'), told := [])
    assert [cell["source"] for cell in cells] == ["\u00e4"] and told == ([said] if said else [])


@pytest.mark.parametrize("data", [b"", b" \r\n\t", bytes(500)])
def test_an_empty_file_is_called_so(data):
    with pytest.raises(submission.Refused, match="^The file is empty. Save the notebook and hand it in again.$"):
        submission.read(data, [])


@pytest.mark.parametrize("more", [0, 1])
def test_how_many_cells_a_notebook_may_have(more):
    data = b'{"cells": [%s]}' % b",".join([b"{}"] * (submission.MOST_CELLS + more))
    if not more:
        assert len(submission.read(data, [])) == submission.MOST_CELLS == 2000
        return
    with pytest.raises(submission.Refused, match="^The notebook has more than 2000 cells.$"):
        submission.read(data, [])


def test_a_heading_of_the_old_format_is_one():
    sheets = [{"cells": [{"cell_type": "heading", "source": ["My ", "work"]}]}, 3, {"cells": [{"input": "x"}]}]
    cells = submission.read(json.dumps({"worksheets": sheets}).encode(), [])
    assert [(cell["cell_type"], cell["source"]) for cell in cells] == [("markdown", "# My work"), ("markdown", "x")]


@pytest.mark.parametrize(("name", "kept"), [("x" * 199, "x" * 199), ("x" * 200, None), (3, None), ([], None)])
def test_a_label_is_a_short_text(name, kept):
    cell = {"id": name, "metadata": {"nbgrader": {"grade_id": name}}}
    [read] = submission.read(json.dumps({"cells": [cell]}).encode(), [])
    assert (read["id"], read["grade_id"]) == (kept, kept)


@pytest.mark.parametrize(("points", "worth"), [
    ({"points": 2}, 2), ({"points": 0.5}, 0.5), ({"points": None}, 0), ({}, 0)])  # fmt: skip
def test_a_cell_without_points_gives_none(points, worth):
    release = nbformat.from_dict({"cells": [{"cell_type": "code", "source": "", "metadata": {
        "nbgrader": {"grade_id": "t", "grade": True} | points}}]})  # fmt: skip
    [step] = submission.release_steps(release)
    assert (step.id, step.role, step.points) == ("t", "test", worth)


def test_what_became_of_the_cells_is_told():
    notebook = answered()
    notebook.cells[2], notebook.cells[4] = notebook.cells[4], notebook.cells[2]
    notebook.cells[0].cell_type = "raw"
    submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(RELEASE), said := [])
    assert said == ["cells had been moved; they are graded in the order of the assignment",
                    "imports had become a raw cell"]  # fmt: skip


def test_what_is_for_nobody_to_grade_stays_as_its_student_has_made_it():
    """And it has no label that could be lost."""
    release = nbformat.from_dict(RELEASE | {"cells": [*RELEASE.cells, nbformat.v4.new_code_cell("x = 1", id="try")]})
    notebook = answered()
    notebook.cells.append(nbformat.v4.new_markdown_cell("I tried.", id="try"))
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(release), said := [])
    assert (steps[-1].id, steps[-1].cell_type, steps[-1].source) == ("try", "markdown", "I tried.")
    assert said == ["try had become a markdown cell"]


def test_pictures_stay_those_of_the_release_and_those_of_an_answer():
    release, notebook = (nbformat.from_dict(json.loads(json.dumps(each))) for each in (RELEASE, answered()))
    picture = "![](attachment:a.png)"
    release.cells.insert(0, small_course.cell("look", picture, nbformat.v4.new_markdown_cell, locked=True))
    release.cells[0].attachments = {"a.png": {"image/png": "ours"}}
    notebook.cells.insert(0, nbformat.from_dict(release.cells[0] | {"attachments": {}}))
    notebook.cells[-1].attachments = {"b.png": {"image/png": "theirs"}}
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(release), [])
    assert {step.id: step.attachments for step in steps if step.attachments} == {
        "look": {"a.png": {"image/png": "ours"}}, "why": {"b.png": {"image/png": "theirs"}}}  # fmt: skip


def test_a_small_file_takes_little_memory_however_large_it_may_be(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    tracemalloc.start()
    try:
        assert submission.read_file(tmp_path / "file", 2**30) == b"12345"
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_file_is_read_and_nothing_else_is(tmp_path):
    (file := tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(file)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert submission.read_file(file, 5) == b"12345"
    for name, why in {
        "file": "The file is larger than 4 bytes.", "": "This is not a file.", "pipe": "This is not a file.",
        "link": "The file can't be opened: it is a symbolic link, which is not followed.",
        "gone": "The file can't be opened: it is a symbolic link, which is not followed.",
        "nowhere": "The file can't be opened: No such file or directory.",
    }.items():  # fmt: skip
        before = os.listdir("/proc/self/fd")
        with pytest.raises(submission.Refused) as refused:
            submission.read_file(tmp_path / name, 4)
        assert str(refused.value) == why and os.listdir("/proc/self/fd") == before


def renamed(notebook, **labels):
    for cell in notebook.cells:
        if cell.id in labels:
            cell.id = cell.metadata["nbgrader"]["grade_id"] = labels[cell.id]
    return notebook


def sources_of(notebook):
    steps = submission.arrange(submission.read(as_bytes(notebook), []), STEPS, [])
    return {step.id: step.source for step in steps if step.id in QUESTIONS}


RIGHT = {name: right for name, (_, right, *_) in QUESTIONS.items()}


def test_labels_of_two_answers_swapped():
    """They are graded under the labels that they have: a student can see them in the notebook."""
    swapped = sources_of(renamed(answered(), double="total", total="double"))
    assert swapped == RIGHT | {"double": RIGHT["total"], "total": RIGHT["double"]}


def test_a_label_on_a_text_of_their_own_is_no_answer_in_place_of_the_right_one():
    notebook = renamed(answered(), double="mine")
    notebook.cells.append(nbformat.v4.new_markdown_cell("my notes", id="double"))
    assert "mine" not in sources_of(notebook)


def test_lines_of_an_old_mac_are_lines():
    text = as_bytes(answered()).replace(b"\\n", b"\\r")
    steps = submission.arrange(submission.read(text, []), STEPS, repaired := [])
    assert {step.id: step.source for step in steps if step.id in QUESTIONS} == RIGHT
    assert not [line for line in repaired if "edited" in line and "_test" not in line]


def test_names_of_graded_cells_stay_unique():
    notebook = as_notebook(submission.release_steps(RELEASE) * 3)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def written_answer(notebook, release=RELEASE):
    """What stands for the written answer, and what was repaired."""
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(release), said := [])
    return next(step.source for step in steps if step.id == "why"), said


def text(source):
    return nbformat.v4.new_markdown_cell(source)


@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("where", [0, 1])
def test_a_written_answer_in_a_cell_of_their_own_is_the_answer(labels, where):
    """Above or below the one that was meant for it, which is as it was released: nbgrader would give 0."""
    notebook, plot = answered(), nbformat.v4.new_code_cell("plt.plot([1])")
    notebook.cells[-1:] = [plot, notebook.cells[-1]]
    notebook.cells.insert(len(notebook.cells) - 1 + where, text("Because."))
    for cell in [] if labels else notebook.cells:
        cell.metadata.pop("nbgrader", None)
        cell.id = f"x-{cell.id}"
    assert written_answer(notebook)[0] == "Because."


@pytest.mark.parametrize("places", [(0, 20), (3, 0)], ids=["before", "after"])
def test_a_filled_copy_of_a_cell_is_the_answer_wherever_it_stands_and_the_stub_is_not(places):
    """Jupyter copies the label, and gives the copy an id of its own."""
    notebook, copy = answered(), text("Because.")
    stub = notebook.cells.pop()
    copy.metadata = stub.metadata
    for place, one in zip(places, (copy, stub), strict=True):
        notebook.cells.insert(place, one)
    answer, said = written_answer(notebook)
    assert answer == "Because." and "a copy of why was left out" in said


def test_a_written_answer_without_labels_between_texts_of_the_release_is_found():
    release = nbformat.from_dict(json.loads(json.dumps(RELEASE)))
    release.cells.insert(-1, text("Why is that so?"))
    release.cells.append(text("Before you hand in"))
    notebook = answered()
    notebook.cells[-1:] = [text("Why is that so?"), text("Because."), text("Before you hand in")]
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
        cell.pop("id")
    answer, said = written_answer(notebook, release)
    assert answer == "Because." and "why had lost its label" in said


def test_a_written_answer_in_a_cell_of_code_is_one():
    notebook = answered()
    notebook.cells[-1] = nbformat.v4.new_code_cell("Because it grows.")
    answer, said = written_answer(notebook)
    assert answer == "Because it grows." and "why had become a code cell" in said


def test_code_of_their_own_in_place_of_a_written_answer_runs():
    notebook = answered()
    notebook.cells[-1] = nbformat.v4.new_code_cell("import math\nprint(math.pi)")
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(RELEASE), [])
    assert [(step.role, "math" in step.source) for step in steps[-2:]] == [("own", True), ("written", False)]


def test_a_task_that_was_deleted_is_put_in_place_and_a_text_is_not():
    """Somebody gives points for it by hand, and needs a place to do so."""
    release = nbformat.from_dict(json.loads(json.dumps(RELEASE)))
    release.cells += [small_course.cell("draw", "Draw it.", nbformat.v4.new_markdown_cell, task=True, points=2),
                      small_course.cell("hint", "Use a pen.", nbformat.v4.new_markdown_cell, locked=True)]  # fmt: skip
    cells = submission.read(as_bytes(answered()), [])
    steps = submission.arrange(cells, submission.release_steps(release), said := [])
    assert steps[-1].id == "draw" and said == ["draw was missing; it was put in place"]


def test_a_copy_of_a_cell_that_was_given_to_try_things_runs_too():
    notebook = answered()
    notebook.cells += [small_course.cell("try", "x = double(x)") for _ in range(2)]
    release = submission.release_steps(nbformat.from_dict(RELEASE | {"cells": [*RELEASE.cells, notebook.cells[-1]]}))
    steps = submission.arrange(submission.read(as_bytes(notebook), []), release, said := [])
    assert [step.source for step in steps[-2:]] == ["x = double(x)"] * 2 and said == []


def test_no_answer_is_none():
    notebook = answered()
    notebook.cells.append(nbformat.v4.new_code_cell("print('not an answer')"))
    assert written_answer(notebook) == ("*Why?*", [])


def test_another_label_is_told():
    steps = submission.arrange(submission.read(as_bytes(renamed(answered(), double="mine")), []), STEPS, said := [])
    assert {step.id: step.source for step in steps if step.id in QUESTIONS} == RIGHT
    assert "double had another label" in said


STUBS = {
    name: f"{RIGHT[name].splitlines()[0]}\n    raise NotImplementedError()" for name in ("double", "total", "batches")
}
WITH_STUBS = [replace(step, source=STUBS.get(step.id, step.source)) for step in submission.release_steps(RELEASE)]


def merged(notebook, into, *gone):
    """Some cells merged into one, as editors do that know nothing of locked cells."""
    sources = {cell.id: cell.source for cell in notebook.cells}
    notebook.cells = [cell for cell in notebook.cells if cell.id not in gone]
    next(cell for cell in notebook.cells if cell.id == into).source = "\n\n".join(map(sources.get, [*gone, into]))
    return notebook


def order_of(notebook):
    """[(id, right answers that are in it)] of what is graded, and what was repaired."""
    steps = submission.arrange(submission.read(as_bytes(notebook), []), WITH_STUBS, said := [])
    return [(step.id, {name for name in RIGHT if RIGHT[name] in step.source}) for step in steps], said


def test_an_answer_in_a_cell_that_stands_later_comes_before_its_test():
    steps, said = order_of(merged(answered(), "batches", "total", "total_test"))
    assert [step for step in steps if step[0] in ("total", "total_test", "batches")] == [
        ("total", {"total", "batches"}), ("total_test", set())]  # fmt: skip
    assert "total had another label" in said


GIVEN = "import numpy as np\nfrom nnlib import checks"


@pytest.mark.parametrize(
    ("typed", "runs"),
    [
        (f"import math\n{GIVEN}", "import math"),
        (GIVEN.replace("\n", "\nimport math\n\nHALF = 0.5\n"), "import math\n\nHALF = 0.5"),
        (f"{GIVEN}\ndef half(x):\n    return x / 2", "def half(x):\n    return x / 2"),
        (GIVEN.replace("numpy as np", "numpy as np, math") + "\nx = (1,", "import numpy as np, math"),
        (GIVEN.replace("\n", "\n\n").replace("as np", "as np  "), None),
        (GIVEN.replace("np", "numpy"), "import numpy as numpy"),
        ("# imports", None),
    ],
)
def test_what_is_added_to_a_cell_that_is_given_runs_beside_it(typed, runs):
    notebook = answered()
    next(cell for cell in notebook.cells if cell.id == "imports").source = typed
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(RELEASE), said := [])
    added = [step.source for step in steps if step.role == "own"]
    assert steps[0].source == GIVEN and added == ([runs] if runs else [])
    assert ("what had been added to imports is a cell of its own" in said) == bool(runs)


def test_a_cell_of_their_own_is_not_taken_for_one_that_was_given_because_it_gives_the_same_name_a_value():
    notebook = answered()
    [place] = [number for number, cell in enumerate(notebook.cells) if cell.id == "data"]
    name = next(iter(submission.names_defined(notebook.cells[place].source)))
    notebook.cells[place] = nbformat.v4.new_code_cell(f"{name} = 5")
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(RELEASE), said := [])
    assert [step.source for step in steps if step.role == "own"] == [f"{name} = 5"]
    assert said == ["data was missing; it was put in place"]


def test_what_is_added_to_a_test_runs_in_front_of_it():
    notebook = answered()
    next(cell for cell in notebook.cells if cell.id == "double_test").source += "\nhelper = 3"
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(RELEASE), [])
    place = [step.source for step in steps].index("helper = 3")
    assert steps[place + 1].id == "double_test"


def test_an_answer_in_the_cell_of_its_test_is_an_answer():
    steps, said = order_of(merged(answered(), "double_test", "double"))
    assert [step for step in steps if step[0].startswith("double")] == [
        ("double_found", {"double"}), ("double_test", set())]  # fmt: skip
    assert {"an answer to double was found in another cell",
            "double_test had been edited; the instructor's version is used"} <= set(said)  # fmt: skip


@pytest.mark.parametrize("where", ["imports", "double", "double_test", "why"])
def test_an_answer_in_a_cell_of_their_own_is_one_and_the_stub_is_not(where):
    notebook = answered({"double": STUBS["double"]})
    place = [cell.id for cell in notebook.cells].index(where)
    notebook.cells.insert(place, nbformat.v4.new_code_cell(RIGHT["double"]))
    steps, said = order_of(notebook)
    assert [step for step in steps if "double" in step[0] or step[1] == {"double"}] == [
        ("double", {"double"}), ("double_test", set())]  # fmt: skip
    assert {"double had lost its label", "a copy of double was left out"} <= set(said)


def test_one_cell_of_their_own_for_all_answers():
    notebook = answered(STUBS)
    notebook.cells.append(nbformat.v4.new_code_cell("\n\n".join(RIGHT[name] for name in STUBS)))
    steps, _ = order_of(notebook)
    assert [step for step in steps if step[0] in STUBS or step[1] & STUBS.keys()] == [("double", set(STUBS))]


def test_an_answer_that_was_given_stays_whatever_else_defines_its_name():
    notebook = answered({"double": "def double(x):\n    return 3 * x"})
    notebook.cells.append(nbformat.v4.new_code_cell(RIGHT["double"]))
    steps, said = order_of(notebook)
    assert ("double", set()) in steps and steps[-1][1] == {"double"} and said == []


@pytest.mark.parametrize("where", ["imports", "data", "double_test", "total_test", "quadruple"])
@pytest.mark.parametrize("name", ["double", "answer"])
@pytest.mark.parametrize("left", ["", "# moved", "raise NotImplementedError()"])
def test_an_answer_in_any_other_cell_while_its_own_was_emptied(name, where, left):
    notebook = answered({name: left})
    for cell in notebook.cells:
        if cell.id == where:
            cell.source += f"\n{RIGHT[name]}"
    release = submission.release_steps(RELEASE, INSTRUCTOR)
    steps = submission.arrange(submission.read(as_bytes(notebook), []), release, [])
    kinds = {step.id: step for step in steps}
    defining = [step.id for step in steps if RIGHT[name] in step.source and step.role in ("solution", "own")]
    assert defining and order(steps, defining[0]) < order(steps, f"{name}_test")
    assert all(kinds[step.id].source == step.source for step in submission.release_steps(RELEASE)
               if step.role in ("test", "read-only"))  # fmt: skip


def order(steps, name):
    return [step.id for step in steps].index(name)


def test_an_answer_in_place_of_its_test():
    notebook = answered({"double": ""})
    for cell in notebook.cells:
        if cell.id == "double_test":
            cell.source = RIGHT["double"]
    release = submission.release_steps(RELEASE, INSTRUCTOR)
    steps = submission.arrange(submission.read(as_bytes(notebook), []), release, [])
    assert {step.id: step.source for step in steps}["double_found"] == RIGHT["double"]


def found(notebook, name="double", release=WITH_STUBS):
    """What stands after the cell of this question, besides its own lines."""
    steps = submission.arrange(submission.read(as_bytes(notebook), []), release, [])
    assert [step.source for step in steps if step.role == "test"] == [
        step.source for step in release if step.role == "test"]  # fmt: skip
    place = order(steps, name)
    assert steps[place].source == notebook.cells[[cell.id for cell in notebook.cells].index(name)].source
    return steps[place + 1].source if steps[place + 1].id == f"{name}_found" else None


@pytest.mark.parametrize("name", ["double", "answer"])
@pytest.mark.parametrize("above", ["", "import math\n", "\n\n# mine\n"])
@pytest.mark.parametrize("labels", [True, False])
def test_an_answer_below_its_test_comes_without_it(name, above, labels):
    notebook = answered({name: "# below"})
    for cell in notebook.cells:
        if cell.id == f"{name}_test":
            cell.source += f"  \n{above}{RIGHT[name]}"
            if not labels:
                cell.id, cell.metadata = "mine", {}
    release = submission.release_steps(RELEASE, INSTRUCTOR)
    steps = submission.arrange(submission.read(as_bytes(notebook), []), release, [])
    answer = next(step for step in steps if RIGHT[name] in step.source)
    assert answer.source == f"{above}{RIGHT[name]}".strip("\n")
    assert answer.id == (f"{name}_found" if labels else name)
    assert order(steps, answer.id) < order(steps, f"{name}_test")


@pytest.mark.parametrize("text", [
    "{}", "My answer:\n\n{}", "My answer:\n```python\n{}\n```\nIs it right?", "```\n{}\n```\n```\ny = 2\n```",
    "*Why?*\n{}",
])  # fmt: skip
@pytest.mark.parametrize("name", ["double", "answer"])
@pytest.mark.parametrize("where", ["a cell of their own", "why", "a raw cell"])
def test_code_in_a_text_is_an_answer_where_none_was_given(text, name, where):
    stubs = {"double": STUBS["double"], "answer": "answer = None"}
    release = [replace(step, source=stubs.get(step.id, step.source)) for step in WITH_STUBS]
    notebook, source = answered({name: stubs[name]}), text.format(RIGHT[name])
    if where == "why":
        notebook.cells[-1].source = source
    else:
        make = nbformat.v4.new_raw_cell if "raw" in where else nbformat.v4.new_markdown_cell
        notebook.cells.insert(2, make(source))
    answer = found(notebook, name, release)
    assert answer.strip().startswith(RIGHT[name]) and "Is it" not in answer and "Why?" not in answer
    assert ("y = 2" in answer) == ("y = 2" in text)
    steps = submission.arrange(submission.read(as_bytes(notebook), []), release, [])
    assert source in [step.source for step in steps if step.cell_type != "code"], "the text stays"


def test_a_text_is_no_answer_where_one_was_given_or_it_is_as_it_was_released():
    notebook = answered()
    notebook.cells.append(text(RIGHT["double"]))
    assert found(notebook) is None
    described = submission.Step("task", "other", "markdown", f"Write this:\n```\n{STUBS['double']}\n```")
    notebook = answered({"double": STUBS["double"]})
    for source in (described.source, f"{described.source}\nI can't."):
        notebook.cells[0:0] = [text(source)]
        assert found(notebook, release=[described, *WITH_STUBS]) is None
    notebook.cells.append(text(RIGHT["double"]))
    assert found(notebook, release=[described, *WITH_STUBS]) == RIGHT["double"]


@pytest.mark.parametrize("more", [0, 1])
def test_a_text_longer_than_any_that_is_typed_is_no_answer(more):
    notebook, source = answered({"double": STUBS["double"]}), RIGHT["double"]
    notebook.cells.append(text(source + "#" * (MOST_COMPARED - len(source) + more)))
    assert bool(found(notebook)) == (not more)


def test_of_the_names_of_an_answer_those_are_asked_for_that_a_test_speaks_of():
    cells = [small_course.cell("f", "helper = 1\ndef f():\n    pass", solution=True), small_course.cell("own", "g = 1"),
             small_course.cell("f_test", "assert f() == g", grade=True, points=1)]  # fmt: skip
    assert submission.names_asked(cells) == {"f": {"f"}}


@pytest.mark.parametrize(("other", "alike"), [
    ("a\n  b", True), ("\n\na  \n  b\t\n\n", True), ("a\nb", False), ("a\n\n  b", False), ("a", False),
])  # fmt: skip
def test_white_space_at_the_ends_makes_no_other_source(other, alike):
    assert matching.same("a\n  b", other) == matching.same(other, "a\n  b") == alike


@pytest.mark.parametrize(["source", "names"], [
    ("a = 1\nb: int = 2\nc , d,e = 3, 4, 5\nasync def f(): pass\nclass C: pass", "a b c d e f C"),
    ("a == 1\n x = 1\nprint(b, end='')\na.b = 1\na[0] = 1\nassert x == 1\nf(x)", ""), ("a: int\nb += 1", ""),
])  # fmt: skip
def test_names_that_a_cell_defines(source, names):
    assert submission.names_defined(source) == set(names.split())


def test_megabytes_without_labels_are_read_once_however_many_cells_they_are_compared_with(monkeypatch):
    cells = [{"id": None, "grade_id": None, "cell_type": "code", "source": f"{n}\n" + "x\n" * 4700, "attachments": {}}
             for n in range(1000)]  # fmt: skip
    cells += [{"id": None, "grade_id": None, "cell_type": "markdown", "source": f"{n}\n" + "double = total = \n" * 1000,
               "attachments": {}} for n in range(900)]  # fmt: skip
    sources = {cell["source"] for cell in cells} | {step.source for step in STEPS}
    read, names_defined = [], matching.names_defined
    monkeypatch.setattr(matching, "names_defined", lambda source: read.append(source) or names_defined(source))
    matching._plain.cache_clear()
    submission.arrange(cells, STEPS, [])
    assert matching._plain.cache_info().misses <= len(sources) and len(read) == len(set(read))
