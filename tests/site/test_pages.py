"""What site/ does with notebooks, texts and docstrings before Sphinx sees them."""

import os
import re
import sys
from unittest import mock

import nbformat
import numpy as np
import pytest

from tests.course.conftest import ROOT

sys.path.insert(0, str(ROOT / "site"))

import build
import docstrings
import executed
import numbering
import pages
import plots


def test_the_tables_of_results_have_their_pictures(tmp_path):
    page = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    text = plots.with_plots(page, tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(plots.PLOTS)
    assert all(f"(images/{name}.svg)\n\n<!-- table {name} -->" in text for name in plots.PLOTS)
    for ax in (ax for draw in plots.PLOTS.values() for ax in np.ravel(draw(page)[0])):
        for x, y in (point for line in ax.lines for point in line.get_xydata()):
            assert np.isnan(x) or min(ax.get_xlim()) < x < max(ax.get_xlim())
            assert min(ax.get_ylim()) <= y <= max(ax.get_ylim())


@pytest.mark.parametrize(
    ("place", "text", "link"),
    [
        ("lectures/06_x", "see [E14](errata.ipynb#e14).", 'href="../lectures/errata.html#e14">E14</a>.'),
        ("lectures/06_x", "[`a` $x$](07_y.ipynb)", 'href="../lectures/07_y.html">`a` $x$</a>'),
        ("lectures/06_x", "[a3](../assignments/a3/a3.ipynb)", 'href="../assignments/a3/a3.html"'),
        ("assignments/a3/a3", "[l](../../lectures/06_x.ipynb)", 'href="../../lectures/06_x.html"'),
        ("INSTRUCTORS", "[lib](nnlib/README.md)", 'href="library/index.html"'),
        ("lectures/06_x", "[layers](../nnlib/layers.py)", 'href="../library/layers.html"'),
        ("INSTRUCTORS", "the [file](nngrade/course.py) there", "the file there"),
        ("INSTRUCTORS", "[out](https://example.org/x.ipynb)", "[out](https://example.org/x.ipynb)"),
        ("INSTRUCTORS", "`[not](a.ipynb)` and $[a](b.ipynb)$", "`[not](a.ipynb)` and $[a](b.ipynb)$"),
        ("INSTRUCTORS", "![alt](images/course.png)", "![alt](images/course.png)"),
    ],
)  # fmt: skip
def test_links_lead_to_pages(place, text, link):
    assert link in pages.linked(text, place, NAMES)


NAMES = {"lectures/06_x": {"rule": ["(6.4)", "(6.5)"], "curve-picture": ["Figure 6.1"]}, "lectures/07_y": {}}


@pytest.mark.parametrize(
    ("place", "text", "html"),
    [
        ("lectures/07_y", "[the rule](06_x.ipynb#cell-id=rule)", 'lectures/06_x.html#eq-6.5">the rule (6.5)</a>'),
        ("notation", "[](lectures/06_x.ipynb#cell-id=rule)", 'href="lectures/06_x.html#eq-6.5">(6.5)</a>'),
        ("lectures/07_y", "[see](06_x.ipynb#cell-id=curve-picture)", '06_x.html#fig-6.1">see Figure 6.1</a>'),
        ("lectures/07_y", "as in lecture 6.", 'href="../lectures/06_x.html">lecture 6</a>.'),
        ("benchmarks/RESULTS", "lecture 6", 'href="lectures/06_x.html">lecture 6</a>'),
        ("lectures/06_x", "in lecture 6, and lecture 99", "in lecture 6, and lecture 99"),
        ("lectures/07_y", "# Lecture 6\n`lecture 6`", "# Lecture 6\n`lecture 6`"),
    ],
)  # fmt: skip
def test_references_say_numbers_and_lectures_are_linked(place, text, html):
    assert html in pages.linked(text, place, NAMES)


def lecture():
    """Two equations and a figure."""
    image = nbformat.v4.new_output("display_data", data={"image/png": "", "text/html": "<img>", "text/plain": ""})
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("one\n\n$$a$$\n\ntwo\n\n$$b$$", id="rule"),
            nbformat.v4.new_code_cell("# The slider: a curve", outputs=[image], id="curve-picture"),
        ]
    )


def test_equations_and_figures_are_numbered_through_a_lecture():
    names = numbering.numbers(lecture(), 6)
    assert names == {"rule": ["(6.1)", "(6.2)"], "curve-picture": ["Figure 6.1"]}
    assert numbering.numbers(lecture(), None) == {}
    text, figure = numbering.with_numbers(lecture(), names).cells
    assert 'id="eq-6.2"><a class="nn-number" href="#eq-6.2">(6.2)</a>\n\n$$b$$\n\n</div>' in text.source
    assert '<img><figcaption><a class="nn-number" href="#fig-6.1">Figure 6.1</a> A curve<' in str(figure.outputs)


@pytest.mark.parametrize(
    ("line", "latex"),
    [
        ("z = x Wᵀ + b: every output", r"z = x W^{\top } + b"),
        ("a = 1 / (1 + e⁻ᶻ), a' = a (1 − a) ≤ 1/4. Range", r"a = 1 / (1 + e^{-z}), a' = a (1 - a) \le  1/4"),
        ("m̂ = m / (1 − β₁ᵗ): x", r"\hat{m} = m / (1 - \beta _{1}^{t})"),
        ("p_i = e^{z_i} / Σ_j e^{z_j}: rows", r"p_{i} = e^{z_{i}} / \sum _{j} e^{z_{j}}"),
        ("w ~ N(0, std²): an", r"w \sim  N(0, \mathrm{std}^{2})"),
        ("y = f(x; θ), one example per row. Of", r"y = f(x; \theta )"),
        ("∂L/∂b = Σ δ, with δ = ∂L/∂z of shape (m, n).", r"\partial L/\partial b = \sum  \delta "),
        ("w = mean of v over all: m", r"w = \text{ mean of } v \text{ over all }"),
        ("a = log(1 + e^z): m", r"a = \log (1 + e^z)"),
        ("a = w x with w = 1: m", r"a = w x \text{ with } w = 1"),
    ],
)
def test_the_first_equation_of_a_docstring_is_set(line, latex):
    formula, _ = docstrings.equation(line)
    assert docstrings.latex(formula) == latex


@pytest.mark.parametrize("line", ["Load arrays from a file.", "One question: the fields = those of its table."])
def test_sentences_are_no_equations(line):
    assert docstrings.equation(line) == ("", line)


def test_what_sphinx_would_read_as_markup_stands_for_itself():
    lines = ["Take *args and x_ and `code`.", "", "a     b", "c     d"]
    app = mock.Mock()
    docstrings.as_rst(app, "", "", None, None, lines)
    app.env.note_dependency.assert_called_once_with(docstrings.__file__)  # or pages would stay as they were
    assert lines[0] == r"Take \*args and x\_ and ``code``." and "::" in lines and "    a     b" in lines


def test_files_that_stay_the_same_are_left_alone(tmp_path):
    new, old = tmp_path / "new", tmp_path / "old"
    for path, text in (("new/a/same", "1"), ("new/b", "2"), ("old/a/same", "1"), ("old/b", "1"), ("old/gone", "1")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    os.utime(old / "a" / "same", (1, 1))
    build.update(new, old)
    assert {path.name: path.read_text() for path in old.rglob("*") if path.is_file()} == {"same": "1", "b": "2"}
    assert (old / "a" / "same").stat().st_mtime == 1


def test_lectures_do_not_meet_what_their_keys_leave_out():
    for path in build.lectures():
        code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
        assert set(re.findall(r"\bchecks\.(\w+)", code)) <= {"ask"}, path
        assert not re.search(r"\b(diagnosis|tasks)\b", code), path


def test_a_notebook_is_run_once_and_again_after_a_change(tmp_path, monkeypatch):
    monkeypatch.setattr(executed, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(executed, "run", lambda path: runs.append(path) or nbformat.read(path, as_version=4))
    runs, path = [], tmp_path / "a.ipynb"
    for source in ("x = 1", "x = 1", "x = 2", "x = 1", "x = 3", "x = 4"):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, id="a")]), path)
        assert executed.executed(path).cells[0].source == source
    assert len(runs) == 4
    assert len(list((tmp_path / "kept").glob("*.ipynb"))) == executed.FEW


def test_what_a_notebook_depends_on_is_in_its_key(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_code_cell("x = 1", id="a"), nbformat.v4.new_markdown_cell("text", id="b")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    key = executed.key(path)
    cells[1].source = "another text"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert executed.key(path) == key
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"1")
    with_data = executed.key(path)
    cells[0].source = "x = 2"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert len({key, with_data, executed.key(path)}) == 3
