"""Part 5: one setting, tried on validation data."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task, mistake
from nnlib.tasks.a3.networks import network
from nnlib.tasks.a4.learning import ACCURACY, SGD
from nnlib.tasks.a4.networks import FORWARD, LOSS, forward
from nnlib.tasks.a4.runs import descent, plan
from nnlib.tasks.a4.training import minibatches

SIZES = [  # n, hidden, epochs, batch_size, lr
    (4, 6, 2, 5, 0.3),
    (3, 9, 1, 7, 0.5),
    (5, 3, 3, 4, 1.2),
    (6, 12, 2, 9, 0.7),
    (3, 5, 4, 6, 1.4),
    (4, 8, 2, 16, 0.9),
    (7, 4, 1, 3, 0.6),
    (5, 7, 3, 11, 1.5),
    (3, 6, 2, 12, 0.8),
    (6, 5, 4, 15, 1.3),
]


def init_params(n, h, k, rng):
    """The lent one, in float64: unlike a Task, it moves the student's rng on."""
    W1 = rng.normal(0, np.sqrt(2 / n), (h, n))
    return [W1, np.zeros(h), rng.normal(0, np.sqrt(2 / h), (k, h)), np.zeros(k)]


def train_network(params, x, y, epochs, batch_size, lr, rng):
    """The lent one."""
    trained, losses = descent(params, plan(x, y, epochs, batch_size, rng), lr)
    return trained, list(losses)


def settings(rng):
    """(train, valid, hidden, …): two data sets of different sizes, with ten labels that a network can learn in part."""
    found = []
    for n, *rest in SIZES:
        own = np.random.default_rng(rng.integers(2**32))
        found.append(Probe("two data sets", (*data_sets(rng, n, 61, 97), *rest, own)))
    return found


def data_sets(rng, n, *numbers):
    """Pairs (x, y) of so many examples with n inputs, with the labels that one random network says."""
    teacher = list(network(rng, 3, n, 8, 10)[2:])
    xs = [rng.normal(size=(m, n)) for m in numbers]
    return [(x, forward(teacher, x)[1].argmax(axis=1)) for x in xs]


def validation_accuracy(train, valid, hidden, epochs, batch_size, lr, rng):
    """The accuracy on `valid` of who does it right, or with other arguments."""
    return (answers(train, valid[0], hidden, epochs, batch_size, lr, rng) == valid[1]).mean()


def answers(train, x, hidden, epochs, batch_size, lr, rng):
    """What a network that is trained on `train` says of x."""
    params = init_params(train[0].shape[1], hidden, 10, rng)
    trained, _ = train_network(params, *train, epochs, batch_size, lr, rng)
    return forward(trained, x)[1].argmax(axis=1)


def parted(start, training):
    """A step that draws the weights from `start(rng)` and the batches from `training(rng)`."""

    def step(train, valid, hidden, epochs, batch_size, lr, rng):
        params = init_params(train[0].shape[1], hidden, 10, start(rng))
        trained, _ = train_network(params, *train, epochs, batch_size, lr, training(rng))
        return (forward(trained, valid[0])[1].argmax(axis=1) == valid[1]).mean()

    return step


def by_epochs(restarted, value):
    """A step that trains for one epoch at a time, and makes a `value` of the accuracies after each."""

    def step(train, valid, hidden, epochs, batch_size, lr, rng):
        params, reached = init_params(train[0].shape[1], hidden, 10, rng), []
        first = params
        for _ in range(epochs):
            params, _ = train_network(first if restarted else params, *train, 1, batch_size, lr, rng)
            reached.append((forward(params, valid[0])[1].argmax(axis=1) == valid[1]).mean())
        return value(reached)

    return step


def changed(value):
    """A step that returns `value(share)` in place of the accuracy."""
    return lambda train, valid, hidden, epochs, batch_size, lr, rng: value(
        validation_accuracy(train, valid, hidden, epochs, batch_size, lr, rng))  # fmt: skip


def given(rng):
    return rng


def with_other(**changed):
    """A step that gives `validation_accuracy` other arguments: `with_other(lr=lambda lr: 0.1)`."""

    def step(train, valid, hidden, epochs, batch_size, lr, rng):
        given = dict(train=train, valid=valid, hidden=hidden, epochs=epochs, batch_size=batch_size, lr=lr, rng=rng)
        return validation_accuracy(**given | {name: change(given) for name, change in changed.items()})

    return step


def calls(seen, name):
    return [arguments for helper, arguments in seen.calls if helper == name]


def _trains_on_train(seen):
    return all(np.array_equal(x, seen.arguments[0][0]) for _, x, *_ in calls(seen, "train_network"))


def _measures_on_valid(seen):
    measured = calls(seen, "accuracy")
    return not measured or any(np.array_equal(x, seen.arguments[1][0]) for _, x, _ in measured)


def _starts_with(place, expected):
    return lambda seen: all(c[place] == expected(seen.arguments) for c in calls(seen, "init_params"))


def _trains_long_enough(seen):
    """In one call or in several; who has a training loop of their own is judged by what comes out."""
    trained = [epochs for _, _, _, epochs, *_ in calls(seen, "train_network")]
    return not trained or sum(trained) == seen.arguments[3]


def _trains_with(place, asked):
    return lambda seen: all(c[place] == seen.arguments[asked] for c in calls(seen, "train_network"))


EARLIER = {
    "init_params": init_params,
    "minibatches": minibatches,
    "forward": FORWARD,
    "loss_and_grads": LOSS,
    "sgd_step": SGD,
    "train_network": train_network,
    "accuracy": ACCURACY,
}
VALIDATION = Task(
    number=9,
    call="validation_accuracy(train, valid, hidden, epochs, batch_size, lr, rng)",
    returns="share",
    steps={"share": validation_accuracy},
    probes=settings,
    helpers=EARLIER,
    lecture="12, part 3",
    facts=(
        Fact("train.data", "The network is trained on other data than `train`.", _trains_on_train),
        Fact("measure.data", "The accuracy is measured on other data than `valid`.", _measures_on_valid),
        Fact("init.hidden", "The network has another number of hidden units than `hidden`.",
             _starts_with(1, lambda given: given[2])),
        Fact("init.classes", "The network has another number of outputs than 10.", _starts_with(2, lambda given: 10)),
        Fact("train.epochs", "The network is trained for another number of epochs than is given.", _trains_long_enough),
        Fact("train.size", "The network is trained with another batch_size than was given.", _trains_with(4, 4)),
        Fact("train.lr", "The network is trained with another learning rate than was given.", _trains_with(5, 5)),
    ),
    mistakes=(
        mistake("share.untrained", "The accuracy is that of the network before training.",
                share=with_other(epochs=lambda given: 0)),
        mistake("share.one_epoch", "The network is trained for one epoch, whatever `epochs` says.",
                share=with_other(epochs=lambda given: 1)),
        *(mistake("rng.own", "The random numbers come from another generator than the one that is given.",
                  share=with_other(rng=lambda given, seed=seed: np.random.default_rng(seed))) for seed in (0, 1, 42)),
        mistake("share.error", "The share of wrong answers is returned.",
                share=changed(lambda share: 1 - share)),
        mistake("share.percent", "The result is a percentage, where a number from 0 to 1 belongs.",
                share=changed(lambda share: 100 * share)),
        *(mistake("share.rounded", "The share is rounded.", share=changed(lambda share, n=n: np.round(share, n)))
          for n in (2, 3, 4)),
        mistake("share.mean_of_epochs", "The mean of the accuracies after each epoch is returned.",
                share=by_epochs(False, np.mean)),
        mistake("train.restarted", "Every epoch begins with the first parameters again.",
                share=by_epochs(True, lambda reached: reached[-1])),
        mistake("train.again", "The network is trained for `epochs` times `epochs` epochs.",
                share=with_other(epochs=lambda given: given["epochs"] ** 2)),
        *(mistake("rng.own_start", "The weights come from another generator than the one that is given.",
                  share=parted(lambda rng, seed=seed: np.random.default_rng(seed), given)) for seed in (0, 1, 42)),
        *(mistake("rng.own_batches", "The batches come from another generator than the one that is given.",
                  share=parted(given, lambda rng, seed=seed: np.random.default_rng(seed))) for seed in (0, 1, 42)),
        mistake("train.valid", "The network is trained on `valid`, on which it is measured.",
                share=with_other(train=lambda given: given["valid"])),
        mistake("measure.train", "The accuracy is that on `train`, where that on `valid` belongs.",
                share=with_other(valid=lambda given: given["train"])),
        mistake("measure.exchanged", "The two data sets are exchanged.",
                share=with_other(train=lambda given: given["valid"], valid=lambda given: given["train"])),
        mistake("init.fixed", "The network has 64 hidden units, whatever `hidden` says.",
                share=with_other(hidden=lambda given: 64)),
        mistake("train.fixed_lr", "A fixed learning rate is used, whatever `lr` says.",
                share=with_other(lr=lambda given: 0.1)),
        mistake("train.fixed_size", "Batches have 64 images, whatever `batch_size` says.",
                share=with_other(batch_size=lambda given: 64)),
    ),
)  # fmt: skip

TASKS = (VALIDATION,)
