"""Packages of npm, fetched once: MathJax for the book, axe-core for its tests, Pyodide's core for live notebooks."""

import contextlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

KEPT = Path(__file__).parents[1] / "build" / "npm"


def from_npm(package):
    """The folder with the files of `name@version`. Whoever asks at the same time fetches it, too; one of both stays."""
    folder = KEPT / package
    if not (folder / "package").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as part:
            run = subprocess.run(["npm", "pack", package, "--silent"], cwd=part, capture_output=True, text=True)
            if run.returncode:
                raise SystemExit(f"{package} can't be had from npm, and is needed: {run.stderr.strip()[-300:]}")
            with tarfile.open(Path(part, run.stdout.strip().splitlines()[-1])) as archive:
                archive.extractall(part, filter="data")
            with contextlib.suppress(OSError):  # it is there by now
                Path(part, "package").rename(folder / "package")
    return folder / "package"
