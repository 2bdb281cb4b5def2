"""Packages of npm, fetched once: MathJax for the book, axe-core for its tests, Pyodide's core for live notebooks."""

import subprocess
import tarfile
from pathlib import Path

KEPT = Path(__file__).parents[1] / "build" / "npm"


def from_npm(package):
    """The folder with the files of `name@version`."""
    folder = KEPT / package
    if not (folder / "package").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(["npm", "pack", package, "--silent"], cwd=folder, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"{package} can't be had from npm, and is needed: {run.stderr.strip()[-300:]}")
        with tarfile.open(folder / run.stdout.strip().splitlines()[-1]) as archive:
            archive.extractall(folder, filter="data")
    return folder / "package"
