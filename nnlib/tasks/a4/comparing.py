"""Part 5: batch, mini-batch and stochastic descent beside one another."""

import numpy as np

from nnlib.diagnosis import Fact, Task, mistake
from nnlib.tasks.a4.choosing import EARLIER, calls
from nnlib.tasks.a4.networks import loss_and_grads
from nnlib.tasks.a4.runs import descent, plan, training_probes

SIZES = [  # (m, n, h, k), epochs, batch_size, lr
    ((11, 3, 4, 2), 3, 4, 0.13, "mini-batches"),
    ((9, 4, 3, 3), 4, 9, 0.4, "batch descent"),
    ((6, 2, 5, 4), 2, 1, 0.06, "stochastic descent"),
    ((14, 3, 5, 3), 3, 5, 0.17, "mini-batches"),
    ((7, 5, 3, 2), 2, 2, 0.25, "mini-batches"),
    ((12, 2, 6, 3), 2, 12, 0.5, "batch descent"),
    ((8, 4, 6, 4), 1, 3, 0.3, "a single epoch"),
]


def runs(rng):
    return training_probes(rng, SIZES)


def epoch_by_epoch(params, x, y, epochs, batch_size, lr, rng):
    """(the parameters before training and after each epoch, the losses that are noted in each epoch)."""
    return trained(params, lr, plan(x, y, epochs, batch_size, rng))


def trained(params, lr, batches):
    stages, noted = [params], []
    for epoch in batches:
        after, losses = descent(stages[-1], [epoch], lr)
        stages, noted = [*stages, after], [*noted, losses]
    return stages, noted


def stages_of(batches):
    """The step `run` of who goes through other batches: `batches(x, y, epochs, batch_size, rng)`."""
    return lambda params, x, y, epochs, batch_size, lr, rng: trained(
        params, lr, batches(x, y, epochs, batch_size, rng))  # fmt: skip


def _again_from_the_start(params, x, y, epochs, batch_size, lr, rng):
    """One epoch, each time from the first parameters."""
    return [params, *(descent(params, [batches], lr)[0] for batches in plan(x, y, epochs, batch_size, rng))], []


def _longer_and_longer(kept):
    """1, 2, … epochs, each run upon the one before, or if it is not `kept` from the first parameters."""

    def run(params, x, y, epochs, batch_size, lr, rng):
        found = [params]
        for k in range(1, epochs + 1):
            found.append(descent(found[-1] if kept else params, plan(x, y, k, batch_size, rng), lr)[0])
        return found, []

    return run


def _all_each_time(params, x, y, epochs, batch_size, lr, rng):
    stages, noted = epoch_by_epoch(params, x, y, epochs**2, batch_size, lr, rng)
    return stages[::epochs], noted


def measured(stages, x, y):
    return np.array([loss_and_grads(p, x, y)[0] for p in stages])


def noted_in(value):
    """The loss before training, then of each epoch a `value` of the losses that training has noted."""
    return lambda stages, noted, x, y: np.array([loss_and_grads(stages[0], x, y)[0], *map(value, noted)])


def noted_alone(value):
    return lambda noted: np.array([value(losses) for losses in noted])


NOTED = "where the loss on all data after it belongs."
ALONE = "the loss before training is missing."
EPOCH_LOSSES = Task(
    number=10,
    call="epoch_losses(params, x, y, epochs, batch_size, lr, rng)",
    returns="losses",
    steps={
        "run": epoch_by_epoch,
        "stages": lambda run: run[0],
        "noted": lambda run: run[1],
        "losses": measured,
    },
    probes=runs,
    helpers=EARLIER,
    lecture="07, part 3",
    facts=(
        Fact("train.size", "train_network gets another batch_size than epoch_losses.",
             lambda seen: all(c[4] == seen.arguments[4] for c in calls(seen, "train_network"))),
        Fact("train.lr", "train_network gets another learning rate than epoch_losses.",
             lambda seen: all(c[5] == seen.arguments[5] for c in calls(seen, "train_network"))),
        Fact("train.data", "train_network gets something other than all of x.",
             lambda seen: all(len(c[1]) == len(seen.arguments[1]) for c in calls(seen, "train_network"))),
        Fact("measure.data", "loss_and_grads gets something other than all of x.",
             lambda seen: all(len(c[1]) == len(seen.arguments[1]) for c in calls(seen, "loss_and_grads"))),
    ),
    mistakes=(
        mistake("losses.first_missing", "The loss before training is missing.",
                losses=lambda stages, x, y: measured(stages[1:], x, y)),
        mistake("losses.last_missing", "The loss after the last epoch is missing.",
                losses=lambda stages, x, y: measured(stages[:-1], x, y)),
        mistake("losses.late", "The loss before training stands there twice, and that after the last epoch is missing.",
                losses=lambda stages, x, y: measured([stages[0], *stages[:-1]], x, y)),
        mistake("losses.early", "One epoch of training comes before the first loss is noted.",
                run=lambda params, x, y, epochs, batch_size, lr, rng: (
                    epoch_by_epoch(params, x, y, epochs + 1, batch_size, lr, rng)[0][1:], [])),
        mistake("losses.reversed", "The losses stand in the reverse order.",
                losses=lambda stages, x, y: measured(stages[::-1], x, y)),
        mistake("losses.sum", "The losses are summed over the images, where their mean belongs.",
                losses=lambda stages, x, y: measured(stages, x, y) * len(x)),
        mistake("losses.divided", "The losses are divided by the number of images. They are means already.",
                losses=lambda stages, x, y: measured(stages, x, y) / len(x)),
        mistake("losses.first_batch", "The losses are those of the first batch_size images, where all count.",
                losses=lambda stages, x, y, batch_size: measured(stages, x[:batch_size], y[:batch_size])),
        mistake("losses.noted_mean", f"An epoch has the mean of its mini-batches' losses, {NOTED}",
                losses=noted_in(np.mean)),
        mistake("losses.noted_last", f"An epoch has the loss of its last mini-batch, {NOTED}",
                losses=noted_in(lambda losses: losses[-1])),
        mistake("losses.noted_first", f"An epoch has the loss of its first mini-batch, {NOTED}",
                losses=noted_in(lambda losses: losses[0])),
        mistake("losses.noted_sum", f"An epoch has the sum of its mini-batches' losses, {NOTED}",
                losses=noted_in(np.sum)),
        mistake("losses.noted_means_alone", f"Epochs have the mean loss of their mini-batches; {ALONE}",
                losses=noted_alone(np.mean)),
        mistake("losses.noted_lasts_alone", f"Epochs have the loss of their last mini-batch; {ALONE}",
                losses=noted_alone(lambda losses: losses[-1])),
        mistake("losses.of_steps", "The losses of all steps are returned, where one per epoch belongs, on all data.",
                losses=lambda noted: np.concatenate(noted)),
        mistake("losses.with_steps", "After the loss before training, the losses of all steps follow.",
                losses=lambda stages, noted, x, y: np.concatenate([measured(stages[:1], x, y), *noted])),
        *(mistake("rng.each_epoch", "A new generator is made in each epoch: every epoch has the same order.",
                  run=stages_of(lambda x, y, epochs, batch_size, rng, seed=seed: plan(
                      x, y, 1, batch_size, np.random.default_rng(seed)) * epochs)) for seed in (0, 1, 42)),
        *(mistake("rng.own", "The random numbers come from another generator than the one that is given.",
                  run=stages_of(lambda x, y, epochs, batch_size, rng, seed=seed: plan(
                      x, y, epochs, batch_size, np.random.default_rng(seed)))) for seed in (0, 1, 42)),
        *(mistake("rng.own", "The random numbers come from another generator than the one that is given.",
                  run=stages_of(lambda x, y, epochs, batch_size, rng, first=first: [
                      plan(x, y, 1, batch_size, np.random.default_rng(first + k))[0] for k in range(epochs)]))
          for first in (0, 1)),
        mistake("stages.stuck", "The parameters never change: every loss is that before training.",
                stages=lambda params, epochs: [params] * (epochs + 1)),
        mistake("stages.restarted", "Every epoch begins with the first parameters again.", run=_again_from_the_start),
        mistake("stages.growing", "Epochs pile up: training goes on for 1, then 2, then 3 epochs more.",
                run=_longer_and_longer(True)),
        mistake("stages.from_the_start", "Training begins anew each time, for 1, 2, 3 epochs, with other batches.",
                run=_longer_and_longer(False)),
        mistake("stages.all_each_time", "All epochs are run between two losses, where one epoch belongs.",
                run=_all_each_time),
    ),
)  # fmt: skip

TASKS = (EPOCH_LOSSES,)
