"""The book, built and opened in a real browser: every page, light and dark, wide and at the width of a phone."""

import functools
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nnlib.questions import Question
from tests.course.conftest import ROOT

sys.path.insert(0, str(ROOT / "site"))
sys.path.insert(1, str(ROOT / "tools"))

import browsers
import build

pytestmark = [
    pytest.mark.skipif(not (browsers.program() and shutil.which("npm")), reason="needs Chromium and npm"),
    *(pytest.mark.slow, pytest.mark.xdist_group("book"), pytest.mark.timeout(1800)),
]
AXE = "axe-core@4.10.2"
PHONE, WIDE = 420, 1200
LOOKS = ("light", WIDE), ("dark", WIDE), ("dark", PHONE)
ALL = bool(os.environ.get("WHOLE_BOOK"))  # make site-check: axe-core looks at every page, for minutes
LOOKED_AT = {"index", "results", "notation", "library/layers", "lectures/06_backpropagation", "lectures/13_outlook"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def book():
    """The address of the book, built from the notebooks as they are."""
    with tempfile.TemporaryDirectory() as without_mnist:  # as the tests of the lectures, which share their runs
        environment = os.environ | {"NNLIB_DATA": without_mnist}
        command = [sys.executable, ROOT / "site" / "build.py"]
        made = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-4000:]
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(build.PAGES)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with browsers.browser() as found:
        yield found


def names():
    """All pages, as they stand in the folder."""
    found = (path.relative_to(build.PAGES).as_posix() for path in sorted(build.PAGES.rglob("*.html")))
    return [name for name in found if not name.startswith("_static")]


def opened(browser, book, name, said):
    """A page that may load nothing from elsewhere; what goes wrong is noted in `said`."""
    page = browser.new_context(viewport={"width": WIDE, "height": 900}, color_scheme="light").new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"asks for {request.url}") if refused(request) else None)
    page.set_default_timeout(120_000)  # ms: other programs are at work, too
    turn_to(page, f"{book}/{name}")
    return page


def refused(request):
    """Whether it failed: what the browser itself gives up, because it goes to the next page, is no matter."""
    return request.failure != "net::ERR_ABORTED"


def turn_to(page, address):
    page.goto(address, wait_until="load")
    page.evaluate("async () => { await window.MathJax?.startup?.promise; }")


@pytest.fixture(scope="module")
def looked(book, browser):
    """What is wrong with the pages. Each is opened once, and then seen in all LOOKS."""
    said, found, axe = [], [], (build.from_npm(AXE) / "axe.min.js").read_text(encoding="utf-8")
    page = opened(browser, book, "index.html", said)
    for name in names():
        page.set_viewport_size({"width": WIDE, "height": 900})
        turn_to(page, f"{book}/{name}")
        with_axe = ALL or name.removesuffix(".html") in LOOKED_AT
        for theme, width in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            said += page.evaluate(BROKEN) + too_wide(page, width)
            said += barriers(page, axe) if with_axe else []
            found += [f"{name}, {theme}, {width}: {text}" for text in said]
            said.clear()
    page.context.close()
    return found


def too_wide(page, width):
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"is {wide} wide, on {width}"] * (wide > width)


def barriers(page, axe):
    """What axe-core calls serious or critical."""
    page.wait_for_timeout(600)  # the theme takes 300 ms after a change of size to let the keyboard reach what scrolls
    page.evaluate(f"window.axe || (() => {{ {axe} }})()")
    found = page.evaluate("axe.run({preload: false, resultTypes: ['violations']}).then(result => result.violations)")
    return [
        f"{barrier['id']} ({len(barrier['nodes'])}): {[node['html'][:120] for node in barrier['nodes'][:3]]}"
        for barrier in found
        if barrier["impact"] in ("serious", "critical")
    ]


def test_pages_load_alone_fit_and_are_open_to_all(looked):
    assert not looked, "\n".join(looked[:40])


BROKEN = r"""() => {
  const said = [];
  for (const image of document.images) {
    if (!image.complete || !image.naturalWidth) said.push("missing picture " + image.src.slice(0, 80));
    if (!image.alt.trim()) said.push("no words for the picture " + image.src.slice(0, 80));
  }
  const skip = new Set(["SCRIPT", "STYLE", "CODE", "PRE", "MJX-CONTAINER", "MJX-ASSISTIVE-MML"]);
  const walk = document.createTreeWalker(document.querySelector("article") || document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    let inside = walk.currentNode.parentElement;
    while (inside && !skip.has(inside.tagName)) inside = inside.parentElement;
    const text = walk.currentNode.textContent, tex = /\\(frac|begin|sum|partial|mathrm|left|top)\b/;
    if (!inside && tex.test(text)) said.push("raw TeX: " + text.slice(0, 80));
  }
  for (const error of document.querySelectorAll("mjx-merror, [data-mjx-error]"))
    said.push("bad TeX: " + error.textContent);
  return said;
}"""


def test_every_link_within_the_book_leads_somewhere(book):
    found, missing = {}, []
    for name in names():
        text = (build.PAGES / name).read_text(encoding="utf-8")
        found[name] = set(re.findall(r'\bid="([^"]+)"', text)), re.findall(r'<a[^>]*\bhref="([^"]+)"', text)
    for name, (_, links) in found.items():
        for link in links:
            if not re.match(r"https?:|mailto:|javascript:|data:|(../)*lite/", link):
                path, _, anchor = link.partition("#")
                target = (build.PAGES / name).parent / path if path else build.PAGES / name
                target = target / "index.html" if target.is_dir() else target
                inside = target.resolve().relative_to(build.PAGES.resolve()).as_posix() if target.exists() else ""
                if not target.exists() or (anchor and inside in found and anchor not in found[inside][0]):
                    missing.append(f"{name}: {link}")
    assert not missing, "\n".join(missing[:40])


def test_every_page_leads_to_its_notebook_in_the_live_course(book):
    for name in names():
        [link] = re.findall(r'<p class="nn-live"><a href="([^"]+)"', (build.PAGES / name).read_text(encoding="utf-8"))
        notebook = name.replace(".html", ".ipynb")
        wanted = f"lab/index.html?path={notebook}" if (ROOT / notebook).is_file() else "index.html"
        assert posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) == f"lite/{wanted}", name


def test_a_dark_system_gets_dark_pages(book, browser):
    if browsers.FIREFOX:
        pytest.skip("Playwright can't tell this Firefox that the system is dark")
    page = opened(browser, book, "notation.html", [])
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


def test_sliders_move_without_a_kernel(book, browser):
    page = opened(browser, book, "lectures/01_perceptron.html", [])
    slider = page.locator(".nn-slider").first
    before = slider.locator(".nn-on figcaption").inner_text()
    slider.locator("input").focus()
    page.keyboard.press("ArrowRight")
    assert slider.locator(".nn-on figcaption").inner_text() != before


def test_questions_answer_as_the_library_does(book, browser):
    tried = [(known, answer) for known in asked() for answer in answers(known)]
    assert len(tried) > 100
    page = opened(browser, book, "lectures/01_perceptron.html", [])
    replies = page.evaluate("all => all.map(([known, answer]) => judge(String(answer), known))", tried)
    for (known, answer), said in zip(tried, replies):
        right, words = judged(known, answer)
        assert said.startswith("Right.") == right, (known, answer, said)
        assert words is None or words[:60] in said or "The answer should" in said


def test_an_answer_is_typed_and_judged(book, browser):
    page = opened(browser, book, "lectures/01_perceptron.html", [])
    form = page.locator(".nn-question").first
    form.locator("input").fill("10, 1")
    form.locator("button").click()
    assert form.locator("p").inner_text().startswith("Right.")


def asked():
    """What the pages know about all questions."""
    for path in sorted((build.PAGES / "lectures").glob("[0-9]*.html")):
        for data in re.findall(r'data-question="([^"]*)"', path.read_text(encoding="utf-8")):
            yield json.loads(html.unescape(data))


def answers(known):
    right = known["right"] if known["kind"] != "text" else known["right"][0]
    return [right, *(wrong["answer"] for wrong in known["wrong"]), "something else"]


def judged(known, answer):
    """What the library says to it."""
    fields = {name: known[name] for name in Question.__dataclass_fields__}
    return Question(**fields).judge(answer)


def test_the_search_finds_a_lecture(book, browser):
    page = opened(browser, book, "search.html?q=backpropagation", [])
    page.wait_for_selector("ul.search li a")
    assert any("06_backpropagation" in link.get_attribute("href") for link in page.locator("ul.search li a").all())
