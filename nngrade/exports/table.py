"""All grades as CSV: one line per student and assignment.

UTF-8 with a byte order mark (Excel garbles accents without), quoted as in RFC 4180. Texts that a spreadsheet takes
for a formula (= + - @, tab, line break, NUL first) get a ' in front, as OWASP advises; numbers not.
"""

import csv
import io

from nngrade.batch.files import write_whole
from nngrade.exports.words import number, without_score, writing
from nngrade.spreadsheets import MARK, guarded

TEXTS = "assignment", "student", "last_name", "first_name", "email", "status"
NUMBERS = "score", "max_score", "late_penalty"


def write_csv(grades, path):
    """One line per student and assignment. An empty score is no 0: `status` says why it is empty."""
    questions = list(dict.fromkeys(question for grade in grades for question in grade.points))
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # ends lines in \r\n
    writer.writerow([*TEXTS, *NUMBERS, *map(guarded, questions)])
    for grade in grades:
        numbers = [getattr(grade, name) for name in NUMBERS] + [grade.points.get(question) for question in questions]
        writer.writerow([guarded(getattr(grade, name)) for name in TEXTS] + [number(each) for each in numbers])
    with writing(path):
        write_whole(path, MARK + text.getvalue())
    return [f"{path}: {len(grades)} lines.", *without_score([(grade, "") for grade in grades])]
