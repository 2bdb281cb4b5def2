"""Part 5: the choice of a number of hidden units, on validation data."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task, mistake
from nnlib.tasks.a4.choosing import EARLIER, answers, calls, data_sets, validation_accuracy

CANDIDATES = [  # numbers of units that reach much the same; epochs, batch_size, lr
    ([10, 14, 11, 16, 9, 20, 12], 2, 8, 0.4),
    ([12, 18, 3, 23, 15], 1, 5, 0.5),
    ([13, 8, 16, 5, 21, 10], 2, 10, 0.6),
    ([15, 10, 22, 12, 19, 6, 24, 8], 2, 6, 0.3),
    ([11, 20, 14, 25, 9, 17], 3, 12, 0.7),
    ([16, 9, 21, 13, 24, 11, 7, 18], 1, 6, 0.6),
    ([14, 19, 4, 22, 10, 16, 13], 2, 9, 0.4),
    ([10, 17, 15, 8, 23, 13], 1, 5, 0.7),
]
SLACK = 0.02


def choices(rng):
    return [Probe("lists of candidates", drawn(rng, setting, telling)) for telling in TELLING for setting in CANDIDATES]


def drawn(rng, setting, telling):
    """Arguments for which the usual wrong choices come to something else: labels that suit some candidates better."""
    sizes, *rest = setting
    train, (x, _) = data_sets(rng, 4, 20, 307)  # 0.02 is no number of 307 images: rounding decides nothing
    seed = int(rng.integers(2**32))
    said = np.array([answers(train, x, h, *rest, own) for own in [np.random.default_rng(seed)] for h in sizes])
    for _ in range(100):
        y = said[rng.choice(len(sizes), len(x), p=rng.dirichlet(np.full(len(sizes), 5.0))), np.arange(len(x))]
        reached = (said == y).mean(axis=1)
        if len({choice(sizes, reached) for choice in (smallest_near_best, highest, *telling)}) == 2 + len(telling):
            return train, (x, y), sizes, *rest, np.random.default_rng(seed)
    return drawn(rng, setting, telling)  # these networks say too much the same


def tried(train, valid, candidates, epochs, batch_size, lr, rng):
    return np.array([validation_accuracy(train, valid, h, epochs, batch_size, lr, rng) for h in candidates])


def enough(candidates, accuracies, least):
    return [h for h, reached in zip(candidates, accuracies) if reached >= least]


def smallest_near_best(candidates, accuracies):
    """The fewest units whose accuracy is at most SLACK below the best."""
    return min(enough(candidates, accuracies, max(accuracies) - SLACK))


def first(candidates, accuracies):
    return enough(candidates, accuracies, max(accuracies) - SLACK)[0]


def highest(candidates, accuracies):
    return candidates[np.argmax(accuracies)]


def most(candidates, accuracies):
    return max(enough(candidates, accuracies, max(accuracies) - SLACK))


def relative(candidates, accuracies):
    """The same with 2 % of the best, where it is 0.02."""
    return min(enough(candidates, accuracies, max(accuracies) * (1 - SLACK)))


TELLING = (most,), (first,), (relative,)  # choices of which each comes to something else than the right one


def best_as(choice):
    """A step `best` of who chooses otherwise."""
    return lambda candidates, accuracies: choice(candidates, accuracies)


def tried_as(order=lambda candidates: candidates, own=lambda rng, k: rng, value=lambda reached: reached):
    """A step `accuracies` with the candidates in another `order`, another generator for each, another `value`."""
    return lambda train, valid, candidates, epochs, batch_size, lr, rng: value(np.array([
        validation_accuracy(train, valid, h, epochs, batch_size, lr, own(rng, k))
        for k, h in enumerate(order(candidates))]))  # fmt: skip


def fresh(seed):
    return lambda rng, k: np.random.default_rng(seed)


def _each_data_set(place):
    return lambda seen: all(np.array_equal(c[place][0], seen.arguments[place][0])
                            for c in calls(seen, "validation_accuracy"))  # fmt: skip


CHOOSE = Task(
    number=12,
    call="choose_hidden(train, valid, candidates, epochs, batch_size, lr, rng)",
    returns="best accuracies",
    steps={"accuracies": tried, "best": smallest_near_best},
    probes=choices,
    helpers=EARLIER | {"validation_accuracy": validation_accuracy},
    lecture="12, part 3",
    facts=(
        Fact("train.data", "Networks are trained on other data than `train`.", _each_data_set(0)),
        Fact("measure.data", "Networks are measured on other data than `valid`.", _each_data_set(1)),
    ),
    mistakes=(
        mistake("best.fewest", "The fewest units of all are returned, whatever their accuracy.",
                best=lambda candidates: min(candidates)),
        mistake("best.most", "The most units of all are returned, whatever their accuracy.",
                best=lambda candidates: max(candidates)),
        mistake("best.accuracy", "The highest accuracy is returned, where a number of units belongs.",
                best=lambda accuracies: max(accuracies)),
        mistake("best.highest", "The number of units with the highest accuracy is returned, where fewer may be enough.",
                best=best_as(highest)),
        mistake("best.lowest", "The number of units with the lowest accuracy is returned.",
                best=best_as(lambda sizes, reached: sizes[reached.argmin()])),
        mistake("best.most_enough", "Of those near enough to the best, the most units are returned, not the fewest.",
                best=best_as(most)),
        mistake("best.first", "Of those near enough to the best, the first in the list is returned, not the fewest.",
                best=best_as(first)),
        mistake("best.last", "Of those near enough to the best, the last in the list is returned, not the fewest.",
                best=best_as(lambda sizes, reached: enough(sizes, reached, max(reached) - SLACK)[-1])),
        mistake("best.position", "A position in the list is returned, where a number of units belongs.",
                best=best_as(lambda sizes, reached: sizes.index(smallest_near_best(sizes, reached)))),
        mistake("best.position_of_highest", "The position of the highest accuracy is returned, not a number of units.",
                best=best_as(lambda sizes, reached: reached.argmax())),
        mistake("best.relative", "Allowed is a distance of 2 % of the best accuracy, not a fixed one.",
                best=best_as(relative)),
        *(mistake("rng.each_candidate", "A new generator is made for each candidate, where all should share one.",
                  accuracies=tried_as(own=fresh(seed))) for seed in (0, 1, 42)),
        *(mistake("rng.own", "The random numbers come from another generator than the one that is given.",
                  accuracies=lambda train, valid, candidates, epochs, batch_size, lr, seed=seed: tried(
                      train, valid, candidates, epochs, batch_size, lr, np.random.default_rng(seed)))
          for seed in (0, 1, 42)),
        mistake("accuracies.first_alone", "Only the first candidate is tried, again and again.",
                accuracies=tried_as(lambda candidates: candidates[:1] * len(candidates))),
        mistake("accuracies.sorted", "The accuracies are sorted, where they belong in the order of candidates.",
                accuracies=tried_as(value=np.sort)),
        mistake("accuracies.by_size", "Candidates are tried in the order of their size, where their own order belongs.",
                accuracies=tried_as(sorted),
                best=lambda candidates, accuracies: smallest_near_best(sorted(candidates), accuracies)),
        mistake("accuracies.errors", "Shares of wrong answers stand where accuracies belong.",
                accuracies=tried_as(value=lambda reached: 1 - reached)),
        mistake("accuracies.percent", "The accuracies are percentages, where numbers from 0 to 1 belong.",
                accuracies=tried_as(value=lambda reached: 100 * reached)),
        *(mistake("accuracies.rounded", "The accuracies are rounded.",
                  accuracies=tried_as(value=lambda reached, n=n: np.round(reached, n))) for n in (1, 2, 3)),
        mistake("accuracies.enough", "Only the accuracies near enough to the best are returned, where all belong.",
                returns="best kept", kept=lambda accuracies: accuracies[accuracies >= accuracies.max() - SLACK]),
    ),
)  # fmt: skip

TASKS = (CHOOSE,)
