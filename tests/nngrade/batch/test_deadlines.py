"""What being late costs follows deadlines.toml, the times and the scores, without grading again."""

import pytest
from typer.testing import CliRunner

from nngrade.__main__ import app
from nngrade.batch import deadlines, penalties
from nngrade.batch.deadlines import FILE, load
from nngrade.batch.grade_class import grade
from nngrade.collect import roster
from nngrade.errors import CourseError
from nngrade.exports.grades import read_grades
from tests.nngrade.small_course import FULL, NAME, answered, hand_in

RULE = """
zone = "Europe/Berlin"
[rule]
per_day = 0.1
grace = 15
most = 0.5
[due]
a1_small = "2026-03-03 17:00"
"""


def times(root, **when):
    """Students who handed in at these times."""
    for student, text in when.items():
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text(text)


def shares(root, text):
    (root / FILE).write_text(text)
    return {each.student: round(each.share, 6) for each in load(root).late(root, NAME)}


CLASS = {"early": "2026-03-03 16:00:00 UTC", "grace": "2026-03-03 17:15:00 +01:00", "day": "2026-03-03 17:15:01 +01:00",
         "days": "2026-03-05 17:00:01 +01:00", "two": "2026-03-05 17:00:00",
         "weeks": "2026-03-23 10:00:00 Asia/Tokyo"}  # fmt: skip


def test_each_day_that_has_begun_costs_up_to_the_most(tmp_path):
    times(tmp_path, **CLASS)
    assert shares(tmp_path, RULE) == {"day": 0.1, "days": 0.3, "two": 0.2, "weeks": 0.5}


def test_files_may_begin_with_the_mark_of_windows(tmp_path):
    times(tmp_path, **{student: f"\ufeff{when}\r\n" for student, when in CLASS.items()})
    saved = f"\ufeff{RULE}".replace("\n", "\r\n")
    assert shares(tmp_path, saved) == {"day": 0.1, "days": 0.3, "two": 0.2, "weeks": 0.5}


def test_an_extension_moves_the_end(tmp_path):
    times(tmp_path, **CLASS)
    more = '[extensions.a1_small]\ndays = "2026-03-04 17:30"\nweeks = "2026-04-01 12:00"\n'
    assert shares(tmp_path, RULE + more) == {"day": 0.1, "days": 0.1, "two": 0.2}


def test_without_a_rule_being_late_costs_nothing(tmp_path):
    times(tmp_path, **CLASS)
    assert set(shares(tmp_path, '[due]\na1_small = 2026-03-03T17:00:00+01:00\n').values()) == {0.0}


def test_without_the_file_nothing_is_due(tmp_path):
    times(tmp_path, **CLASS)
    rules = load(tmp_path)
    assert rules.late(tmp_path, NAME) == [] and rules.of(tmp_path, "weeks") == {} and not rules.zone


def test_each_day_that_is_free_is_told(tmp_path):
    times(tmp_path, days="2026-03-05 17:00:01 +01:00", day="2026-03-03 17:15:31 +01:00")
    (tmp_path / FILE).write_text(RULE.replace("per_day = 0.1", "per_day = 0.15\nfree_days = 2"))
    day, days = load(tmp_path).late(tmp_path, NAME)
    assert (days.student, days.seconds, days.days, days.free, days.share) == ("days", 2 * 86400 + 1, 3, 2, 0.15)
    assert days.words == "48 h 00 min late, 2 of 3 days free, 15 % off"
    assert day.words == "0 h 16 min late, 1 of 1 days free, 0 % off"


def test_times_are_told_in_the_zone_of_the_file(tmp_path):
    (tmp_path / FILE).write_text(RULE)
    rules = load(tmp_path)
    assert str(rules.local(rules.due[NAME])) == "2026-03-03 17:00:00+01:00"
    assert deadlines.Deadlines().local(rules.due[NAME]) is rules.due[NAME]


def test_free_days_go_to_what_is_due_first(tmp_path):
    times(tmp_path, **CLASS)
    other = tmp_path / "submitted" / "days" / "z_first"
    other.mkdir()
    (other / "timestamp.txt").write_text("2026-02-02 12:00:00 UTC")
    rule = RULE.replace("grace = 15", "free_days = 2")
    assert shares(tmp_path, rule) == {"grace": 0, "day": 0, "days": 0.1, "two": 0, "weeks": 0.5}
    assert shares(tmp_path, rule + 'z_first = "2026-02-01 12:00"\n')["days"] == 0.3  # both are used up there


WRONG = {
    "[due]\na1 = 7": "due.a1 is 7; it should be a time", "[due]\na1 = 2026-12-01": "it should be a time, such as",
    '[due]\na1 = "01.12.2026 17:00"': "without guessing", '[due]\na1 = "2026-12-01 17:00"': 'zone = "Europe',
    'zone = "Mars"': "no known time zone", "[rule]\nper_day = 10": "a share from 0 to 1",
    "[rule]\nx = 1": "rule.x means", "[rule]\nmost = 2": "a share from 0 to 1", "[rule]\ngrace = -1": "a number, 0 or",
    "[rule]\ngrace = true": "a number",
    "x": "Expected '=' after a key.*stands in quotes",
    '[due]\na1 = "2026-12-01 17:00 Z"\n[extensions.a1]\nj.doe = "2026-12-05 17:00 Z"': "stands in quotes",
    '[extensions.a1]\ns = "2026-12-01 17:00 Z"': "which is not due",
    '[due]\na1 = "2026-12-01 17:00 Z"\n[extensions.a1]\ns = 7': "extensions.a1.s is 7; it should be a time",
    '[extensions.b]\ns = "2026-12-01 17:00 Z"\n[extensions.a]\ns = "2026-12-01 17:00 Z"': "a, b, which is not due",
    "rule = 3": r"rule is 3; it should be lines below \[rule\]",
    "[extensions]\na1 = 3": r"extensions.a1 is 3; it should be lines below \[extensions.a1\]",
    "[rule]\nfree_days = 1.5": "rule.free_days is 1.5; it should be a whole number, 0 or more",
    "\udcff": "can't decode",
    "extension = 1": "extension means nothing here. There are: zone, rule",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_mistakes_in_the_file_are_told_in_words(tmp_path, text):
    (tmp_path / FILE).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CourseError, match=f"deadlines.toml: .*{WRONG[text]}"):
        load(tmp_path)


def test_a_rule_may_go_to_its_limits(tmp_path):
    (tmp_path / FILE).write_text("[rule]\nper_day = 1\nmost = 1.0\ngrace = 0\nfree_days = 0\n")
    assert load(tmp_path).rule == deadlines.Rule(1, 0, 0, 1)


# --- in the gradebook ------------------------------------------------------------------------


def exported(course):
    return {each.student: (each.late_penalty, each.score) for each in read_grades(course, NAME)}


@pytest.mark.slow
def test_the_penalty_follows_whatever_changes(small, pool, quiet):
    full, two = sum(FULL.values()), "2026-03-04 18:00:00 UTC"
    for student, when in (("student-01", two), ("student-02", two), ("student-03", "2026-03-03 12:00:00 UTC")):
        hand_in(small, student, answered(), when)
    (small.root / FILE).write_text(RULE)
    grade(small, NAME, pool, quiet)
    assert {student: off for student, (off, _) in exported(small).items()} == pytest.approx(
        {"student-01": 0.2 * full, "student-02": 0.2 * full, "student-03": 0})
    with small.gradebook() as book:  # a person gives points
        for student in ("student-01", "student-02", "student-03"):
            why = book.find_grade("why", NAME, NAME, student)
            why.manual_score, why.needs_manual_grade = 5, False
        book.db.commit()
    assert exported(small)["student-01"] == pytest.approx((0.2 * (full + 5), 0.8 * (full + 5)))
    (small.root / FILE).write_text(RULE + '[extensions.a1_small]\nstudent-01 = "2026-03-04 18:00"\n')
    assert exported(small)["student-01"] == pytest.approx((0.1 * (full + 5), 0.9 * (full + 5)))
    (small.root / "submitted" / "student-02" / NAME / "timestamp.txt").unlink()
    outcome = grade(small, NAME, pool, quiet)
    assert not outcome.graded and quiet.total == 0
    assert exported(small)["student-02"] == (0, full + 5)
    assert [(each.student, each.why) for each in outcome.changed] == [("student-02", "late penalty")]
    assert small.scores(NAME, "student-02")["why"] == 5  # nothing asks to be looked at again
    (small.root / FILE).unlink()
    assert exported(small)["student-01"][0] == 0


def test_two_rules_are_one_too_many(small):
    (small.root / FILE).write_text(RULE)
    small.config.AssignLatePenalties.plugin_class = "x.Y"
    with small.gradebook() as book, pytest.raises(CourseError, match="Leave out one of the two"):
        penalties.settle(book, small.root, small.config)
    (small.root / FILE).write_text(RULE.replace("[rule]", "").replace("per_day = 0.1\ngrace = 15\nmost = 0.5", ""))
    with small.gradebook() as book:  # which says when it is due, and nothing of what that costs
        assert penalties.settle(book, small.root, small.config) == {}


def test_the_command_shows_who_is_late(small, monkeypatch):
    monkeypatch.chdir(small.root)
    assert "Such a file reads" in str(CliRunner().invoke(app, ["late"]).exception)
    times(small.root, **CLASS)
    (small.root / FILE).write_text(RULE + '[extensions.a1_small]\nearly = "2026-03-04 17:30"\n')
    done = CliRunner().invoke(app, ["late", NAME], env={"COLUMNS": "120"})
    assert done.exit_code == 0 and "48 h 00 min late, 30 % off" in done.output and "2026-03-04 17:30 CET" in done.output
    times(small.root, odd="yesterday")
    done = CliRunner().invoke(app, ["late"], env={"COLUMNS": "120"})
    assert done.exit_code == 1 and "odd: the time in timestamp.txt is not certain" in done.output


def test_what_stands_there_for_nobody_is_named(small, monkeypatch):
    monkeypatch.chdir(small.root)
    roster.save(small.root, roster.Roster([roster.Student("student-01", login="jdoe"), roster.Student("student-02")]))
    more = "".join(f'{name} = "2026-03-04 18:00"\n' for name in ("student-02", "jdoe", "student-20"))
    (small.root / FILE).write_text(f'{RULE}a9_smal = "2026-05-04 18:00"\n[extensions.a1_small]\n{more}')
    done = CliRunner().invoke(app, ["late"], env={"COLUMNS": "120"})
    assert done.exit_code == 1 and done.output.splitlines()[-3:] == [
        "deadlines.toml says when a9_smal is due, and there is no such assignment. There are: a1_small.",
        "deadlines.toml gives jdoe more time for a1_small: that is student-01, so it counts for nobody.",
        "deadlines.toml gives student-20 more time for a1_small: nobody in the roster is called that, so it counts for"
        " nobody."]  # fmt: skip
    assert "so it counts for nobody" in CliRunner().invoke(app, ["export"]).output


@pytest.mark.parametrize("target", ["/etc/passwd", "/nowhere"])
def test_links_and_pipes_in_place_of_a_time_are_none(tmp_path, target):
    times(tmp_path, one="")
    path = tmp_path / "submitted" / "one" / NAME / "timestamp.txt"
    path.unlink()
    path.symlink_to(target)
    why = "The file can't be opened: it is a symbolic link, which is not followed."
    assert deadlines.handed_in(path.parent) == (None, why)


@pytest.mark.parametrize("noted, why", [
    (b"\xff", "it is no text"), (b"2" * (deadlines.MOST + 1), "The file is larger than"), (b" \n", ""),
    (b"2" * deadlines.MOST, "this is no time, but 1,000 characters"), (b"yesterday", "without guessing"),
])  # fmt: skip
def test_what_is_no_time_says_why(tmp_path, noted, why):
    (tmp_path / "timestamp.txt").write_bytes(noted)
    when, told = deadlines.handed_in(tmp_path)
    assert when is None and why in told and bool(told) == bool(why)
