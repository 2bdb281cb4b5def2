"""The measures over the course of a training, for pictures of what happens inside a network while it learns."""

import copy
from collections import defaultdict

from nnlib.arguments import need_examples, need_function
from nnlib.diagnostics.measures import activation_statistics, deltas, gradient_norms, rms, update_ratios


class Watch:
    """What the measures say of one batch, epoch by epoch, and of the updates, step by step.

        watch = nn.diagnostics.Watch(loss, batch)
        nn.fit(net, loss, opt, train, …, on_epoch=watch.epoch, on_step=watch.step)

    `batch` is (x, y), the same one all the time. After each epoch `gradient_norms` {"0.W": [‖∂L/∂W‖, …]},
    `delta_sizes` {"0 Linear(64, 32)": [root mean square of δ, …]} and `activity` {"1 ReLU()": [Activity, …]} grow by
    an entry; after each step `update_ratios` {"0.W": [‖ΔW‖ / ‖W‖, …]}. Gradients and δ are those of training, the
    activity is that of use. Changes nothing in the net. Source: S2.
    """

    def __init__(self, loss, batch):
        self.loss, self.batch = need_function("loss", loss), need_examples("batch", batch, finite=True)
        self.gradient_norms, self.delta_sizes = defaultdict(list), defaultdict(list)
        self.activity, self.update_ratios = defaultdict(list), defaultdict(list)

    def epoch(self, net, history=None):
        """Take note of the net as it is: for `on_epoch`, and for before the training."""
        net = copy.deepcopy(net)
        net.backward(self.loss(net.forward(self.batch[0], train=True), self.batch[1])[1])
        _append(self.gradient_norms, gradient_norms(net))
        _append(self.delta_sizes, {name: rms(delta) for name, delta in deltas(net, self.loss, self.batch).items()})
        _append(self.activity, activation_statistics(net, self.batch[0]))

    def step(self, net, history, before):
        """Take note of a step from the state `before`: for `on_step`."""
        _append(self.update_ratios, update_ratios(net, before))


def _append(lists, values):
    for name, value in values.items():
        lists[name].append(value)
