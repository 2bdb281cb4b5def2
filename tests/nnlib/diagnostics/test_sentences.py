"""Each finding in full, and each limit from both sides, on evidence made up for it."""

from types import SimpleNamespace as Seen

import numpy as np
import pytest

import nnlib as nn
from nnlib.diagnostics import findings, generalisation, learning
from nnlib.diagnostics.evidence import Scores
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


# Generalisation


def hits(part, n):
    return np.arange(n) < round(part * n)


def scores(part, n=10_000, losses=(0.0,) * 20):
    return Scores(np.array(losses), None if part is None else hits(part, n))


def compared(train, valid, *, y=None, guess=1.0, history=None):
    y = np.arange(len(valid.hits if valid.hits is not None else valid.losses)) % 2 if y is None else y
    history = history or nn.History()
    return Seen(
        on_train=train, on_valid=valid, valid=(y, y), guess=guess, history=history, valid_losses=history.valid_loss
    )


def overfitting(*seen):
    advice = "Try more data, augmentation, dropout, L2, a smaller network, or early stopping."
    return f"Overfitting: {'; '.join(seen)}. {advice}"


@pytest.mark.parametrize(
    ("part", "n", "told"),
    [
        (0.902, 10_000, False),
        (0.898, 10_000, True),
        (0.84, 50, False),  # 3 standard errors of 43 / 52, one right and one wrong added: 0.1605
        (0.82, 50, True),  # of 42 / 52: 0.167
    ],
)
def test_a_gap_of_accuracy(part, n, told):
    says = f"100.0% of the training data are right, but {part:.1%} of {n} validation examples"
    found = generalisation.generalisation(compared(scores(1.0), scores(part, n)))
    assert messages(found) == [overfitting(says)] * told
    assert list(generalisation.generalisation(compared(scores(None), scores(None)))) == []


def test_the_error_of_a_fraction_counts_one_right_and_one_wrong_more():
    assert generalisation._error(0.5, hits(0.5, 8)) == pytest.approx((0.25 / 8) ** 0.5)
    assert generalisation._error(1.0, hits(1.0, 20)) == pytest.approx((21 / 22 / 22 / 20) ** 0.5)


@pytest.mark.parametrize(("part", "unrelated"), [(0.64, True), (0.66, False)])
def test_labels_that_fit_no_example(part, unrelated):
    """Half of 100 is guessed, with a standard error of 0.05: 3 of these are chance."""
    gap = f"100.0% of the training data are right, but {part:.1%} of 100 validation examples"
    says = (
        f"Labels that fit no example? What was learned is of no use on validation data: {gap}; the loss is 0 on "
        "training data, but 0.5 on validation data; naming the most frequent class would give 50.0%. Look at some "
        "examples with their labels: were x and y shuffled apart? If they do belong together, there are too few examples "
        "to learn from."
    )
    found = generalisation.generalisation(compared(scores(1.0), scores(part, 100, [0.5] * 20)))
    other = overfitting(gap, "the loss is 0 on training data, but 0.5 on validation data")
    assert list(found) == [("unrelated labels", says) if unrelated else ("overfitting", other)]
    assert generalisation._most_frequent(Seen(valid=(None, np.array([1, 0, 1, 1])))) == 0.75


@pytest.mark.parametrize(("valid", "told"), [(0.71, False), (0.69, True)])
def test_a_gap_of_accuracy_in_the_history_alone(valid, told):
    history = nn.History(accuracy=[0.1, 0.9], valid_accuracy=[0.8, valid], loss=[1.0, 1.0])
    e = Seen(valid=None, history=history, valid_losses=[], guess=1.0)
    says = f"90.0% of the training data were right in the last epoch, {valid:.1%} of the validation data"
    assert messages(generalisation.generalisation(e)) == [overfitting(says)] * told
    for missing in (None, nn.History(accuracy=[0.9]), nn.History(valid_accuracy=[0.1])):
        assert list(generalisation.generalisation(Seen(**{**vars(e), "history": missing}))) == []


def spread(mean, std, n=100):
    return mean + std * np.tile([1.0, -1.0], n // 2)


@pytest.mark.parametrize(
    ("train", "valid", "told"),
    [
        ([0.1] * 20, [0.29] * 20, False),  # 0.2 of the loss of outputs 0
        ([0.1] * 20, [0.31] * 20, True),
        ([0.5] * 20, [0.99] * 20, False),  # twice the loss of training
        ([0.5] * 20, [1.01] * 20, True),
        ([0.25] * 20, [0.5] * 20, False),  # more than that
        ([0.1] * 20, [0.9] * 9, False),
        ([0.1] * 20, [0.9] * 10, True),
        ([0.1] * 9, [0.9] * 20, False),
        ([0.1] * 20, spread(0.4, 0.99), True),  # 3 standard errors: 0.297
        ([0.1] * 20, spread(0.4, 1.01), False),
        (spread(0.1, 0.99), [0.4] * 20, True),
        (spread(0.1, 1.01), [0.4] * 20, False),
        (spread(0.1, 0.8), spread(0.4, 0.8), False),  # of both together: 0.34
    ],
)
def test_a_gap_of_the_loss(train, valid, told):
    e = compared(scores(None, losses=train), scores(None, losses=valid))
    says = f"the loss is {np.mean(train):.3g} on training data, but {np.mean(valid):.3g} on validation data"
    assert messages(generalisation.generalisation(e)) == [overfitting(says)] * told


@pytest.mark.parametrize(
    ("best", "now", "known", "guess", "told"),
    [
        (0.5, 0.79, False, 1.0, False),  # 0.6 times the lowest, if the set is not known
        (0.5, 0.81, False, 1.0, True),
        (0.5, 0.64, True, 1.0, False),  # 0.3 times
        (0.5, 0.66, True, 1.0, True),
        (0.1, 0.19, False, 1.0, False),  # 0.1 times the loss of outputs 0
        (0.1, 0.21, False, 1.0, True),
        (0.1, 0.145, True, 1.0, False),  # 0.05 times
        (0.1, 0.155, True, 1.0, True),
        (0.5, 0.7, True, 5.0, False),
    ],
)
def test_a_validation_loss_that_has_risen(best, now, known, guess, told):
    history = nn.History(loss=[1, 0.6, 0.7, 0.8, 0.8, 0.9, 0.5], valid_loss=[1.0, best, *[now] * 4, now + 0.01])
    e = compared(scores(None), scores(None), history=history, guess=guess)
    e.valid = e.valid if known else None
    says = f"the validation loss was lowest in epoch 2 ({best:.3g}) and is now {now + 0.01:.3g}"
    assert messages(generalisation.generalisation(e)) == [overfitting(says)] * told
    e.history = nn.History(loss=[1, 0.6, 0.3, 0.3, 0.3, 0.3, 0.6])  # that of training has risen, too
    assert list(generalisation.generalisation(e)) == []


@pytest.mark.parametrize(("std", "told"), [(0.99, True), (1.01, False)])
def test_a_rise_beyond_chance(std, told):
    """2 standard errors of 100 examples: 0.198 or 0.202 for a rise of 0.2."""
    history = nn.History(loss=[1, 0.6, 0.5, 0.4, 0.4, 0.4, 0.3], valid_loss=[1.0, 0.5, 0.7, 0.7, 0.7, 0.7, 0.7])
    e = compared(scores(None), scores(None, losses=spread(0.0, std)), history=history)
    assert bool(list(generalisation.generalisation(e))) == told


@pytest.mark.parametrize(
    ("valid_loss", "told"),
    [
        ([1.0, 0.5, 0.75, 0.75, 0.75], False),  # half of its steps turn by as much as it rises
        ([0.5, 0.75, 0.75, 0.75], True),  # by −0.25 and 0: 0.125
        ([0.5, 0.75, 0.75, 0.75, 0.75], True),
        ([0.5, 0.75, 0.75], False),  # three epochs are too few
    ],
)
def test_a_rise_beyond_the_turns_between_epochs(valid_loss, told):
    history = nn.History(loss=[1.0, 0.9, 0.8, 0.7, 0.6][: len(valid_loss)], valid_loss=valid_loss)
    e = compared(scores(None), scores(None), history=history)
    assert bool(list(generalisation.generalisation(e))) == told


# The course of training


def broken(**values):
    usual = dict(gains={"0.W": 1.0}, batch_losses=[1.5, 2.0], valid_losses=[], finite=True, loss=1.0, gradient_norm=2.0,
                 rose=False, started_ill=False, guess=1.0, highest=70.0)  # fmt: skip
    return Seen(**{**usual, **values})


WORTHLESS = "What comes after it is worthless: start again, once the reason is mended."
FORM = (
    "Nothing had grown before that: look for a log of 0, a division by 0 or an overflow in the loss, and use a form "
    "that is safe (softmax_cross_entropy, binary_cross_entropy_with_logits)."
)
ROSE = (
    "Learning rate too high? The loss of a batch was 1.5 at first, and rose to 70. Start again with a tenth of it; "
    "clipping or a warm-up may help, too."
)
ILL = (
    "Exploding gradients: the loss of the first step was 1.5 already, that of outputs which are all 0 is 1. Start "
    "again with smaller weights (He, Xavier), or try clipping."
)
GREW = (
    "Learning rate too high? The loss of the first step was 1.5, and steps have made the weights of a layer 100 in "
    "size, where initial ones are about 1 (√n_in times the root mean square of W). Start again with a hundredth of it."
)
NAN = dict(batch_losses=[1.5, np.nan, 2.0])
STEP = "the loss of step 2 was nan"


@pytest.mark.parametrize(
    ("values", "where", "advice", "cause"),
    [
        ({}, None, "", None),
        (NAN, STEP, FORM, None),
        (NAN | {"gains": {}}, STEP, FORM, None),
        (NAN | {"gains": {"0.W": 99.0, "2.W": 1.0}}, STEP, FORM, None),
        (NAN | {"gains": {"0.W": 100.0, "2.W": 1.0}}, STEP, WORTHLESS, ("learning rate too high", GREW)),
        (NAN | {"gains": {"0.W": 100.0}, "started_ill": True}, STEP, WORTHLESS, ("exploding gradients", ILL)),
        (NAN | {"rose": True, "started_ill": True}, STEP, WORTHLESS, ("learning rate too high", ROSE)),
        ({"valid_losses": [0.5, 0.5, -np.inf]}, "the validation loss of epoch 3 was -inf", FORM, None),
        ({"finite": False, "batch_losses": []}, "the loss is 1.0, the length of its gradient 2", WORTHLESS, None),
        ({"finite": False, "batch_losses": [], "gains": {"0.W": 1e9}},
         "the loss is 1.0, the length of its gradient 2", WORTHLESS, None),
    ],
)  # fmt: skip
def test_what_is_not_finite(values, where, advice, cause):
    first = [("loss not finite", f"Not finite: {where}. {advice}")] if where else []
    assert list(learning.not_finite(broken(**values))) == first + ([cause] if cause else [])


@pytest.mark.parametrize(("rose", "high"), [(True, True), (True, False), (False, True)])
def test_a_loss_that_rose_and_is_still_high(rose, high):
    found = learning.risen_loss(broken(rose=rose, still_high=high))
    assert list(found) == [("learning rate too high", ROSE)] * (rose and high)


def tried(losses, loss=1.0, guess=1.0, learned=False):
    """Evidence of copies that end with these losses, by factor, or by (factor, times); and what was asked for."""
    asked = []

    def after(factor, times=1):
        asked.append((factor, times) if times > 1 else factor)
        return losses.get(asked[-1], 1.0)

    return Seen(loss=loss, guess=guess, learned=learned, steps=100, after=after), asked


ALL = [1, 0.1, 10, 0.01, 100, 0.001, 1000, 0.0001, 10_000]


@pytest.mark.parametrize(
    ("losses", "given", "asked", "told"),
    [
        ({}, {}, ALL, None),
        ({}, {"learned": True}, [], None),
        ({1: 0.69}, {}, [1], None),  # it falls
        ({1: 0.71}, {}, [1, 0.1], None),  # it falls a little
        ({1: 0.7}, {"guess": 2.0}, [1], None),
        ({1: 0.94}, {}, [1, 0.1], None),
        ({1: 0.96}, {}, ALL, None),
        ({1: 0.96}, {"guess": 1.5}, [1, 10, 100, 1000, 10_000], None),  # 0.96 < 0.7 · 1.5: not where it was
        ({1: 1.2}, {"guess": 1.44}, [1, 10, 100, 1000, 10_000], None),  # 1 < 0.7 · 1.44
        ({0.1: 0.51}, {}, ALL, None),
        ({0.1: 0.49}, {}, [1, 0.1], ("high", 1.0, "0.1", 0.49)),
        ({1: 3.0, 0.01: 0.49}, {}, [1, 0.1, 10, 0.01], ("high", 3.0, "0.01", 0.49)),
        ({1: 0.96, 0.001: 0.485}, {}, ALL, None),  # half of the lower of the two losses
        ({0.0001: 0.2}, {}, ALL[:-1], ("high", 1.0, "0.0001", 0.2)),
        ({10: 0.51}, {}, ALL, None),
        ({10: 0.49}, {}, [1, 0.1, 10, (1, 4)], ("low", 1.0, "10", 0.49)),
        ({10: 0.49, (1, 4): 0.97}, {}, [1, 0.1, 10, (1, 4)], None),  # half of 0.97 is less
        ({10: 0.49, (1, 4): 0.98}, {}, [1, 0.1, 10, (1, 4)], None),
        ({10_000: 0.2}, {}, [*ALL, (1, 4)], ("low", 1.0, "10000", 0.2)),
    ],
)
def test_other_learning_rates_are_tried_in_turn(losses, given, asked, told):
    e, calls = tried(losses, **given)
    found = list(learning.learning_rate(e))
    assert calls == pytest.approx(asked) if not any(isinstance(one, tuple) for one in asked) else calls == asked
    if told is None:
        assert found == []
        return
    kind, own, factor, other = told
    assert found == [(
        f"learning rate too {kind}",
        f"Learning rate too {kind}? 100 steps more, on a copy, bring the training loss from 1 to {own:.3g}; with "
        f"{factor} times the learning rate, to {other:.3g}. Start again with that.",
    )]  # fmt: skip
