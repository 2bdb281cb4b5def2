"""What the scores of the sample class look like: a table for the terminal."""

from rich.table import Table


def score_table(graded, console):
    """Print each submission with its score, the expected one, and where points were lost."""
    for assignment in dict.fromkeys(g.assignment for g in graded):
        rows = [g for g in graded if g.assignment == assignment]
        table = Table(title=f"{assignment}, {sum(_full(rows)):g} points that the machine gives", title_justify="left")
        for column, justify in (("student", "left"), ("handed in", "left"), ("score", "right"), ("expected", "right"),
                                ("no points for", "left"), ("seconds", "right"), ("", "left")):
            table.add_column(column, justify=justify, overflow="fold")
        for g in rows:
            table.add_row(*_row(g), style=None if g.as_expected else "bold red")
        console.print(table)


def _row(g):
    tests = g.submission.expected
    lost = [test.removesuffix("_test") for test in tests if g.scores[test] == 0]
    where = "everything" if len(lost) == len(tests) else ", ".join(lost)
    score, expected = sum(g.scores[test] for test in tests), sum(tests.values())
    mark = "ok" if g.as_expected else "NOT AS EXPECTED"
    return g.submission.student, g.submission.about, f"{score:g}", f"{expected:g}", where, f"{g.seconds:.1f}", mark


def _full(rows):
    """The full points of each test: some submission of the sample class has them all."""
    return [max(g.submission.expected[test] for g in rows) for test in rows[0].submission.expected]
