"""The book, built and opened in a real browser: every page, light and dark, wide and at the width of a phone."""

import functools
import json
import re
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nnlib.questions import Question
from tests.course.conftest import ROOT

sys.path.insert(0, str(ROOT / "site"))

import build

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
READY = CHROMIUM and shutil.which("npm")
pytestmark = [
    pytest.mark.skipif(not READY, reason="needs Chromium and npm, which make test installs"),
    *(pytest.mark.slow, pytest.mark.xdist_group("book"), pytest.mark.timeout(1800)),
]
LOOKS = {"light": (1200, "light"), "dark": (1200, "dark"), "phone": (420, "light")}
AXE = "axe-core@4.10.2"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def book():
    """The address of the book, built from the notebooks as they are."""
    made = subprocess.run([sys.executable, ROOT / "site" / "build.py"], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-4000:]
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(build.PAGES)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as runner:
        chromium = runner.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def names():
    """All pages, as they stand in the folder."""
    found = (path.relative_to(build.PAGES).as_posix() for path in sorted(build.PAGES.rglob("*.html")))
    return [name for name in found if not name.startswith("_static")]


def opened(browser, book, look, name, said):
    """A page that may load nothing from elsewhere; what goes wrong is noted in `said`."""
    width, scheme = LOOKS[look]
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.on("console", lambda message: said.append(f"{name}: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"{name}: {error}"))

    def route(request):
        if request.request.url.startswith((book, "data:")):
            return request.continue_()
        said.append(f"{name} asks for {request.request.url}")
        return request.abort()

    page.route("**/*", route)
    page.goto(f"{book}/{name}", wait_until="load")
    page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_pages_load_alone_and_fit(book, browser, look):
    said = []
    for name in names():
        page = opened(browser, book, look, name, said)
        width = page.evaluate("document.documentElement.scrollWidth")
        said += [f"{name} is {width} wide"] * (width > LOOKS[look][0])
        said += [f"{name}: {text}" for text in page.evaluate(BROKEN)]
        page.context.close()
    assert not said, "\n".join(said[:40])


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
            if not re.match(r"https?:|mailto:|javascript:|data:", link):
                path, _, anchor = link.partition("#")
                target = (build.PAGES / name).parent / path if path else build.PAGES / name
                target = target / "index.html" if target.is_dir() else target
                inside = target.resolve().relative_to(build.PAGES.resolve()).as_posix() if target.exists() else ""
                if not target.exists() or (anchor and inside in found and anchor not in found[inside][0]):
                    missing.append(f"{name}: {link}")
    assert not missing, "\n".join(missing[:40])


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_serious_barrier(book, browser, look):
    axe, said, barriers = build.from_npm(AXE) / "axe.min.js", [], []
    chosen = [name for name in names() if not name.startswith("library/") or name == "library/layers.html"]
    for name in chosen:
        page = opened(browser, book, look, name, said)
        page.add_script_tag(content=axe.read_text(encoding="utf-8"))
        for found in page.evaluate("axe.run(document).then(result => result.violations)"):
            if found["impact"] in ("serious", "critical"):
                where = [node["html"][:120] for node in found["nodes"][:3]]
                barriers.append(f"{name}: {found['id']} ({len(found['nodes'])}): {where}")
        page.context.close()
    assert not barriers, "\n".join(barriers[:30])


def test_sliders_move_without_a_kernel(book, browser):
    page = opened(browser, book, "light", "lectures/01_perceptron.html", [])
    slider = page.locator(".nn-slider").first
    before = slider.locator(".nn-on figcaption").inner_text()
    slider.locator("input").focus()
    page.keyboard.press("ArrowRight")
    assert slider.locator(".nn-on figcaption").inner_text() != before


def test_questions_answer_as_the_library_does(book, browser):
    asked = 0
    for path in build.lectures()[:-1]:
        page = opened(browser, book, "light", f"lectures/{path.stem}.html", [])
        for form in page.locator(".nn-question").all():
            known = json.loads(form.get_attribute("data-question"))
            tried = [known["right"] if known["kind"] != "text" else known["right"][0]]
            for answer in [*tried, *(wrong["answer"] for wrong in known["wrong"]), "something else"]:
                form.locator("input").fill(str(answer))
                form.locator("button").click()
                said = form.locator("p").inner_text()
                right, words = judged(known, answer)
                assert said.startswith("Right.") == right, (path.stem, answer, said)
                assert words is None or words.replace("`", "")[:60] in said or "The answer should" in said
                asked += 1
        page.context.close()
    assert asked > 100


def judged(known, answer):
    """What the library says to it."""
    fields = {name: known[name] for name in Question.__dataclass_fields__}
    return Question(**fields).judge(answer)


def test_the_search_finds_a_lecture(book, browser):
    page = opened(browser, book, "light", "search.html?q=backpropagation", [])
    page.wait_for_selector("ul.search li a", timeout=20_000)
    assert any("06_backpropagation" in link.get_attribute("href") for link in page.locator("ul.search li a").all())
