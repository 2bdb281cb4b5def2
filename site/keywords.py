"""What of a lecture's text stands on a slide; the whole text goes into the speaker's notes.

Headings become titles. Of the paragraphs there are the sentences with a word in **bold**, which lectures keep for what
is new, and what leads to an equation. Equations, lists and tables stay, and so do questions and pitfalls.
"""

import re

SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?]\*\*)|(?<=[.!?]\)))\s+(?=[\"“*$(`]*[A-ZΔ$`\d])")
KEPT_TOGETHER = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`|\([^()\n]*\)", re.DOTALL)  # no sentence ends in these
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\\\[|\\\])*)\]\([^)\s]+\)")
HEADING = re.compile(r"(#+) (.*)")
PITFALL = re.compile(r"\*\*Pitfall: (.*?)[.?!]?\*\*\s*", re.DOTALL)
SHORT = 10  # words: "Add over them:" needs the sentence before it
STEPS = re.compile(r"\s+(?=What happens|What is right)")  # of a pitfall: shown one after the other


def sentences(paragraph):
    """The sentences of a paragraph; formulas, code and brackets are not looked into."""
    kept = []

    def keep(match):
        kept.append(match[0])
        return f"$\ue000{len(kept) - 1}\ue001"

    parts = SENTENCE.split(KEPT_TOGETHER.sub(keep, " ".join(paragraph.split())))
    for _ in range(2):  # brackets hold formulas
        parts = [re.sub("\\$\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], part) for part in parts]
    return parts


def blocks(source):
    """The blocks of a text cell without links, anchors and quotation marks: paragraphs, equations, lists, tables."""
    text = re.sub(r'<a id="[^"]*"></a>', "", LINK.sub(r"\1", re.sub(r"\s*\(\[E\d\d\]\([^)]*\)\)", "", source)))
    found = []
    for block in re.split(r"\n\s*\n", text):
        heading, _, rest = block.partition("\n") if HEADING.match(block) else ("", "", block)
        found += [part.strip() for part in (heading, rest) if part.strip()]
    return found


def is_whole(block):
    """Does it stay as it is? Equations, lists, tables, blocks of code."""
    return bool(re.match(r"\$\$|[-*] |\d+\. |\||```", block))


def key_points(source):
    """What of a text cell stands on a slide, as blocks; headings are not among them."""
    found, all_blocks = [], [block for block in blocks(source) if not HEADING.match(block)]
    for block, after in zip(all_blocks, [*all_blocks[1:], ""]):
        if block.startswith("> **Pitfall"):
            continue  # a slide of its own
        if is_whole(block):
            found.append(block)
            continue
        said = sentences(block)
        lead = len(said) - (1 if len(said[-1].split()) >= SHORT else 2) if after.startswith("$$") else len(said)
        chosen = [line for i, line in enumerate(said) if "**" in line or i >= lead]
        if chosen:
            found.append(" ".join(chosen))
    return found


def pitfall(block):
    """(title, steps) of a pitfall: what one is tempted to write, what happens, what is right."""
    text = re.sub(r"^> ?", "", block, flags=re.MULTILINE)
    name = PITFALL.match(text)
    return f"Pitfall: {name[1]}", STEPS.split(" ".join(text[name.end() :].split()))
