"""What can hold students' code here, and how many submissions at once."""

import os
import shutil
import sys
from pathlib import Path

from nngrade.doctor.finding import Finding
from nngrade.errors import CourseError

GB = 1e9


def sandboxes(_):
    """The sandboxes that work here, found out by starting them."""
    if not sys.platform.startswith("linux"):
        problem = f"sandbox: students' code can only be run on Linux, and this is {sys.platform}"
        yield Finding("missing", problem, _linux())
        return
    from nngrade.sandbox import choose, report

    kinds = report()
    works = [name for name, problem, _ in kinds if problem is None]
    for name, problem, milliseconds in kinds:
        if problem:
            yield Finding("note", f"sandbox {name} does not work here: {problem}")
        else:
            role = "students' code runs in it" if name == works[0] else "works, but is not needed"
            yield Finding("ok", f"sandbox {name}: {role}; {milliseconds:.0f} ms per start")
    if not works:
        try:
            choose()
        except CourseError as error:  # says what to do
            yield Finding("missing", "sandbox: none works", str(error))


def _linux():
    """How to come by Linux."""
    found = next((name for name in ("podman", "docker") if shutil.which(name)), None)
    way = f"{found} is here: grade" if found else "Install podman or Docker, and grade"
    windows = " Or install WSL (wsl --install -d Ubuntu) and work in it." if sys.platform == "win32" else ""
    return f"{way} in a Linux container: INSTRUCTORS.md, On macOS and Windows, has the two commands.{windows}"


def capacity(_):
    """How many submissions can be graded at once."""
    import psutil

    if not sys.platform.startswith("linux"):
        return
    from nngrade.sandbox import Limits
    from nngrade.trusted import memory as of_tests

    cores = len(os.sched_getaffinity(0))
    memory = min(psutil.virtual_memory().available, *_container_memory())
    most = Limits.memory_bytes + Limits.scratch_bytes + of_tests.MOST
    fit = max(1, int(memory // most))
    text = f"{cores} cores and {memory / GB:.1f} GB of free memory: {min(cores, fit)} submissions at once"
    if fit < cores:
        yield Finding("note", f"{text}, if each takes all that it may ({most / GB:.1f} GB)",
                      f"To be safe: nngrade grade ASSIGNMENT --workers {fit}")
    else:
        yield Finding("ok", text)


def _container_memory():
    """What a container allows, by either version of control groups."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        path = Path("/sys/fs/cgroup", name)
        if path.is_file() and (limit := path.read_text().strip()).isdigit():
            yield int(limit)
    yield float("inf")
