"""Grades for other programs: as CSV (table), in the file of a learning platform (fill), as a picture (picture).

What was not submitted or not (yet) graded has no score: never a 0, and a message names it.
"""

from nngrade.errors import CourseError
from nngrade.exports.fill import fill
from nngrade.exports.grades import read_grades
from nngrade.exports.platforms import BY_OPTION
from nngrade.exports.table import write_csv


def export(course, assignment, to, files, column):
    """Write one file; returns what there is to say about it, as lines. `files` are {platform: its file, or None}."""
    given = {name: path for name, path in files.items() if path}
    if len(given) > 1 or (column and not given):
        raise CourseError("Choose the file of one platform, perhaps with --column NAME, or none (CSV of everything).")
    if to and not given and to.suffix.lower() != ".csv":
        raise CourseError(f"The file to write is a CSV file: its name should end in .csv, and {to} does not.")
    grades = read_grades(course, assignment)
    if not given:
        return write_csv(grades, to or course.root / "build" / "grades.csv")
    if not assignment:
        raise CourseError("Which assignment goes into that column? nngrade export ASSIGNMENT ...")
    [(name, source)] = given.items()
    return fill(source, BY_OPTION[name], grades, column, to)
