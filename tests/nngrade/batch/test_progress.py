"""What an instructor sees while a class is graded, and in the end."""

import io

import pytest
from rich.console import Console

from nngrade.batch import progress
from nngrade.batch.changes import Change
from nngrade.batch.grade_class import Outcome
from nngrade.batch.progress import GradingProgress, first_line
from nngrade.commands.grade import MOST_LINES, _summary


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    clock = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    return clock


def run(clock, console, seconds=10):
    """Grade four submissions, the second of which is a problem."""
    outcome = Outcome(before=3)
    with GradingProgress(console) as shown:
        shown.begin(4, outcome)
        for number in range(4):
            clock[0] += seconds
            if number == 1:
                outcome.problems.append(("student-02", "The file is no notebook."))
            shown.step(outcome)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_there_is_a_bar(clock, width):
    said = run(clock, Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None))
    assert said.startswith("4 submissions to grade, 3 are finished already.\n")
    assert "grading" in said and "4/4 0.1 per s, 1 problem" in said and "…" not in said
    assert "\x1b[?25h" in said  # the cursor is back


def test_in_a_log_file_there_is_a_line_now_and_then(clock):
    said = run(clock, Console(file=io.StringIO(), width=80))
    assert said.splitlines() == [
        "4 submissions to grade, 3 are finished already.",
        "3 of 4, 0.1 per s, 0:00:10 left, 1 problem",
    ]
    assert run(clock, Console(file=io.StringIO(), width=80), seconds=1).count("\n") == 1


WHO = {f"[b]stu\x1bdent-{number}": 61.6 for number in range(1, 7)}
NAMED = "waiting for [b]student-1 (62 s), [b]student-2 (62 s), [b]student-3 (62 s), [b]student-4 (62 s)"


def waiting(clock, console, times):
    with GradingProgress(console) as shown:
        shown.begin(8, Outcome())
        for seconds in times:
            clock[0] += seconds
            shown.waiting(WHO)
            shown.bar and shown.bar.refresh()
    return console.file.getvalue()


def test_who_is_waited_for_stands_in_the_bar(clock):
    said = waiting(clock, Console(file=io.StringIO(), force_terminal=True, width=200, color_system=None), [5])
    assert NAMED in said and "dent-5" not in said


def test_who_is_waited_for_stands_in_a_log_file_now_and_then(clock):
    said = waiting(clock, Console(file=io.StringIO(), width=200), [5, 5, 10, 1, 5, 20])
    assert said.splitlines() == ["8 submissions to grade.", *[f"0 of 8, {NAMED}"] * 2]


def test_numbers_and_names_have_no_colours_of_their_own(clock):
    coloured = [Console(file=io.StringIO(), width=200, color_system="truecolor") for _ in range(2)]
    said = run(clock, coloured[0]) + waiting(clock, coloured[1], [30])
    assert len(said.splitlines()) == 4 and "\x1b" not in said


def test_where_there_is_nothing_to_do_there_is_no_bar(clock):
    with GradingProgress(Console(file=io.StringIO(), force_terminal=True)) as shown:
        shown.begin(0, Outcome())
        assert shown.bar is None


def test_a_bar_is_as_wide_as_the_terminal_and_says_nothing_before_it_begins(clock):
    console = Console(file=io.StringIO(), force_terminal=True, width=150, color_system=None)
    with GradingProgress(console) as shown:
        shown.begin(4, Outcome())
        shown.bar.refresh()
        first = console.file.getvalue()
    assert max(len(line.split("\r")[-1].rstrip("\n")) for line in first.splitlines()) >= 150
    assert "starting" in first and first.splitlines()[-1].rstrip().endswith("0/4")


def test_the_first_line_says_why():
    assert first_line(0, Outcome(before=2)) == "Nothing to grade, 2 are finished already."
    reasons = {(f"student-{number}", "a1"): "tests changed" if number else "new" for number in range(5)}
    assert first_line(1, Outcome(reasons={("student-0", "a1"): "new"})) == "1 submission to grade."
    assert first_line(5, Outcome(reasons=reasons)) == "5 submissions to grade (tests changed: 4; new: 1)."
    lost = Outcome(before=9, unsaved=2)
    assert first_line(0, lost).endswith("9 are finished already (2 of them written to the gradebook again).")


def summary(outcome):
    console = Console(file=io.StringIO(), soft_wrap=True)
    _summary(console, "a1", outcome, 20)
    return console.file.getvalue()


def test_the_end_says_what_to_do_next():
    outcome = Outcome(graded=[("student-01", "a1")] * 30, before=5, waiting=7)
    outcome.problems = [("student-02", "[/red] \x1b[31m")]
    outcome.failed = [(f"student-{number}", "no memory") for number in range(MOST_LINES + 3)]
    said = summary(outcome)
    assert said.startswith("30 graded in 20 s, 1.5 per second; 35 in all.\n")
    assert "  student-02: [/red] ?[31m\n" in said and "  … and 3 more" in said
    assert "7 submissions with something for a person to grade: nngrade lab, then Formgrader on its first page" in said
    assert "nngrade explain STUDENT a1" in said and "nngrade feedback a1" in said and "export a1" in said


def test_who_is_slow_is_named_the_slowest_first():
    said = summary(Outcome(graded=[("student-01", "a1")], slow=[("student-01", 61.2), ("student-02", 480.0)]))
    assert "Slow, and last when they are graded again: student-02 (480 s), student-01 (61 s)." in said


def test_who_wrote_nothing_and_whose_score_changed_is_named_in_order():
    outcome = Outcome(empty=[f"s{number:02}" for number in range(MOST_LINES + 1)][::-1])
    outcome.changed = [Change("b", "a1", 1, 2.5, "[red]\x1b"), Change("a\x1b", "a1", 3, 2, "late penalty")]
    said = summary(outcome)
    assert "so 0 points: s00, s01, " in said and ", s19 …. Was another file meant?" in said and "s20" not in said
    rows = [[part.strip() for part in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    assert rows == [["a?", "3", "2", "-1", "late penalty"], ["b", "1", "2.5", "+1.5", "[red]?"]]
    assert "2 scores changed" in said and "These are noted in records/a1/changes.csv." in said
    who = [f"s{number:02}" for number in range(MOST_LINES)]
    assert "…" not in summary(Outcome(empty=who, problems=[(each, "no notebook") for each in who]))


def test_where_nobody_is_needed_nobody_is_asked_for():
    assert "person" not in summary(Outcome(before=2))
