"""`nngrade export`: the grades, and what one should know before they go out."""

from nngrade import exports
from nngrade.batch.submitted import graded_before
from nngrade.commands.late import strangers
from nngrade.course import assignments
from nngrade.exports.words import listed
from nngrade.feedback.write import mark_stale


def run(course, assignment, to, files, column):
    """Write the grades; marks pages of which a deadline or a person has changed the score since."""
    lines = exports.export(course, assignment, to, files, column)
    for name in [assignment] if assignment else assignments(course.root):
        anew = f"Graded before the tests of {name} changed, and by `nngrade grade {name}` anew"
        lines += listed(anew, graded_before(course, name))
        mark_stale(course, name)
    print("\n".join([*lines, *strangers(course.root)]))
