"""Notebooks and texts of the course as pages of the book: links, questions that answer, one place for each."""

import html
import json
import re
from dataclasses import asdict

from numbering import anchor as anchor_of
from numbering import with_numbers

from nnlib.questions import question

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\\\[|\\\])*)\]\((?!https?:|#)([^)\s#]+)?(#[^)\s]+)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)  # holds no links
LECTURE = re.compile(r"^#.*|\b[Ll]ecture (\d+)\b", re.MULTILINE)  # headings stay as they are
MARK = re.compile("\ue000(\\d+)\ue001")
CELL = "#cell-id="
ASK = re.compile(r'checks\.ask\("([^"]+)"')
PLACES = {  # pages that are no notebooks
    "README.md": "index",
    "INSTRUCTORS.md": "instructors",
    "CONTRIBUTING.md": "contributing",
    "benchmarks/RESULTS.md": "results",
    "nnlib/README.md": "library/index",
    "nnlib": "library/index",
    "notation.md": "notation",
    "assignments/index.md": "assignments/index",
}


def page(notebook, place, names):
    """A notebook as it goes into the book at `place`, its path in the course without the ending.

    `names` are those of equations and figures, {place: {cell id: names}}, of all lectures.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = linked(cell.source, place, names)
        elif asked := ASK.search(cell.source):
            cell.outputs = [_widget(asked[1], cell.outputs)]
    return with_numbers(notebook, names.get(place, {}))


def linked(text, place, names):
    """The text with links to files of the course turned into links to pages; those that have none become words.

    "lecture 6" becomes a link, too; what links to a cell says the number of its equation or figure.
    """
    kept = []

    def keep(text):
        kept.append(text)
        return f"\ue000{len(kept) - 1}\ue001"

    def link(where, anchor, words):
        return keep(f'<a class="reference internal" href="{_relative(place, where)}.html{anchor}">{words}</a>')

    def page_of(match):
        words, target, anchor = match[1], match[2], match[3] or ""
        if not target:
            return match[0]
        where = _resolved(place, target)
        if where is not None and anchor.startswith(CELL):
            name = names[where][anchor.removeprefix(CELL)][-1]
            words, anchor = f"{words} {name}".strip(), "#" + anchor_of(name)
        return words if where is None else link(where, anchor, words)

    def lecture(match):
        wanted = f"lectures/{int(match[1] or 0):02}_"
        where = next((where for where in names if where.startswith(wanted)), place)
        return match[0] if where == place else link(where, "", match[0])

    text = LINK.sub(page_of, CODE.sub(lambda match: keep(match[0]), text))
    text = LECTURE.sub(lecture, text)
    while MARK.search(text):  # links hold code
        text = MARK.sub(lambda match: kept[int(match[1])], text)
    return text


def _resolved(place, target):
    """The page that a link of the page at `place` leads to; None if that file is not in the book."""
    parts = place.split("/")[:-1]
    for part in target.rstrip("/").split("/"):
        parts = parts[:-1] if part == ".." else parts if part == "." else [*parts, part]
    path = "/".join(parts)
    if path.endswith(".ipynb"):
        return path.removesuffix(".ipynb")
    if path.startswith("nnlib/") and path.endswith(".py"):
        return "library/" + path.removeprefix("nnlib/").removesuffix(".py").replace("/", "_")
    return PLACES.get(path)


def _relative(place, where):
    return "../" * PLACES.get(f"{place}.md", place).count("/") + where


def _widget(name, outputs):
    """The output of a question: where an answer is typed, and what static/questions.js needs to judge it."""
    asked = asdict(question(name)) | {"way": question(name).way, "answer": question(name).answer}
    data = html.escape(json.dumps(asked, ensure_ascii=False))
    form = (
        f'<form class="nn-question" data-question="{data}"><label>Your answer: '
        f'<input type="text" autocomplete="off" placeholder="{html.escape(asked["way"])}"></label>'
        '<button type="submit">Check</button><p aria-live="polite"></p></form>'
    )
    said = next((o.data["text/html"] for o in outputs if "text/html" in o.get("data", {})), "")
    folded = "".join(re.findall(r"<details>.*</details>", said, re.DOTALL))
    output = json.loads(json.dumps({"output_type": "display_data", "metadata": {}, "data": {}}))
    output["data"] = {"text/html": form + folded}
    return type(outputs[0])(output) if outputs else output
