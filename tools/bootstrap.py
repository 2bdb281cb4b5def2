"""Make .venv ready for the course: `python tools/bootstrap.py instructor` (or `dev`).

The first run creates .venv and installs the project into it; later runs find the stamp of the
first and do nothing. Standard library only. This file must parse even on Python 2, because its
first job is to tell the owner of an old Python what to do: hence no f-strings and no annotations.
"""

from __future__ import print_function

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
EXTRAS = ("instructor", "dev")  # dev contains instructor
NEEDS = ("pyproject.toml", "nngrade/pyproject.toml", "constraints.txt")  # what they change is installed anew

# What pip does not install: (program, package, for which extras, what it is for).
PROGRAMS = (
    (
        "bwrap",
        "bubblewrap",
        EXTRAS,
        "Grading is safest with bubblewrap, which is not installed; everything else works without it:",
    ),
    (
        "initdb",
        "postgresql",
        ("dev",),
        "One test starts a PostgreSQL server, which is not installed; it is skipped without it:",
    ),
    (
        "podman",
        "podman runc",
        ("dev",),
        "Some tests run students' code in containers of podman, which is not installed; they are skipped without it:",
    ),
    (
        "chromium",
        "chromium",
        ("dev",),
        "Some tests move sliders in a browser, Chromium, which is not installed; they are skipped without it:",
    ),
    (
        "npm",
        "npm",
        ("dev",),
        "The book takes MathJax from npm, which is not installed; its tests are skipped without it:",
    ),
)

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "course-setup.json")
IN_VENV = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
VENV_PYTHON = os.path.join(VENV, *IN_VENV)
# With .venv activated, sys.executable lies inside .venv, and .venv cannot be re-made from there.
BASE_PYTHON = getattr(sys, "_base_executable", None) or sys.executable


class Problem(Exception):
    """Something that the reader can mend; its text says what and how."""


def main(arguments):
    try:
        check_python()
        check_folder()
        set_up(asked_extra(arguments))
    except Problem as problem:
        return give_up(problem)
    except OSError as error:  # a full disk, a folder that may not be written to
        return give_up("Setting up .venv failed: %s" % error)
    except KeyboardInterrupt:
        return give_up("Stopped. Run the same command again to finish the set-up.")
    return 0


def give_up(message):
    print("\n%s" % message, file=sys.stderr)
    return 1


def check_python():
    if sys.version_info < OLDEST:
        raise Problem(
            "This course needs Python %d.%d or newer; this is Python %d.%d (%s).\n"
            "Install a newer one (from python.org or with your system's package manager) and\n"
            "name it if it is not the default: make demo PYTHON=python3.12"
            % (OLDEST + tuple(sys.version_info[:2]) + (sys.executable,))
        )


def check_folder():
    """What pip can't install into ({ } and $name), and where nbgrader finds nothing or makes no gradebook."""
    if re.search(r"[][*?{}%]|\$\w", ROOT):
        raise Problem(
            "The course lies in %s,\n"
            "and pip or nbgrader can't work with a name like that. Give these folders names\n"
            "without [ ] * ? { } %% and $, then run the same command there." % ROOT
        )


def asked_extra(arguments):
    if len(arguments) != 1 or arguments[0] not in EXTRAS:
        raise Problem("Usage: python tools/bootstrap.py instructor|dev")
    return arguments[0]


def set_up(extra):
    want, have = wanted(extra), read_stamp()
    usable = os.path.exists(VENV_PYTHON) and agree(want, have, "checkout", "python")
    enough = have.get("extra") in (extra, "dev")
    if usable and enough and agree(want, have, "needs"):
        write_nbgrader_config()  # that of an older checkout named a course
        return
    if usable and enough:
        want["extra"] = have["extra"]  # an update takes nothing away
    forget_stamp()
    if not usable:
        make_venv()
    install(want["extra"])
    provide_programs(want["extra"])
    write_nbgrader_config()
    write(STAMP, json.dumps(want, indent=1))  # last: without a stamp the next run starts afresh


# --- the stamp: what .venv was made from -----------------------------------------------------


def wanted(extra):
    needs = hashlib.sha256()
    for name in NEEDS:
        with open(os.path.join(ROOT, name), "rb") as file:
            needs.update(file.read())
    return {
        "checkout": ROOT,  # a virtual environment does not survive a move
        "python": "%d.%d.%d" % sys.version_info[:3],
        "needs": needs.hexdigest(),
        "extra": extra,
    }


def read_stamp():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def forget_stamp():
    if os.path.exists(STAMP):
        os.remove(STAMP)


def agree(want, have, *keys):
    return all(want[key] == have.get(key) for key in keys)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# --- the steps -------------------------------------------------------------------------------


def make_venv():
    provide_venv_module()
    step(
        "creating .venv with Python %d.%d.%d" % sys.version_info[:3],
        [BASE_PYTHON, "-m", "venv", "--clear", VENV],
        "Is there room on the disk, and may you write to %s?" % ROOT,
    )


def install(extra):
    pip = [VENV_PYTHON, "-m", "pip", "--no-input", "--disable-pip-version-check"]
    step(
        "installing the course (a minute or two)",
        pip + ["install", "-c", "constraints.txt", "-e", ".[%s]" % extra, "-e", "./nngrade"],
        "Mostly the network is to blame, even where pip speaks of conflicts: lines with\n"
        "'Retrying' say so. Check that this machine is online (behind a proxy, set HTTPS_PROXY),\n"
        "then run the same command again; downloads are kept. Where pip names a full disk or a\n"
        "package instead, mend that first.",
    )


def provide_venv_module():
    """Debian and Ubuntu keep what `python -m venv` needs in a package of its own."""
    if can_make_venvs():
        return
    package = "python3.%d-venv" % sys.version_info[1]
    if is_root() and run(["apt-get", "--version"]).returncode == 0:
        apt_install(package)
    if not can_make_venvs():
        raise Problem(
            "This Python (%s) cannot make virtual environments: its module venv or\n"
            "ensurepip is missing. On Debian and Ubuntu, install it and try again:\n"
            "    sudo apt-get update && sudo apt-get install -y %s\n"
            "Elsewhere, use another Python: make demo PYTHON=python3.12" % (BASE_PYTHON, package)
        )


def provide_programs(extra):
    """The sandbox around students' code, and a server for the tests. The course works without them."""
    for program, package, extras, purpose in PROGRAMS:
        if sys.platform.startswith("linux") and extra in extras and not is_there(program):
            provide(package, purpose)


def provide(package, purpose):
    if is_root() and shutil.which("apt-get"):
        try:
            return apt_install(package)
        except Problem as problem:
            print(problem)
    print("%s\n    sudo apt-get install %s    (or: dnf install, pacman -S)" % (purpose, package))


def is_there(program):
    return shutil.which(program) or glob.glob("/usr/lib/postgresql/*/bin/" + program)  # where Debian hides them


def can_make_venvs():
    return run([BASE_PYTHON, "-c", "import ensurepip, venv"]).returncode == 0


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(package):
    get = "apt-get install -y --no-install-recommends " + package
    step(
        "installing the system package %s" % package,
        ["sh", "-c", "%s || { apt-get update && %s; }" % (get, get)],  # at first, no package lists
        "Check the network, or install %s by hand, then run the same command again." % package,
    )


def write_nbgrader_config():
    write(os.path.join(VENV, "etc", "jupyter", "nbgrader_config.py"), nbgrader_config())


def nbgrader_config():
    """With this in .venv, plain `nbgrader ...` works anywhere in the course that one stands in, and only in that."""
    return (
        "# Written by tools/bootstrap.py: points nbgrader at the course that you are in.\n"
        "import os\n"
        "c = get_config()\n"
        "folder = os.getcwd()\n"
        'while not os.path.isfile(os.path.join(folder, "nbgrader_config.py")) and folder != os.path.dirname(folder):\n'
        "    folder = os.path.dirname(folder)\n"
        'if os.path.isfile(os.path.join(folder, "nbgrader_config.py")):\n'
        "    c.CourseDirectory.root = folder\n"
        '    load_subconfig("nbgrader_config.py", path=folder)\n'
    )


# --- running programs ------------------------------------------------------------------------


def step(title, command, advice):
    """Run a command behind one line of output; where it fails, show its last words."""
    print("%-46s" % (title + " ..."), end=" ")
    sys.stdout.flush()
    start = time.time()
    result = run(command)
    print("%s %.1f s" % ("failed after" if result.returncode else "done in", time.time() - start))
    if result.returncode:
        raise Problem("%s\n\nFailed: %s\n%s" % (last_words(result.stdout), title, advice))


def last_words(output):
    """The end of the output, and the first complaint about the network, which is the true cause."""
    lines = output.splitlines()
    cause = [line for line in lines[:-10] if "Retrying (" in line][:1]
    return "\n".join("    " + line for line in cause + lines[-10:])


def run(command):
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,  # nobody sees a question, so nothing may wait for an answer
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
