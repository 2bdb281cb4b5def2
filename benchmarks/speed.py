"""Training steps per second of nnlib, PyTorch on the CPU and scikit-learn, and the matrix products alone: `make bench`.

One process, the contenders take turns, every figure is a median over the rounds. Each contender takes
the same steps: forward, mean cross-entropy, backward, update, on batches that lie ready in memory.
With one thread (the default) ratios are those of CPU time, which other programs at work disturb less;
with more threads they are those of wall time.
"""

import argparse
import os
import platform
import statistics
import time
import warnings
from itertools import cycle, islice, pairwise
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import sklearn
import torch
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import nnlib as nn
from nnlib.plot import BLACK, BLUE, GREEN, ORANGE, PINK, RED, tidy

SETTINGS = [
    ((2, 4, 2), 4),
    *(((784, *hidden, 10), m) for hidden in ((64,), (128, 64), (800,)) for m in (64, 128)),
    ((784, 1024, 1024, 10), 128),
]
OPTIMIZERS = ("SGD", "momentum", "Adam")
CONTENDERS = {
    "nnlib": BLUE,
    "PyTorch": RED,
    "PyTorch, fused": ORANGE,
    "scikit-learn": GREEN,
    "products only": BLACK,
}
WALL, CPU = 0, 1  # the places of both times in a result
PICTURE = Path("build") / "bench" / "speed.png"


def nnlib_steps(sizes, optimizer, batches):
    """A function that takes n steps with nnlib."""
    rng = np.random.default_rng(0)
    layers = [layer for i, o in pairwise(sizes) for layer in (nn.Linear(i, o, rng=rng), nn.ReLU())]
    net = nn.Sequential(*layers[:-1])
    make = {"SGD": nn.SGD, "momentum": nn.Momentum, "Adam": nn.Adam}[optimizer]
    opt = make(net, 0.001)

    def take(n):
        for x, y in islice(cycle(batches), n):
            _L, dz = nn.softmax_cross_entropy(net.forward(x, train=True), y)
            net.backward(dz)
            opt.step()

    return take


def torch_steps(sizes, optimizer, batches, fused):
    """A function that takes n steps with PyTorch, with its plain or its fused optimizer."""
    layers = [layer for i, o in pairwise(sizes) for layer in (torch.nn.Linear(i, o), torch.nn.ReLU())]
    net = torch.nn.Sequential(*layers[:-1])
    make = torch.optim.Adam if optimizer == "Adam" else torch.optim.SGD
    momentum = {"momentum": 0.9} if optimizer == "momentum" else {}
    opt = make(net.parameters(), lr=0.001, fused=fused, **momentum)
    tensors = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in batches]

    def take(n):
        for x, y in islice(cycle(tensors), n):
            opt.zero_grad()
            torch.nn.functional.cross_entropy(net(x), y).backward()
            opt.step()

    return take


def sklearn_steps(sizes, optimizer, batches):
    """A function that takes n steps with scikit-learn: one pass over n batches."""
    m = len(batches[0][0])
    how = {"solver": "adam"} if optimizer == "Adam" else {"solver": "sgd", "nesterovs_momentum": False}
    how |= {"momentum": 0.9} if optimizer == "momentum" else {"momentum": 0.0}
    net = MLPClassifier(sizes[1:-1], batch_size=m, alpha=0, learning_rate_init=0.001, shuffle=False, **how)

    def take(n):
        x, y = (np.concatenate(arrays) for arrays in zip(*islice(cycle(batches), n)))
        start = time.perf_counter(), time.process_time()
        net.partial_fit(x, y, classes=np.arange(sizes[-1]))
        return time.perf_counter() - start[0], time.process_time() - start[1]

    return take


def product_steps(sizes, batches):
    """A function that computes the matrix products of n steps and nothing else: the floor."""
    rng, m = np.random.default_rng(0), len(batches[0][0])
    W = [rng.random((i, o), np.float32).T for i, o in pairwise(sizes)]  # column by column, which is quickest
    a = [rng.random((m, i), np.float32) for i in sizes]

    def take(n):
        for _ in range(n):
            for l in range(len(W)):
                a[l] @ W[l].T
            for l in reversed(range(len(W))):
                a[l + 1].T @ a[l]
                if l:
                    a[l + 1] @ W[l]

    return take


def contenders(sizes, m, optimizer):
    """{name: function that takes n steps} for one setting."""
    rng = np.random.default_rng(1)
    batches = [(rng.random((m, sizes[0]), np.float32), rng.integers(0, sizes[-1], m)) for _ in range(20)]
    return {
        "nnlib": nnlib_steps(sizes, optimizer, batches),
        "PyTorch": torch_steps(sizes, optimizer, batches, fused=False),
        "PyTorch, fused": torch_steps(sizes, optimizer, batches, fused=True),
        "scikit-learn": sklearn_steps(sizes, optimizer, batches),
        "products only": product_steps(sizes, batches),
    }


def seconds(take, n):
    """(wall, CPU) seconds per step. A contender that prepares its data first takes the time itself."""
    start = time.perf_counter(), time.process_time()
    own = take(n)
    wall, cpu = own or (time.perf_counter() - start[0], time.process_time() - start[1])
    return wall / n, cpu / n


def measure(sizes, m, optimizer, rounds, share):
    """{name: (median wall, median CPU) per step}, the contenders taking turns of about `share` seconds."""
    takers = contenders(sizes, m, optimizer)
    counts = {name: max(2, int(share / seconds(take, 2)[0])) for name, take in takers.items() if seconds(take, 2)}
    samples = {name: [] for name in takers}
    for _ in range(rounds):
        for name, take in takers.items():
            samples[name].append(seconds(take, counts[name]))
    return {name: tuple(map(statistics.median, zip(*values))) for name, values in samples.items()}


def row(sizes, m, optimizer, result, clock):
    """One line of the table: steps per second of nnlib, and how many times faster it is than the others."""
    wall, cpu = result["nnlib"]
    times = {name: pair[clock] / result["nnlib"][clock] for name, pair in result.items()}
    best = min(times["PyTorch"], times["PyTorch, fused"])
    ratios = (times["PyTorch"], times["PyTorch, fused"], times["scikit-learn"], best)
    return (
        f"{'-'.join(map(str, sizes)):<18} {m:>5}  {optimizer:<9} {1 / wall:>9,.0f} {1e6 * cpu:>9,.0f}  "
        + "".join(f"{ratio:>9.2f}" for ratio in ratios)
        + f"{1 / times['products only']:>12.2f}"
    )


def picture(results, clock):
    """Steps per second of every contender, relative to nnlib, into build/bench/speed.png."""
    fig, axes = plt.subplots(1, len(OPTIMIZERS), figsize=(13, 4.6), sharey=True, layout="constrained")
    labels = [f"{'-'.join(map(str, sizes))}\nbatch {m}" for sizes, m in SETTINGS]
    for ax, optimizer in zip(axes, OPTIMIZERS):
        rows = [results[sizes, m, optimizer] for sizes, m in SETTINGS]
        for k, (name, color) in enumerate(CONTENDERS.items()):
            speed = [r["nnlib"][clock] / r[name][clock] for r in rows]
            ax.barh(np.arange(len(rows)) + 0.16 * (k - 2), speed, 0.15, color=color, label=name)
        ax.set(title=optimizer, xlabel="steps per second, nnlib = 1", xlim=(0, 3))
        ax.axvline(1, color=PINK, lw=0.8)
        ax.set_yticks(range(len(rows)), labels, fontsize=8)
        tidy(ax)
    axes[0].invert_yaxis()
    axes[-1].legend(frameon=False, fontsize=8)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(PICTURE, dpi=110)


def machine():
    """What the figures hold for: the processor, its cores, and the versions of the libraries."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # not Linux, or a processor that does not say
        name = platform.processor() or platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, PyTorch {torch.__version__}, scikit-learn {sklearn.__version__}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1, help="threads for every contender (default 1)")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each contender (default 7)")
    parser.add_argument("--share", type=float, default=0.15, help="seconds per turn (default 0.15)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    warnings.simplefilter("ignore")  # scikit-learn warns that one pass is not convergence
    print(f"{machine()}, {options.threads} thread(s), float32")
    print("network            batch  optimizer   nnlib/s  CPU µs/step   times as fast as         nnlib /")
    print("                                                          PyTorch    fused  sklearn  best PT    products")
    results, clock = {}, WALL if options.threads > 1 else CPU
    with threadpool_limits(options.threads):
        for optimizer in OPTIMIZERS:
            for sizes, m in SETTINGS:
                results[sizes, m, optimizer] = measure(sizes, m, optimizer, options.rounds, options.share)
                print(row(sizes, m, optimizer, results[sizes, m, optimizer], clock), flush=True)
    picture(results, clock)
    print(f"picture: {PICTURE}")


if __name__ == "__main__":
    main()
