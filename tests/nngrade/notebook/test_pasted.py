"""Pictures in a written answer are seen by whoever marks it, whichever program they were pasted in."""

import base64

import pytest

from nngrade.grading.work import made_safe
from nngrade.notebook import pasted
from nngrade.notebook.outputs import room_for_sources
from nngrade.notebook.submission import Step
from tests.nngrade.moments import in_moments

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="  # one pixel
BLANKS = {"my graph.png": {"image/png": PNG}}
PROGRAMS = {
    "JupyterLab": ("![image.png](attachment:5d3a-1.png)", {"5d3a-1.png": {"image/png": PNG}}),
    "lines of a list": ("![image.png](attachment:a.png)", {"a.png": {"image/png": [PNG[:9], PNG[9:]]}}),
    "VS Code": ("![my graph.png](attachment:my graph.png)", BLANKS),
    "in angles": ("![my graph.png](<attachment:my graph.png>)", BLANKS),
    "an address": ("![my graph.png](attachment:my%20graph.png)", BLANKS),
    "a name like an address": ("![](attachment:a%20b.png)", {"a%20b.png": {"image/png": PNG}, "a b.png": {}}),
    "Colab": (f"![image.png](data:image/png;base64,{PNG})", {}),
    "smaller": ('<img src="attachment:a.png" width="300"/>', {"a.png": {"image/png": PNG}}),
    "smaller, in Colab": (f"<IMG alt=x SRC='data:image/PNG;base64,{PNG}'>", {}),
}


def shown(text, attachments):
    """What stands in the page: the text, and the pictures by the names that it has for them."""
    step = made_safe(Step("why", "written", "markdown", text, attachments=attachments), room_for_sources())
    return step.source, step.attachments


@pytest.mark.parametrize("text, attachments", PROGRAMS.values(), ids=PROGRAMS)
def test_a_picture_is_shown(text, attachments):
    source, there = shown(f"So: {text}. And why.", attachments)
    [(name, picture)] = there.items()
    assert source.startswith("So: ![") and source.endswith(f"](attachment:{name}). And why.")
    assert picture == {"image/png": PNG}


def test_a_large_picture_takes_no_room_from_the_text_behind_it():
    large = base64.b64encode(base64.b64decode(PNG) + bytes(200_000)).decode()
    source, there = shown(f"![](data:image/png;base64,{large}) and so on: the end.", {})
    assert source.endswith("and so on: the end.") and len(source) < 100 and len(there) == 1


@pytest.mark.parametrize("text", [
    "![a](attachment:gone.png)", "![a](data:text/html;base64,AAAA)", "![a](data:image/svg+xml;base64,AAAA)",
    "<img src='attachment:gone.png'>", '<img src="https://tracker/a.png">', "![a](attachment:b.png)",
])
def test_what_is_no_picture_of_this_text_stays_as_it_was(text):
    assert pasted.pictures(text, {"b.png": "no data"}) == (text, {})


def test_what_is_no_picture_is_not_shown_as_one():
    assert shown("![a](attachment:a)", {"a": {"image/png": 3}}) == ("![a] (attachment:picture-1)", {})


def test_two_names_are_two_pictures():
    text = "![](attachment:a b) ![](data:image/png;base64,AAAA) ![](attachment:c d) ![](attachment:a b)"
    source, there = pasted.pictures(text, {"a b": {"image/png": "1"}, "c d": {"image/png": "2"}})
    names = [part.split(")")[0] for part in source.split("attachment:")[1:]]
    assert [there[name]["image/png"] for name in names] == ["1", "AAAA", "2", "1"]


@pytest.mark.parametrize("part", [
    "](attachment:", "](data:image/png;base64,", "<img ", '<img src="attachment:', '<img src="data:image/png;base64,A',
    '<img src="src="src="', "![](data:image/png;base64,A)",
])
def test_millions_of_characters_are_looked_through_at_once(part):
    with in_moments():
        _, there = pasted.pictures(part * (4_000_000 // len(part)), {f"a {k}": {} for k in range(100_000)})
    assert len(there) == pasted.MOST
