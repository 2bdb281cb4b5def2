"""What happened in training, and when to stop it."""

import math
from dataclasses import dataclass, field

from nnlib.arguments import need_count, need_network, need_number


@dataclass
class History:
    """What happened in training. One entry per epoch, but for `batch_loss`: one per step.

    `loss`, `cost` and `accuracy` are means over the batches of the epoch, taken while the weights change;
    `valid_loss` and `valid_accuracy` are taken after it. `cost` is J = L + R, with the penalties that are trained
    with; all others are L alone, so that training and validation can be compared. Accuracies are fractions, empty
    where y are not labels. `lr` is that of the last step, `seconds` are those of the training alone.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    valid_loss: list = field(default_factory=list)
    valid_accuracy: list = field(default_factory=list)
    lr: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    batch_loss: list = field(default_factory=list)
    cost: list = field(default_factory=list)


class EarlyStopping:
    """Stop after `patience` epochs in a row that were not better than the best, and go back to the best weights.

    Better means: a validation loss lower by more than `min_improvement`, so that an equal one is not better. After
    `fit`, `best_epoch` (counted from 1, 0 if no loss was a number) and `best_loss` say what it went back to.
    In a loop of your own: `update` after each epoch, which is True when it is time to stop; `restore` at the end.
    Source: S2.
    """

    def __init__(self, patience=5, min_improvement=0.0):
        self.patience = need_count("patience", patience)
        self.min_improvement = need_number("min_improvement", min_improvement, least=0)
        self.start()

    def start(self):
        """Forget what was, for another training."""
        self.net, self.best_state = None, None
        self.epoch, self.best_epoch, self.best_loss = 0, 0, math.inf

    @property
    def is_over(self):
        """Have the last `patience` epochs brought nothing better?"""
        return self.epoch - self.best_epoch >= self.patience

    def update(self, net, valid_loss):
        """Take note of an epoch; True when it is time to stop. Another net, or one restored, is a new training."""
        if net is not self.net:
            self.start()
            self.net = need_network(net)
        self.epoch += 1
        if valid_loss < self.best_loss - self.min_improvement:
            self.best_epoch, self.best_loss, self.best_state = self.epoch, valid_loss, net.state()
        return self.is_over

    def restore(self, net):
        """Put the weights and statistics of the best epoch back into `net`, and let go of them. Refuses another net."""
        if self.net is None:
            return
        if net is not self.net:
            raise ValueError("net: expected the network that was watched, got another one")
        if self.best_state is not None:
            net.load_state(self.best_state)
        self.net, self.best_state = None, None
