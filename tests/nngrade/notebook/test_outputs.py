"""What students write and show, in the page that goes back to them: nothing of it acts in a browser or a terminal."""

import base64
import io
import re
import struct
import warnings

import bs4
import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell
from PIL import Image

from nngrade.feedback.page import page as ours
from nngrade.grading import work
from nngrade.notebook import submission
from nngrade.notebook.outputs import CUT, MOST_CELL, MOST_OUTPUTS, bearable, cleaned, readable, room, safe_text
from nngrade.notebook.pictures import cost
from nngrade.trusted.verdict import masked
from tests.nngrade.moments import in_moments
from tests.nngrade.small_course import RELEASE, answered, as_bytes

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
HARMLESS = re.compile(r"https://x|#|data:image/png|http://www.w3.org")
TEXTS = {
    "a tag": "<script>evil()</script><img src=x onerror=evil()>",
    "a link": "[a](javascript:evil())",
    "a link by reference": "[a]\n\n[a]: javascript:evil()",
    "a link by entities": "[a](&#106;avascript:evil())",
    "a link by escapes": "[a](javascript\\:evil())",
    "a link in angles": "<javascript:evil()>",
    "a link to a page inside": "[x](data:text/html,%3Cscript%3Eevil()%3C/script%3E)",
    "a picture from elsewhere": "![x](//tracker/5.png) ![y][z]\n\n[z]: //tracker/6.png",
    "a title": '![x](y "\' onerror=\'evil()")',
    "an address": 'https://x"onmouseover="evil()',
    "a formula": r"$\href{javascript:evil()}{x} \mmlToken{mi}[href='javascript:evil()']{x} \href_1$",
    "a formula by entities": "&#36;&#92;href{javascript:evil()}{x}&#36; $&bsol;href{x}$ &#92href",
    "a formula with a tag": "$$ <img src=x onerror=evil()> $$ \\begin{align}<img src=x onerror=evil()>\\end{align}",
    "a formula with a tag by entities": "$ &lt;img src=x onerror=evil()&gt; $",
    "code": "```x'onmouseover='evil()'y='\n<script>\n```\n> 1. ~~~ x'onmouseover='evil()'`\n> a\n> ~~~",
    "a heading": "# <img src=x onerror=evil()>\n\n<!-- --> <script\n>evil()</script>",
    "a missing attachment": "![x](attachment:gone.png) ![x][y]\n\n[y]: attachment:gone.png",
}


def active(html):
    """The tags that could do something, and the commands in formulas."""
    tags = bs4.BeautifulSoup(html, "html.parser").find_all(True)
    found = [tag for tag in tags if tag.name == "script" or any(name.startswith("on") for name in tag.attrs)]
    found += [tag for tag in tags for name in ("href", "src") if not HARMLESS.match(tag.attrs.get(name, "#"))]
    return found + re.findall(r"\\(?:href|mmlToken)\b", html)


def page(*cells):
    """As nbgrader would show a notebook with these cells, and as we do."""
    notebook = answered()
    notebook.cells += cells
    steps = submission.arrange(submission.read(as_bytes(notebook), []), submission.release_steps(RELEASE), [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        back = work.as_handed_back(type("Result", (), {"cells": steps}))
        return HTMLExporter(template_name="basic").from_notebook_node(back)[0] + ours("", "", [], "", back.cells)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_do_not_act(text):
    html = page(new_markdown_cell(text))
    assert not active(html)


@pytest.mark.parametrize(
    "command", ["href", "url", "require", "style", "class", "cssId", "unicode", "data", "mmlToken"]
)
def test_no_command_acts_in_a_formula(command):
    assert safe_text(rf"$\{command}{{a}}{{b}} \{command}s$") == rf"$\backslash {command}{{a}}{{b}} \{command}s$"


def test_the_texts_would_act():
    """Else the test above shows nothing."""
    cells = [new_markdown_cell(text) for name, text in TEXTS.items() if "attach" not in name]
    html = HTMLExporter(template_name="basic").from_notebook_node(nbformat.v4.new_notebook(cells=cells))[0]
    assert len(active(html)) > len(cells) / 2


def test_what_is_honest_is_shown():
    text = r"**Why** $x < y \& z$: $\begin{matrix} 1 & 2\\ 3 & 4\end{matrix}$, see https://example.org and `a[0]`."
    assert safe_text(text) == text
    assert safe_text("```python\nf(x)\n```\nand ```a b``` too") == "```python\nf(x)\n```\nand ```a b``` too"


@pytest.mark.parametrize("text", ["$a<b$", "$$a<b$$", "`a<b`", "```\na<b\n```", "    a<b", "**a<b**", "|a<b|\n|-|"])
def test_less_than_is_shown_wherever_it_stands(text):
    shown = bs4.BeautifulSoup(page(new_markdown_cell("First.\n\n" + text)), "html.parser").get_text()
    for said in shown.split("First.")[1:]:
        assert re.search("a<( ?)b", said) and "&" not in said


def test_a_picture_in_an_answer_is_shown():
    cell = new_markdown_cell("My sketch: ![sketch](attachment:image.png)")
    cell.attachments = {"image.png": {"image/png": PNG, "image/svg+xml": "<script>"}, "x": {"text/html": "<script>"}}
    html = page(cell)
    assert html.count(f'src="data:image/png;base64,{PNG}"') == 2 and "svg" not in html


def test_only_to_what_was_pasted_a_link_may_lead():
    text = "![x](attachment:a.png) ![y](attachment:b.png) [z](javascript:evil())"
    assert safe_text(text, ["a.png"]) == "![x](attachment:a.png) ![y] (attachment:b.png) [z] (javascript:evil())"


def picture(kind, width, height):
    file = io.BytesIO()
    Image.new("L", (width, height)).save(file, kind)
    return {f"image/{kind}": base64.b64encode(file.getvalue()).decode()}


def shown(*pictures):
    outputs = [{"output_type": "display_data", "data": data} for data in pictures]
    return [output["data"] for output in cleaned(outputs, room(2**20)) if "data" in output]


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_few_bytes_that_unpack_to_gigabytes_are_not_shown(kind):
    small, large = picture(kind, 640, 480), picture(kind, 16_000, 9_000)
    assert len(large[f"image/{kind}"]) < 3 * 2**20
    assert shown(small, large, small) == [small, small]
    assert len(shown(*[picture(kind, 4000, 4000)] * 20)) == 8


def test_a_picture_may_stand_in_lines():
    """As Jupyter saves it."""
    [(kind, data)] = picture("png", 64, 64).items()
    assert cost(kind, base64.encodebytes(base64.b64decode(data)).decode()) < 10**4


@pytest.mark.parametrize("marker", [0xC4, 0xC8, 0xCC])
def test_a_table_before_it_is_not_taken_for_the_size_of_a_jpeg(marker):
    parts = (marker, 7, 8, 1, 1), (0xC0, 7, 8, 16_000, 9_000)
    data = b"\xff\xd8" + b"".join(struct.pack(">BBHBHH", 255, *part) for part in parts)
    assert shown({"image/jpeg": base64.b64encode(data).decode()}) == []


def test_what_is_cut_off_or_of_another_kind_is_no_picture():
    png, jpeg = picture("png", 64, 64)["image/png"], picture("jpeg", 64, 64)["image/jpeg"]
    assert shown({"image/png": jpeg}, {"image/jpeg": png}, {"image/png": png[:16]}, {"image/jpeg": jpeg[:16]}) == []
    assert shown({"image/jpeg": "/9j/" + "A" * 8}, {"image/png": "?"}) == []


def test_a_picture_whose_name_is_no_text_does_not_keep_the_page_from_being_written():
    steps = [submission.Step("own", "own", "markdown", "x", attachments={"\ud800.png": {"image/png": PNG}})]
    text = nbformat.writes(work.as_handed_back(type("Result", (), {"cells": steps})))
    assert PNG in text.encode().decode()


@pytest.mark.parametrize(
    ("kind", "text"),
    [("markdown", "\\begin{a}"), ("markdown", "!["), ("markdown", f"{'`' * 10**5}x`{'y' * 10**5}"), ("code", "\n\t\t")],
    ids=["formulas", "pictures", "backticks", "a gap"],
)
def test_a_page_is_made_in_moments_whatever_was_written(kind, text):
    """Formulas that do not end took hours, and all who come after wait."""
    with in_moments():
        page(*(nbformat.from_dict(dict(cell_type=kind, id=f"c{i}", metadata={}, source=text * (10**6 // len(text))))
               for i in range(3)))  # fmt: skip


def test_what_a_submission_shows_is_bounded_as_a_whole():
    said, left = {"output_type": "stream", "text": "x" * 1000}, room(1000)
    outputs = [cleaned([said], left) for _ in range(100)]
    assert len(str(outputs[:3])) > 3000 and len(str(outputs)) < 15_000
    assert outputs[-1] == [{"output_type": "stream", "name": "stderr", "text": "\n… the rest is cut."}]
    assert cleaned([], left) == []  # nothing of it is cut
    few = room(1000)
    assert sum(len(cleaned([said | {"text": "x"}] * 9, few)) for _ in range(9)) < 50  # each takes some room
    many = [submission.Step(f"c{i}", "own", "code", "x" * 15_000) for i in range(100)]
    assert len(nbformat.writes(work.as_handed_back(type("Result", (), {"cells": many})))) < 250_000


@pytest.mark.parametrize("name, shown", [("stderr", "stderr"), ("stdout", "stdout"), (None, "stdout")])
def test_where_a_text_was_written_to_stays(name, shown):
    [output] = cleaned([{"output_type": "stream", "name": name, "text": "x"}], room(100))
    assert output == {"output_type": "stream", "name": shown, "text": "x"}


def test_each_part_of_an_output_is_bounded():
    many = cleaned([{"output_type": "stream", "text": "x"}] * 300, room(2**20))
    assert len(many) == MOST_OUTPUTS == 200
    error = {"output_type": "error", "ename": "E" * 300, "evalue": "v" * 300, "traceback": ["line"] * 300}
    [found] = cleaned([error], room(2**20))
    assert (found["ename"], found["evalue"], found["traceback"]) == ("E" * 100, "v" * 300, ["line"] * 100)


def test_a_long_cell_and_a_long_gap_are_cut():
    rest = [10**6]
    assert [bearable("x" * size, rest) for size in (MOST_CELL, MOST_CELL + 1)] == [
        "x" * MOST_CELL, "x" * MOST_CELL + CUT]  # fmt: skip
    assert rest == [10**6 - 2 * MOST_CELL - 1]
    assert bearable("a" + "\n" * 199 + " b" + "\t " * 500 + "c", [10**6]) == "a" + "\n" * 199 + " b" + "\t " * 100 + "c"
    assert bearable("x" * 60, [50]) == "x" * 50 + CUT and bearable("x", [-5]) == CUT


def test_a_picture_costs_its_pixels_or_its_bytes_whichever_is_more():
    head = b"\x89PNG\r\n\x1a\n" + bytes(8)
    for width, size, worth in ((400, 0, 40_000), (4, 300, 432)):
        data = head + struct.pack(">II", width, width) + bytes(size)
        assert cost("image/png", base64.b64encode(data).decode()) == worth


def test_what_is_said_is_readable_and_can_be_written():
    assert readable("a\x1b[31mb\x1b]0;title\x07\x9b1m\ud800\x7f\tc\n\u202ed\u2069") == "ab]0;title1m\tc\nd"
    result = {"output_type": "execute_result", "data": {"text/plain": "\ud800x"}}
    outputs = cleaned([result | {"execution_count": count} for count in (-1, 3)], room(100))
    counts = [(each["data"]["text/plain"], each["execution_count"]) for each in outputs]
    assert counts == [("x", None), ("x", 3)]


SAID = [
    "operands could not be broadcast together with shapes (3,4) (5,)",
    "unsupported operand type(s) for +: 'int' and 'NoneType'",
    "index 10 is out of bounds for axis 0 with size 10",
    "cannot reshape array of size 12 into shape (3,5)",
    "'NoneType' object is not subscriptable",
    "too many values to unpack (expected 3)",
    "division by zero",
    "underflow encountered in exp",
]


@pytest.mark.parametrize("text", SAID)
def test_what_python_and_numpy_say_is_shown(text):
    assert masked(text) == text


@pytest.mark.parametrize("text", [
    "CANARY_word_7f3a9", "9a3f7_drow_YRANAC", "C A N A R Y", "0.730815924", "1234", "Q0FOQVJZ", "43414e415259", "𝟕𝟑𝟎",
])  # fmt: skip
def test_what_was_given_is_not_quoted(text):
    assert set(masked(text)) <= {"…", " ", "A"}
    assert len(re.findall("[0-9]", masked(" ".join(map(str, b"CANARY" * 9))))) <= 8 * 3
