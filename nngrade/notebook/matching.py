"""Finds the cell that stands for each cell of the release, whatever became of labels and places."""

import re
from functools import cache, lru_cache

DEFINED = re.compile(r"(?m)^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)[ \t]*=(?!=)")
MOST_SOURCES, MOST_COMPARED = 2500, 20_000  # sources that are kept, characters of one: no cell of a release has more


def match(cells, release):
    """{id of a cell of the release: index of the cell that stands for it}."""
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
    _find_solutions(matched, cells, release, defined)
    _find_written(matched, cells, release)
    return matched


def _find_solutions(matched, cells, release, defined):
    """What a solution cell asks for may stand in another cell: their own, one that was merged, that of the test.

    A cell that stands for a later one of the release, or for one that nobody is to change, moves here. What it stood
    for it defines still, or the release's own is put back.
    """
    place = {step.id: number for number, step in enumerate(release)}
    for step in release:
        if step.role == "solution" and not _answered(step, matched, cells, defined):
            index = _where_defined(step, cells, release, defined)
            holder = next((name for name in matched if matched[name] == index), step.id)
            if index is not None:
                matched.pop(step.id, None)
                if place[holder] >= place[step.id] or release[place[holder]].role in ("read-only", "test"):
                    matched.pop(holder, None)
                    matched[step.id] = index


def _where_defined(step, cells, release, defined):
    """Index of the first cell of code that defines a name of this step's, and is not as it was released."""
    names = _names(step, defined)
    found = (i for i, cell in enumerate(cells) if cell["cell_type"] == "code" and names & defined(cell["source"]))
    return next((i for i in found if not any(same(cells[i]["source"], each.source) for each in release)), None)


def _find_written(matched, cells, release):
    """A written answer may stand in a cell of their own, between the same neighbours as the one meant for it."""
    for number, step in enumerate(release):
        if step.role == "written" and not _answered(step, matched, cells):
            start = next((matched[each.id] for each in reversed(release[:number]) if each.id in matched), -1)
            end = next((matched[each.id] for each in release[number + 1 :] if each.id in matched), len(cells))
            free = set(range(start + 1, end)) - set(matched.values())
            free = [index for index in sorted(free) if cells[index]["source"].strip()]
            free.sort(key=lambda index: (untouched(cells[index], step), cells[index]["cell_type"] == "code"))
            if free and (step.id not in matched or cells[free[0]]["cell_type"] != "code"):
                matched[step.id] = free[0]


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
    return {function or variable for function, variable in DEFINED.findall(source)}
