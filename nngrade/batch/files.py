"""Files that are whole or not there: what is killed while it writes leaves what was there before."""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from nngrade.errors import CourseError

PART = ".part"  # how the names of files end that are being written
LOCK = ".lock"  # holds the command that is at work, and stays


def write_whole(path, text, mode=0o600):
    """Write a text file all at once, for its owner alone unless `mode` says otherwise."""
    write_whole_bytes(path, text.encode(), mode)


def write_whole_bytes(path, data, mode=0o600):
    """The same for bytes."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=PART)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, mode)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


@contextlib.contextmanager
def alone(folder, command):
    """One writer at a time of what is kept in a folder; the lock goes with the process that holds it."""
    try:
        import fcntl
    except ImportError:  # on Windows, where no class is graded
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CourseError(
                f"Another `nngrade {lock.read() or command}` is at work in this course. Wait for it, or stop it first."
            ) from None
        lock.truncate(0)
        lock.write(command)
        lock.flush()
        yield


def read_json(path, missing, todo):
    """What a file that we wrote holds; `missing` where there is none. `todo`: what to do if it is damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return missing
    except ValueError as error:
        raise CourseError(f"{path} is damaged ({error}). {todo}") from None


def remove_parts(folder):
    """Remove what was being written in a folder when its writer was killed."""
    for part in Path(folder).glob(f".*{PART}"):
        part.unlink(missing_ok=True)
