"""The files in what a platform hands out: folders, zips, and zips within zips, each by the names that lead to it."""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nngrade.notebook.submission import MOST_BYTES, Refused, read_file

MOST_ZIP, DEEPEST = 2**30, 3
LEFT = "__MACOSX", ".DS_Store", ".ipynb_checkpoints"  # by systems and by Jupyter
OFFICE = ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".jar"  # zips, too, but each of them one document
BROKEN = zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError  # the last: a password


@dataclass(frozen=True)
class Entry:
    """A file that was handed out: the names that lead to it, and how to read it."""

    path: tuple
    source: str  # the file on the command line
    read: Callable  # its bytes; Refused, with the reason, where that is impossible
    data: bytes | None = None  # of a file that had to be looked into

    @property
    def name(self):
        """Its own name."""
        return self.path[-1]


def entries(path):
    """All files in a folder or a zip, or the one file; a zip that can't be opened counts as a file."""
    if not path.is_dir():
        return list(_one((_tidy(path.name),), path.name, lambda: _read(path, MOST_ZIP), DEEPEST))
    files = sorted(each for each in path.rglob("*") if each.is_file() and not each.is_symlink())
    return [entry for file in files for entry in _in_folder(path, file)]


def _in_folder(folder, file):
    names = tuple(map(_tidy, file.relative_to(folder).parts))
    # its own name may say what this is: an exchange's inbound folder, or one clone
    return _one((_tidy(folder.resolve().name), *names), folder.name, lambda: _read(file, MOST_ZIP), DEEPEST)


def _one(names, source, read, depth):
    """The file of these names, or those in it if it is a zip."""
    if any(name in LEFT or name.startswith("._") for name in names):
        return
    if names[-1].lower().endswith((".zip", ".ipynb", ".ipynb.txt")):  # browsers and people rename
        try:
            data = read()
        except Refused as why:
            yield Entry(names, source, _refusing(str(why)))
            return
        if data[:2] == b"PK" and depth and not names[-1].lower().endswith(OFFICE):
            yield from _in_zip(names, source, data, depth)
        else:
            yield Entry(names, source, lambda: data, data)
        return
    yield Entry(names, source, read)


def _in_zip(names, source, data, depth):
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        inside = [each for each in archive.infolist() if not each.is_dir()]
    except BROKEN as error:
        yield Entry(names, source, _refusing(f"the zip can't be opened: {error}"))
        return
    for info in inside:
        parts = [part for part in _decoded(info).replace("\\", "/").split("/") if part not in ("", ".", "..")]
        if parts:
            yield from _one((*names, *map(_tidy, parts)), source, _reader(archive, info), depth - 1)
    if not inside:
        yield Entry(names, source, _refusing("the zip is empty"))


def _reader(archive, info):
    def read():
        most = MOST_ZIP if info.filename.lower().endswith(".zip") else MOST_BYTES
        try:
            with archive.open(info) as file:
                data = file.read(most + 1)
        except BROKEN as error:
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
    return unicodedata.normalize("NFC", name)
