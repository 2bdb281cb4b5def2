"""The course live in the browser, without a server: `make lite PYODIDE=/folder` writes JupyterLite into build/lite.

Any host of static files can show that folder, and nothing in it loads from elsewhere: Pyodide with the packages that
the course uses, nnlib, the students' notebooks, the digits, and MNIST where this machine has it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import kernel
import start
import wheels
from pyodide import required

from nngrade.commands.pack import contents
from nnlib.data import MNIST_FILES, mnist_cache

ROOT = Path(__file__).parents[2]
BUILD, OUTPUT = ROOT / "build" / "browser", ROOT / "build" / "lite"
# This Pyodide runs no newer ones. Their own folder keeps them apart from the JupyterLab of `make lab`.
JUPYTERLITE = ["jupyterlite-core==0.6.4", "jupyterlite-pyodide-kernel==0.6.1", "doit==0.37.0", "pkginfo==1.12.1.2"]
TOOLS = BUILD / "jupyterlite"
EXTENSION = TOOLS / "share" / "jupyter" / "labextensions" / "@jupyterlite" / "pyodide-kernel-extension"
SHOWN = "lectures/", "assignments/", "benchmarks/", "nnlib/"  # of what students get; the rest installs it
SETTINGS = {
    "@jupyterlab/docmanager-extension:plugin": {
        "autosaveInterval": 15,  # seconds: whoever closes the page loses no more than that
        "defaultViewers": {"markdown": "Markdown Preview"},
    },
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
}


def main(folder):
    """Write build/lite anew."""
    required(folder, kernel.PACKAGES)
    source = BUILD / "lite"
    for old in (source, OUTPUT):  # whole: JupyterLite would keep what was there before
        shutil.rmtree(old, ignore_errors=True)
    get_jupyterlite()
    kernel.write(folder, own_wheels(source / "wheels"), source / "static" / "pyodide")
    files = {name: data for name, data in contents(ROOT).items() if name.startswith(SHOWN)}
    with_mnist = mnist()
    write_files(source / "files", start.noted(files, bool(with_mnist)) | with_mnist)
    write_settings(source)
    run_jupyterlite(source)
    (OUTPUT / "index.html").write_text(start.page(files), encoding="utf-8")
    print(words(with_mnist))


def words(with_mnist):
    """What is said at the end."""
    size = sum(path.stat().st_size for path in OUTPUT.rglob("*") if path.is_file()) / 1e6
    lines = [f"{OUTPUT.relative_to(ROOT)}: {size:.0f} MB, for any host of static files. To look at it here:",
             f"  python3 -m http.server -d {OUTPUT.relative_to(ROOT)}"]  # fmt: skip
    if not with_mnist:
        lines.append("Without MNIST, which is not on this machine: name its folder by NNLIB_DATA, and make it again.")
    return "\n".join(lines)


def get_jupyterlite():
    """Install JupyterLite into a folder of its own, once."""
    stamp = TOOLS / "installed.json"
    if not stamp.is_file() or json.loads(stamp.read_text()) != JUPYTERLITE:
        shutil.rmtree(TOOLS, ignore_errors=True)
        subprocess.run([*wheels.PIP, "install", "--no-deps", "--target", TOOLS, *JUPYTERLITE], check=True)
        stamp.write_text(json.dumps(JUPYTERLITE))


def own_wheels(folder):
    """The wheels that Pyodide has not: nnlib, what lectures check with, and the kernel's own."""
    wheels.build(folder)
    wheels.download(folder, ["sympy", "mpmath", "comm"], "-c", ROOT / "constraints.txt")
    wheels.drop_tests(next(folder.glob("sympy-*.whl")))  # a third of it
    for name in ("ipykernel", "piplite", "pyodide_kernel"):
        shutil.copy(next((EXTENSION / "static" / "pypi").glob(f"{name}-*.whl")), folder)
    return sorted(folder.glob("*.whl"))


def mnist():
    """{name: bytes} of MNIST, if the machine has all of it; nothing is fetched."""
    folder = Path(os.environ.get("NNLIB_DATA") or mnist_cache())
    if not all((folder / name).is_file() for name in MNIST_FILES):
        return {}
    return {f"mnist/{name}": (folder / name).read_bytes() for name in MNIST_FILES}


def write_files(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def write_settings(source):
    """The configuration of JupyterLite, and what is set otherwise than by default in JupyterLab."""
    page = {
        "appName": "Neural networks from scratch",
        "exposeAppInBrowser": True,  # as jupyterapp, for the tests
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel.OPTIONS},
    }
    for name, content in {
        "jupyter-lite.json": {"jupyter-lite-schema-version": 0, "jupyter-config-data": page},
        "overrides.json": SETTINGS,
    }.items():
        (source / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def run_jupyterlite(source):
    """Let JupyterLite put its pages, our settings and our files together."""
    command = [sys.executable, "-m", "jupyterlite_core.app", "build", "--ignore-sys-prefix", "--no-sourcemaps",
               "--no-unused-shared-packages", "--apps", "lab", "--lite-dir", source, "--output-dir", OUTPUT,
               "--contents", source / "files", f"--LiteBuildConfig.federated_extensions={EXTENSION}"]  # fmt: skip
    # It keeps notes on its last run in the folder where it runs: these go with `source`.
    environment = os.environ | {"PYTHONPATH": str(TOOLS)}
    run = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"JupyterLite failed:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
