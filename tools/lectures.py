"""What it takes to read and to run the lectures: words, cells, pictures, minutes, seconds. Run it by `make report`.

`python tools/lectures.py lectures/06_backpropagation.ipynb` looks at these notebooks only. Every lecture is executed.
Reading time counts 200 words and 20 lines of the code that is not folded per minute.
"""

import re
import statistics
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HEAD = "lecture", "words", "text cells", "code cells", "median", "longest", "pictures", "reading min", "running s"
NO_PROSE = r"<[^>]*>|\$\$.*?\$\$"  # tags and displayed formulas


def row(path):
    """The numbers of one lecture, as texts in the order of HEAD."""
    notebook, start = nbformat.read(path, as_version=4), time.perf_counter()
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    seconds = time.perf_counter() - start
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    words = sum(len(re.findall(r"\S*\w\S*", re.sub(NO_PROSE, " ", cell.source, flags=re.DOTALL))) for cell in texts)
    lines = [len(cell.source.splitlines()) for cell in code]
    seen = sum(n for n, cell in zip(lines, code) if "hide-input" not in cell.metadata.get("tags", []))
    pictures = sum("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)
    counts = len(texts), len(code), round(statistics.median(lines)), max(lines), pictures
    return [path.stem, str(words), *map(str, counts), f"{words / 200 + seen / 20:.0f}", f"{seconds:.0f}"]


def main(paths):
    folder = Path(__file__).parents[1] / "lectures"
    print("  ".join(HEAD))
    for path in map(Path, paths or sorted(folder.glob("[0-9][0-9]_*.ipynb"))):
        print("  ".join(text.rjust(len(name)) for name, text in zip(HEAD, row(path))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
