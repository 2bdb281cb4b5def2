"""`nngrade question`: what it shows, writes and says; releases are made elsewhere."""

from types import SimpleNamespace

import pytest
from nbformat.v4 import new_markdown_cell

from nngrade.batch import questions
from nngrade.batch.questions import Changes
from nngrade.commands import question
from nngrade.errors import CourseError
from nngrade.notebook import canonical
from tests.nngrade.small_course import NAME, write_solutions
from tests.nngrade.small_course import notebook as solved


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Its releases are noted in `released`: {file: text} of what they change."""
    write_solutions(tmp_path, solved())
    course = SimpleNamespace(root=tmp_path, released=[], changes=Changes(submissions=0))
    monkeypatch.setattr(question, "release", lambda one, name, changed: course.released.append(changed)
                        or course.changes)  # fmt: skip
    return course


def ask(course, name="", drop=False, points=None, give=False, back=False):
    return question.run(course, NAME, name, drop, points, give, back)


def rows(capsys):
    said = capsys.readouterr().out
    cells = [[part.strip() for part in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    return {name: [points, what] for name, points, what in cells}, said


def test_all_questions_are_shown(course, capsys):
    ask(course)
    found, said = rows(capsys)
    assert found["double_test"] == ["4", ""] and found["why"] == ["5", ""] and len(found) == 9 and NAME in said
    assert "double" not in found and course.released == []


@pytest.mark.parametrize("how, points", [({"drop": True}, 0), ({"points": 2.5}, 2.5), ({"points": 0.0}, 0)])
def test_other_points_go_into_the_solutions(course, capsys, how, points):
    ask(course, "double_test", **how)
    assert f"double_test: {points:g} points, before 4, in solutions/ and assignments/.\nNobody has" in rows(capsys)[1]
    [changed] = course.released
    [(path, text)] = changed.items()
    assert path == course.root / "solutions" / NAME / f"{NAME}.ipynb"
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    now = {cell.id: cell.metadata.nbgrader.points for cell in canonical.read(path).cells if cell.id.endswith("_test")}
    assert now["double_test"] == points and now["total_test"] == 3 and text != before
    ask(course)
    assert rows(capsys)[0]["double_test"] == [f"{points:g}", "" if points else "dropped"]


HEADINGS = {"title": "There are 9 points in all. Be patient.", "one": "### Task 1 (4 points)\nNo point twice.",
            "two": "### Why (5 points)"}  # fmt: skip


@pytest.mark.parametrize("name, points, said", [
    ("double_test", 8, "Task 1 (4 points)"), ("double_test", 4, ""), ("why", 1, "Why (5 points)"),
    ("total_test", 1, "Task 1 (4 points)"),
])  # fmt: skip
def test_the_text_that_names_points_is_told_when_they_change(course, capsys, name, points, said):
    notebook = solved()
    texts = {name: new_markdown_cell(source, id=name) for name, source in HEADINGS.items()}
    at = next(i for i, cell in enumerate(notebook.cells) if cell.id == "why")
    notebook.cells[at] = notebook.cells[at] | {"source": f"{HEADINGS['two']}\n{notebook.cells[at].source}"}
    notebook.cells[:0] = [texts["title"], texts["one"]]
    write_solutions(course.root, notebook)
    ask(course, name, points=points)
    out = capsys.readouterr().out
    assert (f"The text says: {said}; 9 points in all. Where" in out) == bool(said)
    assert (f"change it in solutions/{NAME}/{NAME}.ipynb, then run `nngrade release`" in out) == bool(said)


def test_who_has_handed_in_is_told_of(course, capsys):
    course.changes = Changes(weighed=[("double_test", 4, 8)], submissions=1)
    ask(course, "double_test", points=8)
    said = capsys.readouterr().out
    assert "double_test: 8 points, before 4. Points that" in said and "1 submission: `nngrade grade a1_small`" in said


@pytest.mark.parametrize("other", ["a0", 'Übung "1".b 😀'])
def test_what_is_given_away_is_noted_and_taken_back(course, capsys, other):
    (course.root / questions.GIVEN).write_text(f"'{other}' = [\"other\"]\n", encoding="utf-8")
    for _ in range(2):
        ask(course, "double_test", give=True)
    ask(course, "why", give=True)
    assert questions.given(course.root) == {other: ["other"], NAME: ["double_test", "why"]}
    assert "double_test: all who hand in get its points, from the next" in capsys.readouterr().out
    ask(course)
    assert rows(capsys)[0]["why"] == ["5", "given away"]
    ask(course, "double_test", back=True)
    assert questions.given(course.root) == {other: ["other"], NAME: ["why"]}
    assert "double_test: it is graded as it was before, from the next" in capsys.readouterr().out
    ask(course, "why", back=True)
    assert questions.given(course.root) == {other: ["other"]} and course.released == []


@pytest.mark.parametrize("how", [{"drop": True, "give": True}, {}, {"give": True, "back": True},
                                 {"drop": True, "points": 1}])  # fmt: skip
def test_one_thing_at_a_time(course, how):
    with pytest.raises(CourseError, match="Choose one: --drop, --points N, --give or --take-back"):
        ask(course, "why", **how)


@pytest.mark.parametrize("points", ["inf", "nan"])
def test_endless_points_are_no_points(course, points):
    with pytest.raises(CourseError, match=f"{points} is no number"):
        ask(course, "why", points=float(points))
    assert course.released == []


def test_what_is_no_question_is_told_with_those_that_there_are(course):
    for name in ("double", "nothing", ""):
        with pytest.raises(CourseError, match=f"has no question '{name}'. It has: double_test, total_test"):
            ask(course, name, drop=True)
    with pytest.raises(CourseError, match="There is no assignment a9 in solutions/"):
        question.run(course, "a9", "", False, None, False, False)
