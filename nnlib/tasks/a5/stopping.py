"""Part 4: early stopping."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

TABLES = [  # validation losses epoch by epoch, patience
    ([0.90, 0.70, 0.60, 0.65, 0.58, 0.61, 0.66, 0.59, 0.50, 0.72], 2),
    ([0.80, 0.85, 0.82, 0.81, 0.60, 0.79, 0.55, 0.91], 3),
    ([1.20, 0.90, 0.95, 0.93, 0.99, 0.70, 0.60, 0.65, 0.50], 4),
    ([0.50, 0.40, 0.40, 0.45, 0.30, 0.47, 0.20], 2),
    ([0.70, 0.90, 0.60, 0.80, 0.50, 0.75, 0.40, 0.65, 0.55, 0.45, 0.35], 3),
    ([0.95, 0.85, 0.75, 0.65, 0.55, 0.51], 3),
    ([1.10, 0.60, 0.62, 0.63, 0.61, 0.56, 0.58, 0.57, 0.52], 4),
    ([0.80, 0.50, 0.50, 0.52, 0.41, 0.42, 0.41, 0.43, 0.30], 2),
    ([0.64, 0.62, 0.61, 0.59, 0.58, 0.57, 0.52, 0.51, 0.50, 0.48, 0.47, 0.53, 0.54, 0.46], 2),
    ([0.99, 0.88, 0.78, 0.89, 0.68, 0.67, 0.66, 0.76, 0.56, 0.57, 0.56, 0.58, 0.55], 3),
    ([0.77, 0.79, 0.66, 0.68, 0.44, 0.69, 0.71, 0.43], 1),
    ([0.60, 0.54, 0.58, 0.57, 0.56, 0.55, 0.53, 0.74, 0.73], 3),
]


def trainings(rng):
    """Trainings whose losses are known: the first entry of θ counts epochs, the others move with it."""
    found = []
    for table, patience in TABLES:
        losses = np.array(table) * rng.uniform(0.5, 2)
        theta = np.array([0.0, *rng.normal(size=3)])
        step = np.array([1.0, *rng.normal(size=3)])
        found.append(Probe(f"a patience of {patience}", (theta, *training(losses, step), patience, len(losses))))
    return found


def training(losses, step):
    """(train_epoch, valid_loss) of a training that moves θ by `step` in each epoch."""

    def train_epoch(theta):
        return theta + step

    def valid_loss(theta):
        return float(losses[round(theta[0]) - 1]) if theta[0] > 0.5 else 2 * float(losses[0])

    return train_epoch, valid_loss


def better(loss, best, before):
    return loss < best


def run(theta, train_epoch, valid_loss, patience, most, is_better=better, resets=True, late=0, holds="best"):
    """(θ, epoch, losses): early stopping, or another: what counts as better, whether waiting begins anew, …"""
    best, best_theta, best_epoch, waited, losses = np.inf, theta, 0, 0, []
    for epoch in range(1, most + 1):
        theta = train_epoch(theta)
        loss = valid_loss(theta)
        if is_better(loss, best, losses[-1] if losses else np.inf):
            best, best_theta, best_epoch, waited = loss, theta, epoch, waited * (not resets)
        else:
            waited += 1
        losses.append(loss)
        if waited >= patience + late:
            break
    return best_theta if holds == "best" else theta, best_epoch, np.array(losses)


def after(theta, train_epoch, epochs):
    """The parameters after so many epochs."""
    for _ in range(epochs):
        theta = train_epoch(theta)
    return theta


def before(theta, train_epoch, now):
    """The parameters one epoch before those of `now`."""
    epoch = round(now[0] - theta[0])
    return after(theta, train_epoch, epoch - 1)


def other(**how):
    """A step of who stops in another way."""
    return lambda theta, train_epoch, valid_loss, patience, most: run(
        theta, train_epoch, valid_loss, patience, most, **how
    )


STOPPING = Task(
    number=11,
    call="train_until_worse(theta, train_epoch, valid_loss, patience, most)",
    returns="best_theta best_epoch losses",
    steps={
        "ran": other(),
        "best_theta": lambda ran: ran[0],
        "best_epoch": lambda ran: ran[1],
        "losses": lambda ran: ran[2],
    },
    probes=trainings,
    example=(np.array([0.0, 5.0]), *training(np.array([0.9, 0.7, 0.8, 0.6, 0.65, 0.62, 0.5]), np.array([1.0, -1.0])),
             2, 7),
    lecture="10, part 5",
    mistakes=(
        mistake("best_theta.last", "The parameters are those of the last epoch, where those of the best belong.",
                best_theta=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, valid_loss, patience, most, holds="last")[0]),
        mistake("best_theta.start", "The parameters are those of the start: nothing was learned.",
                best_theta=lambda theta: theta.copy()),
        mistake("best_theta.next", "The parameters are those of one epoch after the best.",
                best_theta=lambda ran, train_epoch: train_epoch(ran[0])),
        mistake("best_epoch.from_0", "The best epoch is counted from 0, where the first one is 1.",
                best_epoch=lambda ran: ran[1] - 1),
        mistake("best_epoch.last", "The epoch is the last one that ran, where the best belongs.",
                best_epoch=lambda ran: len(ran[2])),
        mistake("ran.one_more", "Training stops one epoch too late.", ran=other(late=1)),
        mistake("ran.one_less", "Training stops one epoch too early.",
                ran=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, valid_loss, max(1, patience - 1), most)),
        mistake("ran.no_reset", "Waiting does not begin anew after a better epoch: all worse ones are counted.",
                ran=other(resets=False)),
        mistake("ran.previous", "Each loss is held against the one before, where the best so far belongs.",
                ran=other(is_better=lambda loss, best, before: loss < before)),
        mistake("ran.equal", "An equal loss counts as better, where only a lower one should.",
                ran=other(is_better=lambda loss, best, before: loss <= best)),
        mistake("ran.never", "Training never stops before `most` epochs: patience has no effect.",
                ran=other(late=10**6)),
        mistake("ran.first_rise", "Training stops at the first loss that is not lower: patience has no effect.",
                ran=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, valid_loss, 1, most)),
        mistake("ran.largest", "The largest loss is taken for the best.",
                ran=other(is_better=lambda loss, best, before: best == np.inf or loss > best)),
        mistake("best_epoch.next", "The epoch after the best is returned.", best_epoch=lambda ran: ran[1] + 1),
        mistake("best_epoch.loss", "The lowest loss is returned, where the number of its epoch belongs.",
                best_epoch=lambda ran: ran[2].min()),
        mistake("best_theta.before", "The parameters are those before the best epoch.",
                best_theta=lambda theta, train_epoch, ran: after(theta, train_epoch, ran[1] - 1)),
        mistake("ran.loss_first", "The loss is taken before each epoch, where it should be taken after it.",
                ran=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, lambda now: valid_loss(before(theta, train_epoch, now)), patience, most)),
        mistake("ran.most_missed", "There is one epoch less than `most` allows.",
                ran=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, valid_loss, patience, most - 1)),
        mistake("ran.patience_as_most", "Training lasts as many epochs as patience says.",
                ran=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, valid_loss, patience, patience)),
        mistake("ran.rises", "An epoch counts as better whenever its loss is not above that of the epoch before.",
                ran=lambda theta, train_epoch, valid_loss, patience, most: run(
                    theta, train_epoch, valid_loss, patience, most, lambda loss, best, before: loss <= before)),
        mistake("losses.best_so_far", "losses holds the lowest loss so far, where that of each epoch belongs.",
                losses=lambda ran: np.minimum.accumulate(ran[2])),
        mistake("losses.until_best", "losses ends with the best epoch, where all that ran belong.",
                losses=lambda ran: ran[2][: ran[1]]),
        mistake("losses.before", "losses holds the loss before each epoch, where that after it belongs.",
                losses=lambda theta, valid_loss, ran: np.array([valid_loss(theta), *ran[2][:-1]])),
        mistake("losses.start_too", "losses begins with the loss before training.",
                losses=lambda theta, valid_loss, ran: np.array([valid_loss(theta), *ran[2]])),
        mistake("losses.last_missing", "The loss of the last epoch is missing in losses.",
                losses=lambda ran: ran[2][:-1]),
    ),
)  # fmt: skip

TASKS = (STOPPING,)
