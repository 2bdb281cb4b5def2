"""Training: the loop over epochs and mini-batches, and the history of what happened."""

import math
import sys
import time
import warnings
from dataclasses import dataclass, field

import numpy as np

from nnlib.arguments import need_count, need_finite, need_labels
from nnlib.data import minibatches


@dataclass
class History:
    """What happened in training. One entry per epoch, but for `batch_loss`: one per step.

    `loss` and `accuracy` are means over the batches of the epoch, taken while the weights change;
    the `valid_` ones are taken after it. Accuracies are fractions, empty where y are not labels.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    valid_loss: list = field(default_factory=list)
    valid_accuracy: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    batch_loss: list = field(default_factory=list)


def accuracy(net, data, batch_size=1000):
    """The fraction of examples whose largest output is that of their label."""
    output = net.predict(data[0], batch_size)
    return float(np.mean(output.argmax(axis=1) == need_labels("y", data[1], *output.shape)))


def fit(net, loss, opt, train, epochs, batch_size, rng, valid=None, progress=True):
    """Train `net` on `train` by `opt`, one pass over the shuffled data per epoch; returns a History.

    loss(output, y) gives (L, dz). With `valid`, loss and accuracy on it are recorded after each
    epoch. A loss that is not finite ends the training with a warning; the history up to there is kept.
    """
    need_finite("train", train)
    if valid is not None:
        need_finite("valid", valid)
    if opt.net is not net:
        raise ValueError("opt: it was made for another network than `net`, and would train that one")
    history = History()
    steps = math.ceil(len(train[0]) / need_count("batch_size", batch_size))
    with _progress_bar(need_count("epochs", epochs) * steps, progress) as bar:
        for epoch in range(epochs):
            if not _fit_epoch(net, loss, opt, minibatches(train, batch_size, rng), history, bar):
                _warn_diverged(epoch, opt)
                break
            if valid is not None:
                _evaluate(net, loss, valid, history)
            bar.set_postfix_str(_latest(history))
    return history


def _fit_epoch(net, loss, opt, batches, history, bar):
    """One pass over the batches. False when the loss stopped being finite."""
    start, losses, hits, sizes = time.perf_counter(), [], [], []
    for x, y in batches:
        output = net.forward(x, train=True)
        L, dz = loss(output, y)
        losses.append(L)
        if not math.isfinite(L):
            break
        net.backward(dz)
        opt.step()
        sizes.append(len(y))
        if _are_labels(y):
            hits.append(np.count_nonzero(output.argmax(axis=1) == y))
        bar.update()
    history.batch_loss += losses
    history.loss.append(float(np.average(losses[: len(sizes)], weights=sizes)) if sizes else math.nan)
    history.seconds.append(time.perf_counter() - start)
    if hits:
        history.accuracy.append(sum(hits) / sum(sizes))
    return len(losses) == len(sizes)


def _evaluate(net, loss, data, history):
    """Record loss and accuracy on data that is not trained on."""
    output = net.predict(data[0])
    history.valid_loss.append(loss(output, data[1])[0])
    if _are_labels(data[1]):
        history.valid_accuracy.append(float(np.mean(output.argmax(axis=1) == data[1])))


def _are_labels(y):
    return y.ndim == 1 and y.dtype.kind in "iu"


def _warn_diverged(epoch, opt):
    warnings.warn(
        f"training stopped in epoch {epoch + 1}: the loss is no longer a finite number. "
        f"The learning rate {opt.lr:g} is probably too high: try a tenth of it.",
        stacklevel=3,
    )


def _latest(history):
    parts = [f"loss {history.loss[-1]:.3f}"]
    if history.accuracy:
        parts.append(f"accuracy {history.accuracy[-1]:.1%}")
    if history.valid_accuracy:
        parts.append(f"validation {history.valid_accuracy[-1]:.1%}")
    return ", ".join(parts)


def _progress_bar(total, shown):
    from tqdm import tqdm

    return tqdm(total=total, disable=not shown, unit="step", file=sys.stdout, dynamic_ncols=True, mininterval=0.2)
