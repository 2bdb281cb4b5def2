"""What is found in a net as it stands, in full, and each limit from both sides, on evidence made up for it."""

from types import SimpleNamespace as Seen

import numpy as np
import pytest

import nnlib as nn
from nnlib.diagnostics import findings
from nnlib.diagnostics.measures import Activity

NET = nn.Sequential(nn.Linear(2, 3, rng=np.random.default_rng(0)), nn.Sigmoid())
GAINS = (
    "the sums that 2.W makes of its inputs are about {} times as large as these (√n_in times the root mean square of "
    "W); 1.4 times after He's initialisation, about 1 after Xavier's."
)
INPUTS = (
    "Inputs not scaled: the values in {} in size (root mean square); initial weights and usual learning rates are made "
    "for about 1. Divide x, or each column of it, by its size in the training data (first subtract the mean), and do "
    "the same with validation and test data."
)
TWICE = {
    "softmax": (
        "Softmax twice: the network ends with Softmax, and the loss takes the softmax of that again. Even a sure, "
        "right answer then costs 0.55, never 0. Leave out the layer Softmax, or use cross_entropy."
    ),  # −log(e / (e + 1 + 1)), of three classes
    "sigmoid": (
        "Sigmoid twice: the network ends with Sigmoid, and the loss takes the sigmoid of that again, which never "
        "leaves 0.5 … 0.73. Leave out the layer Sigmoid, or use binary_cross_entropy."
    ),
}


def messages(found):
    return [finding.message for finding in found]


@pytest.mark.parametrize(("name", "layer", "n"), [("softmax", nn.Softmax(), 3), ("sigmoid", nn.Sigmoid(), 1)])
def test_squashed_twice(name, layer, n):
    rng = np.random.default_rng(1)
    output = layer.forward(rng.standard_normal((5, n)))
    y = rng.integers(0, n, 5) if n > 1 else rng.integers(0, 2, (5, 1)).astype(float)
    loss = {"softmax": nn.softmax_cross_entropy, "sigmoid": nn.binary_cross_entropy_with_logits}[name](output, y)[0]
    e = Seen(labelled=True, net=nn.Sequential(layer), loss=loss, output=output, sample=Seen(y=y))
    (finding,) = findings.squashed_twice(e)
    assert finding == (f"{name} twice", TWICE[name])
    assert list(findings.squashed_twice(Seen(**{**vars(e), "loss": 1.01 * loss}))) == []
    assert list(findings.squashed_twice(Seen(**{**vars(e), "labelled": False}))) == []
    last = nn.Sequential(type(layer)(), nn.Linear(n, n, rng=rng))
    assert list(findings.squashed_twice(Seen(**{**vars(e), "net": last}))) == []


@pytest.mark.parametrize(
    ("column", "rest", "what"),
    [
        (20.0, 1.0, None),
        (20.5, 1.0, "column 1 of x are 20.5"),
        (1.0, 0.0, None),
        (0.01, 0.01, None),
        (0.0099, 0.0099, "x are 0.0099"),
        (0.0, 0.015, None),  # 0.0106 in all
        (0.0, 0.0123, "x are 0.0087"),
    ],
)
def test_inputs_not_scaled(column, rest, what):
    x = np.full((4, 2), [rest, column])
    e = Seen(sample=Seen(x=x), net=NET)
    assert messages(findings.unscaled_inputs(e)) == ([INPUTS.format(what)] if what else [])
    e.net = nn.Sequential(nn.BatchNorm(2), nn.Sigmoid())
    assert list(findings.unscaled_inputs(e)) == []


def alike(apart=0.0, apart_in_gradients=0.0, units=2):
    W, dW = np.ones((units, 2)), np.ones((units, 2))
    W[-1, 0] += apart
    dW[-1, 0] += apart_in_gradients
    return Seen(W=W, b=np.ones(units), dW=dW, db=np.ones(units))


@pytest.mark.parametrize(
    ("leaf", "told"),
    [
        (alike(), True),
        (alike(0.00099, 0.00099), True),  # less than a thousandth of their size, which is 1
        (alike(0.00102), False),
        (alike(0, 0.00102), False),
        (alike(units=1), False),
        (Seen(W=np.ones((2, 1, 3, 3)), b=np.zeros(2), dW=np.ones((2, 1, 3, 3)), db=np.zeros(2)), True),
        (Seen(W=np.ones((2, 2)), dW=np.ones((2, 2))), True),  # a layer of the reader's own, without a bias
        (Seen(W=np.ones((2, 2)), dW=np.array([[1.0, 1], [1, 2]])), False),
        (Seen(W=np.ones((2, 2)), b=np.array([0.0, 1]), dW=np.ones((2, 2)), db=np.ones(2)), False),
        (Seen(W=np.ones((2, 2)), b=np.ones(2), dW=np.ones((2, 2)), db=np.array([0.0, 1])), False),
    ],
)
def test_identical_units(leaf, told):
    says = (
        f"Identical units: in layer 0 first, all {len(leaf.W)} units have the same weights and get the same gradient. "
        "They stay copies of each other, as good as one unit. Draw the initial weights at random (He, Xavier)."
    )
    assert messages(findings.identical_units(Seen(weighted=[("0 first", leaf), ("1 last", alike())]))) == [says] * told


def activity(dead=0, saturated=0.0):
    return {"1 ReLU()": Activity(0.0, 0.0, 0.0, saturated, 10, dead, 0), "3 ReLU()": Activity(0, 0, 0, 0, 10, 0, 0)}


@pytest.mark.parametrize(("dead", "told"), [(6, False), (7, True)])
def test_dead_units(dead, told):
    says = (
        f"Dead units: in layer 1 ReLU(), {dead} of 10 units are 0 for all 4 examples looked at, and pass no gradient "
        "on. Start again with a lower learning rate, He's initialisation and biases of 0, or use LeakyReLU."
    )
    e = Seen(statistics=activity(dead), sample=Seen(x=np.zeros((4, 2))))
    assert messages(findings.dead_units(e)) == [says] * told


@pytest.mark.parametrize(("part", "learned", "told"), [(0.5, False, False), (0.52, False, True), (0.9, True, False)])
def test_saturated_units(part, learned, told):
    says = (
        f"Saturated units: in layer 1 ReLU(), {100 * part:.0f}% of the outputs are within 1% of a limit, where the "
        "slope is nearly 0. Start again with smaller weights (Xavier) or a lower learning rate, or use ReLU."
    )
    e = Seen(statistics=activity(saturated=part), learned=learned)
    assert messages(findings.saturated_units(e)) == [says] * told


@pytest.mark.parametrize(
    ("first", "loss", "learned", "rose", "told"),
    [
        (200.0, 5.0, False, False, False),
        (201.0, 5.0, False, False, True),
        (1.0, 20.0, False, False, False),
        (1.0, 21.0, False, False, True),
        (999.0, 99.0, True, False, False),
        (999.0, 99.0, False, True, False),
    ],
)
def test_exploding_gradients(first, loss, learned, rose, told):
    """Above 100 times the error of the last layer, which is 2, or 10 times the loss of outputs 0, which is 2, too."""
    e = Seen(ends=[("0 A", first), ("2 B", 2.0)], learned=learned, rose=rose, loss=loss, guess=2.0, gradient_norm=30.0)
    says = (
        f"Exploding gradients: the loss is {loss:.3g}, that of outputs which are all 0 is 2; the gradient is 30 long, "
        f"and errors are 2 in size in layer 2 B, {first:.2g} in layer 0 A. Start again with smaller weights (He, "
        "Xavier), or try clipping."
    )
    assert messages(findings.exploding_gradients(e)) == [says] * told


@pytest.mark.parametrize(("first", "learned", "told"), [(1.0, False, True), (1.01, False, False), (0.1, True, False)])
def test_vanishing_gradients(first, learned, told):
    says = (
        "Vanishing gradients: on the way back, errors shrink from 1e+03 in size (root mean square) in layer 2 B to "
        f"{first:.2g} in layer 0 A, so that early layers hardly learn. Try ReLU, He's or Xavier's initialisation, "
        "batch normalisation, residual connections, or fewer layers."
    )
    e = Seen(ends=[("0 A", first), ("2 B", 1000.0)], learned=learned)
    assert messages(findings.vanishing_gradients(e)) == [says] * told


@pytest.mark.parametrize(
    ("gains", "well", "small", "large"),
    [
        ((0.4, 0.1, 1.0), False, False, False),
        ((0.39, 0.1, 1.0), False, True, False),
        ((1.0, 3.0, 2.0), False, False, False),
        ((1.0, 3.1, 2.0), False, False, True),
        ((1.0, 3.1, 2.0), True, False, False),
    ],
)
def test_small_weights_by_the_median_and_large_ones_by_the_largest(gains, well, small, large):
    e = Seen(gains=dict(zip(("0.W", "2.W", "4.W"), gains)), started_well=well)
    told = GAINS.format(f"{gains[1]:.2g}")
    assert messages(findings.small_weights(e)) == [f"Weights too small: {told} Draw larger ones (He, Xavier)."] * small
    assert messages(findings.large_weights(e)) == [f"Weights too large: {told} Draw smaller ones (He, Xavier)."] * large
