"""Times are read strictly: an offset counts, and what could mean two things means nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nngrade.errors import CourseError
from nngrade.times import Uncertain, chosen_zone, moment, written

RIGHT = {
    "2026-03-03 17:05:09.123 +01:00": "16:05:09", "2026-03-03T17:05:09-0330": "20:35:09",
    "2026-03-03T17:05:09Z": "17:05:09", "2026-03-03 17:05 UTC": "17:05:00", "2026-03-03 17:05+02": "15:05:00",
    "2026-03-03 17:05:09 America/New_York": "22:05:09", "2026-03-03 17:05": "16:05:00",
    "Tuesday, 3 March 2026, 05:05 PM": "16:05:00", "Dienstag, 3. März 2026, 17:05": "16:05:00",
    "mardi 3 mars 2026, 17:05": "16:05:00", "martes, 3 de marzo de 2026, 17:05": "16:05:00",
    "Mar 3, 2026 1222 PM": "11:22:00", "Mar 3, 2026 12:05 PM": "11:05:00", "Mar 3, 2026 105 AM": "00:05:00",
}  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_moments(text):
    clock = datetime.strptime(RIGHT[text], "%H:%M:%S").time()
    assert moment(text, "Europe/Berlin").replace(microsecond=0) == datetime.combine(datetime(2026, 3, 3), clock, UTC)


WRONG = {
    "02.12.2026 17:00": "without guessing", "02/12/2026 17:00": "without guessing", "2026-02-30 10:00": "is no time",
    "2026-03-03": "without guessing", "2026-03-29 02:30": "not at all in Europe/Berlin", "gestern": "without guessing",
    "2026-10-25 02:30": "twice in Europe/Berlin", "2026-03-03 17:05 Mars/Olympus": "no known time zone",
    "3 Smarch 2026, 17:05": "no month", "Mar 3, 2026 13:05 PM": "no hour", "2026-03-03 17:05 +25:00": "no offset",
    "2026-03-03 17:05 -24:00": "no offset",
    "": "without guessing",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_certain_is_refused(text):
    with pytest.raises(Uncertain, match=WRONG[text]):
        moment(text, "Europe/Berlin")


NAMES = """
January February March April May June July August September October November December
Januar Februar März April Mai Juni Juli August September Oktober November Dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
"""


@pytest.mark.parametrize("names", NAMES.strip().splitlines(), ids=lambda names: names.split()[0])
def test_the_months_of_four_languages(names):
    found = [moment(f"3 {name} 2026, 12:00 UTC").month for name in names.split()]
    assert found == list(range(1, 13))


@pytest.mark.parametrize("text, why", [
    ("9999-12-31 23:00 -05:00", "at the end of all times"), ("0001-01-01 00:00 +05:00", "at the end of all times"),
    ("x" * 201, "no time, but 201 characters"), ("2026-03-03 17:05" + " " * 184 + "Z", "no time, but 201 characters"),
])  # fmt: skip
def test_what_nobody_means(text, why):
    with pytest.raises(Uncertain, match=why):
        moment(text)


def test_as_long_as_a_time_may_be():
    assert moment("2026-03-03 17:05" + " " * 183 + "Z") == datetime(2026, 3, 3, 17, 5, tzinfo=UTC)


@pytest.mark.parametrize("hour, half, read", [(12, "AM", 0), (1, "AM", 1), (12, "PM", 12), (11, "PM", 23)])
def test_hours_of_half_a_day(hour, half, read):
    assert moment(f"3 March 2026, {hour}:05 {half} UTC").hour == read
    with pytest.raises(Uncertain, match=f"0 {half} is no hour"):
        moment(f"3 March 2026, 00:05 {half} UTC")


def test_without_a_zone_a_local_time_is_refused():
    with pytest.raises(Uncertain, match="names no time zone: say which"):
        moment("2026-03-03 17:05")


@pytest.mark.parametrize("name", ["", "UTC", "Europe/Berlin"])
def test_a_zone_that_there_is_can_be_chosen(name):
    assert chosen_zone(name) == name


def test_a_zone_that_is_chosen_and_is_none_is_told_in_words():
    with pytest.raises(CourseError, match=r"'Berlin' is no known time zone: write one such as Europe/Berlin or UTC\.$"):
        chosen_zone("Berlin")


def test_what_is_written_is_read_again():
    when = moment("2026-03-03 17:05:09 +01:00")
    assert moment(written(when)) == when and written(when) == "2026-03-03 16:05:09 UTC"
    assert written(when.astimezone(ZoneInfo("America/New_York"))) == "2026-03-03 16:05:09 UTC"
