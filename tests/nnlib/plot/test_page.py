"""What stands in the page: pictures with their words, and a slider over frames made beforehand."""

import base64
import html
import io
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import nnlib as nn
from tests.nnlib.notebook import outputs


@pytest.fixture
def shown():
    """What a notebook would be given: a list of (bundle, metadata)."""
    with outputs() as shown:
        yield shown


def frames(n=3, size=(2, 1)):
    for i in range(n):
        ax = plt.subplots(figsize=size)[1]
        ax.plot([0, i])
        yield ax, f"step {i} <&amp;>", f"a line up to <{i}>"


class Page(HTMLParser):
    """The tags of a page, each with its attributes, and the texts of its captions."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.captions, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "figcaption":
            self.captions.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def test_show_gives_picture_words_and_width(shown):
    figure = plt.figure(figsize=(3, 2))
    nn.plot.show(figure, 'a "quoted" <b> & more')
    data, metadata = shown[0]
    (img,) = Page(data["text/html"]).of("img")
    assert img["alt"] == data["text/plain"] == metadata["image/png"]["alt"] == 'a "quoted" <b> & more'
    assert (
        img["width"] == "288"
        and metadata["image/png"]["width"] == 288
        and img["src"].split(",")[1] == data["image/png"]
    )
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size == (432, 288)
    assert not plt.get_fignums()  # or else the notebook would show it again


def test_only_the_picture_that_is_shown_is_closed(shown):
    first, second = plt.figure(), plt.figure()
    nn.plot.show(first, "the first")
    assert plt.get_fignums() == [second.number]


def test_frames_have_the_width_of_their_figures_and_stand_on_each_other(shown):
    nn.plot.slider(frames(size=(2.5, 1)), "step")
    (data, metadata) = shown[0]
    page = data["text/html"]
    assert [img["width"] for img in Page(page).of("img")] == ["240"] * 3 and metadata["image/png"]["width"] == 240
    assert page.count("</figure><figure") == 2 and '<div class="nn-frames"><figure' in page
    words = html.unescape(re.sub("<style>.*</style>|<[^>]*>", "", page))
    assert words == "stepRun this cell to get the slider." + "".join(f"step {i} <&amp;>" for i in range(3))


def test_what_a_page_holds_of_a_picture_could_not_be_smaller(shown):
    nn.plot.show(nn.plot.figures.activation_functions(), "six curves")
    png, again = base64.b64decode(shown[0][0]["image/png"]), io.BytesIO()
    Image.open(io.BytesIO(png)).save(again, "png", optimize=True)
    assert len(png) <= len(again.getvalue()) + 100


def test_outside_a_notebook_nothing_is_shown(capsys):
    ax = plt.subplots()[1]
    nn.plot.show(ax, "words")
    assert plt.get_fignums() and not capsys.readouterr().out
    nn.plot.slider(frames(), "step")
    assert plt.get_fignums() == [1] and not capsys.readouterr().out


def test_slider_shows_one_frame_and_holds_all(shown):
    nn.plot.slider(frames(), "the <step>", telling=1)
    data, _ = shown[0]
    page = Page(data["text/html"])
    (slider,) = (each for each in page.of("div") if each.get("class") == "nn-slider")
    assert {"background:#fff", "color:#000"} <= set(slider["style"].split(";"))  # readable on a dark page, too
    assert page.captions == ["step 0 <&amp;>", "step 1 <&amp;>", "step 2 <&amp;>"] and not page.open
    assert [img["alt"] for img in page.of("img")] == ["a line up to <0>", "a line up to <1>", "a line up to <2>"]
    assert ["display:none" in figure["style"] for figure in page.of("figure")] == [True, False, True]
    assert [figure["class"] for figure in page.of("figure")] == ["", "nn-telling nn-on", ""]
    (move,) = page.of("input")
    assert [move[name] for name in ("type", "min", "max", "value")] == ["range", "0", "2", "1"]
    assert (move["aria-label"], move["aria-valuetext"]) == ("the <step>", "step 1 <&amp;>")
    assert data["image/png"] == page.of("img")[1]["src"].split(",")[1]
    assert data["text/plain"] == "the <step>: step 1 <&amp;>. a line up to <1>"
    assert "<div>the &lt;step&gt;</div>" in data["text/html"]
    assert "http" not in re.sub('src="[^"]*"', "", data["text/html"]) and "id" not in move


def test_styles_and_moves_are_written_for_what_is_on_the_page(shown):
    """What a browser makes of them, test_in_a_browser sees; here, that names are those of the page."""
    nn.plot.slider(frames(), "step", telling=1)
    page = shown[0][0]["text/html"]
    (style,) = re.findall("<style>(.*)</style>", page)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", style.replace("@media print{", "").replace("}}", "}"))
    names = set(re.findall(r"[\w-]+", " ".join(re.findall('class="([^"]*)"', page)))) | {"input", "figure"}
    for selector, declarations in rules:
        parts = re.split("[ ,]", selector)
        assert all(part.removeprefix(".") in names and (part[0] == ".") == part.startswith(".nn-") for part in parts)
        assert re.fullmatch(r"([a-z-]+:[a-z0-9/]+(!important)?;?)+", declarations)
    assert len(rules) == 7 and style.count("@media print{") == 1
    (move,) = (each["oninput"] for each in Page(page).of("input"))
    assert [statement.split("(")[0] for statement in move.split(";")] == [
        "const f=this.closest", "f.forEach", "this.setAttribute"]  # fmt: skip
    assert {"figure", "figcaption"} <= set(re.findall(r"querySelector(?:All)?\('(\w+)'\)", move))
    assert {name for name in re.findall(r"nn-[a-z]+", move)} == {"nn-slider", "nn-on"}


def test_pictures_are_drawings_too_where_that_is_asked_for(shown, monkeypatch):
    nn.plot.show(plt.figure(figsize=(3, 2)), "a picture")
    monkeypatch.setenv("NNLIB_SVG", "1")
    nn.plot.show(plt.figure(figsize=(3, 2)), "a picture")
    nn.plot.slider(frames(3), "up", telling=1)
    nn.plot.show([frame[0] for frame in frames(2)][1], "as it stands at the beginning")
    drawings = [data.get("image/svg+xml") for data, _ in shown]
    assert drawings[0] is None and all("<svg " in drawing for drawing in drawings[1:])
    assert not any("<dc:date>" in drawing for drawing in drawings[1:])  # the same today and tomorrow
    line, slider = ([part for part in re.findall(r' d="([^"]*)"', drawing)] for drawing in (drawings[3], drawings[2]))
    assert line == slider  # the drawing of a slider is that of the frame which tells most


def test_slider_closes_each_figure_before_the_next():
    def watched():
        for frame in frames():
            assert len(plt.get_fignums()) == 1
            yield frame

    nn.plot.slider(watched(), "step")
    assert not plt.get_fignums()


def test_the_same_pictures_give_the_same_bytes(shown):
    for _ in range(2):
        nn.plot.slider(frames(), "step")
        nn.plot.show(next(frames())[0], "a line")
    assert shown[0] == shown[2] and shown[1] == shown[3]


def test_thirty_frames_stay_under_a_megabyte(shown, rng):
    net, data = nn.Sequential(nn.Linear(2, 3, rng=rng)), nn.data.spirals(100, rng, arms=3)
    pictures = ((nn.plot.decision_boundary(net, data), f"step {i}", "regions") for i in range(30))
    nn.plot.slider(pictures, "step")
    assert 100_000 < len(shown[0][0]["text/html"]) < 1_000_000


def pixels(output):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(output[0]["image/png"]))).convert("RGB")).astype(int)


def test_the_colours_of_the_course_keep(shown):
    """A picture of 2000 colours comes with 256, its main ones among them."""
    picture = nn.plot.figures.gradient_descent_visualization()
    drawn = io.BytesIO()
    picture[0].figure.savefig(drawn, dpi=144)
    before = np.asarray(Image.open(drawn).convert("RGB")).astype(int)
    nn.plot.show(picture, "paths")
    after = pixels(shown[0])
    assert abs(after - before).max() < 20
    for color in (nn.plot.SKY, nn.plot.GREEN, nn.plot.ORANGE, nn.plot.RED, "#FFFFFF"):
        places = (before == list(bytes.fromhex(color[1:]))).all(axis=-1)
        assert places.sum() > 50 and abs(after - before)[places].max() <= 2


@pytest.mark.parametrize(("ground", "seen"), [("none", 255), ((0, 0, 0, 0.5), 127)])
def test_the_ground_is_opaque(ground, seen, shown):
    """What is transparent lies on white."""
    nn.plot.show(plt.figure(figsize=(1, 1), facecolor=ground), "nothing")
    assert abs(pixels(shown[0]) - seen).max() <= 1


@pytest.mark.parametrize(
    ("given", "telling", "message"),
    [
        ([], 0, "frames: expected at least one"),
        ([plt], 0, "frames: expected .picture, caption, alt. with two texts, got module"),
        ([(plt, "caption", 3)], 0, "with two texts"),
        ([(plt, 3, "alt")], 0, "with two texts"),
        ([(plt, "caption")], 0, "with two texts"),
        ([[plt, "caption", "alt"]], 0, "with two texts, got list"),
        (frames(), 3, "telling: expected the number of a frame, 0 … 2, got 3"),
        (frames(), -1, "telling: expected a whole number of at least 0"),
    ],
)
def test_slider_refuses(given, telling, message):
    with pytest.raises((TypeError, ValueError), match=message):
        nn.plot.slider(given, "step", telling)
