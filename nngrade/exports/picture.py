"""A picture of the class in one assignment: the scores, what was hard, and what took the machine its time.

What is not graded yet is no 0: it has a colour of its own, and whoever has no points at all is counted in words.
"""

import warnings
from collections import Counter, defaultdict

import matplotlib

matplotlib.use("Agg")  # a picture in a file needs no display

import matplotlib.pyplot as plt

from nngrade.batch.progress import counted
from nngrade.batch.records import Records
from nngrade.errors import CourseError
from nngrade.exports import panels
from nngrade.exports.grades import read_grades
from nngrade.exports.mistakes import groups
from nngrade.exports.order import in_order
from nngrade.exports.words import number, writing

MISTAKES = 10  # that are shown
WIDTH, TOP, PER_QUESTION, REST = 10, 3.4, 0.27, 1.3  # inches


def picture(course, assignment, to=None):
    """Draw the class in an assignment into a PNG file; returns what there is to say about it, as lines."""
    path = to or course.root / "build" / f"{assignment}.png"
    if path.suffix.lower() != ".png":
        raise CourseError(f"The picture is a PNG file: its name should end in .png, and {path} does not.")
    grades = read_grades(course, assignment)
    if all(panels.so_far(grade) is None for grade in grades):
        raise CourseError(f"Nothing of {assignment} is graded yet, so there is nothing to draw.")
    questions = in_order(course, assignment, [name for name, most in grades[0].most.items() if most > 0])
    seconds = seconds_per_question(Records(course.root).of(assignment), questions)
    wrong = frequent(course, assignment)
    fig, said = draw(grades, questions, seconds, wrong), " ".join([*summary(grades), *panels.in_words(wrong)])
    with writing(path), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # in a student's text there may be letters that the font lacks
        path.parent.mkdir(parents=True, exist_ok=True)
        fig.savefig(path, dpi=150, metadata={"Title": assignment, "Description": said})
    plt.close(fig)
    no_times = ["No time per question: there are no records of the grader for it (folder records)."]
    return [f"{path}: {said}", *([] if seconds else no_times)]


def frequent(course, assignment):
    """The most frequent mistakes of the class, as Groups; [] without records. What is not written is none."""
    found = groups(course, assignment) if Records(course.root).of(assignment) else []
    found = [group for group in found if group.key != "open"]
    return sorted(found, key=lambda group: -len(group.students))[:MISTAKES]


def draw(grades, questions, seconds, wrong=()):
    """The figure: scores; one line per question with its points and, where known, its seconds; frequent mistakes."""
    heights = [TOP, PER_QUESTION * len(questions) + REST] + [PER_QUESTION * len(wrong) + REST] * bool(wrong)
    fig = plt.figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    above, below, *last = fig.subfigures(len(heights), 1, height_ratios=heights, hspace=0.04)
    for part in last:
        panels.mistakes(part.subplots(), wrong)
    title, *words = summary(grades)
    above.text(0.012, 0.985, title.rstrip("."), va="top", size="large", weight="bold")
    above.suptitle("\n".join(["", *words]), x=0.012, ha="left", size="medium", color="0.35", linespacing=1.4)
    panels.scores(above.subplots(), grades)
    widths = (1.8, 1) if seconds else (1,)
    left, *right = below.subplots(1, len(widths), width_ratios=widths, sharey=True, squeeze=False)[0]
    panels.points(left, grades, questions)
    for ax in right:
        panels.times(ax, questions, seconds)
    return fig


def summary(grades):
    """The class in sentences: how many there are, what they have, and how many have no score and why."""
    done, partly = panels.split(grades)
    yield f"{grades[0].assignment}: {counted(len(grades), 'student')}."
    yield (f"{len(done):,} graded{f', {len(partly):,} partly' if partly else ''};"
           f" {panels.middle(done, partly)} of {number(grades[0].max_score)} points.")
    why = Counter(grade.status for grade in grades if grade.score is None)
    if why:
        yield "No score: " + ", ".join(f"{status} {count:,}" for status, count in why.most_common()) + "."


def seconds_per_question(records, questions):
    """{question: the seconds that its test took, of each student for whom it ran}"""
    seconds = defaultdict(list)
    for record in records:
        for name, test in record["tests"].items():
            question = name if name in questions else f"{record['notebook']}/{name}"
            if question in questions and test["seconds"] > 0:
                seconds[question].append(test["seconds"])
    return seconds
