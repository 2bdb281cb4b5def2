"""Whether slides can be read: make slides-check opens them in Chromium. Of some: python site/fits.py DECK.html ..."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tools"))

from browsers import browser

# Every slide in turn, with all that comes step by step: what stands beyond its edge, and what MathJax could not read.
LOOK = """async () => {
  await window.deckReady;
  const said = [];
  for (const slide of Reveal.getSlides()) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 99);
    const edge = slide.getBoundingClientRect();
    let right = 0, below = 0;
    for (const part of slide.querySelectorAll("p, li, td, pre, code span, img, mjx-container > svg, h2")) {
      if (part.closest("aside, figure:not(.nn-on)")) continue;
      const box = part.getBoundingClientRect();
      right = Math.max(right, box.right - edge.right);
      below = Math.max(below, box.bottom - edge.bottom);
      if (part.tagName === "IMG" && !part.naturalWidth) said.push("missing picture " + part.src.slice(0, 80));
    }
    const title = slide.querySelector("h2").innerText;
    if (right > 0.5 || below > 0.5) said.push(`${title}: ${Math.round(right)} too wide, ${Math.round(below)} too high`);
  }
  for (const error of document.querySelectorAll("mjx-merror")) said.push("bad TeX: " + error.textContent);
  return said;
}"""


def check(browser, deck):
    """What is wrong with a deck, in words."""
    said, page = [], browser.new_page(viewport={"width": 1280, "height": 720})
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"asks for {request.url}"))
    page.goto(Path(deck).resolve().as_uri())
    said += page.evaluate(LOOK)
    page.close()
    return [f"{Path(deck).stem}: {text}" for text in said]


def main(decks):
    folder = Path(__file__).parents[1] / "build" / "slides"
    with browser() as found:
        said = [line for deck in decks or sorted(folder.glob("[0-9]*.html")) for line in check(found, deck)]
    print("\n".join(said) or "All slides can be read.")
    raise SystemExit(bool(said))


if __name__ == "__main__":
    main(sys.argv[1:])
