"""Part 1: initial weights, by what can be seen of them."""

import numpy as np

from nnlib.diagnosis import Fact, Probe, Task
from nnlib.tasks.a4.randomness import IGNORED, UNUSED, follows, moved_on

SIZES = (  # n, h, k: many weights, so that their spread is known to a percent, and no round spread is that of a rule
    ((347, 263, 61), "large layers"),
    ((137, 347, 263), "large layers"),
    ((137, 347, 263), "the same layers with another rng"),
    ((281, 281, 281), "square layers"),
    ((181, 223, 97), "large layers"),
    ((6, 4, 3), "a small network"),
)
SURE = 15_000  # weights, from which on the spread is known
SHAPES = {"W1": lambda n, h, k: (h, n), "b1": lambda n, h, k: (h,), "W2": lambda n, h, k: (k, h),
          "b2": lambda n, h, k: (k,)}  # fmt: skip
PLACES = {name: i for i, name in enumerate(SHAPES)}


def starts(rng):
    """Each probe has a generator of its own."""
    return [Probe(about, (*sizes, np.random.default_rng(rng.integers(2**32)))) for sizes, about in SIZES]


def shaped(name):
    shape = SHAPES[name]
    words = {"W1": "(h, n)", "b1": "(h,)", "W2": "(k, h)", "b2": "(k,)"}[name]
    return Fact(f"{name}.shape", f"{name} does not have the shape {words}.",
                lambda seen: np.shape(seen.result[PLACES[name]]) == shape(*seen.arguments[:3]), name)  # fmt: skip


def zero(name):
    """Biases earn their share beside weights that are drawn: zeros everywhere are no answer, which is told first."""
    return Fact(f"{name}.not_zero", f"{name} is not 0 everywhere: biases start at 0.",
                lambda seen: moved_on(seen) and not np.any(seen.result[PLACES[name]]), name)  # fmt: skip


def spread(name, id, effect, deviation):
    """A spread that is another one's: by what somebody computes who takes `deviation(n_in, n_out, n)`."""

    def differs(seen):
        W, wrong, right = seen.result[PLACES[name]], *(_expected(d, name, seen) for d in (deviation, he))
        return None if W.size < SURE or abs(wrong / right - 1) < 0.1 else abs(W.std() / wrong - 1) > 0.03

    return Fact(f"{name}.{id}", f"{name} {effect}", differs, name, everywhere=True)


def _expected(deviation, name, seen):
    n, h, k = seen.arguments[:3]
    return deviation(*((n, h, h) if name == "W1" else (h, k, n)))


def he(n_in, n_out, other):
    """The right one."""
    return np.sqrt(2 / n_in)


def right_spread(name):
    def holds(seen):
        W = seen.result[PLACES[name]]
        return W.size < SURE or abs(W.std() / _expected(he, name, seen) - 1) < 0.05

    return Fact(f"{name}.spread", f"{name} has another standard deviation than √(2 / n_in).", holds, name)


def weights(name):
    """What can be said of weights that are wrong, the more special first."""

    def about(test):
        return lambda seen: seen.result[PLACES[name]].size < SURE or test(seen.result[PLACES[name]].astype(float))

    other = "layer 2" if name == "W1" else "layer 1"
    return (
        Fact(f"{name}.zero", f"{name} is 0 everywhere: units that start equal stay equal.",
             lambda seen: np.any(seen.result[PLACES[name]]), name),
        Fact(f"{name}.constant", f"{name} holds one number everywhere: units that start equal stay equal.",
             about(lambda W: np.ptp(W) > 0), name),
        Fact(f"{name}.equal_rows", f"Rows or columns of {name} repeat each other: each weight needs its own draw.",
             about(lambda W: np.linalg.matrix_rank(W) > min(W.shape) // 2), name),
        Fact(f"{name}.positive", f"{name} holds no negative number: about half of its numbers should be negative.",
             about(lambda W: W.min() < 0), name),
        Fact(f"{name}.mean", f"The mean of {name} is not near 0, around which its numbers should be drawn.",
             about(lambda W: abs(W.mean()) < 0.1 * W.std()), name),
        spread(name, "variance", "has the standard deviation 2 / n_in: that is the variance, and the root is missing.",
               lambda i, o, n: 2 / i),
        spread(name, "outputs", "is scaled by the number of its outputs, where that of its inputs belongs.",
               lambda i, o, n: np.sqrt(2 / o)),
        spread(name, "other_layer",
               f"is scaled by the number of inputs of {other}, where that of its own inputs belongs.",
               lambda i, o, other: np.sqrt(2 / other)),
        spread(name, "without_2", "has the standard deviation √(1 / n_in): the 2 is missing.",
               lambda i, o, n: np.sqrt(1 / i)),
        spread(name, "glorot", "has the standard deviation √(2 / (n_in + n_out)): that is Glorot's rule, not He's.",
               lambda i, o, n: np.sqrt(2 / (i + o))),
        spread(name, "half_glorot", "has the standard deviation √(1 / (n_in + n_out)), where √(2 / n_in) belongs.",
               lambda i, o, n: np.sqrt(1 / (i + o))),
        spread(name, "no_root", "has the standard deviation 1 / n_in: the 2 and the root are missing.",
               lambda i, o, n: 1 / i),
        spread(name, "root_of_2", "has the standard deviation √2 / n_in: the root is taken of the 2 alone.",
               lambda i, o, n: np.sqrt(2) / i),
        spread(name, "inverted", "has the standard deviation √(n_in / 2): the fraction is upside down.",
               lambda i, o, n: np.sqrt(i / 2)),
        spread(name, "multiplied", "has the standard deviation √(2 n_in): n_in multiplies, where it should divide.",
               lambda i, o, n: np.sqrt(2 * i)),
        spread(name, "by_all", "is scaled by the number of its weights, where that of its inputs belongs.",
               lambda i, o, n: np.sqrt(2 / (i * o))),
        spread(name, "of_mnist", "is scaled by 784, the pixels of an MNIST image, however many inputs it has.",
               lambda i, o, n: np.sqrt(2 / 784)),
        spread(name, "unscaled", "has the standard deviation 1: it is not scaled.", lambda i, o, n: 1),
        spread(name, "hundredth", "has the standard deviation 0.01, however many inputs it has.", lambda i, o, n: 0.01),
        spread(name, "tenth", "has the standard deviation 0.1, however many inputs it has.", lambda i, o, n: 0.1),
        Fact(f"{name}.uniform", f"{name} is drawn from another distribution than the normal one.",
             about(lambda W: 0.03 < np.mean(np.abs(W) > 2 * W.std()) < 0.06), name),
        right_spread(name),
    )  # fmt: skip


def _not_the_same_draws(seen):
    """W1 and W2 from two generators that start alike hold the same numbers, up to their scale."""
    W1, W2 = (seen.result[i].astype(float) for i in (0, 2))
    n = min(W1.size, W2.size)
    pairs = [(a.ravel(f)[:n], b.ravel(g)[:n]) for a, b in [(W1, W2)] for f in "CF" for g in "CF"]
    return n < SURE or not any(abs(np.corrcoef(a, b)[0, 1]) > 0.5 for a, b in pairs)  # NaN where all are equal


INIT = Task(
    number=1,
    call="init_params(n, h, k, rng)",
    returns="W1 b1 W2 b2",
    steps={},
    probes=starts,
    dtype="float32",
    lecture="09, part 3",
    facts=(
        Fact(UNUSED, "Nothing is drawn from rng: the weights do not depend on it.", moved_on),
        *map(shaped, SHAPES),
        zero("b1"),
        zero("b2"),
        *weights("W1"),
        *weights("W2"),
        Fact("W2.same_draws", "W1 and W2 hold the same random numbers, up to their scale: each should have its own.",
             _not_the_same_draws, "W2"),
        Fact(IGNORED, "The weights are the same for every rng: what is drawn from it is not used.", follows,
             together=True),
    ),
)  # fmt: skip

TASKS = (INIT,)
