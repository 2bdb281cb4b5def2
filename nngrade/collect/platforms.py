"""What the names of handed-out files say, platform by platform: who, which attempt, when.

Each platform has a pattern for one of the names that lead to a file; what follows that name is the student's own.
The patterns follow the platforms' own sources, or tools that read them; none was tried on a live server.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field


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
    folder: tuple = ()  # the names that lead to them


@dataclass(frozen=True)
class Platform:
    """How the files of a platform are named."""

    name: str
    pattern: re.Pattern
    folder: bool | None  # whether that is the name of a folder or of a file; None: either
    read: Callable  # (match, roster) -> (Found, the student's name for the file; None: it is not the student's)
    beside: tuple = ()  # names of which one must be there, where the pattern alone is not enough
    then: str = ""  # the name that must come next
    stamps: bool = False  # whether it puts a timestamp.txt of its own beside what was handed in


def _canvas(match, roster):
    # numbers and "_" may stand in the name: the first pair (student, attachment) whose student is known counts
    pairs = list(re.finditer(r"(?=(?:^|_)(\d+)_(\d+)_(.+)$)", match[0]))
    pair = next((each for each in pairs if roster.find("canvas", each[1])), pairs[0] if pairs else None)
    before = match[0][: pair.start()] if pair else match["anon"]
    late = re.search(r"(^|_)LATE(_|$)", before if pair else match[0]) is not None
    name = re.sub(r"(^|_)LATE$", "", before)
    if not pair:
        return Found("Canvas", name, ("anonymous", name), late=late), match["file"]
    file = None if re.fullmatch(r"text\.html|link\.html", pair[3]) else pair[3]
    return Found("Canvas", f"{name}_{pair[1]}", ("canvas", pair[1]), name, late=late, order=int(pair[2])), file


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


def _github(match, roster):
    # both the assignment's name and the user's may hold "-"
    cuts = [match[0][at.end() :] for at in re.finditer("-", match[0])]
    user = next((cut for cut in cuts if roster.find("github", cut)), cuts[-1])
    return Found("GitHub Classroom", match[0], ("github", user)), ""


def _exchange(match, _):
    return Found(EXCHANGE, match[0], ("student", match["user"]), time=match["time"]), ""


def _login(name, roster):
    """The login at the end of a name: with "_" in it, the longest that is known, else what follows the last one."""
    cuts = [name[at.end() :] for at in re.finditer("_", name)]
    return next((cut for cut in cuts if roster.find("login", cut)), cuts[-1])


EXCHANGE = "nbgrader's exchange"
PACKED = re.compile(r"\.(zip|ipynb)$", re.IGNORECASE)  # in which there are files
TIME = r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M"
PLATFORMS = [
    Platform(name, re.compile(pattern), *rest)
    for name, pattern, *rest in (
        (EXCHANGE,
         r"(?P<user>.+)\+(?P<asg>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^+\s]+)(?:\+[^+]+)?",
         True, _exchange, (), "", True),
        ("Moodle",
         r"(?P<name>[^_/]*)_(?P<pid>\d+)_(?P<sub>assignsubmission|assignfeedback)_(?P<plugin>[a-z0-9]+)_?(?P<file>.*)",
         None, _moodle),
        ("Blackboard",
         r"(?P<who>.+_.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", False, _blackboard),
        ("Brightspace",
         rf"(?P<label>\d+-\d+ - (?P<name>.+?)(?: - (?P<time>{TIME}))?)(?: - (?P<file>[^/]+\.\w+))?",
         None, _brightspace),
        ("Gradescope", r"submission_\d+", True, _gradescope, ("submission_metadata.yml",)),
        ("Sakai", r"(?P<name>.*)\((?P<eid>[^()]+)\)", True, _sakai, ("grades.csv", "grades.xls", "timestamp.txt"),
         "", True),
        ("OpenOlat", r"[^_]+_[^_]+_.+", True, _openolat, ("2_submissions",), "2_submissions"),
        ("ILIAS", r"(?P<who>.+_[^_]+_.+)_(?P<id>\d+)", True, _ilias),
        ("GitHub Classroom", r"(?!.*-submissions$)[\w.]+-[\w.-]+", True, _github, (".git", ".github", ".gitignore")),
        ("Canvas", r"(?:.*?_)?(?:anon_(?P<anon>[^_]+)|\d+)_\d+_(?P<file>.+)", False, _canvas),
    )
]  # fmt: skip


def recognised(entries):
    """(the platform whose names these files have, {number of an entry: which of its names}); (None, {}) for none."""
    everywhere = {name for entry in entries for name in entry.path}
    notebooks = sum(".ipynb" in entry.name.lower() for entry in entries)
    for platform in PLATFORMS:
        if not platform.beside or everywhere.intersection(platform.beside):
            places = {number: at for number, entry in enumerate(entries) if (at := _place(platform, entry)) is not None}
            if places and 2 * len(places) >= notebooks:
                return platform, places
    return None, {}


def _place(platform, entry):
    for at, name in enumerate(entry.path):
        folder = at < len(entry.path) - 1 and not PACKED.search(name)
        follows = not platform.then or entry.path[at + 1 : at + 2] == (platform.then,)
        if platform.folder in (None, folder) and follows and platform.pattern.fullmatch(name):
            return at
    return None


def own(entries):
    """The files that are a platform's own, or of whoever filled a folder: what students put there tells nothing."""
    platform, places = recognised(entries)
    return [entry for number, entry in enumerate(entries) if _is_own(entry, platform, places.get(number))]


def _is_own(entry, platform, at):
    if at is not None:
        return platform.stamps and at == len(entry.path) - 2
    source, *names = entry.path[:-1] or ("",)
    return not any(map(PACKED.search, (source.lower().removesuffix(".zip"), *names)))


def handed_in(platform, entries, places, roster):
    """A Found for each attempt that the files of a platform hold."""
    attempts, receipts = {}, []
    for number, at in places.items():
        entry = entries[number]
        if ".git" in entry.path:
            continue  # what git keeps in a clone
        found, file = platform.read(platform.pattern.fullmatch(entry.path[at]), roster)
        found = attempts.setdefault(found.label, found)
        found.folder = entry.path[: at + 1]
        if file is None:
            receipts.append((found, entry))
        elif rest := [each for each in (file, *entry.path[at + 1 :]) if each]:
            found.files.append(("/".join(rest), entry))
            found.entries.append(entry.path[at])
    if platform.name == "Blackboard":
        for found, entry in receipts:
            _original_names(found, entry)
    return [found for found in attempts.values() if found.files or platform.name == "Blackboard"]


def _original_names(found, receipt):
    """Blackboard's receipt says how the student had called each file."""
    text = receipt.read().decode("utf-8", "replace")
    pairs = re.findall(r"Original filename:\s*(.+?)\s*\n\s*Filename:\s*(.+?)\s*(?:\n|$)", text)
    names = {stored: theirs for theirs, stored in pairs}
    found.files = [(names.get(entry.name, name), entry) for name, entry in found.files]
