"""`nngrade feedback`: the pages that go back, and packs of them for learning platforms."""

from nngrade.batch.progress import counted
from nngrade.course import assignments
from nngrade.errors import CourseError
from nngrade.exports.words import listed
from nngrade.feedback import packs, write


def run(course, assignment, pack):
    """Write what is out of date; the exit code: 1 if somebody who handed in gets no page."""
    if assignment not in (there := assignments(course.root)):
        raise CourseError(f"There is no assignment {assignment}. There are: {', '.join(there)}.")
    outcome = write.write(course, assignment)
    write.mark_stale(course, assignment)  # of those who handed in again
    pages = counted(len(outcome.written), "page")
    print(f"{pages} written, {outcome.before} up to date: feedback/STUDENT/{assignment}/.")
    lines = listed("Their pages say of something that it is not graded yet", outcome.waiting)
    lines += listed("Handed in, perhaps again, and not graded, so there is no page of it", outcome.not_graded)
    if pack:
        lines += _packed(course, assignment, outcome.not_graded)
    print("\n".join(lines or ["Everything that was handed in is graded."]))
    return 1 if outcome.not_graded else 0


def _packed(course, assignment, not_graded):
    going = (each for each in write.returned(course, assignment) if each.where[0] not in not_graded)
    written, without = packs.write(course, assignment, going)
    for file, (platform, number) in written.items():
        yield f"{file.relative_to(course.root)}: {counted(number, 'student')}. {platform}: {packs.TAKES[platform]}."
    yield from listed("In no pack, because no platform that takes one handed their files out", without)
