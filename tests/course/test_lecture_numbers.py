"""The judge of the numbers in lectures: what it takes for a claim, and for a proof."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.course.numbers import claims, unproved


def lecture(text, said="", source="pass", alt=None):
    """A part with a text cell, a cell that prints, and a folded one with an alt text."""
    cells = [new_markdown_cell(f"## Part\n{text}", id="text"), new_code_cell(source, id="code")]
    cells[1].outputs = [new_output("stream", text=said)]
    if alt is not None:
        cells.append(new_code_cell(f"show(p, color='0.44', alt=f{alt!r})", id="alt", metadata={"tags": ["hide-input"]}))
    return new_notebook(cells=cells)


@pytest.mark.parametrize("words", ["about 3 of 10", "in 1986", "$10^{-7}$, $W^{(2)}$ or $a_{12}$", "[x](a_1.5.png)"])
def test_small_whole_numbers_years_powers_and_links_claim_nothing(words):
    assert claims(words) == []


def test_claims_are_found_as_they_are_written():
    found = [claim.text for claim in claims(r"−0.054, $0.25$, 98 %, 12.5\%, 109,386 and 784-128; $9.5\cdot 10^{-7}$")]
    assert found == ["9.5e-7", "−0.054", "0.25", "98 %", r"12.5\%", "109,386", "784", "128"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.727", "[[0.72695]]"),
        ("it falls by 0.054", "-0.0542"),
        ("−0.054", "-0.0542"),
        ("98 %", "0.9812"),
        ("98.1 %", "accuracy 98.1%"),
        ("109,386 parameters", "109,386"),
        ("96 to 99 %", "98.6%"),
        (r"$9.5\cdot10^{-7}$", "9.54e-07"),
    ],
)
def test_what_a_cell_prints_proves_a_number(text, said):
    assert unproved(lecture(text, said)) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.772", "[[0.72695]]"),
        ("0.7274", "0.727"),  # more digits than were printed
        ("0.054", "0.0552"),
        ("−0.054", "0.0542"),
        ("97 %", "0.9812"),
        ("109,368", "109,386"),
        ("96 to 98 %", "98.6%"),
    ],
)
def test_another_number_is_found(text, said):
    assert list(unproved(lecture(text, said))) == ["text"]


def test_inputs_count_and_must_be_equal():
    assert unproved(lecture("0.5 and 0.8", source="x = [0.5, 0.8]")) == {}
    assert unproved(lecture("0.5 and 0.8", source="x = [0.52, 0.8]")) == {"text": ["0.5"]}


def test_alt_texts_are_words_but_for_what_is_calculated_there_and_for_colours():
    assert unproved(lecture("", "0.727", alt="The prediction is 0.727, the loss {L:.3f}.")) == {}
    assert unproved(lecture("", "0.727", alt="The prediction is 0.772.")) == {"alt": ["0.772"]}


def test_what_stands_for_a_picture_proves_nothing():
    notebook = lecture("0.772")
    data = {"image/png": "", "text/html": "<img alt='0.772'>", "text/plain": "0.772"}
    notebook.cells[1].outputs = [new_output("display_data", data=data)]
    assert unproved(notebook) == {"text": ["0.772"]}


def test_another_part_proves_nothing_but_the_summary_looks_at_all():
    notebook = lecture("", "0.727")
    notebook.cells += [new_markdown_cell("## Remember 0.727", id="summary")]
    assert unproved(notebook) == {}
    notebook.cells += [new_code_cell("pass", id="more")]
    assert unproved(notebook) == {"summary": ["0.727"]}


def test_premises_of_questions_and_references_are_not_looked_at():
    assert unproved(lecture("").cells and new_notebook(cells=[new_markdown_cell("**Question.** If 0.31 …")])) == {}
    assert unproved(new_notebook(cells=[new_markdown_cell("## Further reading\nNature 323.5")])) == {}
