"""Grades for other programs: as CSV (table), in the file of a learning platform (fill), as a picture (picture).

What was not submitted or not (yet) graded has no score: never a 0, and a message names it.
"""

from nngrade.errors import CourseError
from nngrade.exports.fill import fill
from nngrade.exports.grades import read_grades
from nngrade.exports.sheet import CANVAS, MOODLE
from nngrade.exports.table import write_csv


def export(course, assignment, to, canvas, column, moodle):
    """Write one file; returns what there is to say about it, as lines."""
    if (canvas and moodle) or bool(canvas) != bool(column):
        raise CourseError("Choose: --canvas FILE with --column NAME, or --moodle FILE, or neither (CSV of everything).")
    if to and to.suffix.lower() != ".csv":
        raise CourseError(f"The file to write is a CSV file: its name should end in .csv, and {to} does not.")
    source, grades = canvas or moodle, read_grades(course, assignment)
    if not source:
        return write_csv(grades, to or course.root / "build" / "grades.csv")
    if not assignment:
        raise CourseError("Which assignment goes into that column? nngrade export ASSIGNMENT ...")
    return fill(source, CANVAS if canvas else MOODLE, grades, column or "Grade", to)
