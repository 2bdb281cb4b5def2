"""Run nnlib's tests as they run in a browser, in Pyodide under node: `make test-browser PYODIDE=/folder`.

The folder holds the official distribution of Pyodide. What is tested is the wheel that students get. Tests that
need sockets, threads, other processes or PyTorch are skipped.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import wheels
from pyodide import required

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "browser"
PACKAGES = ["numpy", "matplotlib", "scipy", "scikit-learn", "ipython"]  # of Pyodide
# Of the package index, pure Python. Newer hypothesis is not; the pytest of this Pyodide is 8; a newer mpmath warns of
# what SymPy takes from it.
PURE = ["pytest==8.1.1", "pluggy==1.5.0", "iniconfig", "hypothesis==6.130.0", "sortedcontainers", "attrs", "sympy",
        "mpmath<1.4", "tqdm"]  # fmt: skip


def main(folder, options):
    """0 if all tests pass, and what node or pip gives otherwise."""
    required(folder, PACKAGES)
    if not shutil.which("node"):
        raise SystemExit("This needs node: sudo apt-get install nodejs")
    shutil.rmtree(BUILD / "wheels", ignore_errors=True)
    wheels.download(BUILD / "wheels", PURE)
    wheels.build(BUILD / "wheels")
    node = ["node", Path(__file__).with_name("run_tests.mjs"), Path(folder).resolve(), BUILD / "wheels", ROOT / "tests"]
    return subprocess.run([*node, *options]).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:]))
