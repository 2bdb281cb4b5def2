"""Names in the TOML files that we write, or show as examples: an assignment may be called anything."""

import json
import re


def key(name):
    """A name as a key: in quotes, unless it is of plain letters."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
