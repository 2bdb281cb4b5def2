"""The slides of a lecture, chosen by a rule; a cell with the tag `no-slide` is left out, one with `slide` is in.

Parts (##) lie side by side, and what belongs to a part below each other: the arrow to the right skips what is left.
There are the key points of the texts (keywords.py), every figure, questions with an answer that comes at a press of a
key, and code that a class can take in: what defines something, or follows an equation, a pitfall or a bug to be found.
"""

import html
import re
from dataclasses import dataclass

import keywords
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from numbering import caption, is_figure, replaced
from pages import ASK

from nnlib.questions import question

MOST_LINES, MOST_CODE = 13, 25  # of text, of code with what it prints
WIDTH = 78  # letters of text in a line
ROOM, LINE = 600, 41  # below a title, a line of text: pixels of a slide of 1280 x 720
CODE = {"l": (86, 30), "m": (103, 25), "s": (122, 21)}  # letters in a line of code, its height: as in slides.css


@dataclass
class Slide:
    """A title, cells (some come one by one), notes for the speaker; what lies in `data` is for slides.css."""

    title: str
    cells: list
    notes: list
    kind: str
    data: dict
    height: float  # of the cells, about


class Deck:
    """Goes through a lecture cell by cell; `slides` are what came of it."""

    def __init__(self, names):
        self.names, self.slides, self.notes, self.title, self.follows = names, [], [], "", False
        self.topic = ""  # the title before a bug was to be found
        self.kind, self.open = "slide", None  # the slide that has room for the code or figure that comes next

    def add(self, title, cells, look, height=ROOM):
        self.slides.append(Slide(title, cells, self.notes, self.kind, {"look": look}, height))
        self.notes, self.kind = [], "subslide"
        return self.slides[-1]

    def put(self, title, cell, look, height, room):
        """Below the text that it belongs to, if this takes no more than `room`; on a slide of its own otherwise."""
        if self.open and self.open.height <= room:
            self.open.cells.append(cell)
            self.open.notes += self.notes
            self.notes, into = [], self.open
        else:
            into = self.add(title, [cell], look, height)
        self.open = None
        return into

    def opening(self, cell):
        """The title, and what one will be able to do, as a list."""
        blocks = keywords.blocks(cell.source)
        able = next(block for block in blocks if block.startswith("**What you will"))
        aims = keywords.sentences(able.partition("**What you will be able to do.**")[2].strip())
        self.notes.append(cell.source)
        self.add(blocks[0].removeprefix("# "), [new_markdown_cell("\n".join(f"- {aim}" for aim in aims))], "title")

    def text(self, cell):
        """Slides with the key points of a text cell, and one for each pitfall in it."""
        blocks = keywords.blocks(cell.source)
        for heading in filter(None, map(keywords.HEADING.match, blocks)):
            self.title = heading[2]
            self.kind = "slide" if len(heading[1]) <= 2 else self.kind
        self.notes.append(cell.source)
        pitfalls = [block for block in blocks if block.startswith("> **Pitfall")]
        self.open = None if pitfalls or any(map(keywords.HEADING.match, blocks)) else self.open
        self.follows = "$$" in cell.source or bool(pitfalls)
        if self.title == "Further reading":
            return
        for part in _parts(keywords.key_points(self._numbered(cell))):
            self.open = self._words(self.title, [new_markdown_cell("\n\n".join(part))], part, "text")
        for block in pitfalls:
            title, steps = keywords.pitfall(block)
            self.open = self._words(title, [_step(step, i) for i, step in enumerate(steps)], steps, "pitfall")

    def _words(self, title, cells, points, look):
        lines = sum(map(_lines, points))
        small = "-small" if lines > 0.8 * MOST_LINES else ""
        height = lines * LINE + (self.open.height if self.open else ROOM)
        if look == "text" and height < ROOM / 2 and self.open.data["look"] == look:
            self.open.height += lines * LINE
            self.open.cells += cells
            self.open.notes += self.notes
            self.notes = []
            return self.open
        return self.add(title, cells, look + small, lines * LINE)

    def question(self, cell):
        """What stands before a question is text like any other; where a bug is to be found, it is the task."""
        before, title, words = re.match(r"(.*?)\*\*(Question[^*]*?)\.?\*\*\s*(.*)", cell.source, re.DOTALL).groups()
        is_bug = "Find the bug" in before
        if is_bug:
            self.topic, self.title, title = self.title, "Find the bug", "Find the bug"
            words = before.partition("Find the bug")[2] + words
        elif before.strip():
            self.text(new_markdown_cell(before, id=cell.id))
        self.notes.append(words)
        self.add(title, [new_markdown_cell("\n\n".join(keywords.blocks(words)))], "question")
        self.follows, self.open = is_bug, None

    def answer(self, name):
        """The right answer to the question above; where code lies in between, on a slide of its own."""
        known = question(name)
        last = self.slides[-1]
        if last.data["look"] != "question":
            last = self.add(f"{self.title}: the answer", [], "question")
        last.cells.append(_step(f"**{known.answer}**\n\n{known.reason}", 1))
        self.title = self.topic if self.title == "Find the bug" else self.title

    def figure(self, cell):
        page = next(output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {}))
        name, words = self.names[cell.id][0], html.escape(caption(cell))
        if "nn-slider" not in page:
            alt = re.search(r'<img alt="([^"]*)"', page)[1]
            page = f'<img class="nn-figure" alt="{alt}" src="{file_of(cell, name)}">'
        room = 0 if "nn-slider" in page else 2.8 * LINE
        into = self.put(words, new_markdown_cell(page), "figure", ROOM, room)
        name += "" if into.title == words else f": {words}"
        into.cells.append(new_markdown_cell(f'<p class="nn-name">{name}</p>'))

    def code(self, cell):
        """Code and what it prints, if a class can take it in."""
        source, said = cell.source.splitlines(), printed(cell).splitlines()
        wanted = self.follows or re.search(r"^(def|class) ", cell.source, re.MULTILINE)
        if not (wanted or "slide" in cell.metadata.get("tags", [])) or len(source) > MOST_CODE:
            return
        said = said if len(source) + len(said) <= MOST_CODE else []
        outputs = [new_output("stream", name="stdout", text=printed(cell))] if said else []
        size, height = _code_size([*source, *said])
        shown = new_code_cell(cell.source, outputs=outputs)
        self.put(self.title, shown, "code", height, ROOM - height).data["code"] = size

    def _numbered(self, cell):
        names = self.names.get(cell.id, [])
        return replaced(cell.source, names, lambda formula, name: f"{formula[:-2]}\\tag{{{name[1:-1]}}}$$")


def slides(notebook, names):
    """The slides of an executed lecture; `names` are those of its equations and figures, see numbering.py."""
    deck, first = Deck(names), True
    for i, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if "no-slide" in tags or (cell.cell_type == "code" and first):
            first = first and cell.cell_type != "code"  # the first code cell imports
        elif i == 0:
            deck.opening(cell)
        elif cell.cell_type == "markdown":
            (deck.question if "**Question" in cell.source else deck.text)(cell)
        elif asked := ASK.search(cell.source):
            deck.answer(asked[1])
        elif is_figure(cell):
            deck.figure(cell)
        elif "hide-input" not in tags:
            deck.code(cell)
    return deck.slides


def as_notebook(found, lecture):
    """The slides as a notebook with the metadata that nbconvert's reveal goes by."""
    cells = []
    for slide in found:
        head = new_markdown_cell(f'<p class="nn-lecture">{html.escape(lecture)}</p>\n\n## {slide.title}')
        head.metadata["slideshow"] = {"slide_type": slide.kind, "data": slide.data}
        cells.append(head)
        for cell in slide.cells:
            cell.metadata["slideshow"] = {"slide_type": "fragment" if cell.metadata.pop("step", False) else "-"}
            cells.append(cell)
        if slide.notes:
            notes = new_markdown_cell("\n\n".join(slide.notes), metadata={"slideshow": {"slide_type": "notes"}})
            cells.append(notes)
    return new_notebook(cells=cells, metadata={"title": lecture})


def file_of(cell, name):
    """The file of a figure: figures/06-09_vanishing.svg."""
    chapter, number = re.findall(r"\d+", name)
    return f"figures/{int(chapter):02}-{int(number):02}_{cell.id.removesuffix('-picture')}.svg"


def printed(cell):
    """What a cell says in words."""
    said = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(text.rstrip("\n") for text in said)


def _step(text, i):
    cell = new_markdown_cell(text)
    if i:
        cell.metadata["step"] = True
    return cell


def _lines(block):
    """How many lines a block takes, roughly."""
    if block.startswith("$$"):
        return 1.0 + (1.1 + 0.7 * ("frac" in block)) * (1 + block.count("\\\\"))
    seen = re.sub(r"\$([^$]*)\$", lambda match: "x" * (len(match[1]) // 2), block)
    return 0.5 + sum(-(-len(line) // WIDTH) for line in seen.splitlines())


def _parts(points):
    """Key points in as many slides as they need."""
    found, room = [], 0
    for point, after in zip(points, [*points[1:], ""]):
        leads = after.startswith("$$")  # and stays on its slide
        if not found or _lines(point) + leads * _lines(after) > room:
            found.append([])
            room = MOST_LINES
        found[-1].append(point)
        room -= _lines(point)
    return found


def _code_size(lines):
    """(size, pixels of height) of code: as large as its longest line and their number allow."""
    longest = max(map(len, lines))
    heights = {size: 60 + height * len(lines) for size, (_, height) in CODE.items()}
    fits = (size for size in CODE if longest <= CODE[size][0] and heights[size] <= ROOM)
    size = next(fits, "s")
    return size, heights[size]
