"""Files of arrays (NumPy's .npz): written whole or not at all, and read without executing anything."""

import os
import secrets
from pathlib import Path

import numpy as np

ABOUT = "about"  # the entry that says in words what the arrays belong to


def write_arrays(path, about, arrays):
    """Write `arrays`, {name: array}, into a file, and `about`, a text that says what they belong to.

    An older file stays whole until the new one is. Refuses a `path` in a folder that does not exist.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path: expected a file in a folder that exists, got {path}")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # a name that nobody else has
    try:
        with open(part, "xb") as file:
            np.savez(file, **arrays, **{ABOUT: np.array(about)})
        os.replace(part, path)  # atomic: readers see the old file or the new one
    finally:
        part.unlink(missing_ok=True)


def read_arrays(path, what):
    """(about, arrays) of the file at `path`, which `write_arrays` wrote; ValueError for any other.

    `what` it should have held is said then. Nothing is compressed: a small file could otherwise fill the memory.
    """
    with open(path, "rb") as file:
        try:
            saved = np.load(file, allow_pickle=False)
            if any(entry.compress_type for entry in saved.zip.infolist()):
                raise ValueError("compressed")
            arrays = dict(saved)
            return str(arrays.pop(ABOUT)), arrays
        except Exception as error:  # there are many ways to be damaged
            raise ValueError(f"{path}: not {what} that nnlib saved, or a damaged one") from error
