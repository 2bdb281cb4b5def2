"""The files that Canvas and Moodle hand out: read, and given back with single cells changed.

Canvas exports Student (or LastName, FirstName), ID, perhaps SIS User ID, SIS Login ID, Section, assignments as
"Name (12345)", totals. A row "Manual Posting" may precede "    Points Possible", where totals read "(read only)".
"EX" is excused, "N/A" not assigned; the test student comes last. Commas or semicolons delimit. On import, a cell that
became empty counts as a change. Where Canvas has a late policy, it may take off points once more.

Moodle's grading worksheet has Identifier ("Participant 123"), Full name, Email address, Status, Grade, Maximum Grade,
Grade can be changed, Last modified (grade), Feedback comments. The import goes by Identifier; it skips what is empty,
and without a word what is locked or above the maximum.

Every byte but those of the cells that change stays, in names that look like formulas too: they go back there.
"""

import re
from dataclasses import dataclass

from nngrade.errors import CourseError
from nngrade.exports.words import shown


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


class Sheet:
    """The file of a learning platform: cells can be read and changed, all else stays byte for byte."""

    def __init__(self, path, platform):
        self.path, self.platform, text = path, platform, _decoded(path)
        self.bom, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
        for self.delimiter in ",;":
            self.rows, self.ends = _split(text, self.delimiter)
            self.titles = [plain(cell).strip() for cell in self.rows[0]]
            self.header = {title.casefold(): at for at, title in reversed(list(enumerate(self.titles)))}
            if all(name.casefold() in self.header for name in platform.needs):
                break
        else:
            raise CourseError(f"{path} is not a CSV file of {platform.name}: its first line lacks"
                              f" {' or '.join(platform.needs)}. Get one there: {platform.where}.")
        filled = self._filled()
        self.limits = next((row for row in filled if "Points Possible" in self.name(row)), None)
        self.students = [row for row in filled if row != self.limits and not self._manual_posting(row)]

    def _filled(self):
        """The numbers of the records after the first that hold something."""
        filled, width = [row for row in range(1, len(self.rows)) if any(self.rows[row])], len(self.titles)
        for row in filled:
            if (found := len(self.rows[row])) != width:
                raise CourseError(f"{self.path}: record {row + 1} has {found} cells, the first {width}."
                                  " Export the file again and leave it as it is.")
        return filled

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
        """The text of a cell, without quotes."""
        return plain(self.rows[row][at])

    def named(self, row, column):
        """The text in the column of this title; "" if there is no such column."""
        at = self.header.get(column.casefold())
        return "" if at is None else self.cell(row, at).strip()

    def possible(self, at):
        """What the row of points possible says in a column; "" if the file has no such row."""
        return "" if self.limits is None else self.cell(self.limits, at).strip()

    def name(self, row):
        """The name of the student in a row, for messages."""
        names = [self.named(row, column) for column in ("Full name", "Student", "LastName", "FirstName")]
        return ", ".join(name for name in names if name) or self.cell(row, 0)

    def strangers(self, matched):
        """The names of the students who were not matched. Canvas's test student does not count."""
        return [name for row in self.students if row not in matched and (name := self.name(row)) != "Student, Test"]

    def put(self, row, at, text):
        """Write into a cell, in quotes if it had some."""
        self.rows[row][at] = f'"{text}"' if self.rows[row][at].startswith('"') else text

    def text(self):
        """The file as it is now."""
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
    """The text that a cell of a CSV file stands for."""
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
