"""Run nnlib's tests as they run in a browser, in Pyodide under node: `make test-browser PYODIDE=/folder`.

The folder holds the official distribution of Pyodide. What is tested is the wheel that students get. Tests that
need sockets, threads, other processes or PyTorch are skipped.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from pyodide import VERSION, problems

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "browser"
PACKAGES = ["numpy", "matplotlib", "scipy", "scikit-learn", "ipython"]  # of Pyodide
# Of the package index, pure Python. Newer hypothesis is not; the pytest of this Pyodide is 8.
PURE = ["pytest==8.1.1", "pluggy==1.5.0", "iniconfig", "hypothesis==6.130.0", "sortedcontainers", "attrs", "sympy",
        "mpmath", "tqdm"]  # fmt: skip
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def main(folder, options):
    """0 if all tests pass, and what node or pip gives otherwise."""
    if wrong := problems(folder, PACKAGES):
        raise SystemExit("\n".join([f"This needs the official distribution of Pyodide {VERSION}:", *wrong]))
    if not shutil.which("node"):
        raise SystemExit("This needs node: sudo apt-get install nodejs")
    for name in ("wheels", "sources"):
        shutil.rmtree(BUILD / name, ignore_errors=True)
    download = ["download", "--no-deps", "--only-binary", ":all:", "--platform", "any", "--python-version", "3.12"]
    subprocess.run([*PIP, *download, "-d", BUILD / "wheels", *PURE], check=True)
    subprocess.run([*PIP, "wheel", "--no-deps", "-w", BUILD / "wheels", sources()], check=True)
    node = ["node", Path(__file__).with_name("run_tests.mjs"), Path(folder).resolve(), BUILD / "wheels", ROOT / "tests"]
    return subprocess.run([*node, *options]).returncode


def sources():
    """A copy of what the wheel is made from: setuptools would leave its files beside the originals."""
    copy = BUILD / "sources"
    shutil.copytree(ROOT / "nnlib", copy / "nnlib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1]:
        raise SystemExit("Say where Pyodide is: make test-browser PYODIDE=/folder")
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
