"""Pyodide, Python for the browser: is a folder the official distribution?

A release is one list, pyodide-lock.json, with the SHA-256 of every package; the list itself and the core files are
those of the npm package pyodide of the same version. Whoever trusts the sums below can take the files from anywhere.
"""

import hashlib
import json
from pathlib import Path

VERSION = "0.27.7"
CORE = {  # file of the npm package pyodide@0.27.7: its SHA-256
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
ADVICE = f"""This needs the official distribution of Pyodide {VERSION}, the file pyodide-{VERSION}.tar.bz2 (300 MB) at
  https://github.com/pyodide/pyodide/releases/tag/{VERSION}
Unpack it and name the folder with pyodide-lock.json in it: PYODIDE=/folder/pyodide"""


def problems(folder, packages, core=CORE):
    """What is missing or not genuine among the core files and the files of `packages` with all that they need."""
    return _wrong(folder, core) or _wrong(folder, package_files(folder, packages))


def package_files(folder, packages):
    """{file: SHA-256} of the packages and of all that they need, by the list in the folder."""
    known = {name.replace("_", "-"): package for name, package in listed(folder)["packages"].items()}
    found, asked = {}, [*packages]
    while asked:
        package = known[asked.pop().replace("_", "-")]
        if package["file_name"] not in found:
            found[package["file_name"]] = package["sha256"]
            asked += package["depends"]
    return found


def known_files(folder):
    """{file: SHA-256} of all packages, by the list in the folder."""
    return {package["file_name"]: package["sha256"] for package in listed(folder)["packages"].values()}


def listed(folder):
    """The list of a distribution, pyodide-lock.json."""
    return json.loads((Path(folder) / "pyodide-lock.json").read_text(encoding="utf-8"))


def required(folder, packages):
    """Nothing, if the folder is the official distribution as far as these packages go; else it says what to do."""
    if not folder:
        wrong = ["no folder is named"]
    elif not Path(folder).is_dir():
        wrong = [f"there is no folder {folder}"]
    else:
        wrong = problems(folder, packages)
    if wrong:
        raise SystemExit("\n".join([*wrong[:5], *(["…"] * (len(wrong) > 5)), "", ADVICE]))


def _wrong(folder, files):
    """Words on every one of the {file: SHA-256} that is not in the folder, or is another."""
    wrong = []
    for name, sha in sorted(files.items()):
        path = Path(folder) / name
        if not path.is_file():
            wrong.append(f"{path} is missing")
        elif (got := hashlib.sha256(path.read_bytes()).hexdigest()) != sha:
            wrong.append(f"{path} is not that of Pyodide {VERSION}: its SHA-256 is {got}, not {sha}")
    return wrong
