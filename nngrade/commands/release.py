"""`nngrade release`: the student version of every assignment."""

import os

from nngrade.batch.progress import counted
from nngrade.batch.release import release
from nngrade.course import Course, assignments


def run(root):
    """Generate assignments/ from solutions/, and say what was generated and which questions came and went."""
    course = Course(root)
    for name in assignments(root):
        changes = release(course, name)
        print(f"assignments{os.sep}{name}")
        if changes and changes.submissions:
            print("\n".join(told(name, changes)))


def told(assignment, changes):
    """What it means for those who have handed in."""
    if changes.came:
        yield f"  new: {', '.join(changes.came)}. Who has handed in has no answer there."
    if changes.went:
        yield f"  gone: {', '.join(changes.went)}. It counts for nobody; what people gave is kept, should it come back."
    for name, before, now in changes.weighed:
        yield f"  {name}: {now:g} points, before {before:g}. Points that people gave are in proportion."
    handed_in = counted(changes.submissions, "submission")
    yield f"  {handed_in}: `nngrade grade {assignment}` grades them by the new questions, and says whose score changed."
