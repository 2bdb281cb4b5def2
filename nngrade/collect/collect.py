"""Collects: from the files of a platform to submitted/, and what there is to say about every student."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from nngrade import times
from nngrade.batch.files import alone
from nngrade.collect import archive, lists, notebooks, platforms, roster, who
from nngrade.collect.attempts import Attempt, Attempts, digest
from nngrade.collect.platforms import STAMP, Found
from nngrade.errors import CourseError
from nngrade.notebook.submission import Refused

SECRET = "submission_secret.txt"  # by which nbgrader's exchange gives feedback back


@dataclass
class Outcome:
    """How collecting went: each list holds (who, what there is to say)."""

    platforms: dict = field(default_factory=dict)  # {file: what it is}
    collected: list = field(default_factory=list)
    again: list = field(default_factory=list)
    marked_late: list = field(default_factory=list)
    unreadable: list = field(default_factory=list)
    uncertain: list = field(default_factory=list)
    unknown: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # files of the command line that could not be used
    notes: list = field(default_factory=list)
    unheard: set = field(default_factory=set)  # (platform, kind of id): it calls students so, and the roster nobody
    no_roster: bool = False
    without_time: int = 0

    @property
    def well(self):
        """Whether everything that was handed out has its place. Who is missing has only not handed in."""
        return not (self.unreadable or self.uncertain or self.unknown or self.refused)


class Collector:
    """One run of collecting for one assignment."""

    def __init__(self, root, assignment, zone):
        self.zone, self.assignment = zone, assignment
        self.wanted = {
            path.stem: notebooks.cells_of(path) for path in (root / "assignments" / assignment).glob("*.ipynb")
        }
        if not self.wanted:
            raise CourseError(f"There is no assignments/{assignment}/: it was not released yet. Run `nngrade release`.")
        self.root, self.roster, self.told = root, roster.load(root), {}
        self.outcome, self.taken = Outcome(), set()

    def run(self, paths):
        """Collect from these files and folders; returns the Outcome."""
        with alone(self.root / "downloaded" / self.assignment, f"collect {self.assignment}"):
            self.attempts = Attempts(self.root, self.assignment, self.zone)
            return self._run(paths)

    def _run(self, paths):
        found = self._find(paths)
        names = who.count_names((one for one, _ in found), self.told)
        found = [(one, owner or who.owner(one, self.roster, self.told, names))
                 for one, owner in sorted(found, key=lambda pair: pair[0].order)]  # fmt: skip
        for student in {each.student: None for _, owner in found for each in owner.students}:
            self.attempts.keep_what_is_there(student)
        self.attempts.save()  # before anything of it gives way to something newer
        for one, owner in found:
            self._take(one, owner)
        for student in sorted(self.taken):
            self._put(student)
        self.attempts.save()
        self._missing()
        return self.outcome

    def _find(self, paths):
        """[(Found, its Owner if the names of the files say so)] in all files."""
        found, single = [], []
        for path in paths:
            if not path.exists():
                raise CourseError(f"There is no file {path}.")
            if path.is_file() and (told := self._list(path)) is not None:
                self.told |= told
                continue
            (single if path.is_file() and path.suffix.lower() != ".zip" else found).append(path)
        sources = [(path.absolute().name, archive.entries(path)) for path in found]
        if single:
            sources.append(("the files", [entry for path in single for entry in archive.entries(path)]))
        return [each for name, entries in sources for each in self._in(name, entries)]

    def _list(self, path):
        try:
            told = lists.read(path)
        except CourseError as problem:
            self.outcome.refused.append((path.name, str(problem)))
            return {}
        if told is not None:
            self.outcome.platforms[path.name] = "a list that says who and when"
        return told

    def _in(self, name, entries):
        platform, places = platforms.recognised(entries)
        if not platform:
            self.outcome.platforms[name] = "files that no platform has named: whose they are is read from their names"
            return self._loose(entries)
        self.outcome.platforms[name] = platform.name
        outside = [entry for number, entry in enumerate(entries) if number not in places]  # of what students handed in
        for entry in outside:
            if entry.name == platforms.METADATA:
                self.told |= lists.gradescope(entry)
        rest = [entry for entry in outside if ".ipynb" in entry.name.lower() and not platform.then]
        self.outcome.unknown += [("/".join(entry.path), f"it is not named as {platform.name} does") for entry in rest]
        return [(each, None) for each in platforms.handed_in(platform, entries, places, self.roster)]

    def _loose(self, entries):
        by_owner, stamps = defaultdict(list), {each.path[:-1]: each for each in entries if each.name == STAMP}
        for entry in entries:
            told = self.told.get(("drive", entry.name.casefold()))
            if told:
                owner = who.owner(Found("", "", ("drive", entry.name.casefold())), self.roster, self.told, {})
            elif entry.name in (STAMP, SECRET) or any(name.startswith(".") for name in entry.path[1:]):
                continue
            else:
                owner = who.by_file_name(entry, self.roster, self.assignment)
            by_owner[owner if owner.students else "/".join(entry.path), owner].append((entry, told))
        return [(self._of_loose(files, owner, stamps), owner) for (_, owner), files in by_owner.items()]

    def _of_loose(self, files, owner, stamps):
        entry, told = files[0]
        stamp = stamps.get(entry.path[:-1])
        theirs = stamp and who.packed(entry, owner, self.roster, self.assignment)  # and with it the time in it
        said = told or lists.Told(time=platforms.stamp(stamp) if stamp and not theirs else "")
        platform = "Google Classroom" if told else "files"
        return Found(platform, "/".join(entry.path), time=said.time, late=said.late,
                     files=[(entry.name, entry) for entry, _ in files])  # fmt: skip

    def _take(self, one, owner):
        """Keep what was found, for each of its owners."""
        if owner.why:
            self.outcome.unknown.append((one.label, owner.why))
            if one.id and one.id[0] in roster.KINDS and not self.roster.knows(one.id[0]):
                self.outcome.unheard.add((one.platform, one.id[0]))
            return
        files = [(name, entry) for name, entry in one.files if notebooks.safe(name) not in (SECRET, STAMP)]
        choice = notebooks.choose(files, self.wanted)
        if one.platform == platforms.EXCHANGE:  # which writes it itself; elsewhere it would be the student's
            _add_secret(choice, one)
        for student in owner.students:
            attempt = self._attempt(one, student.student, choice)
            new = self.attempts.add(attempt, choice.files)
            (self.outcome.collected if new else self.outcome.again).append((student.student, one.platform))
            self.taken.add(student.student)
            notes = [*choice.notes, *(["known by the name alone"] if owner.by_name else [])]
            self.outcome.notes += [(student.student, note) for note in notes]

    def _attempt(self, one, student, choice):
        said = self.told.get(one.id, lists.Told())
        given, late = one.time or said.time, one.late or said.late
        late = late or (choice.late and one.platform == "ILIAS")  # elsewhere a student's name may stand there
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in choice.files.items()}
        known = one.platform, one.label, self._platform_id(one, student), one.entries
        attempt = Attempt(student, digest(choice.files), *known, hashes, given, self.zone, "", late, one.order,
                          problem=choice.problem)  # fmt: skip
        try:
            attempt.time = times.moment(given, self.zone).isoformat() if given else ""
        except times.Uncertain as why:
            if not self.attempts.noted(attempt):
                self.outcome.uncertain.append((student, f"when: {why}"))
        return attempt

    def _platform_id(self, one, student):
        """The id to hand back by. A group's folder in Moodle has the group's number: then it is the member's own."""
        return " ".join(self._own_numbers.get(student, one.id) if one.platform == "Moodle" else one.id)

    @cached_property
    def _own_numbers(self):
        """{student: (kind, id)} by the platform's lists, when all of them have been read."""
        found = {}
        for key, told in self.told.items():
            for student in {each.student for pair in told.ids if (each := self.roster.find(*pair))}:
                found.setdefault(student, key)
        return found

    def _put(self, student):
        newest = self.attempts.newest(student)
        if newest is None:
            self.outcome.uncertain.append((student, "several attempts, and no time says which is the newest;"
                                           " nothing in submitted/ was changed"))  # fmt: skip
            return
        self.attempts.put(newest)
        self.outcome.without_time += not (newest.time or newest.given)  # what is given and not certain has a line
        if newest.problem:
            self.outcome.unreadable.append((student, newest.problem))
        if newest.late:
            self.outcome.marked_late.append((student, f"by {newest.platform}'s own mark"))

    def _missing(self):
        there = {folder.parent.name for folder in (self.root / "submitted").glob(f"*/{self.assignment}")}
        self.outcome.no_roster = not self.roster.students
        self.outcome.missing = [(each.student, f"{each.first_name} {each.last_name}".strip())
                                for each in self.roster.students if each.student not in there]  # fmt: skip


def _add_secret(choice, one):
    """What nbgrader's exchange wants for feedback; where it can't be read, the notebook is collected all the same."""
    for entry in (entry for name, entry in one.files if name == SECRET):
        try:
            choice.files[SECRET] = entry.read()
        except Refused as why:
            choice.notes.append(f"{SECRET}, without which the exchange gives no feedback back: {why}")


def collect(root, assignment, paths, zone):
    """Collect what students handed in; returns the Outcome. CourseError where nothing can be collected."""
    try:
        return Collector(root, assignment, zone).run(paths)
    except Refused as why:
        raise CourseError(f"{why}") from None
