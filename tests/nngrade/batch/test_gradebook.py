"""From records to nbgrader's gradebook: all of a record or nothing, and nothing of what a person wrote is lost."""

import contextlib
import copy
from collections import defaultdict
from types import SimpleNamespace

import pytest
from nbgrader.api import InvalidEntry
from sqlalchemy import event
from sqlalchemy.exc import DataError
from traitlets.config import Config

from nngrade.batch import gradebook, penalties
from nngrade.batch.gradebook import Held, auto_scores, save
from nngrade.errors import CourseError
from nngrade.exports.grades import _grades
from nngrade.feedback.entries import entries

RECORD = {
    "student": "student-01", "assignment": "a1", "notebook": "a1", "handed_in": "2026-01-01T12:00:00", "refused": "",
    "tests": {"f_test": {"points": 1.5, "max": 2}, "g_test": {"points": 0.0, "max": 1}}, "written": ["why"],
    "unanswered": ["f"],
}  # fmt: skip


def grades(book, student="student-01"):
    notebook = book.find_submission_notebook("a1", "a1", student)
    return {each.name: (each.auto_score, each.manual_score, each.needs_manual_grade) for each in notebook.grades}


def but(**changed):
    return copy.deepcopy(RECORD) | changed


def test_scores_comments_and_time(book):
    save(book, RECORD, Config())
    assert grades(book) == {"f_test": (1.5, None, False), "g_test": (0, None, False), "why": (None, None, True)}
    assert book.find_comment("f", "a1", "a1", "student-01").comment == "No response."
    assert book.find_comment("why", "a1", "a1", "student-01").comment is None
    assert book.find_submission("a1", "student-01").timestamp.isoformat() == RECORD["handed_in"]
    assert gradebook.waiting(book, "a1") == 1
    save(book, but(handed_in=""), Config())  # a time that was taken back
    assert book.find_submission("a1", "student-01").timestamp is None


def test_what_the_database_does_not_take_is_told_in_its_words(book, monkeypatch):
    def refused(*_):
        try:
            raise DataError("INSERT", {}, Exception("value too long\nDETAIL: ..."))
        except DataError:
            raise InvalidEntry("(nbgrader's words)")  # noqa: B904 (as nbgrader does)

    monkeypatch.setattr(book, "update_or_create_student", refused)
    with pytest.raises(CourseError, match="^the gradebook does not take it: value too long$"):
        save(book, RECORD, Config())


def test_no_written_answer_needs_nobody(book):
    save(book, but(unanswered=["why"]), Config())
    assert grades(book)["why"] == (0, None, False) and gradebook.waiting(book, "a1") == 0


def test_an_answer_that_came_later_is_not_called_missing(book):
    save(book, RECORD, Config())
    save(book, but(unanswered=["why"]), Config())
    said = {name: book.find_comment(name, "a1", "a1", "student-01").comment for name in ("f", "why")}
    assert said == {"f": None, "why": "No response."}


def test_what_could_not_be_graded_has_no_score(book):
    record = but(refused="The file is no notebook.", unanswered=[])
    record["tests"] = {name: test | {"points": None} for name, test in record["tests"].items()}
    save(book, record, Config())
    assert set(grades(book).values()) == {(None, None, True)}
    held = Held(book, "a1")
    assert held.has(record) and held.waits(record)
    assert held.changes(RECORD) == {}  # what had no score has none that changed
    for grade in book.find_submission_notebook("a1", "a1", "student-01").grades:
        grade.manual_score, grade.needs_manual_grade = 0, False
    book.db.commit()
    assert not Held(book, "a1").waits(record)  # a person said so


def test_what_a_person_wrote_stays(book):
    save(book, RECORD, Config())
    grade = book.find_grade("g_test", "a1", "a1", "student-01")
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1, 0.5, False
    book.find_comment("f", "a1", "a1", "student-01").manual_comment = "Look again."
    book.db.commit()
    save(book, but(unanswered=[]), Config())
    grade = book.find_grade("g_test", "a1", "a1", "student-01")
    assert (grade.auto_score, grade.manual_score, grade.extra_credit, grade.score) == (0, 1, 0.5, 1.5)
    assert grade.needs_manual_grade
    assert book.find_comment("f", "a1", "a1", "student-01").comment == "Look again."
    assert gradebook._points(grade) == 1.5  # of which a penalty is worked out


def test_it_is_known_what_the_gradebook_has(book):
    assert not Held(book, "a1").has(RECORD)
    save(book, RECORD, Config())
    held = Held(book, "a1")
    assert held.has(RECORD)
    assert not held.has(but(student="student-02"))
    assert held.has(but(handed_in="2026-01-01T12:00:01"))  # times are brought up to date by penalties.py
    assert not held.has(but(unanswered=["why"])) and not held.has(but(tests={}))
    assert held.has(but(handed_in=""))


def test_an_entry_whose_writer_was_killed_is_not_taken_for_done(book):
    book.update_or_create_student("student-01")
    assert not Held(book, "a1").has(RECORD)
    book.update_or_create_submission("a1", "student-01")
    assert not Held(book, "a1").has(RECORD)
    nothing = but(unanswered=[], tests={name: {"points": None} for name in RECORD["tests"]})
    assert not Held(book, "a1").has(nothing)  # though its scores, all None, are the same
    save(book, nothing, Config())
    assert Held(book, "a1").has(nothing)


def test_a_record_is_written_in_one_piece(book, monkeypatch):
    save(book, RECORD, Config())
    before = grades(book)

    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(gradebook, "late_penalty", fail)
        save(book, but(handed_in="2026-01-03T12:00:00", unanswered=["why"]), Config())
    assert grades(book) == before
    assert book.find_submission("a1", "student-01").timestamp.isoformat() == RECORD["handed_in"]


LATE = [("zero", True, 1.5), ("zero", False, None), ("none", True, None)]


@pytest.mark.parametrize(("method", "late", "penalty"), LATE)
def test_late_penalties_are_those_of_the_plugin(book, method, late, penalty):
    config = Config({"LateSubmissionPlugin": {"penalty_method": method}})
    save(book, but(handed_in=f"2026-01-0{3 if late else 2}T12:00:00"), config)
    assert book.find_submission_notebook("a1", "a1", "student-01").late_submission_penalty == penalty
    save(book, but(handed_in="2026-01-02T11:00:00"), config)
    assert book.find_submission_notebook("a1", "a1", "student-01").late_submission_penalty is None


def test_other_questions_than_the_gradebooks_are_refused(book):
    with pytest.raises(CourseError, match="has other questions"):
        save(book, but(written=[]), Config())
    with pytest.raises(CourseError, match="has other questions"):
        save(book, but(notebook="a2"), Config())
    with pytest.raises(CourseError, match="does not know a2 yet"):
        Held(book, "a2")


def test_scores_of_a_record():
    assert auto_scores(RECORD) == {"f_test": 1.5, "g_test": 0, "why": None}


# --- several notebooks -----------------------------------------------------------------------


@pytest.fixture
def two_notebooks(book):
    """The second has a question of the same name, for other points."""
    book.add_notebook("second", "a1")
    book.add_grade_cell("f_test", "second", "a1", max_score=8, cell_type="code")
    return book


SECOND = but(notebook="second", tests={"f_test": {"points": 7.0, "max": 8}}, written=[], unanswered=[])


def test_each_notebook_has_its_own_scores(two_notebooks):
    save(two_notebooks, RECORD, Config())
    held = Held(two_notebooks, "a1")
    assert held.has(RECORD) and not held.has(SECOND)
    save(two_notebooks, SECOND, Config())
    held = Held(two_notebooks, "a1")
    assert held.has(RECORD) and held.has(SECOND)
    assert held.most == {("a1", "f_test", 2), ("a1", "g_test", 1), ("a1", "why", 3), ("second", "f_test", 8)}
    scores = (two_notebooks.find_grade("f_test", name, "a1", "student-01").auto_score for name in ("a1", "second"))
    assert tuple(scores) == (1.5, 7)
    found = gradebook.totals(two_notebooks, "a1")
    assert {notebook: total.points for (_, notebook), total in found.items()} == {"a1": 1.5, "second": 7}
    assert gradebook.waiting(two_notebooks, "a1") == 1  # a submission, whatever the number of its notebooks


def test_a_grade_has_the_questions_of_all_notebooks(two_notebooks):
    save(two_notebooks, RECORD, Config())
    save(two_notebooks, SECOND, Config())
    two_notebooks.find_grade("why", "a1", "a1", "student-01").needs_manual_grade = False
    two_notebooks.find_grade("why", "a1", "a1", "student-01").manual_score = 2
    two_notebooks.db.commit()
    [grade] = _grades(two_notebooks, two_notebooks.find_assignment("a1"), {"student-01"})
    assert grade.points == {"a1/f_test": 1.5, "a1/g_test": 0, "a1/why": 2, "second/f_test": 7}
    assert (grade.status, grade.score, grade.max_score) == ("graded", 10.5, 14)


def test_each_assignment_is_asked_for_alone(book):
    book.add_assignment("b2", course_id="course")
    book.add_notebook("a1", "b2")
    book.add_task_cell("draw", "a1", "b2", max_score=8, cell_type="markdown")
    save(book, RECORD, Config())
    save(book, but(assignment="b2", tests={}, written=["draw"], unanswered=["draw"]), Config())
    assert gradebook.totals(book, "a1") == {("student-01", "a1"): (1.5, 0)}
    assert gradebook.totals(book, "b2") == {("student-01", "a1"): (0, 0)}
    assert (gradebook.waiting(book, "a1"), gradebook.waiting(book, "b2")) == (1, 0)
    assert Held(book, "a1").has(RECORD) and Held(book, "b2").most == {("a1", "draw", 8)}
    save(book, but(assignment="b2", tests={}, written=["draw"], unanswered=[]), Config())
    assert gradebook.totals(book, "b2") == {}
    book.find_grade("draw", "a1", "b2", "student-01").manual_score = 5
    book.db.commit()
    assert gradebook.totals(book, "b2") == {("student-01", "a1"): (5, 0)}  # though no machine graded any of it


def test_being_late_takes_off_no_more_than_there_is(book):
    assert (gradebook.Total(3, 1).score, gradebook.Total(1, 3).score) == (2, 0)
    save(book, but(unanswered=["why"]), Config())
    for penalty, score in ((1, 0.5), (9, 0)):  # of a time when there were more points
        book.find_submission_notebook("a1", "a1", "student-01").late_submission_penalty = penalty
        book.db.commit()
        assert [grade.score for grade in _grades(book, book.find_assignment("a1"), set())] == [score]


@pytest.mark.parametrize("terms, unlike", [
    ({("f_test", 2), ("g_test", 1), ("why", 3)}, ""), ({("f_test", 2), ("g_test", 1)}, "why"),
    ({("f_test", 2), ("g_test", 1), ("why", 3), ("h_test", 1)}, "h_test"),
    ({("f_test", 4), ("g_test", 2), ("why", 3)}, "f_test, g_test"),
])  # fmt: skip
def test_questions_that_are_others_than_those_of_the_release_are_named(book, terms, unlike):
    expected = pytest.raises(CourseError, match=rf"a1 was changed since its release \({unlike}\): run `nngrade")
    with expected if unlike else contextlib.nullcontext():
        Held(book, "a1").check("a1", {"a1": SimpleNamespace(graded=terms)})


# --- what a person gave ----------------------------------------------------------------------

BEFORE = {"why": "an answer", "f_test": "code", "g_test": "code"}


@pytest.mark.parametrize("changed, looks", [
    ({}, {"why": False, "g_test": False}),
    ({"answers": BEFORE | {"why": "another"}}, {"why": True, "g_test": False}),
    ({"answers": BEFORE | {"g_test": "other code"}}, {"why": False, "g_test": True}),
    ({"tests": RECORD["tests"] | {"g_test": {"points": 1.0}}}, {"why": False, "g_test": True}),
    ({"tests": RECORD["tests"] | {"g_test": {"points": None}}}, {"why": False, "g_test": True}),
    ({"before": {}}, {"why": True, "g_test": True}),
])  # fmt: skip
def test_a_score_that_a_person_gave_waits_for_another_look_where_something_changed(book, changed, looks):
    record = but(answers=BEFORE, before=BEFORE)
    save(book, record, Config())
    assert grades(book)["why"] == (None, None, True)  # the same as before, and no points in this gradebook
    for name in looks:
        grade = book.find_grade(name, "a1", "a1", "student-01")
        grade.manual_score, grade.needs_manual_grade = 1, False
    book.db.commit()
    save(book, record | changed, Config())
    found = grades(book)
    assert {name: (found[name][1], found[name][2]) for name in looks} == {n: (1, look) for n, look in looks.items()}
    assert found["f_test"][2] is False


def held(**scores):
    """Of one submission: {question: [what its test gave, whether a person has to look, what one gave]}."""
    made = Held.__new__(Held)
    made.scores = defaultdict(dict, {("student-01", "a1"): scores} if scores else {})
    return made


def test_what_the_gradebook_holds_of_a_record():
    tests = {"f": {"points": 2}, "g": {"points": None}}
    record = {"student": "student-01", "notebook": "a1", "tests": tests, "written": ["why"], "unanswered": []}
    assert not held().saved(record) and held().changes(record) == {}
    same = held(f=[2, False, None], g=[None, True, None], why=[None, True, None], gone=[1, False, None])
    assert same.saved(record) and same.changes(record) == {} and same.waits(record)
    other = held(f=[1, False, None], g=[3, False, None], why=[None, False, 2], gone=[1, False, None])
    assert not other.saved(record) and other.changes(record) == {"f": (1, 2), "g": (3, None)}
    assert not other.waits(record)
    given = held(f=[1, False, 2], g=[None, False, 1])  # a person's points stay, whatever a test gives
    assert given.changes(record) == {} and not given.waits(record)


# --- large classes ----------------------------------------------------------------------------


def questions_asked(book, ask):
    """How many questions `ask` puts to the database, of which nothing is remembered."""
    book.db.expunge_all()
    asked = []
    with contextlib.ExitStack() as stack:
        args = book.db.get_bind(), "before_cursor_execute", lambda *told: asked.append(told)
        event.listen(*args)
        stack.callback(event.remove, *args)
        ask()
    return len(asked)


def pages(book):
    """What the pages of the class say."""
    return {who: (sorted((each.name, each.score, each.max_score) for each in notebook.grades),
                  {each.name: each.comment for each in notebook.comments})
            for who, notebook in entries(book, "a1").items()}  # fmt: skip


@pytest.mark.parametrize("given", ["", 'a1 = ["f_test"]'])
def test_a_larger_class_takes_no_more_questions_to_the_database(book, tmp_path, given):
    (tmp_path / "questions.toml").write_text(given)
    numbers = []
    for size in (2, 12):
        for number in range(size):
            save(book, but(student=f"student-{number:02}"), Config())
            (tmp_path / "submitted" / f"student-{number:02}" / "a1").mkdir(parents=True, exist_ok=True)
        penalties.settle(book, tmp_path, Config())  # now there is nothing to be changed
        settling = questions_asked(book, lambda: penalties.settle(book, tmp_path, Config()))
        numbers.append((questions_asked(book, lambda: pages(book)), settling))
    assert numbers[0] == numbers[1]
    tests = [("f_test", 2 if given else 1.5, 2), ("g_test", 0, 1), ("why", 0, 3)]
    assert pages(book)["student-11", "a1"] == (tests, {"f": "No response.", "why": None})


def test_pages_are_those_of_this_assignment_and_of_this_student(book):
    book.add_assignment("a2", course_id="course")
    book.add_notebook("a1", "a2")
    for student in ("student-01", "student-02"):
        save(book, but(student=student), Config())
        book.add_submission("a2", student)
    assert entries(book, "a1", "student-02").keys() == {("student-02", "a1")}
    found = entries(book, "a1")
    assert {who: len(each.grades) for who, each in found.items()} == {
        ("student-01", "a1"): 3, ("student-02", "a1"): 3}  # fmt: skip


def steps(book, ask):
    """How many hundreds of steps SQLite takes for what `ask` wants to know."""
    taken, connection = [], book.db.connection().connection.dbapi_connection
    connection.set_progress_handler(lambda: taken.append(1) or 0, 100)
    ask()
    connection.set_progress_handler(None, 0)
    return len(taken)


@pytest.mark.parametrize("ask", [
    pages, lambda book: gradebook.totals(book, "a1"), lambda book: gradebook.waiting(book, "a1"),
    lambda book: list(_grades(book, book.find_assignment("a1"), set())),
    lambda book: penalties._scores(book, book.find_assignment("a1")),
], ids=["pages", "totals", "waiting", "exports", "penalties"])  # fmt: skip
def test_what_is_asked_takes_no_more_of_each_student_in_a_larger_class(book, ask):
    counts = []
    for size in (10, 40):
        for number in range(size):
            save(book, but(student=f"student-{number:02}"), Config())
        counts.append(steps(book, lambda: ask(book)))
    assert counts[1] < 5 * counts[0]


@pytest.mark.parametrize("given", ["", 'a1 = ["f_test"]'])
def test_what_is_settled_of_one_student_does_not_look_at_all_of_them(book, tmp_path, given):
    """nbgrader itself grades one after the other."""
    (tmp_path / "questions.toml").write_text(given)
    for number in range(40):
        save(book, but(student=f"student-{number:02}"), Config())
        (tmp_path / "submitted" / f"student-{number:02}" / "a1").mkdir(parents=True)
    penalties.settle(book, tmp_path, Config())
    one, all_of_them = (steps(book, lambda who=who: penalties.settle(book, tmp_path, Config(), "a1", who))
                        for who in ("student-01", ""))  # fmt: skip
    assert one < all_of_them / 3
