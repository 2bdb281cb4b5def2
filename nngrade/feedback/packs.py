"""Zips of feedback in the form that each platform takes back, under the names by which it handed the files out."""

import io
import re
import zipfile
from collections import defaultdict

import nbformat

from nngrade.batch.files import write_whole_bytes
from nngrade.collect.attempts import Attempts
from nngrade.collect.roster import load
from nngrade.feedback.write import marked, path

TAKES = {  # platform: how its zip goes back
    "Moodle": "View all submissions, Upload multiple feedback files in a zip",
    "Canvas": "SpeedGrader's Upload Submissions; each upload adds a comment, so upload it once",
    "Blackboard": "it has no upload for such files itself; some sites add one",
    "Brightspace": "the assignment's submissions, Add Feedback Files",
    "ILIAS": "the exercise's submissions, Multi-Feedback",
}


class Pack:
    """A zip that is being made. Its pages are packed as they come: those of a large class are large."""

    def __init__(self):
        self.data, self.students = io.BytesIO(), set()
        self.archive = zipfile.ZipFile(self.data, "w", zipfile.ZIP_DEFLATED)

    def add(self, student, name, page):
        """Put a page in, unless there is one by this name: Blackboard knows one for each student."""
        self.students.add(student)
        if name not in self.archive.NameToInfo:
            self.archive.writestr(name, page)


def write(course, assignment, all_returned):
    """{file: (platform, students in it)} of the zips that were written, and who is in none."""
    packs, without = defaultdict(Pack), []
    attempts, roster = Attempts(course.root, assignment), load(course.root)
    for each in all_returned:
        student, _, notebook = each.where
        attempt = attempts.newest(student) if attempts.of(student) else None
        html = path(course.root, *each.where)
        if attempt and html.is_file() and (named := _named(attempt, notebook, assignment, roster)):
            data = nbformat.writes(marked(each)).encode() if attempt.platform == "Canvas" else html.read_bytes()
            packs[attempt.platform].add(student, named, data)
        else:
            without.append(student)
    written = {}
    for platform, pack in packs.items():
        pack.archive.close()
        target = course.root / "build" / f"{assignment}-{platform.lower()}-feedback.zip"
        write_whole_bytes(target, pack.data.getvalue())
        written[target] = platform, len(pack.students)
    return written, sorted(set(without))


def _named(attempt, notebook, assignment, roster):
    """The name of a page in a platform's zip; None where the platform takes none back."""
    page, number = f"{notebook}.html", attempt.platform_id.rpartition(" ")[2]
    if attempt.platform == "Moodle":
        return f"{attempt.student}_{number}_assignsubmission_file_/{page}" if number else None
    if attempt.platform == "Canvas":  # the file itself comes back: under it Canvas shows whatever this is
        found = [name for name in attempt.entries if name.lower().endswith(".ipynb")]
        ours = re.compile(rf"{re.escape(notebook)}(-\d+)?\.ipynb$", re.IGNORECASE)  # -1: handed in again
        return max(found, key=lambda name: bool(ours.search(name)), default=None)
    if attempt.platform == "Blackboard":
        who = roster.find("student", attempt.student)
        return f"feedback_{(who and who.number) or number}.html"
    if attempt.platform == "Brightspace":
        return f"{attempt.label}/{page}"
    if attempt.platform == "ILIAS":
        return f"multi_feedback_{assignment}/{attempt.label}/{page}"
    return None
