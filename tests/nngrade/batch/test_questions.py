"""Questions that change while work is graded: nobody's points are lost, and a release takes nothing away."""

import pytest
from nbformat.v4 import new_code_cell
from typer.testing import CliRunner

from nngrade.__main__ import app
from nngrade.batch import release as releasing
from nngrade.batch.files import alone
from nngrade.batch.grade_class import grade
from nngrade.batch.release import release
from nngrade.errors import CourseError
from nngrade.exports.grades import read_grades
from nngrade.notebook import canonical
from tests.nngrade.small_course import FULL, NAME, answered, as_bytes, cell, hand_in

ALL = sum(FULL.values())
WRONG = answered({"double": "def double(x):\n    return x"})


@pytest.fixture
def graded(small, pool, quiet, monkeypatch):
    """Right, and wrong in double (4 points); a person has graded what was written: 4 and 2 of 5."""
    monkeypatch.chdir(small.root)
    hand_in(small, "student-01", answered())
    hand_in(small, "student-02", WRONG)
    grade(small, NAME, pool, quiet)
    with small.gradebook() as book:
        for student, points in (("student-01", 4), ("student-02", 2)):
            why = book.find_grade("why", NAME, NAME, student)
            why.manual_score, why.needs_manual_grade = points, False
            book.find_comment("why", NAME, NAME, student).manual_comment = f"for {student}"
        book.db.commit()
    assert scores(small) == [(ALL + 4, ALL + 5), (ALL - 4 + 2, ALL + 5)]
    return small


def scores(course):
    return [(each.score, each.max_score) for each in read_grades(course, NAME)]


def source(course):
    return course.root / "solutions" / NAME / f"{NAME}.ipynb"


def edit(course, change):
    notebook = canonical.read(source(course))
    change(notebook)
    canonical.write(notebook, source(course))


def asked(*words):
    done = CliRunner().invoke(app, ["question", NAME, *words], env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output + str(done.exception)
    return done.output


@pytest.mark.slow
def test_a_question_is_dropped_and_comes_back(graded, pool, quiet):
    assert "2 submissions" in asked("double_test", "--drop")
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL - 4 + 4, ALL + 1), (ALL - 4 + 2, ALL + 1)]
    asked("double_test", "--points", "4")
    assert not [each for each in scores(graded) if each[0] is None and each[1] != ALL + 5]
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL + 4, ALL + 5), (ALL - 4 + 2, ALL + 5)]


@pytest.mark.slow
def test_a_written_question_is_dropped_weighed_and_comes_back_with_what_people_gave(graded, pool, quiet):
    asked("why", "--drop")
    assert scores(graded) == [(ALL, ALL), (ALL - 4, ALL)]
    asked("why", "--points", "10")
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL + 8, ALL + 10), (ALL - 4 + 4, ALL + 10)]


@pytest.mark.slow
def test_a_question_is_worth_more(graded, pool, quiet):
    asked("double_test", "--points", "8")
    export = "changed, and by `nngrade grade a1_small` anew: student-01, student-02."
    assert export in CliRunner().invoke(app, ["export"]).output
    outcome = grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL + 4 + 4, ALL + 9), (ALL - 4 + 2, ALL + 9)]
    assert [(each.student, each.why) for each in outcome.changed] == [
        ("student-01", "tests changed: double_test 4 → 8")]  # fmt: skip


@pytest.mark.slow
def test_a_question_is_given_away_and_taken_back(graded, pool, quiet):
    asked("double_test", "--give")
    asked("why", "--give")
    assert scores(graded) == [(ALL + 5, ALL + 5)] * 2
    hand_in(graded, "student-03", WRONG)  # somebody is late
    grade(graded, NAME, pool, quiet, again=True)
    assert scores(graded) == [(ALL + 5, ALL + 5)] * 3
    assert "given away" in asked()
    asked("double_test", "--take-back")
    asked("why", "--take-back")
    assert scores(graded)[:2] == [(ALL + 4, ALL + 5), (ALL - 4 + 2, ALL + 5)]
    assert scores(graded)[2][0] is None  # a person has not graded it yet


@pytest.mark.slow
def test_what_is_given_away_is_nobodys_judgement(graded, pool, quiet):
    """Weighed and dropped meanwhile, and taken back: each has what a person gave, in proportion, full points too."""
    with graded.gradebook() as book:
        book.find_grade("why", NAME, NAME, "student-01").manual_score = 5
        book.db.commit()
    for name in ("double_test", "why"):
        asked(name, "--give")
    outcome = grade(graded, NAME, pool, quiet)
    assert {each.student: each.why for each in outcome.changed} == {"student-02": "a question given to everybody"}
    for words in (["double_test", "--points", "8"], ["why", "--drop"], ["why", "--points", "10"]):
        asked(*words)
        read_grades(graded, NAME)
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL + 4 + 10, ALL + 14)] * 2
    told = CliRunner().invoke(app, ["explain", "student-02", NAME], env={"COLUMNS": "160"}).output
    assert told.count("are given to everybody") == 2 and "a person gave" not in told
    (graded.root / "questions.toml").unlink()  # as well as --take-back
    assert scores(graded) == [(ALL + 4 + 10, ALL + 14), (ALL - 4 + 4, ALL + 14)]


@pytest.mark.slow
def test_questions_come_and_go_in_a_release(graded, pool, quiet):
    new = [cell("half", "### BEGIN SOLUTION\ndef half(x):\n    return x / 2\n### END SOLUTION", solution=True),
           cell("half_test", "assert half(4) == 2", grade=True, locked=True, points=6)]  # fmt: skip
    edit(graded, lambda notebook: notebook.cells.extend(new))
    changes = release(graded, NAME)
    assert (changes.came, changes.went, changes.submissions) == (["half_test"], [], 2)
    assert [each.status for each in read_grades(graded, NAME)] == ["could not be graded"] * 2  # never 0
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL + 4, ALL + 11), (ALL - 4 + 2, ALL + 11)]
    edit(graded, lambda notebook: notebook.cells.__delitem__(slice(-3, None)))  # and with them what is written
    assert sorted(release(graded, NAME).went) == ["half_test", "why"]
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL, ALL), (ALL - 4, ALL)]
    why = next(each for each in answered().cells if each.id == "why")
    edit(graded, lambda notebook: notebook.cells.append(why))
    release(graded, NAME)
    grade(graded, NAME, pool, quiet)
    assert scores(graded) == [(ALL + 4, ALL + 5), (ALL - 4 + 2, ALL + 5)]
    with graded.gradebook() as book:
        assert book.find_comment("why", NAME, NAME, "student-02").manual_comment == "for student-02"


# --- releases --------------------------------------------------------------------------------


def released(course):
    return course.root / "assignments" / NAME / f"{NAME}.ipynb"


def test_a_release_that_fails_takes_nothing_away(small, monkeypatch):
    before = released(small).read_bytes()
    edit(small, lambda notebook: notebook.cells.append(new_code_cell("### BEGIN SOLUTION\nx = 1", id="open")))
    with pytest.raises(CourseError, match="could not do generate_assignment"):
        release(small, NAME)
    assert released(small).read_bytes() == before
    assert not [path for path in (small.root / "build").iterdir() if path.name.startswith("release-")]


def contents(course):
    folders = (course.root / name for name in ("solutions", "assignments"))
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*.*")}


@pytest.mark.parametrize("place", ["refuse_worked_in", "questions.bring_up_to_date", "put_in_place"])
def test_what_ends_a_change_half_way_takes_nothing_away(small, monkeypatch, place):
    """Ctrl-C, or kill, at any of its steps: solutions/ and assignments/ are as they were, and it can be done again."""
    monkeypatch.chdir(small.root)
    before = contents(small)

    def ended(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"{releasing.__name__}.{place}", ended)
        question = ["question", NAME, "double_test", "--points", "8"]
        assert CliRunner().invoke(app, question).exit_code == 130
    assert contents(small) == before
    assert "8 points, before 4" in asked("double_test", "--points", "8")
    assert contents(small) != before


def test_what_is_saved_in_solutions_while_a_question_changes_is_not_overwritten(small, monkeypatch):
    monkeypatch.chdir(small.root)
    before, worked_in = contents(small), releasing.refuse_worked_in

    def saved(*what):
        edit(small, lambda notebook: setattr(notebook.cells[0], "source", notebook.cells[0].source + "\nimport math"))
        worked_in(*what)

    with monkeypatch.context() as patch:
        patch.setattr(releasing, "refuse_worked_in", saved)
        told = str(CliRunner().invoke(app, ["question", NAME, "double_test", "--drop"]).exception)
    assert f"{source(small)} was saved in the meantime, in JupyterLab, say. Nothing was changed: run" in told
    assert contents(small) == before | {source(small): source(small).read_bytes()} != before
    assert "0 points, before 4" in asked("double_test", "--drop")
    assert "import math" in source(small).read_text(encoding="utf-8")


def test_no_question_changes_while_a_class_is_graded_by_it(small, monkeypatch):
    monkeypatch.chdir(small.root)
    before, says = contents(small), f"Another `nngrade grade {NAME}` is at work"
    with alone(small.root / "records" / NAME, f"grade {NAME}"):
        for words in (["release"], ["question", NAME, "double_test", "--drop"]):
            assert says in str(CliRunner().invoke(app, words).exception)
    assert contents(small) == before
    assert "0 points, before 4" in asked("double_test", "--drop")


def test_a_release_that_is_killed_leaves_each_file_old_or_new(small, monkeypatch):
    before = released(small).read_bytes()

    def killed(*_):
        assert released(small).read_bytes() == before  # while the new one is written
        raise KeyboardInterrupt

    edit(small, lambda notebook: setattr(notebook.cells[0], "source", notebook.cells[0].source + "\nimport math"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("os.replace", killed)
        release(small, NAME)
    assert released(small).read_bytes() == before
    release(small, NAME)
    assert "import math" in released(small).read_text(encoding="utf-8")
    assert [path.name for path in released(small).parent.iterdir()] == [released(small).name]


def test_what_somebody_has_worked_in_is_not_overwritten(small):
    released(small).write_bytes(as_bytes(answered()))
    with pytest.raises(CourseError, match=r"has been worked in \(Counter, answer,"):
        release(small, NAME)
    assert released(small).read_bytes() != b""
    released(small).unlink()
    release(small, NAME)
    assert released(small).is_file()


def test_other_files_beside_it_stay(small):
    beside = [released(small).with_name("notes.txt"), released(small).parent / "mine" / "notes.txt"]
    beside[1].parent.mkdir()
    for path in beside:
        path.write_text("mine")
    release(small, NAME)
    assert [path.read_text() for path in beside] == ["mine", "mine"]


def test_a_release_is_what_nbgrader_generates(small):
    before = released(small).read_bytes()
    release(small, NAME)
    assert released(small).read_bytes() == before


def test_mistakes_are_told_in_words(small, monkeypatch):
    monkeypatch.chdir(small.root)
    for words, says in ((["nothing", "--drop"], "has no question 'nothing'. It has: double_test"),
                        (["why", "--drop", "--give"], "Choose one"), (["why"], "Choose one")):  # fmt: skip
        assert says in str(CliRunner().invoke(app, ["question", NAME, *words]).exception)
