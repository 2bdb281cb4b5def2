"""The panels of the picture of a class: how scores spread, points per question, seconds per question."""

from statistics import median
from textwrap import shorten

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from nngrade.batch.progress import counted
from nngrade.exports.words import number, shown
from nnlib.plot import BLACK, BLUE, ORANGE, RED, SKY, tidy

NOT_YET = {"facecolor": "white", "edgecolor": "0.55", "hatch": "////", "lw": 0.6}  # waits for a person
ABOVE = {"frameon": False, "loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.3,
         "handlelength": 1.2, "columnspacing": 1.2, "handletextpad": 0.5}
LONGEST = 36  # characters of a question's name


def so_far(grade):
    """The points that are known, less the late penalty; None if there are none."""
    known = [points for points in grade.points.values() if points is not None]
    return max(0.0, sum(known) - (grade.late_penalty or 0)) if known else None


def split(grades):
    """(final scores, points so far of those whose grading is not finished); who has no points at all is in neither."""
    done = [grade.score for grade in grades if grade.score is not None]
    partly = [so_far(grade) for grade in grades if grade.score is None]
    return done, [points for points in partly if points is not None]


def middle(done, partly):
    """The median in words. It counts both: those who are graded first are often those who answered least."""
    return f"median {'so far ' if partly else ''}{median(done + partly):.4g}"


def scores(ax, grades):
    """How many students have how many points; of whom grading is not finished, the points so far."""
    most = grades[0].max_score
    done, partly = split(grades)
    step = bin_width(done + partly, most)
    _bars(ax, done, partly, most, step)
    ax.axvline(median(done + partly), color=RED, ls="--")
    ax.annotate(middle(done, partly), (median(done + partly), 1), (0, 4), ax.get_xaxis_transform(), "offset points",
                ha="center", color=RED)
    exact = all(value % step == 0 for value in done + partly)
    ax.set(xlabel=f"points of {number(most)}{'' if exact else f', rounded to {number(step)}'}", ylabel="students")
    ax.xaxis.set_major_locator(MaxNLocator(12, steps=(1, 2, 5, 10)))
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.set_axisbelow(True)  # the grid
    tidy(ax).grid(axis="x", visible=False)
    if partly:
        ax.legend(**ABOVE | {"borderaxespad": 1.7}, ncols=2)  # above the word median


def _bars(ax, done, partly, most, step):
    centres, bottom = np.arange(0, max(most, *done, *partly) + step / 2, step), 0
    for values, label, look in ((done, "graded", {"color": BLUE}), (partly, "points so far, partly graded", NOT_YET)):
        if values:
            counts = np.histogram(values, [*(centres - step / 2), np.inf])[0]
            ax.bar(centres, counts, 0.9 * step, bottom, label=label, **look)
            bottom = bottom + counts
    ax.set(xlim=(-0.8 * step, centres[-1] + 0.8 * step), ylim=(0, 1.06 * max(bottom)))


def bin_width(values, most):
    """1, 2 or 5 with zeros, so wide that the bars are few enough for so many students."""
    bars = min(max(10, 2 * len(values) ** 0.5), 30)
    finest = 0 if all(value == int(value) for value in values) else -1
    steps = (digit * 10.0**power for power in range(finest, 9) for digit in (1, 2, 5))
    return next(step for step in steps if most / step <= bars)


def points(ax, grades, questions):
    """The shares of the class with all, some, none of the points of each question; at the right the mean share."""
    class_ = [grade for grade in grades if grade.status != "not submitted"]
    got = np.array([[grade.points[name] for name in questions] for grade in class_], float)  # None becomes nan
    got /= [grades[0].most[name] for name in questions]
    _shares(ax, got)
    for row, values in enumerate(got.T):
        known = values[~np.isnan(values)]
        enough = len(known) > len(values) / 2  # or the mean is mostly that of answers that nobody wrote
        ax.text(103, row, f"{100 * known.mean():.0f} %" if enough else "–", va="center")
    ax.annotate("mean", (103, 1), (0, 6), ax.get_xaxis_transform(), "offset points")
    ax.set(xlim=(0, 100), xlabel=f"% of the {len(class_):,} who handed in;\nat the right, the mean share of the points")
    ax.set_yticks(range(len(questions)), [shortened(name) for name in questions])
    ax.set_ylim(len(questions) - 0.5, -0.5)
    ax.legend(**ABOVE, ncols=4)
    ax.set_axisbelow(True)
    tidy(ax).grid(axis="y", visible=False)


def _shares(ax, got):
    begin = np.zeros(got.shape[1])
    for label, those, look in (
        ("all points", got >= 1, {"color": BLUE}),
        ("some", (got > 0) & (got < 1), {"color": SKY}),
        ("none", got <= 0, {"color": ORANGE}),
        ("not graded yet", np.isnan(got), NOT_YET),
    ):
        if those.any():
            share = 100 * those.mean(axis=0)
            ax.barh(range(len(share)), share, 0.72, begin, label=label, **look)
            begin += share


def shortened(question):
    """The name of a question, short enough for an axis."""
    name = question.removesuffix("_test")
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 13]}…{name[-12:]}"


def times(ax, questions, seconds):
    """Seconds of the machine for the test of each question: median and 95th percentile of the class."""
    rows = [row for row, name in enumerate(questions) if name in seconds]
    typical, high = (np.array([np.percentile(seconds[questions[row]], at) for row in rows]) for at in (50, 95))
    ax.hlines(rows, typical, high, color="0.55", lw=2, zorder=2)
    ax.plot(typical, rows, "o", color=BLACK)
    ax.plot(high, rows, "|", color="0.35", ms=9, mew=2)
    if max(high) > 20 * min(typical):
        ax.set_xscale("log")
    else:
        ax.set_xlim(0, 1.08 * max(high))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.set_xlabel("seconds of the test:\n● median, ❙ 95th percentile")
    ax.tick_params(left=False)
    tidy(ax)


def mistakes(ax, groups):
    """How many students made each of the most frequent mistakes; what is named stands beside its bar."""
    for place, group in enumerate(groups):
        look = NOT_YET if group.nameless else {"color": ORANGE}
        ax.barh(place, len(group.students), 0.8, **look)
        words = f"{shortened(group.test)}: {shorten(shown(group.what), 92, placeholder='…')}"
        ax.annotate(words, (len(group.students), place), (5, 0), textcoords="offset points",
                    va="center", size="small", parse_math=False)  # a student's text in it may hold dollars  # fmt: skip
    ax.set(xlabel="students who made this mistake (hatched: it has no name)", yticks=[], ylim=(len(groups) - 0.4, -0.6))
    ax.set_xlim(0, 4 * max(len(group.students) for group in groups))  # room for the words
    ax.set_xticks([tick for tick in MaxNLocator(4, integer=True).tick_values(0, len(groups[0].students)) if tick >= 0])
    tidy(ax).grid(axis="y", visible=False)


def in_words(groups):
    """The most frequent mistake, as a sentence."""
    for group in groups[:1]:
        yield f"Most frequent mistake, {counted(len(group.students), 'student')}: {shortened(group.test)}:"
        yield shown(group.what)
