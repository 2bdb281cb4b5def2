"""The page that goes back: a table of tasks, then the notebook. One file, no scripts, light and dark, printable."""

from html import escape

from nngrade.feedback.tasks import points
from nngrade.feedback.text import code, colours, comment, text_cell
from nngrade.notebook import pictures

STYLE = """
:root { color-scheme: light dark; --line: #ccc; --soft: #f5f5f5; --good: #13652b; --lost: #9a3412; --wait: #5b4a00; }
@media (prefers-color-scheme: dark) {
  :root { --line: #555; --soft: #26282c; --good: #7ee2a0; --lost: #ffb08a; --wait: #f2d675; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem;
  border-bottom: 1px solid var(--line); } th { overflow-wrap: normal; }
td.points, th.points { white-space: nowrap; text-align: right; }
@media (min-width: 36rem) { td:has(+ .points) { overflow-wrap: normal; } }
pre { background: var(--soft); padding: .6rem; overflow-x: auto; white-space: pre-wrap; margin: .4rem 0; }
pre.output { background: none; border-left: 3px solid var(--line); }
img { max-width: 100%; background: white; } math { font-size: 1.1em; } math[display=block] { margin: .6rem 0; }
.anchor-link { display: none; } .cell { margin: 1rem 0; overflow-x: auto; }
.cell.graded { border: 1px solid var(--line); padding: .6rem; }
.verdict { font-weight: 600; margin: 0; } .full { color: var(--good); } .lost { color: var(--lost); }
.wait { color: var(--wait); } .total { font-size: 1.2rem; } .stale { border: 2px solid var(--lost); padding: .6rem; }
.comment { border-left: 3px solid var(--wait); padding-left: .6rem; } .comment p { margin: .2rem 0; }
@media print { body { max-width: none; } pre, .cell { break-inside: avoid; } a { color: inherit; } }
"""


def page(title, stamp, tasks, total, cells, notes=()):
    """The page as text. `total` is a line in words, `stamp` says of which state of things the page is."""
    by_cell = {task.cell: task for task in tasks}
    parts = [
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="nngrade" content="{stamp}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}{colours()}</style></head><body><main>",
        f'<h1>{escape(title)}</h1><p class="total">{escape(total)}</p>',
        *(f"<p>{escape(note)}</p>" for note in notes),
        _table(tasks),
        *(_cell(cell, by_cell) for cell in cells),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _look(task):
    return "wait" if task.points is None else "full" if task.points >= task.most else "lost"


def _table(tasks):
    rows = [
        f'<tr><td><a href="#{escape(task.cell)}">{escape(task.name)}</a></td>'
        f'<td class="points {_look(task)}">{points(task)}</td><td>{_reason(task)}</td></tr>'
        for task in tasks
    ]
    head = '<tr><th scope="col">task</th><th scope="col" class="points">points</th><th scope="col">why</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _reason(task):
    first = escape(task.reason[0]) if task.reason else ""
    return first + _comment(task)


def _comment(task):
    return f'<div class="comment">{comment(task.comment)}</div>' if task.comment else ""


def _cell(cell, by_cell):
    meta = cell["metadata"].get("nbgrader", {})
    name = meta.get("grade_id", "")
    task = by_cell.get(name)
    source, pasted = cell["source"], cell.get("attachments", {})
    body = code(source) if cell["cell_type"] == "code" else text_cell(source, pasted)
    shown = "".join(map(_output, cell.get("outputs", ())))
    if task:
        lines = "".join(f"<br>{escape(line)}" for line in task.reason)
        verdict = f'<p class="verdict {_look(task)}">{escape(task.name)}: {points(task)}</p><p>{lines[4:]}</p>'
        shown = verdict + _comment(task) + ("" if task.reason else shown)
    kind = "cell graded" if task else "cell"
    return f'<section class="{kind}"{f" id={escape(name)!r}" if name else ""}>{body}{shown}</section>'


def _output(output):
    kind = output["output_type"]
    if kind == "stream":
        return f'<pre class="output">{escape(_joined(output["text"]))}</pre>'
    if kind == "error":
        return f'<pre class="output">{escape(chr(10).join(output["traceback"]))}</pre>'
    data = output.get("data", {})
    text = _joined(data.get("text/plain", ""))
    for kind in pictures.STARTS:
        if kind in data:
            alt = text if text and not text.startswith("<") else "A picture that the cell above draws."
            picture = _joined(data[kind]).replace("\n", "")
            return f'<img src="data:{kind};base64,{escape(picture)}" alt="{escape(alt)}">'
    return f'<pre class="output">{escape(text)}</pre>' if text else ""


def _joined(text):
    return text if isinstance(text, str) else "".join(text)
