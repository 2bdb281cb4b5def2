"""What learning platforms hand out, made for a class that is not there: names as their sources build them."""

import io
import json
import re
import zipfile

from nngrade.collect.roster import Roster, Student

NAMES = ["Doe Jane", "van der Doe Mary Ann", "Müller Zoë", "O'Neil Sam", "Doe-Roe Kim"]
CLASS = [Student(f"student-{n:02}", *name.rsplit(" ", 1 if n != 2 else 2)[:1], name.split(" ", 1 if n != 2 else 3)[-1],
                 f"student-{n:02}@school.example", f"student_{n:02}", f"30{n:02}", f"47{n:02}", f"57{n:02}",
                 f"git-hub-{n:02}", f"67{n:02}") for n, name in enumerate(NAMES, 1)]  # fmt: skip
WITHOUT = Roster(CLASS)


def zipped(files, how=zipfile.ZIP_STORED):
    """A zip of {name: text, bytes or a notebook}."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data if isinstance(data, bytes | str) else json.dumps(data))
    return whole.getvalue()


def packed(files):
    """The same, with many bytes in few."""
    return zipped(files, zipfile.ZIP_DEFLATED)


def canvas(handed, late=()):
    """{student: [(file, data)]} as Canvas zips it: flat, without times."""
    files, number = {}, 99000
    for student, each in handed.items():
        name = re.sub(r"\W", "", f"{student.last_name}{student.first_name}".lower())
        for file, data in each:
            number += 1
            files[f"{name}_{'LATE_' if student in late else ''}{student.canvas}_{number}_{file}"] = data
    return zipped(files)


def moodle(handed, folders=True):
    """(the zip, {student: participant})"""
    participants = {student: f"{12345 + n}" for n, student in enumerate(handed)}
    join = "/" if folders else "_"
    labels = {one: f"{one.first_name} {one.last_name}_{number}_assignsubmission_file{join}"
              for one, number in participants.items()}  # fmt: skip
    return zipped({labels[one] + file: data for one, each in handed.items() for file, data in each}), participants


TITLES = {
    "en": ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
           "Last modified (submission)", "Last modified (grade)", "Feedback comments"),
    "de": ("ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
           "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
           "Feedback als Kommentar"),
    "fr": ("Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Note maximale",
           "La note peut être modifiée", "Dernière modification (travail remis)", "Dernière modification (note)",
           "Feedback par commentaires"),
    "es": ("Identificador", "Nombre completo", "Dirección de correo", "Estado", "Calificación", "Calificación máxima",
           "La calificación puede ser cambiada", "Última modificación (entrega)", "Última modificación (calificación)",
           "Comentarios de retroalimentación"),
}  # fmt: skip
PARTICIPANT = {"en": "Participant ", "de": "Teilnehmer/in", "fr": "Participant", "es": "Participante"}
WHEN = {"en": "Tuesday, 3 March 2026, 05:05 PM", "de": "Dienstag, 3. März 2026, 17:05",
        "fr": "mardi 3 mars 2026, 17:05", "es": "martes, 3 de marzo de 2026, 17:05"}  # fmt: skip


def worksheet(participants, language="en", when=None, most="30.00"):
    """Moodle's grading worksheet, as bytes."""
    rows = [TITLES[language]]
    for student, number in participants.items():
        time = (when or {}).get(student, WHEN[language])
        most = most if language == "en" else most.replace(".", ",")
        rows.append((f"{PARTICIPANT[language]}{number}", f"{student.first_name} {student.last_name}", student.email,
                     "Submitted for grading", "", most, "Yes", time, "-", ""))  # fmt: skip
    return "\ufeff".encode() + "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode() + b"\n"


def blackboard(handed, assignment="HW_1", when="2026-03-03-17-05-09"):
    """With a receipt for each attempt, which knows the students' own names of the files."""
    files = {}
    for student, each in handed.items():
        label = f"{assignment}_{student.login}_attempt_{when}"
        lines = [f"Name: {student.first_name} {student.last_name} ({student.login})", f"Assignment: {assignment}",
                 "Date Submitted: Tuesday, March 3, 2026 5:05:09 PM CET", "", "Files:"]  # fmt: skip
        for file, data in each:
            files[f"{label}_{file.replace(' ', '_')}"] = data
            lines += [f"\tOriginal filename: {file}", f"\tFilename: {label}_{file.replace(' ', '_')}", ""]
        files[f"{label}.txt"] = "\n".join(lines)
    return zipped(files)


def brightspace(handed, folders=True, when="Mar 3, 2026 505 PM"):
    join = "/" if folders else " - "
    files = {"index.html": "<html></html>"}
    for n, (student, each) in enumerate(handed.items()):
        for file, data in each:
            files[f"{39786 + n}-640693 - {student.first_name} {student.last_name} - {when}{join}{file}"] = data
    return zipped(files)


def ilias(handed):
    plain = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ë": "e"})
    return zipped({f"{s.last_name}_{s.first_name}_{s.login}_{s.ilias}".translate(plain) + f"/{file}": data
                   for s, each in handed.items() for file, data in each})  # fmt: skip


def gradescope(handed, together=()):
    """`together` are students who hand in as one group, under the first one's files."""
    files, lines = {}, ["---"]
    for n, (student, each) in enumerate(handed.items(), 123):
        lines += [f"submission_{n}:", "  :submitters:"]
        for one in (together if student in together else (student,)):
            lines += [f"  - :name: {one.first_name} {one.last_name}", f"    :sid: '{one.number}'"]
            lines += [f"    :email: {one.email}"]
        lines += ["  :created_at: 2026-03-03 16:05:09.123456 Z", "  :score: 0.0"]
        files |= {f"assignment_555_export/submission_{n}/{file}": data for file, data in each}
    files["assignment_555_export/submission_metadata.yml"] = "\n".join(lines) + "\n"
    return zipped(files)


def exchange(folder, handed, course="a1_small", when="2026-03-03 16:05:09.123456 UTC"):
    """nbgrader's inbound folder."""
    for student, each in handed.items():
        inner = folder / f"{student.student}+{course}+{when}+abCD_-12"
        inner.mkdir(parents=True)
        for file, data in each:
            (inner / file).write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        (inner / "timestamp.txt").write_text(when)
        (inner / "submission_secret.txt").write_text(f"secret of {student.student}")
    return folder


def classroom(handed):
    """The answer of the API that lists submissions."""
    return json.dumps({"studentSubmissions": [{
        "userId": student.classroom, "late": False, "updateTime": "2026-03-05T10:00:00Z",
        "submissionHistory": [{"stateHistory": {"state": "CREATED", "stateTimestamp": "2026-03-01T10:00:00Z"}},
                              {"stateHistory": {"state": "TURNED_IN", "stateTimestamp": "2026-03-03T16:05:09.123Z"}},
                              {"stateHistory": {"state": "RETURNED", "stateTimestamp": "2026-03-05T10:00:00Z"}}],
        "assignmentSubmission": {"attachments": [{"driveFile": {"id": "x", "title": file}} for file, _ in each]},
    } for student, each in handed.items()]})  # fmt: skip
