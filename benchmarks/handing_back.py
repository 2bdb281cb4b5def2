"""How long what comes after grading takes for a class: pages, exports, mistakes, copies: `make bench-handing-back`.

Some submissions to a3_backprop of all kinds are graded; the class hands them in again and again. CPU time of each
command, its start counted, and the most memory that it took.
"""

import argparse
import os
import resource
import subprocess

from grading import NAME, PYTHON, Contender, Memory, nngrade, sample_class, student

from nngrade.batch import gradebook
from nngrade.batch.records import Records
from nngrade.collect.attempts import Attempt, Attempts
from nngrade.course import Course

DAY = "2026-03-03T12:00:00+00:00"
GRADED = 24  # submissions that are really graded
COMMANDS = (("feedback", NAME), ("feedback", NAME, "--pack"), ("export",), ("mistakes", NAME), ("picture", NAME),
            ("alike", NAME), ("explain", student(0), NAME))  # fmt: skip


def make_class(size):
    """The folder of a course in which a class of this size is graded."""
    contender = Contender("handing back", nngrade(os.cpu_count()))
    graded = sample_class(min(GRADED, size))
    contender.prepare(graded)
    contender.run(contender.folder, [student(number) for number in range(len(graded))])
    multiply(Course(contender.folder), len(graded), size)
    return contender.folder


def multiply(course, graded, size):
    """Enter what was graded under more names."""
    records, attempts = Records(course.root), Attempts(course.root, NAME)
    found = records.of(NAME)
    with course.gradebook() as book:
        for number in range(graded, size):
            record = {name: value for name, value in found[number % graded].items() if name != "checksum"}
            from_whom, record["student"] = record["student"], student(number)
            handed_in = course.root / "submitted" / record["student"] / NAME / f"{NAME}.ipynb"
            handed_in.parent.mkdir(parents=True)
            handed_in.hardlink_to(course.root / "submitted" / from_whom / NAME / f"{NAME}.ipynb")
            notebook = records.graded_notebook(from_whom, NAME, NAME).read_text(encoding="utf-8")
            records.write(record, notebook)
            gradebook.save(book, record, course.config)
    who = [student(number) for number in range(size)]
    attempts.all = [Attempt(one, one, "Moodle", one, f"moodle {number}", time=DAY) for number, one in enumerate(who)]
    attempts.save()


def measured(folder, command):
    """(exit code, CPU time in seconds, the most memory in MB) of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Memory() as memory:
        code = subprocess.call([PYTHON, "-m", "nngrade", *command], cwd=folder, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory.peak / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1000, help="students")
    size = parser.parse_args().size
    folder = make_class(size)
    for command in COMMANDS:
        failed, seconds, memory = measured(folder, command)
        print(f"{' '.join(command):32} {seconds:6.1f} s, {memory:.0f} MB{'; FAILED' * bool(failed)}", flush=True)


if __name__ == "__main__":
    main()
