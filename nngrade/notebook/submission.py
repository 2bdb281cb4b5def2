"""Reads a notebook that was handed in, whatever happened to it, and brings its cells into the order of the release."""

import errno
import json
import os
import re
import stat
from dataclasses import dataclass, field

from nngrade.notebook.matching import added_to, match, names_defined, same

MOST_BYTES, MOST_CELLS = 20 * 2**20, 2000


class Refused(Exception):
    """This file can't be read as a notebook; says why, for the student and for the instructor."""


@dataclass
class Step:
    """A cell of the notebook as it is graded. `role` is the one of the release's cell, or "own"."""

    id: str
    role: str
    cell_type: str
    source: str
    runs: bool = True
    metadata: dict = field(default_factory=dict)
    points: float = 0
    outputs: list = field(default_factory=list)
    attachments: dict = field(default_factory=dict)
    names: frozenset = frozenset()  # that an answer defines, as far as tests speak of them


def read_file(path, most=MOST_BYTES):
    """The bytes of a file that was handed in. No links are followed, and nothing is waited for."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        why = "it is a symbolic link, which is not followed" if error.errno == errno.ELOOP else error.strerror
        raise Refused(f"The file can't be opened: {why}.") from None
    about = os.fstat(fd)
    if not stat.S_ISREG(about.st_mode):
        os.close(fd)
        raise Refused("This is not a file.")
    with os.fdopen(fd, "rb") as file:
        data = file.read(min(about.st_size, most) + 1)  # as much memory is taken, however little there is
    if len(data) > most:
        raise Refused(_too_large(most))
    return data


def _too_large(most):
    if most < 2**20:
        return f"The file is larger than {most:,} bytes."
    return f"The file is larger than {most // 2**20} MB. Clear its outputs and hand it in again."


def read(data, repaired, most=MOST_BYTES):
    """The cells of a notebook in any encoding and format: dicts with id, grade_id, cell_type and source."""
    if len(data) > most:
        raise Refused(_too_large(most))
    if not data.strip(b"\0 \t\r\n"):
        raise Refused("The file is empty. Save the notebook and hand it in again.")
    try:
        notebook = json.loads(_decode(data, repaired))
    except (ValueError, RecursionError) as error:
        raise Refused(f"The file is not a notebook, or is damaged: {error}. Hand in the .ipynb that Jupyter saves."
                      ) from None  # fmt: skip
    if not isinstance(notebook, dict):
        raise Refused("The file is not a notebook: it holds something else.")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        if not isinstance(sheets, list):
            raise Refused("The file is not a notebook: it has no cells.")
        repaired.append("the notebook was in an old format (nbformat 3)")
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]
    if len(cells) > MOST_CELLS:
        raise Refused(f"The notebook has more than {MOST_CELLS} cells.")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def _decode(data, repaired):
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "Latin-1", data.decode("latin-1")
    if encoding != "utf-8":
        repaired.append(f"the file was not in UTF-8; it is read as {encoding}")
    if text.endswith("\0"):  # as a disk or a cloud drive leaves a file that was being saved
        repaired.append("zero bytes at the end of the file were left out")
    return text.rstrip("\0")


def _list(value):
    return value if isinstance(value, list) else []


def _cell(cell):
    meta = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    grading = meta.get("nbgrader") if isinstance(meta.get("nbgrader"), dict) else {}
    source = cell.get("source", cell.get("input", ""))
    source = "".join(line for line in (source if isinstance(source, list) else [source]) if isinstance(line, str))
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    kind = cell.get("cell_type")
    if kind == "heading":
        source, kind = "# " + source, "markdown"
    return {
        "id": _text(cell.get("id")),
        "grade_id": _text(grading.get("grade_id")),
        "cell_type": kind if kind in ("code", "markdown", "raw") else "markdown",
        "source": source.encode("utf-8", "replace").decode(),
        "attachments": cell["attachments"] if isinstance(cell.get("attachments"), dict) else {},
    }


def _text(value):
    return value if isinstance(value, str) and len(value) < 200 else None


def role(cell):
    """What a cell of the release is for: "test", "solution", "written", "read-only", "task" or "other"."""
    meta = cell["metadata"].get("nbgrader", {})
    if meta.get("task"):
        return "task"
    if meta.get("solution"):
        return "written" if meta.get("grade") else "solution"
    if meta.get("grade"):
        return "test"
    return "read-only" if meta.get("locked") else "other"


def release_steps(release, instructor=None):
    """The cells of the release, as steps; with the `instructor`'s notebook they know which names answers define."""
    steps, asked = [], names_asked(instructor["cells"]) if instructor else {}
    for number, cell in enumerate(release["cells"]):
        meta = cell["metadata"].get("nbgrader", {})
        name = meta.get("grade_id") or cell.get("id") or f"cell-{number}"
        steps.append(
            Step(
                name,
                role(cell),
                cell["cell_type"],
                cell["source"],
                metadata=dict(cell["metadata"]),
                points=float(meta.get("points", 0) or 0),
                attachments=cell.get("attachments", {}),
                names=asked.get(name, frozenset()),
            )
        )
    return steps


def answers(notebook):
    """[(id, source)] of the cells of a release that students fill in."""
    steps = release_steps(notebook)
    return [(step.id, step.source.strip()) for step in steps if step.role in ("solution", "written")]


def names_asked(cells):
    """{id of a solution cell: the names that it defines and that a test mentions}."""
    tests = set(re.findall(r"\w+", " ".join(cell["source"] for cell in cells if role(cell) == "test")))
    solutions = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells if role(cell) == "solution"}
    return {name: frozenset(tests & names_defined(cell["source"])) for name, cell in solutions.items()}


def arrange(cells, release, repaired):
    """The steps to take: the release's cells in its order, with the student's answers and own cells in their places."""
    matched, elsewhere = match(cells, release)
    by_index = {index: name for name, index in matched.items()}
    own, last = {None: []}, None
    for index, cell in enumerate(cells):
        if index in by_index:
            last = by_index[index]
        elif (copied := _copied(cell, release)) is None:
            own.setdefault(last, []).append(_own(cell, index))
        else:
            repaired.append(f"a copy of {copied.id} was left out")
    order = [matched[step.id] for step in release if step.id in matched]
    if order != sorted(order):
        repaired.append("cells had been moved; they are graded in the order of the assignment")
    steps = own[None]
    for step in release:
        if step.id in matched:
            cell = cells[matched[step.id]]
            more = _more(step, cell, release, elsewhere)
            repaired += [f"what had been added to {step.id} is a cell of its own" for _ in more]
            given = [_filled(step, cell, repaired)]
            steps += more + given if step.role == "test" else given + more
        elif step.role in ("test", "read-only", "written", "task") and (
            step.role != "read-only" or step.cell_type == "code"
        ):
            repaired.append(f"{step.id} was missing; it was put in place")
            steps.append(Step(**vars(step)))
        if step.id in elsewhere:
            repaired.append(f"an answer to {step.id} was found in another cell")
            steps.append(Step(f"{step.id}_found", "own", "code", elsewhere[step.id]))
        steps += own.get(step.id, [])
    return steps


def _more(step, cell, release, elsewhere):
    """What a student has added to a cell that runs as it was released, as a list of at most one cell of their own."""
    if step.role not in ("test", "read-only") or cell["cell_type"] != "code":
        return []
    source = added_to(step, cell["source"], release)
    new = source.strip() and source not in elsewhere.values()
    return [Step(f"{step.id}_more", "own", "code", source)] if new else []


def _copied(cell, release):
    """The step of the release that this is one more copy of, as it stands there; or None."""
    labels = {cell["grade_id"], cell["id"]}
    fitting = (step for step in release if step.id in labels and step.role != "other")
    return next((step for step in fitting if same(cell["source"], step.source)), None)


def _own(cell, index):
    return Step(f"cell-{index + 1}", "own", cell["cell_type"], cell["source"], attachments=cell["attachments"])


def _filled(step, cell, repaired):
    """The release's cell with what the student wrote into it, where it was for the student to write."""
    new = Step(**vars(step))
    if cell["grade_id"] != step.id and step.metadata.get("nbgrader"):
        repaired.append(f"{step.id} had {'lost its' if cell['grade_id'] is None else 'another'} label")
    if cell["cell_type"] != step.cell_type:
        repaired.append(f"{step.id} had become a {cell['cell_type']} cell")
        new.cell_type = step.cell_type if step.role != "other" else cell["cell_type"]
    if step.role in ("solution", "written", "other"):
        new.source, new.attachments = cell["source"], cell["attachments"]
    elif not same(cell["source"], step.source):
        repaired.append(f"{step.id} had been edited; the instructor's version is used")
    return new
