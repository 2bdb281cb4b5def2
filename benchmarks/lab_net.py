"""The lab net over five seeds: test error and seconds, and the pass mark that follows (`make bench-lab`).

784-64-10 on MNIST or 64-64-10 on the small digits, ReLU, plain SGD with lr 0.1, batches of 64.
"""

import platform
import statistics
import time

import numpy as np

import nnlib as nn

SEEDS = range(5)


def run(train, test, epochs, seed):
    """(test error in per cent, seconds of training) of one net."""
    rng = np.random.default_rng(seed)
    n_in = train.x.shape[1]
    net = nn.Sequential(nn.Linear(n_in, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
    start = time.perf_counter()
    opt, how = nn.SGD(net, lr=0.1), {"epochs": epochs, "batch_size": 64, "rng": rng}
    nn.fit(net, nn.softmax_cross_entropy, opt, train, **how, progress=False)
    return 100 * (1 - nn.accuracy(net, test)), time.perf_counter() - start


def report(name, sets, epochs):
    """Print every seed, then mean, spread and the pass mark: five standard deviations below the mean."""
    errors, seconds = zip(*(run(*sets, epochs, seed) for seed in SEEDS), strict=True)
    mean, spread = statistics.mean(errors), statistics.stdev(errors)
    print(f"{name}, {epochs} epochs: test error " + ", ".join(f"{e:.2f}" for e in errors) + " %")
    print(f"  mean {mean:.2f} %, standard deviation {spread:.2f} %, median time {statistics.median(seconds):.2f} s")
    print(f"  pass mark (mean + 5 standard deviations): accuracy {100 - mean - 5 * spread:.1f} %")


if __name__ == "__main__":
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}")
    report("digits", nn.data.digits(), 30)
    report("MNIST", nn.data.mnist(), 5)
