"""A page that shows two answers side by side, with what they share marked."""

from html import escape

SAYS = ("This is a hint and no proof. Two people can have the same idea, the same teacher or the same book:"
        " read both, and speak with them.")  # fmt: skip
STYLE = """
:root { color-scheme: light dark; --mark: #ffe9a8; --line: #bbb; } @media (prefers-color-scheme: dark) {
  :root { --mark: #5c4a00; --line: #555; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 80rem; margin: 0 auto; padding: 1rem; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } pre { overflow-x: auto; margin: 0; }
mark { background: var(--mark); color: inherit; } section { border-top: 1px solid var(--line); }
"""


def page(assignment, pairs, answers):
    """The page as text."""
    parts = [f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(assignment)}: alike</title>',
             f"<style>{STYLE}</style></head><body><h1>{escape(assignment)}: answers that are alike</h1><p>{SAYS}</p>"]
    for pair in pairs:
        parts.append(f"<section><h2>{escape(pair.one)} and {escape(pair.other)}</h2>"
                     f"<p>They share {pair.share:.0%} of what few others have.</p>")  # fmt: skip
        for question, *lines in pair.cells:
            sides = (_side(answers[who][question], there) for who, there in zip((pair.one, pair.other), lines))
            parts.append(f'<h3>{escape(question)}</h3><div class="two">{"".join(sides)}</div>')
        parts.append("</section>")
    return "\n".join([*parts, "</body></html>\n"])


def _side(source, marked):
    lines = (f"<mark>{escape(line)}</mark>" if number in marked else escape(line)
             for number, line in enumerate(source.split("\n"), start=1))  # fmt: skip
    return "<pre>" + "\n".join(lines) + "</pre>"
