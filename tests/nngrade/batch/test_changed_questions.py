"""What a gradebook holds after questions came, went, were weighed or given away, without a release and a sandbox."""

import contextlib
import json
import shutil

import pytest
from nbgrader.api import Grade, Gradebook
from traitlets.config import Config

from nngrade.batch import by_hand, questions
from nngrade.batch.gradebook import save
from nngrade.errors import CourseError
from tests.nngrade.batch.test_gradebook import but

ONE, TWO = "student-01", "student-02"


@pytest.fixture
def graded(book):
    """Two students; a person gave 2 of 3 points for what the first one wrote, and a point in place of a test's 1.5."""
    for student in (ONE, TWO):
        save(book, but(student=student, unanswered=[]), Config())
    give(book, "why", 2)
    give(book, "f_test", 1)
    book.find_comment("why", "a1", "a1", ONE).manual_comment = "Nearly, Zoë."
    book.db.commit()
    return book


def give(book, name, points, student=ONE):
    row = book.find_grade(name, "a1", "a1", student)
    row.manual_score, row.needs_manual_grade = points, False
    book.db.commit()


def row(book, name, student=ONE):
    """(what the test gave, what a person gave, whether one has to look, of how many)"""
    found = book.find_grade(name, "a1", "a1", student)
    return found.auto_score, found.manual_score, bool(found.needs_manual_grade), found.cell.max_score


def comment(book, name, student=ONE):
    return book.find_comment(name, "a1", "a1", student).manual_comment


@pytest.fixture
def renew(graded, made, tmp_path):
    """renew(change): the Changes, after a release whose gradebook is the first one, changed."""
    number = iter(range(99))

    def renew(change=lambda new: None):
        path = shutil.copy(made, tmp_path / f"new-{next(number)}.db")
        with Gradebook(f"sqlite:///{path}", "course") as new:
            change(new)
            new.db.commit()
            return questions.bring_up_to_date(graded, tmp_path, "a1", new)

    return renew


def without(*names):
    def change(new):
        notebook = new.find_notebook("a1", "a1")
        for cell in (*notebook.grade_cells, *notebook.solution_cells):
            if cell.name in names:
                new.db.delete(cell)

    return change


def worth(points, name="why"):
    return lambda new: setattr(new.find_grade_cell(name, "a1", "a1"), "max_score", points)


def test_nothing_new_changes_nothing(graded, renew, tmp_path):
    rows = [row(graded, name, student) for name in ("why", "f_test") for student in (ONE, TWO)]
    changes = renew()
    assert (changes.came, changes.went, changes.weighed, changes.submissions) == ([], [], [], 2) and not changes
    assert [row(graded, name, student) for name in ("why", "f_test") for student in (ONE, TWO)] == rows
    assert not (tmp_path / "records").exists()


def test_what_people_gave_goes_with_a_question_and_comes_back_in_proportion(graded, renew, tmp_path):
    changes = renew(without("why", "f_test", "f"))
    assert changes and (sorted(changes.went), changes.came, changes.weighed) == (["f_test", "why"], [], [])
    assert [cell.name for cell in graded.find_notebook("a1", "a1").grade_cells] == ["g_test"]
    assert graded.find_notebook("a1", "a1").solution_cells == []
    assert graded.db.query(Grade).count() == 2  # no row is left of a question that is none
    noted = (tmp_path / "records" / "a1" / by_hand.FILE).read_text(encoding="utf-8")
    assert json.loads(noted) == {"f_test": {ONE: [1, 2, None]}, "why": {ONE: [2, 3, "Nearly, Zoë."]}}
    assert "Zoë" in noted and len(noted.splitlines()) > 5  # for people, too
    changes = renew(worth(6))
    assert (sorted(changes.came), changes.went, changes.weighed) == (["f_test", "why"], [], [])
    assert row(graded, "why") == (None, 4, False, 6) and comment(graded, "why") == "Nearly, Zoë."
    assert row(graded, "f_test") == (None, 1, False, 2) and comment(graded, "f") is None
    assert row(graded, "why", TWO)[1] is row(graded, "f_test", TWO)[1] is comment(graded, "why", TWO) is None


@pytest.mark.parametrize("steps", range(9))
def test_a_release_that_is_killed_between_two_steps_of_nbgraders_can_be_done_again(graded, renew, monkeypatch, steps):
    def killed_after(steps, change):
        commit, left = graded.db.commit, iter(range(steps))

        def step():
            if next(left, None) is None:
                raise KeyboardInterrupt
            commit()

        with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
            patch.setattr(graded.db, "commit", step)
            renew(change)
        graded.db.rollback()
        graded.db.expire_all()

    for change in (worth(6), without("why"), worth(9)):
        killed_after(steps, change)
        renew(change)
    assert row(graded, "why") == (None, 6, False, 9) and comment(graded, "why") == "Nearly, Zoë."
    assert row(graded, "why", TWO)[1] is None
    found = {each.name for each in graded.find_submission_notebook("a1", "a1", TWO).grades}
    assert found == {"f_test", "g_test", "why"}


def test_whoever_has_no_row_of_a_question_gets_one(graded, renew):
    for name, kind in (("why", "grade"), ("f", "comment")):
        graded.db.delete(getattr(graded, f"find_{kind}")(name, "a1", "a1", TWO))
    graded.db.commit()
    renew()
    assert row(graded, "why", TWO)[1] is comment(graded, "f", TWO) is None and row(graded, "why")[1] == 2


def test_what_people_gave_is_weighed_with_the_question(graded, renew):
    assert renew(worth(6)).weighed == [("why", 3, 6)]
    assert row(graded, "why") == (None, 4, False, 6) and row(graded, "why", TWO) == (None, None, True, 6)
    assert renew(worth(8, "f_test")).weighed == [("f_test", 2, 8), ("why", 6, 3)]  # the order of the gradebook
    assert row(graded, "f_test") == (1.5, 4, False, 8) and row(graded, "why")[1] == 2
    assert row(graded, "g_test") == (0, None, False, 1)


def test_after_a_time_without_points_it_is_what_was_given_before(graded, renew):
    renew(worth(0))
    assert row(graded, "why")[1] == 0
    renew(worth(6))
    assert row(graded, "why") == (None, 4, False, 6) and comment(graded, "why") == "Nearly, Zoë."


def test_points_that_were_given_while_there_were_none_to_give_are_asked_for_again(graded, renew):
    renew(worth(0))
    give(graded, "why", 0, TWO)
    give(graded, "g_test", 0, TWO)
    renew(worth(6))
    assert row(graded, "why", TWO) == (None, None, True, 6)


def test_tasks_and_cells_that_are_given_come_too(graded, renew):
    def more(new, points=5):
        new.add_task_cell("draw", "a1", "a1", max_score=points, cell_type="markdown")
        new.add_source_cell("data", "a1", "a1", source="x = 1", cell_type="code", locked=True, checksum="c")
        new.find_notebook("a1", "a1").kernelspec = '{"name": "other"}'

    changes = renew(more)
    assert changes.came == ["draw"]
    assert row(graded, "draw", TWO)[3] == 5 and comment(graded, "draw") is None
    [data] = graded.find_notebook("a1", "a1").source_cells
    assert (data.source, data.cell_type, data.locked, data.checksum) == ("x = 1", "code", True, "c")
    assert graded.find_notebook("a1", "a1").kernelspec == '{"name": "other"}'
    give(graded, "draw", 4)
    graded.find_comment("draw", "a1", "a1", ONE).manual_comment = "Straight."
    graded.db.commit()
    assert renew(lambda new: more(new, 10)).weighed == [("draw", 5, 10)] and row(graded, "draw")[1] == 8
    assert renew().went == ["draw"]
    renew(more)
    assert row(graded, "draw")[1] == 4 and comment(graded, "draw") == "Straight."


def test_a_comment_is_kept_while_the_question_has_no_place_for_it(graded, renew):
    def graded_alone(new):
        new.db.delete(new.find_solution_cell("why", "a1", "a1"))
        worth(6)(new)

    renew(graded_alone)
    assert row(graded, "why")[1] == 4
    renew()
    assert row(graded, "why")[1] == 2 and comment(graded, "why") == "Nearly, Zoë."


@pytest.mark.parametrize(("now", "then"), [("", None), (None, "Nearly, Zoë.")])
def test_a_comment_that_was_taken_back_does_not_return(graded, renew, now, then):
    """Formgrader saves an empty text; where there is none at all, the gradebook was made anew."""
    renew(without("why"))
    renew()
    graded.find_comment("why", "a1", "a1", ONE).manual_comment = now
    graded.db.commit()
    renew(without("why"))
    renew()
    assert row(graded, "why")[1] == 2 and comment(graded, "why") == then


def test_an_assignment_and_a_notebook_may_be_new(graded, renew, tmp_path, made):
    with Gradebook(f"sqlite:///{shutil.copy(made, tmp_path / 'b2.db')}", "course") as new:
        new.add_assignment("b2", course_id="course")
        for name in ("first", "second"):
            new.add_notebook(name, "b2")
            new.add_grade_cell("f_test", name, "b2", max_score=4, cell_type="code")
        changes = questions.bring_up_to_date(graded, tmp_path, "b2", new)
    assert (changes.came, changes.submissions) == (["f_test", "f_test"], 0)
    assert [len(graded.find_notebook(name, "b2").grade_cells) for name in ("first", "second")] == [1, 1]


def test_who_has_handed_in_is_counted_also_where_a_notebook_is_new(renew):
    assert renew(lambda new: [new.add_notebook(name, "a1") for name in ("a0", "z9")]).submissions == 2


# --- given away ------------------------------------------------------------------------------


@pytest.fixture
def settle(graded, tmp_path):
    """settle(questions): what changed when these are given away."""

    def settle(*names):
        (tmp_path / questions.GIVEN).write_text(f"a1 = {json.dumps(names)}\n")
        return questions.settle(graded, tmp_path, "a1")

    return settle


EVERYBODY, NOBODY = "a question given to everybody", "a question no longer given to everybody"


def test_a_question_is_given_to_everybody_and_taken_back(graded, settle, tmp_path):
    assert settle("why", "g_test") == dict.fromkeys([(ONE, "a1"), (TWO, "a1")], EVERYBODY)
    assert [row(graded, name, who) for name in ("why", "g_test") for who in (ONE, TWO)] == [
        (None, 3, False, 3), (None, 3, False, 3), (0, 1, False, 1), (0, 1, False, 1)]  # fmt: skip
    assert row(graded, "f_test") == (1.5, 1, False, 2)  # what is not given away is left alone
    noted = (tmp_path / "records" / "a1" / by_hand.FILE).read_text()
    away = json.loads(noted)[by_hand.AWAY]
    assert {name: sorted(students) for name, students in away.items()} == {"why": [ONE, TWO], "g_test": [ONE, TWO]}
    assert settle("why", "g_test") == {} and (tmp_path / "records" / "a1" / by_hand.FILE).read_text() == noted
    assert settle() == dict.fromkeys([(ONE, "a1"), (TWO, "a1")], NOBODY)
    assert row(graded, "why") == (None, 2, False, 3) and row(graded, "why", TWO) == (None, None, True, 3)
    assert row(graded, "g_test") == (0, None, False, 1) and comment(graded, "why") == "Nearly, Zoë."
    assert by_hand.AWAY not in json.loads((tmp_path / "records" / "a1" / by_hand.FILE).read_text())
    assert settle() == {}


def test_what_is_taken_back_is_taken_back_of_all_whoever_is_asked_for(graded, settle, tmp_path):
    settle("why")
    (tmp_path / questions.GIVEN).unlink()
    assert questions.settle(graded, tmp_path, "a1", ONE) == dict.fromkeys([(ONE, "a1"), (TWO, "a1")], NOBODY)
    assert row(graded, "why") == (None, 2, False, 3) and row(graded, "why", TWO) == (None, None, True, 3)


def test_what_ends_a_taking_back_half_way_leaves_nobody_with_the_points(graded, settle, monkeypatch):
    """A database that somebody else holds, say, or a rule for lateness that fails: it is done the next time."""
    settle("why")
    graded.db.commit()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(graded.db, "commit", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        settle()
    graded.db.rollback()
    assert row(graded, "why", TWO)[1] == 3
    assert settle() == dict.fromkeys([(ONE, "a1"), (TWO, "a1")], NOBODY)
    graded.db.rollback()  # of what comes after it
    assert row(graded, "why") == (None, 2, False, 3) and row(graded, "why", TWO) == (None, None, True, 3)
    assert settle() == {}


def test_a_task_is_given_to_everybody_as_any_other_question(graded, settle, renew):
    renew(lambda new: new.add_task_cell("draw", "a1", "a1", max_score=5, cell_type="markdown"))
    assert settle("draw") == dict.fromkeys([(ONE, "a1"), (TWO, "a1")], EVERYBODY)
    assert row(graded, "draw")[1:3] == row(graded, "draw", TWO)[1:3] == (5, False)


def test_a_person_may_give_something_else_than_all(graded, settle):
    settle("why")
    give(graded, "why", 1, TWO)
    assert settle("why") == {(TWO, "a1"): EVERYBODY}  # of what is given away all is given
    settle()
    assert row(graded, "why", TWO) == (None, 1, False, 3)
    settle("why")
    give(graded, "why", 2, TWO)
    settle()  # nobody graded in between
    assert row(graded, "why", TWO) == (None, 2, False, 3)


def test_given_away_and_weighed_it_is_given_still_and_taken_back_in_proportion(graded, settle, renew):
    settle("why")
    renew(worth(9))
    assert [row(graded, "why", who)[1:3] for who in (ONE, TWO)] == [(9, False)] * 2
    settle()
    assert row(graded, "why") == (None, 6, False, 9) and row(graded, "why", TWO) == (None, None, True, 9)


def test_given_away_and_gone_it_comes_back_with_what_people_gave(graded, settle, renew):
    settle("why")
    renew(without("why"))
    settle()
    renew()
    assert row(graded, "why") == (None, 2, False, 3) and comment(graded, "why") == "Nearly, Zoë."
    assert row(graded, "why", TWO)[1] is None


def test_what_is_worth_nothing_asks_for_nobody(graded, settle, renew):
    renew(worth(0))
    assert row(graded, "why", TWO)[2]
    assert settle() == {}
    assert row(graded, "why", TWO) == (None, 0, False, 0)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_other_assignments_are_left_alone(graded, tmp_path, mark):
    (tmp_path / questions.GIVEN).write_text(f'{mark}b2 = ["why"]\n', encoding="utf-8")
    assert questions.settle(graded, tmp_path, "a1") == {}
    assert questions.given(tmp_path) == {"b2": ["why"]} and questions.given(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("text", ["a1 = [", b"\xff", 'a1 = "why"', "a1 = [1]"])
def test_a_file_that_is_none_is_told_in_words(graded, tmp_path, text):
    (tmp_path / questions.GIVEN).write_bytes(text.encode() if isinstance(text, str) else text)
    says = r'questions.toml can.t be read: .* It holds lines ASSIGNMENT = \["QUESTION"\]'
    with pytest.raises(CourseError, match=says):
        questions.given(tmp_path)
