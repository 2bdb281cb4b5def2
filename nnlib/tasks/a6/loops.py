"""Part 3: a whole training run, made of the functions of part 1."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a6.adaptive import ADAM
from nnlib.tasks.a6.pace import CLIP, SCHEDULE
from nnlib.tasks.a6.steps import MOMENTUM, RMSPROP

EARLIER = {task.name: task for task in (MOMENTUM, RMSPROP, ADAM, SCHEDULE, CLIP)}
SIZES = [  # inputs, outputs, examples of each batch, epochs, share of the longest gradient at which it is clipped
    (3, 2, (4, 4, 3), 3, 0.4),
    (2, 4, (5, 2), 4, 0.6),
    (4, 3, (3, 3, 3, 1), 3, 0.3),
    (3, 3, (3, 3, 2), 3, 0.5),
    (2, 1, (4, 3), 5, 0.7),
    (2, 3, (6, 1, 2), 3, 2.0),
]


def runs(rng):
    return [Probe(_about(len(sizes), share), _run(rng, n, k, sizes, epochs, share))
            for n, k, sizes, epochs, share in SIZES]  # fmt: skip


def _about(batches, share):
    return "a limit that no gradient reaches" if share > 1 else f"{batches} batches an epoch, the last one smaller"


def _run(rng, n, k, sizes, epochs, share):
    batches = [(rng.normal(size=(m, n)), 2 * rng.normal(size=(m, k))) for m in sizes]
    params = [rng.normal(size=(k, n)), rng.normal(size=k)]
    longest = max(CLIP(least_squares(params, *batch)[1], 1.0)[1] for batch in batches)
    return params, least_squares, batches, epochs, float(rng.uniform(0.05, 0.2)), share * longest


def least_squares(params, x, y):
    """The loss of a linear layer, half the mean squared distance from y, and its gradients."""
    W, b = params
    difference = x @ W.T + b - y
    return float((difference**2).sum() / (2 * len(x))), [difference.T @ x / len(x), difference.mean(axis=0)]


class Loop:
    """The run of who does everything right; a subclass does one thing in another way."""

    def eta(self, step, n, lr, epochs):
        return SCHEDULE(step / n, lr, 1, epochs)

    def clipped(self, grads, limit):
        return CLIP(grads, limit)[0]

    def t(self, step, n):
        return step + 1

    def kept(self, state, step, n, params):
        """m and s before this step."""
        return state or [(np.zeros_like(w), np.zeros_like(w)) for w in params]

    def batch(self, batches, step):
        return batches[step % len(batches)]

    def noted(self, L, params, gradients, batch):
        return L

    def moved(self, w, m, s, g, t, eta):
        return ADAM(w, m, s, g, t, eta)

    def __call__(self, params, gradients, batches, epochs, lr, limit):
        n, state, losses = len(batches), None, []
        for step in range(epochs * n):
            batch = self.batch(batches, step)
            L, grads = gradients(params, *batch)
            state = self.kept(state, step, n, params)
            eta, t = self.eta(step, n, lr, epochs), self.t(step, n)
            found = [self.moved(w, m, s, g, t, eta) for w, (m, s), g in zip(params, state, self.clipped(grads, limit))]
            params, state = [w for w, _, _ in found], [(m, s) for _, m, s in found]
            losses.append(self.noted(L, params, gradients, batch))
        return params, np.array(losses)


def otherwise(**methods):
    """The step of a run in which these methods are others."""
    made = type("Other", (Loop,), {name: staticmethod(method) for name, method in methods.items()})()
    return lambda params, gradients, batches, epochs, lr, limit: made(params, gradients, batches, epochs, lr, limit)


def one_epoch(params, gradients, batches, epochs, lr, limit):
    """The run of who returns after the first epoch, with the schedule of all."""
    run = otherwise(eta=lambda step, n, lr, _: SCHEDULE(step / n, lr, 1, epochs))
    return run(params, gradients, batches, 1, lr, limit)


def each_counted(params, gradients, batches, epochs, lr, limit):
    """The run of who counts t up for each parameter."""
    steps = iter(range(1, 10**6))
    count = otherwise(moved=lambda w, m, s, g, t, eta: ADAM(w, m, s, g, next(steps), eta))
    return count(params, gradients, batches, epochs, lr, limit)


def before_last(params, gradients, batches, epochs, lr, limit):
    """The parameters before the last step."""
    seen = []
    moves = otherwise(moved=lambda w, m, s, g, t, eta: (seen.append(w), ADAM(w, m, s, g, t, eta))[1])
    moves(params, gradients, batches, epochs, lr, limit)
    return seen[-len(params):]


def zeros(params):
    return [(np.zeros_like(w), np.zeros_like(w)) for w in params]


TRAIN = Task(
    number=8,
    call="train(params, gradients, batches, epochs, lr, limit)",
    returns="trained losses",
    steps={"run": otherwise(), "trained": lambda run: run[0], "losses": lambda run: run[1]},
    probes=runs,
    helpers=EARLIER,
    tol=1e-7,
    lecture="08, part 5",
    mistakes=(
        mistake("clip.missing", "The gradients are not clipped.", run=otherwise(clipped=lambda grads, limit: grads)),
        mistake("clip.each", "Each gradient is clipped by itself, where all of a step should share one factor.",
                run=otherwise(clipped=lambda grads, limit: [CLIP([g], limit)[0][0] for g in grads])),
        mistake("clip.always", "Gradients shorter than the limit are stretched to it.",
                run=otherwise(clipped=lambda grads, limit: [g * limit / CLIP(grads, limit)[1] for g in grads])),
        mistake("eta.constant", "The learning rate stays the same: the schedule has no effect.",
                run=otherwise(eta=lambda step, n, lr, epochs: lr)),
        mistake("eta.per_epoch", "The learning rate changes once an epoch, where it should change with every step.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE(step // n, lr, 1, epochs))),
        mistake("eta.counts_steps", "The time given to the schedule counts steps, where it should count epochs.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE(step, lr, 1, epochs))),
        mistake("eta.next_step", "The learning rate is that of the time after the step, where that before it belongs.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE((step + 1) / n, lr, 1, epochs))),
        mistake("eta.no_warm_up", "The schedule has no warm-up, where one of 1 epoch belongs.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE(step / n, lr, 0, epochs))),
        mistake("t.per_epoch", "Adam's t starts again in every epoch, where it should go on.",
                run=otherwise(t=lambda step, n: step % n + 1)),
        mistake("t.counts_epochs", "Adam's t counts epochs, where it should count steps.",
                run=otherwise(t=lambda step, n: step // n + 1)),
        mistake("t.constant", "Adam's t stays at 1, where it should count steps.", run=otherwise(t=lambda step, n: 1)),
        mistake("t.from_2", "Adam's t is 2 at the first step, where it should be 1.",
                run=otherwise(t=lambda step, n: step + 2)),
        mistake("averages.per_epoch", "Adam's m and s start at 0 again in every epoch, where they should be kept.",
                run=otherwise(kept=lambda state, step, n, params: state if step % n else zeros(params))),
        mistake("averages.per_step", "Adam's m and s are 0 before every step: nothing is kept from step to step.",
                run=otherwise(kept=lambda state, step, n, params: zeros(params))),
        mistake("batch.first", "Every step uses the first batch.",
                run=otherwise(batch=lambda batches, step: batches[0])),
        mistake("batch.last", "Every step uses the last batch.",
                run=otherwise(batch=lambda batches, step: batches[-1])),
        mistake("batch.all", "Every step uses all examples, where those of one batch belong.",
                run=otherwise(batch=lambda batches, step: [np.concatenate(part) for part in zip(*batches)])),
        mistake("batch.reversed", "The batches come in reversed order.",
                run=otherwise(batch=lambda batches, step: batches[::-1][step % len(batches)])),
        mistake("batch.last_missing", "The last batch of every epoch is left out.",
                run=lambda params, gradients, batches, epochs, lr, limit:
                Loop()(params, gradients, batches[:-1], epochs, lr, limit)),
        mistake("epochs.one", "Training ends after one epoch, with the schedule of all epochs.",
                run=one_epoch),
        mistake("clip.fixed", "The gradients are clipped to the length 1: the limit that is given has no effect.",
                run=otherwise(clipped=lambda grads, limit: CLIP(grads, 1.0)[0])),
        mistake("clip.scaled_limit", "The limit of clipping is not the one that is given: it is multiplied by lr.",
                run=lambda params, gradients, batches, epochs, lr, limit:
                Loop()(params, gradients, batches, epochs, lr, lr * limit)),
        mistake("eta.falls_early", "The learning rate reaches 0 one epoch too early.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE(step / n, lr, 1, epochs - 1))),
        mistake("eta.warm_up_in_steps", "The warm-up lasts as many epochs as there are batches, where one belongs.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE(step / n, lr, n, epochs))),
        mistake("eta.of_step_in_epoch", "The time given to the schedule begins again in every epoch.",
                run=otherwise(eta=lambda step, n, lr, epochs: SCHEDULE(step % n / n, lr, 1, epochs))),
        mistake("adam.plain", "The steps are those of plain gradient descent: Adam is not used.",
                run=otherwise(moved=lambda w, m, s, g, t, eta: (w - eta * g, m, s))),
        mistake("averages.m_lost", "Adam's m is not kept from step to step: s alone is.",
                run=otherwise(moved=lambda w, m, s, g, t, eta: ADAM(w, 0 * m, s, g, t, eta))),
        mistake("averages.s_lost", "Adam's s is not kept from step to step: m alone is.",
                run=otherwise(moved=lambda w, m, s, g, t, eta: ADAM(w, m, 0 * s, g, t, eta))),
        mistake("t.per_parameter", "Adam's t goes up for each parameter, where it should go up once a step.",
                run=each_counted),
        mistake("trained.before_last", "The last step is not in the parameters that are returned.",
                trained=lambda run, params, gradients, batches, epochs, lr, limit: before_last(
                    params, gradients, batches, epochs, lr, limit)),
        mistake("losses.mean_so_far", "The losses are means of all losses so far, where each step should have its own.",
                losses=lambda run: np.cumsum(run[1]) / np.arange(1, len(run[1]) + 1)),
        mistake("losses.per_epoch", "There is one loss for each epoch, where one for each step belongs.",
                losses=lambda run, epochs: run[1].reshape(epochs, -1).mean(axis=1)),
        mistake("losses.times_m", "The losses are multiplied by the number of examples of their batch.",
                run=otherwise(noted=lambda L, params, gradients, batch: L * len(batch[0]))),
        mistake("losses.after", "The losses are those after each step, where those before it belong.",
                run=otherwise(noted=lambda L, params, gradients, batch: gradients(params, *batch)[0])),
    ),
)  # fmt: skip

TASKS = (TRAIN,)
