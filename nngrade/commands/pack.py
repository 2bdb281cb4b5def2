"""`nngrade pack`: the students' folder as one zip, with nothing in it that they should not see."""

import io
import posixpath
import re
import zipfile
from pathlib import Path

from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

from nngrade.batch.files import write_whole_bytes
from nngrade.course import assignments, settings
from nngrade.errors import CourseError
from nngrade.notebook import canonical
from nngrade.notebook.submission import release_steps

NAME = "nn-from-scratch"
LIBRARY = {".py", ".npz", ".toml", ".txt", ".md"}
FILES = "constraints.txt", "LICENSE", "LICENSE-CONTENT"
MEASURED = "benchmarks/results/mnist-*.json"  # what lectures read of the benchmarks
TABLES = "build-system", "project", "tool.setuptools"  # of pyproject.toml: what it takes to install the library
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
DAY = (2026, 1, 1, 0, 0, 0)  # of all files: the same course gives the same zip


def run(root):
    """Write build/nn-from-scratch.zip; says what is in it."""
    missing = {path.parent.name for _, path in _notebooks(root) if not path.is_file()}
    if missing := [name for name in assignments(root) if name in missing]:
        raise CourseError(f"Not released yet: {', '.join(missing)}. Run `nngrade release` first.")
    files = contents(root)
    target = root / "build" / f"{NAME}.zip"
    write_whole_bytes(target, _zipped(files), 0o644)
    print(f"{target.relative_to(root)}: {len(files)} files, {target.stat().st_size / 2**20:.1f} MB.")
    print("Its README.md says how to start on Linux, macOS and Windows. Give students this, not the repository:"
          " a clone of that contains the solutions.")  # fmt: skip


def refuse_answers(root):
    """CourseError if what lies in assignments/ is not as released: somebody may have solved it there."""
    config = settings(root)
    for source, path in _notebooks(root):
        if not path.is_file():
            continue
        solved, _ = ClearSolutions(config=config).preprocess(canonical.read(source), {})
        given, _ = ClearHiddenTests(config=config).preprocess(solved, {})
        if differ := sorted({cell for cell, _ in _graded(canonical.read(path)) ^ _graded(given)}):
            raise CourseError(
                f"{path.relative_to(root)} is not as released ({', '.join(differ)}): students would get what stands"
                " there. If that is an answer, move the notebook elsewhere; then run `nngrade release` and pack again."
            )


def _graded(notebook):
    """{(cell, source)} of answers and tests: a hidden one is no student's to see, either."""
    steps = (step for step in release_steps(notebook) if step.role in ("solution", "written", "test"))
    return {(step.id, step.source.strip()) for step in steps}


def _notebooks(root):
    """[(a notebook with solutions, where its release should be)]; an assignment may have several."""
    sources = sorted((root / "solutions").glob("*/*.ipynb"))
    return [(source, root / "assignments" / source.parent.name / source.name) for source in sources]


def contents(root):
    """{name: bytes} of all that students get; CourseError if an assignment has been solved where it lies."""
    refuse_answers(root)
    measured = [path.relative_to(root).as_posix() for path in sorted(root.glob(MEASURED))]
    files = {name: (root / name).read_bytes() for name in (*FILES, *measured)}
    own = {path for _, path in _notebooks(root)}  # and no copies
    given = [path for path in (root / "assignments").glob("*/*") if path.suffix != ".ipynb" or path in own]
    found = [*given, *(root / "lectures").glob("*"), *(root / "nnlib").rglob("*")]
    for path in sorted(found):
        name = path.relative_to(root).as_posix()
        kinds = LIBRARY if name.startswith("nnlib/") else {".ipynb", *_data(root)}
        if path.is_file() and path.suffix in kinds and not re.search(r"-checkpoint\.|__pycache__|/\.", name):
            files[name] = path.read_bytes()
    files["pyproject.toml"] = _installs(root).encode()
    files["README.md"] = Path(__file__).with_name("students.md").read_bytes()
    texts = {name: _only_links_inside(name, data.decode(), files).encode()
             for name, data in files.items() if name.endswith(".md")}  # fmt: skip
    return files | texts


def _data(root):
    """The endings of data files that a release brings along, besides notebooks."""
    return {path.suffix for path in (root / "assignments").glob("*/*") if path.is_file()} - {".md", ".html", ".py"}


def _installs(root):
    """pyproject.toml without what only the makers of the course need."""
    tables = re.split(r"(?m)^(?=\[)", (root / "pyproject.toml").read_text(encoding="utf-8"))
    kept = [table for table in tables[1:] if (name := table[1 : table.index("]")]) in TABLES
            or name.startswith("tool.setuptools.")]  # fmt: skip
    return "".join(kept)


def _only_links_inside(name, text, files):
    """A page in which what leads to nothing here is no link."""

    def mended(link):
        address = link[2].split("#")[0]
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
        there = not address or ":" in address or inside in files or any(each.startswith(inside + "/") for each in files)
        return link[0] if there else link[1]

    return LINK.sub(mended, text)


def _zipped(files):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{NAME}/{name}", DAY), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
