"""Executed notebooks, kept: one is run again only if it, nnlib, the data or a package changed.

The book, the slides and the tests of the lectures share them, in whatever order they come: who asks for a notebook
that somebody else executes just now waits for that one.
"""

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
from filelock import FileLock
from nbclient import NotebookClient

from nnlib.data import mnist_cache

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "executed"
PACKAGES = "numpy", "matplotlib", "ipykernel", "sympy"
READ = "nnlib", "benchmarks/results", "images"  # what a notebook reads, besides the data
NOT_READ = {"diagnosis", "tasks", "__pycache__"}  # folders of nnlib that serve the assignments alone
FEW = 3  # of a notebook are kept: with MNIST, without, and one for who goes back and forth


def executed(path):
    """The notebook with its outputs; from those that are kept, where nothing that it depends on has changed."""
    kept = KEPT / f"{path.stem}-{key(path)}.ipynb"
    KEPT.mkdir(parents=True, exist_ok=True)
    with FileLock(KEPT / f"{path.stem}.lock"):
        if not kept.is_file():
            part = kept.with_suffix(".part")
            nbformat.write(run(path), part)
            part.replace(kept)
            for old in sorted(KEPT.glob(f"{path.stem}-*.ipynb"), key=lambda file: -file.stat().st_mtime)[FEW:]:
                old.unlink()
        return nbformat.read(kept, as_version=4)


def run(path, hash_seed="0"):
    """The notebook after a run, each figure as a drawing, too; its metadata know the `seconds` of one core."""
    notebook, start = nbformat.read(path, as_version=4), _spent()
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env=os.environ | {"NNLIB_SVG": "1", "PYTHONHASHSEED": hash_seed})
    notebook.metadata["seconds"] = _spent() - start
    return notebook


def _spent():
    """Seconds of a core that ended children took: a busy machine doesn't change them much."""
    times = os.times()
    return times.children_user + times.children_system


def key(path):
    """A hash of the notebook's code, of what it reads, of the data that is there, and of the versions."""
    digest = hashlib.sha256()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            digest.update(cell.source.encode() + b"\0")
    for folder in READ:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and not NOT_READ & set(file.parts):
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    data = Path(os.environ.get("NNLIB_DATA") or mnist_cache())
    digest.update(repr(sorted((file.name, file.stat().st_size) for file in data.glob("*ubyte*"))).encode())
    digest.update(repr([sys.version, *((name, version(name)) for name in PACKAGES)]).encode())
    return digest.hexdigest()[:16]


def with_text_of(notebook, path):
    """An executed notebook with the text cells as they stand now: they may have changed without a new run."""
    now = nbformat.read(path, as_version=4)
    outputs = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    for cell in now.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs[cell.id]
    return now
