"""Grades for other programs: everything as CSV, or one column of the file that Canvas or Moodle handed out.

What was not submitted or not (yet) graded has no score. Its cell stays as it is, and a message names it.

Our own CSV is UTF-8 with a byte order mark (Excel garbles accents without), quoted as in RFC 4180. Texts that a
spreadsheet takes for a formula (= + - @, tab, line break, NUL first) get a ' in front, as OWASP advises; numbers not.

Canvas exports Student (or LastName, FirstName), ID, perhaps SIS User ID, SIS Login ID, Section, assignments as
"Name (12345)", totals. A row "Manual Posting" may precede "    Points Possible", where totals read "(read only)".
"EX" is excused, "N/A" not assigned; the test student comes last. Commas or semicolons delimit. On import, a cell that
became empty counts as a change. Where Canvas has a late policy, it may take off points once more.

Moodle's grading worksheet has Identifier ("Participant 123"), Full name, Email address, Status, Grade, Maximum Grade,
Grade can be changed, Last modified (grade), Feedback comments. The import goes by Identifier; it skips what is empty,
and without a word what is locked or above the maximum.

Of their files single cells change and every other byte stays, names that look like formulas too: they go back there.
"""

import csv
import io
import math
import os
import re
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass

from nngrade.course import CourseError

TEXTS = "assignment", "student", "last_name", "first_name", "email", "status"
NUMBERS = "score", "max_score", "late_penalty"
FORMULA = re.compile(r"'*([\t\r\n\0]|\s*[=+\-@＝＋－＠])")  # '=x becomes ''=x: dropping one ' gives back every text
FIELDS = {"student": "student id", "lms_user_id": "LMS user id", "email": "e-mail"}  # of nbgrader's gradebook


@dataclass(frozen=True)
class Grade:
    """The grade of one student in one assignment; `score` is None unless `status` is "graded"."""

    assignment: str
    student: str
    lms_user_id: str
    last_name: str
    first_name: str
    email: str
    status: str
    score: float | None
    max_score: float
    late_penalty: float | None
    points: dict  # {question: points, None if not graded}


@dataclass(frozen=True)
class Platform:
    """What the files of a learning platform look like."""

    name: str
    needs: tuple  # columns by which a file is known
    keys: tuple  # columns that say who a student is, the best first
    where: str  # to get the file


CANVAS = Platform("Canvas", ("ID", "Section"), ("SIS Login ID", "SIS User ID", "ID"), "Grades, Export")
MOODLE = Platform("Moodle", ("Identifier", "Grade"), ("Email address", "Username", "ID number", "Identifier"),
                  "Download grading worksheet, with the language set to English")


def export(course, assignment, to, canvas, column, moodle):
    """Write one file; returns what there is to say about it, as lines."""
    if (canvas and moodle) or bool(canvas) != bool(column):
        raise CourseError("Choose: --canvas FILE with --column NAME, or --moodle FILE, or neither (CSV of everything).")
    if to and to.suffix.lower() != ".csv":
        raise CourseError(f"The file to write is a CSV file: its name should end in .csv, and {to} does not.")
    source, grades = canvas or moodle, read_grades(course, assignment)
    if not source:
        return write_csv(grades, to or course.root / "build" / "grades.csv")
    if not assignment:
        raise CourseError("Which assignment goes into that column? nngrade export ASSIGNMENT ...")
    return fill(source, CANVAS if canvas else MOODLE, grades, column or "Grade", to)


def read_grades(course, assignment=""):
    """The grades of all students, in one assignment or in all."""
    with course.gradebook() as gradebook:
        known = {each.name: each for each in gradebook.assignments}
        if assignment and assignment not in known:
            raise CourseError(f"The gradebook has no assignment {assignment!r}. It has: {', '.join(known) or 'none'}.")
        chosen = [known[assignment]] if assignment else known.values()
        return [g for each in chosen for g in _grades(gradebook, each, course.api.get_submitted_students(each.name))]


def _grades(gradebook, assignment, handed_in):
    from nbgrader.api import Student

    questions = _questions(assignment)
    scored, penalties = _scored(gradebook, assignment)
    students = {student.id: student for student in gradebook.students}
    for name in sorted(students.keys() | handed_in):
        who = students.get(name) or Student(id=name)
        texts = name, *(text or "" for text in (who.lms_user_id, who.last_name, who.first_name, who.email))
        points, status = _points(questions, scored[name])
        if name not in penalties:
            status = "not graded yet" if name in handed_in else "not submitted"
        score = max(0.0, sum(points.values()) - penalties[name]) if status == "graded" else None
        yield Grade(assignment.name, *texts, status, score, assignment.max_score, penalties.get(name), points)


def _scored(gradebook, assignment):
    """({student: {id of a cell: its scores}}, {student: late penalty}), with two queries for the whole class."""
    from nbgrader.api import Grade as Scored
    from nbgrader.api import SubmittedAssignment as Submitted
    from nbgrader.api import SubmittedNotebook as Book

    columns = Scored.cell_id, Scored.score, Scored.auto_score, Scored.manual_score, Scored.needs_manual_grade
    query = gradebook.db.query(Submitted.student_id, *columns).select_from(Scored)
    query = query.join(Book, Scored.notebook_id == Book.id).join(Submitted, Book.assignment_id == Submitted.id)
    scored = defaultdict(dict)
    for student, cell, *known in query.filter(Submitted.assignment_id == assignment.id):
        scored[student][cell] = known
    query = gradebook.db.query(Submitted.student_id, Submitted.late_submission_penalty)
    return scored, dict(query.filter(Submitted.assignment_id == assignment.id).tuples().all())


def _questions(assignment):
    """{id of a cell: (question, whether the machine grades it)}"""
    several = len(assignment.notebooks) > 1
    return {
        cell.id: (f"{book.name}/{cell.name}" if several else cell.name,
                  cell.cell_type == "code" and cell.name not in {each.name for each in book.solution_cells})
        for book in assignment.notebooks for cell in sorted(book.grade_cells + book.task_cells, key=lambda c: c.name)
    }


def _points(questions, scored):
    """({question: points}, status): what a person or the machine still owes has no points."""
    points, status = {}, "graded"
    for cell, (question, by_machine) in questions.items():
        score, auto, manual, needs_manual = scored.get(cell, (0.0, None, None, True))
        nothing = (auto is None and manual is None) or not math.isfinite(score)
        points[question] = None if nothing or needs_manual else score
        if cell not in scored or (by_machine and nothing):
            status = "could not be graded"
        elif points[question] is None and status == "graded":
            status = "needs manual grading"
    return points, status


def write_csv(grades, path):
    """One line per student and assignment. An empty score is no 0: `status` says why it is empty."""
    questions = list(dict.fromkeys(question for grade in grades for question in grade.points))
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # ends lines in \r\n
    writer.writerow([*TEXTS, *NUMBERS, *map(guarded, questions)])
    for grade in grades:
        numbers = [getattr(grade, name) for name in NUMBERS] + [grade.points.get(question) for question in questions]
        writer.writerow([guarded(getattr(grade, name)) for name in TEXTS] + [number(each) for each in numbers])
    replace(path, "\ufeff" + text.getvalue())
    return [f"{path}: {len(grades)} lines.", *without_score([(grade, "") for grade in grades])]


def guarded(text):
    return "'" + text if FORMULA.match(text) else text


def number(value):
    return "" if value is None else f"{value:.10g}"


def shown(text):
    """For a terminal, where a name could do more than be shown."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def replace(path, text):
    """Write all of a file or nothing, readable by nobody else: these are grades."""
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        part = None
    except OSError as error:
        raise CourseError(f"{path} can't be written: {error.strerror}. Is it open in another program?") from None
    finally:
        if part:
            os.unlink(part)


def fill(source, platform, grades, column, target=None):
    """Write a copy of a platform's file, next to it, in which one column holds the scores."""
    sheet = Sheet(source, platform)
    at = sheet.choose(column)
    target = target or source.with_name(f"{source.stem}-filled.csv")
    if target.exists() and target.samefile(source):
        raise CourseError(f"{source} stays as {platform.name} exported it: choose another file to write to.")
    pairs, rule = match(sheet, grades)
    put, notes = _put_scores(sheet, at, pairs)
    replace(target, sheet.text())
    matched, there = {row for row, _ in pairs}, {grade.student for _, grade in pairs}
    absent = [f"{each.student} ({number(each.score) or each.status})" for each in grades if each.student not in there]
    return [
        f"{target}: {put} scores in {column!r}. Students matched by {rule}.",
        *notes,
        *listed(f"In the file of {platform.name}, but not in the gradebook", sheet.strangers(matched)),
        *listed(f"In the gradebook, but not in the file of {platform.name}", absent),
    ]


def _put_scores(sheet, at, pairs):
    """(how many were put, lines about the others and what to look at)"""
    left, kept, over, late, scales = [], [], [], [], set()
    for row, grade in pairs:
        old, score = sheet.cell(row, at).strip(), number(grade.score)
        most = value(sheet.named(row, "Maximum Grade") or sheet.possible(at))
        if grade.score is None:
            left.append((grade, old))
        elif old.upper() in ("EX", "N/A") or sheet.named(row, "Grade can be changed").lower() == "no":
            kept.append(f"{grade.student} ({old or 'no grade'} there, {score} here)")
        else:
            sheet.put(row, at, score)
            over += [f"{grade.student} ({score} of {number(most)})"] if grade.score > most else []
            late += [grade.student] if grade.late_penalty else []
            if most not in (grade.max_score, math.inf):
                scales.add(f"{number(most)} there, {number(grade.max_score)} here")
    name = sheet.platform.name
    return len(pairs) - len(left) - len(kept), [
        *without_score(left),
        *listed("The points possible differ, and scores are not converted", sorted(scales)),
        *listed(f"More than the points possible in {name}, but in the file all the same", over),
        *listed("nbgrader's late penalty is taken off", late),
        *listed(f"Excused, not assigned or locked in {name}, and left so", kept),
    ]


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
    return [(row, grade) for row in sheet.students for grade in known.get(sheet.named(row, column).casefold(), ())]


class Sheet:
    """The file of a learning platform: cells can be read and changed, all else stays byte for byte."""

    def __init__(self, path, platform):
        self.path, self.platform, text = path, platform, _decoded(path)
        self.bom, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
        for self.delimiter in ",;\t":
            self.rows, self.ends = _split(text, self.delimiter)
            titles = [plain(cell).strip() for cell in self.rows[0]]
            self.header = {title.casefold(): at for at, title in reversed(list(enumerate(titles)))}
            if all(name.casefold() in self.header for name in platform.needs):
                break
        else:
            raise CourseError(f"{path} is not a CSV file of {platform.name}: its first line lacks"
                              f" {' or '.join(platform.needs)}. Get one there: {platform.where}.")
        self.titles = titles
        filled = [row for row in range(1, len(self.rows)) if any(self.rows[row])]
        for row in filled:
            if len(self.rows[row]) != len(titles):
                raise CourseError(f"{path}: record {row + 1} has {len(self.rows[row])} cells, the first {len(titles)}."
                                  " Export the file again and leave it as it is.")
        self.limits = next((row for row in filled if "Points Possible" in self.name(row)), None)
        self.students = [row for row in filled if row != self.limits and not self._manual_posting(row)]

    def _manual_posting(self, row):
        return all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", plain(cell)) for cell in self.rows[row])

    def choose(self, column):
        """The place of a column: its title, or that without the number at its end."""
        found = [at for at, title in enumerate(self.titles) if title == column.strip()]
        if not found:
            short = [re.sub(r" \(\d+\)$", "", title) for title in self.titles]
            found = [at for at, title in enumerate(short) if title == column.strip()]
        if len(found) != 1:
            titles = "".join(f"\n  {shown(title)}" for title in self.titles)
            raise CourseError(f"{self.path} has {len(found) or 'no'} columns {column!r}. It has:{titles}")
        if self.possible(found[0]).startswith("("):
            raise CourseError(f"{self.platform.name} computes {column!r} itself: it is read only.")
        return found[0]

    def cell(self, row, at):
        return plain(self.rows[row][at])

    def named(self, row, column):
        at = self.header.get(column.casefold())
        return "" if at is None else self.cell(row, at).strip()

    def possible(self, at):
        return "" if self.limits is None else self.cell(self.limits, at).strip()

    def name(self, row):
        names = [self.named(row, column) for column in ("Full name", "Student", "LastName", "FirstName")]
        return ", ".join(name for name in names if name) or self.cell(row, 0)

    def strangers(self, matched):
        """The names of the students who were not matched. Canvas's test student is none."""
        return [name for row in self.students if row not in matched and (name := self.name(row)) != "Student, Test"]

    def put(self, row, at, text):
        self.rows[row][at] = f'"{text}"' if self.rows[row][at].startswith('"') else text

    def text(self):
        return self.bom + "".join(self.delimiter.join(row) + end for row, end in zip(self.rows, self.ends))


def _decoded(path):
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise CourseError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path} is no CSV in UTF-8. Was it saved by a spreadsheet? Export it again.") from None


def _split(text, delimiter):
    """The cells of each record as they stand there, quotes and all; and how each record ends."""
    cell = re.compile(rf'("[^"]*(?:""[^"]*)*"|[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)')
    rows, ends, at = [[]], [], 0
    while at < len(text) or len(rows) > len(ends):
        found = cell.match(text, at)
        at = found.end()
        rows[-1].append(found[1])
        if found[2] != delimiter:
            ends.append(found[2])
            rows += [[]] if at < len(text) else []
    return rows, ends


def plain(cell):
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def value(text):
    """A number, also with a decimal comma; without one there is no limit."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.inf


def without_score(left):
    """What [(grade, text that stays in its cell)] has no score, and why."""
    why = defaultdict(list)
    for grade, old in left:
        if grade.score is None:
            why[f"{grade.assignment}, {grade.status}"].append(grade.student + (f" ({old} stays)" if old else ""))
    return [line for reason, who in why.items() for line in listed(f"No score for {reason}", who)]


def listed(what, who):
    return [f"{what}: {', '.join(map(shown, who))}."] if who else []
