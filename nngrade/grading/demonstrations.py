"""Cells that only show something, by the tag `demonstration` of the release: they are not run again to grade.

They train and draw with a student's functions, for longer than all tests together, and give no points. A student who
changes one, or uses elsewhere what it makes, has it run: no answer ever misses a name that it had on their machine.
"""

from functools import lru_cache

from nngrade.boundary import names
from nngrade.notebook.matching import same
from nngrade.notebook.submission import role

TAG = "demonstration"
GIVEN = "read-only", "other"
IPYTHONS = {"_", "__", "___", "In", "Out", "_ih", "_oh"}  # what cells before have shown, by number
NOTE = "This cell shows something and gives no points: it was not run again when this notebook was graded."


def leave_out(steps, release, instructor, session):
    """Mark what need not run among the steps of a submission, with a note as its output.

    Which names a student's cells take from others their own process says, since a parser can be kept busy. Where it
    does not say so, all cells run.
    """
    given = {step.id: step for step in release if step.role in GIVEN and step.cell_type == "code"}
    untouched = [step for step in steps if step.id in given and step.role in GIVEN and step.cell_type == "code"
                 and same(step.source, given[step.id].source)]  # fmt: skip
    shows = [step for step in untouched if tagged(given[step.id]) and left_behind(step.source) is not None]
    theirs = [step.source for step in steps
              if step.cell_type == "code" and step.role != "test" and step not in untouched]  # fmt: skip
    makes = IPYTHONS.union(*(left_behind(step.source) for step in shows))
    if not shows or (wanted := session.needed(theirs, makes)) is None or wanted & IPYTHONS:
        return
    tests = [cell["source"] for cell in instructor["cells"] if role(cell) == "test"]
    wanted = wanted.union(*map(needed, tests), *(needed(step.source) for step in untouched if step not in shows))
    while called_for := [step for step in shows if left_behind(step.source) & wanted]:
        shows = [step for step in shows if step not in called_for]
        wanted = wanted.union(*(needed(step.source) for step in called_for))
    for step in shows:
        step.runs, step.outputs = False, [{"output_type": "stream", "name": "stdout", "text": NOTE + "\n"}]


def tagged(step):
    """Whether the release says that a cell only shows something."""
    return TAG in step.metadata.get("tags", ())


left_behind = lru_cache(1000)(names.left_behind)


@lru_cache(1000)
def needed(source):
    """The names that a cell of the instructor's takes from others."""
    try:
        return names.needed(names.parsed(source))
    except SyntaxError:
        return names.words(source)
