"""The instructor's pack: what of a lecture becomes slides, and that a class can read them."""

import re
import shutil
import sys
import tempfile
from unittest import mock

import nbformat
import pytest

from tests.course.conftest import ROOT

sys.path.insert(0, str(ROOT / "site"))
sys.path.insert(1, str(ROOT / "tools"))

import browsers
import decks
import fits
import keywords
import slides

DECKS = ["06_backpropagation"]  # all of them: make slides-check


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("## A\n\nPlain. A **new** word, e.g. this one. Plain again.", ["A **new** word, e.g. this one."]),
        ("One thing.\n\n- a\n- b", ["- a\n- b"]),
        ("First. What follows from it is a formula that everybody ought to know:\n\n$$a$$",
         ["What follows from it is a formula that everybody ought to know:", "$$a$$"]),
        ("First. Each use is a path. Add over them:\n\n$$a$$", ["Each use is a path. Add over them:", "$$a$$"]),
        ("See [**this**](x.ipynb) (not. That) and $a. B$ there. No.", ["See **this** (not. That) and $a. B$ there."]),
        ("> **Pitfall: x.** Wrong.", []),
    ],
)  # fmt: skip
def test_the_key_points_of_a_text(text, points):
    assert keywords.key_points(text) == points


def test_a_pitfall_comes_in_steps():
    text = "> **Pitfall: too early.** It is tempting.\n> What happens? This. What is right: that."
    title, steps = keywords.pitfall(text)
    assert title == "Pitfall: too early"
    assert steps == ["It is tempting.", "What happens? This.", "What is right: that."]


def lecture(*cells):
    opening = nbformat.v4.new_markdown_cell("# 6 · T\n\n**What you will be able to do.** Do it. See it.", id="title")
    return nbformat.v4.new_notebook(cells=[opening, nbformat.v4.new_code_cell("import x", id="setup"), *cells])


def of(kind, source, name, tags=()):
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return new(source, id=name, metadata={"tags": list(tags)} if tags else {})


def test_questions_get_their_answers_and_parts_begin_columns():
    found = slides.slides(
        lecture(
            of("text", "## 1 · Part\n\nA **word**.", "a"),
            of("text", "**Question.** Which shape?", "b"),
            of("code", 'my = None\n\nchecks.ask("06.shape", my)', "c"),
        ),
        {},
    )
    assert [(slide.title, slide.kind) for slide in found] == [
        ("6 · T", "slide"), ("1 · Part", "slide"), ("Question", "subslide"),
    ]  # fmt: skip
    assert "64, 128" in found[-1].cells[-1].source and found[-1].cells[-1].metadata["step"]


def test_a_bug_to_be_found_is_a_task_then_its_code_then_the_answer():
    cells = [
        of("text", "## P\n\nA **word**.", "a"),
        of("text", "So far.\n\n### Find the bug\n\nIt runs.\n\n**Question.** Which line?", "b"),
        of("code", "def colleague(x): pass", "c"),
        of("code", 'my = None\n\nchecks.ask("06.bug", my)', "d"),
        of("code", "def after(): pass", "e"),
    ]  # fmt: skip
    found = slides.slides(lecture(*cells), {})[2:]
    assert [slide.title for slide in found] == ["Find the bug"] * 2 + ["Find the bug: the answer", "P"]
    assert found[0].cells[0].source == "It runs.\n\nWhich line?"


def test_code_is_shown_after_an_equation_and_where_it_defines_something():
    cells = [
        of("text", "## P\n\nSo it is:\n\n$$a$$", "a"), of("code", "a = 1", "b"), of("text", "Plain.", "c"),
        of("code", "b = 1", "d"), of("code", "def f(): pass", "e"), of("code", "c = 1", "f", ["slide"]),
        of("code", "def g(): pass", "g", ["no-slide"]),
    ]  # fmt: skip
    found = slides.slides(lecture(*cells), {"a": ["(6.1)"]})
    shown = [cell.source for slide in found for cell in slide.cells if cell.cell_type == "code"]
    assert shown == ["a = 1", "def f(): pass", "c = 1"]
    assert "$$a\\tag{6.1}$$" in found[1].cells[0].source and found[1].cells[1].source == "a = 1"
    assert "Plain." in found[2].notes


@pytest.fixture(scope="module")
def pack():
    """The folder with the decks of DECKS."""
    paths = [path for path in decks.lectures() if path.stem in DECKS]
    with tempfile.TemporaryDirectory() as without_mnist, mock.patch.dict("os.environ", NNLIB_DATA=without_mnist):
        decks.build(paths, workers=1)
    return decks.PACK


@pytest.mark.slow
@pytest.mark.xdist_group("06_backpropagation")
@pytest.mark.skipif(not (browsers.program() and shutil.which("npm")), reason="needs Chromium and npm")
def test_every_slide_can_be_read(pack):
    """No error, nothing from elsewhere, nothing beyond the edge of a slide; each figure is a file."""
    with browsers.browser() as browser:
        for name in DECKS:
            said = fits.check(browser, pack / f"{name}.html")
            assert not said, "\n".join(said)
    figures = sorted(path.name for path in (pack / "figures").iterdir())
    assert "06-06_vanishing.svg" in figures and len(figures) == 8
    assert (pack / "index.html").read_text(encoding="utf-8").count("<img") == len(figures)
    for name in figures:  # each has a ground of its own, so that it can be read on a dark page
        drawn = (pack / "figures" / name).read_text(encoding="utf-8")
        assert re.search(r'<g id="patch_1">\s*<path[^>]*style="fill: #ffffff"', drawn), name
