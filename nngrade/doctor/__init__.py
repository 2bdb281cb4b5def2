"""What this machine can do for the course and what to install: `nngrade doctor`. It is quick and changes nothing.

Hence nbgrader itself is not imported (seconds), MNIST is not fetched, and a database gets one question.
"""

from nngrade.course import course_root
from nngrade.doctor import place, programs, strength
from nngrade.doctor.finding import Finding, shown
from nngrade.errors import CourseError

CHECKS = (
    programs.packages, strength.sandboxes, strength.capacity, place.disk, place.mnist, place.course, place.hidden,
    place.gradebook,
    programs.extras, programs.terminal,
)  # fmt: skip


def run():
    """Print what is found; returns the exit code: 1 if grading is impossible here."""
    impossible = False
    for finding in findings():
        impossible |= finding.state == "missing"
        print(shown(finding), flush=True)
    print("\nGrading is impossible here until what is missing is there." if impossible else "\nGrading works here.")
    return 1 if impossible else 0


def findings():
    """Everything that was looked at, as it comes."""
    try:
        root = course_root()
    except CourseError:
        root = None  # much can be said all the same
    for check in CHECKS:
        try:
            yield from check(root)
        except ImportError as error:  # what has to be installed stands in another line
            yield Finding("note", f"{check.__name__}: not looked at, because {error.name or error} is not installed")
        except OSError as error:
            yield Finding("note", f"{check.__name__}: not looked at, because of this: {error}")
