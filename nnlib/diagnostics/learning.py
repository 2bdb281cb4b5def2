"""What `examine` can find about the course of training: numbers that break, and the learning rate.

Each function takes the Evidence e and yields a Finding where it sees one.
"""

import numpy as np

from nnlib.diagnostics.evidence import STUCK
from nnlib.diagnostics.findings import Finding

HUGE_GAIN = 100  # weights that no initialisation draws
FALLEN = 0.95  # a loss below this part of what it was has fallen
MUCH_BETTER = 0.5  # another learning rate is much better if it leads below this part of the loss
LONGER = 4  # times as many steps, to be sure that it does not fall
FACTORS = (10, 100, 1000, 10_000)  # by which the learning rate is changed on trial


def not_finite(e):
    """NaN or ∞ in a loss, be it one of the history, or in θ; and what led there, where that can be seen."""
    if not (where := _first_not_finite(e)):
        return
    grown = max(e.gains.values(), default=0)
    causes = list(_causes(e, grown))
    if not causes and e.batch_losses and grown < HUGE_GAIN:
        advice = (
            "Nothing had grown before that: look for a log of 0, a division by 0 or an overflow in the loss, and use "
            "a form that is safe (softmax_cross_entropy, binary_cross_entropy_with_logits)."
        )
    else:
        advice = "What comes after it is worthless: start again, once the reason is mended."
    yield Finding("loss not finite", f"Not finite: {where}. {advice}")
    yield from causes


def _first_not_finite(e):
    """Where, in words; None if all is finite."""
    for what, losses in (("the loss of step", e.batch_losses), ("the validation loss of epoch", e.valid_losses)):
        for i, L in enumerate(losses):
            if not np.isfinite(L):
                return f"{what} {i + 1} was {L}"
    return None if e.finite else f"the loss is {e.loss}, the length of its gradient {e.gradient_norm:.3g}"


def _causes(e, grown):
    if e.rose:
        yield _too_high_from_history(e)
    elif e.started_ill:
        yield Finding(
            "exploding gradients",
            f"Exploding gradients: the loss of the first step was {e.batch_losses[0]:.3g} already, that of outputs "
            f"which are all 0 is {e.guess:.3g}. Start again with smaller weights (He, Xavier), or try clipping.",
        )
    elif e.batch_losses and not grown < HUGE_GAIN:
        yield Finding(
            "learning rate too high",
            f"Learning rate too high? The loss of the first step was {e.batch_losses[0]:.3g}, and steps have made the "
            f"weights of a layer {grown:.3g} in size, where initial ones are about 1 (√n_in times the root mean square "
            "of W). Start again with a hundredth of it.",
        )


def risen_loss(e):
    """The loss started well and rose far above that, and has not come back."""
    if e.rose and e.still_high:
        yield _too_high_from_history(e)


def _too_high_from_history(e):
    return Finding(
        "learning rate too high",
        f"Learning rate too high? The loss of a batch was {e.batch_losses[0]:.3g} at first, and rose to "
        f"{e.highest:.3g}. Start again with a tenth of it; clipping or a warm-up may help, too.",
    )


def learning_rate(e):
    """Other learning rates, tried on copies, are much better than this one while the loss is still high."""
    if e.learned or (own := e.after(1)) < STUCK * e.loss:
        return
    stuck = min(own, e.loss) > STUCK * e.guess
    for factor in FACTORS:
        if stuck and (slower := e.after(1 / factor)) < MUCH_BETTER * min(e.loss, own):
            yield _tried("learning rate too high", e, own, 1 / factor, slower)
            return
        if own < FALLEN * e.loss:
            return
        if (quicker := e.after(factor)) < MUCH_BETTER * min(e.loss, own):
            if quicker < MUCH_BETTER * e.after(1, times=LONGER):
                yield _tried("learning rate too low", e, own, factor, quicker)
            return


def _tried(kind, e, own, factor, other):
    return Finding(
        kind,
        f"{kind.capitalize()}? {e.steps} steps more, on a copy, bring the training loss from {e.loss:.3g} to "
        f"{own:.3g}; with {factor:g} times the learning rate, to {other:.3g}. Start again with that.",
    )
