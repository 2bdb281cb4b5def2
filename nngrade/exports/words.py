"""What the exports say about students, and how they write numbers."""

import contextlib
from collections import defaultdict

from nngrade.errors import CourseError

MOST_NAMES = 40  # a screenful


def without_score(left):
    """Who in [(grade, text that stays in the cell)] has no score, and why."""
    why = defaultdict(list)
    for grade, old in left:
        if grade.score is None:
            why[f"{grade.assignment}, {grade.status}"].append(grade.student + (f" ({old} stays)" if old else ""))
    return [line for reason, who in why.items() for line in listed(f"No score for {reason}", who)]


def listed(what, who):
    """[a line that names them], shortened to a screenful; [] for nobody."""
    more = f" and {len(who) - MOST_NAMES} more" if len(who) > MOST_NAMES else ""
    return [f"{what}: {', '.join(map(shown, who[:MOST_NAMES]))}{more}."] if who else []


def shown(text):
    """For a terminal, where a name could do more than be shown."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def number(value):
    """A number as text, without zeros at its end; "" for None."""
    return "" if value is None else f"{value:.10g}"


@contextlib.contextmanager
def writing(path):
    """Where a file can't be written, say so."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"{path} can't be written: {error.strerror}. Is it open in another program?") from None
