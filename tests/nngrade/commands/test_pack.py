"""What students get: all that they need, and nothing of solutions, hidden tests, sample answers or the grader."""

import io
import json
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from typer.testing import CliRunner

from nngrade.__main__ import app
from nngrade.commands.pack import FILES, NAME, _zipped, contents
from nngrade.errors import CourseError
from nngrade.notebook import canonical
from nngrade.notebook.submission import release_steps
from tests.course.conftest import ASSIGNMENTS, ROOT, solved

HIDDEN = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END (?:SOLUTION|HIDDEN TESTS)", re.DOTALL)


@pytest.fixture(scope="module")
def files():
    return contents(ROOT)


@pytest.fixture(scope="module")
def texts(files):
    """All files as text, notebooks cell by cell, each line without the blanks around it."""
    found = {}
    for name, data in files.items():
        if not name.endswith(".npz"):
            text = data.decode()
            if name.endswith(".ipynb"):
                text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
            found[name] = stripped(text)
    return found


def stripped(text):
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def secrets():
    """What no student may see: hidden parts of cells, and sample answers, those of one short line left out."""
    for name in ASSIGNMENTS:
        for cell in solved(name).cells:
            meta = cell.metadata.get("nbgrader", {})
            yield from HIDDEN.findall(cell.source)
            if meta.get("grade") and meta.get("solution"):
                yield cell.source
    for path in (ROOT / "nngrade" / "classroom").glob("*.toml"):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from (source for right in told.get("right", ()) for source in right["cells"].values())


def test_nothing_that_is_secret_is_in_it(texts):
    found = [stripped(each) for each in secrets()]
    long = [each for each in found if "\n" in each or len(each) > 40]
    assert len(long) > 40
    for secret in long:
        short = secret.count("\n") < 3  # two lines of softmax may be what a lecture teaches
        where = {name for name, text in texts.items() if secret in text}
        assert not {name for name in where if not (short and name.startswith("lectures/"))}, secret


def test_no_file_of_the_grader_is_in_it_and_none_speaks_of_it(files, texts):
    makers = r"solutions|nngrade|tests/|tools/|benchmarks/(?!results/mnist)|INSTRUCTORS"
    assert not [name for name in files if re.search(makers, name)]
    telling = re.compile("nngrade|BEGIN (SOLUTION|HIDDEN)|nbgrader_config")
    assert not [name for name, text in texts.items() if telling.search(text)]


@pytest.fixture
def course(tmp_path):
    """A course with one assignment, as released."""
    for name in ("nbgrader_config.py", "pyproject.toml", *FILES):
        shutil.copy(ROOT / name, tmp_path)
    for folder in ("solutions/a1_perceptron", "assignments/a1_perceptron"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_what_lies_beside_a_released_notebook_is_no_part_of_it(course):
    released = course / "assignments" / "a1_perceptron"
    shutil.copy(course / "solutions/a1_perceptron/a1_perceptron.ipynb", released / "a1_perceptron-Copy1.ipynb")
    notebooks = [name for name in contents(course) if name.endswith(".ipynb")]
    assert notebooks == ["assignments/a1_perceptron/a1_perceptron.ipynb"]


def test_hidden_tests_that_lie_in_a_released_notebook_are_not_packed(course):
    solved = canonical.read(course / "solutions/a1_perceptron/a1_perceptron.ipynb")
    released = course / "assignments/a1_perceptron/a1_perceptron.ipynb"
    notebook, sources = canonical.read(released), {cell.id: cell.source for cell in solved.cells}
    test = next(cell for cell in notebook.cells if "BEGIN HIDDEN TESTS" in sources[cell.id])
    test.source = sources[test.id]
    canonical.write(notebook, released)
    with pytest.raises(CourseError, match=rf"a1_perceptron.ipynb is not as released \({test.id}\)"):
        contents(course)


def test_a_sample_answer_in_words_is_not_packed(course):
    solved = canonical.read(course / "solutions/a1_perceptron/a1_perceptron.ipynb")
    written = next(step.id for step in release_steps(solved) if step.role == "written")
    released = course / "assignments/a1_perceptron/a1_perceptron.ipynb"
    notebook = canonical.read(released)
    next(cell for cell in notebook.cells if cell.id == written).source = "This is the answer."
    canonical.write(notebook, released)
    with pytest.raises(CourseError, match=rf"a1_perceptron.ipynb is not as released \({written}\)"):
        contents(course)


@pytest.mark.parametrize("name", ["a1_perceptron", "a1_second"])
def test_an_assignment_that_was_solved_where_it_is_released_is_not_packed(course, name):
    """Whichever of its notebooks it is."""
    solution = course / "solutions/a1_perceptron/a1_perceptron.ipynb"
    if name != solution.stem:
        shutil.copy(solution, solution.with_stem(name))
    shutil.copy(solution, course / f"assignments/a1_perceptron/{name}.ipynb")
    with pytest.raises(CourseError, match=rf"{name}.ipynb is not as released \(.*step"):
        contents(course)


def test_all_that_is_needed_is_in_it(files):
    wanted = {f"assignments/{name}/{name}.ipynb" for name in ASSIGNMENTS}
    wanted |= {f"lectures/{path.name}" for path in (ROOT / "lectures").glob("*.ipynb")}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "nnlib").rglob("*.py")}
    wanted |= {"benchmarks/results/mnist-grid.json", "benchmarks/results/mnist-ten.json"}  # lecture 12 reads them
    assert wanted <= files.keys()


def test_every_link_leads_somewhere(files):
    folders = {"/".join(name.split("/")[:depth]) for name in files for depth in range(1, 5)}
    for name, data in files.items():
        if name.endswith(".md"):
            for link in re.findall(r"\]\(([^)#\s]+)", data.decode()):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
                assert ":" in link or target in files or target in folders, f"{name}: {link}"


def test_the_same_files_are_the_same_zip_on_any_day():
    with zipfile.ZipFile(io.BytesIO(_zipped({"b.txt": b"2", "a.txt": b"1"}))) as archive:
        assert [(each.filename, each.date_time) for each in archive.infolist()] == [
            (f"{NAME}/{name}.txt", (2026, 1, 1, 0, 0, 0)) for name in "ab"]  # fmt: skip


@pytest.mark.slow
def test_the_library_can_be_installed_from_it(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, ["pack"])
    assert done.exit_code == 0 and "a clone of that contains the solutions" in done.output
    with zipfile.ZipFile(ROOT / "build" / f"{NAME}.zip") as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", tmp_path / "site", tmp_path / NAME], check=True, cwd=tmp_path)
    tried = "import nnlib as nn; print(nn.__file__, len(nn.data.digits()[0].x))"
    said = subprocess.check_output([sys.executable, "-c", tried], cwd=tmp_path / "site", text=True)
    assert str(tmp_path / "site") in said
