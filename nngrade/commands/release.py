"""`nngrade release`: the student version of every assignment."""

import os

from nngrade.course import Course, assignments


def run(root):
    """Generate assignments/ from solutions/, and say what was generated."""
    course = Course(root)
    for name in assignments(root):
        course.release(name)
        print(f"assignments{os.sep}{name}")
