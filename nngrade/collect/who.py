"""Whose is it: from what a platform calls a student to those in the roster. What is not certain has no owner."""

import re
from collections import Counter
from dataclasses import dataclass

from nngrade.collect.archive import PACKED, Entry
from nngrade.collect.class_lists import Student, plain_name
from nngrade.collect.lists import Told

FOLDER_NAME = re.compile(r"[\w.@-]+")  # what may name a folder if there is no roster to ask


@dataclass(frozen=True)
class Owner:
    """Whose something is; without students, why that is not known."""

    students: tuple = ()
    why: str = ""
    by_name: bool = False


def owner(found, roster, told, names):
    """The Owner of what was found. `told` are the platform's lists, `names` counts those of all that there are."""
    said = told.get(found.id, Told())
    if said.people:
        return _all([_one(person.ids, person.name, roster, names) for person in said.people])
    if members := _members(found, told):
        return _all([_one(each.ids, each.name, roster, names) for each in members])
    return _one([*([found.id] if found.id else []), *said.ids], said.name or found.name, roster, names)


def _members(found, told):
    """In Moodle the number of a group's folder is the group's: its members are those whose row names it."""
    if found.platform != "Moodle":
        return []
    group = [each for each in told.values() if each.group and plain_name(each.group) == plain_name(found.name)]
    person = told.get(found.id)
    return group if not (person and plain_name(person.name) == plain_name(found.name)) else []


def _all(owners):
    wrong = [each.why for each in owners if each.why]
    students = {student.student: student for each in owners for student in each.students}
    return Owner((), wrong[0]) if wrong else Owner(tuple(students.values()), "", any(each.by_name for each in owners))


def _one(ids, name, roster, names):
    found = {each.student: each for kind, value in ids if (each := roster.find(kind, value))}
    if len(found) > 1:
        return Owner((), f"it could be of {' or '.join(sorted(found))}")
    if found:
        return Owner(tuple(found.values()))
    if not roster.students:
        return _without_roster(ids)
    # numbers that stand in no roster (Moodle's, Brightspace's) leave the name, if nobody else has it
    if name and not any(kind in ("canvas", "ilias", "login", "student", "email") for kind, _ in ids):
        return _by_name(name, roster, names)
    called = ", ".join(f"{kind} {value}" for kind, value in ids) or name
    return Owner((), f"nobody in the roster is {called}")


def _by_name(name, roster, names):
    same = roster.named(name)
    if len(same) == 1 and names[plain_name(name)] == 1:
        return Owner(tuple(same), "", True)
    if not same:
        return Owner((), f"nobody in the roster is called {name}")
    return Owner((), f"{name} is the name of several, and only names say who is who here")


def _without_roster(ids):
    kind, value = next(((kind, value) for kind, value in ids if kind in ("student", "login", "github")), ("", ""))
    if kind and FOLDER_NAME.fullmatch(value) and value.strip("."):
        return Owner((Student(student=value),))
    return Owner((), "there is no roster that says who this is")


def count_names(all_found, told):
    """{name: how many have it of those who were found, or whom a list names}"""
    labels = {(each.id or (each.platform, each.label), plain_name(each.name)) for each in all_found}
    labels |= {(key, plain_name(each.name)) for key, each in told.items()}
    labels |= {(tuple(each.ids), plain_name(each.name)) for group in told.values() for each in group.people}
    return Counter(name for _, name in labels)


def by_file_name(entry, roster, assignment):
    """The Owner of a loose file: the only student whose id, e-mail or full name stands in its names."""
    if not roster.students:
        return _without_roster([("student", _beside(entry.path, assignment))])
    text = " / ".join(entry.path).casefold()  # students choose the last names: of all none may be somebody else's
    plain = f" {plain_name(text)} "
    ids = {each.student: each for each in roster.students for kind, value in each.ids
           if kind in ("student", "login", "email", "number") and _stands(value, text)}  # fmt: skip
    named = {each.student: each for each in roster.students for name in each.names
             if name in plain and f" {name} " in plain}  # fmt: skip
    found = ids if ids and ids.keys() <= named.keys() else ids | named  # of namesakes, the one whose id is there
    if len(found) == 1:
        return Owner(tuple(found.values()), "", not ids)
    return Owner(
        (), f"its name could mean {' or '.join(sorted(found))}" if found else "no student of the roster is in its name"
    )


def packed(entry, owner, roster, assignment):
    """Whether a loose file lies in a zip that its owner packed: the owner stands in its name, or in one before it."""
    at = max((at for at, name in enumerate(entry.path[:-1], 1) if PACKED.search(name)), default=0)
    names = [PACKED.sub("", name) for name in entry.path[:at]]
    outer = (Entry(tuple(names[:n]), entry.read) for n in range(1, at + 1))
    return any(by_file_name(each, roster, assignment).students == owner.students for each in outer)


def _beside(path, assignment):
    """What stands in a path beside the assignment: student-01_a3.ipynb, student-01/a3.ipynb, student-01/a3/a3.ipynb."""
    for name in reversed(path):
        stem = re.sub(r"(\.ipynb.*|\.zip)$", "", name, flags=re.IGNORECASE)
        rest = re.sub(rf"(^|[ _+-]+){re.escape(assignment)}(?=\W|_|$).*$", "", stem, flags=re.IGNORECASE)
        if rest:
            return rest
    return ""


def _stands(value, text):
    """Whether an id stands in a text by itself, both without case. The first look is quick: classes have thousands."""
    return value in text and re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])(?!-\d)", text) is not None
