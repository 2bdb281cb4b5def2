"""`nngrade notebooks`: whether all notebooks of the course are stored in the canonical form."""

import os

from nngrade.notebook import canonical


def run(root, write):
    """Print what is wrong, after mending it if `write`; returns the exit code: 1 if something is."""
    found = 0
    for path in canonical.course_notebooks(root):
        if write:
            canonical.write(canonical.read(path), path)
        for problem in canonical.problems(path):
            found += 1
            print(f"{os.path.relpath(path)}: {problem}")
    return 1 if found else 0
