"""What happened in training, and when to stop it."""

import math
from dataclasses import dataclass, field

from nnlib.arguments import need_count


@dataclass
class History:
    """What happened in training. One entry per epoch, but for `batch_loss`: one per step.

    `loss` and `accuracy` are means over the batches of the epoch, taken while the weights change;
    `valid_loss` and `valid_accuracy` are taken after it. Penalties are not part of any loss here, so that
    the two can be compared. Accuracies are fractions, empty where y are not labels. `lr` is that of the last
    step, `seconds` are those of the training alone.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    valid_loss: list = field(default_factory=list)
    valid_accuracy: list = field(default_factory=list)
    lr: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    batch_loss: list = field(default_factory=list)


class EarlyStopping:
    """Stop when the validation loss has not fallen for `patience` epochs, and go back to the best weights.

    After `fit`, `best_epoch` (counted from 1) and `best_loss` say what it went back to. In a loop of your
    own: `update` after each epoch, `restore` at the end. Source: S2.
    """

    def __init__(self, patience=5):
        self.patience = need_count("patience", patience)
        self.start()

    def start(self):
        """Forget what was, for another training."""
        self.epoch, self.best_epoch, self.best_loss, self.best_state = 0, 0, math.inf, None

    def update(self, net, valid_loss):
        """Take note of an epoch; True when it is time to stop."""
        self.epoch += 1
        if valid_loss < self.best_loss:
            self.best_epoch, self.best_loss, self.best_state = self.epoch, valid_loss, net.state()
        return self.epoch - self.best_epoch >= self.patience

    def restore(self, net):
        """Put the weights and statistics of the best epoch back into `net`."""
        if self.best_state:
            net.load_state(self.best_state)
