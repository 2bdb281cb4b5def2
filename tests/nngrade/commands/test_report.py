"""The table of the sample class."""

import io
from types import SimpleNamespace

from rich.console import Console

from nngrade.classroom import Submission
from nngrade.commands import report


def graded(student, scores, expected):
    submission = Submission(student, "some answers", None, expected)
    fits = scores == expected
    return SimpleNamespace(assignment="a1", submission=submission, scores=scores, seconds=1.25, as_expected=fits)


CLASS = [
    graded("student-01", {"f_test": 2, "g_test": 3}, {"f_test": 2, "g_test": 3}),
    graded("student-02", {"f_test": 2, "g_test": 0}, {"f_test": 0, "g_test": 3}),
    graded("student-03", {"f_test": 0, "g_test": 0}, {"f_test": 0, "g_test": 0}),
]


def test_the_table_shows_where_points_were_lost_and_what_was_not_expected():
    console = Console(width=120, file=io.StringIO())
    report.score_table(CLASS, console)
    text = console.file.getvalue()
    first, second, third = (line for line in text.splitlines() if "student-0" in line)
    assert "a1, 5 points" in text
    assert "ok" in first and "NOT" not in first
    assert "g" in second and "NOT AS EXPECTED" in second
    assert "everything" in third
