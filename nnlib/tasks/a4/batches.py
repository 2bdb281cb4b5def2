"""Part 1: mini-batches, by what can be seen of them."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task
from nnlib.tasks.a4.randomness import UNUSED, moved_on

SIZES = {  # (m, batch_size)
    (23, 5): "a last batch that is smaller",
    (64, 10): "a last batch that is smaller",
    (30, 6): "batches of equal size",
    (50, 25): "batches of equal size",
    (5, 9): "fewer examples than batch_size",
    (25, 1): "batches of one",
    (25, 25): "one batch with all examples",
}
MANY = 20  # examples that chance does not leave in order


def epochs(rng):
    """x whose rows tell which example they are, y with ten labels."""
    return [
        Probe(about, (*examples(m), batch_size, np.random.default_rng(rng.integers(2**32))))
        for (m, batch_size), about in SIZES.items()
    ]


def examples(m):
    x = np.arange(3.0 * m, dtype=np.float32).reshape(m, 3)
    return x, (np.arange(m) * 7 + m) % 10


def shuffled(x, y, batch_size, rng):
    """The right answer: what later tasks are lent."""
    order = rng.permutation(len(x))
    return [(x[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(0, len(x), batch_size)]


def sizes(seen):
    return [len(x) for x, _ in seen.result]


def rows(seen):
    """Which example each row of the batches is, in order."""
    return [round(float(row[0]) / 3) for x, _ in seen.result for row in x]


def labels(seen):
    return [int(label) for _, y in seen.result for label in y]


def _are_pairs(seen):
    return all(isinstance(pair, (tuple, list)) and len(pair) == 2 and np.ndim(pair[1]) == 1 for pair in seen.result)


def _has_the_last(seen):
    m, batch_size = len(seen.arguments[0]), seen.arguments[2]
    return m % batch_size == 0 or sum(sizes(seen)) != m - m % batch_size


def _is_not_filled(seen):
    m, batch_size = len(seen.arguments[0]), seen.arguments[2]
    return m % batch_size == 0 or sizes(seen) != [batch_size] * (m // batch_size + 1)


def _has_sizes(seen):
    m, batch_size = len(seen.arguments[0]), seen.arguments[2]
    return sizes(seen) == [batch_size] * (m // batch_size) + [m % batch_size] * (m % batch_size > 0)


def _holds_whole_rows(seen):
    x = seen.arguments[0]
    return all(np.array_equal(row, x[k]) for (b, _) in seen.result for row, k in zip(b, [int(r[0] / 3) for r in b]))


def _is_shuffled(seen):
    return len(rows(seen)) < MANY or rows(seen) != sorted(rows(seen))


def _mixes_neighbours(seen):
    """Not only whole batches are shuffled; batches of one and one with all have nothing to mix."""
    several = 1 < seen.arguments[2] < len(seen.arguments[0])
    each = [np.array(rows_of) for rows_of in np.split(np.array(rows(seen)), np.cumsum(sizes(seen))[:-1])]
    return not several or any((np.diff(one) != 1).any() for one in each)


def _keeps_labels(seen):
    return labels(seen) == [int(seen.arguments[1][k]) for k in rows(seen)]


MINIBATCHES = Task(
    number=2,
    call="minibatches(x, y, batch_size, rng)",
    returns="batches",
    steps={},
    probes=epochs,
    lecture="07, part 4",
    facts=(
        Fact("batches.pairs", "The batches are no pairs (x_batch, y_batch) of arrays.", _are_pairs, "batches"),
        Fact("batches.last_missing", "The last, smaller batch is missing.", _has_the_last, "batches"),
        Fact("batches.filled", "The last batch is filled up, where it is smaller than the others.", _is_not_filled,
             "batches"),
        Fact("batches.sizes", "The batches do not have batch_size examples each, and the last one what is left.",
             _has_sizes, "batches"),
        Fact("batches.rows", "A batch holds something else than whole rows of x.", _holds_whole_rows, "batches"),
        Fact("batches.once", "Some examples appear more than once, and others not at all.",
             lambda seen: sorted(rows(seen)) == list(range(len(seen.arguments[0]))), "batches"),
        Fact("batches.labels", "Images and labels do not belong together: x and y are in different orders.",
             _keeps_labels, "batches"),
        Fact("batches.in_order", "The examples come in the order of x: they are not shuffled.", _is_shuffled),
        Fact("batches.blocks", "Each batch holds neighbours in x: only the order of the batches is shuffled.",
             _mixes_neighbours),
        Fact(UNUSED, "Nothing is drawn from rng: another one gives the same order.", moved_on),
        Fact("batches.types", "The batches hold numbers of another type than x and y.",
             lambda seen: all(np.asarray(a).dtype == b.dtype for pair in seen.result for a, b in
                              zip(pair, seen.arguments[:2]))),
    ),
)  # fmt: skip

TASKS = (MINIBATCHES,)
