"""What `examine` can find about a network as it stands: its set-up, its weights, its signals.

Each function takes the Evidence e and yields a Finding where it sees one: what was measured, then what to try.
The limits are rules of thumb, not theorems (E27): `make bench-diagnostics` shows how often they are right.
"""

from typing import NamedTuple

import numpy as np

from nnlib.activations import Sigmoid, Softmax
from nnlib.diagnostics.measures import NEAR, rms
from nnlib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy
from nnlib.normalization import BatchNorm

LARGE_INPUT, SMALL_INPUT = 20, 0.01  # root mean square of the largest column of x; of all of x
ALIKE = 1e-3  # units are alike if their weights differ by less than this part of their size
DEAD_UNITS = 0.6  # of a layer's units; 0.1 is usual
SATURATED = 0.5  # of a layer's outputs
SHRINK, GROW = 1e-3, 100  # δ of the first layer beside that of the last
BLOWN_UP = 10  # times the loss of outputs that are all 0
SMALL_GAIN, LARGE_GAIN = 0.4, 3  # √2 is He's, about 1 Xavier's


class Finding(NamedTuple):
    """One thing that `examine` saw: its `kind`, such as "dead units", and a `message` in plain words."""

    kind: str
    message: str

    def __str__(self):
        return self.message


def squashed_twice(e):
    """The loss squashes what the last layer has squashed already: seen by computing that loss."""
    last = e.net.leaves()[-1][1] if e.labelled else None
    if isinstance(last, Softmax) and np.isclose(e.loss, softmax_cross_entropy(e.output, e.sample.y)[0]):
        yield Finding(
            "softmax twice",
            "Softmax twice: the network ends with Softmax, and the loss takes the softmax of that again. Even a sure, "
            f"right answer then costs {np.log1p((e.output.shape[1] - 1) / np.e):.2f}, never 0. Leave out the layer "
            "Softmax, or use cross_entropy.",
        )
    if isinstance(last, Sigmoid) and np.isclose(e.loss, _with_logits(e)):
        yield Finding(
            "sigmoid twice",
            "Sigmoid twice: the network ends with Sigmoid, and the loss takes the sigmoid of that again, which never "
            "leaves 0.5 … 0.73. Leave out the layer Sigmoid, or use binary_cross_entropy.",
        )


def unscaled_inputs(e):
    """Inputs far from the size 1 for which weights are drawn, unless batch normalisation comes first."""
    x = e.sample.x.reshape(len(e.sample.x), -1)
    columns = [rms(column) for column in x.T]
    j, size = int(np.argmax(columns)), rms(x)
    large = columns[j] > LARGE_INPUT
    if isinstance(e.net.leaves()[0][1], BatchNorm) or not (large or size < SMALL_INPUT):
        return
    what = f"column {j} of x are {columns[j]:.3g}" if large else f"x are {size:.2g}"
    yield Finding(
        "inputs not scaled",
        f"Inputs not scaled: the values in {what} in size (root mean square); initial weights and usual learning rates "
        "are made for about 1. Divide x, or each column of it, by its size in the training data (first subtract the "
        "mean), and do the same with validation and test data.",
    )


def identical_units(e):
    """All units of a hidden layer have the same weights and get the same gradient: they stay copies."""
    for name, leaf in e.weighted[:-1]:
        if len(leaf.W) > 1 and _alike(leaf, "") and _alike(leaf, "d"):
            yield Finding(
                "identical units",
                f"Identical units: in layer {name}, all {len(leaf.W)} units have the same weights and get the same "
                "gradient. They stay copies of each other, as good as one unit. Draw the initial weights at random "
                "(He, Xavier).",
            )


def dead_units(e):
    """ReLU units that are 0 for every example of the sample."""
    for name, s in e.statistics.items():
        if s.dead_units > DEAD_UNITS * s.units:
            yield Finding(
                "dead units",
                f"Dead units: in layer {name}, {s.dead_units} of {s.units} units are 0 for all {len(e.sample.x)} "
                "examples looked at, and pass no gradient on. Start again with a lower learning rate, He's "
                "initialisation and biases of 0, or use LeakyReLU.",
            )


def saturated_units(e):
    """Outputs of sigmoid and tanh near a limit, in a net that has not learned."""
    for name, s in e.statistics.items():
        if s.saturated > SATURATED and not e.learned:
            yield Finding(
                "saturated units",
                f"Saturated units: in layer {name}, {s.saturated:.0%} of the outputs are within {NEAR:.0%} of a limit, "
                "where the slope is nearly 0. Start again with smaller weights (Xavier) or a lower learning rate, or "
                "use ReLU.",
            )


def exploding_gradients(e):
    """Errors δ that grow on their way back, or a loss far above that of outputs which are all 0."""
    (first, a), (last, b) = e.ends
    if not e.learned and not e.rose and (a > GROW * b or e.loss > BLOWN_UP * e.guess):
        yield Finding(
            "exploding gradients",
            f"Exploding gradients: the loss is {e.loss:.3g}, that of outputs which are all 0 is {e.guess:.3g}; the "
            f"gradient is {e.gradient_norm:.3g} long, and errors are {b:.2g} in size in layer {last}, {a:.2g} in layer "
            f"{first}. Start again with smaller weights (He, Xavier), or try clipping.",
        )


def vanishing_gradients(e):
    """Errors δ that shrink on their way back to nothing, in a net that has not learned."""
    (first, a), (last, b) = e.ends
    if not e.learned and a <= SHRINK * b:
        yield Finding(
            "vanishing gradients",
            f"Vanishing gradients: on the way back, errors shrink from {b:.2g} in size (root mean square) in layer "
            f"{last} to {a:.2g} in layer {first}, so that early layers hardly learn. Try ReLU, He's or Xavier's "
            "initialisation, batch normalisation, residual connections, or fewer layers.",
        )


def small_weights(e):
    """Layers that make much less of their inputs than an initialisation that keeps signals alive."""
    name, gain = min(e.gains.items(), key=lambda item: item[1])
    if np.median(list(e.gains.values())) < SMALL_GAIN:
        yield Finding("small weights", f"Weights too small: {_says(name, gain)} Draw larger ones (He, Xavier).")


def large_weights(e):
    """A layer that makes much more of its inputs, unless the first loss shows that it was not so at first."""
    name, gain = max(e.gains.items(), key=lambda item: item[1])
    if gain > LARGE_GAIN and not e.started_well:
        yield Finding("large weights", f"Weights too large: {_says(name, gain)} Draw smaller ones (He, Xavier).")


def _says(name, gain):
    return (
        f"the sums that {name} makes of its inputs are about {gain:.2g} times as large as these (√n_in times the root "
        "mean square of W); 1.4 times after He's initialisation, about 1 after Xavier's."
    )


def _alike(leaf, d):
    """Are all rows of W and b alike, or of dW and db? A layer of the reader's own may have no b."""
    arrays = [getattr(leaf, d + name) for name in ("W", "b") if hasattr(leaf, name)]
    rows = np.column_stack([array.reshape(len(leaf.W), -1) for array in arrays]).astype(np.float64)
    return np.abs(rows - rows[0]).max() <= ALIKE * rms(rows)


def _with_logits(e):
    return binary_cross_entropy_with_logits(e.output, e.sample.y)[0]
