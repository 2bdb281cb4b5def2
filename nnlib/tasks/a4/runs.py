"""Training runs, right and wrong, as quickly as they can be written: what a training loop is compared with."""

import numpy as np

from nnlib.diagnosis import Probe
from nnlib.tasks.a3.networks import network
from nnlib.tasks.a4.batches import shuffled
from nnlib.tasks.a4.networks import loss_and_grads


def training_probes(rng, cases):
    """A network with data, settings and a generator of its own for each of the cases, as `SIZES` has them."""
    found = []
    for sizes, epochs, batch_size, lr, about in cases:
        x, y, *params = network(rng, *sizes)
        own = np.random.default_rng(rng.integers(2**32))
        found.append(Probe(about, (params, x, y, epochs, batch_size, lr, own)))
    return found


def plan(x, y, epochs, batch_size, rng):
    """The batches of each epoch, in a fresh order."""
    return [shuffled(x, y, batch_size, rng) for _ in range(epochs)]


def moved(params, grads, lr):
    return [old - lr * slope for old, slope in zip(params, grads)]


def descent(params, batches, lr, start=None, gradient=None):
    """Parameters and losses of a training run: one step per batch; `gradient(params, batch)` of another kind."""
    losses, gradient = [], gradient or (lambda params, batch: loss_and_grads(params, *batch))
    for epoch in batches:
        params = start or params
        for batch in epoch:
            L, grads = gradient(params, batch)
            params = moved(params, grads, lr)
            losses.append(L)
    return params, np.array(losses)


def one_step(chosen):
    """One step per epoch, with what is `chosen` from a list of the gradients of all its batches."""

    def run(params, batches, lr):
        losses = []
        for epoch in batches:
            found = [loss_and_grads(params, *batch) for batch in epoch]
            params, losses = moved(params, chosen([grads for _, grads in found]), lr), losses + [L for L, _ in found]
        return params, np.array(losses)

    return run


def late(params, batches, lr):
    """Each step takes the gradients of the batch before."""
    losses, before = [], [0 * p for p in params]
    for batch in (batch for epoch in batches for batch in epoch):
        L, grads = loss_and_grads(params, *batch)
        params, before, losses = moved(params, before, lr), grads, [*losses, L]
    return params, np.array(losses)


def passed(params, batches, lr):
    """The parameters before each step."""
    found = []
    for batch in (batch for epoch in batches for batch in epoch):
        found.append(params)
        params = moved(params, loss_and_grads(params, *batch)[1], lr)
    return found


def drawn(x, y, epochs, batch_size, rng, replace, smaller):
    """Batches that are drawn from all examples, as many as it takes; the last one `smaller`, or as large as others."""
    starts = range(0, len(x), batch_size)
    sizes = [min(batch_size, len(x) - start) if smaller else batch_size for start in starts]
    return [[(x[i], y[i]) for i in (rng.choice(len(x), size, replace) for size in sizes)] for _ in range(epochs)]


def piled(again_each_epoch):
    """Gradients that are added to those of the batches before."""

    def run(params, batches, lr):
        total, losses = [np.zeros(p.shape) for p in params], []
        for epoch in batches:
            total = [np.zeros(p.shape) for p in params] if again_each_epoch else total
            for batch in epoch:
                L, grads = loss_and_grads(params, *batch)
                total = [t + g for t, g in zip(total, grads)]
                params, losses = moved(params, total, lr), [*losses, L]
        return params, np.array(losses)

    return run


def stuck(params, batches, lr):
    """The result of each step is forgotten."""
    return params, np.array([loss_and_grads(params, *batch)[0] for epoch in batches for batch in epoch])


def noted(loss):
    """Losses of another kind: `loss(before, after, batch, data)` of each step."""

    def run(params, batches, lr, x, y):
        losses = []
        for batch in (batch for epoch in batches for batch in epoch):
            after = moved(params, loss_and_grads(params, *batch)[1], lr)
            losses.append(loss(params, after, batch, (x, y)))
            params = after
        return params, np.array(losses)

    return run


def per_epoch(value):
    """One number per epoch, of the losses of its batches."""
    return lambda run, batches: np.array([value(part) for part in np.split(run[1], len(batches))])
