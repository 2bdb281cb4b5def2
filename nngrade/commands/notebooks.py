"""`nngrade notebooks`: whether all notebooks of the course are stored in the canonical form."""

import os

from nngrade.batch.files import write_whole
from nngrade.errors import CourseError
from nngrade.notebook import canonical


def run(root, write):
    """Print what is wrong, after mending it if `write`; returns the exit code: 1 if something is."""
    found = 0
    for path in canonical.course_notebooks(root):
        try:
            if write:
                write_whole(path, canonical.text(canonical.read(path)), path.stat().st_mode & 0o7777)
            problems = canonical.problems(path)
        except CourseError as problem:  # of this one: the others are looked at all the same
            problems = [problem]
        for problem in problems:
            found += 1
            print(f"{os.path.relpath(path)}: {problem}")
    return 1 if found else 0
