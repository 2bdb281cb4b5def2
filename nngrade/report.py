"""What the scores of a class look like: a table for the terminal and a picture."""

import matplotlib

matplotlib.use("Agg")  # a picture in a file needs no display

import matplotlib.pyplot as plt
import numpy as np
from rich.table import Table

from nnlib.plot import BLUE, GREEN, RED, tidy


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


def score_picture(graded, path):
    """Draw the distribution of scores and the points per question of each assignment into a PNG file."""
    names = list(dict.fromkeys(g.assignment for g in graded))
    fig, axes = plt.subplots(len(names), 2, figsize=(11, 3.6 * len(names)), squeeze=False, layout="constrained")
    for name, (left, right) in zip(names, axes):
        rows = [g for g in graded if g.assignment == name]
        tests, full = list(rows[0].submission.expected), np.array(_full(rows))
        points = np.array([[g.scores[test] for test in tests] for g in rows])
        _distribution(left, points.sum(axis=1), full.sum(), name)
        _questions(right, [test.removesuffix("_test") for test in tests], points.mean(axis=0) / full)
    fig.savefig(path, dpi=120)
    plt.close(fig)


def _distribution(ax, scores, full, name):
    ax.hist(scores, bins=np.linspace(0, full, 11), color=BLUE, edgecolor="white")
    ax.axvline(np.median(scores), color=RED, ls="--", label=f"median {np.median(scores):g}")
    ax.set(xlabel=f"points of {full:g}", ylabel="submissions", title=f"{name}: {len(scores)} submissions")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.legend(frameon=False)
    tidy(ax)


def _questions(ax, names, fractions):
    ax.barh(names, 100 * fractions, color=GREEN)
    ax.invert_yaxis()
    ax.set(xlabel="% of the points, mean of the class", xlim=(0, 100), title="points per question")
    tidy(ax)
