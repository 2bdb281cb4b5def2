"""What a command's exit code says: 0 where all went well, 1 where somebody has to look."""

import contextlib
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from nngrade import __main__
from nngrade.__main__ import app
from nngrade.collect.collect import Outcome
from nngrade.commands import collect
from nngrade.commands import feedback as feedback_command
from nngrade.course import CONFIG
from nngrade.feedback.write import Outcome as Pages
from nngrade.lint import report

LIST = "id,first_name,last_name,email\n{}\n"
JANE, OTHER = "student-01,Jane,Doe,jane@school.example", "student-02,Jane,Doe,other@school.example"


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / CONFIG).write_text("c = get_config()\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def code(*command):
    done = CliRunner().invoke(app, list(command))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code


@pytest.mark.parametrize("what", [None, "unknown", "refused", "uncertain", "unreadable"])
def test_collect(course, monkeypatch, what):
    outcome = Outcome()
    if what:
        getattr(outcome, what).append(("a.ipynb", "whose is it?"))
    (course / "b.ipynb").write_text("{}")
    monkeypatch.setattr(collect, "collect", lambda *_: outcome)
    assert code("collect", "a1", "b.ipynb") == (1 if what else 0)


@pytest.mark.parametrize("pages", [True, False])
def test_collect_tells_who_is_late_once_and_marks_pages_that_there_are(course, monkeypatch, capsys, pages):
    outcome, marked = Outcome(marked_late=[("student-01", "by its mark"), ("student-02", "by its mark")]), []
    late = SimpleNamespace(student="student-01", words="2 h 00 min late")
    monkeypatch.setattr(collect, "collect", lambda *_: outcome)
    monkeypatch.setattr(collect.deadlines, "load", lambda root: SimpleNamespace(zone="", late=lambda *_: [late]))
    monkeypatch.setattr(collect, "Course", lambda root: root)
    monkeypatch.setattr(collect, "mark_stale", lambda *what: marked.append(what))
    if pages:
        (course / "feedback" / "student-01" / "a1").mkdir(parents=True)
        (course / "feedback" / "student-01" / "a1" / "a1.html").touch()
    assert collect.run(course, "a1", [], "") == 0
    said = capsys.readouterr().out
    assert said.count("student-01") == 1 and "2 h 00 min late" in said and "student-02: by its mark" in said
    assert marked == [(course, "a1")] * pages


def test_roster(course):
    (course / "list.csv").write_text(LIST.format(f"{JANE}\n{OTHER}"))
    assert code("roster", "list.csv") == 0
    (course / "other.csv").write_text("login,first_name,last_name\njane-d,Jane,Doe\n")
    assert code("roster", "other.csv") == 1  # which of the two?


@pytest.mark.parametrize("weak, expected", [((), 0), (("a1",), 1), (("a2",), 1), (("a1", "a2"), 1)])
def test_lint(course, monkeypatch, weak, expected):
    tried = []
    monkeypatch.setattr(report, "_one", lambda root, name, *_: tried.append(name) or name not in weak)
    monkeypatch.setattr(report, "small_data", contextlib.nullcontext)
    monkeypatch.setattr(report, "open_sandbox", lambda _: contextlib.nullcontext())
    monkeypatch.setattr(report, "choose", lambda: None)
    monkeypatch.setattr(__main__, "assignments", lambda root: ["a1", "a2"])
    assert code("lint") == expected
    assert tried == ["a1", "a2"]  # one weak test does not hide the others


@pytest.mark.parametrize("well", [True, False])
def test_demo(course, monkeypatch, well):
    monkeypatch.setattr("nngrade.commands.demo.run", lambda *_: well)
    assert code("demo") == (0 if well else 1)


@pytest.mark.parametrize("not_graded", [[], ["student-01"]])
def test_feedback(course, monkeypatch, not_graded):
    pages = SimpleNamespace(write=lambda *_: Pages(not_graded=not_graded), mark_stale=lambda *_: 0)
    monkeypatch.setattr(feedback_command, "write", pages)
    monkeypatch.setattr(feedback_command, "assignments", lambda _: ["a1"])
    assert code("feedback", "a1") == (1 if not_graded else 0)


@pytest.mark.parametrize("options, begun, run", [
    ([], [(False, ("scipy",))], ((), False, None, "", False)),
    (["--student", "s1", "--student", "s2", "--again", "--workers", "2", "--unsafe-no-sandbox"],
     [(True, ("scipy",))], (["s1", "s2"], True, 2, "", True)),
    (["--scheduler", "tcp://here"], [], ((), False, None, "tcp://here", False)),  # nothing is warmed up here
])  # fmt: skip
@pytest.mark.parametrize("expected", [0, 1, 130])
def test_grade(course, monkeypatch, options, begun, run, expected):
    warm, asked = [], []
    monkeypatch.setattr("nngrade.grading.sandboxes.begin", lambda *how: warm.append(how))
    monkeypatch.setattr("nngrade.grading.withheld.forbidden_by", lambda root, name: ("scipy",) if name == "a1" else ())
    monkeypatch.setattr("nngrade.commands.grade.run", lambda *what: asked.append(what) or expected)
    assert code("grade", "a1", *options) == expected
    assert warm == begun and asked == [(course, "a1", *run)]
