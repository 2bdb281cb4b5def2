"""The instructor's pack: `make slides` writes a deck for each lecture, and its figures as SVG, into build/slides.

Open build/slides/index.html. Nothing loads from elsewhere: the folder works without a network, and on a stick.
"""

import argparse
import html
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from build import MATHJAX, ROOT, from_npm, lectures, run_all
from executed import with_text_of
from nbconvert import SlidesExporter
from numbering import caption, chapter, is_figure, numbers
from slides import as_notebook, file_of, slides

PACK = ROOT / "build" / "slides"
REVEAL = "reveal.js@5.1.0"
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="course/index.css"></head>
<body><main><h1>{title}</h1>
<p>A deck for each lecture. <kbd>Space</kbd> goes on, <kbd>→</kbd> to the next part; <kbd>S</kbd> opens the speaker's
window with the lecture's whole text, <kbd>O</kbd> shows all slides, <kbd>F</kbd> fills the screen, <kbd>B</kbd> makes
it black. Alt and a click (on Linux, Ctrl and a click) enlarge what lies there. Answers to questions come when you go
on. To print, or for a PDF, add <code>?print-pdf</code> to the address of a deck.</p>
{lectures}
</main></body></html>
"""


def write(path, notebook):
    """The deck of a lecture and its figures; returns its part of the front page."""
    notebook = with_text_of(notebook, path)
    names = numbers(notebook, chapter(path))
    found = slides(notebook, names)
    lecture = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    exporter = SlidesExporter(
        template_name="deck", extra_template_basedirs=[str(ROOT / "site" / "templates")],
        reveal_url_prefix="reveal", reveal_theme="course", exclude_input_prompt=True, exclude_output_prompt=True,
    )  # fmt: skip
    page, _ = exporter.from_notebook_node(as_notebook(found, lecture))
    (PACK / f"{path.stem}.html").write_text(page, encoding="utf-8")
    return _entry(path, lecture, len(found), write_figures(notebook, names))


def write_figures(notebook, names):
    """Each figure as a file; returns [(file, number and caption)]."""
    found = []
    for cell in filter(is_figure, (cell for cell in notebook.cells if cell.cell_type == "code")):
        drawing = next(output.data["image/svg+xml"] for output in cell.outputs if "image/svg+xml" in output.data)
        name = names[cell.id][0]
        file = file_of(cell, name)
        (PACK / file).write_text(drawing, encoding="utf-8")
        found.append((file, f"{name}: {caption(cell)}"))
    return found


def _entry(path, lecture, count, figures):
    link = '<a href="{0}"><img loading="lazy" src="{0}" alt="">{1}</a>'
    pictures = "\n".join(link.format(file, html.escape(words)) for file, words in figures)
    head = f'<h2><a href="{path.stem}.html">{html.escape(lecture)}</a></h2>'
    return f"{head}\n<p>{count} slides, {len(figures)} figures</p>\n<div>{pictures}</div>"


def write_static():
    """What the decks load: reveal.js with the speaker's window, MathJax, the styles of the course."""
    reveal = from_npm(REVEAL)
    for folder in ("dist", "plugin/notes", "plugin/zoom"):
        ignored = shutil.ignore_patterns("theme", "*.map", "*.esm.js")
        shutil.copytree(reveal / folder, PACK / "reveal" / folder, dirs_exist_ok=True, ignore=ignored)
    (PACK / "mathjax").mkdir(exist_ok=True)
    shutil.copy(from_npm(MATHJAX) / "es5" / "tex-svg.js", PACK / "mathjax")
    shutil.copytree(ROOT / "site" / "deck", PACK / "course", dirs_exist_ok=True)
    (PACK / "reveal" / "dist" / "theme").mkdir()
    shutil.move(PACK / "course" / "slides.css", PACK / "reveal" / "dist" / "theme" / "course.css")


def build(paths, workers=2):
    """The decks of these lectures, and the front page that lists them."""
    shutil.rmtree(PACK, ignore_errors=True)
    (PACK / "figures").mkdir(parents=True)
    write_static()
    entries = [write(path, notebook) for path, notebook in zip(paths, run_all(paths, workers))]
    title = "Neural networks from scratch: slides and figures"
    (PACK / "index.html").write_text(PAGE.format(title=title, lectures="\n".join(entries)), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lectures", nargs="*", help="numbers of lectures, such as 06; all without")
    parser.add_argument("--workers", type=int, default=2, help="lectures at once")
    options = parser.parse_args()
    chosen = [path for path in lectures() if chapter(path)]
    build([path for path in chosen if not options.lectures or path.stem[:2] in options.lectures], options.workers)
    print(f"The slides: {PACK / 'index.html'}")


if __name__ == "__main__":
    main()
