"""What the grade files of learning platforms look like.

Canvas exports Student (or LastName, FirstName), ID, perhaps SIS User ID, SIS Login ID, Section, assignments as
"Name (12345)", totals. A row "Manual Posting" may precede "    Points Possible", where totals read "(read only)".
"EX" is excused, "N/A" not assigned; the test student comes last. Commas or semicolons delimit. On import, a cell that
became empty counts as a change. Where Canvas has a late policy, it may take off points once more.

Moodle's grading worksheet is in the language of whoever downloads it, and goes back in the same: Identifier
("Participant 123"), Full name, Grade, Maximum grade, Last modified (grade), and more. The import goes by Identifier;
it skips what is empty, and without a word what is locked or above the maximum. Outside of English it wants a decimal
comma.

Blackboard's file has Username and columns like "HW 1 [Total Pts: 100 Score] |12345", with tabs, in UTF-16.
Brightspace's has OrgDefinedId or Username first, "HW 1 Points Grade", and "#" at the end of each line and in front of
ids.
"""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Platform:
    """What the files of a learning platform look like."""

    name: str
    needs: tuple  # columns by which a file is known
    keys: tuple  # columns that say who a student is, the best first
    where: str  # to get the file
    grade: str = ""  # the column for scores, where it is always the same
    also: dict = field(default_factory=dict)  # {a column as it is called in another language: its English title}
    possible: re.Pattern = re.compile(r"(?!)")  # the points possible, in a column's title
    limits: str = ""  # the name in the row of points possible
    fixed: tuple = ()  # columns that hold no scores


TRANSLATED = {
    "Identifier": "ID|Identifiant|Identificador",
    "Full name": "Vollständiger Name|Nom complet|Nombre completo|User full name",
    "Email address": "E-Mail-Adresse|Adresse de courriel|Dirección de correo",
    "Grade": "Bewertung|Note|Calificación",
    "Maximum Grade": "Bestwertung|Note maximale|Calificación máxima",
    "Grade can be changed": "Bewertung kann geändert werden|La note peut être modifiée"
                            "|La calificación puede ser cambiada",
    "ID number": "ID-Nummer|Numéro d'identification|Número de ID",
    "Username": "Anmeldename|Nom d'utilisateur|Nombre de usuario",
}  # fmt: skip
NO = ("no", "nein", "non")  # in "Grade can be changed"
PEOPLE = "Last Name", "First Name", "Username", "Student ID", "Email", "Availability", "Last Access", "Child Course ID"

CANVAS = Platform("Canvas", ("ID", "Section"), ("SIS Login ID", "SIS User ID", "ID"), "Grades, Export",
                  limits="Points Possible",
                  fixed=("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID",
                         "Section"))  # fmt: skip
MOODLE = Platform("Moodle", ("Identifier", "Grade"), ("Email address", "Username", "ID number", "Identifier"),
                  "Download grading worksheet", "Grade",
                  {there.casefold(): ours for ours, names in TRANSLATED.items()
                   for there in names.split("|")})  # fmt: skip
BLACKBOARD = Platform("Blackboard", ("Username", "Last Name"), ("Username", "Student ID"), "Grade Center, Work Offline",
                      possible=re.compile(r"\[Total Pts: (?:up to )?([\d.,]+)"), fixed=PEOPLE)  # fmt: skip
BRIGHTSPACE = Platform("Brightspace", ("End-of-Line Indicator",), ("Username", "OrgDefinedId", "Email"),
                       "Grades, Export", possible=re.compile(r"MaxPoints:\s*([\d.,]+)"),
                       fixed=(*PEOPLE, "OrgDefinedId", "End-of-Line Indicator"))  # fmt: skip
BY_OPTION = {"canvas": CANVAS, "moodle": MOODLE, "blackboard": BLACKBOARD, "brightspace": BRIGHTSPACE}
