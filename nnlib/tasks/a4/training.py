"""Part 3: the training loop, compared exactly: its batches, its steps, its losses."""

import numpy as np

from nnlib.diagnosis import Fact, Task, mistake
from nnlib.tasks.a4.batches import shuffled
from nnlib.tasks.a4.learning import SGD
from nnlib.tasks.a4.networks import FORWARD, LOSS, loss_and_grads
from nnlib.tasks.a4.runs import (
    descent,
    drawn,
    late,
    noted,
    one_step,
    passed,
    per_epoch,
    piled,
    plan,
    stuck,
    training_probes,
)

SIZES = [  # (m, n, h, k), epochs, batch_size, lr
    ((11, 3, 4, 2), 3, 4, 0.13, "a last batch that is smaller"),
    ((14, 4, 3, 3), 2, 5, 0.3, "a last batch that is smaller"),
    ((7, 2, 5, 4), 3, 2, 0.06, "a last batch that is smaller"),
    ((8, 3, 5, 3), 3, 4, 0.17, "batches of equal size"),
    ((4, 3, 3, 3), 3, 1, 0.03, "batches of one"),
    ((7, 3, 4, 2), 4, 10, 0.4, "one batch with all examples"),
    ((10, 3, 4, 2), 1, 4, 0.2, "a single epoch"),
]


def minibatches(x, y, batch_size, rng):
    """The lent one; unlike a Task, it moves the student's rng on."""
    return shuffled(x, y, batch_size, rng)


def trainings(rng):
    return training_probes(rng, SIZES)


def _calls(seen):
    return [arguments for name, arguments in seen.calls if name == "minibatches"]


def _once_per_epoch(seen):
    """How often minibatches was called: once per epoch, or not at all by who cuts the data in another way."""
    return len(_calls(seen)) in (0, seen.arguments[3])


def _of_all_data(seen):
    return all(len(x) == len(seen.arguments[1]) for x, *_ in _calls(seen))


def _of_its_size(seen):
    return all(size == seen.arguments[4] for *_, size, _ in _calls(seen))


STEPS = {
    "batches": plan,
    "run": lambda params, batches, lr: descent(params, batches, lr),
    "trained": lambda run: run[0],
    "losses": lambda run: run[1],
}


def sum_of(found):
    return [sum(parts) for parts in zip(*found)]


def mean_of(found):
    return [sum(parts) / len(found) for parts in zip(*found)]


AFTER_ALL = "The losses are those of the mini-batch after the step, where those before it belong."
TRAIN = Task(
    number=6,
    call="train_network(params, x, y, epochs, batch_size, lr, rng)",
    returns="trained losses",
    steps=STEPS,
    probes=trainings,
    helpers={"minibatches": minibatches, "forward": FORWARD, "loss_and_grads": LOSS, "sgd_step": SGD},
    lecture="07, part 3",
    facts=(
        Fact("minibatches.data", "minibatches gets something other than all of x.", _of_all_data),
        Fact("minibatches.size", "minibatches gets another batch_size than train_network.", _of_its_size),
        Fact("minibatches.calls", "minibatches is not called once in each epoch: each should draw its own order.",
             _once_per_epoch),
    ),
    mistakes=(
        mistake("batches.once", "The order is drawn once: every epoch goes through the same batches.",
                batches=lambda x, y, epochs, batch_size, rng: plan(x, y, 1, batch_size, rng) * epochs),
        mistake("batches.one_epoch", "Training ends after one epoch.",
                batches=lambda x, y, batch_size, rng: plan(x, y, 1, batch_size, rng)),
        mistake("batches.one_epoch_less", "One epoch is missing.",
                batches=lambda x, y, epochs, batch_size, rng: plan(x, y, epochs - 1, batch_size, rng)),
        mistake("batches.one_epoch_more", "There is one epoch too many.",
                batches=lambda x, y, epochs, batch_size, rng: plan(x, y, epochs + 1, batch_size, rng)),
        mistake("batches.one_each", "Each epoch ends after its first batch.",
                batches=lambda x, y, epochs, batch_size, rng: [e[:1] for e in plan(x, y, epochs, batch_size, rng)]),
        mistake("batches.last_missing", "The last, smaller batch of each epoch is left out.",
                batches=lambda x, y, epochs, batch_size, rng: [
                    [batch for batch in e if len(batch[0]) == batch_size]
                    for e in plan(x, y, epochs, batch_size, rng)]),
        mistake("batches.final_missing", "The last batch of each epoch is left out, whatever its size.",
                batches=lambda x, y, epochs, batch_size, rng: [e[:-1] for e in plan(x, y, epochs, batch_size, rng)]),
        mistake("batches.in_order", "The data are not shuffled: batches are cut in the order of x.",
                batches=lambda x, y, epochs, batch_size: [[(x[i : i + batch_size], y[i : i + batch_size])
                    for i in range(0, len(x), batch_size)]] * epochs),
        mistake("batches.all", "Every step takes the gradient of all data, where that of one mini-batch belongs.",
                run=lambda params, batches, lr, x, y: descent(params, batches, lr,
                    gradient=lambda params, batch: loss_and_grads(params, x, y))),
        mistake("batches.whole_epoch", "An epoch is one step on all data, where each mini-batch should have a step.",
                batches=lambda x, y, epochs: [[(x, y)]] * epochs),
        mistake("batches.all_for_steps", "Steps take the gradient of all data; only the losses are of mini-batches.",
                run=lambda params, batches, lr, x, y: descent(params, batches, lr, gradient=lambda params, batch: (
                    loss_and_grads(params, *batch)[0], loss_and_grads(params, x, y)[1]))),
        *(mistake("rng.own", "The random numbers come from another generator than the one that is given.",
                  batches=lambda x, y, epochs, batch_size, seed=seed: plan(
                      x, y, epochs, batch_size, np.random.default_rng(seed))) for seed in (0, 1, 42)),
        *(mistake("rng.own", "The random numbers come from another generator than the one that is given.",
                  batches=lambda x, y, epochs, batch_size, first=first: [
                      plan(x, y, 1, batch_size, np.random.default_rng(first + k))[0] for k in range(epochs)])
          for first in (0, 1, 42)),
        *(mistake("batches.drawn", "Each batch is drawn from all examples anew: in an epoch some come again.",
                  batches=lambda x, y, epochs, batch_size, rng, kind=kind: drawn(x, y, epochs, batch_size, rng, *kind))
          for kind in [(True, True), (True, False), (False, True), (False, False)]),
        *(mistake("rng.each_epoch", "A new generator is made in each epoch: every epoch has the same order.",
                  batches=lambda x, y, epochs, batch_size, seed=seed: plan(
                      x, y, 1, batch_size, np.random.default_rng(seed)) * epochs) for seed in (0, 1, 42)),
        mistake("run.stuck", "The parameters never change: the result of each step is lost.", run=stuck),
        mistake("run.restarted", "Every epoch begins with the first parameters again.",
                run=lambda params, batches, lr: descent(params, batches, lr, start=params)),
        mistake("run.first_gradients", "Gradients are taken at the first parameters, where those at the newest belong.",
                run=lambda params, batches, lr: descent(params, batches, lr,
                    gradient=lambda now, batch: loss_and_grads(params, *batch))),
        mistake("run.uphill", "Every step goes uphill.", run=lambda params, batches, lr: descent(params, batches, -lr)),
        *(mistake("run.fixed_lr", "The learning rate that is given has no effect: a fixed one is used.",
                  run=lambda params, batches, fixed=fixed: descent(params, batches, fixed))
          for fixed in (1.0, 0.5, 0.1, 0.05, 0.01, 0.001)),
        mistake("run.lr_over_m", "The step is divided by the size of the batch. Its gradient is a mean already.",
                run=lambda params, batches, lr: descent(params, batches, lr, gradient=lambda params, batch: (
                    (L := loss_and_grads(params, *batch))[0], [g / len(batch[0]) for g in L[1]]))),
        mistake("run.summed", "There is one step per epoch, with the sum of the gradients of its mini-batches.",
                run=one_step(sum_of)),
        mistake("run.averaged", "There is one step per epoch, with the mean of the gradients of its mini-batches.",
                run=one_step(mean_of)),
        mistake("run.piled", "Gradients pile up: each step takes all those before it, too.", run=piled(False)),
        mistake("run.piled_in_epoch", "Gradients pile up within an epoch: each step takes all those before it, too.",
                run=piled(True)),
        mistake("run.last_of_epoch", "There is one step per epoch, with the gradients of its last mini-batch.",
                run=one_step(lambda found: found[-1])),
        mistake("run.times_m", "The step is multiplied by the size of the batch, where the mean gradient belongs.",
                run=lambda params, batches, lr: descent(params, batches, lr, gradient=lambda params, batch: (
                    (L := loss_and_grads(params, *batch))[0], [g * len(batch[0]) for g in L[1]]))),
        mistake("run.lr_over_batch_size", "The learning rate is divided by batch_size. The gradient is a mean already.",
                run=lambda params, batches, lr, batch_size: descent(params, batches, lr / batch_size)),
        mistake("run.lr_over_batches", "The learning rate is divided by the number of batches.",
                run=lambda params, batches, lr: descent(params, batches, lr / len(batches[0]))),
        mistake("run.lr_over_epochs", "The learning rate is divided by the number of epochs.",
                run=lambda params, batches, lr, epochs: descent(params, batches, lr / epochs)),
        mistake("run.late", "Each step takes the gradients of the mini-batch before: the first takes none.", run=late),
        mistake("trained.best", "The parameters with the smallest loss are returned, where those of the end belong.",
                trained=lambda params, batches, lr: passed(params, batches, lr)[np.argmin(
                    descent(params, batches, lr)[1])]),
        mistake("trained.before_last", "The parameters before the last step are returned.",
                trained=lambda params, batches, lr: passed(params, batches, lr)[-1]),
        mistake("batches.first_missing", "The first batch of each epoch is left out.",
                batches=lambda x, y, epochs, batch_size, rng: [e[1:] for e in plan(x, y, epochs, batch_size, rng)]),
        mistake("losses.divided", "The losses are divided by the size of the batch. They are means already.",
                run=noted(lambda before, after, batch, data: loss_and_grads(before, *batch)[0] / len(batch[0]))),
        mistake("losses.one_more", "A loss of all data before training stands in front of those of the steps.",
                losses=lambda run, params, x, y: np.append(loss_and_grads(params, x, y)[0], run[1])),
        mistake("run.twice", "Each step is twice as long as lr says.",
                run=lambda params, batches, lr: descent(params, batches, 2 * lr)),
        mistake("losses.after", AFTER_ALL,
                run=noted(lambda before, after, batch, data: loss_and_grads(after, *batch)[0])),
        mistake("losses.of_all", "The losses are those of all data, where those of the mini-batch belong.",
                run=noted(lambda before, after, batch, data: loss_and_grads(before, *data)[0])),
        mistake("losses.of_all_after", "The losses are those of all data after the step.",
                run=noted(lambda before, after, batch, data: loss_and_grads(after, *data)[0])),
        mistake("losses.summed", "The loss of a mini-batch is summed over its images, where its mean belongs.",
                run=noted(lambda before, after, batch, data: loss_and_grads(before, *batch)[0] * len(batch[0]))),
        mistake("losses.last", "One loss per epoch is noted, that of its last step, where each step should have one.",
                losses=per_epoch(lambda part: part[-1])),
        mistake("losses.first", "One loss per epoch is noted, that of its first step, where each step should have one.",
                losses=per_epoch(lambda part: part[0])),
        mistake("losses.mean", "One loss per epoch is noted, the mean of its steps, where each step should have one.",
                losses=per_epoch(lambda part: part.mean())),
        mistake("losses.sum", "One loss per epoch is noted, the sum of its steps, where each step should have one.",
                losses=per_epoch(lambda part: part.sum())),
        mistake("losses.last_epoch", "Only the losses of the last epoch are returned.",
                losses=lambda run, batches: np.split(run[1], len(batches))[-1]),
        mistake("losses.running", "The losses are added up from step to step.", losses=lambda run: run[1].cumsum()),
        mistake("losses.reversed", "The losses stand in the reverse order.", losses=lambda run: run[1][::-1]),
    ),
)  # fmt: skip

TASKS = (TRAIN,)
