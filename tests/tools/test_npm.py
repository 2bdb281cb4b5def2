"""A package of npm is whole when it is there, however many ask for it at once."""

import io
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest


@pytest.fixture
def npm(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "tools"))
    import npm

    monkeypatch.setattr(npm, "KEPT", tmp_path)
    yield npm
    sys.modules.pop("npm")


def packed(together):
    """What `npm pack` does, for all callers at the same moment."""

    def run(command, cwd, **_):
        with tarfile.open(Path(cwd, "p.tgz"), "w:gz") as archive:
            for name in ("package/a.js", "package/b/c.js"):
                info = tarfile.TarInfo(name)
                info.size = 3
                archive.addfile(info, io.BytesIO(b"js\n"))
        together.wait()
        return subprocess.CompletedProcess(command, 0, "p.tgz\n", "")

    return run


def test_who_asks_at_the_same_time_gets_all_files(npm, monkeypatch, tmp_path):
    monkeypatch.setattr(npm.subprocess, "run", packed(Barrier(3, timeout=20)))
    with ThreadPoolExecutor(3) as threads:
        folders = set(threads.map(npm.from_npm, ["p@1"] * 3))
    assert folders == {tmp_path / "p@1" / "package"}
    assert sorted(path.name for path in (tmp_path / "p@1").rglob("*")) == ["a.js", "b", "c.js", "package"]


def test_what_cannot_be_had_is_told(npm, monkeypatch):
    no = subprocess.CompletedProcess([], 1, "", "npm error 404 Not Found")
    monkeypatch.setattr(npm.subprocess, "run", lambda *_, **__: no)
    with pytest.raises(SystemExit, match="p@1 can't be had from npm, and is needed: npm error 404 Not Found"):
        npm.from_npm("p@1")
