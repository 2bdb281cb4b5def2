"""What platforms say beside the files: grading worksheets and metadata, which know who has a number, and when."""

import json
import re
from dataclasses import dataclass, field

import yaml

from nngrade.collect.class_lists import CALLED, decoded, table
from nngrade.errors import CourseError
from nngrade.notebook.submission import Refused

WORKSHEET = {  # of Moodle, in English, German, French, Spanish
    "id": "identifier|id|identifiant|identificador",
    "time": "last modified (submission)|zuletzt geändert (abgabe)|dernière modification (travail remis)"
            "|última modificación (entrega)",
    "status": "status|statut|estado",
    "group": "group|gruppe|groupe|grupo",
    "name": CALLED["name"], "email": CALLED["email"], "login": CALLED["login"], "number": CALLED["number"],
}  # fmt: skip
LATE = re.compile(r"late|verspätet|zu spät|überfällig|en retard|retard|retraso|tarde|atras", re.IGNORECASE)


@dataclass
class Told:
    """What a list says of one submission, or of one person."""

    ids: list = field(default_factory=list)  # [(kind, id)]
    name: str = ""
    time: str = ""
    late: bool = False
    group: str = ""
    people: list = field(default_factory=list)  # of a group: a Told for each


def read(path):
    """{(kind, id): Told} of a list that a platform hands out beside the files; None if this is none."""
    if path.suffix.lower() == ".json":
        return _classroom(path)
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        return None
    rows = [{title.casefold(): text for title, text in row.items()} for row in table(path)]
    titles = set(rows[0] if rows else ())
    if "github_username" in titles and {"student_repository_name", "submission_timestamp"} & titles:
        return {("github", row["github_username"]): Told([("github", row["github_username"]),
                ("student", row.get("roster_identifier", ""))], time=row.get("submission_timestamp", ""))
                for row in rows}  # fmt: skip
    if _column(titles, "id") and (_column(titles, "status") or _column(titles, "time")):
        return _moodle(path, rows)
    raise CourseError(f"{path} is no list that says when something was handed in. A list of students goes into the"
                      f" roster: nngrade roster {path.name}")  # fmt: skip


def _column(titles, name):
    return next((title for title in WORKSHEET[name].split("|") if title in titles), None)


def _moodle(path, rows):
    """Its grading worksheet: the numbers of participants are those of the files, of this assignment alone."""
    told = {}
    columns = {name: _column(rows[0], name) for name in WORKSHEET}
    for row in rows:
        said = {name: row.get(title, "") if title else "" for name, title in columns.items()}
        number = re.search(r"\d+$", said["id"])
        if number is None:
            raise CourseError(f"{path}: {said['id']!r} is no participant's number, so who is who is not certain.")
        ids = [(kind, said[kind]) for kind in ("number", "email", "login") if said[kind]]
        time = "" if said["time"] in ("", "-") else said["time"]
        told["moodle", number[0]] = Told(ids, said["name"], time, bool(LATE.search(said["status"])), said["group"])
    return told


def _classroom(path):
    """Google Classroom's courseWork.studentSubmissions.list: files by the name in Drive, where only one has it."""
    try:
        return _turned_in(json.loads(decoded(path))["studentSubmissions"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CourseError(f"{path} is no list of submissions of Google Classroom.") from None


def _turned_in(submissions):
    told = {}
    for each in submissions:
        states = [step["stateHistory"] for step in each.get("submissionHistory", ()) if "stateHistory" in step]
        times = [state["stateTimestamp"] for state in states if state.get("state") == "TURNED_IN"]
        one = Told([("classroom", each["userId"])], time=max(times, default=""), late=bool(each.get("late")))
        for file in each.get("assignmentSubmission", {}).get("attachments", ()):
            if title := file.get("driveFile", {}).get("title"):
                key = "drive", title.casefold()
                told[key] = Told() if key in told else one  # of two who have the same name for it, nobody knows
    return told


def gradescope(entry):
    """{("gradescope", folder): Told} of its submission_metadata.yml."""
    where = "/".join(entry.path)
    try:
        # its keys begin with a colon, and its times are to stay texts: nothing but plain values is made
        told = yaml.load(entry.read().decode("utf-8", "replace"), yaml.BaseLoader) or {}
        return {("gradescope", folder): _submission(each) for folder, each in told.items() if isinstance(each, dict)}
    except Refused as why:
        raise CourseError(f"{where}: {why}") from None
    except (yaml.YAMLError, AttributeError, TypeError):
        raise CourseError(f"{where} is no list of submissions of Gradescope.") from None


def _submission(said):
    people = []
    for each in said.get(":submitters") or ():
        kinds = (("number", ":sid"), ("email", ":email"))
        people.append(Told([(kind, each[key]) for kind, key in kinds if each.get(key)], each.get(":name", "")))
    time = said.get(":created_at") or ""
    zoned = re.search(r"(Z|UTC|[+-]\d\d:?\d\d)$", time.strip())
    return Told(time=time if zoned or not time else f"{time} UTC", people=people)  # YAML itself drops UTC
