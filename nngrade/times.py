"""Times as platforms and people write them, read strictly: what is not certain is refused with a reason, not guessed.

Read are ISO 8601 (2026-03-03 17:05:09 +01:00) and a day with the month as a word (3. März 2026, 17:05), in English,
German, French and Spanish. A zone is an offset, Z, or a name of the IANA's list (Europe/Berlin, UTC). 02.12. could be
December or February, so it is refused.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from nngrade.errors import CourseError

MOST = 200  # characters
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan januar janvier janv enero",
            "february feb februar février févr febrero",
            "march mar märz mär mars marzo",
            "april apr avril avr abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet juil julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre déc diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
CLOCK = r"(?P<hour>\d\d?)(?::?(?P<minute>\d\d))(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?:\s*(?P<half>[AP]M))?"
ZONE = r"(?:\s*(?P<offset>Z|[+-]\d\d(?::?\d\d)?)|\s+(?P<zone>[A-Za-z][\w/+-]+))?"
FORMS = [
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)[T ]{CLOCK}{ZONE}"),
    re.compile(
        rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d\d?)\.?\s+(?:de\s+)?(?P<word>[^\W\d]+)\.?\s+(?:de\s+)?"
        rf"(?P<year>\d{{4}}),?\s+{CLOCK}{ZONE}"
    ),
    re.compile(rf"(?:[^\W\d]+,\s+)?(?P<word>[^\W\d]+)\.?\s+(?P<day>\d\d?),\s+(?P<year>\d{{4}}),?\s+{CLOCK}{ZONE}"),
]


class Uncertain(Exception):
    """Why it is not certain what moment a text means."""


def moment(text, zone=""):
    """The moment that a text means, in UTC. `zone` is that of texts that name none; without it these are refused."""
    if len(text) > MOST:
        raise Uncertain(f"this is no time, but {len(text):,} characters")
    text = " ".join(text.split())
    found = next(filter(None, (form.fullmatch(text) for form in FORMS)), None)
    if not found:
        raise Uncertain(f"{text!r} is no time that can be read without guessing: write 2026-12-01 17:00 +01:00")
    parts = found.groupdict()
    try:
        local = datetime(int(parts["year"]), _month(parts), int(parts["day"]), _hour(parts), int(parts["minute"]),
                         int(parts["second"] or 0))  # fmt: skip
    except ValueError as error:
        raise Uncertain(f"{text!r} is no time: {error}") from None
    if not parts["offset"] and not (name := parts["zone"] or zone):
        raise Uncertain(f"{text!r} names no time zone: say which is meant, such as --tz Europe/Berlin")
    try:
        return _offset(local, parts["offset"]) if parts["offset"] else _in_zone(local, known_zone(name), text)
    except OverflowError:
        raise Uncertain(f"{text!r} is at the end of all times that can be told") from None


@cache
def _zones():
    return available_timezones()  # which reads hundreds of files


def known_zone(name):
    """The time zone of this name."""
    if name not in _zones():
        raise Uncertain(f"{name!r} is no known time zone: write one such as Europe/Berlin or UTC")
    return ZoneInfo(name)


def chosen_zone(name):
    """The name of a time zone that somebody gave, if there is one of that name."""
    try:
        return name and known_zone(name).key
    except Uncertain as why:
        raise CourseError(f"{why}.") from None


def written(when):
    """A moment as timestamp.txt holds it, for nbgrader too."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _month(parts):
    if "month" in parts:
        return int(parts["month"])
    try:
        return MONTHS[parts["word"].casefold()]
    except KeyError:
        raise ValueError(f"{parts['word']!r} is no month") from None


def _hour(parts):
    hour = int(parts["hour"])
    if not parts["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} {parts['half']} is no hour")
    return hour % 12 + 12 * (parts["half"] == "PM")


def _offset(local, text):
    if text == "Z":
        return local.replace(tzinfo=UTC)
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead >= timedelta(days=1):
        raise Uncertain(f"{text!r} is no offset")
    return local.replace(tzinfo=timezone(-ahead if text[0] == "-" else ahead)).astimezone(UTC)


def _in_zone(local, zone, text):
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        what = "twice" if first.utcoffset() > second.utcoffset() else "not at all"
        raise Uncertain(f"{text!r} is there {what} in {zone.key}, where clocks are changed in that night")
    return first.astimezone(UTC)
