"""Which faults, planted one at a time in nnlib, no test notices: `make mutants`, with MODULES="losses layers" for some.

mutmut plants them (an operator, a constant, a name, an argument at a time) and runs the tests that call the function.
What survives is shown as a difference, unless benchmarks/equivalent.toml says why no test could notice it.
MODULES="nngrade.boundary" are rooms or files of the grader, which grader_mutants.py runs; PART=9 tries every ninth.
"""

import argparse
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import grader_mutants

ROOT = grader_mutants.ROOT
MUTMUT = Path(sys.executable).with_name("mutmut")
FOUND = {"killed", "timeout", "suspicious", "segfault"}  # "timeout": an endless loop is noticed
EQUIVALENT = ROOT / "benchmarks" / "equivalent.toml"


def mutmut(*arguments):
    """What mutmut prints."""
    return subprocess.run([MUTMUT, *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def changed_lines(difference):
    """("- before", "+ after") of a unified difference, without blanks at the ends."""
    lines = [line for line in difference.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return tuple(f"{line[0]} {line[1:].strip()}" for line in lines)


def statuses(printed):
    """{name of a mutant: its status} from the lines of `mutmut results`."""
    return dict(line.strip().rsplit(": ", 1) for line in printed.splitlines() if ": " in line)


def reasons(text):
    """{(module, changed lines): why no test can notice it} from equivalent.toml."""
    entries = tomllib.loads(text).get("equivalent", [])
    return {(entry["module"], tuple(entry["change"].strip().splitlines())): entry["why"] for entry in entries}


def module_of(name):
    """nnlib.losses.x_softmax__mutmut_3: nnlib.losses"""
    return name.rpartition(".")[0]


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


def of_library(modules):
    """(module, status, the difference) of every fault in modules of nnlib; in all, if none is named."""
    subprocess.run([MUTMUT, "run", *(f"nnlib.{name}.*" for name in modules)], cwd=ROOT, check=True)
    for name, status in statuses(mutmut("results", "--all", "true")).items():
        if status != "not checked":
            yield module_of(name), status, "" if status in FOUND else mutmut("show", name)


def report(tried):
    """Show the faults that nobody noticed as they come, and a table at the end."""
    why, counts = reasons(EQUIVALENT.read_text(encoding="utf-8")), Counter()
    for module, status, difference in tried:
        change = changed_lines(difference)
        kind = "found" if status in FOUND else "equivalent" if (module, change) in why else "survived"
        if kind == "survived":
            print(f"\n{module}: {status}", *change, sep="\n  ", flush=True)
        counts[module, kind] += 1
    print("", *table(counts), sep="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--part", type=int, default=1)
    chosen = parser.parse_args()
    grader = [name for name in chosen.modules if name.startswith("nngrade")]
    library = [name for name in chosen.modules if name not in grader]
    if grader:
        report(grader_mutants.run(grader, chosen.part))
    if library or not grader:
        report(of_library(library))


if __name__ == "__main__":
    main()
