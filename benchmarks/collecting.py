"""How long collecting takes for a class, platform by platform: `make bench-collecting SIZE=5000`.

Each student hands in a small notebook of their own. CPU time, and the most memory that the process had by then.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from nngrade.collect import roster
from nngrade.collect.collect import collect
from nngrade.collect.roster import Roster, Student
from tests.nngrade import platform_files as made

NAME = "a1"
NOTEBOOK = '{"cells": [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "f"}}, "source": "# %s"}]}'


def people(size):
    """A class in which everybody has an id for every platform."""
    return [Student(f"student-{n:05}", f"Doe{n}", "Jane", f"student-{n:05}@school.example", f"login_{n:05}",
                    f"10{n:05}", f"20{n:05}", f"30{n:05}", f"git-{n:05}") for n in range(size)]  # fmt: skip


def moodle(handed):
    """The zip and the worksheet."""
    files, participants = made.moodle(handed)
    return files, made.worksheet(participants)


def github(handed):
    """Clones."""
    return made.zipped({f"hw/hw-1-{one.github}/{name}": data for one, [(name, data)] in handed.items()}
                       | {f"hw/hw-1-{one.github}/.gitignore": "" for one in handed})  # fmt: skip


def loose(handed):
    """A folder for each student, as no platform makes it."""
    return made.zipped({f"{one.student}/{name}": data for one, [(name, data)] in handed.items()})


PLATFORMS = {"Canvas": made.canvas, "Moodle": moodle, "Blackboard": made.blackboard, "ILIAS": made.ilias,
             "Brightspace": made.brightspace, "Gradescope": made.gradescope, "GitHub Classroom": github,
             "files": loose}  # fmt: skip


def seconds(make, size):
    """(CPU time, how many were collected) for a class of this size."""
    students = people(size)
    handed = {one: [(f"{NAME}.ipynb", NOTEBOOK % one.student)] for one in students}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "assignments" / NAME).mkdir(parents=True)
        (root / "assignments" / NAME / f"{NAME}.ipynb").write_text(NOTEBOOK % "released")
        roster.save(root, Roster(students))
        files = made_files if isinstance(made_files := make(handed), tuple) else (made_files,)
        paths = [root / name for name, _ in zip(("handed out.zip", "worksheet.csv"), files)]
        for path, data in zip(paths, files):
            path.write_bytes(data)
        start = time.process_time()
        outcome = collect(root, NAME, paths, "Europe/Berlin")
        return time.process_time() - start, len(outcome.collected)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000, help="students")
    size = parser.parse_args().size
    for name, make in PLATFORMS.items():
        took, collected = seconds(make, size)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10
        print(f"{name:18} {collected:5} of {size} collected in {took:6.1f} s, {memory} MB")


if __name__ == "__main__":
    main()
