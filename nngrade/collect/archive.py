"""The files in what a platform hands out: folders, zips, and zips within zips, each by the names that lead to it."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nngrade.notebook.saved import MOST_BYTES
from nngrade.notebook.submission import Refused, read_file

MOST_ZIP, MOST_WITHIN, DEEPEST = 2**30, 2**28, 3  # bytes of a file, and of all zips in one thing that was handed in
LONGEST = 255  # of a file's name, in bytes, on a disk; in a zip it may be longer, and take minutes to look at
LEFT = "__MACOSX", ".DS_Store", ".ipynb_checkpoints"  # by systems and by Jupyter
PACKED = re.compile(r"\.(zip|ipynb|ipynb\.txt)$", re.IGNORECASE)  # a zip by name, or renamed by browsers and people


@dataclass(frozen=True)
class Entry:
    """A file that was handed out: the names that lead to it, and how to read it. No bytes of it are kept."""

    path: tuple
    read: Callable  # its bytes; Refused, with the reason, where that is impossible

    @property
    def name(self):
        """Its own name."""
        return self.path[-1]


def entries(path):
    """All files in a folder or a zip, or the one file; a zip that can't be opened counts as a file."""
    if not path.is_dir():
        return list(_one((_tidy(path.name),), lambda: _read(path, MOST_ZIP)))
    files = sorted(each for each in path.rglob("*") if each.is_file() and not each.is_symlink())
    return [entry for file in files for entry in _in_folder(path, file)]


def _in_folder(folder, file):
    names = tuple(map(_tidy, file.relative_to(folder).parts))
    # its own name may say what this is: an exchange's inbound folder, or one clone
    return _one((_tidy(folder.resolve().name), *names), lambda: _read(file, MOST_ZIP))


def _one(names, read, depth=DEEPEST, room=None):
    """The file of these names, or those in it if it is a zip, which takes of the room for zips within a zip."""
    if any(name in LEFT or name.startswith("._") for name in names):
        return
    if not PACKED.search(names[-1]):
        yield Entry(names, read)
        return
    try:
        data = read()
        zipped = data[:2] == b"PK" and depth
        if zipped and room:
            room.take(len(data))
    except Refused as why:
        yield Entry(names, _refusing(str(why)))
        return
    yield from _in_zip(names, read, data, depth, room) if zipped else [Entry(names, read)]


def _in_zip(names, read, data, depth, room):
    try:
        archive = _archive(data)
        inside = [each for each in archive.infolist() if not each.is_dir()]
    except Exception as error:  # of a damaged one, whatever zipfile makes of it
        yield Entry(names, _refusing(f"the zip can't be opened: {error}"))
        return
    opened = (lambda: _last_opened(read)) if room else (lambda: archive)  # the outermost stays open
    for info in inside:
        parts = [part for part in _decoded(info).replace("\\", "/").split("/") if part not in ("", ".", "..")]
        if parts:
            its, called = room or _Room(), (_tidy(part[-LONGEST:]) for part in parts)
            yield from _one((*names, *called), _reader(opened, info), depth - 1, its)
    if not inside:
        yield Entry(names, _refusing("the zip is empty"))


class _Room:
    """The bytes that zips within a zip may still have: a few kilobytes can hold terabytes of them."""

    def __init__(self):
        self.left = MOST_WITHIN

    def take(self, size):
        if size > self.left:
            raise Refused(f"the zips in what was handed in are larger than {MOST_WITHIN // 2**20} MB")
        self.left -= size


def _archive(data):
    return zipfile.ZipFile(io.BytesIO(data))


@lru_cache(maxsize=1)
def _last_opened(read):
    """A zip within a zip, of which one at a time is in memory: a class hands in thousands."""
    return _archive(read())


def _reader(opened, info):
    def read():
        most = MOST_WITHIN if info.filename.lower().endswith(".zip") else MOST_BYTES
        try:
            with opened().open(info) as file:
                data = file.read(most + 1)
        except Refused:
            raise
        except Exception as error:  # damaged or locked: zipfile has many ways to say so
            raise Refused(f"it can't be unpacked: {error}") from None
        if len(data) > most:
            raise Refused(f"it is larger than {most // 2**20} MB")
        return data

    return read


def _refusing(why):
    def read():
        raise Refused(why)

    return read


def _read(path, most):
    return read_file(Path(path), most)


def _decoded(info):
    """The name of a file in a zip: where nothing says that it is UTF-8, it may still be, or from an older system."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        drawn = any("\u2500" <= letter <= "\u259f" for letter in info.filename)  # lines and boxes: no name has them
        return raw.decode("cp1252", "replace") if drawn else info.filename


def _tidy(name):
    """A name in one form of Unicode; one on a disk that is no UTF-8 is of an older system, as in a zip."""
    raw = name.encode(errors="surrogateescape")
    try:
        return unicodedata.normalize("NFC", raw.decode())
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
