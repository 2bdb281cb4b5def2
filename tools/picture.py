"""Draw images/course.png, the picture of the README, from real runs: `python tools/picture.py`"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import nnlib as nn
from nnlib import graph, plot

PICTURE = Path(__file__).resolve().parents[1] / "images" / "course.png"


def neuron(ax):
    """The computational graph of one neuron, with values and gradients."""
    w, x, b = graph.Node(0.6, "w"), graph.Node(0.5, "x"), graph.Node(0.1, "b")
    a = graph.sigmoid((w * x + b).named("z")).named("a")
    a.backward()
    plot.graph(a, ax=ax, local=True)
    ax.set_title("lecture: values forward, gradients backward")


def training(ax, net, train, rng):
    """The loss of every step of the lab net on MNIST."""
    history = nn.fit(net, nn.softmax_cross_entropy, nn.SGD(net, lr=0.1), train, epochs=3, batch_size=64, rng=rng)
    plot.batch_loss(history, ax=ax)
    ax.set_title("assignment: 784-64-10 learns to read")


def mistakes(axes, net, test):
    """The first test images that the net gets wrong: what it says, and what they are."""
    said = net.predict(test.x).argmax(axis=1)
    for ax, i in zip(axes, np.flatnonzero(said != test.y)):
        ax.imshow(test.x[i].reshape(28, 28), cmap="gray_r")
        ax.set_title(f"{said[i]} ≠ {test.y[i]}", color=plot.RED)
        ax.axis("off")


def main():
    rng = np.random.default_rng(0)
    train, test = nn.data.mnist()
    net = nn.Sequential(nn.Linear(784, 64, rng=rng), nn.ReLU(), nn.Linear(64, 10, rng=rng))
    fig, panels = plt.subplot_mosaic(
        "ggglll\nabcdef", figsize=(11, 4.6), height_ratios=[2.6, 1], width_ratios=[1] * 6, layout="constrained"
    )
    neuron(panels["g"])
    training(panels["l"], net, train, rng)
    mistakes([panels[key] for key in "abcdef"], net, test)
    PICTURE.parent.mkdir(exist_ok=True)
    fig.savefig(PICTURE, dpi=110)
    print(PICTURE)


if __name__ == "__main__":
    main()
