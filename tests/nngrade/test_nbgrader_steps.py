"""The steps that nbgrader takes through us, one by one: what is removed, where it looks, what is kept and when."""

import contextlib
import json
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from nngrade import nbgrader_execute as ours
from nngrade import nbgrader_settings
from nngrade.batch import submitted
from nngrade.batch.records import Records
from tests.nngrade.batch.test_runs import BACK, graded
from tests.nngrade.odd_submissions import released_in
from tests.nngrade.small_course import NAME, answered, as_bytes, hand_in, record_path

WRITTEN = json.dumps(json.loads(BACK) | {"metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture(autouse=True)
def nothing_unwritten():
    ours.unwritten.clear()
    yield
    ours.unwritten.clear()


def test_links_go_and_what_they_lead_to_stays(tmp_path):
    handed_in, other = tmp_path / "in", tmp_path / "other"
    for folder in (handed_in / "deep", other):
        folder.mkdir(parents=True)
    (other / "file.txt").write_text("mine")
    (handed_in / "notes.txt").write_text("theirs")
    for name, target in (("a.txt", other / "file.txt"), ("deep/b", other), ("c", other / "nothing"),
                         ("a1.ipynb", other / "file.txt")):  # fmt: skip
        (handed_in / name).symlink_to(target)
    ours.unwritten.append("of a run that was broken off")
    ours.remove_links([str(handed_in / "a1.ipynb"), str(handed_in / "a2.ipynb")], assignment="a1")
    there = sorted(path.relative_to(handed_in).as_posix() for path in handed_in.rglob("*"))
    assert there == ["a1.ipynb", "deep", "notes.txt"]  # a notebook that is a link is refused when it is read
    assert (other / "file.txt").read_text() == "mine" and ours.unwritten == []


def about(student="student-01"):
    return {"assignment": NAME, "notebook": NAME, "student": student, "db_url": "sqlite:///x.db"}


def test_it_looks_where_the_grader_looks_and_by_the_zone_of_the_course(small, monkeypatch):
    hand_in(small, "student-01", answered(), "2026-03-02 10:00")
    (small.root / "deadlines.toml").write_text('zone = "Europe/Berlin"\n')
    coursedir = SimpleNamespace(root=str(small.root), config=small.config)
    found = ours.place(coursedir, about(), unsafe=True)
    assert found.where == ("student-01", NAME, NAME) and found.terms.unsafe
    assert found.unit().handed_in == "2026-03-02T09:00:00" and found.unit().problem == ""
    assert not ours.place(coursedir, about()).terms.unsafe
    assert found.only
    monkeypatch.setattr(submitted, "terms", lambda *_: {NAME: found.terms, "second": found.terms})
    assert not ours.place(coursedir, about()).only  # a file of another name may be for the other one


def test_what_the_grader_doubts_is_doubted(small):
    folder = hand_in(small, "student-01", released_in(small.root))
    (folder / "mine.ipynb").write_bytes(as_bytes(answered()))
    [place] = submitted.places(small, NAME)
    unit = ours.place(SimpleNamespace(root=str(small.root), config=small.config), about()).unit()
    assert unit == place.unit() and "Which one counts?" in unit.problem


@pytest.fixture
def execute(small, monkeypatch):
    """nbgrader's step, in a converter of its own; work is graded at once."""
    hand_in(small, "student-01", answered())
    coursedir = SimpleNamespace(root=str(small.root), config=small.config)
    step = ours.TrustedExecute(unsafe_no_sandbox=True)
    parent = SimpleNamespace(parent=SimpleNamespace(coursedir=coursedir))
    monkeypatch.setattr(ours.TrustedExecute, "parent", parent)
    asked = []
    monkeypatch.setattr(ours.work, "grade", lambda unit: asked.append(unit) or (graded(unit)[0], WRITTEN))
    return step, asked


def test_a_record_is_kept_when_its_notebook_is_written_and_not_before(execute, small):
    step, asked = execute
    resources = {"nbgrader": about()}
    notebook, resources = step.preprocess(None, resources)
    assert [unit.student for unit in asked] == ["student-01"] and asked[0].terms.unsafe
    assert notebook.cells[0].source == "Because." and resources["nngrade"]["answers"]
    assert ours.unwritten == [(small.root, resources["nngrade"])]
    assert not record_path(small, "student-01").exists()
    ours.keep_records(assignment=NAME)
    assert ours.unwritten == [] and Records(small.root).read("student-01", NAME, NAME)["tests"]
    Records(small.root).write(resources["nngrade"], WRITTEN)
    _, again = step.preprocess(None, {"nbgrader": about()})  # what people have seen before is known
    assert again["nngrade"]["before"] == resources["nngrade"]["answers"]


def test_what_was_repaired_and_what_is_not_graded_is_told_to_whoever_runs_it(execute, monkeypatch):
    step, _ = execute
    said, grade = [], ours.work.grade
    what = {"repaired": ["a cell was missing"], "refused": "It is none."}
    monkeypatch.setattr(ours.work, "grade", lambda unit: (grade(unit)[0] | what, WRITTEN))
    for level in ("info", "warning"):
        monkeypatch.setattr(step.log, level, lambda line, *more, level=level: said.append((level, line % more)))
    step.preprocess(None, {"nbgrader": about()})
    assert said == [("info", "Repaired: a cell was missing"), ("warning", "Not graded: It is none.")]
    what["refused"] = ""
    step.preprocess(None, {"nbgrader": about()})
    assert said[2:] == said[:1]


def test_scores_are_saved_and_then_what_being_late_costs(small, monkeypatch):
    done, record = [], {"assignment": NAME, "student": "student-01"}
    coursedir = SimpleNamespace(root=str(small.root), config=small.config)
    step, parent = ours.SaveTrustedGrades(), SimpleNamespace(parent=SimpleNamespace(coursedir=coursedir))
    monkeypatch.setattr(ours.SaveTrustedGrades, "parent", parent)
    monkeypatch.setattr(ours, "Gradebook", contextlib.nullcontext)
    monkeypatch.setattr(ours.gradebook, "save", lambda book, saved, config: done.append((book, saved)))
    monkeypatch.setattr(ours.penalties, "settle", lambda book, root, config, *where: done.append((book, root, *where)))
    step.preprocess(None, {"nbgrader": about(), "nngrade": record})
    book = about()["db_url"]
    assert done == [(book, record), (book, small.root, NAME, "student-01")]


def test_its_settings_are_the_steps_of_the_trusted_path():
    config = Config()
    nbgrader_settings.use(config)
    steps = config.Autograde.autograde_preprocessors
    names = [step.rpartition(".")[2] for step in steps]
    assert names == ["TrustedExecute", "ClearMetadataPreprocessor", "SaveTrustedGrades", "CheckCellMetadata"]
    assert config.Autograde.pre_convert_hook.endswith("nbgrader_execute.remove_links")
    assert config.Autograde.post_convert_hook.endswith("nbgrader_execute.keep_records")
    for step in (steps[0], steps[2], config.Autograde.exporter_class, config.Autograde.pre_convert_hook):
        assert hasattr(ours, step.rpartition(".")[2])  # what they name is there
