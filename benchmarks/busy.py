"""Training on a busy machine, with the threads that NumPy takes by itself and with those of nnlib: `make bench-busy`.

The lab net by `fit`, and assignment 4's own loop as its solution writes it: 784-64-10, batches of 64. Beside them
as many processes as there are cores do nothing but keep a core busy, as other users of a JupyterHub do.
"""

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import time

import numpy as np

import nnlib as nn
from nngrade.reference import reference_functions
from nnlib.threads import CHOSEN_BY

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
STEPS_OF_AN_EPOCH = 938  # 60,000 images in batches of 64
SECONDS = 10  # of every measurement, about
SLICE = 20  # steps between two looks at the clock


def by_fit(data, rng):
    """A function that trains the lab net on `data`."""
    net = nn.Sequential(nn.Linear(784, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
    opt, how = nn.SGD(net, lr=0.1), {"epochs": 1, "batch_size": 64, "rng": rng, "progress": False}
    return lambda: nn.fit(net, nn.softmax_cross_entropy, opt, data, **how)


def by_hand(data, rng):
    """A function that trains the network of assignment 4 on `data`."""
    a4 = reference_functions("a4_mnist")
    params = a4["init_params"](784, 64, 10, rng)
    return lambda: a4["train_network"](params, *data, 1, 64, 0.1, rng)


def measure():
    """{name: milliseconds a step} of both, in this process, with the threads that it has."""
    rng = np.random.default_rng(0)
    m = 64 * SLICE
    data = nn.data.Dataset(rng.random((m, 784), np.float32), rng.integers(0, 10, m))
    times = {}
    for name, train in (("fit", by_fit(data, rng)), ("own loop", by_hand(data, rng))):
        train()  # what is done once only
        n, start = 0, time.perf_counter()
        while time.perf_counter() < start + SECONDS:
            train()
            n += SLICE
        times[name] = 1000 * (time.perf_counter() - start) / n
    return times


def measured(threads):
    """`measure()` in a process of its own. Without `threads`, nnlib chooses."""
    environment = {name: value for name, value in os.environ.items() if name not in CHOSEN_BY}
    if threads:
        environment["OPENBLAS_NUM_THREADS"] = str(threads)
    command = [sys.executable, __file__, "--measure"]
    return json.loads(subprocess.check_output(command, env=environment, text=True))


@contextlib.contextmanager
def busy(n):
    """Beside it, n processes keep a core busy each."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(n)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def report(n):
    """Two lines: what NumPy does by itself, and what it does with nnlib, beside n busy processes."""
    print(f"beside {n} busy processes:" if n else "alone:")
    for name, threads in ((f"{CORES} threads, as NumPy by itself", CORES), ("as nnlib sets them", None)):
        with busy(n):
            times = measured(threads)
        epochs = ", ".join(f"{k} {t:7.2f} ms a step, {t * STEPS_OF_AN_EPOCH / 1000:6.1f} s an epoch"
                           for k, t in times.items())  # fmt: skip
        print(f"  {name:32} {epochs}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="only measure, in this process")
    if parser.parse_args().measure:
        print(json.dumps(measure()))
    else:
        print(f"{platform.machine()}, {CORES} cores, Python {platform.python_version()}, NumPy {np.__version__}")
        report(0)
        report(CORES)
