"""A copy of the file of a learning platform, with the scores of the class in one of its columns."""

import math
import re
from collections import Counter, defaultdict

from nngrade.batch.files import write_whole_bytes
from nngrade.errors import CourseError
from nngrade.exports.sheet import Sheet
from nngrade.exports.words import listed, number, without_score, writing

FIELDS = {"student": "student id", "lms_user_id": "LMS user id", "email": "e-mail", "login": "login",
          "number": "number", "participant": "participant"}  # of gradebook, roster and what was collected  # fmt: skip


def fill(source, platform, grades, column, target=None):
    """Write a copy of a platform's file, next to it, in which one column holds the scores."""
    sheet = Sheet(source, platform)
    at = sheet.choose(column)
    target = target or source.with_name(f"{source.stem}-filled{source.suffix}")
    if target.exists() and target.samefile(source):
        raise CourseError(f"{source} stays as {platform.name} exported it: choose another file to write to.")
    pairs, rule = match(sheet, grades)
    put, notes = _put_scores(sheet, at, pairs)
    with writing(target):
        write_whole_bytes(target, sheet.data())
    matched, there = {row for row, _ in pairs}, {grade.student for _, grade in pairs}
    absent = [f"{each.student} ({number(each.score) or each.status})" for each in grades if each.student not in there]
    return [
        f"{target}: {put} scores in {sheet.titles[at]!r}. Students matched by {rule}.",
        *notes,
        *listed(f"In the file of {platform.name}, but not in the gradebook", sheet.strangers(matched)),
        *listed(f"In the gradebook, but not in the file of {platform.name}", absent),
    ]


def _put_scores(sheet, at, pairs):
    """(how many were put, lines about the others and what to look at)"""
    scored = [(row, grade) for row, grade in pairs if grade.score is not None]
    put = [(row, grade) for row, grade in scored if not _keeps(sheet, at, row)]
    kept = [f"{grade.student} ({sheet.cell(row, at).strip() or 'no grade'} there, {number(grade.score)} here)"
            for row, grade in scored if _keeps(sheet, at, row)]
    for row, grade in put:
        sheet.put(row, at, number(grade.score))
    return len(put), [
        *without_score([(grade, sheet.cell(row, at).strip()) for row, grade in pairs]),
        *_to_look_at(sheet, at, put),
        *listed(f"Excused, not assigned or locked in {sheet.platform.name}, and left so", kept),
    ]


def _keeps(sheet, at, row):
    excused = sheet.cell(row, at).strip().upper() in ("EX", "N/A")
    return excused or sheet.locked(row)


def _to_look_at(sheet, at, put):
    """Lines about scores that are in the file, but may surprise there."""
    limits = [(_limit(sheet, at, row), grade) for row, grade in put]
    scales = {f"{number(most)} there, {number(grade.max_score)} here" for most, grade in limits
              if most not in (grade.max_score, math.inf)}
    over = [f"{g.student} ({number(g.score)} of {number(most)})" for most, g in limits if g.score > most]
    late = [grade.student for _, grade in put if grade.late_penalty]
    return [
        *listed("The points possible differ, and scores are not converted", sorted(scales)),
        *listed(f"More than the points possible in {sheet.platform.name}, but in the file all the same", over),
        *listed("nbgrader's late penalty is taken off", late),
    ]


def _limit(sheet, at, row):
    """The points possible, perhaps with a decimal comma; without a number there is no limit."""
    try:
        return float((sheet.named(row, "Maximum Grade") or sheet.possible(at)).replace(",", "."))
    except ValueError:
        return math.inf


def match(sheet, grades):
    """([(row, grade)], the rule in words): for all students the pair of a column and a field that finds most of them.

    Who is found twice, or found as somebody else by a pair that finds as many, is named, and nothing is written.
    """
    columns = [key for key in sheet.platform.keys if key.casefold() in sheet.header]
    tries = {f"{key} = {FIELDS[field]}": _same(sheet, key, grades, field) for key in columns for field in FIELDS}
    rule = max(tries, key=lambda each: len({grade.student for _, grade in tries[each]}), default="")
    pairs = tries.get(rule)
    if not pairs:
        compared = "; ".join(tries) or f"no column of {', '.join(sheet.platform.keys)}"
        raise CourseError(f"No student of the gradebook is in {sheet.path}. Compared: {compared}.")
    if doubt := _doubt(sheet, pairs, tries):
        raise CourseError(*listed(f"By {rule} it is not clear who is who, and nothing was written", doubt))
    return pairs, rule


def _doubt(sheet, pairs, tries):
    rows, names = Counter(row for row, _ in pairs), Counter(grade.student for _, grade in pairs)
    doubt = [f"{sheet.name(row)} ({g.student})" for row, g in pairs if rows[row] > 1 or names[g.student] > 1]
    who, where = {row: grade.student for row, grade in pairs}, {grade.student: row for row, grade in pairs}
    for other in (other for other in tries if len(tries[other]) == len(pairs)):
        doubt += [f"{sheet.name(row)} ({grade.student} by {other})" for row, grade in tries[other]
                  if who.get(row, grade.student) != grade.student or where.get(grade.student, row) != row]
    return doubt


def _same(sheet, column, grades, field):
    """[(row, grade)] that have the same text in a column and in a field of the gradebook; case does not matter."""
    known = defaultdict(list)
    for grade in grades:
        known[getattr(grade, field).strip().casefold()].append(grade)
    known.pop("", None)
    ids = ((row, sheet.named(row, column).lstrip("#").casefold()) for row in sheet.students)
    if column == "Identifier":  # "Participant 123", in any language
        ids = ((row, re.sub(r"^.*?(?=\d+$)", "", text)) for row, text in ids)
    return [(row, grade) for row, text in ids for grade in known.get(text, ())]
