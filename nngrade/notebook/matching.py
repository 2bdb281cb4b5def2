"""Finds the cell that stands for each cell of the release, whatever became of labels and places."""

import re
from functools import cache, lru_cache

DEFINED = re.compile(  # def f, class C; a = 1, a: int = 1; a, b = 1, 2
    r"(?m)^(?:(?:async\s+)?def|class)\s+(\w+)"
    r"|^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)"
    r"|^(\w+(?:[ \t]*,[ \t]*\w+)+)[ \t]*=(?!=)"
)
FENCED = re.compile(r"(?ms)^```[^\n`]*\n(.*?)^```")
BEGIN = re.compile(r"(?m)^(?:@\w|import \w|from [\w.]+ import|(?:async )?def \w|class \w|\w+[ \t]*=(?!=))")
IMPORT = re.compile(r"import \w|from [\w.]+ import ")
MOST_SOURCES, MOST_COMPARED = 2500, 20_000  # sources that are kept, characters of one: no cell of a release has more


def match(cells, release):
    """({id of a cell of the release: index of the cell that stands for it}, {id: code for it from another cell})."""
    matched, taken, defined = {}, set(), cache(names_defined)
    rules = [
        lambda cell, step: cell["id"] == step.id and cell["grade_id"] in (None, step.id) and not untouched(cell, step),
        lambda cell, step: cell["grade_id"] == step.id and not untouched(cell, step),
        lambda cell, step: step.id in (cell["grade_id"], cell["id"]),
        lambda cell, step: step.role in ("test", "read-only", "other") and same(cell["source"], step.source),
        lambda cell, step: step.role == "solution" and bool(defined(cell["source"]) & _names(step, defined)),
    ]
    for rule in rules:
        for step in release:
            fitting = (i for i, cell in enumerate(cells) if i not in taken and rule(cell, step))
            if step.id not in matched and (index := next(fitting, None)) is not None:
                matched[step.id] = index
                taken.add(index)
    elsewhere = _find_solutions(matched, cells, release, defined)
    _find_written(matched, cells, release)
    return matched, elsewhere


def _find_solutions(matched, cells, release, defined):
    """What a solution cell asks for may stand in another cell: their own, one that was merged, that of the test.

    A cell of their own, or one that stands for a later solution, moves here: what it stood for it defines still.
    Returns what was added to any other, {id of the solution cell: code}: there the lines of the release come first, and
    a test would stop them.
    """
    elsewhere, typed = {}, cache(lambda text: code_in(text, release))
    for step in release:
        if step.role == "solution" and not _answered(step, matched, cells, defined):
            solved = {matched[each.id] for each in release if each.role == "solution" and each.id in matched}
            is_code = [cell["cell_type"] == "code" or index in solved for index, cell in enumerate(cells)]
            codes = [cell["source"] if known else "" for cell, known in zip(cells, is_code)]
            index = _where_defined(_names(step, defined), cells, codes, release, defined)
            if index is None:
                texts = ["" if known else typed(cell["source"]) for cell, known in zip(cells, is_code)]
                index = _where_defined(_names(step, defined), cells, texts, release, defined)
                elsewhere |= {} if index is None else {step.id: texts[index]}
            elif index in matched.values() and index not in solved:
                elsewhere[step.id] = added(codes[index], release)
            else:
                _move(index, step, matched, cells, release)
    return elsewhere


def _move(index, step, matched, cells, release):
    """Let this cell stand for a step, unless it stands for an earlier one; then the step has no cell of its own."""
    place = [each.id for each in release].index
    holder = next((name for name in matched if matched[name] == index), step.id)
    matched.pop(step.id, None)
    if place(holder) >= place(step.id):
        matched.pop(holder, None)
        matched[step.id] = index
        cells[index] = cells[index] | {"source": added(cells[index]["source"], release)}


def _where_defined(names, cells, codes, release, defined):
    """Index of the first cell whose code defines one of these names, and that is not as it was released."""
    found = (i for i, code in enumerate(codes) if names & defined(code))
    return next((i for i in found if not any(same(cells[i]["source"], step.source) for step in release)), None)


def added(source, release):
    """What a student's cell of code holds besides the cells of the release that it was typed into, or merged with."""
    lines = _plain(source).split("\n")
    for step in release if len(source) <= MOST_COMPARED else ():
        if step.cell_type == "code" and step.role in ("test", "read-only", "other"):
            lines = _without(_plain(step.source).split("\n"), lines)
    return "\n".join(lines).strip("\n")


def _without(known, lines):
    """The lines without those that are known, if all of these are there, in their order; otherwise all lines."""
    rest, known = [], [line for line in known if line]
    for line in lines:
        if known and line == known[0]:
            known.pop(0)
        else:
            rest.append(line)
    return lines if known else rest


def added_to(step, source, release):
    """What a student has added to a cell that runs as it was released: other lines, or at least other imports."""
    if step.cell_type != "code" or len(source) > MOST_COMPARED or same(source, step.source):
        return ""
    found = added(source, release)
    if found == _plain(source):  # lines of the release have been changed, too
        found = "\n".join(line for line in found.split("\n") if IMPORT.match(line) and line not in step.source)
    return found


def code_in(text, release):
    """The code that a student has typed into a text: what stands between fences, or else from its first line on."""
    if len(text) > MOST_COMPARED:
        return ""
    for step in release:
        if step.cell_type != "code" and step.source.strip():
            text = text.replace(step.source, "")
    if fenced := FENCED.findall(text):
        return "\n".join(fenced)
    begin = BEGIN.search(text)
    return text[begin.start() :] if begin else ""


def _find_written(matched, cells, release):
    """A written answer may stand in a cell of their own, between the same neighbours as the one meant for it."""
    for number, step in enumerate(release):
        if step.role == "written" and not _answered(step, matched, cells):
            start = next((matched[each.id] for each in reversed(release[:number]) if each.id in matched), -1)
            end = next((matched[each.id] for each in release[number + 1 :] if each.id in matched), len(cells))
            free = set(range(start + 1, end)) - set(matched.values())
            free = [index for index in sorted(free) if _is_text(cells[index])]
            free.sort(key=lambda index: (untouched(cells[index], step), cells[index]["cell_type"] == "code"))
            if free and (step.id not in matched or cells[free[0]]["cell_type"] != "code"):
                matched[step.id] = free[0]


def _is_text(cell):
    """Whether somebody wrote words here: it happens in cells of code, too."""
    return bool(cell["source"].strip()) and not (cell["cell_type"] == "code" and BEGIN.search(cell["source"]))


def _answered(step, matched, cells, defined=None):
    """Whether the cell that stands for this step holds an answer: if the stub defines names, one of these."""
    if step.id not in matched or untouched(cells[matched[step.id]], step):
        return False
    names = _names(step, defined) if defined else set()
    return not names or bool(names & defined(cells[matched[step.id]]["source"]))


def _names(step, defined):
    """The names that an answer defines: those of the stub, or else of the right answer."""
    return defined(step.source) or step.names


def untouched(cell, step):
    """Whether an answer is still as it was released."""
    return step.role in ("solution", "written") and same(cell["source"], step.source)


def same(a, b):
    """Whether two sources differ in nothing but white space at the ends of lines."""
    return a == b or (max(len(a), len(b)) <= MOST_COMPARED and _plain(a) == _plain(b))


@lru_cache(MOST_SOURCES)
def _plain(source):
    """A source without that white space, worked out once: thousands may be compared with each cell of the release."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def names_defined(source):
    """The names that a cell defines at its top level. Not by the parser, which a student could keep busy for long."""
    found = DEFINED.findall(source)
    return {name for groups in found for name in re.findall(r"\w+", "".join(groups))}
