"""What the names of handed-out files say, platform by platform: who, which attempt, when.

Each platform has a pattern for one of the names that lead to a file; what follows that name is the student's own.
The patterns follow the platforms' own sources, or tools that read them; none was tried on a live server.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile

from nngrade.collect.archive import PACKED
from nngrade.collect.class_lists import plain_name
from nngrade.notebook.submission import Refused


@dataclass
class Found:
    """What one student, or one group, handed in at one time, as the platform tells it."""

    platform: str
    label: str  # the name by which the platform's files call it
    id: tuple = ()  # (kind of id, id)
    name: str = ""
    time: str = ""  # as given; where it names no zone, it is the platform's
    late: bool = False  # the platform's own mark
    order: int = 0  # of attempts of which no time is known
    files: list = field(default_factory=list)  # [(the student's name for a file, Entry)]
    entries: list = field(default_factory=list)  # the platform's own names of these files


@dataclass(frozen=True)
class Platform:
    """How the files of a platform are named."""

    name: str
    pattern: re.Pattern
    folder: bool | None  # whether that is the name of a folder or of a file; None: either
    read: Callable  # (match, roster) -> (Found, the student's name for the file; None: it is not the student's)
    beside: tuple = ()  # where the pattern is not enough: names of which one must be there outside of such folders,
    within: tuple = ()  # or names of which one must be there within at least half of them
    then: str = ""  # the name that must come next


def _canvas(match, roster):
    # the first pair (student, attachment) counts; numbers and "_" may stand in a name, and then the one behind it
    pairs = list(re.finditer(r"(?=(?:^|_)(\d+)_(\d+)_(.+)$)", match[0]))
    if pairs and not roster.find("canvas", pairs[0][1]):
        named = (each for each in pairs if _named(match[0][: each.start()], roster.find("canvas", each[1])))
        pairs = [*named, *pairs]
    pair = pairs[0] if pairs else None
    before = match[0][: pair.start()] if pair else match["anon"]
    late = re.search(r"(^|_)LATE(_|$)", before if pair else match[0]) is not None
    name = re.sub(r"(^|_)LATE$", "", before)
    if not pair:
        return Found("Canvas", name, ("anonymous", name), late=late), match["file"]
    file = None if re.fullmatch(r"text\.html|link\.html", pair[3]) else pair[3]
    return Found("Canvas", f"{name}_{pair[1]}", ("canvas", pair[1]), name, late=late, order=int(pair[2])), file


def _named(before, student):
    """Whether Canvas calls a student so. What stands behind that is the name of a file, which anybody can choose."""
    name = student and re.sub(r"\W", "", plain_name(f"{student.last_name}{student.first_name}"))
    return bool(name) and plain_name(before).replace(" ", "").startswith(name)


def _moodle(match, _):
    typed = (match["sub"], match["plugin"]) != ("assignsubmission", "file")  # on the page, or by the teacher
    found = Found("Moodle", f"{match['name']}_{match['pid']}", ("moodle", match["pid"]), match["name"])
    return found, None if typed else match["file"]


def _blackboard(match, roster):
    when = match["time"]
    login = _login(match["who"], roster)
    found = Found("Blackboard", f"{match['who']}_attempt_{when}", ("login", login))
    found.time = f"{when[:10]} {when[11:].replace('-', ':')}"
    return found, match["file"]


def _brightspace(match, _):
    when = re.sub(r"(\d\d) ([AP]M)$", r":\1 \2", match["time"] or "")  # 1022 AM
    return Found("Brightspace", match["label"], (), match["name"], when), match["file"] or ""


def _ilias(match, roster):
    known = roster.find("ilias", match["id"])
    who = ("ilias", match["id"]) if known else ("login", _login(match["who"], roster))
    return Found("ILIAS", match[0], who), ""


def _openolat(match, roster):
    return Found("OpenOlat", match[0], ("login", _login(match[0], roster))), ""


def _sakai(match, _):
    return Found("Sakai", match[0], ("login", match["eid"]), match["name"].strip()), ""


def _gradescope(match, _):
    return Found("Gradescope", match[0], ("gradescope", match[0])), ""


def _github(match, _):
    return Found("GitHub Classroom", match[0]), ""


def _exchange(match, _):
    return Found(EXCHANGE, match[0], ("student", match["user"]), time=match["time"]), ""


def _login(name, roster):
    """The login at the end of a name: with "_" in it, the longest that is known, else what follows the last one."""
    cuts = [name[at.end() :] for at in re.finditer("_", name)]
    return next((cut for cut in cuts if roster.find("login", cut)), cuts[-1])


METADATA, STAMP, EXCHANGE = "submission_metadata.yml", "timestamp.txt", "nbgrader's exchange"
TIME = r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M"
PLATFORMS = [
    Platform(name, re.compile(pattern), *rest)
    for name, pattern, *rest in (
        (EXCHANGE,
         r"(?P<user>.+)\+(?P<asg>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^+\s]+)(?:\+[^+]+)?",
         True, _exchange),
        ("Moodle",
         r"(?P<name>[^_/]*)_(?P<pid>\d+)_(?P<sub>assignsubmission|assignfeedback)_(?P<plugin>[a-z0-9]+)_?(?P<file>.*)",
         None, _moodle),
        ("Blackboard",
         r"(?P<who>.+?_.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", False, _blackboard),
        ("Brightspace",
         rf"(?P<label>\d+-\d+ - (?P<name>.+?)(?: - (?P<time>{TIME}))?)(?: - (?P<file>[^/]+\.\w+))?",
         None, _brightspace),
        ("Gradescope", r"submission_\d+", True, _gradescope, (METADATA,)),
        ("Sakai", r"(?P<name>.*)\((?P<eid>[^()]+)\)", True, _sakai, ("grades.csv", "grades.xls"), (STAMP,)),
        ("OpenOlat", r"[^_]+_[^_]+_.+", True, _openolat, (), (), "2_submissions"),
        ("ILIAS", r"(?P<who>.+_[^_]+_.+)_(?P<id>\d+)", True, _ilias),
        ("GitHub Classroom", r"(?!.*-submissions$)[\w.]+-[\w.-]+", True, _github, (),
         (".git", ".github", ".gitignore")),
        ("Canvas", r"(?:.*?_)?(?:anon_(?P<anon>[^_]+)|\d+)_\d+_(?P<file>.+)", False, _canvas),
    )
]  # fmt: skip


def recognised(entries):
    """(the platform whose names these files have, {number of an entry: which of its names}); (None, {}) for none."""
    outer = [_outer(entry.path) for entry in entries]
    notebooks = {path for path, entry in zip(outer, entries) if ".ipynb" in entry.name.lower()}
    for platform in PLATFORMS:
        places = {number: at for number, entry in enumerate(entries) if (at := _place(platform, entry)) is not None}
        named = {outer[number] for number in places}
        if places and 2 * len(named) >= len(notebooks) and _is_sure(platform, entries, places):
            return platform, places
    return None, {}


def _outer(path):
    """The names that lead to a file, or to the zip that it came in: a zip is one thing, however much is in it."""
    at = next((at for at, name in enumerate(path) if at and PACKED.search(name)), len(path))
    return path[: at + 1]


def _is_sure(platform, entries, places):
    """Whether there is what goes with the names, where the names alone are not enough."""
    if any(entry.name in platform.beside for number, entry in enumerate(entries) if number not in places):
        return True
    folders = {entries[number].path[: at + 2] for number, at in places.items()}
    having = {path[:-1] for path in folders if path[-1] in platform.within}
    return not (platform.beside or platform.within) or 2 * len(having) >= len({path[:-1] for path in folders})


def _place(platform, entry):
    for at, name in enumerate(entry.path):
        folder = at < len(entry.path) - 1 and not PACKED.search(name)
        follows = not platform.then or entry.path[at + 1 : at + 2] == (platform.then,)
        if platform.folder in (None, folder) and follows and platform.pattern.fullmatch(name):
            return at
    return None


def handed_in(platform, entries, places, roster):
    """A Found for each attempt that the files of a platform hold."""
    attempts, receipts = {}, []
    for number, at in places.items():
        entry = entries[number]
        if ".git" in entry.path:
            continue  # what git keeps in a clone
        found, file = platform.read(platform.pattern.fullmatch(entry.path[at]), roster)
        found = attempts.setdefault(found.label, found)
        rest = [each for each in (file, *entry.path[at + 1 :]) if each]
        if file is None:
            receipts.append((found, entry))
        elif platform.name == "Sakai" and rest == [STAMP]:  # a student's own lies among the attachments
            found.time = stamp(entry)
        elif rest:
            found.files.append(("/".join(rest), entry))
            found.entries.append(entry.path[at])
    if platform.name == "Blackboard":
        for found, entry in receipts:
            _original_names(found, entry)
    if platform.name == "GitHub Classroom":
        _users(attempts, roster)
    return [found for found in attempts.values() if found.files or platform.name == "Blackboard"]


def _original_names(found, receipt):
    """Blackboard's receipt says how the student had called each file."""
    text = receipt.read().decode("utf-8", "replace")
    pairs = re.findall(r"Original filename:\s*(.+?)\s*\n\s*Filename:\s*(.+?)\s*(?:\n|$)", text)
    names = {stored: theirs for theirs, stored in pairs}
    found.files = [(names.get(entry.name, name), entry) for name, entry in found.files]


def _users(attempts, roster):
    """Give them their ids: both the assignment's name and a user's may hold "-".

    All begin with the assignment's name. So where they differ, a user's name has begun, and whoever calls themselves
    x-jdoe does not hand in for jdoe.
    """
    parts = {label: label.split("-") for label in attempts}
    users = {label: {n: "-".join(each[n:]) for n in range(1, len(each))} for label, each in parts.items()}
    known = {label: [n for n, user in each.items() if roster.find("github", user)] for label, each in users.items()}
    alike = takewhile(lambda column: len(set(column)) == 1, zip(*(parts[label] for label in attempts if known[label])))
    begun = len(list(alike))
    for label, found in attempts.items():
        may_be = [n for n in users[label] if n <= begun] or [*users[label]]
        found.id = "github", users[label][next((n for n in may_be if n in known[label]), may_be[-1])]


def stamp(entry):
    """What a timestamp.txt says; Sakai's older ones hold digits alone: 20260303170509123, in UTC."""
    try:
        text = entry.read().decode("utf-8", "replace").strip()
    except Refused as why:
        return f"{STAMP}: {why}"  # which is no time, and is named as that
    with contextlib.suppress(ValueError):
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat()
    return text
