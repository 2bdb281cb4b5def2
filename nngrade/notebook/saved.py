"""A notebook as it was saved, without its outputs: grading makes its own, so these count for nothing."""

import re

from nngrade.notebook import submission

MOST_BYTES, MOST_TOKENS = 100 * 2**20, 1_000_000  # of a file with outputs; of its parts, when they are looked for
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
OUTPUTS, OPENS = b'"outputs"', re.compile(rb"\s*:\s*\[")


def without_outputs(data, most=submission.MOST_BYTES):
    """The bytes of a notebook; of one that is larger than `most`, without its outputs, as far as it is well-formed."""
    if len(data) <= most:
        return data
    kept, start, opens, depth = [], 0, -1, 0
    for count, token in enumerate(TOKEN.finditer(data)):
        if count > MOST_TOKENS:
            return data
        if depth:
            depth += (token[0] in b"[{") - (token[0] in b"]}")
            start = token.start() if not depth else start
        elif token.start() == opens:
            kept.append(data[start : token.end()])
            depth = 1
        elif token[0] == OUTPUTS and (found := OPENS.match(data, token.end())):
            opens = found.end() - 1
    return data if depth else b"".join([*kept, data[start:]])
