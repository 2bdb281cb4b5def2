"""When assignments are due, what being late costs, and who has more time: deadlines.toml of the course.

    zone = "Europe/Berlin"    # of the times below that name none

    [rule]                    # leave it out, and nothing is taken off
    per_day = 0.1             # of the points that somebody got, for each day that has begun
    grace = 15                # minutes; who is no later than this is not late
    free_days = 3             # of each student in the whole course; whoever is late uses them up first
    most = 0.5                # the most that is taken off, as a share

    [due]
    a3_backprop = "2026-12-01 17:00"

    [extensions.a3_backprop]
    student-01 = "2026-12-05 17:00"

What it takes off is worked out from this file and the times in submitted/ whenever somebody grades or exports.
"""

import os
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nngrade import times
from nngrade.errors import CourseError
from nngrade.notebook import submission

FILE, DAY = "deadlines.toml", 86400
QUOTES = 'A name with a dot or an @ in it stands in quotes: "j.doe" = "2026-12-01 17:00"'
MOST = 1000  # bytes of a timestamp.txt


@dataclass(frozen=True)
class Rule:
    """What being late costs."""

    per_day: float = 0.0
    grace: float = 0.0
    free_days: int = 0
    most: float = 1.0


@dataclass(frozen=True)
class Late:
    """How late a student is with an assignment, and which share of the points that takes off."""

    student: str
    seconds: float
    days: int  # that have begun
    free: int  # of these, by free days
    share: float

    @property
    def words(self):
        """For tables."""
        hours, minutes = divmod(round(self.seconds / 60), 60)
        free = f", {self.free} of {self.days} days free" if self.free else ""
        return f"{hours} h {minutes:02d} min late{free}, {100 * self.share:g} % off"


@dataclass
class Deadlines:
    """All that deadlines.toml says."""

    zone: str = ""
    rule: Rule = field(default_factory=Rule)
    due: dict = field(default_factory=dict)  # {assignment: datetime}, the earliest first
    extensions: dict = field(default_factory=dict)  # {assignment: {student: datetime}}

    def local(self, when):
        """A moment in the file's own zone."""
        return when.astimezone(times.known_zone(self.zone)) if self.zone else when

    def until(self, assignment, student):
        """Until when a student has time."""
        return self.extensions.get(assignment, {}).get(student, self.due[assignment])

    def late(self, root, assignment):
        """A Late for each student who is late with an assignment, by what lies in submitted/."""
        if assignment not in self.due:
            return []
        students = sorted(path.parent.name for path in (root / "submitted").glob(f"*/{assignment}"))
        return [late for student in students if (late := self.of(root, student).get(assignment))]

    def of(self, root, student):
        """{assignment: Late} of a student. Free days go to what is due first."""
        found, left = {}, self.rule.free_days
        for assignment in self.due:
            when, _ = handed_in(root / "submitted" / student / assignment, self.zone)
            seconds = (when - self.until(assignment, student)).total_seconds() if when else 0
            if seconds > 60 * self.rule.grace:
                days = int(-(-seconds // DAY))
                free = min(days, left)
                left -= free
                share = min(self.rule.most, self.rule.per_day * (days - free))
                found[assignment] = Late(student, seconds, days, free, share)
        return found


def handed_in(folder, zone=""):
    """(the moment in timestamp.txt, "") of a submission; (None, why it is not known) where that is not certain."""
    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return None, ""
    try:
        noted = submission.read_file(path, MOST).decode("utf-8-sig").strip()
        return (times.moment(noted, zone) if noted else None), ""
    except submission.Refused as why:
        return None, str(why)
    except UnicodeDecodeError:
        return None, "it is no text"
    except times.Uncertain as why:
        return None, str(why)


def load(root):
    """The Deadlines of the course in `root`; without a file nothing is due."""
    path = Path(root) / FILE
    if not path.is_file():
        return Deadlines()
    try:
        return _read(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as why:
        raise CourseError(f"{path}: {why}. {QUOTES}") from None
    except (UnicodeDecodeError, times.Uncertain, _Mistake) as why:
        raise CourseError(f"{path}: {why}") from None


class _Mistake(Exception):
    pass


def _read(said):
    _known(said, ("zone", "rule", "due", "extensions"), "")
    zone = said.get("zone", "")
    if not isinstance(zone, str):
        raise _Mistake(f'zone is {zone!r}; it should be a name in quotation marks, such as "Europe/Berlin"')
    if zone:
        times.known_zone(zone)
    due, longer = _table(said, "due"), _table(said, "extensions")
    due = {name: _moment(text, zone, f"due.{name}") for name, text in due.items()}
    due = dict(sorted(due.items(), key=lambda pair: pair[1]))
    longer = {name: _table(longer, name, "extensions.") for name in longer}
    extensions = {name: {student: _moment(text, zone, f"extensions.{name}.{student}") for student, text in each.items()}
                  for name, each in longer.items()}  # fmt: skip
    if unknown := extensions.keys() - due.keys():
        raise _Mistake(f"there are extensions of {', '.join(sorted(unknown))}, which is not due: enter it under [due]")
    return Deadlines(zone, _rule(_table(said, "rule")), due, extensions)


def _table(said, name, where=""):
    """What stands under [name]; nothing where that is left out."""
    if not isinstance(found := said.get(name, {}), dict):
        raise _Mistake(f"{where}{name} is {found!r}; it should be lines below [{where}{name}]")
    return found


def _rule(said):
    _known(said, Rule.__dataclass_fields__, "rule.")
    for name, value in said.items():
        highest = 1 if name in ("per_day", "most") else float("inf")
        kinds = int if name == "free_days" else int | float
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value <= highest:
            limit = "a share from 0 to 1" if highest == 1 else f"a {'whole ' * (kinds is int)}number, 0 or more"
            raise _Mistake(f"rule.{name} is {value!r}; it should be {limit}")
    return Rule(**said)


def _known(said, names, where):
    if other := [name for name in said if name not in names]:
        raise _Mistake(f"{where}{other[0]} means nothing here. There are: {', '.join(where + name for name in names)}")


def _moment(said, zone, where):
    text = said.isoformat(sep=" ") if isinstance(said, datetime) else said
    if not isinstance(text, str):
        quotes = f". {QUOTES}" if isinstance(said, dict) else ""
        raise _Mistake(f'{where} is {said!r}; it should be a time, such as "2026-12-01 17:00 +01:00"{quotes}')
    try:
        return times.moment(text, zone)
    except times.Uncertain as why:
        raise _Mistake(f"{where}: {why}".replace("--tz Europe/Berlin", 'zone = "Europe/Berlin"')) from None
