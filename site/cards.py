"""The lectures on the front page: a picture of each, and what one can do after it."""

import base64
import html
import re

import keywords
from numbering import caption, is_figure

CARD = (
    '<a class="nn-card" href="{page}.html"><img src="_static/cards/{stem}.png" alt="{alt}">'
    "<b>{title}</b><span>{aim}</span></a>"
)


def card(notebook, path, page, folder):
    """The card of an executed lecture; its picture, the first slider's or the first of all, goes into the folder."""
    figures = [cell for cell in notebook.cells if cell.cell_type == "code" and is_figure(cell)]
    chosen = next((cell for cell in figures if "nn.plot.slider" in cell.source), figures[0])
    image = next(output.data["image/png"] for output in chosen.outputs if "image/png" in output.get("data", {}))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{path.stem}.png").write_bytes(base64.b64decode(image))
    title, able = re.match(r"# (.*)\n\n\*\*What you will be able to do\.\*\* (.*)", notebook.cells[0].source).groups()
    words = {"title": title, "aim": keywords.sentences(able)[0], "alt": f"From the lecture: {caption(chosen)}"}
    return CARD.format(page=page, stem=path.stem, **{name: html.escape(text) for name, text in words.items()})
