"""Part 2: numbers to look at."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake


def outputs(rng):
    """Outputs of units between 0 and 1, or −1 and 1: some exactly 0, some near either limit, by different shares."""
    sizes = [(40, 5, 0, 1), (30, 7, -1, 1), (25, 4, -1, 3), (6, 6, 0, 1), (8, 8, -1, 1), (50, 3, 0, 2), (1, 6, -1, 1)]
    return [Probe(_about(m, n), (_outputs(rng, m, n, low, high), float(low), float(high))) for m, n, low, high in sizes]


def _about(m, n):
    return "a batch of one" if m == 1 else "as many examples as units" if m == n else "batches of several examples"


def _outputs(rng, m, n, low, high):
    """Each other unit has shares of its own: outputs that are 0, near a limit (or within 3 % of it), and others."""
    a = rng.uniform(low + 0.1 * (high - low), high - 0.1 * (high - low), (m, n))
    kind = rng.random((m, n)) * rng.uniform(0.8, 1.3, n)
    width = high - low
    near, beside = rng.uniform(0, 0.009, (m, n)) * width, rng.uniform(0.015, 0.04, (m, n)) * width
    a[kind < 0.15] = 0
    for start, value in [(0.15, low + near), (0.3, high - near), (0.5, low + beside), (0.6, high - beside)]:
        chosen = (kind >= start) & (kind < start + 0.1)
        a[chosen] = value[chosen]
    a[:, 0], a[:, 1] = 0, high - near[:, 1]  # one unit is dead, one saturated for every example
    return a


def near(a, low, high, margin=0.01):
    """Where a is near a limit."""
    return (a < low + margin * (high - low)) | (a > high - margin * (high - low))


def share(where):
    return where.mean(axis=0)


WIDE = "What is farther from a limit than a hundredth of the range counts as near it."
UNITS = Task(
    number=6,
    call="unit_shares(a, low, high)",
    returns="zero saturated",
    steps={
        "is_zero": lambda a: a == 0,
        "margin": lambda low, high: 0.01 * (high - low),
        "is_near": lambda a, low, high, margin: (a < low + margin) | (a > high - margin),
        "zero": lambda is_zero: is_zero.mean(axis=0),
        "saturated": lambda is_near: is_near.mean(axis=0),
    },
    probes=outputs,
    example=(np.array([[0.0, 0.995, 0.5], [0.0, 0.002, 0.98], [0.4, 0.0, 0.3], [0.0, 0.7, 0.6]]), 0.0, 1.0),
    dtype="float64",
    lecture="11, part 2",
    words={"is_zero": "what counts as 0", "margin": "the margin", "is_near": "what counts as near a limit"},
    mistakes=(
        mistake("both.over_examples", "There is a share for each example, where each unit should have one.",
                zero=lambda is_zero: is_zero.mean(axis=1), saturated=lambda is_near: is_near.mean(axis=1)),
        mistake("zero.over_examples", "zero holds a share for each example, where each unit should have one.",
                zero=lambda is_zero: is_zero.mean(axis=1)),
        mistake("saturated.over_examples", "saturated holds a share for each example, where each unit should have one.",
                saturated=lambda is_near: is_near.mean(axis=1)),
        mistake("both.counts", "The examples are counted, where their share belongs.",
                zero=lambda is_zero: is_zero.sum(axis=0) * 1.0, saturated=lambda is_near: is_near.sum(axis=0) * 1.0),
        mistake("both.by_units", "The counts are divided by the number of units, where that of examples belongs.",
                zero=lambda is_zero: is_zero.sum(axis=0) / is_zero.shape[1],
                saturated=lambda is_near: is_near.sum(axis=0) / is_near.shape[1]),
        mistake("both.percent", "The shares are in percent, where numbers from 0 to 1 belong.",
                zero=lambda is_zero: 100 * share(is_zero), saturated=lambda is_near: 100 * share(is_near)),
        mistake("zero.counts", "zero counts examples, where their share belongs.",
                zero=lambda is_zero: is_zero.sum(axis=0) * 1.0),
        mistake("saturated.counts", "saturated counts examples, where their share belongs.",
                saturated=lambda is_near: is_near.sum(axis=0) * 1.0),
        mistake("zero.any", "zero says only whether a unit is 0 for at least one example.",
                zero=lambda is_zero: is_zero.any(axis=0) * 1.0),
        mistake("zero.positive", "Positive outputs are counted, where those that are 0 belong.",
                is_zero=lambda a: a > 0),
        mistake("zero.inverted", "zero holds the share that is not 0.", zero=lambda is_zero: share(~is_zero)),
        mistake("zero.not_positive", "Negative outputs are counted as 0.", is_zero=lambda a: a <= 0),
        mistake("zero.at_low", "Outputs near the lower limit are counted, where those that are 0 belong.",
                is_zero=lambda a, low, high: a < low + 0.01 * (high - low)),
        mistake("zero.near", "Outputs near 0 are counted, where those that are exactly 0 belong.",
                is_zero=lambda a: np.abs(a) < 0.01),
        mistake("zero.all", "zero says only whether a unit is 0 for every example.",
                zero=lambda is_zero: is_zero.all(axis=0) * 1.0),
        mistake("saturated.high", "Only outputs near the upper limit are counted.",
                is_near=lambda a, low, high: a > high - 0.01 * (high - low)),
        mistake("saturated.low", "Only outputs near the lower limit are counted.",
                is_near=lambda a, low, high: a < low + 0.01 * (high - low)),
        mistake("saturated.fixed", "Near is one distance for all ranges, where a hundredth of each range belongs.",
                is_near=lambda a, low, high: (a < low + 0.01) | (a > high - 0.01)),
        mistake("saturated.inverted", "saturated holds the share that is not near a limit.",
                saturated=lambda is_near: share(~is_near)),
        mistake("saturated.of_high", "Near is a hundredth of the upper limit, where a hundredth of the range belongs.",
                is_near=lambda a, low, high: (a < low + 0.01 * high) | (a > high - 0.01 * high)),
        *(mistake("saturated.wide", WIDE, is_near=lambda a, low, high, margin, wide=wide: near(a, low, high, wide))
          for wide in (0.05, 0.1)),
        *(mistake("saturated.narrow", "Not all that is nearer to a limit than a hundredth of the range is counted.",
                  is_near=lambda a, low, high, margin, narrow=narrow: near(a, low, high, narrow))
          for narrow in (0.001, 0.005)),
        mistake("saturated.from_0_to_1", "Near is counted from 0 and 1, whatever the limits are.",
                is_near=lambda a: near(a, 0, 1)),
        mistake("saturated.size", "The size of an output is held against the upper limit: the lower one has no effect.",
                is_near=lambda a, high, margin: np.abs(a) > high - margin),
        mistake("saturated.any", "saturated says only whether a unit is near a limit for at least one example.",
                saturated=lambda is_near: is_near.any(axis=0) * 1.0),
        mistake("saturated.all", "saturated says only whether a unit is near a limit for every example.",
                saturated=lambda is_near: is_near.all(axis=0) * 1.0),
    ),
)  # fmt: skip


def parameter_lists(rng):
    lists = {
        ((4, 3), (2, 4), (5,), (3, 2)): "arrays of different shapes",
        ((3, 3), (2, 2), (3, 3)): "square arrays",
        ((2, 5), (6, 1), (4,)): "arrays of different shapes",
        ((7, 2), (3, 4)): "arrays of different shapes",
    }
    found = []
    for shapes, about in lists.items():
        before = [rng.normal(size=shape) * scale for shape, scale in zip(shapes, rng.uniform(0.3, 3, 5))]
        after = [w + rng.normal(size=w.shape) * step for w, step in zip(before, rng.uniform(0.05, 1.5, 5))]
        found.append(Probe(about, (before, after)))
    one = [rng.normal(size=(2, 3))], [rng.normal(size=(2, 3))]
    still = [rng.normal(size=(2, 3)), np.zeros(3)]
    zero = Probe("arrays that are 0, or do not move", (still, [still[0].copy(), np.ones(3)]), extreme=True)
    return [*found, Probe("a single array", one), zero]


def norms(arrays):
    return [float(np.sqrt(np.sum(a**2))) for a in arrays]


def quotients(above, below):
    return np.array([a / b if b else 0.0 for a, b in zip(above, below)])


RATIOS = Task(
    number=7,
    call="update_ratios(before, after)",
    returns="ratios",
    steps={
        "moves": lambda before, after: [new - old for old, new in zip(before, after)],
        "above": lambda moves: norms(moves),
        "below": lambda before: norms(before),
        "ratios": quotients,
    },
    probes=parameter_lists,
    example=([np.array([[3.0, 0.0, 4.0]]), np.array([6.0, 8.0])], [np.array([[3.0, 0.0, 3.0]]), np.array([9.0, 4.0])]),
    lecture="11, part 1",
    mistakes=(
        mistake("below.after", "The move is divided by the norm after the step, where that before it belongs.",
                below=lambda after: norms(after)),
        mistake("below.missing", "The norms of the moves are not divided by anything.",
                ratios=lambda above: np.array(above)),
        mistake("above.missing", "The ratios hold the norms before the step alone.",
                ratios=lambda below: np.array(below)),
        mistake("above.squared", "The root is missing above the line alone.",
                above=lambda moves: [n**2 for n in norms(moves)]),
        mistake("below.squared", "The root is missing below the line alone.",
                below=lambda before: [n**2 for n in norms(before)]),
        mistake("above.of_sum", "The size of the sum of a move is taken, where its norm belongs.",
                above=lambda moves: [abs(float(m.sum())) for m in moves]),
        mistake("above.sum", "The entries of a move are added up with their signs, where its norm belongs.",
                above=lambda moves: [float(m.sum()) for m in moves]),
        mistake("ratios.percent", "The ratios are in percent.",
                ratios=lambda above, below: 100 * quotients(above, below)),
        mistake("ratios.logarithm", "Logarithms of the ratios are returned.",
                ratios=lambda above, below: np.log10(quotients(above, below))),
        mistake("ratios.inverted", "The ratios are upside down.", ratios=lambda above, below: quotients(below, above)),
        mistake("ratios.squared", "The ratios are squared: the square roots are missing.",
                ratios=lambda above, below: quotients(above, below) ** 2),
        mistake("above.after", "The ratios hold the norm after the step, where that of the move belongs.",
                above=lambda after: norms(after)),
        mistake("above.of_norms", "Differences of norms are taken, where norms of differences belong.",
                above=lambda before, after: [b - a for a, b in zip(norms(before), norms(after))]),
        mistake("above.of_norms_absolute", "Sizes of differences of norms are taken, not norms of differences.",
                above=lambda before, after: [abs(b - a) for a, b in zip(norms(before), norms(after))]),
        mistake("ratios.sums", "Sizes of entries are added up, where norms belong.",
                above=lambda moves: [float(np.abs(m).sum()) for m in moves],
                below=lambda before: [float(np.abs(w).sum()) for w in before]),
        mistake("ratios.largest", "Largest entries are compared, where norms belong.",
                above=lambda moves: [float(np.abs(m).max()) for m in moves],
                below=lambda before: [float(np.abs(w).max()) for w in before]),
        mistake("ratios.by_entry", "The ratio of each entry is taken, and then their mean.",
                ratios=lambda moves, before: np.array([np.mean(np.abs(m / w)) for m, w in zip(moves, before)])),
        mistake("below.all", "All moves are divided by one norm, that of all arrays together.",
                below=lambda before: [float(np.sqrt(sum(n**2 for n in norms(before))))] * len(before)),
        mistake("above.spread", "Standard deviations are compared, where norms belong.",
                above=lambda moves: [float(m.std()) for m in moves],
                below=lambda before: [float(w.std()) for w in before]),
    ),
)  # fmt: skip

TASKS = (UNITS, RATIOS)
