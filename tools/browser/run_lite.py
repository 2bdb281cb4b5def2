"""Run all notebooks of build/lite in a browser without a window: `make test-lite`, or with the names of some.

Every cell has to run without an error and without asking another host. Printed for each notebook: seconds until the
kernel is ready, seconds for all cells, the slowest cell, and the MB that a browser loads which has nothing yet. What
came out is kept in build/browser/run. Then the way from the book to a notebook is tried, and MNIST.
"""

import shutil
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import browsers
import lab
import nbformat

BUILD = Path(__file__).parents[2] / "build"
OUTPUT, BOOK = BUILD / "lite", BUILD / "site" / "html"
RUN, PUBLIC = BUILD / "browser" / "run", BUILD / "browser" / "public"
HEAD = "notebook", "ready s", "all cells s", "slowest cell", "MB"


def main(asked):
    if not browsers.program():
        raise SystemExit("This needs Chromium: sudo apt-get install chromium")
    files = OUTPUT / "files"
    paths = sorted(path.relative_to(files).as_posix() for path in files.glob("[al]*/**/*.ipynb"))
    if not paths:
        raise SystemExit("There is no build/lite yet: make lite PYODIDE=/folder")
    print(("{:24}" + "{:>13}" * 2 + "  {:30}{:>6}").format(*HEAD))
    shutil.rmtree(RUN, ignore_errors=True)
    with lab.served(OUTPUT) as server, browsers.browser() as browser:
        wrong = [line for path in paths if any(name in path for name in asked or [""])
                 for line in tried(browser, server, path)]  # fmt: skip
        wrong += [] if asked else [*with_mnist(browser, server), *from_the_book(browser)]
    print("\n".join(["", *wrong]) if wrong else "No cell failed.")
    return bool(wrong)


def tried(browser, server, path):
    """Run a notebook in a browser that has nothing yet, print its line; what went wrong."""
    server.sent.clear()
    context = browser.new_context()
    notebook = lab.Notebook(context, lab.address(server, path))
    ready, cells = notebook.start(), notebook.run_all()
    (RUN / path).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook.content(), RUN / path)
    context.close()
    name, seconds = max(((name, seconds) for name, seconds, _ in cells), key=lambda cell: cell[1])
    total, size = sum(seconds for _, seconds, _ in cells), sum(server.sent) / 1e6
    slowest = f"{name} {seconds:.0f} s"
    print(f"{Path(path).stem:24}{ready:13.0f}{total:13.0f}  {slowest:30}{size:6.1f}", flush=True)
    return said(notebook, path, cells)


def said(notebook, path, cells):
    """What went wrong, in words."""
    wrong = [f"{path}, {name}: {failed}" for name, _, failed in cells if failed]
    return wrong + [f"{path} asks for {url}" for url in notebook.elsewhere]


def with_mnist(browser, server):
    """Does a lecture take MNIST, if it is there, as the words on top of it say?"""
    if not (OUTPUT / "files" / "mnist").is_dir():
        print("NOT TESTED: MNIST, which is not in build/lite.")
        return []
    path, context = "lectures/01_perceptron.ipynb", browser.new_context()
    notebook = lab.Notebook(context, lab.address(server, path))
    notebook.start()
    notebook.insert('import os; os.environ["NNLIB_DATA"] = "/drive/mnist"')
    wrong = said(notebook, path, notebook.run_all())
    text = str([cell.outputs for cell in notebook.content().cells if cell.id == "digits-data"])
    context.close()
    print("MNIST: lecture 01 was run with it.")
    return wrong + ["lecture 01 does not take MNIST: " + text] * ("MNIST" not in text)


def from_the_book(browser):
    """Does the button of a page lead to a notebook that runs, with the live course in the folder `lite` of the book?"""
    if not BOOK.is_dir():
        print("NOT TESTED: the way from the book to the notebooks; make site, and try again.")
        return []
    shutil.rmtree(PUBLIC, ignore_errors=True)
    shutil.copytree(BOOK, PUBLIC)
    shutil.copytree(OUTPUT, PUBLIC / "lite")
    path, context = "assignments/a1_perceptron/a1_perceptron", browser.new_context()
    with lab.served(PUBLIC) as server:
        notebook = lab.Notebook(context, f"{server.address}/{path}.html", button=".nn-live a")
        notebook.start()
        wrong = said(notebook, path, notebook.run_all())
    context.close()
    print("The button in the book leads to a notebook that runs.")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
