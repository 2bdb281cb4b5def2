"""One process from its start to a trained lab net: `python benchmarks/lab_process.py RIVAL DATA.npz EPOCHS`.

784-64-10, SGD, learning rate 0.1, batches of 64. Prints the test error in per cent. benchmarks/speed.py times it.
"""

import sys

import numpy as np
from contenders import RIVALS


def main(rival, path, epochs):
    with np.load(path) as data:
        x, y, x_test, y_test = (data[name] for name in ("x", "y", "x_test", "y_test"))
    take, predict = RIVALS[rival]((x.shape[1], 64, 10), "SGD", 0.1, x, y)
    rng = np.random.default_rng(0)
    for _ in range(int(epochs)):
        order = rng.permutation(len(x))
        take([order[i : i + 64] for i in range(0, len(x) - 63, 64)])  # whole batches: JAX compiles for one shape
    print(100 * float(np.mean(predict(x_test) != y_test)))


if __name__ == "__main__":
    main(*sys.argv[1:])
