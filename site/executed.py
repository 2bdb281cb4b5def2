"""Executed notebooks, kept: one is run again only if it, nnlib, the data or a package changed."""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "site" / "executed"
PACKAGES = "numpy", "matplotlib", "ipykernel", "sympy"
READ = "nnlib", "benchmarks/results", "images"  # what a notebook reads, besides the data


def executed(path):
    """The notebook with its outputs; from the cache, where nothing that it depends on has changed."""
    kept = KEPT / f"{path.stem}-{key(path)}.ipynb"
    if kept.is_file():
        return nbformat.read(kept, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob(f"{path.stem}-*.ipynb"):
        old.unlink()
    part = kept.with_suffix(".part")
    nbformat.write(notebook, part)
    part.replace(kept)
    return notebook


def key(path):
    """A hash of the notebook's code, of what it reads, of the data that is there, and of the versions."""
    digest = hashlib.sha256()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            digest.update(cell.source.encode() + b"\0")
    for folder in READ:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    data = Path(os.environ.get("NNLIB_DATA", ROOT / "downloaded"))
    digest.update(repr(sorted((file.name, file.stat().st_size) for file in data.glob("*ubyte*"))).encode())
    digest.update(repr([(name, version(name)) for name in PACKAGES]).encode())
    return digest.hexdigest()[:16]


def with_text_of(notebook, path):
    """An executed notebook with the text cells as they stand now: they may have changed without a new run."""
    now = nbformat.read(path, as_version=4)
    outputs = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    for cell in now.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs[cell.id]
    return now
