"""What pages and notebooks name is there: commands, options, files, links and anchors. And they are spelt well."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
import typer

from nngrade.__main__ import app
from nngrade.notebook import canonical
from tests.course.conftest import ROOT

PAGES = "README.md", "INSTRUCTORS.md"
COMMANDS = typer.main.get_command(app).commands
EVERYWHERE = [*sorted(ROOT.glob("*.md")), *canonical.course_notebooks(ROOT)]
CALL = re.compile(r"\bnngrade ([a-z]+)([^`|\n#]*)")


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def calls(page):
    """(command, options) of every call of nngrade in code, inline or not."""
    code = re.findall(r"`([^`\n]+)`|^ {4}(.+)$", text(page), re.MULTILINE)
    return [(name, re.findall(r"--[a-z-]+", rest)) for pair in code for name, rest in CALL.findall("".join(pair))]


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page):
    assert len(calls(page)) > 3
    for name, options in calls(page):
        assert name in COMMANDS, name
        known = {flag for option in COMMANDS[name].params for flag in option.opts} | {"--help"}
        assert set(options) <= known, f"nngrade {name}"


def test_every_option_of_grade_is_explained():
    flags = {flag for option in COMMANDS["grade"].params for flag in option.opts if flag.startswith("--")}
    assert flags <= set(re.findall(r"`(--[a-z-]+)", text("INSTRUCTORS.md")))


def words(path):
    """The text of a page, or of the text cells of a notebook."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in canonical.read(path).cells if cell.cell_type == "markdown")


def anchors(path):
    """What a link can lead to within a page: ids, and headings in small letters with hyphens."""
    headings = re.findall(r"^#+ (.+)$", words(path), re.MULTILINE)
    slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    cells = canonical.read(path).cells if path.suffix == ".ipynb" else []  # JupyterLab knows these, too
    return set(re.findall(r'<a id="([^"]+)">', words(path))) | set(slugs) | {f"cell-id={cell.id}" for cell in cells}


@pytest.mark.parametrize("path", EVERYWHERE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_resolve(path):
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", re.sub(r"`[^`]+`", "", words(path))):
        name, _, anchor = target.partition("#")
        place = path.parent / name if name else path
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


def test_spelling():
    run = [sys.executable, "-m", "codespell_lib", *map(str, EVERYWHERE), str(ROOT / "nnlib" / "questions")]
    found = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert found.stdout + found.stderr == ""
    american = r"\b(?:behavior|neighbor|favor|color|center|label(?:ed|ing)|modeling|analyz|catalog\b|gray\b)"
    for path in EVERYWHERE:
        ours = re.sub(r"`[^`]*`|(?<!\*)\*[^*\n]+\*(?!\*)", "", words(path))  # neither code nor a title of somebody's
        assert not re.findall(american, ours, re.IGNORECASE), path


@pytest.mark.parametrize("page", PAGES)
def test_make_knows_its_targets(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^ {4})make ([a-z-]+)", text(page), re.MULTILINE):
        assert re.search(rf"^([a-z- ]+ )?{target}( [a-z- ]+)?:", makefile, re.MULTILINE), target


def test_extras_exist_and_scripts_can_be_read():
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
    for names in re.findall(r"-e ['\"](?:\.|/course)\[([a-z,]+)\]", text("INSTRUCTORS.md")):
        assert set(names.split(",")) <= extras.keys()
    scripts = re.findall(r"```python\n(.*?)```", text("INSTRUCTORS.md"), re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        ast.parse(script)
