"""Compares what a class handed in, pair by pair, by fingerprints of tokens. What many have counts for little."""

import heapq
import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from nngrade.alike.tokens import prints

COMMON = 0.25  # of a class: what more have is no sign of anything
GROUP = 4  # so many may be alike in a class of any size
LEAST = 3  # of a pair's rare fingerprints, to be named at all
MOST = 30  # pairs that are named: who looks at more?


@dataclass(frozen=True)
class Pair:
    """Two students, how much of the rarer things they share, and where."""

    one: str
    other: str
    share: float  # of the rare fingerprints of whoever has fewer of them
    weight: float  # rarer fingerprints count for more
    cells: tuple  # of each shared question: (question, lines of the one, lines of the other)


def compare(answers, given=()):
    """The most suspicious Pairs of {student: {question: code}}, those first. `given` is code that all have got."""
    known = {each.hash for source in given for each in prints(source)}
    found = {student: {question: prints(source) for question, source in cells.items()}
             for student, cells in answers.items()}  # fmt: skip
    having = Counter(key for cells in found.values() for key in {(q, p.hash) for q, ps in cells.items() for p in ps})
    most = max(GROUP, COMMON * len(answers))
    rare = {student: {(question, each.hash) for question, found_here in cells.items() for each in found_here
                      if each.hash not in known and having[question, each.hash] <= most}
            for student, cells in found.items()}  # fmt: skip
    weights = {key: math.log2(1 + len(answers) / count) for key, count in having.items()}
    best = heapq.nsmallest(MOST, _suspicious(rare, weights))
    return [_pair(one, other, found, rare[one] & rare[other], share, weight) for _, one, other, share, weight in best]


def _suspicious(rare, weights):
    """(-suspicion, one, other, share, weight) of the pairs that share enough: for each student, all others at once."""
    students, owners = sorted(rare), defaultdict(list)
    for number, student in enumerate(students):
        for key in rare[student]:
            owners[key].append(number)
    for number, one in enumerate(students):
        keys = sorted(rare[one])
        others = np.concatenate([owners[key] for key in keys] or [[]]).astype(int)
        weight = np.repeat([weights[key] for key in keys], [len(owners[key]) for key in keys])
        shared, weight = np.bincount(others), np.bincount(others, weight)
        for at in np.flatnonzero(shared >= LEAST):
            if at > number:
                share = shared[at] / min(len(keys), len(rare[students[at]]))
                yield -weight[at] * share, one, students[at], share, weight[at]


def _pair(one, other, found, shared, share, weight):
    questions = sorted({question for question, _ in shared})
    cells = tuple((question, _lines(found[one][question], question, shared),
                   _lines(found[other][question], question, shared)) for question in questions)  # fmt: skip
    return Pair(one, other, share, weight, cells)


def _lines(found, question, shared):
    """The lines that shared fingerprints cover."""
    return frozenset(line for each in found if (question, each.hash) in shared
                     for line in range(each.first, each.last + 1))  # fmt: skip
