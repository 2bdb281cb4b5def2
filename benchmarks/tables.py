"""The tables of RESULTS.md from the files in benchmarks/results: `make bench-tables`.

A table stands between two comments, `<!-- table NAME -->` and `<!-- end -->`; what is between them is written anew.
A file that is not there leaves its table as it is.
"""

import json
import re
import statistics
from pathlib import Path

from machine import RESULTS

PAGE = Path(__file__).with_name("RESULTS.md")
RIVALS = ("PyTorch", "PyTorch, fused", "torch.compile", "JAX", "scikit-learn")


def steps_table(path):
    """CPU time per step (with more threads wall time): each rival's over nnlib's, and nnlib's over the floor's."""
    result = json.loads(path.read_text())
    clock = 0 if result["options"]["threads"] > 1 else 1
    yield from (result["machine"] + f"; {result['options']['threads']} thread(s).", "")
    yield f"| network | batch | optimizer | nnlib, µs | {' | '.join(RIVALS)} | nnlib / products | without gathering |"
    yield "|---" * (len(RIVALS) + 6) + "|"
    for row in result["steps"]:
        times = {name: pair[clock] for name, pair in row["seconds"].items()}
        own, floor, gather = (times[name] for name in ("nnlib", "products alone", "gathering alone"))
        rivals = [f"{times[name] / own:.2f}" if name in times else "" for name in RIVALS]
        bare = f"{(own - gather) / (floor - gather):.2f}" if floor > gather else ""
        cells = ["-".join(map(str, row["sizes"])), row["batch"], row["optimizer"], f"{1e6 * own:,.0f}", *rivals]
        yield "| " + " | ".join(map(str, [*cells, f"{own / floor:.2f}", bare])) + " |"


def whole_table(path):
    """Seconds from the start of a process to the trained lab net."""
    yield from ("| | seconds | CPU seconds | test error, % |", "|---|---|---|---|")
    for name, found in json.loads(path.read_text())["whole"].items():
        yield f"| {name} | {found['wall']:.2f} | {found['cpu']:.2f} | {found['error']:.2f} |"


def mnist_table(path):
    """Mean and standard deviation of the errors of each experiment."""
    yield from ("| network | epochs | seeds | error, % | CPU s/run | published |", "|---|---|---|---|---|---|")
    for row in json.loads(path.read_text()):
        errors = row["errors"]
        spread = f" ± {statistics.stdev(errors):.2f}" if len(errors) > 1 else ""
        mean, seconds = f"{statistics.mean(errors):.2f}{spread}", f"{statistics.median(row['seconds']):,.0f}"
        yield f"| {row['name']} | {row['epochs']} | {len(errors)} | {mean} | {seconds} | {row['published']} |"


def grid_table(path):
    """For each width and batch size the best learning rate; the chosen setting on the test set."""
    result = json.loads(path.read_text())
    yield from (result["machine"] + ".", "")
    yield from ("| width | batch | best η | validation error, % | CPU s/run |", "|---|---|---|---|---|")
    best = {}
    for row in sorted(result["rows"], key=lambda row: statistics.mean(row["errors"]), reverse=True):
        best[row["width"], row["batch"]] = row  # the last one to come is the best
    for (width, batch), row in sorted(best.items()):
        mean, spread = statistics.mean(row["errors"]), statistics.stdev(row["errors"])
        seconds = statistics.median(row["seconds"])
        yield f"| {width} | {batch} | {row['lr']} | {mean:.2f} ± {spread:.2f} | {seconds:.1f} |"
    errors, c = [len(net["wrong"]) / 100 for net in result["test"]], result["chosen"]
    spread = f"{statistics.mean(errors):.2f} ± {statistics.stdev(errors):.2f}"
    yield from ("", f"Chosen: width {c['width']}, batch {c['batch']}, η = {c['lr']}. Trained on all 60,000: test error "
                f"{spread} % ({len(errors)} seeds).")  # fmt: skip


TABLES = {
    "speed": ("speed.json", steps_table),
    "whole": ("speed.json", whole_table),
    "grid": ("mnist-grid.json", grid_table),
    **{f"mnist-{tier}": (f"mnist-{tier}.json", mnist_table) for tier in ("minute", "ten", "long", "tuning")},
}


def filled(page, folder=RESULTS):
    """The page with the tables whose files are there."""
    for name, (file, table) in TABLES.items():
        if (folder / file).exists():
            start, end = f"<!-- table {name} -->", "<!-- end -->"
            lines = "\n".join([start, *table(folder / file), end])
            page, found = re.subn(f"{start}.*?{end}", lambda _, lines=lines: lines, page, flags=re.DOTALL)
            if not found:
                raise ValueError(f"RESULTS.md: expected a line {start} for {file}")
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
