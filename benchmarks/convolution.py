"""Milliseconds per training step of convolutional nets: nnlib, the same by windows, and PyTorch on the CPU.

    python benchmarks/convolution.py

"By windows" is the way to write it that comes to mind first: a sliding window view and a tensor product for
the convolution, tiles with argmax for the pooling. One process, one thread, the contenders take turns; every
figure is a median of CPU time over the rounds, which other programs at work disturb less. A step is forward,
mean cross-entropy, backward and update by plain gradient descent, in float32.
"""

import argparse
import statistics
import time
from itertools import pairwise

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from threadpoolctl import threadpool_limits

import nnlib as nn
from nnlib.layers import Layer

# name, channels of the layers, size of the templates, pixels of the images, batch
SETTINGS = [
    ("3 × 3, 8 and 16 channels", (1, 8, 16), 3, 28, 64),
    ("5 × 5, 8 and 16 channels", (1, 8, 16), 5, 28, 64),
    ("3 × 3, 16 and 32 channels", (1, 16, 32), 3, 28, 64),
    ("3 × 3, 8 and 16, digits", (1, 8, 16), 3, 8, 64),
]


class WindowConv2D(nn.Conv2D):
    """z = windows of x · W, and ∂L/∂x = windows of the padded δ · the turned W; stride 1."""

    def forward(self, x, train=False):
        self.windows = windows(padded(x, self.padding), self.W.shape[2])
        return np.moveaxis(np.tensordot(self.windows, self.W, ((1, 4, 5), (1, 2, 3))) + self.b, 3, 1)

    def backward(self, dz, need_dx=True):
        self.dW[...] = np.tensordot(dz, self.windows, ((0, 2, 3), (0, 2, 3)))
        self.db[...] = dz.sum(axis=(0, 2, 3))
        if need_dx:
            size, p = self.W.shape[2], self.padding
            seen = windows(padded(dz, size - 1), size)
            dx = np.moveaxis(np.tensordot(seen, self.W[:, :, ::-1, ::-1], ((1, 4, 5), (0, 2, 3))), 3, 1)
            return dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p]


class TileMaxPool2D(Layer):
    """a = the largest pixel of every 2 × 2 tile, found by argmax."""

    def forward(self, x, train=False):
        m, c, h, w = self.x_shape = x.shape
        tiles = x.reshape(m, c, h // 2, 2, w // 2, 2).swapaxes(3, 4).reshape(m, c, h // 2, w // 2, 4)
        self.winner = tiles.argmax(axis=-1)[..., None]
        return np.take_along_axis(tiles, self.winner, axis=-1)[..., 0]

    def backward(self, da, need_dx=True):
        tiles = np.zeros((*da.shape, 4), da.dtype)
        np.put_along_axis(tiles, self.winner, da[..., None], axis=-1)
        return tiles.reshape(*da.shape, 2, 2).swapaxes(3, 4).reshape(self.x_shape)


def windows(x, size):
    """All windows of the images, (m, c, h', w', size, size)."""
    return sliding_window_view(x, (size, size), axis=(2, 3))


def padded(x, n):
    """The images with n zeros at every edge."""
    return np.pad(x, [(0, 0), (0, 0), (n, n), (n, n)])


def nnlib_steps(channels, size, pixels, batch, conv=nn.Conv2D, pool=nn.MaxPool2D):
    """A function that takes n steps with nnlib, and its net."""
    rng, layers = np.random.default_rng(0), []
    for c_in, c_out in pairwise(channels):
        layers += [conv(c_in, c_out, size, padding=size // 2, rng=rng), nn.ReLU(), pool()]
    flat = channels[-1] * (pixels // 4) ** 2
    net = nn.Sequential(*layers, nn.Reshape(flat), nn.Linear(flat, 10, rng=rng))
    opt, (x, y) = nn.SGD(net, 0.01), batch

    def take(n):
        for _ in range(n):
            L, dz = nn.softmax_cross_entropy(net.forward(x, train=True), y)
            net.backward(dz)
            opt.step()
        return float(L)

    return take


def torch_steps(channels, size, pixels, batch):
    """A function that takes n steps with PyTorch, from the weights that nnlib starts with."""
    rng, layers = np.random.default_rng(0), []
    for c_in, c_out in pairwise(channels):
        layers.append(torch.nn.Conv2d(c_in, c_out, size, padding=size // 2))
        start(layers[-1], nn.Conv2D(c_in, c_out, size, rng=rng).W)
        layers += [torch.nn.ReLU(), torch.nn.MaxPool2d(2)]
    flat = channels[-1] * (pixels // 4) ** 2
    layers += [torch.nn.Flatten(), torch.nn.Linear(flat, 10)]
    start(layers[-1], nn.Linear(flat, 10, rng=rng).W)
    net = torch.nn.Sequential(*layers)
    opt, x, y = torch.optim.SGD(net.parameters(), lr=0.01), *map(torch.from_numpy, batch)

    def take(n):
        for _ in range(n):
            opt.zero_grad()
            L = torch.nn.functional.cross_entropy(net(x), y)
            L.backward()
            opt.step()
        return L.item()

    return take


def start(layer, W):
    """Give a layer of PyTorch the weights W, and biases of 0."""
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(W)))
        layer.bias.zero_()


def milliseconds(take, n):
    """CPU time per step."""
    begin = time.process_time()
    take(n)
    return 1e3 * (time.process_time() - begin) / n


def measure(setting, rounds, steps):
    """{name: median milliseconds per step}, after a check that all contenders do the same: their losses agree."""
    _, channels, size, pixels, m = setting
    rng = np.random.default_rng(1)
    batch = rng.random((m, 1, pixels, pixels), np.float32), rng.integers(0, 10, m)
    takers = {
        "nnlib": nnlib_steps(channels, size, pixels, batch),
        "by windows": nnlib_steps(channels, size, pixels, batch, WindowConv2D, TileMaxPool2D),
        "PyTorch": torch_steps(channels, size, pixels, batch),
    }
    losses = [take(3) for take in takers.values()]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-4)
    samples = {name: [] for name in takers}
    for _ in range(rounds):
        for name, take in takers.items():
            samples[name].append(milliseconds(take, steps))
    return {name: statistics.median(times) for name, times in samples.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contender (default 9)")
    parser.add_argument("--steps", type=int, default=10, help="steps per turn (default 10)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}, one thread, float32, batch 64, ms of CPU per step")
    print(f"{'net':<28}{'nnlib':>8}{'by windows':>12}{'PyTorch':>9}{'nnlib / PyTorch':>17}")
    with threadpool_limits(1):
        for setting in SETTINGS:
            ms = measure(setting, options.rounds, options.steps)
            print(
                f"{setting[0]:<28}{ms['nnlib']:>8.2f}{ms['by windows']:>12.2f}{ms['PyTorch']:>9.2f}"
                f"{ms['nnlib'] / ms['PyTorch']:>17.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
