"""Which of the files that somebody handed in are the notebooks of the assignment."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field

from nngrade.collect.archive import LONGEST, Entry
from nngrade.notebook import saved, submission

MOST_BYTES = 2**28  # of all files that somebody handed in
ENDING = re.compile(r"(\.ipynb)?(\.(txt|json))?$", re.IGNORECASE)  # browsers save a3.ipynb.txt
COPY = re.compile(
    r"(?P<stem>.*?)(?:\s*\((?P<n>\d+)\)|-(?P<dash>\d+)|\s*[-–]\s*(?:copy|kopie|copie|copia)\s*)$", re.IGNORECASE
)
LATE = re.compile(r"^[^\W\d]+( [^\W\d]+)* - (?=\S)")  # ILIAS: "Late Submission - a3.ipynb", in its own language


@dataclass
class Choice:
    """What goes to be graded, {name: bytes}, and what there is to say about it."""

    files: dict = field(default_factory=dict)
    problem: str = ""
    late: bool = False
    notes: list = field(default_factory=list)


@dataclass
class _File:
    name: str
    entry: Entry
    data: bytes = b""
    problem: str = ""
    cells: frozenset = frozenset()  # the names that the assignment gave to its cells


def choose(files, wanted):
    """The Choice among [(the student's name, Entry)]; `wanted` is {notebook: names of its cells}."""
    read = _read_all(files)
    choice, sound = (
        Choice(late=any(_late(each.name, wanted) for each in read)),
        [each for each in read if not each.problem],
    )
    for notebook, ids in wanted.items():
        fitting = _fitting(sound, notebook, ids, wanted)
        if isinstance(fitting, str):
            choice.problem = fitting
        elif fitting:
            choice.files[f"{notebook}.ipynb"] = fitting.data
            if notebook.casefold() not in (old := fitting.name.rsplit("/", 1)[-1]).casefold():
                choice.notes.append(f"{old} is taken for {notebook}.ipynb")
    if not choice.files:
        choice.problem = choice.problem or _why_none(read)
        choice.files = _kept([each for each in read if each.data])
    return choice


def _fitting(sound, notebook, ids, wanted):
    """The file that is this notebook; None, or in words why that is not certain."""
    named = [each for each in sound if _stem(each.name) == notebook.casefold()]
    ours = [each for each in sound if len(each.cells & ids) * 2 > len(ids)]
    if not (fitting := named or ours or (sound if len(wanted) == 1 and len(sound) == 1 else [])):
        return None
    fitting = [each for each in fitting if each in ours] or fitting
    newest = max(_number(each.name) for each in fitting)
    newest = {each.data: each for each in fitting if _number(each.name) == newest}
    if len(newest) > 1:
        names = ", ".join(sorted(each.name for each in newest.values()))
        return f"several notebooks, and which one counts is not certain: {names}"
    only = next(iter(newest.values()))
    if only.cells and ids and not only.cells & ids:
        return f"{only.name} is the notebook of another assignment"
    return only


def _read_all(files):
    read, left = [], MOST_BYTES
    for name, entry in files:
        read.append(_read(name, entry, left))
        left -= len(read[-1].data)
    return read


def _read(name, entry, most):
    file = _File(name, entry)
    try:
        data = entry.read()
        if len(data) > most:
            raise submission.Refused(f"with it, the files have more than {MOST_BYTES // 2**20} MB")
        file.data = data
        if not name.lower().endswith((".ipynb", ".txt", ".json")):
            file.problem = f"{name} is no notebook"
            return file
        cells = submission.read(saved.without_outputs(data), [])
        file.cells = frozenset(cell["grade_id"] for cell in cells) - {None}
    except submission.Refused as why:
        page = file.data.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
        file.problem = f"{name} is a web page, no notebook" if page else f"{name}: {why}"
    return file


def _why_none(read):
    if not read:
        return "no file was handed in"
    return "; ".join(each.problem or f"{each.name} is not the assignment's notebook" for each in read)


def _plain(name):
    return ENDING.sub("", name.rsplit("/", 1)[-1])


def _stem(name):
    """The name of a notebook without what platforms, browsers and copying put around it."""
    stem = _plain(name)
    while copied := COPY.fullmatch(stem):
        stem = copied["stem"]
    return LATE.sub("", stem).strip().casefold()


def _number(name):
    copied = COPY.fullmatch(_plain(name))
    return int((copied and (copied["n"] or copied["dash"])) or 0)


def _late(name, wanted):
    return any(re.match(rf"[^\W\d][\w ]* - {re.escape(notebook)}\b", name.rsplit("/", 1)[-1]) for notebook in wanted)


def _kept(files):
    """{name: bytes} of all of them. Of two in folders none has the name alone: else it would be graded."""
    names = Counter(safe(each.name) for each in files)
    return {safe(each.name.replace("/", "_") if names[safe(each.name)] > 1 else each.name): each.data
            for each in files}  # fmt: skip


def safe(name):
    """A file's own name, as one that no system takes for anything else."""
    own = re.sub(r"[^\w. ()+-]", "_", name.rsplit("/", 1)[-1]).lstrip(".") or "file"
    if len(own.encode()) <= LONGEST:
        return own
    begin, ending = own.encode()[:100].decode(errors="ignore"), re.search(r"(\.\w{1,5})?$", own)[0]
    return f"{begin}-{hashlib.sha256(own.encode()).hexdigest()[:8]}{ending}"


def cells_of(path):
    """The names of the graded and locked cells of a released notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    grading = (cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"])
    return frozenset(each["grade_id"] for each in grading if each.get("grade_id"))
