"""Part 1: mini-batches, by what can be seen of them."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task
from nnlib.tasks.a4.randomness import IGNORED, UNUSED, follows, moved_on

SIZES = (  # m, batch_size
    (23, 5, "a last batch that is smaller"),
    (64, 10, "a last batch that is smaller"),
    (64, 10, "the same examples with another rng"),
    (30, 6, "batches of equal size"),
    (50, 25, "batches of equal size"),
    (5, 9, "fewer examples than batch_size"),
    (25, 1, "batches of one"),
    (25, 25, "one batch with all examples"),
)
MANY = 20  # examples that chance does not leave in order


def epochs(rng):
    """x whose rows tell which example they are, y with ten labels."""
    return [
        Probe(about, (*examples(m), batch_size, np.random.default_rng(rng.integers(2**32))))
        for m, batch_size, about in SIZES
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


def _is_no_pair(seen):
    x, y = seen.result[0], seen.result[-1]
    return not (isinstance(x, np.ndarray) and len(seen.result) == 2 and (x.ndim, np.ndim(y)) == (2, 1))


def _are_no_lists(seen):
    """Not a list of images beside a list of labels; a list of pairs has arrays with one axis and with two in each."""
    axes = [[np.ndim(array) for array in entry] for entry in seen.result]
    return not (len(axes) == 2 and set(axes[0]) == {2} and set(axes[1]) == {1})


def _has_images_first(seen):
    pairs = list(seen.result)
    return not pairs or not all(np.ndim(pair[0]) == 1 and np.ndim(pair[1]) == 2 for pair in pairs)


def _has_one_axis_of_labels(seen):
    pairs = list(seen.result)
    return not pairs or not all(np.ndim(x) == np.ndim(y) == 2 for x, y in pairs)


def _several(test):
    """`test(sizes, m, batch_size)` where there is more than one batch, of more than one example; else None."""

    def holds(seen):
        m, batch_size = len(seen.arguments[0]), seen.arguments[2]
        return test(sizes(seen), m, batch_size) if 1 < batch_size < m else None

    return holds


def _is_not_even(found, m, batch_size):
    return max(found) - min(found) > 1 or sum(found) != m if m % batch_size else None


def _is_not_off_by(extra):
    return _several(lambda found, m, batch_size: len(found) < 2 or set(found[:-1]) != {batch_size + extra})


def _is_not_sliding(seen):
    first, second = (set(x[:, 0]) for x, _ in seen.result[:2])
    return len(first & second) != seen.arguments[2] - 1 if 1 < seen.arguments[2] < len(seen.arguments[0]) else None


def _misses_none(seen):
    return set(rows(seen)) == set(range(len(seen.arguments[0])))


def _repeats_none(seen):
    return len(set(rows(seen))) == len(rows(seen))


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
        Fact("batches.one_pair", "One pair of arrays is returned, where one pair for each batch belongs.",
             _is_no_pair, "batches", everywhere=True),
        Fact("batches.two_lists", "A list of images and one of labels are returned, where one list of pairs belongs.",
             _are_no_lists, "batches", everywhere=True),
        Fact("batches.labels_first", "Labels come before images: each pair should be (x_batch, y_batch).",
             _has_images_first, "batches", everywhere=True),
        Fact("batches.label_shape", "y_batch has two axes, where it should have one, as y has.",
             _has_one_axis_of_labels, "batches", everywhere=True),
        Fact("batches.pairs", "Not every batch is a pair (x_batch, y_batch) of arrays.", _are_pairs, "batches"),
        Fact("batches.one", "There is no more than one batch, where there should be several.",
             _several(lambda found, m, size: len(found) > 1), "batches", everywhere=True),
        Fact("batches.empty", "There is a batch without examples.",
             _several(lambda found, m, size: min(found) > 0 if m % size == 0 else None), "batches", everywhere=True),
        Fact("batches.sliding", "Batches overlap: each begins one example after the one before.", _is_not_sliding,
             "batches", everywhere=True),
        Fact("batches.last_missing", "The last, smaller batch is missing.", _has_the_last, "batches"),
        Fact("batches.filled", "The last batch is filled up to batch_size, where it should hold only what is left.",
             _is_not_filled, "batches"),
        Fact("batches.number", "There are batch_size batches, where each should hold batch_size examples.",
             _several(lambda found, m, size: len(found) != size if -(-m // size) != size else None), "batches",
             everywhere=True),
        Fact("batches.even", "Examples are spread evenly: all batches but the last should have batch_size of them.",
             _several(_is_not_even), "batches", everywhere=True),
        Fact("batches.one_short", "Each batch has one example less than batch_size.", _is_not_off_by(-1), "batches",
             everywhere=True),
        Fact("batches.one_more", "Each batch has one example more than batch_size.", _is_not_off_by(1), "batches",
             everywhere=True),
        Fact("batches.label_count", "A batch does not hold as many labels as images.",
             lambda seen: all(len(x) == len(y) for x, y in seen.result), "batches"),
        Fact("batches.rows", "A batch holds something other than whole rows of x.", _holds_whole_rows, "batches"),
        Fact("batches.once", "Some examples appear more than once, and others not at all.",
             lambda seen: _misses_none(seen) or _repeats_none(seen), "batches"),
        Fact("batches.missing", "Some examples are in no batch.", _misses_none, "batches"),
        Fact("batches.repeated", "Some examples appear more than once.", _repeats_none, "batches"),
        Fact("batches.sizes", "Sizes are wrong: all batches but the last should have batch_size examples.",
             _has_sizes, "batches"),
        Fact("batches.labels", "Some images have the labels of others: x and y should be taken in the same order.",
             _keeps_labels, "batches"),
        Fact("batches.in_order", "The examples come in the order of x: they are not shuffled.", _is_shuffled),
        Fact("batches.blocks", "Each batch holds neighbours in x: only the order of the batches is shuffled.",
             _mixes_neighbours),
        Fact(UNUSED, "Nothing is drawn from rng: the order does not depend on it.", moved_on),
        Fact(IGNORED, "The order is the same for every rng: what is drawn from it is not used.", follows,
             together=True),
        Fact("batches.types", "The batches hold numbers of another type than x and y.",
             lambda seen: all(np.asarray(a).dtype == b.dtype for pair in seen.result for a, b in
                              zip(pair, seen.arguments[:2]))),
    ),
)  # fmt: skip

TASKS = (MINIBATCHES,)
