"""Which faults, planted one at a time in nnlib, no test notices: `make mutants`, with MODULES="losses layers" for some.

What survives the tests is shown as a difference, unless benchmarks/equivalent.toml says why no test could notice it.
library_mutants.py runs them, and grader_mutants.py those of rooms or files of the grader, MODULES="nngrade.boundary".
PART=9 tries every ninth, WORKERS=1 takes one processor instead of two.
"""

import argparse
import re
import tomllib
from collections import Counter

import grader_mutants
import library_mutants
from faults import FOUND, ROOT

EQUIVALENT = ROOT / "benchmarks" / "equivalent.toml"


def changed_lines(difference):
    """("- before", "+ after") of a unified difference, without blanks at the ends."""
    lines = [line for line in difference.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return tuple(f"{line[0]} {line[1:].strip()}" for line in lines)


def reasons(text):
    """[(a pattern of a module, one of its changed lines, why no test can notice it)] from equivalent.toml.

    A change in one module stands there as it is, a kind of change in any module as a pattern.
    """
    known = tomllib.loads(text)
    single = [(re.escape(entry["module"]), re.escape(entry["change"].strip()), entry["why"])
              for entry in known.get("equivalent", [])]  # fmt: skip
    return single + [(".*", entry["change"], entry["why"]) for entry in known.get("kind", [])]


def is_equivalent(module, change, known):
    """Whether a reason is `known` why no test can notice this change, a list of lines."""
    return any(re.fullmatch(where, module) and re.fullmatch(what, "\n".join(change)) for where, what, _ in known)


def table(counts):
    """The lines of the table, a module each, and all: mutants, found, equivalent, survived, and the share found."""
    yield f"{'module':34} {'mutants':>7} {'found':>6} {'equivalent':>10} {'survived':>8} {'of 100':>6}"
    rows = sorted({module for module, _ in counts})
    for module in [*rows, "all"]:
        found, equivalent, survived = (
            sum(n for (of, kind), n in counts.items() if kind == wanted and module in (of, "all"))
            for wanted in ("found", "equivalent", "survived")
        )
        tried = found + survived
        yield (f"{module:34} {tried + equivalent:7} {found:6} {equivalent:10} {survived:8} "
               f"{100 * found / tried if tried else 100:6.1f}")  # fmt: skip


def report(tried):
    """Show the faults that nobody noticed as they come, and a table at the end."""
    known, counts = reasons(EQUIVALENT.read_text(encoding="utf-8")), Counter()
    for module, status, difference in tried:
        change = changed_lines(difference)
        kind = status if status == FOUND else "equivalent" if is_equivalent(module, change, known) else "survived"
        if kind == "survived":
            print(f"\n{module}", *change, sep="\n  ", flush=True)
        counts[module, kind] += 1
    print("", *table(counts), sep="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    grader = [name for name in chosen.modules if name.startswith("nngrade")]
    library = [name for name in chosen.modules if name not in grader]
    if grader:
        report(grader_mutants.run(grader, chosen.part))
    if library or not grader:
        report(library_mutants.run(library, chosen.part, chosen.workers))


if __name__ == "__main__":
    main()
