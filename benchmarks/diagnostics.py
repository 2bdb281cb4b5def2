"""How often `nn.diagnostics.examine` names a network rightly, wrongly, or not at all (`make bench-diagnostics`).

Every case of `sick_nets.py` and `healthy_nets.py`, SEEDS times. Rightly: the kind that the case is made to show was
found, and nothing that isn't true of it; of a healthy net, nothing was said. Wrongly: something untrue was said.
Limits were set by the cases that `held_aside` leaves, with seeds below 10; RESULTS.md says when the others were seen.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # at this size more threads only wait for each other

import zlib
from collections import Counter, defaultdict

import numpy as np
from healthy_nets import healthy
from sick_nets import sick

import nnlib as nn

CASES, HEALTHY = [*sick(), *healthy()], "healthy"
SEEDS = 20
VERDICTS = ("rightly", "wrongly", "not at all")


def verdict(case, kinds):
    """One of VERDICTS, for the kinds of what was found."""
    if set(kinds) - {case.kind, *case.also}:
        return "wrongly"
    return "rightly" if case.kind == HEALTHY or case.kind in kinds else "not at all"


def held_aside(case, seed):
    """A third of all cases, as a checksum of their names has it, and half of the seeds of the others."""
    return zlib.crc32(f"{case.kind}: {case.name}".encode()) % 3 == 0 or seed >= 10


def examined(case, seed):
    """The kinds that examine finds."""
    return [finding.kind for finding in nn.diagnostics.examine(**case.make(np.random.default_rng(seed)))]


def table(counts):
    """Lines with the percentages of each verdict; counts are {name: Counter of verdicts}."""
    yield f"{'':<24}{'nets':>6}" + "".join(f"{verdict:>12}" for verdict in VERDICTS)
    for name, count in counts.items():
        n = count.total()
        yield f"{name:<24}{n:>6}" + "".join(f"{count[verdict] / n:>12.1%}" for verdict in VERDICTS)


def main():
    parts = {False: defaultdict(Counter), True: defaultdict(Counter)}
    for case in CASES:
        missed = Counter()
        for seed in range(SEEDS):
            kinds = examined(case, seed)
            word, part = verdict(case, kinds), parts[held_aside(case, seed)]
            part[case.kind][word] += 1
            part["all sick" if case.kind != HEALTHY else "all healthy"][word] += 1
            if word != "rightly":
                missed[f"{word}: {', '.join(dict.fromkeys(kinds)) or 'nothing'}"] += 1
        for what, n in missed.items():
            print(f"{case.kind} ({case.name}): {n} of {SEEDS} {what}", flush=True)
    for title, part in (("Seen while limits were set", parts[False]), ("Held aside", parts[True])):
        totals = {name: part.pop(name) for name in ("all sick", "all healthy")}
        print(f"\n{title}", *table({**part, **totals}), sep="\n")


if __name__ == "__main__":
    main()
