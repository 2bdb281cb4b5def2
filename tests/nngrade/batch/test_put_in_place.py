"""A release takes the place of the one before: file by file, and never of somebody's work. Without nbgrader."""

import contextlib
import os
import stat
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from nngrade.batch import release
from nngrade.errors import CourseError
from tests.nngrade.small_course import cell


def notebook(text, words="*Why?*"):
    """A cell to fill in, a question, and a test that is none of one's own."""
    return nbformat.writes(new_notebook(cells=[
        cell("f", text, solution=True), cell("f_test", "assert f", grade=True, locked=True, points=2),
        cell("why", words, new_markdown_cell, grade=True, solution=True, points=3)]))  # fmt: skip


@pytest.fixture
def folders(tmp_path):
    """(what was generated, what it takes the place of)"""
    for name in ("fresh", "target"):
        (tmp_path / name).mkdir()
    (tmp_path / "fresh" / "a1.ipynb").write_text(notebook("# new"))
    return tmp_path / "fresh", tmp_path / "target"


@pytest.fixture
def course(book):
    """A course whose gradebook knows what was released before."""
    book.add_source_cell("f", "a1", "a1", source="\n# old\n", cell_type="code")
    book.add_source_cell("why", "a1", "a1", source="*Why?*", cell_type="markdown")
    book.add_assignment("b2")
    for name, assignment in (("a1", "b2"), ("second", "a1")):
        book.add_notebook(name, assignment)
        book.add_source_cell("f", name, assignment, source=f"# of {name} in {assignment}", cell_type="code")
    return SimpleNamespace(gradebook=lambda: contextlib.nullcontext(book))


@contextlib.contextmanager
def no_gradebook():
    raise CourseError("There is no gradebook.")
    yield


@pytest.mark.parametrize("text, words, answered", [
    ("# new", "*Why?*", ""), ("# old", "*Why?*", ""), ("  # new\n", "*Why?*", ""), ("# mine", "*Why?*", "f"),
    ("# of a1 in b2", "*Why?*", "f"), ("# of second in a1", "*Why?*", "f"),
    ("# new", "Because.", "why"), ("# mine", "Because.", "f, why"),
])  # fmt: skip
def test_a_notebook_is_replaced_that_is_as_it_was_released_now_or_before(folders, course, text, words, answered):
    fresh, target = folders
    (target / "a1.ipynb").write_text(notebook(text, words))
    expected = contextlib.nullcontext()
    if answered:
        says = rf"a1.ipynb has been worked in \({answered}\), and is not overwritten. Move it elsewhere, then release"
        expected = pytest.raises(CourseError, match=says)
    with expected:
        release.refuse_worked_in(course, "a1", target, fresh)


def test_a_cell_that_was_released_empty_may_be_empty(folders, course, book):
    fresh, target = folders
    book.find_source_cell("f", "a1", "a1").source = None
    book.db.commit()
    (target / "a1.ipynb").write_text(notebook(""))
    release.refuse_worked_in(course, "a1", target, fresh)


def test_without_a_gradebook_the_new_release_alone_says_what_is_nobodys_work(folders):
    fresh, target = folders
    course = SimpleNamespace(gradebook=no_gradebook)
    (target / "a1.ipynb").write_text(notebook("# new"))
    release.refuse_worked_in(course, "a1", target, fresh)
    (target / "a1.ipynb").write_text(notebook("# old"))
    with pytest.raises(CourseError, match=r"worked in \(f\)"):
        release.refuse_worked_in(course, "a1", target, fresh)


@pytest.mark.parametrize("name, text, says", [
    ("b2.ipynb", notebook("# new"), "b2.ipynb is no notebook of this assignment: move it elsewhere, then release"),
    ("a1.ipynb", "none", "a1.ipynb can't be read as a notebook: move it elsewhere, then release"),
])  # fmt: skip
def test_what_is_no_notebook_of_the_assignment_is_named(folders, course, name, text, says):
    fresh, target = folders
    (target / name).write_text(text)
    with pytest.raises(CourseError, match=says):
        release.refuse_worked_in(course, "a1", target, fresh)


def test_all_files_take_the_place_of_the_old_ones_with_their_permissions(folders):
    fresh, target = folders
    (fresh / "data" / "deep").mkdir(parents=True)
    (fresh / "data" / "deep" / "numbers.bin").write_bytes(b"\xff\0")
    (fresh / "data" / "deep" / "numbers.bin").chmod(0o604)
    (fresh / "data").chmod(0o751)
    fresh.chmod(0o2770)
    for name in ("a1.ipynb", "mine.txt", ".a1.ipynb.part"):
        (target / name).write_text("before")
    release.put_in_place(fresh, target)
    release.put_in_place(fresh, target / "new" / "one")
    for made in (target, target / "new" / "one"):
        assert (made / "a1.ipynb").read_text() == (fresh / "a1.ipynb").read_text()
        assert (made / "data" / "deep" / "numbers.bin").read_bytes() == b"\xff\0"
        modes = [stat.S_IMODE((made / name).stat().st_mode) for name in ("", "data", "data/deep/numbers.bin")]
        assert modes == [0o2770, 0o751, 0o604]
    assert sorted(os.listdir(target)) == ["a1.ipynb", "data", "mine.txt", "new"]
    assert (target / "mine.txt").read_text() == "before"


# --- all of it -------------------------------------------------------------------------------


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """A course in which nbgrader generates at once, and what happens, in order."""
    steps = []

    def generated(course, assignment, folder, changed):
        beside = SimpleNamespace(root=folder, gradebook=lambda: contextlib.nullcontext("new"))
        (folder / "assignments" / assignment).mkdir(parents=True)
        (folder / "assignments" / assignment / "a1.ipynb").write_text(notebook("# new"))
        steps.append(("generate", folder.parent, *changed.values()))
        assert folder.name.startswith("release-")  # whoever finds one that was left behind knows whose it is
        return beside

    monkeypatch.setattr(release, "_generated", generated)
    monkeypatch.setattr(release, "_released", lambda *_: set())
    monkeypatch.setattr(release.questions, "bring_up_to_date", lambda *what: steps.append(what) or "changes")
    return steps


def course_in(folder):
    """A course whose gradebook may be new."""
    return SimpleNamespace(root=folder, gradebook=lambda may_be_new: contextlib.nullcontext(may_be_new and folder.name))


def test_in_the_end_stands_what_was_generated_and_what_was_changed(steps, tmp_path):
    course, source = course_in(tmp_path), tmp_path / "a1.ipynb"
    source.write_text("before")
    for _ in range(2):
        assert release.release(course, "a1", {source: "changed"}) == "changes"
    assert steps == [("generate", tmp_path / "build", "changed"), (tmp_path.name, tmp_path, "a1", "new")] * 2
    assert (tmp_path / "assignments" / "a1" / "a1.ipynb").read_text() == notebook("# new")
    assert source.read_text() == "changed" and stat.S_IMODE(source.stat().st_mode) == 0o644
    assert os.listdir(tmp_path / "build") == []


def test_where_somebody_works_nothing_is_done(steps, tmp_path):
    source, there = tmp_path / "a1.ipynb", tmp_path / "assignments" / "a1"
    source.write_text("before")
    there.mkdir(parents=True)
    (there / "a1.ipynb").write_text(notebook("# mine"))
    with pytest.raises(CourseError, match="has been worked in"):
        release.release(SimpleNamespace(root=tmp_path), "a1", {source: "changed"})
    assert [step[0] for step in steps] == ["generate"] and source.read_text() == "before"
    assert (there / "a1.ipynb").read_text() == notebook("# mine")


def test_it_is_generated_in_a_course_of_its_own(monkeypatch, tmp_path):
    """With the configuration and the assignment, in which the changed text stands; the course itself is left alone."""
    root, folder = tmp_path / "course", tmp_path / "beside"
    for path in (root / "solutions" / "a1" / "a1.ipynb", root / "solutions" / "a2" / "a2.ipynb", folder / "x"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    (root / release.CONFIG).write_text("c = get_config()")
    made = []

    class Course:
        def __init__(self, root, address):
            self.root = root
            made.append(address)

        def release(self, assignment):
            made.append(assignment)

    monkeypatch.setattr(release, "Course", Course)
    source = root / "solutions" / "a1" / "a1.ipynb"
    beside = release._generated(SimpleNamespace(root=root), "a1", folder, {source: "changed"})
    assert beside.root == folder and made == [f"sqlite:///{folder / 'gradebook.db'}", "a1"]
    found = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert found == {"x": "before", release.CONFIG: "c = get_config()", "solutions/a1/a1.ipynb": "changed"}
    assert source.read_text() == "before"
