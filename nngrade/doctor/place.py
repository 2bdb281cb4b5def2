"""The folder of the course, its data, and the gradebook."""

import contextlib
import hashlib
import os
import shutil
import sys
from functools import cache
from pathlib import Path

from traitlets.config import Config

from nngrade.course import CONFIG, RENAME, filled, gradebook_url, path_problem, private, settings
from nngrade.doctor.finding import Finding
from nngrade.doctor.programs import install
from nngrade.errors import CourseError
from nngrade.nbgrader_settings import use

GB = 1e9
PER_SUBMISSION = 1e6  # bytes on the disk: what was handed in, what was graded, the page that goes back
SECONDS = 2  # for a database to answer
_settings = cache(settings)  # two of the checks ask


def disk(root):
    """Whether there is room for a class, and the right to write, in the course folder or here."""
    folder = root or Path.cwd()
    free = shutil.disk_usage(folder).free
    text = f"disk: {free / GB:.1f} GB free in {folder}, enough for about {free / PER_SUBMISSION:,.0f} submissions"
    if root and not os.access(root, os.W_OK):
        yield Finding("missing", f"disk: you may not write in {root}", "Have its owner give you that right.")
    elif free < 100 * PER_SUBMISSION:
        yield Finding("missing", text, "Make room there, or move the course to a larger disk.")
    else:
        yield Finding("ok", text)


def mnist(_):
    """Whether the genuine MNIST is here. It is not fetched."""
    from nnlib import data

    given = os.environ.get("NNLIB_DATA")
    folder = Path(given) if given else data.mnist_cache()
    wrong = [name for name, sha in data.MNIST_FILES.items() if _sha256(folder / name) != sha]
    if not wrong:
        yield Finding("ok", f"MNIST in {folder}")
        return
    fetch = f'Fetch it once (11.6 MB): {sys.executable} -c "import nnlib; nnlib.data.mnist()"\nOr else: '
    name = "put the four files into a folder and name it in the environment, NNLIB_DATA=/that/folder"
    yield Finding("note", f"MNIST is not in {folder}, so the small digits take its place. Not there,"
                  f" or not genuine: {', '.join(wrong)}", f"To have it, {name}" if given else fetch + name)


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def course(root):
    """Whether nbgrader finds the course, and grades it by way of the sandbox."""
    if root is None:
        yield Finding("note", f"course: {Path.cwd()} is not inside one, so settings and gradebook were not looked at",
                      f"Change into the course folder, the one with {CONFIG}, and ask again.")
        return
    if problem := path_problem(root):
        yield Finding("missing", f"course: {problem}", RENAME)
        return
    try:
        trusted = _trusted(_settings(root).Autograde)
    except CourseError as problem:
        yield Finding("missing", f"course: {problem}", "Mend that file.")
        return
    if trusted:
        yield Finding("ok", f"course: {root}, with its {CONFIG}")
    else:
        yield Finding("missing", f"course: by {root / CONFIG}, nbgrader would run students' code without a sandbox",
                      "Add to that file: from nngrade.nbgrader_settings import use; use(c)")


def _trusted(autograde):
    """Whether nbgrader's settings have all that `use` sets; a course may have steps of its own besides."""
    wanted = Config()
    use(wanted)
    pairs = ((autograde.get(name), value) for name, value in wanted.Autograde.items())
    return all(set(value) <= set(found or ()) if isinstance(value, list) else found == value for found, value in pairs)


def hidden(root):
    """Whether what students' code is shown leaves out the course, its answers and its grades."""
    from nngrade.grading.sandboxes import shown_of
    from nngrade.sandbox import places
    from nnlib import data

    secrets = places.own_secrets()
    with contextlib.suppress(Exception):  # the settings can't be read, as another line says
        secrets += private(root, _settings(root)) if root else ()
    shown = places.visible(shown_of(os.environ.get("NNLIB_DATA") or data.mnist_cache()))
    try:
        places.need_hidden(shown, secrets)
    except CourseError as problem:
        yield Finding("missing", f"sandbox: {problem}")
    else:
        yield Finding("ok", "sandbox: students' code sees Python, nnlib and MNIST, nothing of the course")


def gradebook(root):
    """Whether the gradebook can be read, and how many students it has."""
    from sqlalchemy.exc import ArgumentError

    try:
        url = gradebook_url(root, _settings(root).CourseDirectory.get("db_url"))
    except ArgumentError:
        yield Finding("missing", "gradebook: c.CourseDirectory.db_url is no address of a database",
                      f"Mend it in {root / CONFIG}: postgresql://user:password@host/name, or leave it out.")
        return
    except Exception:  # no course, or its settings can't be read, as another line says
        return
    if url.get_backend_name() == "sqlite" and not filled(Path(url.database)):
        yield Finding("ok", f"gradebook: {url.database} is not there yet; nngrade release makes it")
        return
    yield _asked(url)


def _asked(url):
    """What a database says, in a moment or not at all."""
    from sqlalchemy import create_engine, inspect, text
    from sqlalchemy.exc import SQLAlchemyError

    where = f"gradebook: {url.render_as_string(hide_password=True)}"
    seconds = "timeout" if url.get_backend_name() == "sqlite" else "connect_timeout"
    try:
        engine = create_engine(url, connect_args={seconds: SECONDS})
        with contextlib.closing(engine.connect()) as connection:
            if not inspect(connection).has_table("student"):
                return Finding("ok", f"{where} is empty; nngrade release makes its tables")
            students = connection.execute(text("SELECT count(*) FROM student")).scalar()
        engine.dispose()
    except ImportError as error:
        return Finding("missing", f"{where} needs a driver: {error}", f"To have it, {install('postgres')}")
    except SQLAlchemyError as error:
        return Finding("missing", f"{where} can't be read: {str(error).splitlines()[0]}",
                       f"Is the database running, and its address in {CONFIG} right (c.CourseDirectory.db_url)?")
    return Finding("ok", f"{where}, {students:,} students")
