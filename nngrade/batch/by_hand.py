"""What people gave to questions that changed since: records/ASSIGNMENT/by_hand.json.

    {question: {student: [points, of how many, comment]},
     "given away": {question: [students who have its full points by nobody's judgement]}}
"""

import json

from nbgrader.api import Comment

from nngrade.batch.files import read_json, write_whole

FILE, AWAY = "by_hand.json", "given away"  # no question has a blank in its name


class Kept:
    """What people gave to questions of an assignment that changed."""

    def __init__(self, root, assignment):
        self.path = root / "records" / assignment / FILE
        self.all = read_json(self.path, {}, "It keeps points that people gave: take it from a backup.")
        self.away = self.all.setdefault(AWAY, {})
        self.before = self._text()

    def note(self, row, most):
        """Keep what is in a row, if a person gave it. A comment that is taken back in formgrader is an empty text."""
        question, student = _of(row)
        old = self.all.get(question, {}).get(student, [None, None, None])
        score = None if self.gave(row, most) else getattr(row, "manual_score", None)
        said = getattr(row, "manual_comment", None)
        comment = old[2] if said is None else said or None
        if score is not None or comment != old[2]:
            points = [score, most] if score is not None and most else old[:2]
            self.all.setdefault(question, {})[student] = [*points, comment]

    def restore(self, entry, row):
        """Give it back, in proportion to the points that the question has now."""
        score, most, comment = self.all.get(entry.name, {}).get(row.notebook.student.id, [None, None, None])
        if isinstance(row, Comment):
            row.manual_comment = comment
        elif score is not None:
            row.manual_score, row.needs_manual_grade = score * entry.max_score / most, False

    def scale(self, entry, before, now):
        """A person's 4 of 5 are 8 of 10. Of 0 nothing can be worked out: then it is what was given before."""
        for row in entry.grades:
            if self.gave(row, before):
                row.manual_score = now
            elif row.manual_score is not None:
                self.note(row, before)
                score, most, _ = self.all[entry.name][row.notebook.student.id]
                row.manual_score = score * now / most if score is not None else None
                row.needs_manual_grade = row.manual_score is None and row.auto_score is None

    def gave(self, row, most):
        """Whether these points are nobody's judgement: the question was given away, and these are all of them."""
        question, student = _of(row)
        return student in self.away.get(question, ()) and getattr(row, "manual_score", None) == most

    def give(self, row, away):
        """Full points. Whom they are given because the question is given `away` is noted, too."""
        question, student = _of(row)
        self.note(row, row.cell.max_score)
        row.manual_score, row.needs_manual_grade = row.cell.max_score, False
        if away and student not in self.away.setdefault(question, []):
            self.away[question].append(student)

    def take_back(self, row):
        """As before: by people's points where there are some, else by the machine's."""
        self.note(row, row.cell.max_score)
        row.manual_score = None
        self.restore(row.cell, row)
        row.needs_manual_grade = row.manual_score is None and row.auto_score is None

    def save(self):
        if (text := self._text()) != self.before:
            write_whole(self.path, text)

    def _text(self):
        return json.dumps({name: each for name, each in self.all.items() if each}, indent=1, ensure_ascii=False) + "\n"


def _of(row):
    return row.cell.name, row.notebook.student.id
