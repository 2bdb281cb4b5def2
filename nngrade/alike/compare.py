"""Compares what a class handed in, pair by pair, by fingerprints of tokens. What many have counts for little."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

from nngrade.alike.tokens import prints

COMMON = 0.25  # of a class: what more have is no sign of anything
GROUP = 4  # so many may be alike in a class of any size
LEAST = 3  # of a pair's rare fingerprints, to be named at all


@dataclass(frozen=True)
class Pair:
    """Two students, how much of the rarer things they share, and where."""

    one: str
    other: str
    share: float  # of the rare fingerprints of whoever has fewer of them
    weight: float  # rarer fingerprints count for more
    cells: tuple  # of each shared question: (question, lines of the one, lines of the other)


def compare(answers, given=()):
    """The Pairs of {student: {question: code}}, the most suspicious first. `given` is code that all have got."""
    known = {each.hash for source in given for each in prints(source)}
    found = {student: {question: prints(source) for question, source in cells.items()}
             for student, cells in answers.items()}  # fmt: skip
    having = Counter(key for cells in found.values() for key in {(q, p.hash) for q, ps in cells.items() for p in ps})
    most = max(GROUP, COMMON * len(answers))
    rare = {student: {(question, each.hash) for question, found_here in cells.items() for each in found_here
                      if each.hash not in known and having[question, each.hash] <= most}
            for student, cells in found.items()}  # fmt: skip
    pairs = [_pair(one, other, found, rare, having) for one, other in _candidates(rare)]
    return sorted(filter(None, pairs), key=lambda pair: (-pair.weight * pair.share, pair.one, pair.other))


def _candidates(rare):
    """The pairs that share anything."""
    owners = defaultdict(list)
    for student in sorted(rare):
        for key in rare[student]:
            owners[key].append(student)
    return sorted({pair for students in owners.values() for pair in combinations(students, 2)})


def _pair(one, other, found, rare, having):
    shared = rare[one] & rare[other]
    if len(shared) < LEAST:
        return None
    share = len(shared) / min(len(rare[one]), len(rare[other]))
    weight = sum(math.log2(1 + len(rare) / having[key]) for key in shared)
    questions = sorted({question for question, _ in shared})
    cells = tuple((question, _lines(found[one][question], question, shared),
                   _lines(found[other][question], question, shared)) for question in questions)  # fmt: skip
    return Pair(one, other, share, weight, cells)


def _lines(found, question, shared):
    """The lines that shared fingerprints cover."""
    return frozenset(line for each in found if (question, each.hash) in shared
                     for line in range(each.first, each.last + 1))  # fmt: skip
