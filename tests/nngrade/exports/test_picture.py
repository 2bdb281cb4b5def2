"""The picture of the class: what is counted, what is drawn, and what is said."""

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image
from typer.testing import CliRunner

from nngrade.__main__ import app
from nngrade.batch.records import Records
from nngrade.course import Course
from nngrade.errors import CourseError
from nngrade.exports import panels
from nngrade.exports.grades import Grade
from nngrade.exports.mistakes import Group
from nngrade.exports.picture import draw, frequent, in_order, picture, seconds_per_question, summary
from nnlib.plot import BLACK, BLUE, ORANGE, RED, SKY
from tests.nngrade import small_class

RNG = np.random.default_rng(4)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return small_class.make(tmp_path_factory.mktemp("course"))


@pytest.fixture
def course(root, monkeypatch):
    monkeypatch.chdir(root)
    return Course(root)


def grade(points, status="graded", most=None):
    score = sum(points.values()) if status == "graded" else None
    most = most or {name: 4 for name in points}
    return Grade("a1", "student-01", "", "", "", "", status, score, sum(most.values()), None, points, most)


def random_class(students, questions):
    most = {f"question_{k}_with_a_name_that_goes_on_and_on_test": 1 + k % 4 for k in range(questions)}
    grades = [grade({name: RNG.choice([0, points / 3, points]) for name, points in most.items()}, most=most)
              for _ in range(students)]
    return [*grades, grade(dict.fromkeys(most), "not submitted", most)], list(most)


def wrong(count):
    return [
        Group(f"question_{k}_test", "what is said of it, " * (1 + k), "key", k % 3 == 2, ["student"] * (200 - 7 * k))
        for k in range(count)
    ]


def test_the_most_frequent_come_first_and_what_is_not_written_is_no_mistake(monkeypatch):
    found = [Group("f_test", "not written yet", "open", students=["a"] * 9), *wrong(12)[::-1]]
    monkeypatch.setattr("nngrade.exports.picture.groups", lambda course, assignment: found)
    monkeypatch.setattr(Records, "of", lambda self, assignment: ["a record"])
    assert frequent(SimpleNamespace(root="."), "a1") == wrong(12)[:10]


@pytest.mark.parametrize("count", [1, 10])
def test_frequent_mistakes_stand_below_in_words(count):
    grades, names = random_class(30, 4)
    fig = draw(grades, names, {}, wrong(count))
    fig.draw_without_rendering()
    bars = next(ax for ax in fig.axes if "mistake" in ax.get_xlabel())
    assert [bar.get_width() for bar in bars.patches] == [200 - 7 * k for k in range(count)]
    assert bars.texts[0].get_text() == "question_0: what is said of it,"
    assert all(text.get_window_extent().x1 <= fig.bbox.x1 for text in bars.texts)
    assert next(panels.in_words(wrong(count))).startswith("Most frequent mistake, 200 students: question_0:")


@pytest.mark.parametrize("students, questions", [(1, 1), (15, 4), (15, 20), (5000, 4), (5000, 20)])
@pytest.mark.parametrize("timed", [True, False], ids=["timed", "not timed"])
def test_any_class_fits_on_the_picture(students, questions, timed):
    grades, names = random_class(students, questions)
    fig = draw(grades, names, {name: RNG.lognormal(0, 2, students) for name in names} if timed else {})
    fig.draw_without_rendering()
    assert len(fig.axes) == (3 if timed else 2)
    used = fig.get_tightbbox()
    assert min(used.x0, used.y0) >= 0 and used.x1 <= fig.get_figwidth() and used.y1 <= fig.get_figheight()
    rows = [label.get_window_extent().extents.tolist() for label in fig.axes[1].get_yticklabels()]
    assert all(below[3] <= above[1] for below, above in pairwise(sorted(rows, key=lambda box: box[1])))
    assert f"{students:,} who handed in" in fig.axes[1].get_xlabel()
    assert all(ax.get_ylim() == fig.axes[1].get_ylim() for ax in fig.axes[1:])  # a row is one question's throughout
    title, *words = summary(grades)
    assert [text.get_text() for text in fig.subfigs[0].texts] == [title[:-1], "\n".join(["", *words])]
    names_end, bars_begin = max(box[2] for box in rows), fig.axes[1].get_window_extent().x0
    assert names_end < bars_begin
    plt.close(fig)


def drawn(panel, *what):
    ax = plt.figure().add_subplot()
    panel(ax, *what)
    plt.close(ax.figure)
    return ax


def test_scores_that_are_not_final_are_drawn_apart_and_none_is_no_zero():
    class_ = [
        grade({"f": 4, "why": 3}),
        grade({"f": 0, "why": 0}),
        grade({"f": 2, "why": None}, "needs manual grading"),
        grade({"f": None, "why": None}, "not submitted"),
        grade({"f": None, "why": None}, "could not be graded"),
    ]
    ax = drawn(panels.scores, class_)
    done, partly = ([round(bar.get_height()) for bar in bars] for bars in ax.containers)
    assert done == [1, 0, 0, 0, 0, 0, 0, 1, 0] and partly == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert [text.get_text() for text in ax.texts] == ["median so far 2"]
    said = " ".join(summary(class_))
    assert said == ("a1: 5 students. 2 graded, 1 partly; median so far 2 of 8 points. "
                    "No score: needs manual grading 1, not submitted 1, could not be graded 1.")


def test_large_classes_in_words_the_most_frequent_reason_first():
    class_ = [grade({"f": None}, "not submitted"), *[grade({"f": 4})] * 1200,
              *[grade({"f": 1, "why": None}, "needs manual grading")] * 1300]  # fmt: skip
    assert [*summary(class_)] == ["a1: 2,501 students.", "1,200 graded, 1,300 partly; median so far 1 of 4 points.",
                                  "No score: needs manual grading 1,300, not submitted 1."]  # fmt: skip


@pytest.mark.parametrize("points, late, known", [(2, None, 2), (2, 0.5, 1.5), (2, 3, 0), (None, 3, None)])
def test_points_so_far_are_those_that_being_late_leaves(points, late, known):
    found = grade({"f": points, "why": None}, "needs manual grading")
    assert panels.so_far(replace(found, late_penalty=late)) == known


def test_more_than_all_points():
    class_ = [grade({"f": 6.0}, most={"f": 4}), grade({"f": 4.0})]
    [bars] = drawn(panels.points, class_, ["f"]).containers
    assert bars.get_label() == "all points" and bars[0].get_width() == 100
    ax = drawn(panels.scores, class_)
    assert [bar.get_height() for bar in ax.patches] == [0, 0, 0, 0, 1, 0, 1] and ax.get_xlim()[1] > 6


def test_a_class_of_which_nothing_is_final():
    ax = drawn(panels.scores, [grade({"f": 2, "why": None}, "needs manual grading")])
    assert len(ax.containers) == 1 and ax.texts[0].get_text() == "median so far 2"


def test_points_of_a_question():
    class_ = [grade({"f": 4.0}), grade({"f": 1.0}), grade({"f": 0.0}), grade({"f": None}, "needs manual grading"),
              grade({"f": None}, "not submitted")]
    ax = drawn(panels.points, class_, ["f"])
    assert {bars.get_label(): bars[0].get_width() for bars in ax.containers} == {
        "all points": 25, "some": 25, "none": 25, "not graded yet": 25}  # of the four who handed in
    assert ax.texts[0].get_text() == "42 %" and "4 who handed in" in ax.get_xlabel()


@pytest.mark.parametrize("known", [0, 1, 2])
def test_a_question_that_few_have_points_for_yet_has_no_mean(known):
    """Who wrote no answer is graded at once, with 0."""
    class_ = [grade({"why": None}, "needs manual grading")] * 2 + [grade({"why": 0})] * known
    ax = drawn(panels.points, class_, ["why"])
    assert ax.texts[0].get_text() == "–"


# --- how it looks: a colour is a meaning, a place is a number --------------------------------

CLASS = [
    grade({"f": 4, "why": 3}), grade({"f": 1, "why": 0.5}), grade({"f": 0, "why": None}, "needs manual grading"),
    grade({"f": None, "why": None}, "not submitted"),
]  # fmt: skip


def shown(ax):
    """What stands at the ticks of both axes."""
    ax.figure.draw_without_rendering()
    return [[label.get_text() for label in axis.get_ticklabels()] for axis in (ax.xaxis, ax.yaxis)]


def face(bar):
    return to_hex(bar.get_facecolor()), bar.get_hatch()


def test_how_scores_look():
    ax = drawn(panels.scores, CLASS)
    assert [face(bars[0]) for bars in ax.containers] == [(BLUE.lower(), None), ("#ffffff", "////")]
    bars = [[(bar.get_x() + bar.get_width() / 2, bar.get_y()) for bar in bars if bar.get_height()]
            for bars in ax.containers]  # fmt: skip
    assert bars == [[(pytest.approx(2), 0), (pytest.approx(7), 0)], [(pytest.approx(0), 0)]]
    assert {round(bar.get_width(), 6) for bars in ax.containers for bar in bars} == {0.9}
    [line], [text] = ax.lines, ax.texts
    assert (line.get_xdata(), line.get_color(), line.get_linestyle()) == ([1.5, 1.5], RED, "--")
    assert (text.xy, text.get_color(), text.get_ha(), text.get_text()) == ((1.5, 1), RED, "center", "median so far 1.5")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("points of 8, rounded to 1", "students")
    assert [label.get_text() for label in ax.get_legend().get_texts()] == ["graded", "points so far, partly graded"]
    assert ax.get_legend()._ncols == 2
    assert ax.get_ylim() == (0, 1.06) and ax.get_xlim() == (-0.8, pytest.approx(8.8)) and ax.get_axisbelow() is True
    assert not any(line.get_visible() for line in ax.get_xgridlines())
    assert all(line.get_visible() for line in ax.get_ygridlines())
    assert all(float(text).is_integer() for text in shown(ax)[1])
    assert drawn(panels.scores, CLASS[:2]).get_legend() is None
    assert drawn(panels.scores, [grade({"f": 4})]).get_xlabel() == "points of 4"


def test_how_points_look():
    ax = drawn(panels.points, CLASS, ["f", "why"])
    parts = {bars.get_label(): bars for bars in ax.containers}
    assert {name: face(bars[0]) for name, bars in parts.items()} == {
        "some": (SKY.lower(), None), "all points": (BLUE.lower(), None), "none": (ORANGE.lower(), None),
        "not graded yet": ("#ffffff", "////")}  # fmt: skip
    ends = {name: [(round(bar.get_x()), round(bar.get_width())) for bar in bars] for name, bars in parts.items()}
    assert ends == {"all points": [(0, 33), (0, 0)], "some": [(33, 33), (0, 67)], "none": [(67, 33), (67, 0)],
                    "not graded yet": [(100, 0), (67, 33)]}  # fmt: skip
    *means, title = ax.texts
    assert [(text.get_position(), text.get_text(), text.get_va()) for text in means] == [
        ((103, 0), "42 %", "center"), ((103, 1), "44 %", "center")]  # fmt: skip
    assert (title.get_text(), title.xy) == ("mean", (103, 1))
    assert shown(ax)[1] == ["f", "why"] and ax.get_ylim() == (1.5, -0.5) and ax.get_xlim() == (0, 100)
    assert len(ax.get_legend().get_texts()) == ax.get_legend()._ncols == 4 and ax.get_axisbelow() is True
    assert not any(line.get_visible() for line in ax.get_ygridlines())


def test_how_times_look():
    ax = drawn(panels.times, ["f", "g", "why"], {"f": [1.0, 2.0, 3.0], "why": [2.0, 4.0, 10.0]})
    median, high = ax.lines
    assert (*median.get_xdata(), *median.get_ydata(), *high.get_ydata()) == (2, 4, 0, 2, 0, 2)
    assert high.get_xdata() == pytest.approx([2.9, 9.4])
    assert (median.get_color(), median.get_marker(), median.get_linestyle()) == (BLACK, "o", "None")
    assert (high.get_color(), high.get_marker(), high.get_linestyle()) == ("0.35", "|", "None")
    [lines] = ax.collections
    assert [segment.tolist() for segment in lines.get_segments()] == [
        [[2, 0], [pytest.approx(2.9), 0]], [[4, 2], [pytest.approx(9.4), 2]]]  # fmt: skip
    assert to_hex(lines.get_color()[0]) == to_hex("0.55") and lines.get_zorder() < median.get_zorder() + 1
    assert ax.get_xlim() == (0, pytest.approx(1.08 * 9.4)) and "seconds" in ax.get_xlabel()
    assert "0" in shown(ax)[0]


def test_how_mistakes_look():
    ax = drawn(panels.mistakes, wrong(3))
    assert [face(bar) for bar in ax.patches] == [(ORANGE.lower(), None)] * 2 + [("#ffffff", "////")]
    assert [(text.xy, text.get_va(), text.get_fontsize()) for text in ax.texts] == [
        ((200 - 7 * k, k), "center", pytest.approx(8.33, abs=0.1)) for k in range(3)]  # fmt: skip
    assert ax.get_xlim() == (0, 800) and ax.get_ylim() == (2.6, -0.6)
    assert float(shown(ax)[0][0]) == 0 and shown(ax)[1] == []
    assert max(ax.get_xticks()) <= 200 and "hatched: it has no name" in ax.get_xlabel()
    assert [*panels.in_words(wrong(3))][1] == "what is said of it, " and [*panels.in_words([])] == []


@pytest.mark.parametrize("values, most, width", [
    ([1, 2], 8, 1), ([0.5], 1, 0.1), ([3] * 15, 50, 5), ([3] * 5000, 50, 2), ([0.5] * 5000, 20, 1),
    ([7] * 15, 1000, 100),
])
def test_the_width_of_a_bar(values, most, width):
    assert panels.bin_width(values, most) == pytest.approx(width)


@pytest.mark.parametrize("spread, scale", [(2, "linear"), (100, "log")])
def test_the_axis_of_times_fits_their_spread(spread, scale):
    ax = drawn(panels.times, ["f", "g", "why"], {"f": [1.0] * 9, "g": [spread * 1.0] * 9})
    assert ax.get_xscale() == scale


def test_long_names_keep_both_ends():
    name = "numerical_gradient_of_the_convolutional_layer_with_stride"
    assert panels.shortened(f"{name}_test") == f"{name[:23]}…{name[-12:]}"
    assert panels.shortened(name[:36]) == name[:36]


def test_seconds_come_from_records_of_tests_that_ran():
    tests = {"f_test": {"seconds": 0.5}, "g_test": {"seconds": 0.0}, "other_test": {"seconds": 1.0}}
    records = [{"notebook": "a1", "tests": tests}, {"notebook": "b", "tests": {"f_test": {"seconds": 2.0}}}]
    assert seconds_per_question(records[:1], ["f_test", "g_test"]) == {"f_test": [0.5]}
    assert seconds_per_question(records, ["a1/f_test", "b/f_test"]) == {"a1/f_test": [0.5], "b/f_test": [2.0]}


def test_questions_stand_in_the_order_of_the_notebook(tmp_path):
    cells = [{"cell_type": "markdown", "id": name, "source": "", "metadata": {"nbgrader": {"grade_id": name}}}
             for name in ("z_test", "a_test")]
    path = tmp_path / "solutions" / "a1" / "a1.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    course = SimpleNamespace(root=tmp_path)
    assert in_order(course, "a1", ["a_test", "b", "z_test"]) == ["z_test", "a_test", "b"]
    assert in_order(course, "a1", ["a1/a_test", "a1/z_test"]) == ["a1/z_test", "a1/a_test"]
    assert in_order(course, "a2", ["b", "a"]) == ["b", "a"]


def test_the_command(course, root):
    out = CliRunner().invoke(app, ["picture", "a1"])
    assert out.exit_code == 0, out.output
    assert "6 students. 2 graded, 2 partly; median so far 2.5 of 5 points. No score: " in out.output
    assert "No time per question: there are no records" in out.output
    with Image.open(root / "build" / "a1.png") as image:
        assert "No score" in image.text["Description"] and image.text["Title"] == "a1" and image.width == 1500


def test_what_does_not_count_is_not_drawn_and_no_figure_stays_open(course, tmp_path, monkeypatch):
    asked = []

    def draws(grades, questions, *what):
        asked.append(questions)
        return draw(grades, questions, *what)

    monkeypatch.setattr("nngrade.exports.picture.draw", draws)
    grades = [grade({"f": 4, "no": 0}, most={"f": 4, "no": 0})]
    monkeypatch.setattr("nngrade.exports.picture.read_grades", lambda *_: grades)
    before = plt.get_fignums()
    picture(course, "a1", tmp_path / "a new" / "folder" / "a1.PNG")
    assert asked == [["f"]] and plt.get_fignums() == before


def test_records_bring_times(course, root, tmp_path):
    where = {"student": "student-01", "assignment": "a1", "notebook": "a1"}
    Records(root).keep(where | {"tests": {"f_test": {"points": 2, "seconds": 0.25}}})
    assert len(picture(course, "a1", tmp_path / "a1.png")) == 1


@pytest.mark.parametrize("assignment, to, says", [
    ("a2", None, "Nothing of a2 is graded yet"), ("a9", None, "no assignment 'a9'"), ("a1", "x.csv", "end in .png"),
    ("a1", "taken/x.png", "taken/x.png can't be written: (Not a directory|File exists)"),
])
def test_mistakes(course, tmp_path, assignment, to, says):
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match=says):
        picture(course, assignment, to and tmp_path / to)


@pytest.mark.parametrize("text, told", [
    (r"expected 3, got '$\frac$'", r"expected 3, got '$\frac$'"), ("got '日本'", "got '日本'"),
    ("got \x1b[2J and \udc80", "got ?[2J and ?"),
])
def test_what_a_student_wrote_is_drawn_as_it_is_and_can_do_nothing_else(course, tmp_path, monkeypatch, text, told):
    monkeypatch.setattr("nngrade.exports.picture.frequent", lambda *_: [Group("f_test", text, "key", students=["a"])])
    [said, *_] = picture(course, "a1", tmp_path / "a1.png")
    assert said.endswith(f"Most frequent mistake, 1 student: f: {told}")
    with Image.open(tmp_path / "a1.png") as image:
        assert image.text["Description"].endswith(told)


def test_a_mistake_ends_in_a_sentence(root):
    done = subprocess.run([sys.executable, "-m", "nngrade", "picture", "a2"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("nngrade: Nothing of a2 is graded yet")
