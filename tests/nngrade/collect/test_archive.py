"""Files, folders and zips that a platform hands out, file by file: limits, links, depth, names."""

import io
import os
import tracemalloc
import unicodedata
import zipfile

import pytest

from nngrade.collect import archive
from nngrade.collect.archive import entries
from nngrade.notebook.submission import Refused
from tests.nngrade.platform_files import packed


def found(tmp_path, data, name="in.zip"):
    """{path: bytes, or why not} of what is in a file."""
    (tmp_path / name).write_bytes(data)
    return contents(tmp_path / name)


def contents(path):
    def read(entry):
        try:
            return entry.read()
        except Refused as why:
            return str(why)

    return {"/".join(entry.path): read(entry) for entry in entries(path)}


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_may_be_as_large_as_that(tmp_path, monkeypatch, more):
    """However small it is packed."""
    monkeypatch.setattr(archive, "MOST_BYTES", 2**21)
    data = bytes(2**21 + more)
    assert found(tmp_path, packed({"a.txt": data})) == {"in.zip/a.txt": "it is larger than 2 MB" if more else data}
    monkeypatch.setattr(archive, "MOST_WITHIN", 2**21)
    monkeypatch.setattr(archive, "MOST_BYTES", 2**10)
    inner = packed({"a.txt": b"x"})
    outer = packed({"b.ZIP": b"PK" + bytes(2**21 - 2 - len(inner) + more) + inner})  # what precedes a zip is no harm
    told = {"in.zip/b.ZIP": "it is larger than 2 MB"} if more else {"in.zip/b.ZIP/a.txt": b"x"}
    assert found(tmp_path, outer) == told


def test_what_is_too_large_is_not_unpacked_to_its_end(monkeypatch):
    """A few kilobytes can hold more than there is memory."""
    monkeypatch.setattr(archive, "MOST_BYTES", 2**20)
    data = packed({"a.txt": bytes(2**26)})
    [entry] = archive._one(("in.zip",), lambda: data, archive.DEEPEST)
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="larger than 1 MB"):
            entry.read()
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_zips_within_zips_to_a_depth():
    data = packed({"a.txt": b"x"})
    for _ in range(archive.DEEPEST):
        data = packed({"in.zip": data})
    listed = [entry.path for entry in archive._one(("out.zip",), lambda: data, archive.DEEPEST)]
    assert listed == [("out.zip",) + ("in.zip",) * archive.DEEPEST]  # the last one counts as a file


def test_what_systems_leave_is_none_of_it(tmp_path):
    names = ["a/x.ipynb", "__MACOSX/a/x.ipynb", "a/._x.ipynb", ".DS_Store", "a/.DS_Store", "a/",
             "a/.ipynb_checkpoints/x-checkpoint.ipynb"]  # fmt: skip
    assert found(tmp_path, packed(dict.fromkeys(names, b"1"))) == {"in.zip/a/x.ipynb": b"1"}


def test_names_that_lead_out_lead_nowhere(tmp_path):
    data = packed({"../../a.txt": b"1", "/etc/b.txt": b"2", "c\\..\\d.txt": b"3", "./e.txt": b"4", "..": b"5"})
    assert found(tmp_path, data) == {"in.zip/a.txt": b"1", "in.zip/etc/b.txt": b"2", "in.zip/c/d.txt": b"3",
                                     "in.zip/e.txt": b"4"}  # fmt: skip


def test_links_of_a_folder_are_not_followed(tmp_path):
    inside, outside = tmp_path / "handed", tmp_path / "outside"
    for folder in (inside / "a", outside):
        folder.mkdir(parents=True)
    (inside / "a" / "x.ipynb").write_bytes(b"1")
    (outside / "secret.ipynb").write_bytes(b"2")
    (inside / "file.ipynb").symlink_to(outside / "secret.ipynb")
    (inside / "folder").symlink_to(outside)
    (inside / "gone.ipynb").symlink_to(tmp_path / "nothing")
    assert contents(inside) == {"handed/a/x.ipynb": b"1"}
    named = tmp_path / "link"
    named.symlink_to(inside)  # on the command line: somebody means that
    assert contents(named) == {"handed/a/x.ipynb": b"1"}


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.ipynb")
    assert contents(tmp_path) == {}


def test_what_is_no_zip_and_what_is_one_by_another_name(tmp_path):
    inner = packed({"x.ipynb": b"1"})
    for name in ("a.ipynb", "a.IPYNB.txt"):
        assert found(tmp_path, inner, name) == {f"{name}/x.ipynb": b"1"}
    assert found(tmp_path, inner, "a.docx") == {"a.docx": inner}
    for name in ("b.ipynb", "b.zip"):
        assert found(tmp_path, b"{}", name) == {name: b"{}"}
    assert found(tmp_path, b"PK damaged")["in.zip"].startswith("the zip can't be opened: ")
    assert found(tmp_path, packed({"empty/": b""})) == {"in.zip": "the zip is empty"}
    broken = bytearray(packed({"x.txt": b"abc" * 100}))
    broken[36] ^= 255
    [why] = found(tmp_path, bytes(broken)).values()
    assert why.startswith("it can't be unpacked: ")


def test_whatever_is_wrong_with_a_zip_costs_nobody_else(tmp_path):
    """A name that is not in the encoding that it says, and what only one way of packing can say."""
    name = packed({"Ä.ipynb": b"1"}).replace("Ä".encode(), b"\xff\x84")
    lzma = io.BytesIO()
    with zipfile.ZipFile(lzma, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.ipynb", b"abc" * 100)
    damaged = bytearray(lzma.getvalue())
    damaged[50:55] = b"\xff" * 5
    read = found(tmp_path, packed({"a.zip": name, "b.zip": bytes(damaged), "c.zip": packed({"y.ipynb": b"2"})}))
    assert read.pop("in.zip/a.zip").startswith("the zip can't be opened: ")
    assert read.pop("in.zip/b.zip/x.ipynb").startswith("it can't be unpacked: ")
    assert read == {"in.zip/c.zip/y.ipynb": b"2"}


@pytest.mark.parametrize("at, value, why", [(6, 1, "password required"), (8, 99, "method is not supported")])
def test_what_is_locked_is_told_and_costs_nobody_else(tmp_path, at, value, why):
    """As 7-Zip locks it, in the way of old and in its own."""
    locked = bytearray(packed({"x.ipynb": b"1"}))
    for place in (at, locked.index(b"PK\1\2") + at + 2):
        locked[place] = value
    read = found(tmp_path, packed({"a.zip": bytes(locked), "b.zip": packed({"y.ipynb": b"2"})}))
    assert why in read.pop("in.zip/a.zip/x.ipynb") and read == {"in.zip/b.zip/y.ipynb": b"2"}


def test_a_name_that_no_disk_takes_is_its_end(tmp_path):
    """All patterns of names look at it: one of 60,000 letters would take them minutes."""
    read = found(tmp_path, packed({60_000 * " " + "1.ipynb": b"1", f"{300 * 'x'}/2.ipynb": b"2", 255 * "x": b"3"}))
    short = f"{248 * ' '}1.ipynb", f"{255 * 'x'}/2.ipynb", 255 * "x"
    assert read == {f"in.zip/{name}": data for name, data in zip(short, (b"1", b"2", b"3"))}


def test_names_are_those_that_people_see(tmp_path):
    decomposed = unicodedata.normalize("NFD", "Übung.ipynb")
    assert [*found(tmp_path, packed({decomposed: b"1"}))] == ["in.zip/Übung.ipynb"]
    folder = tmp_path / decomposed
    (folder / decomposed).mkdir(parents=True)
    (folder / decomposed / decomposed).write_bytes(b"1")
    assert [*contents(folder)] == ["/".join(3 * ["Übung.ipynb"])]
    assert [*contents(folder / decomposed / decomposed)] == ["Übung.ipynb"]

    def told(raw, flag=0):
        info = zipfile.ZipInfo(raw.decode("cp437") if not flag else raw.decode())
        info.flag_bits = flag
        return archive._decoded(info)

    assert told("Müller".encode(), 0x800) == told("Müller".encode()) == told("Müller".encode("cp437")) == "Müller"
    assert told("Müller Ä".encode("cp1252")) == "Müller Ä"  # by cp437 that would be a line


def test_a_name_on_a_disk_that_is_no_utf8_is_read_as_in_a_zip(tmp_path):
    """As unzip leaves those of an older system: the manifest has to hold them."""
    for raw in ("Müller".encode("cp1252"), "Jürgen".encode()):
        (tmp_path / os.fsdecode(raw)).write_bytes(raw)
    folder = tmp_path.name
    assert contents(tmp_path) == {f"{folder}/Müller": "Müller".encode("cp1252"), f"{folder}/Jürgen": "Jürgen".encode()}
