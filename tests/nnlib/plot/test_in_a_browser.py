"""Sliders in a real browser: in a static page, without a network, and in JupyterLab."""

import contextlib
import re

import matplotlib.pyplot as plt
import nbformat
import pytest

import nnlib as nn
from tests import browser
from tests.nnlib.notebook import outputs

expect = browser.browsers.expect
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as chromium:
        yield chromium


def frames():
    for i in range(5):
        ax = plt.subplots(figsize=(5, 3))[1]
        ax.plot([0, i], lw=5)
        yield ax, f"step {i}" + i * " and on", f"a line up to {i}"


@pytest.fixture(scope="module")
def html():
    """Two sliders on one page."""
    with outputs() as shown:
        nn.plot.slider(frames(), "the first", telling=2)
        nn.plot.slider(frames(), "the second", telling=4)
    return (
        "<!doctype html><html lang=en><title>t</title><body>"
        + "".join(data["text/html"] for data, _ in shown)
        + "<p id=below>below"
    )


@pytest.fixture
def page(chromium, html):
    page = chromium.new_page(viewport={"width": 360, "height": 700}, color_scheme="dark")
    said = []
    page.route("**", lambda route: (said.append(route.request.url), route.abort()))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_content(html)
    yield page
    page.close()
    assert said == []  # nothing was fetched, nothing complained


def seen(page):
    """The captions that can be seen."""
    return [
        re.sub("( and on)+$", "", caption.inner_text())
        for caption in page.locator("figcaption").all()
        if caption.is_visible()
    ]


def test_a_slider_moves_by_keyboard_and_alone(page):
    first = page.get_by_role("slider", name="the first")
    assert seen(page) == ["step 2", "step 4"]
    before, below = page.screenshot(), page.locator("#below").bounding_box()["y"]
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert seen(page) == ["step 3", "step 4"] and page.screenshot() != before
    expect(page.get_by_role("img", name="a line up to 3")).to_be_visible()
    expect(page.get_by_role("img", name="a line up to 2")).to_have_count(0)  # no longer there for screen readers
    expect(first).to_have_attribute("aria-valuetext", re.compile("^step 3 and on"))
    page.keyboard.press("Home")
    assert seen(page) == ["step 0", "step 4"]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert seen(page) == ["step 0", "step 3"]
    assert page.locator("#below").bounding_box()["y"] == below  # what follows does not jump with longer captions


def test_in_print_the_most_telling_frame_stands_alone(page):
    page.get_by_role("slider", name="the first").fill("0")
    page.emulate_media(media="print")
    assert seen(page) == ["step 2", "step 4"]
    expect(page.locator("input").first).to_be_hidden()


def test_it_is_legible_on_a_phone_and_in_dark_mode(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("img:visible").first.bounding_box()["width"] <= 344
    ground = "s => [getComputedStyle(s).backgroundColor, getComputedStyle(s).color]"
    assert page.locator(".nn-slider").first.evaluate(ground) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_where_styles_and_scripts_are_taken_out_one_frame_and_a_word_are_left(page, html):
    page.set_content(re.sub(r"<style>.*?</style>| oninput=\"[^\"]*\"", "", html))
    assert seen(page) == ["step 2", "step 4"]
    expect(page.locator("input").first).to_be_hidden()
    expect(page.get_by_text("Run this cell to get the slider.")).to_have_count(2)


CELL = """
import matplotlib.pyplot as plt
import nnlib as nn
nn.plot.slider(((plt.figure(), f"step {i}", f"picture {i}") for i in range(5)), "the step", telling=1)
"""


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab of its own, with the notebook t.ipynb, which makes a slider."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "t.ipynb")
    with browser.lab(tmp_path, ["jupyter", "lab", "--allow-root"], tmp_path) as address:
        yield address


def page_with_a_slider(chromium, address):
    """Open the notebook and run its cell. JupyterLab now and then loses what is run just after the start: then anew."""
    for _ in range(5):
        page = chromium.new_page()
        page.goto(address, timeout=120_000)
        page.locator(IDLE).wait_for(timeout=120_000)
        page.wait_for_timeout(3000)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        with contextlib.suppress(browser.browsers.TimeoutError):
            page.get_by_role("slider", name="the step").wait_for(timeout=30_000)
            return page
        page.close()
    raise TimeoutError("JupyterLab shows no slider")


@pytest.mark.slow
def test_a_slider_moves_by_keyboard_in_jupyterlab(chromium, lab):
    """It would take the arrow keys for itself, to move from cell to cell."""
    page = page_with_a_slider(chromium, f"{lab}lab/tree/t.ipynb")
    page.get_by_role("slider", name="the step").focus()
    assert seen(page) == ["step 1"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert seen(page) == ["step 3"]
    page.close()
