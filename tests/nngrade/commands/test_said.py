"""What commands say, from a gradebook and records made by hand: explain, release, export, feedback, pack."""

import contextlib
import io
import os
import stat
import zipfile
from types import SimpleNamespace

import pytest
from rich.console import Console
from traitlets.config import Config

from nngrade.batch.gradebook import save
from nngrade.batch.questions import Changes
from nngrade.batch.records import Records
from nngrade.collect.collect import Outcome
from nngrade.commands import collect, demo, explain, export, feedback, late, mistakes, pack, release
from nngrade.commands.console import wide_console
from nngrade.course import CONFIG
from nngrade.errors import CourseError
from nngrade.exports.mistakes import Group
from tests.nngrade.batch.conftest import book, made  # noqa: F401 (fixtures)
from tests.nngrade.batch.test_gradebook import but

TEST = {"message": "", "lines": [], "seconds": 0.5}
RECORD = but(
    tests={"f_test": {"points": 1.5, "max": 2, **TEST}, "g_test": {"points": 1.0, "max": 1, **TEST}}, unanswered=[],
    hashes={"submission": "s", "tests": "t", "environment": "e"}, graded="2026-01-03T12:00:00+00:00", by="me@here",
    seconds=1.0, sandbox="bubblewrap", versions={"numpy": "2"}, limits={"cell_seconds": 120}, restarts=0, repaired=[],
)  # fmt: skip


@pytest.fixture
def course(book, tmp_path, monkeypatch):  # noqa: F811
    """Graded: student-01, and student-010, whose test gave nothing."""
    for student, points in (("student-01", 1.5), ("student-010", 0.0)):
        record = RECORD | {"student": student}
        record["tests"] = record["tests"] | {"f_test": {"points": points, "max": 2, **TEST}}
        Records(tmp_path).keep(record)
        save(book, record, Config())
    monkeypatch.setattr(explain, "_since_then", lambda *_: "")
    return SimpleNamespace(root=tmp_path, config=Config(), gradebook=lambda: contextlib.nullcontext(book), book=book)


def give(course, name, points, again=False):
    row = course.book.find_grade(name, "a1", "a1", "student-01")
    row.manual_score, row.needs_manual_grade = points, again
    course.book.db.commit()


def rows(course, capsys):
    """{question: [points, of how many]}, and all that was said."""
    explain.explain(course, "student-01", "a1")
    said = capsys.readouterr().out
    cells = [[part.strip() for part in line.split("│")[1:-1]] for line in said.splitlines()]
    return {row[0]: row[1:3] for row in cells if row and row[0]}, said


def test_what_a_person_owes_is_not_there_yet_and_what_one_gave_stands_until_somebody_looks_again(course, capsys):
    found, said = rows(course, capsys)
    assert found == {"f_test": ["1.5", "2"], "g_test": ["1", "1"], "why": ["not yet", "3"]}
    assert list(found) == ["f_test", "g_test", "why"] and "What a person still has to grade is not in it." in said
    assert "2.5 of 6 points." in said and "student-010" not in said
    give(course, "why", 2, again=True)
    found, said = rows(course, capsys)
    assert found["why"] == ["2", "3"] and "4.5 of 6 points.\n" in said and "should look at it again" in said


def test_being_late_is_taken_off_what_is_said(course, capsys):
    notebook = course.book.find_submission_notebook("a1", "a1", "student-01")
    notebook.late_submission_penalty = 0.5
    assert "2.5 of 6 points, 0.5 off for being late: 2." in rows(course, capsys)[1]


def test_the_story_of_a_grade(course, capsys):
    record = RECORD | {"handed_in": "", "restarts": 2, "repaired": ["a name"], "refused": "It is none."}
    said = list(explain._story(course, record))
    assert said[0].startswith("Handed in: nobody noted when; SHA-256 s")
    assert said[1] == "Graded: 2026-01-03 12:00:00 UTC by me@here, in 1.00 s"
    assert said[-3:] == ["Its program ended 2 times and was started again without the cell that did it.",
                         "Repaired: a name", "Not graded: It is none."]  # fmt: skip
    assert len(list(explain._story(course, RECORD))) == len(said) - 3


@pytest.mark.parametrize("sandbox, unsafe", [("bubblewrap", False), ("none (unsafe)", True)])
def test_whether_it_is_out_of_date_is_asked_of_the_same_notebook(monkeypatch, tmp_path, sandbox, unsafe):
    """And with the sandbox that it was graded in."""
    asked = []

    def places(course, assignment, students, unsafe):
        asked.append((assignment, students, unsafe))
        return [SimpleNamespace(notebook=name, unit=lambda name=name: name) for name in ("other", "a1")]

    monkeypatch.setattr(explain, "places", places)
    monkeypatch.setattr(explain.Records, "finished", lambda self, unit: (None, f"{unit} changed"))
    record = RECORD | {"sandbox": sandbox}
    assert explain._since_then(SimpleNamespace(root=tmp_path), record) == "a1 changed"
    assert asked == [("a1", ["student-01"], unsafe)]


@pytest.mark.parametrize("terminal, width", [(True, 77), (False, 120)])
def test_a_table_is_as_wide_as_the_terminal_and_wide_in_a_log_file(monkeypatch, terminal, width):
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.setattr(Console, "is_terminal", terminal)
    assert wide_console().width == width


# --- release, export, feedback ---------------------------------------------------------------


def test_a_release_says_what_it_means_for_those_who_have_handed_in(monkeypatch, capsys):
    changes = {
        "a1": Changes(["new_test"], ["old_test"], [("f_test", 4.0, 2.5)], submissions=2),
        "a2": Changes(["new_test"]), "a3": Changes(submissions=3),
    }  # fmt: skip
    monkeypatch.setattr(release, "Course", lambda root: root)
    monkeypatch.setattr(release, "assignments", lambda root: list(changes))
    monkeypatch.setattr(release, "release", lambda course, name: changes[name])
    release.run("course")
    first, *said = capsys.readouterr().out.splitlines()
    assert first.endswith("a1") and [line.strip()[-2:] for line in said[-2:]] == ["a2", "a3"]
    assert said[:-2] == [
        "  new: new_test. Who has handed in has no answer there.",
        "  gone: old_test. It counts for nobody; what people gave is kept, should it come back.",
        "  f_test: 2.5 points, before 4. Points that people gave are in proportion.",
        "  2 submissions: `nngrade grade a1` grades them by the new questions, and says whose score changed.",
    ]


@pytest.mark.parametrize("asked, names", [("", ["a1", "a2"]), ("a2", ["a2"])])
def test_an_export_marks_pages_and_says_who_was_graded_by_other_tests(monkeypatch, capsys, asked, names):
    marked = []
    monkeypatch.setattr(export.exports, "export", lambda course, name, *_: [f"written: {name}"])
    monkeypatch.setattr(export, "assignments", lambda root: ["a1", "a2"])
    monkeypatch.setattr(export, "graded_before", lambda course, name: ["student-01"] if name == "a2" else [])
    monkeypatch.setattr(export, "mark_stale", lambda course, name: marked.append(name))
    monkeypatch.setattr(export, "strangers", lambda root: ["a stranger"])
    export.run(SimpleNamespace(root="."), asked, None, {}, "")
    assert marked == names
    anew = "Graded before the tests of a2 changed, and by `nngrade grade a2` anew: student-01."
    assert capsys.readouterr().out.splitlines() == [f"written: {asked}", anew, "a stranger"]


@pytest.mark.parametrize("asked", [True, False])
def test_a_pack_leaves_out_whose_newest_attempt_is_not_graded(monkeypatch, capsys, tmp_path, asked):
    one, two = (SimpleNamespace(where=(f"student-0{n}", "a1", "a1")) for n in (1, 2))
    outcome = SimpleNamespace(written=["student-01"], before=1, waiting=["student-03"], not_graded=["student-02"])
    marked, packed = [], []
    monkeypatch.setattr(feedback, "assignments", lambda root: ["a1"])
    monkeypatch.setattr(feedback.write, "write", lambda *_: outcome)
    monkeypatch.setattr(feedback.write, "mark_stale", lambda course, name: marked.append(name))
    monkeypatch.setattr(feedback.write, "returned", lambda *_: [one, two])
    written = {tmp_path / "build" / "pack.zip": ("Moodle", 1)}
    monkeypatch.setattr(feedback.packs, "write", lambda *what: packed.append([*what[2]]) or (written, ["student-04"]))
    assert feedback.run(SimpleNamespace(root=tmp_path), "a1", asked) == 1
    said = capsys.readouterr().out
    assert marked == ["a1"] and packed == [[one]] * asked
    assert said.startswith("1 page written, 1 up to date: feedback/STUDENT/a1/.\n")
    assert "not graded yet: student-03." in said
    assert ("build/pack.zip: 1 student. Moodle: View all" in said) == ("In no pack" in said) == asked


def test_where_all_is_graded_it_says_so(monkeypatch, capsys, tmp_path):
    outcome = SimpleNamespace(written=[], before=2, waiting=[], not_graded=[])
    monkeypatch.setattr(feedback, "assignments", lambda root: ["a1"])
    monkeypatch.setattr(feedback, "write", SimpleNamespace(write=lambda *_: outcome, mark_stale=lambda *_: 0))
    assert feedback.run(SimpleNamespace(root=tmp_path), "a1", False) == 0
    assert capsys.readouterr().out.endswith("Everything that was handed in is graded.\n")


# --- collect, late ---------------------------------------------------------------------------


def collected(monkeypatch, capsys, tmp_path, outcome, zone="", of_the_file=""):
    asked = []
    monkeypatch.setattr(collect, "collect", lambda root, name, paths, zone: asked.append(zone) or outcome)
    monkeypatch.setattr(collect.deadlines, "load", lambda root: SimpleNamespace(zone=of_the_file, late=lambda *_: []))
    collect.run(tmp_path, "a1", [], zone)
    return asked, capsys.readouterr().out


@pytest.mark.parametrize("zone, of_the_file, asked", [
    ("", "Europe/Berlin", "Europe/Berlin"), ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
    ("Asia/Tokyo", "", "Asia/Tokyo"),
])  # fmt: skip
def test_a_zone_on_the_command_line_comes_before_the_one_of_the_file(
        monkeypatch, capsys, tmp_path, zone, of_the_file, asked):  # fmt: skip
    assert collected(monkeypatch, capsys, tmp_path, Outcome(), zone, of_the_file)[0] == [asked]


def test_what_came_of_collecting_is_counted_and_named(monkeypatch, capsys, tmp_path):
    outcome = Outcome(without_time=2, no_roster=True, missing=[(f"m{n}", f"Kim {n}\x1b") for n in range(42)])
    outcome.collected, outcome.again = [("s1", "Canvas"), ("s2", "Canvas")], [("s2", "Canvas"), ("s3", "Canvas")]
    _, said = collected(monkeypatch, capsys, tmp_path, outcome)
    lines = [" ".join(line.replace("│", " ").split()) for line in said.splitlines()]
    assert {"collected 2", "again, as it was 1", "missing 42 m0: Kim 0?", "and 2 more"} <= {*lines}
    assert "m39" in said and "m40" not in said and not any(line.startswith("late") for line in lines)
    assert "For 2 no time is known" in said and "There is no roster" in said and lines[-1] == "Next: nngrade grade a1"
    outcome = Outcome(unheard={("Moodle", "number")})
    assert "Moodle calls students by number ids" in collected(monkeypatch, capsys, tmp_path, outcome)[1]
    outcome.no_roster = True  # which is told already
    assert "Moodle" not in collected(monkeypatch, capsys, tmp_path, outcome)[1]
    _, said = collected(monkeypatch, capsys, tmp_path, Outcome(again=[("s3", "Canvas")]))
    assert "Next: nngrade grade a1" in said and "no time is known" not in said and "no roster" not in said


@pytest.fixture
def due(tmp_path):
    """a1 is due; nobody has handed in."""
    more = '[extensions.a1]\n3001 = "2026-03-04 17:00 Z"'
    (tmp_path / "deadlines.toml").write_text(f'[due]\na1 = "2026-03-03 17:00 Z"\n{more}')
    (tmp_path / "solutions" / "a1").mkdir(parents=True)
    (tmp_path / "solutions" / "a1" / "a1.ipynb").touch()
    return tmp_path


def test_of_whom_no_time_is_known_is_told_as_many_as_fit(due, capsys):
    for number in range(42):
        (due / "submitted" / f"s{number:02}" / "a1").mkdir(parents=True)
    for student, when in (("s00", "2026-03-03 17:00 Z"), ("s41", "yesterday")):
        (due / "submitted" / student / "a1" / "timestamp.txt").write_text(when)
    assert late.run(due, "a1") == 1
    said = capsys.readouterr().out
    assert "When these handed in is not known, so nothing is taken off: s01, s02" in said
    assert "s39, s40." in said and said.count("s41") == 1 and "s41: the time in timestamp.txt is not certain" in said
    (due / "submitted" / "s41" / "a1" / "timestamp.txt").unlink()
    late.run(due, "a1")
    said = capsys.readouterr().out
    assert "s39, s40 and 1 more." in said
    assert ["3001", "2026-03-04 17:00 UTC", "not late"] in [
        [part.strip() for part in line.split("│")[1:-1]] for line in said.splitlines()]  # fmt: skip


def test_an_assignment_that_is_not_due_is_told_with_those_that_are(due):
    with pytest.raises(CourseError, match="deadlines.toml does not say when a2 is due. It does of: a1."):
        late.run(due, "a2")


def test_more_time_for_a_number_of_the_university_is_for_nobody(due):
    (due / "roster.csv").write_text("student,number\nstudent-01,3001\n")
    assert [*late.strangers(due)] == [
        "deadlines.toml gives 3001 more time for a1: that is student-01, so it counts for nobody."]  # fmt: skip


# --- demo ------------------------------------------------------------------------------------


def test_the_demo_keeps_out_of_the_gradebook_of_the_class(tmp_path):
    root, folder = tmp_path / "course", tmp_path / "demo"
    (root / "solutions" / "a1").mkdir(parents=True)
    (root / "solutions" / "a1" / "a1.ipynb").write_text("{}")
    (root / CONFIG).write_text(f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{root / 'real.db'}'\n")
    folder.mkdir()
    (folder / "of the last time").touch()
    course = demo.make_course(root, folder)
    assert course.url.database == str(folder / "gradebook.db")
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG, "solutions"]


def test_without_mnist_no_process_of_the_demo_tries_to_fetch_it_again(tmp_path, monkeypatch):
    def missing():
        raise demo.nn.data.DataUnavailable("There is no network.")

    monkeypatch.setenv("NNLIB_DATA", "elsewhere")
    monkeypatch.setattr(demo.nn.data, "mnist", missing)
    assert demo.choose_data(tmp_path).endswith("because MNIST is not at hand. There is no network.")
    assert os.environ["NNLIB_DATA"] == str(tmp_path / "no-mnist") and not any((tmp_path / "no-mnist").iterdir())


def test_the_demo_ends_what_graded_whatever_happens(monkeypatch):
    def failed(*_):
        raise ZeroDivisionError

    closed = []
    monkeypatch.setattr(demo, "grade", failed)
    monkeypatch.setattr(demo, "cores", lambda: 3)
    monkeypatch.setattr(demo, "Threads", lambda count: SimpleNamespace(close=lambda: closed.append(count)))
    monkeypatch.setattr(demo, "GradingProgress", contextlib.nullcontext)
    with pytest.raises(ZeroDivisionError):
        demo.grade_all(None, [("a1", None)], Console(quiet=True))
    assert closed == [3]


# --- mistakes --------------------------------------------------------------------------------


@pytest.mark.parametrize("everybody", [True, False])
def test_mistakes_are_listed_by_question_and_the_largest_group_without_a_name_is_the_example(
        monkeypatch, capsys, everybody):  # fmt: skip
    class_ = [f"s{n}" for n in range(6, 0, -1)]
    found = [Group("f_test", "a sign", "sign", students=class_), Group("f_test", "[b]x", "abc", True, ["s1"]),
             Group("g_test", "y", "def", True, ["s1", "s2"])]  # fmt: skip
    monkeypatch.setattr(mistakes, "groups", lambda *_: found)
    mistakes.mistakes(None, "a1", everybody)
    said = capsys.readouterr().out
    cells = [[part.strip() for part in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    names = "s1, s2, s3, s4, s5, s6" if everybody else "s1, s2, s3, s4 and 2 more"
    assert cells == [["f", "a sign", "6", names], ["", "no name; key abc: [b]x", "1", "s1"],
                     ["g", "no name; key def: y", "2", "s1, s2"]]  # fmt: skip
    assert '[a1.g_test]\ndef = "Your sentence."\n' in said and "after the next `nngrade grade a1`" in said
    mistakes.mistakes(None, "Übung 1", everybody)  # which TOML takes in quotes alone
    assert '["Übung 1".g_test]\n' in capsys.readouterr().out
    found[:] = found[:1]
    mistakes.mistakes(None, "a1", everybody)
    assert "Your sentence" not in capsys.readouterr().out
    found.clear()
    mistakes.mistakes(None, "a1", everybody)
    assert capsys.readouterr().out == "No test of a1 found a mistake.\n"


# --- pack ------------------------------------------------------------------------------------


def test_the_same_files_make_the_same_zip_whenever_that_is():
    data = pack._zipped({"b": b"2", "a/c": b"1"})
    assert data == pack._zipped({"a/c": b"1", "b": b"2"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [each.filename for each in archive.infolist()] == ["nn-from-scratch/a/c", "nn-from-scratch/b"]
        assert {each.date_time for each in archive.infolist()} == {pack.DAY}


def test_what_is_no_file_of_the_course_is_not_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "refuse_answers", lambda root: None)
    monkeypatch.setattr(pack, "_installs", lambda root: "")
    wanted = ["assignments/a1/a1.ipynb", "assignments/a1/data.csv", "lectures/01.ipynb", "nnlib/net.py",
              "nnlib/a/b.npz"]  # fmt: skip
    others = ["assignments/a1/a1-checkpoint.ipynb", "assignments/a1/copy.ipynb", "assignments/a1/notes.md",
              "lectures/.01.ipynb", "lectures/01-checkpoint.ipynb", "lectures/01.html", "nnlib/__pycache__/net.py",
              "nnlib/.old/net.py", "nnlib/net.pyc", "solutions/a1/a1.ipynb", "nngrade/x.py"]  # fmt: skip
    for name in (*wanted, *others, *pack.FILES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    assert pack.contents(tmp_path).keys() == {*wanted, *pack.FILES, "pyproject.toml", "README.md"}


@pytest.mark.parametrize("link, there", [
    ("../README.md", True), ("../README.md#start", True), ("#below", True), ("https://school.example/x", True),
    ("../lectures", True), ("other.md", False), ("../tests/x.py#f", False), ("../../README.md", False),
])  # fmt: skip
def test_what_leads_to_nothing_in_the_pack_is_no_link(link, there):
    files = {"README.md": b"", "lectures/01.ipynb": b""}
    assert pack._only_links_inside("nnlib/a.md", f"See [this]({link}).", files) == (
        f"See [this]({link})." if there else "See this.")  # fmt: skip


def test_a_pack_is_for_all_to_read(tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "assignments", lambda root: [])
    monkeypatch.setattr(pack, "contents", lambda root: {"README.md": b"text"})
    pack.run(tmp_path)
    assert stat.S_IMODE((tmp_path / "build" / "nn-from-scratch.zip").stat().st_mode) == 0o644


@pytest.mark.parametrize("missing", ["a2", "b2"])
def test_before_a_release_there_is_nothing_to_pack(tmp_path, missing):
    for folder in ("solutions", "assignments"):
        for name in ("a1/a1", "a2/a2", "a2/b2"):
            path = tmp_path / folder / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
    (tmp_path / "assignments" / "a2" / f"{missing}.ipynb").unlink()
    with pytest.raises(CourseError, match="Not released yet: a2. Run `nngrade release` first"):
        pack.run(tmp_path)
