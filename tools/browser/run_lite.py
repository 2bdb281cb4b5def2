"""Run all notebooks of build/lite in headless Chromium: `make test-lite`, or with the names of some.

Every cell has to run without an error and without asking another host. Printed for each notebook: seconds until the
kernel is ready, seconds for all cells, the slowest cell, and the MB that a browser loads which has nothing yet.
"""

import sys
from pathlib import Path

import lab

OUTPUT = Path(__file__).parents[2] / "build" / "lite"
HEAD = "notebook", "ready s", "all cells s", "slowest cell", "MB"


def main(asked):
    if not lab.chromium():
        raise SystemExit("This needs Chromium: sudo apt-get install chromium")
    files = OUTPUT / "files"
    paths = sorted(path.relative_to(files).as_posix() for path in files.glob("[al]*/**/*.ipynb"))
    if not paths:
        raise SystemExit("There is no build/lite yet: make lite PYODIDE=/folder")
    print(("{:24}" + "{:>13}" * 2 + "  {:30}{:>6}").format(*HEAD))
    with lab.served(OUTPUT) as server, lab.browser() as browser:
        wrong = [line for path in paths if any(name in path for name in asked or [""])
                 for line in tried(browser, server, path)]  # fmt: skip
    print("\n".join(["", *wrong]) if wrong else "No cell failed.")
    return bool(wrong)


def tried(browser, server, path):
    """Run a notebook in a browser that has nothing yet, print its line; what went wrong."""
    server.sent.clear()
    context = browser.new_context()
    notebook = lab.Notebook(context, server.address, path)
    ready, cells = notebook.start(), notebook.run_all()
    context.close()
    name, seconds = max(((name, seconds) for name, seconds, _ in cells), key=lambda cell: cell[1])
    total, size = sum(seconds for _, seconds, _ in cells), sum(server.sent) / 1e6
    slowest = f"{name} {seconds:.0f} s"
    print(f"{Path(path).stem:24}{ready:13.0f}{total:13.0f}  {slowest:30}{size:6.1f}", flush=True)
    wrong = [f"{path}, {name}: {failed}" for name, _, failed in cells if failed]
    return wrong + [f"{path} asks for {url}" for url in notebook.elsewhere]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
