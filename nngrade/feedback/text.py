"""Text, formulas and code of a notebook as HTML that needs no network: formulas become MathML, which browsers draw."""

import re
from functools import lru_cache
from html import escape, unescape
from urllib.parse import unquote

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

ALIGNED = re.compile(r"\\begin\{(aligned|align\*?|gathered|split)\}|\\end\{(aligned|align\*?|gathered|split)\}")
PASTED = re.compile(r'src="attachment:([^"]*)"')
FORMAT = HtmlFormatter(nowrap=True)
MOST = 2000  # characters of a formula that is drawn; a longer one is shown as it was written
MOST_KEPT = 300  # texts: most cells of a notebook are the same for the whole class


class Renderer(IPythonRenderer):
    """Markdown as nbconvert makes it, but for the formulas and the pictures that were pasted into a cell."""

    def block_math(self, body):
        """$$ ... $$ on lines of its own."""
        return formula(body, "block")

    def multiline_math(self, text):
        """The same within a paragraph."""
        return formula(text.strip("$"), "block")

    def latex_environment(self, name, body):
        """An environment that needs no dollars."""
        return formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def inline_math(self, body):
        """$ ... $"""
        return formula(body, "inline")

    def image(self, text, url, title=None):
        """A picture by the name that the text has for it: text_cell() puts it in, where there is one."""
        return super(IPythonRenderer, self).image(text, url, title)


def formula(tex, display):
    """A formula as MathML; one that can't be read is shown as it was written."""
    tex = ALIGNED.sub(lambda mark: r"\begin{matrix}" if mark[1] else r"\end{matrix}", tex)
    try:
        if len(tex) <= MOST:
            return convert(tex, display=display)
    except Exception:  # of a student's formula, whatever the converter makes of it
        pass
    return f"<code>{escape(tex.strip())}</code>"


@lru_cache(MOST_KEPT)
def markdown(source):
    """A text cell as HTML. What students wrote was made safe when it was graded."""
    return MarkdownWithMath(renderer=Renderer(escape=False)).render(source)


def text_cell(source, attachments):
    """A text cell as HTML, with the pictures that were pasted into it; of one that is missing the name stays."""
    def picture(found):
        data = attachments.get(unquote(unescape(found[1])), {})
        return next((f'src="data:{kind};base64,{text.strip()}"' for kind, text in data.items()), found[0])

    return PASTED.sub(picture, markdown(source))


@pass_context
def text_in_formgrader(context, source):
    """The same, as a filter of nbconvert's templates, which know what cell they are in."""
    return text_cell(source, context.get("cell", {}).get("attachments", {}))


def comment(source):
    """What a person wrote as a comment: Markdown, as formgrader says, in which < is no tag."""
    return MarkdownWithMath(renderer=Renderer(escape=True)).render(source).strip()


@lru_cache(MOST_KEPT)
def code(source):
    """Code with the parts of speech marked, for the colours of the page."""
    return f'<pre class="code">{highlight(source, PythonLexer(), FORMAT)}</pre>'


@lru_cache
def colours():
    """The colours of code, in light and in dark."""
    light = HtmlFormatter(style="default").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}"
