"""What a submission shows, made safe to look at: text and pictures, never scripts, never more than a limit."""

import re

from nngrade.notebook import pictures

# What acts on a terminal, turns the order of letters around, and halves of characters, which no file in UTF-8 can hold.
ACTING = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
UNREADABLE = re.compile(rf"\x1b\[[0-?]*[ -/]*[@-~]|{ACTING}")
TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#|\w+;)")  # would be decoded after we have looked
LINK = re.compile(r"\](?:\(attachment:([\w.-]+)\)|(?=[(:]))")
FENCE = re.compile(r"(?m)^([ \t>*+\d.)-]*(?:`{3,}+(?!.*`)|~{3,}))[^\w\n]*(\w*).*$")  # its label ends up in a tag
ACTIVE_MATH = re.compile(r"\\(?=(?:href|url|require|style|class|cssId|unicode|data|mmlToken)(?![A-Za-z]))")
MOST_PICTURES, MOST_OUTPUTS = 8 * 2**20, 200  # bytes of a cell's pictures; number of outputs
CELLS, WEIGHT = 4, 100  # a submission may show as much as this many cells; characters that any output counts for
MOST_CELL, MOST_SOURCES = 20_000, 200_000  # characters of a cell, and of all cells, in the page that goes back
GAP = re.compile(r"\s{200,}")
CUT = "\n… the rest is cut."


def room(most):
    """How much a submission may show, where a cell shows `most` characters: [characters, bytes of pictures]."""
    return [CELLS * most, CELLS * MOST_PICTURES]


def cleaned(outputs, left):
    """The outputs of a cell that are well-formed: text and pictures, as far as there is room for them."""
    kept = []
    for output in outputs[:MOST_OUTPUTS] if type(outputs) is list else []:
        if left[0] > 0 and type(output) is dict and (clean := _clean(output, left)):
            left[0] -= WEIGHT
            kept.append(clean)
    if outputs and left[0] <= 0:
        kept.append({"output_type": "stream", "name": "stderr", "text": CUT})
    return kept


def room_for_sources():
    """How much a submission may have written: [characters, bytes of pasted pictures]."""
    return [MOST_SOURCES, CELLS * MOST_PICTURES]


def bearable(source, left):
    """What a student wrote, so that it is made into a page in seconds. `left`: the room for all that follows.

    Programs that read Markdown and code take a time that grows with the square of some texts: of long gaps, say.
    """
    source = GAP.sub(lambda gap: gap[0][:200], source)
    most = min(MOST_CELL, max(left[0], 0))
    left[0] -= len(source)
    return source if len(source) <= most else source[:most] + CUT


def _clean(output, left):
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text"), left)}
    if kind == "error":
        lines = output.get("traceback")
        lines = [_text(line, left) for line in lines[:100]] if type(lines) is list else []
        return {
            "output_type": "error",
            "ename": _text(output.get("ename"), left)[:100],
            "evalue": _text(output.get("evalue"), left),
            "traceback": lines,
        }
    if kind not in ("display_data", "execute_result") or type(output.get("data")) is not dict:
        return None
    data = _data(output["data"], left)
    count = (
        {"execution_count": output["execution_count"]}
        if type(output.get("execution_count")) is int and 0 <= output["execution_count"] < 10**6
        else {"execution_count": None}
    )
    return (
        {"output_type": kind, "data": data, "metadata": {}} | (count if kind == "execute_result" else {})
        if data
        else None
    )


def _data(data, left):
    """Text and pictures only: HTML, SVG, LaTeX and scripts could act in the browser of whoever reads."""
    kept = _pictures(data, left)
    if type(data.get("text/plain")) is str:
        kept["text/plain"] = _text(data["text/plain"], left)
    return kept


def _pictures(data, left):
    kept = {}
    for kind in pictures.STARTS:
        picture = data.get(kind)
        if type(picture) is str and len(picture) <= left[1] and (cost := pictures.cost(kind, picture)) <= left[1]:
            left[1] -= cost
            kept[kind] = picture
    return kept


def _text(text, left):
    text = readable(text)[: max(left[0], 0)] if type(text) is str else ""
    left[0] -= len(text)
    return text


def readable(text):
    """Text of a student's that may stand in a file and on a terminal."""
    return UNREADABLE.sub("", text)


def safe_text(markdown, attached=()):
    """A student's Markdown, in which HTML is shown and not obeyed, and neither text nor formulas hold links.

    What would begin a tag gets a space: in code and in formulas, as $a<b$, any other stand-in is shown as it is.
    A link can be a script, and a picture from elsewhere tells who looks at it; what is `attached` may be shown.
    """
    markdown = TAG.sub("< ", ENTITY.sub("& ", readable(markdown)))
    markdown = LINK.sub(lambda link: link[0] if link[1] in attached else "] " + link[0][1:], markdown)
    return ACTIVE_MATH.sub(r"\\backslash ", FENCE.sub(r"\1\2", markdown))


def safe_attachments(attachments, left):
    """The pictures that were pasted into a cell, as far as there is room for them."""
    kept = {name: _pictures(data, left) for name, data in attachments.items()}
    return {name: shown for name, shown in kept.items() if shown}


def error_output(found):
    """What a test that was not passed shows in its cell."""
    name = "NotGraded" if found["points"] is None else "NotPassed"
    return {
        "output_type": "error",
        "ename": name,
        "evalue": found["message"],
        "traceback": [found["message"], *found["lines"]],
    }
