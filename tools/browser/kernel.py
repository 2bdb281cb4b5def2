"""The Python of the live notebooks: a Pyodide with the packages of the course and no others, and nnlib among them."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from pyodide import CORE, listed, package_files

STARTED = ["ssl", "sqlite3", "micropip", "jedi", "ipython"]  # what JupyterLite's kernel loads before the first cell
PACKAGES = [*STARTED, "matplotlib"]  # of Pyodide, with all that they need
NOT_RUN = {"pyodide.mjs"}  # JupyterLite starts by pyodide.js
DEPENDS = {  # wheel of ours: what an import of it loads, too
    "nn-from-scratch": ["numpy", "matplotlib"],
    "sympy": ["mpmath"],
}
OPTIONS = {  # the settings of JupyterLite's Pyodide kernel
    "pyodideUrl": "./static/pyodide/pyodide.js",
    "disablePyPIFallback": True,  # nothing loads from elsewhere
    # At once, where the kernel would ask for one after the other:
    "loadPyodideOptions": {"packages": [*STARTED, "comm", "ipykernel", "piplite", "pyodide_kernel"]},
}


def write(folder, wheels, target):
    """Write a Pyodide with PACKAGES and the wheels; its list says which of them an import statement loads."""
    target.mkdir(parents=True)
    files = package_files(folder, PACKAGES)
    for name in {*files, *CORE} - NOT_RUN:
        shutil.copy(Path(folder) / name, target)
    lock = listed(folder)
    lock["packages"] = {name: package for name, package in lock["packages"].items() if package["file_name"] in files}
    for wheel in wheels:
        shutil.copy(wheel, target)
        entry = package(wheel)
        lock["packages"][entry["name"]] = entry
    (target / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def package(wheel):
    """The entry of a wheel in Pyodide's list."""
    name, version = wheel.name.split("-")[:2]
    name = name.replace("_", "-")
    inside = {entry.partition("/")[0] for entry in zipfile.ZipFile(wheel).namelist()}
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "imports": sorted(entry.removesuffix(".py") for entry in inside if not entry.endswith((".dist-info", ".data"))),
        "depends": DEPENDS.get(name, []),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
