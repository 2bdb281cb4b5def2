"""The pages for instructors name commands, options and files: they are there."""

import ast
import re
import tomllib

import pytest
import typer

from nngrade.__main__ import app
from tests.course.conftest import ROOT

PAGES = "README.md", "INSTRUCTORS.md"
COMMANDS = typer.main.get_command(app).commands
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


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_make_knows_its_targets(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text(page)):
        assert (ROOT / target).exists(), target
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
