"""The students of a course, in roster.csv: one id for each, which names all folders, and what platforms call them.

A platform's list is merged into it: who is there by an id keeps the id that names the folders, and gains what is new.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import asdict, replace
from itertools import chain, count

from nngrade.batch.files import write_whole
from nngrade.collect.class_lists import COLUMNS, KINDS, Student, plain_name, read_list, table
from nngrade.errors import CourseError

ROSTER = "roster.csv"


class Roster:
    """The students of a course, found by whatever a platform calls them."""

    def __init__(self, students=()):
        self.students = list(students)
        self.by_id = {key: each for each in self.students for key in each.ids}

    def find(self, kind, value):
        """The student of this id, or None. Some platforms have e-mails for logins, and our ids come from logins."""
        mixed = ("student", "login", "email") if kind in ("student", "login") else (kind,)
        return next((each for also in mixed if (each := self.by_id.get((also, value.strip().casefold())))), None)

    def knows(self, kind):
        """Whether it holds this kind of id for anybody."""
        return any(getattr(each, kind) for each in self.students)

    def named(self, name):
        """All students of this full name."""
        plain = plain_name(name)
        return [each for each in self.students if plain in each.names]


def load(root):
    """The roster of the course in `root`; it may be empty."""
    path = root / ROSTER
    people = read_list(path) if path.is_file() and table(path) else []
    twice = [key for key, number in Counter(key for each in people for key in each.ids).items() if number > 1]
    odd = [each.student for each in people if each.student != folder_name(each.student)]
    if twice:
        raise CourseError(f"{path}: {_listed(twice)} stands in more than one line. Leave it to one student.")
    if odd:
        raise CourseError(f"{path}: {', '.join(map(repr, odd))} can't name a folder. Write another id there.")
    return Roster(people)


def merge(roster, people):
    """(the roster with these people in it, lines about what was unclear)"""
    students, entered = {each.student: each for each in roster.students}, {}
    people, unclear = _told_apart(people)
    twins = Counter(name for each in people for name in each.names)
    for person in people:
        same = {each.student for kind, value in person.ids if (each := roster.find(kind, value))}
        same |= {entered[key] for key in person.ids if key in entered}  # the same one once more
        if not same and all(twins[name] == 1 for name in person.names):
            same = {each.student for name in person.names for each in roster.named(name) if _agree(each, person)}
        if len(same) > 1:
            unclear.append(f"{_shown(person)} could be {' or '.join(sorted(same))}, and was left out")
            continue
        name = same.pop() if same else _new_id(person, students)
        old = students.get(name, Student())
        new = {field: getattr(person, field) or getattr(old, field) for field in COLUMNS}
        students[name] = replace(Student(**new), student=name)
        entered |= dict.fromkeys(person.ids, name)
    return Roster(sorted(students.values(), key=lambda each: each.student)), unclear


def _told_apart(people):
    """(those of a list who share no id with somebody of another name, lines about the others)"""
    sharing = defaultdict(list)
    for person in people:
        for key in person.ids:
            sharing[key].append(person)
    shared = {key: those for key, those in sharing.items() if len({frozenset(each.names) for each in those}) > 1}
    lines = [f"{' and '.join(map(_shown, those))} have {_listed([key])} in common, and were left out"
             for key, those in shared.items()]  # fmt: skip
    return [each for each in people if not set(each.ids) & shared.keys()], lines


def _listed(keys):
    return ", ".join(f"{kind} {value}" for kind, value in keys)


def _agree(one, other):
    """Whether two of one name, who share no id, may be one: of no kind have both an id."""
    return not any(getattr(one, kind) and getattr(other, kind) for kind in KINDS if kind != "student")


def _new_id(person, taken):
    """What names the folders of a student: the list's own id; else a login, number or e-mail, in plain letters."""
    first = person.login, person.number, person.email, *(getattr(person, kind) for kind in KINDS)
    name = folder_name(person.student) or re.sub(r"[^\w.@-]", "-", next(filter(None, first))).strip(".-")
    return next(each for each in chain([name], (f"{name}-{n}" for n in count(2))) if each not in taken)


def folder_name(text):
    """An id, without what no folder can be called."""
    return re.sub(r'[/\\:*?"<>|]', "-", text).lstrip(".-")


def _shown(person):
    return f"{person.first_name} {person.last_name}".strip() or person.email or person.login


def save(root, roster):
    """Write roster.csv."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(asdict, roster.students))
    write_whole(root / ROSTER, text.getvalue())
