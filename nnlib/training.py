"""Training: the loop over epochs and mini-batches, with all that may belong to a step."""

import math
import sys
import time
import warnings
from contextlib import nullcontext

import numpy as np

from nnlib.arguments import describe, need_count, need_examples, need_loss, need_network, need_number
from nnlib.data import minibatches
from nnlib.history import History
from nnlib.metrics import labels_of, right
from nnlib.optimizers import clip_global_norm


def fit(
    net, loss, opt, train, *, epochs, batch_size, rng, valid=None, progress=True,
    schedule=None, penalties=(), clip=None, max_norm=None, stopping=None, augment=None,
):  # fmt: skip
    """Train `net` on `train` by `opt`, one pass over the shuffled data per epoch; returns a History.

    loss(output, y) gives (L, dz). With `valid`, loss and accuracy on it are recorded after each
    epoch. Accuracies are those of `nn.accuracy`, recorded where y are labels: whole numbers, or 0 and 1 for a net
    with one output. A loss that is not finite ends the training with a warning; the history up to there is kept.

    `train` and `valid` are (x, y), x (m, n) in the dtype of the net; batches have `batch_size` examples,
    the last one what is left. schedule(epochs gone by) gives the learning rate of each step; `penalties`
    are L1 and L2; `clip` limits the norm of the gradient; `max_norm` is a MaxNorm; `stopping` an
    EarlyStopping, which needs `valid`; augment(x, rng) gives a new form of a batch. `progress` shows a bar.
    Refuses data that are not finite, and an `opt` of another network. Source: S0, S3.
    """
    _need_options(loss, schedule, penalties, clip, max_norm, stopping, augment)
    _need_matching(net, opt, train, valid, stopping)
    history, steps = History(), math.ceil(len(train[0]) / need_count("batch_size", batch_size))
    labelled = labels_of(train[1], net.predict(train[0][:1]).shape) is not None
    step = _step(net, opt, schedule, penalties, clip, max_norm)
    with _progress_bar(need_count("epochs", epochs) * steps, progress) as bar:
        for epoch in range(epochs):
            batches = _augmented(minibatches(train, batch_size, rng), augment, rng)
            times = (epoch + i / steps for i in range(steps))
            if not _fit_epoch(net, loss, step, zip(times, batches, strict=True), labelled, history, bar):
                _warn_diverged(epoch, opt)
                break
            history.lr.append(opt.lr)
            if valid is not None:
                _evaluate(net, loss, valid, labelled, history)
            bar.set_postfix_str(_latest(history))
            if stopping and stopping.update(net, history.valid_loss[-1]):
                break
    if stopping:
        stopping.restore(net)
    return history


def _step(net, opt, schedule, penalties, clip, max_norm):
    """A function of time that turns the gradient in `net` into one step, with all that belongs to it."""

    def step(time):
        if schedule:
            opt.lr = need_number("schedule", schedule(time), least=0)
        for penalty in penalties:
            penalty.add_gradient(net)
        if clip is not None:
            clip_global_norm(net, clip)
        opt.step()
        if max_norm:
            max_norm.project(net)

    return step


def _fit_epoch(net, loss, step, batches, labelled, history, bar):
    """One pass over the batches. False when the loss stopped being finite."""
    start, losses, hits, sizes = time.perf_counter(), [], [], []
    for now, (x, y) in batches:
        output = net.forward(x, train=True)
        L, dz = need_loss(loss(output, y))
        losses.append(L)
        if not math.isfinite(L):
            break
        net.backward(dz)
        step(now)
        sizes.append(len(y))
        if labelled:
            hits.append(right(net, output, y.reshape(-1)))
        bar.update()
    history.batch_loss += losses
    history.loss.append(float(np.average(losses[: len(sizes)], weights=sizes)) if sizes else math.nan)
    history.seconds.append(time.perf_counter() - start)
    if hits:
        history.accuracy.append(float(sum(hits) / sum(sizes)))
    return len(losses) == len(sizes)


def _augmented(batches, augment, rng):
    for x, y in batches:
        yield (augment(x, rng), y) if augment else (x, y)


def _evaluate(net, loss, data, labelled, history):
    """Record loss and accuracy on data that is not trained on."""
    x, y = data
    output = net.predict(x)
    history.valid_loss.append(need_loss(loss(output, y))[0])
    if labelled:
        history.valid_accuracy.append(right(net, output, y.reshape(-1)) / len(y))


def _need_matching(net, opt, train, valid, stopping):
    need_network(net)
    need_examples("train", train, finite=True)
    if valid is not None:
        need_examples("valid", valid, finite=True)
    if getattr(opt, "net", None) is not net:
        raise ValueError("opt: it was made for another network than `net`, and would train that one")
    if stopping:
        if valid is None:
            raise ValueError("stopping: early stopping watches the validation loss, so it needs `valid`")
        stopping.start()


def _need_options(loss, schedule, penalties, clip, max_norm, stopping, augment):
    if clip is not None:
        need_number("clip", clip, above=0)
    if not isinstance(penalties, tuple | list):
        raise TypeError(f"penalties: expected a list, such as [nn.L2(1e-3)], got {describe(penalties)}")
    for name, option, has, example in (
        ("loss", 0 if loss is None else loss, "__call__", "nn.softmax_cross_entropy"),
        ("schedule", schedule, "__call__", "nn.schedules.cosine(0.1, 20)"),
        *(("penalties", penalty, "add_gradient", "[nn.L2(1e-3)]") for penalty in penalties),
        ("max_norm", max_norm, "project", "nn.MaxNorm(3)"),
        ("stopping", stopping, "restore", "nn.EarlyStopping(5)"),
        ("augment", augment, "__call__", "nn.augment.elastic"),
    ):
        if option is not None and not hasattr(option, has):
            raise TypeError(f"{name}: expected something like {example}, got {describe(option)}")


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
    try:
        from tqdm import tqdm
    except ImportError:  # it is not everywhere: in a browser training has no bar
        return _NoBar()
    return tqdm(total=total, disable=not shown, unit="step", file=sys.stdout, dynamic_ncols=True, mininterval=0.2)


class _NoBar(nullcontext):
    """What stands in for a progress bar that is not there."""

    def __enter__(self):
        return self

    def update(self):
        pass

    def set_postfix_str(self, text):
        pass
