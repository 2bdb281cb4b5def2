"""Training steps and whole trainings by nnlib, PyTorch, JAX, scikit-learn, and the matrix products alone: `make bench`.

Steps: one process, the contenders take turns, every figure is a median over the rounds. A step gathers its batch from
60,000 rows in memory. With one thread (the default) ratios are those of CPU time, which other programs at work
disturb less; with more threads they are those of wall time. Whole trainings: a process each, from its start
to the lab net after some epochs, so that importing and compiling count. What is not installed is named and left out.
Results go into benchmarks/results/speed.json; `make bench-tables` makes the tables of RESULTS.md from it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path

import contenders
import numpy as np
from machine import RESULTS, machine
from threadpoolctl import threadpool_limits

SETTINGS = [
    ((2, 4, 2), 4),
    *(((784, *hidden, 10), m) for hidden in ((64,), (128, 64), (800,)) for m in (64, 128)),
    ((784, 1024, 1024, 10), 128),
]
OPTIMIZERS = ("SGD", "momentum", "Adam")
ROWS = 60_000  # as many as MNIST has
LEAST = 100  # steps per turn: what scikit-learn does once per call is then spread over enough of them
LAB = Path(__file__).with_name("lab_process.py")


def installed():
    """The rivals that are here."""
    here = [name for name in contenders.RIVALS if find_spec(contenders.module(name))]
    if missing := contenders.RIVALS.keys() - here:
        print(f"not installed, and left out: {', '.join(sorted(missing))}. All: pip install -e '.[dev,bench]'")
    return here


def seconds(take, batches):
    """(wall, CPU) seconds per step."""
    start = time.perf_counter(), time.process_time()
    take(batches)
    return tuple((now - then) / len(batches) for now, then in zip((time.perf_counter(), time.process_time()), start))


def measure(names, sizes, m, optimizer, rounds, share):
    """{name: (median wall, median CPU) per step}, the contenders taking turns of about `share` seconds."""
    rng = np.random.default_rng(1)
    x, y = rng.random((ROWS, sizes[0]), np.float32), rng.integers(0, sizes[-1], ROWS)
    order = rng.permutation(ROWS)
    batches = [order[i : i + m] for i in range(0, ROWS - m + 1, m)]
    takers, counts = {}, {}
    for name, make in {**{name: contenders.RIVALS[name] for name in names}, **contenders.FLOORS}.items():
        takers[name] = take = make(sizes, optimizer, 0.001, x, y)[0]
        take(batches[:LEAST])  # compiles
        steps = max(LEAST, int(share / seconds(take, batches[:LEAST])[0]))
        counts[name] = list(islice(cycle(batches), steps))
    samples = {name: [] for name in takers}
    for _ in range(rounds):
        for name, take in takers.items():
            samples[name].append(seconds(take, counts[name]))
    return {name: tuple(map(statistics.median, zip(*values))) for name, values in samples.items()}


def whole(names, epochs, runs):
    """{name: {wall, cpu, error}} of processes that train the lab net on MNIST; medians over the runs, in turns."""
    import nnlib as nn

    samples = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        train, test = nn.data.mnist()
        path = Path(folder) / "mnist.npz"
        np.savez(path, x=train.x, y=train.y, x_test=test.x, y_test=test.y)
        for _ in range(runs):
            for name in names:
                empty = {"TORCHINDUCTOR_CACHE_DIR": tempfile.mkdtemp(dir=folder)}  # nothing compiled before
                samples[name].append(process([name, path, epochs], os.environ | empty))
    return {name: dict(zip(("wall", "cpu", "error"), map(statistics.median, zip(*s)))) for name, s in samples.items()}


def process(arguments, environment):
    """(wall seconds, CPU seconds, test error) of one process, and of what it started."""
    start, before = time.perf_counter(), os.times()
    command = [sys.executable, LAB, *arguments]
    run = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, float(run.stdout)


def chosen(options):
    """(sizes, m, optimizer) of every row of the table; `--only` says which."""
    rows = [(sizes, m, optimizer) for optimizer in OPTIMIZERS for sizes, m in SETTINGS]
    return [row for row in rows if options.only in f"{'-'.join(map(str, row[0]))} {row[1]} {row[2]}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1, help="threads for every contender (default 1)")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each contender (default 7)")
    parser.add_argument("--share", type=float, default=0.15, help="seconds per turn (default 0.15)")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of the whole trainings; 0: none (default 5)")
    parser.add_argument("--runs", type=int, default=3, help="processes for each whole training (default 3)")
    parser.add_argument("--only", default="", help='only settings that contain this, such as "784-64-10 64 SGD"')
    parser.add_argument("--without", default="nothing", help="leave this contender out, such as torch.compile")
    parser.add_argument("--out", type=Path, default=RESULTS / "speed.json", help="where the results are kept")
    options = parser.parse_args()
    contenders.threads(options.threads)
    warnings.simplefilter("ignore")  # scikit-learn warns that one pass is not convergence
    names = [name for name in installed() if name != options.without]
    kept = vars(options) | {"out": None}
    result = {"machine": machine(names), "options": kept, "steps": [], "whole": {}}
    for sizes, m, optimizer in chosen(options):
        with threadpool_limits(options.threads, "blas"):  # NumPy is here already
            times = measure(names, sizes, m, optimizer, options.rounds, options.share)
        result["steps"].append({"sizes": sizes, "batch": m, "optimizer": optimizer, "seconds": times})
        shown = ", ".join(f"{name} {1e6 * cpu:.0f}" for name, (_wall, cpu) in times.items())
        print(f"{'-'.join(map(str, sizes))}, batch {m}, {optimizer}, CPU µs per step: {shown}", flush=True)
        save(options.out, result)
    if options.epochs:
        result["whole"] = whole(names, options.epochs, options.runs)
        for name, found in result["whole"].items():
            print(f"{name}: {found['wall']:.2f} s, {found['cpu']:.2f} s of CPU, test error {found['error']:.2f} %")
        save(options.out, result)


def save(path, result):
    """Keep what is done after every row: a long run that is stopped has not been for nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
