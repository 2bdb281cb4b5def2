"""Wheels for Python in the browser: that of nnlib, made from its sources, and pure Python of the package index."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def download(folder, requirements, *options):
    """Put the wheels of the requirements into the folder, without what they need in turn."""
    wanted = ["--no-deps", "--only-binary", ":all:", "--platform", "any", "--python-version", "3.12"]
    subprocess.run([*PIP, "download", *wanted, *options, "-d", folder, *requirements], check=True)


def build(folder):
    """Put the wheel of nnlib into the folder; from a copy, because setuptools leaves files beside its sources."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(ROOT / "nnlib", Path(copy, "nnlib"), ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        options = ["--no-deps", "--no-build-isolation", "-w", folder]
        subprocess.run([*PIP, "wheel", *options, copy], check=True)


def drop_tests(wheel):
    """Take the tests out of a wheel, as Pyodide does with its own packages."""
    kept = wheel.with_suffix(".part")
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as part:
        for entry in whole.infolist():
            if "/tests/" not in entry.filename:
                part.writestr(entry, whole.read(entry), zipfile.ZIP_DEFLATED)
    kept.replace(wheel)
