"""What is found in the course of a training, in full, and each limit from both sides, on evidence made up for it."""

from types import SimpleNamespace as Seen

import numpy as np
import pytest

from nnlib.diagnostics import learning


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
        ({0.1: 0.5, 10: 0.5}, {}, ALL, None),
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
