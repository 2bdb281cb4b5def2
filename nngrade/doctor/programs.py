"""Python, the packages that the course needs, and those that it can make use of."""

import platform
import re
import sys
from importlib import metadata
from pathlib import Path

from nngrade.doctor.finding import Finding

CHECKOUT = Path(__file__).resolve().parents[2]
EXTRAS = (  # name of the extra, package, what it is good for
    ("scale", "distributed", "grading on several machines, with Dask"),
    ("postgres", "psycopg", "a gradebook in PostgreSQL"),
)


def packages(_):
    """Python and packages, against what pyproject.toml asks for and what the course was tested with."""
    here = f"Python {platform.python_version()} ({sys.executable})"
    try:
        course = metadata.metadata("nn-from-scratch")
    except metadata.PackageNotFoundError:
        yield Finding("missing", f"the course is not installed for this {here}", f"To mend it, {install('instructor')}")
        return
    needed = {each.name: each.specifier for each in _needed(course)}
    have = {name: version(name) for name in needed}
    wrong = [f"{name}{needed[name]} ({have[name] or 'not'} here)" for name in needed
             if not (have[name] and needed[name].contains(have[name], prereleases=True))]
    other = [f"{name} {tested} ({have[name]} here)" for name, tested in _tested().items()
             if have.get(name, tested) not in (None, tested)]
    if wrong:
        yield Finding("missing", f"{here} lacks: {', '.join(wrong)}", f"To mend it, {install('instructor')}")
    elif other:
        todo = f"If something goes wrong: {install('instructor')}"
        yield Finding("note", f"{here}; the course was tested with {', '.join(other)}", todo)
    else:
        yield Finding("ok", f"{here} and {len(have) - 1} packages, as the course was tested")


def _needed(course):
    """The requirements of the course for instructors, Python among them."""
    from packaging.requirements import Requirement

    yield Requirement(f"Python {course['Requires-Python']}")
    for each in map(Requirement, course.get_all("Requires-Dist")):
        if not each.marker or each.marker.evaluate({"extra": "instructor"}):
            yield each


def version(package):
    """The version that is installed here, or None."""
    try:
        return platform.python_version() if package == "Python" else metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def install(extra):
    """The command that installs what an extra needs, in the versions that the course was tested with."""
    return f'in {CHECKOUT}: {sys.executable} -m pip install -c constraints.txt -e ".[{extra}]"'


def _tested():
    path = CHECKOUT / "constraints.txt"
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.M)) if path.is_file() else {}


def extras(_):
    """Packages that some courses need."""
    for extra, package, purpose in EXTRAS:
        if found := version(package):
            yield Finding("ok", f"{package} {found}, for {purpose}")
        else:
            yield Finding("note", f"{package} is not installed; it is only needed for {purpose}",
                          f"If you want that, {install(extra)}")


def terminal(_):
    """Where names of students can't be printed, a command may stop half-way."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield Finding("note", f"the output takes {encoding}, not UTF-8: names with accents can't be shown in it",
                      "Set the environment variable PYTHONUTF8=1.")
