"""What site/ does with notebooks, texts and docstrings before Sphinx sees them."""

import sys

import nbformat
import pytest

from tests.course.conftest import ROOT

sys.path.insert(0, str(ROOT / "site"))

import docstrings
import executed
import pages


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
    assert link in pages.linked(text, place)


@pytest.mark.parametrize(
    ("line", "latex"),
    [
        ("z = x Wᵀ + b: every output", r"z = x W^{\top } + b"),
        ("a = 1 / (1 + e⁻ᶻ), a' = a (1 − a) ≤ 1/4. Range", r"a = 1 / (1 + e^{-z}), a' = a (1 - a) \le  1/4"),
        ("m̂ = m / (1 − β₁ᵗ): x", r"\hat{m} = m / (1 - \beta _{1}^{t})"),
        ("p_i = e^{z_i} / Σ_j e^{z_j}: rows", r"p_{i} = e^{z_{i}} / \sum _{j} e^{z_{j}}"),
        ("w ~ N(0, std²): an", r"w ~ N(0, \mathrm{std}^{2})"),
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
    docstrings.as_rst(None, "", "", None, None, lines)
    assert lines[0] == r"Take \*args and x\_ and ``code``." and "::" in lines and "    a     b" in lines


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
