"""Lists of students, as platforms export them and as spreadsheets save them."""

import csv
import io
import json
import re
import unicodedata
from dataclasses import dataclass, fields
from functools import cached_property

from nngrade.errors import CourseError


@dataclass(frozen=True)
class Student:
    """One student. All but the names are ids, each of them of one student alone."""

    student: str = ""  # names the folders
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    login: str = ""
    number: str = ""  # of the university
    canvas: str = ""
    ilias: str = ""
    github: str = ""
    classroom: str = ""

    @cached_property
    def names(self):
        """Their full name in both orders, to compare."""
        whole = f"{self.first_name} {self.last_name}", f"{self.last_name} {self.first_name}"
        return {plain_name(name) for name in whole} - {""}

    @cached_property
    def ids(self):
        """[(kind, value)], to compare."""
        return [(kind, value.casefold()) for kind in KINDS if (value := getattr(self, kind))]


COLUMNS = [each.name for each in fields(Student)]
KINDS = [name for name in COLUMNS if not name.endswith("_name")]
CALLED = {  # in the lists of platforms, in English, German, French, Spanish
    "email": "email address|e-mail|e-mail-adresse|e-mail address|adresse de courriel|dirección de correo|mail",
    "login": "username|user name|sis login id|benutzername|anmeldename|nom d'utilisateur|nombre de usuario|eid|user id",
    "number": "id number|sis user id|student id|orgdefinedid|sid|id-nummer|matrikelnummer|matriculation number"
              "|numéro d'identification|número de id",
    "last_name": "last name|lastname|surname|nachname|nom|nom de famille|apellido(s)|apellidos|apellido",
    "first_name": "first name|firstname|vorname|prénom|nombre",
    "name": "full name|user full name|name|vollständiger name|nom complet|nombre completo",
    "github": "github username", "canvas": "canvas user id|canvas id", "ilias": "ilias id|usr id",
    "student": "identifier",
}  # fmt: skip
OTHERWISE = [  # (columns by which a list is known, what some of its titles mean there)
    ({"student", "id", "section"}, {"student": "name", "id": "canvas"}),  # Canvas's gradebook
    ({"display id", "id"}, {"display id": "login"}),  # Sakai
    ({"id", "first name", "last name"}, {"id": "student", "lms user id": "canvas"}),  # nbgrader
]


def plain_title(title):
    """The title of a column to compare: without case, hyphens and underscores."""
    return re.sub(r"[\s_-]+", " ", title.casefold()).strip()


FIELDS = {plain_title(title): name for name, titles in CALLED.items() for title in titles.split("|")}
FIELDS |= {plain_title(name): name for name in COLUMNS}


def read_list(path):
    """The students in a platform's list, or in one that a spreadsheet saved."""
    if path.suffix.lower() == ".json":
        return _classroom(path)
    if not (rows := table(path)):
        raise CourseError(f"{path} holds no students: it takes a line of titles, and below it one for each of them.")
    fields_of = _fields(path, list(rows[0]))
    people = [_person(row, fields_of) for row in rows]
    return [each for each in people if any(getattr(each, kind) for kind in KINDS)]


def unused(path):
    """The titles of the columns of a list in which `read_list` sees nothing that it could use."""
    rows = [] if path.suffix.lower() == ".json" else table(path)
    return [title for title, field in _fields(path, list(rows[0])).items() if title and not field] if rows else []


def table(path):
    """[{title: text}] of a CSV file, whatever separates its columns; a first line sep=; is for Excel alone."""
    text = re.sub(r'\A\s*"?sep=.?"?[;,\t]*\r?\n', "", decoded(path), flags=re.IGNORECASE)
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = max(",;\t", key=lambda each: (lines[0] if lines else "").count(each))
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise CourseError(f"{path} can't be read as CSV: {error}.") from None
    rows = [row for each in rows if any(row := [cell.strip() for cell in each])]
    return [dict(zip(rows[0], [*row, *[""] * len(rows[0])])) for row in rows[1:]] if rows else []


def decoded(path):
    """The text of a file, in the encodings that platforms and spreadsheets write."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} can't be read: {error.strerror}.") from None
    if data[:2] == b"PK":
        raise CourseError(f"{path} is a workbook or a zip. Save it as CSV, and give that.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _fields(path, titles):
    own = {plain_title(title) for title in titles}
    meaning = next((meant for needs, meant in OTHERWISE if needs <= own), {})
    found = {title: (FIELDS | meaning).get(plain_title(title), "") for title in titles}
    if not set(found.values()) & set(KINDS):
        raise CourseError(f"{path} has no column that says who a student is, such as {', '.join(KINDS[:4])}."
                          f" It has: {', '.join(titles) or 'nothing'}.")  # fmt: skip
    return found


def _person(row, fields_of):
    said = {}
    for title, text in row.items():
        if (field := fields_of[title]) and text and not said.get(field):
            said[field] = text.lstrip("#") if title.casefold() in ("orgdefinedid", "username") else text
    whole = said.pop("name", "")
    if whole.strip() in ("Points Possible", "Student, Test"):
        return Student()
    if whole and not said.get("last_name"):
        said["last_name"], said["first_name"] = split_name(whole)
    return Student(**said)


def _classroom(path):
    """The answer of Google Classroom's courses.students.list."""
    try:
        people = json.loads(decoded(path))["students"]
        return [Student(classroom=each["userId"], email=each["profile"].get("emailAddress", ""),
                        last_name=each["profile"]["name"].get("familyName", ""),
                        first_name=each["profile"]["name"].get("givenName", "")) for each in people]  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CourseError(f"{path} is no list of students of Google Classroom (courses.students.list).") from None


def split_name(whole):
    """(last name, first name) of a full name, in either order."""
    last, comma, first = whole.partition(",")
    if comma:
        return last.strip(), first.strip()
    *firsts, last = whole.split()
    return last, " ".join(firsts)


def plain_name(name):
    """A name to compare: without case, accents and the signs that platforms drop."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        re.sub(r"[^\w]+|_", " ", "".join(each for each in letters if not unicodedata.combining(each))).split()
    )
