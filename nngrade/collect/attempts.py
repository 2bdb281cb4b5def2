"""What was collected for an assignment: every attempt as it came, and which of them lies in submitted/.

    downloaded/ASSIGNMENT/manifest.json              one entry for each attempt: who, when, from where, hashes
    downloaded/ASSIGNMENT/attempts/STUDENT/HASH/     its files
    submitted/STUDENT/ASSIGNMENT/                    the newest one, and timestamp.txt

Nothing that was collected is ever taken away: a file that came before is known by its hash.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field, replace

from nngrade import times
from nngrade.batch.files import read_json, write_whole
from nngrade.collect.archive import LEFT
from nngrade.notebook import submission

HERE = "found in submitted"


@dataclass
class Attempt:
    """One attempt of a student's."""

    student: str
    hash: str  # of its files
    platform: str
    label: str  # by which the platform's files call it: feedback goes back under it
    platform_id: str = ""
    entries: list = field(default_factory=list)  # the platform's names of the files
    files: dict = field(default_factory=dict)  # {name in submitted/: SHA-256}
    given: str = ""  # the time, as the platform gives it
    zone: str = ""
    time: str = ""  # in UTC; "" if not known
    late: bool = False  # by the platform's mark
    order: int = 0  # among attempts of which no time is known
    run: int = 0  # the run of collect that first saw it
    problem: str = ""
    noted: str = ""  # what a person wrote into timestamp.txt since: that counts, whatever the platform says


class Attempts:
    """All attempts for one assignment."""

    def __init__(self, root, assignment, zone=""):
        self.root, self.assignment, self.zone = root, assignment, zone
        self.folder = root / "downloaded" / assignment
        todo = f"Take it from a backup; or move {self.folder} away, and collect again what the platform handed out."
        self.all = [Attempt(**each) for each in read_json(self.folder / "manifest.json", [], todo)]
        self.run = 1 + max((each.run for each in self.all), default=0)

    def of(self, student):
        """The attempts of a student."""
        return [each for each in self.all if each.student == student]

    def ids(self, kind):
        """{student: the platform's id of this kind}"""
        pairs = ((each.student, each.platform_id.split(" ", 1)) for each in self.all)
        return {student: pair[1] for student, pair in pairs if pair[0] == kind}

    def newest(self, student):
        """The attempt that counts; None if it is not certain which one does."""
        attempts = self.of(student)
        if all(each.time for each in attempts):
            return max(attempts, key=lambda each: (each.time, each.order, each.run))
        last = max((each.run, each.order) for each in attempts)
        newest = {each.hash: each for each in attempts if (each.run, each.order) == last}
        return next(iter(newest.values())) if len(newest) == 1 else None

    def add(self, attempt, files):
        """Keep an attempt with {name: bytes}; whether it is new. Of one that is known, what is known now counts."""
        if old := self._known(attempt):
            stays = old.noted not in ("", _stamped(attempt)) or not attempt.time  # what the platform says, too, is its
            known = {"time": old.time, "given": old.given, "zone": old.zone, "noted": old.noted} if stays else {}
            run = self.run if old.platform == HERE else old.run  # else it was put there by a run that was killed
            self.all[self.all.index(old)] = replace(attempt, run=run, late=attempt.late or old.late, **known)
            return False
        attempt.run = attempt.run or self.run
        for name, data in files.items():
            path = self._kept(attempt) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.all.append(attempt)
        return True

    def _known(self, attempt):
        """The same attempt as it was collected before; None if it is new."""
        same = (each for each in self.of(attempt.student) if each.hash == attempt.hash)
        return next((each for each in same if each.label == attempt.label or each.platform == HERE), None)

    def noted(self, attempt):
        """Whether a person has said when this was handed in."""
        return bool((old := self._known(attempt)) and old.noted)

    def keep_what_is_there(self, student):
        """What lies in submitted/ and did not come from here: an attempt, too, or a time that a person entered."""
        folder = self._submitted(student)
        files = _lying(folder)
        text, time = self._stamp(folder)
        same = [each for each in self.of(student) if each.hash == digest(files)]
        if same and text and text not in map(_stamped, same):
            attempt = max(same, key=lambda each: (each.time, each.order, each.run))
            attempt.noted, attempt.time = text, time
        elif files and not same:
            hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
            self.add(Attempt(student, digest(files), HERE, student, files=hashes, time=time, run=-1), files)

    def _stamp(self, folder):
        """(what timestamp.txt holds, that moment in UTC); "" for what is not there or not certain."""
        try:
            text = submission.read_file(folder / "timestamp.txt", times.MOST).decode("utf-8-sig").strip()
            return text, times.moment(text, self.zone).isoformat() if text else ""
        except (submission.Refused, UnicodeDecodeError):
            return "", ""
        except times.Uncertain:
            return text, ""

    def put(self, attempt):
        """Have an attempt lie in submitted/. It is swapped in whole, so one of the two is always there."""
        target = self._submitted(attempt.student)
        beside, old = (target.with_name(f".{target.name}.{word}") for word in ("new", "old"))
        for left in (beside, old):
            shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(self._kept(attempt), beside) if attempt.files else beside.mkdir(parents=True)
        if stamp := _stamped(attempt):
            (beside / "timestamp.txt").write_text(stamp, encoding="utf-8")
        if target.exists():
            target.rename(old)
        beside.rename(target)
        shutil.rmtree(old, ignore_errors=True)

    def save(self):
        """Write the manifest."""
        text = json.dumps([asdict(each) for each in self.all], indent=1, ensure_ascii=False)
        write_whole(self.folder / "manifest.json", text + "\n")

    def _kept(self, attempt):
        return self.folder / "attempts" / attempt.student / attempt.hash[:16]

    def _submitted(self, student):
        return self.root / "submitted" / student / self.assignment


def _stamped(attempt):
    """What timestamp.txt holds of an attempt: what is not certain stays as a person wrote it, and is named there."""
    return times.written(times.moment(attempt.time)) if attempt.time else attempt.noted


def _lying(folder):
    """{name: bytes} of what lies in a folder and in those inside it, but for the time."""
    there = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))
             if path.is_file() and not path.is_symlink()}  # fmt: skip
    return {_text(name.as_posix()): path.read_bytes() for name, path in there.items()
            if name.as_posix() != "timestamp.txt" and not {*name.parts} & {*LEFT}}  # fmt: skip


def _text(name):
    """The name of a file, as the manifest can hold it: on a disk it may be no text at all."""
    return name.encode(errors="backslashreplace").decode()


def digest(files):
    """One hash of {name: bytes}."""
    whole = hashlib.sha256()
    for name, data in sorted(files.items()):
        whole.update(hashlib.sha256(name.encode() + b"\0" + data).digest())
    return whole.hexdigest()
