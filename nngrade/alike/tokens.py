"""Python code as tokens without what is easily changed: names, comments, blanks, the words of texts."""

import hashlib
import io
import keyword
import tokenize
from dataclasses import dataclass

SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
           tokenize.ENDMARKER}  # fmt: skip
BEGINS, ENDS = ({getattr(tokenize, f"{kind}STRING_{place}", "") for kind in "FT"} for place in ("START", "END"))
GRAM = 9  # tokens of a fingerprint: shorter stretches are alike everywhere
WINDOW = 6  # of so many fingerprints in a row one is kept, as in winnowing (Schleimer, Wilkerson, Aiken, 2003)


@dataclass(frozen=True)
class Print:
    """A fingerprint, and the lines that it is of."""

    hash: int
    first: int
    last: int


def tokens(source):
    """[(token, line)] of some code; a name is NAME unless it is the language's, or follows a dot, as in np.exp."""
    found, before, inside = [], "", 0  # inside: from Python 3.12 on, the parts of an f-string are tokens, too
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if not inside and token.type not in SKIPPED:
                found.append((_plain(token, before), token.start[0]))
                before = token.string
            inside += (token.type in BEGINS) - (token.type in ENDS)
    except (tokenize.TokenError, SyntaxError):
        pass  # what could be read before the place that is no Python
    return found


def _plain(token, before):
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) or before == "." else "NAME"
    if token.type in (tokenize.STRING, *BEGINS):
        return "TEXT"
    return token.string


def prints(source):
    """The fingerprints of some code."""
    found = tokens(source)
    grams = [Print(_hash(" ".join(word for word, _ in found[at : at + GRAM])), found[at][1], found[at + GRAM - 1][1])
             for at in range(len(found) - GRAM + 1)]  # fmt: skip
    windows = (grams[at : at + WINDOW] for at in range(max(1, len(grams) - WINDOW + 1)))
    return sorted({min(each, key=lambda one: one.hash) for each in windows if each}, key=lambda one: one.first)


def _hash(text):
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
