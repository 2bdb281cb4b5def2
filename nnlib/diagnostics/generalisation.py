"""What `examine` can find by comparing training with validation data: overfitting, and labels that fit no example.

`generalisation` takes the Evidence e and yields a Finding where it sees one.
"""

import math

import numpy as np

from nnlib.diagnostics.findings import Finding

GAP = 0.1  # of accuracy, between training and validation
LOSS_GAP = 0.2  # of the loss, as part of the loss of outputs that are all 0
RISE, LOSS_RISE = 1.3, 0.05  # of the validation loss: times its lowest, and as part of the loss of outputs all 0
LAST = 3  # epochs, all of which must show a rise
SIGMAS = 3  # standard errors that chance is allowed
RISE_SIGMAS = 2  # the same for a rise, where the same examples are looked at twice: much of their chance cancels
ENOUGH = 10  # losses, for their spread to say how far their mean can be trusted
UNSURE = 2  # times the limits above, if the validation set, and so the chance in it, isn't known


def generalisation(e):
    """Much better on training than on validation data, by more than chance explains in sets of that size."""
    if not (seen := [*_accuracy_gap(e), *_loss_gap(e), *_risen_validation(e)]):
        return
    if _no_better_than_guessing(e):
        yield Finding(
            "unrelated labels",
            f"Labels that fit no example? What was learned is of no use on validation data: {'; '.join(seen)}; naming "
            f"the most frequent class would give {_most_frequent(e):.1%}. Look at some examples with their labels: "
            "were x and y shuffled apart? If they do belong together, there are too few examples to learn from.",
        )
    else:
        yield Finding(
            "overfitting",
            f"Overfitting: {'; '.join(seen)}. Try more data, augmentation, dropout, L2, a smaller network, or early "
            "stopping.",
        )


def _no_better_than_guessing(e):
    if e.valid is None or (hits := e.on_valid.hits) is None:
        return False
    often = _most_frequent(e)
    return hits.mean() < often + SIGMAS * _error(often, hits)


def _most_frequent(e):
    return np.unique(e.valid[1], return_counts=True)[1].max() / len(e.valid[1])


def _accuracy_gap(e):
    if e.valid is None:
        yield from _accuracy_gap_by_history(e)
    elif (train := e.on_train.hits) is not None and (valid := e.on_valid.hits) is not None:
        a, b = train.mean(), valid.mean()
        if a - b > max(GAP, SIGMAS * math.hypot(_error(a, train), _error(b, valid))):
            yield f"{a:.1%} of the training data are right, but {b:.1%} of {len(valid)} validation examples"


def _accuracy_gap_by_history(e):
    if e.history and e.history.accuracy and e.history.valid_accuracy:
        train, valid = e.history.accuracy[-1], e.history.valid_accuracy[-1]
        if train - valid > UNSURE * GAP:
            yield f"{train:.1%} of the training data were right in the last epoch, {valid:.1%} of the validation data"


def _loss_gap(e):
    if e.valid is None:
        return
    a, b = e.on_train.losses.mean(), e.on_valid.losses.mean()
    if _is_clear(e) and b - a > max(LOSS_GAP * e.guess, a):
        yield f"the loss is {a:.3g} on training data, but {b:.3g} on validation data"


def _risen_validation(e):
    """The validation loss of the last epochs is above its lowest, while the training loss went on falling."""
    losses = e.valid_losses
    if len(losses) <= LAST:
        return
    best, now, factor = int(np.argmin(losses)), min(losses[-LAST:]), UNSURE if e.valid is None else 1
    rise = now - losses[best]
    far = rise > factor * (RISE - 1) * losses[best] and rise > factor * LOSS_RISE * e.guess
    if far and e.history.loss[-1] < e.history.loss[best] and (e.valid is None or rise > _chance(e)):
        yield f"the validation loss was lowest in epoch {best + 1} ({losses[best]:.3g}) and is now {losses[-1]:.3g}"


def _chance(e):
    """A rise that the validation loss may have by chance: of its examples, and of the steps between two epochs.

    What steps do to it is seen in its second differences, from which a steady rise or fall is gone.
    """
    examples = e.on_valid.losses.std() / math.sqrt(len(e.valid[1]))
    return max(RISE_SIGMAS * examples, np.median(np.abs(np.diff(e.valid_losses, 2))))


def _is_clear(e):
    """Is the gap between validation and training loss beyond chance in sets of that size?"""
    train, valid = e.on_train.losses, e.on_valid.losses
    error = math.hypot(train.std() / math.sqrt(len(train)), valid.std() / math.sqrt(len(valid)))
    return min(len(train), len(valid)) >= ENOUGH and valid.mean() - train.mean() > SIGMAS * error


def _error(p, hits):
    """The standard error of a fraction p among so many; never 0, since 20 of 20 don't prove 100 %."""
    n = len(hits)
    p = (p * n + 1) / (n + 2)
    return math.sqrt(p * (1 - p) / n)
