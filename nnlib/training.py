"""Training: the loop over epochs and mini-batches, with all that may belong to a step."""

import math
import time
import warnings
from dataclasses import dataclass

import numpy as np

from nnlib.arguments import describe, need_count, need_examples, need_loss, need_network, need_number
from nnlib.data import minibatches
from nnlib.history import History
from nnlib.metrics import labels_of, right
from nnlib.optimizers import clip_global_norm
from nnlib.progress import latest, progress_bar


def fit(
    net, loss, opt, train, *, epochs, batch_size, rng, valid=None, progress=True,
    schedule=None, penalties=(), clip=None, max_norm=None, stopping=None, augment=None,
    history=None, on_step=None, on_epoch=None,
):  # fmt: skip
    """Train `net` on `train` by `opt`, one pass over the shuffled data per epoch; returns a History.

    loss(output, y) gives (L, dz). With `valid`, loss and accuracy on it are recorded after each
    epoch. Accuracies are those of `nn.accuracy`, recorded where y are labels: whole numbers, or 0 and 1 for a net
    with one output. A loss that is not finite ends the training with a warning, and so does a gradient that is
    to be clipped; the history up to there is kept.

    `train` and `valid` are (x, y), x (m, n) in the dtype of the net; batches have `batch_size` examples,
    the last one what is left. schedule(epochs gone by) gives the learning rate of each step; `penalties`
    are L1 and L2; `clip` limits the norm of the gradient; `max_norm` is a MaxNorm; `stopping` an
    EarlyStopping, which needs `valid`; augment(x, rng) gives a new form of a batch. `progress` shows a bar.

    on_step(net, history, before) is called after every step: θ is the new one, `net.grad` what the step went by,
    with penalties and clipped, and `before` the net.state() from before it. on_epoch(net, history) is called
    after every whole epoch. With a `history` of some epochs, training goes on after them, up to `epochs` in all;
    see load_training.

    Refuses data that are not finite, and an `opt` of another network. Source: S0, S3.
    """
    _need_options(loss, schedule, penalties, clip, max_norm, stopping, augment, history, on_step, on_epoch)
    _need_matching(net, opt, train, valid)
    history = History() if history is None else history
    _start(stopping, net, valid, history)
    steps = math.ceil(len(train[0]) / need_count("batch_size", batch_size))
    labelled = labels_of(train[1], net.predict(train[0][:1]).shape) is not None
    left = range(len(history.loss), need_count("epochs", epochs))
    with progress_bar(len(left) * steps, progress) as bar:
        run = _Run(net, loss, opt, schedule, penalties, clip, max_norm, on_step, labelled, history, bar)
        for epoch in left:
            if stopping and stopping.is_over:
                break
            times = (epoch + i / steps for i in range(steps))
            if not run.epoch(zip(times, _batches(train, batch_size, rng, augment)), valid):
                _warn_diverged(epoch, opt)
                break
            bar.set_postfix_str(latest(history))
            if stopping:
                stopping.update(net, history.valid_loss[-1])
            if on_epoch:
                on_epoch(net, history)
    if stopping:
        stopping.restore(net)
    return history


@dataclass
class _Run:
    """One training: a step, an epoch and an evaluation with all that `fit` was given."""

    net: object
    loss: object
    opt: object
    schedule: object
    penalties: tuple
    clip: float
    max_norm: object
    on_step: object
    labelled: bool
    history: History
    bar: object

    def epoch(self, batches, valid):
        """One pass over the batches, with what came of it. False when loss or gradient stopped being finite."""
        start, watched, done = time.perf_counter(), 0.0, []
        for now, (x, y) in batches:
            before = self.net.state() if self.on_step else None
            if (result := self.step(now, x, y)) is None:
                break
            done.append((len(y), *result))
            self.bar.update()
            if self.on_step:
                pause = time.perf_counter()
                self.on_step(self.net, self.history, before)
                watched += time.perf_counter() - pause
        seconds = time.perf_counter() - start - watched
        if result is not None and valid is not None:
            self.evaluate(*valid)  # first, since it takes long: an epoch that is interrupted leaves no entry
        self.record(done, seconds)
        return result is not None

    def step(self, now, x, y):
        """θ ← θ + Δθ for one batch; returns its L, its J and how many it had right, or None if it has no gradient."""
        net = self.net
        if self.schedule:
            self.opt.lr = need_number("schedule", self.schedule(now), least=0)
        output = net.forward(x, train=True)
        L, dz = need_loss(self.loss(output, y))
        self.history.batch_loss.append(L)
        if not math.isfinite(L):
            return None
        J = L + sum(penalty.value(net) for penalty in self.penalties)
        net.backward(dz)
        for penalty in self.penalties:
            penalty.add_gradient(net)
        if self.clip is not None:
            if not np.isfinite(net.grad).all():
                return None
            clip_global_norm(net, self.clip)
        self.opt.step()
        if self.max_norm:
            self.max_norm.project(net)
        return L, J, right(net, output, y.reshape(-1)) if self.labelled else 0

    def record(self, done, seconds):
        """The means over an epoch, of (examples, L, J, right answers) for each of its batches."""
        sizes, L, J, hits = zip(*done) if done else ([1], [math.nan], [math.nan], [math.nan])
        self.history.loss.append(float(np.average(L, weights=sizes)))
        self.history.cost.append(float(np.average(J, weights=sizes)))
        if self.labelled:
            self.history.accuracy.append(sum(hits) / sum(sizes))
        self.history.lr.append(self.opt.lr)
        self.history.seconds.append(seconds)

    def evaluate(self, x, y):
        """Record loss and accuracy on data that is not trained on."""
        output = self.net.predict(x)
        self.history.valid_loss.append(need_loss(self.loss(output, y))[0])
        if self.labelled:
            self.history.valid_accuracy.append(right(self.net, output, y.reshape(-1)) / len(y))


def _batches(train, batch_size, rng, augment):
    for x, y in minibatches(train, batch_size, rng):
        yield (augment(x, rng), y) if augment else (x, y)


def _start(stopping, net, valid, history):
    """Make early stopping ready: for a new training, or to go on with this one, whose curves must fit on."""
    if valid is not None and len(history.valid_loss) != (epochs := len(history.loss)):
        raise ValueError(
            f"history: of its {epochs} epochs, {len(history.valid_loss)} have a validation loss: the curve would be"
            " shifted. Go on without `valid`, or begin a new nn.History()"
        )
    if not stopping:
        return
    if valid is None:
        raise ValueError("stopping: early stopping watches the validation loss, so it needs `valid`")
    if not history.loss:
        stopping.start()
    elif stopping.net is not net or stopping.epoch != len(history.loss):
        raise ValueError(
            f"stopping: it has not watched the {len(history.loss)} epochs of `history`. "
            "Give it to save_training and load_training, too"
        )


def _need_matching(net, opt, train, valid):
    need_network(net)
    need_examples("train", train, finite=True)
    if valid is not None:
        need_examples("valid", valid, finite=True)
    if getattr(opt, "net", None) is not net:
        raise ValueError("opt: it was made for another network than `net`, and would train that one")


def _need_options(loss, schedule, penalties, clip, max_norm, stopping, augment, history, on_step, on_epoch):
    if clip is not None:
        need_number("clip", clip, above=0)
    if not isinstance(penalties, tuple | list):
        raise TypeError(f"penalties: expected a list, such as [nn.L2(1e-3)], got {describe(penalties)}")
    for name, option, has, example in (
        ("loss", loss, "__call__", "nn.softmax_cross_entropy"),
        ("schedule", schedule, "__call__", "nn.schedules.cosine(0.1, 20)"),
        *(("penalties", penalty, "add_gradient", "[nn.L2(1e-3)]") for penalty in penalties),
        ("max_norm", max_norm, "project", "nn.MaxNorm(3)"),
        ("stopping", stopping, "restore", "nn.EarlyStopping(5)"),
        ("augment", augment, "__call__", "nn.augment.elastic"),
        ("history", history, "batch_loss", "nn.History()"),
        ("on_step", on_step, "__call__", "a function of net, history and the state before the step"),
        ("on_epoch", on_epoch, "__call__", "a function of net and history"),
    ):
        if (option is not None or name == "loss") and not hasattr(option, has):
            raise TypeError(f"{name}: expected something like {example}, got {describe(option)}")


def _warn_diverged(epoch, opt):
    warnings.warn(
        f"training stopped in epoch {epoch + 1}: the loss or its gradient is no longer finite. "
        f"The learning rate {opt.lr:g} is probably too high: try a tenth of it.",
        stacklevel=3,
    )
