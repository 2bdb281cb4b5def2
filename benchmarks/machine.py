"""Where results are kept, and what they hold for: the processor, the load, the versions, the day."""

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
PACKAGES = {"PyTorch": "torch", "JAX": "jax", "scikit-learn": "scikit-learn"}


def machine(names=()):
    """One line for the table, with the versions of these rivals."""
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    packages = {"NumPy": "numpy"} | {name: package for name, package in PACKAGES.items() if name in names}
    versions = ", ".join(f"{name} {_version(package)}" for name, package in packages.items())
    system = f"{os.cpu_count()} cores ({load} at the start), {platform.system()}, Python {platform.python_version()}"
    return f"{datetime.date.today()}, {_processor()}, {system}, {versions}"


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # not Linux, or a processor that does not say
        return platform.processor() or platform.machine()


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
