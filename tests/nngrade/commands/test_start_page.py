"""`make lab`: one line, and the page that it leads to."""

import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from nngrade.commands import start_page
from nngrade.commands.start_page import page
from nngrade.course import assignments
from tests.course.conftest import ROOT
from tests.nngrade.moments import soon


def links(text):
    return re.findall(r'href="/([^"]*)"', text)


def test_every_lecture_and_assignment_is_there_and_every_link_leads_somewhere():
    files = {link.removeprefix("lab/tree/") for link in links(page(ROOT)) if link.startswith("lab/tree/")}
    wanted = [*ROOT.glob("lectures/[0-9]*.ipynb")]
    wanted += [ROOT / "assignments" / name / f"{name}.ipynb" for name in assignments(ROOT)]
    assert {path.relative_to(ROOT).as_posix() for path in wanted} < files
    assert all((ROOT / name).exists() for name in files)


def test_each_is_named_with_what_it_is_about():
    text = page(ROOT)
    assert "6 · Backpropagation</a>\n<small>Derive the error term δ of an output for squared error" in text
    assert "Assignment 1: The perceptron</a>\n<small>Can a machine find out by itself how to decide?</small>" in text


@pytest.mark.parametrize("token, more", [("", ""), ("abc", "?token=abc")])
def test_behind_a_hub_it_has_the_address_of_the_server(capsys, token, more):
    added, filters = [], []
    provider = SimpleNamespace(token=token, token_generated=True)
    app = SimpleNamespace(add_handlers=lambda host, handlers: added.extend(handlers))
    server = SimpleNamespace(web_app=app, base_url="/user/student-01/", connection_url="http://hub/user/student-01/",
                             log=SimpleNamespace(addFilter=filters.append), identity_provider=provider)  # fmt: skip
    start_page._load_jupyter_server_extension(server)
    asyncio.run(start_page._start_jupyter_server_extension(server))
    assert added == [("/user/student-01/start", start_page.StartPage)] and not provider.token_generated
    assert f"The course is open at http://hub/user/student-01/start{more} (Ctrl-C" in capsys.readouterr().out


def test_what_is_not_released_has_no_link(tmp_path):
    path = tmp_path / "solutions" / "a7 new" / "a7 new.ipynb"
    path.parent.mkdir(parents=True)
    path.touch()
    text = page(tmp_path, "/user/me/")
    assert "<b>a7 new</b>\n<small>Not released yet: run nngrade release." in text
    assert 'href="/user/me/formgrader"' in text and "a7%20new" not in text


def test_a_name_may_be_anything(tmp_path):
    for folder in ("solutions", "assignments"):
        path = tmp_path / folder / "a7 #1?" / "a7 #1?.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(new_notebook(cells=[new_markdown_cell("# Sums & more\n\nAdd <x>.", id="title")]), path)
    assert ('<a href="/lab/tree/assignments/a7%20%231%3F/a7%20%231%3F.ipynb">Sums &amp; more</a>\n'
            "<small>Add &lt;x&gt;.</small>") in page(tmp_path)  # fmt: skip


@pytest.mark.parametrize("text, says", [
    ('{"cells": [', "This file can&#39;t be read as a notebook."), ("<<<<<<< HEAD", "This file can&#39;t be read as a"),
    ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', ""),
])  # fmt: skip
def test_one_notebook_that_is_none_takes_away_no_other(tmp_path, text, says):
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures" / "01_damaged.ipynb").write_text(text)
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Sums")]), tmp_path / "lectures" / "02_sums.ipynb")
    said = page(tmp_path)
    assert f'<a href="/lab/tree/lectures/01_damaged.ipynb">01_damaged</a>\n<small>{says}' in said
    assert ">Sums</a>" in said


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """(what the lab has printed, its address and token), while it runs."""
    said = tmp_path_factory.mktemp("lab") / "said"
    command = [sys.executable, "-m", "nngrade", "lab", "--no-browser", "--port=18888"]
    mine = os.environ | {"JUPYTER_CONFIG_DIR": str(said.parent), "JUPYTER_RUNTIME_DIR": str(said.parent)}
    with open(said, "w") as file, subprocess.Popen(command, cwd=ROOT, env=mine, stdout=file, stderr=file) as process:
        try:
            line = re.compile(r"(http://localhost:\d+)/start\?token=(\w+) .*\n")  # to its end
            soon(lambda: line.search(said.read_text()) or process.poll() is not None, 120)
            address = line.search(said.read_text())
            assert address, said.read_text()
            yield said, *address.groups()
        finally:
            process.terminate()


def answer(address, token=""):
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": f"token {token}"})) as got:
        return got.read().decode()


@pytest.mark.slow
def test_the_lab_says_one_line_and_shows_the_page(lab):
    said, address, token = lab
    assert answer(f"{address}/start", token) == page(ROOT)
    assert re.fullmatch(r"The course is open at http://\S+ \(Ctrl-C ends it\)\n", said.read_text())


@pytest.mark.slow
def test_nobody_sees_it_without_the_token(lab):
    _, address, _ = lab
    assert "Lectures" not in answer(f"{address}/start", "wrong")  # a form that asks for the token


@pytest.mark.slow
def test_the_lab_does_not_ask_about_news(lab):
    _, address, token = lab
    notification = answer(f"{address}/lab/api/settings/@jupyterlab/apputils-extension:notification", token)
    assert json.loads(notification)["schema"]["properties"]["fetchNews"]["default"] == "false"
