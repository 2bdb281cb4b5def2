"""Every lecture has the form that CONTRIBUTING.md describes, runs from top to bottom, and says nothing unchecked."""

import ast
import re
import tomllib
from copy import deepcopy

import pytest

from nngrade.notebook import canonical
from nnlib.questions import question
from tests.course import numbers
from tests.course.answers import RIGHT
from tests.course.conftest import ROOT
from tests.course.lectures import (
    ERRATA,
    LECTURES,
    calls,
    code_cells,
    each,
    executed,
    is_folded,
    outputs,
    printed,
    text_cells,
)

TABLE = tomllib.loads((ROOT / "tests" / "course" / "lectures.toml").read_text(encoding="utf-8"))


def asked(path):
    """{id of a question: the cell that asks it}."""
    return {call.args[0].value: cell for cell in code_cells(canonical.read(path)) for call in calls(cell, "ask")}


# Form


@each(LECTURES)
def test_code_cells_are_short(path):
    code = [len(cell.source.splitlines()) for cell in code_cells(canonical.read(path))]
    assert max(code) <= 40 and sorted(code)[len(code) // 2] <= 12


@each(LECTURES)
def test_what_draws_is_folded_and_does_nothing_else(path):
    cells = code_cells(canonical.read(path))
    for i, cell in enumerate(cells):
        draws = bool(calls(cell, "show") + calls(cell, "slider"))
        assert is_folded(cell) or not draws, cell.id
        assert is_folded(cell) == cell.metadata.get("jupyter", {}).get("source_hidden", False), cell.id
        if is_folded(cell):
            assert cell.source.startswith("# "), f"{cell.id}: JupyterLab shows the first line of what is folded"
            assert not calls(cell, "print"), f"{cell.id}: what computes and what draws are different cells"
            later = set().union(*(names(other, ast.Load) for other in cells[i + 1 :] if not is_folded(other)))
            computed = set().union(*(names(other, ast.Store) for other in cells if not is_folded(other)))
            assert not names(cell, ast.Store) & later - computed, f"{cell.id}: a later cell needs what it makes"


def names(cell, kind):
    nodes = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)]
    return {node.id for node in nodes if isinstance(node.ctx, kind)}


@each(LECTURES)
def test_the_sources_are_named_in_the_last_line_and_nowhere_else(path):
    *body, last = "\n".join(cell.source for cell in text_cells(canonical.read(path))).splitlines()
    assert re.fullmatch(r"Grown from: S[0-4](, S[0-4])*\.", last)
    assert not re.search(r"\bS[0-4]\b", "\n".join(body))


@each(LECTURES)
def test_it_opens_and_closes_as_a_lecture_does(path):
    text = "\n".join(cell.source for cell in text_cells(canonical.read(path)))
    for heading in ("# ", "**What you will be able to do.**", "**What you need first.**", "**How long it takes.**"):
        assert re.search(rf"^{re.escape(heading)}", text, re.MULTILINE), heading
    for heading in ("## What to remember", "## Further reading", "## Your turn"):
        assert f"\n{heading}\n" in text, heading


@each(LECTURES)
def test_what_the_lecture_owes_has_its_cells(path):
    row, ids = TABLE[path.stem], {cell.id: cell.source for cell in canonical.read(path).cells}
    for name in owed(row["owes"]):
        assert row.get(name), f"{name} has no cell"
        assert set(row[name]) <= ids.keys(), name
        if name[0] == "E":
            text = "".join(ids[cell] for cell in row[name])
            anchor, link = f'<a id="{name.lower()}"></a>', f"([{name}](errata.ipynb#{name.lower()}))"
            assert "**Pitfall:" in text and anchor in text and link in text, name


def owed(text):
    """C27-C30 E03 as C27, C28, C29, C30, E03."""
    for item in text.split():
        first, _, last = item.partition("-")
        for number in range(int(first[1:]), int((last or first)[1:]) + 1):
            yield f"{first[0]}{number:02}"


def test_no_lecture_is_missing_in_the_table_and_every_erratum_leads_back():
    assert {path.stem for path in LECTURES} == TABLE.keys() - {"numbers"}
    text = "\n".join(cell.source for cell in text_cells(canonical.read(ERRATA)))
    for path in LECTURES:
        for name in owed(TABLE[path.stem]["owes"]):
            if name[0] == "E":
                assert f'<a id="{name.lower()}"></a>' in text, name
                assert f"({path.name}#{name.lower()})" in text, name


def test_the_errata_of_each_source_are_listed():
    """The place of an entry, in bold, names its sources; the table on top lists it under each of them."""
    text = "\n".join(cell.source for cell in text_cells(canonical.read(ERRATA)))
    listed = {
        row[:2]: re.findall(r"\[(E\d\d)\]", row) for row in re.findall(r"^\| (S[0-4] \| \[E.*)", text, re.MULTILINE)
    }
    assert set().union(*listed.values()) == {f"E{n:02}" for n in range(1, 44)}
    for name, place in re.findall(r"### (E\d\d)\n\n\*\*(.*?)\*\*", text):
        assert {source for source in listed if name in listed[source]} == set(re.findall(r"S[0-4]", place)), name


# Questions


@each(LECTURES)
def test_questions_are_asked_without_their_answers(path):
    known = tomllib.loads((ROOT / "nnlib" / "questions" / f"{path.stem[:2]}.toml").read_text(encoding="utf-8"))
    assert list(asked(path)) == [f"{path.stem[:2]}.{key}" for key in known], "as many, and in the same order"
    assert 4 <= len(known) <= 6
    for name, cell in asked(path).items():
        variable = cell.source.partition(" ")[0]
        assert cell.source == f'{variable} = None\n\nchecks.ask("{name}", {variable})'
    text = "\n".join(cell.source for cell in text_cells(canonical.read(path))).lower()
    assert "predict before you run" in text and "find the bug" in text
    assert len(re.findall(r"\*\*question", text)) == len(known)


@each(LECTURES)
def test_right_answers_are_right_and_wrong_ones_get_replies(path):
    for name in asked(path):
        known = question(name)
        assert known.judge(RIGHT[name]) == (True, known.reason), name
        assert len(known.wrong) >= 1, f"{name}: which wrong answer is likely?"
        for wrong in known.wrong:
            assert known.judge(wrong["answer"]) == (False, wrong["reply"]), name


# Runs


@pytest.mark.slow
@each([*LECTURES, ERRATA])
def test_it_runs_without_a_warning(path):
    notebook, seconds = executed(path)
    assert 0 < seconds < 90  # a minute, and half of one for a slow core
    assert not [cell.id for cell, output in outputs(notebook) if output.get("name") == "stderr"]


@pytest.mark.slow
@each([*LECTURES, ERRATA])
def test_it_gives_the_same_numbers_every_time(path):
    """But for what a clock says: such cells have the tag `clock`, and no text quotes them."""
    first, again = executed(path)[0], executed(path, hash_seed="1")[0]
    for cell, other in zip(code_cells(first), code_cells(again)):
        if "clock" not in cell.metadata.get("tags", []):
            assert printed(cell) == printed(other), cell.id
            assert pictures(cell) == pictures(other), cell.id


def pictures(cell):
    return [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]


@pytest.mark.slow
@each(LECTURES)
def test_every_picture_is_described(path):
    cells = [cell for cell in code_cells(executed(path)[0]) if pictures(cell)]
    assert 6 <= len(cells) <= 12
    assert all(is_folded(cell) for cell in cells)
    assert 1 <= sum(len(calls(cell, "slider")) for cell in cells) <= 3
    for cell in cells:
        page = "".join(output.data.get("text/html", "") for output in cell.outputs)
        alts = re.findall(r'<img[^>]* alt="([^"]*)"', page)
        assert alts and len(alts) == page.count("<img"), cell.id
        assert all(len(alt) >= 20 and len(re.findall(r"\. [A-Z]", alt)) <= 2 for alt in alts), cell.id
        widths = [int(width) for width in re.findall(r'<img[^>]* width="(\d+)"', page)]
        assert max(widths) <= 640, f"{cell.id}: at the width of a phone nobody could read this"


@pytest.mark.slow
@each(LECTURES)
def test_untouched_questions_are_quiet(path):
    cells = {cell.id: cell for cell in code_cells(executed(path)[0])}
    for name, cell in asked(path).items():
        (output,) = cells[cell.id].outputs
        assert output.data["text/plain"].startswith("Put "), name


@pytest.mark.slow
@each([*LECTURES, ERRATA])
def test_numbers_in_the_words_come_from_the_cells(path):
    excused = TABLE["numbers"].get(path.stem, {})
    missing = {(cell, number) for cell, found in numbers.unproved(executed(path)[0]).items() for number in found}
    assert not {(cell, number) for cell, number in missing if number not in excused}
    assert excused.keys() <= {number for _, number in missing}, "an excuse that is not needed"


@pytest.mark.slow
@each(LECTURES)
def test_derivations_hold(path):
    for cell in code_cells(executed(path)[0]):
        for line in printed(cell).splitlines():
            assert not line.startswith("difference from SymPy") or line.endswith(": 0"), cell.id


@pytest.mark.slow
@each(LECTURES)
def test_a_wrong_number_in_the_words_would_be_found(path):
    """0.772 for 0.727: each number in turn gets its last digit changed."""
    notebook = executed(path)[0]
    claims = [claim for _, claim in numbers.all_claims(notebook) if re.search(r"\d\.\d\d|\d,\d", claim.text)]
    missed = [claim.text for claim in claims if not is_found(notebook, claim.text)]
    assert len(missed) <= len(claims) // 10, missed


def is_found(notebook, text):
    digit = re.search(r"\d(?=\D*$)", text).start()
    wrong = text[:digit] + str((int(text[digit]) + 5) % 10) + text[digit + 1 :]
    copy = deepcopy(notebook)
    for cell in copy.cells:
        if numbers.words_of(cell):
            cell.source = cell.source.replace(text, wrong)
    return wrong in [number for found in numbers.unproved(copy).values() for number in found]
