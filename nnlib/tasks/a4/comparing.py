"""Part 5: batch, mini-batch and stochastic descent beside one another, and the choice of a number of hidden units."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task, mistake
from nnlib.tasks.a4.choosing import EARLIER, calls, settings, validation_accuracy
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


def stages(params, x, y, epochs, batch_size, lr, rng):
    """The parameters before training and after each epoch."""
    found = [params]
    for batches in plan(x, y, epochs, batch_size, rng):
        found.append(descent(found[-1], [batches], lr)[0])
    return found


def _again_from_the_start(params, x, y, epochs, batch_size, lr, rng):
    """One epoch, each time from the first parameters."""
    return [params, *(descent(params, [batches], lr)[0] for batches in plan(x, y, epochs, batch_size, rng))]


def _longer_and_longer(params, x, y, epochs, batch_size, lr, rng):
    """0, 1, 2, … epochs more, each run upon the one before."""
    found = [params]
    for k in range(1, epochs + 1):
        found.append(descent(found[-1], plan(x, y, k, batch_size, rng), lr)[0])
    return found


EPOCH_LOSSES = Task(
    number=10,
    call="epoch_losses(params, x, y, epochs, batch_size, lr, rng)",
    returns="losses",
    steps={
        "stages": stages,
        "losses": lambda stages, x, y: np.array([loss_and_grads(p, x, y)[0] for p in stages]),
    },
    probes=runs,
    helpers=EARLIER,
    lecture="07, part 3",
    facts=(
        Fact("train.size", "train_network gets another batch_size than epoch_losses.",
             lambda seen: all(c[4] == seen.arguments[4] for c in calls(seen, "train_network"))),
        Fact("train.lr", "train_network gets another learning rate than epoch_losses.",
             lambda seen: all(c[5] == seen.arguments[5] for c in calls(seen, "train_network"))),
        Fact("train.data", "train_network gets something else than all of x.",
             lambda seen: all(len(c[1]) == len(seen.arguments[1]) for c in calls(seen, "train_network"))),
    ),
    mistakes=(
        mistake("losses.first_missing", "The loss before training is missing.",
                losses=lambda stages, x, y: np.array([loss_and_grads(p, x, y)[0] for p in stages[1:]])),
        mistake("losses.last_missing", "The loss after the last epoch is missing.",
                losses=lambda stages, x, y: np.array([loss_and_grads(p, x, y)[0] for p in stages[:-1]])),
        mistake("losses.reversed", "The losses stand in the reverse order.",
                losses=lambda stages, x, y: np.array([loss_and_grads(p, x, y)[0] for p in stages[::-1]])),
        mistake("losses.sum", "The losses are summed over the images, where their mean belongs.",
                losses=lambda stages, x, y: np.array([loss_and_grads(p, x, y)[0] * len(x) for p in stages])),
        mistake("losses.first_batch", "The losses are those of the first batch_size images, where all count.",
                losses=lambda stages, x, y, batch_size: np.array(
                    [loss_and_grads(p, x[:batch_size], y[:batch_size])[0] for p in stages])),
        mistake("stages.stuck", "The parameters never change: what train_network returns is not kept.",
                stages=lambda params, epochs: [params] * (epochs + 1)),
        mistake("stages.restarted", "Every epoch begins with the first parameters again.",
                stages=_again_from_the_start),
        mistake("stages.growing", "Epochs pile up: training goes on for 1, then 2, then 3 epochs more.",
                stages=_longer_and_longer),
        mistake("stages.all_each_time", "All epochs are run between two losses, where one is.",
                stages=lambda params, x, y, epochs, batch_size, lr, rng: stages(
                    params, x, y, epochs**2, batch_size, lr, rng)[::epochs]),
    ),
)  # fmt: skip

CANDIDATES = ((2, 5, 9, 14), (12, 3, 7), (4, 8, 16), (10, 6), (13, 5, 9), (7, 11), (3, 15), (17, 4), (8, 12), (6, 18))
SLACK = 0.02


def choices(rng):
    found = [probe.arguments for probe in settings(rng)]
    return [Probe("lists of candidates", (train, valid, list(sizes), *rest, own))
            for (train, valid, _, *rest, own), sizes in zip(found, CANDIDATES)]  # fmt: skip


def tried(train, valid, candidates, epochs, batch_size, lr, rng):
    return np.array([validation_accuracy(train, valid, h, epochs, batch_size, lr, rng) for h in candidates])


def smallest_near_best(candidates, accuracies):
    """The fewest units whose accuracy is at most SLACK below the best."""
    return min(h for h, reached in zip(candidates, accuracies) if reached >= max(accuracies) - SLACK)


CHOOSE = Task(
    number=12,
    call="choose_hidden(train, valid, candidates, epochs, batch_size, lr, rng)",
    returns="best accuracies",
    steps={"accuracies": tried, "best": smallest_near_best},
    probes=choices,
    helpers=EARLIER | {"validation_accuracy": validation_accuracy},
    lecture="12, part 3",
    facts=(
        Fact("train.data", "Networks are trained on other data than `train`.",
             lambda seen: all(np.array_equal(c[0][0], seen.arguments[0][0]) for c in
                              calls(seen, "validation_accuracy"))),
        Fact("measure.data", "Networks are measured on other data than `valid`.",
             lambda seen: all(np.array_equal(c[1][0], seen.arguments[1][0]) for c in
                              calls(seen, "validation_accuracy"))),
    ),
    mistakes=(
        mistake("best.fewest", "The fewest units of all are returned, whatever their accuracy.",
                best=lambda candidates: min(candidates)),
        mistake("best.accuracy", "The highest accuracy is returned, where a number of units belongs.",
                best=lambda accuracies: max(accuracies)),
        mistake("accuracies.first_alone", "All accuracies are those of the first candidate.",
                accuracies=lambda train, valid, candidates, epochs, batch_size, lr, rng: tried(
                    train, valid, candidates[:1] * len(candidates), epochs, batch_size, lr, rng)),
        mistake("accuracies.sorted", "The accuracies are sorted, where they belong in the order of candidates.",
                accuracies=lambda train, valid, candidates, epochs, batch_size, lr, rng: np.sort(tried(
                    train, valid, candidates, epochs, batch_size, lr, rng))),
        mistake("accuracies.errors", "Shares of wrong answers stand where accuracies belong.",
                accuracies=lambda train, valid, candidates, epochs, batch_size, lr, rng: 1 - tried(
                    train, valid, candidates, epochs, batch_size, lr, rng)),
        mistake("accuracies.percent", "The accuracies are percentages, where numbers from 0 to 1 belong.",
                accuracies=lambda train, valid, candidates, epochs, batch_size, lr, rng: 100 * tried(
                    train, valid, candidates, epochs, batch_size, lr, rng)),
    ),
)  # fmt: skip

TASKS = (EPOCH_LOSSES, CHOOSE)
