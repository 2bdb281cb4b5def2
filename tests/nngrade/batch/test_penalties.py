"""What being late takes off in the gradebook, by deadlines.toml: of all points there are, and of nobody else's."""

from datetime import datetime

import pytest
from traitlets.config import Config

from nngrade.batch import penalties
from nngrade.batch.gradebook import save
from nngrade.errors import CourseError
from tests.nngrade.batch.test_gradebook import but

RULE = """
zone = "UTC"
[rule]
per_day = 0.25
[due]
a1 = "2026-01-01 12:00"
"""
MORE = '[extensions.a1]\nstudent-01 = "2026-01-02 12:00"\n'
TIMES = {  # when each handed in
    "student-01": "2026-01-02 13:00:00 UTC", "student-02": "2026-01-01 13:00:00 +01:00",
    "student-03": "2026-01-01 12:00:01 UTC",
}  # fmt: skip
POINTS = 1.5  # of the record


@pytest.fixture
def late(book, tmp_path):
    """settle(rule, …): what it changed; the class has been graded, and nobody was late by the gradebook."""
    for student, when in TIMES.items():
        folder = tmp_path / "submitted" / student / "a1"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(when)
        save(book, but(student=student), Config())

    def settle(rule, *where, config=None):
        (tmp_path / "deadlines.toml").write_text(rule)
        return penalties.settle(book, tmp_path, config or Config(), *where)

    return settle


def taken_off(book):
    return [book.find_submission_notebook("a1", "a1", student).late_submission_penalty for student in TIMES]


def test_a_share_of_the_points_for_each_day_that_has_begun(book, late):
    assert late(RULE) == {}
    assert taken_off(book) == [0.5 * POINTS, None, 0.25 * POINTS]
    assert book.find_assignment("a1").duedate == datetime(2026, 1, 1, 12)
    handed_in = [book.find_submission("a1", student).timestamp for student in TIMES]
    assert handed_in == [datetime(2026, 1, 2, 13), datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 12, 0, 1)]


def test_points_of_a_person_count_as_the_machines(book, late):
    late(RULE)
    for student in ("student-01", "student-02"):
        why = book.find_grade("why", "a1", "a1", student)
        why.manual_score, why.needs_manual_grade = 2, False
    book.db.commit()
    late(RULE)
    assert taken_off(book) == [0.5 * (POINTS + 2), None, 0.25 * POINTS]


def test_an_extension_is_kept_where_formgrader_looks_for_it(book, late):
    late(RULE + MORE)
    assert taken_off(book) == [0.25 * POINTS, None, 0.25 * POINTS]
    extensions = [book.find_submission("a1", student).extension for student in TIMES]
    assert [each and each.total_seconds() for each in extensions] == [86400, None, None]
    late(RULE)
    assert taken_off(book)[0] == 0.5 * POINTS and book.find_submission("a1", "student-01").extension is None


def test_without_a_rule_nothing_is_taken_off_any_more(book, late):
    late(RULE)
    late('zone = "UTC"\n[due]\na1 = "2026-01-01 12:00"\n')
    assert taken_off(book) == [None, None, None]


def test_what_is_not_due_there_follows_nbgraders_own_date(book, late):
    """It was due on 2 January at noon, and its plugin takes all off."""
    config = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})
    late("", config=config)
    assert taken_off(book) == [POINTS, None, None]


@pytest.mark.parametrize(("where", "expected"), [
    (("a2",), [None, None, None]), (("a1", "student-03"), [None, None, 0.25 * POINTS]),
    (("", "student-01"), [0.5 * POINTS, None, None]),
])  # fmt: skip
def test_one_assignment_or_one_student(where, expected, book, late):
    late(RULE, *where)
    assert taken_off(book) == expected


def test_of_whom_nothing_is_known_here_the_gradebook_is_right(book, late, tmp_path):
    late(RULE)
    (tmp_path / "submitted" / "student-01" / "a1").rename(tmp_path / "elsewhere")
    (tmp_path / "submitted" / "student-03" / "a1" / "timestamp.txt").unlink()
    late(RULE)
    assert taken_off(book) == [0.5 * POINTS, None, None]  # the last one's time is lost
    assert book.find_submission("a1", "student-03").timestamp is None


def test_what_the_plugin_is_asked_and_what_comes_of_its_answer(book, late, tmp_path, monkeypatch):
    """It takes off nothing or something, and never more than there is; who is in time is none of its business."""
    asked, answer = [], {}
    for student, when in (("student-02", "12:00:01"), ("student-03", "12:00:00")):
        (tmp_path / "submitted" / student / "a1" / "timestamp.txt").write_text(f"2026-01-02 {when} UTC")

    def plugin(self, *arguments):
        asked.append(arguments)
        return answer["penalty"]

    monkeypatch.setattr("nbgrader.plugins.LateSubmissionPlugin.late_submission_penalty", plugin)
    for answer["penalty"], given in ((-1, 0), (0.5, 0.5), (9, POINTS), (None, None)):
        late("")
        assert taken_off(book) == [given, given, None]
    assert asked == [("student-01", POINTS, 3600), ("student-02", POINTS, 1)] * 4


def test_a_plugin_that_fails_is_told_in_words(late, monkeypatch):
    def plugin(self, *arguments):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("nbgrader.plugins.LateSubmissionPlugin.late_submission_penalty", plugin)
    with pytest.raises(CourseError, match="the plugin for late submissions failed: ZeroDivisionError: by nothing"):
        late("")


def test_what_is_given_away_counts_and_is_told_whatever_else_there_is(book, late, tmp_path):
    book.add_assignment("b2", course_id="course")
    (tmp_path / "questions.toml").write_text('a1 = ["g_test"]\n')
    assert late(RULE).keys() == {("a1", student, "a1") for student in TIMES}
    assert taken_off(book) == [0.5 * (POINTS + 1), None, 0.25 * (POINTS + 1)]
    assert late(RULE) == {}
