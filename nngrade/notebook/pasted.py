"""Pictures that were pasted into a text, as each program keeps them: here all are attached, and called by number.

JupyterLab attaches a picture to its cell. So does VS Code, with the blanks in its name, and Colab writes the picture
into the text itself (github.com/googlecolab/colabtools/issues/3836). Who wants it smaller makes it an <img>.
"""

import re
from itertools import islice
from urllib.parse import unquote

MOST = 200  # pictures of a text
WHERE = r"(?:attachment:(?P<name>[^()<>\"'\n]{1,300})|data:(?P<kind>image/(?:png|jpeg));base64,(?P<data>[\w+/=]+))"
LINK = re.compile(rf"\]\(<?{WHERE}>?\)")
IMAGE = re.compile(rf"<img\b[^<>]{{0,300}}?\bsrc=[\"']{WHERE}[\"'][^<>]{{0,300}}>", re.IGNORECASE)


def pictures(source, attachments):
    """(the text, in which a picture is ![...](attachment:name), and the pictures that are attached by name)."""
    kept, names = {}, {}
    for name, data in islice(attachments.items(), MOST):
        if isinstance(data, dict):
            names[name] = _new_name(kept)
            kept[names[name]] = {kind: _joined(text) for kind, text in data.items()}

    def link(found):
        name = names.get(found["name"]) or names.get(unquote(found["name"] or ""))
        if found["data"] and len(kept) < MOST:
            name = _new_name(kept)
            kept[name] = {found["kind"].lower(): found["data"]}
        return f"](attachment:{name})" if name else None

    source = LINK.sub(lambda found: link(found) or found[0], source)
    return IMAGE.sub(lambda found: f"![picture{new}" if (new := link(found)) else found[0], source), kept


def _new_name(kept):
    return f"picture-{len(kept) + 1}"


def _joined(text):
    """The format has a text whole or as a list of its lines."""
    return "".join(line for line in text if isinstance(line, str)) if isinstance(text, list) else text
