"""Collecting: the files of each platform as it hands them out, and whatever students do to theirs."""

import dataclasses
import functools
import json
import zipfile
from pathlib import Path

import pytest

from nngrade.batch.files import alone
from nngrade.collect import archive, notebooks, roster
from nngrade.collect.attempts import Attempts
from nngrade.collect.collect import collect
from nngrade.commands import collect as commands
from nngrade.errors import CourseError
from tests.nngrade import platform_files as made
from tests.nngrade.platform_files import CLASS
from tests.nngrade.small_course import NAME, answered, as_bytes

FILE, WHEN = f"{NAME}.ipynb", "2026-03-03 16:05:09 UTC"  # 17:05:09 in Berlin
ONE, TWO, THREE, FOUR, FIVE = CLASS
BERLIN = "Europe/Berlin"


@functools.cache  # nbformat makes up another id each time
def book(student):
    """A notebook that nobody else has."""
    return as_bytes(answered(first=f"# of {student.student}"))


@pytest.fixture
def root(tmp_path, released):
    folder = tmp_path / "course"
    (folder / "assignments").mkdir(parents=True)
    (folder / "assignments" / NAME).symlink_to(released / "assignments" / NAME)
    roster.save(folder, roster.Roster(CLASS))
    return folder


@pytest.fixture
def handed():
    """All but the last student have handed in."""
    return {student: [(FILE, book(student))] for student in CLASS[:-1]}


def lies(root, student, name=FILE):
    path = root / "submitted" / student.student / NAME / name
    return path.read_bytes() if path.is_file() else None


def collected(root, *paths, zone=BERLIN):
    return collect(root, NAME, list(paths), zone)


def whole(root, outcome, platform, when):
    """All came, with these times, and the last one is missing."""
    assert list(outcome.platforms.values())[-1] == platform
    assert [who for who, _ in outcome.missing] == [FIVE.student]
    assert outcome.well, outcome
    for student in CLASS[:-1]:
        assert lies(root, student) == book(student)
        assert lies(root, student, "timestamp.txt") == (when.encode() if when else None)


def stored(tmp_path, data, name="handed out.zip"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_canvas(root, tmp_path, handed):
    outcome = collected(root, stored(tmp_path, made.canvas(handed, late=[TWO])))
    whole(root, outcome, "Canvas", "")
    assert outcome.marked_late == [(TWO.student, "by Canvas's own mark")] and outcome.without_time == 4


def test_each_zip_is_told_by_its_platform_and_a_strange_file_in_it_is_named(root, tmp_path, handed):
    strange = made.zipped({f"doe_{ONE.canvas}_9_{FILE}": book(ONE), "mine.IPYNB": book(TWO), "notes.txt": "x"})
    outcome = collected(root, stored(tmp_path, strange, "ONE.ZIP"), stored(tmp_path, made.ilias(handed), "two.zip"))
    assert outcome.platforms == {"ONE.ZIP": "Canvas", "two.zip": "ILIAS"}
    assert outcome.unknown == [("ONE.ZIP/mine.IPYNB", "it is not named as Canvas does")]


def test_what_a_student_calls_late_is_not_canvass_mark(root, tmp_path):
    outcome = collected(root, stored(tmp_path, made.canvas({ONE: [("not_LATE_at_all.ipynb", book(ONE))]})))
    assert lies(root, ONE) == book(ONE) and outcome.marked_late == []


def test_numbers_that_canvas_has_in_a_name_are_nobodys_id(root, tmp_path):
    names = [f"doejane_19_87_{ONE.canvas}_99001_{FILE}", f"van_2_LATE_{TWO.canvas}_99002_7_8_{FILE}"]
    files = made.zipped({name: book(one) for name, one in zip(names, (ONE, TWO))})
    outcome = collected(root, stored(tmp_path, files))
    assert outcome.well and [lies(root, one) for one in (ONE, TWO)] == [book(ONE), book(TWO)]
    assert [who for who, _ in outcome.marked_late] == [TWO.student]


def test_whoever_takes_anothers_name_in_canvas_does_not_hand_in_for_them(root, tmp_path):
    files = made.zipped({f"mullerzoe_{ONE.canvas}_99001_{THREE.canvas}_1_{FILE}": book(ONE)})
    assert collected(root, stored(tmp_path, files)).well
    assert [path.name for path in (root / "submitted").iterdir()] == [ONE.student] and lies(root, ONE) == book(ONE)


@pytest.mark.parametrize("folders", [True, False])
@pytest.mark.parametrize("language", made.TITLES)
def test_moodle_with_its_worksheet(root, tmp_path, handed, language, folders):
    files, participants = made.moodle(handed, folders)
    sheet = stored(tmp_path, made.worksheet(participants, language), "worksheet.csv")
    whole(root, collected(root, stored(tmp_path, files), sheet), "Moodle", "2026-03-03 16:05:00 UTC")


def test_moodle_without_its_worksheet_goes_by_names_and_has_no_times(root, tmp_path, handed):
    outcome = collected(root, stored(tmp_path, made.moodle(handed)[0]))
    whole(root, outcome, "Moodle", "")
    assert ("student-01", "known by the name alone") in outcome.notes


def test_who_is_late_by_moodles_worksheet_is_told(root, tmp_path, handed):
    files, participants = made.moodle(handed)
    rows = made.worksheet(participants).decode().splitlines()
    rows[2] = rows[2].replace("for grading", "for grading - 2 days late")
    outcome = collected(root, stored(tmp_path, files), stored(tmp_path, "\n".join(rows), "worksheet.csv"))
    assert outcome.marked_late == [(TWO.student, "by Moodle's own mark")]


def test_blackboard(root, tmp_path, handed):
    handed[TWO] = [("my work.ipynb", handed[TWO][0][1])]
    outcome = collected(root, stored(tmp_path, made.blackboard(handed)))
    whole(root, outcome, "Blackboard", WHEN)
    assert outcome.notes == [(TWO.student, f"my work.ipynb is taken for {FILE}")]  # by the receipt


@pytest.mark.parametrize("folders", [True, False])
def test_brightspace(root, tmp_path, handed, folders):
    whole(root, collected(root, stored(tmp_path, made.brightspace(handed, folders))), "Brightspace",
          "2026-03-03 16:05:00 UTC")  # fmt: skip


def test_ilias(root, tmp_path, handed):
    handed[TWO] = [(f"Late Submission - {FILE}", handed[TWO][0][1])]
    outcome = collected(root, stored(tmp_path, made.ilias(handed)))
    whole(root, outcome, "ILIAS", "")
    assert [who for who, _ in outcome.marked_late] == [TWO.student]


def test_gradescope_and_a_group(root, tmp_path, handed):
    del handed[TWO]
    outcome = collected(root, stored(tmp_path, made.gradescope(handed, together=(ONE, TWO))), zone="")
    assert outcome.well and lies(root, TWO) == lies(root, ONE) == book(ONE)
    assert lies(root, THREE, "timestamp.txt").decode() == WHEN


def test_google_classroom(root, tmp_path, handed):
    files = {student: [(f"{student.first_name} - {FILE}", each[0][1])] for student, each in handed.items()}
    folder = tmp_path / "drive"
    folder.mkdir()
    for [(name, data)] in files.values():
        (folder / name).write_bytes(data)
    told = stored(tmp_path, made.classroom(files), "submissions.json")
    outcome = collected(root, folder, told)
    assert outcome.well and lies(root, FOUR, "timestamp.txt").decode() == WHEN and lies(root, FOUR) == book(FOUR)


def test_two_files_of_one_name_in_drive_are_nobodys(root, tmp_path, handed):
    told = stored(tmp_path, made.classroom(handed), "submissions.json")  # all have the same name for it
    outcome = collected(root, stored(tmp_path, book(ONE), FILE), told)
    assert len(outcome.unknown) == 1 and not (root / "submitted").exists()


def test_the_exchange(root, tmp_path, handed):
    inbound = made.exchange(tmp_path / "inbound", handed)
    next(inbound.glob(f"{TWO.student}+*/timestamp.txt")).write_text("2026-01-01 10:00:00 UTC")
    outcome = collected(root, inbound, zone="")  # the time in the name of the folder counts
    whole(root, outcome, "nbgrader's exchange", WHEN)
    assert lies(root, ONE, "submission_secret.txt") == b"secret of student-01"


def test_a_secret_of_the_exchange_that_can_not_be_read_costs_nobody_a_submission(root, tmp_path, handed, monkeypatch):
    """Students own these folders."""
    inbound = made.exchange(tmp_path / "inbound", handed)
    monkeypatch.setattr(archive, "MOST_ZIP", 10**6)
    [large] = inbound.glob(f"{TWO.student}+*/submission_secret.txt")
    large.write_bytes(bytes(10**6 + 1))
    outcome = collected(root, inbound, zone="")
    whole(root, outcome, "nbgrader's exchange", WHEN)
    assert lies(root, TWO, "submission_secret.txt") is None
    assert lies(root, ONE, "submission_secret.txt") == b"secret of student-01"
    [(student, note)] = outcome.notes
    assert student == TWO.student and "no feedback" in note and "larger than" in note


def sakai(handed, when="20260303160509123"):
    files = {"HW 1/grades.csv": "HW 1,Points\n"}
    for one, [(name, data)] in handed.items():
        folder = f"HW 1/{one.last_name}, {one.first_name}({one.login})"
        files |= {f"{folder}/Submission attachment(s)/{name}": data, f"{folder}/comments.txt": "",
                  f"{folder}/timestamp.txt": when}  # fmt: skip
    return made.zipped(files)


def test_sakai(root, tmp_path, handed):
    whole(root, collected(root, stored(tmp_path, sakai(handed)), zone=""), "Sakai", WHEN)


def test_of_two_downloads_each_has_its_own_times(root, tmp_path, handed):
    old = sakai({ONE: [(FILE, as_bytes(answered(first="# before")))]}, "20260301100000000")
    before = stored(tmp_path, old, "before.zip")
    for paths in ([stored(tmp_path, sakai(handed)), before], [before, tmp_path / "handed out.zip"]):
        whole(root, collected(root, *paths, zone=""), "Sakai", WHEN)


def test_openolat(root, tmp_path, handed):
    files = {f"ita_a_1/{one.last_name}_{one.first_name}_{one.login}/2_submissions/{name}": data
             for one, [(name, data)] in handed.items()}  # fmt: skip
    files |= {name.replace("2_submissions", "1_task"): b"{}" for name in files}
    outcome = collected(root, stored(tmp_path, made.zipped(files)))
    whole(root, outcome, "OpenOlat", "")


def test_github_classroom(root, tmp_path, handed):
    rows = ["assignment_name,github_username,roster_identifier,student_repository_name,submission_timestamp"]
    for one, [(name, data)] in handed.items():
        clone = tmp_path / "hw-1-submissions" / f"hw-1-{one.github}"
        (clone / ".git").mkdir(parents=True)
        (clone / ".git" / "HEAD").write_text("ref: refs/heads/main")
        (clone / name).write_bytes(data)
        rows.append(f"hw 1,{one.github},{one.student},hw-1-{one.github},{WHEN}")
    grades = stored(tmp_path, "\n".join(rows), "grades.csv")
    whole(root, collected(root, tmp_path / "hw-1-submissions", grades, zone=""), "GitHub Classroom", WHEN)


@pytest.mark.parametrize("name", ["{0.student}_{1}", "{0.student}/{1}", "{0.student}/a1_small/{1}", "{0.email} {1}",
                                  "{0.first_name} {0.last_name} - {1}"])  # fmt: skip
def test_a_plain_folder(root, tmp_path, handed, name):
    for student, [(_, data)] in handed.items():
        path = tmp_path / "folder" / name.format(student, FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    outcome = collected(root, tmp_path / "folder")
    assert outcome.well and all(lies(root, student) == book(student) for student in handed)


def test_in_a_plain_folder_timestamps_say_when_and_what_is_hidden_is_nothing(root, tmp_path):
    for one in (ONE, TWO):
        there = tmp_path / ".folder" / one.student / NAME
        for name in (FILE, ".hidden/draft.ipynb", ".ipynb_checkpoints/x.ipynb", "submission_secret.txt"):
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            (there / name).write_bytes(book(one))
    (tmp_path / ".folder" / ONE.student / NAME / "timestamp.txt").write_text("2026-03-03 17:05:09 +01:00")
    outcome = collected(root, tmp_path / ".folder")
    assert outcome.well and [lies(root, one) for one in (ONE, TWO)] == [book(ONE), book(TWO)]
    assert lies(root, ONE, "timestamp.txt").decode() == WHEN and lies(root, TWO, "timestamp.txt") is None
    assert outcome.without_time == 1 and lies(root, ONE, "submission_secret.txt") is None


def test_a_time_that_can_not_be_read_is_named(root, tmp_path):
    there = {FILE: book(ONE), "timestamp.txt": b"2026-03-03 16:05:09 UTC"}
    files = bytearray(made.zipped({f"{ONE.student}/{NAME}/{name}": data for name, data in there.items()}))
    files[files.index(there["timestamp.txt"])] ^= 1  # and so the checksum is wrong
    outcome = collected(root, stored(tmp_path, bytes(files)))
    [(who, why)] = outcome.uncertain
    assert who == ONE.student and why.startswith("when: \"timestamp.txt: it can't be unpacked: ")
    assert lies(root, ONE) == book(ONE) and lies(root, ONE, "timestamp.txt") is None


def test_the_folder_that_one_is_in_is_named_as_any_other(root, tmp_path, handed, monkeypatch):
    monkeypatch.chdir(made.exchange(tmp_path / "inbound", handed))
    outcome = collected(root, Path("."))
    assert outcome.platforms == {"inbound": "nbgrader's exchange"} and lies(root, ONE) == book(ONE)


def test_each_file_that_is_nobodys_is_named(root, tmp_path):
    files = [stored(tmp_path, book(ONE), name) for name in ("one.ipynb", "two.ipynb")]
    outcome = collected(root, *files)
    assert outcome.unknown == [(path.name, "no student of the roster is in its name") for path in files]


BESIDE = {
    "timestamp.txt": [b"2026-01-01 10:00:00 UTC", bytes(21 * 2**20)],
    "submission_metadata.yml": [b"a: [", f"x:\n  :submitters:\n  - :sid: '{TWO.number}'\n".encode()],
    "submission_secret.txt": [b"secret of another"],
}


@pytest.mark.parametrize("name, data", [(name, data) for name in BESIDE for data in BESIDE[name]],
                         ids=lambda each: each if isinstance(each, str) else f"{len(each)} bytes")  # fmt: skip
@pytest.mark.parametrize("platform", [made.ilias, made.gradescope, made.canvas])
def test_what_a_student_puts_beside_a_notebook_tells_nothing(root, tmp_path, handed, platform, name, data):
    handed[ONE] = [("work.zip", made.zipped({FILE: book(ONE), name: data})), (name, data)]
    outcome = collected(root, stored(tmp_path, platform(handed)), zone="")
    whole(root, outcome, outcome.platforms["handed out.zip"], WHEN if platform is made.gradescope else None)
    assert lies(root, ONE, "submission_secret.txt") is None


@pytest.mark.parametrize("name", ["timestamp.txt", "x/timestamp.txt", ".timestamp.txt", "x/submission_secret.txt"])
def test_nor_does_it_where_there_is_no_notebook(root, tmp_path, name):
    files = {ONE: [("work.zip", made.zipped({"a.pdf": b"%PDF", name: b"2026-01-01 10:00:00 UTC"}))]}
    outcome = collected(root, stored(tmp_path, made.ilias(files)))
    assert outcome.unreadable == [(ONE.student, "work.zip/a.pdf is no notebook")] and outcome.without_time == 1
    assert [path.name for path in (root / "submitted" / ONE.student / NAME).iterdir()] == ["a.pdf"]


def test_without_a_roster_files_that_say_it_are_collected(root, tmp_path, handed):
    (root / roster.ROSTER).unlink()
    assert collected(root, stored(tmp_path, book(ONE), f"{ONE.student}_{FILE}")).no_roster
    assert lies(root, ONE) == book(ONE)
    outcome = collected(root, stored(tmp_path, made.canvas(handed)))
    assert len(outcome.unknown) == 4 and "no roster" in outcome.unknown[0][1] and not outcome.well


ODD = {
    f"{NAME}-1.ipynb": "Canvas counts", f"{NAME} (1).ipynb": "a browser counts", f"{NAME}.IPYNB": "capitals",
    f"{NAME}.ipynb.txt": "a browser", f"{NAME} - Copy.ipynb": "Windows", "Übung eins.ipynb": "another name",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_the_notebook_by_another_name(root, tmp_path, name):
    outcome = collected(root, stored(tmp_path, made.canvas({ONE: [(name, book(ONE))], TWO: [(FILE, book(TWO))]})))
    assert outcome.well and lies(root, ONE) == book(ONE)


@pytest.mark.parametrize("name", ["work.zip", f"{NAME}.ipynb"])
def test_a_zip_in_place_of_a_notebook(root, tmp_path, name):
    inner = made.zipped({f"my work/{FILE}": book(ONE), f"__MACOSX/my work/._{FILE}": b"\0\1", "my work/notes.md": "x"})
    outer = made.zipped({"again.zip": inner})
    for data in (inner, outer):
        outcome = collected(root, stored(tmp_path, made.canvas({ONE: [(name, data)], TWO: [(FILE, book(TWO))]})))
        assert outcome.well and lies(root, ONE) == book(ONE)


BAD = {
    FILE: (b"<!DOCTYPE html><p>Log in", "is a web page, no notebook"),
    f"new {FILE}": (b"", "The file is empty"),
    "scan.pdf": (b"%PDF-1.4", "scan.pdf is no notebook"),
    "work.zip": (b"PK\3\4 broken", "the zip can't be opened"),
    f"{NAME}-2.ipynb": (b'{"cells": [{"metadata": {"nbgrader": {"grade_id": "other"}}, "source": ""}]}',
                        "is the notebook of another assignment"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_stops_nobody_and_is_kept(root, tmp_path, name):
    data, says = BAD[name]
    outcome = collected(root, stored(tmp_path, made.canvas({ONE: [(name, data)], TWO: [(FILE, book(TWO))]})))
    assert not outcome.well and lies(root, TWO) == book(TWO)
    [(who, why)] = outcome.unreadable
    assert who == ONE.student and says in why
    there = [path.read_bytes() for path in (root / "submitted" / who / NAME).iterdir()]
    assert data in there or not data or name == "work.zip"


def test_two_notebooks_of_which_none_is_the_newer_wait(root, tmp_path):
    other = as_bytes(answered(first="# other"))
    files = {ONE: [("final.ipynb", book(ONE)), ("draft.ipynb", other)], TWO: [(FILE, book(TWO))]}
    outcome = collected(root, stored(tmp_path, made.ilias(files)))
    assert "which one counts is not certain: draft.ipynb, final.ipynb" in outcome.unreadable[0][1]


def test_of_attempts_the_newest_counts_and_all_are_kept(root, tmp_path):
    old, new = book(ONE), as_bytes(answered(first="# new"))
    with zipfile.ZipFile(stored(tmp_path, made.blackboard({ONE: [(FILE, new)]})), "a") as archive:
        first = made.blackboard({ONE: [(FILE, old)], TWO: [(FILE, book(TWO))]}, when="2026-03-02-10-00-00")
        with zipfile.ZipFile(stored(tmp_path, first, "first.zip")) as more:
            for name in more.namelist():
                archive.writestr(name, more.read(name))
    assert collected(root, tmp_path / "handed out.zip").well
    assert lies(root, ONE) == new and lies(root, ONE, "timestamp.txt").decode() == WHEN
    kept = [path.read_bytes() for path in (root / "downloaded" / NAME / "attempts" / ONE.student).rglob("*.ipynb")]
    assert sorted(kept) == sorted([old, new])
    assert lies(root, TWO, "timestamp.txt") == b"2026-03-02 09:00:00 UTC"
    manifest = json.loads((root / "downloaded" / NAME / "manifest.json").read_text())
    assert {each["platform_id"] for each in manifest} == {"login student_01", "login student_02"}


def test_a_second_run_changes_nothing_and_loses_no_time(root, tmp_path, handed):
    files, participants = made.moodle(handed)
    path, sheet = stored(tmp_path, files), stored(tmp_path, made.worksheet(participants), "worksheet.csv")
    collected(root, path, sheet)
    before = {each: each.read_bytes() for each in root.rglob("*") if each.is_file()}
    outcome = collected(root, path)  # this time without the worksheet
    assert len(outcome.again) == 4 and not outcome.collected and outcome.well
    after = {each: each.read_bytes() for each in root.rglob("*") if each.is_file()}
    assert {each: data for each, data in after.items() if each.suffix != ".json"} == {
        each: data for each, data in before.items() if each.suffix != ".json"}  # fmt: skip


def test_a_later_file_of_a_platform_without_times_is_the_newer(root, tmp_path):
    collected(root, stored(tmp_path, made.canvas({ONE: [(FILE, book(ONE))]})))
    new = as_bytes(answered(first="# new"))
    collected(root, stored(tmp_path, made.canvas({ONE: [(f"{NAME}-1.ipynb", new)]}), "next week.zip"))
    assert lies(root, ONE) == new
    collected(root, tmp_path / "handed out.zip")  # the old file once more
    assert lies(root, ONE) == new


@pytest.mark.parametrize("method, times", [("save", 0), ("save", 1), ("put", 0), ("put", 1)])
def test_what_was_killed_half_way_is_collected_by_the_next_run_as_if_nothing_had_been(
    root, tmp_path, monkeypatch, method, times
):
    """On a platform without times; one student's time was entered by hand, another's work put there."""
    old, new = ({ONE: [(name, book(ONE) + blank)], TWO: [(name, book(TWO) + blank)]}
                for name, blank in ((FILE, b""), (f"{NAME}-1.ipynb", b" ")))  # fmt: skip
    collected(root, stored(tmp_path, made.canvas(old)))
    (root / "submitted" / ONE.student / NAME / "timestamp.txt").write_text(WHEN)
    (root / "submitted" / TWO.student / NAME / FILE).write_bytes(b"by hand")
    real, left, path = getattr(Attempts, method), iter(range(times)), stored(tmp_path, made.canvas(new), "new.zip")

    def killed(*what):
        if next(left, None) is None:
            raise KeyboardInterrupt
        real(*what)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Attempts, method, killed)
        collected(root, path)
    collected(root, path)
    assert [lies(root, one) for one in (ONE, TWO)] == [book(one) + b" " for one in (ONE, TWO)]
    known = [(each.student, each.platform, each.run, each.noted) for each in Attempts(root, NAME).all]
    assert sorted(known) == [(ONE.student, "Canvas", 1, WHEN), (ONE.student, "Canvas", 2, ""),
                             (TWO.student, "Canvas", 1, ""), (TWO.student, "Canvas", 2, ""),
                             (TWO.student, "found in submitted", -1, "")]  # fmt: skip


def test_one_collects_at_a_time(root, tmp_path, handed):
    path = stored(tmp_path, made.canvas(handed))
    says = f"Another `nngrade collect {NAME}` is at work in this course"
    with alone(root / "downloaded" / NAME, f"collect {NAME}"), pytest.raises(CourseError, match=says):
        collected(root, path)
    assert collected(root, path).well


def test_of_files_that_come_again_the_last_time_counts_in_whatever_order_they_are_given(root, tmp_path):
    other = as_bytes(answered(first="# other"))
    files = {f"{n}.zip": made.zipped({f"doe_{ONE.canvas}_{n}_{FILE}": data})
             for n, data in ((1, book(ONE)), (2, other), (3, book(ONE)))}  # fmt: skip
    paths = [stored(tmp_path, data, name) for name, data in files.items()]
    assert collected(root, *paths[::-1]).well and lies(root, ONE) == book(ONE)


def test_of_two_attempts_in_one_run_without_a_time_none_is_the_newer(root, tmp_path):
    other = as_bytes(answered(first="# other"))
    paths = [stored(tmp_path, made.ilias({ONE: [(FILE, data)]}), f"{len(data)}.zip") for data in (book(ONE), other)]
    outcome = collected(root, *paths)
    why = "several attempts, and no time says which is the newest; nothing in submitted/ was changed"
    assert outcome.uncertain == [(ONE.student, why)] and lies(root, ONE) is None


def test_what_somebody_put_there_by_hand_is_kept(root, tmp_path, handed):
    by_hand = root / "submitted" / ONE.student / NAME / FILE
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(b"by hand")
    collected(root, stored(tmp_path, made.canvas(handed)))
    assert lies(root, ONE) == book(ONE)
    assert b"by hand" in [path.read_bytes() for path in (root / "downloaded").rglob(FILE)]


def test_a_link_that_lies_there_is_not_followed_to_what_is_kept(root, tmp_path, handed):
    (tmp_path / "secret").write_bytes(b"not handed in")
    there = root / "submitted" / ONE.student / NAME
    there.mkdir(parents=True)
    (there / "notes.txt").symlink_to(tmp_path / "secret")
    (there / FILE).write_bytes(b"by hand")
    collected(root, stored(tmp_path, made.canvas(handed)))
    kept = [path.read_bytes() for path in (root / "downloaded").rglob("*") if path.is_file()]
    assert b"by hand" in kept and b"not handed in" not in kept


def test_a_time_that_somebody_entered_by_hand_stays(root, tmp_path, handed):
    for files in (made.canvas(handed), made.blackboard(handed)):  # one knows no times, the other another one
        path = stored(tmp_path, files)
        collected(root, path)
        entered = root / "submitted" / ONE.student / NAME / "timestamp.txt"
        entered.write_text("2026-03-01 10:00 +01:00")
        for _ in range(2):
            assert collected(root, path).well
            assert lies(root, ONE, "timestamp.txt") == b"2026-03-01 09:00:00 UTC"
    assert lies(root, TWO, "timestamp.txt").decode() == WHEN


def test_times_that_are_not_certain_are_named(root, tmp_path, handed):
    files, participants = made.moodle(handed)
    when = {ONE: "02.12.2026 17:05", TWO: "Sunday, 25 October 2026, 02:30 AM", THREE: "-"}
    sheet = stored(tmp_path, made.worksheet(participants, when=when), "worksheet.csv")
    outcome = collected(root, stored(tmp_path, files), sheet)
    said = dict(outcome.uncertain)
    assert "can be read without guessing" in said[ONE.student] and "twice in Europe/Berlin" in said[TWO.student]
    assert not outcome.well and lies(root, ONE) == book(ONE) and lies(root, ONE, "timestamp.txt") is None
    assert lies(root, FOUR, "timestamp.txt") == b"2026-03-03 16:05:00 UTC"
    assert outcome.without_time == 1  # the others are named one by one


def test_without_a_zone_local_times_wait(root, tmp_path, handed):
    outcome = collected(root, stored(tmp_path, made.blackboard(handed)), zone="")
    assert len(outcome.uncertain) == 4 and "--tz" in outcome.uncertain[0][1]
    (root / "submitted" / ONE.student / NAME / "timestamp.txt").write_text(WHEN)  # whom somebody has asked
    outcome = collected(root, tmp_path / "handed out.zip", zone="")
    assert ONE.student not in dict(outcome.uncertain) and len(outcome.uncertain) == 3
    assert lies(root, ONE, "timestamp.txt").decode() == WHEN


def test_who_is_not_in_the_roster_is_named(root, tmp_path, handed):
    stranger = roster.Student("x", "Stranger", "A", login="stranger", canvas="9999", ilias="9999", number="9")
    for platform in (made.canvas, made.ilias, made.blackboard, made.brightspace, made.gradescope):
        outcome = collected(root, stored(tmp_path, platform(handed | {stranger: [(FILE, book(ONE))]})))
        assert len(outcome.unknown) == 1 and not outcome.well and not outcome.unheard, platform
    assert len(list((root / "submitted").iterdir())) == 4


def test_ids_that_the_roster_has_of_nobody_are_told_once(root, tmp_path, handed, capsys):
    roster.save(root, roster.Roster([dataclasses.replace(each, canvas="") for each in CLASS]))
    assert commands.run(root, NAME, [stored(tmp_path, made.canvas(handed))], BERLIN) == 1
    text = capsys.readouterr().out
    assert text.count("nngrade roster FILE") == 1 and "nngrade grade" not in text


def test_who_has_handed_in_another_assignment_alone_is_missing(root, tmp_path, handed):
    for other in ("a9_other", f"{NAME}_2"):
        (root / "submitted" / FIVE.student / other).mkdir(parents=True)
    outcome = collected(root, stored(tmp_path, made.canvas(handed)))
    assert outcome.missing == [(FIVE.student, f"{FIVE.first_name} {FIVE.last_name}".strip())]


def test_what_stands_before_the_name_of_a_file_says_late_in_ilias_alone(root, tmp_path):
    files = {ONE: [(f"Doe Jane - {FILE}", book(ONE))], TWO: [(FILE, book(TWO))]}
    outcome = collected(root, stored(tmp_path, made.canvas(files)))
    assert outcome.marked_late == [] and lies(root, ONE) == book(ONE)
    outcome = collected(root, stored(tmp_path, made.ilias({THREE: [(f"Verspätete Abgabe - {FILE}", book(THREE))]})))
    assert outcome.marked_late == [(THREE.student, "by ILIAS's own mark")] and lies(root, THREE) == book(THREE)
    assert outcome.without_time == 1  # a mark is no time


def test_namesakes_wait(root, tmp_path, handed):
    twin = roster.Student("student-99", ONE.last_name, ONE.first_name, "twin@school.example")
    roster.save(root, roster.Roster([*CLASS, twin]))
    outcome = collected(root, stored(tmp_path, made.brightspace(handed)))
    assert "the name of several" in outcome.unknown[0][1] and lies(root, ONE) is None and lies(root, TWO)


def test_a_group_of_moodle(root, tmp_path):
    files = made.zipped({f"Group A_17_assignsubmission_file/{FILE}": book(ONE)})
    sheet = made.worksheet({ONE: "31", TWO: "32", THREE: "33"}).decode().replace("Status,", "Status,")
    lines = [line + (',"Group"' if n == 0 else f',"Group {"AAB"[n - 1]}"') for n, line in enumerate(sheet.splitlines())]
    outcome = collected(root, stored(tmp_path, files), stored(tmp_path, "\n".join(lines), "worksheet.csv"))
    assert outcome.well and lies(root, ONE) == lies(root, TWO) == book(ONE) and lies(root, THREE) is None
    assert Attempts(root, NAME).ids("moodle") == {ONE.student: "31", TWO.student: "32"}  # by which grades go back


def test_a_list_that_is_none_is_named_and_the_rest_is_collected(root, tmp_path, handed):
    other = stored(tmp_path, "a,b\n1,2\n", "other.csv")
    outcome = collected(root, stored(tmp_path, made.canvas(handed)), other)
    assert "nngrade roster other.csv" in outcome.refused[0][1] and len(outcome.collected) == 4
    assert outcome.unknown == [] and [*outcome.platforms] == ["handed out.zip"]  # it is nobody's file either


def test_mistakes_are_told_in_words(root, tmp_path):
    with pytest.raises(CourseError, match="was not released yet"):
        collect(root, "a9", [tmp_path], "")
    with pytest.raises(CourseError, match="There is no file"):
        collected(root, tmp_path / "nothing.zip")


def test_links_are_not_followed_to_files_or_folders(root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / FILE).write_bytes(book(ONE))
    given = tmp_path / "given" / ONE.student
    given.mkdir(parents=True)
    (given / FILE).symlink_to(outside / FILE)
    (tmp_path / "given" / TWO.student).symlink_to(outside)
    (tmp_path / "given" / THREE.student / "in").mkdir(parents=True)
    (tmp_path / "given" / THREE.student / FILE).write_bytes(book(THREE))
    (tmp_path / "given" / THREE.student / "in" / "there").symlink_to(outside)
    outcome = collected(root, tmp_path / "given")
    assert (outcome.unreadable, outcome.refused) == ([], [])  # not even tried
    assert [lies(root, student) for student in (ONE, TWO)] == [None, None]
    assert lies(root, THREE) == book(THREE)


# --- what students put into their files says nothing of who and when -----------------------------------

EARLY = "2026-01-01 00:00:00 UTC"
METADATA = f"""
submission_124:
  :submitters:
  - :email: {ONE.email}
  :created_at: {EARLY}
submission_123:
  :created_at: {EARLY}
"""


def stamps(root):
    return {one.student: lies(root, one, "timestamp.txt") for one in CLASS if lies(root, one)}


@pytest.mark.parametrize("packed", [False, True])
def test_metadata_of_gradescope_is_gradescopes(root, tmp_path, handed, packed):
    name = "submission_metadata.yml"
    plain = {name: METADATA, f"a/{name}": METADATA}
    handed[TWO] += [("work.zip", made.zipped(plain))] if packed else plain.items()
    with zipfile.ZipFile(stored(tmp_path, made.gradescope(handed))) as archive:
        backwards = made.zipped({each: archive.read(each) for each in reversed(archive.namelist())})
    outcome = collected(root, stored(tmp_path, backwards), zone="")
    assert [lies(root, one) for one in (ONE, TWO)] == [book(ONE), book(TWO)] and outcome.well
    assert set(stamps(root).values()) == {WHEN.encode()}


def test_times_of_sakai_are_sakais(root, tmp_path, handed):
    files, called = {"HW 1/grades.csv": ""}, {one: f"{one.last_name}, {one.first_name}({one.login})" for one in CLASS}
    handed[TWO].append(("work.zip", made.zipped({f"{called[one]}/timestamp.txt": EARLY for one in (ONE, TWO)})))
    handed[TWO].append(("timestamp.txt", EARLY))
    for one, each in handed.items():
        files |= {f"HW 1/{called[one]}/Submission attachment(s)/{name}": data for name, data in each}
        files[f"HW 1/{called[one]}/timestamp.txt"] = WHEN
    collected(root, stored(tmp_path, made.zipped(files)))
    assert set(stamps(root).values()) == {WHEN.encode()} and len(stamps(root)) == 4


@pytest.mark.parametrize("platform", [made.canvas, made.ilias, lambda handed: made.moodle(handed)[0]])
def test_where_the_platform_has_no_times_a_students_file_gives_none(root, tmp_path, handed, platform):
    folders = [f"{TWO.first_name} {TWO.last_name}_12346", f"{TWO.last_name}_{TWO.first_name}_{TWO.login}_{TWO.ilias}"]
    own = {f"{folder}/timestamp.txt": EARLY for folder in folders}
    handed[TWO] += [("timestamp.txt", EARLY), ("work.zip", made.zipped(own | {"timestamp.txt": EARLY}))]
    handed[THREE] = [("timestamp.txt", EARLY), ("essay.pdf", b"%PDF")]  # no notebook: then all files are kept
    collected(root, stored(tmp_path, platform(handed)))
    assert set(stamps(root).values()) == {None} and len(stamps(root)) == 3
    assert lies(root, THREE, "essay.pdf") and lies(root, THREE, "timestamp.txt") is None


@pytest.mark.parametrize("listed", [True, False])
def test_times_beside_loose_files_are_those_of_their_folders(root, tmp_path, handed, listed):
    if not listed:
        (root / roster.ROSTER).unlink()
    when = {one.student: f"2026-03-0{n} 10:00:00 UTC" for n, one in enumerate(handed, 1)}
    files = {f"{one.student}/{NAME}/{name}": data for one, [(name, data)] in handed.items()}
    files |= {f"{student}/{NAME}/timestamp.txt": text for student, text in when.items()}
    collected(root, stored(tmp_path, made.zipped(files)))
    assert stamps(root) == {student: text.encode() for student, text in when.items()}


@pytest.mark.parametrize(("inner", "listed"), [("", True), ("work/", True), ("", False), (f"{ONE.student}/", False)])
def test_a_time_in_a_zip_that_a_student_packed_is_the_students(root, tmp_path, inner, listed):
    if not listed:
        (root / roster.ROSTER).unlink()
    theirs = made.zipped({f"{inner}{FILE}": book(ONE), f"{inner}timestamp.txt": EARLY})
    collected(root, stored(tmp_path, theirs, f"{ONE.student}.zip"))
    assert stamps(root) == {ONE.student: None}
    collected(root, stored(tmp_path, made.zipped({f"{ONE.student}/mine.zip": theirs}), "class.zip"))
    assert stamps(root) == {ONE.student: None}


def test_a_name_at_github_that_ends_like_another_one_is_nobodys(root, tmp_path, handed):
    clones = tmp_path / "hw-1-submissions"
    for name, data in [("git-hub-01", b"1"), ("x-git-hub-02", b"2"), ("git-hub-03", b"3")]:
        (clones / f"hw-1-{name}" / ".git").mkdir(parents=True)
        (clones / f"hw-1-{name}" / FILE).write_bytes(data)
        (clones / f"hw-1-{name}" / ".gitignore").write_text("")
    (clones / "starter-code").mkdir()
    (clones / "starter-code" / FILE).write_bytes(b"4")
    outcome = collected(root, clones)
    assert dict(outcome.unknown) == {"hw-1-x-git-hub-02": "nobody in the roster is github x-git-hub-02",
                                     "starter-code": "nobody in the roster is github code"}  # fmt: skip
    assert sorted(path.name for path in (root / "submitted").iterdir()) == [ONE.student, THREE.student]


def test_somebodys_number_in_the_name_of_a_strangers_file_is_no_id(root, tmp_path):
    files = made.zipped({f"stranger_9999_99001_{ONE.canvas}_1_{FILE}": book(THREE)})
    outcome = collected(root, stored(tmp_path, files))
    assert [why for _, why in outcome.unknown] == ["nobody in the roster is canvas 9999"]


def test_a_secret_of_a_students_own_is_none_and_stops_nobody(root, tmp_path, handed):
    broken = bytearray(made.zipped({"submission_secret.txt": b"mine", "timestamp.txt": b"mine"}))
    broken[broken.index(b"mine")] ^= 255  # and so the checksum is wrong
    handed[ONE] += [("submission_secret.txt", b"mine"), ("more.zip", bytes(broken))]
    assert collected(root, stored(tmp_path, made.canvas(handed))).well
    assert lies(root, ONE, "submission_secret.txt") is None and lies(root, ONE) == book(ONE)


# --- sizes ---------------------------------------------------------------------------------------------


def test_saved_outputs_do_not_count_against_the_size_of_a_notebook(root, tmp_path):
    notebook = json.loads(book(ONE))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": 25 * 2**20 * "x"}]
    data = json.dumps(notebook).encode()
    assert collected(root, stored(tmp_path, made.canvas({ONE: [(FILE, data)]}))).well and lies(root, ONE) == data


def test_too_many_files_of_one_student_cost_nobody_else(root, tmp_path, handed, monkeypatch):
    monkeypatch.setattr(notebooks, "MOST_BYTES", 2**21)
    monkeypatch.setattr(archive, "MOST_WITHIN", 2**21)
    handed[ONE] = [(f"{n}.txt", n * bytes(2**20)) for n in (1, 2)]
    two = {f"{n}.zip": made.zipped({"a.txt": bytes(2**20)}) for n in (1, 2)}
    handed[TWO] = [("work.zip", made.packed(two))]
    for one in (THREE, FOUR):  # who have as much as that together, and not alone
        handed[one] = [("work.zip", made.packed({"1.zip": made.zipped({FILE: book(one), "a.txt": bytes(2**20)})}))]
    outcome = collected(root, stored(tmp_path, made.canvas(handed)))
    assert [who for who, _ in outcome.unreadable] == [ONE.student, TWO.student]
    assert "2.txt: with it, the files have more than 2 MB" in outcome.unreadable[0][1]
    assert "the zips in what was handed in are larger than 2 MB" in outcome.unreadable[1][1]
    assert lies(root, THREE) == book(THREE) and lies(root, FOUR) == book(FOUR)
