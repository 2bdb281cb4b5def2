"""What goes back: a page for each submission, up to date, honest about what is not graded; packs for platforms."""

import html
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell
from typer.testing import CliRunner

from nngrade import exports
from nngrade.__main__ import app
from nngrade.batch import submitted
from nngrade.batch.grade_class import grade
from nngrade.collect import roster
from nngrade.collect.collect import collect
from nngrade.course import Course
from nngrade.feedback import packs, write
from nngrade.feedback.tasks import names
from nngrade.feedback.text import formula, markdown
from tests.nngrade import platform_files as made
from tests.nngrade.platform_files import CLASS
from tests.nngrade.small_course import FULL, NAME, answered, as_bytes, hand_in

FILE = f"{NAME}.ipynb"
DRAWS = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"


class Silent:
    def begin(self, *_):
        pass

    step = waiting = begin


def test_formulas_need_no_network():
    page = markdown("Where $a_1 < b$:\n\n$$\n\\begin{aligned}x &= \\frac{1}{2}\\\\ y &= 3\\end{aligned}\n$$\n")
    assert page.count("<math") == 2 and "<mfrac>" in page and "<mtable" in page and "$" not in page


@pytest.mark.parametrize(("source", "display"), [
    ("Where $x$ is.", "inline"), ("Where $$x$$ is.", "block"), ("\\begin{equation}x\\end{equation}", "block"),
    *((f"$$\\begin{{{name}}}x&=1\\\\y&=2\\end{{{name}}}$$", "block") for name in ("align*", "split", "gathered")),
])  # fmt: skip
def test_each_kind_of_formula_is_drawn_in_its_line_or_on_lines_of_its_own(source, display):
    page = markdown(source)
    assert f'display="{display}"' in page and not any(sign in page for sign in ("$", "begin", "<code>"))


def test_a_formula_is_shown_as_it_was_written_where_it_is_long_or_wrong():
    assert "<math" in formula("x" * 2000, "inline")
    assert formula("x" * 2001, "inline") == f"<code>{'x' * 2001}</code>"
    assert formula(" \\left(<b ", "inline") == "<code>\\left(&lt;b</code>"


@pytest.mark.parametrize("tex", ["\\frac{", "\\left(", "x" * 10**5, "<script>alert(1)</script>", "a & b"])
def test_a_formula_that_can_not_be_drawn_is_shown_and_does_nothing(tex):
    assert "<script" not in formula(tex, "inline")


def test_tasks_have_the_names_of_their_headings():
    texts = [{"cell_type": "markdown", "metadata": {}, "source": f"## Part\n\n### Task {n} ({n} points)\n\nDo."}
             for n in (1, 2)]  # fmt: skip
    graded = [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": each, "grade": True}}, "source": ""}
              for each in ("f_test", "why", "g_test")]  # fmt: skip
    graded[1] |= {"cell_type": "markdown", "source": "## A heading in an answer"}
    assert names([texts[0], graded[0], texts[1], *graded[1:]]) == {
        "f_test": "Task 1: f", "why": "Task 2", "g_test": "Task 2: g"}  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cell", "name"),
    [
        ("Task 1: `f`", "f_test", "Task 1: f"),
        ("Tasks 2, 3 and 4: `f`, `g`, `h`", "g_test", "Task 3: g"),
        ("Task 5: the rate of `f`", "g_test", "Task 5: the rate of f: g"),
        ("Task 5: `f` and `g`", "g_test", "Task 5: f and g: g"),
        ("Task 6", "why", "Task 6"),
        ("Task 7 (4 points): labels 0 and 1", "f_test", "Task 7: labels 0 and 1: f"),
        ("Task 8: `f` (3 points), to be derived", "f_test", "Task 8: f"),
        ("Task 9 (5 points, graded by a person)", "why", "Task 9"),
        ("", "f_test", "f"),
    ],
)
def test_a_heading_that_names_its_tasks_is_not_said_twice(heading, cell, name):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"## {heading}\n\nDo."}] if heading else []
    cells.append({"cell_type": "code", "metadata": {"nbgrader": {"grade_id": cell, "grade": True}}, "source": ""})
    assert names(cells) == {cell: name}


# --- a class ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(released, tmp_path_factory, pool):
    """A graded class: right, wrong, and no notebook."""
    course = Course(shutil.copytree(released, tmp_path_factory.mktemp("class") / "course"))
    right = answered(first=DRAWS)
    right.cells.append(new_markdown_cell("My own words on $x^2$ and <b>more</b>."))
    hand_in(course, "student-01", right)
    hand_in(course, "student-02", answered({"double": "def double(x):\n    return x"}))
    hand_in(course, "student-03", b"no notebook")
    grade(course, NAME, pool, Silent())
    return course


def page(course, student):
    return write.path(course.root, student, NAME, NAME).read_text(encoding="utf-8")


def row(course, student, task):
    cells = re.search(rf'<tr><td><a href="#{task}">.*?</tr>', page(course, student))[0]
    return [html.unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<td.*?</td>", cells)]


@pytest.mark.slow
def test_pages_say_what_is_and_what_is_not_graded(course):
    outcome = write.write(course, NAME)
    assert outcome.written == outcome.waiting == ["student-01", "student-02", "student-03"]
    assert row(course, "student-01", "double_test") == ["double", "4 of 4", "all that the test asks for"]
    assert row(course, "student-01", "why") == ["why", "not graded yet", "waits for a person"]
    assert row(course, "student-02", "double_test")[1] == "0 of 4"
    most = sum(FULL.values())
    assert f"{most} of {most} points. 5 points are not graded yet." in page(course, "student-01")
    third = page(course, "student-03")
    assert third.count("not graded yet") >= len(FULL) and "Not graded: The file" in third


@pytest.mark.slow
def test_a_page_is_one_file_that_loads_and_does_nothing(course):
    write.write(course, NAME)
    text = page(course, "student-01")
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", text) and "<script" not in text and "<b>more" not in text
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]+">', text) and "<math" in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text


@pytest.mark.slow
def test_only_what_is_out_of_date_is_written_and_the_old_is_marked(course, monkeypatch):
    write.write(course, NAME)
    assert write.write(course, NAME).before == 3
    with course.gradebook() as book:
        why = book.find_grade("why", NAME, NAME, "student-01")
        why.manual_score, why.needs_manual_grade = 4, False
        book.find_comment("why", NAME, NAME, "student-01").manual_comment = "Well <said>."
        book.db.commit()
    monkeypatch.chdir(course.root)
    assert CliRunner().invoke(app, ["export", "--to", "grades.csv"]).exit_code == 0
    assert write.mark_stale(course, NAME) == 1
    assert "out of date" in page(course, "student-01") and "out of date" not in page(course, "student-02")
    outcome = write.write(course, NAME)
    assert outcome.written == ["student-01"] and outcome.before == 2 and "student-01" not in outcome.waiting
    assert row(course, "student-01", "why")[1:] == ["4 of 5", "a person gave these pointsWell <said>."]
    assert "out of date" not in page(course, "student-01")


@pytest.mark.slow
def test_a_page_of_an_earlier_attempt_is_marked_until_that_counts_again(course, monkeypatch):
    monkeypatch.chdir(course.root)
    write.write(course, NAME)
    handed_in = course.root / "submitted" / "student-01" / NAME / f"{NAME}.ipynb"
    first = handed_in.read_bytes()
    handed_in.write_bytes(as_bytes(answered()))
    done = CliRunner().invoke(app, ["feedback", NAME])
    assert done.exit_code == 1 and "out of date" in page(course, "student-01")
    assert "out of date" not in page(course, "student-02")
    handed_in.write_bytes(first)
    assert write.write(course, NAME).written == ["student-01"] and "out of date" not in page(course, "student-01")


def test_pages_of_no_assignment_are_none(small, monkeypatch):
    monkeypatch.chdir(small.root)
    assert f"There are: {NAME}." in str(CliRunner().invoke(app, ["feedback", "a9_small"]).exception)


@pytest.mark.slow
def test_the_command(course, monkeypatch):
    monkeypatch.chdir(course.root)
    folder = hand_in(course, "student-04", answered())
    done = CliRunner().invoke(app, ["feedback", NAME])
    shutil.rmtree(folder.parent)
    assert done.exit_code == 1 and "not graded, so there is no page of it: student-04" in done.output


@pytest.mark.slow
def test_what_is_to_be_looked_at_again_costs_nothing_of_the_rest(course, monkeypatch):
    """A day late, at 30 %: no part of the 5 points that somebody gave to an older answer is taken off the others."""
    hand_in(course, "student-01", course.root.joinpath("submitted/student-01", NAME, FILE).read_bytes(),
            "2026-03-02 10:00 UTC")  # fmt: skip
    rule = f'zone = "UTC"\n[rule]\nper_day = 0.3\n[due]\n{NAME} = "2026-03-02 09:00"\n'
    (course.root / "deadlines.toml").write_text(rule)
    with course.gradebook() as book:
        why = book.find_grade("why", NAME, NAME, "student-01")
        why.manual_score, why.needs_manual_grade = 5, True
        book.db.commit()
    [each] = write.returned(course, NAME, "student-01")
    (course.root / "deadlines.toml").unlink()
    most = sum(FULL.values())
    assert each.total.startswith(f"{most} of {most} points, {0.3 * most:g} of them off for being late: {0.7 * most:g}")


@pytest.mark.slow
def test_the_score_of_an_earlier_attempt_does_not_go_back(course, tmp_path, monkeypatch):
    monkeypatch.chdir(course.root)
    before = answered({"double": "def double(x):\n    return x"})
    hand_in(course, "student-02", before)
    assert submitted.handed_in_again(course, NAME) == []  # the same once more
    hand_in(course, "student-02", answered())
    assert submitted.handed_in_again(course, NAME) == ["student-02"]
    done = CliRunner().invoke(app, ["feedback", NAME, "--pack"])
    assert done.exit_code == 1 and "not graded, so there is no page of it: student-02" in done.output
    told = exports.export(course, NAME, tmp_path / "grades.csv", {}, "")
    assert f"No score for {NAME}, handed in again and not graded yet: student-02." in told
    shutil.rmtree(course.root / "submitted" / "student-02" / NAME)
    (course.root / "submitted" / "student-02" / NAME).mkdir()  # a text, and no file, in the place of the notebook
    assert submitted.handed_in_again(course, NAME) == ["student-02"]
    hand_in(course, "student-02", before)


# --- packs -----------------------------------------------------------------------------------

HANDED = {student: [(FILE, as_bytes(answered(first=f"# {student.student}")))] for student in CLASS[:2]}


def packed(small, tmp_path, pool, data, *more):
    """{name: bytes} of the zip that goes back to the platform from which these files came."""
    roster.save(small.root, roster.Roster(CLASS))
    (tmp_path / "in.zip").write_bytes(data)
    assert collect(small.root, NAME, [tmp_path / "in.zip", *more], "Europe/Berlin").well
    grade(small, NAME, pool, Silent())
    write.write(small, NAME)
    written, without = packs.write(small, NAME, list(write.returned(small, NAME)))
    [(file, (_, number))] = written.items()
    assert number == 2 and not without
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def is_page(data, student):
    return b"<!DOCTYPE html>" in data and student.student.encode() in data


@pytest.mark.slow
def test_the_pack_for_moodle(small, tmp_path, pool):
    data, participants = made.moodle(HANDED)
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(made.worksheet(participants))
    found = packed(small, tmp_path, pool, data, sheet)
    wanted = {f"{one.student}_{participants[one]}_assignsubmission_file_/{NAME}.html": one for one in CLASS[:2]}
    assert found.keys() == wanted.keys() and all(is_page(found[name], one) for name, one in wanted.items())


@pytest.mark.slow
def test_the_pack_for_canvas_holds_marked_notebooks_under_its_own_names(small, tmp_path, pool):
    found = packed(small, tmp_path, pool, made.canvas(HANDED))
    with zipfile.ZipFile(tmp_path / "in.zip") as archive:
        assert sorted(found) == sorted(archive.namelist())
    for text in found.values():
        notebook = nbformat.reads(text.decode(), as_version=4)
        assert "| double | 4 of 4 |" in notebook.cells[0].source and "not graded yet" in notebook.cells[0].source


OTHER = [
    (made.brightspace, "39786-640693 - Jane Doe - Mar 3, 2026 505 PM/a1_small.html"),
    (made.ilias, "multi_feedback_a1_small/Doe_Jane_student_01_5701/a1_small.html"),
    (made.blackboard, "feedback_3001.html"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "name"), OTHER)
def test_other_packs(small, tmp_path, pool, platform, name):
    found = packed(small, tmp_path, pool, platform(HANDED))
    assert len(found) == 2 and is_page(found[name], CLASS[0])


@pytest.mark.slow
def test_nbgraders_exchange_works_to_the_end(small, tmp_path, pool):
    roster.save(small.root, roster.Roster(CLASS))
    assert collect(small.root, NAME, [made.exchange(tmp_path / "inbound", HANDED)], "").well
    grade(small, NAME, pool, Silent())
    write.write(small, NAME)
    shared = tmp_path / "exchange"
    shared.mkdir()
    shared.chmod(0o777)
    command = [sys.executable, "-m", "nbgrader", "release_feedback", NAME, f"--Exchange.root={shared}",
               f"--CourseDirectory.root={small.root}"]  # fmt: skip
    done = subprocess.run(command, cwd=small.root, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    pages = list((shared / "nn-from-scratch" / "feedback").glob("*.html"))
    assert len(pages) == 2 and all("all that the test asks for" in each.read_text() for each in pages)
