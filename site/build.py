"""The course as a book: `make site` writes static pages into build/site/html, which load nothing from elsewhere.

Lectures and errata are executed (once: see executed.py), assignments stand as released. `--fresh` runs all anew.
"""

import argparse
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1] / "tools"))

from cards import card
from executed import KEPT, executed, with_text_of
from npm import from_npm
from numbering import chapter, numbers
from pages import linked, page
from plots import with_plots
from sphinx.cmd.build import main as sphinx
from tqdm import tqdm

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "site"
WRITTEN, SOURCE, PAGES = BUILD / "written", BUILD / "source", BUILD / "html"
MATHJAX = "mathjax@3.2.2"
TEXTS = {  # page of the book: the file of the course that it is made from
    "instructors": "INSTRUCTORS.md",
    "contributing": "CONTRIBUTING.md",
    "results": "benchmarks/RESULTS.md",
}


def lectures():
    return [*sorted((ROOT / "lectures").glob("[0-9][0-9]_*.ipynb")), ROOT / "lectures" / "errata.ipynb"]


def assignments():
    return sorted((ROOT / "assignments").glob("a[0-9]_*/*.ipynb"))


def place(path):
    """Where a file of the course stands in the book."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


def run_all(paths, workers):
    """These notebooks, executed."""
    with ProcessPoolExecutor(workers) as pool:
        return list(tqdm(pool.map(executed, paths), total=len(paths), unit=" lectures"))


def write_notebooks(workers):
    """The executed lectures and the released assignments, as pages."""
    done = run_all(lectures(), workers)
    names = {place(path): numbers(notebook, chapter(path)) for path, notebook in zip(lectures(), done)}
    for path, notebook in zip(lectures(), done):
        _write(with_text_of(notebook, path), place(path), names)
    for path in assignments():
        _write(nbformat.read(path, as_version=4), place(path), names)
    folder = WRITTEN / "_static" / "cards"
    cards = [card(notebook, path, place(path), folder) for path, notebook in zip(lectures(), done) if chapter(path)]
    return names, cards


def _write(notebook, where, names):
    notebook = page(notebook, where, names)
    target = WRITTEN / f"{where}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def write_texts(names, cards):
    """The pages of site/pages, and those that are files of the course."""
    own = ROOT / "site" / "pages"
    files = {path.relative_to(own).with_suffix("").as_posix(): path for path in own.rglob("*.md")}
    for name, file in (files | {name: ROOT / file for name, file in TEXTS.items()}).items():
        where = name if name in files else place(file)
        target = WRITTEN / f"{name}.md"
        target.parent.mkdir(exist_ok=True)
        text = file.read_text(encoding="utf-8").replace("SYLLABUS", syllabus())
        if name == "results":
            text = with_plots(text, WRITTEN / "images")
        target.write_text(linked(text, where, names), encoding="utf-8")
    front = WRITTEN / "index.md"
    front.write_text(front.read_text(encoding="utf-8").replace("CARDS", "\n".join(cards)), encoding="utf-8")
    for folder, paths in (("lectures", lectures()), ("assignments", assignments())):
        index = WRITTEN / folder / "index.md"
        names = "\n".join(f"/{place(path)}" for path in paths)
        index.write_text(index.read_text(encoding="utf-8").replace(folder.upper(), names), encoding="utf-8")
    shutil.copytree(ROOT / "images", WRITTEN / "images", dirs_exist_ok=True)


def syllabus():
    """The table of lectures and their assignments in README.md, for a page in a folder."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Syllabus\n")[2].split("\n\n")[0]
    return table.strip().replace("](", "](../")


def write_library(names):
    """A page per module of nnlib, in the order in which its front page says to read it."""
    text = (ROOT / "nnlib" / "README.md").read_text(encoding="utf-8")
    folder, names = WRITTEN / "library", []
    folder.mkdir(exist_ok=True)
    for path in sorted((ROOT / "nnlib").rglob("*.py"), key=lambda path: (_position(text, path), path)):
        name = path.relative_to(ROOT / "nnlib").with_suffix("").as_posix()
        if not {"tasks", "diagnosis"} & set(path.parts) and not name.endswith("__init__"):
            names.append(name.replace("/", "_"))
            module = "nnlib." + name.replace("/", ".")
            lines = [module, "=" * len(module), "", f".. automodule:: {module}", "   :members:", ""]
            (folder / f"{names[-1]}.rst").write_text("\n".join(lines), encoding="utf-8")
    tree = "\n".join(["", "```{toctree}", ":hidden:", "", *names, "```", ""])
    (folder / "index.md").write_text(linked(text, "nnlib/README", names) + tree, encoding="utf-8")


def _position(text, path):
    found = text.find(f"({path.name})")
    return found if found >= 0 else len(text)


def write_static():
    """The scripts and styles of the course, and MathJax from its npm package."""
    static = WRITTEN / "_static"
    shutil.copytree(ROOT / "site" / "static", static, dirs_exist_ok=True)
    (static / "mathjax").mkdir(exist_ok=True)
    shutil.copy(from_npm(MATHJAX) / "es5" / "tex-svg.js", static / "mathjax")


def update(new, old):
    """Make the folder `old` equal to `new`, and leave files alone that are equal: Sphinx reads the others only."""
    old.mkdir(parents=True, exist_ok=True)
    wanted = {path.relative_to(new) for path in new.rglob("*") if path.is_file()}
    for path in [path.relative_to(old) for path in old.rglob("*") if path.is_file()]:
        if path not in wanted:
            (old / path).unlink()
    for path in wanted:
        if not (old / path).is_file() or (old / path).read_bytes() != (new / path).read_bytes():
            (old / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(new / path, old / path)


def build(workers=2, fresh=False):
    """Build the book; returns the exit code of Sphinx, for which a warning is an error."""
    if fresh:
        shutil.rmtree(KEPT, ignore_errors=True)
    shutil.rmtree(WRITTEN, ignore_errors=True)
    WRITTEN.mkdir(parents=True)
    names, cards = write_notebooks(workers)
    write_texts(names, cards)
    write_library(names)
    write_static()
    update(WRITTEN, SOURCE)
    options = ["-W", "--keep-going", "-q", "-j", str(workers), "-c", str(ROOT / "site"), "-d", str(BUILD / "doctrees")]
    return sphinx([*options, "-b", "html", str(SOURCE), str(PAGES)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fresh", action="store_true", help="execute all lectures anew")
    parser.add_argument("--workers", type=int, default=2, help="lectures at once")
    options = parser.parse_args()
    code = build(options.workers, options.fresh)
    print(f"The book: {PAGES / 'index.html'}" if not code else "Sphinx warned: see above.")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
