"""A course with the gradebook of a small class in it, made with nbgrader's own API."""

import os
import sys
import warnings
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from nngrade.course import CONFIG

ODD = {  # student: (last name, first name)
    "student-01": ('Comma, "quoted"', "two\nlines"),
    "student-02": ("=1+1", "Zoë Ångström"),
    "student-03": ("+x", "-x"),
    "student-04": ("@x", "'t x"),
    "student-05": ("'=x", "\tx"),
    "student-06": (" =x", "＝x"),
}
SEEN = {"student-01": (2, 3), "student-02": (0, 0), "student-03": (2, None), "student-04": (None, 3)}


def make(folder):
    """The course, whose students are: graded, graded with 0, to be graded by a person, not gradable, not handed in,
    handed in but not graded."""
    (folder / CONFIG).write_text('c = get_config()\nc.CourseDirectory.course_id = "small"\n')
    (folder / "submitted" / "student-06" / "a1").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader; and nbgrader starts its helper alembic by name
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "small") as gradebook:
            fill_gradebook(gradebook)
    return folder


def fill_gradebook(gradebook):
    for name in ("a1", "a2"):
        gradebook.add_assignment(name, course_id="small")
        gradebook.add_notebook(name, name)
        gradebook.add_grade_cell("f_test", name, name, max_score=2, cell_type="code")
    gradebook.add_grade_cell("why", "a1", "a1", max_score=3, cell_type="markdown")
    gradebook.add_solution_cell("why", "a1", "a1")
    for student, (last, first) in ODD.items():
        email = f"{student}@School.Example"
        gradebook.add_student(student, last_name=last, first_name=first, email=email, lms_user_id=f"10{student[-2:]}")
    for student, scores in SEEN.items():
        submission = gradebook.add_submission("a1", student)
        submission.notebooks[0].late_submission_penalty = 0.5 if student == "student-01" else None
        for grade in submission.notebooks[0].grades:
            score = scores[0 if grade.name == "f_test" else 1]
            field = "auto_score" if grade.name == "f_test" else "manual_score"
            setattr(grade, field, score)
            grade.needs_manual_grade = score is None
    gradebook.db.commit()
