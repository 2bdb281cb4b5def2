"""The grade file of a learning platform: read, and given back with single cells changed.

Every byte but those of the cells that change stays, in names that look like formulas too: they go back there.
"""

import re

from nngrade.errors import CourseError
from nngrade.exports.platforms import NO
from nngrade.exports.words import shown

NAMES = "Full name", "Student", "LastName", "FirstName", "Last Name", "First Name"


class Sheet:
    """The file of a learning platform: cells can be read and changed, all else stays byte for byte."""

    def __init__(self, path, platform):
        self.path, self.platform = path, platform
        text, self.encoding = _decoded(path)
        self.bom, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
        for self.delimiter in ",;\t":
            self.rows, self.ends = _split(text, self.delimiter)
            self.titles = [plain(cell).strip() for cell in self.rows[0]]
            self.header = {self._english(title): at for at, title in reversed(list(enumerate(self.titles)))}
            if all(name.casefold() in self.header for name in platform.needs):
                break
        else:
            raise CourseError(f"{path} is not a CSV file of {platform.name}: its first line lacks"
                              f" {' or '.join(platform.needs)}. Get one there: {platform.where}.")
        filled = self._filled()
        self.limits = next((row for row in filled if platform.limits and platform.limits in self.name(row)), None)
        self.students = [row for row in filled if row != self.limits and not self._manual_posting(row)]
        self.comma = self._decimal_comma()

    def _english(self, title):
        return self.platform.also.get(title.casefold(), title).casefold()

    def _decimal_comma(self):
        """Whether its numbers have a decimal comma: they do, or it is in a language that wants one.

        Elsewhere stands what students chose: their names, and an online text, which may be 1,5.
        """
        english = "id", "user full name"  # or in any other language
        if any(title in self.platform.also and title not in english for title in map(str.casefold, self.titles)):
            return True
        rows = self.students if self.limits is None else [*self.students, self.limits]
        cells = (self.cell(row, at).strip() for row in rows for at in self._for_numbers())
        return any(re.fullmatch(r"\d+,\d+", cell) for cell in cells)

    def _for_numbers(self):
        """The places of the columns that hold numbers."""
        if self.platform.grade:
            return [self.header[name] for name in (self.platform.grade.casefold(), "maximum grade")
                    if name in self.header]  # fmt: skip
        return self._not_fixed()

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
        """The place of a column: its title, or that without what the platform adds to its end."""
        column = column or self.platform.grade
        if not column:
            raise CourseError(f"Which column of {self.path}? Name it with --column. It has:{self._for_scores()}")
        if column == self.platform.grade:
            return self.header[column.casefold()]
        found = [at for at, title in enumerate(self.titles) if title == column.strip()]
        if not found:
            short = [re.sub(r" (\(\d+\)|\[Total Pts.*|Points Grade.*)$", "", title) for title in self.titles]
            found = [at for at, title in enumerate(short) if title == column.strip()]
        if len(found) != 1:
            raise CourseError(f"{self.path} has {len(found) or 'no'} columns {column!r}. It has:{self._for_scores()}")
        if self.possible(found[0]).startswith("("):
            raise CourseError(f"{self.platform.name} computes {column!r} itself: it is read only.")
        return found[0]

    def _for_scores(self):
        return "".join(f"\n  {shown(self.titles[at])}" for at in self._not_fixed())

    def _not_fixed(self):
        fixed = {title.casefold() for title in self.platform.fixed}
        return [at for at, title in enumerate(self.titles) if title.casefold() not in fixed]

    def cell(self, row, at):
        """The text of a cell, without quotes."""
        return plain(self.rows[row][at])

    def named(self, row, column):
        """The text in the column of this title; "" if there is no such column."""
        at = self.header.get(column.casefold())
        return "" if at is None else self.cell(row, at).strip()

    def possible(self, at):
        """What the row of points possible, or the title, says of a column; "" if none does."""
        if self.limits is not None:
            return self.cell(self.limits, at).strip()
        found = self.platform.possible.search(self.titles[at])
        return found[1] if found else ""

    def locked(self, row):
        """Whether the platform takes no grade for this student."""
        return self.named(row, "Grade can be changed").casefold() in NO

    def name(self, row):
        """The name of the student in a row, for messages."""
        names = [self.named(row, column) for column in NAMES]
        return ", ".join(name for name in names if name) or self.cell(row, 0)

    def strangers(self, matched):
        """The names of the students who were not matched. Canvas's test student does not count."""
        return [name for row in self.students if row not in matched and (name := self.name(row)) != "Student, Test"]

    def put(self, row, at, text):
        """Write a number into a cell, in quotes if it had some or needs them."""
        text = text.replace(".", ",") if self.comma else text
        quoted = self.rows[row][at].startswith('"') or self.delimiter in text
        self.rows[row][at] = f'"{text}"' if quoted else text

    def data(self):
        """The file as it is now."""
        text = self.bom + "".join(self.delimiter.join(row) + end for row, end in zip(self.rows, self.ends))
        return text.encode(self.encoding)


def _decoded(path):
    """(text, encoding): UTF-16 begins with a mark that says so, and stays in the text as such."""
    try:
        data = path.read_bytes()
        marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
        encoding = marks.get(data[:2], "utf-8")
        return data.decode(encoding), encoding
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
