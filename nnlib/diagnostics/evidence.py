"""What `examine` measures, each number once, when it is first asked for; all of it on copies."""

import copy
from functools import cached_property
from typing import NamedTuple

import numpy as np

from nnlib.arguments import need_loss
from nnlib.dataset import Dataset, minibatches
from nnlib.diagnostics.measures import activation_statistics, deltas, norm, rms, weight_gains
from nnlib.metrics import labels_of, predicted_labels
from nnlib.optimizers import clip_global_norm

SAMPLE, POOL = 500, 2000  # training examples to look at, and to train copies on
LARGEST = 500  # examples in a batch when copies are trained
STEPS, FEWEST = 100, 20  # of a copy; of one of a large net, where steps times parameters times examples
WORK = 2e9  # would be more than this: to be quick
SIGMAS = 6  # the highest of many batches may be 3 or 4 standard deviations above the mean by chance
LEARNED = 0.5  # of the loss of a net that knows nothing: below that, this one has learned
STUCK = 0.7  # of that loss: above it, the net is where it was
RISE, FAR = 1.5, 5  # times the loss at the start: above that, it has risen; has risen far
WELL, ILL = 3, 30  # times the loss of outputs that are all 0: below the one a net starts well, above the other ill


class Evidence:
    """A network, how it is trained, and what is seen there. `sample` and `pool` are drawn from the training data.

    `net`, `loss`, `opt`, `train`, `batch_size`, `valid`, `history` and `clip` are those of `examine`, checked.
    Chance is always the same here, so that the same question gets the same answer.
    """

    def __init__(self, net, loss, opt, train, batch_size, valid, history, clip):
        self.net, self.opt = net, opt  # looked at; what runs is a copy
        self.loss_of, self.batch_size, self.valid, self.history, self.clip = loss, batch_size, valid, history, clip
        self.pool = some(train, POOL)
        self.sample = Dataset(self.pool.x[:SAMPLE], self.pool.y[:SAMPLE])
        self.stepped = copy.deepcopy(self.net)  # whose layers hold the gradient
        self.output, self.loss = pass_through(self.stepped, loss, self.sample)
        self.gradient_norm = norm(self.stepped.grad)

    @cached_property
    def finite(self):
        return bool(np.isfinite([self.loss, self.gradient_norm, norm(self.net.theta)]).all())

    @cached_property
    def labelled(self):
        """Are the targets labels?"""
        return labels_of(self.sample.y, self.output.shape) is not None

    @cached_property
    def guess(self):
        """The loss of a net whose θ is 0, which answers the same to everything: log k for k classes."""
        net = copy.deepcopy(self.net)
        net.theta = np.zeros_like(net.theta)
        return pass_through(net, self.loss_of, self.sample)[1]

    @cached_property
    def mixed_up(self):
        """The loss when outputs are held against the targets of other examples: the price of knowing nothing."""
        turned = (np.roll(self.sample.y, shift, axis=0) for shift in range(1, 6))
        return float(np.mean([self.loss_of(self.output, y)[0] for y in turned]))

    @cached_property
    def learned(self):
        """Is the loss far below that of a net that knows nothing?"""
        return self.loss < LEARNED * min(self.guess, self.mixed_up)

    @cached_property
    def weighted(self):
        """[(name, layer)] of the layers with a W."""
        leaves = self.stepped.leaves()
        return [(f"{path.rstrip('.')} {leaf!r}", leaf) for path, leaf in leaves if "W" in leaf.parameters]

    @cached_property
    def statistics(self):
        return activation_statistics(self.net, self.sample.x, train=True)

    @cached_property
    def ends(self):
        """(name, root mean square of δ) of the first and of the last layer with a W."""
        errors = deltas(self.net, self.loss_of, self.sample)
        return [(self.weighted[i][0], rms(errors[self.weighted[i][0]])) for i in (0, -1)]

    @cached_property
    def gains(self):
        return weight_gains(self.net)

    @cached_property
    def batch_losses(self):
        return list(self.history.batch_loss) if self.history else []

    @cached_property
    def valid_losses(self):
        return list(self.history.valid_loss) if self.history else []

    @cached_property
    def highest(self):
        """The highest finite loss of a step."""
        return max((L for L in self.batch_losses if np.isfinite(L)), default=np.nan)

    @cached_property
    def started_well(self):
        """Is it known that the first loss was not far above that of outputs which are all 0?"""
        return bool(self.batch_losses) and self.batch_losses[0] < WELL * self.guess

    @cached_property
    def started_ill(self):
        """Is it known that the first loss was very far above that?"""
        return bool(self.batch_losses) and self.batch_losses[0] >= ILL * self.guess

    @cached_property
    def rose(self):
        """Did the loss rise far above what it was at first, by more than chance, from a start that was not ill?"""
        if not self.batch_losses or self.started_ill:
            return False
        start = max(self.batch_losses[0], self.guess)
        return self.highest > RISE * start and self.highest - start > SIGMAS * self.spread

    @cached_property
    def spread(self):
        """The standard deviation of a batch's mean loss by the chance of its examples; 0 if outputs are not finite."""
        return self.on_train.losses.std() / np.sqrt(self.batch_size) if self.finite else 0.0

    @cached_property
    def still_high(self):
        """Has the loss, now or in the mean of the last epoch, not come back to much less than a guess costs?

        After a rise that is really far, half of that is high; after a smaller one, nearly all of it.
        """
        limit = LEARNED if self.highest > FAR * self.guess else STUCK
        return max([self.loss, *self.history.loss[-1:]]) > limit * self.guess

    def after(self, factor, times=1):
        """The loss of a copy after `steps` more steps (or `times` as many) with `factor` times the learning rate.

        Infinite if it breaks.
        """
        net, opt = copy.deepcopy((self.net, self.opt))
        opt.lr *= factor
        for batch in self._batches * times:
            _, L = pass_through(net, self.loss_of, batch)
            if not np.isfinite(L):
                return np.inf
            if self.clip is not None:
                clip_global_norm(net, self.clip)
            opt.step()
        return np.nan_to_num(pass_through(net, self.loss_of, self.sample)[1], nan=np.inf)

    @cached_property
    def steps(self):
        """How many steps a copy is trained."""
        examples = min(self.batch_size, LARGEST, len(self.pool.x))
        return int(np.clip(WORK / (self.net.theta.size * examples), FEWEST, STEPS))

    @cached_property
    def _batches(self):
        rng, batches = np.random.default_rng(0), []
        while len(batches) < self.steps:
            batches += minibatches(self.pool, min(self.batch_size, LARGEST), rng)
        return batches[: self.steps]

    @cached_property
    def on_train(self):
        return self._scores(self.pool)

    @cached_property
    def on_valid(self):
        return self._scores(some(self.valid, POOL))

    def _scores(self, data):
        """The Scores in use, when dropout does not drop."""
        x, y = data
        output = copy.deepcopy(self.net).predict(x)
        losses = [self.loss_of(output[i : i + 1], y[i : i + 1])[0] for i in range(min(len(x), SAMPLE))]
        labels = labels_of(y, output.shape)
        hits = None if labels is None else predicted_labels(self.net, output) == labels
        return Scores(np.array(losses), hits)


class Scores(NamedTuple):
    """Of single examples: the `losses`, and `hits`, True where the label is right; None where targets are no labels."""

    losses: np.ndarray
    hits: np.ndarray


def pass_through(net, loss, batch):
    """(output, L) in training for a `batch` (x, y), with the gradient of loss(output, y) left in `net`.

    L is NaN, and there is no gradient, if the output is not finite.
    """
    output = net.forward(batch.x, train=True)
    if not np.isfinite(output).all():
        return output, np.nan
    L, dz = need_loss(loss(output, batch.y))
    net.backward(dz)
    return output, float(L)


def some(data, n):
    """Up to n examples of data (x, y), drawn without repetition, the same ones every time."""
    x, y = data
    rows = np.random.default_rng(0).permutation(len(x))[:n]
    return Dataset(x[rows], y[rows])
